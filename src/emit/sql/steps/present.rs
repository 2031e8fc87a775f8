//! Where a frame stands on the day of a row's own date, what is asked of the row compares the date with itself: the
//! row has the date, so that such comparisons are told, and what holds or fails whatever else the row says is not asked.
//!
//! Whatever is not known of the row stays as it is: a comparison with a date that may be missing is neither true nor
//! false, and is only left out beside something that is told.

use sqlparser::ast::{BinaryOperator, CaseWhen, Expr, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::away::{Away, compared};
use crate::emit::sql::ast;

/// How another day may lie to the date.
const BEFORE: u8 = 1;
const ON: u8 = 2;
const AFTER: u8 = 4;

/// A date that the row has, and the day that it lies before.
pub struct Present<'e> {
    pub date: &'e Expr,
    pub before: Expr,
}

impl Present<'_> {
    /// What a condition asks beside that.
    pub fn asked(&self, condition: Expr) -> Expr {
        let mut condition = condition;
        self.fold(&mut condition);
        condition
    }

    /// The conjuncts of what is asked; none where no row with the date meets them all.
    pub fn all_asked(&self, conditions: Vec<Expr>) -> Option<Vec<Expr>> {
        let asked = conditions.into_iter().flat_map(ast::conjuncts).map(|condition| self.asked(condition));
        let asked: Vec<Expr> = asked.filter(|condition| !ast::is_always(condition)).collect();
        (!asked.iter().any(ast::is_never)).then_some(asked)
    }

    fn fold(&self, expr: &mut Expr) {
        match expr {
            Expr::BinaryOp { op: BinaryOperator::And, .. } => *expr = self.together(take(expr)),
            Expr::BinaryOp { op: BinaryOperator::Or, .. } => *expr = self.either(take(expr)),
            Expr::BinaryOp { left, op, right } => {
                self.fold(left);
                self.fold(right);
                if let Some(told) = self.comparison(left, op, right) {
                    *expr = told;
                }
            }
            Expr::IsNull(value) if self.away(value).is_some() => *expr = ast::never(),
            Expr::IsNotNull(value) if self.away(value).is_some() => *expr = ast::always(),
            Expr::IsNull(inner) | Expr::IsNotNull(inner) | Expr::Cast { expr: inner, .. } => self.fold(inner),
            Expr::Nested(inner) => {
                self.fold(inner);
                if !ast::is_operation(inner) || ast::is_always(inner) || ast::is_never(inner) {
                    *expr = take(inner);
                }
            }
            Expr::Between { negated: false, .. } => *expr = self.between(take(expr)),
            Expr::Case { operand: None, .. } => *expr = self.case(take(expr)),
            Expr::Function(function) => {
                let FunctionArguments::List(list) = &mut function.args else { return };
                for argument in &mut list.args {
                    if let FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) = argument {
                        self.fold(value);
                    }
                }
            }
            _ => {}
        }
    }

    fn together(&self, condition: Expr) -> Expr {
        match self.all_asked(vec![condition]) {
            Some(asked) => ast::all(meeting(asked)),
            None => ast::never(),
        }
    }

    fn either(&self, condition: Expr) -> Expr {
        let choices: Vec<Expr> = ast::choices(condition).into_iter().map(|choice| self.asked(choice)).collect();
        let told = choices.iter().any(ast::is_always) || self.are_all_there_is(&choices);
        if told { ast::always() } else { ast::any(choices) }
    }

    /// Another day is missing, or stands to the date in one way or another.
    fn are_all_there_is(&self, choices: &[Expr]) -> bool {
        choices.iter().any(|choice| {
            let Expr::IsNull(day) = choice else { return false };
            let ways = choices.iter().map(|choice| self.ways_of(day, choice));
            ways.fold(0, |all, ways| all | ways) == BEFORE | ON | AFTER
        })
    }

    /// Where another day may lie for a condition to hold, if it compares the two.
    fn ways_of(&self, day: &Expr, condition: &Expr) -> u8 {
        let Expr::BinaryOp { left, op, right } = condition else { return 0 };
        let (before, after) = match (&**left, &**right) {
            (one, date) if one == day && date == self.date => (BEFORE, AFTER),
            (date, one) if one == day && date == self.date => (AFTER, BEFORE),
            _ => return 0,
        };
        match op {
            BinaryOperator::Lt => before,
            BinaryOperator::LtEq => before | ON,
            BinaryOperator::Eq => ON,
            BinaryOperator::NotEq => before | after,
            BinaryOperator::GtEq => ON | after,
            BinaryOperator::Gt => after,
            _ => 0,
        }
    }

    /// A comparison in fewer words, or what it comes to.
    fn comparison(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Option<Expr> {
        match (self.away(left), self.away(right)) {
            (Some(left), Some(right)) => left.compared(op, right).map(truth),
            (Some(Away::NONE), None) if *right == self.before => match op {
                BinaryOperator::Lt => Some(ast::always()),
                BinaryOperator::GtEq => Some(ast::never()),
                _ => None,
            },
            (Some(_), None) | (None, Some(_)) => compared(left, op, right),
            (None, None) => None,
        }
    }

    fn between(&self, between: Expr) -> Expr {
        let Expr::Between { expr, low, high, .. } = &between else { return between };
        let at_least = self.comparison(expr, &BinaryOperator::GtEq, low);
        let at_most = self.comparison(expr, &BinaryOperator::LtEq, high);
        let is = |told: &Option<Expr>, what: fn(&Expr) -> bool| told.as_ref().is_some_and(what);
        if is(&at_least, ast::is_never) || is(&at_most, ast::is_never) {
            return ast::never();
        }
        match (is(&at_least, ast::is_always), is(&at_most, ast::is_always)) {
            (true, true) => ast::always(),
            (true, false) => ast::compare(expr.as_ref().clone(), BinaryOperator::LtEq, high.as_ref().clone()),
            (false, true) => ast::compare(expr.as_ref().clone(), BinaryOperator::GtEq, low.as_ref().clone()),
            (false, false) => between,
        }
    }

    /// The branches that may apply, up to the first that does.
    fn case(&self, case: Expr) -> Expr {
        let Expr::Case { conditions, else_result, .. } = case else { return case };
        let mut otherwise = else_result.map(|otherwise| self.asked(*otherwise));
        let mut branches = Vec::new();
        for CaseWhen { condition, result } in conditions {
            let (condition, result) = (self.asked(condition), self.asked(result));
            if ast::is_always(&condition) {
                otherwise = Some(result);
                break;
            }
            if !ast::is_never(&condition) {
                branches.push((condition, result));
            }
        }
        if branches.is_empty() { otherwise.unwrap_or_else(ast::null) } else { ast::case(branches, otherwise) }
    }

    /// How far a day lies from the date.
    fn away(&self, day: &Expr) -> Option<Away> {
        Away::of(day, self.date)
    }
}

fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, ast::null())
}

fn truth(holds: bool) -> Expr {
    if holds { ast::always() } else { ast::never() }
}

/// What is at most and at least another is the other.
fn meeting(conditions: Vec<Expr>) -> Vec<Expr> {
    let mut met: Vec<Expr> = Vec::with_capacity(conditions.len());
    for condition in conditions {
        match met.iter_mut().find_map(|known| Some((equal_of(known, &condition)?, known))) {
            Some((equal, known)) => *known = equal,
            None => met.push(condition),
        }
    }
    met
}

fn equal_of(one: &Expr, other: &Expr) -> Option<Expr> {
    use BinaryOperator::{GtEq, LtEq};
    let (Expr::BinaryOp { left, op, right }, Expr::BinaryOp { left: a, op: opposite, right: b }) = (one, other) else {
        return None;
    };
    let opposed = matches!((op, opposite), (LtEq, GtEq) | (GtEq, LtEq));
    (opposed && left == a && right == b).then(|| ast::equal(left.as_ref().clone(), right.as_ref().clone()))
}

/// The conditions that the others do not say already: a choice goes without saying beside what makes one of its ways
/// hold.
pub fn without_said(conditions: Vec<Expr>) -> Vec<Expr> {
    let is_said = |choice: &Expr| {
        let ways = ast::operands(choice, &BinaryOperator::Or);
        ways.len() > 1 && ways.iter().any(|way| conditions.iter().any(|said| said != choice && says(said, way)))
    };
    conditions.iter().filter(|condition| !is_said(condition)).cloned().collect()
}

