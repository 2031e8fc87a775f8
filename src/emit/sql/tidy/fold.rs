//! What goes without saying of what a `SELECT` reads: marks that are always there, values that cannot be missing.

use sqlparser::ast::{
    BinaryOperator, CaseWhen, DuplicateTreatment, Expr, Function, FunctionArguments, GroupByExpr, Select, SelectItem,
    UnaryOperator,
};

use super::Cte;
use super::beside;
use super::facts::{Scope, is_grouped, is_one_of};
use crate::emit::sql::ast::{self, Selection, item_name, item_value_mut};
use crate::emit::sql::common;

/// So many conditions beside one another are not compared with each other.
const MANY: usize = 40;

/// Leaves out what goes without saying in the common table expressions and the body.
pub fn without_said(ctes: &mut [Cte], body: &mut Selection) {
    for at in 0..ctes.len() {
        let (before, rest) = ctes.split_at_mut(at);
        if let Some((_, select)) = rest.first_mut() {
            ast::each_select_mut(select, &mut |select| fold_select(select, before));
        }
    }
    ast::each_select_mut(body, &mut |select| fold_select(select, ctes));
}

fn fold_select(select: &mut Select, before: &[Cte]) {
    let grouped = is_grouped(select);
    let Select { projection, from, selection, group_by, .. } = select;
    let fold = Fold { scope: Scope::of(from, before), grouped };
    for item in projection {
        fold.item(item);
    }
    if let Some(condition) = selection {
        fold.expression(condition);
        if ast::is_always(condition) {
            *selection = None;
        }
    }
    if let GroupByExpr::Expressions(keys, _) = group_by {
        keys.iter_mut().for_each(|key| fold.key(key));
    }
}

struct Fold<'s> {
    scope: Scope<'s>,
    /// There is a row for each of several groups.
    grouped: bool,
}

