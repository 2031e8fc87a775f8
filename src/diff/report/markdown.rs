//! A comment on a pull request, for someone who decides: what changed and by how much first, the rest folded.
//!
//! Source: GitHub Docs, "Organizing information with collapsed sections"; Azure DevOps shows the same tags.

use super::numbers::{in_short as in_numbers, numbers as tables};
use super::{Entry, Report, reached};
use crate::diff::{Class, Level};

/// Begins the comment, so that the next one replaces it.
pub const MARKER: &str = "<!-- carat-diff -->";
/// A comment of GitHub holds 65,536 characters.
const LONGEST: usize = 60_000;
/// More than anyone reads before the details.
const MOST_LINES: usize = 15;
const MOST_CLAUSES: usize = 3;

/// Begins with a marker by which the action finds its comment again; sections that would make it longer than a
/// comment may be are counted instead.
pub fn render(report: &Report) -> String {
    let mut out = format!("{MARKER}\n## Metric changes: {}\n\n", report.counted());
    out += &format!("From {} to {}.\n", escaped(&report.old.title), escaped(&report.new.title));
    if report.entries.is_empty() {
        return out + "\nEvery number means what it meant. Layout, comments, order and moves do not count.\n";
    }
    out += &summary(report);
    out += &table(report);
    let mut left = report.entries.len();
    for (class, entries) in report.by_class() {
        let section = section(report, class, &entries);
        if out.len() + section.len() > LONGEST {
            return out + &format!("\n{left} more changes: run `carat diff` to see them.\n");
        }
        left -= entries.len();
        out += &section;
    }
    out
}

/// What changed, a line each, with the numbers where there are some. What is allowed is only counted, below.
fn summary(report: &Report) -> String {
    let told: Vec<&Entry> = report.entries.iter().filter(|entry| entry.judged.level > Level::Allow).collect();
    let lines: String = told.iter().take(MOST_LINES).map(|entry| in_short(entry)).collect();
    let more = told.len().saturating_sub(MOST_LINES);
    let more = if more > 0 { format!("- and {more} more, below\n") } else { String::new() };
    if told.is_empty() { String::new() } else { format!("\n{lines}{more}") }
}

fn in_short(entry: &Entry) -> String {
    let change = &entry.judged.change;
    let denied = if entry.judged.level == Level::Deny { "**denied:** " } else { "" };
    let label = entry.label.as_ref().map_or_else(String::new, |label| format!("**{}**: ", escaped(label)));
    let clauses: Vec<String> = change.clauses.iter().take(MOST_CLAUSES).map(|clause| escaped(clause)).collect();
    let clauses = if clauses.is_empty() { String::new() } else { format!("; {}", clauses.join("; ")) };
    let numbers = in_numbers(&entry.impact).map_or_else(String::new, |numbers| format!(" — **{numbers}**"));
    format!("- {denied}{label}{}{clauses}{numbers}\n", escaped(&change.message))
}

fn table(report: &Report) -> String {
    let mut out = "\n| Changes | of class | meaning that | level | approved by |\n|--:|---|---|---|---|\n".to_owned();
    for (class, entries) in report.by_class() {
        let worst = entries.iter().map(|entry| entry.judged.level).max().unwrap_or(Level::Allow);
        let mut who: Vec<String> = entries.iter().flat_map(|entry| entry.judged.approvers.clone()).collect();
        who.sort();
        who.dedup();
        let who = escaped(&who.join(", "));
        let level = if worst == Level::Deny { "**denied**" } else { worst.name() };
        out += &format!("| {} | {} | {} | {level} | {who} |\n", entries.len(), class.name(), class.means());
    }
    out
}

/// The sentences of a class, folded unless one of them is denied.
fn section(report: &Report, class: Class, entries: &[&Entry]) -> String {
    let open = if entries.iter().any(|entry| entry.judged.level == Level::Deny) { " open" } else { "" };
    let mut out = format!("\n<details{open}>\n<summary>{}: {}</summary>\n\n", class.name(), entries.len());
    for entry in entries {
        out += &told(report, entry);
    }
    out + "\n</details>\n"
}

fn told(report: &Report, entry: &Entry) -> String {
    let change = &entry.judged.change;
    let level = if entry.judged.level == Level::Deny { "**denied:** " } else { "" };
    let mut out = format!("- {level}{}", escaped(&change.message));
    out += &report.place(entry).map_or(String::new(), |place| format!(" ({})", escaped(&place)));
    out.push('\n');
    let mut points: Vec<String> = change.clauses.iter().map(|clause| escaped(clause)).collect();
    points.extend(change.before.iter().map(|words| format!("was: {}", escaped(words))));
    points.extend(change.after.iter().map(|words| format!("now: {}", escaped(words))));
    points.extend(
        entry.judged.because.iter().map(|why| format!("{} because: {}", entry.judged.level.name(), escaped(why))),
    );
    out += &points.iter().map(|point| format!("  - {point}\n")).collect::<String>();
    out + &numbers(entry) + &ways(entry) + &texts(entry)
}

fn numbers(entry: &Entry) -> String {
    if entry.impact.is_empty() { String::new() } else { indented(&tables(&entry.impact)) + "\n" }
}

fn ways(entry: &Entry) -> String {
    let Some(counted) = reached(entry) else { return String::new() };
    let way = |reached: &crate::diff::Reached| {
        format!("    - {} {}\n", reached.subject.kind, escaped(&reached.path.join(" → ")))
    };
    let ways: String = entry.judged.change.reached.iter().map(way).collect();
    format!("  - <details><summary>reaches {counted}</summary>\n\n{ways}\n    </details>\n")
}

fn texts(entry: &Entry) -> String {
    let text = |text: &super::Text| {
        let difference = indented(&indented(&fenced("diff", &text.difference)));
        format!("  - <details><summary>{}</summary>\n\n{difference}\n    </details>\n", escaped(&text.title))
    };
    entry.texts.iter().map(text).collect()
}

/// A fence longer than any run of backticks inside.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}

/// Text of the project: no tags, no table cells, nobody called by `@`, one line. What stands between
/// backticks is code, in which nothing is escaped but the pipe.
pub(super) fn escaped(text: &str) -> String {
    let balanced = text.matches('`').count().is_multiple_of(2);
    let part = |(at, part): (usize, &str)| match at % 2 == 1 && balanced {
        true => part.replace('|', "\\|"),
        false => plain(part),
    };
    let separator = if balanced { "`" } else { "&#96;" };
    text.split('`').enumerate().map(part).collect::<Vec<_>>().join(separator).replace(['\n', '\r'], " ")
}

fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            '@' => "&#64;".to_owned(),
            '|' | '*' | '_' | '[' | ']' | '#' | '\\' => format!("\\{c}"),
            other => other.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_the_project_is_no_markup_and_calls_nobody() {
        assert_eq!(escaped("`a_b|c` is <b> @team | x_y"), "`a_b\\|c` is &lt;b&gt; &#64;team \\| x\\_y");
        assert_eq!(escaped("one ` alone"), "one &#96; alone");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fenced("diff", "+ ```"), "````diff\n+ ```\n````\n");
    }
}
