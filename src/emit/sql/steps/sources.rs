//! Rows of other tables, one a key and day, as what changes of states are made of.

use sqlparser::ast::{BinaryOperator, Expr};

use super::edges::{Edge, Stay};
use super::state_rows::{Kind, StateRows};
use crate::emit::sql::ast;
use crate::emit::sql::compiler::{Body, Compiler};
use crate::emit::sql::frame::{Frame, RelationId};
use crate::emit::sql::group::{Group, GroupKey, Value};
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::model::Operator;
use crate::plan::tree::Scalar;

/// Keys of the rows that changes are made of.
pub const DAY: &str = "day_on";
/// The day from which a row of a source counts no more.
pub const UNTIL: &str = "until_on";
/// What is counted or told apart of a row.
pub const VALUE: &str = "counted_value";

/// Rows of a table, one a key and day, and the days on which what they say begins and ends.
#[derive(Debug)]
pub struct Source {
    pub relation: RelationId,
    /// The column that holds the row that rows belong to.
    pub key: String,
    /// How what one row says goes on in the next: it ends where the next of its value or key begins, or goes on
    /// as long as there is a next one.
    pub run: Option<Run>,
    pub effects: Vec<Effect>,
}

/// Up to which next row what a row says goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Up to the next row of its key with the same value.
    OfValue,
    /// Up to the next row of its key.
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
    /// None where nothing takes it back.
    pub leaves: Option<Edge>,
    /// It is asked whether there is one, ever: the first is enough.
    pub first: bool,
    /// From when until when each row counts by itself, where a key has one a day and each counts as 1.
    pub stay: Option<Stay>,
    /// What is asked of a row to count.
    pub asked: Vec<Expr>,
}

impl<'a> Kind<'a> {
    fn run(&self) -> Option<Run> {
        match self {
            Kind::Rows => None,
            Kind::Some => Some(Run::Together),
            Kind::Values(_) => Some(Run::OfValue),
            Kind::Latest(_) => Some(Run::OfKey),
        }
    }

    fn value(&self) -> Option<&'a Scalar> {
        match self {
            Kind::Values(value) | Kind::Latest(value) => Some(value),
            Kind::Rows | Kind::Some => None,
        }
    }
}

impl<'a> Compiler<'a> {
    /// The source whose rows a state is made of, the column that it adds, and what is asked of those rows.
    pub fn source(
        &mut self,
        at: usize,
        leaf: &Leaf<'a>,
        rows: &StateRows<'a>,
    ) -> Option<(usize, Option<String>, Vec<Expr>)> {
        let group = self.source_key(leaf, rows)?;
        let (relation, column, asked) = self.rows_by_day(group, leaf, rows)?;
        let key = self.key_names(leaf.table, &leaf.link, &[]).into_iter().next()?;
        let amount = matches!(rows.kind, Kind::Rows | Kind::Latest(_)).then_some(column);
        let sources = &mut self.steps.get_mut(at)?.sources;
        let place = sources.iter().position(|source| source.relation == relation).unwrap_or(sources.len());
        if place == sources.len() {
            sources.push(Source { relation, key, run: rows.kind.run(), effects: Vec::new() });
        }
        Some((place, amount, asked))
    }

    /// What tells rows apart from those of other sources; where one ends with the next, all that is asked of them.
    fn source_key(&mut self, leaf: &Leaf<'a>, rows: &StateRows<'a>) -> Option<GroupKey<'a>> {
        let link = Some(leaf.link.clone()?);
        let follow = rows.kind.run().is_some();
        let windows = if follow { leaf.conjuncts.clone() } else { Vec::new() };
        let own = follow.then(|| self.rows_seen(leaf));
        let days = [Some(rows.date), rows.until, rows.kind.value()].into_iter().flatten().collect();
        Some(GroupKey { table: leaf.table, link, vars: Vec::new(), period: None, windows, own, counted: None, days })
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
            None => self.add_rows_by_day(key, &mut frame, leaf, rows)?,
        };
        let group = self.group_mut(relation)?;
        group.frame = frame;
        let asked = conditions.iter().cloned().flat_map(ast::conjuncts).collect();
        Some((relation, group.add(&leaf.context.hint, value, conditions, None), asked))
    }

    fn add_rows_by_day(
        &mut self,
        key: GroupKey<'a>,
        frame: &mut Frame,
        leaf: &Leaf<'a>,
        rows: &StateRows<'a>,
    ) -> Option<RelationId> {
        let keys = self.row_keys(frame, leaf, rows)?;
        let name = format!("{}_days", self.table_name(leaf.table));
        let group = Group { key, frame: frame.clone(), keys, leaves: Vec::new() };
        Some(self.add(&name, Body::Group(Box::new(group))))
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
            let later = ast::compare(until.clone(), BinaryOperator::Gt, date);
            conditions.push(ast::any([ast::is_null(until), later]));
        }
        if let Some(value) = rows.kind.value() {
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