impl Fold<'_> {
    fn item(&self, item: &mut SelectItem) {
        let is_bare = matches!(item, SelectItem::UnnamedExpr(_));
        let name = item_name(item).filter(|_| is_bare).map(str::to_owned);
        if let Some(value) = item_value_mut(item) {
            self.expression(value);
        }
        let Some(name) = name.or_else(|| item_name(item).map(str::to_owned)) else { return };
        let is_called_so = ast::item_value(item).and_then(ast::column).is_some_and(|(_, own)| own.value == name);
        match item {
            SelectItem::UnnamedExpr(value) if !is_called_so => *item = ast::named(take(value), common::ident(&name)),
            SelectItem::ExprWithAlias { expr, .. } if is_called_so => *item = SelectItem::UnnamedExpr(take(expr)),
            _ => {}
        }
    }

    /// A key of groups is never a number: that would be the place of a column.
    fn key(&self, key: &mut Expr) {
        if matches!(key, Expr::CompoundIdentifier(_)) {
            return;
        }
        let folded = self.folded(key.clone());
        if ast::whole_number(&folded).is_none() {
            *key = folded;
        }
    }

    fn expression(&self, expr: &mut Expr) {
        let many = lists_many(expr);
        match expr {
            _ if many => {}
            Expr::BinaryOp { op: BinaryOperator::And, .. } => {
                if self.operands(expr, &BinaryOperator::And) {
                    *expr = beside::all(ast::conjuncts(take(expr)));
                }
                return;
            }
            Expr::BinaryOp { op: BinaryOperator::Or, .. } => {
                self.operands(expr, &BinaryOperator::Or);
                *expr = beside::any(ast::choices(take(expr)));
                return;
            }
            Expr::CompoundIdentifier(_) => {
                if self.scope.is_one(expr) {
                    *expr = ast::number(1);
                }
                return;
            }
            // What rows follow one another by is no value.
            Expr::Function(function) if function.over.is_some() => return,
            _ => {}
        }
        ast::each_part_mut(expr, &mut |part| self.expression(part));
        self.node(expr);
    }

    /// Folds what the operator joins; whether some of it says something of the rest.
    fn operands(&self, expr: &mut Expr, operator: &BinaryOperator) -> bool {
        match expr {
            Expr::BinaryOp { left, op, right } if op == operator => {
                self.operands(left, operator) | self.operands(right, operator)
            }
            one => {
                self.expression(one);
                beside::says_something(one)
            }
        }
    }

    fn folded(&self, mut expr: Expr) -> Expr {
        self.expression(&mut expr);
        expr
    }

    /// An expression whose parts are folded.
    fn node(&self, expr: &mut Expr) {
        match expr {
            Expr::Nested(inner) if !ast::is_operation(inner) || ast::is_always(inner) || ast::is_never(inner) => {
                *expr = take(inner);
            }
            Expr::BinaryOp { left, op, right } => {
                if let Some(told) = told(left, op, right) {
                    *expr = if told { ast::always() } else { ast::never() };
                } else if ast::is_comparison(op)
                    && let Some((condition, value)) = only_branch(left)
                {
                    *expr = self.both(condition, ast::compare(value, op.clone(), take(right)));
                }
            }
            Expr::IsNull(value) if self.scope.is_there(value, None) => *expr = ast::never(),
            Expr::IsNotNull(value) => {
                if self.scope.is_there(value, None) {
                    *expr = ast::always();
                } else if let Some((condition, value)) = only_branch(value) {
                    let there = self.node_of(ast::is_not_null(value));
                    *expr = self.both(condition, there);
                }
            }
            Expr::Case { operand: None, .. } => *expr = self.case(take(expr)),
            Expr::Function(function) => {
                if let Some(told) = self.function(function) {
                    *expr = told;
                }
            }
            _ => {}
        }
    }

    fn node_of(&self, mut expr: Expr) -> Expr {
        self.node(&mut expr);
        expr
    }

    fn both(&self, one: Expr, other: Expr) -> Expr {
        beside::all([one, other].into_iter().flat_map(ast::conjuncts).collect())
    }

    /// The branches that may apply, up to the first that does.
    fn case(&self, case: Expr) -> Expr {
        let Expr::Case { conditions, else_result, .. } = case else { return case };
        let mut otherwise = else_result.map(|otherwise| *otherwise);
        let mut branches = Vec::with_capacity(conditions.len());
        for CaseWhen { condition, result } in conditions {
            if ast::is_always(&condition) {
                otherwise = Some(result);
                break;
            }
            if !ast::is_never(&condition) {
                branches.push((condition, result));
            }
        }
        match (branches.as_slice(), &otherwise) {
            ([], _) => otherwise.unwrap_or_else(ast::null),
            ([(condition, result)], None) => match marked(condition) {
                Some(mark) if ast::whole_number(result) == Some(1) && self.scope.is_mark(mark) => mark.clone(),
                _ => ast::case(branches, None),
            },
            ([(condition, result)], Some(other)) => match signed(condition, result, other) {
                Some(sign) if self.scope.is_sign(sign) => sign.clone(),
                _ => ast::case(branches, otherwise),
            },
            _ => ast::case(branches, otherwise),
        }
    }

    /// What a function comes to in fewer words.
    fn function(&self, function: &Function) -> Option<Expr> {
        if is_distinct(function) {
            return None;
        }
        let arguments: Vec<&Expr> = ast::arguments(function).collect();
        match arguments.as_slice() {
            [_] if is_one_of(function, &[common::COUNT]) => self.counted(function),
            [value] if is_one_of(function, &["SUM"]) && self.grouped => {
                asked_to_be_there(value).map(|value| common::count(value.clone()))
            }
            [count, nothing] if is_one_of(function, &[ast::NULLIF]) && self.grouped => {
                (is_count_of_rows(count) && ast::whole_number(nothing) == Some(0)).then(|| (*count).clone())
            }
            [value, fallback] if is_one_of(function, &[ast::COALESCE]) => self.fallen_back(value, fallback),
            _ => None,
        }
    }

    /// What is counted: rows, where the value is always there; the values that are there.
    fn counted(&self, function: &Function) -> Option<Expr> {
        let value = ast::only_argument(function)?;
        if ast::whole_number(value).is_some() {
            return Some(common::count_rows());
        }
        let Expr::Case { operand: None, conditions, else_result: None, .. } = value else { return None };
        match conditions.as_slice() {
            [CaseWhen { condition: Expr::IsNotNull(value), result }] if ast::whole_number(result).is_some() => {
                Some(common::count(value.as_ref().clone()))
            }
            _ => None,
        }
    }

    /// A value that falls back on another, where it need not, or does so as the other way of a choice.
    fn fallen_back(&self, value: &Expr, fallback: &Expr) -> Option<Expr> {
        if self.scope.is_there(value, None) {
            return Some(value.clone());
        }
        let Expr::Case { operand: None, conditions, else_result: None, .. } = value else { return None };
        let there = conditions.iter().all(|branch| self.scope.is_there(&branch.result, None));
        let branches = || conditions.iter().map(|branch| (branch.condition.clone(), branch.result.clone())).collect();
        there.then(|| ast::case(branches(), Some(fallback.clone())))
    }
}

