//! Small builders for `sqlparser` nodes. Nothing here knows metrics or dialects.
//!
//! Literals, operations and functions are here; conditions that are put together in [`conditions`], what they say where
//! something is missing in [`missing`], the parts of an expression in [`columns`](mod@columns) and [`parts`],
//! statements in [`select`](mod@select).

mod columns;
mod conditions;
mod missing;
mod parts;
mod select;

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, InTarget, ObjectName, ObjectNamePart, OrderByExpr, OrderByOptions,
    OrderBySort, UnaryOperator, Value, ValueWithSpan, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec,
    WindowType,
};

pub use columns::{column, columns, each_part, replace};
pub use conditions::is_comparison;
pub use conditions::{
    all, always, any, choices, conjuncts, conjuncts_once, count_operands, is_always, is_among, is_never, never,
    operands,
};
pub use missing::{adds_up, rejects, says_present};
pub use parts::{
    each_after_columns_mut, each_of_select, each_part_mut, each_part_within, each_select, each_select_mut, item_name,
    item_value, item_value_mut,
};
pub use select::{Parts, Selection, cross_join, inner_join, left_join, made_by, named, select, table, union};

/// A literal of these digits, which are not checked.
pub fn number(text: impl ToString) -> Expr {
    Expr::Value(ValueWithSpan::from(Value::Number(text.to_string(), false)))
}

/// `NULL`.
pub fn null() -> Expr {
    Expr::Value(ValueWithSpan::from(Value::Null))
}

/// [`null()`], told without writing another.
pub fn is_literal_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if value.value == Value::Null)
}

/// `TRUE` or `FALSE`.
pub fn boolean(value: bool) -> Expr {
    Expr::Value(ValueWithSpan::from(Value::Boolean(value)))
}

/// A text literal of these very characters.
pub fn quoted(text: impl Into<String>) -> Expr {
    Expr::Value(ValueWithSpan::from(Value::SingleQuotedString(text.into())))
}

/// A bare name, which the caller knows to need no quotes.
pub fn word(text: &str) -> Expr {
    Expr::Identifier(Ident::new(text))
}

/// Whether it needs parentheses beside an operator.
pub fn is_operation(expr: &Expr) -> bool {
    matches!(expr, Expr::BinaryOp { .. } | Expr::UnaryOp { .. } | Expr::Between { .. } | Expr::Like { .. })
}

/// What an operand stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// An operator that binds closer than others, or a word such as `IS NULL`.
    Operation,
    And,
    /// Something that binds less than any operator.
    Nothing,
}

impl Beside {
    /// What the operands of the operator stand beside.
    pub fn of(op: &BinaryOperator) -> Self {
        use BinaryOperator::{And, Divide, Minus, Modulo, Multiply, Plus, StringConcat};
        match op {
            Plus | Minus | Multiply | Divide | Modulo | StringConcat => Beside::Operation,
            And => Beside::And,
            _ => Beside::Nothing,
        }
    }

    /// Whether the expression needs parentheses there.
    pub fn nests(self, expr: &Expr) -> bool {
        match self {
            Beside::Operation => is_operation(expr),
            Beside::And => conditions::is_choice(expr),
            Beside::Nothing => false,
        }
    }
}

/// In parentheses if it is an operation.
fn operand(expr: Expr) -> Expr {
    if Beside::Operation.nests(&expr) { Expr::Nested(Box::new(expr)) } else { expr }
}

/// `left op right` with both sides as they are: for callers that know how closely each binds.
pub fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// `left op right`, each side in parentheses if it is an operation.
pub fn arithmetic(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    binary(operand(left), op, operand(right))
}

/// `left + right` or `left - right`; a sum on the left is read first anyway.
pub fn sum(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let is_sum = matches!(&left, Expr::BinaryOp { op: BinaryOperator::Plus | BinaryOperator::Minus, .. });
    binary(if is_sum { left } else { operand(left) }, op, operand(right))
}

/// `-value`.
pub fn negative(value: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(operand(value)) }
}

/// A comparison; arithmetic binds closer and needs no parentheses.
pub fn compare(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    binary(left, op, right)
}

/// `left = right`.
pub fn equal(left: Expr, right: Expr) -> Expr {
    compare(left, BinaryOperator::Eq, right)
}

