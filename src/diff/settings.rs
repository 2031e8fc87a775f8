//! Changes of `carat.yaml` that readers notice.

use std::collections::BTreeSet;

use crate::model::Definition;
use crate::settings::Settings;

use super::Comparison;
use super::change::Change;
use super::rule;

impl Comparison<'_> {
    pub(super) fn settings(&mut self) {
        self.levels();
        self.currency();
        self.language();
        self.guards();
        self.validity();
        self.project();
        self.targets();
        self.connection();
    }

    /// Who may let changes through is a matter for those who read the numbers.
    fn levels(&mut self) {
        if self.old.settings.changes != self.new.settings.changes {
            let message = "what `carat.yaml` says of changes is another".to_owned();
            self.found(Change::new(&rule::LEVELS_CHANGED, "settings", "changes", message));
        }
    }

    /// The numbers stay, what stands beside them does not.
    fn currency(&mut self) {
        let (was, is) = (&self.old.settings.currency, &self.new.settings.currency);
        if was != is {
            let message = format!("money is printed in {is}, not in {was}; nothing is converted");
            let mut change = Change::new(&rule::CURRENCY_CHANGED, "settings", "currency", message);
            change.reached = self.readers.only("currency", |id| self.is_in_currency(id));
            self.found(change);
        }
    }

    fn is_in_currency(&self, id: Definition) -> bool {
        let Definition::Metric(id) = id else { return false };
        self.new.metric(id).is_some_and(|metric| metric.head.about.format.names_currency(metric.value.ty))
    }

    /// That of all names, labels and descriptions.
    fn language(&mut self) {
        let (was, is) = (&self.old.settings.language_tag, &self.new.settings.language_tag);
        if was != is {
            let message = format!("names and texts are in {is}, not in {was}");
            self.found(Change::new(&rule::LANGUAGE_CHANGED, "settings", "labels_in", message));
        }
    }

    /// Which policy guards a channel for a purpose, whether or not a segment is sent by it today.
    fn guards(&mut self) {
        let (was, is) = (&self.old.settings, &self.new.settings);
        for (purpose, channel) in guarded(was).union(&guarded(is)) {
            let (before, after) = (guard(was, purpose, channel), guard(is, purpose, channel));
            if before != after {
                let message = format!("{purpose} by {channel} is guarded by {after}, not by {before}");
                self.found(Change::new(&rule::GUARD_CHANGED, "settings", "policies", message));
            }
        }
    }

    /// Power BI alone shows the project to its readers.
    fn project(&mut self) {
        let (was, is) = (&self.old.settings, &self.new.settings);
        if was.powerbi.is_none() || is.powerbi.is_none() {
            return self.unseen_project();
        }
        if was.label != is.label {
            let message = format!("the Power BI model and report are called “{}”, not “{}”", is.label, was.label);
            self.found(Change::new(&rule::PROJECT_RENAMED, "settings", "label", message));
        }
        if was.project != is.project {
            let message = format!(
                "the project is `{}`, not `{}`: to Power BI its model and report are new ones beside the old",
                is.project, was.project
            );
            self.found(Change::new(&rule::PROJECT_RENAMED, "settings", "project", message));
        }
    }

    fn unseen_project(&mut self) {
        let (was, is) = (&self.old.settings, &self.new.settings);
        if (&was.project, &was.label) != (&is.project, &is.label) {
            let message =
                format!("the project is `{}` “{}”, not `{}` “{}”", is.project, is.label, was.project, was.label);
            self.found(Change::new(&rule::ABOUT_CHANGED, "settings", "project", message));
        }
    }

    fn targets(&mut self) {
        let (was, is) = (targets_of(&self.old.settings), targets_of(&self.new.settings));
        for target in was.iter().filter(|target| !is.contains(target)) {
            let message = format!("{target} is no longer written: what is deployed of it stays as it is");
            self.found(Change::new(&rule::TARGET_LOST, "settings", "targets", message));
        }
        for target in is.iter().filter(|target| !was.contains(target)) {
            let message = format!("{target} is written too");
            self.found(Change::new(&rule::TARGET_ADDED, "settings", "targets", message));
        }
    }

    /// A place moves numbers; a storage mode decides how old they may be.
    fn connection(&mut self) {
        let (Some(was), Some(is)) = (&self.old.settings.powerbi, &self.new.settings.powerbi) else { return };
        let mut clauses = Vec::new();
        if was.storage != is.storage {
            clauses.push(format!("storage {} → {}", was.storage.name(), is.storage.name()));
        }
        let new = is.connection.keys().filter(|key| !was.connection.contains_key(*key));
        for key in was.connection.keys().chain(new) {
            let [before, after] = [was, is].map(|one| one.connection.get(key).map_or("nothing", String::as_str));
            if before != after {
                clauses.push(format!("{key} {before} → {after}"));
            }
        }
        if !clauses.is_empty() {
            let message = "Power BI reads the gold tables from another place or in another way".to_owned();
            self.found(Change::new(&rule::CONNECTION_CHANGED, "settings", "powerbi", message).clauses(clauses));
        }
    }

    fn validity(&mut self) {
        let (was, is) = (self.old.settings.valid_for_hours, self.new.settings.valid_for_hours);
        if was != is {
            let message = format!("a file of recipients may be used for {}, not for {}", hours(is), hours(was));
            let mut change = Change::new(&rule::VALIDITY_CHANGED, "settings", "valid_for", message);
            change.reached = self.readers.only("valid_for", |id| self.is_activated(id));
            self.found(change);
        }
    }
}

/// Every purpose and channel that a policy is named for.
fn guarded(settings: &Settings) -> BTreeSet<(&str, &str)> {
    let purposes = settings.policies.iter();
    purposes.flat_map(|(purpose, all)| all.keys().map(move |channel| (purpose.as_str(), channel.as_str()))).collect()
}

fn guard(settings: &Settings, purpose: &str, channel: &str) -> String {
    let policy = settings.policies.get(purpose).and_then(|channels| channels.get(channel));
    policy.map_or_else(|| "no policy".to_owned(), |policy| format!("`{}`", policy.value))
}

fn targets_of(settings: &Settings) -> Vec<String> {
    let sql = settings.dialects.iter().map(|dialect| format!("SQL for {}", dialect.name()));
    sql.chain(settings.powerbi.as_ref().map(|_| "the Power BI model".to_owned())).collect()
}

fn hours(hours: u32) -> String {
    if hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") }
}
