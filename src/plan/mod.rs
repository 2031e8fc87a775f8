//! Model -> plan: what a number means is decided here, once, for every target.
//!
//! | decided | where |
//! |---|---|
//! | the days of a window | [`tree::Condition::Within`], [`tree::Condition::InPeriod`] |
//! | what "missing" and "nothing" become | [`tree::Absence`] on every scalar |
//! | how rows meet the row at hand | [`tree::Link`] |
//! | exact or double | [`tree::ScalarKind::ToNumber`], [`tree::ScalarKind::Rounded`] |
//! | text as it is compared | literals are folded, columns say whether they are |
//! | policies and resolves of one purpose and channel | [`tree::PolicyPlan`], [`tree::ResolvePlan`] |
//!
//! Targets print the tree; none asks the model what a construct means.

pub mod tree;
