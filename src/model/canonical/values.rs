//! Values in canonical text.

use crate::gold::TableId;
use crate::gold::text::fold;
use crate::model::{Aggregate, Definition, Expr, ExprKind, Function, Literal, Operator};

use super::{Writer, call};

impl Writer<'_> {
    /// A value or condition; `hand` is the table of the row at hand.
    pub(super) fn text(&self, expr: &Expr, hand: Option<TableId>) -> String {
        let of = |part: &Expr| self.text(part, hand);
        match &expr.kind {
            ExprKind::Literal(literal) => literal_text(literal),
            ExprKind::Column(column) => self.path_column(column),
            ExprKind::Start => "start".to_owned(),
            ExprKind::End => "end".to_owned(),
            ExprKind::ThisPurpose => "this purpose".to_owned(),
            ExprKind::ThisChannel => "this channel".to_owned(),
            ExprKind::Negate(value) => call("-", [of(value)]),
            ExprKind::Arithmetic { operator, left, right } => call(operator.sign(), [of(left), of(right)]),
            ExprKind::Call { function, arguments } => call(function_name(*function), arguments.iter().map(of)),
            ExprKind::Case { branches, otherwise } => {
                let branches = branches.iter().flat_map(|(when, then)| [of(when), of(then)]);
                call("case", branches.chain([of(otherwise)]))
            }
            ExprKind::Aggregate(aggregate) => self.at_hand(self.aggregate(aggregate), [aggregate.rows.table], hand),
            ExprKind::Metric(id) => {
                let meaning = self.meanings.get(&Definition::Metric(*id));
                let leaves = meaning.into_iter().flat_map(|meaning| meaning.leaves.iter().copied());
                self.at_hand(meaning.map(|meaning| meaning.text.clone()).unwrap_or_default(), leaves, hand)
            }
            ExprKind::Resolve { path, id } => call("at", [self.path(path), self.meaning(Definition::Resolve(*id))]),
            ExprKind::Prior { value, months } => call("prior", [of(value), months.to_string()]),
            ExprKind::Opening(value) => call("opening", [of(value)]),
            ExprKind::Ignoring { value, table } => call("ignoring", [of(value), self.table(*table)]),
            ExprKind::Restricted { value, table, condition } => {
                let condition = self.text(condition, Some(*table));
                call("where", [of(value), self.table(*table), condition])
            }
            _ => self.condition(expr, hand),
        }
    }

    /// At a row, the way from each leaf to it is part of the meaning.
    fn at_hand(&self, text: String, leaves: impl IntoIterator<Item = TableId>, hand: Option<TableId>) -> String {
        let Some(hand) = hand else { return text };
        let links = leaves.into_iter().map(|leaf| self.link(leaf, hand));
        call("at", [text, self.table(hand)].into_iter().chain(links))
    }

    fn aggregate(&self, aggregate: &Aggregate) -> String {
        let table = aggregate.rows.table;
        let operand = aggregate.operand.as_ref().map(|operand| self.text(operand, Some(table)));
        let parts = [Some(self.operator(&aggregate.operator)), operand, Some(self.rows(&aggregate.rows))];
        call(if aggregate.per_entity { "per" } else { "aggregate" }, parts.into_iter().flatten())
    }

    fn operator(&self, operator: &Operator) -> String {
        match operator {
            Operator::Count => "count".to_owned(),
            Operator::CountDistinct => "distinct".to_owned(),
            Operator::Sum => "sum".to_owned(),
            Operator::Average => "average".to_owned(),
            Operator::Min => "min".to_owned(),
            Operator::Max => "max".to_owned(),
            Operator::Median => "median".to_owned(),
            Operator::Percentile(fraction) => format!("percentile {fraction}"),
            Operator::Latest(date) => format!("latest {}", self.path_column(date)),
        }
    }

    pub(super) fn meaning(&self, definition: Definition) -> String {
        self.meanings.get(&definition).map(|meaning| meaning.text.clone()).unwrap_or_default()
    }
}

/// Text as it is compared; numbers with their kind, since it decides how they are compared.
pub(super) fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Integer(value) => value.to_string(),
        Literal::Money(value) => format!("{value}/10000"),
        Literal::Number(value) => format!("{value:?}"),
        Literal::Text(text) => format!("{:?}", fold(text)),
        Literal::Boolean(value) => value.to_string(),
        Literal::Date(day) => day.to_string(),
    }
}

fn function_name(function: Function) -> &'static str {
    match function {
        Function::Coalesce => "coalesce",
        Function::Round => "round",
        Function::MonthsBetween => "months_between",
        Function::FullMonths => "full_months",
        Function::DaysBetween => "days_between",
    }
}
