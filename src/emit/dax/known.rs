//! Tests beside others: in `a || ( NOT a && b )` nothing asks for `a` twice, nor in `a && NOT ( a && b )`.
//!
//! DAX knows two truths, and a later operand of a chain is reached where all earlier ones have one of them. What is
//! evaluated for other rows or filters stands in a call or a block, which is compared as a whole and never taken apart.

use super::tree::{Dax, Operator};

/// Appends an operand to those of a logical chain, without what those before it say; one that they decide against the
/// others is left as it is written.
pub(super) fn push_beside(operands: &mut Vec<Dax>, operator: Operator, operand: Dax) {
    let neutral = operator == Operator::And;
    match shortened(&operand, operands, neutral) {
        None => operands.push(operand),
        Some(Dax::Boolean(value)) if value == neutral => {}
        Some(Dax::Boolean(_)) => operands.push(operand),
        Some(Dax::Chain { operator: inner, operands: more }) if inner == operator => {
            more.into_iter().for_each(|one| push_beside(operands, operator, one));
        }
        Some(shorter) => operands.push(shorter),
    }
}

/// A test where all of `known` hold.
pub(super) fn where_all_hold(test: Dax, known: &[Dax]) -> Dax {
    shortened(&test, known, true).unwrap_or(test)
}

/// The test where all of `known` hold, or where none of them does; none where that makes it no shorter.
fn shortened(test: &Dax, known: &[Dax], hold: bool) -> Option<Dax> {
    if let Some(same) = known.iter().find_map(|one| one.says(test)) {
        return Some(Dax::Boolean(same == hold));
    }
    match test {
        Dax::Chain { operator: operator @ (Operator::And | Operator::Or), operands } => {
            let parts: Vec<Option<Dax>> = operands.iter().map(|one| shortened(one, known, hold)).collect();
            let is_shorter = parts.iter().any(Option::is_some);
            let whole = parts.into_iter().zip(operands).map(|(part, operand)| part.unwrap_or_else(|| operand.clone()));
            is_shorter.then(|| joined(*operator, whole.collect()))
        }
        Dax::Not(inner) => shortened(inner, known, hold).map(Dax::opposite),
        _ => None,
    }
}

/// The chain of what is left, or the truth that one of the operands decides it to.
fn joined(operator: Operator, operands: Vec<Dax>) -> Dax {
    let decides = Dax::Boolean(operator == Operator::Or);
    match (operands.contains(&decides), operator) {
        (true, _) => decides,
        (false, Operator::And) => Dax::all(operands),
        (false, _) => Dax::any(operands),
    }
}

impl Dax {
    /// Whether the other is true exactly where this is (`true`) or exactly where this is not; none where it is neither.
    fn says(&self, other: &Dax) -> Option<bool> {
        match (self, other) {
            (Dax::Not(a), Dax::Not(b)) => a.says(b),
            (Dax::Not(a), b) | (b, Dax::Not(a)) => a.says(b).map(|same| !same),
            (Dax::Chain { operator: a, operands: x }, Dax::Chain { operator: b, operands: y }) if a != b => {
                (a.opposite() == Some(*b) && x == y).then_some(false)
            }
            (a, b) => (a == b).then_some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(name: &str) -> Dax {
        Dax::measure(name)
    }

    fn at_least(name: &str) -> Dax {
        Dax::binary(Operator::GreaterOrEqual, test(name), Dax::integer(1))
    }

    #[test]
    fn what_an_operand_before_says_is_not_asked_again() {
        let (a, b) = (test("a"), test("b"));
        let either = Dax::any(vec![a.clone(), b.clone()]);
        assert_eq!(Dax::any(vec![a.clone(), Dax::all(vec![a.clone().negated(), b.clone()])]), either);
        let both = Dax::all(vec![a.clone(), b.clone()]);
        assert_eq!(Dax::all(vec![a.clone(), Dax::any(vec![a.negated(), b])]), both);
    }

    #[test]
    fn of_what_must_not_hold_the_rest_is_turned_round() {
        let (a, b, c) = (test("a"), at_least("b"), at_least("c"));
        let not_both = Dax::Not(Box::new(Dax::all(vec![a.clone(), b.clone(), c.clone()])));
        let less = Dax::binary(Operator::Less, test("c"), Dax::integer(1));
        assert_eq!(Dax::all(vec![a.clone(), b.clone(), not_both]), Dax::all(vec![a, b, less]));
    }

    #[test]
    fn the_opposite_comparison_is_known_too() {
        let (a, b) = (at_least("a"), test("b"));
        let less = Dax::binary(Operator::Less, test("a"), Dax::integer(1));
        assert_eq!(Dax::any(vec![less.clone(), Dax::all(vec![a, b.clone()])]), Dax::any(vec![less, b]));
    }

    #[test]
    fn what_is_decided_against_the_others_stays_as_it_is_written() {
        let (a, b) = (test("a"), test("b"));
        let never = Dax::all(vec![a.clone(), a.clone().negated(), b.clone()]);
        assert_eq!(never, Dax::Chain { operator: Operator::And, operands: vec![a.clone(), a.negated(), b] });
    }

    #[test]
    fn an_operand_that_comes_later_is_not_known_yet() {
        let (a, b) = (test("a"), test("b"));
        let guarded = Dax::all(vec![a.clone().negated(), b]);
        let chain = Dax::any(vec![guarded.clone(), a.clone()]);
        assert_eq!(chain, Dax::Chain { operator: Operator::Or, operands: vec![guarded, a] });
    }
}
