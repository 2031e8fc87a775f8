//! Building a project from text or from a folder, as the program does.

use std::path::Path;

use carat::diagnostics::Diagnostic;
use carat::model::Model;
use carat::source::FileSet;
use carat::{gold, resolve, settings, source, syntax};

const SETTINGS: &str = "language: 1
project: conformance
label: Conformance
gold: gold.yaml
currency: EUR
targets:
  powerbi: { storage: import, connection: { endpoint: here, database: gold } }
  sql: [fabric, spark, duckdb, postgres]
";

/// The text of a project.
#[derive(Debug, Clone, Default)]
pub struct Project {
    pub settings: String,
    pub gold: String,
    /// Path and text of the definition files.
    pub metrics: Vec<(String, String)>,
}

impl Project {
    /// One definition file over a gold schema.
    pub fn new(gold: &str, definitions: &str) -> Project {
        let metrics = vec![("definitions.metric".to_string(), definitions.to_string())];
        Project { settings: SETTINGS.into(), gold: gold.into(), metrics }
    }

    /// The project in a folder.
    pub fn read(folder: &Path) -> Project {
        let (mut sources, _) = source::project::load(folder);
        let (settings, _) = settings::load(&sources.files, sources.settings.expect("carat.yaml"));
        let schema = sources.read(&settings.gold, &mut Vec::new()).expect("the gold schema");
        let text = |id| sources.files.get(id).map_or(String::new(), |file| file.text.to_string());
        let path = |id| sources.files.get(id).map_or(String::new(), |file| file.path.to_string());
        Project {
            settings: sources.settings.map_or(String::new(), text),
            gold: text(schema),
            metrics: sources.definitions.iter().map(|id| (path(*id), text(*id))).collect(),
        }
    }

    /// # Panics
    /// With what is wrong, where the project has an error.
    pub fn build(&self) -> Model {
        let (model, said) = self.model();
        let errors: Vec<String> = said.iter().filter(|one| one.is_error()).map(|one| one.message.clone()).collect();
        assert!(errors.is_empty(), "{}\n{:?}", errors.join("\n"), self.metrics);
        model
    }

    pub fn model(&self) -> (Model, Vec<Diagnostic>) {
        let mut files = FileSet::default();
        let (settings, mut said) = {
            let id = files.add("carat.yaml", self.settings.as_str());
            settings::load(&files, id)
        };
        let id = files.add("gold.yaml", self.gold.as_str());
        let (gold, more) = gold::load(&files, id);
        said.extend(more);
        let mut parsed = Vec::new();
        for (path, text) in &self.metrics {
            let id = files.add(path.as_str(), text.as_str());
            let (file, more) = syntax::parse(&files, id);
            parsed.push(file);
            said.extend(more);
        }
        let (model, more) = resolve::resolve(settings, gold, &parsed);
        said.extend(more);
        (model, said)
    }
}
