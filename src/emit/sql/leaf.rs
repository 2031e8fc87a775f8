//! Leaves: what is computed over the rows of one table. Each becomes a column of a relation that is
//! joined where the value is used, never a correlated query.

use sqlparser::ast::Expr;

use super::ast;
use super::common;
use super::compiler::Compiler;
use super::context::{Context, Hand, Var, goes_through};
use super::frame::{Frame, How, RelationId, Source};
use crate::gold::{RelationshipId, TableId};
use crate::model::{Operator, SegmentId};
use crate::plan::tree::{Aggregate, Column, Condition, Link, PolicyPlanId, Rows, Scalar};

/// What is computed over the rows of a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure<'a> {
    /// Some row is there.
    Exists,
    Of {
        operator: &'a Operator,
        operand: Option<&'a Scalar>,
        by: Option<&'a Column>,
    },
}

impl<'a> Measure<'a> {
    /// Of an aggregate: what is counted or computed of its rows.
    pub fn of(aggregate: &'a Aggregate) -> Measure<'a> {
        Measure::Of { operator: &aggregate.operator, operand: aggregate.operand.as_ref(), by: aggregate.by.as_ref() }
    }
}

/// A value over the rows of one table, in a context: rows of `table` for which all `conjuncts` hold, measured.
#[derive(Debug, Clone)]
pub struct Leaf<'a> {
    pub table: TableId,
    pub conjuncts: Vec<&'a Condition>,
    pub measure: Measure<'a>,
    /// How its rows meet the row at hand, where there is one.
    pub link: Option<Link>,
    pub context: Context<'a>,
    /// The name of a relation of its own; else it shares one with its like.
    pub own: Option<String>,
}

impl<'a> Leaf<'a> {
    /// They give the same value everywhere.
    pub fn is(&self, other: &Leaf<'_>) -> bool {
        self.table == other.table
            && self.measure == other.measure
            && self.link == other.link
            && self.own == other.own
            && self.context.period == other.context.period
            && self.context.filters == other.context.filters
            && self.context.groups == other.context.groups
            && self.context.owner_asked == other.context.owner_asked
            && self.conjuncts == other.conjuncts
    }
}

/// A leaf and the column that holds its value.
#[derive(Debug, Clone)]
pub struct Placed<'a> {
    pub leaf: Leaf<'a>,
    pub relation: RelationId,
    pub column: String,
    /// What its rows are kept apart by.
    pub vars: Vec<Var>,
    /// There is always exactly one row.
    pub one_row: bool,
}

/// A leaf as SQL in a frame of its table.
pub struct Evaluated {
    pub conditions: Vec<Expr>,
    pub operand: Option<Expr>,
    pub by: Option<Expr>,
    pub vars: Vec<Var>,
}

impl<'a> Compiler<'a> {
    /// A column of a relation that the frame joins.
    pub fn aggregate(&mut self, frame: &mut Frame, context: &Context<'a>, aggregate: &'a Aggregate) -> Expr {
        self.leaf_value(frame, context, &aggregate.rows, Measure::of(aggregate))
    }

    /// A measure of the rows, at the row at hand where there is one.
    pub fn leaf_value(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        rows: &'a Rows,
        measure: Measure<'a>,
    ) -> Expr {
        let leaf = self.leaf_of(context, rows, measure);
        self.use_leaf(frame, context, leaf)
    }

    /// Not placed in a relation yet; what was settled of the row at hand is not taken along.
    pub fn leaf_of(&self, context: &Context<'a>, rows: &'a Rows, measure: Measure<'a>) -> Leaf<'a> {
        let link = context.hand.as_ref().and_then(|hand| crate::plan::link_of(self.gold, rows, hand.table));
        let conjuncts = self.flat(rows.conjuncts.iter());
        let context = Context { owner_asked: None, settled: Vec::new(), ..context.clone() };
        Leaf { table: rows.table, conjuncts, measure, link, context, own: None }
    }

    /// A mark of the row that the path leads to, missing unless it is a member.
    pub fn segment_mark(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        path: &[RelationshipId],
        id: SegmentId,
    ) -> Expr {
        let (plan, model) = (self.plan, self.model);
        let (Some(segment), Some(named)) = (plan.segments.get(id.0 as usize), model.segment(id)) else {
            return ast::null();
        };
        let whole = self.whole();
        let context = self.re_rooted(context, path).cleared(whole).called("member");
        let leaf = self.marking(&context, segment.table, &segment.condition, &named.head.name);
        self.use_leaf(frame, &context, leaf)
    }

    /// A mark of the row that the path leads to, missing unless the policy allows it.
    pub fn policy_mark(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        path: &[RelationshipId],
        id: PolicyPlanId,
    ) -> Expr {
        let (plan, model) = (self.plan, self.model);
        let Some(policy) = plan.policies.get(id.0 as usize) else { return ast::null() };
        let name = model.policy(policy.id).map_or("policy", |policy| policy.head.name.as_str());
        let own = format!("{name}_{}_{}", policy.purpose, policy.channel);
        let context = self.re_rooted(context, path).cleared(context.period).called("allowed");
        let leaf = self.marking(&context, policy.table, &policy.allowed, &own);
        self.use_leaf(frame, &context, leaf)
    }

    /// The rows of a table, by key, that a condition holds for.
    pub fn marking(&self, context: &Context<'a>, table: TableId, condition: &'a Condition, own: &str) -> Leaf<'a> {
        let conjuncts = self.flat(std::iter::once(condition));
        let (link, own) = (Some(Link::To(Vec::new())), Some(plain_name(own)));
        Leaf { table, conjuncts, measure: Measure::Exists, link, context: context.clone(), own }
    }

