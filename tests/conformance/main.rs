//! The same numbers from every engine: a judge written from the definition of a number, and what the
//! emitted SQL and DAX give on data made to break them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

mod data;
mod engines;
mod invariants;
mod judge;
mod mutants;
mod page;
mod random;
mod rig;
mod rules;
mod trials;
