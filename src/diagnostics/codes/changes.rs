//! Changes between two versions as findings. Their codes are made of the rules of `diff`, and are explained in one page.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;

/// A change that may not pass without a word: what changed, where the new version says so, and what it reaches.
pub fn changed(code: &'static Code, message: String, at: Option<Span>, facts: &[String]) -> Diagnostic {
    let found = Diagnostic::new(code, message);
    let found = match at {
        Some(span) => found.at(span, "changed here"),
        None => found,
    };
    found.help_if((!facts.is_empty()).then(|| facts.join("; ")))
}
