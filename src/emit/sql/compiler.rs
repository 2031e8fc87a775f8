//! The state of one statement: its periods, its common table expressions, what was computed already.

use sqlparser::ast::{Expr, Ident, TableFactor};

use super::ast::{self, Selection};
use super::common;
use super::context::{Asked, Base, Filter, Period, PeriodId};
use super::dialects::{self, Percentile};
use super::frame::{Frame, How, Join, RelationId, Source};
use super::group::Group;
use super::leaf::Placed;
use super::periods::Days;
use super::statement::Draft;
use super::steps::{OwnSteps, Steps};
use crate::gold::{ColumnId, Gold, TableId};
use crate::model::Model;
use crate::plan::tree::Plan;

/// A common table expression.
#[derive(Debug)]
pub struct Relation<'a> {
    pub name: String,
    pub body: Body<'a>,
}

/// What stands between the parentheses of a [`Relation`].
#[derive(Debug)]
pub enum Body<'a> {
    Fixed {
        select: Selection,
        reads: Vec<RelationId>,
    },
    /// The bounds of a period's days.
    Bounds(Box<Days>),
    /// Aggregates of one table by the same keys; more may join until the statement is written.
    Group(Box<Group<'a>>),
    /// What is in for each row of a table after each change, by the place of the steps.
    States(usize),
    /// The sums of those changes by time.
    Totals(usize),
    /// The changes themselves, by the row that they belong to and day.
    Changes(usize),
    /// The same of a table whose rows change by their own dates alone.
    OwnTotals(Box<OwnSteps>),
    /// Given away to the statement.
    Written,
}

/// Makes one statement. Values are asked of it one after the other: each becomes a leaf, leaves of one table and
/// key become columns of one relation, and what was computed already is found again. The
/// statement of [`finish`](Self::finish) takes the relations that it reads away, so that a compiler is used once.
pub struct Compiler<'a> {
    pub model: &'a Model,
    pub gold: &'a Gold,
    pub plan: &'a Plan,
    /// How percentiles are worked out: the one thing by which the statements of dialects differ in shape.
    pub percentile: Percentile,
    /// Some value is a percentile.
    pub asks_percentile: bool,
    pub asked: Asked<'a>,
    /// Each once, by its [`PeriodId`]; the first is the one asked for.
    pub periods: Vec<Period>,
    pub relations: Vec<Relation<'a>>,
    /// Leaves whose value has its column, so that none is computed twice.
    pub placed: Vec<Placed<'a>>,
    /// Relations that are written once, by what they stand for.
    pub known: Vec<(Known, RelationId)>,
    pub steps: Vec<Steps<'a>>,
    /// The filters and groups under which the rows of changes were seen.
    pub seen: Vec<(Vec<Filter<'a>>, Vec<ColumnId>)>,
    /// Names of common table expressions that are no relations.
    pub named: Vec<String>,
}

/// What a relation that is not a group stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// The bounds of a period.
    Period(PeriodId),
    /// The days of a period, a row each.
    Day(PeriodId),
    /// The first day of the fiscal year that the period's last day lies in.
    FiscalStart(PeriodId),
    /// The values of a column that readers group by.
    Domain(ColumnId),
    /// One value a row, of a period.
    Resolve(crate::plan::tree::ResolvePlanId, PeriodId),
    /// The rows that the value rests on.
    Evidence(crate::plan::tree::ResolvePlanId, PeriodId),
    /// A row for what begins and one for what ends, by which a span becomes two changes.
    SpanEnds,
    /// A column of text by the key of its table, as it is compared.
    Folded(ColumnId),
    /// What a resolve says from the days on which it may say something else.
    Sayings(crate::plan::tree::ResolvePlanId),
}

