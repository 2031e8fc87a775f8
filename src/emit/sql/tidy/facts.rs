//! What is known of a column by how it is made, in the common table expressions before.

use sqlparser::ast::{
    Expr, Function, GroupByExpr, Ident, JoinOperator, ObjectNamePart, Select, TableWithJoins, UnaryOperator,
};

use super::{Cte, named};
use crate::emit::sql::ast::{self, item_name, item_value};
use crate::emit::sql::common::{self, Macro};

/// How far a column is followed from expression to expression: what is deeper is not known.
const FAR: usize = 8;

/// What a `SELECT` reads.
pub struct Scope<'s> {
    ctes: &'s [Cte],
    reads: Vec<Read<'s>>,
    deep: usize,
}

/// An alias and the place of the common table expression that it stands for, if it is one.
struct Read<'s> {
    alias: &'s Ident,
    cte: Option<usize>,
    /// A left join: the row may not be there.
    may_lack: bool,
}

impl<'s> Scope<'s> {
    /// Of a `SELECT` from tables and some of these.
    pub fn of(from: &'s [TableWithJoins], ctes: &'s [Cte]) -> Self {
        Self::deeper(from, ctes, 0)
    }

    fn deeper(from: &'s [TableWithJoins], ctes: &'s [Cte], deep: usize) -> Self {
        let mut reads = Vec::new();
        for from in from {
            let joined = from.joins.iter().map(|join| (&join.relation, !keeps_no_others(&join.join_operator)));
            for (factor, may_lack) in std::iter::once((&from.relation, false)).chain(joined) {
                let Some((name, alias)) = named(factor) else { continue };
                let cte = name.and_then(|name| ctes.iter().position(|(known, _)| known.value == name.value));
                reads.push(Read { alias, cte, may_lack });
            }
        }
        Scope { ctes, reads, deep }
    }

    /// The value is 1 on every row.
    pub fn is_one(&self, value: &Expr) -> bool {
        match value {
            Expr::CompoundIdentifier(_) => {
                self.is_made_of(value, false, is_plain, &|scope, _, made| scope.is_one(made))
            }
            other => ast::whole_number(other) == Some(1),
        }
    }

    /// The value is 1 or -1 on every row.
    pub fn is_sign(&self, value: &Expr) -> bool {
        match value {
            Expr::CompoundIdentifier(_) => {
                self.is_made_of(value, false, is_plain, &|scope, _, made| scope.is_sign(made))
            }
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => ast::whole_number(expr) == Some(1),
            other => matches!(ast::whole_number(other), Some(1 | -1)),
        }
    }

    /// The value is 1 or missing.
    pub fn is_mark(&self, value: &Expr) -> bool {
        match value {
            Expr::CompoundIdentifier(_) => {
                self.is_made_of(value, true, |_| true, &|scope, _, made| scope.is_mark(made))
            }
            Expr::Case { operand: None, conditions, else_result, .. } => {
                let results = conditions.iter().map(|branch| &branch.result).chain(else_result.as_deref());
                results.into_iter().all(|result| self.is_mark(result))
            }
            Expr::Function(function) if is_one_of(function, &["MAX", "MIN"]) && function.over.is_none() => {
                ast::arguments(function).all(|argument| self.is_mark(argument))
            }
            other => ast::whole_number(other) == Some(1) || ast::is_literal_null(other),
        }
    }

    /// The value is never missing; `select` is what it stands in, where that is known.
    pub fn is_there(&self, value: &Expr, select: Option<&Select>) -> bool {
        let there = |part: &Expr| self.is_there(part, select);
        match value {
            Expr::CompoundIdentifier(_) => {
                select.is_some_and(|select| asks_for(select, value))
                    || self
                        .is_made_of(value, false, |_| true, &|scope, select, made| scope.is_there(made, Some(select)))
            }
            Expr::TypedString(_) => true,
            Expr::Nested(inner) | Expr::UnaryOp { op: UnaryOperator::Minus, expr: inner } => there(inner),
            Expr::BinaryOp { left, op, right } => ast::adds_up(op) && there(left) && there(right),
            Expr::Case { operand: None, conditions, else_result: Some(otherwise), .. } => {
                there(otherwise) && conditions.iter().all(|branch| there(&branch.result))
            }
            Expr::Function(function) => self.function_is_there(function, value, select),
            other => ast::is_there(other),
        }
    }

    fn function_is_there(&self, function: &Function, value: &Expr, select: Option<&Select>) -> bool {
        let mut arguments = ast::arguments(function);
        let sums = Macro::of(function).is_some_and(Macro::is_sum);
        let of_rows = sums || is_one_of(function, &["SUM", "MIN", "MAX", "AVG"]);
        if is_one_of(function, &[common::COUNT, "ROW_NUMBER", "RANK"]) {
            return true;
        }
        if of_rows {
            // Of no rows at all there is none: a group has some, and so have the rows so far.
            let has_rows = function.over.is_some() || select.is_some_and(is_grouped);
            return has_rows && arguments.all(|argument| self.is_there(argument, select));
        }
        match Macro::of(function) {
            Some(one) => one.needs_all() && arguments.all(|argument| self.is_there(argument, select)),
            None => ast::is_there(value),
        }
    }

    /// What a column is made of in each `SELECT` of its common table expression; `ask` is asked of all that are worth it.
    fn is_made_of(
        &self,
        column: &Expr,
        may_lack: bool,
        worth_it: fn(&Expr) -> bool,
        ask: &dyn Fn(&Scope<'_>, &Select, &Expr) -> bool,
    ) -> bool {
        let Some((alias, name)) = ast::column(column).filter(|_| self.deep < FAR) else { return false };
        let read = self.reads.iter().find(|read| read.alias.value == alias.value && (may_lack || !read.may_lack));
        let Some(at) = read.and_then(|read| read.cte) else { return false };
        let Some((_, body)) = self.ctes.get(at) else { return false };
        let before = self.ctes.get(..at).unwrap_or(&[]);
        let (mut place, mut all) = (None, true);
        let plain = ast::each_select(body, &mut |select| {
            let items = select.projection.as_slice();
            place = place.or_else(|| items.iter().position(|item| item_name(item) == Some(&name.value)));
            let made = place.filter(|_| all).and_then(|place| item_value(items.get(place)?));
            let made = made.filter(|made| worth_it(made));
            all &= made.is_some_and(|made| ask(&Scope::deeper(&select.from, before, self.deep + 1), select, made));
        });
        plain && all
    }
}

/// A number, or a column of another relation.
fn is_plain(value: &Expr) -> bool {
    matches!(value, Expr::Value(_) | Expr::UnaryOp { .. } | Expr::CompoundIdentifier(_))
}

fn keeps_no_others(operator: &JoinOperator) -> bool {
    matches!(operator, JoinOperator::Join(_) | JoinOperator::CrossJoin(_))
}

/// `WHERE`, or what an inner join is made by, asks for the value.
fn asks_for(select: &Select, value: &Expr) -> bool {
    let asked = select.selection.as_ref().is_some_and(|condition| ast::says_present(condition, value));
    let mut joins = select.from.iter().flat_map(|from| &from.joins);
    asked || joins.any(|join| ast::made_by(join).is_some_and(|on| ast::says_present(on, value)))
}

/// It has a row for each of several groups, none for no rows.
pub fn is_grouped(select: &Select) -> bool {
    matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if !keys.is_empty())
}

/// A function by one of these names.
pub fn is_one_of(function: &Function, names: &[&str]) -> bool {
    let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else { return false };
    names.contains(&name.value.as_str())
}
