//! Small builders for `sqlparser` nodes. Nothing here knows metrics or dialects.

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, Cte, DataType, Distinct, DuplicateTreatment, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, InTarget, Join, JoinConstraint,
    JoinOperator, ObjectName, OrderByExpr, OrderByOptions, OrderBySort, Query, Select, SelectFlavor, SelectItem,
    SetExpr, SetOperator, SetQuantifier, TableAlias, TableFactor, TableWithJoins, UnaryOperator, Value, ValueWithSpan,
    WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType, With,
};

pub fn number(text: impl ToString) -> Expr {
    Expr::Value(ValueWithSpan::from(Value::Number(text.to_string(), false)))
}

pub fn null() -> Expr {
    Expr::Value(ValueWithSpan::from(Value::Null))
}

pub fn boolean(value: bool) -> Expr {
    Expr::Value(ValueWithSpan::from(Value::Boolean(value)))
}

/// A text literal of these very characters.
pub fn quoted(text: impl Into<String>) -> Expr {
    Expr::Value(ValueWithSpan::from(Value::SingleQuotedString(text.into())))
}

pub fn word(text: &str) -> Expr {
    Expr::Identifier(Ident::new(text))
}

fn is_operation(expr: &Expr) -> bool {
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
            Beside::And => is_choice(expr),
            Beside::Nothing => false,
        }
    }
}

/// In parentheses if it is an operation.
fn operand(expr: Expr) -> Expr {
    if Beside::Operation.nests(&expr) { Expr::Nested(Box::new(expr)) } else { expr }
}

pub fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

pub fn arithmetic(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    binary(operand(left), op, operand(right))
}

/// `left + right` or `left - right`; a sum on the left is read first anyway.
pub fn sum(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    let is_sum = matches!(&left, Expr::BinaryOp { op: BinaryOperator::Plus | BinaryOperator::Minus, .. });
    binary(if is_sum { left } else { operand(left) }, op, operand(right))
}

pub fn negative(value: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(operand(value)) }
}

/// A comparison; arithmetic binds closer and needs no parentheses.
pub fn compare(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    binary(left, op, right)
}

pub fn equal(left: Expr, right: Expr) -> Expr {
    compare(left, BinaryOperator::Eq, right)
}

pub fn always() -> Expr {
    equal(number(1), number(1))
}

pub fn never() -> Expr {
    equal(number(1), number(0))
}

/// [`always`], told without writing another.
pub fn is_always(condition: &Expr) -> bool {
    compares_one_with(condition, "1")
}

fn is_never(condition: &Expr) -> bool {
    compares_one_with(condition, "0")
}

fn compares_one_with(condition: &Expr, number: &str) -> bool {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => is_number(left, "1") && is_number(right, number),
        _ => false,
    }
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

/// All of them; none at all is true.
pub fn all(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    let mut unique: Vec<Expr> = Vec::new();
    for condition in conditions {
        each_conjunct(condition, &mut |conjunct| {
            if !is_always(&conjunct) && !unique.contains(&conjunct) {
                unique.push(conjunct);
            }
        });
    }
    // Only a choice asks what is present.
    if unique.iter().any(is_choice) {
        let known: Vec<Expr> = unique.iter().filter_map(present).cloned().collect();
        unique = unique.into_iter().map(|condition| without_missing(condition, &known)).collect();
    }
    if unique.len() == 1 {
        return unique.remove(0);
    }
    unique.into_iter().map(nest_or).reduce(|a, b| binary(a, BinaryOperator::And, b)).unwrap_or_else(always)
}

/// What a condition says is present.
fn present(condition: &Expr) -> Option<&Expr> {
    match condition {
        Expr::IsNotNull(value) => Some(value),
        _ => None,
    }
}

/// A choice without the ways that ask for something present to be missing.
fn without_missing(condition: Expr, present: &[Expr]) -> Expr {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
            let kept = [*left, *right].into_iter().map(|side| without_missing(side, present));
            any(kept.filter(|side| !matches!(side, Expr::IsNull(value) if present.contains(value))))
        }
        other => other,
    }
}

