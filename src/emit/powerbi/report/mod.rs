//! The thin report: a page for each view, with a table of its metrics by its groups.
//!
//! Its schemas are pinned to versions that Desktop still upgrades from: an older Desktop cannot read newer ones.

mod filters;
mod visual;

use crate::emit::OutputFile;
use crate::model::View;
use crate::plan::tree::Query;

use super::context::Context;
use super::ids::id;
use super::json::Json;

const PAGES: &str = "item/report/definition/pagesMetadata/1.0.0";
const PAGE: &str = "item/report/definition/page/2.0.0";
const REPORT: &str = "item/report/definition/report/3.0.0";
const VERSION: &str = "item/report/definition/versionMetadata/1.0.0";

/// A page and what stands on it.
struct Page {
    name: String,
    title: String,
    visual: Option<(String, Json)>,
}

/// The definition files below `folder`. A view whose filters a report cannot say has no page: its numbers
/// would be others.
pub fn files(context: &Context, folder: &str) -> Vec<OutputFile> {
    let views = context.model.views.iter().zip(&context.plan.views);
    let mut pages: Vec<Page> = views.filter_map(|(view, asked)| page(context, view, asked)).collect();
    if pages.is_empty() {
        pages.push(Page { name: short_id(context, &["page"]), title: context.settings().label.clone(), visual: None });
    }
    let definition = format!("{folder}/definition");
    let file = |path: &str, json: Json| OutputFile { path: format!("{definition}/{path}"), text: json.written() };
    let mut out = vec![
        file("version.json", Json::document(VERSION, vec![("version", Json::text("2.0.0"))])),
        file("report.json", Json::document(REPORT, vec![("themeCollection", Json::Object(Vec::new()))])),
        file("pages/pages.json", order(&pages)),
    ];
    for page in pages {
        out.push(file(&format!("pages/{}/page.json", page.name), head(&page)));
        let path = |name: &str| format!("pages/{}/visuals/{name}/visual.json", page.name);
        out.extend(page.visual.as_ref().map(|(name, json)| file(&path(name), json.clone())));
    }
    out
}

fn page(context: &Context, view: &View, asked: &Query) -> Option<Page> {
    let visual_name = short_id(context, &["visual", &view.head.name]);
    let visual = visual::table(context, asked, &visual_name)?;
    let name = short_id(context, &["page", &view.head.name]);
    Some(Page { name, title: view.head.label.clone(), visual: Some((visual_name, visual)) })
}

fn order(pages: &[Page]) -> Json {
    let first = pages.first().map_or("", |page| &page.name);
    let order = Json::texts(pages.iter().map(|page| page.name.clone()));
    Json::document(PAGES, vec![("pageOrder", order), ("activePageName", Json::text(first))])
}

fn head(page: &Page) -> Json {
    Json::document(
        PAGE,
        vec![
            ("name", Json::text(&page.name)),
            ("displayName", Json::text(&page.title)),
            ("displayOption", Json::text("FitToPage")),
            ("height", Json::Whole(720)),
            ("width", Json::Whole(1280)),
        ],
    )
}

/// Pages and visuals are called by twenty hexadecimal digits.
fn short_id(context: &Context, path: &[&str]) -> String {
    let path = [&[context.project(), "report"], path].concat();
    id(&path).chars().filter(char::is_ascii_hexdigit).take(20).collect()
}
