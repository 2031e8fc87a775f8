//! Changes of `carat.yaml` that readers notice.

use crate::model::Definition;

use super::Comparison;
use super::change::Change;
use super::rule;

impl Comparison<'_> {
    pub(super) fn settings(&mut self) {
        self.levels();
        self.currency();
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

    /// Power BI alone shows the project to its readers.
    fn project(&mut self) {
        let (was, is) = (&self.old.settings, &self.new.settings);
        if was.powerbi.is_none() || is.powerbi.is_none() {
            return;
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

    fn targets(&mut self) {
        let (was, is) = (&self.old.settings, &self.new.settings);
        let lost = was.dialects.iter().filter(|dialect| !is.dialects.contains(dialect));
        let mut lost: Vec<String> = lost.map(|dialect| format!("SQL for {}", dialect.name())).collect();
        if was.powerbi.is_some() && is.powerbi.is_none() {
            lost.push("the Power BI model".to_owned());
        }
        for target in lost {
            let message = format!("{target} is no longer written: what is deployed of it stays as it is");
            self.found(Change::new(&rule::TARGET_LOST, "settings", "targets", message));
        }
    }

    /// A place moves numbers; a storage mode decides how old they may be.
    fn connection(&mut self) {
        let (Some(was), Some(is)) = (&self.old.settings.powerbi, &self.new.settings.powerbi) else { return };
        let mut clauses = Vec::new();
        if was.storage != is.storage {
            clauses.push(format!("storage {} → {}", was.storage.name(), is.storage.name()));
        }
        let gone = was.connection.keys().filter(|key| was.storage == is.storage && !is.connection.contains_key(*key));
        for key in is.connection.keys().chain(gone) {
            let [before, after] =
                [was, is].map(|powerbi| powerbi.connection.get(key).map_or("nothing", String::as_str));
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

fn hours(hours: u32) -> String {
    if hours == 1 { "1 hour".to_owned() } else { format!("{hours} hours") }
}
