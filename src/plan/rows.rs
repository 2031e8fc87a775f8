//! Aggregates and `any`: which rows, under which conditions, met how.

use crate::gold::{Gold, RelationshipId, TableId, Type, common, link};
use crate::model::{self, Operator};

use super::absence::zero;
use super::condition::{conjuncts, rounded};
use super::lower::{Lowering, Scope};
use super::scalar::to_number;
use super::tree::{Absence, Aggregate, Link, Rows, Scalar, ScalarKind};

/// As the author or an inactive relationship says, else as the tables meet; none where they do not.
pub fn link_of(gold: &Gold, rows: &Rows, hand: TableId) -> Option<Link> {
    rows.link.clone().or_else(|| link(gold, rows.table, hand).ok())
}

impl Lowering<'_> {
    pub(super) fn aggregate(&mut self, aggregate: &model::Aggregate, ty: Type, scope: Scope) -> Scalar {
        let inner = scope.at(aggregate.rows.table);
        let operand = aggregate.operand.as_ref().map(|operand| self.scalar(operand, inner));
        let operand = operand.map(|operand| in_class(operand, &aggregate.operator, ty));
        let plan = Aggregate {
            operator: of_equals(&aggregate.operator, operand.as_ref()),
            operand,
            by: match &aggregate.operator {
                Operator::Latest(date) => Some(self.plan_column(date)),
                _ => None,
            },
            rows: self.rows(&aggregate.rows, scope),
            per_entity: aggregate.per_entity,
        };
        Scalar { kind: ScalarKind::Aggregate(Box::new(plan)), ty, absence: of_nothing(&aggregate.operator) }
    }

    pub(super) fn rows(&mut self, rows: &model::Rows, scope: Scope) -> Rows {
        let inner = scope.at(rows.table);
        let unsettled = self.unsettled(rows);
        let condition = unsettled.as_ref().or(rows.condition.as_ref());
        let mut parts = condition.map_or_else(Vec::new, |condition| conjuncts(self.condition(condition, inner)));
        for over in &rows.over {
            let date = over.date.as_ref().map(|date| self.column(date));
            parts.extend(self.window(&over.window, date));
        }
        Rows { table: rows.table, conjuncts: parts, link: self.written_link(rows, scope.hand) }
    }

    /// The link that an inactive relationship or the author decides; none where the paths do.
    fn written_link(&self, rows: &model::Rows, hand: Option<TableId>) -> Option<Link> {
        let through = |id: RelationshipId| Link::To(vec![id]);
        rows.through.map(through).or_else(|| common(self.gold(), rows.table, hand?, rows.of?))
    }
}

/// Every percentile of equal values is that value; engines refuse to order rows by a number.
fn of_equals(operator: &Operator, operand: Option<&Scalar>) -> Operator {
    let number = operand.is_some_and(|operand| matches!(operand.kind, ScalarKind::Literal(_)));
    match operator {
        Operator::Median | Operator::Percentile(_) if number => Operator::Min,
        other => other.clone(),
    }
}

/// The operand as the operator works on it: averages and percentiles in double, a sum in its own class, values that
/// were worked out in double as they are compared where different ones are counted.
/// For an entity a count or sum of nothing is 0 (docs/language.md, Metrics).
fn in_class(operand: Scalar, operator: &Operator, ty: Type) -> Scalar {
    let operand = zero(operand);
    match operator {
        Operator::Average | Operator::Median | Operator::Percentile(_) => to_number(operand),
        Operator::Sum if ty == Type::Number => to_number(operand),
        Operator::CountDistinct if operand.ty == Type::Number && !operand.is_given() => rounded(operand),
        _ => operand,
    }
}

/// `count` and `sum` of nothing are 0, every other aggregate of nothing is missing (docs/language.md, Nothing is not
/// a number).
fn of_nothing(operator: &Operator) -> Absence {
    match operator {
        Operator::Count | Operator::CountDistinct | Operator::Sum => Absence::Zero,
        _ => Absence::Missing,
    }
}
