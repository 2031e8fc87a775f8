//! Expressions: the flat rules `condition` and `sum` of the grammar become trees by precedence.

use super::Builder;
use crate::source::{Span, Spanned};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::tree::{ArithmeticOp, Clause, CompareOp, Expr, ExprKind};

impl<'t> Builder<'t> {
    /// A condition or value, and the clauses behind it.
    pub(super) fn expression(&mut self, pair: Pair<'t>) -> Expr {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let value = inner.next().map_or(broken(span), |pair| self.condition(pair));
        let clauses: Vec<Clause> = inner.filter_map(|pair| self.clause(pair)).collect();
        if clauses.is_empty() {
            return value;
        }
        Expr { kind: ExprKind::Clauses { value: Box::new(value), clauses }, span }
    }

    /// `or` joins what `and` joins, `not` takes one whole test.
    pub(super) fn condition(&mut self, pair: Pair<'t>) -> Expr {
        let whole = self.span(&pair);
        let (mut ors, mut ands, mut nots, mut tested) = (Vec::new(), Vec::new(), Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_not => nots.push(self.span(&part)),
                Rule::sum => tested = Some(self.sum(part)),
                Rule::k_and => ands.extend(negated(&mut nots, tested.take())),
                Rule::k_or => {
                    ands.extend(negated(&mut nots, tested.take()));
                    ors.extend(joined(std::mem::take(&mut ands), ExprKind::And));
                }
                _ => tested = tested.map(|left| self.test(left, part)),
            }
        }
        ands.extend(negated(&mut nots, tested));
        ors.extend(joined(ands, ExprKind::And));
        joined(ors, ExprKind::Or).unwrap_or(broken(whole))
    }

    fn test(&mut self, left: Expr, pair: Pair<'t>) -> Expr {
        let span = left.span.to(self.span(&pair));
        let rule = pair.as_rule();
        let kind = match rule {
            Rule::comparison => self.comparison(left, pair),
            Rule::membership => self.membership(left, pair),
            Rule::is_missing => {
                let negated = pair.into_inner().any(|pair| pair.as_rule() == Rule::k_present);
                Some(ExprKind::IsMissing { value: Box::new(left), negated })
            }
            _ => self.text_or_range(left, rule, pair),
        };
        Expr { kind: kind.unwrap_or(ExprKind::Broken), span }
    }

    fn comparison(&mut self, left: Expr, pair: Pair<'t>) -> Option<ExprKind> {
        let mut inner = pair.into_inner();
        let operator = inner.next()?;
        let operator = Spanned::new(compare_op(operator.as_str()), self.span(&operator));
        let right = Box::new(self.sum(inner.next()?));
        Some(ExprKind::Compare { operator, left: Box::new(left), right })
    }

    fn membership(&mut self, left: Expr, pair: Pair<'t>) -> Option<ExprKind> {
        let left = Box::new(left);
        let mut negated = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_not => negated = true,
                Rule::list => return Some(ExprKind::In { left, negated, values: self.sums(part) }),
                Rule::window => return Some(ExprKind::InWindow { left, negated, window: self.window(part)? }),
                _ => {}
            }
        }
        None
    }

    fn text_or_range(&mut self, left: Expr, rule: Rule, pair: Pair<'t>) -> Option<ExprKind> {
        let left = Box::new(left);
        let mut operands = self.sums(pair).into_iter().map(Box::new);
        let first = operands.next()?;
        Some(match rule {
            Rule::between => ExprKind::Between { left, low: first, high: operands.next()? },
            Rule::starts_with => ExprKind::StartsWith { left, text: first },
            _ => ExprKind::Contains { left, text: first },
        })
    }

    fn sums(&mut self, pair: Pair<'t>) -> Vec<Expr> {
        pair.into_inner().filter(|pair| pair.as_rule() == Rule::sum).map(|pair| self.sum(pair)).collect()
    }

    /// `* /` before `+ -`, both from the left; a sign before `* /`, `ignoring` before a sign.
    pub(super) fn sum(&mut self, pair: Pair<'t>) -> Expr {
        let mut chain = Chain::default();
        let whole = self.span(&pair);
        let (mut signs, mut operand) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::minus => signs.push(self.span(&part)),
                Rule::arithmetic_operator => {
                    chain.push(signed(&mut signs, operand.take()));
                    chain.operator(Spanned::new(arithmetic_op(part.as_str()), self.span(&part)));
                }
                Rule::ignoring => operand = operand.map(|value| self.ignoring(value, part)),
                _ => operand = Some(self.primary(part)),
            }
        }
        chain.push(signed(&mut signs, operand));
        chain.finish().unwrap_or(broken(whole))
    }

    fn ignoring(&mut self, value: Expr, pair: Pair<'t>) -> Expr {
        let span = value.span.to(self.span(&pair));
        let table = self.inner_word(pair, Rule::name);
        let kind = table.map(|table| ExprKind::Ignoring { value: Box::new(value), table });
        Expr { kind: kind.unwrap_or(ExprKind::Broken), span }
    }
}

