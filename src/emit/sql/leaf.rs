//! Leaves: what is computed over the rows of one table. Each becomes a column of a relation that is
//! joined where the value is used, never a correlated query.

use sqlparser::ast::Expr;

use super::ast;
use super::compiler::{Body, Compiler};
use super::context::{Context, Hand, Var, goes_through};
use super::dialects::Percentile;
use super::frame::{Frame, How, RelationId, Source};
use super::group::{Group, GroupKey, Value};
use crate::gold::{RelationshipId, TableId};
use crate::model::{Operator, SegmentId};
use crate::plan::tree::{Aggregate, Column, Condition, Day, Link, PolicyPlanId, Rows, Scalar, ScalarKind, Shift};
use crate::syntax::tree::Grain;

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
            && self.conjuncts == other.conjuncts
    }
}

/// A leaf and the column that holds its value.
#[derive(Debug, Clone)]
pub struct Placed<'a> {
    pub leaf: Leaf<'a>,
    pub relation: RelationId,
    pub column: String,
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
    pub fn aggregate(&mut self, frame: &mut Frame, context: &Context<'a>, aggregate: &'a Aggregate) -> Expr {
        let operand = aggregate.operand.as_ref();
        let measure = Measure::Of { operator: &aggregate.operator, operand, by: aggregate.by.as_ref() };
        self.leaf_value(frame, context, &aggregate.rows, measure)
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

    /// 1 where some of the rows belongs to the row at hand, else missing.
    pub fn any_rows(&mut self, frame: &mut Frame, context: &Context<'a>, rows: &'a Rows) -> Expr {
        let named = context.called(format!("has_{}", self.table_name(rows.table)));
        let leaf = self.leaf_of(&named, rows, Measure::Exists);
        self.use_leaf(frame, context, leaf)
    }

    pub fn leaf_of(&self, context: &Context<'a>, rows: &'a Rows, measure: Measure<'a>) -> Leaf<'a> {
        let link = context
            .hand
            .as_ref()
            .and_then(|hand| rows.link.clone().or_else(|| crate::plan::link(self.gold, rows.table, hand.table).ok()));
        let conjuncts = self.flat(rows.conjuncts.iter());
        Leaf { table: rows.table, conjuncts, measure, link, context: context.clone(), own: None }
    }

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
    fn flat(&self, conditions: impl Iterator<Item = &'a Condition>) -> Vec<&'a Condition> {
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

    /// The value of a leaf at the row at hand of the frame.
    pub fn use_leaf(&mut self, frame: &mut Frame, context: &Context<'a>, leaf: Leaf<'a>) -> Expr {
        if frame.at_change.is_some() && self.by_unit(leaf.context.period) {
            return self.state_value(frame, &leaf);
        }
        let placed = self.place(leaf);
        let alias = self.join_placed(frame, context, &placed);
        self.dialect.column(&alias, &placed.column)
    }

    fn join_placed(&mut self, frame: &mut Frame, context: &Context<'a>, placed: &Placed<'a>) -> String {
        let path = context
            .hand
            .as_ref()
            .filter(|_| placed.leaf.link.is_some())
            .map(|hand| hand.path.clone())
            .unwrap_or_default();
        let known = frame.links.iter().find(|(relation, at, _)| *relation == placed.relation && *at == path);
        if let Some((_, _, alias)) = known {
            return alias.clone();
        }
        let mut pairs = Vec::new();
        let names = self.key_names(placed.leaf.table, &placed.leaf.link, &placed.vars);
        let mut names = names.into_iter();
        if let Some(link) = &placed.leaf.link {
            let key = self.hand_key(frame, &path, link).unwrap_or_else(ast::null);
            pairs.extend(names.next().map(|name| (name, key, false)));
        }
        for (var, name) in placed.vars.iter().zip(names) {
            pairs.push((name, self.var(frame, *var), matches!(var, Var::Group(_))));
        }
        let (dialect, one_row) = (self.dialect, placed.one_row);
        let alias = self.join(frame, Source::Relation(placed.relation), |alias| {
            if pairs.is_empty() && one_row {
                return How::Cross;
            }
            How::Left(ast::all(pairs.into_iter().map(|(name, value, may_miss)| {
                let key = dialect.column(alias, &name);
                if may_miss { dialect.same(key, value) } else { ast::equal(key, value) }
            })))
        });
        frame.links.push((placed.relation, path, alias.clone()));
        alias
    }

    /// The relation and column of a leaf; computed once.
    pub fn place(&mut self, leaf: Leaf<'a>) -> Placed<'a> {
        if let Some(known) = self.placed.iter().find(|placed| placed.leaf.is(&leaf)) {
            return known.clone();
        }
        if let Some(placed) = self.place_in_steps(&leaf) {
            self.placed.push(placed.clone());
            return placed;
        }
        let mut frame = self.table_frame(leaf.table, leaf.context.period);
        let counted = self.counted_rows(&leaf);
        let evaluated = match counted {
            Some(relationship) => self.evaluate_counted(&mut frame, &leaf, relationship),
            None => self.evaluate(&mut frame, &leaf),
        };
        let placed = match counted {
            Some(_) => self.place_in_group(leaf, frame, evaluated, counted),
            None => self.place_evaluated(leaf, frame, evaluated),
        };
        self.placed.push(placed.clone());
        placed
    }

    fn place_evaluated(&mut self, leaf: Leaf<'a>, frame: Frame, evaluated: Evaluated) -> Placed<'a> {
        match leaf.measure {
            Measure::Of { operator: Operator::Latest(_), .. } => self.place_latest(leaf, frame, evaluated),
            Measure::Of { operator: Operator::Percentile(_) | Operator::Median, .. }
                if matches!(self.dialect.percentile, Percentile::Window) =>
            {
                self.place_windowed(leaf, frame, evaluated)
            }
            _ => self.place_in_group(leaf, frame, evaluated, None),
        }
    }

    fn place_in_group(
        &mut self,
        leaf: Leaf<'a>,
        frame: Frame,
        evaluated: Evaluated,
        counted: Option<RelationshipId>,
    ) -> Placed<'a> {
        let vars = evaluated.vars.clone();
        let one_row = vars.is_empty() && leaf.link.is_none();
        let key = GroupKey { counted, ..self.group_key(&leaf, &vars) };
        let (relation, column) = match self.fitting_group(&key, &frame) {
            Some(relation) => (relation, self.add_to_group(relation, &leaf)),
            None => self.new_group(key, frame, &leaf, evaluated),
        };
        Placed { leaf, relation, column, vars, one_row }
    }

    fn group_key(&self, leaf: &Leaf<'a>, vars: &[Var]) -> GroupKey<'a> {
        let by_unit = vars.contains(&Var::Unit);
        GroupKey {
            table: leaf.table,
            link: leaf.link.clone(),
            vars: vars.to_vec(),
            period: by_unit.then_some(leaf.context.period),
            windows: if by_unit {
                self.time_shape(leaf).into_iter().filter_map(|at| leaf.conjuncts.get(at).copied()).collect()
            } else {
                Vec::new()
            },
            own: leaf.own.clone(),
            counted: None,
            days: Vec::new(),
        }
    }

    /// A group of the same rows and keys that nothing this leaf reads is computed from.
    fn fitting_group(&self, key: &GroupKey<'a>, frame: &Frame) -> Option<RelationId> {
        let groups = self.relations.iter().enumerate().filter_map(|(at, relation)| match &relation.body {
            Body::Group(group) if group.key == *key => Some(RelationId(at)),
            _ => None,
        });
        let reads: Vec<RelationId> = frame.relations().collect();
        groups.into_iter().find(|group| !reads.iter().any(|read| self.reaches(*read, *group)))
    }

    fn new_group(
        &mut self,
        key: GroupKey<'a>,
        mut frame: Frame,
        leaf: &Leaf<'a>,
        evaluated: Evaluated,
    ) -> (RelationId, String) {
        let keys = match key.counted {
            Some(relationship) => self.keys_before_counting(&mut frame, leaf, &evaluated.vars, relationship),
            None => self.relation_keys(&mut frame, leaf, &evaluated.vars),
        };
        let name = leaf.own.clone().unwrap_or_else(|| self.relation_name_for(leaf));
        let mut group = Group { key, frame, keys, leaves: Vec::new() };
        let begins = self.beginning(&group.frame, leaf, &evaluated.conditions);
        let column = group.add(&leaf.context.hint, self.value(leaf, &evaluated), evaluated.conditions, begins);
        (self.add(&name, Body::Group(Box::new(group))), column)
    }

    fn add_to_group(&mut self, relation: RelationId, leaf: &Leaf<'a>) -> String {
        let Some(group) = self.group_mut(relation) else { return String::new() };
        let (mut frame, counted) = (group.frame.clone(), group.key.counted);
        let evaluated = match counted {
            Some(relationship) => self.evaluate_counted(&mut frame, leaf, relationship),
            None => self.evaluate(&mut frame, leaf),
        };
        let value = self.value(leaf, &evaluated);
        let begins = self.beginning(&frame, leaf, &evaluated.conditions);
        let Some(group) = self.group_mut(relation) else { return String::new() };
        group.frame = frame;
        group.add(&leaf.context.hint, value, evaluated.conditions, begins)
    }

    pub fn group_mut(&mut self, relation: RelationId) -> Option<&mut Group<'a>> {
        match &mut self.relations.get_mut(relation.0)?.body {
            Body::Group(group) => Some(group),
            Body::Fixed { .. } | Body::States(_) | Body::Totals(_) | Body::OwnTotals(_) | Body::Written => None,
        }
    }

    pub fn relation_name_for(&self, leaf: &Leaf<'a>) -> String {
        let table = self.table_name(leaf.table);
        let name = match &leaf.link {
            Some(link) => format!("{table}_by_{}", self.table_name(self.link_table(leaf.table, link))),
            None => format!("{table}_totals"),
        };
        let moved = self
            .by_unit(leaf.context.period)
            .then(|| self.period(leaf.context.period))
            .and_then(|period| period.shifts.last().copied());
        match moved {
            Some(shift) => format!("{name}_{}", shift_name(shift)),
            None => name,
        }
    }

    pub fn relation_keys(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, vars: &[Var]) -> Vec<(String, Expr)> {
        let names = self.key_names(leaf.table, &leaf.link, vars);
        let mut values = Vec::new();
        if let Some(link) = &leaf.link {
            values.push(self.link_key(frame, leaf.table, link).unwrap_or_else(ast::null));
        }
        for var in vars {
            values.push(self.var(frame, *var));
        }
        names.into_iter().zip(values).collect()
    }

    fn value(&self, leaf: &Leaf<'a>, evaluated: &Evaluated) -> Value {
        let sparse = leaf.link.is_none() && !evaluated.vars.is_empty();
        let operand = evaluated.operand.clone().unwrap_or_else(ast::null);
        match leaf.measure {
            Measure::Exists => Value::Exists,
            Measure::Of { operator, operand: scalar, .. } => match operator {
                Operator::Count => Value::Count { sparse },
                Operator::CountDistinct => Value::CountDistinct { operand, sparse },
                Operator::Sum => {
                    Value::Sum { operand, ty: scalar.map_or(crate::gold::Type::Number, |scalar| scalar.ty) }
                }
                Operator::Average => Value::Plain { function: "AVG", operand },
                Operator::Min => Value::Plain { function: "MIN", operand },
                Operator::Max | Operator::Latest(_) => Value::Plain { function: "MAX", operand },
                Operator::Median => Value::Percentile { operand, at: 0.5 },
                Operator::Percentile(at) => Value::Percentile { operand, at: *at },
            },
        }
    }

    /// The leaf's conditions and operand over a frame of its table.
    pub fn evaluate(&mut self, frame: &mut Frame, leaf: &Leaf<'a>) -> Evaluated {
        let shape = self.time_shape(leaf);
        let inner = self.inner_context(leaf);
        self.bind_time(frame, leaf, &inner, &shape);
        let mut conditions = self.own_filters(frame, leaf);
        for (at, conjunct) in leaf.conjuncts.iter().enumerate() {
            if !shape.contains(&at) {
                conditions.push(self.condition(frame, &inner, conjunct));
            }
        }
        let (operand, by) = match leaf.measure {
            Measure::Of { operand, by, .. } => (operand, by),
            Measure::Exists => (None, None),
        };
        let operand = operand.map(|operand| self.scalar(frame, &inner, operand));
        let by = by.map(|by| self.column(frame, &inner, by));
        let vars = self.vars(frame, leaf);
        Evaluated { conditions, operand, by, vars }
    }

    pub fn inner_context(&self, leaf: &Leaf<'a>) -> Context<'a> {
        let mut inner = leaf.context.at_row(Hand { table: leaf.table, path: Vec::new() });
        for filter in &mut inner.filters {
            filter.met_by_hand = self.gold.active_path(leaf.table, filter.table).is_some();
        }
        inner
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

    /// What the leaf's rows are kept apart by.
    fn vars(&self, frame: &Frame, leaf: &Leaf<'a>) -> Vec<Var> {
        let reached = leaf.context.groups.iter().copied().filter(|group| {
            let path = self.gold.active_path(leaf.table, group.table);
            path.is_some_and(|path| !goes_through(&path, &leaf.link))
        });
        let mut vars: Vec<Var> = reached.map(Var::Group).collect();
        vars.extend(frame.domains.iter().map(|(column, _)| Var::Group(*column)));
        vars.extend(frame.unit.as_ref().map(|_| Var::Unit));
        vars.dedup();
        vars
    }

    /// Where time is a group: the conjuncts that the join to the period expresses.
    fn time_shape(&self, leaf: &Leaf<'a>) -> Vec<usize> {
        if !self.by_unit(leaf.context.period) {
            return Vec::new();
        }
        let in_period = leaf
            .conjuncts
            .iter()
            .position(|conjunct| matches!(conjunct, Condition::InPeriod { date } if self.is_one_day(date)));
        match in_period {
            Some(at) => vec![at],
            None => leaf
                .conjuncts
                .iter()
                .enumerate()
                .filter(|(_, conjunct)| is_window(conjunct))
                .map(|(at, _)| at)
                .collect(),
        }
    }

    fn bind_time(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, inner: &Context<'a>, shape: &[usize]) {
        if frame.unit.is_some() || shape.is_empty() {
            return;
        }
        let conjuncts: Vec<&'a Condition> = shape.iter().filter_map(|at| leaf.conjuncts.get(*at).copied()).collect();
        match conjuncts.as_slice() {
            [Condition::InPeriod { date }] => self.bind_days(frame, inner, date),
            windows => self.bind_windows(frame, inner, windows),
        }
    }

    fn bind_days(&mut self, frame: &mut Frame, inner: &Context<'a>, date: &'a Scalar) {
        let value = match date.kind {
            ScalarKind::Column(_) => self.scalar(frame, inner, date),
            _ => {
                let whole = self.whole();
                self.scalar(frame, &inner.at_period(whole), date)
            }
        };
        let days = self.day_relation(inner.period);
        let dialect = self.dialect;
        let alias = self.join(frame, Source::Relation(days), |alias| {
            How::Inner(ast::equal(dialect.column(alias, "day_on"), value))
        });
        frame.unit = Some(self.dialect.column(&alias, self.unit_name()));
    }

    fn bind_windows(&mut self, frame: &mut Frame, inner: &Context<'a>, windows: &[&'a Condition]) {
        let relation = self.period_relation(inner.period);
        let alias = self.new_alias(frame, "period");
        frame.unit = Some(self.dialect.column(&alias, self.unit_name()));
        frame.periods.push((inner.period, alias.clone()));
        let on = ast::all(windows.iter().map(|window| self.condition(frame, inner, window)).collect::<Vec<_>>());
        frame.joins.push(super::frame::Join { source: Source::Relation(relation), alias, how: How::Inner(on) });
    }
}

/// `12_months_earlier`.
pub fn shift_name(shift: Shift) -> String {
    match shift {
        Shift::Prior { months, .. } => format!("{months}_months_earlier"),
        Shift::Opening => "before".to_owned(),
    }
}

/// A window on a date of the row, which a join to the period can express.
fn is_window(condition: &Condition) -> bool {
    let fiscal = |day: &Option<Day>| *day == Some(Day::UnitStart(Grain::FiscalYear));
    match condition {
        Condition::Within { date, from, before } => {
            matches!(date.kind, ScalarKind::Column(_)) && !fiscal(from) && !fiscal(before)
        }
        _ => false,
    }
}

/// A name as SQL writes it bare.
pub fn plain_name(name: &str) -> String {
    name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}
