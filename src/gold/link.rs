//! How rows of one table meet a row at hand of another (docs/language.md, The row at hand).

use super::{Gold, RelationshipId, TableId};

/// How rows of a table T meet a row at hand of table H (docs/language.md, The row at hand).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Link {
    /// T leads to H: `t.H = h`. Empty where T is H; the last step may be inactive for `any`.
    To(Vec<RelationshipId>),
    /// Both lead to the nearest common table X: `t.X = h.X`, both existing.
    Common { table: TableId, from_rows: Vec<RelationshipId>, from_hand: Vec<RelationshipId> },
}

/// Why rows cannot meet the row at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// Neither leads to the other's table nor to a common one.
    Unrelated,
    /// They meet in several tables, none nearer than the others; the author must write which.
    Ambiguous(Vec<TableId>),
}

/// Along the active path from `rows` to `hand`, else over the one nearest table that both reach.
pub fn link(gold: &Gold, rows: TableId, hand: TableId) -> Result<Link, LinkError> {
    if let Some(path) = gold.active_path(rows, hand) {
        return Ok(Link::To(path));
    }
    match nearest_common(gold, rows, hand).as_slice() {
        [] => Err(LinkError::Unrelated),
        [table] => common(gold, rows, hand, *table).ok_or(LinkError::Unrelated),
        several => Err(LinkError::Ambiguous(several.to_vec())),
    }
}

/// The link over `table`, which both must reach; none where one does not.
pub fn common(gold: &Gold, rows: TableId, hand: TableId, table: TableId) -> Option<Link> {
    let from_rows = gold.active_path(rows, table)?;
    let from_hand = gold.active_path(hand, table)?;
    Some(if from_hand.is_empty() { Link::To(from_rows) } else { Link::Common { table, from_rows, from_hand } })
}

/// The tables both reach, without those that another of them reaches: the calendar is never one.
fn nearest_common(gold: &Gold, a: TableId, b: TableId) -> Vec<TableId> {
    let calendar = gold.calendar.as_ref().map(|calendar| calendar.table);
    let reached = |from| move |to: &TableId| gold.active_path(from, *to).is_some();
    let all: Vec<TableId> = (0..gold.tables.len())
        .map(|at| TableId(at as u32))
        .filter(|table| Some(*table) != calendar)
        .filter(reached(a))
        .filter(reached(b))
        .collect();
    let farther = |table: &TableId| all.iter().any(|near| near != table && reached(*near)(table));
    all.iter().copied().filter(|table| !farther(table)).collect()
}
