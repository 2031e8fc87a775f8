//! Grouping: one value of a metric for each combination of values and unit of time.

use std::collections::BTreeMap;

use carat::gold::{ColumnId, Date, TableId};
use carat::model::{Expr, TableFilter};

use super::Judge;
use super::context::{Context, Filter, Period, Test};
use super::value::{Value, equal};

/// What a reader asks: columns to group by, a grain, values picked of columns, conditions on tables.
#[derive(Debug, Clone, Default)]
pub struct Slice {
    pub groups: Vec<ColumnId>,
    pub grain: Option<Grain>,
    /// A column and the values it may have, missing among them; on the calendar it picks days.
    pub picks: Vec<(ColumnId, Vec<Value>)>,
    /// A view's own filters, each on columns of one table.
    pub conditions: Vec<TableFilter>,
}

/// A calendar column whose values are the units.
#[derive(Debug, Clone)]
pub struct Grain {
    pub name: String,
    pub column: ColumnId,
}

/// A combination of group values, then the unit if there is a grain, and the context it makes.
pub struct Grouped {
    pub key: Vec<Value>,
    /// None where no day is left: every metric is missing.
    pub context: Option<Context>,
}

impl Judge<'_> {
    /// Every combination of values and unit, `c = missing` being one; the total where nothing is grouped by.
    pub fn grouping(&self, slice: &Slice) -> Vec<Grouped> {
        let mut combinations = vec![Vec::new()];
        for column in &slice.groups {
            combinations = crossed(&combinations, &self.values_of(*column));
        }
        if let Some(grain) = &slice.grain {
            combinations = crossed(&combinations, &self.units(slice, grain));
        }
        combinations.into_iter().map(|key| self.grouped(slice, key)).collect()
    }

    /// The value of a metric in a slice's cell.
    pub fn value(&self, metric: &Expr, cell: &Grouped) -> Value {
        cell.context.as_ref().map_or(Value::Missing, |context| self.scalar(metric, context))
    }

    fn grouped(&self, slice: &Slice, key: Vec<Value>) -> Grouped {
        let groups = slice.groups.iter().zip(&key);
        let own = groups.map(|(column, value)| one_of(*column, vec![value.clone()]));
        let filters: Vec<Filter> = self.filters_of(slice).chain(own).collect();
        let unit = slice.grain.as_ref().map(|grain| (grain.column, key[key.len() - 1].clone()));
        let period = self.period_of(slice, unit);
        Grouped { key, context: period.map(|period| Context::of_reader(period, filters)) }
    }

    /// `F`: what the reader picked of tables other than the calendar.
    fn filters_of(&self, slice: &Slice) -> impl Iterator<Item = Filter> {
        let picks = slice.picks.iter().filter(|(column, _)| !self.is_calendar(column.table));
        let picks = picks.map(|(column, values)| one_of(*column, values.clone()));
        let conditions = slice.conditions.iter().filter(|one| !self.is_calendar(one.table));
        picks.chain(
            conditions.map(|one| Filter { table: one.table, test: Test::Condition(one.condition.clone().into()) }),
        )
    }

    fn is_calendar(&self, table: TableId) -> bool {
        self.model.gold.calendar.as_ref().is_some_and(|calendar| calendar.day.table == table)
    }

    /// The days up to the as-of date that the reader picked, in the unit.
    fn period_of(&self, slice: &Slice, unit: Option<(ColumnId, Value)>) -> Option<Period> {
        let unit = unit.map(|(column, value)| (column, vec![value]));
        let picks = slice.picks.iter().filter(|(column, _)| self.is_calendar(column.table)).cloned();
        let picks: Vec<_> = picks.chain(unit).collect();
        self.period(|row, _| {
            picks.iter().all(|(column, values)| values.iter().any(|one| equal(one, &self.cell(*column, row))))
        })
    }

    /// The different values of a column, missing last.
    pub fn values_of(&self, column: ColumnId) -> Vec<Value> {
        let cells = (0..self.data.rows(column.table)).map(|row| self.cell(column, row));
        let different: BTreeMap<String, Value> = cells.filter_map(|value| Some((value.identity()?, value))).collect();
        different.into_values().chain([Value::Missing]).collect()
    }

    fn units(&self, slice: &Slice, grain: &Grain) -> Vec<Value> {
        let all = Slice { groups: vec![], grain: None, ..slice.clone() };
        let days: Vec<Date> = self.period_of(&all, None).map_or_else(Vec::new, |period| period.days().to_vec());
        let Some(calendar) = &self.model.gold.calendar else { return Vec::new() };
        let rows = (0..self.data.rows(calendar.day.table))
            .filter(|row| self.cell(calendar.day, *row).date().is_some_and(|day| days.binary_search(&day).is_ok()));
        let different: BTreeMap<String, Value> =
            rows.map(|row| self.cell(grain.column, row)).filter_map(|unit| Some((unit.identity()?, unit))).collect();
        different.into_values().collect()
    }
}

/// A reader's filter: the column is one of these values, missing among them.
pub fn one_of(column: ColumnId, values: Vec<Value>) -> Filter {
    Filter { table: column.table, test: Test::OneOf(column, values) }
}

fn crossed(combinations: &[Vec<Value>], values: &[Value]) -> Vec<Vec<Value>> {
    let longer = |combination: &Vec<Value>, value: &Value| combination.iter().chain([value]).cloned().collect();
    combinations.iter().flat_map(|one| values.iter().map(move |value| longer(one, value))).collect()
}
