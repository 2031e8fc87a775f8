//! The files around model and report: the shortcut, item identities, what git ignores.

use std::borrow::Cow;

use crate::emit::OutputFile;
use crate::emit::devices::portable;

use super::context::Context;
use super::ids::id;
use super::json::Json;

/// What git must not keep: local settings, and a cache that would overwrite the definition.
const GIT_IGNORE: &str = "**/.pbi/localSettings.json\n**/.pbi/cache.abf\n";

/// What the project's files and folders are called here.
fn stem<'a>(context: &'a Context) -> Cow<'a, str> {
    portable(context.project())
}

/// The folder of the semantic model.
pub fn model_folder(context: &Context) -> String {
    format!("powerbi/{}.SemanticModel", stem(context))
}

/// The folder of the report.
pub fn report_folder(context: &Context) -> String {
    format!("powerbi/{}.Report", stem(context))
}

/// The shortcut, `.gitignore`, and the two identities.
pub fn files(context: &Context) -> Vec<OutputFile> {
    let file = |path: String, text: String| OutputFile { path, text };
    let (model, report) = (model_folder(context), report_folder(context));
    vec![
        file(format!("powerbi/{}.pbip", stem(context)), shortcut(context).written()),
        file("powerbi/.gitignore".to_owned(), GIT_IGNORE.to_owned()),
        file(format!("{model}/.platform"), platform(context, "SemanticModel").written()),
        file(format!("{model}/definition.pbism"), model_properties().written()),
        file(format!("{report}/.platform"), platform(context, "Report").written()),
        file(format!("{report}/definition.pbir"), binding(context).written()),
    ]
}

fn shortcut(context: &Context) -> Json {
    let report = Json::Object(vec![("path", Json::text(format!("{}.Report", stem(context))))]);
    Json::document(
        "pbip/pbipProperties/1.0.0",
        vec![
            ("version", Json::text("1.0")),
            ("artifacts", Json::List(vec![Json::Object(vec![("report", report)])])),
            ("settings", Json::Object(vec![("enableAutoRecovery", Json::Flag(true))])),
        ],
    )
}

fn platform(context: &Context, kind: &str) -> Json {
    let metadata = vec![("type", Json::text(kind)), ("displayName", Json::text(&context.settings().label))];
    let logical = id(&[context.project(), "item", kind]);
    let config = vec![("version", Json::text("2.0")), ("logicalId", Json::text(logical))];
    let fields = vec![("metadata", Json::Object(metadata)), ("config", Json::Object(config))];
    Json::document("gitIntegration/platformProperties/2.0.0", fields)
}

fn model_properties() -> Json {
    let fields = vec![("version", Json::text("4.2")), ("settings", Json::Object(Vec::new()))];
    Json::document("item/semanticModel/definitionProperties/1.0.0", fields)
}

fn binding(context: &Context) -> Json {
    let path = Json::Object(vec![("path", Json::text(format!("../{}.SemanticModel", stem(context))))]);
    let reference = Json::Object(vec![("byPath", path)]);
    let fields = vec![("version", Json::text("4.0")), ("datasetReference", reference)];
    Json::document("item/report/definitionProperties/2.0.0", fields)
}
