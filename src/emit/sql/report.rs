//! Metrics by groups: the statement that lists them.

use sqlparser::ast::{Expr, SelectItem, SetQuantifier};

use super::ast::{self, Parts, Selection};
use super::common;
use super::compiler::{Body, Compiler};
use super::context::{Context, Filter, PeriodId, Var};
use super::dialects;
use super::frame::{Driver, Frame, How, RelationId, Source, initials};
use super::group::Value;
use super::periods::DAYS;
use super::statement::Draft;
use crate::gold::ColumnId;
use crate::plan::is_beyond;
use crate::plan::tree::Scalar;

/// The period everything is asked for.
const ASKED: PeriodId = PeriodId(0);

/// Values to list, by groups; the grain is the compiler's.
pub struct Report<'a> {
    pub values: Vec<(String, &'a Scalar)>,
    pub groups: Vec<ColumnId>,
    pub filters: Vec<Filter<'a>>,
}

/// What was worked out for the groups of a report.
struct Listed {
    frame: Frame,
    keys: Vec<(String, Expr)>,
    values: Vec<Expr>,
}

impl<'a> Compiler<'a> {
    /// A row for each group that rows contribute to; without groups one row, and none where the period is empty.
    pub fn report(&mut self, report: &Report<'a>) -> Draft {
        if report.groups.is_empty() && self.asked.grain.is_none() {
            return self.total(report);
        }
        let listed = self.listed(report);
        self.list(report, listed)
    }

    /// What the columns of a report are called, in order.
    pub fn column_names(&self, report: &Report<'a>) -> Vec<String> {
        let values = report.values.iter().map(|(name, _)| name.clone());
        self.names_of(&self.vars_of(report)).into_iter().chain(values).chain(DAYS.map(str::to_owned)).collect()
    }

    /// One row, none where the period is empty.
    fn total(&mut self, report: &Report<'a>) -> Draft {
        let (body, reads) = self.total_select(report);
        self.finish(body, reads)
    }

    /// The same as a relation.
    pub fn total_relation(&mut self, report: &Report<'a>) -> RelationId {
        let (body, reads) = self.total_select(report);
        self.add_fixed("results", body, reads)
    }

    fn total_select(&mut self, report: &Report<'a>) -> (Selection, Vec<RelationId>) {
        let period = self.period_relation(ASKED);
        let mut frame = Frame::new(Driver::Relation(period), "p".to_owned(), ASKED);
        frame.periods.push((ASKED, "p".to_owned()));
        let values = self.values(&mut frame, report);
        let days = self.days_of_asked("p");
        let items = self.value_items(&frame, report, values).into_iter().chain(self.day_items(days)).collect();
        let body = ast::select(Parts { items, ..self.parts_of(&frame) });
        (body, frame.relations().collect())
    }

    fn values(&mut self, frame: &mut Frame, report: &Report<'a>) -> Vec<Expr> {
        let context = self.report_context(report);
        report.values.iter().map(|(name, value)| self.scalar(frame, &context.called(name.as_str()), value)).collect()
    }