impl<'a> Compiler<'a> {
    /// A compiler that has one period, the one asked for, and no relations.
    pub fn new(model: &'a Model, plan: &'a Plan, percentile: Percentile, asked: Asked<'a>) -> Self {
        let periods = vec![Period { base: Base::Asked, shifts: Vec::new() }];
        let (relations, placed, known) = (Vec::new(), Vec::new(), Vec::new());
        let (steps, seen, named) = (Vec::new(), Vec::new(), Vec::new());
        let (gold, asks_percentile) = (&model.gold, false);
        Self {
            model,
            gold,
            plan,
            percentile,
            asks_percentile,
            asked,
            periods,
            relations,
            placed,
            known,
            steps,
            seen,
            named,
        }
    }

    /// The relation of that meaning, written on first use.
    pub fn known(&mut self, what: Known, build: impl FnOnce(&mut Self) -> RelationId) -> RelationId {
        if let Some((_, id)) = self.known.iter().find(|(known, _)| *known == what) {
            return *id;
        }
        let id = build(self);
        self.known.push((what, id));
        id
    }

    /// A new relation whose text is known; `reads` are the relations that stand in it.
    pub fn add_fixed(&mut self, name: &str, select: Selection, reads: Vec<RelationId>) -> RelationId {
        let body = Body::Fixed { select, reads };
        self.add(name, body)
    }

    /// A new relation, of this name or the next one that is free.
    pub fn add(&mut self, name: &str, body: Body<'a>) -> RelationId {
        let name = self.free_name(name);
        self.relations.push(Relation { name, body });
        RelationId(self.relations.len() - 1)
    }

    /// No two relations share a name, and none hides a table.
    pub fn free_name(&self, name: &str) -> String {
        let taken = |name: &str| {
            self.relations.iter().any(|relation| relation.name == name)
                || self.named.iter().any(|named| named == name)
                || self.gold.tables.iter().any(|table| table.physical.eq_ignore_ascii_case(name))
        };
        let mut free = name.to_owned();
        let mut number = 2;
        while taken(&free) {
            free = format!("{name}_{number}");
            number += 1;
        }
        free
    }

    /// The name of a relation, which no other has.
    pub fn relation_name(&self, id: RelationId) -> &str {
        self.relations.get(id.0).map_or("", |relation| relation.name.as_str())
    }

    /// The relations that a relation reads itself; none once it was given away.
    pub fn reads(&self, id: RelationId) -> Vec<RelationId> {
        match self.relations.get(id.0).map(|relation| &relation.body) {
            Some(Body::Fixed { reads, .. }) => reads.clone(),
            Some(Body::Bounds(days)) => days.frame.relations().collect(),
            Some(Body::Group(group)) => group.frame.relations().collect(),
            Some(Body::States(at)) => self.steps.get(*at).map(|steps| steps.states_read()).unwrap_or_default(),
            Some(Body::Totals(at)) => self.steps.get(*at).map(|steps| self.totals_read(steps)).unwrap_or_default(),
            Some(Body::Changes(at)) => {
                self.steps.get(*at).map(|steps| steps.changes_read().collect()).unwrap_or_default()
            }
            Some(Body::OwnTotals(steps)) => self.own_read(steps),
            Some(Body::Written) | None => Vec::new(),
        }
    }