/// The characters of a text literal.
pub fn text_of(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) => Some(text),
        _ => None,
    }
}

/// The value of a literal without decimals.
pub fn whole_number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Value(ValueWithSpan { value: Value::Number(text, false), .. }) => text.parse().ok(),
        _ => None,
    }
}

fn is_number(expr: &Expr, number: &str) -> bool {
    matches!(expr, Expr::Value(ValueWithSpan { value: Value::Number(text, false), .. }) if text == number)
}

/// `value IS NULL`.
pub fn is_null(value: Expr) -> Expr {
    Expr::IsNull(Box::new(operand(value)))
}

/// `value IS NOT NULL`.
pub fn is_not_null(value: Expr) -> Expr {
    Expr::IsNotNull(Box::new(operand(value)))
}

/// `value IN (..)`, or `NOT IN`.
pub fn in_list(value: Expr, list: Vec<Expr>, negated: bool) -> Expr {
    Expr::In { expr: Box::new(operand(value)), target: InTarget::List(list), negated, global: false }
}

/// `value BETWEEN low AND high`, both ends in.
pub fn between(value: Expr, low: Expr, high: Expr) -> Expr {
    Expr::Between {
        expr: Box::new(operand(value)),
        negated: false,
        low: Box::new(operand(low)),
        high: Box::new(operand(high)),
    }
}

/// `value LIKE pattern`, or `NOT LIKE`, with the sign that escapes where there is one.
pub fn like(value: Expr, pattern: Expr, escape: Option<Expr>, negated: bool) -> Expr {
    let escape_char = escape.map(Box::new);
    Expr::Like { negated, any: false, expr: Box::new(value), pattern: Box::new(pattern), escape_char }
}

/// `value COLLATE collation`.
pub fn collated(value: Expr, collation: &str) -> Expr {
    Expr::Collate { expr: Box::new(operand(value)), collation: bare(collation) }
}

/// `CAST(value AS data_type)`.
pub fn cast(value: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(value), data_type, format: None }
}

fn function_node(name: ObjectName, args: impl IntoIterator<Item = Expr>, distinct: bool) -> Function {
    function_of(name, args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect(), distinct)
}

fn function_of(name: ObjectName, args: Vec<FunctionArg>, distinct: bool) -> Function {
    let duplicate_treatment = distinct.then_some(DuplicateTreatment::Distinct);
    Function {
        name,
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment, args, clauses: Vec::new() }),
        within_group: Vec::new(),
        filter: None,
        null_treatment: None,
        over: None,
    }
}

fn bare(name: &str) -> ObjectName {
    ObjectName(vec![ObjectNamePart::Identifier(Ident::new(name))])
}

/// `NAME(args)`.
pub fn call(name: &str, args: impl IntoIterator<Item = Expr>) -> Expr {
    call_named(bare(name), args)
}

/// `NAME(args)`, whose name may have several parts.
pub fn call_named(name: ObjectName, args: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Function(function_node(name, args, false))
}

/// The arguments of a function that are expressions.
pub fn arguments(function: &Function) -> impl Iterator<Item = &Expr> {
    let list = match &function.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    list.iter().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => Some(value),
        _ => None,
    })
}

/// The argument of a function that has one.
pub fn only_argument(function: &Function) -> Option<&Expr> {
    let mut arguments = arguments(function);
    arguments.next().filter(|_| arguments.next().is_none())
}

/// The same, to write others in their place.
fn arguments_mut(function: &mut Function) -> impl Iterator<Item = &mut Expr> {
    let list = match &mut function.args {
        FunctionArguments::List(list) => list.args.as_mut_slice(),
        _ => &mut [],
    };
    list.iter_mut().filter_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => Some(value),
        _ => None,
    })
}

/// The first argument of a function, if it is an expression; else the function.
pub fn first_argument(mut function: Function) -> Expr {
    if let FunctionArguments::List(list) = &mut function.args
        && matches!(list.args.first(), Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(_))))
        && let FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) = list.args.swap_remove(0)
    {
        return value;
    }
    Expr::Function(function)
}

/// `NAME(DISTINCT arg)`.
pub fn call_distinct(name: &str, arg: Expr) -> Expr {
    Expr::Function(function_node(bare(name), [arg], true))
}

