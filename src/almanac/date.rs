//! Turns a written day, month or year into a value that can be compared.

use std::fmt;

/// A day, or a month or year where no more is known: `2026-11-02`, `2027-08`, `2022`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Date(String);

impl Date {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it lies on or before `day` (`YYYY-MM-DD`). A month or year counts from its first day.
    pub fn is_by(&self, day: &str) -> bool {
        self.0.as_str() <= day
    }
}

impl Default for Date {
    /// The year nought: no table is so old.
    fn default() -> Self {
        Self("0000".to_owned())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let widths: Vec<usize> = text.split('-').map(str::len).collect();
        let shaped = matches!(widths.as_slice(), [4] | [4, 2] | [4, 2, 2]);
        let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if shaped && digits { Ok(Self(text)) } else { Err(format!("`{text}` is no date: expected YYYY, YYYY-MM or YYYY-MM-DD")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_months_and_years_are_dates_and_nothing_else_is() {
        for text in ["2026-11-02", "2027-08", "2022"] {
            assert!(Date::try_from(text.to_owned()).is_ok(), "{text}");
        }
        for text in ["", "2026-11-2", "26-11-02", "soon", "2026-11-02-01"] {
            assert!(Date::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_month_counts_from_its_first_day() {
        let month = Date::try_from("2027-08".to_owned()).unwrap();
        assert!(month.is_by("2027-08-01"));
        assert!(!month.is_by("2027-07-31"));
    }
}
