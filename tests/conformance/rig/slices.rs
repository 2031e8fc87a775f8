//! The slices in which a metric is compared: what a reader of a report would do.

use carat::gold::ColumnId;
use carat::model::{Expr, MetricId, Model};

use super::asked::{Asked, is_calendar};
use super::shape::{groupable, grouping_columns, reader_columns};
use crate::data::Random;
use crate::judge::{Grain, Judge, Slice, Value};

/// Total, by each column, by each grain, by two together, and under filters.
pub fn slices(judge: &Judge, metrics: &[MetricId], random: &mut Random) -> Vec<Asked> {
    let model = judge.model;
    let values: Vec<&Expr> = metrics.iter().filter_map(|id| model.metric(*id)).map(|metric| &metric.value).collect();
    let columns = groupable(model, &values);
    let mut slices = vec![("total", Slice::default())];
    slices.extend(columns.iter().map(|column| ("by a column", by(&[*column], None))));
    slices.extend(grains(model).into_iter().map(|grain| ("by time", by(&[], Some(grain)))));
    slices.extend(pairs(&columns, random).iter().map(|pair| ("by two columns", by(pair, None))));
    slices.extend(crossed(model, &columns, random));
    slices.extend(filtered(judge, &columns, random));
    slices.into_iter().map(|(kind, slice)| Asked { metrics: metrics.to_vec(), slice, kind }).collect()
}

fn by(groups: &[ColumnId], grain: Option<Grain>) -> Slice {
    Slice { groups: groups.to_vec(), grain, ..Slice::default() }
}

/// The grains of the schema but the day, which has too many units to look at.
fn grains(model: &Model) -> Vec<Grain> {
    let grains = model.gold.calendar.iter().flat_map(|calendar| &calendar.grains);
    let all = grains.map(|(name, column)| Grain { name: name.clone(), column: *column });
    all.filter(|grain| grain.name != "day").collect()
}

/// Two pairs at most.
fn pairs(columns: &[ColumnId], random: &mut Random) -> Vec<Vec<ColumnId>> {
    let two = |random: &mut Random| {
        let first = random.below(columns.len());
        let second = (first + 1 + random.below(columns.len() - 1)) % columns.len();
        vec![columns[first], columns[second]]
    };
    if columns.len() < 2 { Vec::new() } else { (0..2).map(|_| two(random)).collect() }
}

/// A column together with time.
fn crossed(model: &Model, columns: &[ColumnId], random: &mut Random) -> Vec<(&'static str, Slice)> {
    let (grains, columns) = (grains(model), columns.to_vec());
    if grains.is_empty() || columns.is_empty() {
        return Vec::new();
    }
    vec![("by a column and time", by(&[*random.pick(&columns)], Some(random.pick(&grains).clone())))]
}

/// Totals and one grouping under what a reader may pick.
fn filtered(judge: &Judge, columns: &[ColumnId], random: &mut Random) -> Vec<(&'static str, Slice)> {
    let model = judge.model;
    let groups: Vec<ColumnId> = if columns.is_empty() { vec![] } else { vec![*random.pick(columns)] };
    let picks = picks(judge, &reader_columns(model), random);
    let total = picks.iter().map(|(kind, picks)| (*kind, Slice { picks: picks.clone(), ..Slice::default() }));
    let mut slices: Vec<_> = total.collect();
    let (kind, picks) = random.pick(&picks).clone();
    slices.push((kind, Slice { picks, ..by(&groups, None) }));
    let grains = grains(model);
    if !grains.is_empty() {
        let pick = picks_of_time(judge, random);
        slices.push(("under a picked time", Slice { picks: pick, ..by(&groups, Some(random.pick(&grains).clone())) }));
    }
    slices
}

type Picks = Vec<(ColumnId, Vec<Value>)>;

fn picks(judge: &Judge, columns: &[ColumnId], random: &mut Random) -> Vec<(&'static str, Picks)> {
    if columns.is_empty() {
        return vec![("under a picked time", picks_of_time(judge, random))];
    }
    let column = |random: &mut Random| *random.pick(columns);
    let (one, several, missing, other) = (column(random), column(random), column(random), column(random));
    let value = |column, random: &mut Random| some_of(judge, column, 1, random);
    vec![
        ("under a value", vec![(one, value(one, random))]),
        ("under several values", vec![(several, some_of(judge, several, 3, random))]),
        ("under missing", vec![(missing, vec![Value::Missing])]),
        ("under two filters", vec![(other, some_of(judge, other, 2, random)), (column(random), value(other, random))]),
        ("under an empty combination", vec![(one, vec![nowhere(judge.model, one)])]),
        ("under a picked time", picks_of_time(judge, random)),
        ("under a picked time", picks_of_time(judge, random)),
    ]
    .into_iter()
    .map(|(kind, picks)| (kind, distinct(judge, picks, random)))
    .collect()
}

/// Two picks on one column, or values of another column, would not be what a reader can do.
fn distinct(judge: &Judge, picks: Picks, random: &mut Random) -> Picks {
    let mut kept: Picks = Vec::new();
    for (column, values) in picks {
        if !kept.iter().any(|(other, _)| *other == column) {
            let values = if kept.is_empty() { values } else { some_of(judge, column, 2, random) };
            kept.push((column, values));
        }
    }
    kept
}

/// A calendar column that readers see, and one or two of its values: also what leaves gaps.
fn picks_of_time(judge: &Judge, random: &mut Random) -> Picks {
    let Some(calendar) = &judge.model.gold.calendar else { return Vec::new() };
    let columns = grouping_columns(judge.model, calendar.day.table);
    let columns: Vec<ColumnId> = columns.into_iter().filter(|column| *column != calendar.day).collect();
    if columns.is_empty() {
        return Vec::new();
    }
    let column = *random.pick(&columns);
    let wanted = 1 + random.below(2);
    vec![(column, some_of(judge, column, wanted, random))]
}

fn some_of(judge: &Judge, column: ColumnId, wanted: usize, random: &mut Random) -> Vec<Value> {
    let values: Vec<Value> = judge.values_of(column).into_iter().filter(|value| !value.is_missing()).collect();
    if values.is_empty() {
        return vec![nowhere(judge.model, column)];
    }
    let mut chosen: Vec<Value> = (0..wanted).map(|_| random.pick(&values).clone()).collect();
    chosen.dedup();
    chosen
}

/// A value that no row has.
fn nowhere(model: &Model, column: ColumnId) -> Value {
    use carat::gold::{Date, Type};
    match model.gold.column(column).map(|column| column.ty) {
        Some(Type::Integer) => Value::Integer(-77),
        Some(Type::Money) => Value::Money(-77),
        Some(Type::Number) => Value::Number(-77.0),
        Some(Type::Boolean) => Value::Boolean(true),
        Some(Type::Date) => Value::Date(Date(0)),
        _ if is_calendar(model, column.table) => Value::Text("never".into()),
        _ => Value::Text("nowhere".into()),
    }
}
