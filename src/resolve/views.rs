//! Views and expectations: metrics by groups that every leaf reaches.

use std::collections::BTreeMap;

use crate::diagnostics::closest;
use crate::diagnostics::codes::{grain, names, views as codes};
use crate::gold::{ColumnId, TableId};
use crate::model::{Definition, Expectation, ExprKind, Metric, MetricId, Model, TableFilter, View};
use crate::source::Span;
use crate::syntax::tree::{self, DefinitionKind, Group, Name};

use super::expression::is_broken;
use super::head::Kind;
use super::names::{Declared, Numbered, Symbol};
use super::scope::{At, Scope};
use super::{Resolver, words};

/// A group by a column or by a grain of time.
enum Grouped {
    Column(ColumnId, Span),
    Grain(String, Span),
}

impl Resolver<'_> {
    /// Views and expectations, which read and are not read.
    pub(super) fn readers(&mut self, model: &mut Model) {
        let names = self.names;
        self.months_are_known();
        let mut numbers = BTreeMap::new();
        for numbered in &names.definitions {
            match &numbered.tree.kind {
                DefinitionKind::View { .. } => model.views.extend(self.view(numbered.tree)),
                DefinitionKind::Expect { condition, by } => {
                    let span = numbered.tree.span;
                    let found = self.expectation(condition, by, span);
                    model.expectations.extend(found.map(|found| numbered_after(found, &model.metrics, &mut numbers)));
                }
                _ => {}
            }
        }
    }

    /// What is expected holds in every month: where there are none to look at it would be checked less than it says.
    fn months_are_known(&mut self) {
        let expected = |numbered: &&Numbered<'_>| matches!(numbered.tree.kind, DefinitionKind::Expect { .. });
        let first = self.names.definitions.iter().find(expected);
        let is_without = self.gold.calendar.as_ref().is_some_and(|calendar| calendar.months().is_none());
        if let Some(first) = first.filter(|_| is_without) {
            self.report(codes::expected_without_months(first.tree.span));
        }
    }

    fn view(&mut self, tree: &tree::Definition) -> Option<View> {
        let DefinitionKind::View { metrics, by, condition, .. } = &tree.kind else { return None };
        let head = self.head(tree, Kind::View, None);
        let metrics = self.listed_metrics(metrics);
        let (mut groups, mut found) = (Vec::new(), None);
        for group in self.groups(by) {
            match group {
                Grouped::Column(column, span) => {
                    metrics.iter().for_each(|metric| self.check_group(*metric, column, span));
                    groups.push(column);
                }
                Grouped::Grain(_, span) if found.is_some() => self.report(codes::second_grain(span)),
                Grouped::Grain(name, _) => found = Some(name),
            }
        }
        let filters = condition.as_ref().map(|condition| self.table_filters(condition)).unwrap_or_default();
        Some(View { head, metrics, groups, grain: found, filters })
    }

    fn listed_metrics(&mut self, names: &[Name]) -> Vec<MetricId> {
        let mut metrics = Vec::new();
        for name in names {
            match self.metric_named(name) {
                Some(metric) if metrics.contains(&metric) => self.report(codes::repeated_metric(name)),
                found => metrics.extend(found),
            }
        }
        metrics
    }

    /// A metric that has a total; one that is broken is left out without a further message.
    fn metric_named(&mut self, name: &Name) -> Option<MetricId> {
        let Some(Declared { symbol, .. }) = self.names.get(&name.value).copied() else {
            let all = self.names.all().filter(|d| matches!(d.symbol, Symbol::Definition(Definition::Metric(_))));
            let all: Vec<&str> = all.map(|declared| declared.name.value.as_str()).collect();
            let near = crate::diagnostics::closest(&name.value, all).map(str::to_owned);
            return self.nothing(names::unknown_name(name, "among the metrics", near));
        };
        let Symbol::Definition(Definition::Metric(id)) = symbol else {
            return self.nothing(codes::not_a_metric(name, kind_of(symbol)));
        };
        let latest = self.known.get(&Definition::Metric(id))?.reads.latest;
        if latest {
            return self.nothing(grain::latest_as_total(name.span, &format!("`{}`", name.value)));
        }
        Some(id)
    }

    fn groups(&mut self, by: &[Group]) -> Vec<Grouped> {
        let mut found: Vec<Grouped> = Vec::new();
        for group in by {
            let next = match group.path.names.as_slice() {
                [grain] => self.grain(grain),
                _ => self.group_column(group),
            };
            let Some(next) = next else { continue };
            match found.iter().any(|known| same(known, &next)) {
                true => self.report(codes::repeated_group(group.path.span)),
                false => found.push(next),
            }
        }
        found
    }

    fn no_grain<T>(&mut self, name: &Name, known: &[&str]) -> Option<T> {
        if let Some(table) = self.gold.table_named(&name.value).and_then(|id| self.gold.table(id)) {
            let columns = table.columns.iter().filter(|column| column.group);
            let columns: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
            return self.nothing(grain::table_as_group(name, &columns));
        }
        if let Some(meant) = known.iter().find(|known| reads_alike(known, &name.value)) {
            return self.nothing(grain::grain_written_otherwise(name, meant));
        }
        let tables = words::tables_with(self.gold, &name.value);
        let near = closest(&name.value, known.iter().copied()).map(str::to_owned);
        let near = near.or_else(|| words::column_near(self.gold, &name.value, |column| column.group));
        self.nothing(grain::unknown_grain(name, known, &tables, near.as_deref().filter(|_| tables.is_empty())))
    }

    fn grain(&mut self, name: &Name) -> Option<Grouped> {
        let grains = self.gold.calendar.as_ref().map(|calendar| &calendar.grains);
        let known: Vec<&str> = grains.into_iter().flat_map(|grains| grains.keys()).map(String::as_str).collect();
        match known.iter().find(|known| known.eq_ignore_ascii_case(&name.value)) {
            Some(grain) => Some(Grouped::Grain((*grain).to_owned(), name.span)),
            None => self.no_grain(name, &known),
        }
    }

    /// A name that is no column of the table whose rows are to be grouped.
    fn no_column<T>(&mut self, name: &Name, table: TableId) -> Option<T> {
        let of = words::table(self.gold, table);
        if let Some(declared) = self.names.get(&name.value) {
            let is_condition = declared.table == Some(table)
                && matches!(declared.symbol, Symbol::Definition(Definition::Filter(_) | Definition::Segment(_)));
            return self.nothing(codes::grouped_by_definition(name, kind_of(declared.symbol), &of, is_condition));
        }
        let columns = self.gold.table(table).into_iter().flat_map(|table| &table.columns);
        let columns: Vec<&str> = columns.filter(|column| column.group).map(|column| column.name.as_str()).collect();
        let near = closest(&name.value, words::members(self.gold, table));
        self.nothing(codes::unknown_group(name, &of, &columns, near))
    }

    /// `table.column`, groupable and not of the calendar.
    fn group_column(&mut self, group: &Group) -> Option<Grouped> {
        let (first, rest) = group.path.names.split_first()?;
        let table = self.table(first)?;
        let (_, table, last) = self.steps(rest, table, super::paths::Inactive::Refused)?;
        let Some(column) = self.gold.column_named(table, &last.value) else { return self.no_column(last, table) };
        if let Some(calendar) = self.gold.calendar.as_ref().filter(|calendar| calendar.table == table) {
            let grains: Vec<&str> = calendar.grains.keys().map(String::as_str).collect();
            return self.nothing(codes::calendar_group(&grains, group.path.span));
        }
        if !self.gold.column(column)?.group {
            return self.nothing(codes::not_groupable(&super::paths::dotted(&group.path), group.path.span));
        }
        Some(Grouped::Column(column, group.path.span))
    }

    /// Every leaf of a grouped metric reaches the column.
    fn check_group(&mut self, metric: MetricId, column: ColumnId, span: Span) {
        let Some(known) = self.known.get(&Definition::Metric(metric)) else { return };
        let missing = known.reads.leaves.iter().find(|leaf| self.gold.active_path(**leaf, column.table).is_none());
        if let Some(leaf) = missing {
            let leaf = words::table(self.gold, *leaf);
            let table = words::table(self.gold, column.table);
            let name = self.name_of(Definition::Metric(metric));
            self.report(codes::group_not_reached(&name, &leaf, &table, span));
        }
    }

    /// The reader's filters: each conjunct is on columns of one table.
    fn table_filters(&mut self, condition: &tree::Expr) -> Vec<TableFilter> {
        let parts: Vec<&tree::Expr> = match &condition.kind {
            tree::ExprKind::And(all) => all.iter().collect(),
            _ => vec![condition],
        };
        parts.into_iter().filter_map(|part| self.table_filter(part)).collect()
    }

    fn table_filter(&mut self, part: &tree::Expr) -> Option<TableFilter> {
        let table: TableId = self.one_table(&[part])?;
        let condition = self.condition(part, Scope::NOWHERE.at(At::Written(table)));
        self.on_columns(&condition)?;
        (!is_broken(&condition)).then_some(TableFilter { table, condition })
    }

    fn expectation(&mut self, condition: &tree::Expr, by: &[Group], span: Span) -> Option<Expectation> {
        let condition = self.condition(condition, Scope::NOWHERE);
        let mut metrics = Vec::new();
        condition.walk(&mut |part| {
            if let ExprKind::Metric(id) = &part.kind {
                metrics.push((*id, part.span));
            }
        });
        let mut groups = Vec::new();
        for group in self.groups(by) {
            match group {
                Grouped::Column(column, span) => {
                    metrics.iter().for_each(|(metric, _)| self.check_group(*metric, column, span));
                    groups.push(column);
                }
                Grouped::Grain(_, span) => self.report(codes::grain_in_expectation(span)),
            }
        }
        if is_broken(&condition) {
            return None;
        }
        if self.reads(&condition).latest {
            self.report(grain::latest_as_total(condition.span, "what is expected here"));
        }
        Some(Expectation { name: String::new(), condition, groups, span })
    }
}

