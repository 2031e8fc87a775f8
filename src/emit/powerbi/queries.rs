//! `DAXQueries`: the tabs of the DAX query view, one for each view and expectation.

use std::collections::BTreeSet;

use crate::emit::OutputFile;
use crate::emit::dax::Query;
use crate::emit::devices::portable;

use super::context::Context;
use super::json::Json;
use super::tmdl::quote::file_name;

/// The queries below the semantic model's folder, and the order of their tabs.
pub fn files(context: &Context, model_folder: &str) -> Vec<OutputFile> {
    let queries = named_apart(context.queries.clone());
    let Some(first) = queries.first() else { return Vec::new() };
    // A tab is called like its file.
    let order = Json::Object(vec![
        ("version", Json::text("1.0.0")),
        ("tabOrder", Json::texts(queries.iter().map(|query| portable(&query.name).into_owned()))),
        ("defaultTab", Json::text(portable(&first.name))),
    ]);
    let folder = format!("{model_folder}/DAXQueries");
    let tabs = OutputFile { path: format!("{folder}/.pbi/daxQueries.json"), text: order.written() };
    std::iter::once(tabs).chain(queries.iter().map(|query| tab(&folder, query))).collect()
}

fn tab(folder: &str, query: &Query) -> OutputFile {
    let path = format!("{folder}/{}.dax", file_name(&query.name));
    OutputFile { path, text: format!("{}\n", query.dax.trim_end()) }
}

/// A view may be called like an expectation; their files may not.
fn named_apart(mut queries: Vec<Query>) -> Vec<Query> {
    let mut taken = BTreeSet::new();
    for query in &mut queries {
        let numbered = (2..).map(|number| format!("{} {number}", query.name));
        let mut free = std::iter::once(query.name.clone()).chain(numbered);
        if let Some(name) = free.find(|name| taken.insert(name.to_lowercase())) {
            query.name = name;
        }
    }
    queries
}
