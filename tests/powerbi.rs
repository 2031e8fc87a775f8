//! The Power BI project of the shipped definitions and of one that holds every shape carat emits.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use carat::emit::dax::{self, Kind};
use carat::emit::powerbi::scope::Scope;
use carat::emit::{OutputFile, powerbi};
use carat::model::Model;
use carat::settings::{PowerBi, Storage};
use carat::{gold, plan, resolve, rules, settings, source, syntax};

const EVERY_SHAPE: &str = "tests/cases/powerbi/every_shape";
/// Other people's implementations of the formats, with what they are given: `{model}` is the semantic model's folder.
const CHECKS: [&[&str]; 3] =
    [&["tom-check", "--strict", "{model}"], &["dax-check", "parse", "{model}"], &["json-check", "{project}"]];

fn model(folder: &str) -> Model {
    let (mut sources, mut found) = source::project::load(Path::new(folder));
    let (settings, _) = settings::load(&sources.files, sources.settings.expect("carat.yaml"));
    let gold_file = sources.read(&settings.gold, &mut found).expect("the gold schema");
    let (gold, problems) = gold::load(&sources.files, gold_file);
    assert!(problems.is_empty(), "{problems:?}");
    let trees: Vec<_> = sources.definitions.iter().map(|file| syntax::parse(&sources.files, *file).0).collect();
    let (model, errors) = resolve::resolve(settings, gold, &trees);
    assert!(errors.is_empty(), "{errors:?}");
    let broken: Vec<_> = rules::check(&model).into_iter().filter(|problem| problem.is_error()).collect();
    assert!(broken.is_empty(), "{broken:?}");
    model
}

fn build(model: &Model) -> Vec<OutputFile> {
    powerbi::build(model, &plan::plan(model))
}

/// The model in another storage mode, with a connection of its kind.
fn stored(mut model: Model, storage: Storage) -> Model {
    let connection =
        storage.connection_keys().iter().map(|key| ((*key).to_owned(), format!("${{{}}}", key.to_uppercase())));
    model.settings.powerbi = Some(PowerBi { storage, connection: connection.collect() });
    model
}

/// The text of the only file that ends so.
fn text<'a>(files: &'a [OutputFile], ending: &str) -> &'a str {
    let mut found = files.iter().filter(|file| file.path.ends_with(ending));
    let file = found.next().unwrap_or_else(|| panic!("no {ending}"));
    assert!(found.next().is_none(), "two {ending}");
    &file.text
}

fn write(files: &[OutputFile], folder: &Path) {
    for file in files {
        let path = folder.join(&file.path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, &file.text).expect("a file");
    }
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/powerbi");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, outline(text)));
}

