//! Two definitions -> the definitions between them: clause by clause the old gives way to the new.
//!
//! The walk is over what was written, so that whatever stands between two versions is again something that can be
//! written, and is checked like any definition.

use std::fmt::Debug;

use crate::syntax::erase::{Erase, erased};
use crate::syntax::tree::{Aggregate, Clause, Definition, DefinitionKind, Expr, ExprKind, Over, Rule};

/// Decides clause by clause which side is taken: the first `taken` clauses that differ are the new ones.
#[derive(Debug)]
pub struct Mixer {
    taken: usize,
    /// What is being mixed: clauses of two definitions are two, however alike.
    scope: String,
    /// Each clause that differs, once: a share that changed above and below its line changed in one clause.
    met: Vec<String>,
    impossible: bool,
}

impl Mixer {
    /// Nothing is met yet: [`met`](Self::met) counts as definitions are mixed.
    pub fn new(taken: usize) -> Self {
        Self { taken, scope: String::new(), met: Vec::new(), impossible: false }
    }

    /// How many clauses differed so far.
    pub fn met(&self) -> usize {
        self.met.len()
    }

    /// Nothing can be written that stands here: a condition all of whose parts are gone or not there yet.
    pub fn is_impossible(&self) -> bool {
        self.impossible
    }

    /// Something that is no clause of a definition: a whole file.
    pub fn takes_whole(&mut self, what: &str) -> bool {
        self.takes_key(what.to_owned())
    }

    fn takes_key(&mut self, key: String) -> bool {
        let known = self.met.iter().position(|met| *met == key);
        let at = known.unwrap_or_else(|| {
            self.met.push(key);
            self.met.len() - 1
        });
        at < self.taken
    }

    fn takes<T: Erase + Clone + Debug>(&mut self, old: &T, new: &T) -> bool {
        self.takes_key(format!("{}: {:?} {:?}", self.scope, erased(old), erased(new)))
    }

    fn choice<T: Erase + Clone + Debug + PartialEq>(&mut self, old: &T, new: &T) -> T {
        if same(old, new) || !self.takes(old, new) { old.clone() } else { new.clone() }
    }

    /// A definition of one name in both versions; names, labels and braces are those of the new one.
    pub fn definition(&mut self, name: &str, old: &Definition, new: &Definition) -> Definition {
        self.scope = name.to_owned();
        match self.kind(&old.kind, &new.kind) {
            Some(kind) => Definition { kind, ..new.clone() },
            None => self.choice(old, new),
        }
    }

    /// None where the two have no clauses in common.
    fn kind(&mut self, old: &DefinitionKind, new: &DefinitionKind) -> Option<DefinitionKind> {
        let mut mixed = new.clone();
        match (old, &mut mixed) {
            (DefinitionKind::Metric { value: old, .. }, DefinitionKind::Metric { value, .. }) => {
                *value = self.expr(old, value);
            }
            (
                DefinitionKind::Filter { table: a, condition: old, .. },
                DefinitionKind::Filter { table: b, condition, .. },
            ) if a.value == b.value => *condition = self.expr(old, condition),
            (
                DefinitionKind::Segment { table: a, condition: old, .. },
                DefinitionKind::Segment { table: b, condition, .. },
            ) if a.value == b.value => *condition = self.expr(old, condition),
            (DefinitionKind::Policy { rules: old, .. }, DefinitionKind::Policy { rules, .. }) => {
                *rules = self.rules(old, rules);
            }
            _ => return None,
        }
        Some(mixed)
    }

    /// Rule by rule where they stand in the same order, else all at once.
    fn rules(&mut self, old: &Vec<Rule>, new: &Vec<Rule>) -> Vec<Rule> {
        let labels = |rules: &[Rule]| rules.iter().map(|rule| rule.label.value.clone()).collect::<Vec<_>>();
        match labels(old) == labels(new) {
            true => old.iter().zip(new).map(|(old, new)| self.choice(old, new)).collect(),
            false => self.choice(old, new),
        }
    }

