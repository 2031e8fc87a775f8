//! `docs/language.md`: every example compiles with the shipped project, and what stands folded under it is
//! what carat writes today. `CARAT_BLESS=1 cargo test --test language_reference` writes it anew.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

#[path = "support/project.rs"]
mod project;

use std::fs;

use carat::emit::{dax, sql};
use carat::model::{Head, Model};
use carat::plan::tree::Plan;
use carat::settings::DialectName;
use carat::source::FileId;
use project::Project;

const PAGE: &str = "docs/language.md";
const OPEN: &str = "<details><summary>What it becomes</summary>\n";
const CLOSE: &str = "</details>\n";

/// The page cut into pieces: text, then an example, and so on.
struct Page {
    pieces: Vec<Piece>,
}

enum Piece {
    Text(String),
    Example(String),
}

impl Page {
    /// Without what was generated.
    fn read() -> Self {
        let text = fs::read_to_string(PAGE).unwrap();
        let mut pieces = Vec::new();
        for (at, part) in without_generated(&text).split("```carat\n").enumerate() {
            let rest = match at {
                0 => part,
                _ => {
                    let (example, rest) = part.split_once("```\n").expect("a closed example");
                    pieces.push(Piece::Example(example.to_owned()));
                    rest
                }
            };
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Page { pieces }
    }

    fn examples(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Example(text) => Some(text.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// With what each example becomes behind it.
    fn written(&self, becomes: &[String]) -> String {
        let mut becomes = becomes.iter();
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Example(text) => format!("```carat\n{text}```\n{}", becomes.next().expect("one an example")),
            })
            .collect()
    }
}

fn without_generated(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&format!("\n{OPEN}")) {
        kept.push_str(before);
        rest = after.split_once(CLOSE).expect("a closed fold").1;
    }
    kept + rest
}

fn example_file(at: usize) -> String {
    format!("reference/example_{at:02}.metric")
}

/// The shipped project with every example as a file of its own, and the ids of those files.
fn compiled(page: &Page) -> (Model, Vec<FileId>) {
    let mut project = Project::shipped();
    for (at, example) in page.examples().enumerate() {
        project = project.with(&example_file(at), example);
    }
    let (files, model, found) = project.compile();
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).map(|d| project::plain(&files, d)).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let id = |at| files.iter().find(|(_, file)| *file.path == *example_file(at)).map(|(id, _)| id);
    let ids = (0..page.examples().count()).map(|at| id(at).expect("a file")).collect();
    (model, ids)
}

/// Everything one example becomes, folded; nothing where it holds only filters.
fn becomes(model: &Model, plan: &Plan, file: FileId) -> String {
    let here = |head: &Head| head.span.file == file;
    let mut blocks = String::new();
    for measure in dax::measures(model, plan) {
        let head = match measure.kind {
            dax::Kind::Metric(id) => model.metric(id).map(|metric| &metric.head),
            dax::Kind::SegmentCount(id) => model.segment(id).map(|segment| &segment.head),
            _ => None,
        };
        if head.is_some_and(here) {
            blocks.push_str(&format!("\n```dax\n{} =\n{}\n```\n", measure.name, indented(&measure.dax)));
        }
    }
    for (view, query) in model.views.iter().zip(&plan.views).filter(|(view, _)| here(&view.head)) {
        let text = sql::query(model, plan, query, DialectName::DuckDb);
        blocks.push_str(&format!("\n```sql\n-- {}, DuckDB\n{text};\n```\n", view.head.label));
    }
    let metrics = model.metrics.iter().enumerate().filter(|(_, metric)| here(&metric.head));
    for (at, metric) in metrics {
        let id = carat::model::MetricId(at as u32);
        let query = carat::plan::query(model, vec![id], Vec::new(), None, &[], None);
        let text = sql::query(model, plan, &query, DialectName::DuckDb);
        blocks.push_str(&format!("\n```sql\n-- {}, DuckDB\n{text};\n```\n", metric.head.label));
    }
    if blocks.is_empty() { blocks } else { format!("\n{OPEN}{blocks}\n{CLOSE}") }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_example_compiles_and_shows_what_it_becomes() {
    let page = Page::read();
    let (model, files) = compiled(&page);
    let plan = carat::plan::plan(&model);
    let all: Vec<String> = files.iter().map(|file| becomes(&model, &plan, *file)).collect();
    let fresh = page.written(&all);
    if std::env::var_os("CARAT_BLESS").is_some() {
        fs::write(PAGE, &fresh).unwrap();
    }
    let written = fs::read_to_string(PAGE).unwrap();
    assert!(fresh == written, "{PAGE} is not what carat writes today; run with CARAT_BLESS=1 and read the difference");
}
