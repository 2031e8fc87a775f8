//! A second project with another gold schema: nothing about customers is wired in.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::path::Path;

use carat::diagnostics::Diagnostic;
use carat::diagnostics::render::{Terminal, human};
use carat::gold::Type;
use carat::model::Model;
use carat::settings::{DialectName, Storage};
use carat::source::FileSet;
use carat::{format, gold, plan, resolve, rules, settings, source, syntax};

/// The project from disk to model, with every message on the way.
fn compile() -> (FileSet, Model, Vec<Diagnostic>) {
    let (mut sources, mut found) = source::project::load(Path::new("tests/cases/second_project"));
    let (settings, more) = settings::load(&sources.files, sources.settings.expect("carat.yaml"));
    found.extend(more);
    let schema = sources.read(&settings.gold, &mut found).expect("the gold schema");
    let (gold, more) = gold::load(&sources.files, schema);
    found.extend(more);
    let mut trees = Vec::new();
    for file in &sources.definitions {
        let (tree, more) = syntax::parse(&sources.files, *file);
        found.extend(more);
        trees.push(tree);
    }
    let (model, more) = resolve::resolve(settings, gold, &trees);
    found.extend(more);
    found.extend(rules::check(&model));
    (sources.files, model, found)
}

#[test]
fn it_means_something_and_breaks_no_law() {
    let (files, model, found) = compile();
    assert_eq!(human(&files, &found, Terminal::default()), "");
    let counts = (model.metrics.len(), model.segments.len(), model.policies.len(), model.views.len());
    assert_eq!(counts, (23, 2, 2, 3));
    assert_eq!(model.expectations.len(), 7);
}

#[test]
fn its_definitions_are_laid_out_as_the_formatter_does() {
    let (sources, _) = source::project::load(Path::new("tests/cases/second_project"));
    assert_eq!(sources.definitions.len(), 3);
    for id in sources.definitions {
        let file = sources.files.get(id).expect("a definition file");
        assert_eq!(format::format(&sources.files, id).as_deref(), Ok(&*file.text), "{}", file.path);
    }
}

#[test]
fn its_settings_are_other_ones() {
    let (_, model, _) = compile();
    let settings = &model.settings;
    assert_eq!((settings.currency.as_str(), settings.language_tag.as_str()), ("CHF", "en-GB"));
    assert_eq!(settings.powerbi.as_ref().map(|powerbi| powerbi.storage), Some(Storage::Import));
    assert_eq!(settings.dialects.first(), Some(&DialectName::Postgres));
    assert_eq!(settings.valid_for_hours, 48);
}

#[test]
fn its_schema_has_what_the_shipped_one_lacks() {
    let (_, model, _) = compile();
    let gold = &model.gold;
    let table = |name: &str| gold.table_named(name).expect(name);
    let roles: Vec<_> = gold.leaving(table("shipment")).map(|(_, r)| (r.role.as_str(), r.active)).collect();
    assert_eq!(roles, [("bill_to", true), ("ship_to", false), ("article", true)]);
    let shipment = gold.table(table("shipment")).expect("its id");
    assert_eq!((shipment.key.len(), shipment.physical.as_str()), (2, "fact_shipment"));
    assert_eq!(gold.table(table("account")).map(|account| account.schema.as_str()), Some("crm"));
    let key = gold.single_key(table("account")).and_then(|key| gold.column(key)).expect("a key of one column");
    assert_eq!(key.ty, Type::Integer);
}

#[test]
fn it_can_be_planned() {
    let (_, model, _) = compile();
    let plan = plan::plan(&model);
    assert_eq!(plan.metrics.len(), model.metrics.len());
}
