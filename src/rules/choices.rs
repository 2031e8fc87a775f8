//! A choice that is missing never enlarges what a policy allows. The value of a resolve is a choice, and it is missing
//! where no source says one or sources contradict each other: a refusal that compares it, `consent = "opted_out"`, is
//! false there, so the rule says what then holds, unless no `allow` rule below it can be true there.

mod reads;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::consent as codes;
use crate::gold::RelationshipId;
use crate::model::{Definition, Expr, ExprKind, FilterId, Model, Policy, ResolveId, RowPath, Rule};

use super::Facts;
use reads::Reading;

/// A resolve as a condition reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    id: ResolveId,
    /// From the row that the policy decides about; none where it is of other rows, days or purposes.
    at: Option<RowPath>,
}

pub(super) fn a_refusal_says_what_holds_of_a_missing_choice(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let reading = Reading { model: facts.model };
    for policy in &facts.model.policies {
        for (at, rule) in policy.rules.iter().enumerate().filter(|(_, rule)| !rule.allows) {
            let Some(condition) = &rule.condition else { continue };
            let mut told: Vec<ResolveId> = Vec::new();
            for (choice, span) in reading.unguarded(condition) {
                if let Some(open) = open_below(facts, policy, at, &choice).filter(|_| !told.contains(&choice.id)) {
                    told.push(choice.id);
                    let name = facts.model.head(Definition::Resolve(choice.id)).map_or("", |head| &head.name);
                    found.push(codes::unguarded_choice(name, span, &open.label, open.span));
                }
            }
        }
    }
}

/// The first `allow` rule after the one at `at` that is asked, and may hold, where the choice is missing.
fn open_below<'p>(facts: &Facts<'_>, policy: &'p Policy, at: usize, choice: &Choice) -> Option<&'p Rule> {
    let without = choice.at.as_deref().map(|path| Without { model: facts.model, id: choice.id, path });
    for (place, rule) in policy.rules.iter().enumerate() {
        let Some(condition) = &rule.condition else { continue };
        if !rule.allows && without.as_ref().is_some_and(|without| without.holds(condition)) {
            return None;
        }
        if rule.allows && place > at && !without.as_ref().is_some_and(|without| without.fails(condition)) {
            return Some(rule);
        }
    }
    None
}

/// What is certain, whatever else is so, where a choice is missing: that of the row which `path` leads to.
struct Without<'m> {
    model: &'m Model,
    id: ResolveId,
    path: &'m [RelationshipId],
}

impl Without<'_> {
    fn holds(&self, condition: &Expr) -> bool {
        match &condition.kind {
            ExprKind::And(parts) => parts.iter().all(|part| self.holds(part)),
            ExprKind::Or(parts) => parts.iter().any(|part| self.holds(part)),
            ExprKind::Not(inner) => self.fails(inner),
            ExprKind::IsMissing(value) => self.is(value),
            ExprKind::Filter { path, id } => self.of_filter(path, *id).is_some_and(|(at, inner)| at.holds(inner)),
            _ => false,
        }
    }

    fn fails(&self, condition: &Expr) -> bool {
        match &condition.kind {
            ExprKind::And(parts) => parts.iter().any(|part| self.fails(part)),
            ExprKind::Or(parts) => parts.iter().all(|part| self.fails(part)),
            ExprKind::Not(inner) => self.holds(inner),
            ExprKind::Filter { path, id } => self.of_filter(path, *id).is_some_and(|(at, inner)| at.fails(inner)),
            ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::Between { .. }
            | ExprKind::StartsWith { .. }
            | ExprKind::Contains { .. }
            | ExprKind::InWindow { .. } => condition.parts().any(|side| self.is(side)),
            _ => false,
        }
    }

    fn is(&self, value: &Expr) -> bool {
        matches!(&value.kind, ExprKind::Resolve { path, id } if *id == self.id && path == self.path)
    }

    /// A row from which a path of the policy finds none is refused, so the filter is asked where `path` leads.
    fn of_filter(&self, path: &[RelationshipId], id: FilterId) -> Option<(Without<'_>, &Expr)> {
        let further = self.path.strip_prefix(path)?;
        let filter = self.model.filter(id)?;
        Some((Without { path: further, ..*self }, &filter.condition))
    }
}
