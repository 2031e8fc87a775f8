//! Rows of a table under conditions -> filter arguments, and tests for what no filter argument can say.

use crate::gold::{ColumnId, TableId};
use crate::plan::tree::{Column, Condition, Day, Scalar, ScalarKind};

use super::lower::{Columns, Lower, Place};
use super::period::keep;
use super::reads::Reads;
use super::tree::{Dax, Operator};

/// Rows of one table, ready to be counted, aggregated or iterated.
#[derive(Debug, Clone)]
pub(super) struct RowSet {
    pub table: TableId,
    /// Arguments of CALCULATE and CALCULATETABLE.
    pub filters: Vec<Dax>,
    /// What is left to test row by row.
    pub tests: Vec<Condition>,
    /// What the tests read.
    pub reads: Reads,
    /// The calendar's filters are set aside: the rows are not those of the picked days.
    pub clears_calendar: bool,
}

impl Lower<'_> {
    pub fn row_set(&mut self, table: TableId, parts: &[Condition]) -> RowSet {
        let parts = self.flattened(parts);
        let role = self.calendar_role(table, &parts);
        let mut set = RowSet {
            table,
            filters: self.calendar_filters_of(&role, table),
            tests: Vec::new(),
            reads: Reads::default(),
            clears_calendar: matches!(role, Role::Cleared),
        };
        for part in &parts {
            let reads = self.reads(part, table);
            let present = present_beside(part, &parts);
            if let (Role::Picked { place, .. }, Condition::InPeriod { date }) = (&role, part)
                && date_column(date) == Some(place)
            {
                set.filters.push(self.picked_days(place.column));
            } else if reads.one_table().is_some() || (reads.columns.is_empty() && !reads.context) {
                set.filters.push(self.with_present(present, |this| this.filter_argument(part, table)));
            } else {
                set.tests.push(part.clone());
                set.reads.add(reads);
            }
        }
        set
    }

    /// A condition on columns of one table. A set of keys stands as a table; everything else as it reads.
    fn filter_argument(&mut self, part: &Condition, table: TableId) -> Dax {
        match self.key_set(part, table) {
            Some(set) => keep(set.keys_of_hand()),
            None => keep(self.condition(part, Place::in_filter(table))),
        }
    }

    /// Both bounds: without them rows without a date, or outside the calendar, would be in the total.
    fn picked_days(&mut self, date: ColumnId) -> Dax {
        let (start, end) = (self.day(Day::Start), self.day(Day::End));
        let from = Dax::binary(Operator::GreaterOrEqual, Dax::Column(date), start);
        keep(Dax::all(vec![from, Dax::binary(Operator::LessOrEqual, Dax::Column(date), end)]))
    }

    /// How the calendar's filters meet the rows: over one date role, or not at all.
    fn calendar_role(&self, table: TableId, parts: &[Condition]) -> Role {
        let dates = parts.iter().filter_map(|part| match part {
            Condition::InPeriod { date } => date_column(date),
            _ => None,
        });
        let with_roles = dates.filter(|date| self.all_active(&date.path)).filter_map(|date| self.role_of(date));
        let first = with_roles.min_by_key(|role| matches!(role, Role::Picked { active: false, .. }));
        let untouched = if self.calendar_filters(table) { Role::Cleared } else { Role::None };
        first.unwrap_or(untouched)
    }

    fn role_of(&self, date: &Column) -> Option<Role> {
        let table = self.gold().table(date.column.table)?;
        let active = table.date == Some(date.column);
        let known = active || table.other_dates.contains(&date.column);
        known.then(|| Role::Picked { place: date.clone(), active })
    }

    fn calendar_filters_of(&self, role: &Role, table: TableId) -> Vec<Dax> {
        match (role, self.day_column()) {
            (Role::Cleared, _) => vec![self.clear_calendar()],
            (Role::Picked { place, active: false }, Some(day)) => {
                debug_assert!(place.path.is_empty() || place.column.table != table);
                vec![Dax::call("USERELATIONSHIP", [Dax::Column(place.column), Dax::Column(day)])]
            }
            _ => Vec::new(),
        }
    }
}

/// What the picked days mean to the rows.
enum Role {
    /// They are picked by this date.
    Picked { place: Column, active: bool },
    /// The calendar would filter the rows and must not.
    Cleared,
    /// No calendar filter reaches the table.
    None,
}

impl RowSet {
    /// `CALCULATE ( value, filters )`; the value alone where nothing filters and no row is at hand.
    pub fn calculate(&self, value: Dax, at: Place) -> Dax {
        calculate("CALCULATE", value, self.filters.clone(), at)
    }

