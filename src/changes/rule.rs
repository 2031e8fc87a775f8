//! The rules: every kind of change as data. Each has a fixture pair under `tests/changes/<id>`.

use super::{Class, Level};
use crate::diagnostics::Code;

/// A kind of change.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Kebab-case, never renamed: `carat.yaml` and reports name it.
    pub id: &'static str,
    pub class: Class,
    /// What happened, as a sentence without a full stop.
    pub summary: &'static str,
    /// As a finding of a denied change, and of one that is only a warning.
    denied: Code,
    warned: Code,
}

/// The page that explains all rules.
const PAGE: &str = "docs/changes.md";

impl Rule {
    const fn new(id: &'static str, class: Class, summary: &'static str) -> Self {
        let (denied, warned) = (Code::error(id, summary), Code::warning(id, summary));
        Self { id, class, summary, denied: denied.explained_in(PAGE), warned: warned.explained_in(PAGE) }
    }

    /// As a finding; none for what is allowed.
    pub fn code(&'static self, level: Level) -> Option<&'static Code> {
        match level {
            Level::Deny => Some(&self.denied),
            Level::Warn => Some(&self.warned),
            Level::Allow => None,
        }
    }
}

macro_rules! rules {
    ($($constant:ident = $id:literal, $class:ident, $summary:literal;)*) => {
        $(pub static $constant: Rule = Rule::new($id, Class::$class, $summary);)*
        /// All rules, worst class first.
        pub static ALL: &[&Rule] = &[$(&$constant),*];
    };
}

rules! {
    REMOVED = "definition-removed", Name, "a metric, segment or view that others may read is gone";
    RENAMED = "definition-renamed", Name, "a metric, segment or view means the same under another name";
    DEPRECATED_REMOVED = "deprecated-removed", Name, "a deprecated metric is gone: until its end date readers may still bind to it";
    LABEL_CHANGED = "label-changed", Name, "the name readers see in Power BI changed: visuals and queries bind to it";
    HIDDEN = "metric-hidden", Name, "a metric readers could see is hidden now";
    GOLD_LABEL_CHANGED = "gold-label-changed", Name, "the name readers see of a gold table or column in Power BI changed: visuals and queries bind to it";
    PROJECT_RENAMED = "project-renamed", Name, "the Power BI model and report are called differently: whoever connects by name finds nothing";
    TARGET_LOST = "target-lost", Name, "SQL of a dialect, or Power BI, is no longer written";
    VIEWS_MOVED = "views-moved", Name, "the SQL views of the project are created in another schema: queries bind to it";
    COLUMN_LOST = "gold-column-lost", Name, "readers can no longer group by a gold column: it is hidden or gone";

    RULE_ADDED = "policy-rule-added", Consent, "a policy has a rule more";
    RULE_REMOVED = "policy-rule-removed", Consent, "a policy has a rule less";
    RULE_MOVED = "policy-rule-moved", Consent, "the rules of a policy stand in another order: the first that applies decides";
    RULE_CHANGED = "policy-rule-changed", Consent, "a rule of a policy applies to others than before";
    POLICY_CHANNELS = "policy-channels-changed", Consent, "a policy decides about other channels or another purpose";
    RESOLVE_CHANGED = "resolve-changed", Consent, "what all sources together say of a consent is worked out differently";
    ACTIVATION_CHANGED = "segment-activation-changed", Consent, "a segment may be used for another purpose or channel, or by another policy";
    AUDIENCE_CHANGED = "audience-changed", Consent, "a segment that may be activated is defined differently";
    POLICY_ADDED = "policy-added", Consent, "there is a new policy";
    POLICY_REMOVED = "policy-removed", Consent, "a policy is gone";
    REACH_CHANGED = "reach-changed", Consent, "who may be reached changes through something else that changed";
    GUARD_CHANGED = "policy-assigned", Consent, "`carat.yaml` names another policy for a purpose and channel";
    CONTACT_CHANGED = "gold-contact-changed", Consent, "what a channel reaches, and which channel that is, stands in another gold table or column";
    VALIDITY_CHANGED = "validity-changed", Consent, "a file of recipients may be used for a longer or shorter time";

    MEANING_CHANGED = "meaning-changed", Meaning, "a metric, filter or segment is defined differently";
    INPUT_CHANGED = "input-changed", Meaning, "a number may change because something it reads changed";
    EXPECTATION_CHANGED = "expectation-changed", Meaning, "what must hold on real data changed";
    LEVELS_CHANGED = "levels-changed", Meaning, "what `carat.yaml` says of changes is another: levels, exceptions, approvers";
    COLUMN_CHANGED = "gold-column-changed", Meaning, "a gold column has another type, missingness or normalisation";
    VALUES_CHANGED = "gold-values-changed", Meaning, "the contract knows other values of a gold column";
    RELATIONSHIP_CHANGED = "gold-relationship-changed", Meaning, "tables meet differently";
    KEY_CHANGED = "gold-key-changed", Meaning, "the rows of a gold table are told apart by other columns";
    SOURCE_CHANGED = "gold-source-changed", Meaning, "a gold table is read from another place";
    CONNECTION_CHANGED = "connection-changed", Meaning, "Power BI reads the gold tables from another place or in another way";
    DATE_CHANGED = "gold-date-changed", Meaning, "readers slice a gold table by another date";
    CALENDAR_CHANGED = "gold-calendar-changed", Meaning, "the calendar or the as-of date is another";

    TYPE_CHANGED = "type-changed", Shape, "a metric is of another type";
    CURRENCY_CHANGED = "currency-changed", Shape, "money is printed in another currency; nothing is converted";
    FORMAT_CHANGED = "format-changed", Shape, "a metric is printed differently";
    SORT_CHANGED = "gold-sort-changed", Shape, "Power BI orders a gold column by another column";
    SENSITIVITY_CHANGED = "gold-sensitivity-changed", Shape, "what a gold column says of a person is another: who may see and keep it depends on that";
    COLUMN_ADDED = "gold-column-added", Shape, "readers can group by a gold column that is new, or was hidden";
    CONTRACT_CHANGED = "gold-contract-changed", Shape, "the contract asks the gold layer for a table or column more, or for one less";
    CALENDAR_END_CHANGED = "gold-calendar-end-changed", Shape, "the calendar ends on another day: the contract asks for its days to then, and windows may be so much longer; no number changes";
    OTHER_DATES_CHANGED = "gold-other-dates-changed", Shape, "a gold table has other dates: the contract checks them, the Power BI model relates them to the calendar";
    LANGUAGE_CHANGED = "language-changed", Shape, "names and texts are said to be in another language: Power BI reads and sorts texts as that language does";
    TARGET_ADDED = "target-added", Shape, "SQL of one more dialect, or Power BI, is written";
    VIEW_CHANGED = "view-changed", Shape, "a view has other metrics, columns, grain or filters";
    DEPRECATED = "metric-deprecated", Shape, "a metric is to be replaced; it stays until its end date, hidden in Power BI";
    ADDED = "definition-added", Shape, "there is a new metric, segment or view";

    DESCRIPTION_CHANGED = "description-changed", Text, "the business definition is worded differently";
    ABOUT_CHANGED = "about-changed", Text, "folder, teams, owner, synonyms, translations, status or version changed, the title of a view, or the name of a project without Power BI";
    GOLD_DESCRIPTION_CHANGED = "gold-description-changed", Text, "what `gold.yaml` says about a table or column is worded differently";
    LINEAGE_CHANGED = "gold-lineage-changed", Text, "a gold column is said to come from elsewhere";
    HIDDEN_LABEL_CHANGED = "gold-hidden-label-changed", Text, "the name of a gold column that readers cannot group by: descriptions say it, and the hidden column in Power BI has it";
}

/// The rule of that id.
pub fn named(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_an_id_of_its_own_and_the_worst_class_stands_first() {
        let mut ids: Vec<_> = ALL.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
        assert!(ALL.is_sorted_by_key(|rule| rule.class));
        assert_eq!(named("view-changed"), Some(&VIEW_CHANGED));
    }
}
