//! The state of lowering a model: what is lowered already, and for which purpose and channel.

use indexmap::IndexMap;

use crate::gold::{Gold, TableId, Type};
use crate::model::{Expr, ExprKind, MetricId, Model, PathColumn, PolicyId, ResolveId};

use super::tree::{Absence, Column, Plan, PolicyPlanId, ResolvePlanId, Scalar, ScalarKind};
use crate::gold::text::fold;

/// What a policy or resolve was asked for: purpose and channel, both folded.
pub(super) type Asked = Option<(String, String)>;

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The table of the row at hand.
    pub hand: Option<TableId>,
    pub asked: &'a Asked,
    pub place: Place,
    pub row: Row,
    pub unknown: Unknown,
}

/// Whether there is a row at hand at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// It is one of its table's rows.
    Found,
    /// A filter from outside is asked of whatever row a fact leads to: its columns are missing where
    /// the fact leads to nobody (rule R25).
    Sought,
    /// It is one of its table's rows, but that its columns are there is not taken from the gold schema.
    Doubted,
}

/// What a condition is where a value that ought to be there is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// A comparison with a missing value is false.
    Fails,
    /// A refusal that cannot be told applies (`doubt`).
    Refuses,
    /// Among the rows that a refusal looks for: one that cannot be told is one of them.
    Found,
}

/// What is done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A reader sees it: absent, BLANK and 0 are one for counts, sums and shares, and groups
    /// without data must stay unlisted.
    Shown,
    /// Something is computed from it: 0 and missing must be told apart.
    Used,
}

impl<'a> Scope<'a> {
    /// At a row of `table`, or at none.
    pub(super) fn new(hand: Option<TableId>, asked: &'a Asked, place: Place) -> Self {
        Self { hand, asked, place, row: Row::Found, unknown: Unknown::Fails }
    }

    pub(super) fn used(self) -> Self {
        Self { place: Place::Used, ..self }
    }

    pub(super) fn at(self, table: TableId) -> Self {
        Self { hand: Some(table), row: Row::Found, ..self.used() }
    }

    pub(super) fn with(self, unknown: Unknown) -> Self {
        Self { unknown, ..self }
    }

    /// For a filter on `table` that facts are asked about.
    pub(super) fn seeking(self, table: TableId) -> Self {
        Self { row: Row::Sought, ..self.at(table) }
    }
}

pub(super) struct Lowering<'m> {
    pub model: &'m Model,
    pub plan: Plan,
    /// What each metric reads of `period of`, by id; the same for filters.
    pub metric_reads_period: Vec<bool>,
    pub filter_reads_period: Vec<bool>,
    /// The metrics that are shares at their root.
    pub metric_is_share: Vec<bool>,
    /// The metrics that are absent where a reader sees them and 0 where they are computed with: shares, counts of
    /// another period. A reference to one is written in full where it is used. Only of those that are named somewhere.
    pub metric_differs_in_use: Vec<bool>,
    pub policies: IndexMap<(PolicyId, String), PolicyPlanId>,
    pub resolves: IndexMap<(ResolveId, Asked), ResolvePlanId>,
}

impl<'m> Lowering<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        Self {
            model,
            plan: Plan::default(),
            metric_reads_period: vec![false; model.metrics.len()],
            filter_reads_period: vec![false; model.filters.len()],
            metric_is_share: vec![false; model.metrics.len()],
            metric_differs_in_use: vec![false; model.metrics.len()],
            policies: IndexMap::new(),
            resolves: IndexMap::new(),
        }
    }

    pub(super) fn gold(&self) -> &'m Gold {
        &self.model.gold
    }

    /// A column of the row at hand or by path. One of another table counts as missing where the
    /// path finds no row, whatever the schema says.
    pub(super) fn column(&self, column: &PathColumn) -> Scalar {
        let found = self.gold().column(column.column);
        let ty = found.map_or(Type::Text, |c| c.ty);
        let nullable = found.is_none_or(|c| c.nullable) || !column.path.is_empty();
        Scalar {
            kind: ScalarKind::Column(self.plan_column(column)),
            ty,
            absence: if nullable { Absence::Missing } else { Absence::Never },
        }
    }

    pub(super) fn plan_column(&self, column: &PathColumn) -> Column {
        let fold = self.gold().column(column.column).is_some_and(|c| c.ty == Type::Text && !c.normalised);
        Column { path: column.path.clone(), column: column.column, fold }
    }

    /// `m / (m ignoring t)`: the part of a whole, which is listed where the part has data.
    pub(super) fn is_share(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Arithmetic { operator: crate::syntax::tree::ArithmeticOp::Divide, left, right } => {
                whole_of(right).is_some_and(|whole| same_metric(left, whole))
            }
            ExprKind::Metric(MetricId(id)) => self.metric_is_share.get(*id as usize).copied().unwrap_or(false),
            ExprKind::Restricted { value, .. }
            | ExprKind::Ignoring { value, .. }
            | ExprKind::Prior { value, .. }
            | ExprKind::Opening(value) => self.is_share(value),
            _ => false,
        }
    }

    pub(super) fn folded(text: &str) -> String {
        fold(text)
    }
}

/// What stands under `ignoring`, several of them included.
fn whole_of(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Ignoring { value, .. } => Some(whole_of(value).unwrap_or(value)),
        _ => None,
    }
}

/// The same metric by name, or the same text of the same aggregate: spans aside, both print alike.
fn same_metric(a: &Expr, b: &Expr) -> bool {
    match (&a.kind, &b.kind) {
        (ExprKind::Metric(a), ExprKind::Metric(b)) => a == b,
        (ExprKind::Aggregate(_), ExprKind::Aggregate(_)) => without_spans(a) == without_spans(b),
        _ => false,
    }
}

fn without_spans(expr: &Expr) -> String {
    let text = format!("{expr:?}");
    text.split("Span {").map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect()
}
