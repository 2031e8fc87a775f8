//! What must hold on real data: a query per expectation whose rows are those that break it.

use rayon::prelude::*;
use sqlparser::ast::Expr;

use super::ast::{self, Parts};
use super::common;
use super::compiler::Compiler;
use super::context::{Asked, Context, PeriodId};
use super::files::{Build, Scripts, Take, described_metrics};
use super::frame::{Driver, Frame};
use super::report::Report;
use super::statement::{self, Draft, Spelled, Texts};
use crate::gold::ColumnId;
use crate::plan::tree::{Absence, CheckSlice, Condition, ExpectationPlan, Scalar, ScalarKind};

/// `expectations.sql` of every dialect; none where nothing is expected.
pub fn files<T>(build: Build<'_>, take: Take<'_, T>) -> Vec<T> {
    if build.plan.expectations.is_empty() {
        return Vec::new();
    }
    let about = "Each query returns the rows that break an expectation; none is as it should be.";
    let part = |name, check: Check<'_>| {
        let mut part = Scripts::part(build);
        let above: Vec<String> = std::iter::once(name).chain(check.described()).collect();
        part.statement(&above, |texts| check.write(texts));
        part
    };
    Scripts::joined(build, about, each(build, part), ("expectations.sql", take))
}

/// The name of each expectation and where it is checked, and the query.
pub fn checks(build: Build<'_>) -> Vec<(String, Spelled)> {
    each(build, |name, check| (name, statement::spelled(build.dialects, |texts| check.write(texts))))
}

/// An expectation where it is checked.
struct Check<'a> {
    build: Build<'a>,
    expectation: &'a ExpectationPlan,
    slice: &'a CheckSlice,
}

impl Check<'_> {
    /// What is expected, as it is written, and the metrics in it.
    fn described(&self) -> Vec<String> {
        let all = &self.build.model.expectations;
        let Some(expectation) = all.iter().find(|one| one.name == self.expectation.name) else { return Vec::new() };
        let written = self.build.files.text(expectation.span).split_whitespace().collect::<Vec<_>>().join(" ");
        let metrics = self.expectation.metrics.iter().copied();
        std::iter::once(written).chain(described_metrics(self.build, metrics)).collect()
    }

    fn write(&self, texts: Texts<'_>) {
        let asked = Asked { grain: self.slice.grain, ..Asked::default() };
        self.build.statement(asked, |compiler| compiler.breaking(self.expectation, &self.slice.groups))(texts);
    }

    /// `revenue_1, every month by customer.country`
    fn name(&self) -> String {
        let days = if self.slice.grain.is_some() { "every month" } else { "all days" };
        let gold = &self.build.model.gold;
        let groups = self.slice.groups.iter().map(|id| gold.written(*id)).collect::<Vec<_>>().join(", ");
        let by = if groups.is_empty() { "" } else { " by " };
        format!("{}, {days}{by}{groups}", self.expectation.name)
    }
}

/// What `take` makes of the name of each check and the check.
fn each<'a, T: Send>(build: Build<'a>, take: impl Fn(String, Check<'a>) -> T + Sync) -> Vec<T> {
    let of_expectation = |expectation: &'a ExpectationPlan| {
        let checks = expectation.slices.iter().map(|slice| Check { build, expectation, slice });
        checks.map(|check| take(check.name(), check)).collect::<Vec<_>>()
    };
    build.plan.expectations.par_iter().flat_map_iter(of_expectation).collect()
}

impl<'a> Compiler<'a> {
    /// The groups and units in which the condition is false, with the values it speaks of.
    pub fn breaking(&mut self, expectation: &'a ExpectationPlan, groups: &[ColumnId]) -> Draft {
        let mut sides = Vec::new();
        compared(&expectation.condition, &mut sides);
        let (model, plan) = (self.model, self.plan);
        let values = expectation
            .metrics
            .iter()
            .filter_map(|id| Some((model.metric(*id)?.head.column(), plan.metrics.get(id.0 as usize)?)));
        let report = Report { values: values.collect(), groups: groups.to_vec(), filters: Vec::new() };
        let condition = &expectation.condition;
        let name = common::text(&expectation.name);
        self.report_where(&report, ("expectation", name), |compiler, frame, context| {
            let present: Vec<Expr> = sides
                .iter()
                .map(|side| compiler.scalar(frame, context, as_told_missing(side)))
                .map(ast::is_not_null)
                .collect();
            let fails = compiler.fails_of(frame, context, condition);
            ast::all(present.into_iter().chain([fails]))
        })
    }
}

/// What is missing exactly where a value is, as a comparison asks for it.
fn as_told_missing(scalar: &Scalar) -> &Scalar {
    match &scalar.kind {
        ScalarKind::ToNumber(inner) | ScalarKind::Rounded(inner) => as_told_missing(inner),
        _ => scalar,
    }
}

