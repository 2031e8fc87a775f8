//! What the DAX evaluator is known to say otherwise than Microsoft documents (docs/same-numbers.md): by a filter that
//! leaves no row everything is BLANK to it, also `CALCULATE ( 5, .. )`. Where it says nothing then, nothing is known.

use carat::gold::TableId;
use carat::model::{Expr, MetricId};

use super::asked::Asked;
use super::compare::says_something;
use crate::judge::{Context, Judge, Value, restrictions};

/// Whether a filter of the question, or a `where` on what the metric reads, leaves no row.
pub fn is_unknown(judge: &Judge, asked: &Asked, id: MetricId) -> bool {
    let Some(metric) = judge.model.metric(id) else { return false };
    let mut filters = asked.slice.conditions.iter();
    let mut found = filters.any(|filter| leaves_no_row(judge, filter.table, &filter.condition));
    restrictions(judge.model, &metric.value, &mut |table, condition| {
        found = found || leaves_no_row(judge, table, condition);
    });
    found
}

/// Whether a row of values leaves one out that must be there, and is not known to be missing.
pub fn leaves_out(judge: &Judge, asked: &Asked, expected: &[Value], said: &[Option<String>]) -> bool {
    let missed = |(value, text): (&Value, &Option<String>)| says_something(value) && text.is_none();
    let mut rows = asked.metrics.iter().zip(expected.iter().zip(said));
    rows.any(|(id, one)| missed(one) && is_unknown(judge, asked, *id))
}

fn leaves_no_row(judge: &Judge, table: TableId, condition: &Expr) -> bool {
    let Some(period) = judge.whole_period() else { return true };
    let reader = Context::of_reader(period, Vec::new());
    !(0..judge.data.rows(table)).any(|row| judge.condition(condition, &reader.at(table, Some(row))))
}
