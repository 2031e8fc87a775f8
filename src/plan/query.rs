//! What a reader asks: metrics by groups, under filters.

use crate::gold::{ColumnId, Date};
use crate::model::{MetricId, Model, TableFilter, View};

use super::lower::{Lowering, Place, Scope};
use super::tree::{Query, QueryGrain};

/// A query over planned metrics. The names must have been resolved against the model: every leaf of
/// every metric reaches the groups, each filter is on columns of one table.
pub fn query(
    model: &Model,
    metrics: Vec<MetricId>,
    groups: Vec<ColumnId>,
    grain: Option<&str>,
    filters: &[TableFilter],
    as_of: Option<Date>,
) -> Query {
    let mut lowering = Lowering::new(model);
    lowering.number_policies();
    lowering.asked(metrics, groups, grain, filters, as_of)
}

impl Lowering<'_> {
    pub(super) fn view(&mut self, view: &View) -> Query {
        self.asked(view.metrics.clone(), view.groups.clone(), view.grain.as_deref(), &view.filters, None)
    }

    fn asked(
        &mut self,
        metrics: Vec<MetricId>,
        groups: Vec<ColumnId>,
        grain: Option<&str>,
        filters: &[TableFilter],
        as_of: Option<Date>,
    ) -> Query {
        let calendar = self.gold().calendar.as_ref();
        let grain = grain.and_then(|name| {
            let column = *calendar?.grains.get(name)?;
            Some(QueryGrain { name: name.to_owned(), column })
        });
        let day_table = calendar.map(|calendar| calendar.table);
        let mut query = Query { metrics, groups, grain, as_of, ..Query::default() };
        for filter in filters {
            let scope = Scope::new(None, &None, Place::Used).seeking(filter.table);
            let condition = self.condition(&filter.condition, scope);
            match Some(filter.table) == day_table {
                true => query.calendar.push(condition),
                false => query.filters.push((filter.table, condition)),
            }
        }
        query
    }
}
