//! The laws and traps of the definition of a number on rows a person can check, with definitions built by hand: the
//! judge must not lean on the stages it judges.

use carat::gold::{
    Calendar, Column, ColumnId, Date, Gold, Relationship, RelationshipId, Sensitivity, Table, TableId, Type,
};
use carat::model::*;
use carat::source::{FileId, Span};
use carat::syntax::tree::{ArithmeticOp, CompareOp};

use super::grouping::one_of;
use super::{Context, Judge, Slice, Value};
use crate::data::{Data, rows_of};

const CALENDAR: TableId = TableId(0);
const STATUS: TableId = TableId(1);
const CUSTOMER: TableId = TableId(2);
const LINE: TableId = TableId(3);
const CASE: TableId = TableId(4);

fn span() -> Span {
    Span::new(FileId(0), 0, 0)
}

fn id(table: TableId, index: u32) -> ColumnId {
    ColumnId { table, index }
}

fn table(name: &str, columns: &[(&str, Type)]) -> Table {
    let column = |(name, ty): &(&str, Type)| Column {
        name: name.to_string(),
        ty: *ty,
        nullable: true,
        normalised: false,
        label: None,
        about: None,
        group: true,
        values: vec![],
        sort: None,
        sensitivity: Sensitivity::Public,
        from: vec![],
        span: span(),
    };
    Table {
        name: name.into(),
        schema: "gold".into(),
        physical: name.into(),
        label: name.into(),
        about: None,
        key: vec![],
        columns: columns.iter().map(column).collect(),
        date: None,
        other_dates: vec![],
        span: span(),
    }
}

fn relationship(from: ColumnId, to: ColumnId) -> Relationship {
    Relationship { role: String::new(), from, to, active: true, span: span() }
}

fn gold() -> Gold {
    use Type::{Date as Day, Money, Text};
    let mut tables = vec![
        table("calendar", &[("date", Day)]),
        table("status", &[("as_of", Day)]),
        table("customer", &[("id", Text), ("country", Text)]),
        table("line", &[("id", Text), ("customer", Text), ("day", Day), ("amount", Money)]),
        table("case", &[("id", Text), ("customer", Text), ("opened", Day)]),
    ];
    for at in [0, 2, 3, 4] {
        tables[at].key = vec![id(TableId(at as u32), 0)];
    }
    let relationships = vec![relationship(id(LINE, 1), id(CUSTOMER, 0)), relationship(id(CASE, 1), id(CUSTOMER, 0))];
    let (first, last) = (day("2024-01-01"), day("2026-12-31"));
    let calendar = Calendar { table: CALENDAR, day: id(CALENDAR, 0), first, last, grains: [].into(), span: span() };
    Gold { tables, relationships, calendar: Some(calendar), as_of: Some(id(STATUS, 0)), ..Gold::default() }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

const CUSTOMERS: &str = "id,country\nc1,DE\n\"C2 \",\"\"\nc3,fr\n";
const LINES: &str = "id,customer,day,amount
l1,c1,2025-01-31,10
l2,c1,2025-02-28,20.5
l3,C2,2025-02-28,5
l4,nobody,2025-03-31,7
l5,,2024-02-29,3
l6,c1,,1
l7,c3,2026-11-30,100
l8,c3,2023-12-31,1000
";
const CASES: &str = "id,customer,opened\nk1,c1,2025-02-01\nk2,c3,2025-03-01\nk3,nobody,2025-03-01\n";

fn data(gold: &Gold, as_of: &str) -> Data {
    let mut data = Data::empty(gold);
    for day in day("2024-01-01").0..=day("2026-12-31").0 {
        data.push(CALENDAR, vec![Value::Date(Date(day))]);
    }
    data.push(STATUS, vec![Value::Date(day(as_of))]);
    for (table, text) in [(CUSTOMER, CUSTOMERS), (LINE, LINES), (CASE, CASES)] {
        rows_of(&gold.tables[table.0 as usize], text).into_iter().for_each(|row| data.push(table, row));
    }
    data
}

fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr::new(kind, ty, span())
}

