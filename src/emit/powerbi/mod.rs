//! Model and plan -> a Power BI project: semantic model (TMDL), report (PBIR), DAX queries, deployment.
//!
//! | what | where |
//! |---|---|
//! | the tree of TMDL and its text | [`tmdl`] |
//! | what of the gold schema stands in the model | [`scope`] |
//! | tables, columns, measures, relationships | `tables`, `columns`, `measures`, `relationships` |
//! | perspectives of teams, translations | `perspectives`, `cultures` |
//! | storage modes and connections | `storage` |
//! | the files of the semantic model | [`semantic_model`] |
//! | the report, a page a view; queries for views and expectations | `report`, `queries` |
//! | shortcut, identities, deployment | `items`, `deployment` |

#[cfg(test)]
mod best_practice;
mod columns;
mod context;
mod cultures;
mod deployment;
mod formats;
mod ids;
mod items;
mod json;
mod measures;
mod perspectives;
mod queries;
mod relationships;
mod report;
pub mod scope;
pub mod semantic_model;
mod storage;
mod tables;
pub mod tmdl;

use crate::model::Model;
use crate::plan::tree::Plan;

use super::OutputFile;

/// The files of the Power BI project, under `powerbi/`; none where Power BI is no target.
pub fn build(model: &Model, plan: &Plan) -> Vec<OutputFile> {
    let Some(context) = context::Context::new(model, plan) else { return Vec::new() };
    let (model, report) = (items::model_folder(&context), items::report_folder(&context));
    let mut files = items::files(&context);
    files.push(deployment::file(&context));
    files.extend(semantic_model::files(&context, &format!("{model}/definition")));
    files.extend(queries::files(&context, &model));
    files.extend(report::files(&context, &report));
    files
}
