//! Whom a change reaches: the definitions that read what changed, and by which way.

use std::collections::VecDeque;

use indexmap::IndexMap;

use crate::gold::{ColumnId, TableId};
use crate::model::{Definition, Expr, ExprKind, Model, PathColumn, Rows, Window};

use super::change::{Reached, Subject};

/// Who reads whom in one version.
pub struct Readers<'m> {
    model: &'m Model,
    by: IndexMap<Definition, Vec<Definition>>,
}

impl<'m> Readers<'m> {
    /// Turns what definitions read around: from each to those that read it directly.
    pub fn of(model: &'m Model) -> Self {
        let mut by: IndexMap<Definition, Vec<Definition>> = IndexMap::new();
        for reader in model.definitions() {
            for read in model.reads(reader) {
                by.entry(read).or_default().push(reader);
            }
        }
        Self { model, by }
    }

    /// Everything that reads `from`, directly or through others, nearest first; then the views and
    /// expectations that name any of it. The shortest way is told.
    pub fn reached(&self, from: Definition) -> Vec<Reached> {
        self.reached_from(&[from], Vec::new())
    }

    /// Everything that reads one of the columns or relationships, told from `first`.
    pub fn reached_by_schema(&self, first: String, reads: impl Fn(&Expr) -> bool) -> Vec<Reached> {
        let reads_it = |definition: &Definition| {
            let mut found = false;
            for expr in self.model.expressions(*definition) {
                expr.walk(&mut |part| found |= reads(part));
            }
            found
        };
        let direct: Vec<Definition> = self.model.definitions().filter(reads_it).collect();
        self.reached_from(&direct, vec![first])
    }

    /// Everything that reads rows or columns of the table, told from `first`.
    pub fn reached_by_table(&self, first: String, table: TableId) -> Vec<Reached> {
        let direct: Vec<Definition> = self.model.readers_of_table(table).collect();
        self.reached_from(&direct, vec![first])
    }

    /// The policies and everything that reads them, told from `first`.
    pub fn reached_by_contacts(&self, first: &str) -> Vec<Reached> {
        let policies: Vec<Definition> =
            self.model.definitions().filter(|id| matches!(id, Definition::Policy(_))).collect();
        self.reached_from(&policies, vec![first.to_owned()])
    }

    /// Those definitions and nobody who reads them, told from `first`.
    pub fn only(&self, first: &str, which: impl Fn(Definition) -> bool) -> Vec<Reached> {
        let told = |id: Definition| self.told(id.kind(), self.name(id), first);
        self.model.definitions().filter(|id| which(*id)).map(told).collect()
    }

    /// The views that have the column as a group, told from `first`.
    pub fn grouped_by(&self, first: &str, column: ColumnId) -> Vec<Reached> {
        let views = self.model.views.iter().filter(|view| view.groups.contains(&column));
        views.map(|view| self.told("view", view.head.name.clone(), first)).collect()
    }

    /// Everything that SQL has a view of, told from `first`.
    pub fn views_of_all(&self, first: &str) -> Vec<Reached> {
        let views = self.model.views.iter().map(|view| self.told("view", view.head.name.clone(), first));
        views.chain(self.only(first, |id| matches!(id, Definition::Segment(_)))).collect()
    }

    fn told(&self, kind: &'static str, name: String, first: &str) -> Reached {
        Reached { path: vec![first.to_owned(), name.clone()], subject: Subject { kind, name } }
    }

    fn reached_from(&self, start: &[Definition], before: Vec<String>) -> Vec<Reached> {
        let mut ways: IndexMap<Definition, Vec<String>> = IndexMap::new();
        let mut open: VecDeque<Definition> = start.iter().copied().collect();
        for definition in start {
            ways.insert(*definition, [before.clone(), vec![self.name(*definition)]].concat());
        }
        while let Some(definition) = open.pop_front() {
            let way = ways.get(&definition).cloned().unwrap_or_default();
            for reader in self.by.get(&definition).into_iter().flatten() {
                if !ways.contains_key(reader) {
                    ways.insert(*reader, [way.clone(), vec![self.name(*reader)]].concat());
                    open.push_back(*reader);
                }
            }
        }
        let outputs = self.outputs(&ways);
        let skip = if before.is_empty() { start.len() } else { 0 };
        let reached = ways.into_iter().skip(skip).map(|(definition, path)| Reached {
            subject: Subject { kind: definition.kind(), name: self.name(definition) },
            path,
        });
        reached.chain(outputs).collect()
    }

    /// Views and expectations over what was reached.
    fn outputs(&self, ways: &IndexMap<Definition, Vec<String>>) -> Vec<Reached> {
        let way = |names: Vec<Definition>| names.iter().find_map(|name| ways.get(name)).cloned();
        let told = |kind, name: &str, names| {
            let path = [way(names)?, vec![name.to_owned()]].concat();
            Some(Reached { subject: Subject { kind, name: name.to_owned() }, path })
        };
        let views = self.model.views.iter().filter_map(|view| {
            told("view", &view.head.name, view.metrics.iter().map(|id| Definition::Metric(*id)).collect())
        });
        let expectations =
            self.model.expectations.iter().filter_map(|e| told("expectation", &e.name, e.condition.names()));
        views.chain(expectations).collect()
    }

    fn name(&self, definition: Definition) -> String {
        self.model.head(definition).map(|head| head.name.clone()).unwrap_or_default()
    }
}

/// Whether an expression itself (not its parts) reads the column.
pub fn reads_column(expr: &Expr, column: ColumnId) -> bool {
    let is = |path: &PathColumn| path.column == column;
    let in_rows = |rows: &Rows| {
        rows.over.iter().any(|over| over.date.as_ref().is_some_and(is) || window_columns(&over.window).any(is))
    };
    match &expr.kind {
        ExprKind::Column(path) => is(path),
        ExprKind::Any(rows) => in_rows(rows),
        ExprKind::Aggregate(aggregate) => in_rows(&aggregate.rows),
        _ => false,
    }
}

fn window_columns(window: &Window) -> impl Iterator<Item = &PathColumn> {
    let pair = match window {
        Window::Life { from, to } => [Some(from), Some(to)],
        _ => [None, None],
    };
    pair.into_iter().flatten()
}
