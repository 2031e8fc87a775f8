//! A small failing project as a case file, which the rig then asks of every engine for ever.

use std::fmt::Write as _;

use super::draft::Draft;
use super::question::{Question, text_of};
use crate::judge::{Grouped, Judge, Value};
use crate::rig::{Asked, expected};

/// The text of the case; what stands behind `=>` is what the judge says, for a person to check.
pub fn case(draft: &Draft, question: &Question, sentence: &str) -> String {
    let mut text = project(draft, sentence);
    text.push_str("--- expect\n");
    if let Some(expectation) = expectation(draft, question) {
        writeln!(text, "{expectation}").unwrap();
    }
    text
}

/// Schema, rows and definitions as a case has them.
pub fn project(draft: &Draft, sentence: &str) -> String {
    let mut text = format!("{sentence}\nas of {}\n--- gold\n{}\n", draft.as_of, draft.gold.join("\n"));
    if draft.policy.is_some() {
        write!(text, "--- settings\n{}", draft.settings()).unwrap();
    }
    for (name, lines) in draft.tables.iter().filter(|(_, lines)| lines.len() > 1) {
        writeln!(text, "--- {name}\n{}", without_empty_columns(lines).join("\n")).unwrap();
    }
    write!(text, "--- carat\n{}", draft.definitions_text()).unwrap();
    text
}

fn expectation(draft: &Draft, question: &Question) -> Option<String> {
    let model = draft.compile().ok()?;
    let data = draft.data(&model.gold);
    let judge = Judge::new(&model, &data);
    let asked = question.asked(&model).filter(|asked| asked.slice.conditions.is_empty())?;
    let asked = Asked { metrics: vec![*asked.metrics.first()?], ..asked };
    let cells = judge.grouping(&asked.slice);
    let said = expected(&judge, &asked);
    let value = |cell: &Grouped| said[&cell.key.iter().map(Value::identity).collect::<Vec<_>>()][0].to_string();
    let key = |cell: &Grouped| cell.key.iter().map(Value::to_string).collect::<Vec<_>>().join("/");
    let told = |cell: &&Grouped| !matches!(value(cell).as_str(), "-" | "0" | "0.0000");
    let values: Vec<String> = match cells.as_slice() {
        [one] if one.key.is_empty() => vec![value(one)],
        all => all.iter().filter(told).map(|cell| format!("{}: {}", key(cell), value(cell))).collect(),
    };
    (!values.is_empty()).then(|| format!("{} => {}", text_of(&model, &asked), values.join(", ")))
}

/// The rows without the columns in which nothing stands.
fn without_empty_columns(lines: &[String]) -> Vec<String> {
    if lines.iter().any(|line| line.contains('"')) {
        return lines.to_vec();
    }
    let rows: Vec<Vec<&str>> = lines.iter().map(|line| line.split(',').collect()).collect();
    let kept: Vec<usize> = (0..rows[0].len()).filter(|at| rows[1..].iter().any(|row| !row[*at].is_empty())).collect();
    rows.iter().map(|row| kept.iter().map(|at| row[*at]).collect::<Vec<_>>().join(",")).collect()
}
