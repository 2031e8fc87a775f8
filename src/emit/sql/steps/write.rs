//! The states of a table's rows as text: the changes of the days on which things enter and leave, and their sums.

use sqlparser::ast::{BinaryOperator, Expr, Ident, SelectItem, SetQuantifier};

use super::Steps;
use super::edges::{Edge, From};
use super::layers::{Column, columns};
use super::sources::{Effect, Source};
use super::state::State;
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::gold::Date;

/// The alias of the states of a row.
pub const STATES: &str = "state";
/// The day after the last day of the periods for which a change shows first.
pub const NEXT: &str = "next_on";
/// The same of the change after that one.
pub const UNTIL: &str = "until_on";

/// A common table expression: its name and what it selects.
pub type Cte = (String, Selection);

impl<'a> Compiler<'a> {
    /// The states under their name, after what they alone read.
    pub fn states_ctes(&mut self, at: usize, name: &str) -> Vec<(Ident, Selection)> {
        let Some(steps) = self.steps.get(at) else { return Vec::new() };
        let (mut ctes, measures) = (Vec::new(), steps.effective());
        if let Some(in_turn) = steps.in_turn(&measures) {
            self.write_in_turn(&in_turn, name, &mut ctes);
        } else if let Some(adding) = steps.adding(&measures) {
            self.write_adding(&adding, name, &mut ctes);
        } else if let Some(source) = steps.latest_in_turn() {
            let turns = self.turns(source, &columns(source), &mut ctes);
            ctes.push((name.to_owned(), self.latest_as_said(steps, source, &turns)));
        } else {
            self.write_running(steps, name, &mut ctes);
        }
        ctes.into_iter().map(|(name, select)| (common::ident(&name), select)).collect()
    }

    /// What is in after each change, added up.
    fn write_running(&self, steps: &Steps<'a>, name: &str, ctes: &mut Vec<Cte>) {
        let mut changes: Vec<Selection> = Vec::new();
        for source in &steps.sources {
            let columns = columns(source);
            let turns = self.turns(source, &columns, ctes);
            changes.extend(self.changes_of(steps, source, &columns, &turns));
        }
        changes.extend(self.own_changes(steps));
        let changed = self.unused(ctes, &format!("{}_changes", self.table_name(steps.key.table)));
        let all = ast::union(changes, SetQuantifier::All).unwrap_or_else(|| ast::select(Parts::default()));
        ctes.push((changed.clone(), all));
        ctes.push((name.to_owned(), self.running(steps, &changed)));
    }

    /// A name that neither a relation nor one of `ctes` has.
    pub fn unused(&self, ctes: &[Cte], name: &str) -> String {
        let mut free = self.free_name(name);
        let mut number = 2;
        while ctes.iter().any(|(taken, _)| *taken == free) {
            free = self.free_name(&format!("{name}_{number}"));
            number += 1;
        }
        free
    }

    /// All rows of a relation, under an alias.
    pub fn from(&self, name: &str, alias: &str) -> Parts {
        let from = ast::table(vec![common::ident(name)], common::ident(alias));
        Parts { from: Some(from), ..Parts::default() }
    }

    /// One select for each day on which the rows of a source change something.
    fn changes_of(&self, steps: &Steps<'a>, source: &Source, columns: &[Column], turns: &str) -> Vec<Selection> {
        let changes = |turn: &&Column| source.effects.iter().any(|effect| sign(effect, &turn.edge).is_some());
        let select = |turn: &Column| {
            let day = common::column("t", &turn.name);
            let mut items = vec![self.item(common::column("t", &source.key), &source.key)];
            items.push(self.item(day.clone(), NEXT));
            for state in state_columns(steps) {
                items.push(ast::named(self.change(source, &turn.edge, state), common::ident(state)));
            }
            let may_miss = !matches!(turn.edge.from, From::Day);
            let conditions = may_miss.then(|| ast::is_not_null(day)).into_iter().collect();
            ast::select(Parts { items, conditions, ..self.from(turns, "t") })
        };
        columns.iter().filter(changes).map(select).collect()
    }