/// Fingerprints and DAX have tests of their own.
fn outline(text: &str) -> String {
    const KEY: &str = "annotation carat_fingerprint = ";
    let is_body = |line: &&str| line.starts_with("\t\t\t") && !line.starts_with("\t\t\t\t");
    let line = |line: &str| match (line.find(KEY), line.split_once(" =")) {
        (Some(at), _) => format!("{}...", &line[..at + KEY.len()]),
        (_, Some((head, _))) if head.starts_with("\tmeasure ") => format!("{head} = (DAX)"),
        _ => line.to_owned(),
    };
    text.split('\n').filter(|line| !text.starts_with("///") || !is_body(line)).map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_build_without_a_change_writes_the_same_bytes() {
    for folder in ["metrics", EVERY_SHAPE] {
        let model = model(folder);
        assert_eq!(build(&model), build(&model));
    }
}

#[test]
fn a_changed_metric_touches_only_its_own_file() {
    let before = model(EVERY_SHAPE);
    let mut after = before.clone();
    let metric = after.metrics.iter_mut().find(|metric| metric.head.name == "ordered").expect("a metric");
    metric.head.docs = vec!["Said otherwise.".to_owned()];
    let (before, after) = (build(&before), build(&after));
    let changed: Vec<_> = before.iter().zip(&after).filter(|(old, new)| old != new).map(|(old, _)| &old.path).collect();
    assert_eq!(changed, ["powerbi/every_shape.SemanticModel/definition/tables/Order line.tmdl"]);
}

#[test]
fn a_table_of_every_kind_reads_as_a_power_bi_developer_would_write_it() {
    let files = build(&model(EVERY_SHAPE));
    for (name, ending) in [
        ("dimension", "tables/Größere Kunden.tmdl"),
        ("fact", "tables/Order line.tmdl"),
        ("calendar", "tables/Calendar.tmdl"),
        ("one_row", "tables/Status.tmdl"),
        ("model", "model.tmdl"),
        ("relationships", "relationships.tmdl"),
        ("import_expressions", "expressions.tmdl"),
        ("perspective", "perspectives/Marketing.tmdl"),
        ("culture", "cultures/de.tmdl"),
        ("parameter", "parameter.yml"),
    ] {
        assert_snapshot(name, text(&files, ending));
    }
}

#[test]
fn a_storage_mode_changes_where_data_comes_from_and_nothing_else() {
    for (storage, name) in [(Storage::DirectLakeOneLake, "onelake"), (Storage::DirectLakeSql, "sql")] {
        let files = build(&stored(model(EVERY_SHAPE), storage));
        assert_snapshot(&format!("{name}_expressions"), text(&files, "expressions.tmdl"));
        assert_snapshot(&format!("{name}_table"), text(&files, "tables/Status.tmdl"));
    }
}

#[test]
fn a_table_that_nobody_reads_is_left_out() {
    let files = build(&model(EVERY_SHAPE));
    assert!(!files.iter().any(|file| file.path.contains("Unread")));
    assert!(!text(&files, "tables/Order line.tmdl").contains("memo"));
}

#[test]
fn a_view_is_a_page_unless_a_report_cannot_say_its_filters() {
    let files = build(&model(EVERY_SHAPE));
    let pages: Vec<&OutputFile> = files.iter().filter(|file| file.path.ends_with("/page.json")).collect();
    assert_eq!(pages.len(), 2);
    let visuals: Vec<&OutputFile> = files.iter().filter(|file| file.path.ends_with("/visual.json")).collect();
    assert_snapshot("visual_with_a_filter", &visuals.last().expect("a visual").text);
}

#[test]
fn other_implementations_accept_every_storage_mode() {
    let Some(tools) = tools() else { return };
    let temporary = tempfile::tempdir().expect("a folder");
    for (storage, name) in Storage::NAMES.map(|(name, storage)| (storage, name)) {
        for (number, folder) in ["metrics", EVERY_SHAPE, "tests/cases/second_project"].iter().enumerate() {
            let out = temporary.path().join(format!("{name}{number}"));
            let model = stored(model(folder), storage);
            write(&build(&model), &out);
            for check in CHECKS {
                let said = accepted(&tools, check, &out.join("powerbi"), &model);
                if check.starts_with(&["tom-check"]) {
                    assert_counts(&said, &model);
                }
            }
        }
    }
}

/// Where the checks are; `.ci/check-powerbi` says it, since they install what they need at first use.
fn tools() -> Option<PathBuf> {
    std::env::var_os("CARAT_TOOLS").map(PathBuf::from).filter(|folder| folder.join("tom-check").is_file())
}

/// What Microsoft's library counts is what the project defines.
fn assert_counts(said: &str, model: &Model) {
    let plan = plan::plan(model);
    let measures = dax::measures(model, &plan);
    let scope = Scope::new(&model.gold, &plan, &measures, &dax::queries(model, &plan));
    let asked = measures.iter().filter(|measure| matches!(measure.kind, Kind::Helper(_))).count();
    // Each metric and segment, the helpers they ask for, and the three days of the period.
    let defined = model.metrics.len() + model.segments.len() + asked + 3;
    for (what, count) in [
        ("tables", scope.tables.len()),
        ("columns", scope.columns.len()),
        ("measures", defined),
        ("relationships", scope.relationships.len()),
        ("perspectives", teams(model)),
    ] {
        let counted = format!("{what}={count}");
        assert!(said.split_whitespace().any(|word| word == counted), "{counted} is not what is said: {said}");
    }
}

/// Each team that a metric, a segment or a view is for has a perspective.
fn teams(model: &Model) -> usize {
    let metrics = model.metrics.iter().map(|metric| &metric.head);
    let heads = metrics.chain(model.segments.iter().map(|segment| &segment.head));
    heads.flat_map(|head| &head.about.teams).collect::<BTreeSet<_>>().len()
}

fn accepted(tools: &Path, check: &[&str], folder: &Path, model: &Model) -> String {
    let semantic = folder.join(format!("{}.SemanticModel", model.settings.project));
    let place = |word: &&str| match *word {
        "{model}" => semantic.clone().into_os_string(),
        "{project}" => folder.as_os_str().to_owned(),
        word => word.into(),
    };
    let (tool, given) = check.split_first().expect("a check");
    let output = Command::new(tools.join(tool)).args(given.iter().map(place)).output().expect("the check runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool}:\n{said}");
    said
}

#[test]
fn the_queries_name_what_the_model_has() {
    let Some(tools) = tools() else { return };
    let temporary = tempfile::tempdir().expect("a folder");
    for folder in ["metrics", EVERY_SHAPE] {
        let model = model(folder);
        let files = build(&model);
        write(&files, temporary.path());
        let semantic = temporary.path().join(format!("powerbi/{}.SemanticModel", model.settings.project));
        let queries: Vec<_> = files.iter().filter(|file| file.path.ends_with(".dax")).collect();
        assert!(!queries.is_empty());
        let mut check = Command::new(tools.join("dax-check"));
        check.arg("parse").args(queries.iter().map(|file| temporary.path().join(&file.path)));
        let output = check.arg("--model").arg(semantic).output().expect("the check runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
