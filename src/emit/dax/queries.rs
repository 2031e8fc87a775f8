//! Queries for the DAX query view: each view as a table, each expectation as what breaks it.

use crate::emit::names::{Names, object_name};
use crate::gold::ColumnId;
use crate::model::{MetricId, Model};
use crate::plan::tree::{Absence, CheckSlice, Condition, ExpectationPlan, Plan, Query as Asked, Scalar};

use super::book::{BROKEN, Book, PERIOD_END};
use super::known::where_all_hold;
use super::lower::{Lower, Place};
use super::measures::Named;
use super::period::keep;
use super::print::{print, print_at};
use super::tree::{Dax, Operator};
use super::visit::Node;

const BROKEN_COLUMN: &str = "@Broken";

/// A query to run against the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub name: String,
    pub dax: String,
    /// What the model must hold for it beside what measures read.
    pub named: Named,
}

/// Views first, then expectations, in the order of the project.
pub fn queries(model: &Model, plan: &Plan) -> Vec<Query> {
    called(model, plan, &Book::new(model, plan))
}

/// The same, of measures that are called as the book says.
pub(super) fn called(model: &Model, plan: &Plan, book: &Book) -> Vec<Query> {
    let names = Names::new(&model.gold);
    let writer = Writer { model, plan, book, names: &names };
    let views = model.views.iter().zip(&plan.views).map(|(view, asked)| writer.view(&view.head.label, asked));
    views.chain(plan.expectations.iter().map(|expectation| writer.expectation(expectation))).collect()
}

/// The helpers that queries ask for: a query defines nothing but what breaks an expectation.
pub(super) fn ask_for_helpers(lower: &mut Lower) {
    let plan = lower.plan;
    plan.views.iter().for_each(|asked| drop(lower.view_filters(asked)));
    plan.expectations.iter().for_each(|expectation| drop(lower.broken(&expectation.condition)));
}

struct Writer<'a> {
    model: &'a Model,
    plan: &'a Plan,
    book: &'a Book,
    names: &'a Names,
}

impl Writer<'_> {
    fn lower(&self) -> Lower<'_> {
        Lower::new(self.model, self.plan, self.book)
    }

    /// Rows in which every measure is blank are left out, as in a visual.
    fn view(&self, label: &str, asked: &Asked) -> Query {
        let grain = asked.grain.as_ref().map(|grain| self.grain_columns(grain.column)).unwrap_or_default();
        let groups: Vec<ColumnId> = asked.groups.iter().copied().chain(grain).collect();
        let mut table = self.summary(&groups, &asked.metrics, None);
        let filters = self.lower().view_filters(asked);
        if !filters.is_empty() {
            table = Dax::call("CALCULATETABLE", [vec![table], filters].concat());
        }
        Query { name: object_name(label), dax: self.evaluated(&table, &groups), named: Named::of([&table]) }
    }

    /// A table for each place where it is checked; a value that is missing is not checked.
    fn expectation(&self, expectation: &ExpectationPlan) -> Query {
        let grain = |slice: &CheckSlice| slice.grain.map(|grain| self.grain_columns(grain)).unwrap_or_default();
        let broken = expectation.slices.iter().map(|slice| {
            let groups = [slice.groups.clone(), grain(slice)].concat();
            let summary = self.summary(&groups, &expectation.metrics, Some((BROKEN_COLUMN, BROKEN)));
            let found = Dax::binary(Operator::Equal, Dax::Extension(BROKEN_COLUMN.to_owned()), Dax::integer(1));
            self.evaluated(&Dax::call("FILTER", [summary, found]), &groups)
        });
        let home = self.model.gold.calendar.as_ref().map_or("", |calendar| self.names.dax_table(calendar.table));
        let measure = self.lower().broken(&expectation.condition);
        let body = print_at(self.names, &measure, 8);
        let define = format!("DEFINE\n    MEASURE {home}[{BROKEN}] =\n{body}\n");
        let dax = std::iter::once(define).chain(broken).collect::<Vec<_>>().join("\n");
        let mut named = Named::of([&measure]);
        named.columns.extend(expectation.slices.iter().flat_map(|slice| &slice.groups));
        Query { name: object_name(&expectation.name), dax, named }
    }

    fn summary(&self, groups: &[ColumnId], metrics: &[MetricId], also: Option<(&str, &str)>) -> Dax {
        let columns = groups.iter().copied().map(Dax::Column);
        let named = metrics.iter().map(|id| (self.book.metric(*id), self.book.metric(*id))).chain(also);
        let values = named.flat_map(|(name, measure)| [Dax::Text(name.to_owned()), Dax::measure(measure)]);
        Dax::call("SUMMARIZECOLUMNS", columns.chain(values).collect::<Vec<_>>())
    }

    /// The column that shows a grain's units, and the one that sorts them.
    fn grain_columns(&self, grain: ColumnId) -> Vec<ColumnId> {
        let table = self.model.gold.table(grain.table);
        let columns = table.map_or(&[][..], |table| &table.columns);
        let label = columns.iter().position(|column| column.sort == Some(grain));
        let label = label.map(|index| ColumnId { table: grain.table, index: index as u32 });
        label.into_iter().chain([grain]).collect()
    }

    fn evaluated(&self, table: &Dax, order: &[ColumnId]) -> String {
        let mut text = format!("EVALUATE\n{}\n", print(self.names, table));
        // The label of a grain is sorted by the grain.
        let labels = |id: &ColumnId| {
            let sort = self.model.gold.column(*id).and_then(|column| column.sort);
            sort.is_some_and(|sort| order.contains(&sort))
        };
        let order: Vec<String> =
            order.iter().filter(|id| !labels(id)).map(|id| format!("    {}", self.names.dax_column(*id))).collect();
        if !order.is_empty() {
            text += &format!("ORDER BY\n{}\n", order.join(",\n"));
        }
        text
    }
}

