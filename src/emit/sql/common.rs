//! What a statement says before a dialect spells it.
//!
//! A statement is built once, for every dialect. It is a tree of plain ANSI SQL, but for what the dialects spell each
//! in their own way, which [`super::dialects::Dialect`] does as the tree is printed:
//!
//! | what | in the tree |
//! |---|---|
//! | a name that some dialect must quote | an identifier in double quotes |
//! | a text | its characters, none of them escaped |
//! | the type that `number` is computed in | `DOUBLE` |
//! | a truth value, a date, the number of rows | `TRUE`, `DATE '..'`, `COUNT` |
//! | two values that may both be missing | `IS NOT DISTINCT FROM` |
//! | a pattern | whatever is special in some dialect stands after `~` |
//! | a step of days, months or periods, a moment from now | a [`Macro`]: a function of the schema `carat` |

use sqlparser::ast::{
    BinaryOperator, DataType, ExactNumberInfo, Expr, Function, Ident, ObjectName, ObjectNamePart, TypedString, Value,
    ValueWithSpan,
};

use super::ast;
use super::dialects;
use crate::gold::Date;

/// The schema whose functions are macros.
const SCHEMA: &str = "carat";
/// The function that counts, of which a dialect may have another.
pub const COUNT: &str = "COUNT";
/// What stands before a special character of a pattern.
pub const ESCAPE: char = '~';
/// Special in a pattern of some dialect.
const SPECIAL: [char; 4] = ['%', '_', ESCAPE, '['];

/// A function that every dialect has in its own words, which are functions of [`dialects::Dialect`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Macro {
    /// A date and a whole number of days, one or more.
    DaysAfter,
    DaysBefore,
    /// `EDATE`: a date and a number of months.
    MonthsAfter,
    /// The first day of a date's month, quarter, year.
    MonthStart,
    QuarterStart,
    YearStart,
    /// Days from the first date to the second.
    DaysBetween,
    /// Month boundaries from the first date to the second.
    MonthsBetween,
    /// A sum of whole numbers that has room for 64 bits (rule R13).
    SumOfIntegers,
    /// The same, as a whole number of 64 bits where the sum of such is of another type.
    WholeSum,
    /// A whole number of a window's sum, with room for 64 bits.
    InWideSum,
    /// The moment so many hours after the statement is asked.
    HoursFromNow,
    /// Whether a text has capitals, whatever the collation.
    HasCapitals,
    /// A text without the blanks (U+0020) at its end, and those alone (rule R16).
    TrimmedEnd,
    /// A double as a decimal of ten decimals: the digits that say it, and no noise behind them (rules R14, R15).
    DecimalOf,
}

impl Macro {
    /// How many there are.
    pub const COUNT: usize = 15;

    const ALL: [(&str, Macro); Self::COUNT] = [
        ("days_after", Macro::DaysAfter),
        ("days_before", Macro::DaysBefore),
        ("months_after", Macro::MonthsAfter),
        ("month_start", Macro::MonthStart),
        ("quarter_start", Macro::QuarterStart),
        ("year_start", Macro::YearStart),
        ("days_between", Macro::DaysBetween),
        ("months_between", Macro::MonthsBetween),
        ("sum_of_integers", Macro::SumOfIntegers),
        ("whole_sum", Macro::WholeSum),
        ("in_wide_sum", Macro::InWideSum),
        ("hours_from_now", Macro::HoursFromNow),
        ("has_capitals", Macro::HasCapitals),
        ("trimmed_end", Macro::TrimmedEnd),
        ("decimal_of", Macro::DecimalOf),
    ];

    /// Missing wherever one of its arguments is, in every dialect.
    pub fn needs_all(self) -> bool {
        !matches!(self, Macro::HoursFromNow | Macro::HasCapitals) && !self.is_sum()
    }

    /// One value of many rows.
    pub fn is_sum(self) -> bool {
        matches!(self, Macro::SumOfIntegers | Macro::WholeSum)
    }

    fn call(self, args: impl IntoIterator<Item = Expr>) -> Expr {
        let name = Self::ALL.iter().find(|(_, one)| *one == self).map_or("", |(name, _)| name);
        ast::call_named(ObjectName::from(vec![Ident::new(SCHEMA), Ident::new(name)]), args)
    }