/// Where one condition holds, the other does.
fn says(one: &Expr, other: &Expr) -> bool {
    use BinaryOperator::{Gt, Lt, NotEq};
    match (one, other) {
        (Expr::BinaryOp { left, op: Lt | Gt, right }, Expr::BinaryOp { left: a, op: NotEq, right: b }) => {
            (left == a && right == b) || (left == b && right == a)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::*;
    use crate::emit::sql::common;

    fn read(text: &str) -> Expr {
        Parser::new(&GenericDialect {}).try_with_sql(text).unwrap().parse_expr().unwrap()
    }

    fn after(day: &str, days: i64) -> Expr {
        common::add_days(read(day), days)
    }

    /// What is asked of a row that has `c.a`, in words.
    fn asked(condition: Expr) -> String {
        let date = read("c.a");
        let condition = Present { date: &date, before: read("DATE '9000-01-01'") }.asked(condition);
        match &condition {
            told if ast::is_always(told) => "always".to_owned(),
            told if ast::is_never(told) => "never".to_owned(),
            other => other.to_string(),
        }
    }

    #[test]
    fn a_date_that_is_there_is_compared_with_itself() {
        let told = [
            ("c.a > c.a", "never"),
            ("c.a <= c.a", "always"),
            ("c.a IS NULL", "never"),
            ("c.a IS NOT NULL", "always"),
            ("c.a < DATE '9000-01-01'", "always"),
            ("c.a >= DATE '9000-01-01'", "never"),
            ("c.a BETWEEN c.b AND c.a", "c.a >= c.b"),
            ("c.a BETWEEN c.a AND c.b", "c.a <= c.b"),
        ];
        for (text, words) in told {
            assert_eq!(asked(read(text)), words, "{text}");
        }
        let comparisons = [
            (BinaryOperator::Lt, 1, "always"),
            (BinaryOperator::LtEq, -1, "never"),
            (BinaryOperator::Gt, -1, "always"),
            (BinaryOperator::GtEq, 1, "never"),
            (BinaryOperator::NotEq, 1, "always"),
            (BinaryOperator::Eq, 0, "always"),
        ];
        for (op, days, words) in comparisons {
            assert_eq!(asked(ast::compare(read("c.a"), op.clone(), after("c.a", days))), words, "{op} {days}");
        }
    }

    #[test]
    fn another_date_may_be_missing_and_is_asked() {
        for text in ["c.b > c.b", "c.b IS NULL", "c.b <= c.a", "c.b < DATE '9000-01-01'", "c.a < DATE '2025-01-01'"] {
            assert_eq!(asked(read(text)), text);
        }
    }

    #[test]
    fn beside_what_is_told_only_the_rest_is_asked() {
        let told = [
            ("c.b IS NULL OR c.a IS NOT NULL", "always"),
            ("c.b IS NULL OR c.a > c.a", "c.b IS NULL"),
            ("c.b = 1 AND c.a <= c.a", "c.b = 1"),
            ("c.b = 1 AND c.a > c.a", "never"),
            ("(c.a IS NULL OR c.a > c.a OR c.b <= c.a AND c.b >= c.a) AND c.d = 1", "c.b = c.a AND c.d = 1"),
            ("c.d = 1 AND (c.a IS NULL OR c.b > 1 OR c.b < 0)", "c.d = 1 AND (c.b > 1 OR c.b < 0)"),
            ("c.b IS NULL OR c.b > c.a OR c.a >= c.b", "always"),
            ("c.b > c.a OR c.b <= c.a", "c.b > c.a OR c.b <= c.a"),
            ("c.b IS NULL OR c.b > c.a OR c.b < c.a", "c.b IS NULL OR c.b > c.a OR c.b < c.a"),
            ("CASE WHEN c.a > c.a THEN 1 ELSE 0 END", "0"),
            ("CASE WHEN c.a > c.a THEN 1 END", "NULL"),
            ("CASE WHEN c.b = 1 THEN 1 WHEN c.a = c.a THEN 2 ELSE 0 END", "CASE WHEN c.b = 1 THEN 1 ELSE 2 END"),
            ("COALESCE(CASE WHEN c.a = c.a THEN c.b END, 0)", "COALESCE(c.b, 0)"),
        ];
        for (text, words) in told {
            assert_eq!(asked(read(text)), words, "{text}");
        }
    }

    #[test]
    fn what_another_condition_makes_hold_goes_without_saying() {
        let left = |conditions: &[&str]| {
            let conditions = without_said(conditions.iter().map(|text| read(text)).collect());
            ast::all(conditions).to_string()
        };
        assert_eq!(left(&["c.b IS NULL OR c.b <> c.a", "c.b < c.a"]), "c.b < c.a");
        assert_eq!(left(&["c.b IS NULL OR c.a <> c.b", "c.b > c.a"]), "c.b > c.a");
        assert_eq!(left(&["c.b IS NULL OR c.b <> c.a", "c.b <= c.a"]), "(c.b IS NULL OR c.b <> c.a) AND c.b <= c.a");
        assert_eq!(left(&["c.b = 1 OR c.d = 2", "c.b = 1"]), "c.b = 1");
    }
}
