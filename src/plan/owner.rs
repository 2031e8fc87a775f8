//! What a policy asks of one row that its row leads to, apart from the rest.
//!
//! A policy of contact points mostly asks about their customer. Whether some contact point of a customer
//! is allowed is then two questions: of the customer once, and of each contact point what is left.

use super::condition::{all_of, conjuncts};
use super::moved::Moved;
use super::rows::link_of;
use super::tree::{Condition, Link, OwnerPart, Rows};
use crate::gold::{Gold, RelationshipId, TableId};

/// The parts of what allows a row of `table`; none where nothing is asked of another row.
pub(super) fn owner_part(gold: &Gold, table: TableId, allowed: &Condition) -> Option<OwnerPart> {
    let parts = conjuncts(allowed.clone());
    let relationship = parts.iter().find_map(|part| match part {
        Condition::Exists(path) => path.first().copied(),
        _ => None,
    })?;
    let there = There { gold, table, relationship };
    let (mut asked, mut rest) = (Vec::new(), Vec::new());
    for part in parts {
        match there.condition(&part) {
            Some(moved) => asked.push(moved),
            None => rest.push(part),
        }
    }
    Some(OwnerPart { relationship, asked: all_of(asked), rest: all_of(rest) })
}

/// The row that a relationship of `table` leads to.
struct There<'g> {
    gold: &'g Gold,
    table: TableId,
    relationship: RelationshipId,
}

/// From the policy's row to that row, which is there; nothing of what is asked of the policy's row itself.
impl Moved for There<'_> {
    /// Rows that meet the policy's row over that row meet that row itself.
    fn rows(&self, rows: &Rows) -> Option<Rows> {
        let met = link_of(self.gold, rows, self.table)?;
        let Link::Common { table, from_rows, from_hand } = met else { return None };
        let from_hand = self.path(&from_hand)?;
        let link =
            if from_hand.is_empty() { Link::To(from_rows) } else { Link::Common { table, from_rows, from_hand } };
        Some(Rows { link: Some(link), ..rows.clone() })
    }

    fn path(&self, path: &[RelationshipId]) -> Option<Vec<RelationshipId>> {
        let (first, rest) = path.split_first()?;
        (*first == self.relationship).then(|| rest.to_vec())
    }
}
