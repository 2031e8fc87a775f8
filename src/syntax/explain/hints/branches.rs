//! The branches of a `case`.

use super::{ANY, Found, Hint};
use crate::syntax::grammar::Rule;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        before: &["else"],
        found: Found::One(&["if"]),
        message: "a `case` has one `else`",
        label: "not here",
        help: "write another branch before `else`: `when condition then value`",
        ..ANY
    },
    Hint {
        wants: &[Rule::branch, Rule::k_when],
        before: &["case"],
        message: "`case` goes with `when`",
        label: "`when` is needed here",
        help: "write the whole condition in each branch: `case when status = \"a\" then 1 else 0 end`",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_then],
        found: Found::Any,
        before: &[],
        constructs: &[],
        message: "a `when` has no `then`",
        label: "`then` is needed before this",
        help: "write `case when condition then value else value end`",
    },
    Hint {
        wants: &[Rule::k_else],
        found: Found::One(&["end"]),
        message: "a `case` has no `else`",
        label: "`else` is needed before this",
        help: "say what holds where no condition does: `else 0 end`",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_end],
        found: Found::Nothing,
        message: "a `case` does not end",
        label: "`end` is needed here",
        help: "write `case when condition then value else value end`",
        ..ANY
    },
];
