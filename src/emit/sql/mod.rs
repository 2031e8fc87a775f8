//! Plan -> sqlparser tree -> text, for every dialect.
