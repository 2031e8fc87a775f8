//! Views and expectations.

use crate::gold::ColumnId;
use crate::model::words::Words;
use crate::model::{Definition, Model, View};

use super::Comparison;
use super::change::{Change, Place};
use super::pairs::Pairs;
use super::rule;

impl Comparison<'_> {
    pub(super) fn outputs(&mut self, pairs: &Pairs) {
        self.views(pairs);
        self.expectations();
    }

    fn views(&mut self, pairs: &Pairs) {
        let (old, new) = (self.old, self.new);
        let named = |model: &'_ Model, name: &str| {
            model.views.iter().position(|view| view.head.name.eq_ignore_ascii_case(name))
        };
        for view in &new.views {
            let name = &view.head.name;
            let here = Place::New(view.head.name_span);
            match named(old, name).and_then(|at| old.views.get(at)) {
                Some(was) => self.view(was, view, pairs),
                None => {
                    self.found(Change::new(&rule::ADDED, "view", name, format!("view `{name}` is new")).at(here));
                }
            }
        }
        for view in old.views.iter().filter(|view| named(new, &view.head.name).is_none()) {
            let name = &view.head.name;
            let change = Change::new(&rule::REMOVED, "view", name, format!("view `{name}` is gone"));
            self.found(change.at(Place::Old(view.head.name_span)));
        }
    }

    fn view(&mut self, old: &View, new: &View, pairs: &Pairs) {
        if old.head.label != new.head.label {
            let (name, is, was) = (&new.head.name, &new.head.label, &old.head.label);
            let message = format!("view `{name}` is titled “{is}”, not “{was}”");
            self.about(&rule::ABOUT_CHANGED, "view", &new.head, message);
        }
        self.head("view", &old.head, &new.head);
        self.view_shape(old, new, pairs);
    }

    fn view_shape(&mut self, old: &View, new: &View, pairs: &Pairs) {
        let mut clauses = Vec::new();
        let now = |id| match pairs.now(Definition::Metric(id)) {
            Some(Definition::Metric(id)) => Some(id),
            _ => None,
        };
        let before: Vec<_> = old.metrics.iter().map(|id| now(*id)).collect();
        if before != new.metrics.iter().map(|id| Some(*id)).collect::<Vec<_>>() {
            clauses.push(format!("metrics {} → {}", metrics(self.old, old), metrics(self.new, new)));
        }
        let shape = |model: &Model, view: &View| (columns(model, &view.groups), view.grain.clone());
        if shape(self.old, old) != shape(self.new, new) {
            let text = |(columns, grain): (String, Option<String>)| [columns, grain.unwrap_or_default()].join(" ");
            clauses.push(format!("by {} → {}", text(shape(self.old, old)), text(shape(self.new, new))));
        }
        let filters = |model: &Model, view: &View| {
            let words = Words::new(model);
            let all = view.filters.iter().map(|filter| words.condition(&filter.condition));
            all.collect::<Vec<_>>().join(" and ")
        };
        let (was, is) = (filters(self.old, old), filters(self.new, new));
        if was != is {
            clauses.push(format!("where {was} → {is}"));
        }
        if !clauses.is_empty() {
            let name = &new.head.name;
            let change = Change::new(&rule::VIEW_CHANGED, "view", name, format!("view `{name}` shows something else"));
            self.found(change.clauses(clauses).at(Place::New(new.head.name_span)));
        }
    }

    /// Expectations have no names of their own: they are compared as they read.
    fn expectations(&mut self) {
        let read = |model: &Model| -> Vec<String> {
            let words = Words::new(model);
            let told = |e: &crate::model::Expectation| {
                format!("{} by {}", words.condition(&e.condition), columns(model, &e.groups))
            };
            model.expectations.iter().map(told).collect()
        };
        let (before, after) = (read(self.old), read(self.new));
        for (expectation, text) in self.new.expectations.iter().zip(&after).filter(|(_, text)| !before.contains(text)) {
            let message = format!("it is expected now that {}", text.trim_end_matches(" by "));
            let change = Change::new(&rule::EXPECTATION_CHANGED, "expectation", &expectation.name, message);
            self.found(change.at(Place::New(expectation.span)));
        }
        for (expectation, text) in self.old.expectations.iter().zip(&before).filter(|(_, text)| !after.contains(text)) {
            let message = format!("it is no longer expected that {}", text.trim_end_matches(" by "));
            let change = Change::new(&rule::EXPECTATION_CHANGED, "expectation", &expectation.name, message);
            self.found(change.at(Place::Old(expectation.span)));
        }
    }
}

fn metrics(model: &Model, view: &View) -> String {
    let names = view.metrics.iter().filter_map(|id| model.metric(*id)).map(|metric| metric.head.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

fn columns(model: &Model, groups: &[ColumnId]) -> String {
    groups.iter().map(|id| model.gold.written(*id)).collect::<Vec<_>>().join(", ")
}
