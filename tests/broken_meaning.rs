//! Definitions that read well and mean nothing: what is said about them, and that the shipped project says nothing.

use std::path::Path;

use carat::diagnostics::Diagnostic;
use carat::source::{FileSet, Sources};
use carat::{gold, resolve, settings, source, syntax};

/// A whole project from disk to model, with every message on the way.
fn compile(folder: &Path) -> (Sources, carat::model::Model, Vec<Diagnostic>) {
    let (mut sources, mut found) = source::project::load(folder);
    let (settings, more) = settings::load(&sources.files, sources.settings.expect("carat.yaml"));
    found.extend(more);
    let gold_file = sources.read(&settings.gold, &mut found).expect("gold.yaml");
    let (gold, more) = gold::load(&sources.files, gold_file);
    found.extend(more);
    let mut trees = Vec::new();
    for file in &sources.definitions {
        let (tree, more) = syntax::parse(&sources.files, *file);
        found.extend(more);
        trees.push(tree);
    }
    let (model, more) = resolve::resolve(settings, gold, &trees);
    found.extend(more);
    (sources, model, found)
}

/// A message as people read it, without a frame.
fn plain(files: &FileSet, problem: &Diagnostic) -> String {
    let mut text = format!("{}: {}\n", problem.code.id, problem.message);
    for label in &problem.labels {
        let at = files.position(label.span);
        text += &format!(
            "  {}:{}:{} `{}` {}\n",
            files.path(label.span.file),
            at.line,
            at.column,
            files.text(label.span),
            label.text
        );
    }
    if let Some(help) = &problem.help {
        text += &format!("  help: {help}\n");
    }
    text
}

#[test]
fn the_shipped_project_has_a_meaning() {
    let (sources, model, found) = compile(Path::new("metrics"));
    let said: String = found.iter().map(|problem| plain(&sources.files, problem)).collect();
    assert_eq!(said, "");
    assert_eq!((model.metrics.len(), model.segments.len(), model.policies.len()), (34, 8, 2));
}
