//! `parameter.yml`: what fabric-cicd replaces in the connection where it deploys (fabric-cicd documentation,
//! "Parameterization").

use crate::emit::OutputFile;

use super::context::Context;
use super::storage::Placeholder;

const HEAD: &str = "\
# What fabric-cicd fills into the model's connection where it deploys. `$workspace` and `$items` are the workspace that
# is deployed to; `$ENV:NAME` is an environment variable (feature flag enable_environment_variable_replacement).
# Name an environment in place of _ALL_ to give each its own value.
find_replace:
";

/// An entry for each placeholder of the connection.
pub fn file(context: &Context) -> OutputFile {
    let places: String = context.source().placeholders().iter().map(entry).collect();
    OutputFile { path: "powerbi/parameter.yml".to_owned(), text: format!("{HEAD}{places}") }
}

fn entry(place: &Placeholder) -> String {
    let (find, replace) = (quoted(&place.find), quoted(&place.replace));
    let pattern = if place.is_pattern { "      is_regex: \"true\"\n" } else { "" };
    format!(
        "    - find_value: {find}\n{pattern}      replace_value:\n          _ALL_: {replace}\n      item_type: \"SemanticModel\"\n      \
         file_path: \"**/definition/expressions.tmdl\"\n"
    )
}

/// A double-quoted text of YAML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