    /// `from` reads `to`, directly or not, or is it.
    pub fn reaches(&self, from: RelationId, to: RelationId) -> bool {
        let mut seen = Vec::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if !seen.contains(&id) {
                seen.push(id);
                open.extend(self.reads(id));
            }
        }
        false
    }

    /// The name of a table in the language; that of its data is [`physical`](Self::physical).
    pub fn table_name(&self, id: TableId) -> &'a str {
        self.gold.table(id).map_or("", |table| table.name.as_str())
    }

    /// The name of a column, in the language and in the data.
    pub fn column_name(&self, id: ColumnId) -> &'a str {
        self.gold.column(id).map_or("", |column| column.name.as_str())
    }

    /// What an alias is made from.
    pub fn source_name(&self, source: Source) -> String {
        match source {
            Source::Table(id) => self.table_name(id).to_owned(),
            Source::Relation(id) => self.relation_name(id).to_owned(),
        }
    }

    /// A table or relation under an alias, as it stands in `FROM`.
    pub fn factor(&self, source: Source, alias: &str) -> TableFactor {
        let alias = common::ident(alias);
        match source {
            Source::Table(id) => ast::table(self.physical(id), alias),
            Source::Relation(id) => ast::table(vec![common::ident(self.relation_name(id))], alias),
        }
    }

    /// Where the data of a table stands: schema and name, the schema left out where there is none.
    pub fn physical(&self, id: TableId) -> Vec<Ident> {
        let Some(table) = self.gold.table(id) else { return Vec::new() };
        [&table.schema, &table.physical]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| common::ident(part))
            .collect()
    }

    /// A short alias that is free in the frame and reserved in no dialect.
    pub fn new_alias(&self, frame: &mut Frame, name: &str) -> String {
        frame.alias(name, dialects::is_reserved)
    }

    /// The alias under which something new is joined; the condition is written with it.
    pub fn join(&self, frame: &mut Frame, source: Source, how: impl FnOnce(&str) -> How) -> String {
        let alias = self.new_alias(frame, &self.source_name(source));
        let how = how(&alias);
        frame.joins.push(Join { source, alias: alias.clone(), how });
        alias
    }

    /// A join of a frame as it is written.
    pub fn sql_join(&self, join: Join) -> sqlparser::ast::Join {
        let factor = self.factor(join.source, &join.alias);
        match join.how {
            How::Left(on) => ast::left_join(factor, on),
            How::Inner(on) => ast::inner_join(factor, on),
            How::Cross => ast::cross_join(factor),
        }
    }

    /// A stored column as it is compared: folded where its text is not.
    pub fn stored(&self, alias: &str, id: ColumnId) -> Expr {
        let value = common::column(alias, self.column_name(id));
        match self.gold.column(id) {
            Some(column) if column.ty == crate::gold::Type::Text && !column.normalised => common::folded(value),
            _ => value,
        }
    }

    /// The statement: every relation the body needs, each after what it reads. They are given away by
    /// [`ctes`](Self::ctes), so a compiler writes one statement.
    pub fn finish(&self, body: Selection, reads: impl IntoIterator<Item = RelationId>) -> Draft {
        let mut relations = Vec::new();
        for id in reads {
            self.visit(id, &mut relations);
        }
        Draft { relations, body }
    }

    fn visit(&self, id: RelationId, order: &mut Vec<RelationId>) {
        if order.contains(&id) {
            return;
        }
        for read in self.reads(id) {
            self.visit(read, order);
        }
        order.push(id);
    }

    /// The days of a relation of bounds that reads tables alone.
    pub fn days_of_tables(&self, id: RelationId) -> Option<&Days> {
        match &self.relations.get(id.0)?.body {
            Body::Bounds(days) if days.frame.relations().next().is_none() => Some(days),
            _ => None,
        }
    }

    /// The body of a relation, which is written once.
    pub fn give_away(&mut self, id: RelationId) -> Body<'a> {
        match self.relations.get_mut(id.0) {
            Some(relation) => std::mem::replace(&mut relation.body, Body::Written),
            None => Body::Written,
        }
    }

    /// What a relation is written as: itself, after what it alone reads.
    pub fn ctes(&mut self, id: RelationId) -> Vec<(Ident, Selection)> {
        let body = self.give_away(id);
        let name = self.relation_name(id).to_owned();
        let ctes = match body {
            Body::Fixed { select, .. } => vec![(common::ident(&name), select)],
            Body::Bounds(days) => vec![(common::ident(&name), self.bounds_select(*days))],
            Body::Group(group) => match self.in_two_steps(&group, &name) {
                Some(steps) => steps,
                None => vec![(common::ident(&name), self.group_select(*group))],
            },
            Body::States(at) => self.states_ctes(at, &name),
            Body::Totals(at) => self.totals_ctes(at, &name),
            Body::Changes(at) => self.nested_ctes(at, &name),
            Body::OwnTotals(steps) => self.own_ctes(&steps, &name),
            Body::Written => Vec::new(),
        };
        self.named.extend(ctes.iter().map(|(name, _)| name.value.clone()));
        ctes
    }
}
