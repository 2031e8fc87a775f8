//! Definitions in their order: what each means, and what is known of it to those that follow.

use rayon::prelude::*;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::{grain, types};
use crate::gold::{TableId, Type};
use crate::model::{Definition, Expr, Filter, Metric, Model, Segment};
use crate::syntax::tree::{self, DefinitionKind};

use super::absence::{self, Nothing, Turns};
use super::expression::{broken, is_broken, is_condition};
use super::head::Kind;
use super::known::{AllKnown, Known, Reads};
use super::names::{Numbered, Symbol};
use super::order::Order;
use super::scope::Scope;
use super::{Project, Resolver};

/// Some definitions, what is known of them to those that follow, and what was found wrong.
type Resolved = (Parts, Vec<(Definition, Known)>, Vec<Diagnostic>);

/// Resolved definitions with their ids.
#[derive(Default)]
struct Parts {
    metrics: Vec<(u32, Metric)>,
    filters: Vec<(u32, Filter)>,
    segments: Vec<(u32, Segment)>,
    policies: Vec<(u32, crate::model::Policy)>,
    resolves: Vec<(u32, crate::model::Resolve)>,
}

/// The definitions of a model, each at the place of its id once it is resolved.
struct Places {
    metrics: Vec<Option<Metric>>,
    filters: Vec<Option<Filter>>,
    segments: Vec<Option<Segment>>,
    policies: Vec<Option<crate::model::Policy>>,
    resolves: Vec<Option<crate::model::Resolve>>,
}

impl Places {
    /// With room for all of them.
    fn of(all: &[Numbered<'_>]) -> Self {
        let room = |is_one: fn(&Definition) -> bool| {
            all.iter().filter(|one| matches!(&one.symbol, Symbol::Definition(id) if is_one(id))).count()
        };
        Places {
            metrics: nothing(room(|id| matches!(id, Definition::Metric(_)))),
            filters: nothing(room(|id| matches!(id, Definition::Filter(_)))),
            segments: nothing(room(|id| matches!(id, Definition::Segment(_)))),
            policies: nothing(room(|id| matches!(id, Definition::Policy(_)))),
            resolves: nothing(room(|id| matches!(id, Definition::Resolve(_)))),
        }
    }

    fn put(&mut self, parts: Parts) {
        put(&mut self.metrics, parts.metrics);
        put(&mut self.filters, parts.filters);
        put(&mut self.segments, parts.segments);
        put(&mut self.policies, parts.policies);
        put(&mut self.resolves, parts.resolves);
    }

    /// Every place was taken.
    fn model(self) -> Model {
        Model {
            metrics: self.metrics.into_iter().map_while(|one| one).collect(),
            filters: self.filters.into_iter().map_while(|one| one).collect(),
            segments: self.segments.into_iter().map_while(|one| one).collect(),
            policies: self.policies.into_iter().map_while(|one| one).collect(),
            resolves: self.resolves.into_iter().map_while(|one| one).collect(),
            ..Model::default()
        }
    }
}

fn nothing<T>(count: usize) -> Vec<Option<T>> {
    std::iter::repeat_with(|| None).take(count).collect()
}

fn put<T>(places: &mut [Option<T>], parts: Vec<(u32, T)>) {
    for (id, part) in parts {
        if let Some(place) = places.get_mut(id as usize) {
            *place = Some(part);
        }
    }
}

/// As many definitions are resolved by one thread before another may take some.
const TOGETHER: usize = 16;

impl Project<'_> {
    /// Resolves all definitions, each after what it reads and beside those that do not read it, then views and
    /// expectations, which nothing reads.
    pub(super) fn definitions(self, order: &Order, found: &mut Vec<Diagnostic>) -> Model {
        let mut known = AllKnown::new();
        let mut places = Places::of(&self.names.definitions);
        for level in &order.levels {
            let some = |places: &[usize]| self.some(places, order, &known);
            let resolved: Vec<_> = level.par_chunks(TOGETHER).map(some).collect();
            for (more, learned, problems) in resolved {
                places.put(more);
                known.extend(learned);
                found.extend(problems);
            }
        }
        let mut model = places.model();
        let mut last = self.resolver(&known);
        last.readers(&mut model);
        last.check_policies_of_settings(&model);
        found.extend(last.found);
        model
    }

