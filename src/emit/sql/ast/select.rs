//! `SELECT` statements and what they read from.

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Select,
    SelectFlavor, SelectItem, SetExpr, SetOperator, SetQuantifier, TableAlias, TableFactor, TableWithJoins,
};

use super::{all, is_always, operands, rejects};

/// `expr AS name`.
pub fn named(expr: Expr, name: Ident) -> SelectItem {
    SelectItem::ExprWithAlias { expr, alias: name }
}

/// `name` in parts, schema first: `gold.order_line AS ol`.
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

/// Rows without a match stay.
pub fn left_join(relation: TableFactor, on: Expr) -> Join {
    Join { relation, global: false, join_operator: JoinOperator::Left(JoinConstraint::On(on)) }
}

/// Only rows with a match stay.
pub fn inner_join(relation: TableFactor, on: Expr) -> Join {
    Join { relation, global: false, join_operator: JoinOperator::Join(JoinConstraint::On(on)) }
}

/// Every row with every other.
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

/// A left join whose rows something asks for keeps no others: it is an inner one. `WHERE` asks, and so does what the
/// inner joins after it are made by.
fn be_sure(joins: &mut [Join], asked: &[&Expr]) {
    for at in (0..joins.len()).rev() {
        let (before, after) = joins.split_at_mut(at + 1);
        let Some(join) = before.last_mut() else { continue };
        let (Some(alias), JoinOperator::Left(on)) = (alias_of(&join.relation), &mut join.join_operator) else {
            continue;
        };
        let is_missing = |part: &Expr| super::column(part).is_some_and(|(of, _)| of == alias);
        let mut asked = asked.iter().copied().chain(after.iter().filter_map(made_by));
        if asked.any(|condition| rejects(condition, &is_missing)) {
            let on = std::mem::replace(on, JoinConstraint::None);
            join.join_operator = JoinOperator::Join(on);
        }
    }
}

fn alias_of(relation: &TableFactor) -> Option<&Ident> {
    match relation {
        TableFactor::Table { alias: Some(TableAlias { name, .. }), .. } => Some(name),
        _ => None,
    }
}

/// What every row that an inner join keeps meets.
pub fn made_by(join: &Join) -> Option<&Expr> {
    match &join.join_operator {
        JoinOperator::Join(JoinConstraint::On(on)) => Some(on),
        _ => None,
    }
}

/// Conditions that always hold are left out, and a left join whose rows `WHERE` asks for becomes an inner one.
pub fn select(parts: Parts) -> Selection {
    let conditions = (!parts.conditions.is_empty()).then(|| all(parts.conditions));
    let selection = conditions.filter(|condition| !is_always(condition));
    let asked = selection.as_ref().map(|selection| operands(selection, &BinaryOperator::And)).unwrap_or_default();
    let mut joins = parts.joins;
    be_sure(&mut joins, &asked);
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

/// In order; none where there are no parts.
pub fn union(parts: Vec<Selection>, quantifier: SetQuantifier) -> Option<Selection> {
    parts.into_iter().reduce(|left, right| {
        Box::new(SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier: quantifier, right })
    })
}