/// Any of them; none at all is false.
pub fn any(conditions: impl IntoIterator<Item = Expr>) -> Expr {
    let mut unique: Vec<Expr> = Vec::new();
    for condition in conditions {
        if !is_never(&condition) && !unique.contains(&condition) {
            unique.push(condition);
        }
    }
    unique.into_iter().reduce(|a, b| binary(a, BinaryOperator::Or, b)).unwrap_or_else(never)
}

fn is_choice(condition: &Expr) -> bool {
    matches!(condition, Expr::BinaryOp { op: BinaryOperator::Or, .. })
}

fn nest_or(condition: Expr) -> Expr {
    if Beside::And.nests(&condition) { Expr::Nested(Box::new(condition)) } else { condition }
}

/// The operands that one operator joins, in order.
pub fn operands<'e>(expr: &'e Expr, operator: &BinaryOperator) -> Vec<&'e Expr> {
    match expr {
        Expr::BinaryOp { left, op, right } if op == operator => {
            let mut all = operands(left, operator);
            all.extend(operands(right, operator));
            all
        }
        _ => vec![expr],
    }
}

/// The conditions that `AND` joins.
pub fn conjuncts(condition: Expr) -> Vec<Expr> {
    let mut all = Vec::new();
    each_conjunct(condition, &mut |conjunct| all.push(conjunct));
    all
}

fn each_conjunct(condition: Expr, take: &mut impl FnMut(Expr)) {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            each_conjunct(*left, take);
            each_conjunct(*right, take);
        }
        Expr::Nested(inner) if is_choice(&inner) => take(*inner),
        other => take(other),
    }
}

pub fn is_null(value: Expr) -> Expr {
    Expr::IsNull(Box::new(operand(value)))
}

pub fn is_not_null(value: Expr) -> Expr {
    Expr::IsNotNull(Box::new(operand(value)))
}

pub fn in_list(value: Expr, list: Vec<Expr>, negated: bool) -> Expr {
    Expr::In { expr: Box::new(operand(value)), target: InTarget::List(list), negated, global: false }
}

pub fn between(value: Expr, low: Expr, high: Expr) -> Expr {
    Expr::Between {
        expr: Box::new(operand(value)),
        negated: false,
        low: Box::new(operand(low)),
        high: Box::new(operand(high)),
    }
}

pub fn like(value: Expr, pattern: Expr, escape: Option<Expr>, negated: bool) -> Expr {
    let escape_char = escape.map(Box::new);
    Expr::Like { negated, any: false, expr: Box::new(value), pattern: Box::new(pattern), escape_char }
}

pub fn cast(value: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(value), data_type, format: None }
}

fn function_node(name: ObjectName, args: Vec<Expr>, distinct: bool) -> Function {
    let args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
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
    ObjectName::from(vec![Ident::new(name)])
}

pub fn call(name: &str, args: Vec<Expr>) -> Expr {
    call_named(bare(name), args)
}

pub fn call_named(name: ObjectName, args: Vec<Expr>) -> Expr {
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

pub fn call_distinct(name: &str, arg: Expr) -> Expr {
    Expr::Function(function_node(bare(name), vec![arg], true))
}

/// `NAME(*)`.
pub fn call_star(name: &str) -> Expr {
    let mut node = function_node(bare(name), Vec::new(), false);
    if let FunctionArguments::List(list) = &mut node.args {
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Wildcard));
    }
    Expr::Function(node)
}

/// `NAME(args) WITHIN GROUP (ORDER BY value)`.
pub fn within_group(name: &str, args: Vec<Expr>, value: Expr) -> Expr {
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

pub fn ascending(expr: Expr) -> OrderByExpr {
    ordered(expr, OrderBySort::Asc)
}

pub fn descending(expr: Expr) -> OrderByExpr {
    ordered(expr, OrderBySort::Desc)
}

pub fn case(branches: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: branches.into_iter().map(|(condition, result)| CaseWhen { condition, result }).collect(),
        else_result: otherwise.map(Box::new),
    }
}

/// The value where the condition holds, else missing.
pub fn when(condition: Expr, value: Expr) -> Expr {
    if is_always(&condition) { value } else { case(vec![(condition, value)], None) }
}

pub fn coalesce(value: Expr, fallback: Expr) -> Expr {
    call("COALESCE", vec![value, fallback])
}