    /// Which one a function is, if it is one.
    pub fn of(function: &Function) -> Option<Self> {
        let [ObjectNamePart::Identifier(schema), ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else {
            return None;
        };
        if schema.value != SCHEMA {
            return None;
        }
        Self::ALL.iter().find(|(known, _)| *known == name.value).map(|(_, one)| *one)
    }
}

/// A name of ours, in quotes if some dialect needs them.
pub fn ident(name: &str) -> Ident {
    if dialects::stands_bare_everywhere(name) { Ident::new(name) } else { Ident::with_quote('"', name) }
}

/// Whether a dialect has words of its own for what the node itself says.
pub fn varies(expr: &Expr) -> bool {
    match expr {
        Expr::Function(function) => function.name.0.len() == 2,
        Expr::IsNotDistinctFrom(..) => true,
        _ => false,
    }
}

/// `alias.name`, quoted if some dialect needs it.
pub fn column(alias: &str, name: &str) -> Expr {
    Expr::CompoundIdentifier(vec![ident(alias), ident(name)])
}

/// A text literal of these very characters.
pub fn text(text: &str) -> Expr {
    ast::quoted(text)
}

/// `DATE '2025-12-31'`.
pub fn date(date: Date) -> Expr {
    let value = ValueWithSpan::from(Value::SingleQuotedString(date.to_string()));
    Expr::TypedString(TypedString { data_type: DataType::Date, value, uses_odbc_syntax: false })
}

/// The type that `number` is computed in: 64-bit binary floating point in every dialect.
pub fn double() -> DataType {
    DataType::Double(ExactNumberInfo::None)
}

/// The value as a `number`, converted before anything is done with it.
pub fn to_double(value: Expr) -> Expr {
    ast::cast(value, double())
}

/// Equal, or both missing.
pub fn same(left: Expr, right: Expr) -> Expr {
    Expr::IsNotDistinctFrom(Box::new(left), Box::new(right))
}

/// A text without the blanks at its end.
pub fn trimmed_end(value: Expr) -> Expr {
    Macro::TrimmedEnd.call([value])
}

/// Text as it is compared: lower case, no trailing blanks, empty is missing (rule R16).
pub fn folded(value: Expr) -> Expr {
    let trimmed = ast::call("LOWER", vec![trimmed_end(value)]);
    ast::nullif(trimmed, text(""))
}

/// A [`folded`] text that is only asked to be one of these: where none of them is empty, an empty text needs no thought.
pub fn folded_to_be_one_of(value: Expr, texts: &[Expr]) -> Expr {
    let is_there = |text: &Expr| ast::text_of(text).is_some_and(|text| !text.is_empty());
    match value {
        Expr::Function(function) if is_nullif_empty(&function) && texts.iter().all(is_there) => {
            ast::first_argument(function)
        }
        other => other,
    }
}

fn is_nullif_empty(function: &Function) -> bool {
    let is_nullif =
        matches!(function.name.0.as_slice(), [ObjectNamePart::Identifier(name)] if name.value == ast::NULLIF);
    is_nullif && ast::arguments(function).nth(1).and_then(ast::text_of) == Some("")
}

/// `value LIKE pattern` where only the ends are open. A backslash escapes in some dialects unless another sign does.
pub fn like(value: Expr, part: &str, pattern: fn(String) -> String, negated: bool) -> Expr {
    let mut escaped = String::new();
    for c in part.chars() {
        escaped.extend(SPECIAL.contains(&c).then_some(ESCAPE));
        escaped.push(c);
    }
    let escape = (escaped != part || part.contains('\\')).then(|| text(&ESCAPE.to_string()));
    ast::like(value, text(&pattern(escaped)), escape, negated)
}

/// A double, half away from zero (rule R15).
pub fn rounded(value: Expr, decimals: u32) -> Expr {
    half_away(Macro::DecimalOf.call([value]), decimals)
}

/// A double in the digits of a [`Macro::DecimalOf`].
pub fn as_ten_decimals(value: Expr) -> Expr {
    ast::cast(value, decimal(10))
}

/// An amount rounded to so many decimals, with room for the four decimals of what stands beside it: engines
/// would else cut those off where the digits of both are more than they hold.
pub fn rounded_money(value: Expr, decimals: u32) -> Expr {
    ast::cast(half_away(as_ten_decimals(value), decimals), decimal(4))
}

fn half_away(exact: Expr, decimals: u32) -> Expr {
    ast::call("ROUND", [exact, ast::number(decimals)])
}

/// As many digits as every engine holds.
fn decimal(scale: i64) -> DataType {
    DataType::Decimal(ExactNumberInfo::PrecisionAndScale(38, scale))
}

/// `COUNT(*)`.
pub fn count_rows() -> Expr {
    ast::call_star(COUNT)
}

/// `COUNT(value)`: how many are not missing.
pub fn count(value: Expr) -> Expr {
    ast::call(COUNT, [value])
}

/// `COUNT(DISTINCT value)`: how many different ones are not missing.
pub fn count_distinct(value: Expr) -> Expr {
    ast::call_distinct(COUNT, value)
}

/// The sum of whole numbers, missing where there are none.
pub fn sum_of_integers(value: Expr) -> Expr {
    Macro::SumOfIntegers.call([value])
}

/// A sum of whole numbers or of sums of them, a whole number itself.
pub fn whole_sum(value: Expr) -> Expr {
    Macro::WholeSum.call([value])
}

/// A whole number as a window adds it up.
pub fn in_wide_sum(value: Expr) -> Expr {
    Macro::InWideSum.call([value])
}

/// The moment so many hours after the statement is asked.
pub fn hours_from_now(hours: u32) -> Expr {
    Macro::HoursFromNow.call([ast::number(hours)])
}

/// Whether a text has capitals, also where texts are compared without regard to case.
pub fn has_capitals(text: Expr) -> Expr {
    Macro::HasCapitals.call([text])
}

/// So many days later; earlier where there are fewer than none.
pub fn add_days(day: Expr, days: i64) -> Expr {
    let (day, days) = match days_added(&day) {
        Some((from, added)) => (from.clone(), added + days),
        None => (day, days),
    };
    match days {
        0 => day,
        1.. => Macro::DaysAfter.call([day, ast::number(days)]),
        _ => Macro::DaysBefore.call([day, ast::number(days.unsigned_abs())]),
    }
}

/// What a day is counted from, which may be the day itself, and the days after it.
pub fn days_from(day: &Expr) -> (&Expr, i64) {
    days_added(day).unwrap_or((day, 0))
}

/// What a day is counted from, and the days after it.
fn days_added(day: &Expr) -> Option<(&Expr, i64)> {
    let Expr::Function(function) = day else { return None };
    let sign = match Macro::of(function)? {
        Macro::DaysAfter => 1,
        Macro::DaysBefore => -1,
        _ => return None,
    };
    let mut arguments = ast::arguments(function);
    let (from, days) = (arguments.next()?, arguments.next()?);
    Some((from, sign * ast::whole_number(days)?))
}

/// The next day.
pub fn day_after(day: Expr) -> Expr {
    add_days(day, 1)
}

/// `EDATE`.
pub fn add_months(day: Expr, months: Expr) -> Expr {
    Macro::MonthsAfter.call([day, months])
}

/// The first day of the day's month.
pub fn first_of_month(day: Expr) -> Expr {
    Macro::MonthStart.call([day])
}

/// The first day of the day's quarter.
pub fn first_of_quarter(day: Expr) -> Expr {
    Macro::QuarterStart.call([day])
}

/// The first day of the day's year.
pub fn first_of_year(day: Expr) -> Expr {
    Macro::YearStart.call([day])
}

/// Days from the first date to the second; negative where it is earlier.
pub fn days_between(start: Expr, end: Expr) -> Expr {
    Macro::DaysBetween.call([start, end])
}

/// Month boundaries from the first date to the second (rule R48); negative where it is earlier.
pub fn months_between(start: Expr, end: Expr) -> Expr {
    Macro::MonthsBetween.call([start, end])
}

/// Whole months elapsed (rule R48); where the end comes first, less those the other way round.
pub fn full_months(start: Expr, end: Expr) -> Expr {
    use BinaryOperator::{Gt, LtEq, Minus};
    let months = months_between(start.clone(), end.clone());
    let back = months_between(end.clone(), start.clone());
    let there = add_months(start.clone(), months.clone());
    let returned = add_months(end.clone(), back);
    let forward = ast::compare(start.clone(), LtEq, end.clone());
    let too_far = ast::all([forward, ast::compare(there, Gt, end.clone())]);
    let too_early = ast::all([ast::compare(start.clone(), Gt, end), ast::compare(returned, Gt, start)]);
    let over = vec![(too_far, ast::number(1)), (too_early, ast::number(-1))];
    ast::arithmetic(months, Minus, ast::case(over, Some(ast::number(0))))
}
