//! Text differences of a changed definition: as it is written, its DAX, its SQL.

use similar::TextDiff;

use super::emitted;
use crate::diff::Change;
use crate::diff::report::Text;
use crate::model::Definition;
use crate::pipeline::Compiled;
use crate::source::Span;

/// What differs between the old and the new text; a side where the definition is not there is empty.
pub fn of(change: &Change, old: &Compiled, new: &Compiled) -> Vec<Text> {
    let (before, after) = (texts(change, old), texts(change, new));
    let mut titles: Vec<&String> = before.iter().chain(&after).map(|(title, _)| title).collect();
    titles.sort();
    titles.dedup();
    // The definition first, then what it becomes.
    titles.sort_by_key(|title| *title != "definition");
    let text = |all: &[(String, String)], title: &String| {
        all.iter().find(|(named, _)| named == title).map_or(String::new(), |(_, text)| text.clone() + "\n")
    };
    titles.into_iter().filter_map(|title| difference(title, &text(&before, title), &text(&after, title))).collect()
}

fn difference(title: &str, before: &str, after: &str) -> Option<Text> {
    let difference = TextDiff::from_lines(before, after).unified_diff().context_radius(3).to_string();
    (!difference.is_empty()).then(|| Text { title: title.to_owned(), difference })
}

fn texts(change: &Change, compiled: &Compiled) -> Vec<(String, String)> {
    let model = &compiled.model;
    let named = |id: &Definition| {
        id.kind() == change.subject.kind && model.head(*id).is_some_and(|head| head.is_called(&change.subject.name))
    };
    let written = |span: Span| ("definition".to_owned(), compiled.sources.files.text(span).trim_end().to_owned());
    if let Some(id) = model.definitions().find(named) {
        let head = model.head(id).map(|head| written(head.span));
        return head.into_iter().chain(emitted::of_definition(compiled, id)).collect();
    }
    let view = model.views.iter().find(|view| view.head.is_called(&change.subject.name));
    match view.filter(|_| change.subject.kind == "view") {
        Some(view) => std::iter::once(written(view.head.span)).chain(emitted::of_view(compiled, view)).collect(),
        None => Vec::new(),
    }
}
