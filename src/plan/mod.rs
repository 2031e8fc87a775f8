//! Model -> plan: what a number means is decided here, once, for every target.
//!
//! | decided | where |
//! |---|---|
//! | the days of a window | `window`, [`tree::Condition::Within`], [`tree::Condition::InPeriod`] |
//! | what "missing" and "nothing" become | `absence`, [`tree::Absence`] on every scalar |
//! | what is there in groups of no row | [`is_beyond`] |
//! | for what a reader takes 0 and no value for one | [`is_sparse`] |
//! | how rows meet the row at hand | [`crate::gold::link()`], [`link_of`] |
//! | exact or double | `scalar`, [`tree::ScalarKind::ToNumber`], [`tree::ScalarKind::Rounded`] |
//! | text as it is compared | [`crate::gold::text`]: literals are folded, columns say whether they are |
//! | what refuses where a value ought to be there and is not | `doubt` |
//! | policies and resolves of one purpose and channel | `policy`, [`tree::PolicyPlan`], [`tree::ResolvePlan`] |
//!
//! Targets print the tree; none asks the model what a construct means.

mod absence;
mod beyond;
mod condition;
mod decimals;
mod doubt;
mod lower;
mod moved;
mod owner;
mod policy;
mod query;
mod reads;
mod rows;
mod scalar;
mod settled;
#[cfg(test)]
mod tests;
pub mod tree;
mod window;

pub use absence::is_sparse;
pub use beyond::is_beyond;
pub use query::query;
pub use rows::link_of;

use std::collections::HashSet;

use crate::gold::{Calendar, ColumnId, Type};
use crate::model::{Definition, FilterId, Literal, MetricId, Model};

use lower::{Lowering, Place, Scope};
use tree::{Absence, CheckSlice, Condition, ExpectationPlan, Plan, Scalar, ScalarKind, SegmentPlan};

/// Plans a whole project. The model must be free of errors; what is broken in it becomes false or 0.
pub fn plan(model: &Model) -> Plan {
    let mut lowering = Lowering::new(model);
    lowering.number_policies();
    lowering.definitions();
    lowering.lower_policies();
    lowering.segments();
    lowering.plan.views = model.views.iter().map(|view| lowering.view(view)).collect();
    lowering.expectations();
    lowering.plan
}

impl Lowering<'_> {
    /// Metrics and filters, each after what it names.
    fn definitions(&mut self) {
        let model = self.model;
        self.plan.metrics = model.metrics.iter().map(|metric| nothing(metric.value.ty)).collect();
        self.plan.filters = vec![Condition::False; model.filters.len()];
        let expected = self.expected();
        for definition in model.in_order() {
            match *definition {
                Definition::Metric(id) => {
                    self.lower_metric(id, model.is_named(*definition) || expected.contains(definition));
                }
                Definition::Filter(id) => self.lower_filter(id),
                _ => {}
            }
        }
    }

    /// The definitions that an expectation is computed from.
    fn expected(&self) -> HashSet<Definition> {
        self.model.expectations.iter().flat_map(|expectation| expectation.condition.names()).collect()
    }

    fn lower_metric(&mut self, id: MetricId, is_named: bool) {
        let (at, Some(metric)) = (id.0 as usize, self.model.metric(id)) else { return };
        let reads = self.reads_period(&metric.value);
        let share = self.is_share(&metric.value);
        let scope = Scope::new(None, &None, Place::Shown);
        let value = self.scalar(&metric.value, scope);
        let differs = is_named && value != self.scalar(&metric.value, scope.used());
        set(&mut self.metric_reads_period, at, reads);
        set(&mut self.metric_is_share, at, share);
        set(&mut self.metric_differs_in_use, at, differs);
        set(&mut self.plan.metrics, at, value);
    }

    fn lower_filter(&mut self, id: FilterId) {
        let (at, Some(filter)) = (id.0 as usize, self.model.filter(id)) else { return };
        let reads = self.reads_period(&filter.condition);
        let scope = Scope::new(Some(filter.table), &None, Place::Used);
        let condition = self.condition(&filter.condition, scope);
        set(&mut self.filter_reads_period, at, reads);
        set(&mut self.plan.filters, at, condition);
    }

    fn segments(&mut self) {
        for segment in &self.model.segments {
            let scope = Scope::new(Some(segment.table), &None, Place::Used);
            let condition = self.condition(&segment.condition, scope);
            let channels = segment.activation.iter().flat_map(|activation| &activation.channels);
            let instance =
                |c: &crate::model::ActivationChannel| self.policies.get(&(c.policy, Self::folded(&c.channel))).copied();
            let channels = channels.filter_map(instance).collect();
            self.plan.segments.push(SegmentPlan { table: segment.table, condition, channels });
        }
    }

    fn expectations(&mut self) {
        for expectation in &self.model.expectations {
            let scope = Scope::new(None, &None, Place::Used);
            let condition = self.condition(&expectation.condition, scope);
            let (name, slices) = (expectation.name.clone(), self.slices(&expectation.groups));
            let metrics = expectation.condition.metrics_of_no_row();
            self.plan.expectations.push(ExpectationPlan { name, condition, metrics, slices });
        }
    }

    /// The total and every month, then each group in both: `by` adds groups and takes no check away. There are no
    /// months where there is no calendar.
    fn slices(&self, groups: &[ColumnId]) -> Vec<CheckSlice> {
        let month = self.gold().calendar.as_ref().and_then(Calendar::months);
        let of = |groups: &[ColumnId]| {
            let slice = |grain| CheckSlice { groups: groups.to_vec(), grain };
            std::iter::once(slice(None)).chain(month.map(|month| slice(Some(month)))).collect::<Vec<_>>()
        };
        let by_groups = (!groups.is_empty()).then(|| of(groups));
        of(&[]).into_iter().chain(by_groups.into_iter().flatten()).collect()
    }
}

/// Stands for a definition until it is lowered.
fn nothing(ty: Type) -> Scalar {
    Scalar { kind: ScalarKind::Literal(Literal::Integer(0)), ty, absence: Absence::Missing }
}

fn set<T>(all: &mut [T], at: usize, value: T) {
    if let Some(slot) = all.get_mut(at) {
        *slot = value;
    }
}
