//! Fingerprints: two definitions have the same exactly where they mean the same.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::canonical::{Meaning, Writer, digest};
use super::walk::Order;
use super::{Definition, MetricId, Model, SegmentId};

/// SHA-256 of a canonical meaning with the calendar it is asked by, in hexadecimal. Shown as its first 16 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// All 64 characters, as the lock keeps them.
    pub fn full(&self) -> &str {
        &self.0
    }

    /// The first 16 characters, as it is shown.
    pub fn short(&self) -> &str {
        self.0.get(..16).unwrap_or(&self.0)
    }

    /// Reads what [`Fingerprint::full`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_hex.then(|| Fingerprint(text.to_owned()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

/// The fingerprints of all definitions of a model.
#[derive(Debug, Clone, Default)]
pub struct Fingerprints {
    all: Arc<HashMap<Definition, Fingerprint>>,
}

/// What is worked out once of a model that does not change any more. A copy starts without it, as it may be changed.
#[derive(Debug, Default)]
pub struct Sealed {
    fingerprints: OnceLock<Fingerprints>,
    pub(super) order: OnceLock<Order>,
}

impl Clone for Sealed {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Fingerprints {
    /// Computed on the first call for a model, in time linear in its size.
    pub fn of(model: &Model) -> Self {
        model.sealed.fingerprints.get_or_init(|| Self::computed(model)).clone()
    }

    fn computed(model: &Model) -> Self {
        let mut writer = Writer::new(model);
        for definition in model.in_order() {
            writer.write(*definition);
        }
        let calendar = writer.calendar();
        let sealed = |meaning: &Meaning| Fingerprint(digest(&format!("carat 1\n{calendar}\n{}", meaning.text)));
        let all = writer.meanings.par_iter().map(|(definition, meaning)| (*definition, sealed(meaning))).collect();
        Fingerprints { all: Arc::new(all) }
    }

    /// None for a definition of another model.
    pub fn get(&self, definition: Definition) -> Option<&Fingerprint> {
        self.all.get(&definition)
    }

    /// As [`get`](Self::get), of a metric.
    pub fn metric(&self, id: MetricId) -> Option<&Fingerprint> {
        self.get(Definition::Metric(id))
    }

    /// As [`get`](Self::get), of a segment.
    pub fn segment(&self, id: SegmentId) -> Option<&Fingerprint> {
        self.get(Definition::Segment(id))
    }
}