    /// What the day of an edge adds to a state, negative where rows leave.
    pub fn change(&self, source: &Source, edge: &Edge, state: &str) -> Expr {
        let effects = source.effects.iter().filter(|effect| effect.state == state);
        let signed = effects.filter_map(|effect| Some((effect, sign(effect, edge)?)));
        let amounts = signed.map(|(effect, sign)| {
            let amount = match &effect.amount {
                Some(column) => ast::coalesce(common::column("t", column), ast::number(0)),
                None => ast::number(1),
            };
            if sign > 0 { amount } else { ast::negative(amount) }
        });
        amounts.reduce(|a, b| ast::sum(a, BinaryOperator::Plus, b)).unwrap_or_else(|| ast::number(0))
    }

    /// The days on which the rows' own dates change something; nothing enters or leaves.
    fn own_changes(&self, steps: &Steps<'a>) -> Vec<Selection> {
        let Some(key) = self.gold.single_key(steps.key.table) else { return Vec::new() };
        let first = steps.may_hold_at_start().then(first_day).flatten();
        let first = first.map(|day| (common::date(day), None));
        let days = steps.changing_days().into_iter().map(|(date, day)| (day, Some(date)));
        let select = |(day, date): (Expr, Option<Expr>)| {
            let key_value = self.stored(&steps.own_frame.alias, key);
            let mut items = vec![self.item(key_value, self.column_name(key)), self.item(day, NEXT)];
            items.extend(state_columns(steps).map(|state| ast::named(ast::number(0), common::ident(state))));
            let conditions = date.map(|date| self.is_seen(date)).into_iter().collect();
            ast::select(Parts { items, conditions, ..self.parts_of(&steps.own_frame) })
        };
        first.into_iter().chain(days).map(select).collect()
    }

    /// What is in after each change, and the day of the next one.
    fn running(&self, steps: &Steps<'a>, changes: &str) -> Selection {
        let column = |name: &str| common::column("c", name);
        let key = self.gold.single_key(steps.key.table).map_or("", |key| self.column_name(key));
        let window = || (vec![column(key)], vec![ast::ascending(column(NEXT))]);
        let (partition, order) = window();
        let until = ast::over(ast::call("LEAD", [column(NEXT)]), partition, order);
        let mut items: Vec<SelectItem> = vec![self.item(column(key), key), self.item(column(NEXT), NEXT)];
        items.push(ast::named(until, common::ident(UNTIL)));
        // Counts and sums have room: what is left is a whole number that rows hold.
        let latest: Vec<&str> = steps.states.iter().filter_map(State::latest_integer).collect();
        for state in state_columns(steps) {
            let (partition, order) = window();
            let changed = if latest.contains(&state) { common::in_wide_sum(column(state)) } else { column(state) };
            let sum = ast::over_rows_so_far(ast::call("SUM", [changed]), partition, order);
            items.push(ast::named(sum, common::ident(state)));
        }
        ast::select(Parts { items, ..self.from(changes, "c") })
    }
}

/// A day before all others that still has days before it in every engine.
pub fn first_day() -> Option<Date> {
    Date::from_ymd(1000, 1, 1)
}

/// In the order of the states; a latest value has two.
pub fn state_columns<'s>(steps: &'s Steps<'_>) -> impl Iterator<Item = &'s str> {
    steps.states.iter().flat_map(|state| [Some(&*state.column), state.present.as_deref()]).flatten()
}

/// 1 where an effect enters on an edge, -1 where it leaves there.
fn sign(effect: &Effect, edge: &Edge) -> Option<i8> {
    if effect.enters == *edge {
        return Some(1);
    }
    (effect.leaves.as_ref() == Some(edge)).then_some(-1)
}
