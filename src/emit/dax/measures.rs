//! The measures of a project, in a stable order: the period, metrics, segment counts, helpers.

use indexmap::IndexSet;
use rayon::prelude::*;

use crate::emit::names::Names;
use crate::gold::{ColumnId, TableId, Type};
use crate::model::{MetricId, Model, SegmentId};
use crate::plan::tree::{Plan, Scalar, ScalarKind};

use super::Helper;
use super::book::{AS_OF, Book, PERIOD_END, PERIOD_START};
use super::lower::{Lower, Period, Place};
use super::period::{as_of, first_day, keep, last_day};
use super::print::print;
use super::reads::Reads;
use super::tree::Dax;
use super::vanish::{needs_a_period, scalar_vanishes};
use super::visit::{Node, visit_scalar};

/// One measure of the model.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Unique in the model, without regard to case.
    pub name: String,
    /// The table it stands in.
    pub home: TableId,
    /// The expression as it is printed.
    pub dax: String,
    pub hidden: bool,
    pub kind: Kind,
    pub ty: Type,
    /// What its expression names, in order of first mention.
    pub columns: Vec<ColumnId>,
    pub tables: Vec<TableId>,
    /// The dates whose inactive relationship to the calendar it uses.
    pub activates: Vec<ColumnId>,
}

/// What a measure stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The as-of date, the first or the last day of the period.
    Base,
    Metric(MetricId),
    SegmentCount(SegmentId),
    Helper(Helper),
}

/// All measures. Helpers are those that a metric, a query, a segment or another helper asks for.
pub fn measures(model: &Model, plan: &Plan) -> Vec<Measure> {
    called(model, plan, &Book::new(model, plan))
}

/// The same, called as the book says.
pub(super) fn called(model: &Model, plan: &Plan, book: &Book) -> Vec<Measure> {
    let names = Names::new(&model.gold);
    let writer = Writer { model, plan, names: &names, book };
    let metrics: Vec<(Measure, IndexSet<Helper>)> = (0..model.metrics.len())
        .into_par_iter()
        .map(|at| {
            let (id, mut lower) = (MetricId(at as u32), Lower::new(model, plan, book));
            let dax = lower.metric_measure(id);
            (writer.metric(id, &dax), lower.asked)
        })
        .collect();
    // Which helpers there are decides how segment counts are written.
    let mut lower = Lower::new(model, plan, book);
    lower.asked.extend(metrics.iter().flat_map(|(_, asked)| asked).copied());
    super::queries::ask_for_helpers(&mut lower);
    let mut helpers = lower.helper_measures(Vec::new());
    let counts: Vec<Dax> = segment_ids(model).map(|id| lower.segment_measure(id)).collect();
    helpers = lower.helper_measures(helpers);
    let mut all = writer.base();
    all.extend(metrics.into_iter().map(|(measure, _)| measure));
    all.extend(segment_ids(model).zip(counts).map(|(id, dax)| writer.count(id, &dax)));
    all.extend(helpers.iter().map(|(helper, dax)| writer.helper(*helper, dax)));
    all
}

/// The DAX of one metric's measure; empty for an id of another model.
pub fn metric_text(model: &Model, plan: &Plan, id: MetricId) -> String {
    let book = Book::new(model, plan);
    let dax = Lower::new(model, plan, &book).metric_measure(id);
    print(&Names::new(&model.gold), &dax)
}

fn segment_ids(model: &Model) -> impl Iterator<Item = SegmentId> + use<> {
    (0..model.segments.len()).map(|at| SegmentId(at as u32))
}

/// The metric's value; that of the metric it is another name for, since a measure must not be a bare
/// reference to another.
fn definition(plan: &Plan, id: MetricId) -> Option<&Scalar> {
    let mut value = plan.metrics.get(id.0 as usize)?;
    while let ScalarKind::Metric(other) = value.kind {
        value = plan.metrics.get(other.0 as usize)?;
    }
    Some(value)
}

