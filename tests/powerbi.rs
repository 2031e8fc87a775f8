//! The Power BI project of the shipped definitions and of one that holds every shape carat emits.

use std::path::Path;

use carat::emit::{OutputFile, powerbi};
use carat::model::Model;
use carat::{gold, plan, resolve, settings, source, syntax};

fn model(folder: &str) -> Model {
    let (mut sources, mut found) = source::project::load(Path::new(folder));
    let (settings, _) = settings::load(&sources.files, sources.settings.expect("carat.yaml"));
    let gold_file = sources.read(&settings.gold, &mut found).expect("the gold schema");
    let (gold, _) = gold::load(&sources.files, gold_file);
    let trees: Vec<_> = sources.definitions.iter().map(|file| syntax::parse(&sources.files, *file).0).collect();
    let (model, errors) = resolve::resolve(settings, gold, &trees);
    assert!(errors.is_empty(), "{errors:?}");
    model
}

fn build(model: &Model) -> Vec<OutputFile> {
    powerbi::build(model, &plan::plan(model))
}

#[allow(dead_code)]
fn write(files: &[OutputFile], folder: &Path) {
    for file in files {
        let path = folder.join(&file.path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, &file.text).expect("a file");
    }
}

#[test]
fn a_build_without_a_change_writes_the_same_bytes() {
    let model = model("metrics");
    let files = build(&model);
    assert!(files.len() > 15);
    assert_eq!(files, build(&model));
}
