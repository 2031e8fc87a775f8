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
