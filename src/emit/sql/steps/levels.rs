//! How far a state must be counted for what is asked of it: of a count that is compared with whole numbers alone
//! only so much matters as tells apart the numbers it is compared with.

use sqlparser::ast::{BinaryOperator, Expr};

use super::measure::Taken;
use super::write::STATES;
use crate::emit::sql::ast;

/// What is asked of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub state: String,
    /// Counts of so much and of more are one.
    pub level: u32,
    /// Nothing is taken where there is none.
    pub needed: bool,
}

/// What is asked of states for something to be taken of a row; none where one is not only compared with numbers.
pub fn asked_of_states(taken: &Taken) -> Option<Vec<Asked>> {
    let mut all = Vec::new();
    for condition in &taken.conditions {
        // Only a condition of its own must hold whatever else does.
        let needed = compared(condition).is_some_and(|asked| asked.needed);
        asked_in(condition)?.into_iter().for_each(|asked| add(&mut all, Asked { needed, ..asked }));
    }
    if let Some(operand) = &taken.operand {
        asked_in(operand)?.into_iter().for_each(|asked| add(&mut all, Asked { needed: false, ..asked }));
    }
    Some(all)
}

fn add(all: &mut Vec<Asked>, asked: Asked) {
    match all.iter_mut().find(|known| known.state == asked.state) {
        Some(known) => {
            known.level = known.level.max(asked.level);
            known.needed |= asked.needed;
        }
        None => all.push(asked),
    }
}

/// The comparisons of states in an expression, where it reads nothing else of them.
fn asked_in(expr: &Expr) -> Option<Vec<Asked>> {
    let (mut all, mut others) = (Vec::new(), false);
    ast::each_part(expr, &mut |part| {
        let asked = compared(part);
        let found = asked.is_some();
        all.extend(asked);
        others |= !found && state_in(part).is_some();
        !found
    })?;
    (!others).then_some(all)
}

/// A state compared with a whole number.
fn compared(expr: &Expr) -> Option<Asked> {
    let Expr::BinaryOp { left, op, right } = expr else { return None };
    let (state, number) = (state_in(ast::before_zero(left))?, ast::whole_number(right)?);
    let number = u32::try_from(number).ok()?;
    let more = number.checked_add(1)?;
    let (level, needed) = match op {
        BinaryOperator::GtEq => (number, number > 0),
        BinaryOperator::Lt => (number, false),
        BinaryOperator::Gt => (more, true),
        BinaryOperator::LtEq => (more, false),
        BinaryOperator::Eq => (more, number > 0),
        BinaryOperator::NotEq => (more, number == 0),
        _ => return None,
    };
    Some(Asked { state: state.to_owned(), level: level.max(1), needed })
}

/// The state that an expression is.
pub fn state_in(expr: &Expr) -> Option<&str> {
    ast::column(expr).filter(|(alias, _)| alias.value == STATES).map(|(_, name)| name.value.as_str())
}

#[cfg(test)]
mod tests {
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;

    use super::*;

    fn asked(conditions: &[&str]) -> Option<Vec<(String, u32, bool)>> {
        let read = |text: &&str| {
            let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).expect("tokens");
            parser.parse_expr().expect("an expression")
        };
        let taken = Taken { conditions: conditions.iter().map(read).collect(), operand: None };
        asked_of_states(&taken).map(|all| all.into_iter().map(|one| (one.state, one.level, one.needed)).collect())
    }

    #[test]
    fn what_is_compared_with_whole_numbers_is_counted_so_far() {
        let one = |level, needed| Some(vec![("n".to_owned(), level, needed)]);
        assert_eq!(asked(&["COALESCE(state.n, 0) >= 2"]), one(2, true));
        assert_eq!(asked(&["state.n > 0"]), one(1, true));
        assert_eq!(asked(&["state.n = 2", "c.a = 5"]), one(3, true));
        assert_eq!(asked(&["state.n < 2", "state.n >= 1"]), one(2, true));
        assert_eq!(asked(&["state.n = 0"]), one(1, false));
        assert_eq!(asked(&["c.a IS NULL OR state.n >= 3"]), one(3, false));
        assert_eq!(asked(&["CASE WHEN state.n > 1 THEN c.a ELSE 0 END = 1"]), one(2, false));
        assert_eq!(asked(&["c.a = 1"]), Some(Vec::new()));
    }

    #[test]
    fn what_is_asked_otherwise_must_be_counted_in_full() {
        for text in
            ["state.n > c.a", "state.n + 1 >= 2", "COALESCE(state.n, 1) >= 2", "state.n >= 1.5", "state.n IS NULL"]
        {
            assert_eq!(asked(&[text]), None, "{text}");
        }
    }
}
