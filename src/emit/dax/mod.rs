//! Plan -> DAX tree -> text.
