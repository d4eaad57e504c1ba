//! What is known of a value before the workflow runs.

use std::collections::BTreeMap;

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Type {
    /// Nothing.
    #[default]
    Any,
    /// It is `null`.
    Null,
    /// A truth value.
    Boolean,
    /// A number.
    Number,
    /// A text.
    Text,
    /// One of these texts.
    Words(Vec<String>),
    /// One of these texts at present: a comparison with another may be there for later.
    Seen(Vec<String>),
    /// A list.
    List(Box<Self>),
    /// An object with these properties only, by name in lower case.
    Closed(BTreeMap<String, Self>),
    /// An object with these properties, and perhaps others.
    Open(BTreeMap<String, Self>),
}

impl Type {
    /// An object with these properties only.
    pub fn closed<'a>(properties: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Closed(properties.into_iter().map(|(name, of)| (name.to_ascii_lowercase(), of)).collect())
    }

    /// An object with these properties, and perhaps others.
    pub fn open<'a>(properties: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Self::Open(properties.into_iter().map(|(name, of)| (name.to_ascii_lowercase(), of)).collect())
    }

    /// One of these texts.
    pub fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Words(words.into_iter().map(str::to_owned).collect())
    }

    /// Whether it is a list or an object.
    pub const fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Closed(_) | Self::Open(_))
    }
}

/// The property `name` of a value of type `of`.
///
/// # Errors
/// With the names that are there, when this one certainly is not.
pub fn property(of: &Type, name: &str) -> Result<Type, Vec<String>> {
    match of {
        Type::Closed(known) => known.get(&name.to_ascii_lowercase()).cloned().ok_or_else(|| known.keys().cloned().collect()),
        Type::Open(known) => Ok(known.get(&name.to_ascii_lowercase()).cloned().unwrap_or_default()),
        Type::List(item) => Ok(Type::List(Box::new(property(item, name).unwrap_or_default()))),
        _ => Ok(Type::Any),
    }
}
