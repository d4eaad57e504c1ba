//! Turns a value and the intents of edits into the value that is meant.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::Unproved;
use crate::edit::Intent;
use crate::workflow::{Key, Route};

/// The value that `intents` make of `original`; all routes are those of the original.
pub(super) fn intended(original: &Value, intents: &[Intent]) -> Result<Value, Unproved> {
    let mut value = original.clone();
    let missing = |route: &Route| Unproved::NoSuchPlace(route.clone());
    for intent in intents {
        if let Intent::Set { route, value: new } = intent {
            set(&mut value, route, new.clone()).ok_or_else(|| missing(route))?;
        }
    }
    let mut lists: BTreeMap<Route, Vec<&Intent>> = BTreeMap::new();
    let mut keys = Vec::new();
    for intent in intents {
        match intent {
            Intent::Insert { sequence, .. } => lists.entry(sequence.clone()).or_default().push(intent),
            Intent::Remove { route } if route.last_index().is_some() => {
                let sequence = route.split_last().map(|(parent, _)| parent).unwrap_or_default();
                lists.entry(sequence).or_default().push(intent);
            }
            Intent::Remove { route } | Intent::Rename { route, .. } => keys.push((route, intent)),
            Intent::Set { .. } => {}
        }
    }
    // Deepest first: what changes below leaves the routes above as they are.
    keys.sort_by_key(|(route, _)| std::cmp::Reverse(route.0.len()));
    let mut places: Vec<(usize, Step<'_>)> = keys.into_iter().map(|(route, intent)| (route.0.len(), Step::Key(route, intent))).collect();
    places.extend(lists.iter().map(|(route, intents)| (route.0.len() + 1, Step::List(route, intents))));
    places.sort_by_key(|(depth, _)| std::cmp::Reverse(*depth));
    for (_, step) in places {
        match step {
            Step::Key(route, Intent::Rename { name, .. }) => rename(&mut value, route, name).ok_or_else(|| missing(route))?,
            Step::Key(route, _) => remove(&mut value, route).ok_or_else(|| missing(route))?,
            Step::List(route, intents) => change_list(&mut value, route, intents).ok_or_else(|| missing(route))?,
        }
    }
    Ok(value)
}

enum Step<'a> {
    Key(&'a Route, &'a Intent),
    List(&'a Route, &'a [&'a Intent]),
}

fn at<'a>(value: &'a mut Value, route: &Route) -> Option<&'a mut Value> {
    route.0.iter().try_fold(value, |value, key| match key {
        Key::Name(name) => value.as_mapping_mut()?.get_mut(name.as_str()),
        Key::Index(index) => value.as_sequence_mut()?.get_mut(*index),
    })
}

fn set(value: &mut Value, route: &Route, new: Value) -> Option<()> {
    match route.split_last() {
        None => *value = new,
        Some((parent, Key::Name(name))) => {
            let parent = at(value, &parent)?;
            if parent.is_null() {
                *parent = Value::Mapping(Mapping::new());
            }
            parent.as_mapping_mut()?.insert(Value::from(name.as_str()), new);
        }
        Some(_) => *at(value, route)? = new,
    }
    Some(())
}

fn rename(value: &mut Value, route: &Route, name: &str) -> Option<()> {
    let (parent, Key::Name(old)) = route.split_last()? else { return None };
    let mapping = at(value, &parent)?.as_mapping_mut()?;
    let kept = mapping.remove(old.as_str())?;
    mapping.insert(Value::from(name), kept).is_none().then_some(())
}

fn remove(value: &mut Value, route: &Route) -> Option<()> {
    let (parent, Key::Name(name)) = route.split_last()? else { return None };
    at(value, &parent)?.as_mapping_mut()?.remove(name.as_str()).map(|_| ())
}

fn change_list(value: &mut Value, route: &Route, intents: &[&Intent]) -> Option<()> {
    let original = std::mem::take(at(value, route)?.as_sequence_mut()?);
    let place = |intent: &Intent| match intent {
        Intent::Insert { before, .. } => Some(*before),
        Intent::Remove { route } => route.last_index(),
        _ => None,
    };
    if intents.iter().filter_map(|intent| place(intent)).any(|index| index > original.len()) {
        return None;
    }
    let length = original.len();
    let mut items = Vec::with_capacity(length + intents.len());
    let mut original = original.into_iter();
    for index in 0..=length {
        let here = || intents.iter().filter(|intent| place(intent) == Some(index));
        items.extend(here().filter_map(|intent| if let Intent::Insert { value, .. } = intent { Some(value.clone()) } else { None }));
        let gone = here().any(|intent| matches!(intent, Intent::Remove { .. }));
        items.extend(original.next().filter(|_| !gone));
    }
    *at(value, route)?.as_sequence_mut()? = items;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_those_of_the_original() {
        let original: Value = serde_yaml::from_str("s: [a, b, {k: 1, l: 2}]\n").expect("parses");
        let list = Route::root().key("s");
        let intents = [
            Intent::Insert { sequence: list.clone(), before: 0, value: Value::from("x") },
            Intent::Insert { sequence: list.clone(), before: 0, value: Value::from("y") },
            Intent::Set { route: list.index(2).key("k"), value: Value::from(3) },
            Intent::Rename { route: list.index(2).key("l"), name: "m".to_owned() },
            Intent::Remove { route: list.index(1) },
            Intent::Insert { sequence: list.clone(), before: 3, value: Value::from("z") },
        ];
        let meant: Value = serde_yaml::from_str("s: [x, y, a, {k: 3, m: 2}, z]\n").expect("parses");
        assert_eq!(intended(&original, &intents), Ok(meant));
        let nowhere = Intent::Remove { route: list.key("no") };
        assert!(intended(&original, &[nowhere]).is_err());
    }
}
