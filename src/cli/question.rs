//! What an analyst asks on the command line, as a view in the language: names, groups and filters are
//! then resolved, checked and explained like any other view.

use clap::Args;

use super::output::Stop;
use super::sample::{day, within_calendar};
use crate::gold::Date;
use crate::model::{Model, View};
use crate::pipeline::{self, Compiled, Extra};
use crate::plan;
use crate::plan::tree::{Plan, Query};

/// How a question slices its metrics.
#[derive(Debug, Clone, Default, Args)]
pub struct Slice {
    /// Columns to group by: `customer.country`.
    #[arg(long, value_name = "COLUMN", num_args = 1.., value_delimiter = ',')]
    pub by: Vec<String>,
    /// A grain of the calendar to group by: `month`.
    #[arg(long)]
    pub grain: Option<String>,
    /// A condition on columns of a table, in the language: `customer.country = "de"`.
    #[arg(long = "where", value_name = "EXPR")]
    pub condition: Option<String>,
    /// In place of the as-of date of the data; a day of the calendar.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub as_of: Option<Date>,
}

impl Slice {
    /// Whether nothing was sliced: the total is asked for.
    pub fn is_empty(&self) -> bool {
        self.by.is_empty() && self.grain.is_none() && self.condition.is_none()
    }
}

/// The name of the view a question becomes; no one else's.
const NAME: &str = "carat_question";
/// A segment's count is called after it.
const COUNT: &str = "members_of_";
/// What messages call the text of a question.
const PATH: &str = "(command line)";
const COUNTS: &str = "(segments)";

/// A question that could be understood.
pub struct Asked {
    pub compiled: Compiled,
    pub plan: Plan,
    pub query: Query,
}

/// Compiles the project with the question in it.
///
/// # Errors
/// The findings of the project and the question, where one of them is an error; an as-of date outside the calendar.
pub fn ask(compiled: &Compiled, names: &[String], slice: &Slice) -> Result<Asked, Stop> {
    let (text, counts) = text(&compiled.model, names, slice);
    let extra = [Extra { path: PATH, text: &text }, Extra { path: COUNTS, text: &counts }];
    let compiled = pipeline::question(&compiled.sources.root, &extra)?;
    let at = compiled.model.views.iter().position(|view| view.head.name == NAME);
    answerable(compiled, at, slice)
}

/// A view of the project as a question.
///
/// # Errors
/// The findings of the project, where one of them is an error; an as-of date outside the calendar.
pub fn view(compiled: Compiled, at: usize, as_of: Option<Date>) -> Result<Asked, Stop> {
    answerable(compiled, Some(at), &Slice { as_of, ..Slice::default() })
}

fn answerable(compiled: Compiled, view: Option<usize>, slice: &Slice) -> Result<Asked, Stop> {
    if let Some(as_of) = slice.as_of {
        within_calendar(&compiled.gold, as_of)?;
    }
    let query = view.and_then(|at| compiled.model.views.get(at)).map(|view| query(&compiled.model, view, slice));
    match (compiled.plan(), query) {
        (Some(plan), Some(query)) => Ok(Asked { compiled, plan, query }),
        _ => Err(Stop::findings(compiled)),
    }
}

/// `view carat_question = [revenue] by customer.country, month where ..`, one part a line, so that a
/// message underlines what was written. A segment is asked for by a metric that counts it: the second text.
fn text(model: &Model, names: &[String], slice: &Slice) -> (String, String) {
    let counts: String = names.iter().filter_map(|name| count_of(model, name)).collect();
    let metric =
        |name: &String| if model.segment_named(name).is_some() { format!("{COUNT}{name}") } else { name.clone() };
    let metrics: Vec<String> = names.iter().map(metric).collect();
    let groups: Vec<&str> = slice.by.iter().chain(&slice.grain).map(String::as_str).collect();
    let by = if groups.is_empty() { String::new() } else { format!("\n  by {}", groups.join(", ")) };
    let condition = slice.condition.as_ref().map_or(String::new(), |condition| format!("\n  where {condition}"));
    (format!("view {NAME}\n  = [{}]{by}{condition}\n", metrics.join(", ")), counts)
}

/// The metric that counts a segment's members.
fn count_of(model: &Model, name: &str) -> Option<String> {
    let segment = model.segments.get(model.segment_named(name)?.0 as usize)?;
    let table = &model.gold.table(segment.table)?.name;
    let (name, label) = (&segment.head.name, segment.head.label.replace('"', "'"));
    Some(format!("metric {COUNT}{name} \"{label}\" = count({table} where {name})\n{{ format: whole }}\n"))
}

fn query(model: &Model, view: &View, slice: &Slice) -> Query {
    plan::query(model, view.metrics.clone(), view.groups.clone(), view.grain.as_deref(), &view.filters, slice.as_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_a_view_of_the_language() {
        let slice = Slice {
            by: vec!["customer.country".into()],
            grain: Some("month".into()),
            condition: Some("customer.tier = \"vip\"".into()),
            as_of: None,
        };
        let (text, _) = text(&Model::default(), &["customers".into(), "net_revenue".into()], &slice);
        assert_eq!(
            text,
            "view carat_question\n  = [customers, net_revenue]\n  by customer.country, month\n  where customer.tier = \"vip\"\n"
        );
    }
}
