//! What is deprecated says what to use instead, and until when it stays.

use std::collections::BTreeSet;

use crate::diagnostics::codes::rules as codes;
use crate::diagnostics::{Diagnostic, closest};
use crate::model::Status;

use super::Facts;

pub(super) fn the_deprecated_is_replaced(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let names: BTreeSet<String> = facts.heads().map(|head| head.name.to_lowercase()).collect();
    for head in facts.heads() {
        let Status::Deprecated { replaced_by, ends } = &head.about.status else { continue };
        match replaced_by {
            None => found.push(codes::deprecated_without(head, "replacement")),
            Some(name) if !names.contains(&name.value.to_lowercase()) => {
                let near = closest(&name.value, names.iter().map(String::as_str));
                found.push(codes::unknown_replacement(name, near));
            }
            Some(_) => {}
        }
        if ends.is_none() {
            found.push(codes::deprecated_without(head, "end"));
        }
    }
}
