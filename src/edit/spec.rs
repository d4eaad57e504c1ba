//! A verb and its arguments, as a rule file names them.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

/// A verb of `edit/` and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditSpec {
    /// The verb's name: its file in `edit/`.
    pub verb: String,
    /// Its arguments; `{name}` stands for a capture. Numbers and truth values are texts here.
    pub arguments: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for EditSpec {
    // By hand: serde's `flatten` loses the place of an error.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = EditSpec;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a verb with its arguments, such as { verb: install-command, command: '{command}' }")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EditSpec, A::Error> {
                let mut verb = None;
                let mut arguments = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, Scalar>()? {
                    if key == "verb" {
                        verb = Some(value.0);
                    } else {
                        arguments.insert(key, value.0);
                    }
                }
                Ok(EditSpec { verb: verb.ok_or_else(|| A::Error::missing_field("verb"))?, arguments })
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// A text, number or truth value, as text.
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl Visitor<'_> for One {
            type Value = Scalar;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text, a number or a truth value")
            }

            fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
                Ok(Scalar(value.to_owned()))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
                Ok(Scalar(value.to_string()))
            }
        }
        deserializer.deserialize_any(One)
    }
}
