//! Values in words.

use crate::gold::{Link, TableId, Type, link};
use crate::model::{Aggregate, Expr, ExprKind, Function, Literal, Operator, Rows};
use crate::syntax::tree::ArithmeticOp;

use super::window::counted;
use super::{Words, called};

impl Words<'_> {
    /// A noun phrase without a full stop; a definition that is read stands by its label.
    pub fn value(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Literal(literal) => self::literal(literal),
            ExprKind::Column(column) => self.path_column(column),
            ExprKind::Start => "the first day of the period".to_owned(),
            ExprKind::End => "the end of the period".to_owned(),
            ExprKind::ThisPurpose => "this purpose".to_owned(),
            ExprKind::ThisChannel => "this channel".to_owned(),
            ExprKind::Negate(value) => format!("minus {}", self.operand(value)),
            ExprKind::Arithmetic { operator, left, right } => {
                format!("{} {} {}", self.operand(left), operation(*operator), self.operand(right))
            }
            ExprKind::Call { function, arguments } => self.call(*function, arguments),
            ExprKind::Case { branches, otherwise } => self.case(branches, otherwise),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Metric(id) => self.model.metric(*id).map_or_else(String::new, |metric| called(&metric.head)),
            ExprKind::Resolve { path, id } => {
                let resolve = self.model.resolve(*id).map_or_else(String::new, |resolve| called(&resolve.head));
                format!("{resolve}{}", self.of_path(path))
            }
            ExprKind::Prior { value, months } => {
                format!("{}, {} earlier", self.operand(value), counted(*months, "month"))
            }
            ExprKind::Opening(value) => format!("{} before the period began", self.operand(value)),
            ExprKind::Restricted { value, condition, table } => {
                format!("{} for {} rows where {}", self.operand(value), self.table(*table), self.condition(condition))
            }
            ExprKind::Ignoring { value, table } => {
                format!("{} for every {}", self.operand(value), self.table(*table))
            }
            _ => self.condition(expr),
        }
    }

    /// In brackets where it is itself an operation.
    pub(super) fn operand(&self, expr: &Expr) -> String {
        let text = self.value(expr);
        match &expr.kind {
            ExprKind::Arithmetic { .. }
            | ExprKind::Case { .. }
            | ExprKind::Prior { .. }
            | ExprKind::Aggregate(_)
            | ExprKind::Restricted { .. }
            | ExprKind::Ignoring { .. }
            | ExprKind::And(_)
            | ExprKind::Or(_) => {
                format!("({text})")
            }
            _ => text,
        }
    }

    fn call(&self, function: Function, arguments: &[Expr]) -> String {
        let words: Vec<String> = arguments.iter().map(|argument| self.operand(argument)).collect();
        let [first, second] = words.as_slice() else { return String::new() };
        match function {
            Function::Coalesce => format!("{first}, or {second} where it is missing"),
            Function::Round if second == "0" => format!("{first} rounded to a whole number"),
            Function::Round if second == "1" => format!("{first} rounded to 1 decimal"),
            Function::Round => format!("{first} rounded to {second} decimals"),
            Function::MonthsBetween => format!("the number of months begun from {first} to {second}"),
            Function::FullMonths => format!("the number of whole months from {first} to {second}"),
            Function::DaysBetween => format!("the number of days from {first} to {second}"),
        }
    }

    fn case(&self, branches: &[(Expr, Expr)], otherwise: &Expr) -> String {
        let branch = |(when, then): &(Expr, Expr)| format!("{} if {}", self.value(then), self.condition(when));
        let branches: Vec<String> = branches.iter().map(branch).collect();
        format!("{}, else {}", branches.join(", "), self.value(otherwise))
    }

    fn aggregate(&self, aggregate: &Aggregate) -> String {
        let inside = self.at(aggregate.rows.table);
        let operand = aggregate.operand.as_ref().map_or_else(String::new, |operand| inside.operand(operand));
        let what = match &aggregate.operator {
            Operator::Count => return format!("the number of {}", self.rows(&aggregate.rows)),
            Operator::CountDistinct => format!("the number of different values of {operand}"),
            Operator::Sum => format!("the sum of {operand}"),
            Operator::Average => format!("the average of {operand}"),
            Operator::Min => format!("the {} {operand}", if is_date(aggregate) { "earliest" } else { "smallest" }),
            Operator::Max => format!("the {} {operand}", if is_date(aggregate) { "last" } else { "greatest" }),
            Operator::Median => format!("the median of {operand}"),
            Operator::Percentile(fraction) => format!("the {} percentile of {operand}", ordinal(fraction * 100.0)),
            Operator::Latest(date) => format!("the latest {operand} by {}", self.path_column(date)),
        };
        match aggregate.per_entity {
            true => format!("{what} of each {}", self.called_rows("row", &aggregate.rows)),
            false => format!("{what} over {}", self.rows(&aggregate.rows)),
        }
    }

    /// `customer rows where .., with order date in the last 12 months`.
    /// How rows meet the row at hand, where that is not plain; with a blank before it.
    pub fn link(&self, rows: &Rows) -> String {
        let through = rows.through.map(|role| format!(" by their {}", self.role(role)));
        let of = rows.of.or_else(|| self.met_over(rows)).map(|of| format!(" of the same {}", self.table(of)));
        [through, of].into_iter().flatten().collect()
    }

    pub(super) fn rows(&self, rows: &Rows) -> String {
        self.called_rows("rows", rows)
    }

    fn called_rows(&self, word: &str, rows: &Rows) -> String {
        let mut text = format!("{} {word}", self.table(rows.table));
        text.push_str(&self.link(rows));
        if let Some(condition) = &rows.condition {
            text.push_str(&format!(" where {}", self.at(rows.table).condition(condition)));
        }
        for over in &rows.over {
            text.push_str(&format!(", {}", self.over(over)));
        }
        text
    }
}