    /// The period asked for, at no row.
    pub fn report_context(&self, report: &Report<'a>) -> Context<'a> {
        let (filters, groups) = (report.filters.clone(), report.groups.clone());
        Context { filters, groups, ..Context::bare(ASKED) }
    }

    /// The groups in their order, then the unit of time.
    pub fn vars_of(&self, report: &Report<'a>) -> Vec<Var> {
        let groups = report.groups.iter().copied().map(Var::Group);
        groups.chain(self.asked.grain.map(|_| Var::Unit)).collect()
    }

    /// A frame whose keys are columns of this alias.
    pub fn keyed_frame(&self, driver: Driver, alias: &str, vars: &[Var]) -> (Frame, Vec<(String, Expr)>) {
        let mut frame = Frame::new(driver, alias.to_owned(), ASKED);
        let names = self.names_of(vars);
        let keys: Vec<(String, Expr)> =
            names.into_iter().map(|name| (name.clone(), common::column(alias, &name))).collect();
        for (var, (_, value)) in vars.iter().zip(&keys) {
            match var {
                Var::Group(column) => frame.domains.push((*column, value.clone())),
                Var::Unit => frame.unit = Some(value.clone()),
            }
        }
        (frame, keys)
    }

    fn names_of(&self, vars: &[Var]) -> Vec<String> {
        self.key_names(crate::gold::TableId(0), &None, vars)
    }

    /// The values over their groups: those of the one relation that has all keys, else the union of
    /// the groups of all that do.
    fn listed(&mut self, report: &Report<'a>) -> Listed {
        let vars = self.vars_of(report);
        let (mut frame, keys) = self.keyed_frame(Driver::Open, "g", &vars);
        let values = self.values(&mut frame, report);
        let contributors = self.contributors(&frame, report);
        match contributors.as_slice() {
            [only] if self.has_keys(*only, &vars) => self.listed_from(report, *only, &vars),
            _ => {
                let groups = self.groups_relation(&contributors, &vars);
                frame.driver = Driver::Relation(groups);
                Listed { frame, keys, values }
            }
        }
    }

    fn listed_from(&mut self, report: &Report<'a>, only: RelationId, vars: &[Var]) -> Listed {
        let alias = initials(self.relation_name(only));
        let alias = dialects::bare_alias(alias);
        let (mut frame, keys) = self.keyed_frame(Driver::Relation(only), &alias, vars);
        frame.links.push((only, Vec::new(), alias));
        let values = self.values(&mut frame, report);
        Listed { frame, keys, values }
    }

    /// The relations that know every group column; none of them decides where a value is there without rows.
    pub fn contributors(&self, frame: &Frame, report: &Report<'a>) -> Vec<RelationId> {
        if report.values.iter().any(|(_, value)| is_beyond(self.plan, value, &report.groups)) {
            return Vec::new();
        }
        let groups: Vec<Var> = report.groups.iter().copied().map(Var::Group).collect();
        let values = frame.relations().filter(|id| self.placed.iter().any(|placed| placed.relation == *id));
        values.filter(|id| self.has_keys(*id, &groups)).collect()
    }

    fn has_keys(&self, id: RelationId, vars: &[Var]) -> bool {
        let placed = self.placed.iter().find(|placed| placed.relation == id);
        placed.is_some_and(|placed| vars.iter().all(|var| placed.vars.contains(var)))
    }

    /// The groups that any of the contributors has, each once; all there are where nothing contributes.
    pub fn groups_relation(&mut self, contributors: &[RelationId], vars: &[Var]) -> RelationId {
        let mut reads = Vec::new();
        let mut parts: Vec<Selection> = contributors.iter().map(|id| self.groups_of(*id, vars, &mut reads)).collect();
        if parts.is_empty() {
            parts.push(self.all_groups(vars, &mut reads));
        }
        let alone = parts.len() == 1;
        let select = ast::union(parts, SetQuantifier::None).unwrap_or_else(|| ast::select(Parts::default()));
        let select = if alone { distinct(select) } else { select };
        self.add_fixed("groups", select, reads)
    }

    /// The groups of one relation, for every unit of time where it does not depend on time.
    fn groups_of(&mut self, id: RelationId, vars: &[Var], reads: &mut Vec<RelationId>) -> Selection {
        let alias = initials(self.relation_name(id));
        let mut frame = Frame::new(Driver::Relation(id), alias.clone(), ASKED);
        let own: Vec<Var> = self
            .placed
            .iter()
            .find(|placed| placed.relation == id)
            .map(|placed| placed.vars.clone())
            .unwrap_or_default();
        let mut items = Vec::new();
        for (var, name) in vars.iter().zip(self.names_of(vars)) {
            let value = if own.contains(var) { common::column(&alias, &name) } else { self.var(&mut frame, *var) };
            items.push(self.item(value, &name));
        }
        reads.extend(frame.relations());
        ast::select(Parts { items, ..self.parts_of(&frame) })
    }

    /// Every combination of values, where no relation knows the groups.
    fn all_groups(&mut self, vars: &[Var], reads: &mut Vec<RelationId>) -> Selection {
        let period = self.period_relation(ASKED);
        let mut frame = Frame::new(Driver::Relation(period), "p".to_owned(), ASKED);
        frame.periods.push((ASKED, "p".to_owned()));
        let mut items = Vec::new();
        for (var, name) in vars.iter().zip(self.names_of(vars)) {
            let value = match var {
                Var::Unit => common::column("p", &name),
                Var::Group(column) => {
                    let domain = self.domain(*column);
                    let alias = self.join(&mut frame, Source::Relation(domain), |_| How::Cross);
                    let column = self.column_name(*column);
                    common::column(&alias, column)
                }
            };
            items.push(self.item(value, &name));
        }
        reads.extend(frame.relations());
        ast::select(Parts { items, ..self.parts_of(&frame) })
    }

    fn list(&mut self, report: &Report<'a>, listed: Listed) -> Draft {
        let Listed { mut frame, keys, values } = listed;
        let period = self.join_period(&mut frame, ASKED);
        let sure = values.iter().any(|value| self.is_sure(&frame, value));
        let bare = values.iter().all(|value| matches!(value, Expr::CompoundIdentifier(_)));
        if !sure && !bare {
            return self.list_of_results(report, Listed { frame, keys, values }, &period);
        }
        let some = (!sure).then(|| ast::any(values.iter().cloned().map(ast::is_not_null)));
        let mut items: Vec<SelectItem> = keys.into_iter().map(|(name, value)| self.item(value, &name)).collect();
        items.extend(self.value_items(&frame, report, values));
        let days = self.days_of_asked(&period);
        items.extend(self.day_items(days));
        let body = ast::select(Parts { items, conditions: some.into_iter().collect(), ..self.parts_of(&frame) });
        self.finish(body, frame.relations().collect::<Vec<_>>())
    }

    /// The values are worked out first, so that rows without any are left out without repeating them.
    fn list_of_results(&mut self, report: &Report<'a>, listed: Listed, period: &str) -> Draft {
        let names = report.values.iter().map(|(name, _)| name.clone());
        let mut columns: Vec<(String, Expr)> = names.zip(listed.values).collect();
        columns.extend(self.days_of_asked(period).map(|(name, day)| (name.to_owned(), day)));
        let results = self.add_values("results", &listed.frame, &listed.keys, columns, Vec::new());
        let frame = Frame::new(Driver::Relation(results), "r".to_owned(), ASKED);
        let values: Vec<Expr> = report.values.iter().map(|(name, _)| common::column("r", name)).collect();
        let some = ast::any(values.iter().cloned().map(ast::is_not_null));
        let keys = listed.keys.iter().map(|(name, _)| self.item(common::column("r", name), name));
        let mut items: Vec<SelectItem> = keys.collect();
        items.extend(self.value_items(&frame, report, values));
        items.extend(self.day_items(DAYS.map(|name| (name, common::column("r", name)))));
        let body = ast::select(Parts { items, conditions: vec![some], ..self.parts_of(&frame) });
        self.finish(body, vec![results])
    }

    /// A count of rows in the very groups it gave: never missing.
    fn is_sure(&self, frame: &Frame, value: &Expr) -> bool {
        let Driver::Relation(driver) = frame.driver else { return false };
        let Some(Body::Group(group)) = self.relations.get(driver.0).map(|relation| &relation.body) else {
            return false;
        };
        let [leaf] = group.leaves.as_slice() else { return false };
        let is_column = *value == common::column(&frame.alias, &leaf.column);
        is_column && matches!(leaf.value, Value::Count { .. })
    }

    fn value_items(&self, frame: &Frame, report: &Report<'a>, values: Vec<Expr>) -> Vec<SelectItem> {
        let named = report.values.iter().zip(values);
        named
            .map(|((name, scalar), value)| {
                let shown = self.number(frame, value, scalar.absence);
                self.item(shown, name)
            })
            .collect()
    }

    /// Which days an answer stands for.
    pub fn days_of_asked(&mut self, period: &str) -> [(&'static str, Expr); 2] {
        DAYS.map(|name| (name, self.bound_of(ASKED, period, name)))
    }

    fn day_items(&self, days: [(&'static str, Expr); 2]) -> [SelectItem; 2] {
        days.map(|(name, day)| self.item(day, name))
    }
}

fn distinct(mut select: Selection) -> Selection {
    if let sqlparser::ast::SetExpr::Select(inner) = &mut *select {
        inner.distinct = Some(sqlparser::ast::Distinct::Distinct);
    }
    select
}
