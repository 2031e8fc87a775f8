//! What every definition has: name, label, business definition, and what stands in braces.

use indexmap::IndexMap;

use crate::diagnostics::closest;
use crate::diagnostics::codes::braces as codes;
use crate::gold::{Date, Type};
use crate::model::{About, Head, Status, Translation};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, AboutEntry, AboutValue, DefinitionKind};

use super::{Resolver, names, words};

/// What is defined, for the keys its braces may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Metric,
    Filter,
    Segment,
    Policy,
    Resolve,
    View,
}

const COMMON: [&str; 8] = ["teams", "owner", "synonyms", "translations", "status", "version", "replaced_by", "ends"];
const STATUSES: [&str; 3] = ["draft", "certified", "deprecated"];
const IN_A_LANGUAGE: [&str; 3] = ["label", "description", "folder"];

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Kind::Metric => "a metric",
            Kind::Filter => "a filter",
            Kind::Segment => "a segment",
            Kind::Policy => "a policy",
            Kind::Resolve => "a resolve",
            Kind::View => "a view",
        }
    }

    fn keys(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Kind::Metric => &["format", "folder", "hidden"],
            Kind::Segment => &["folder", "hidden"],
            Kind::View => &["folder"],
            Kind::Filter | Kind::Policy | Kind::Resolve => &[],
        };
        own.iter().chain(&COMMON).copied().collect()
    }
}

