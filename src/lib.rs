//! carat compiles metric definitions into Power BI and SQL that give the same number everywhere.

pub mod cli;
pub mod diagnostics;
pub mod diff;
pub mod emit;
pub mod engine;
pub mod format;
pub mod gold;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod resolve;
pub mod rules;
pub mod sample;
pub mod settings;
pub mod source;
pub mod syntax;
pub mod verify;
mod yaml;
