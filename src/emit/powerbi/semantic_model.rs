//! `<Project>.SemanticModel/definition`: database, model, relationships, expressions, tables, perspectives, cultures.

use crate::emit::OutputFile;
use crate::settings::Storage;

use super::context::Context;
use super::tmdl::quote::file_name;
use super::tmdl::tree::{Document, Object, Reference};
use super::tmdl::write::write;
use super::{cultures, perspectives, relationships, tables};

/// Direct Lake needs 1604, calendars 1701, functions 1702, which is what new models are made with.
const COMPATIBILITY_LEVEL: &str = "1702";

/// The objects of the model by the file that holds them.
pub struct Parts {
    pub tables: Vec<Object>,
    pub perspectives: Vec<Object>,
    pub cultures: Vec<Object>,
    pub relationships: Vec<Object>,
    pub expressions: Vec<Object>,
}

impl Parts {
    /// All objects, each in the order in which its file or folder lists them.
    pub fn new(context: &Context) -> Self {
        Self {
            tables: context.tables().map(|(at, gold)| tables::table(context, at, gold)).collect(),
            perspectives: perspectives::perspectives(context),
            cultures: cultures::cultures(context),
            relationships: relationships::relationships(context),
            expressions: context.source().expressions(),
        }
    }
}

/// The TMDL files below `folder`.
pub fn files(context: &Context, folder: &str) -> Vec<OutputFile> {
    let parts = Parts::new(context);
    let mut documents = vec![
        ("database.tmdl".to_owned(), alone(database())),
        ("model.tmdl".to_owned(), model(context, &parts)),
        ("relationships.tmdl".to_owned(), Document { objects: parts.relationships, ..Document::default() }),
        ("expressions.tmdl".to_owned(), Document { objects: parts.expressions, ..Document::default() }),
    ];
    documents.extend(each("tables", parts.tables));
    documents.extend(each("perspectives", parts.perspectives));
    documents.extend(each("cultures", parts.cultures));
    let filled = documents.into_iter().filter(|(_, document)| !document.objects.is_empty());
    filled.map(|(path, document)| OutputFile { path: format!("{folder}/{path}"), text: write(&document) }).collect()
}

fn alone(object: Object) -> Document {
    Document { objects: vec![object], ..Document::default() }
}

fn each(folder: &str, objects: Vec<Object>) -> impl Iterator<Item = (String, Document)> {
    let path =
        move |object: &Object| format!("{folder}/{}.tmdl", file_name(object.name.as_deref().unwrap_or_default()));
    objects.into_iter().map(move |object| (path(&object), alone(object)))
}

fn database() -> Object {
    Object::nameless("database").word("compatibilityLevel", COMPATIBILITY_LEVEL)
}

/// Switches: no sums by drag and drop past the certified metrics; filters of one column are not
/// narrowed by those of another; no hidden date tables.
fn model(context: &Context, parts: &Parts) -> Document {
    let tag = &context.settings().language_tag;
    let only_direct_lake = context.powerbi.storage == Storage::DirectLakeSql;
    let model = Object::new("model", "Model")
        .word("culture", tag)
        .word("defaultPowerBIDataSourceVersion", "powerBI_V3")
        .flag("discourageImplicitMeasures", true)
        .word("sourceQueryCulture", tag)
        .with_some(
            "directLakeBehavior",
            only_direct_lake.then(|| super::tmdl::tree::Value::Word("directLakeOnly".to_owned())),
        )
        .word("valueFilterBehavior", "independent");
    let annotations = Object::nameless("")
        .annotated("__PBI_TimeIntelligenceEnabled", "0")
        .annotated("carat_project", context.project());
    let objects = std::iter::once(model).chain(annotations.children).collect();
    let references = vec![
        references("table", &parts.tables),
        references("perspective", &parts.perspectives),
        references("cultureInfo", &parts.cultures),
    ];
    Document { objects, references }
}

fn references(keyword: &'static str, objects: &[Object]) -> Vec<Reference> {
    let named = objects.iter().filter_map(|object| object.name.clone());
    named.map(|name| Reference { keyword, name }).collect()
}