/// An expectation is called after the first metric in it, with a number.
fn numbered_after(found: Expectation, metrics: &[Metric], numbers: &mut BTreeMap<String, u32>) -> Expectation {
    let mut first = None;
    found.condition.walk(&mut |part| {
        if let (None, ExprKind::Metric(id)) = (first, &part.kind) {
            first = Some(*id);
        }
    });
    let metric = first.and_then(|id| metrics.get(id.0 as usize));
    let name = metric.map_or("expectation", |metric| metric.head.name.as_str());
    let number = numbers.entry(name.to_owned()).and_modify(|number| *number += 1).or_insert(1);
    Expectation { name: format!("{name}_{number}"), ..found }
}
/// Whether two names differ in case, blanks and signs between words alone: `fiscal_year` and `fiscal year`.
fn reads_alike(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.to_lowercase().replace([' ', '_', '-'], "");
    letters(one) == letters(other)
}

fn same(a: &Grouped, b: &Grouped) -> bool {
    match (a, b) {
        (Grouped::Column(a, _), Grouped::Column(b, _)) => a == b,
        (Grouped::Grain(a, _), Grouped::Grain(b, _)) => a == b,
        _ => false,
    }
}

fn kind_of(symbol: Symbol) -> &'static str {
    match symbol {
        Symbol::Definition(Definition::Metric(_)) => "a metric",
        Symbol::Definition(Definition::Filter(_)) => "a filter",
        Symbol::Definition(Definition::Segment(_)) => "a segment",
        Symbol::Definition(Definition::Policy(_)) => "a policy",
        Symbol::Definition(Definition::Resolve(_)) => "a resolve",
        Symbol::View => "a view",
    }
}
