//! Gold schema -> the names that Power BI readers see, shared by the DAX and the model files.
//!
//! A table is called by its label, a column by its label or, where it has none, by its own name
//! (such a column is hidden).

use crate::emit::blanks;
use crate::gold::text::capital;
use crate::gold::{ColumnId, Gold, TableId};

/// The Power BI names of one gold schema.
#[derive(Debug, Clone, Default)]
pub struct Names {
    tables: Vec<Named>,
    columns: Vec<Vec<Named>>,
}

/// A name as readers see it and as DAX writes it.
#[derive(Debug, Clone)]
struct Named {
    shown: String,
    dax: String,
}

impl Names {
    /// Works all names out once; ids of another schema have none.
    pub fn new(gold: &Gold) -> Self {
        let table = |table: &crate::gold::Table| {
            let shown = object_name(&table.label);
            Named { dax: format!("'{}'", shown.replace('\'', "''")), shown }
        };
        let tables: Vec<Named> = gold.tables.iter().map(table).collect();
        let column = |table: &Named, column: &crate::gold::Column| {
            let shown = object_name(column.label.as_deref().unwrap_or(&column.name));
            Named { dax: format!("{}{}", table.dax, dax_bracket(&shown)), shown }
        };
        let columns = gold.tables.iter().zip(&tables);
        let columns = columns.map(|(table, named)| table.columns.iter().map(|one| column(named, one)).collect());
        Self { columns: columns.collect(), tables }
    }

    /// Empty for an id of another schema.
    pub fn table(&self, id: TableId) -> &str {
        self.tables.get(id.0 as usize).map_or("", |table| &table.shown)
    }

    /// The column's name without its table; empty for an id of another schema.
    pub fn column(&self, id: ColumnId) -> &str {
        self.named(id).map_or("", |column| &column.shown)
    }

    /// `'Order line'`.
    pub fn dax_table(&self, id: TableId) -> &str {
        self.tables.get(id.0 as usize).map_or("", |table| &table.dax)
    }

    /// `'Order line'[order_date]`.
    pub fn dax_column(&self, id: ColumnId) -> &str {
        self.named(id).map_or("", |column| &column.dax)
    }

    fn named(&self, id: ColumnId) -> Option<&Named> {
        self.columns.get(id.table.0 as usize)?.get(id.index as usize)
    }
}

/// `[Net revenue]`: a measure, or a column without its table.
pub fn dax_bracket(name: &str) -> String {
    format!("[{}]", name.replace(']', "]]"))
}

/// A name without the characters that Power BI does not carry in object names (DAX syntax
/// reference, "Naming requirements"): each becomes a space, and spaces are single and inside.
pub fn object_name(label: &str) -> String {
    let words = label.split(|c: char| c.is_whitespace() || is_refused(c)).filter(|word| !word.is_empty());
    blanks::joined(words, label.len())
}

fn is_refused(c: char) -> bool {
    let is_sign =
        matches!(c, '.' | ',' | ';' | '\'' | ':' | '/' | '\\' | '*' | '|' | '?' | '&' | '%' | '$' | '!' | '+' | '=');
    is_sign || c.is_control() || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"')
}

/// What the perspective of a team is called; empty where Power BI carries none of its signs.
pub fn perspective_name(team: &str) -> String {
    capital(&object_name(&words(team)))
}

/// A technical name as words: `consent_status` reads `consent status`.
pub fn words(name: &str) -> String {
    name.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_letters_and_loses_what_power_bi_refuses() {
        assert_eq!(object_name("Categories, 24 months"), "Categories 24 months");
        assert_eq!(object_name(" Größe [m²] "), "Größe m²");
        assert_eq!(object_name("First-contact resolution"), "First-contact resolution");
    }
}
