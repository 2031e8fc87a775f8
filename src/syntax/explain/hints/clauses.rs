//! Rules of a policy, clauses of a resolve, and what stands in braces.

use super::{ANY, Found, Hint};
use crate::syntax::grammar::Rule;

pub(super) const HINTS: &[Hint] = &[
    // Rules of a policy.
    Hint {
        constructs: &[Rule::policy_rule],
        wants: &[Rule::k_refuse, Rule::policy_rule],
        message: "a rule begins with `refuse` or `allow`",
        label: "neither of them",
        help: "write `refuse \"reason\" when condition`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::policy_rule],
        wants: &[Rule::text],
        before: &["refuse", "allow"],
        message: "the rule has no reason",
        label: "text in quotation marks is needed here",
        help: "give the reason in quotation marks: `refuse \"no consent\" otherwise`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::policy_rule],
        wants: &[Rule::k_when],
        message: "the rule does not say when it applies",
        label: "`when` is needed here",
        help: "write `when` and a condition, or `otherwise`",
        ..ANY
    },
    // Resolves.
    Hint {
        constructs: &[Rule::resolve],
        wants: &[Rule::k_latest],
        found: Found::Nothing,
        message: "the resolve does not say by which date",
        label: "`latest by DATE` is needed here",
        help: "write `latest by effective_from per source_system`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::resolve],
        wants: &[Rule::k_wins],
        message: "a value in quotation marks goes with `wins within`",
        label: "`wins` is needed here",
        help: "write `\"opted_out\" wins within 7 days`",
        ..ANY
    },
    // Braces.
    Hint {
        constructs: &[Rule::about],
        wants: &[Rule::colon],
        message: "a key and its value stand with `:` between them",
        label: "`:` is needed here",
        help: "write `format: whole`; several words as a value go in quotation marks",
        ..ANY
    },
    Hint {
        constructs: &[Rule::about],
        wants: &[Rule::words],
        message: "`{key}` has no value",
        label: "a value is needed here",
        help: "write a word, text in quotation marks, or a list in square brackets",
        ..ANY
    },
];
