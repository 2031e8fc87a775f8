//! Conditions -> DAX at the row at hand: of columns, of rows that belong to it, of other definitions.

use crate::gold::{ColumnId, RelationshipId, TableId};
use crate::model::{FilterId, SegmentId};
use crate::plan::tree::{Column, Condition, Link, Rows, Scalar, ScalarKind};

use super::Helper;
use super::lower::{Lower, Place};
use super::period::keep;
use super::reads::Reads;
use super::rows::conjuncts;
use super::tree::{Dax, Operator};

/// Keys of rows that meet a condition, in a variable: computed once, tested by `IN`.
#[derive(Debug, Clone)]
pub(super) struct KeySet {
    keys: Dax,
    /// The key of the row at hand, or of the row it leads to.
    pub column: Column,
    /// The keys stand in another column and must be read as this one.
    foreign: bool,
}

impl KeySet {
    /// A table that filters the key.
    pub fn keys_of_hand(&self) -> Dax {
        match self.foreign {
            true => Dax::call("TREATAS", [self.keys.clone(), Dax::Column(self.column.column)]),
            false => self.keys.clone(),
        }
    }
}

impl Lower<'_> {
    /// True or false at the row at hand; false where a side is missing.
    pub fn condition(&mut self, condition: &Condition, at: Place) -> Dax {
        match condition {
            Condition::And(parts) => Dax::all(self.each(parts, at, columns_it_needs)),
            Condition::Or(parts) => Dax::any(self.each(parts, at, columns_it_misses)),
            Condition::Not(inner) => self.condition(inner, at).negated(),
            Condition::Any(rows) => self.any(condition, rows, at),
            Condition::Filter { path, id } => self.filter(condition, path, *id, at),
            Condition::Segment { path, id } => match at.hand.and_then(|hand| self.key_set(condition, hand)) {
                Some(set) => self.among(&set, at),
                None => {
                    let member = self.helper(Helper::Segment(*id));
                    Dax::all(vec![self.finds_row(path, at), member])
                }
            },
            Condition::Policy { path, instances } => {
                let allowed = Dax::any(instances.iter().map(|id| self.helper(Helper::Policy(*id))).collect());
                Dax::all(vec![self.finds_row(path, at), allowed])
            }
            Condition::Exists(path) => self.finds_row(path, at),
            Condition::Shifted { condition, shift } => self.shifted_condition(condition, *shift, at),
            leaf => match self.detour(leaf) {
                Some(detour) => self.over_detour(detour, at),
                None => self.leaf(leaf, at),
            },
        }
    }

    /// At a row that is in the filter context: what the columns say is one test of the row, what
    /// measures say stands beside it.
    pub fn at_hand(&mut self, condition: &Condition, table: TableId) -> Dax {
        let parts = self.flattened(conjuncts(condition));
        let of_row = |this: &Self, part: &Condition| !this.reads(part, table).columns.is_empty();
        let (columns, measures): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| of_row(self, part));
        let mut tests = Vec::new();
        if !columns.is_empty() {
            tests.push(self.some_row(table, &columns, Place::at_hand(table)));
        }
        let place = Place::at_hand(table);
        tests.extend(measures.iter().map(|part| self.condition(part, place)));
        Dax::all(tests)
    }

    /// Whether there is such a row among those in the filter context.
    fn some_row(&mut self, table: TableId, parts: &[Condition], at: Place) -> Dax {
        let set = self.row_set(table, parts);
        if set.tests.is_empty() {
            let count = set.calculate(Dax::call("COUNTROWS", [Dax::Table(table)]), at);
            return Dax::binary(Operator::Greater, count, Dax::integer(0));
        }
        let (rows, _) = set.iterated(self, &Reads::default(), at);
        Dax::call("ISEMPTY", [rows]).negated()
    }

    fn any(&mut self, condition: &Condition, rows: &Rows, at: Place) -> Dax {
        let hand = at.hand.unwrap_or(rows.table);
        match self.key_set(condition, hand) {
            Some(set) => self.among(&set, at),
            None => self.some_row(rows.table, &rows.conjuncts, at),
        }
    }

    fn among(&self, set: &KeySet, at: Place) -> Dax {
        Dax::binary(Operator::In, self.column(&set.column, at), set.keys.clone())
    }

    /// `TRUE` alone where the path is known to find its row, as the empty one does.
    pub fn finds_row(&self, path: &[RelationshipId], at: Place) -> Dax {
        match self.key_by(path) {
            Some(key) if !self.is_known_present(&key) => self.column(&key, at).is_present(),
            _ => Dax::Boolean(true),
        }
    }

    /// The key of the row that a path leads to, as a column seen from the row at hand; none for the row itself.
    pub fn key_by(&self, path: &[RelationshipId]) -> Option<Column> {
        let column = self.key(self.end_of(path)?)?;
        Some(Column { path: path.to_vec(), column, fold: false })
    }

    /// Each part with the knowledge of what those before it settle.
    fn each(&mut self, parts: &[Condition], at: Place, settled: fn(&Condition) -> Vec<&Column>) -> Vec<Dax> {
        let mut known: Vec<Column> = Vec::new();
        let mut written = Vec::new();
        for part in parts {
            written.push(self.with_present(known.clone(), |this| this.condition(part, at)));
            known.extend(settled(part).into_iter().cloned());
        }
        written
    }

    /// A filter of columns is written where it is used; one that needs more is a measure, asked for
    /// the row at hand or, by path, for the keys the path can lead to.
    fn filter(&mut self, condition: &Condition, path: &[RelationshipId], id: FilterId, at: Place) -> Dax {
        if self.filter_definition_reads(id).context {
            let in_place = path.is_empty() && at.hand.is_some_and(|hand| self.is_asked_in_place(id, hand));
            match at.hand.and_then(|hand| self.key_set(condition, hand)) {
                Some(set) => return self.among(&set, at),
                None if !in_place => return self.helper(Helper::Filter(id)),
                None => {}
            }
        }
        let plan = self.plan;
        let Some(definition) = plan.filters.get(id.0 as usize) else { return Dax::Boolean(false) };
        let holds = self.condition(definition, at);
        match self.needs_row(path, id) {
            true => Dax::all(vec![self.finds_row(path, at), holds]),
            false => holds,
        }
    }

    /// Conjuncts with filters of columns taken apart, so that each can filter by itself.
    pub fn flattened<'c>(&self, parts: impl IntoIterator<Item = &'c Condition>) -> Vec<Condition> {
        let mut flat = Vec::new();
        parts.into_iter().for_each(|part| self.flatten(part, &mut flat));
        // Of two that say the same, each would be known by the other, and neither be asked.
        let mut once: Vec<Condition> = Vec::new();
        for part in flat {
            if !once.contains(&part) {
                once.push(part);
            }
        }
        once
    }

    fn flatten(&self, part: &Condition, flat: &mut Vec<Condition>) {
        match part {
            Condition::And(inner) => inner.iter().for_each(|one| self.flatten(one, flat)),
            Condition::Not(inner) => self.flatten_negated(part, inner, flat),
            Condition::Filter { path, id } => match self.definition_of_columns(*id) {
                Some(definition) => {
                    if self.needs_row(path, *id) {
                        flat.push(Condition::Exists(path.clone()));
                    }
                    self.flatten(definition, flat);
                }
                None => flat.push(part.clone()),
            },
            other => flat.push(other.clone()),
        }
    }

    /// None of several is each of them not.
    fn flatten_negated(&self, part: &Condition, inner: &Condition, flat: &mut Vec<Condition>) {
        let not = |one: &Condition| Condition::Not(Box::new(one.clone()));
        match inner {
            Condition::Or(parts) => parts.iter().for_each(|one| self.flatten(&not(one), flat)),
            Condition::Not(twice) => self.flatten(twice, flat),
            Condition::Filter { path, id } => {
                let found = !self.needs_row(path, *id) || flat.contains(&Condition::Exists(path.clone()));
                match self.definition_of_columns(*id).filter(|_| found) {
                    Some(definition) => self.flatten(&not(definition), flat),
                    None => flat.push(part.clone()),
                }
            }
            _ => flat.push(part.clone()),
        }
    }

    /// The condition of a filter that columns alone decide.
    pub fn definition_of_columns(&self, id: FilterId) -> Option<&Condition> {
        let definition = self.plan.filters.get(id.0 as usize)?;
        (!self.filter_definition_reads(id).context).then_some(definition)
    }

    /// The keys that meet the condition, where it is one about keys.
    pub fn key_set(&mut self, condition: &Condition, hand: TableId) -> Option<KeySet> {
        match condition {
            Condition::Any(rows) => self.keys_with_rows(rows, hand),
            Condition::Filter { path, id } if !path.is_empty() => self.keys_in_filter(path, *id, hand),
            Condition::Segment { path, id } if !path.is_empty() => self.members(path, *id, hand),
            _ => None,
        }
    }

    fn keys_with_rows(&mut self, rows: &Rows, hand: TableId) -> Option<KeySet> {
        let link = self.link_of(rows, hand)?;
        let (column, asked, foreign) = match &link {
            Link::Common { table, from_hand, .. } => {
                let key = self.key(*table)?;
                (Column { path: from_hand.clone(), column: key, fold: false }, key, false)
            }
            Link::To(path) if !self.all_active(path) => {
                let last = self.gold().relationship(*path.last()?)?;
                (Column { path: Vec::new(), column: self.key(hand)?, fold: false }, last.from, true)
            }
            Link::To(_) => return None,
        };
        let found = self.keys_of_rows(rows, asked, &column, hand);
        let name = self.set_name(rows.table, column.column.table);
        Some(KeySet { keys: self.bind(&name, found), column, foreign })
    }

    /// The present keys in `asked` of the rows; only those of the row at hand where one is in the
    /// filter context.
    fn keys_of_rows(&mut self, rows: &Rows, asked: ColumnId, column: &Column, hand: TableId) -> Dax {
        let around = self.around(rows, None, Some(hand), self.hands_of_frame());
        let is_of_hand = self.hand_in_context() == Some(hand) && asked == column.column && around.is_all_kept();
        let in_context = self.hand_in_context();
        let of_hand = is_of_hand.then_some(hand);
        self.without(around, in_context, "CALCULATETABLE", |this| this.keys_among(rows, asked, of_hand))
    }

    fn keys_among(&mut self, rows: &Rows, asked: ColumnId, of_hand: Option<TableId>) -> Dax {
        let set = self.row_set(rows.table, &rows.conjuncts);
        let mut filters = match set.tests.is_empty() {
            true => set.filters.clone(),
            false => {
                let (keys, _) = set.iterated(self, &Reads::default(), Place::SHOWN);
                self.only(&set, keys)
            }
        };
        if asked.table != rows.table || self.gold().column(asked).is_none_or(|column| column.nullable) {
            filters.push(keep(Dax::Column(asked).is_present()));
        }
        filters.extend(of_hand.map(|hand| keep(self.keys_of_hand(hand, asked))));
        let keys = match asked.table == rows.table {
            true => Dax::call("DISTINCT", [Dax::Column(asked)]),
            false => Dax::call("SUMMARIZE", [Dax::Table(rows.table), Dax::Column(asked)]),
        };
        super::rows::calculate("CALCULATETABLE", keys, filters, Place::SHOWN)
    }

    /// The keys that the row at hand leads to. Its own day need not be among the picked ones, nor before them.
    fn keys_of_hand(&self, hand: TableId, asked: ColumnId) -> Dax {
        let own = Dax::call("SUMMARIZE", [Dax::Table(hand), Dax::Column(asked)]);
        let cleared = self.calendar_filters(hand).then(|| self.clear_calendar());
        super::rows::calculate("CALCULATETABLE", own, cleared.into_iter().collect(), Place::SHOWN)
    }

    /// The rows of a filter's table for which its measure holds.
    fn keys_in_filter(&mut self, path: &[RelationshipId], id: FilterId, hand: TableId) -> Option<KeySet> {
        if !self.filter_definition_reads(id).context {
            return None;
        }
        let table = self.end_of(path)?;
        if let Some(definition) = self.plan.filters.get(id.0 as usize).filter(|_| self.is_asked_in_place(id, table)) {
            let link = Link::Common { table, from_rows: Vec::new(), from_hand: path.to_vec() };
            return self.keys_with_rows(&Rows { table, conjuncts: vec![definition.clone()], link: Some(link) }, hand);
        }
        let name = self.model.filter(id).map_or("", |filter| filter.head.name.as_str());
        self.keys_where(path, Helper::Filter(id), name, hand)
    }

    /// The members of a segment that a path leads to: asked once each, not once a row that leads there.
    fn members(&mut self, path: &[RelationshipId], id: SegmentId, hand: TableId) -> Option<KeySet> {
        let name = self.model.segment(id).map_or("", |segment| segment.head.name.as_str());
        self.keys_where(path, Helper::Segment(id), name, hand)
    }

    /// The rows that a path leads to for which a measure holds. That of a segment knows no filters around it.
    fn keys_where(&mut self, path: &[RelationshipId], asked: Helper, name: &str, hand: TableId) -> Option<KeySet> {
        let is_alone = matches!(asked, Helper::Segment(_));
        let measure = self.helper(asked);
        let table = self.end_of(path)?;
        let key = self.key(table)?;
        let (keys, test) = match self.hand_in_context() == Some(hand) && !self.calendar_filters(hand) {
            true => {
                let own = Dax::call("SUMMARIZE", [Dax::Table(hand), Dax::Column(key)]);
                let without =
                    self.key(hand).filter(|_| !is_alone).map(|key| super::ignoring::removed(Dax::Column(key)));
                let there = super::rows::calculate(
                    "CALCULATETABLE",
                    own,
                    vec![keep(Dax::Column(key).is_present())],
                    Place::SHOWN,
                );
                (there, super::rows::calculate("CALCULATE", measure, without.into_iter().collect(), Place::SHOWN))
            }
            false => (Dax::call("DISTINCT", [Dax::Column(key)]), measure),
        };
        let name = Self::variable_name(&format!("{name} {}s", self.table_label(table)));
        let keys = self.bind(&name, Dax::call("FILTER", [keys, test]));
        Some(KeySet { keys, column: Column { path: path.to_vec(), column: key, fold: false }, foreign: false })
    }

    /// `CustomersWithDoNotContact`.
    fn set_name(&self, rows: TableId, keys: TableId) -> String {
        Self::variable_name(&format!("{}s with {}", self.table_label(keys), self.table_label(rows)))
    }

    /// As readers know it; empty for an id of another schema.
    pub fn table_label(&self, table: TableId) -> String {
        self.gold().table(table).map_or_else(String::new, |table| table.label.clone())
    }
}

