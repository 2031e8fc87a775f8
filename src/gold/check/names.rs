//! Names: ones the language can write, and no two alike.

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::gold::build::Draft;
use crate::gold::raw::Text;

use super::repeated;

/// Words that no bare name may be (the grammar's `reserved`).
const RESERVED: [&str; 27] = [
    "and", "or", "not", "in", "is", "between", "starts", "contains", "missing", "present", "where", "over", "per",
    "by", "of", "for", "ignoring", "distinct", "this", "start", "case", "when", "then", "else", "end", "true", "false",
];

pub(super) fn names_can_be_written(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in &draft.raw.tables {
        check_name(&table.name, "table", out);
        table.columns.iter().for_each(|column| check_name(&column.name, "column", out));
        table.to.iter().for_each(|relationship| check_name(&relationship.role, "relationship", out));
    }
}

fn check_name(name: &Text, what: &str, out: &mut Vec<Diagnostic>) {
    if is_reserved(&name.value) {
        out.push(codes::reserved_name(&name.value, what, name.span));
    } else if !can_be_written(&name.value) {
        out.push(codes::invalid_schema_name(&name.value, what, name.span));
    }
}

/// A letter or `_`, then letters, digits and `_`.
pub(in crate::gold) fn can_be_written(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Whether a name is one that no table or column may have.
pub(in crate::gold) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name.to_lowercase().as_str())
}

pub(super) fn table_names_differ(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for (first, again) in repeated(draft.raw.tables.iter(), |table| table.name.value.to_lowercase()) {
        out.push(codes::table_name_clash(&again.name.value, again.name.span, first.name.span));
    }
}

pub(super) fn column_names_differ(draft: &Draft, out: &mut Vec<Diagnostic>) {
    for table in &draft.raw.tables {
        for (first, again) in repeated(table.columns.iter(), |column| column.name.value.to_lowercase()) {
            let table = &table.name.value;
            out.push(codes::column_name_clash(&again.name.value, table, again.name.span, first.name.span));
        }
    }
}
