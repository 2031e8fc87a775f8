//! What stands behind a complete expression.

use super::{ANY, Found, Hint};
use crate::syntax::grammar::Rule;
use crate::syntax::words::KEPT;

pub(super) const HINTS: &[Hint] = &[
    Hint {
        constructs: &[Rule::segment],
        found: Found::One(&KEPT),
        wants: &[Rule::EOI],
        message: "`{found}` is reserved for a later version",
        label: "not available yet",
        help: "remove it: a segment ends with `for PURPOSE by CHANNEL`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::filter, Rule::segment, Rule::expect, Rule::policy_rule],
        wants: &[Rule::EOI],
        found: Found::One(&["where"]),
        message: "a condition has no `where`",
        label: "not here",
        help: "join the conditions with `and`; `where` stands inside an aggregate, `any(order_line where completed)`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::filter, Rule::segment, Rule::expect, Rule::policy_rule],
        wants: &[Rule::EOI],
        found: Found::One(&["over"]),
        message: "a condition has no `over`",
        label: "not here",
        help: "write `date in last 12 months`, or put `over` inside an aggregate, `any(order_line over period of order_date)`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::metric],
        wants: &[Rule::EOI],
        found: Found::One(&["by"]),
        message: "a metric has no groups of its own",
        label: "not here",
        help: "readers choose the groups; a view names them: `view name = [metric] by customer.country, month`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::metric],
        wants: &[Rule::EOI],
        found: Found::One(&["per"]),
        message: "a metric has no groups of its own",
        label: "not here",
        help: "`per` stands inside an aggregate, `average(orders per customer)`; readers choose months and other groups",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_distinct],
        before: &["("],
        found: Found::One(&["*"]),
        message: "`*` is no table",
        label: "a table is needed here",
        help: "name the table whose rows are counted: `count(customer)`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::metric, Rule::filter],
        wants: &[Rule::EOI],
        found: Found::One(&["for"]),
        message: "only a segment or a policy is for a purpose",
        label: "not here",
        help: "write a segment: `segment name of customer = condition for marketing by email`",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_and],
        found: Found::One(&["over", "where", "per", "of"]),
        before: &[],
        constructs: &[Rule::view, Rule::resolve],
        message: "`{found}` cannot stand here",
        label: "not here",
        help: "put it inside an aggregate or in parentheses",
    },
    Hint {
        constructs: &[Rule::view],
        wants: &[Rule::EOI],
        found: Found::One(&["by"]),
        message: "`by` comes before `where`",
        label: "not here",
        help: "write `view name = [metric] by customer.country, month where condition`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::view],
        wants: &[Rule::close_list],
        message: "a view lists metrics by their names",
        label: "`,` or `]` is needed here",
        help: "give the expression a name: make it a metric of its own",
        ..ANY
    },
    Hint {
        constructs: &[Rule::expect],
        wants: &[Rule::EOI],
        found: Found::One(&[":"]),
        message: "an expectation has no name",
        label: "not here",
        help: "write the condition alone: `expect customers > 0`",
        ..ANY
    },
    Hint {
        constructs: &[Rule::metric],
        wants: &[Rule::EOI],
        before: &[")"],
        found: Found::Text,
        message: "a label stands behind the name",
        label: "not here",
        help: "write `metric name \"Label\" = value`",
    },
    Hint {
        wants: &[Rule::k_end],
        found: Found::One(&["when"]),
        message: "`else` comes last",
        label: "a branch behind `else`",
        help: "move `else` behind all branches",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_and],
        found: Found::One(&["when", "if", "having"]),
        message: "a condition is joined with `where`",
        label: "`where` is needed here",
        help: "write `count(customer where condition)`",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_and],
        found: Found::One(&["distinct"]),
        message: "`distinct` comes first in `count`",
        label: "not here",
        help: "write `count(distinct order_line.order_id)`",
        ..ANY
    },
];
