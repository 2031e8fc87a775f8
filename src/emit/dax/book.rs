//! What every measure is called, decided before any is written so that they can name each other.
//!
//! A metric's measure has the metric's label, a segment's count the segment's. Measures that no
//! reader sees say what they are for: `Filter active`, `Segment high value`.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use indexmap::IndexSet;

use crate::emit::names::{object_name, words};
use crate::gold::text::capital;
use crate::gold::{ColumnId, Gold, TableId};
use crate::model::{FilterId, MetricId, Model, SegmentId};
use crate::plan::tree::{Condition, Plan, PolicyPlan, ResolvePlanId, Scalar, ScalarKind};

use super::Helper;
use super::meeting::Meeting;
use super::reads::Reads;
use super::variables;
use super::visit::{Node, visit_condition, visit_scalar};

/// The last day the data is complete to.
pub const AS_OF: &str = "As of";
/// The first and the last day of the period at hand; the last is blank exactly where there is no value.
pub const PERIOD_START: &str = "Period start";
/// As [`PERIOD_START`], of the last day.
pub const PERIOD_END: &str = "Period end";
/// The measure that the query of an expectation defines: 1 where it is broken.
pub const BROKEN: &str = "Broken expectation";
/// What no measure of a project may be called.
pub const OWN: [&str; 4] = [AS_OF, PERIOD_START, PERIOD_END, BROKEN];

/// The names of all measures a project may need.
#[derive(Debug, Clone, Default)]
pub struct Book {
    metrics: Vec<String>,
    segments: Vec<String>,
    filter_helpers: Vec<String>,
    segment_helpers: Vec<String>,
    policy_helpers: Vec<String>,
    resolve_helpers: Vec<String>,
    taken: BTreeSet<String>,
    filtered: BTreeSet<ColumnId>,
    meeting: Meeting,
    /// Whether a calendar filter reaches a table, by its id.
    dated: Vec<bool>,
    /// What each filter reads of its row where no row is around.
    filter_reads: Vec<OnceLock<Reads>>,
}

