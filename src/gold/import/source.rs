//! A table as a database describes it.

use crate::gold::{Foreign, Type, foreign};
use crate::source::Span;

/// Names as the database spells them.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Empty where the file does not say.
    pub schema: String,
    pub name: String,
    pub comment: Option<String>,
    pub columns: Vec<Column>,
    /// The declared primary key; empty where none was declared.
    pub key: Vec<String>,
    pub references: Vec<Reference>,
    pub span: Span,
}

/// A column as its file declares it, whether or not the language has its type.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub name: String,
    /// The type as the file writes it.
    pub ty: String,
    pub nullable: bool,
    pub comment: Option<String>,
    pub span: Span,
}

/// A declared foreign key of one column.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub column: String,
    pub table: String,
    pub span: Span,
}

impl Table {
    /// Whether it is the table of that name; an unknown schema fits any.
    pub fn is(&self, schema: &str, name: &str) -> bool {
        let schemas = self.schema.is_empty() || schema.is_empty() || self.schema.eq_ignore_ascii_case(schema);
        schemas && self.name.eq_ignore_ascii_case(name)
    }

    /// Without regard to case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Whether the column is one of the primary key, without regard to case.
    pub fn is_key(&self, column: &str) -> bool {
        self.key.iter().any(|key| key.eq_ignore_ascii_case(column))
    }
}

impl Column {
    /// What the language makes of the type; none where nobody knows it.
    pub fn meaning(&self) -> Option<Foreign> {
        let own = Type::NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.ty));
        foreign(&self.ty).or_else(|| own.map(|(_, ty)| Foreign::As(*ty)))
    }
}
