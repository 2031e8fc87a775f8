//! The DAX tree: only the shapes that carat writes.
//!
//! Columns and tables are ids of the gold schema, so that a reader of the tree (which columns does a
//! measure need?) never takes text apart; [`super::print`] names and quotes them.

use crate::gold::{ColumnId, Date, TableId};

use super::known::push_beside;

/// An expression, a table or a filter argument: DAX writes all three alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Dax {
    Column(ColumnId),
    Table(TableId),
    /// A measure by its name; written without a table.
    Measure(String),
    Variable(String),
    /// A column that an expression made, by its name with the `@`.
    Extension(String),
    /// Digits as they are written, sign included.
    Number(String),
    Text(String),
    Boolean(bool),
    Date(Date),
    /// A bare word among the arguments of a function: `DOUBLE`, `DAY`, `DESC`.
    Word(&'static str),
    Call {
        function: &'static str,
        arguments: Vec<Dax>,
    },
    /// Two or more operands with one operator between each.
    Chain {
        operator: Operator,
        operands: Vec<Dax>,
    },
    Not(Box<Dax>),
    /// `{ 1, 2 }`.
    List(Vec<Dax>),
    /// `VAR .. RETURN ..`.
    Block {
        variables: Vec<Variable>,
        result: Box<Dax>,
    },
}

/// `VAR name = value`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variable {
    pub name: String,
    pub value: Dax,
}

/// The operators carat writes, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    Or,
    And,
    In,
    Equal,
    /// `==`, which tells BLANK from 0, "" and FALSE.
    StrictlyEqual,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
}

impl Operator {
    /// As DAX writes it, without blanks around.
    pub fn text(self) -> &'static str {
        match self {
            Operator::Or => "||",
            Operator::And => "&&",
            Operator::In => "IN",
            Operator::Equal => "=",
            Operator::StrictlyEqual => "==",
            Operator::NotEqual => "<>",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
        }
    }

    /// The operator that is true exactly where this one is false: DAX compares BLANK like a value.
    fn flipped(self) -> Option<Operator> {
        match self {
            Operator::Less => Some(Operator::GreaterOrEqual),
            Operator::LessOrEqual => Some(Operator::Greater),
            Operator::Greater => Some(Operator::LessOrEqual),
            Operator::GreaterOrEqual => Some(Operator::Less),
            _ => None,
        }
    }

    /// The same of every comparison.
    pub(super) fn opposite(self) -> Option<Operator> {
        match self {
            Operator::Equal => Some(Operator::NotEqual),
            Operator::NotEqual => Some(Operator::Equal),
            other => other.flipped(),
        }
    }

    /// How tightly it binds (DAX operator reference, "Operator precedence").
    pub fn binding(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Add | Operator::Subtract => 5,
            Operator::Multiply => 6,
            _ => 4,
        }
    }
}

impl Dax {
    /// `FUNCTION ( a, b )`; the name is written as given.
    pub fn call(function: &'static str, arguments: impl Into<Vec<Dax>>) -> Dax {
        Dax::Call { function, arguments: arguments.into() }
    }

    /// A variable that is bound around, by its name.
    pub fn variable(name: &str) -> Dax {
        Dax::Variable(name.to_owned())
    }

    /// A measure by its name, without brackets.
    pub fn measure(name: &str) -> Dax {
        Dax::Measure(name.to_owned())
    }

    /// A whole number, sign included.
    pub fn integer(value: i64) -> Dax {
        Dax::Number(value.to_string())
    }

    /// Two operands; the printer sets parentheses where precedence asks for them.
    pub fn binary(operator: Operator, left: Dax, right: Dax) -> Dax {
        Dax::Chain { operator, operands: vec![left, right] }
    }

    /// All of these; TRUE where there are none.
    pub fn all(conditions: Vec<Dax>) -> Dax {
        Dax::chain(Operator::And, conditions, true)
    }

    /// One of these; FALSE where there are none.
    pub fn any(conditions: Vec<Dax>) -> Dax {
        Dax::chain(Operator::Or, conditions, false)
    }

    /// A logical chain, with operands of the same operator taken in, its neutral value left out, and nothing asked that
    /// operands before it say.
    fn chain(operator: Operator, conditions: Vec<Dax>, neutral: bool) -> Dax {
        let mut operands = Vec::new();
        for condition in conditions {
            match condition {
                Dax::Chain { operator: inner, operands: more } if inner == operator => {
                    more.into_iter().for_each(|one| push_beside(&mut operands, operator, one));
                }
                Dax::Boolean(value) if value == neutral => {}
                other => push_beside(&mut operands, operator, other),
            }
        }
        match operands.pop() {
            None => Dax::Boolean(neutral),
            Some(only) if operands.is_empty() => only,
            Some(last) => {
                operands.push(last);
                Dax::Chain { operator, operands }
            }
        }
    }