    /// `new` where all clauses met in it are taken, `old` where none is, else a mixture of both.
    pub fn expr(&mut self, old: &Expr, new: &Expr) -> Expr {
        if same(old, new) {
            return old.clone();
        }
        let kind = match (&old.kind, &new.kind) {
            (ExprKind::And(_), _) | (_, ExprKind::And(_)) => return self.list(old, new, true),
            (ExprKind::Or(_), _) | (_, ExprKind::Or(_)) => return self.list(old, new, false),
            (ExprKind::Not(a), ExprKind::Not(b)) => ExprKind::Not(self.boxed(a, b)),
            (ExprKind::Aggregate(a), ExprKind::Aggregate(b)) if alike(a, b) => self.aggregate(a, b),
            (ExprKind::Clauses { .. }, _) | (_, ExprKind::Clauses { .. }) => self.behind(old, new),
            (
                ExprKind::Arithmetic { operator: a, left: old_left, right: old_right },
                ExprKind::Arithmetic { operator: b, left, right },
            ) if a.value == b.value => ExprKind::Arithmetic {
                operator: b.clone(),
                left: self.boxed(old_left, left),
                right: self.boxed(old_right, right),
            },
            (ExprKind::Prior { value: old, count: n, unit: u }, ExprKind::Prior { value, count, unit })
                if n.value == count.value && u.value == unit.value =>
            {
                ExprKind::Prior { value: self.boxed(old, value), count: count.clone(), unit: unit.clone() }
            }
            (ExprKind::Opening(a), ExprKind::Opening(b)) => ExprKind::Opening(self.boxed(a, b)),
            (ExprKind::Ignoring { value: a, table: t }, ExprKind::Ignoring { value: b, table })
                if t.value == table.value =>
            {
                ExprKind::Ignoring { value: self.boxed(a, b), table: table.clone() }
            }
            _ => return self.choice(old, new),
        };
        Expr { kind, span: new.span }
    }

    fn boxed(&mut self, old: &Expr, new: &Expr) -> Box<Expr> {
        Box::new(self.expr(old, new))
    }

    /// The parts of an `and` or `or`: changed ones first, then what is gone, then what is new.
    fn list(&mut self, old: &Expr, new: &Expr, and: bool) -> Expr {
        let mut won = parts(new, and);
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for part in parts(old, and) {
            match taken_out(&mut won, |other| same(part, other)) {
                Some(_) => kept.push(part.clone()),
                None => lost.push(part),
            }
        }
        let mut gone = Vec::new();
        for part in lost {
            match taken_out(&mut won, |other| about_the_same(part, other)) {
                Some(other) => kept.push(self.expr(part, other)),
                None => gone.push(part),
            }
        }
        if let ([old], [new]) = (gone.as_slice(), won.as_slice()) {
            kept.push(self.expr(old, new));
        } else {
            kept.extend(gone.into_iter().filter(|part| !self.takes(&Some((*part).clone()), &None)).cloned());
            kept.extend(won.into_iter().filter(|part| self.takes(&None, &Some((*part).clone()))).cloned());
        }
        self.joined(kept, and, new)
    }

    fn joined(&mut self, mut kept: Vec<Expr>, and: bool, new: &Expr) -> Expr {
        match (kept.len(), and) {
            (0, _) => {
                self.impossible = true;
                new.clone()
            }
            (1, _) => kept.swap_remove(0),
            (_, true) => Expr { kind: ExprKind::And(kept), span: new.span },
            (_, false) => Expr { kind: ExprKind::Or(kept), span: new.span },
        }
    }

    fn aggregate(&mut self, old: &Aggregate, new: &Aggregate) -> ExprKind {
        let operand = self.expr(&old.operand, &new.operand);
        let clauses = self.clauses(&old.clauses, &new.clauses);
        ExprKind::Aggregate(Box::new(Aggregate { operand, clauses, ..new.clone() }))
    }

