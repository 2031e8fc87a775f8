//! The only place that calls the emitters.

use carat::emit::{self, OutputFile};
use carat::model::{Fingerprints, Model, Segment, SegmentId};
use carat::plan::{self, tree::Plan};
use carat::settings::DialectName;
use carat::source::FileSet;

use super::asked::{Asked, filters};

/// The SQL that answers a question in a dialect.
pub fn query(model: &Model, plan: &Plan, asked: &Asked, dialect: &str) -> String {
    let filters = filters(model, &asked.slice);
    let grain = asked.slice.grain.as_ref().map(|grain| grain.name.as_str());
    let query = plan::query(model, asked.metrics.clone(), asked.slice.groups.clone(), grain, &filters, None);
    emit::sql::query(model, plan, &query, named(dialect))
}

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

/// The query of each segment's file.
pub fn segments(model: &Model, plan: &Plan, dialect: &str) -> Vec<(SegmentId, String)> {
    let (files, prints) = (FileSet::default(), Fingerprints::default());
    let files = emit::sql::build(model, plan, &files, &prints, &[named(dialect)]);
    let of = |(id, segment): (u32, &Segment)| {
        let path = format!("/segments/{}.sql", segment.head.name.to_lowercase());
        let file = files.iter().find(|file| file.path.ends_with(&path))?;
        Some((SegmentId(id), file.text.clone()))
    };
    (0_u32..).zip(&model.segments).filter_map(of).collect()
}

/// The name and the query of each expectation, for all days and for every month.
pub fn expectations(model: &Model, plan: &Plan, dialect: &str) -> Vec<(String, String)> {
    emit::sql::checks(model, plan, named(dialect)).expectations
}

/// The DAX queries of the Power BI folder, views first, then expectations.
pub fn dax_queries(model: &Model, plan: &Plan) -> Vec<String> {
    emit::dax::queries(model, plan).into_iter().map(|query| query.dax).collect()
}

/// The measure that counts each segment's members.
pub fn segment_counts(model: &Model, plan: &Plan) -> Vec<(SegmentId, String)> {
    let of = |measure: emit::dax::Measure| match measure.kind {
        emit::dax::Kind::SegmentCount(id) => Some((id, measure.name)),
        _ => None,
    };
    emit::dax::measures(model, plan).into_iter().filter_map(of).collect()
}

fn named(dialect: &str) -> DialectName {
    DialectName::named(dialect).expect("an engine runs a dialect there is")
}