/// It is no condition of a person.
fn lists_many(condition: &Expr) -> bool {
    match condition {
        Expr::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), .. } => {
            ast::count_operands(condition, op) > MANY
        }
        _ => false,
    }
}

fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, ast::null())
}

/// What a comparison of two whole numbers comes to; 1 = 1 and 1 = 0 stand for it themselves.
fn told(left: &Expr, op: &BinaryOperator, right: &Expr) -> Option<bool> {
    let (left, right) = (ast::whole_number(left)?, ast::whole_number(right)?);
    match op {
        BinaryOperator::Eq => Some(left == right),
        BinaryOperator::NotEq => Some(left != right),
        BinaryOperator::Lt => Some(left < right),
        BinaryOperator::LtEq => Some(left <= right),
        BinaryOperator::Gt => Some(left > right),
        BinaryOperator::GtEq => Some(left >= right),
        _ => None,
    }
}

/// The condition and value of a choice that is missing otherwise.
fn only_branch(value: &mut Expr) -> Option<(Expr, Expr)> {
    let value = match value {
        Expr::Nested(inner) => &mut **inner,
        other => other,
    };
    let Expr::Case { operand: None, conditions, else_result: None, .. } = value else { return None };
    let [branch] = conditions.as_mut_slice() else { return None };
    Some((take(&mut branch.condition), take(&mut branch.result)))
}

/// What `mark = 1` asks of.
fn marked(condition: &Expr) -> Option<&Expr> {
    match condition {
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if ast::whole_number(right) == Some(1) => Some(left),
        _ => None,
    }
}

/// `sign` of `CASE WHEN sign > 0 THEN 1 ELSE -1 END`.
fn signed<'e>(condition: &'e Expr, result: &Expr, other: &Expr) -> Option<&'e Expr> {
    let Expr::BinaryOp { left, op: BinaryOperator::Gt, right } = condition else { return None };
    let Expr::UnaryOp { op: UnaryOperator::Minus, expr: negated } = other else { return None };
    let ones = ast::whole_number(result) == Some(1) && ast::whole_number(negated) == Some(1);
    (ones && ast::whole_number(right) == Some(0)).then_some(&**left)
}

/// `value` of `CASE WHEN value IS NOT NULL THEN 1 ELSE 0 END`.
fn asked_to_be_there(value: &Expr) -> Option<&Expr> {
    let Expr::Case { operand: None, conditions, else_result: Some(other), .. } = value else { return None };
    match conditions.as_slice() {
        [CaseWhen { condition: Expr::IsNotNull(value), result }]
            if ast::whole_number(result) == Some(1) && ast::whole_number(other) == Some(0) =>
        {
            Some(value)
        }
        _ => None,
    }
}

/// A group has some.
fn is_count_of_rows(value: &Expr) -> bool {
    let Expr::Function(function) = value else { return false };
    is_one_of(function, &[common::COUNT]) && ast::arguments(function).next().is_none()
}

