//! What a value may be where no row is read, as what is computed from it reads it.

use crate::model::Literal;
use crate::syntax::tree::{ArithmeticOp, CompareOp};

use super::conditions::Truth;

/// Beyond so many, anything.
const MOST: usize = 8;

/// One of the things that a value may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum One {
    Missing,
    Number(f64),
    /// Nothing that can be told.
    Anything,
}

/// All that a value may be; by itself, missing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ones(Vec<One>);

impl Default for Ones {
    fn default() -> Self {
        Ones::one(One::Missing)
    }
}

impl<'a> FromIterator<&'a Ones> for Ones {
    fn from_iter<T: IntoIterator<Item = &'a Ones>>(all: T) -> Self {
        Ones::some(all.into_iter().flat_map(|ones| ones.0.iter().copied()))
    }
}

impl Ones {
    pub fn one(one: One) -> Ones {
        Ones(vec![one])
    }

    pub fn anything() -> Ones {
        Ones::one(One::Anything)
    }

    pub fn of_literal(literal: &Literal) -> Ones {
        Ones::one(match literal {
            Literal::Integer(whole) => One::Number(*whole as f64),
            Literal::Money(parts) => One::Number(*parts as f64 / 10_000.0),
            Literal::Number(number) => One::Number(*number),
            Literal::Text(_) | Literal::Boolean(_) | Literal::Date(_) => One::Anything,
        })
    }

    fn some(all: impl Iterator<Item = One>) -> Ones {
        let mut different: Vec<One> = Vec::new();
        for one in all {
            if !different.contains(&one) {
                different.push(one);
            }
        }
        if different.len() > MOST { Ones::anything() } else { Ones(different) }
    }

    pub fn may_be_missing(&self) -> bool {
        self.0.iter().any(|one| matches!(one, One::Missing | One::Anything))
    }

    pub fn may_be_there(&self) -> bool {
        self.0.iter().any(|one| *one != One::Missing)
    }

    /// The same, its numbers not told: 0 alone stays what it is.
    pub fn unsure(&self) -> Ones {
        let unsure =
            |one: &One| if matches!(one, One::Number(number) if *number != 0.0) { One::Anything } else { *one };
        Ones::some(self.0.iter().map(unsure))
    }

    /// What arithmetic gives of any two.
    pub fn with(&self, operator: ArithmeticOp, right: &Ones) -> Ones {
        Ones::some(self.pairs(right).map(|(a, b)| of_two(operator, a, b)))
    }

    /// Whether a comparison may hold of any two; with a missing side it does not.
    pub fn compared(&self, operator: CompareOp, right: &Ones) -> Truth {
        Truth::of_any(self.pairs(right).map(|(a, b)| compared(operator, a, b)))
    }

    fn pairs<'o>(&'o self, right: &'o Ones) -> impl Iterator<Item = (One, One)> + 'o {
        self.0.iter().flat_map(|a| right.0.iter().map(move |b| (*a, *b)))
    }
}

fn of_two(operator: ArithmeticOp, a: One, b: One) -> One {
    let number = match (operator, a, b) {
        (ArithmeticOp::Add | ArithmeticOp::Subtract, a, One::Missing) => return a,
        (ArithmeticOp::Add, One::Missing, b) => return b,
        (ArithmeticOp::Subtract, One::Missing, One::Number(b)) => -b,
        (ArithmeticOp::Subtract, One::Missing, One::Anything) => return One::Anything,
        (_, One::Missing, _) | (_, _, One::Missing) => return One::Missing,
        (ArithmeticOp::Divide, _, One::Number(0.0)) => return One::Missing,
        (_, One::Anything, _) | (_, _, One::Anything) => return One::Anything,
        (ArithmeticOp::Add, One::Number(a), One::Number(b)) => a + b,
        (ArithmeticOp::Subtract, One::Number(a), One::Number(b)) => a - b,
        (ArithmeticOp::Multiply, One::Number(a), One::Number(b)) => a * b,
        (ArithmeticOp::Divide, One::Number(a), One::Number(b)) => a / b,
    };
    One::Number(number)
}

fn compared(operator: CompareOp, a: One, b: One) -> Truth {
    match (a, b) {
        (One::Missing, _) | (_, One::Missing) => Truth::NEVER,
        (One::Number(a), One::Number(b)) => rounded(a)
            .partial_cmp(&rounded(b))
            .map_or(Truth::UNKNOWN, |order| if operator.holds(order) { Truth::ALWAYS } else { Truth::NEVER }),
        _ => Truth::UNKNOWN,
    }
}

/// As numbers are compared (rule R14).
fn rounded(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: f64) -> Ones {
        Ones::one(One::Number(number))
    }

    #[test]
    fn a_missing_side_of_a_sum_is_zero_and_any_other_makes_it_missing() {
        let missing = Ones::default();
        assert_eq!(number(5.0).with(ArithmeticOp::Subtract, &missing), number(5.0));
        assert_eq!(missing.with(ArithmeticOp::Subtract, &number(5.0)), number(-5.0));
        assert_eq!(missing.with(ArithmeticOp::Add, &missing), missing);
        assert_eq!(number(5.0).with(ArithmeticOp::Multiply, &missing), missing);
        assert_eq!(number(5.0).with(ArithmeticOp::Divide, &number(0.0)), missing);
        assert_eq!(Ones::anything().with(ArithmeticOp::Divide, &number(0.0)), missing);
    }

    #[test]
    fn a_comparison_with_missing_does_not_hold() {
        let either = [&number(0.0), &Ones::default()].into_iter().collect::<Ones>();
        assert_eq!(number(0.0).compared(CompareOp::LessOrEqual, &number(0.0)), Truth::ALWAYS);
        assert_eq!(either.compared(CompareOp::Less, &number(1.0)), Truth::UNKNOWN);
        assert_eq!(either.compared(CompareOp::Greater, &number(1.0)), Truth::NEVER);
        assert_eq!(number(0.3).compared(CompareOp::Equal, &number(0.1 + 0.2)), Truth::ALWAYS);
    }

    #[test]
    fn of_too_many_nothing_is_told() {
        let all: Vec<Ones> = (0..9).map(|n| number(f64::from(n))).collect();
        assert_eq!(all.iter().collect::<Ones>(), Ones::anything());
        assert_eq!(all.iter().take(8).collect::<Ones>().compared(CompareOp::Less, &number(9.0)), Truth::ALWAYS);
    }
}
