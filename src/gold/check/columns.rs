//! Columns: type and properties hold together.

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::gold::Type;
use crate::gold::build::{ColumnView, Draft};

use super::repeated;

pub(super) fn tables_have_columns(draft: &Draft, out: &mut Vec<Diagnostic>) {
    // A table whose `columns:` could not be read has had its message.
    for table in draft.raw.tables.iter().filter(|table| table.columns.is_empty() && table.columns_read) {
        out.push(codes::no_columns(&table.name.value, table.name.span));
    }
}

/// Every column with its type, where the type could be read.
fn typed<'a>(draft: &'a Draft<'a>) -> impl Iterator<Item = (ColumnView<'a>, Type)> {
    let columns = draft.tables().flat_map(|table| table.columns());
    columns.filter_map(|column| Some((column, draft.ty(column.id)?)))
}

/// A missing value and a row without its dimension row are two members of a visual and one group of SQL.
pub(super) fn groupable_columns_are_present(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in &draft.raw.tables {
        for column in table.columns.iter().filter(|column| column.nullable) {
            if let Some(group) = column.group.as_ref().filter(|group| group.value) {
                out.push(codes::group_may_be_missing(&column.name.value, column.name.span, group.span));
            }
        }
    }
}

pub(super) fn only_text_is_normalised(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for (column, ty) in typed(draft).filter(|(_, ty)| *ty != Type::Text) {
        if let Some(flag) = column.raw.normalised.as_ref().filter(|flag| flag.value) {
            out.push(codes::normalised_not_text(&column.raw.name.value, ty.phrase(), flag.span));
        }
    }
}

pub(super) fn only_text_has_values(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for (column, ty) in typed(draft).filter(|(_, ty)| *ty != Type::Text) {
        if let Some(value) = column.raw.values.first() {
            out.push(codes::values_not_text(&column.raw.name.value, ty.phrase(), value.span));
        }
    }
}

pub(super) fn values_differ(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for column in draft.raw.tables.iter().flat_map(|table| &table.columns) {
        for (first, again) in repeated(column.values.iter(), |value| value.value.trim_end().to_lowercase()) {
            out.push(codes::duplicate_value(&again.value, again.span, first.span));
        }
    }
}

/// Power BI wants one value of the sort column for each value of the sorted one (powerbi 1.6). Whether the
/// rows keep to that is a query of the contract; here only what can never be one-to-one.
pub(super) fn sort_columns_order(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for column in draft.tables().flat_map(|table| table.columns()) {
        let (Some(written), Some(by)) = (&column.raw.sort, column.column.sort) else { continue };
        let Some(other) = draft.gold.column(by) else { continue };
        let problem = match draft.ty(by) {
            _ if by == column.id => "it would be sorted by itself",
            _ if other.sort.is_some() => "that column is sorted by another one itself",
            _ if other.nullable => "that column may be missing",
            Some(Type::Boolean | Type::Number | Type::Money) => "that column is no rank",
            _ => continue,
        };
        out.push(codes::invalid_sort(&column.raw.name.value, &written.value, problem, written.span));
    }
}

pub(super) fn lineage_names_a_source(draft: &Draft, out: &mut Vec<Diagnostic>) {
    let columns = draft.raw.tables.iter().flat_map(|table| &table.columns);
    for source in columns.flat_map(|column| &column.from) {
        let parts: Vec<&str> = source.value.split('.').collect();
        if parts.len() != 3 || parts.iter().any(|part| part.trim().is_empty()) {
            out.push(codes::invalid_lineage(&source.value, source.span));
        }
    }
}
