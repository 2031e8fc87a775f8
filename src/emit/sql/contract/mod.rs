//! What `gold.yaml` takes for granted: a query per assumption whose rows are those that break it.
//!
//! All queries have the same columns: what is broken, where, the value and how many rows have it.

mod calendar;
mod columns;
mod grains;
mod rows;
mod ways;

use rayon::prelude::*;
use sqlparser::ast::{BinaryOperator, CharacterLength, DataType, Expr, SelectItem};

use super::ast::{self, Parts, Selection};
use super::common;
use super::compiler::Compiler;
use super::context::{Asked, PeriodId};
use super::dialects::Percentile;
use super::files::{Build, Scripts, Take};
use super::frame::Frame;
use super::statement::{self, Spelled};
use crate::gold::{ColumnId, Table, TableId};

/// `contract.sql` of every dialect.
pub fn files<T>(build: Build<'_>, take: Take<'_, T>) -> Vec<T> {
    let about = "Each query returns the rows that break what gold.yaml takes for granted; none is as it should be.";
    let add = |part: &mut Scripts<'_>, above: String, body: Selection| {
        part.statement(&[above], |mut texts| texts.body(&body));
    };
    Scripts::joined(build, about, by_table(build, || Scripts::part(build), add), ("contract.sql", take))
}

/// What each query looks for, and the query.
pub fn checks(build: Build<'_>) -> Vec<(String, Spelled)> {
    let add = |checks: &mut Vec<_>, above, body: Selection| {
        checks.push((above, statement::spelled(build.dialects, |mut texts| texts.body(&body))));
    };
    by_table(build, Vec::new, add).into_iter().flatten().collect()
}

/// What the checks of each table are added to, one by one: a tree is gone before the next is built.
fn by_table<T: Send>(
    build: Build<'_>,
    begin: impl Fn() -> T + Sync,
    add: impl Fn(&mut T, String, Selection) + Sync,
) -> Vec<T> {
    let of_table = |(at, table)| {
        let compiler = Compiler::new(build.model, build.plan, Percentile::Aggregate, Asked::default());
        let mut checks = begin();
        let mut take = |(above, body)| add(&mut checks, above, body);
        compiler.table_checks(TableId(at as u32), table, &mut take);
        checks
    };
    build.model.gold.tables.par_iter().enumerate().map(of_table).collect()
}

/// What a query looks for, and the query.
type Checked = (String, Selection);

/// What is asked of all rows of a table at once.
const NOT_ONE_ROW: &str = "not one row";
const CALENDAR_TOO_SHORT: &str = "calendar too short";
const SUM_OUT_OF_RANGE: &str = "sum out of range";

/// Whether a check, by its name, asks of the table as a whole: then the number of its rows says nothing.
pub fn is_of_the_table(check: &str) -> bool {
    let breach = check.rsplit_once(": ").map_or(check, |(_, breach)| breach);
    [NOT_ONE_ROW, CALENDAR_TOO_SHORT, SUM_OUT_OF_RANGE].contains(&breach)
}

/// A question about one column.
struct Check<'c> {
    breach: &'c str,
    table: &'c str,
    column: &'c str,
    /// Listed, with the number of its rows; without one, the rows are counted together.
    value: Option<Expr>,
    conditions: Vec<Expr>,
    having: Option<Expr>,
}

impl<'c> Check<'c> {
    fn of(breach: &'c str, table: &'c Table, column: &'c str) -> Self {
        Check { breach, table: &table.name, column, value: None, conditions: Vec::new(), having: None }
    }
}

impl<'a> Compiler<'a> {
    fn table_checks(&self, id: TableId, table: &'a Table, take: &mut impl FnMut(Checked)) {
        self.duplicate_keys(id, table).into_iter().for_each(&mut *take);
        for (at, column) in table.columns.iter().enumerate() {
            self.column_checks(ColumnId { table: id, index: at as u32 }, table, column, take);
        }
        for (_, relationship) in self.gold.leaving(id) {
            self.orphans(table, relationship).into_iter().for_each(&mut *take);
        }
        self.ways_that_disagree(id, table, take);
        let as_of = self.gold.as_of.filter(|as_of| as_of.table == id);
        let dates = table.date.into_iter().chain(table.other_dates.iter().copied());
        // An as-of date behind the calendar's last day ends every period earlier, without a word.
        let as_of_alone = as_of.filter(|as_of| !dates.clone().any(|date| date == *as_of));
        for date in dates.chain(as_of_alone) {
            self.outside_calendar(table, date).into_iter().for_each(&mut *take);
        }
        if let Some(calendar) = self.gold.calendar.as_ref().filter(|calendar| calendar.table == id) {
            self.calendar_gaps(table, calendar).into_iter().for_each(&mut *take);
            self.calendar_ends(table, calendar).into_iter().for_each(&mut *take);
            self.grains(table, calendar, take);
        }
        if as_of.is_some() {
            self.one_row(id, table).into_iter().for_each(&mut *take);
        }
    }

    fn query_of(&self, frame: &Frame, check: Check<'_>) -> Checked {
        let above = format!("{}.{}: {}", check.table, check.column, check.breach);
        let text = |text: &str| common::text(text);
        let columns: [(&str, Expr); 5] = [
            ("breach", text(check.breach)),
            ("table_name", text(check.table)),
            ("column_name", text(check.column)),
            ("value", ast::cast(check.value.clone().unwrap_or_else(ast::null), shown_type())),
            ("row_count", common::count_rows()),
        ];
        let items: Vec<SelectItem> = columns.into_iter().map(|(name, value)| self.item(value, name)).collect();
        let some = || ast::compare(common::count_rows(), BinaryOperator::Gt, ast::number(0));
        let having = check.having.or_else(|| check.value.is_none().then(some));
        let (conditions, group_by) = (check.conditions, check.value.into_iter().collect());
        let body = ast::select(Parts { items, conditions, group_by, having, ..self.parts_of(frame) });
        (above, body)
    }

    fn frame_of(&self, id: TableId) -> (Frame, String) {
        let frame = self.table_frame(id, PeriodId(0));
        let alias = frame.alias.clone();
        (frame, alias)
    }
}

fn shown_type() -> DataType {
    DataType::Varchar(Some(CharacterLength::IntegerLength { length: 400, unit: None }))
}
