//! Values and what the definition of a number does to them: missing, exact money, doubles, folded text.

use std::cmp::Ordering;

use carat::gold::{Date, Type};
use carat::model::Literal;

/// A value of the language; every type has the value missing.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Missing,
    Integer(i64),
    /// In ten-thousandths.
    Money(i128),
    Number(f64),
    /// As stored.
    Text(String),
    Boolean(bool),
    Date(Date),
}

/// Text as it is compared: without regard to case and trailing blanks; none for `""`.
pub fn folded(text: &str) -> Option<String> {
    let text = text.trim_end_matches(' ').to_lowercase();
    (!text.is_empty()).then_some(text)
}

/// A number as it is compared: rounded to nine decimals, half away from zero.
pub fn nine_decimals(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

impl Value {
    pub fn of(literal: &Literal) -> Value {
        match literal {
            Literal::Integer(value) => Value::Integer(*value),
            Literal::Money(value) => Value::Money(i128::from(*value)),
            Literal::Number(value) => Value::Number(*value),
            Literal::Text(text) => Value::Text(text.clone()).or_missing(),
            Literal::Boolean(value) => Value::Boolean(*value),
            Literal::Date(date) => Value::Date(*date),
        }
    }

    /// 0 of a type: what a `sum` of nothing is.
    pub fn zero(ty: Type) -> Value {
        match ty {
            Type::Money => Value::Money(0),
            Type::Number => Value::Number(0.0),
            _ => Value::Integer(0),
        }
    }

    /// `""` is missing.
    pub fn or_missing(self) -> Value {
        match &self {
            Value::Text(text) if folded(text).is_none() => Value::Missing,
            _ => self,
        }
    }

    pub fn is_missing(&self) -> bool {
        *self == Value::Missing
    }

    pub fn date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// As a double; none for what is no number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Integer(value) => Some(*value as f64),
            Value::Money(value) => Some(*value as f64 / 10_000.0),
            Value::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// Text that is equal exactly where the values are: what a distinct count and a key compare.
    pub fn identity(&self) -> Option<String> {
        Some(match self {
            Value::Missing => return None,
            Value::Text(text) => return folded(text),
            // `+ 0.0`: the negative zero is zero.
            Value::Number(value) => format!("{:?}", nine_decimals(*value) + 0.0),
            Value::Integer(value) => value.to_string(),
            Value::Money(value) => value.to_string(),
            Value::Boolean(value) => value.to_string(),
            Value::Date(date) => date.to_string(),
        })
    }
}

/// A missing side is 0; both missing: missing.
pub fn plus(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Missing, other) | (other, Value::Missing) => other.clone(),
        (Value::Integer(a), Value::Integer(b)) => Value::Integer(a + b),
        (Value::Money(a), Value::Money(b)) => Value::Money(a + b),
        (a, b) => in_double(a, b, |a, b| Some(a + b)),
    }
}

pub fn minus(a: &Value, b: &Value) -> Value {
    plus(a, &negated(b))
}

pub fn negated(value: &Value) -> Value {
    match value {
        Value::Integer(value) => Value::Integer(-value),
        Value::Money(value) => Value::Money(-value),
        Value::Number(value) => Value::Number(-value),
        _ => Value::Missing,
    }
}

/// Missing if a side is; money times integer is exact.
pub fn times(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Value::Integer(a * b),
        (Value::Money(a), Value::Integer(b)) | (Value::Integer(b), Value::Money(a)) => Value::Money(a * i128::from(*b)),
        (a, b) => in_double(a, b, |a, b| Some(a * b)),
    }
}

/// In double; missing if a side is, or the right one is 0.
pub fn divided(a: &Value, b: &Value) -> Value {
    in_double(a, b, |a, b| (b != 0.0).then(|| a / b))
}

fn in_double(a: &Value, b: &Value, operation: impl Fn(f64, f64) -> Option<f64>) -> Value {
    let (Some(a), Some(b)) = (a.number(), b.number()) else { return Value::Missing };
    operation(a, b).map_or(Value::Missing, Value::Number)
}

/// How two present values stand to each other; none where one is missing.
pub fn compared(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(folded(a)?.cmp(&folded(b)?)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Money(a), Value::Money(b)) => Some(a.cmp(b)),
        (Value::Money(a), Value::Integer(b)) => Some(a.cmp(&(i128::from(*b) * 10_000))),
        (Value::Integer(a), Value::Money(b)) => Some((i128::from(*a) * 10_000).cmp(b)),
        (a, b) => nine_decimals(a.number()?).partial_cmp(&nine_decimals(b.number()?)),
    }
}

pub fn equal(a: &Value, b: &Value) -> bool {
    compared(a, b) == Some(Ordering::Equal)
}

/// Half away from zero to so many decimals.
pub fn rounded(value: &Value, decimals: u32) -> Value {
    match value {
        Value::Money(money) if decimals < 4 => Value::Money(to_unit(*money, 4 - decimals)),
        Value::Number(number) if decimals < 9 => {
            Value::Number(to_unit((number * 1e9).round() as i128, 9 - decimals) as f64 / 1e9)
        }
        other => other.clone(),
    }
}

/// A whole number without its last digits, half away from zero.
fn to_unit(whole: i128, digits: u32) -> i128 {
    let unit = 10_i128.pow(digits);
    let half = if whole < 0 { -unit / 2 } else { unit / 2 };
    (whole + half) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_reads_one_missing_side_as_zero_and_times_does_not() {
        let (five, missing) = (Value::Money(50_000), Value::Missing);
        assert_eq!(plus(&five, &missing), five);
        assert_eq!(minus(&missing, &five), Value::Money(-50_000));
        assert_eq!(plus(&missing, &missing), missing);
        assert_eq!(times(&five, &missing), missing);
        assert_eq!(divided(&five, &Value::Integer(0)), missing);
    }

    #[test]
    fn text_is_compared_without_case_and_trailing_blanks() {
        let text = |text: &str| Value::Text(text.into());
        assert!(equal(&text("Gold  "), &text("gOLD")));
        assert!(!equal(&text(" gold"), &text("gold")));
        assert_eq!(text("  ").or_missing(), Value::Missing);
    }

    #[test]
    fn numbers_are_compared_after_nine_decimals_and_money_exactly() {
        assert!(equal(&Value::Number(0.1 + 0.2), &Value::Number(0.3)));
        assert!(!equal(&Value::Money(1), &Value::Money(2)));
        assert!(equal(&Value::Money(20_000), &Value::Integer(2)));
        assert_eq!(compared(&Value::Missing, &Value::Integer(0)), None);
    }

    #[test]
    fn rounding_goes_half_away_from_zero() {
        assert_eq!(rounded(&Value::Money(25_000), 0), Value::Money(30_000));
        assert_eq!(rounded(&Value::Money(-25_000), 0), Value::Money(-30_000));
        assert_eq!(rounded(&Value::Money(12_349), 2), Value::Money(12_300));
        assert_eq!(rounded(&Value::Number(1.005), 2), Value::Number(1.01));
    }
}
