//! Sums to which each row adds by itself: what has been bought so far is a purchase's amount from the day after it
//! on, whatever was bought before. Only whether there has been a row at all is said by the first.

use sqlparser::ast::{BinaryOperator, DataType, Expr};

use super::Steps;
use super::layers::{columns, name_of};
use super::levels::{Asked, asked_of_states, state_in};
use super::measure::{Measured, Sum, Taken};
use super::sources::{DAY, Effect, Source};
use super::totals::Amount;
use super::write::{Cte, NEXT, STATES, UNTIL};
use crate::emit::sql::ast::{self, Parts};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;

/// The one measure's sum of rows that never leave, and that there has been one of them.
pub struct Adding<'s> {
    source: &'s Source,
    sum: &'s Effect,
    some: &'s Effect,
}

impl Steps<'_> {
    /// Its states where they are a sum that is taken as it is, from the first row on, and that there is one.
    pub fn adding(&self, measures: &[Measured<'_>]) -> Option<Adding<'_>> {
        let ([(measure, taken)], [source]) = (measures, self.sources.as_slice()) else { return None };
        if measure.sum == Sum::Count || self.states.len() != 2 || !self.is_moved_by_states() {
            return None;
        }
        let total = state_in(ast::before_zero(taken.operand.as_ref()?))?;
        let mut asked = taken.conditions.iter().map(asked_by).collect::<Option<Vec<_>>>()?.into_iter().flatten();
        let asked = asked.next().filter(|one| asked.all(|other| other == *one))?;
        let (sum, some) = (self.never_leaving(total)?, self.never_leaving(&asked.state)?);
        let same_rows = sum.enters == some.enters && some.asked.iter().all(|one| sum.asked.contains(one));
        let from_the_first = asked.needed && asked.level == 1 && some.first && same_rows;
        (from_the_first && total != asked.state).then_some(Adding { source, sum, some })
    }

    /// The only effect on a state, if it counts each row and no row ever takes it back.
    fn never_leaving(&self, column: &str) -> Option<&Effect> {
        let (source, effect) = self.only_effect(column)?;
        let counted = source.run.is_none() && effect.amount.is_some();
        (counted && effect.leaves.is_none()).then_some(effect)
    }
}

/// What a condition asks of states.
fn asked_by(condition: &Expr) -> Option<Vec<Asked>> {
    asked_of_states(&Taken { conditions: vec![condition.clone()], operand: None })
}

impl Adding<'_> {
    /// A row adds whatever came before it: that there is one is asked of what is counted alone.
    pub fn take_apart(&self, measures: &mut [Measured<'_>]) {
        for (_, taken) in measures {
            taken.conditions.retain(|condition| asked_by(condition).is_none_or(|asked| asked.is_empty()));
        }
    }

    /// The last of `amounts` counts only where a row is there.
    pub fn count_the_first(&self, amounts: &mut [Amount]) {
        let first = ast::compare(common::column(STATES, &self.some.state), BinaryOperator::Gt, ast::number(0));
        if let Some(counted) = amounts.last_mut() {
            counted.conditions.push(first);
        }
    }
}

impl<'a> Compiler<'a> {
    /// What each row adds, and 1 for the first.
    pub fn write_adding(&self, adding: &Adding<'_>, name: &str, ctes: &mut Vec<Cte>) {
        let Adding { source, sum, some } = adding;
        let base = self.relation_name(source.relation).to_owned();
        let column = |name: &str| common::column("d", name);
        let amounts: Vec<&str> = [sum, some].into_iter().filter_map(|effect| effect.amount.as_deref()).collect();
        let kept: Vec<&str> = [source.key.as_str(), DAY].into_iter().chain(amounts).collect();
        let counted = some.amount.iter().map(|amount| ast::equal(column(amount), ast::number(1))).collect();
        let turns = self.layers((&base, &base), &kept, &columns(source), counted, ctes);
        let before = ast::call("LAG", [column(DAY)]);
        let before = ast::over(before, vec![column(&source.key)], vec![ast::ascending(column(DAY))]);
        let first = ast::case(vec![(ast::is_null(before), ast::number(1))], Some(ast::number(0)));
        let added = sum.amount.iter().map(|amount| ast::coalesce(column(amount), ast::number(0)));
        let items = [
            (source.key.as_str(), column(&source.key)),
            (NEXT, column(&name_of(&sum.enters))),
            (UNTIL, ast::cast(ast::null(), DataType::Date)),
            (some.state.as_str(), first),
        ];
        let items = items.into_iter().chain(added.map(|added| (sum.state.as_str(), added)));
        let items = items.map(|(name, value)| self.item(value, name)).collect();
        ctes.push((name.to_owned(), ast::select(Parts { items, ..self.from(&turns, "d") })));
    }
}
