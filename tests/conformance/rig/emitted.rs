//! The only place that calls the emitters.

use carat::emit::{self, OutputFile};
use carat::model::Model;
use carat::plan::{self, tree::Plan};
use carat::settings::DialectName;

use super::asked::{Asked, filters};

/// The SQL that answers a question in a dialect, or why there is none.
pub fn query(model: &Model, plan: &Plan, asked: &Asked, dialect: &str) -> String {
    let filters = filters(model, &asked.slice);
    let grain = asked.slice.grain.as_ref().map(|grain| grain.name.as_str());
    let query = plan::query(model, asked.metrics.clone(), asked.slice.groups.clone(), grain, &filters, None);
    let dialect = DIALECTS.iter().find(|(name, _)| *name == dialect).map(|(_, dialect)| *dialect);
    let text = emit::sql::query(model, plan, &query, dialect.expect("an engine runs a dialect there is"));
    text.unwrap_or_else(|why| format!("-- {}", why.message))
}

const DIALECTS: [(&str, DialectName); 4] = [
    ("fabric", DialectName::Fabric),
    ("spark", DialectName::Spark),
    ("duckdb", DialectName::DuckDb),
    ("postgres", DialectName::Postgres),
];

/// The Power BI model's TMDL files.
pub fn semantic_model(model: &Model, plan: &Plan) -> Vec<OutputFile> {
    let files = emit::powerbi::build(model, plan);
    files.into_iter().filter(|file| file.path.ends_with(".tmdl")).collect()
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
