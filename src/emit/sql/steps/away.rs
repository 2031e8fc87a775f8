//! How far one day lies from another, where that is known, and what comparisons of such days come to.

use sqlparser::ast::{BinaryOperator, CaseWhen, Expr};

use crate::emit::sql::ast;
use crate::emit::sql::common::{self, Macro};

/// Days after a date, at least and at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Away {
    least: i64,
    most: i64,
}

impl Away {
    /// The date itself.
    pub const NONE: Away = Away { least: 0, most: 0 };

    /// Of a day that is there wherever the date is.
    pub fn of(day: &Expr, date: &Expr) -> Option<Away> {
        if day == date {
            return Some(Away::NONE);
        }
        match day {
            Expr::Nested(inner) => Away::of(inner, date),
            Expr::Case { operand: None, conditions, else_result: Some(otherwise), .. } => {
                let results = conditions.iter().map(|CaseWhen { result, .. }| result);
                results.chain([&**otherwise]).map(|result| Away::of(result, date)).reduce(|a, b| Some(a?.or(b?)))?
            }
            Expr::Function(function) => {
                let mut arguments = ast::arguments(function);
                let from = Away::of(arguments.next()?, date)?;
                let number = arguments.next().map(ast::whole_number);
                Some(from.plus(moved(Macro::of(function)?, number)?))
            }
            _ => None,
        }
    }

    /// One of the two.
    fn or(self, other: Away) -> Away {
        Away { least: self.least.min(other.least), most: self.most.max(other.most) }
    }

    fn plus(self, other: Away) -> Away {
        Away { least: self.least + other.least, most: self.most + other.most }
    }

    /// Whether a comparison holds, where it does for all such days or for none.
    pub fn compared(self, op: &BinaryOperator, other: Away) -> Option<bool> {
        match op {
            BinaryOperator::Lt => self.is_before(other),
            BinaryOperator::GtEq => Some(!self.is_before(other)?),
            BinaryOperator::Gt => other.is_before(self),
            BinaryOperator::LtEq => Some(!other.is_before(self)?),
            BinaryOperator::Eq => self.is(other),
            BinaryOperator::NotEq => Some(!self.is(other)?),
            _ => None,
        }
    }

    fn is_before(self, other: Away) -> Option<bool> {
        let (before, after) = (self.most < other.least, self.least >= other.most);
        (before || after).then_some(before)
    }

    fn is(self, other: Away) -> Option<bool> {
        let apart = self.most < other.least || other.most < self.least;
        let same = self == other && self.least == self.most;
        (apart || same).then_some(same)
    }
}

/// How far a macro moves a day by a number, where it takes one.
fn moved(by: Macro, number: Option<Option<i64>>) -> Option<Away> {
    let exactly = |days: i64| Away { least: days, most: days };
    match (by, number) {
        (Macro::DaysAfter, Some(Some(days))) => Some(exactly(days)),
        (Macro::DaysBefore, Some(Some(days))) => Some(exactly(-days)),
        // A month has 28 days or more, also from the end of a longer one.
        (Macro::MonthsAfter, Some(Some(months))) if months < 0 => Some(Away { least: 31 * months, most: 28 * months }),
        (Macro::MonthsAfter, Some(Some(months))) => Some(Away { least: 28 * months, most: 31 * months }),
        (Macro::MonthStart, None) => Some(Away { least: -30, most: 0 }),
        _ => None,
    }
}