type Operator = Spanned<ArithmeticOp>;

/// Operands and operators of a sum, joined as they come: a term waits until its factors are complete.
#[derive(Default)]
struct Chain {
    sum: Option<(Expr, Operator)>,
    term: Option<Expr>,
    factor: Option<Operator>,
}

impl Chain {
    fn push(&mut self, operand: Option<Expr>) {
        let Some(operand) = operand else { return };
        self.term = Some(match (self.term.take(), self.factor.take()) {
            (Some(left), Some(operator)) => arithmetic(left, operator, operand),
            _ => operand,
        });
    }

    fn operator(&mut self, operator: Operator) {
        if matches!(operator.value, ArithmeticOp::Multiply | ArithmeticOp::Divide) {
            self.factor = Some(operator);
            return;
        }
        self.sum = self.join().map(|left| (left, operator));
    }

    fn join(&mut self) -> Option<Expr> {
        match (self.sum.take(), self.term.take()) {
            (Some((left, operator)), Some(right)) => Some(arithmetic(left, operator, right)),
            (None, right) => right,
            (Some((left, _)), None) => Some(left),
        }
    }

    fn finish(mut self) -> Option<Expr> {
        self.join()
    }
}

fn arithmetic(left: Expr, operator: Operator, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Arithmetic { operator, left: Box::new(left), right: Box::new(right) }, span }
}

fn broken(span: Span) -> Expr {
    Expr { kind: ExprKind::Broken, span }
}

/// Wraps an operand in the signs before it, the nearest first.
fn signed(signs: &mut Vec<Span>, operand: Option<Expr>) -> Option<Expr> {
    wrapped(signs, operand, |inner| ExprKind::Negate(Box::new(inner)))
}

fn negated(nots: &mut Vec<Span>, tested: Option<Expr>) -> Option<Expr> {
    wrapped(nots, tested, |inner| ExprKind::Not(Box::new(inner)))
}

fn wrapped(prefixes: &mut Vec<Span>, inner: Option<Expr>, wrap: impl Fn(Expr) -> ExprKind) -> Option<Expr> {
    prefixes.drain(..).rev().fold(inner, |inner, prefix| {
        inner.map(|inner| {
            let span = prefix.to(inner.span);
            Expr { kind: wrap(inner), span }
        })
    })
}

/// One condition as it is, more of them joined flat: `(a and b) and c` is `a and b and c`.
fn joined(conditions: Vec<Expr>, join: fn(Vec<Expr>) -> ExprKind) -> Option<Expr> {
    let span = conditions.first()?.span.to(conditions.last()?.span);
    if conditions.len() == 1 {
        return conditions.into_iter().next();
    }
    let same = std::mem::discriminant(&join(Vec::new()));
    let mut flat = Vec::with_capacity(conditions.len());
    for condition in conditions {
        let is_same = std::mem::discriminant(&condition.kind) == same;
        match condition {
            Expr { kind: ExprKind::And(inner) | ExprKind::Or(inner), .. } if is_same => flat.extend(inner),
            other => flat.push(other),
        }
    }
    Some(Expr { kind: join(flat), span })
}

fn compare_op(text: &str) -> CompareOp {
    match text {
        "=" => CompareOp::Equal,
        "!=" => CompareOp::NotEqual,
        "<" => CompareOp::Less,
        "<=" => CompareOp::LessOrEqual,
        ">" => CompareOp::Greater,
        _ => CompareOp::GreaterOrEqual,
    }
}

fn arithmetic_op(text: &str) -> ArithmeticOp {
    match text {
        "+" => ArithmeticOp::Add,
        "-" => ArithmeticOp::Subtract,
        "*" => ArithmeticOp::Multiply,
        _ => ArithmeticOp::Divide,
    }
}
