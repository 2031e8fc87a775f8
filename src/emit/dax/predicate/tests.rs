//! Where a test for presence is written, and where not.

use super::*;
use crate::emit::dax::book::Book;
use crate::emit::dax::print::print;
use crate::emit::names::Names;
use crate::gold::{Column, ColumnId, Date, Gold, Sensitivity, Table, TableId, Type};
use crate::model::Model;
use crate::plan::tree::{self, Plan};
use crate::source::{FileId, Span};

const TYPES: [Type; 4] = [Type::Integer, Type::Text, Type::Boolean, Type::Date];

fn column(name: &str, ty: Type) -> Column {
    Column {
        name: name.to_owned(),
        ty,
        nullable: true,
        normalised: true,
        label: None,
        about: None,
        group: false,
        values: Vec::new(),
        sort: None,
        sensitivity: Sensitivity::Public,
        from: Vec::new(),
        span: span(),
    }
}

fn span() -> Span {
    Span::new(FileId(0), 0, 0)
}

/// One table `T` with a column of each type that may be missing: `n`, `t`, `b`, `d`.
fn model() -> Model {
    let columns = ["n", "t", "b", "d"].into_iter().zip(TYPES).map(|(name, ty)| column(name, ty)).collect();
    let table = Table {
        name: "t".to_owned(),
        schema: "gold".to_owned(),
        physical: "t".to_owned(),
        label: "T".to_owned(),
        about: None,
        key: Vec::new(),
        columns,
        date: None,
        other_dates: Vec::new(),
        span: span(),
    };
    Model { gold: Gold { tables: vec![table], ..Gold::default() }, ..Model::default() }
}

fn value(index: u32, absence: Absence) -> Scalar {
    let column = ColumnId { table: TableId(0), index };
    let kind = ScalarKind::Column(tree::Column { path: Vec::new(), column, fold: false });
    Scalar { kind, ty: TYPES[index as usize], absence }
}

fn literal(literal: Literal) -> Scalar {
    let ty = match literal {
        Literal::Text(_) => Type::Text,
        Literal::Boolean(_) => Type::Boolean,
        Literal::Date(_) => Type::Date,
        _ => Type::Integer,
    };
    Scalar { kind: ScalarKind::Literal(literal), ty, absence: Absence::Never }
}

fn text(condition: &Condition) -> String {
    let (model, plan, book) = (model(), Plan::default(), Book::default());
    let mut lower = Lower::new(&model, &plan, &book);
    let dax = lower.measure(None, |lower| lower.condition(condition, Place::in_filter(TableId(0))));
    print(&Names::new(&model.gold), &dax)
}

fn compared(left: Scalar, operator: CompareOp, right: Literal) -> String {
    text(&Condition::Compare { operator, left, right: literal(right) })
}

#[test]
fn presence_is_tested_exactly_where_blank_would_pass() {
    let number = |operator, k| compared(value(0, Absence::Missing), operator, Literal::Integer(k));
    assert_eq!(number(CompareOp::Equal, 5), "'T'[n] = 5");
    assert_eq!(number(CompareOp::Equal, 0), "'T'[n] == 0");
    assert_eq!(number(CompareOp::NotEqual, 5), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] <> 5");
    assert_eq!(number(CompareOp::NotEqual, 0), "'T'[n] <> 0");
    assert_eq!(number(CompareOp::Less, 5), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] < 5");
    assert_eq!(number(CompareOp::Less, 0), "'T'[n] < 0");
    assert_eq!(number(CompareOp::LessOrEqual, -1), "'T'[n] <= -1");
    assert_eq!(number(CompareOp::LessOrEqual, 0), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] <= 0");
    assert_eq!(number(CompareOp::Greater, -1), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] > -1");
    assert_eq!(number(CompareOp::Greater, 0), "'T'[n] > 0");
    assert_eq!(number(CompareOp::GreaterOrEqual, 1), "'T'[n] >= 1");
    assert_eq!(number(CompareOp::GreaterOrEqual, 0), "NOT ISBLANK ( 'T'[n] ) && 'T'[n] >= 0");
}

#[test]
fn a_flag_that_may_be_missing_is_neither_true_nor_false() {
    let flag = |operator, wanted| compared(value(2, Absence::Missing), operator, Literal::Boolean(wanted));
    assert_eq!(flag(CompareOp::Equal, false), "'T'[b] == FALSE ()");
    assert_eq!(flag(CompareOp::Equal, true), "'T'[b] = TRUE ()");
    assert_eq!(flag(CompareOp::NotEqual, true), "'T'[b] == FALSE ()");
    assert_eq!(flag(CompareOp::NotEqual, false), "'T'[b] = TRUE ()");
}