/// Columns without which a condition is false.
pub(super) fn columns_it_needs(condition: &Condition) -> Vec<&Column> {
    use Condition::*;
    match condition {
        Compare { left, right, .. } => [operands(left), operands(right)].concat(),
        In { value, .. } | StartsWith { value, .. } | Contains { value, .. } | Between { value, .. } => operands(value),
        Within { date, .. } | InPeriod { date } => operands(date),
        Not(inner) => match inner.as_ref() {
            IsMissing(value) => operands(value),
            _ => Vec::new(),
        },
        And(parts) => parts.iter().flat_map(columns_it_needs).collect(),
        _ => Vec::new(),
    }
}

/// Columns that are there where a condition is false.
fn columns_it_misses(condition: &Condition) -> Vec<&Column> {
    match condition {
        Condition::IsMissing(value) => operands(value),
        _ => Vec::new(),
    }
}

/// The columns without which a value is missing.
fn operands(scalar: &Scalar) -> Vec<&Column> {
    match &scalar.kind {
        ScalarKind::Column(column) => vec![column],
        ScalarKind::ToNumber(value) | ScalarKind::Rounded(value) => operands(value),
        ScalarKind::DaysBetween(a, b) | ScalarKind::MonthsBetween(a, b) | ScalarKind::FullMonths(a, b) => {
            [operands(a), operands(b)].concat()
        }
        _ => Vec::new(),
    }
}