    /// Clauses behind an expression, on one side or both.
    fn behind(&mut self, old: &Expr, new: &Expr) -> ExprKind {
        let ((a, left), (b, right)) = (with_clauses(old), with_clauses(new));
        let value = self.boxed(a, b);
        let clauses = self.clauses(left, right);
        if clauses.is_empty() { value.kind } else { ExprKind::Clauses { value, clauses } }
    }

    fn clauses(&mut self, old: &[Clause], new: &[Clause]) -> Vec<Clause> {
        let condition = match (condition(old), condition(new)) {
            (Some(old), Some(new)) => Some(self.expr(&old, &new)),
            (old, new) => self.choice(&old, &new),
        };
        let (old, new) = (overs(old), overs(new));
        let overs = match old.len() == new.len() {
            true => old.iter().zip(&new).map(|(old, new)| self.choice(old, new)).collect(),
            false => self.choice(&old, &new),
        };
        condition.into_iter().map(Clause::Where).chain(overs.into_iter().map(Clause::Over)).collect()
    }
}

fn same<T: Erase + Clone + PartialEq>(old: &T, new: &T) -> bool {
    erased(old) == erased(new)
}

fn taken_out<'a>(all: &mut Vec<&'a Expr>, fits: impl Fn(&Expr) -> bool) -> Option<&'a Expr> {
    let at = all.iter().position(|expr| fits(expr))?;
    Some(all.remove(at))
}

fn parts(expr: &Expr, and: bool) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::And(all) if and => all.iter().collect(),
        ExprKind::Or(all) if !and => all.iter().collect(),
        _ => vec![expr],
    }
}

/// Whether two conditions ask of one thing, so that one is the other after a change.
fn about_the_same(old: &Expr, new: &Expr) -> bool {
    match (&old.kind, &new.kind) {
        (ExprKind::Compare { left: a, .. }, ExprKind::Compare { left: b, .. })
        | (ExprKind::In { left: a, .. }, ExprKind::In { left: b, .. })
        | (ExprKind::InWindow { left: a, .. }, ExprKind::InWindow { left: b, .. })
        | (ExprKind::Between { left: a, .. }, ExprKind::Between { left: b, .. })
        | (ExprKind::IsMissing { value: a, .. }, ExprKind::IsMissing { value: b, .. }) => same(&**a, &**b),
        (ExprKind::Not(a), ExprKind::Not(b)) => about_the_same(a, b),
        (ExprKind::Aggregate(a), ExprKind::Aggregate(b)) => alike(a, b) && same(&a.operand, &b.operand),
        _ => false,
    }
}

fn alike(a: &Aggregate, b: &Aggregate) -> bool {
    a.operator.value == b.operator.value
        && a.distinct == b.distinct
        && same(&a.per, &b.per)
        && same(&a.by, &b.by)
        && same(&a.of, &b.of)
        && same(&a.fraction, &b.fraction)
}

fn with_clauses(expr: &Expr) -> (&Expr, &[Clause]) {
    match &expr.kind {
        ExprKind::Clauses { value, clauses } => (value, clauses),
        _ => (expr, &[]),
    }
}

/// Every `where` in one.
fn condition(clauses: &[Clause]) -> Option<Expr> {
    let all = clauses.iter().filter_map(|clause| match clause {
        Clause::Where(condition) => Some(condition),
        Clause::Over(_) => None,
    });
    let mut parts: Vec<Expr> = all.flat_map(|condition| parts(condition, true)).cloned().collect();
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => parts.first().map(|first| first.span).map(|span| Expr { kind: ExprKind::And(parts), span }),
    }
}

fn overs(clauses: &[Clause]) -> Vec<Over> {
    let over = |clause: &Clause| match clause {
        Clause::Over(over) => Some(over.clone()),
        Clause::Where(_) => None,
    };
    clauses.iter().filter_map(over).collect()
}
