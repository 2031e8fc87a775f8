//! The states of a table's rows as text: the days on which things enter and leave, the changes, their sums.

use sqlparser::ast::{BinaryOperator, Expr, Ident, SelectItem, SetQuantifier};

use super::Steps;
use super::edges::{Edge, From};
use super::life::sooner_of;
use super::sources::{self, DAY, Effect, Run, Source, VALUE};
use super::turn::Turn;
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::gold::Date;
use crate::plan::tree::Day;

/// The alias of the states of a row.
pub const STATES: &str = "state";
/// The day after the last day of the periods for which a change shows first.
pub const NEXT: &str = "next_on";
/// The same of the change after that one.
pub const UNTIL: &str = "until_on";
pub const FOLLOWING: &str = "following_on";
const PREVIOUS: &str = "previous_on";

pub type Cte = (String, Selection);

/// A column of a source that holds days on which something enters or leaves.
pub struct Column {
    edge: Edge,
    name: String,
    layer: usize,
}

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

    pub fn unused(&self, ctes: &[Cte], name: &str) -> String {
        let mut free = self.free_name(name);
        let mut number = 2;
        while ctes.iter().any(|(taken, _)| *taken == free) {
            free = self.free_name(&format!("{name}_{number}"));
            number += 1;
        }
        free
    }

    pub fn from(&self, name: &str, alias: &str) -> Parts {
        let from = ast::table(vec![common::ident(name)], common::ident(alias));
        Parts { from: Some(from), ..Parts::default() }
    }

    /// The relation whose columns are the days of a source; it is written layer by layer, since a turn of a
    /// turn reads a day that the layer before has worked out.
    fn turns(&self, source: &Source, columns: &[Column], ctes: &mut Vec<Cte>) -> String {
        let base = self.relation_name(source.relation).to_owned();
        let mut read = base.clone();
        if let Some(run) = source.run {
            read = self.unused(ctes, &format!("{base}_runs"));
            ctes.push((read.clone(), self.runs(source, run, &base)));
        } else if let Some(amount) = only_first(source) {
            read = self.unused(ctes, &format!("{base}_first"));
            ctes.push((read.clone(), self.first_rows(source, amount, &base)));
        }
        let mut kept = vec![source.key.as_str()];
        kept.extend(amounts(source));
        self.layers((&base, &read), &kept, columns, Vec::new(), ctes)
    }

    /// A relation with columns that it has and days worked out from them: as many relations as days are worked
    /// out from days. The first is asked the conditions.
    pub fn layers(
        &self,
        (base, read): (&str, &str),
        kept: &[&str],
        columns: &[Column],
        conditions: Vec<Expr>,
        ctes: &mut Vec<Cte>,
    ) -> String {
        let depth = columns.iter().map(|column| column.layer).max().unwrap_or(1);
        let (mut read, mut conditions) = (read.to_owned(), conditions);
        for layer in 1..=depth {
            let name = self.unused(ctes, &format!("{base}_turns"));
            let items = self.layer(kept, columns, layer);
            let conditions = std::mem::take(&mut conditions);
            ctes.push((name.clone(), ast::select(Parts { items, conditions, ..self.from(&read, "d") })));
            read = name;
        }
        read
    }

    fn runs(&self, source: &Source, run: Run, base: &str) -> Selection {
        let column = |name: &str| common::column("d", name);
        let mut partition = vec![column(&source.key)];
        partition.extend((run == Run::OfValue).then(|| column(VALUE)));
        let beside = |function: &str| {
            ast::over(ast::call(function, [column(DAY)]), partition.clone(), vec![ast::ascending(column(DAY))])
        };
        let mut items = vec![self.item(column(&source.key), &source.key), self.item(column(DAY), DAY)];
        items.extend(amounts(source).into_iter().map(|amount| self.item(column(amount), amount)));
        if run == Run::Together {
            items.push(ast::named(beside("LAG"), common::ident(PREVIOUS)));
        }
        items.push(ast::named(beside("LEAD"), common::ident(FOLLOWING)));
        ast::select(Parts { items, ..self.from(base, "d") })
    }

    /// The first row of each key, where that is all that counts.
    fn first_rows(&self, source: &Source, amount: &str, base: &str) -> Selection {
        let column = |name: &str| common::column("d", name);
        let items = vec![
            self.item(column(&source.key), &source.key),
            ast::named(ast::call("MIN", [column(DAY)]), common::ident(DAY)),
            ast::named(ast::call("MAX", [column(amount)]), common::ident(amount)),
        ];
        let (conditions, group_by) = (vec![ast::equal(column(amount), ast::number(1))], vec![column(&source.key)]);
        ast::select(Parts { items, conditions, group_by, ..self.from(base, "d") })
    }

    fn layer(&self, kept: &[&str], columns: &[Column], layer: usize) -> Vec<SelectItem> {
        let column = |name: &str| common::column("d", name);
        let mut items: Vec<SelectItem> = kept.iter().map(|name| self.item(column(name), name)).collect();
        for turn in columns.iter().filter(|turn| turn.layer <= layer) {
            let value = if turn.layer == layer { self.turned(&turn.edge) } else { column(&turn.name) };
            items.push(self.item(value, &turn.name));
        }
        items
    }

    fn turned(&self, edge: &Edge) -> Expr {
        let column = |name: &str| common::column("d", name);
        if let Some((before, step)) = before(edge) {
            return step.after(column(&name_of(&before)), -1);
        }
        match &edge.from {
            From::Day => edge.turn.of(column(DAY)),
            From::Until => edge.turn.of(column(sources::UNTIL)),
            From::Begin { enters, bound } => {
                let (before, day) = (column(PREVIOUS), column(DAY));
                let ended = self.has_left(&before, enters, *bound, &day);
                ast::when(ast::any([ast::is_null(before), ended]), enters.of(day))
            }
            From::End { enters, leaves, bound } => {
                let (next, day) = (column(FOLLOWING), column(DAY));
                let left = self.has_left(&day, enters, *bound, &next);
                ast::when(ast::any([ast::is_null(next), left]), leaves.of(day))
            }
            From::Cut { enters, leaves } => {
                let next = enters.of(column(FOLLOWING));
                match leaves {
                    None => next,
                    Some(leaves) => sooner_of(leaves.of(column(DAY)), next),
                }
            }
        }
    }

    /// The day before the later date enters, the bound lies behind the earlier one already.
    fn has_left(&self, earlier: &Expr, enters: &Turn, bound: Day, later: &Expr) -> Expr {
        let day_before = enters.day_before(later.clone());
        ast::compare(earlier.clone(), BinaryOperator::Lt, self.bound(day_before, bound))
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
        for state in state_columns(steps) {
            let (partition, order) = window();
            let sum = ast::over_rows_so_far(ast::call("SUM", [column(state)]), partition, order);
            items.push(ast::named(sum, common::ident(state)));
        }
        ast::select(Parts { items, ..self.from(changes, "c") })
    }
}

