//! Rows of other tables as the state of the row they belong to: each lets something in on one day and out
//! on another.

use sqlparser::ast::Expr;

use super::turn::Turn;
use super::{in_turn, write};
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::{Body, Compiler};
use crate::emit::sql::context::PeriodId;
use crate::emit::sql::frame::{Frame, RelationId};
use crate::emit::sql::group::{Group, GroupKey, Value};
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::gold::Type;
use crate::model::Operator;
use crate::plan::tree::{Condition, Day, Link, Scalar, ScalarKind};

/// Keys of the rows that changes are made of.
pub const DAY: &str = "day_on";
pub const UNTIL: &str = "until_on";
pub const VALUE: &str = "counted_value";

/// A leaf as a running sum, or whether a comparison with what a resolve says holds.
#[derive(Debug)]
pub struct State<'a> {
    pub of: Of<'a>,
    /// The sum, and for a latest value how many rows give it.
    pub column: String,
    pub present: Option<String>,
}

#[derive(Debug)]
pub enum Of<'a> {
    Leaf(Box<Leaf<'a>>),
    /// Some row of one of these.
    Either(Vec<Leaf<'a>>),
    Resolved(&'a Condition, PeriodId),
}

/// Rows of a table, one a key and day, and the days on which what they say begins and ends.
#[derive(Debug)]
pub struct Source {
    pub relation: RelationId,
    pub key: String,
    /// How what one row says goes on in the next: it ends where the next of its value or key begins, or goes on
    /// as long as there is a next one.
    pub run: Option<Run>,
    pub effects: Vec<Effect>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    OfValue,
    OfKey,
    /// Rows of one key whose windows meet say the same as one long row.
    Together,
}

/// What the rows of a source do to a column of the states.
#[derive(Debug)]
pub struct Effect {
    pub state: String,
    /// The column of the source that is added; none for 1.
    pub amount: Option<String>,
    pub enters: Edge,
    pub leaves: Option<Edge>,
    /// It is asked whether there is one, ever: the first is enough.
    pub first: bool,
    /// From when until when each row counts by itself, where a key has one a day and each counts as 1.
    pub stay: Option<Stay>,
    /// What is asked of a row to count.
    pub asked: Vec<Expr>,
}

/// From when a row counts, and until when; no row comes or goes before one of a day before.
#[derive(Debug, Clone, PartialEq)]
pub struct Stay {
    pub enters: Edge,
    pub leaves: Edge,
}

/// A day on which something enters or leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    pub from: From,
    pub turn: Turn,
}

/// The date that a turn starts from.
#[derive(Debug, Clone, PartialEq)]
pub enum From {
    Day,
    Until,
    /// The end of what a row says: its own, or the beginning of what the next one says.
    Cut {
        enters: Turn,
        leaves: Option<Turn>,
    },
    /// Where a row of those that go together begins, unless the one before has not ended.
    Begin {
        enters: Turn,
        bound: Day,
    },
    /// Where it ends, unless the next one has begun.
    End {
        enters: Turn,
        leaves: Turn,
        bound: Day,
    },
}

/// A leaf as rows that let something in and out.
pub struct StateRows<'a> {
    rest: Vec<&'a Condition>,
    date: &'a Scalar,
    until: Option<&'a Scalar>,
    enters: Turn,
    leaves: Option<Turn>,
    /// What lies behind the date when it leaves.
    bound: Option<Day>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    /// That there are rows in a window that they leave again.
    Some,
    /// Of one key and day: that there are rows, how many, or the sum of something.
    Rows,
    /// How many different values.
    Values(&'a Scalar),
    Latest(&'a Scalar),
}

pub fn is_exact(ty: Type) -> bool {
    matches!(ty, Type::Integer | Type::Money)
}

impl<'a> Compiler<'a> {
    /// How the rows of a leaf let its value in and out; none where they do not do so by steps.
    pub fn state_rows(&self, leaf: &Leaf<'a>) -> Option<StateRows<'a>> {
        let Some(Link::To(steps)) = &leaf.link else { return None };
        let by_row = leaf.context.hand.as_ref().is_some_and(|hand| hand.path.is_empty());
        if steps.is_empty() || !by_row || !self.by_unit(leaf.context.period) {
            return None;
        }
        let windows = self.windows(leaf)?;
        let moved = |turn: Turn| self.period(leaf.context.period).shifts.into_iter().try_fold(turn, Turn::moved);
        moved(windows.enters.clone())?;
        let kind = match self.kind(leaf.measure, windows.date)? {
            Kind::Some if windows.until.is_some() || windows.leaves.is_none() => Kind::Rows,
            // Where they last until dates of their own, the next row does not say when one is over.
            Kind::Values(_) | Kind::Latest(_) if windows.until.is_some() => return None,
            kind => kind,
        };
        Some(StateRows { kind, ..windows })
    }

    /// The one date that the leaf's windows look at, and the rest of its conditions.
    fn windows(&self, leaf: &Leaf<'a>) -> Option<StateRows<'a>> {
        let (mut rest, mut date, mut until, mut enters, mut leaves) = (Vec::new(), None, None, None, None);
        let mut bound = None;
        for conjunct in &leaf.conjuncts {
            match conjunct {
                Condition::Within { date: on, from, before: Some(before) }
                    if date.is_none() && matches!(on.kind, ScalarKind::Column(_)) =>
                {
                    date = Some(on);
                    enters = Some(Turn::behind(*before)?);
                    bound = *from;
                    leaves = match from {
                        Some(from) => Some(Turn::behind(*from)?),
                        None => None,
                    };
                }
                Condition::Or(parts) if until.is_none() && lasts_until(parts).is_some() => until = lasts_until(parts),
                other if self.is_timeless(other) => rest.push(*other),
                _ => return None,
            }
        }
        if until.is_some() && leaves.is_some() {
            return None;
        }
        Some(StateRows { rest, date: date?, until, enters: enters?, leaves, bound, kind: Kind::Rows })
    }

    fn kind(&self, measure: Measure<'a>, date: &'a Scalar) -> Option<Kind<'a>> {
        let Measure::Of { operator, operand, by } = measure else { return Some(Kind::Some) };
        match (operator, operand) {
            (Operator::Count, None) => Some(Kind::Rows),
            (Operator::Sum, Some(operand)) if is_exact(operand.ty) && self.is_timeless_value(operand) => {
                Some(Kind::Rows)
            }
            (Operator::CountDistinct, Some(operand)) if operand.kind == date.kind => Some(Kind::Rows),
            (Operator::CountDistinct, Some(operand)) if self.is_timeless_value(operand) => Some(Kind::Values(operand)),
            (Operator::Latest(_), Some(operand)) if is_exact(operand.ty) && self.is_timeless_value(operand) => {
                let same = matches!(&date.kind, ScalarKind::Column(column) if Some(column) == by);
                same.then_some(Kind::Latest(operand))
            }
            _ => None,
        }
    }

    /// The value of a leaf at the row of a frame that stands on the day of a change.
    pub fn state_value(&mut self, frame: &Frame, leaf: &Leaf<'a>) -> Expr {
        let Some(at) = frame.at_change.as_ref().and_then(|at| at.steps) else { return ast::null() };
        let Some((column, present)) = self.state_column(at, leaf) else { return ast::null() };
        let value = self.state_at(&column);
        match present {
            Some(present) => {
                let some = self.state_at(&present);
                ast::when(ast::compare(some, sqlparser::ast::BinaryOperator::Gt, ast::number(0)), value)
            }
            None => value,
        }
    }

    /// Adds the changes that a relation has by key and day to the state of the row with that key.
    pub fn add_changes(
        &mut self,
        at: usize,
        of: Of<'a>,
        (relation, key, amount): (RelationId, String, String),
        period: PeriodId,
    ) -> Option<String> {
        let column = self.free_state_name(at, &amount);
        let shifts = self.period(period).shifts;
        let turn = shifts.into_iter().try_fold(Turn::here(), Turn::moved)?;
        let enters = Edge { from: From::Day, turn };
        let effect = Effect {
            state: column.clone(),
            amount: Some(amount),
            enters,
            leaves: None,
            first: false,
            stay: None,
            asked: Vec::new(),
        };
        let steps = self.steps.get_mut(at)?;
        match steps.sources.iter_mut().find(|source| source.relation == relation && source.run.is_none()) {
            Some(source) => source.effects.push(effect),
            None => steps.sources.push(Source { relation, key, run: None, effects: vec![effect] }),
        }
        steps.states.push(State { of, column: column.clone(), present: None });
        Some(column)
    }

    pub fn state_at(&self, column: &str) -> Expr {
        common::column(write::STATES, column)
    }

    /// The columns of a leaf's state, made on first use.
    fn state_column(&mut self, at: usize, leaf: &Leaf<'a>) -> Option<(String, Option<String>)> {
        let is_it = |state: &&State<'a>| matches!(&state.of, Of::Leaf(known) if known.is(leaf));
        if let Some(state) = self.steps.get(at)?.states.iter().find(is_it) {
            return Some((state.column.clone(), state.present.clone()));
        }
        let Some(rows) = self.state_rows(leaf) else { return Some((self.nested_state(at, leaf)?, None)) };
        let column = self.free_state_name(at, &leaf.context.hint);
        let latest = matches!(rows.kind, Kind::Latest(_));
        let present = latest.then(|| self.free_state_name(at, &format!("{column}_present")));
        self.add_rows(at, leaf, &rows, (&column, present.as_deref()))?;
        let of = Of::Leaf(Box::new(leaf.clone()));
        self.steps.get_mut(at)?.states.push(State { of, column: column.clone(), present: present.clone() });
        Some((column, present))
    }

    /// Adds what the rows of a leaf let in and out to a column of the states, and how many give it to another.
    pub fn add_rows(
        &mut self,
        at: usize,
        leaf: &Leaf<'a>,
        rows: &StateRows<'a>,
        (column, present): (&str, Option<&str>),
    ) -> Option<()> {
        let (source, amount, asked) = self.source(at, leaf, rows)?;
        let (enters, leaves) = self.edges(leaf, rows)?;
        let stay = self.stay(leaf, rows);
        let first = leaf.measure == Measure::Exists && leaves.is_none();
        let source = self.steps.get_mut(at)?.sources.get_mut(source)?;
        let effect = |state: &str, amount| {
            let (enters, leaves, stay, asked) = (enters.clone(), leaves.clone(), stay.clone(), asked.clone());
            Effect { state: state.to_owned(), amount, enters, leaves, first, stay, asked }
        };
        source.effects.push(effect(column, amount));
        source.effects.extend(present.map(|present| effect(present, None)));
        Some(())
    }

    pub fn free_state_name(&self, at: usize, hint: &str) -> String {
        let hint = if hint.is_empty() { "value" } else { hint };
        let states = self.steps.get(at).map(|steps| steps.states.as_slice()).unwrap_or_default();
        let columns: Vec<&str> =
            states.iter().flat_map(|state| [Some(&*state.column), state.present.as_deref()]).flatten().collect();
        let own = [write::NEXT, write::UNTIL, in_turn::KINDS];
        let taken = |name: &str| columns.contains(&name) || own.contains(&name);
        let mut name = hint.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{hint}_{number}");
            number += 1;
        }
        name
    }

    /// An edge, moved as the period of a leaf is.
    fn moved_edge(&self, leaf: &Leaf<'a>, from: From, turn: Turn) -> Option<Edge> {
        let turn = self.period(leaf.context.period).shifts.into_iter().try_fold(turn, Turn::moved)?;
        Some(Edge { from, turn })
    }

    fn stay(&self, leaf: &Leaf<'a>, rows: &StateRows<'a>) -> Option<Stay> {
        let one_a_day = match (&rows.kind, leaf.measure) {
            (Kind::Some, _) => true,
            (Kind::Rows, Measure::Of { operator, .. }) => *operator == Operator::CountDistinct,
            _ => false,
        };
        let (enters, leaves) = (rows.enters.clone(), rows.leaves.clone().filter(|_| one_a_day)?);
        let of_day = |turn| self.moved_edge(leaf, From::Day, turn);
        Some(Stay { enters: of_day(enters)?, leaves: of_day(leaves)? })
    }

    fn edges(&self, leaf: &Leaf<'a>, rows: &StateRows<'a>) -> Option<(Edge, Option<Edge>)> {
        let moved = |from: From, turn: Turn| self.moved_edge(leaf, from, turn);
        let enters = match rows.kind {
            Kind::Some => moved(From::Begin { enters: rows.enters.clone(), bound: rows.bound? }, Turn::here())?,
            _ => moved(From::Day, rows.enters.clone())?,
        };
        let leaves = match (&rows.kind, &rows.until, &rows.leaves) {
            (Kind::Rows, Some(_), _) => Some(moved(From::Until, Turn::behind(Day::Next)?)?),
            (Kind::Rows, None, Some(leaves)) => Some(moved(From::Day, leaves.clone())?),
            (Kind::Rows, None, None) => None,
            (Kind::Some, _, Some(leaves)) => {
                let (enters, leaves) = (rows.enters.clone(), leaves.clone());
                Some(moved(From::End { enters, leaves, bound: rows.bound? }, Turn::here())?)
            }
            (_, _, leaves) => {
                let cut = From::Cut { enters: rows.enters.clone(), leaves: leaves.clone() };
                Some(moved(cut, Turn::here())?)
            }
        };
        Some((enters, leaves))
    }

    /// The source whose rows a state is made of, the column that it adds, and what is asked of those rows.
    fn source(
        &mut self,
        at: usize,
        leaf: &Leaf<'a>,
        rows: &StateRows<'a>,
    ) -> Option<(usize, Option<String>, Vec<Expr>)> {
        let link = leaf.link.clone()?;
        let (run, value) = match rows.kind {
            Kind::Rows => (None, None),
            Kind::Some => (Some(Run::Together), None),
            Kind::Values(value) => (Some(Run::OfValue), Some(value)),
            Kind::Latest(_) => (Some(Run::OfKey), None),
        };
        let latest = match rows.kind {
            Kind::Latest(value) => Some(value),
            _ => None,
        };
        let days = [Some(rows.date), rows.until, value, latest].into_iter().flatten().collect();
        let alone = if run.is_some() { leaf.conjuncts.clone() } else { Vec::new() };
        let group = GroupKey {
            table: leaf.table,
            link: Some(link.clone()),
            vars: Vec::new(),
            period: None,
            windows: alone,
            own: run.map(|_| self.rows_seen(leaf)),
            counted: None,
            days,
        };
        let (relation, column, asked) = self.rows_by_day(group, leaf, rows)?;
        let key = self.key_names(leaf.table, &leaf.link, &[]).into_iter().next()?;
        let amount = matches!(rows.kind, Kind::Rows | Kind::Latest(_)).then_some(column);
        let sources = &mut self.steps.get_mut(at)?.sources;
        let place = sources.iter().position(|source| source.relation == relation).unwrap_or(sources.len());
        if place == sources.len() {
            sources.push(Source { relation, key, run, effects: Vec::new() });
        }
        Some((place, amount, asked))
    }

    /// The rows of a source, one a key, day and whatever else they are kept apart by; rows that leaves of
    /// other conditions read too.
    fn rows_by_day(
        &mut self,
        key: GroupKey<'a>,
        leaf: &Leaf<'a>,
        rows: &StateRows<'a>,
    ) -> Option<(RelationId, String, Vec<Expr>)> {
        let is_it = |body: &Body<'a>| matches!(body, Body::Group(group) if group.key == key);
        let found = self.relations.iter().position(|relation| is_it(&relation.body)).map(RelationId);
        let mut frame = match found.and_then(|relation| self.group_mut(relation)) {
            Some(group) => group.frame.clone(),
            None => self.table_frame(leaf.table, leaf.context.period),
        };
        if let (Some(relation), true) = (found, key.own.is_some()) {
            let column = self.group_mut(relation)?.leaves.first()?.column.clone();
            return Some((relation, column, Vec::new()));
        }
        let conditions = self.row_conditions(&mut frame, leaf, rows)?;
        let value = self.row_value(&mut frame, leaf, rows);
        let relation = match found {
            Some(relation) => relation,
            None => {
                let keys = self.row_keys(&mut frame, leaf, rows)?;
                let name = format!("{}_days", self.table_name(leaf.table));
                let group = Group { key, frame: frame.clone(), keys, leaves: Vec::new() };
                self.add(&name, Body::Group(Box::new(group)))
            }
        };
        let group = self.group_mut(relation)?;
        group.frame = frame;
        let asked = conditions.iter().cloned().flat_map(ast::conjuncts).collect();
        Some((relation, group.add(&leaf.context.hint, value, conditions, None), asked))
    }

    /// What tells apart the filters and groups under which rows are seen: rows that end where the next begins
    /// must all be of one kind.
    fn rows_seen(&mut self, leaf: &Leaf<'a>) -> String {
        let seen = (leaf.context.filters.clone(), leaf.context.groups.clone());
        let place = self.seen.iter().position(|known| *known == seen).unwrap_or(self.seen.len());
        if place == self.seen.len() {
            self.seen.push(seen);
        }
        place.to_string()
    }

    fn row_keys(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, rows: &StateRows<'a>) -> Option<Vec<(String, Expr)>> {
        let inner = self.inner_context(leaf);
        let name = self.key_names(leaf.table, &leaf.link, &[]).into_iter().next()?;
        let mut keys = vec![(name, self.link_key(frame, leaf.table, leaf.link.as_ref()?)?)];
        keys.push((DAY.to_owned(), self.scalar(frame, &inner, rows.date)));
        if let Some(until) = rows.until {
            let until = self.scalar(frame, &inner, until);
            keys.push((UNTIL.to_owned(), ast::when(self.is_seen(until.clone()), until)));
        }
        if let Kind::Values(value) = rows.kind {
            keys.push((VALUE.to_owned(), self.scalar(frame, &inner, value)));
        }
        Some(keys)
    }

    /// The row counts, belongs to a row and says when, and is of the groups that row is of.
    fn row_conditions(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, rows: &StateRows<'a>) -> Option<Vec<Expr>> {
        let inner = self.inner_context(leaf);
        let link = leaf.link.as_ref()?;
        let mut conditions = self.own_filters(frame, leaf);
        for condition in &rows.rest {
            conditions.push(self.condition(frame, &inner, condition));
        }
        let key = self.link_key(frame, leaf.table, link)?;
        conditions.push(ast::is_not_null(key));
        let date = self.scalar(frame, &inner, rows.date);
        conditions.push(self.is_seen(date.clone()));
        if let Some(until) = rows.until {
            let until = self.scalar(frame, &inner, until);
            let later = ast::compare(until.clone(), sqlparser::ast::BinaryOperator::Gt, date);
            conditions.push(ast::any([ast::is_null(until), later]));
        }
        if let Kind::Values(value) | Kind::Latest(value) = rows.kind {
            conditions.push(ast::is_not_null(self.scalar(frame, &inner, value)));
        }
        conditions.extend(self.same_groups(frame, leaf, link));
        Some(conditions)
    }

    fn row_value(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, rows: &StateRows<'a>) -> Value {
        let inner = self.inner_context(leaf);
        match (leaf.measure, &rows.kind) {
            (_, Kind::Latest(value)) => Value::Plain { function: "MAX", operand: self.scalar(frame, &inner, value) },
            (Measure::Of { operator: Operator::Count, .. }, _) => Value::Count { sparse: false },
            (Measure::Of { operator: Operator::Sum, operand: Some(operand), .. }, _) => {
                Value::Sum { operand: self.scalar(frame, &inner, operand), ty: operand.ty }
            }
            _ => Value::Exists,
        }
    }
}

/// `b is missing or b >= next`: what lasts until a date.
fn lasts_until(parts: &[Condition]) -> Option<&Scalar> {
    match parts {
        [Condition::IsMissing(missing), Condition::Within { date, from, before: None }]
            if missing == date && *from == Some(Day::Next) && matches!(date.kind, ScalarKind::Column(_)) =>
        {
            Some(date)
        }
        _ => None,
    }
}
