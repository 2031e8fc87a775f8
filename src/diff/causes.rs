//! What only moved because something it reads moved: told by the way from there, and not followed twice.

use super::change::{Change, Subject};
use super::{Class, rule};

/// More ways than these are counted.
const MOST: usize = 3;

/// Gives every change that was only reached the ways by which it was.
pub(super) fn tell(changes: &mut [Change]) {
    let causes = changes.iter().filter(|change| !is_reached(change) && moves_meanings(change));
    let ways: Vec<(Subject, String)> = causes.flat_map(ways).collect();
    for change in changes.iter_mut().filter(|change| is_reached(change)) {
        let mut told: Vec<String> = Vec::new();
        for (subject, way) in &ways {
            if *subject == change.subject && !told.contains(way) {
                told.push(way.clone());
            }
        }
        let more = told.len().saturating_sub(MOST);
        told.truncate(MOST);
        told.extend((more > 0).then(|| format!("and {more} more ways")));
        change.clauses = told;
        change.reached.clear();
    }
}

fn is_reached(change: &Change) -> bool {
    [&rule::INPUT_CHANGED, &rule::REACH_CHANGED].contains(&change.rule)
}

/// What is shown, printed or bound to otherwise moves no meaning.
fn moves_meanings(change: &Change) -> bool {
    matches!(change.class(), Class::Consent | Class::Meaning) && *change.rule != rule::VALIDITY_CHANGED
}

fn ways(change: &Change) -> Vec<(Subject, String)> {
    change.reached.iter().map(|one| (one.subject.clone(), format!("through {}", one.path.join(" → ")))).collect()
}