pub const NULLIF: &str = "NULLIF";

pub fn nullif(value: Expr, nothing: Expr) -> Expr {
    call(NULLIF, vec![value, nothing])
}

pub fn named(expr: Expr, name: Ident) -> SelectItem {
    SelectItem::ExprWithAlias { expr, alias: name }
}

pub fn table(name: Vec<Ident>, alias: Ident) -> TableFactor {
    let alias = Some(TableAlias { explicit: true, name: alias, columns: Vec::new(), at: None });
    TableFactor::Table {
        name: ObjectName::from(name),
        alias,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_directives: Vec::new(),
        inheritance: None,
    }
}

pub fn left_join(relation: TableFactor, on: Expr) -> Join {
    Join { relation, global: false, join_operator: JoinOperator::Left(JoinConstraint::On(on)) }
}

pub fn inner_join(relation: TableFactor, on: Expr) -> Join {
    Join { relation, global: false, join_operator: JoinOperator::Join(JoinConstraint::On(on)) }
}

pub fn cross_join(relation: TableFactor) -> Join {
    Join { relation, global: false, join_operator: JoinOperator::CrossJoin(JoinConstraint::None) }
}

/// A `SELECT`, or several joined by `UNION`. In a box: the node has three kilobytes, and a statement many.
pub type Selection = Box<SetExpr>;

/// What a `SELECT` of ours is made of.
#[derive(Default)]
pub struct Parts {
    pub distinct: bool,
    pub items: Vec<SelectItem>,
    pub from: Option<TableFactor>,
    pub joins: Vec<Join>,
    pub conditions: Vec<Expr>,
    pub group_by: Vec<Expr>,
    pub having: Option<Expr>,
}

/// A row that a left join does not find is none of the rows in which a marker of the joined table is asked for.
fn sure(mut join: Join, conditions: &Expr) -> Join {
    let TableFactor::Table { alias: Some(TableAlias { name, .. }), .. } = &join.relation else { return join };
    let is_asked = operands(conditions, &BinaryOperator::And).into_iter().any(|one| is_marker_of(one, name));
    if let (true, JoinOperator::Left(on)) = (is_asked, &mut join.join_operator) {
        join.join_operator = JoinOperator::Join(std::mem::replace(on, JoinConstraint::None));
    }
    join
}

/// `alias.column = 1`.
fn is_marker_of(condition: &Expr, alias: &Ident) -> bool {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_number(right, "1") => {
            matches!(&**left, Expr::CompoundIdentifier(parts) if parts.first() == Some(alias))
        }
        _ => false,
    }
}

pub fn select(parts: Parts) -> Selection {
    let selection = Some(all(parts.conditions)).filter(|condition| !is_always(condition));
    let sure = |join| selection.iter().fold(join, sure);
    let joins: Vec<Join> = parts.joins.into_iter().map(sure).collect();
    Box::new(SetExpr::Select(Box::new(Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: parts.distinct.then_some(Distinct::Distinct),
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: parts.items,
        exclude: None,
        into: None,
        from: parts.from.map(|relation| TableWithJoins { relation, joins }).into_iter().collect(),
        lateral_views: Vec::new(),
        prewhere: None,
        selection,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(parts.group_by, Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: parts.having,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    })))
}

pub fn union(parts: Vec<Selection>, quantifier: SetQuantifier) -> Option<Selection> {
    parts.into_iter().reduce(|left, right| {
        Box::new(SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier: quantifier, right })
    })
}

pub fn query(ctes: Vec<(Ident, Selection)>, body: Selection) -> Query {
    let cte_tables: Vec<Cte> = ctes.into_iter().map(|(name, body)| cte(name, body)).collect();
    let with =
        (!cte_tables.is_empty()).then(|| With { with_token: AttachedToken::empty(), recursive: false, cte_tables });
    Query {
        with,
        body,
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

fn cte(name: Ident, body: Selection) -> Cte {
    Cte {
        alias: TableAlias { explicit: false, name, columns: Vec::new(), at: None },
        query: Box::new(query(Vec::new(), body)),
        from: None,
        materialized: None,
        closing_paren_token: AttachedToken::empty(),
    }
}
