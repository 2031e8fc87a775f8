//! `gold.yaml` -> tables, columns, keys, relationships, with their places.
//!
//! The text becomes nodes ([`crate::yaml`]), the nodes what was written (`raw`), that the schema whose
//! names are resolved (`build`), and `check` holds its laws, one file for each family.

mod build;
mod check;
pub mod date;
pub mod import;
mod link;
mod load;
mod raw;
mod read;
mod schema;
pub mod text;
mod types;

pub use link::{Link, LinkError, common, link};
pub use load::load;
pub use schema::*;
pub use types::{Foreign, foreign};