impl Lower<'_> {
    fn metric_measure(&mut self, id: MetricId) -> Dax {
        let value = definition(self.plan, id);
        self.measure(None, |this| match value {
            Some(value) => this.shown(value),
            None => Dax::call("BLANK", []),
        })
    }

    /// BLANK where the period has no day.
    fn shown(&mut self, value: &Scalar) -> Dax {
        let written = self.value(value, Place::SHOWN);
        if scalar_vanishes(self.plan, value) && !needs_a_period(self.plan, Node::Scalar(value)) {
            return written;
        }
        self.if_period(written)
    }

    fn if_period(&mut self, value: Dax) -> Dax {
        let end = if self.knows_period_end() { self.period_end() } else { Dax::measure(PERIOD_END) };
        Dax::call("IF", [end.is_present(), value])
    }

    /// The members that the reader's filters leave.
    fn segment_measure(&mut self, id: SegmentId) -> Dax {
        let plan = self.plan;
        let (Some(segment), helper) = (plan.segments.get(id.0 as usize), Helper::Segment(id)) else {
            return Dax::call("BLANK", []);
        };
        let is_asked = self.asked.contains(&helper);
        let table = segment.table;
        self.measure(None, |this| {
            let Some(key) = this.key(table) else { return Dax::call("BLANK", []) };
            if is_asked {
                let rows = Dax::call("FILTER", [Dax::call("DISTINCT", [Dax::Column(key)]), this.helper(helper)]);
                return this.if_period(Dax::call("COUNTROWS", [rows]));
            }
            let parts = this.flattened([&segment.condition]);
            let members = this.frame(None, Period::Own, |this| {
                let set = this.row_set(table, &parts);
                let mut reads = Reads { context: true, ..Reads::default() };
                reads.add(&set.reads);
                set.iterated(this, &reads, Place::SHOWN).0
            });
            let members = Dax::call("CALCULATETABLE", [members, Dax::call("REMOVEFILTERS", [])]);
            let members = this.bind("SegmentMembers", members);
            let count = Dax::call("COUNTROWS", [Dax::Table(table)]);
            this.if_period(Dax::call("CALCULATE", [count, keep(members)]))
        })
    }

    /// Writes the helpers that are asked for and not written yet, and those that they ask for.
    fn helper_measures(&mut self, mut written: Vec<(Helper, Dax)>) -> Vec<(Helper, Dax)> {
        while let Some(helper) = self.asked.get_index(written.len()).copied() {
            let dax = self.helper_measure(helper);
            written.push((helper, dax));
        }
        written
    }

    fn helper_measure(&mut self, helper: Helper) -> Dax {
        match helper {
            Helper::Filter(id) => {
                let (Some(condition), Some(filter)) = (self.plan.filters.get(id.0 as usize), self.model.filter(id))
                else {
                    return Dax::Boolean(false);
                };
                let table = filter.table;
                self.measure(Some(table), |this| this.named(condition, table))
            }
            Helper::Segment(id) => self.measure(None, |this| this.segment_member(id)),
            Helper::Policy(id) => self.measure(None, |this| this.policy_allows(id)),
            Helper::Resolve(id) => self.measure(None, |this| this.resolve_value(id)),
        }
    }

    fn named(&mut self, condition: &crate::plan::tree::Condition, table: TableId) -> Dax {
        let holds = self.at_hand(condition, table);
        super::repeated::name_repeated(holds)
    }
}

/// Trees -> measures with their texts and what is known of them.
struct Writer<'a> {
    model: &'a Model,
    plan: &'a Plan,
    names: &'a Names,
    book: &'a Book,
}