    /// The conjuncts, filters of the same row written out.
    pub fn flat(&self, conditions: impl Iterator<Item = &'a Condition>) -> Vec<&'a Condition> {
        let plan = self.plan;
        let mut flat = Vec::new();
        for condition in conditions {
            match condition {
                Condition::True => {}
                Condition::And(parts) => flat.extend(self.flat(parts.iter())),
                Condition::Filter { path, id } if path.is_empty() => {
                    flat.extend(self.flat(plan.filters.get(id.0 as usize).into_iter()));
                }
                other => flat.push(other),
            }
        }
        flat
    }

    /// Filters from outside on tables that the leaf's table leads to, unless its link ensures them.
    pub fn own_filters(&mut self, frame: &mut Frame, leaf: &Leaf<'a>) -> Vec<Expr> {
        let mut conditions = Vec::new();
        for filter in &leaf.context.filters {
            let Some(path) = self.gold.active_path(leaf.table, filter.table) else { continue };
            if filter.met_by_hand && goes_through(&path, &leaf.link) {
                continue;
            }
            let context = leaf.context.at_row(Hand { table: filter.table, path });
            conditions.push(self.condition(frame, &context, filter.condition));
        }
        conditions
    }

    /// The value of a leaf at the row at hand of the frame.
    pub fn use_leaf(&mut self, frame: &mut Frame, context: &Context<'a>, leaf: Leaf<'a>) -> Expr {
        if frame.at_change.is_some() && self.by_unit(leaf.context.period) {
            return self.state_value(frame, &leaf);
        }
        let placed = self.place(leaf);
        let alias = self.join_placed(frame, context, &placed);
        common::column(&alias, &placed.column)
    }

    fn join_placed(&mut self, frame: &mut Frame, context: &Context<'a>, placed: &Placed<'a>) -> String {
        let hand = context.hand.as_ref().filter(|_| placed.leaf.link.is_some());
        let path = hand.map(|hand| hand.path.clone()).unwrap_or_default();
        let known = frame.links.iter().find(|(relation, at, _)| *relation == placed.relation && *at == path);
        if let Some((_, _, alias)) = known {
            return alias.clone();
        }
        let pairs = self.meeting_keys(frame, &path, placed);
        let one_row = placed.one_row;
        let alias = self.join(frame, Source::Relation(placed.relation), |alias| {
            if pairs.is_empty() && one_row {
                return How::Cross;
            }
            How::Left(ast::all(pairs.into_iter().map(|(name, value, may_miss)| {
                let key = common::column(alias, &name);
                if may_miss { common::same(key, value) } else { ast::equal(key, value) }
            })))
        });
        frame.links.push((placed.relation, path, alias.clone()));
        alias
    }

    /// The keys of a relation, what each meets in a frame, and whether both may be missing.
    fn meeting_keys(
        &mut self,
        frame: &mut Frame,
        path: &[RelationshipId],
        placed: &Placed<'a>,
    ) -> Vec<(String, Expr, bool)> {
        let mut pairs = Vec::new();
        let mut names = self.key_names(placed.leaf.table, &placed.leaf.link, &placed.vars).into_iter();
        if let Some(link) = &placed.leaf.link {
            let key = self.hand_key(frame, path, link).unwrap_or_else(ast::null);
            pairs.extend(names.next().map(|name| (name, key, false)));
        }
        for (var, name) in placed.vars.iter().zip(names) {
            pairs.push((name, self.var(frame, *var), matches!(var, Var::Group(_))));
        }
        pairs
    }
}

/// A name as SQL writes it bare.
pub fn plain_name(name: &str) -> String {
    name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
