//! Numbers that are written in another way.

use super::failure::Failure;
use crate::diagnostics::{Diagnostic, codes::syntax as codes};
use crate::syntax::grammar::Rule;
use crate::syntax::scan::Kind;

/// Digits with something glued to them: `12months`, `5%`, `1e6`, `1.`, `2024_name`.
pub(super) fn malformed(failure: &Failure) -> Option<Diagnostic> {
    failure.found_token().filter(|token| token.kind == Kind::Number)?;
    let written = failure.found();
    let digits = written.find(|c: char| !c.is_ascii_digit()).unwrap_or(written.len());
    let (number, rest) = (written.get(..digits)?, written.get(digits..)?);
    if rest.is_empty() {
        return None;
    }
    let help = match rest {
        "%" => share(number),
        _ if failure.wants(Rule::name) => "a name begins with a letter or `_`".to_owned(),
        _ if rest.starts_with('.') && failure.wants(Rule::whole) => format!("write a whole number, `{number}`"),
        _ if rest.starts_with(['.', 'e', 'E', '_']) || rest.contains('.') => {
            "write digits and at most one fraction, `12` or `0.5`; no exponent, no separators".to_owned()
        }
        _ => format!("write a blank, `{number} {rest}`"),
    };
    let kind = if is_a_fraction(rest) && failure.wants(Rule::whole) { "whole number" } else { "number" };
    let message = format!("`{written}` is no {kind}");
    Some(codes::unexpected(failure.span(), message, "cannot be read", Some(help)))
}

/// `.5`: what follows the digits of `1.5`.
fn is_a_fraction(rest: &str) -> bool {
    rest.strip_prefix('.').is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
}

fn share(number: &str) -> String {
    match number.parse::<u8>() {
        Ok(percent) => format!("write a share as a number, `{}`", f64::from(percent) / 100.0),
        Err(_) => "write a share as a number, `0.05` for five percent".to_owned(),
    }
}

/// `1,000` and `.5`.
pub(super) fn separated(failure: &Failure) -> Option<Diagnostic> {
    let digits = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    if failure.found() == "," && digits(failure.before(1)) && failure.after().len() == 3 && digits(failure.after()) {
        let (span, written) = failure.around(1, 1);
        let help = format!("write `{}{}`", failure.before(1), failure.after());
        let message = format!("`{written}` is no number");
        return Some(codes::unexpected(span, message, "a number has no separators", Some(help)));
    }
    if failure.found() == "." && digits(failure.after()) {
        let help = format!("write `0.{}`", failure.after());
        let message = format!("`.{}` is no number", failure.after());
        return Some(codes::unexpected(failure.span(), message, "a digit is needed before the point", Some(help)));
    }
    None
}
