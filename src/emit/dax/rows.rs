//! Rows of a table under conditions -> filter arguments, and tests for what no filter argument can say.

use crate::gold::{ColumnId, TableId};
use crate::plan::tree::{Column, Condition, Scalar, ScalarKind};

use super::beyond::Hand;
use super::condition::columns_it_needs;
use super::lower::{Columns, Lower, Place};
use super::period::keep;
use super::reads::Reads;
use super::repeated::name_repeated;
use super::roles::Role;
use super::tree::Dax;
use super::variables::variable_of;

/// Rows of one table, ready to be counted, aggregated or iterated.
#[derive(Debug, Clone)]
pub(super) struct RowSet {
    pub table: TableId,
    /// Arguments of CALCULATE and CALCULATETABLE.
    pub filters: Vec<Dax>,
    /// What is left to test row by row; also what names no column, which no filter argument may do.
    pub tests: Vec<Condition>,
    /// What the tests read.
    pub reads: Reads,
    /// What the keys are called where they stand in a variable: after the filters that leave them.
    pub name: String,
    /// Where the rows are known by their keys, the calendar's filters are set aside: they would leave those of other days.
    pub clears_calendar: bool,
}

impl Lower<'_> {
    /// Filter arguments as far as they can say it, tests for the rest; `parts` all hold of each row.
    pub fn row_set(&mut self, table: TableId, parts: &[Condition]) -> RowSet {
        self.of_other_rows(|this| this.filters_and_tests(table, parts))
    }

    fn filters_and_tests(&mut self, table: TableId, parts: &[Condition]) -> RowSet {
        let name = self.name_of(table, parts);
        let parts = self.flattened(parts);
        let role = self.calendar_role(table, &parts);
        let mut set = RowSet {
            table,
            filters: self.calendar_filters_of(&role, table),
            tests: Vec::new(),
            reads: Reads::default(),
            name,
            clears_calendar: self.picks_other_rows(&role, table),
        };
        for part in &parts {
            let reads = self.reads(part, table);
            let present = self.present_beside(part, &parts);
            if let (Role::Picked { place, .. }, Condition::InPeriod { date }) = (&role, part)
                && date_column(date) == Some(place)
            {
                set.filters.push(self.picked_days(place.column));
                continue;
            }
            // What is known of the columns may decide it. A filter argument without a column is an error in DAX.
            let one_table = reads.one_table().is_some();
            match one_table.then(|| self.with_present(present, |this| this.filter_of(part, table))) {
                Some(Dax::Boolean(true)) => {}
                None | Some(Dax::Boolean(false)) => {
                    set.tests.push(part.clone());
                    set.reads.add(&reads);
                }
                Some(filter) => set.filters.push(keep(filter)),
            }
        }
        set
    }

    /// `CountableCustomers` where filters of the project are all that columns decide, else `CustomerCandidates`.
    fn name_of(&self, table: TableId, parts: &[Condition]) -> String {
        let mut names = Vec::new();
        for part in parts.iter().filter(|part| !self.reads(part, table).context) {
            match part {
                Condition::Filter { path, id } if path.is_empty() => {
                    names.extend(self.model.filter(*id).map(|filter| filter.head.name.as_str()));
                }
                _ => return Self::variable_name(&format!("{} candidates", self.table_label(table))),
            }
        }
        Self::named_rows(&names.join(" "), &self.table_label(table))
    }

    /// `CountableCustomers`, `ActiveCustomers` for `active_customer`.
    pub fn named_rows(adjective: &str, label: &str) -> String {
        let (adjective, label) = (Self::variable_name(adjective), Self::variable_name(label));
        match adjective.to_lowercase().ends_with(&label.to_lowercase()) {
            true => variable_of(&format!("{adjective}s"), "Rows"),
            false => format!("{adjective}{label}s"),
        }
    }

    /// Columns that the conjuncts beside one say are there: those before it, and those after it that
    /// need no knowledge of it.
    fn present_beside(&self, part: &Condition, all: &[Condition]) -> Vec<Column> {
        let at = all.iter().position(|one| std::ptr::eq(one, part)).unwrap_or(0);
        let (before, after) = all.split_at(at);
        let settled = before.iter().flat_map(columns_it_needs);
        let mut present: Vec<Column> =
            settled.chain(after.iter().skip(1).filter_map(present_column)).cloned().collect();
        present.extend(all.iter().filter_map(|one| match one {
            Condition::Exists(path) if !std::ptr::eq(one, part) => self.key_by(path),
            _ => None,
        }));
        present
    }

    /// A condition on columns of one table. A set of keys stands as a table; everything else as it reads.
    pub fn filter_of(&mut self, part: &Condition, table: TableId) -> Dax {
        match self.key_set(part, table) {
            Some(set) => set.keys_of_hand(),
            None => self.condition(part, Place::in_filter(table)),
        }
    }

    /// What a reader sets on a table, as a filter argument. Memberships are measures, which only a test of keys
    /// can ask, and a condition without a column is none for DAX; `ALL` knows the row of nobody, too, who is no
    /// member.
    pub fn reader_filter(&mut self, part: &Condition, at: Place) -> Dax {
        let Some(table) = at.hand else { return self.condition(part, at) };
        let reads = self.reads(part, table);
        if let Some(filter) = reads.one_table().map(|_| self.condition(part, at))
            && !matches!(filter, Dax::Boolean(_))
        {
            return filter;
        }
        let part = self.written_out(part);
        let reads = self.reads(&part, table);
        let key = self.key(table).unwrap_or(ColumnId { table, index: 0 });
        let read = reads.columns.iter().map(|column| column.column).filter(|column| *column != key);
        let ids: Vec<ColumnId> = std::iter::once(key).chain(read).collect();
        let columns: Vec<Dax> = ids.iter().copied().map(Dax::Column).collect();
        let keys = if is_membership(&part) { self.keys_of_any_day(columns, table) } else { Dax::call("ALL", columns) };
        let row = Place { by_others: at.by_others, ..Place::in_row(table, Columns::Named) };
        let hand = Hand::of_columns(&ids);
        self.at_row(hand, |this| filtered(this, keys, std::iter::once(&part), row))
    }

    /// The keys that filters leave but for those of the calendar, which may move behind this filter.
    fn keys_of_any_day(&self, columns: Vec<Dax>, table: TableId) -> Dax {
        let keys = Dax::call("DISTINCT", columns);
        match self.calendar_filters(table) {
            true => Dax::call("CALCULATETABLE", [keys, self.clear_calendar()]),
            false => keys,
        }
    }

    /// With the definitions of the row's own filters in their places: the measure of a filter is about rows, and
    /// there is none of nobody.
    fn written_out(&self, condition: &Condition) -> Condition {
        let each = |parts: &[Condition]| parts.iter().map(|part| self.written_out(part)).collect();
        match condition {
            Condition::And(parts) => Condition::And(each(parts)),
            Condition::Or(parts) => Condition::Or(each(parts)),
            Condition::Not(inner) => Condition::Not(Box::new(self.written_out(inner))),
            Condition::Filter { path, id } if path.is_empty() => {
                self.plan.filters.get(id.0 as usize).map_or(Condition::False, |definition| self.written_out(definition))
            }
            other => other.clone(),
        }
    }
}

