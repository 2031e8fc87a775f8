//! What the DAX evaluator is known to say otherwise than Microsoft documents (docs/same-numbers.md): by a filter that
//! leaves no row everything is BLANK to it, also `CALCULATE ( 5, .. )`. Where it says nothing then, nothing is known.

use carat::gold::TableId;
use carat::model::{Expr, MetricId, Rows};
use carat::source::{FileId, Span};

use super::asked::{Asked, Key};
use super::compare::Difference;
use crate::judge::{Context, Judge, Value, restrictions};

/// Whether nothing is known of a value that differs.
pub fn is_unknown(judge: &Judge, asked: &Asked, one: &Difference) -> bool {
    let context = || context_of(judge, asked, &one.key);
    one.got.is_none() && context().is_some_and(|context| is_by_no_row(judge, asked.metrics[one.metric], &context))
}

/// Whether the filters of a view leave no row of their table, or a `where` on what the metric reads does.
pub fn is_unknown_of_view(judge: &Judge, asked: &Asked, id: MetricId) -> bool {
    let Some(period) = judge.whole_period() else { return true };
    let reader = Context::of_reader(period, Vec::new());
    let mut filters = asked.slice.conditions.iter();
    filters.any(|filter| leaves_no_row(judge, filter.table, &filter.condition, &reader))
        || is_by_no_row(judge, id, &reader)
}

fn context_of(judge: &Judge, asked: &Asked, key: &Key) -> Option<Context> {
    let cells = judge.grouping(&asked.slice).into_iter();
    let mut own = cells.filter(|cell| cell.key.iter().map(Value::identity).eq(key.iter().cloned()));
    own.next()?.context
}

fn is_by_no_row(judge: &Judge, id: MetricId, context: &Context) -> bool {
    judge.model.metric(id).is_some_and(|metric| asks_no_row(judge, &metric.value, context))
}

/// Whether a `where` on what the expression reads leaves no row.
pub fn asks_no_row(judge: &Judge, expr: &Expr, context: &Context) -> bool {
    let mut found = false;
    restrictions(judge.model, expr, &mut |table, condition| {
        found = found || leaves_no_row(judge, table, condition, context);
    });
    found
}

fn leaves_no_row(judge: &Judge, table: TableId, condition: &Expr, context: &Context) -> bool {
    let picked =
        Rows { table, condition: None, over: Vec::new(), of: None, through: None, span: Span::new(FileId(0), 0, 0) };
    let of_row = |row| context.without_filters().at(table, Some(row));
    !judge.rows(&picked, context).into_iter().any(|row| judge.condition(condition, &of_row(row)))
}
