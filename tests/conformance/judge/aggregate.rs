//! Aggregates at `(P, F, h)`.

use std::collections::BTreeSet;

use carat::gold::{Date, Type};
use carat::model::{Aggregate, Operator, PathColumn};

use super::Judge;
use super::context::Context;
use super::value::{Value, compared, plus};

impl Judge<'_> {
    /// Over the present values of `e` in `S`; `agg(m per E)` is the same with entities for rows.
    pub fn aggregate(&self, aggregate: &Aggregate, context: &Context) -> Value {
        let rows = self.chosen(&aggregate.rows, context);
        let Some(operand) = &aggregate.operand else { return Value::Integer(rows.len() as i64) };
        let at = |row: &usize| context.at(aggregate.rows.table, Some(*row));
        if let Operator::Latest(date) = &aggregate.operator {
            let dated = rows.iter().map(|row| (self.scalar(operand, &at(row)), self.date_at(date, &at(row))));
            return latest(dated.collect());
        }
        let values = rows.iter().map(|row| self.scalar(operand, &at(row)));
        over(&aggregate.operator, values.filter(|value| !value.is_missing()).collect(), operand.ty)
    }

    fn date_at(&self, date: &PathColumn, context: &Context) -> Option<Date> {
        self.path_value(date, context.hand).date()
    }
}

/// An aggregate of present values.
fn over(operator: &Operator, values: Vec<Value>, ty: Type) -> Value {
    match operator {
        Operator::Count => Value::Integer(values.len() as i64),
        Operator::CountDistinct => {
            let different: BTreeSet<String> = values.iter().filter_map(Value::identity).collect();
            Value::Integer(different.len() as i64)
        }
        Operator::Sum => values.iter().fold(Value::zero(ty), |sum, value| plus(&sum, value)),
        Operator::Min => greatest(values, |a, b| compared(a, b).is_some_and(|order| order.is_lt())),
        Operator::Max => greatest(values, |a, b| compared(a, b).is_some_and(|order| order.is_gt())),
        Operator::Average => average(&numbers(&values)),
        Operator::Median => percentile(numbers(&values), 0.5),
        Operator::Percentile(k) => percentile(numbers(&values), *k),
        Operator::Latest(_) => Value::Missing,
    }
}

/// The greatest present value among the rows with the greatest date for which it is present.
fn latest(dated: Vec<(Value, Option<Date>)>) -> Value {
    let present: Vec<(Value, Date)> =
        dated.into_iter().filter(|(value, _)| !value.is_missing()).filter_map(|(v, d)| Some((v, d?))).collect();
    let last = present.iter().map(|(_, date)| *date).max();
    let values = present.into_iter().filter(|(_, date)| Some(*date) == last).map(|(value, _)| value).collect();
    over(&Operator::Max, values, Type::Integer)
}

fn greatest(values: Vec<Value>, better: impl Fn(&Value, &Value) -> bool) -> Value {
    values.into_iter().reduce(|best, value| if better(&value, &best) { value } else { best }).unwrap_or(Value::Missing)
}

fn numbers(values: &[Value]) -> Vec<f64> {
    values.iter().filter_map(Value::number).collect()
}

fn average(numbers: &[f64]) -> Value {
    if numbers.is_empty() {
        return Value::Missing;
    }
    Value::Number(numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// Interpolates at `1 + (n - 1) k`.
fn percentile(mut numbers: Vec<f64>, k: f64) -> Value {
    if numbers.is_empty() {
        return Value::Missing;
    }
    numbers.sort_by(f64::total_cmp);
    let place = (numbers.len() - 1) as f64 * k;
    let (below, above) = (numbers[place.floor() as usize], numbers[place.ceil() as usize]);
    Value::Number(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_interpolates() {
        assert_eq!(percentile(vec![4.0, 1.0, 3.0, 2.0], 0.25), Value::Number(1.75));
        assert_eq!(percentile(vec![1.0, 1.01], 0.5), Value::Number(1.005));
        assert_eq!(percentile(vec![], 0.5), Value::Missing);
    }

    #[test]
    fn latest_passes_over_rows_without_a_value_and_takes_the_greatest_of_a_tie() {
        let row = |value: Option<i64>, day: Option<i32>| (value.map_or(Value::Missing, Value::Integer), day.map(Date));
        assert_eq!(
            latest(vec![row(Some(1), Some(1)), row(Some(7), Some(2)), row(Some(3), Some(2))]),
            Value::Integer(7)
        );
        assert_eq!(latest(vec![row(Some(1), Some(1)), row(None, Some(2)), row(Some(9), None)]), Value::Integer(1));
    }
}
