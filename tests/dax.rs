//! The DAX of the shipped project, read as a Power BI developer would.

use std::path::Path;

use carat::emit::dax::measures;
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

#[test]
fn every_measure_has_a_text_and_a_name_of_its_own() {
    let model = model("metrics");
    let all = measures(&model, &plan::plan(&model));
    let mut names: Vec<String> = all.iter().map(|measure| measure.name.to_lowercase()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all.len());
    assert!(all.iter().all(|measure| !measure.dax.is_empty()));
}
