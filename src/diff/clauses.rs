//! What changed inside an expression, clause by clause, in words.
//!
//! Only for telling: whether a meaning changed at all is decided by fingerprints.

use crate::model::words::Words;
use crate::model::{Aggregate, Expr, ExprKind, Model, Over, Rows};

/// Both versions and how their expressions read.
#[derive(Clone, Copy)]
pub struct Versions<'m> {
    old: Words<'m>,
    new: Words<'m>,
}

impl<'m> Versions<'m> {
    /// Both versions of one project, each with the names of its own.
    pub fn new(old: &'m Model, new: &'m Model) -> Self {
        Self { old: Words::new(old), new: Words::new(new) }
    }

    pub(super) fn read_alike(self, old: &Expr, new: &Expr) -> bool {
        self.old.value(old) == self.new.value(new)
    }

    /// One phrase for each clause that differs; none where both read alike.
    pub fn changes(self, old: &Expr, new: &Expr) -> Vec<String> {
        if self.read_alike(old, new) {
            return Vec::new();
        }
        match (&old.kind, &new.kind) {
            (ExprKind::And(_), _) | (_, ExprKind::And(_)) if is_condition(old) && is_condition(new) => {
                self.sets(&parts(old, true), &parts(new, true), "no longer requires that", "now also requires that")
            }
            (ExprKind::Or(_), _) | (_, ExprKind::Or(_)) if is_condition(old) && is_condition(new) => {
                self.sets(&parts(old, false), &parts(new, false), "no longer accepts that", "now also accepts that")
            }
            (ExprKind::Not(old), ExprKind::Not(new)) => self.changes(old, new),
            (ExprKind::Aggregate(a), ExprKind::Aggregate(b)) => self.aggregates(old, new, a, b),
            (ExprKind::Any(a), ExprKind::Any(b)) if a.table == b.table => self.rows(a, b),
            (
                ExprKind::Arithmetic { operator: a, left: old_left, right: old_right },
                ExprKind::Arithmetic { operator: b, left: new_left, right: new_right },
            ) if a == b => self.both(old_left, new_left, old_right, new_right),
            (
                ExprKind::Restricted { value: a, condition: p, .. },
                ExprKind::Restricted { value: b, condition: q, .. },
            ) => self.both(a, b, p, q),
            _ => vec![self.arrow(old, new)],
        }
    }

    fn both(self, old_left: &Expr, new_left: &Expr, old_right: &Expr, new_right: &Expr) -> Vec<String> {
        [self.changes(old_left, new_left), self.changes(old_right, new_right)].concat()
    }

    fn arrow(self, old: &Expr, new: &Expr) -> String {
        format!("{} → {}", self.old.value(old), self.new.value(new))
    }

    /// What only one side has. A clause that changed shows once, as old → new.
    fn sets(self, old: &[&Expr], new: &[&Expr], gone: &str, come: &str) -> Vec<String> {
        let mut lost: Vec<&Expr> = old.iter().copied().filter(|a| !new.iter().any(|b| self.read_alike(a, b))).collect();
        let mut won: Vec<&Expr> = new.iter().copied().filter(|b| !old.iter().any(|a| self.read_alike(a, b))).collect();
        let mut told = Vec::new();
        lost.retain(|a| {
            let Some(at) = won.iter().position(|b| self.ask_the_same(a, b)) else { return true };
            told.extend(self.changes(a, won.remove(at)));
            false
        });
        if let ([a], [b]) = (lost.as_slice(), won.as_slice()) {
            told.extend(self.changes(a, b));
            return told;
        }
        let lost = lost.iter().map(|a| format!("{gone} {}", self.old.condition(a)));
        let come = won.iter().map(|b| format!("{come} {}", self.new.condition(b)));
        told.into_iter().chain(lost).chain(come).collect()
    }

    /// Whether two conditions ask of one thing, so that one is the other after a change.
    fn ask_the_same(self, old: &Expr, new: &Expr) -> bool {
        match (&old.kind, &new.kind) {
            (ExprKind::Compare { left: a, .. }, ExprKind::Compare { left: b, .. })
            | (ExprKind::In { left: a, .. }, ExprKind::In { left: b, .. })
            | (ExprKind::InWindow { date: a, .. }, ExprKind::InWindow { date: b, .. })
            | (ExprKind::Between { left: a, .. }, ExprKind::Between { left: b, .. }) => self.read_alike(a, b),
            (ExprKind::Not(a), ExprKind::Not(b)) => self.ask_the_same(a, b),
            (ExprKind::Any(a), ExprKind::Any(b)) => a.table == b.table,
            _ => false,
        }
    }

    fn aggregates(self, old: &Expr, new: &Expr, a: &Aggregate, b: &Aggregate) -> Vec<String> {
        if a.operator != b.operator || a.rows.table != b.rows.table || a.per_entity != b.per_entity {
            return vec![self.arrow(old, new)];
        }
        let operand = match (&a.operand, &b.operand) {
            (Some(a), Some(b)) => self.changes(a, b),
            _ => Vec::new(),
        };
        [operand, self.rows(&a.rows, &b.rows)].concat()
    }

    fn rows(self, a: &Rows, b: &Rows) -> Vec<String> {
        let conjuncts = |condition| match condition {
            Some(condition) => parts(condition, true),
            None => Vec::new(),
        };
        let (old, new) = (conjuncts(a.condition.as_ref()), conjuncts(b.condition.as_ref()));
        let mut found = self.sets(&old, &new, "no longer requires that", "now also requires that");
        found.extend(self.links(a, b));
        found.extend(self.windows(&a.over, &b.over));
        found
    }

    /// How the rows meet the row at hand.
    fn links(self, a: &Rows, b: &Rows) -> Option<String> {
        let (old, new) = (self.old.link(a), self.new.link(b));
        let told = |link: &str| if link.is_empty() { "straight".to_owned() } else { link.trim_start().to_owned() };
        (old != new).then(|| format!("{} → {}", told(&old), told(&new)))
    }

    fn windows(self, old: &[Over], new: &[Over]) -> Option<String> {
        let words = |words: Words, over: &[Over]| over.iter().map(|o| words.over(o)).collect::<Vec<_>>().join(", ");
        let (old, new) = (words(self.old, old), words(self.new, new));
        let or_none = |text: String| if text.is_empty() { "no window".to_owned() } else { text };
        (old != new).then(|| format!("{} → {}", or_none(old), or_none(new)))
    }
}

fn is_condition(expr: &Expr) -> bool {
    expr.ty == crate::gold::Type::Boolean
}

/// The parts of an `and` (or of an `or`), the expression itself where it is none.
fn parts(expr: &Expr, and: bool) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::And(all) if and => all.iter().collect(),
        ExprKind::Or(all) if !and => all.iter().collect(),
        _ => vec![expr],
    }
}
