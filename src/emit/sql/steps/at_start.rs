//! Whether a condition may hold, and may fail, before anything has happened.

use super::resolved::resolve_in;
use crate::emit::sql::compiler::Compiler;
use crate::model::{Literal, Operator};
use crate::plan::tree::{Condition, PolicyPlanId, Scalar, ScalarKind};
use crate::syntax::tree::CompareOp;

/// What a condition may do before anything has happened.
#[derive(Debug, Clone, Copy)]
pub struct AtStart {
    pub may_hold: bool,
    pub may_fail: bool,
}

const HOLDS: AtStart = AtStart { may_hold: true, may_fail: false };
const FAILS: AtStart = AtStart { may_hold: false, may_fail: true };
const UNKNOWN: AtStart = AtStart { may_hold: true, may_fail: true };

impl AtStart {
    fn opposite(self) -> AtStart {
        AtStart { may_hold: self.may_fail, may_fail: self.may_hold }
    }

    fn both(self, other: AtStart) -> AtStart {
        AtStart { may_hold: self.may_hold && other.may_hold, may_fail: self.may_fail || other.may_fail }
    }

    fn either(self, other: AtStart) -> AtStart {
        AtStart { may_hold: self.may_hold || other.may_hold, may_fail: self.may_fail && other.may_fail }
    }
}

impl<'a> Compiler<'a> {
    /// Unknown where it is not plain: it may then hold and fail.
    pub fn at_start(&self, condition: &Condition) -> AtStart {
        match condition {
            Condition::True => HOLDS,
            Condition::False | Condition::Any(_) | Condition::Within { before: Some(_), .. } => FAILS,
            Condition::And(parts) => parts.iter().map(|part| self.at_start(part)).fold(HOLDS, AtStart::both),
            Condition::Or(parts) => parts.iter().map(|part| self.at_start(part)).fold(FAILS, AtStart::either),
            Condition::Not(inner) => self.at_start(inner).opposite(),
            Condition::Filter { id, .. } => {
                let held = self.plan.filters.get(id.0 as usize).map_or(UNKNOWN, |inner| self.at_start(inner));
                AtStart { may_fail: true, ..held }
            }
            // What a policy asks of another row may be asked there: then the rest alone must not hold.
            Condition::Policy { instances, .. } => {
                AtStart { may_hold: instances.iter().any(|id| self.policy_at_start(*id)), may_fail: true }
            }
            test => self.test_at_start(test),
        }
    }

    fn policy_at_start(&self, id: PolicyPlanId) -> bool {
        let Some(policy) = self.plan.policies.get(id.0 as usize) else { return true };
        self.at_start(policy.owner.as_ref().map_or(&policy.allowed, |owner| &owner.rest)).may_hold
    }

    fn test_at_start(&self, test: &Condition) -> AtStart {
        match test {
            // Before anything is said there is no value, and no comparison with it holds.
            Condition::Compare { .. } | Condition::In { .. } if resolve_in(test).is_some() => FAILS,
            Condition::Compare { left: value, .. } | Condition::Between { value, .. } | Condition::In { value, .. }
                if self.is_missing_at_start(value) =>
            {
                FAILS
            }
            Condition::IsMissing(value) if self.is_missing_at_start(value) => HOLDS,
            Condition::Compare { operator, left, right } => self.compared_at_start(*operator, left, right),
            _ => UNKNOWN,
        }
    }

    fn compared_at_start(&self, operator: CompareOp, left: &Scalar, right: &Scalar) -> AtStart {
        use CompareOp::{Equal, Less, LessOrEqual};
        if matches!(right.kind, ScalarKind::Day(_)) && matches!(operator, Less | LessOrEqual | Equal) {
            return FAILS;
        }
        match &right.kind {
            ScalarKind::Literal(Literal::Integer(number)) if self.is_nothing_at_start(left) => {
                if operator.holds(0.cmp(number)) { HOLDS } else { FAILS }
            }
            _ => UNKNOWN,
        }
    }

    /// A value of rows that says nothing where there are none.
    fn is_missing_at_start(&self, scalar: &Scalar) -> bool {
        match &scalar.kind {
            ScalarKind::Metric(id) => {
                self.plan.metrics.get(id.0 as usize).is_some_and(|value| self.is_missing_at_start(value))
            }
            ScalarKind::Aggregate(aggregate) => matches!(aggregate.operator, Operator::Latest(_)),
            _ => false,
        }
    }

    /// A count or a sum of rows.
    fn is_nothing_at_start(&self, scalar: &Scalar) -> bool {
        match &scalar.kind {
            ScalarKind::Zero(inner) => self.is_nothing_at_start(inner),
            ScalarKind::Metric(id) => {
                self.plan.metrics.get(id.0 as usize).is_some_and(|value| self.is_nothing_at_start(value))
            }
            ScalarKind::Aggregate(aggregate) => {
                matches!(aggregate.operator, Operator::Count | Operator::CountDistinct | Operator::Sum)
            }
            _ => false,
        }
    }
}
