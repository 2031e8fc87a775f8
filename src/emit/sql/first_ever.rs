//! The first day ever of something: a day of its own whatever the period, as long as the period sees it.

use super::compiler::Compiler;
use crate::model::Operator;
use crate::plan::tree::{Aggregate, Condition, Day, Scalar, ScalarKind};

impl<'a> Compiler<'a> {
    /// A date that is one day for each row whatever the unit of time that it lies in: a column, or the first of
    /// all dates, which is the same for every period that has come to it.
    pub fn is_one_day(&self, date: &'a Scalar) -> bool {
        match &date.kind {
            ScalarKind::Column(_) => true,
            ScalarKind::Metric(id) => {
                self.plan.metrics.get(id.0 as usize).is_some_and(|value| self.is_first_ever(value))
            }
            _ => self.is_first_ever(date),
        }
    }

    fn is_first_ever(&self, value: &'a Scalar) -> bool {
        match &value.kind {
            ScalarKind::Aggregate(aggregate) => self.is_first_of_all(aggregate),
            _ => false,
        }
    }

    fn is_first_of_all(&self, aggregate: &'a Aggregate) -> bool {
        let Some(operand) = &aggregate.operand else { return false };
        let (mut history, mut rest) = (false, true);
        for conjunct in &aggregate.rows.conjuncts {
            match conjunct {
                Condition::Within { date, from: None, before: Some(Day::Next) } => history |= date.kind == operand.kind,
                other => rest &= self.is_timeless(other),
            }
        }
        let is_column = matches!(operand.kind, ScalarKind::Column(_));
        matches!(aggregate.operator, Operator::Min) && is_column && history && rest
    }
}
