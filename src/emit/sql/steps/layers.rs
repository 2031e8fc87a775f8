//! The days on which the rows of a source let something in and out, worked out from its own days: layer by layer,
//! since a turn of a turn reads a day that the layer before has worked out.

use sqlparser::ast::{BinaryOperator, Expr, SelectItem};

use super::edges::{Edge, From};
use super::life::sooner_of;
use super::sources::{self, DAY, Run, Source, VALUE};
use super::turn::{Step, Turn};
use super::write::Cte;
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::plan::tree::Day;

/// Days of the rows beside a row.
const PREVIOUS: &str = "previous_on";
/// The day of the next row.
pub const FOLLOWING: &str = "following_on";

/// A column of a source that holds days on which something enters or leaves.
pub struct Column {
    pub edge: Edge,
    pub name: String,
    layer: usize,
}

impl Compiler<'_> {
    /// The relation whose columns are the days of a source.
    pub fn turns(&self, source: &Source, columns: &[Column], ctes: &mut Vec<Cte>) -> String {
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
                // Apart, so that no engine moves back the first day, which may be the first that it knows.
                let branches = vec![(ast::is_null(before), enters.of(day.clone())), (ended, enters.of(day))];
                ast::case(branches, None)
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

/// The layer in which the edge's day is worked out, from 1; the edges it needs are added before it.
pub fn add_column(columns: &mut Vec<Column>, edge: &Edge) -> usize {
    if let Some(column) = columns.iter().find(|column| column.edge == *edge) {
        return column.layer;
    }
    let layer = before(edge).map_or(1, |(before, _)| add_column(columns, &before) + 1);
    columns.push(Column { edge: edge.clone(), name: name_of(edge), layer });
    layer
}

/// The edge that a turn of a turn starts from, and the last step.
fn before(edge: &Edge) -> Option<(Edge, Step)> {
    let from = edge.from.clone();
    let worked_out = !matches!(edge.from, From::Day | From::Until);
    if let (true, [step]) = (worked_out, edge.turn.steps.as_slice()) {
        return Some((Edge { from, turn: Turn::here() }, *step));
    }
    let (turn, step) = edge.turn.split()?;
    Some((Edge { from, turn }, step))
}

/// What the column of an edge is called: where it is counted from, and how far.
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