impl RowSet {
    /// `CALCULATE ( value, filters )`; the value alone where nothing filters and no row is at hand.
    pub fn calculate(&self, value: Dax, at: Place) -> Dax {
        calculate("CALCULATE", value, self.filters.clone(), at)
    }

    /// The columns that are iterated: the key and what the tests and `extra` read; none for a
    /// table without a single-column key.
    pub fn keys(&self, lower: &Lower, extra: &Reads, at: Place) -> Option<Dax> {
        let columns: Vec<Dax> = self.iterated_columns(lower, extra)?.into_iter().map(Dax::Column).collect();
        let base = match columns.as_slice() {
            [_] => Dax::call("DISTINCT", columns),
            _ => Dax::call("SUMMARIZE", std::iter::once(Dax::Table(self.table)).chain(columns).collect::<Vec<_>>()),
        };
        Some(calculate("CALCULATETABLE", base, self.filters.clone(), at))
    }

    fn iterated_columns(&self, lower: &Lower, extra: &Reads) -> Option<Vec<ColumnId>> {
        let mut columns = vec![lower.key(self.table)?];
        for column in self.reads.columns.iter().chain(&extra.columns) {
            if !columns.contains(&column.column) {
                columns.push(column.column);
            }
        }
        Some(columns)
    }

