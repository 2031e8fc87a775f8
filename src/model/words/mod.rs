//! Meaning in plain words: what `explain` says and what a pull request shows.
//!
//! Tables and columns go by their labels, definitions by theirs; nothing is left out, so that two
//! expressions with different words mean different things.

mod condition;
mod resolve;
mod value;
mod window;

use crate::gold::{ColumnId, RelationshipId, TableId};

use super::{Expr, Head, Model, PathColumn};

/// Puts one model's expressions into words.
#[derive(Debug, Clone, Copy)]
pub struct Words<'m> {
    model: &'m Model,
    /// The table of the row at hand.
    hand: Option<TableId>,
}

impl<'m> Words<'m> {
    /// For expressions of that model alone: its ids mean nothing elsewhere.
    pub fn new(model: &'m Model) -> Self {
        Self { model, hand: None }
    }

    /// With a row of that table at hand.
    pub fn at(self, table: TableId) -> Self {
        Self { hand: Some(table), ..self }
    }

    /// A metric's value as a sentence: `The number of customers where ..`.
    pub fn sentence(&self, expr: &Expr) -> String {
        let mut text = self.value(expr);
        if let Some(first) = text.get(..1).map(str::to_uppercase) {
            text.replace_range(..1, &first);
        }
        text.push('.');
        text
    }

    pub(super) fn table(&self, id: TableId) -> String {
        self.model.gold.table(id).map_or_else(String::new, |table| lower_first(&table.label))
    }

    pub(super) fn column(&self, id: ColumnId) -> String {
        let column = self.model.gold.column(id);
        column.map_or_else(String::new, |column| match &column.label {
            Some(label) => lower_first(label),
            None => column.name.replace('_', " "),
        })
    }

    /// `country of its customer`.
    pub(super) fn path_column(&self, column: &PathColumn) -> String {
        format!("{}{}", self.column(column.column), self.of_path(&column.path))
    }

    /// ` of its contact point's customer`, nothing for the row itself.
    pub(super) fn of_path(&self, path: &[RelationshipId]) -> String {
        let steps: Vec<String> = path.iter().map(|step| self.role(*step)).collect();
        if steps.is_empty() { String::new() } else { format!(" of its {}", steps.join("'s ")) }
    }

    pub(super) fn role(&self, id: RelationshipId) -> String {
        self.model.gold.relationship(id).map_or_else(String::new, |relationship| relationship.role.replace('_', " "))
    }
}

/// A definition as people call it.
pub(super) fn called(head: &Head) -> String {
    format!("“{}”", head.label)
}

/// `Order line` -> `order line`; an abbreviation such as `NPS` stays.
fn lower_first(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(label.chars().skip(1)).collect()
        }
        _ => label.to_owned(),
    }
}

/// `a, b or c`.
pub(super) fn list(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}
