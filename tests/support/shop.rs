//! The shop of the error pages: its gold schema with definitions added, judged as `carat check` judges.
#![allow(dead_code)]

use carat::diagnostics::Diagnostic;
use carat::model::Fingerprints;
use carat::model::lock::Lock;
use carat::rules;
use carat::source::FileSet;

use crate::project::Project;

const GOLD: &str = include_str!("../../docs/errors/gold.yaml");
const SETTINGS: &str = "\
language: 1
project: shop
gold: gold.yaml
currency: EUR
targets: { sql: [duckdb] }
";

/// What may stand in a page or case; what is none is that of the shop.
#[derive(Debug, Default, Clone, Copy)]
pub struct Shop<'t> {
    pub settings: Option<&'t str>,
    pub gold: Option<&'t str>,
    pub definitions: Option<&'t str>,
    pub lock: Option<&'t str>,
}

impl Shop<'_> {
    /// Every message, of the laws too where nothing is broken.
    pub fn check(&self) -> (FileSet, Vec<Diagnostic>) {
        let project = Project::default()
            .with("carat.yaml", self.settings.unwrap_or(SETTINGS))
            .with("gold.yaml", self.gold.unwrap_or(GOLD))
            .with("shop.metric", self.definitions.unwrap_or(""));
        let (mut files, model, mut found) = project.compile();
        if found.iter().any(Diagnostic::is_error) {
            return (files, found);
        }
        found.extend(rules::check(&model));
        if let Some(text) = self.lock {
            let id = files.add("certified.lock", text);
            let (lock, broken) = Lock::parse(&files, id);
            let held =
                if broken.is_empty() { rules::check_lock(&model, &Fingerprints::of(&model), &lock) } else { broken };
            found.extend(held);
        }
        (files, found)
    }
}
