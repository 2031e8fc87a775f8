//! YAML text -> a tree of nodes, each with its place.
//!
//! `carat.yaml` and `gold.yaml` are read through this tree rather than straight into structs, so
//! that one misspelled key does not hide the next: a reader asks a node for what it needs, and what
//! does not fit is a message with a place.

mod parse;
mod read;

pub use parse::parse;
pub use read::Fields;

use crate::source::{Span, Spanned};

/// A value of a YAML document and the text it was written as.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub value: Value,
    pub span: Span,
}

/// What stands behind a key or a dash.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing was written after the colon, or `null`.
    Nothing,
    /// Text, a number, a boolean or a date, without its quotes and not interpreted.
    Scalar(String),
    List(Vec<Node>),
    /// In the order of the text; a key stands once.
    Map(Vec<(Spanned<String>, Node)>),
}
