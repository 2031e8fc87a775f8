//! Heads of definitions.

use super::{ANY, Found, Hint};
use crate::syntax::grammar::Rule;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        constructs: &[Rule::filter],
        found: Found::Text,
        wants: &[Rule::k_of, Rule::equals],
        message: "a filter has no label",
        label: "not here",
        help: "say what it means in a `///` line above it",
        ..ANY
    },
    Hint {
        constructs: &[Rule::filter, Rule::segment],
        wants: &[Rule::k_of],
        found: Found::One(&["="]),
        message: "it is not said of which table this holds",
        label: "`of TABLE` is needed before this",
        help: "write `filter name of customer = condition`, likewise for a segment",
        ..ANY
    },
    Hint {
        constructs: &[Rule::metric],
        wants: &[Rule::equals],
        found: Found::One(&["of"]),
        message: "a metric belongs to no table",
        label: "not here",
        help: "remove `of ..`: the tables stand in its aggregates, `count(customer)`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::policy],
        wants: &[Rule::activation, Rule::k_for],
        message: "the policy does not say for which purpose and channels it decides",
        label: "`for PURPOSE by CHANNEL` is needed here",
        help: "write `policy name for marketing by email, sms of contact_point`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::segment, Rule::policy],
        wants: &[Rule::k_by],
        message: "it is not said by which channels",
        label: "`by CHANNEL` is needed here",
        help: "write `for marketing by email, sms`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::view],
        wants: &[Rule::names],
        message: "a view lists its metrics in square brackets",
        label: "`[` is needed here",
        help: "write `view name = [customers, net_revenue] by month`",
        ..ANY
    },
    Hint {
        wants: &[Rule::name, Rule::sum, Rule::reference, Rule::text],
        before: &[","],
        found: Found::One(&["]"]),
        message: "nothing stands between `,` and `]`",
        label: "an entry is missing before this",
        help: "remove the last comma",
        ..ANY
    },
];
