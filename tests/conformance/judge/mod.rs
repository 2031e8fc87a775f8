//! The judge: the definition of a number as a row-by-row evaluator.
//!
//! It is written from that definition alone, slow and obvious, and shares no code with the planner or an
//! emitter: where DAX and SQL differ, it says who is wrong. Its functions have the names of the definition:
//!
//! - **Given** are the gold tables, the calendar's days `C` and the as-of date `A`. `T ~> D` is the one chain of
//!   active many-to-one relationships from T to D, and `r.D` the row of D that row r leads to, or none.
//! - **Context** `(P, F, h)`: the days `P` of `C` up to `A` with `start`, `end` and `next`, the day after `end`;
//!   the filters `F`, conditions each on the columns of one table; a row at hand `h`, or none. Without a day there is
//!   no value.
//! - **`rows(T)`**: the rows `t` of T for which each filter on a D with `T ~> D` holds of `t.D` (columns of no row
//!   are missing), and which belong to `h`, a row of H: `t.H = h` where `T ~> H`, else `t.X = h.X` for the one
//!   nearest X that both lead to.
//! - **Scalars and conditions** are those of docs/language.md: `a + b` reads one missing side as 0; `*`, `/` and
//!   functions are missing where a side is; a comparison with a missing side is false; numbers are compared at nine
//!   decimals.
//! - **What belongs to a table**: a filter is asked at `(P, F, t)`, a segment at `(C up to A, {}, t)`, a policy and
//!   a resolve at `(P, {}, t)`.
//! - **Aggregates** are of the rows of `rows(T)` for which condition and window hold at `(P, F, t)`; `agg(m per E)`
//!   is of the values of `m` at `(P, F, x)` for each `x` of `rows(E)`.
//! - **Metrics**: `m where q` is `m` at `(P, F + {q}, h)`; `m ignoring T` without the filters on T and without a
//!   row at hand of T; `prior` and `opening` move `P`, and give no value where no day is left.
//! - **Groups** by columns and a grain are the metric at the days of the unit and with the values as filters, each
//!   where some metric has data; the total is the value without groups, never a sum.

mod aggregate;
mod condition;
mod context;
mod grouping;
mod policy;
mod resolve;
mod rows;
mod scalar;
#[cfg(test)]
mod tests;
mod value;
mod walk;
mod window;

use std::collections::{BTreeSet, HashMap};

use carat::gold::{ColumnId, Date, TableId};
use carat::model::{Model, PolicyId, SegmentId};

use crate::data::Data;

pub use context::{Asked, Context, Period};
pub use grouping::{Grain, Grouped, Slice};
pub use value::{Value, folded};
pub use walk::{everything as windows, restrictions};

/// What is given: the definitions and the gold tables.
pub struct Judge<'a> {
    pub model: &'a Model,
    pub data: &'a Data,
    /// `C`, the days of the calendar table, sorted.
    calendar: Vec<Date>,
    /// `A`, the last day the data is complete to.
    as_of: Date,
    /// `C up to A`, kept since every segment asks for it.
    whole: Option<Period>,
    /// Row by key, of every table with a single-column key.
    keys: HashMap<TableId, HashMap<String, usize>>,
}

impl<'a> Judge<'a> {
    pub fn new(model: &'a Model, data: &'a Data) -> Judge<'a> {
        let mut judge =
            Judge { model, data, calendar: Vec::new(), as_of: Date(i32::MAX), whole: None, keys: HashMap::new() };
        judge.keys = judge.row_by_key();
        judge.calendar = judge.days_of_the_calendar();
        judge.as_of = judge.as_of_date();
        judge.whole = judge.period(|_, _| true);
        judge
    }

    /// `{d in C : d <= A, filter(d)}`; none where no day is left.
    pub fn period(&self, filter: impl Fn(usize, Date) -> bool) -> Option<Period> {
        let day = self.model.gold.calendar.as_ref()?.day;
        let picked = (0..self.data.rows(day.table))
            .filter_map(|row| Some((row, self.cell(day, row).date()?)))
            .filter(|(row, date)| *date <= self.as_of && filter(*row, *date));
        Period::of(picked.map(|(_, date)| date).collect())
    }

    /// All days of the calendar up to the as-of date.
    pub fn whole_period(&self) -> Option<Period> {
        self.whole.clone()
    }

    /// The rows of the segment's table that are its members.
    pub fn members(&self, id: SegmentId) -> Vec<usize> {
        let (Some(segment), Some(period)) = (self.model.segment(id), self.whole_period()) else { return Vec::new() };
        let reader = Context::of_reader(period, Vec::new());
        (0..self.data.rows(segment.table))
            .filter(|row| self.segment(id, &reader.at(segment.table, Some(*row))))
            .collect()
    }

    /// The contacts that a policy lets its purpose reach on a channel among those of a segment's members, and the
    /// members they belong to.
    pub fn eligible(&self, id: SegmentId, channel: &str, policy: PolicyId) -> (usize, usize) {
        let (Some(segment), Some(policy)) = (self.model.segment(id), self.model.policy(policy)) else { return (0, 0) };
        let (Some(path), Some(period)) =
            (self.model.gold.active_path(policy.table, segment.table), self.whole_period())
        else {
            return (0, 0);
        };
        let (members, reader) = (self.members(id), Context::of_reader(period, Vec::new()));
        let contacts = (0..self.data.rows(policy.table))
            .filter(|row| self.allows(policy, channel, &reader.at(policy.table, Some(*row))))
            .filter_map(|row| self.follow(&path, Some(row)))
            .filter(|member| members.contains(member));
        let contacts: Vec<usize> = contacts.collect();
        (contacts.len(), contacts.into_iter().collect::<BTreeSet<usize>>().len())
    }

    /// A grain of the schema.
    pub fn grain(&self, name: &str) -> Option<Grain> {
        let column = *self.model.gold.calendar.as_ref()?.grains.get(name)?;
        Some(Grain { name: name.to_string(), column })
    }

    /// A stored value, `""` read as missing.
    pub fn cell(&self, column: ColumnId, row: usize) -> Value {
        self.data.cell(column, row).clone().or_missing()
    }

    fn row_by_key(&self) -> HashMap<TableId, HashMap<String, usize>> {
        let tables = (0..self.model.gold.tables.len() as u32).map(TableId);
        tables.filter_map(|table| Some((table, self.rows_of_key(self.model.gold.single_key(table)?)))).collect()
    }

    fn rows_of_key(&self, key: ColumnId) -> HashMap<String, usize> {
        let rows = (0..self.data.rows(key.table)).rev();
        rows.filter_map(|row| Some((self.cell(key, row).identity()?, row))).collect()
    }

    fn days_of_the_calendar(&self) -> Vec<Date> {
        let Some(calendar) = &self.model.gold.calendar else { return Vec::new() };
        let rows = 0..self.data.rows(calendar.day.table);
        let mut days: Vec<Date> = rows.filter_map(|row| self.cell(calendar.day, row).date()).collect();
        days.sort();
        days
    }

    fn as_of_date(&self) -> Date {
        let rows =
            |column: ColumnId| (0..self.data.rows(column.table)).filter_map(move |row| self.cell(column, row).date());
        self.model.gold.as_of.and_then(|column| rows(column).max()).unwrap_or(Date(i32::MAX))
    }
}
