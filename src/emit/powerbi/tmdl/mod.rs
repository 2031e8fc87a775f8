//! Tabular Model Definition Language: a small tree and its text, as Microsoft's serializer writes it.
//!
//! | what | where |
//! |---|---|
//! | objects, their properties and children | [`tree`] |
//! | the order of properties | [`order`] |
//! | names and texts in quotes | [`quote`] |
//! | the text | [`mod@write`] |
//!
//! The canonical form matters for two reasons: a save from Power BI Desktop must leave no difference,
//! and a wrong tab makes the properties after an expression part of the expression.

pub mod order;
pub mod quote;
pub mod tree;
pub mod write;

pub use tree::{Document, Object, Reference};
