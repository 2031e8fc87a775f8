//! Any text as the definitions of a project over the shipped gold schema: every stage, and no crash.
#![no_main]

use carat::emit::sql;
use carat::settings::DialectName;
use carat::{gold, model, plan, resolve, settings, source, syntax};
use libfuzzer_sys::fuzz_target;

const SETTINGS: &str = include_str!("../../metrics/carat.yaml");
const GOLD: &str = include_str!("../../metrics/gold.yaml");

fuzz_target!(|text: &str| compile(text));

fn compile(text: &str) {
    let mut files = source::FileSet::default();
    let id = files.add("carat.yaml", SETTINGS);
    let (settings, _) = settings::load(&files, id);
    let id = files.add("gold.yaml", GOLD);
    let (gold, _) = gold::load(&files, id);
    let id = files.add("fuzz.metric", text);
    let (tree, mistakes) = syntax::parse(&files, id);
    let (model, problems) = resolve::resolve(settings, gold, &[tree]);
    if mistakes.iter().chain(&problems).any(|problem| problem.is_error()) {
        return;
    }
    let (plan, fingerprints) = (plan::plan(&model), model::Fingerprints::of(&model));
    let _ = sql::build(&model, &plan, &files, &fingerprints, DialectName::DuckDb);
}