/// `NAME(*)`.
pub fn call_star(name: &str) -> Expr {
    Expr::Function(function_of(bare(name), vec![FunctionArg::Unnamed(FunctionArgExpr::Wildcard)], false))
}

/// `NAME(args) WITHIN GROUP (ORDER BY value)`.
pub fn within_group(name: &str, args: impl IntoIterator<Item = Expr>, value: Expr) -> Expr {
    let mut node = function_node(bare(name), args, false);
    node.within_group = vec![ordered(value, OrderBySort::Asc)];
    Expr::Function(node)
}

/// The function over a window.
pub fn over(function: Expr, partition_by: Vec<Expr>, order_by: Vec<OrderByExpr>) -> Expr {
    let Expr::Function(mut node) = function else { return function };
    let spec = WindowSpec { window_name: None, partition_by, order_by, window_frame: None };
    node.over = Some(WindowType::WindowSpec(spec));
    Expr::Function(node)
}

fn ordered(expr: Expr, sort: OrderBySort) -> OrderByExpr {
    let sort = if sort == OrderBySort::Asc { None } else { Some(sort) };
    OrderByExpr { expr, options: OrderByOptions { sort, nulls_first: None }, with_fill: None }
}

/// The function over the rows of a window so far, the row at hand among them.
pub fn over_rows_so_far(function: Expr, partition_by: Vec<Expr>, order_by: Vec<OrderByExpr>) -> Expr {
    let Expr::Function(mut node) = function else { return function };
    let window_frame = Some(WindowFrame {
        units: WindowFrameUnits::Rows,
        start_bound: WindowFrameBound::Preceding(None),
        end_bound: None,
    });
    let spec = WindowSpec { window_name: None, partition_by, order_by, window_frame };
    node.over = Some(WindowType::WindowSpec(spec));
    Expr::Function(node)
}

/// `expr`, in an `ORDER BY`: smallest first.
pub fn ascending(expr: Expr) -> OrderByExpr {
    ordered(expr, OrderBySort::Asc)
}

/// `expr DESC`, in an `ORDER BY`: greatest first.
pub fn descending(expr: Expr) -> OrderByExpr {
    ordered(expr, OrderBySort::Desc)
}

/// `CASE WHEN .. THEN .. ELSE .. END`; missing where no branch applies and nothing else is said. A case at the end goes on
/// in the same row of branches: T-SQL nests no more than ten (CASE, Transact-SQL).
pub fn case(branches: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    let mut conditions: Vec<CaseWhen> =
        branches.into_iter().map(|(condition, result)| CaseWhen { condition, result }).collect();
    let else_result = match otherwise {
        Some(Expr::Case { operand: None, conditions: more, else_result, .. }) => {
            conditions.extend(more);
            else_result
        }
        otherwise => otherwise.map(Box::new),
    };
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions,
        else_result,
    }
}

/// The value where the condition holds, else missing.
pub fn when(condition: Expr, value: Expr) -> Expr {
    if is_always(&condition) { value } else { case(vec![(condition, value)], None) }
}

/// The function that falls back.
pub const COALESCE: &str = "COALESCE";

/// The value, or the fallback where it is missing.
pub fn coalesce(value: Expr, fallback: Expr) -> Expr {
    call(COALESCE, [value, fallback])
}

/// A literal, or what falls back on one: never missing.
pub fn is_there(value: &Expr) -> bool {
    match value {
        Expr::Value(value) => value.value != Value::Null,
        Expr::Function(function) => {
            let name = matches!(function.name.0.as_slice(), [name] if name.to_string() == COALESCE);
            name && arguments(function).last().is_some_and(is_there)
        }
        _ => false,
    }
}

/// What falls back on 0 where it is missing, or else the value itself.
pub fn before_zero(value: &Expr) -> &Expr {
    let Expr::Function(function) = value else { return value };
    if !is_there(value) {
        return value;
    }
    match arguments(function).collect::<Vec<_>>().as_slice() {
        [first, fallback] if is_number(fallback, "0") => first,
        _ => value,
    }
}

/// The function that is missing where its two arguments are equal.
pub const NULLIF: &str = "NULLIF";

/// The value, or missing where it equals `nothing`.
pub fn nullif(value: Expr, nothing: Expr) -> Expr {
    call(NULLIF, [value, nothing])
}