    /// The row that is around what is evaluated for each, where the filter context is to have it.
    pub fn hand(&self, lower: &Lower, extra: &Reads) -> Vec<Hand> {
        let context = self.reads.context || extra.context;
        let columns = self.iterated_columns(lower, extra).filter(|_| context);
        columns.map_or_else(Vec::new, |columns| Hand::of_columns(&columns))
    }

    /// The rows to iterate and how their columns are written: keys where a test needs the row in the
    /// filter context, whole rows where columns are enough.
    pub fn iterated(&self, lower: &mut Lower, extra: &Reads, at: Place) -> (Dax, Columns) {
        let context = self.reads.context || extra.context;
        if context && let Some(keys) = self.keys(lower, extra, at) {
            let keys = if at.in_row || self.filters.len() < 2 { keys } else { lower.bind(&self.name, keys) };
            let keys = self.earlier(lower, keys, extra, at);
            let hand = self.hand(lower, extra);
            return (lower.at_row(hand, |lower| self.tested(lower, keys, Columns::Named)), Columns::Named);
        }
        let rows = calculate("CALCULATETABLE", Dax::Table(self.table), self.filters.clone(), at);
        (self.tested(lower, rows, Columns::Related), Columns::Related)
    }

    /// What a condition of another period leaves has a name of its own: others are tested among them.
    fn earlier(&self, lower: &mut Lower, keys: Dax, extra: &Reads, at: Place) -> Dax {
        let (false, Some(Condition::Shifted { condition, .. })) = (at.in_row, self.tests.first()) else { return keys };
        let adjective = match condition.as_ref() {
            Condition::Filter { id, .. } => lower.model.filter(*id).map_or("", |filter| &filter.head.name),
            _ => "",
        };
        let name = Lower::named_rows(&format!("earlier {adjective}"), &lower.table_label(self.table));
        let first = self.tests.iter().take(1);
        let place = Place::in_row(self.table, Columns::Named);
        let left = lower.at_row(self.hand(lower, extra), |lower| filtered(lower, keys, first, place));
        lower.bind(&name, left)
    }

    fn tested(&self, lower: &mut Lower, rows: Dax, columns: Columns) -> Dax {
        let named = matches!(rows, Dax::Variable(_)) && matches!(self.tests.first(), Some(Condition::Shifted { .. }));
        let tests = self.tests.iter().skip(usize::from(named));
        filtered(lower, rows, tests, Place::in_row(self.table, columns))
    }
}

fn filtered<'t>(lower: &mut Lower, rows: Dax, tests: impl Iterator<Item = &'t Condition>, at: Place) -> Dax {
    let mut tests = tests.peekable();
    let (Some(table), Some(_)) = (at.hand, tests.peek()) else { return rows };
    let test = lower.each_row(table, |lower| {
        let tests = tests.map(|test| lower.condition(test, at)).collect();
        name_repeated(Dax::all(tests))
    });
    Dax::call("FILTER", [rows, test])
}

pub(super) fn calculate(function: &'static str, value: Dax, filters: Vec<Dax>, at: Place) -> Dax {
    if filters.is_empty() && !at.in_row {
        return value;
    }
    Dax::call(function, std::iter::once(value).chain(filters).collect::<Vec<_>>())
}

pub(super) fn date_column(date: &Scalar) -> Option<&Column> {
    match &date.kind {
        ScalarKind::Column(column) => Some(column),
        _ => None,
    }
}

fn is_membership(condition: &Condition) -> bool {
    matches!(condition, Condition::Segment { .. } | Condition::Policy { .. })
}

/// The conjuncts of a condition.
pub(super) fn conjuncts(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::And(parts) => parts.iter().collect(),
        Condition::True => Vec::new(),
        other => vec![other],
    }
}

/// A column that a condition says is there by itself, whatever else is known.
fn present_column(condition: &Condition) -> Option<&Column> {
    match condition {
        Condition::Within { date, from: Some(_), .. } | Condition::InPeriod { date } => date_column(date),
        Condition::Not(inner) => match inner.as_ref() {
            Condition::IsMissing(value) => date_column(value),
            _ => None,
        },
        _ => None,
    }
}