fn column(path: &[u32], column: ColumnId, ty: Type) -> Expr {
    let path = path.iter().map(|at| RelationshipId(*at)).collect();
    expr(ExprKind::Column(PathColumn { path, column }), ty)
}

fn rows(table: TableId, window: Option<Window>, condition: Option<Expr>) -> Rows {
    let date = Some(PathColumn { path: vec![], column: id(table, 2) });
    let over = window.into_iter().map(|window| Over { window, date: date.clone() }).collect();
    Rows { table, condition, over, of: None, through: None, span: span() }
}

fn aggregate(operator: Operator, rows: Rows, operand: Option<Expr>) -> Expr {
    let ty = operand.as_ref().map_or(Type::Integer, |operand| operand.ty);
    expr(ExprKind::Aggregate(Box::new(Aggregate { operator, rows, operand, per_entity: false })), ty)
}

fn revenue(window: Window) -> Expr {
    aggregate(Operator::Sum, rows(LINE, Some(window), None), Some(column(&[], id(LINE, 3), Type::Money)))
}

fn country() -> Expr {
    column(&[], id(CUSTOMER, 1), Type::Text)
}

fn compare(operator: CompareOp, left: Expr, right: Literal) -> Expr {
    let ty = left.ty;
    let (left, right) = (Box::new(left), Box::new(expr(ExprKind::Literal(right), ty)));
    expr(ExprKind::Compare { operator, left, right }, Type::Boolean)
}

fn customers_where(condition: Expr) -> Expr {
    aggregate(Operator::Count, rows(CUSTOMER, None, Some(condition)), None)
}

fn any(rows: Rows) -> Expr {
    expr(ExprKind::Any(Box::new(rows)), Type::Boolean)
}

/// The value of an expression for all days up to the as-of date.
fn value_on(as_of: &str, asked: &Expr) -> Value {
    let model = Model { gold: gold(), ..Model::default() };
    let data = data(&model.gold, as_of);
    let judge = Judge::new(&model, &data);
    judge.scalar(asked, &Context::of_reader(judge.whole_period().unwrap(), vec![]))
}

fn total(asked: &Expr) -> Value {
    value_on("2026-12-31", asked)
}

#[test]
fn rows_without_a_date_or_outside_the_calendar_are_in_no_period() {
    assert_eq!(total(&revenue(Window::Period)), Value::Money(1_455_000));
}

#[test]
fn a_window_of_months_is_half_open_and_computed_on_the_day_after_the_end() {
    let on = |as_of| value_on(as_of, &revenue(Window::LastMonths(1)));
    assert_eq!(on("2025-02-28"), Value::Money(255_000));
    assert_eq!(on("2025-02-27"), Value::Money(100_000));
    assert_eq!(on("2025-03-30"), Value::Money(255_000));
    assert_eq!(on("2025-03-31"), Value::Money(70_000));
    assert_eq!(value_on("2025-03-30", &revenue(Window::LastCompleteMonths(2))), Value::Money(355_000));
}

#[test]
fn a_comparison_with_a_missing_value_is_false_and_its_negation_true() {
    let not_german = || compare(CompareOp::NotEqual, country(), Literal::Text("de".into()));
    assert_eq!(total(&customers_where(not_german())), Value::Integer(1));
    let german = Box::new(compare(CompareOp::Equal, country(), Literal::Text("de ".into())));
    assert_eq!(total(&customers_where(expr(ExprKind::Not(german), Type::Boolean))), Value::Integer(2));
}