    /// The columns that are iterated: the key and what the tests and `extra` read; none for a
    /// table without a single-column key.
    pub fn keys(&self, lower: &Lower, extra: &Reads, at: Place) -> Option<Dax> {
        let key = lower.key(self.table)?;
        let mut columns = vec![Dax::Column(key)];
        for column in self.reads.columns.iter().chain(&extra.columns) {
            let column = Dax::Column(column.column);
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        let base = match columns.as_slice() {
            [_] => Dax::call("DISTINCT", columns),
            _ => Dax::call("SUMMARIZE", [vec![Dax::Table(self.table)], columns].concat()),
        };
        Some(calculate("CALCULATETABLE", base, self.filters.clone(), at))
    }

    /// The rows to iterate and how their columns are written: keys where a test needs the row in the
    /// filter context, whole rows where columns are enough.
    pub fn iterated(&self, lower: &mut Lower, extra: &Reads, at: Place) -> (Dax, Columns) {
        let context = self.reads.context || extra.context;
        if context && let Some(keys) = self.keys(lower, extra, at) {
            return (self.tested(lower, keys, Columns::Named), Columns::Named);
        }
        let rows = calculate("CALCULATETABLE", Dax::Table(self.table), self.filters.clone(), at);
        (self.tested(lower, rows, Columns::Related), Columns::Related)
    }

    fn tested(&self, lower: &mut Lower, rows: Dax, columns: Columns) -> Dax {
        if self.tests.is_empty() {
            return rows;
        }
        let place = Place::in_row(self.table, columns);
        let tests: Vec<Dax> = self.tests.iter().map(|test| lower.condition(test, place)).collect();
        Dax::call("FILTER", [rows, name_repeated(Dax::all(tests))])
    }
}

/// A measure that a test asks more than once is asked once and named.
pub(super) fn name_repeated(test: Dax) -> Dax {
    use super::tree::Variable;
    let mut variables: Vec<Variable> = Vec::new();
    let mut result = test;
    for measure in measures_in(&result) {
        if count(&result, &measure) < 2 {
            continue;
        }
        let Dax::Measure(label) = &measure else { continue };
        let name = Lower::variable_name(label);
        if variables.iter().all(|variable| variable.name != name) {
            result = replace(result, &measure, &Dax::variable(&name));
            variables.push(Variable { name, value: measure });
        }
    }
    Dax::block(variables, result)
}

fn measures_in(dax: &Dax) -> Vec<Dax> {
    let mut found = Vec::new();
    shallow(dax, &mut |node| {
        if matches!(node, Dax::Measure(_)) && !found.contains(node) {
            found.push(node.clone());
        }
    });
    found
}

fn count(dax: &Dax, wanted: &Dax) -> usize {
    let mut n = 0;
    shallow(dax, &mut |node| n += usize::from(node == wanted));
    n
}

/// Visits what is evaluated where the expression stands: a call that moves the context is left out.
fn shallow(dax: &Dax, see: &mut impl FnMut(&Dax)) {
    see(dax);
    if moves_context(dax) {
        return;
    }
    dax.children().into_iter().for_each(|child| shallow(child, see));
}

fn moves_context(dax: &Dax) -> bool {
    matches!(dax, Dax::Block { .. })
        || matches!(dax, Dax::Call { function, .. } if function.starts_with("CALCULATE") || *function == "FILTER" || function.ends_with('X'))
}

fn replace(dax: Dax, wanted: &Dax, by: &Dax) -> Dax {
    if dax == *wanted {
        return by.clone();
    }
    if moves_context(&dax) {
        return dax;
    }
    let all = |items: Vec<Dax>| items.into_iter().map(|item| replace(item, wanted, by)).collect();
    match dax {
        Dax::Call { function, arguments } => Dax::Call { function, arguments: all(arguments) },
        Dax::Chain { operator, operands } => Dax::Chain { operator, operands: all(operands) },
        Dax::List(items) => Dax::List(all(items)),
        Dax::Not(inner) => Dax::Not(Box::new(replace(*inner, wanted, by))),
        other => other,
    }
}

pub(super) fn calculate(function: &'static str, value: Dax, filters: Vec<Dax>, at: Place) -> Dax {
    if filters.is_empty() && !at.in_row {
        return value;
    }
    Dax::call(function, [vec![value], filters].concat())
}

pub(super) fn date_column(date: &Scalar) -> Option<&Column> {
    match &date.kind {
        ScalarKind::Column(column) => Some(column),
        _ => None,
    }
}

/// The conjuncts of a condition.
pub(super) fn conjuncts(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::And(parts) => parts.iter().collect(),
        Condition::True => Vec::new(),
        other => vec![other],
    }
}

/// Columns that the conjuncts beside one say are there.
fn present_beside(part: &Condition, all: &[Condition]) -> Vec<Column> {
    let beside = all.iter().filter(|other| !std::ptr::eq(*other, part));
    beside.filter_map(present_column).cloned().collect()
}

/// A column that a condition says is there by itself, whatever else is known.
pub(super) fn present_column(condition: &Condition) -> Option<&Column> {
    match condition {
        Condition::Within { date, from: Some(_), .. } | Condition::InPeriod { date } => date_column(date),
        Condition::Not(inner) => match inner.as_ref() {
            Condition::IsMissing(value) => date_column(value),
            _ => None,
        },
        _ => None,
    }
}