    /// Definitions that do not read each other.
    fn some(self, places: &[usize], order: &Order, known: &AllKnown) -> Resolved {
        let mut resolver = self.resolver(known);
        let mut parts = Parts::default();
        for place in places {
            let cyclic = order.cyclic.get(*place) == Some(&true);
            if let Some(numbered) = self.names.definitions.get(*place) {
                resolver.definition(numbered, cyclic, &mut parts);
            }
        }
        (parts, resolver.learned, resolver.found)
    }
}

impl Resolver<'_> {
    fn definition(&mut self, numbered: &Numbered<'_>, cyclic: bool, parts: &mut Parts) {
        let (tree, Symbol::Definition(id)) = (numbered.tree, numbered.symbol) else { return };
        match (&tree.kind, id) {
            (DefinitionKind::Metric { value, .. }, Definition::Metric(place)) => {
                let metric = self.metric_definition(tree, value, cyclic);
                self.learn(id, &metric.value, metric.value.ty);
                self.check_total(&metric);
                parts.metrics.push((place.0, metric));
            }
            (DefinitionKind::Filter { table, condition, .. }, Definition::Filter(place)) => {
                let Some((table, condition)) = self.owned_condition(table, condition, cyclic) else {
                    return parts.filters.push((place.0, self.broken_filter(tree)));
                };
                self.learn(id, &condition, Type::Boolean);
                parts.filters.push((place.0, Filter { head: self.head(tree, Kind::Filter, None), table, condition }));
            }
            (DefinitionKind::Segment { .. }, Definition::Segment(place)) => {
                let segment = self.segment(tree, cyclic);
                self.learn(id, &segment.condition, Type::Boolean);
                parts.segments.push((place.0, segment));
            }
            (DefinitionKind::Policy { .. }, Definition::Policy(place)) => {
                let policy = self.policy(tree, id, cyclic);
                parts.policies.push((place.0, policy));
            }
            (DefinitionKind::Resolve { .. }, Definition::Resolve(place)) => {
                let resolve = self.source(tree, id, cyclic);
                parts.resolves.push((place.0, resolve));
            }
            _ => {}
        }
    }

    fn metric_definition(&mut self, tree: &tree::Definition, value: &tree::Expr, cyclic: bool) -> Metric {
        let found = if cyclic { broken(value.span) } else { self.expression(value, Scope::NOWHERE, None) };
        let value = self.as_metric(found);
        let ty = (!is_broken(&value)).then_some(value.ty);
        Metric { head: self.head(tree, Kind::Metric, ty), value }
    }

    /// A metric is a number or a date.
    fn as_metric(&mut self, value: Expr) -> Expr {
        if is_condition(&value) {
            self.report(types::condition_as_value(value.span));
            return broken(value.span);
        }
        if !is_broken(&value) && matches!(value.ty, Type::Text | Type::Boolean) {
            self.report(types::wrong_type("a metric is a number or a date", value.ty, value.span));
            return broken(value.span);
        }
        value
    }

    /// `latest` has no total, so a metric of it is seen by nobody.
    fn check_total(&mut self, metric: &Metric) {
        if !metric.head.about.hidden && self.reads(&metric.value).latest {
            self.report(grain::latest_as_total(metric.value.span, &format!("`{}`", metric.head.name)));
        }
    }

    /// A condition that belongs to a table; none where the table or the meaning is missing.
    pub(super) fn owned_condition(
        &mut self,
        table: &tree::Name,
        condition: &tree::Expr,
        cyclic: bool,
    ) -> Option<(TableId, Expr)> {
        let table = self.table(table)?;
        if cyclic {
            return None;
        }
        let found = self.condition(condition, Scope::row(table));
        Some((table, self.shallow(found)))
    }

    fn broken_filter(&mut self, tree: &tree::Definition) -> Filter {
        Filter { head: self.head(tree, Kind::Filter, None), table: TableId(0), condition: broken(tree.span) }
    }

    /// Tells those that follow; what is broken stays unknown, so that its readers are silent.
    pub(super) fn learn(&mut self, id: Definition, meaning: &Expr, ty: Type) {
        if !is_broken(meaning) {
            let (reads, unguarded) = (self.reads(meaning), self.unguarded(meaning));
            let (turns, nothing) = (absence::turns(meaning, self.known), absence::nothing(meaning, self.known));
            self.learned.push((id, Known { ty, reads, values: None, unguarded, turns, nothing }));
        }
    }

    pub(super) fn learn_reads(&mut self, id: Definition, reads: Reads, ty: Type, values: Option<Vec<String>>) {
        let (unguarded, turns, nothing) = (Vec::new(), Turns::default(), Nothing::default());
        self.learned.push((id, Known { ty, reads, values, unguarded, turns, nothing }));
    }
}