impl Writer<'_> {
    fn base(&self) -> Vec<Measure> {
        let gold = &self.model.gold;
        let (Some(calendar), Some(status)) = (&gold.calendar, gold.as_of) else { return Vec::new() };
        let end = super::variables::renamed(self.book.taken(), last_day(calendar.day));
        let all = [(AS_OF, as_of(status)), (PERIOD_START, first_day(calendar.day)), (PERIOD_END, end)];
        let measure = |(name, dax): &(&str, Dax)| self.write(name, calendar.table, dax, Kind::Base, true, Type::Date);
        all.iter().map(measure).collect()
    }

    fn metric(&self, id: MetricId, dax: &Dax) -> Measure {
        let metric = self.model.metric(id);
        let hidden = !metric.is_some_and(|metric| metric.head.about.is_shown());
        let ty = metric.map_or(Type::Number, |metric| metric.value.ty);
        let home = self.home(id).unwrap_or(self.elsewhere());
        self.write(self.book.metric(id), home, dax, Kind::Metric(id), hidden, ty)
    }

    /// The table of the metric's first leaf.
    fn home(&self, id: MetricId) -> Option<TableId> {
        let mut found = None;
        let mut named = Vec::new();
        visit_scalar(self.plan.metrics.get(id.0 as usize)?, &mut |node| match node {
            Node::Scalar(Scalar { kind: ScalarKind::Aggregate(aggregate), .. })
                if found.is_none() && named.is_empty() =>
            {
                found = Some(aggregate.rows.table);
            }
            Node::Scalar(Scalar { kind: ScalarKind::Metric(other), .. }) if found.is_none() => named.push(*other),
            _ => {}
        });
        found.or_else(|| named.into_iter().find_map(|other| self.home(other)))
    }

    fn count(&self, id: SegmentId, dax: &Dax) -> Measure {
        let home = self.plan.segments.get(id.0 as usize).map_or(self.elsewhere(), |segment| segment.table);
        let hidden = !self.model.segment(id).is_some_and(|segment| segment.head.about.is_shown());
        self.write(self.book.segment_count(id), home, dax, Kind::SegmentCount(id), hidden, Type::Integer)
    }

    fn helper(&self, helper: Helper, dax: &Dax) -> Measure {
        let (home, ty) = match helper {
            Helper::Filter(id) => (self.model.filter(id).map(|filter| filter.table), Type::Boolean),
            Helper::Segment(id) => (self.plan.segments.get(id.0 as usize).map(|s| s.table), Type::Boolean),
            Helper::Policy(id) => (self.plan.policies.get(id.0 as usize).map(|p| p.table), Type::Boolean),
            Helper::Resolve(id) => (self.plan.resolves.get(id.0 as usize).map(|r| r.table), Type::Text),
        };
        self.write(self.book.helper(helper), home.unwrap_or(self.elsewhere()), dax, Kind::Helper(helper), true, ty)
    }

    /// Where a measure stands that reads no table: with the calendar.
    fn elsewhere(&self) -> TableId {
        self.model.gold.calendar.as_ref().map_or(TableId(0), |calendar| calendar.table)
    }

    fn write(&self, name: &str, home: TableId, dax: &Dax, kind: Kind, hidden: bool, ty: Type) -> Measure {
        let Named { columns, tables, activates } = Named::of([dax]);
        let (name, dax) = (name.to_owned(), print(self.names, dax));
        Measure { name, home, dax, hidden, kind, ty, columns, tables, activates }
    }
}

/// What an expression names, in order of first mention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    pub columns: Vec<ColumnId>,
    pub tables: Vec<TableId>,
    /// The dates whose inactive relationship to the calendar it uses.
    pub activates: Vec<ColumnId>,
}

impl Named {
    pub(super) fn of<'d>(all: impl IntoIterator<Item = &'d Dax>) -> Named {
        let mut named = Named::default();
        all.into_iter().for_each(|dax| dax.walk(&mut |node| named.note(node)));
        named
    }

    fn note(&mut self, node: &Dax) {
        match node {
            Dax::Column(id) => add(&mut self.columns, *id),
            Dax::Table(id) => add(&mut self.tables, *id),
            Dax::Call { function: "USERELATIONSHIP", arguments } => {
                if let Some(Dax::Column(date)) = arguments.first() {
                    add(&mut self.activates, *date);
                }
            }
            _ => {}
        }
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
