//! Clauses behind an expression: those of its only aggregate, or `m where p`.

use crate::diagnostics::closest;
use crate::diagnostics::codes::grain as codes;
use crate::gold::TableId;
use crate::model::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::tree::{self, Clause};

use super::expression::{broken, is_broken};
use super::names::Declared;
use super::paths::is_metric;
use super::rows::joined;
use super::scope::{At, Scope};
use super::{Resolver, walk, words};

impl Resolver<'_> {
    pub(super) fn clauses(&mut self, value: &tree::Expr, clauses: &[Clause], scope: Scope, span: Span) -> Expr {
        let mut aggregates = Vec::new();
        walk::aggregates(value, &mut aggregates);
        let mut paths = Vec::new();
        walk::value_paths(value, &mut paths);
        if aggregates.len() == 1 && paths.is_empty() {
            return self.merged(value, clauses, scope);
        }
        let over = clauses.iter().find_map(|clause| match clause {
            Clause::Over(over) => Some(over.span),
            Clause::Where(_) => None,
        });
        if let Some(over) = over {
            // Of what could not be read nobody knows how many aggregates are in it.
            if !walk::is_broken(value) {
                self.report(codes::over_outside(over));
            }
            return broken(span);
        }
        let found = self.value(value, scope, None);
        self.restricted(found, clauses, scope, span).unwrap_or_else(|| broken(span))
    }

    /// The clauses as if they stood inside the parentheses of the only aggregate.
    fn merged(&mut self, value: &tree::Expr, clauses: &[Clause], scope: Scope) -> Expr {
        let mut merged = value.clone();
        match walk::only_aggregate(&mut merged) {
            Some(aggregate) => aggregate.clauses.extend(clauses.iter().cloned()),
            None => clauses.iter().for_each(|clause| self.report(codes::clause_of_nothing(clause_span(clause)))),
        }
        self.expression(&merged, scope, None)
    }

    /// `m where p`: a filter on columns of one table that every leaf of `m` reaches.
    fn restricted(&mut self, value: Expr, clauses: &[Clause], scope: Scope, span: Span) -> Option<Expr> {
        let conditions: Vec<&tree::Expr> = walk::conditions(clauses).collect();
        let table = self.one_table(&conditions)?;
        let inner = scope.at(At::Written(table));
        let found: Vec<Expr> = conditions.iter().map(|condition| self.condition(condition, inner)).collect();
        let condition = joined(found)?;
        self.on_columns(&condition)?;
        if is_broken(&value) {
            return None;
        }
        self.reached_by_leaves(&value, table, condition.span)?;
        let ty = value.ty;
        let kind = ExprKind::Restricted { value: Box::new(value), table, condition: Box::new(condition) };
        Some(Expr::new(kind, ty, span))
    }

    /// The one table whose columns the conditions are written with.
    pub(super) fn one_table(&mut self, conditions: &[&tree::Expr]) -> Option<TableId> {
        let mut found: Option<(TableId, Span)> = None;
        for condition in conditions {
            let mut paths = Vec::new();
            walk::value_paths(condition, &mut paths);
            for path in paths {
                let first = path.names.first()?;
                let table = match path.names.len() {
                    1 => return self.without_table(first),
                    _ => self.table(first)?,
                };
                self.no_metric(&path.names, table)?;
                match found {
                    Some((known, at)) if known != table => {
                        let names = (words::table(self.gold, known), words::table(self.gold, table));
                        return self.nothing(codes::where_several((&names.0, at), (&names.1, path.span)));
                    }
                    _ => found = Some((table, path.span)),
                }
            }
        }
        match (found, conditions.first()) {
            (Some((table, _)), _) => Some(table),
            (None, Some(condition)) if !matches!(condition.kind, tree::ExprKind::Broken) => {
                self.nothing(codes::where_on_columns(condition.span))
            }
            _ => None,
        }
    }

    /// A metric is no column of the table that stands before it.
    fn no_metric(&mut self, names: &[tree::Name], table: TableId) -> Option<()> {
        let last = names.last()?;
        let is_metric = self.names.get(&last.value).is_some_and(is_metric);
        if is_metric && self.gold.column_named(table, &last.value).is_none() {
            let table = words::table(self.gold, table);
            return self.nothing(codes::metric_in_where(last, Some(&table)));
        }
        Some(())
    }

    fn without_table<T>(&mut self, name: &tree::Name) -> Option<T> {
        let declared = self.names.get(&name.value).copied();
        match (words::tables_with(self.gold, &name.value).as_slice(), declared) {
            ([], Some(metric)) if is_metric(&metric) => self.nothing(codes::metric_in_where(name, None)),
            ([], Some(Declared { table: Some(owner), .. })) => {
                let owner = words::table(self.gold, owner);
                self.nothing(codes::bare_column_in_where(name, &[&owner]))
            }
            ([], _) if self.names_nothing(name) => {
                let near = self.near_with_table(&name.value);
                self.nothing(codes::bare_text_in_where(name, near.as_deref()))
            }
            ([], _) => self.nothing(codes::where_on_columns(name.span)),
            (tables, _) => self.nothing(codes::bare_column_in_where(name, tables)),
        }
    }

    /// What belongs to a table and has a name close to this, with the table before it.
    fn near_with_table(&self, name: &str) -> Option<String> {
        let owned = self.names.all().filter_map(|one| Some((one.table?, one.name.value.as_str())));
        let owned: Vec<(String, &str)> = owned.map(|(table, name)| (words::table(self.gold, table), name)).collect();
        let near = closest(name, owned.iter().map(|(_, name)| *name));
        match near.and_then(|near| owned.iter().find(|(_, name)| *name == near)) {
            Some((table, name)) => Some(format!("{table}.{name}")),
            None => words::column_near(self.gold, name, |_| true),
        }
    }

    /// Neither a column nor anything of the project: perhaps a text without its quotes.
    fn names_nothing(&self, name: &tree::Name) -> bool {
        self.gold.table_named(&name.value).is_none() && self.names.get(&name.value).is_none()
    }

    /// Only columns of the row itself and memberships, which a reader could pick too.
    pub(super) fn on_columns(&mut self, condition: &Expr) -> Option<()> {
        let reads = self.reads(condition);
        match reads.beyond_row {
            true if !reads.broken => self.nothing(codes::where_beyond_the_row(condition.span)),
            _ => Some(()),
        }
    }

    fn reached_by_leaves(&mut self, value: &Expr, table: TableId, span: Span) -> Option<()> {
        let reads = self.reads(value);
        if reads.leaves.is_empty() && !reads.broken {
            return self.nothing(codes::clause_of_nothing(span));
        }
        let calendar = self.gold.calendar.as_ref().is_some_and(|calendar| calendar.table == table);
        if calendar {
            return self.nothing(codes::where_on_the_calendar(span));
        }
        match reads.leaves.iter().find(|leaf| self.gold.active_path(**leaf, table).is_none()) {
            Some(leaf) => {
                let (table, leaf) = (words::table(self.gold, table), words::table(self.gold, *leaf));
                self.nothing(codes::where_not_reached(&table, &leaf, span))
            }
            None => Some(()),
        }
    }
}

fn clause_span(clause: &Clause) -> Span {
    match clause {
        Clause::Where(condition) => condition.span,
        Clause::Over(over) => over.span,
    }
}
