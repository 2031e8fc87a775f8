//! The rig: builds a project, asks the judge and the engines the same, and compares every value.

mod asked;
mod breaches;
mod compare;
mod emitted;
mod project;
mod queries;
mod report;
mod run;
mod segments;
mod shape;
mod slices;
mod unknown;
mod written;

pub use asked::{Asked, Key, expected, in_words};
pub use compare::{Answers, Compared, by_key, same_value};
pub use emitted::query;
pub use project::Project;
pub use queries::ask_queries;
pub use report::{Mismatch, Place, Report};
pub use run::{Trial, ask_dax, ask_sql};
pub use segments::ask_segments;
pub use shape::{groupable, leaves, reader_columns};
pub use slices::slices;
pub use written::ask_written;
