//! Forms that are often written wrong, as data.

use super::failure::Failure;
use crate::diagnostics::{Diagnostic, codes::syntax as codes};
use crate::syntax::grammar::Rule;
use crate::syntax::scan::Kind;

/// What stands at the place of a failure.
#[derive(Clone, Copy)]
enum Found {
    Any,
    /// The text ends too early.
    Nothing,
    /// One of these words or marks.
    One(&'static [&'static str]),
    Text,
}

/// When all of the first five fit, the rest is said. `{found}` and `{before}` are what stands there.
struct Hint {
    /// Empty for all.
    constructs: &'static [Rule],
    /// What the parser wanted, one of these; empty for anything.
    wants: &'static [Rule],
    /// The token before; empty for any.
    before: &'static [&'static str],
    found: Found,
    message: &'static str,
    label: &'static str,
    help: &'static str,
}

const ANY: Hint =
    Hint { constructs: &[], wants: &[], before: &[], found: Found::Any, message: "", label: "", help: "" };

const HINTS: &[Hint] = &[
    // Heads of definitions.
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
    // Behind a complete expression.
    Hint {
        constructs: &[Rule::segment],
        found: Found::One(&["cap", "priority", "holdout"]),
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
    // Tests.
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
    // case
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

pub(super) fn hint(failure: &Failure) -> Option<Diagnostic> {
    let hint = HINTS.iter().find(|hint| hint.fits(failure))?;
    let said = |text: &str| {
        text.replace("{found}", failure.found())
            .replace("{before}", failure.before(1))
            .replace("{key}", failure.before(2))
    };
    Some(codes::unexpected(failure.span(), said(hint.message), hint.label, Some(said(hint.help))))
}

impl Hint {
    fn fits(&self, failure: &Failure) -> bool {
        (self.constructs.is_empty() || self.constructs.contains(&failure.construct))
            && (self.wants.is_empty() || self.wants.iter().any(|wanted| failure.wants(*wanted)))
            && (self.before.is_empty() || self.before.contains(&failure.before(1)))
            && self.found.fits(failure)
    }
}

impl Found {
    fn fits(self, failure: &Failure) -> bool {
        match self {
            Found::Any => true,
            Found::Nothing => failure.found_token().is_none(),
            Found::One(words) => words.contains(&failure.found()),
            Found::Text => failure.found_token().is_some_and(|token| token.kind == Kind::Text),
        }
    }
}
