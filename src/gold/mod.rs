//! `gold.yaml` -> tables, columns, keys, relationships, with their places.

pub mod date;
mod schema;

pub use schema::*;
