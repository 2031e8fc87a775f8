//! Values of `carat.yaml` that have a form of their own: names, codes, durations, variables.

use crate::diagnostics::{Diagnostic, codes::project};
use crate::source::Spanned;

/// A value if it has its form, else a message.
type Check = fn(&str) -> bool;
type Problem = fn(&str, crate::source::Span) -> Diagnostic;

fn checked(text: Spanned<String>, fits: Check, problem: Problem, out: &mut Vec<Diagnostic>) -> String {
    if !fits(&text.value) {
        out.push(problem(&text.value, text.span));
    }
    text.value
}

pub(super) fn project_name(text: Spanned<String>, out: &mut Vec<Diagnostic>) -> String {
    checked(text, is_name, project::invalid_project_name, out)
}

pub(super) fn currency(text: Spanned<String>, out: &mut Vec<Diagnostic>) -> String {
    checked(
        text,
        |code| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()),
        project::invalid_currency,
        out,
    )
}

pub(super) fn language_tag(text: Spanned<String>, out: &mut Vec<Diagnostic>) -> String {
    checked(text, is_language_tag, project::invalid_language_tag, out)
}

/// A path of the project's own folder: relative, and never upwards. Empty where it is another, so that nothing outside
/// is ever read: its lines would stand in messages.
pub(super) fn file_path(text: Spanned<String>, out: &mut Vec<Diagnostic>) -> String {
    let before = out.len();
    let path = checked(text, is_inside, project::invalid_file_path, out);
    if out.len() == before { path } else { String::new() }
}

fn is_inside(path: &str) -> bool {
    !path.is_empty() && !path.contains(['\\', ':']) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Text with `${VARIABLE}` in it: kept as written, the variable is filled in where the model is deployed.
pub(super) fn with_variables(text: Spanned<String>, out: &mut Vec<Diagnostic>) -> String {
    checked(text, variables_close, project::invalid_variable, out)
}

/// `24 hours` or `7 days`, in hours.
pub(super) fn hours(text: &Spanned<String>, out: &mut Vec<Diagnostic>) -> Option<u32> {
    let hours = read_hours(&text.value).filter(|hours| (1..=366 * 24).contains(hours));
    if hours.is_none() {
        out.push(project::invalid_duration(&text.value, text.span));
    }
    hours
}

fn read_hours(text: &str) -> Option<u32> {
    let (count, unit) = text.split_once(' ')?;
    let count: u32 = count.parse().ok()?;
    match unit.trim() {
        "hour" | "hours" => Some(count),
        "day" | "days" => count.checked_mul(24),
        _ => None,
    }
}

/// Whether an item of Fabric is written by its name: neither one variable nor an identifier.
pub fn is_named(item: &str) -> bool {
    let is_variable = item.starts_with("${") && item.find('}') == Some(item.len() - 1);
    !is_variable && uuid::Uuid::try_parse(item).is_err()
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Language, optional script and region of BCP 47, which is what Power BI cultures use.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3));
    let rest = parts.all(|part| (2..=4).contains(&part.len()));
    language && rest && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn variables_close(text: &str) -> bool {
    text.split("${").skip(1).all(|rest| rest.split_once('}').is_some_and(|(name, _)| is_name(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_hours_or_days() {
        assert_eq!(read_hours("24 hours"), Some(24));
        assert_eq!(read_hours("7 days"), Some(168));
        assert_eq!(read_hours("1 week"), None);
        assert_eq!(read_hours("4294967295 days"), None);
    }

    #[test]
    fn a_variable_has_a_name_and_an_end() {
        assert!(variables_close("${FABRIC_WORKSPACE}-${STAGE} at $5"));
        assert!(!variables_close("${FABRIC"));
        assert!(!variables_close("${}"));
    }

    #[test]
    fn a_language_tag_has_a_language_and_perhaps_a_script_and_a_region() {
        assert!(["en", "en-US", "zh-Hans-CN"].into_iter().all(is_language_tag));
        assert!(!["english", "en_US", "", "en-"].into_iter().any(is_language_tag));
    }
}
