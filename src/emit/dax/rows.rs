//! Rows of a table under conditions -> filter arguments, and tests for what no filter argument can say.

use std::collections::BTreeSet;

use crate::gold::{ColumnId, TableId};
use crate::plan::tree::{Column, Condition, Day, Scalar, ScalarKind};

use super::beyond::Hand;
use super::condition::columns_it_needs;
use super::lower::{Columns, Lower, Place};
use super::period::keep;
use super::reads::Reads;
use super::tree::{Dax, Operator, Variable};

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
    /// The calendar's filters are set aside: the rows are not those of the picked days.
    pub clears_calendar: bool,
}

impl Lower<'_> {
    pub fn row_set(&mut self, table: TableId, parts: &[Condition]) -> RowSet {
        let name = self.name_of(table, parts);
        let parts = self.flattened(parts);
        let role = self.calendar_role(table, &parts);
        let mut set = RowSet {
            table,
            filters: self.calendar_filters_of(&role, table),
            tests: Vec::new(),
            reads: Reads::default(),
            name,
            clears_calendar: matches!(role, Role::Cleared),
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
                    set.reads.add(reads);
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
            true => format!("{adjective}s"),
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

    /// Both bounds: without them rows without a date, or outside the calendar, would be in the total. A missing date
    /// would be between the BLANKs of the calendar's row of what has no day.
    fn picked_days(&mut self, date: ColumnId) -> Dax {
        let (start, end) = (self.day(Day::Start), self.day(Day::End));
        let may_miss = self.gold().column(date).is_some_and(|column| column.nullable);
        let mut tests: Vec<Dax> = may_miss.then(|| Dax::Column(date).is_present()).into_iter().collect();
        tests.push(Dax::binary(Operator::GreaterOrEqual, Dax::Column(date), start));
        tests.push(Dax::binary(Operator::LessOrEqual, Dax::Column(date), end));
        keep(Dax::all(tests))
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
                let mut used = vec![Dax::call("USERELATIONSHIP", [Dax::Column(place.column), Dax::Column(day)])];
                used.extend(self.other_days(table, place, day));
                used
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

impl Lower<'_> {
    /// The days of the rows on the way to a date of another table, which pick nothing. Engines weigh a path that
    /// USERELATIONSHIP names above others (Microsoft: relationship path ambiguity); said, nothing hangs on that.
    fn other_days(&self, table: TableId, place: &Column, day: ColumnId) -> Vec<Dax> {
        let ends = place.path.iter().filter_map(|link| self.gold().relationship(*link)).map(|link| link.to.table);
        let on_the_way = std::iter::once(table).chain(ends).filter(|one| *one != place.column.table);
        let dates = on_the_way.filter_map(|one| self.gold().table(one)?.date);
        let none = |date| Dax::call("CROSSFILTER", [Dax::Column(date), Dax::Column(day), Dax::Word("NONE")]);
        dates.map(none).collect()
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
            _ => Dax::call("SUMMARIZE", [vec![Dax::Table(self.table)], columns].concat()),
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

/// What a test asks more than once is asked once and named: quotients first, then measures, so that a
/// quotient is written with the names of its measures.
pub(super) fn name_repeated(test: Dax) -> Dax {
    let (test, ratios) = named_apart(vec![test], |node| matches!(node, Dax::Call { function: "DIVIDE", .. }));
    let names: Vec<String> = ratios.iter().map(|ratio| ratio.name.clone()).collect();
    let values = test.into_iter().chain(ratios.into_iter().map(|ratio| ratio.value)).collect();
    let (parts, measures) = named_apart(values, |node| matches!(node, Dax::Measure(_)));
    let mut parts = parts.into_iter();
    let result = parts.next().unwrap_or(Dax::Boolean(true));
    let ratios = names.into_iter().zip(parts).map(|(name, value)| Variable { name, value });
    Dax::block(measures.into_iter().chain(ratios).collect(), result)
}

/// The expressions with what stands in them twice or more replaced by variables.
fn named_apart(mut parts: Vec<Dax>, wanted: fn(&Dax) -> bool) -> (Vec<Dax>, Vec<Variable>) {
    let mut variables: Vec<Variable> = Vec::new();
    // The names before any is given here.
    let mut read = None;
    for found in nodes_in(&parts, wanted) {
        let asked: usize = parts.iter().map(|part| count(part, &found)).sum();
        if asked < 2 {
            continue;
        }
        let name = match &found {
            Dax::Measure(label) => Lower::variable_name(label),
            _ => "Ratio".to_owned(),
        };
        let name = free_name(name, read.get_or_insert_with(|| names_in(&parts)));
        if variables.iter().all(|variable| variable.name != name) {
            parts = parts.into_iter().map(|part| replace(part, &found, &Dax::variable(&name))).collect();
            variables.push(Variable { name, value: found });
        }
    }
    (parts, variables)
}

/// The variables that the expressions read or bind, in lower case.
fn names_in(parts: &[Dax]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for part in parts {
        part.walk(&mut |node| match node {
            Dax::Variable(name) => names.extend([name.to_lowercase()]),
            Dax::Block { variables, .. } => names.extend(variables.iter().map(|one| one.name.to_lowercase())),
            _ => {}
        });
    }
    names
}

/// The name, with a number where a variable of the block around is called so.
fn free_name(name: String, read: &BTreeSet<String>) -> String {
    let others = (2..).map(|n| format!("{name}{n}"));
    let free = std::iter::once(name.clone()).chain(others).find(|other| !read.contains(&other.to_lowercase()));
    free.unwrap_or(name)
}

fn nodes_in(parts: &[Dax], wanted: fn(&Dax) -> bool) -> Vec<Dax> {
    let mut found = Vec::new();
    for part in parts {
        shallow(part, &mut |node| {
            if wanted(node) && !found.contains(node) {
                found.push(node.clone());
            }
        });
    }
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

/// Whether the arguments of a function are evaluated for other rows or filters than those at hand: `CALCULATE` and the
/// like, and what goes over the rows of a table (`FILTER`, `SUMX`, `PERCENTILEX.INC`).
fn moves_context(dax: &Dax) -> bool {
    let Dax::Call { function, .. } = dax else { return matches!(dax, Dax::Block { .. }) };
    let name = function.split_once('.').map_or(*function, |(name, _)| name);
    name.starts_with("CALCULATE") || name.ends_with('X') || OVER_ROWS.contains(&name)
}

/// Those without an X in their names that evaluate an expression for each row.
const OVER_ROWS: [&str; 4] = ["FILTER", "ADDCOLUMNS", "SELECTCOLUMNS", "TOPN"];

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