/// The compared values that may be missing.
fn compared<'a>(condition: &'a Condition, sides: &mut Vec<&'a Scalar>) {
    let mut side = |scalar: &'a Scalar| {
        if scalar.absence == Absence::Missing {
            sides.push(scalar);
        }
    };
    match condition {
        Condition::And(all) | Condition::Or(all) => all.iter().for_each(|part| compared(part, sides)),
        Condition::Not(inner) => compared(inner, sides),
        Condition::Compare { left, right, .. } => [left, right].into_iter().for_each(side),
        Condition::In { value, .. } => side(value),
        Condition::Between { value, low, high } => [value, low, high].into_iter().for_each(side),
        _ => {}
    }
}

/// The alias of what is checked, where it has a relation of its own.
const CHECKED: &str = "c";

/// A literal that comes first, the columns after it, and which rows are told.
struct Told<'n> {
    first: (&'n str, Expr),
    columns: Vec<(String, Expr)>,
    condition: Expr,
}

/// The frame and context that a condition over metrics is evaluated in.
type Test<'t, 'a> = dyn FnOnce(&mut Compiler<'a>, &mut Frame, &Context<'a>) -> Expr + 't;

impl<'a> Compiler<'a> {
    /// The rows of a report for which a test holds: every unit of time, whether it has data or not.
    fn report_where<'t>(
        &mut self,
        report: &Report<'a>,
        first: (&str, Expr),
        test: impl FnOnce(&mut Compiler<'a>, &mut Frame, &Context<'a>) -> Expr + 't,
    ) -> Draft {
        let test: Box<Test<'t, 'a>> = Box::new(test);
        let (mut frame, keys) = self.report_frame(report);
        let context = self.report_context(report);
        let values: Vec<(String, Expr)> = report
            .values
            .iter()
            .map(|(name, value)| (name.clone(), self.scalar(&mut frame, &context.called(name.as_str()), value)))
            .collect();
        let condition = test(self, &mut frame, &context);
        let period = self.join_period(&mut frame, PeriodId(0));
        self.settle_groups(&mut frame, report);
        let days = self.days_of_asked(&period).map(|(name, day)| (name.to_owned(), day));
        let is_worked_out = values.iter().any(|(_, value)| ast::column(value).is_none());
        let mut told = Told { first, columns: keys.into_iter().chain(values).chain(days).collect(), condition };
        if is_worked_out {
            (frame, told) = self.named_once(frame, told);
        }
        let first = std::iter::once(ast::named(told.first.1, common::ident(told.first.0)));
        let items = first.chain(told.columns.into_iter().map(|(name, value)| self.item(value, &name))).collect();
        let body = ast::select(Parts { items, conditions: vec![told.condition], ..self.parts_of(&frame) });
        self.finish(body, frame.relations().collect::<Vec<_>>())
    }

    /// The columns as a relation, and the condition asked of it: what is worked out is written once. As it was where
    /// the condition asks for something else too.
    fn named_once<'n>(&mut self, frame: Frame, told: Told<'n>) -> (Frame, Told<'n>) {
        let mut condition = told.condition.clone();
        let named = |part: &Expr| {
            let (name, _) = told.columns.iter().find(|(_, value)| value == part && !matches!(value, Expr::Value(_)))?;
            Some(common::column(CHECKED, name))
        };
        if ast::replace(&mut condition, &named).is_none() {
            return (frame, told);
        }
        let columns = told.columns.iter().map(|(name, _)| (name.clone(), common::column(CHECKED, name))).collect();
        let items = told.columns.into_iter().map(|(name, value)| self.item(value, &name)).collect();
        let select = ast::select(Parts { items, ..self.parts_of(&frame) });
        let relation = self.add_fixed("checked", select, frame.relations().collect());
        let frame = Frame::new(Driver::Relation(relation), CHECKED.to_owned(), PeriodId(0));
        (frame, Told { columns, condition, ..told })
    }

    /// Driven by the period, or by groups that are known once the values are worked out.
    fn report_frame(&mut self, report: &Report<'a>) -> (Frame, Vec<(String, Expr)>) {
        let vars = self.vars_of(report);
        if !report.groups.is_empty() {
            return self.keyed_frame(Driver::Open, "g", &vars);
        }
        let period = self.period_relation(PeriodId(0));
        let (mut frame, keys) = self.keyed_frame(Driver::Relation(period), "p", &vars);
        frame.periods.push((PeriodId(0), "p".to_owned()));
        (frame, keys)
    }

    fn settle_groups(&mut self, frame: &mut Frame, report: &Report<'a>) {
        if frame.driver == Driver::Open {
            let contributors = self.contributors(frame, report);
            let groups = self.groups_relation(&contributors, &self.vars_of(report));
            frame.driver = Driver::Relation(groups);
        }
    }
}
