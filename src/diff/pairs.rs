//! Which definition of the old version is which of the new: by name, else by an equal fingerprint.

use indexmap::IndexMap;

use crate::model::Fingerprints;
use crate::model::{Definition, Model};

/// The definitions of two versions, matched.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Old and new, in the order of the new version. Names differ where a definition was renamed.
    pub kept: Vec<(Definition, Definition)>,
    pub removed: Vec<Definition>,
    pub added: Vec<Definition>,
}

impl Pairs {
    /// Matches by name within one kind; what is left over is matched by fingerprint.
    pub fn of(old: &Model, old_prints: &Fingerprints, new: &Model, new_prints: &Fingerprints) -> Self {
        let mut left: IndexMap<(&str, String), Definition> =
            old.definitions().map(|definition| (key(old, definition), definition)).collect();
        let mut pairs = Pairs::default();
        for definition in new.definitions() {
            match left.shift_remove(&key(new, definition)) {
                Some(before) => pairs.kept.push((before, definition)),
                None => pairs.added.push(definition),
            }
        }
        pairs.removed = left.into_values().collect();
        pairs.match_renamed(old_prints, new_prints);
        pairs
    }

    fn match_renamed(&mut self, old_prints: &Fingerprints, new_prints: &Fingerprints) {
        let mut by_print: IndexMap<_, Vec<Definition>> = IndexMap::new();
        for definition in &self.removed {
            by_print.entry(old_prints.get(*definition)).or_default().push(*definition);
        }
        let mut added = Vec::new();
        for definition in std::mem::take(&mut self.added) {
            let same = by_print.get_mut(&new_prints.get(definition));
            let same_kind = |old: &Definition| std::mem::discriminant(old) == std::mem::discriminant(&definition);
            let found = same.and_then(|all| all.iter().position(same_kind).map(|at| all.remove(at)));
            match found {
                Some(before) => self.kept.push((before, definition)),
                None => added.push(definition),
            }
        }
        self.added = added;
        let kept = &self.kept;
        self.removed.retain(|definition| !kept.iter().any(|(before, _)| before == definition));
    }

    /// The new definition of an old one.
    pub fn now(&self, old: Definition) -> Option<Definition> {
        self.kept.iter().find(|(before, _)| *before == old).map(|(_, after)| *after)
    }
}

/// Kind and name without regard to case.
fn key(model: &Model, definition: Definition) -> (&'static str, String) {
    let name = model.head(definition).map(|head| head.name.to_lowercase()).unwrap_or_default();
    (definition.kind(), name)
}
