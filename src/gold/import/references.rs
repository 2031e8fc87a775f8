//! Which foreign keys are relationships of the language: one column that leads to the key of another table,
//! of the same type. The rest would join other rows than it says, and is left out with a word.

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::Span;

use super::names::obstacle;
use super::source::{Column, Reference, Table};

/// A foreign key that can be taken over.
#[derive(Debug)]
pub(super) struct Link {
    pub column: String,
    /// The place of the table it leads to.
    pub table: usize,
    pub span: Span,
}

/// The links of each table, in the order of the files; what is left out is reported.
pub(super) fn links(sources: &[Table], out: &mut Vec<Diagnostic>) -> Vec<Vec<Link>> {
    let mut links = Vec::new();
    for (at, table) in sources.iter().enumerate() {
        let mut of_table = Vec::new();
        for reference in &table.references {
            match link(sources, at, reference) {
                Ok(link) => of_table.push(link),
                Err((lack, remedy)) => {
                    let lack = format!("`{}.{}` {lack}", table.name, reference.columns.join(", "));
                    out.push(codes::draft_lacks(&lack, remedy, reference.span));
                }
            }
        }
        links.push(of_table);
    }
    links
}

/// What a draft lacks, and what to do about it.
pub(super) type Lack = (String, &'static str);

const OF_KEY: &str = "a relationship leads from one column to the key of another table, which is one column";

fn link(sources: &[Table], at: usize, reference: &Reference) -> Result<Link, Lack> {
    let own = sources.get(at);
    let name = &reference.table.table;
    let left_out = |why: &str| format!("refers to `{name}`, and the draft leaves that out: {why}");
    let Some(column) = reference.column() else { return Err((left_out("it has several columns"), OF_KEY)) };
    let table = target(sources, own, reference)?;
    let leads_to = sources.get(table);
    let [key] = leads_to.map(|table| table.key.as_slice()).unwrap_or_default() else {
        return Err((left_out(&format!("`{name}` has no key of one column")), OF_KEY));
    };
    if table == at {
        return Err((left_out("it leads to its own table"), OF_KEY));
    }
    if let [to] = reference.to.as_slice()
        && !to.eq_ignore_ascii_case(key)
    {
        let why = format!("it leads to `{to}`, and the key of `{name}` is `{key}`");
        return Err((left_out(&why), "refer to the key, or make the column it leads to the key"));
    }
    let ends = (own.and_then(|own| own.column(column)), leads_to.and_then(|table| table.column(key)));
    if let Some(why) = unlike(ends) {
        return Err((left_out(&why), "give both columns one type that the language has"));
    }
    Ok(Link { column: column.to_owned(), table, span: reference.span })
}

/// The table a reference means: of two of that name the one in the schema of the table that refers.
pub(super) fn target(sources: &[Table], own: Option<&Table>, reference: &Reference) -> Result<usize, Lack> {
    let name = &reference.table.table;
    let called: Vec<usize> = (0..sources.len())
        .filter(|at| sources.get(*at).is_some_and(|table| table.is_called(&reference.table)))
        .collect();
    let is_near = |at: &&usize| {
        let schema = own.map(|own| own.schema.as_str()).unwrap_or_default();
        sources.get(**at).is_some_and(|table| table.schema.eq_ignore_ascii_case(schema))
    };
    match (called.as_slice(), called.iter().find(is_near)) {
        ([one], _) | (_, Some(one)) => Ok(*one),
        ([], _) => Err((
            format!("refers to `{name}`, which is not among the files"),
            "import both together, or add the relationship by hand",
        )),
        _ => {
            Err((format!("refers to `{name}`, and several schemas have it"), "write the schema of the table it means"))
        }
    }
}

/// In what two columns differ so that rows cannot be joined by them.
fn unlike(ends: (Option<&Column>, Option<&Column>)) -> Option<String> {
    let (Some(from), Some(to)) = ends else { return Some("one of the two columns is not there".to_owned()) };
    if let Some(column) = [from, to].into_iter().find(|column| obstacle(column).is_some()) {
        return Some(format!("the column `{}` is left out", column.name));
    }
    (from.meaning() != to.meaning())
        .then(|| format!("`{}` is `{}`, and `{}` is `{}`", from.name, from.ty, to.name, to.ty))
}