impl Words<'_> {
    /// The table in which rows meet the row at hand where they do not lead to it.
    fn met_over(&self, rows: &Rows) -> Option<TableId> {
        match link(&self.model.gold, rows.table, self.hand.filter(|_| rows.through.is_none())?) {
            Ok(Link::Common { table, .. }) => Some(table),
            _ => None,
        }
    }
}

fn is_date(aggregate: &Aggregate) -> bool {
    aggregate.operand.as_ref().is_some_and(|operand| operand.ty == Type::Date)
}

/// `90th`, `1st`, `97.5th`; without the noise of doubles.
fn ordinal(number: f64) -> String {
    let number = (number * 1e9).round() / 1e9;
    let ending = match (number % 100.0, number % 10.0) {
        (11.0..=13.0, _) => "th",
        (_, 1.0) => "st",
        (_, 2.0) => "nd",
        (_, 3.0) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn operation(operator: ArithmeticOp) -> &'static str {
    match operator {
        ArithmeticOp::Add => "plus",
        ArithmeticOp::Subtract => "less",
        ArithmeticOp::Multiply => "times",
        ArithmeticOp::Divide => "divided by",
    }
}

pub(super) fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Integer(n) => n.to_string(),
        Literal::Money(n) => money(*n),
        Literal::Number(x) => x.to_string(),
        Literal::Text(text) => literal_text(text),
        Literal::Boolean(true) => "true".to_owned(),
        Literal::Boolean(false) => "false".to_owned(),
        Literal::Date(date) => date.to_string(),
    }
}

/// As a text stands in a sentence.
pub(super) fn literal_text(text: &str) -> String {
    format!("“{text}”")
}

/// Ten-thousandths without trailing zeros.
fn money(units: i64) -> String {
    let (sign, units) = if units < 0 { ("-", units.unsigned_abs()) } else { ("", units.unsigned_abs()) };
    let text = format!("{sign}{}.{:04}", units / 10_000, units % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
