//! The choices that a condition reads without saying what holds where they are missing, through every name it uses:
//! how large that is was measured before (`definition-too-large`).

use crate::model::{Definition, Expr, ExprKind, Function, Model, PolicyId, RowPath, Rows};
use crate::source::Span;

use super::Choice;

/// How a condition follows what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    /// It grows with it, so that a comparison which is false of a missing value makes it smaller.
    With,
    /// It grows as that shrinks, under `not`: a refusal is only larger where a value is missing.
    Against,
    /// That cannot be told.
    Either,
}

impl Sense {
    fn not(self) -> Self {
        match self {
            Sense::With => Sense::Against,
            Sense::Against => Sense::With,
            Sense::Either => Sense::Either,
        }
    }
}

/// Reads conditions of a model.
pub(super) struct Reading<'m> {
    pub(super) model: &'m Model,
}

/// The choices that a condition compares, and those it asks whether they are there.
#[derive(Default)]
struct Found {
    read: Vec<(Choice, Span)>,
    tested: Vec<Choice>,
}

impl Found {
    fn unguarded(mut self) -> Vec<(Choice, Span)> {
        self.read.retain(|(choice, _)| !self.tested.contains(choice));
        self.read
    }

    fn elsewhere(&mut self, choices: impl IntoIterator<Item = Choice>, span: Span) {
        self.read.extend(choices.into_iter().map(|choice| (Choice { at: None, ..choice }, span)));
    }
}

impl Reading<'_> {
    /// The choices that a refusal does not say enough of, each with where it is read.
    pub(super) fn unguarded(&self, refusal: &Expr) -> Vec<(Choice, Span)> {
        self.found(refusal, Sense::With).unguarded()
    }

    fn found(&self, expr: &Expr, sense: Sense) -> Found {
        let mut found = Found::default();
        self.add(expr, sense, &mut found);
        found
    }

    fn add(&self, expr: &Expr, sense: Sense, found: &mut Found) {
        match &expr.kind {
            ExprKind::Resolve { path, id } if sense != Sense::Against => {
                found.read.push((Choice { id: *id, at: Some(path.clone()) }, expr.span));
            }
            ExprKind::IsMissing(value) => match &value.kind {
                ExprKind::Resolve { path, id } => found.tested.push(Choice { id: *id, at: Some(path.clone()) }),
                _ => self.add(value, Sense::Either, found),
            },
            ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().for_each(|part| self.add(part, sense, found)),
            ExprKind::Not(inner) => self.add(inner, sense.not(), found),
            ExprKind::Any(rows) => self.add_rows(rows, sense, expr.span, found),
            ExprKind::Prior { value, .. } | ExprKind::Opening(value) => self.add_elsewhere(value, sense, found),
            ExprKind::Filter { path, id } => {
                let choices = self.of(Definition::Filter(*id), sense);
                found.read.extend(choices.into_iter().map(|choice| (by(path, choice), expr.span)));
            }
            ExprKind::Segment { id, .. } => {
                let choices = self.of(Definition::Segment(*id), sense);
                found.elsewhere(choices, expr.span);
            }
            // It allows less where a choice is missing, whatever its rules say.
            ExprKind::Policy { id, .. } if sense != Sense::Against => {
                let choices = self.of(Definition::Policy(*id), Sense::Either);
                found.elsewhere(choices, expr.span);
            }
            ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::Between { .. }
            | ExprKind::StartsWith { .. }
            | ExprKind::Contains { .. }
            | ExprKind::InWindow { .. } => expr.parts().for_each(|side| self.add_side(side, sense, found)),
            _ => self.add_value(expr, found),
        }
    }

    /// A comparison with a missing side is false; what a value that is worked out is then, nobody can tell.
    fn add_side(&self, side: &Expr, sense: Sense, found: &mut Found) {
        match &side.kind {
            ExprKind::Resolve { .. } => self.add(side, sense, found),
            _ => self.add(side, Sense::Either, found),
        }
    }

    fn add_value(&self, value: &Expr, found: &mut Found) {
        match &value.kind {
            ExprKind::Metric(id) => {
                let choices = self.of(Definition::Metric(*id), Sense::Either);
                found.elsewhere(choices, value.span);
            }
            ExprKind::Aggregate(aggregate) => {
                aggregate.operand.iter().for_each(|operand| self.add_elsewhere(operand, Sense::Either, found));
                self.add_rows(&aggregate.rows, Sense::Either, value.span, found);
            }
            ExprKind::Restricted { .. } | ExprKind::Ignoring { .. } => {
                value.parts().for_each(|part| self.add_elsewhere(part, Sense::Either, found));
            }
            ExprKind::Call { function: Function::Coalesce, arguments } => self.add_replaced(arguments, found),
            _ => value.parts().for_each(|part| self.add(part, Sense::Either, found)),
        }
    }

    /// `coalesce(consent, "opted_out")` says what holds where the choice is missing.
    fn add_replaced(&self, arguments: &[Expr], found: &mut Found) {
        let last = arguments.len().saturating_sub(1);
        let is_replaced =
            |(at, argument): &(usize, &Expr)| *at < last && matches!(argument.kind, ExprKind::Resolve { .. });
        for (_, argument) in arguments.iter().enumerate().filter(|argument| !is_replaced(argument)) {
            self.add(argument, Sense::Either, found);
        }
    }

    /// What is said of a missing choice is said among the same rows.
    fn add_rows(&self, rows: &Rows, sense: Sense, span: Span, found: &mut Found) {
        if let Some(condition) = &rows.condition {
            let choices = self.found(condition, sense).unguarded();
            found.elsewhere(choices.into_iter().map(|(choice, _)| choice), span);
        }
    }

    fn add_elsewhere(&self, expr: &Expr, sense: Sense, found: &mut Found) {
        let choices = self.found(expr, sense).unguarded();
        choices.into_iter().for_each(|(choice, span)| found.elsewhere([choice], span));
    }

    fn of(&self, definition: Definition, sense: Sense) -> Vec<Choice> {
        let model = self.model;
        let meaning = match definition {
            Definition::Metric(id) => model.metric(id).map(|metric| &metric.value),
            Definition::Filter(id) => model.filter(id).map(|filter| &filter.condition),
            Definition::Segment(id) => model.segment(id).map(|segment| &segment.condition),
            Definition::Policy(id) => return self.asked_by(id),
            _ => None,
        };
        let Some(meaning) = meaning else { return Vec::new() };
        self.found(meaning, sense).unguarded().into_iter().map(|(choice, _)| choice).collect()
    }

    /// Every choice that decides in a policy, those it asks for among them.
    fn asked_by(&self, id: PolicyId) -> Vec<Choice> {
        let rules = self.model.policy(id).map_or(&[][..], |policy| &policy.rules);
        let mut all = Vec::new();
        for condition in rules.iter().filter_map(|rule| rule.condition.as_ref()) {
            let Found { read, tested } = self.found(condition, Sense::Either);
            all.extend(read.into_iter().map(|(choice, _)| choice).chain(tested));
        }
        all
    }
}

/// A choice of the row that `path` leads to.
fn by(path: &RowPath, choice: Choice) -> Choice {
    let at = choice.at.map(|at| path.iter().copied().chain(at).collect());
    Choice { at, ..choice }
}
