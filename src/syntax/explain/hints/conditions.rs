//! Conditions: comparisons, lists, words of tests.

use super::{ANY, Found, Hint};
use crate::syntax::grammar::Rule;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        before: &["=", "!="],
        found: Found::One(&["missing", "present"]),
        message: "`{found}` is no value to compare with",
        label: "`is` stands before it",
        help: "write `is missing` or `is present`",
        ..ANY
    },
    Hint {
        before: &[">", "<"],
        found: Found::One(&["="]),
        message: "`{before} =` is no comparison",
        label: "a blank before this",
        help: "write `{before}=`",
        ..ANY
    },
    Hint {
        before: &["="],
        found: Found::One(&[">", "<"]),
        message: "`={found}` is no comparison",
        label: "in the wrong order",
        help: "write `{found}=`",
        ..ANY
    },
    Hint {
        wants: &[Rule::reference, Rule::expression, Rule::condition, Rule::sum],
        found: Found::One(&["["]),
        message: "a list in square brackets stands only behind `in`",
        label: "a value is needed here",
        help: "write `status in [\"open\", \"held\"]`; names have no brackets around them",
        ..ANY
    },
    Hint {
        wants: &[Rule::open_list, Rule::window],
        before: &["in"],
        found: Found::One(&["("]),
        message: "a list stands in square brackets",
        label: "`[` is needed here",
        help: "write `status in [\"open\", \"held\"]`",
        ..ANY
    },
    Hint {
        wants: &[Rule::open_list],
        before: &["in"],
        found: Found::One(&["life"]),
        message: "a life is no window of one date",
        label: "not here",
        help: "write it in an aggregate: `any(subscription over life from start_date to end_date)`",
        ..ANY
    },
    Hint {
        wants: &[Rule::window],
        before: &["in"],
        message: "`in` needs a list or a window of time",
        label: "neither a list nor a window",
        help: "write `status in [\"open\", \"held\"]` or `order_date in last 12 months`; one value is compared with `=`",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_in],
        before: &["not"],
        found: Found::Text,
        message: "`not` does not compare",
        label: "no comparison before this",
        help: "write `!= {found}`, or `not in [{found}]` for several values",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_in],
        before: &["not"],
        found: Found::One(&["between", "starts", "contains", "is"]),
        message: "`not` stands before the whole test",
        label: "`not` is too late",
        help: "write `not status contains \"open\"`, `not score between 0 and 6`",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_missing],
        before: &["is"],
        found: Found::One(&["not"]),
        message: "`is` goes with `missing` or `present`",
        label: "not here",
        help: "write `is present` for what is not missing, and `!=` for a different value",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_missing],
        before: &["is"],
        found: Found::One(&["true", "false"]),
        message: "`is` goes with `missing` or `present`",
        label: "not here",
        help: "write `= {found}`",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_with],
        before: &["starts"],
        message: "`starts` goes with `with`",
        label: "`with` is needed here",
        help: "write `starts with \"text\"`",
        ..ANY
    },
];
