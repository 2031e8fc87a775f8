//! `carat explain`: what a definition means, what it reads and who reads it, and what it becomes; or
//! what a code means.

use clap::Args;
use indexmap::IndexSet;
use serde_json::{Value, json};

use super::output::{Exit, Outcome, Output, Stop};
use super::{Common, emitted};
use crate::diagnostics::{closest, codes, render};
use crate::gold::{ColumnId, TableId};
use crate::model::words::Words;
use crate::model::{Definition, Expr, Model, Reads, Rule, Segment, Status, View};
use crate::pipeline::{self, Compiled};

/// Explain a definition (its meaning, its readers, its DAX and SQL), a table, or the code of a message.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A metric, filter, segment, policy, resolve or view; a table or a column; or a code such as `unknown-name`.
    #[arg(value_name = "NAME|CODE")]
    name: String,
}

/// The pages of `docs/errors`, by code.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code where the name is one, else of the definition or table; the project's errors follow it.
pub fn run(arguments: &Arguments, common: &Common, output: Output) -> Outcome {
    if let Some(code) = codes::all().find(|code| code.id == arguments.name) {
        return explain_code(code.id, code.summary, output);
    }
    // Who is about to certify a meaning reads here what it becomes.
    let compiled = pipeline::uncertified(&common.project)?;
    let page = page(&compiled, &arguments.name).ok_or_else(|| unknown(&compiled.model, &arguments.name))?;
    if output.json() {
        output.value(&page.json())?;
    } else {
        output.text(&page.text())?;
    }
    output_errors(&compiled, output)
}

/// A project with errors is explained as far as it goes, but not without a word.
fn output_errors(compiled: &Compiled, output: Output) -> Outcome {
    if compiled.has_errors() && !output.json() {
        output.note("the project has errors: run `carat check`; its DAX and SQL are not shown");
    }
    Ok(Exit::Fine)
}

fn explain_code(id: &str, summary: &str, output: Output) -> Outcome {
    let page = PAGES.iter().find(|(name, _)| *name == id).map(|(_, page)| *page);
    if output.json() {
        output.value(&json!({ "code": id, "summary": summary, "path": render::page(id), "page": page }))?;
    } else {
        output.text(page.unwrap_or(&format!("# `{id}`\n{summary}.\n")))?;
    }
    Ok(Exit::Fine)
}

fn unknown(model: &Model, name: &str) -> Stop {
    let heads = model.definitions().filter_map(|id| model.head(id)).map(|head| head.name.as_str());
    let tables = model.gold.tables.iter().map(|table| table.name.as_str());
    let views = model.views.iter().map(|view| view.head.name.as_str());
    let known = heads.chain(tables).chain(views).chain(codes::all().map(|code| code.id));
    let problem = format!("`{name}` is neither a definition of this project nor a code");
    match closest(name, known) {
        Some(close) => Stop::with_hint(problem, format!("did you mean `{close}`?")),
        None => Stop::new(problem),
    }
}

/// What is said of a name, part by part.
#[derive(Debug, Default)]
struct Page {
    name: String,
    label: String,
    kind: &'static str,
    /// `metrics/customers.metric:2`.
    place: String,
    docs: Vec<String>,
    /// Sentences.
    meaning: Vec<String>,
    /// Title and text: owner, folder, status.
    about: Vec<(&'static str, String)>,
    reads: Vec<String>,
    read_by: Vec<String>,
    /// Title and text of what it becomes.
    becomes: Vec<(String, String)>,
}

impl Page {
    fn text(&self) -> String {
        let mut out = format!("{} \"{}\" ({})  {}\n", self.name, self.label, self.kind, self.place);
        for line in &self.docs {
            out += &format!("  {line}\n");
        }
        out += &titled("meaning", &self.meaning);
        for (title, text) in &self.about {
            out += &format!("\n{title}: {text}");
        }
        out += if self.about.is_empty() { "" } else { "\n" };
        out += &titled("reads", &self.reads);
        out += &titled("read by", &self.read_by);
        for (title, text) in &self.becomes {
            out += &titled(title, &text.lines().map(str::to_owned).collect::<Vec<_>>());
        }
        out
    }