/// A day before all others that still has days before it in every engine.
pub fn first_day() -> Option<Date> {
    Date::from_ymd(1000, 1, 1)
}

pub fn state_columns<'s>(steps: &'s Steps<'_>) -> impl Iterator<Item = &'s str> {
    steps.states.iter().flat_map(|state| [Some(&*state.column), state.present.as_deref()]).flatten()
}

fn amounts(source: &Source) -> Vec<&str> {
    let mut amounts: Vec<&str> = Vec::new();
    for amount in source.effects.iter().filter_map(|effect| effect.amount.as_deref()) {
        if !amounts.contains(&amount) {
            amounts.push(amount);
        }
    }
    amounts
}

/// The column of a source of which it only counts that there is a first row.
fn only_first(source: &Source) -> Option<&str> {
    match amounts(source).as_slice() {
        [amount] if source.effects.iter().all(|effect| effect.first) => Some(amount),
        _ => None,
    }
}

/// 1 where an effect enters on an edge, -1 where it leaves there.
fn sign(effect: &Effect, edge: &Edge) -> Option<i8> {
    if effect.enters == *edge {
        return Some(1);
    }
    (effect.leaves.as_ref() == Some(edge)).then_some(-1)
}

/// The days that the effects of a source need, and those that others are worked out from.
pub fn columns(source: &Source) -> Vec<Column> {
    let mut columns = Vec::new();
    for effect in &source.effects {
        for edge in std::iter::once(&effect.enters).chain(&effect.leaves) {
            add_column(&mut columns, edge);
        }
    }
    columns
}

pub fn add_column(columns: &mut Vec<Column>, edge: &Edge) -> usize {
    if let Some(column) = columns.iter().find(|column| column.edge == *edge) {
        return column.layer;
    }
    let layer = before(edge).map_or(1, |(before, _)| add_column(columns, &before) + 1);
    columns.push(Column { edge: edge.clone(), name: name_of(edge), layer });
    layer
}

/// The edge that a turn of a turn starts from, and the last step.
fn before(edge: &Edge) -> Option<(Edge, super::turn::Step)> {
    let from = edge.from.clone();
    let worked_out = !matches!(edge.from, From::Day | From::Until);
    if let (true, [step]) = (worked_out, edge.turn.steps.as_slice()) {
        return Some((Edge { from, turn: Turn::here() }, *step));
    }
    let (turn, step) = edge.turn.split()?;
    Some((Edge { from, turn }, step))
}

pub fn name_of(edge: &Edge) -> String {
    let base = match edge.from {
        From::Day => "after",
        From::Until => "until",
        From::Cut { .. } => "cut",
        From::Begin { .. } => "begins",
        From::End { .. } => "ends",
    };
    format!("{base}{}", edge.turn.name())
}
