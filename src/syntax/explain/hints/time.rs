//! Windows of time, and what stands behind one.

use super::{ANY, Found, Hint};
use crate::syntax::grammar::Rule;

pub(super) const HINTS: &[Hint] = &[
    // Time.
    Hint {
        wants: &[Rule::k_of],
        before: &["period", "history", "date", "days", "months", "years", "day", "month", "year"],
        message: "the window does not say of which date",
        label: "`of DATE` is needed here",
        help: "name the date column: `over period of order_date`",
        ..ANY
    },
    Hint {
        wants: &[Rule::window, Rule::life],
        before: &["over"],
        message: "`over` needs a window of time",
        label: "no window of time",
        help: "there are `period`, `last 12 months`, `last 3 complete months`, `year to date`, `fiscal year to date`, `history` and `life from a to b`",
        ..ANY
    },
    Hint {
        wants: &[Rule::whole],
        before: &["last"],
        message: "`last` needs a whole number",
        label: "how many?",
        help: "write `last 12 months`, `last 30 days`, `last 1 year`",
        ..ANY
    },
    Hint {
        wants: &[Rule::unit],
        found: Found::One(&["weeks", "week"]),
        message: "time is counted in days, months or years",
        label: "no unit of time here",
        help: "write days: a week is `7 days`",
        ..ANY
    },
    Hint {
        wants: &[Rule::unit],
        found: Found::One(&["quarters", "quarter"]),
        message: "time is counted in days, months or years",
        label: "no unit of time here",
        help: "write months: a quarter is `3 months`",
        ..ANY
    },
    Hint {
        wants: &[Rule::unit],
        found: Found::One(&[")"]),
        message: "the number does not say of what: days, months or years?",
        label: "a unit is needed before this",
        help: "write `{before} months` or `{before} years`",
        ..ANY
    },
    Hint {
        wants: &[Rule::unit],
        found: Found::One(&["of"]),
        message: "the number does not say of what: days, months or years?",
        label: "a unit is needed before this",
        help: "write `last {before} months` or `last {before} days`",
        ..ANY
    },
    Hint {
        wants: &[Rule::unit],
        found: Found::Nothing,
        message: "the number does not say of what: days, months or years?",
        label: "a unit is needed here",
        help: "write `{before} months`, `{before} days` or `{before} years`",
        ..ANY
    },
    Hint {
        wants: &[Rule::k_months],
        message: "only months can be complete",
        label: "`months` is needed here",
        help: "write `last 3 complete months`",
        ..ANY
    },
    Hint {
        wants: &[Rule::comma],
        constructs: &[],
        before: &[],
        found: Found::One(&[")"]),
        message: "`prior` does not say how far back",
        label: "`, 12 months` is needed before this",
        help: "write `prior(customers, 12 months)`",
    },
    // Behind a window or a bound.
    Hint {
        wants: &[Rule::k_and],
        found: Found::One(&["of"]),
        message: "a window behind `in` has no `of`",
        label: "not here",
        help: "the date stands before `in`: `order_date in last 12 months`",
        ..ANY
    },
];