    fn json(&self) -> Value {
        let pairs = |pairs: &[(&'static str, String)]| -> Value {
            pairs
                .iter()
                .map(|(title, text)| ((*title).to_owned(), json!(text)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let becomes: serde_json::Map<_, _> = self.becomes.iter().map(|(t, text)| (t.clone(), json!(text))).collect();
        json!({
            "name": self.name, "label": self.label, "kind": self.kind, "place": self.place,
            "definition": self.docs.join("\n"), "meaning": self.meaning, "about": pairs(&self.about),
            "reads": self.reads, "read_by": self.read_by, "becomes": becomes,
        })
    }
}

/// A title and indented lines; nothing without lines.
fn titled(title: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let line = |line: &String| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") };
    format!("\n{title}\n{}", lines.iter().map(line).collect::<String>())
}

fn page(compiled: &Compiled, name: &str) -> Option<Page> {
    let model = &compiled.model;
    if let Some(id) = model.definition_named(name) {
        return definition(compiled, id);
    }
    if let Some(view) = model.views.iter().find(|view| view.head.is_called(name)) {
        return Some(view_page(compiled, view));
    }
    gold_page(compiled, name)
}

fn definition(compiled: &Compiled, id: Definition) -> Option<Page> {
    let model = &compiled.model;
    let head = model.head(id)?;
    let read_by = model.read_by(id).into_iter().filter_map(|reader| named(model, reader));
    let views =
        model.views.iter().filter(|view| matches!(id, Definition::Metric(metric) if view.metrics.contains(&metric)));
    let views = views.map(|view| format!("{} (view)", view.head.name));
    let expectations = model.expectations.iter().filter(|expectation| expectation.condition.names().contains(&id));
    let expectations = expectations.map(|expectation| format!("{} (expectation)", expectation.name));
    let page = Page {
        kind: id.kind(),
        meaning: meaning(model, id),
        reads: reads(model, &model.reads_of(id)),
        read_by: read_by.chain(views).chain(expectations).collect(),
        becomes: emitted::of_definition(compiled, id),
        ..headed(compiled, head)
    };
    Some(page)
}

fn headed(compiled: &Compiled, head: &crate::model::Head) -> Page {
    Page {
        name: head.name.clone(),
        label: head.label.clone(),
        place: place(compiled, head.name_span),
        docs: head.docs.iter().map(|line| line.trim().to_owned()).collect(),
        about: about(&head.about),
        ..Page::default()
    }
}

fn place(compiled: &Compiled, span: crate::source::Span) -> String {
    let files = &compiled.sources.files;
    format!("{}:{}", files.path(span.file), files.position(span).line)
}

fn about(about: &crate::model::About) -> Vec<(&'static str, String)> {
    let version = about.version.map_or(String::new(), |version| format!(", version {version}"));
    let status = match &about.status {
        Status::Draft if about.version.is_none() => String::new(),
        Status::Draft => "draft".to_owned(),
        Status::Certified => "certified".to_owned(),
        Status::Deprecated { replaced_by: Some(next), .. } => format!("deprecated, replaced by {}", next.value),
        Status::Deprecated { .. } => "deprecated".to_owned(),
    };
    let some = |title, text: String| (!text.is_empty()).then_some((title, text));
    [
        some("status", status + &version),
        some("owner", about.owner.clone().unwrap_or_default()),
        some("folder", about.folder.clone().unwrap_or_default()),
        some("teams", about.teams.join(", ")),
        some("synonyms", about.synonyms.join(", ")),
        some("hidden", if about.hidden { "yes".to_owned() } else { String::new() }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn named(model: &Model, id: Definition) -> Option<String> {
    Some(format!("{} ({})", model.head(id)?.name, id.kind()))
}

/// Plain sentences.
fn meaning(model: &Model, id: Definition) -> Vec<String> {
    let words = model.table_of(id).map_or(Words::new(model), |table| Words::new(model).at(table));
    let condition = |expr: &Expr| words.condition(expr);
    match id {
        Definition::Metric(id) => model.metric(id).map(|metric| words.sentence(&metric.value)).into_iter().collect(),
        Definition::Policy(id) => {
            model.policy(id).into_iter().flat_map(|p| &p.rules).map(|rule| decides(rule, condition)).collect()
        }
        Definition::Resolve(id) => {
            model.resolve(id).map(|resolve| words.resolve(resolve)).into_iter().flatten().collect()
        }
        Definition::Segment(id) => {
            let segment = model.segment(id);
            let who = segment.map(|segment| format!("Where {}.", condition(&segment.condition)));
            who.into_iter().chain(segment.map(|segment| used_for(model, segment))).collect()
        }
        _ => model.expressions(id).into_iter().map(|expr| format!("Where {}.", condition(expr))).collect(),
    }
}

/// What the members may be used for, as the policies allow it.
fn used_for(model: &Model, segment: &Segment) -> String {
    let Some(activation) = &segment.activation else {
        return "It is only counted: nobody is listed for it.".to_owned();
    };
    let channels: Vec<&str> = activation.channels.iter().map(|one| one.channel.as_str()).collect();
    let policies = activation.channels.iter().filter_map(|one| Some(&model.policy(one.policy)?.head.label));
    let policies: IndexSet<String> = policies.map(|label| format!("“{label}”")).collect();
    let policies: Vec<String> = policies.into_iter().collect();
    format!("For {} by {}, where {} allows it.", activation.purpose, channels.join(", "), policies.join(", "))
}

fn decides(rule: &Rule, condition: impl Fn(&Expr) -> String) -> String {
    let verb = if rule.allows { "Allow" } else { "Refuse" };
    let when = rule.condition.as_ref().map_or("otherwise".to_owned(), |expr| format!("when {}", condition(expr)));
    format!("{verb} “{}” {when}.", rule.label)
}

fn reads(model: &Model, reads: &Reads) -> Vec<String> {
    let definitions = reads.definitions.iter().filter_map(|id| named(model, *id));
    let tables = reads.tables.iter().filter_map(|id| Some(format!("{} (table)", model.gold.table(*id)?.name)));
    let columns = reads.columns.iter().filter_map(|id| Some(format!("{} (column)", column(model, *id)?)));
    definitions.chain(tables).chain(columns).collect()
}

fn column(model: &Model, id: ColumnId) -> Option<String> {
    Some(format!("{}.{}", model.gold.table(id.table)?.name, model.gold.column(id)?.name))
}

fn view_page(compiled: &Compiled, view: &View) -> Page {
    let model = &compiled.model;
    let metrics = view.metrics.iter().filter_map(|id| named(model, Definition::Metric(*id)));
    let groups = view.groups.iter().filter_map(|id| column(model, *id)).chain(view.grain.clone());
    let groups: Vec<String> = groups.collect();
    let by = if groups.is_empty() { String::new() } else { format!(" by {}", groups.join(", ")) };
    Page {
        kind: "view",
        meaning: vec![format!("{} metrics{by}.", view.metrics.len())],
        reads: metrics.collect(),
        becomes: emitted::of_view(compiled, view),
        ..headed(compiled, &view.head)
    }
}

/// A table, or `table.column`, and who reads it.
fn gold_page(compiled: &Compiled, name: &str) -> Option<Page> {
    let (gold, model) = (&compiled.gold, &compiled.model);
    let (table_name, column_name) = name.split_once('.').map_or((name, None), |(table, column)| (table, Some(column)));
    let id = gold.table_named(table_name)?;
    let table = gold.table(id)?;
    let Some(column_name) = column_name else {
        return Some(Page {
            name: table.name.clone(),
            label: table.label.clone(),
            kind: "table",
            place: place(compiled, table.span),
            docs: table.about.iter().cloned().collect(),
            becomes: vec![("columns".to_owned(), table.columns.iter().map(described).collect::<Vec<_>>().join("\n"))],
            read_by: table_readers(model, id),
            ..Page::default()
        });
    };
    let column_id = gold.column_named(id, column_name)?;
    let column = gold.column(column_id)?;
    Some(Page {
        name: format!("{}.{}", table.name, column.name),
        label: column.label.clone().unwrap_or_else(|| column.name.clone()),
        kind: "column",
        place: place(compiled, column.span),
        docs: column.about.iter().cloned().collect(),
        meaning: vec![format!("{}.", described(column))],
        about: column.from.iter().map(|source| ("from", source.clone())).collect(),
        read_by: readers(model, &|_| false, &|column| column == column_id),
        ..Page::default()
    })
}

/// Who counts rows of a table or needs a column of it.
fn table_readers(model: &Model, id: TableId) -> Vec<String> {
    let of_table: Vec<Definition> = model.readers_of_table(id).collect();
    readers(model, &|reader| of_table.contains(&reader), &|column| column.table == id)
}

/// The definitions that read something or need a column, then the views and expectations that need one.
fn readers(model: &Model, reads: &dyn Fn(Definition) -> bool, column: &dyn Fn(ColumnId) -> bool) -> Vec<String> {
    let any = |columns: Vec<ColumnId>| columns.into_iter().any(column);
    let definitions = model.definitions().filter(|id| reads(*id) || any(model.columns_of(*id)));
    let views = model.views.iter().filter(|view| any(model.columns_of_view(view)));
    let expectations = model.expectations.iter().filter(|expectation| any(model.columns_of_expectation(expectation)));
    definitions
        .filter_map(|id| named(model, id))
        .chain(views.map(|view| format!("{} (view)", view.head.name)))
        .chain(expectations.map(|expectation| format!("{} (expectation)", expectation.name)))
        .collect()
}

/// `closed_on: date, may be missing`.
fn described(column: &crate::gold::Column) -> String {
    format!("{}: {}{}", column.name, column.ty.name(), if column.nullable { ", may be missing" } else { "" })
}
