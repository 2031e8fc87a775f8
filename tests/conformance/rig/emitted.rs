//! The only place that calls the emitters.

use carat::emit::OutputFile;
use carat::model::Model;
use carat::plan::tree::Plan;

use super::asked::{Asked, filters};

/// The SQL that answers a question in a dialect.
pub fn query(model: &Model, plan: &Plan, asked: &Asked, dialect: &str) -> String {
    drop((model, plan, asked, dialect, filters(model, &asked.slice)));
    String::new()
}

/// The Power BI model's TMDL files.
pub fn semantic_model(model: &Model, plan: &Plan) -> Vec<OutputFile> {
    drop((model, plan));
    Vec::new()
}

/// The text of one measure, as it stands in the files.
pub fn measure(files: &[OutputFile], name: &str) -> Option<String> {
    let starts = [format!("measure '{name}' ="), format!("measure {name} =")];
    let lines = files.iter().map(|file| file.text.lines().collect::<Vec<_>>());
    for lines in lines {
        if let Some(at) = lines.iter().position(|line| starts.iter().any(|start| line.trim_start().starts_with(start)))
        {
            let end = lines
                .iter()
                .skip(at + 1)
                .position(|line| line.starts_with("\tmeasure") || line.starts_with("\tcolumn"));
            let end = end.map_or(lines.len(), |end| at + 1 + end);
            return Some(lines[at..end].join("\n"));
        }
    }
    None
}
