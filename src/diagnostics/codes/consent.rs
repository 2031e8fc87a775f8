//! Problems of policies, resolves and segments.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Span, Spanned};

pub const ALL: &[&Code] = &[
    &POLICY_WITHOUT_REFUSAL,
    &REPEATED_RULE,
    &UNGUARDED_REFUSAL,
    &OPEN_ALLOWANCE,
    &NOT_OF_CONTACTS,
    &UNKNOWN_CHANNEL,
    &REPEATED_CHANNEL,
    &UNKNOWN_PURPOSE,
    &POLICY_DOES_NOT_FIT,
    &SEGMENT_NOT_REACHED,
    &SOURCE_NOT_REACHED,
];

pub const POLICY_WITHOUT_REFUSAL: Code =
    Code::error("policy-without-refusal", "a policy ends in a refusal `otherwise`");
pub const REPEATED_RULE: Code = Code::error("repeated-rule", "the rules of a policy have different names");
pub const UNGUARDED_REFUSAL: Code =
    Code::error("unguarded-refusal", "a refusal says what holds where its column is missing");
pub const OPEN_ALLOWANCE: Code = Code::error("open-allowance", "an `allow` rule tests for what is there");
pub const NOT_OF_CONTACTS: Code = Code::error("not-of-contacts", "a policy decides about rows of the contact table");
pub const UNKNOWN_CHANNEL: Code =
    Code::error("unknown-channel", "channels are those of the contact table and the policy");
pub const REPEATED_CHANNEL: Code = Code::error("repeated-channel", "every channel of a policy or segment stands once");
pub const UNKNOWN_PURPOSE: Code =
    Code::error("unknown-purpose", "a policy or segment is for a purpose and channels that `carat.yaml` knows");
pub const POLICY_DOES_NOT_FIT: Code =
    Code::error("policy-does-not-fit", "`carat.yaml` names a policy that guards that purpose and channel");
pub const SEGMENT_NOT_REACHED: Code =
    Code::error("segment-not-reached", "members of an activation segment have contact points");
pub const SOURCE_NOT_REACHED: Code = Code::error("source-not-reached", "a resolve reads rows that lead to its table");

pub fn policy_without_refusal(span: Span) -> Diagnostic {
    Diagnostic::new(&POLICY_WITHOUT_REFUSAL, "the last rule of a policy refuses whatever no rule decided")
        .at(span, "no refusal `otherwise` at the end")
        .help("end with: refuse \"no consent\" otherwise")
}

pub fn otherwise_before_the_end(span: Span) -> Diagnostic {
    Diagnostic::new(&POLICY_WITHOUT_REFUSAL, "`otherwise` decides everything, so no rule after it is ever asked")
        .at(span, "not the last rule")
        .help("move it to the end, or write a condition with `when`")
}

pub fn allow_otherwise(span: Span) -> Diagnostic {
    Diagnostic::new(&POLICY_WITHOUT_REFUSAL, "`otherwise` refuses: what is unknown is never allowed")
        .at(span, "allows the unknown")
        .help("write refuse \"..\" otherwise, and an `allow` rule for what is known")
}

pub fn repeated_rule(again: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(&REPEATED_RULE, format!("two rules are called \"{}\"", again.value))
        .at(again.span, "again")
        .at(first, "first here")
        .help("the funnel counts each rule by its name")
}

pub fn unguarded_refusal(column: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&UNGUARDED_REFUSAL, format!("`{column}` may be missing, and the rule does not say what holds then"))
        .at(span, "a missing value would slip through")
        .help(format!("add `or {column} is missing` to refuse the unknown, or `{column} is present and ..` to let it pass knowingly"))
}

pub fn unguarded_metric(metric: &str, span: Span) -> Diagnostic {
    let message = format!("`{metric}` has no value where it finds none, and the rule does not say what holds then");
    Diagnostic::new(&UNGUARDED_REFUSAL, message).at(span, "whoever has no value would slip through").help(format!(
        "add `or {metric} is missing` to refuse the unknown, or `{metric} is present and ..` to let it pass knowingly"
    ))
}

/// `allowed`: the rule that whoever has no such value could reach.
pub fn unguarded_choice(choice: &str, span: Span, allowed: &str, allows: Span) -> Diagnostic {
    let message = format!("`{choice}` may be missing, and the rule does not say what holds then");
    Diagnostic::new(&UNGUARDED_REFUSAL, message)
        .at(span, "whoever has none, or two that contradict each other, would slip through")
        .at(allows, format!("and could be allowed by \"{allowed}\""))
        .help(format!(
            "add `or {choice} is missing` beside it to refuse the unknown, or `{choice} is present and ..` to let it pass knowingly"
        ))
}

