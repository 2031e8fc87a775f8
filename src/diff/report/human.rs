//! For people at a terminal.

use super::{Entry, Report};

/// More ways than anyone follows are counted.
const MOST_WAYS: usize = 8;

/// By class, worst first; a class without changes is left out.
pub fn render(report: &Report) -> String {
    let mut out = format!("{} → {}: {}\n", report.old.title, report.new.title, report.counted());
    for (class, entries) in report.by_class() {
        out += &format!("\n{}: {}\n", class.name(), class.means());
        for entry in entries {
            out += &told(report, entry);
        }
    }
    out
}

fn told(report: &Report, entry: &Entry) -> String {
    let change = &entry.judged.change;
    let mut lines = vec![format!("  {:<5} {}  [{}]", entry.judged.level.name(), change.message, change.rule.id)];
    lines.extend(report.place(entry).map(|place| format!("        {place}")));
    lines.extend(change.clauses.iter().map(|clause| format!("        {clause}")));
    lines.extend(change.before.iter().map(|words| format!("        was: {words}")));
    lines.extend(change.after.iter().map(|words| format!("        now: {words}")));
    lines.extend(ways(entry));
    lines.extend(entry.judged.because.iter().map(|why| format!("        because: {why}")));
    if !entry.judged.approvers.is_empty() {
        lines.push(format!("        approved by: {}", entry.judged.approvers.join(", ")));
    }
    lines.extend(entry.lines.iter().map(|line| format!("        {line}").trim_end().to_owned()));
    for text in &entry.texts {
        lines.push(format!("        {}", text.title));
        lines.extend(text.difference.lines().map(|line| format!("          {line}").trim_end().to_owned()));
    }
    lines.join("\n") + "\n"
}

fn ways(entry: &Entry) -> Vec<String> {
    let all = &entry.judged.change.reached;
    let way = |reached: &super::super::Reached| {
        format!("        reaches {}: {}", reached.subject.kind, reached.path.join(" → "))
    };
    let mut lines: Vec<String> = all.iter().take(MOST_WAYS).map(way).collect();
    if all.len() > MOST_WAYS {
        lines.push(format!("        and {} more", all.len() - MOST_WAYS));
    }
    lines
}