#[test]
fn a_column_that_is_always_there_is_never_tested() {
    let there = || value(3, Absence::Never);
    let day = Date::parse("2025-01-01").unwrap();
    assert_eq!(compared(there(), CompareOp::Less, Literal::Date(day)), "'T'[d] < DATE ( 2025, 1, 1 )");
}

#[test]
fn in_needs_no_test_and_its_negation_does() {
    let values = ["a", "b"].map(|one| Literal::Text(one.to_owned())).to_vec();
    let asked = |negated| Condition::In { value: value(1, Absence::Missing), values: values.clone(), negated };
    assert_eq!(text(&asked(false)), "'T'[t] IN { \"a\", \"b\" }");
    assert_eq!(text(&asked(true)), "NOT ISBLANK ( 'T'[t] ) && NOT ( 'T'[t] IN { \"a\", \"b\" } )");
}

#[test]
fn the_opposite_of_a_guarded_comparison_lets_the_missing_in() {
    let late = Condition::Compare {
        operator: CompareOp::Less,
        left: value(0, Absence::Missing),
        right: literal(Literal::Integer(5)),
    };
    assert_eq!(text(&Condition::Not(Box::new(late))), "ISBLANK ( 'T'[n] ) || 'T'[n] >= 5");
}

#[test]
fn wildcards_are_taken_as_they_stand() {
    let contains = Condition::Contains { value: value(1, Absence::Missing), text: "5*~".to_owned() };
    assert_eq!(text(&contains), "CONTAINSSTRING ( 'T'[t], \"5~*~~\" )");
}

fn full_months(to: Scalar, operator: CompareOp) -> String {
    let months = ScalarKind::FullMonths(Box::new(value(3, Absence::Missing)), Box::new(to));
    let left = Scalar { kind: months, ty: Type::Integer, absence: Absence::Missing };
    compared(left, operator, Literal::Integer(12)).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// EDATE fails beyond 9999 and before 1900, for the whole measure, whatever is tested beside it.
#[test]
fn no_date_is_moved_by_months_to_where_there_are_none() {
    let end = Scalar { kind: ScalarKind::Day(Day::End), ty: Type::Date, absence: Absence::Never };
    let moved = "EDATE ( 'T'[d], IF ( 'T'[d] < DATE ( 9000, 1, 1 ), 12, 0 ) ) <= PeriodEnd";
    assert!(full_months(end, CompareOp::GreaterOrEqual).ends_with(moved));
    let day = literal(Literal::Date(Date::parse("2025-01-01").unwrap()));
    let passed = "- IF ( 'T'[d] <= DATE ( 2025, 1, 1 ), \
        IF ( EDATE ( 'T'[d], DATEDIFF ( 'T'[d], DATE ( 2025, 1, 1 ), MONTH ) ) > DATE ( 2025, 1, 1 ), 1, 0 ), \
        IF ( EDATE ( DATE ( 2025, 1, 1 ), DATEDIFF ( DATE ( 2025, 1, 1 ), 'T'[d], MONTH ) ) > 'T'[d], -1, 0 ) )";
    let compared = full_months(day, CompareOp::GreaterOrEqual);
    assert!(compared.contains(passed), "{compared}");
}

/// The reading of `full_months` that `months_apart` relies on, by brute force.
#[test]
fn whole_months_are_reached_exactly_where_the_moved_day_is() {
    let boundaries = |from: Date, to: Date| {
        let index = |(year, month, _): (i32, u32, u32)| year * 12 + month as i32;
        index(to.ymd()) - index(from.ymd())
    };
    let elapsed = |from: Date, to: Date| {
        let months = boundaries(from, to);
        months - i32::from(from.plus_months(months) > to)
    };
    let first = Date::parse("2023-12-25").unwrap();
    for (a, b) in (0..480).step_by(3).flat_map(|a| (0..480).map(move |b| (a, b))) {
        let (from, to) = (first.plus_days(a), first.plus_days(b));
        let full = if from <= to { elapsed(from, to) } else { -elapsed(to, from) };
        for months in [1, 2, 11, 12, 13] {
            assert_eq!(full >= months, from.plus_months(months) <= to, "{from} {to} {months}");
        }
    }
}