    /// What is true exactly where this is false: the opposite operator where there is one, else `NOT`.
    pub fn negated(self) -> Dax {
        match self {
            Dax::Not(inner) => *inner,
            Dax::Boolean(value) => Dax::Boolean(!value),
            Dax::Chain { operator: Operator::And, operands } if is_guarded(&operands) => {
                Dax::any(operands.into_iter().map(Dax::opposite).collect())
            }
            Dax::Chain { operator, operands } => match opposite(operator, &operands) {
                Some(operator) => Dax::Chain { operator, operands },
                None => Dax::Not(Box::new(Dax::Chain { operator, operands })),
            },
            other => Dax::Not(Box::new(other)),
        }
    }

    /// The opposite of a comparison by its operator, of anything else by NOT.
    pub(super) fn opposite(self) -> Dax {
        match self {
            Dax::Chain { operator, operands } => match operator.flipped() {
                Some(operator) => Dax::Chain { operator, operands },
                None => Dax::Chain { operator, operands }.negated(),
            },
            other => other.negated(),
        }
    }

    /// `ISBLANK`, which an empty text is not (rule R5).
    pub fn is_blank(self) -> Dax {
        Dax::call("ISBLANK", [self])
    }

    /// `NOT ISBLANK`.
    pub fn is_present(self) -> Dax {
        self.is_blank().negated()
    }

    /// `+ 0`, by which BLANK becomes 0 (rule R6).
    pub fn plus_zero(self) -> Dax {
        Dax::binary(Operator::Add, self, Dax::integer(0))
    }

    /// `VAR .. RETURN ..`, or the result alone where there is no variable.
    pub fn block(variables: Vec<Variable>, result: Dax) -> Dax {
        if variables.is_empty() {
            return result;
        }
        match result {
            Dax::Block { variables: inner, result } => {
                Dax::Block { variables: variables.into_iter().chain(inner).collect(), result }
            }
            other => Dax::Block { variables, result: Box::new(other) },
        }
    }

    /// What stands directly below this node.
    pub fn each_child<'d>(&'d self, mut see: impl FnMut(&'d Dax)) {
        match self {
            Dax::Call { arguments: all, .. } | Dax::Chain { operands: all, .. } | Dax::List(all) => {
                all.iter().for_each(see);
            }
            Dax::Not(inner) => see(inner),
            Dax::Block { variables, result } => {
                variables.iter().for_each(|variable| see(&variable.value));
                see(result);
            }
            _ => {}
        }
    }

    /// This node and all below it, outermost first.
    pub fn walk(&self, visit: &mut impl FnMut(&Dax)) {
        visit(self);
        self.each_child(|child| child.walk(visit));
    }
}

/// A test for presence and one comparison or measure: its opposite reads as `ISBLANK ( x ) || x > ..`. A measure that is
/// BLANK is false beside `&&`, and `NOT` of it is true.
fn is_guarded(operands: &[Dax]) -> bool {
    match operands {
        [Dax::Not(_), Dax::Chain { operator, .. }] => operator.flipped().is_some(),
        [Dax::Not(_), Dax::Measure(_)] => true,
        _ => false,
    }
}

/// The operator that says the opposite, where it reads better than NOT: `<>`, and `= 0` for "there are rows".
fn opposite(operator: Operator, operands: &[Dax]) -> Option<Operator> {
    let counts = |dax: &Dax| match dax {
        Dax::Call { function: "CALCULATE", arguments } => {
            matches!(arguments.first(), Some(Dax::Call { function: "COUNTROWS", .. }))
        }
        Dax::Call { function, .. } => *function == "COUNTROWS",
        _ => false,
    };
    match (operator, operands) {
        (Operator::Equal, _) => Some(Operator::NotEqual),
        (Operator::NotEqual, _) => Some(Operator::Equal),
        (Operator::Greater, [count, Dax::Number(zero)]) if counts(count) && zero == "0" => Some(Operator::Equal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_of_one_is_its_operand_and_neutral_values_vanish() {
        let only = Dax::measure("Orders");
        assert_eq!(Dax::all(vec![Dax::Boolean(true), only.clone()]), only);
        assert_eq!(Dax::any(Vec::new()), Dax::Boolean(false));
    }

    #[test]
    fn a_double_negation_is_none() {
        assert_eq!(Dax::measure("Orders").negated().negated(), Dax::measure("Orders"));
    }

    #[test]
    fn a_guard_that_is_not_fulfilled_is_said_without_two_negations() {
        let (key, segment) = (Dax::measure("Key"), Dax::measure("Segment"));
        let guarded = Dax::all(vec![key.clone().is_present(), segment.clone()]);
        assert_eq!(guarded.negated(), Dax::any(vec![key.is_blank(), segment.negated()]));
    }

    #[test]
    fn no_rows_is_a_count_of_zero() {
        let count = Dax::call("COUNTROWS", [Dax::Table(TableId(0))]);
        let some = Dax::binary(Operator::Greater, count.clone(), Dax::integer(0));
        assert_eq!(some.negated(), Dax::binary(Operator::Equal, count, Dax::integer(0)));
    }
}
