//! Gold schema -> the names that Power BI readers see, shared by the DAX and the model files.
//!
//! A table is called by its label, a column by its label or, where it has none, by its own name
//! (such a column is hidden).

use crate::gold::{ColumnId, Gold, TableId};

/// The Power BI names of one gold schema.
#[derive(Debug, Clone, Default)]
pub struct Names {
    tables: Vec<String>,
    columns: Vec<Vec<String>>,
}

impl Names {
    pub fn new(gold: &Gold) -> Self {
        let columns = |table: &crate::gold::Table| {
            table.columns.iter().map(|column| object_name(column.label.as_deref().unwrap_or(&column.name))).collect()
        };
        Self {
            tables: gold.tables.iter().map(|table| object_name(&table.label)).collect(),
            columns: gold.tables.iter().map(columns).collect(),
        }
    }

    /// Empty for an id of another schema.
    pub fn table(&self, id: TableId) -> &str {
        self.tables.get(id.0 as usize).map_or("", String::as_str)
    }

    /// The column's name without its table; empty for an id of another schema.
    pub fn column(&self, id: ColumnId) -> &str {
        let columns = self.columns.get(id.table.0 as usize);
        columns.and_then(|columns| columns.get(id.index as usize)).map_or("", String::as_str)
    }

    /// `'Order line'`.
    pub fn dax_table(&self, id: TableId) -> String {
        format!("'{}'", self.table(id).replace('\'', "''"))
    }

    /// `'Order line'[order_date]`.
    pub fn dax_column(&self, id: ColumnId) -> String {
        format!("{}{}", self.dax_table(id.table), dax_bracket(self.column(id)))
    }
}

/// `[Net revenue]`: a measure, or a column without its table.
pub fn dax_bracket(name: &str) -> String {
    format!("[{}]", name.replace(']', "]]"))
}

/// A name without the characters that Power BI does not carry in object names (DAX syntax
/// reference, "Naming requirements"): each becomes a space, and spaces are single and inside.
pub fn object_name(label: &str) -> String {
    let invalid = |c: char| c.is_control() || ".,;':/\\*|?&%$!+=()[]{}<>\"".contains(c);
    let spaced: String = label.chars().map(|c| if invalid(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
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