/// A comparison of whole days without the days that both sides are moved by: `a + 1 <> b + 1` is `a <> b`, and
/// `a < b + 1` is `a <= b`; none where that takes as many words. Each is missing where the other is.
pub fn compared(left: &Expr, op: &BinaryOperator, right: &Expr) -> Option<Expr> {
    use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq, NotEq};
    let ((a, before), (b, after)) = (common::days_from(left), common::days_from(right));
    let (op, later) = match (op, after - before) {
        (Lt, 1) => (LtEq, 0),
        (GtEq, 1) => (Gt, 0),
        (LtEq, -1) => (Lt, 0),
        (Gt, -1) => (GtEq, 0),
        (Lt | LtEq | Gt | GtEq | Eq | NotEq, days) => (op.clone(), days),
        _ => return None,
    };
    let fewer = later == 0 && (before, after) != (0, 0) || before != 0 && after != 0;
    fewer.then(|| ast::compare(a.clone(), op, common::add_days(b.clone(), later)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gold::Date;

    fn day() -> Expr {
        common::column("c", "a")
    }

    fn months(months: i64) -> Expr {
        common::add_months(day(), ast::number(months))
    }

    fn away(expr: &Expr) -> (i64, i64) {
        let away = Away::of(expr, &day()).expect("a day from the date");
        (away.least, away.most)
    }

    #[test]
    fn a_day_is_so_many_days_away() {
        assert_eq!(away(&common::add_days(day(), 7)), (7, 7));
        assert_eq!(away(&common::add_days(common::first_of_month(day()), -1)), (-31, -1));
        assert_eq!(Away::of(&common::column("c", "b"), &day()), None);
        assert_eq!(Away::of(&common::add_months(day(), common::column("c", "b")), &day()), None);
        let may_miss = ast::when(ast::never(), day());
        assert_eq!(Away::of(&may_miss, &day()), None);
    }

    /// By brute force: months are as long as they are said to be, and the first of a month as far back.
    #[test]
    fn months_are_no_shorter_and_no_longer() {
        let first = Date::from_ymd(2023, 1, 1).expect("a date");
        for date in (0..1500).map(|days| first.plus_days(days)) {
            for number in [-25, -12, -2, -1, 0, 1, 2, 12, 25] {
                let (least, most) = away(&months(number));
                let there = date.plus_months(number as i32);
                assert!((least..=most).contains(&i64::from(there.0 - date.0)), "{date} {number}");
            }
            let (least, most) = away(&common::first_of_month(day()));
            assert!((least..=most).contains(&i64::from(date.first_of_month().0 - date.0)), "{date}");
        }
    }

    #[test]
    fn days_that_may_lie_either_way_are_not_told() {
        let year_before = Away::of(&months(-12), &day()).expect("a day from the date");
        assert_eq!(year_before.compared(&BinaryOperator::Lt, Away::NONE), Some(true));
        assert_eq!(Away::NONE.compared(&BinaryOperator::LtEq, year_before), Some(false));
        assert_eq!(year_before.compared(&BinaryOperator::LtEq, year_before), None);
        assert_eq!(year_before.compared(&BinaryOperator::Eq, year_before), None);
        let month_start = Away::of(&common::first_of_month(day()), &day()).expect("a day from the date");
        assert_eq!(month_start.compared(&BinaryOperator::LtEq, Away::NONE), Some(true));
        assert_eq!(month_start.compared(&BinaryOperator::Lt, Away::NONE), None);
    }

    #[test]
    fn days_on_both_sides_are_one_or_none() {
        let other = |days| common::add_days(common::column("c", "b"), days);
        let day = |days| common::add_days(day(), days);
        let told = [
            (day(1), BinaryOperator::NotEq, other(1), "c.a <> c.b"),
            (day(0), BinaryOperator::Lt, other(1), "c.a <= c.b"),
            (day(0), BinaryOperator::LtEq, other(-1), "c.a < c.b"),
            (day(-1), BinaryOperator::Lt, other(0), "c.a <= c.b"),
            (day(1), BinaryOperator::LtEq, other(0), "c.a < c.b"),
            (day(1), BinaryOperator::Gt, other(0), "c.a >= c.b"),
            (day(0), BinaryOperator::GtEq, other(1), "c.a > c.b"),
            (day(1), BinaryOperator::Lt, other(8), "c.a < carat.days_after(c.b, 7)"),
        ];
        for (left, op, right, words) in told {
            assert_eq!(compared(&left, &op, &right).map(|told| told.to_string()).as_deref(), Some(words));
        }
        for (left, op, right) in [(day(0), BinaryOperator::Lt, other(0)), (day(0), BinaryOperator::Lt, other(7))] {
            assert_eq!(compared(&left, &op, &right), None, "{left} {op} {right}");
        }
    }
}