impl Resolver<'_> {
    /// `ty` is the type of a metric that has one: its format must suit it.
    pub(super) fn head(&mut self, tree: &tree::Definition, kind: Kind, ty: Option<Type>) -> Head {
        let name = names::name_and_table(&tree.kind).map(|(name, _)| name.value.clone()).unwrap_or_default();
        let label = label(&tree.kind).map_or_else(|| words::readable(&name), |label| label.value.clone());
        Head {
            label,
            docs: tree.docs.iter().map(|line| line.value.trim().to_owned()).collect(),
            about: self.about(&tree.about, kind, ty),
            name_span: names::name_span(tree),
            span: tree.span,
            name,
        }
    }

    fn about(&mut self, tree: &tree::About, kind: Kind, ty: Option<Type>) -> About {
        let mut entries: Vec<(String, &AboutEntry)> = Vec::with_capacity(tree.entries.len());
        let keys = kind.keys();
        for entry in &tree.entries {
            let key = entry.key.value.to_lowercase();
            if !keys.contains(&key.as_str()) {
                let near = closest(&key, keys.iter().copied());
                self.report(codes::unknown_key(&entry.key, kind.words(), near, &keys));
            } else {
                entries.push((key, entry));
            }
        }
        self.read_about(&entries, ty)
    }

    fn read_about(&mut self, entries: &[(String, &AboutEntry)], ty: Option<Type>) -> About {
        // The parser has told of a key that stands twice; the first counts.
        let get = |key: &str| entries.iter().find(|(known, _)| known == key).map(|(_, entry)| *entry);
        About {
            folder: get("folder").and_then(|entry| self.one_text(entry)).map(|text| text.value),
            teams: get("teams").map(|entry| self.texts(entry)).unwrap_or_default(),
            owner: get("owner").and_then(|entry| self.one_text(entry)).map(|text| text.value),
            synonyms: get("synonyms").map(|entry| self.texts(entry)).unwrap_or_default(),
            hidden: get("hidden").is_some_and(|entry| self.flag(entry)),
            version: get("version").and_then(|entry| self.whole(entry)),
            translations: get("translations").map(|entry| self.translations(entry)).unwrap_or_default(),
            format: get("format").map(|entry| self.format(entry, ty)).unwrap_or_default(),
            status: self.status(get("status"), get("replaced_by"), get("ends")),
        }
    }

    /// A text or a bare word.
    fn one_text(&mut self, entry: &AboutEntry) -> Option<Spanned<String>> {
        match &entry.value {
            AboutValue::Word(text) | AboutValue::Text(text) => Some(text.clone()),
            _ => self.wrong(entry, "one text"),
        }
    }

    fn texts(&mut self, entry: &AboutEntry) -> Vec<String> {
        match &entry.value {
            AboutValue::Word(text) | AboutValue::Text(text) => vec![text.value.clone()],
            AboutValue::List(texts) => texts.iter().map(|text| text.value.clone()).collect(),
            AboutValue::Map(_) => self.wrong(entry, "a list of texts").unwrap_or_default(),
        }
    }

    fn flag(&mut self, entry: &AboutEntry) -> bool {
        match &entry.value {
            AboutValue::Word(word) if word.value == "true" => true,
            AboutValue::Word(word) if word.value == "false" => false,
            _ => self.wrong(entry, "`true` or `false`").unwrap_or_default(),
        }
    }

    fn whole(&mut self, entry: &AboutEntry) -> Option<u32> {
        let number = match &entry.value {
            AboutValue::Word(word) => word.value.parse().ok().filter(|number| *number > 0),
            _ => None,
        };
        number.or_else(|| self.wrong(entry, "a whole number from 1 to 4,294,967,295"))
    }

    fn status(
        &mut self,
        status: Option<&AboutEntry>,
        replaced_by: Option<&AboutEntry>,
        ends: Option<&AboutEntry>,
    ) -> Status {
        let replaced_by = replaced_by.and_then(|entry| self.one_text(entry).map(|text| (entry, text)));
        let ends = ends.and_then(|entry| self.day(entry).map(|day| (entry, day)));
        let word = status.and_then(|entry| self.one_text(entry));
        let deprecated = word.as_ref().is_some_and(|word| word.value == "deprecated");
        for (entry, _) in replaced_by.iter().chain(&ends).filter(|_| !deprecated) {
            let wanted = "for what is deprecated: write `status: deprecated` with it";
            self.report(codes::wrong_value(&entry.key.value, wanted, entry.span));
        }
        match word.as_ref().map(|word| word.value.as_str()) {
            None | Some("draft") => Status::Draft,
            Some("certified") => Status::Certified,
            Some("deprecated") => {
                Status::Deprecated { replaced_by: replaced_by.map(|(_, text)| text), ends: ends.map(|(_, day)| day) }
            }
            Some(_) => {
                let problem = word.map(|w| codes::wrong_word("status", &w, &STATUSES, closest(&w.value, STATUSES)));
                self.found.extend(problem);
                Status::Draft
            }
        }
    }

    fn day(&mut self, entry: &AboutEntry) -> Option<Spanned<String>> {
        let text = self.one_text(entry)?;
        match Date::parse(&text.value) {
            Some(_) => Some(text),
            None => self.wrong(entry, "a day, written as 2026-12-31"),
        }
    }

    fn translations(&mut self, entry: &AboutEntry) -> IndexMap<String, Translation> {
        let AboutValue::Map(languages) = &entry.value else {
            return self.wrong(entry, "a map from language to label: `{ de: \"Kunden\" }`").unwrap_or_default();
        };
        languages.iter().map(|language| (language.key.value.clone(), self.translation(language))).collect()
    }

    /// A label alone, or label, description and folder by key.
    fn translation(&mut self, entry: &AboutEntry) -> Translation {
        let parts = match &entry.value {
            AboutValue::Map(parts) => parts,
            _ => return Translation { label: self.one_text(entry).map(|text| text.value), ..Translation::default() },
        };
        let mut found = Translation::default();
        for part in parts {
            let text = self.one_text(part).map(|text| text.value);
            match part.key.value.as_str() {
                "label" => found.label = text,
                "description" => found.description = text,
                "folder" => found.folder = text,
                key => {
                    let near = closest(key, IN_A_LANGUAGE);
                    self.report(codes::unknown_key(&part.key, "a translation", near, &IN_A_LANGUAGE));
                }
            }
        }
        found
    }

    pub(super) fn wrong<T>(&mut self, entry: &AboutEntry, wanted: &str) -> Option<T> {
        self.nothing(codes::wrong_value(&entry.key.value, wanted, value_span(entry)))
    }
}

fn value_span(entry: &AboutEntry) -> Span {
    match &entry.value {
        AboutValue::Word(text) | AboutValue::Text(text) => text.span,
        AboutValue::List(_) | AboutValue::Map(_) => entry.span,
    }
}

fn label(kind: &DefinitionKind) -> Option<&Spanned<String>> {
    match kind {
        DefinitionKind::Metric { label, .. }
        | DefinitionKind::Segment { label, .. }
        | DefinitionKind::View { label, .. } => label.as_ref(),
        _ => None,
    }
}