fn is_distinct(function: &Function) -> bool {
    match &function.args {
        FunctionArguments::List(list) => list.duplicate_treatment == Some(DuplicateTreatment::Distinct),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::tidied;
    use super::*;

    /// The last `SELECT` after these, with `m` (1 or missing) and `one` in `g`, `n` and `x` (maybe missing) in `h`.
    fn folded(select: &str) -> String {
        let before = "WITH g AS (SELECT t.k, MAX(CASE WHEN t.x = 1 THEN 1 END) AS m, 1 AS one FROM t AS t GROUP BY t.k), \
                      h AS (SELECT t.k, COUNT(t.y) AS n, SUM(t.x) AS x, SUM(t.w) AS w FROM t AS t WHERE t.w > 0 GROUP BY t.k), \
                      e AS (SELECT 1 AS sign UNION ALL SELECT -1 AS sign) ";
        let statement = tidied(&format!("{before}{select}"), |ctes, body| {
            without_said(ctes, body);
            vec![true; ctes.len()]
        });
        statement.strip_prefix(before).unwrap().to_owned()
    }

    fn becomes(told: &[(&str, &str)]) {
        for (select, words) in told {
            assert_eq!(folded(select), *words, "{select}");
        }
    }

    #[test]
    fn a_mark_that_is_always_there_goes_without_saying() {
        becomes(&[
            ("SELECT g.k FROM g AS g WHERE g.one = 1", "SELECT g.k FROM g AS g"),
            ("SELECT g.k FROM g AS g WHERE g.one > 0 AND g.k = 2", "SELECT g.k FROM g AS g WHERE g.k = 2"),
            ("SELECT COALESCE(g.one, 0) AS a, g.one FROM g AS g", "SELECT 1 AS a, 1 AS one FROM g AS g"),
            (
                "SELECT CASE WHEN g.one = 1 THEN t.a ELSE t.b END AS a FROM t AS t JOIN g AS g ON g.k = t.k",
                "SELECT t.a FROM t AS t JOIN g AS g ON g.k = t.k",
            ),
        ]);
        let may_lack = "SELECT t.a FROM t AS t LEFT JOIN g AS g ON g.k = t.k WHERE g.one = 1 OR t.a = 2";
        becomes(&[(may_lack, may_lack)]);
    }

    #[test]
    fn what_is_there_is_counted_by_itself() {
        let of = |item: &str| format!("SELECT {item} AS a FROM t AS t LEFT JOIN g AS g ON g.k = t.k GROUP BY t.k");
        let told = [
            ("COUNT(CASE WHEN t.x IS NOT NULL THEN 1 END)", "COUNT(t.x)"),
            ("COUNT(CASE WHEN g.m = 1 THEN 1 END)", "COUNT(g.m)"),
            ("MAX(CASE WHEN g.one = 1 THEN 1 END)", "MAX(g.one)"),
            ("-SUM(CASE WHEN t.x IS NOT NULL THEN 1 ELSE 0 END)", "-COUNT(t.x)"),
            ("NULLIF(COUNT(*), 0)", "COUNT(*)"),
            ("NULLIF(COUNT(t.x), 0)", "NULLIF(COUNT(t.x), 0)"),
            ("COUNT(CASE WHEN t.x = 1 THEN 1 END)", "COUNT(CASE WHEN t.x = 1 THEN 1 END)"),
            (
                "COUNT(DISTINCT CASE WHEN t.x IS NOT NULL THEN 1 END)",
                "COUNT(DISTINCT CASE WHEN t.x IS NOT NULL THEN 1 END)",
            ),
        ];
        for (item, words) in told {
            assert_eq!(folded(&of(item)), of(words), "{item}");
        }
        let of_all =
            "SELECT SUM(CASE WHEN t.x IS NOT NULL THEN 1 ELSE 0 END) AS a, NULLIF(COUNT(*), 0) AS b FROM t AS t";
        assert_eq!(folded(of_all), of_all, "of no rows, a sum is missing and a count is 0");
        becomes(&[(
            "SELECT SUM(CASE WHEN e.sign > 0 THEN g.one ELSE -g.one END) AS a FROM g AS g CROSS JOIN e AS e",
            "SELECT SUM(e.sign) AS a FROM g AS g CROSS JOIN e AS e",
        )]);
    }

    #[test]
    fn only_what_may_be_missing_falls_back() {
        becomes(&[
            (
                "SELECT COALESCE(h.n, 0) AS a, COALESCE(h.x, 0) AS b, COALESCE(h.w, 0) AS c FROM h AS h",
                "SELECT h.n AS a, COALESCE(h.x, 0) AS b, h.w AS c FROM h AS h",
            ),
            (
                "SELECT COALESCE(CASE WHEN t.a > 0 THEN h.n END, 0) AS a FROM h AS h JOIN t AS t ON t.k = h.k",
                "SELECT CASE WHEN t.a > 0 THEN h.n ELSE 0 END AS a FROM h AS h JOIN t AS t ON t.k = h.k",
            ),
            (
                "SELECT h.k FROM h AS h WHERE CASE WHEN h.x > 0 THEN h.n END IS NOT NULL",
                "SELECT h.k FROM h AS h WHERE h.x > 0",
            ),
            (
                "SELECT h.k FROM h AS h WHERE CASE WHEN h.x > 0 THEN h.n END = 0",
                "SELECT h.k FROM h AS h WHERE h.x > 0 AND h.n = 0",
            ),
        ]);
        let may_lack = "SELECT COALESCE(h.n, 0) AS a FROM t AS t LEFT JOIN h AS h ON h.k = t.k";
        becomes(&[(may_lack, may_lack)]);
    }
}