pub fn open_allowance(what: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&OPEN_ALLOWANCE, format!("an `allow` rule with {what} would let the unknown through"))
        .at(span, "true of what is not known, too")
        .help(
            "say what is there, `consent_status = \"opted_in\"`; what must not be belongs in a `refuse` rule before it",
        )
}

/// A count or sum that is compared so that no rows will do.
pub fn open_to_no_rows(span: Span) -> Diagnostic {
    let message = "this is true where no rows are found, so the `allow` rule would let in whoever nothing is known of";
    Diagnostic::new(&OPEN_ALLOWANCE, message).at(span, "true of no rows, too").help(
        "ask for rows that are there, `orders >= 1`; whoever must not have any is refused by a `refuse` rule before it",
    )
}

/// A filter or segment that is.
pub fn open_by_name(span: Span) -> Diagnostic {
    let message =
        "this can be true because no rows are found, so the `allow` rule would let in whoever nothing is known of";
    Diagnostic::new(&OPEN_ALLOWANCE, message)
        .at(span, "by `not any(..)`, or by a count or sum that may be 0")
        .help("name what is true of rows that are there; what must not be belongs in a `refuse` rule before it")
}

pub fn not_of_contacts(table: &Spanned<String>, contact: Option<&str>) -> Diagnostic {
    let message = match contact {
        Some(contact) => format!("a policy is `of {contact}`, the contact table of `gold.yaml`"),
        None => "`gold.yaml` says no `contact:`, so there is nothing a policy could decide about".to_owned(),
    };
    Diagnostic::new(&NOT_OF_CONTACTS, message).at(table.span, "not the contact table")
}

pub fn unknown_channel(channel: &Spanned<String>, closest: Option<&str>) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_CHANNEL, format!("there is no channel `{}`", channel.value))
        .at(channel.span, "not a value of the contact table's channel")
        .help_if(closest.map(|known| format!("did you mean `{known}`?")))
}

pub fn repeated_channel(again: &Spanned<String>, first: Span) -> Diagnostic {
    Diagnostic::new(&REPEATED_CHANNEL, format!("the channel `{}` stands twice", again.value))
        .at(again.span, "again")
        .at(first, "first here")
        .help("keep one of them")
}

pub fn unknown_purpose(purpose: &Spanned<String>, closest: Option<&str>) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_PURPOSE, format!("`carat.yaml` has no policy for `{}`", purpose.value))
        .at(purpose.span, "no policy")
        .help_if(closest.map(|known| format!("did you mean `{known}`?")))
        .help_if(Some("name one under `policies:`; a segment without one reaches nobody".to_owned()))
}

/// A policy that nothing names, for a purpose that `carat.yaml` does not have.
pub fn policy_of_no_purpose(purpose: &Spanned<String>, closest: Option<&str>) -> Diagnostic {
    Diagnostic::new(
        &UNKNOWN_PURPOSE,
        format!("`carat.yaml` has no purpose `{}`, so this policy guards nothing", purpose.value),
    )
    .at(purpose.span, "not under `policies:`")
    .help(match closest {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("add `{}:` with its channels under `policies:`", purpose.value),
    })
}

/// `known`: the channels of the purpose.
pub fn channel_without_policy(
    purpose: &str,
    channel: &Spanned<String>,
    known: &[&str],
    closest: Option<&str>,
) -> Diagnostic {
    let known = known.iter().map(|channel| format!("`{channel}`")).collect::<Vec<_>>().join(", ");
    let has = if known.is_empty() { "no channel".to_owned() } else { known };
    Diagnostic::new(&UNKNOWN_PURPOSE, format!("`carat.yaml` has no policy for `{purpose}` by `{}`", channel.value))
        .at(channel.span, "no policy")
        .help(match closest {
            Some(closest) => format!("did you mean `{closest}`?"),
            None => {
                format!("`{purpose}` has {has}; name a policy under `policies:`: a segment without one reaches nobody")
            }
        })
}

pub fn policy_does_not_fit(policy: &Spanned<String>, purpose: &str, channel: &str, why: &str) -> Diagnostic {
    Diagnostic::new(
        &POLICY_DOES_NOT_FIT,
        format!("`{}` does not guard `{purpose}` by `{channel}`: {why}", policy.value),
    )
    .at(policy.span, "does not fit")
}

pub fn segment_not_reached(table: &Spanned<String>, contact: &str) -> Diagnostic {
    let message = format!("no path leads from `{contact}` to `{}`, so its members cannot be reached", table.value);
    Diagnostic::new(&SEGMENT_NOT_REACHED, message)
        .at(table.span, "no contact points")
        .help("leave `for .. by ..` out: then the segment is analytical")
}

pub fn source_not_reached(source: &str, table: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&SOURCE_NOT_REACHED, format!("rows of `{source}` do not lead to a row of `{table}`"))
        .at(span, format!("reads `{source}`"))
}
