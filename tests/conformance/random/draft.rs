//! A project and its rows as texts that can be made smaller.

use std::collections::BTreeMap;

use carat::diagnostics::Diagnostic;
use carat::gold::{Date, Gold, Table};
use carat::model::Model;
use carat::rules;

use super::definitions::PURPOSE;
use super::node::Node;
use crate::data::{Data, Size, calendar_rows, rows_of};
use crate::rig::Project;

#[derive(Debug, Clone)]
pub struct Draft {
    pub seed: u64,
    /// `gold.yaml`, line by line.
    pub gold: Vec<String>,
    pub definitions: Vec<Node>,
    /// The policy that `carat.yaml` names.
    pub policy: Option<String>,
    pub as_of: Date,
    /// Lines of CSV, the first of them names.
    pub tables: BTreeMap<String, Vec<String>>,
}

impl Draft {
    pub fn definitions_text(&self) -> String {
        self.definitions.iter().map(|definition| format!("{definition}\n")).collect()
    }

    /// What `carat.yaml` says beside what every project of the rig says.
    pub fn settings(&self) -> String {
        let named = |policy: &String| format!("policies:\n  {PURPOSE}: {{ email: {policy}, sms: {policy} }}\n");
        self.policy.as_ref().map_or(String::new(), named)
    }

    pub fn project(&self) -> Project {
        let mut project = Project::new(&self.gold.join("\n"), &self.definitions_text());
        project.settings += &self.settings();
        project
    }

    /// Every stage up to the laws, as `carat check` runs them.
    pub fn compile(&self) -> Result<Model, Vec<Diagnostic>> {
        let (model, mut said) = self.project().model();
        if !said.iter().any(Diagnostic::is_error) {
            said = rules::check(&model);
        }
        let errors: Vec<Diagnostic> = said.into_iter().filter(Diagnostic::is_error).collect();
        if errors.is_empty() { Ok(model) } else { Err(errors) }
    }

    /// The rows, a calendar and the as-of date.
    pub fn data(&self, gold: &Gold) -> Data {
        let mut data = Data::empty(gold);
        calendar_rows(gold, &size(0, self.as_of), &mut data);
        for (name, lines) in &self.tables {
            let Some(table) = gold.table_named(name) else { continue };
            let rows = rows_of(&gold.tables[table.0 as usize], &(lines.join("\n") + "\n"));
            rows.into_iter().for_each(|row| data.push(table, row));
        }
        data
    }
}

/// The days of every random project.
pub fn size(rows: usize, as_of: Date) -> Size {
    let day = |text| Date::parse(text).unwrap();
    Size { rows, calendar: (day("2024-01-01"), day("2026-12-31")), as_of }
}

/// The rows of the tables that are neither the calendar nor the as-of date's.
pub fn texts(gold: &Gold, data: &Data) -> BTreeMap<String, Vec<String>> {
    let aside = [gold.calendar.as_ref().map(|calendar| calendar.table), gold.as_of.map(|column| column.table)];
    let names = aside.map(|table| table.and_then(|table| gold.table(table)).map(|table| table.name.clone()));
    let tables = gold.tables.iter().zip(data.texts(gold));
    let tables = tables.filter(|(table, _)| !names.contains(&Some(table.name.clone())));
    let lines = |text: String| text.lines().map(str::to_string).collect();
    tables.map(|(table, text): (&Table, String)| (table.name.clone(), lines(text))).collect()
}
