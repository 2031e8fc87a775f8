//! Where an expectation is broken: what the judge says, and the rows of a query.

use std::collections::{BTreeMap, BTreeSet};

use carat::gold::ColumnId;
use carat::model::{Expectation, Expr, ExprKind, Model};

use crate::data::read_value;
use crate::engines::Rows;
use crate::judge::{Context, Grouped, Judge, Slice, Value};

/// Where it is checked: in total and in every month, and each group in both as well.
pub fn slices(judge: &Judge, expectation: &Expectation) -> Vec<Slice> {
    let times = || [None].into_iter().chain(judge.grain("month").map(Some));
    let of = |groups: &[ColumnId]| {
        let slice = |grain| Slice { groups: groups.to_vec(), grain, ..Slice::default() };
        times().map(slice).collect::<Vec<_>>()
    };
    let by_groups = if expectation.groups.is_empty() { vec![] } else { of(&expectation.groups) };
    [of(&[]), by_groups].concat()
}

/// By group and last day, in words: 1 where the expectation is broken, 0 where it holds.
#[derive(Default)]
pub struct Breaches {
    pub expected: BTreeMap<String, i64>,
    /// Groups in which nothing stands but 0: an engine lists those that some row is of, which the judge does not know.
    pub open: BTreeSet<String>,
}

impl Breaches {
    pub fn of(judge: &Judge, expectation: &Expectation, slice: &Slice) -> Breaches {
        let mut all = Breaches::default();
        for cell in judge.grouping(slice) {
            let Some(context) = &cell.context else { continue };
            let (words, broken) =
                (in_words(&cell, slice.groups.len(), context), is_broken(judge, expectation, context));
            match broken && !slice.groups.is_empty() && is_empty(judge, &expectation.condition, context) {
                true => drop(all.open.insert(words)),
                false => drop(all.expected.insert(words, i64::from(broken))),
            }
        }
        all
    }
}

/// Every value that it compares is there, and it does not hold.
pub fn is_broken(judge: &Judge, expectation: &Expectation, context: &Context) -> bool {
    let there = sides(&expectation.condition).iter().all(|one| !judge.scalar(one, context).is_missing());
    there && !judge.condition(&expectation.condition, context)
}

/// None of its values is there and other than 0.
pub fn is_empty(judge: &Judge, condition: &Expr, context: &Context) -> bool {
    let told = |value: Value| !value.is_missing() && value.number() != Some(0.0);
    !values(condition).iter().any(|one| told(judge.scalar(one, context)))
}

fn in_words(cell: &Grouped, groups: usize, context: &Context) -> String {
    let key = cell.key.iter().take(groups).map(Value::identity);
    written(key, &context.period.end().to_string())
}

fn written(key: impl Iterator<Item = Option<String>>, day: &str) -> String {
    let key: Vec<String> = key.map(|value| value.unwrap_or_else(|| "-".into())).chain([day.to_string()]).collect();
    key.join(" / ")
}

/// How often each group and last day stands in a query's rows: its name comes first, then the groups.
pub fn broken_rows(model: &Model, groups: &[ColumnId], rows: &Rows) -> BTreeMap<String, i64> {
    let at = rows.names.iter().position(|one| one == "end_on");
    let mut said = BTreeMap::new();
    for row in &rows.rows {
        let day: String = at.and_then(|at| row[at].clone()).unwrap_or_default().chars().take(10).collect();
        let key = groups.iter().zip(row.iter().skip(1)).map(|(column, text)| {
            let ty = model.gold.column(*column)?.ty;
            read_value(text.as_ref()?, ty)?.or_missing().identity()
        });
        *said.entry(written(key, &day)).or_default() += 1;
    }
    said
}

/// The values that an expectation compares: where one is missing it is not checked.
fn sides(condition: &Expr) -> Vec<&Expr> {
    match &condition.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().flat_map(sides).collect(),
        ExprKind::Not(inner) => sides(inner),
        ExprKind::Compare { left, right, .. } => vec![left, right],
        ExprKind::In { left, .. } => vec![left],
        ExprKind::Between { left, low, high } => vec![left, low, high],
        _ => vec![],
    }
}

/// The values that it speaks of, literals aside: also those it asks whether they are there.
fn values(condition: &Expr) -> Vec<&Expr> {
    let mut found = sides(condition);
    condition.walk(&mut |one| {
        if let ExprKind::IsMissing(value) = &one.kind {
            found.push(value);
        }
    });
    found.retain(|one| !matches!(one.kind, ExprKind::Literal(_)));
    found
}