#[test]
fn rows_meet_the_row_at_hand_over_their_path_else_at_the_nearest_common_table() {
    let buyers = customers_where(any(rows(LINE, Some(Window::Period), None)));
    assert_eq!(total(&buyers), Value::Integer(3));
    let cases_of_buyers = aggregate(
        Operator::Count,
        rows(CASE, Some(Window::Period), Some(any(rows(LINE, Some(Window::LastMonths(12)), None)))),
        None,
    );
    assert_eq!(total(&cases_of_buyers), Value::Integer(1));
}

#[test]
fn a_distinct_count_knows_no_case_no_trailing_blanks_and_no_missing_value() {
    let distinct = |operand| total(&aggregate(Operator::CountDistinct, rows(LINE, None, None), Some(operand)));
    assert_eq!(distinct(column(&[], id(LINE, 1), Type::Text)), Value::Integer(4));
    assert_eq!(distinct(column(&[0], id(CUSTOMER, 1), Type::Text)), Value::Integer(2));
}

#[test]
fn prior_moves_a_whole_month_to_a_whole_month() {
    let prior = |months| {
        let value = Box::new(revenue(Window::ToDate(carat::syntax::tree::Grain::Month)));
        value_on("2025-03-31", &expr(ExprKind::Prior { value, months }, Type::Money))
    };
    assert_eq!(prior(1), Value::Money(255_000));
    assert_eq!(prior(2), Value::Money(100_000));
    assert_eq!(prior(15), Value::Missing);
}

#[test]
fn a_readers_filter_works_where_the_table_reaches_it_and_ignoring_lifts_it() {
    let model = Model { gold: gold(), ..Model::default() };
    let data = data(&model.gold, "2026-12-31");
    let judge = Judge::new(&model, &data);
    let german = one_of(id(CUSTOMER, 1), vec![Value::Text("De".into())]);
    let context = Context::of_reader(judge.whole_period().unwrap(), vec![german]);
    let whole = Box::new(revenue(Window::Period));
    assert_eq!(judge.scalar(&whole, &context), Value::Money(305_000));
    let ignoring = expr(ExprKind::Ignoring { value: whole, table: CUSTOMER }, Type::Money);
    assert_eq!(judge.scalar(&ignoring, &context), Value::Money(1_455_000));
}

#[test]
fn the_groups_of_an_additive_metric_add_up_to_the_total_missing_included() {
    let model = Model { gold: gold(), ..Model::default() };
    let data = data(&model.gold, "2026-12-31");
    let judge = Judge::new(&model, &data);
    let slice = Slice { groups: vec![id(CUSTOMER, 1)], ..Slice::default() };
    let cells = judge.grouping(&slice);
    let values: Vec<Value> = cells.iter().map(|cell| judge.value(&revenue(Window::Period), cell)).collect();
    assert_eq!(values, [Value::Money(305_000), Value::Money(1_000_000), Value::Money(150_000)]);
}

#[test]
fn a_ratio_of_nothing_to_something_is_zero_and_to_nothing_is_missing() {
    let ratio = |left: Expr, right: Expr| {
        let (left, right) = (Box::new(left), Box::new(right));
        total(&expr(ExprKind::Arithmetic { operator: ArithmeticOp::Divide, left, right }, Type::Number))
    };
    assert_eq!(ratio(revenue(Window::LastDays(3)), revenue(Window::Period)), Value::Number(0.0));
    assert_eq!(ratio(revenue(Window::Period), revenue(Window::LastDays(3))), Value::Missing);
}

#[test]
fn a_subscription_lives_up_to_the_day_before_its_end() {
    let from = PathColumn { path: vec![], column: id(CASE, 2) };
    let window = |to: u32| Window::Life { from: from.clone(), to: PathColumn { path: vec![], column: id(CASE, to) } };
    let living = |to| {
        let over = vec![Over { window: window(to), date: None }];
        aggregate(Operator::Count, Rows { over, ..rows(CASE, None, None) }, None)
    };
    assert_eq!(value_on("2025-02-28", &living(2)), Value::Integer(0));
    assert_eq!(value_on("2025-02-28", &living(1)), Value::Integer(1));
}
