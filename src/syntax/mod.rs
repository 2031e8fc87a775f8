//! Text -> syntax tree and diagnostics. Never fails: what cannot be read costs only itself.

pub mod tree;