impl Lower<'_> {
    /// What a view leaves out, as filter arguments.
    fn view_filters(&mut self, asked: &Asked) -> Vec<Dax> {
        let plan = self.plan;
        let calendar = self.gold().calendar.as_ref().map(|calendar| calendar.table);
        let picked = calendar.into_iter().flat_map(|table| asked.calendar.iter().map(move |one| (table, one)));
        let filters = asked.filters.iter().map(|(table, condition)| (*table, condition)).chain(picked);
        let mut written = Vec::new();
        for (table, condition) in filters {
            let mut metrics = asked.metrics.iter().filter_map(|id| plan.metrics.get(id.0 as usize));
            let by_others = metrics.any(|metric| super::scalar::reads_others(plan, metric, table));
            let place = Place { by_others, ..Place::in_filter(table) };
            let parts = self.flattened([condition]);
            written.extend(parts.iter().map(|part| keep(self.reader_filter(part, place))));
        }
        written
    }

    /// 1 where the condition does not hold and every value that it compares is there, else BLANK.
    fn broken(&mut self, condition: &Condition) -> Dax {
        self.measure(None, |lower| {
            let mut tests = vec![Dax::measure(PERIOD_END).is_present()];
            for value in values_of(condition) {
                tests.extend(lower.presence(value, Place::SHOWN));
            }
            let holds = lower.condition(condition, Place::SHOWN);
            tests.push(where_all_hold(holds, &tests).negated());
            match super::repeated::name_repeated(Dax::all(tests)) {
                Dax::Block { variables, result } => Dax::block(variables, Dax::call("IF", [*result, Dax::integer(1)])),
                test => Dax::call("IF", [test, Dax::integer(1)]),
            }
        })
    }
}

/// The values a condition compares and that may be missing; a test for missing asks about its own.
fn values_of(condition: &Condition) -> Vec<&Scalar> {
    let mut found = Vec::new();
    collect(condition, &mut found);
    found.into_iter().filter(|value| value.absence == Absence::Missing).collect()
}

fn collect<'c>(condition: &'c Condition, found: &mut Vec<&'c Scalar>) {
    for child in Node::Condition(condition).children() {
        match child {
            Node::Scalar(value) if !matches!(condition, Condition::IsMissing(_)) => found.push(value),
            Node::Condition(inner) => collect(inner, found),
            Node::Scalar(_) => {}
        }
    }
}
