//! What readers see: names that Power BI can carry and that tell things apart.

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::gold::build::{ColumnView, Draft, TableView};
use crate::gold::raw::Text;
use crate::source::Span;

use super::repeated;

/// Characters that DAX documents as invalid in names (DAX syntax reference, "Naming requirements").
const INVALID: &str = ".,;':/\\*|?&%$!+=()[]{}<>\"`";
/// The longest name of a tabular object that tools show whole.
const MAX_LENGTH: usize = 100;

pub(super) fn labels_can_be_carried(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in &draft.raw.tables {
        let labels = table.columns.iter().filter_map(|column| column.label.as_ref());
        table.label.iter().chain(labels).for_each(|label| check_label(label, out));
    }
}

/// The engine keeps a name for itself in any case of letters: a table of that name is renamed (`Measures 1`), and every
/// measure that names it is broken.
const KEPT: &str = "measures";

pub(super) fn table_labels_are_free(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in draft.tables().filter(|table| table.table.label.eq_ignore_ascii_case(KEPT)) {
        out.push(codes::kept_label(&table.table.label, table_place(table)));
    }
}

fn check_label(label: &Text, out: &mut Vec<Diagnostic>) {
    if let Some(problem) = label_problem(&label.value) {
        out.push(codes::unusable_label(&label.value, &problem, label.span));
    }
}

fn label_problem(label: &str) -> Option<String> {
    if label.trim().is_empty() {
        return Some("it is empty".to_owned());
    }
    if label.chars().any(char::is_control) {
        return Some("it has a control character in it".to_owned());
    }
    if label.trim() != label {
        return Some("it begins or ends with a blank".to_owned());
    }
    if label.chars().count() > MAX_LENGTH {
        return Some(format!("it is longer than {MAX_LENGTH} characters"));
    }
    label
        .chars()
        .find(|letter| INVALID.contains(*letter))
        .map(|letter| format!("DAX does not allow `{letter}` in a name"))
}

pub(super) fn descriptions_can_be_shown(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in &draft.raw.tables {
        let columns = table.columns.iter().filter_map(|column| column.about.as_ref());
        let broken = |about: &&Text| about.value.chars().any(|letter| letter.is_control() && letter != '\n');
        for about in table.about.iter().chain(columns).filter(broken) {
            out.push(codes::unusable_description(about.span));
        }
    }
}

pub(super) fn table_labels_differ(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for (first, again) in repeated(draft.tables(), |table| table.table.label.to_lowercase()) {
        // Two tables of one name have had their message.
        if !first.table.name.eq_ignore_ascii_case(&again.table.name) {
            out.push(codes::table_label_clash(&again.table.label, table_place(again), table_place(first)));
        }
    }
}

/// A column is shown under its label, or under its name in the lakehouse where it has none.
pub(super) fn column_labels_differ(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in draft.tables() {
        for (first, again) in repeated(table.columns(), |column| shown(column).to_lowercase()) {
            if !first.column.name.eq_ignore_ascii_case(&again.column.name) {
                let (place, other) = (column_place(again), column_place(first));
                out.push(codes::column_label_clash(shown(again), &table.table.name, place, other));
            }
        }
    }
}

fn shown(column: ColumnView<'_>) -> &str {
    column.raw.label.as_ref().map_or(&column.raw.name.value, |label| &label.value)
}

fn column_place(column: ColumnView) -> Span {
    column.raw.label.as_ref().map_or(column.raw.name.span, |label| label.span)
}

fn table_place(table: TableView) -> Span {
    table.raw.label.as_ref().map_or(table.raw.name.span, |label| label.span)
}
