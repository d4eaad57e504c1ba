//! Turns a name on a commit into the forms that git and the API write.

use jiff::tz::{Offset, TimeZone};

use super::Person;

impl Person {
    /// The date as the API takes it: `2026-11-25T03:04:05Z`, or with the time zone of the commit.
    pub fn date(&self) -> String {
        let instant = jiff::Timestamp::from_second(self.seconds).unwrap_or_default();
        if self.offset == 0 { instant.to_string() } else { instant.display_with_offset(self.zone()).to_string() }
    }

    /// The date as mails have it: `Wed, 25 Nov 2026 03:04:05 +0000`.
    pub fn mail_date(&self) -> String {
        let instant = jiff::Timestamp::from_second(self.seconds).unwrap_or_default();
        instant.to_zoned(TimeZone::fixed(self.zone())).strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
    }

    fn zone(&self) -> Offset {
        Offset::from_seconds(self.offset).unwrap_or(Offset::UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_keeps_its_zone() {
        let person = |offset| Person { name: "A".to_owned(), email: "a@example.org".to_owned(), seconds: 1_790_848_800, offset };
        assert_eq!(person(0).date(), "2026-10-01T10:00:00Z");
        assert_eq!(person(7200).date(), "2026-10-01T12:00:00+02:00");
        assert_eq!(person(0).mail_date(), "Thu, 01 Oct 2026 10:00:00 +0000");
    }
}