impl Book {
    /// Labels first, as they are; helpers get a number where their name is taken.
    pub fn new(model: &Model, plan: &Plan) -> Self {
        let mut taken = Taken::new(&model.gold);
        let metrics = model.metrics.iter().map(|metric| object_name(&metric.head.label)).collect::<Vec<_>>();
        let segments = model.segments.iter().map(|segment| object_name(&segment.head.label)).collect::<Vec<_>>();
        taken.names.extend(metrics.iter().chain(&segments).map(|name| name.to_lowercase()));
        let filters = model.filters.iter().map(|filter| format!("Filter {}", words(&filter.head.name)));
        let members = model.segments.iter().map(|segment| format!("Segment {}", words(&segment.head.name)));
        let policies = plan.policies.iter().map(|policy| policy_name(model, policy));
        let resolves = (0..plan.resolves.len()).map(|at| resolve_name(model, plan, ResolvePlanId(at as u32)));
        Self {
            filter_helpers: filters.map(|name| taken.take(&name)).collect(),
            segment_helpers: members.map(|name| taken.take(&name)).collect(),
            policy_helpers: policies.map(|name| taken.take(&name)).collect(),
            resolve_helpers: resolves.map(|name| taken.take(&name)).collect(),
            metrics,
            segments,
            taken: variables::taken(&model.gold),
            filtered: filtered(plan),
            meeting: Meeting::of(model, plan),
            dated: (0..model.gold.tables.len()).map(|at| leads_to_dates(&model.gold, TableId(at as u32))).collect(),
            filter_reads: plan.filters.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Whether a view, a named filter or `m where` sets a filter on the column, which readers may not see.
    pub fn is_filtered(&self, column: ColumnId) -> bool {
        self.filtered.contains(&column)
    }

    /// Whether a calendar filter reaches the table, over its own active date or that of a table it leads to.
    pub fn calendar_filters(&self, table: TableId) -> bool {
        self.dated.get(table.0 as usize).copied().unwrap_or(false)
    }

    /// Which definitions ask a row for rows that only meet it.
    pub(super) fn meeting(&self) -> &Meeting {
        &self.meeting
    }

    /// The place for what a filter reads, once it is known.
    pub(super) fn filter_reads(&self, id: FilterId) -> Option<&OnceLock<Reads>> {
        self.filter_reads.get(id.0 as usize)
    }

    /// What no variable may be called, in lower case.
    pub fn taken(&self) -> &BTreeSet<String> {
        &self.taken
    }

    /// The metric's measure.
    pub fn metric(&self, id: MetricId) -> &str {
        name(&self.metrics, id.0)
    }

    /// The measure that counts a segment's members.
    pub fn segment_count(&self, id: SegmentId) -> &str {
        name(&self.segments, id.0)
    }

    /// A measure that no reader sees.
    pub fn helper(&self, helper: Helper) -> &str {
        match helper {
            Helper::Filter(id) => name(&self.filter_helpers, id.0),
            Helper::Segment(id) => name(&self.segment_helpers, id.0),
            Helper::Policy(id) => name(&self.policy_helpers, id.0),
            Helper::Resolve(id) => name(&self.resolve_helpers, id.0),
        }
    }
}

fn name(names: &[String], at: u32) -> &str {
    names.get(at as usize).map_or("", String::as_str)
}

fn leads_to_dates(gold: &Gold, table: TableId) -> bool {
    let dated = gold.tables.iter().zip(0..).filter(|(table, _)| table.date.is_some());
    dated.map(|(_, at)| TableId(at)).any(|dated| gold.active_path(table, dated).is_some())
}

/// Names in use, without regard to case: those of measures and of all columns.
struct Taken {
    names: IndexSet<String>,
}

impl Taken {
    fn new(gold: &Gold) -> Self {
        let label = |column: &crate::gold::Column| column.label.as_ref().unwrap_or(&column.name).to_lowercase();
        let columns = gold.tables.iter().flat_map(|table| &table.columns).map(label);
        Self { names: columns.chain(OWN.map(str::to_lowercase)).collect() }
    }

    fn take(&mut self, wanted: &str) -> String {
        let wanted = object_name(wanted);
        let numbered = (2..).map(|n| format!("{wanted} {n}"));
        let mut free = std::iter::once(wanted.clone()).chain(numbered);
        let found = free.find(|name| self.names.insert(name.to_lowercase()));
        found.unwrap_or(wanted)
    }
}

fn policy_name(model: &Model, policy: &PolicyPlan) -> String {
    let name = model.policy(policy.id).map_or("", |policy| &policy.head.name);
    format!("Policy {} {}", words(name), words(&policy.channel))
}

/// The columns of the row itself in what may stand as a filter on its table.
fn filtered(plan: &Plan) -> BTreeSet<ColumnId> {
    let mut conditions: Vec<&Condition> = plan.filters.iter().collect();
    conditions.extend(plan.views.iter().flat_map(|view| &view.filters).map(|(_, condition)| condition));
    for metric in &plan.metrics {
        visit_scalar(metric, &mut |node| {
            if let Node::Scalar(Scalar { kind: ScalarKind::Restricted { condition, .. }, .. }) = node {
                conditions.push(condition);
            }
        });
    }
    let mut found = BTreeSet::new();
    for condition in conditions {
        visit_condition(condition, &mut |node| {
            if let Node::Scalar(Scalar { kind: ScalarKind::Column(column), .. }) = node
                && column.path.is_empty()
            {
                found.insert(column.column);
            }
        });
    }
    found
}

/// The resolve with the purpose and channel of the first policy that asks for it.
fn resolve_name(model: &Model, plan: &Plan, id: ResolvePlanId) -> String {
    let resolve = plan.resolves.get(id.0 as usize).and_then(|resolve| model.resolve(resolve.id));
    let name = capital(&words(resolve.map_or("", |resolve| &resolve.head.name)));
    let asks = |policy: &&PolicyPlan| policy.rules.iter().any(|rule| asks_for(&rule.condition, id));
    match plan.policies.iter().find(asks) {
        Some(policy) => format!("{name} {} {}", words(&policy.purpose), words(&policy.channel)),
        None => name,
    }
}

fn asks_for(condition: &Condition, id: ResolvePlanId) -> bool {
    let mut found = false;
    visit_condition(condition, &mut |node| {
        found |=
            matches!(node, Node::Scalar(Scalar { kind: ScalarKind::Resolve { id: asked, .. }, .. }) if *asked == id);
    });
    found
}
