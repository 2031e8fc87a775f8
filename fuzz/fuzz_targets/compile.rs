//! Any text as the definitions of a project over the shipped gold schema: every stage and every target, and no crash.
//! What is written well is laid out by `carat fmt`, and laid out again it stays as it is.
#![no_main]

use std::sync::LazyLock;

use carat::emit::{powerbi, sql};
use carat::gold::Gold;
use carat::settings::{DialectName, Settings};
use carat::{format, gold, model, pipeline, plan, resolve, rules, settings, source, syntax};
use libfuzzer_sys::fuzz_target;

/// The shipped settings and schema, read once.
static SHIPPED: LazyLock<(Settings, Gold)> = LazyLock::new(|| {
    let mut files = source::FileSet::default();
    let id = files.add("carat.yaml", include_str!("../../metrics/carat.yaml"));
    let (settings, _) = settings::load(&files, id);
    let id = files.add("gold.yaml", include_str!("../../metrics/gold.yaml"));
    (settings, gold::load(&files, id).0)
});

fuzz_target!(|text: &str| pipeline::with_room(|| compile(text)));

fn compile(text: &str) {
    let mut files = source::FileSet::default();
    let id = files.add("fuzz.metric", text);
    let (tree, mistakes) = syntax::parse(&files, id);
    if mistakes.is_empty() {
        stays_as_laid_out(&files, id);
    }
    let (settings, gold) = SHIPPED.clone();
    let (model, problems) = resolve::resolve(settings, gold, &[tree]);
    let laws = rules::check(&model);
    if mistakes.iter().chain(&problems).chain(&laws).any(|problem| problem.is_error()) {
        return;
    }
    let (plan, fingerprints) = (plan::plan(&model), model::Fingerprints::of(&model));
    let _ = sql::build(&model, &plan, &files, &fingerprints, &DialectName::all());
    let _ = powerbi::build(&model, &plan);
}

/// # Panics
/// Where the layout of a file without mistakes means something else, or moves when it is laid out once more.
fn stays_as_laid_out(files: &source::FileSet, id: source::FileId) {
    let once = format::format(files, id).expect("the layout means the same");
    let mut again = source::FileSet::default();
    let id = again.add("fuzz.metric", once.as_str());
    let twice = format::format(&again, id).expect("the layout can be laid out");
    assert_eq!(once, twice, "the layout moves when it is laid out again");
}
