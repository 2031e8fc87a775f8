//! What a project does about each change: its level, the exception that set it, and who approves.

use crate::gold::Date;
use crate::model::{Definition, Model};
use crate::settings::{Changes, Exception};

use super::{Change, Level, rule};

/// A change and what the project's `changes:` say of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub change: Change,
    pub level: Level,
    /// Why the level is not that of its class or rule: the reason of an exception, an end date that has passed.
    pub because: Option<String>,
    /// Who approves it, each once.
    pub approvers: Vec<String>,
}

/// Judges changes by the new version's `changes:`. Without `today`, no exception applies and no end date has passed.
pub fn judge(changes: Vec<Change>, new: &Model, today: Option<Date>) -> Vec<Judged> {
    changes.into_iter().map(|change| judged(change, new, today)).collect()
}

fn judged(change: Change, new: &Model, today: Option<Date>) -> Judged {
    let rules = &new.settings.changes;
    let applies = |exception: &&Exception| {
        today.is_some_and(|today| today <= exception.until)
            && exception.name.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&change.subject.name))
            && exception.change.as_ref().is_none_or(|which| *which == change.rule.id || *which == change.class().name())
    };
    let (level, because) = match (rules.exceptions.iter().find(applies), over(&change, today)) {
        (Some(exception), _) => (exception.level, Some(format!("{} (until {})", exception.because, exception.until))),
        (None, Some(ended)) => (Level::Warn, Some(ended)),
        (None, None) => (usual(&change, rules), None),
    };
    let approvers = approvers(&change, new);
    Judged { change, level, because, approvers }
}

/// The level of the rule, else of the class, raised by that of the definition.
fn usual(change: &Change, rules: &Changes) -> Level {
    let class = change.class();
    let of_rule = rules.levels.get(change.rule.id).or_else(|| rules.levels.get(class.name()));
    let level = of_rule.copied().unwrap_or(class.default_level());
    let named = rules.definitions.iter().find(|(name, _)| name.eq_ignore_ascii_case(&change.subject.name));
    named.map_or(level, |(_, least)| level.max(*least))
}

/// A deprecated metric may go once its end date has passed.
fn over(change: &Change, today: Option<Date>) -> Option<String> {
    let ends = change.ends.filter(|_| *change.rule == rule::DEPRECATED_REMOVED)?;
    (today? > ends).then(|| format!("its end date {ends} has passed"))
}

/// Those of the class, of the definition and of the teams that read it.
fn approvers(change: &Change, new: &Model) -> Vec<String> {
    let rules = &new.settings.changes.approvers;
    let mut who: Vec<String> = rules.classes.get(change.class().name()).cloned().unwrap_or_default();
    let name = &change.subject.name;
    let of_metric = rules.metrics.iter().filter(|(metric, _)| metric.eq_ignore_ascii_case(name));
    who.extend(of_metric.flat_map(|(_, names)| names.clone()));
    for team in teams(new, name) {
        who.extend(rules.teams.get(&team).cloned().unwrap_or_default());
    }
    let mut seen = Vec::new();
    who.retain(|name| {
        !seen.contains(name) && {
            seen.push(name.clone());
            true
        }
    });
    who
}

fn teams(model: &Model, name: &str) -> Vec<String> {
    let named = |id: &Definition| model.head(*id).filter(|head| head.name.eq_ignore_ascii_case(name));
    model.definitions().find_map(|id| named(&id)).map(|head| head.about.teams.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Rule;

    fn model(exceptions: Vec<Exception>) -> Model {
        let mut model = Model::default();
        model.settings.changes.exceptions = exceptions;
        model
    }

    fn change(rule: &'static Rule) -> Change {
        Change::new(rule, "metric", "churn", "changed".to_owned())
    }

    fn day(text: &str) -> Option<Date> {
        Date::parse(text)
    }

    fn level(change: Change, model: &Model, today: Option<Date>) -> Level {
        judge(vec![change], model, today)[0].level
    }

    #[test]
    fn an_exception_applies_up_to_its_last_day_and_never_without_a_day() {
        let until = day("2026-06-30").unwrap();
        let name = Some("CHURN".to_owned());
        let exception =
            Exception { name, change: Some("name".into()), level: Level::Allow, until, because: "agreed".into() };
        let model = model(vec![exception]);
        assert_eq!(level(change(&rule::LABEL_CHANGED), &model, day("2026-06-30")), Level::Allow);
        assert_eq!(level(change(&rule::LABEL_CHANGED), &model, day("2026-07-01")), Level::Deny);
        assert_eq!(level(change(&rule::LABEL_CHANGED), &model, None), Level::Deny);
        assert_eq!(level(change(&rule::MEANING_CHANGED), &model, day("2026-06-30")), Level::Warn);
    }

    #[test]
    fn a_rule_is_nearer_than_its_class_and_a_definition_only_raises() {
        let mut model = model(Vec::new());
        let rules = &mut model.settings.changes;
        rules.levels.insert("name".into(), Level::Warn);
        rules.levels.insert("label-changed".into(), Level::Allow);
        assert_eq!(level(change(&rule::RENAMED), &model, None), Level::Warn);
        assert_eq!(level(change(&rule::LABEL_CHANGED), &model, None), Level::Allow);
        model.settings.changes.definitions.insert("churn".into(), Level::Deny);
        assert_eq!(level(change(&rule::DESCRIPTION_CHANGED), &model, None), Level::Deny);
    }

    #[test]
    fn a_deprecated_metric_may_go_after_its_end() {
        let mut gone = change(&rule::DEPRECATED_REMOVED);
        gone.ends = day("2026-06-30");
        assert_eq!(level(gone.clone(), &model(Vec::new()), day("2026-06-30")), Level::Deny);
        assert_eq!(level(gone, &model(Vec::new()), day("2026-07-01")), Level::Warn);
    }

    #[test]
    fn class_definition_and_team_name_their_approvers_once() {
        let mut model = model(Vec::new());
        let approvers = &mut model.settings.changes.approvers;
        approvers.classes.insert("name".into(), vec!["@bi".into()]);
        approvers.metrics.insert("churn".into(), vec!["@retention".into(), "@bi".into()]);
        let judged = judge(vec![change(&rule::RENAMED)], &model, None);
        assert_eq!(judged[0].approvers, ["@bi", "@retention"]);
    }
}
