//! Metrics, filters, segments: added, removed, renamed, defined differently.

use crate::gold::Date;
use crate::model::words::Words;
use crate::model::{Definition, Head, Metric, Segment, Status};
use crate::source::Spanned;

use super::Comparison;
use super::change::{Change, Place};
use super::rule::{self, Rule};

impl Comparison<'_> {
    pub(super) fn removed(&mut self, definition: Definition) {
        let Some(head) = self.old.head(definition) else { return };
        if let Status::Deprecated { replaced_by, ends } = &head.about.status {
            return self.retired(definition, head, replaced_by.as_ref(), ends.as_ref());
        }
        let rule = match definition {
            Definition::Metric(_) | Definition::Segment(_) => &rule::REMOVED,
            Definition::Policy(_) => &rule::POLICY_REMOVED,
            Definition::Filter(_) | Definition::Resolve(_) => return,
        };
        let message = format!("{} `{}` is gone", definition.kind(), head.name);
        self.found(Change::new(rule, definition.kind(), &head.name, message).at(Place::Old(head.name_span)));
    }

    fn retired(&mut self, id: Definition, head: &Head, next: Option<&Spanned<String>>, ends: Option<&Spanned<String>>) {
        let text = |written: Option<&Spanned<String>>| written.map_or("?", |written| &written.value).to_owned();
        let (next, until) = (text(next), text(ends));
        let message =
            format!("{} `{}` is gone, replaced by `{next}`; it was to stay until {until}", id.kind(), head.name);
        let change = Change::new(&rule::DEPRECATED_REMOVED, id.kind(), &head.name, message);
        self.found(change.at(Place::Old(head.name_span)).ending(Date::parse(&until)));
    }

    pub(super) fn added(&mut self, definition: Definition) {
        let Some(head) = self.new.head(definition) else { return };
        let rule = match definition {
            Definition::Metric(_) | Definition::Segment(_) => &rule::ADDED,
            Definition::Policy(_) => &rule::POLICY_ADDED,
            Definition::Filter(_) | Definition::Resolve(_) => return,
        };
        let message = format!("{} `{}` is new", definition.kind(), head.name);
        self.found(Change::new(rule, definition.kind(), &head.name, message).at(Place::New(head.name_span)));
    }

    /// What everybody has: name, label, words, braces.
    pub(super) fn heads(&mut self, old: Definition, new: Definition) {
        let (Some(before), Some(after)) = (self.old.head(old), self.new.head(new)) else { return };
        let read_by_name = matches!(new, Definition::Metric(_) | Definition::Segment(_));
        let kind = new.kind();
        if read_by_name && !before.name.eq_ignore_ascii_case(&after.name) {
            let message = format!("{kind} `{}` is called `{}` now and means the same", before.name, after.name);
            self.about(&rule::RENAMED, kind, after, message);
        }
        if read_by_name && before.label != after.label {
            let message = format!("`{}` is shown as “{}”, not as “{}”", after.name, after.label, before.label);
            self.about(&rule::LABEL_CHANGED, kind, after, message);
        }
        self.head(kind, before, after);
    }

    /// What stands about a definition or a view: words and braces.
    pub(super) fn head(&mut self, new: &'static str, before: &Head, after: &Head) {
        if before.about.hidden != after.about.hidden {
            self.visibility(new, after);
        }
        self.status(new, before, after);
        if before.docs != after.docs {
            let message = format!("`{}` is described differently", after.name);
            self.about(&rule::DESCRIPTION_CHANGED, new, after, message);
        }
        self.braces(new, before, after);
    }

    fn visibility(&mut self, new: &'static str, after: &Head) {
        match after.about.hidden {
            true => self.about(&rule::HIDDEN, new, after, format!("`{}` is hidden now", after.name)),
            false => self.about(&rule::ADDED, new, after, format!("`{}` is shown to readers now", after.name)),
        }
    }

    fn status(&mut self, new: &'static str, before: &Head, after: &Head) {
        let told = |status: &Status| match status {
            Status::Draft => "a draft".to_owned(),
            Status::Certified => "certified".to_owned(),
            Status::Deprecated { replaced_by, ends } => {
                let text = |written: &Option<Spanned<String>>| {
                    written.as_ref().map_or_else(|| "?".to_owned(), |written| written.value.clone())
                };
                format!("deprecated: use `{}`; it stays until {}", text(replaced_by), text(ends))
            }
        };
        let (was, is) = (told(&before.about.status), told(&after.about.status));
        if was != is {
            let deprecated = matches!(after.about.status, Status::Deprecated { .. });
            let rule = if deprecated { &rule::DEPRECATED } else { &rule::ABOUT_CHANGED };
            self.about(rule, new, after, format!("`{}` is {is}, not {was}", after.name).replace(", not a draft", ""));
        }
    }

    fn braces(&mut self, new: &'static str, before: &Head, after: &Head) {
        let changed: Vec<String> = [
            ("folder", before.about.folder != after.about.folder),
            ("teams", before.about.teams != after.about.teams),
            ("owner", before.about.owner != after.about.owner),
            ("synonyms", before.about.synonyms != after.about.synonyms),
            ("translations", before.about.translations != after.about.translations),
            ("version", before.about.version != after.about.version),
        ]
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(key, _)| key.to_owned())
        .collect();
        if !changed.is_empty() {
            let message = format!("`{}` has another {}", after.name, changed.join(", "));
            self.about(&rule::ABOUT_CHANGED, new, after, message);
        }
    }

    pub(super) fn about(&mut self, rule: &'static Rule, kind: &'static str, head: &Head, message: String) {
        self.found(Change::new(rule, kind, &head.name, message).at(Place::New(head.name_span)));
    }

    /// A fingerprint that moved: defined differently, or only reached by something that is.
    pub(super) fn meaning(&mut self, old: Definition, new: Definition) {
        if self.old_prints.get(old) == self.new_prints.get(new) {
            return;
        }
        let Some(head) = self.new.head(new) else { return };
        let clauses = self.clauses_of(old, new);
        let (rule, message) = match clauses.is_empty() {
            true => (self.reached_rule(new), format!("{} `{}` reads something that changed", new.kind(), head.name)),
            false => (self.own_rule(new), format!("{} `{}` is defined differently", new.kind(), head.name)),
        };
        let mut change =
            Change::new(rule, new.kind(), &head.name, message).clauses(clauses).at(Place::New(head.name_span));
        let (before, after) = (self.in_words(true, old), self.in_words(false, new));
        if before != after {
            change = change.worded(before, after);
        }
        self.found_reaching(change, new);
    }

    fn own_rule(&self, new: Definition) -> &'static Rule {
        match new {
            Definition::Policy(_) => &rule::RULE_CHANGED,
            Definition::Resolve(_) => &rule::RESOLVE_CHANGED,
            _ if self.is_activated(new) => &rule::AUDIENCE_CHANGED,
            _ => &rule::MEANING_CHANGED,
        }
    }

    fn reached_rule(&self, new: Definition) -> &'static Rule {
        match new {
            Definition::Policy(_) | Definition::Resolve(_) => &rule::REACH_CHANGED,
            _ if self.is_activated(new) => &rule::REACH_CHANGED,
            _ => &rule::INPUT_CHANGED,
        }
    }

    /// A segment that may be activated reaches people: whatever moves it is a matter of consent.
    pub(super) fn is_activated(&self, definition: Definition) -> bool {
        let activated = |segment: &Segment| segment.activation.is_some();
        matches!(definition, Definition::Segment(id) if self.new.segment(id).is_some_and(activated))
    }

    fn clauses_of(&self, old: Definition, new: Definition) -> Vec<String> {
        let (before, after) = (self.old.expressions(old), self.new.expressions(new));
        if before.len() != after.len() {
            return Vec::new();
        }
        let of_table = arrow("of ", &self.table_of(true, old), &self.table_of(false, new));
        let inside = before.iter().zip(&after).flat_map(|(a, b)| self.versions.changes(a, b));
        of_table.into_iter().chain(inside).collect()
    }

    /// The table that it stands behind `of`; empty where none does, and of what says its table elsewhere.
    fn table_of(&self, old: bool, definition: Definition) -> String {
        let model = if old { self.old } else { self.new };
        let is_told_here = matches!(definition, Definition::Filter(_) | Definition::Segment(_));
        let table = model.table_of(definition).filter(|_| is_told_here);
        table.and_then(|id| model.gold.table(id)).map_or_else(String::new, |table| table.name.clone())
    }

    /// The definition as a sentence, `old` in the old version's words.
    fn in_words(&self, old: bool, definition: Definition) -> String {
        let model = if old { self.old } else { self.new };
        let words = Words::new(model);
        let all = model.expressions(definition);
        all.iter().map(|expr| words.sentence(expr)).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn metric_shape(&mut self, old: &Metric, new: &Metric) {
        let subject =
            |rule, message| Change::new(rule, "metric", &new.head.name, message).at(Place::New(new.head.name_span));
        if old.value.ty != new.value.ty {
            let (is, was) = (new.value.ty.name(), old.value.ty.name());
            let message = format!("`{}` is {is}, not {was}", new.head.name);
            self.found(subject(&rule::TYPE_CHANGED, message));
        }
        if old.head.about.format != new.head.about.format {
            let message = format!("`{}` is printed in another format", new.head.name);
            self.found(subject(&rule::FORMAT_CHANGED, message));
        }
    }
}

/// `what old → what new`; none where they are the same.
pub(super) fn arrow(what: &str, old: &str, new: &str) -> Option<String> {
    let told = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    (!old.eq_ignore_ascii_case(new)).then(|| format!("{what}{} → {what}{}", told(old), told(new)))
}
