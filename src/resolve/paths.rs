//! Names and paths in expressions: a column, or what belongs to a table and is used like one.

use crate::diagnostics::closest;
use crate::diagnostics::codes::{grain, names as codes};
use crate::gold::{RelationshipId, TableId, Type};
use crate::model::{Definition, Expr, ExprKind, MetricId, PathColumn, RowPath};
use crate::source::Span;
use crate::syntax::tree::{Name, Path};

use super::expression::broken;
use super::names::{Declared, Symbol};
use super::scope::{At, Scope};
use super::{Resolver, words};

/// Whether a path may end in an inactive relationship: in `over` alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inactive {
    Allowed,
    Refused,
}

impl Resolver<'_> {
    pub(super) fn path(&mut self, path: &Path, scope: Scope) -> Expr {
        let found = match scope.at {
            At::Nowhere => self.path_of_project(path),
            At::Row(table) => self.path_at_row(path, table, scope),
            At::Written(table) => self.path_written(path, table, scope),
        };
        found.unwrap_or_else(|| broken(path.span))
    }

    /// No row at hand: only metrics have a value.
    fn path_of_project(&mut self, path: &Path) -> Option<Expr> {
        let (name, more) = path.names.split_first()?;
        if more.is_empty() {
            return self.project_name(name, path.span);
        }
        match self.gold.table_named(&name.value) {
            Some(_) => self.report(grain::column_without_aggregate(&dotted(path), path.span)),
            None => self.unknown_in_project(name),
        }
        None
    }

    fn project_name(&mut self, name: &Name, span: Span) -> Option<Expr> {
        match self.names.get(&name.value).copied() {
            Some(declared) => self.project_value(name, declared, span),
            None if self.gold.table_named(&name.value).is_some() => self.nothing(codes::table_as_value(name)),
            None => {
                self.unknown_in_project(name);
                None
            }
        }
    }

    fn project_value(&mut self, name: &Name, declared: Declared<'_>, span: Span) -> Option<Expr> {
        match (declared.symbol, declared.table) {
            (Symbol::Definition(Definition::Metric(id)), _) => self.metric(id, span),
            (Symbol::Definition(_), Some(owner)) => {
                let owner = words::table(self.gold, owner);
                self.nothing(codes::owned_without_row(name, &owner))
            }
            (Symbol::Definition(_), None) => None,
            (Symbol::View, _) => self.nothing(codes::definition_as_value(name, "a view")),
        }
    }

    /// A metric in the context at hand; none where it is broken.
    fn metric(&mut self, id: MetricId, span: Span) -> Option<Expr> {
        let known = self.known.get(&Definition::Metric(id))?;
        Some(Expr::new(ExprKind::Metric(id), known.ty, span))
    }

    /// A bare name or a path at a row of `table`.
    fn path_at_row(&mut self, path: &Path, table: TableId, scope: Scope) -> Option<Expr> {
        let (first, more) = path.names.split_first()?;
        if more.is_empty() {
            return self.bare_name(first, table, scope);
        }
        let is_role = self.gold.role_named(table, &first.value).is_some();
        let own_name = !is_role && self.gold.table_named(&first.value) == Some(table);
        let steps = if own_name { more } else { path.names.as_slice() };
        self.walk(steps, table, path.span, scope)
    }

    /// In `sum(..)` and the like every path begins with the table.
    fn path_written(&mut self, path: &Path, table: TableId, scope: Scope) -> Option<Expr> {
        let [first, more @ ..] = path.names.as_slice() else { return None };
        let Some(next) = more.first() else { return self.bare_in_aggregate(first, table) };
        let named = self.gold.table_named(&first.value);
        if named == Some(table) {
            return self.walk(more, table, path.span, scope);
        }
        // The path of the help is written from the table at hand: it is one the author may mean.
        self.no_way(first, next, table);
        None
    }

    fn bare_in_aggregate(&mut self, name: &Name, table: TableId) -> Option<Expr> {
        let table_name = words::table(self.gold, table);
        if super::names::has_member(self.gold, table, &name.value) {
            return self.nothing(grain::bare_column(name, &[&table_name]));
        }
        match self.names.get(&name.value) {
            Some(declared) if declared.table.is_some() => self.nothing(grain::bare_column(name, &[&table_name])),
            Some(Declared { symbol: Symbol::Definition(_), .. }) => {
                self.nothing(grain::nested_aggregate(name.span, &format!("`{}`", name.value)))
            }
            _ => self.unknown_at(name, table, Vec::new()),
        }
    }

    /// A column or relationship of the table at hand, else a name of the project; both is an error.
    fn bare_name(&mut self, name: &Name, table: TableId, scope: Scope) -> Option<Expr> {
        let member = super::names::has_member(self.gold, table, &name.value);
        match self.names.get(&name.value).copied() {
            Some(declared) if member && declared.table != Some(table) => {
                let table = words::table(self.gold, table);
                self.nothing(codes::ambiguous_name(name, &table, declared.name.span))
            }
            Some(declared) if !member => self.bare_definition(name, declared, table, scope),
            _ => self.member(name, Vec::new(), table, name.span, scope),
        }
    }

    fn bare_definition(&mut self, name: &Name, declared: Declared<'_>, table: TableId, scope: Scope) -> Option<Expr> {
        match (declared.symbol, declared.table) {
            (Symbol::Definition(Definition::Metric(id)), _) => self.metric_at_row(id, table, name.span),
            (Symbol::Definition(definition), Some(owner)) if owner == table => {
                self.owned(definition, Vec::new(), name.span, scope)
            }
            (Symbol::Definition(_), Some(owner)) => {
                let path = words::active_path(self.gold, table, owner);
                let (owner, hand) = (words::table(self.gold, owner), words::table(self.gold, table));
                self.nothing(codes::other_table(name, &owner, &hand, path))
            }
            (Symbol::Definition(_), None) => None,
            (Symbol::View, _) => self.nothing(codes::definition_as_value(name, "a view")),
        }
    }

    /// Follows relationships from `table` and ends in a column or in what belongs to the last table.
    fn walk(&mut self, names: &[Name], table: TableId, span: Span, scope: Scope) -> Option<Expr> {
        let (path, table, last) = self.steps(names, table, Inactive::Refused)?;
        self.member(last, path, table, span, scope)
    }

    /// The relationships that all names but the last name, the table they lead to, and the last.
    pub(super) fn steps<'n>(
        &mut self,
        names: &'n [Name],
        from: TableId,
        inactive: Inactive,
    ) -> Option<(RowPath, TableId, &'n Name)> {
        let (mut path, mut table) = (Vec::new(), from);
        let mut names = names;
        while let [step, then @ ..] = names
            && let [next, ..] = then
        {
            let id = self.step(step, next, table, inactive)?;
            table = self.gold.relationship(id)?.to.table;
            path.push(id);
            names = then;
        }
        Some((path, table, names.first()?))
    }

    fn step(&mut self, step: &Name, next: &Name, table: TableId, inactive: Inactive) -> Option<RelationshipId> {
        let Some(id) = self.gold.role_named(table, &step.value) else {
            self.no_way(step, next, table);
            return None;
        };
        let relationship = self.gold.relationship(id)?;
        if !relationship.active && inactive == Inactive::Refused {
            let (from, to) = (words::table(self.gold, table), words::table(self.gold, relationship.to.table));
            return self.nothing(codes::inactive_path(step, &from, &to));
        }
        Some(id)
    }

    /// Why a step does not lead on from `table`; `next` is what was asked behind it.
    fn no_way(&mut self, step: &Name, next: &Name, table: TableId) {
        let from = words::table(self.gold, table);
        if self.gold.column_named(table, &step.value).is_some() {
            return self.report(codes::path_through_column(step, &from));
        }
        let Some(meant) = self.gold.table_named(&step.value) else {
            let names = words::members(self.gold, table);
            let near = closest(&step.value, names).map(str::to_owned);
            return self.report(codes::unknown_name(step, &format!("in `{from}`"), near));
        };
        if meant == table {
            return self.report(codes::path_stays(step));
        }
        match words::active_path(self.gold, meant, table) {
            Some(back) => {
                let back = format!("{}.{back}", step.value);
                let number = self.is_number(meant, next).then_some(next);
                self.report(codes::path_multiplies_rows(step, &from, &back, number));
            }
            None => {
                let path = words::active_path(self.gold, table, meant);
                self.report(codes::no_path(step, &from, path));
            }
        }
    }

    fn is_number(&self, table: TableId, name: &Name) -> bool {
        let column = self.gold.column_named(table, &name.value).and_then(|column| self.gold.column(column));
        column.is_some_and(|column| super::arithmetic::is_numeric(column.ty))
    }

    /// The last name of a path: a column of the table it leads to, or what belongs to that table.
    fn member(&mut self, name: &Name, path: RowPath, table: TableId, span: Span, scope: Scope) -> Option<Expr> {
        if let Some(column) = self.gold.column_named(table, &name.value) {
            let ty = self.gold.column(column)?.ty;
            return Some(Expr::new(ExprKind::Column(PathColumn { path, column }), ty, span));
        }
        if let Some(role) = self.gold.role_named(table, &name.value) {
            let example = self.gold.relationship(role).map(|role| words::column(self.gold, role.to));
            return self.nothing(codes::relationship_as_value(name, example));
        }
        match self.names.get(&name.value).copied() {
            Some(Declared { symbol: Symbol::Definition(definition), table: Some(owner), .. }) if owner == table => {
                self.owned(definition, path, span, scope)
            }
            Some(declared) if is_metric(&declared) => {
                let table = words::table(self.gold, table);
                self.nothing(codes::metric_by_path(name, &table, matches!(scope.at, At::Written(_))))
            }
            _ if path.is_empty() && matches!(scope.at, At::Row(_)) && name.span == span => {
                self.unknown_at_row(name, table)
            }
            _ => self.unknown_at(name, table, Vec::new()),
        }
    }

    /// A filter, segment, policy or resolve at the row its path leads to; none where it is broken.
    fn owned(&mut self, definition: Definition, path: RowPath, span: Span, scope: Scope) -> Option<Expr> {
        let known = self.known.get(&definition)?;
        let (ty, asks) = (known.ty, known.reads.asks);
        let kind = match definition {
            Definition::Filter(id) => ExprKind::Filter { path, id },
            Definition::Segment(id) => ExprKind::Segment { path, id },
            Definition::Policy(id) => ExprKind::Policy { path, id },
            Definition::Resolve(id) => ExprKind::Resolve { path, id },
            Definition::Metric(_) => return None,
        };
        if asks && matches!(kind, ExprKind::Resolve { .. }) && !scope.asked {
            let what = format!("what `{}` says", self.name_of(definition));
            return self.nothing(grain::this_outside_a_policy(&what, span));
        }
        Some(Expr::new(kind, ty, span))
    }

    /// A name that the table does not have, where a metric could stand too.
    fn unknown_at_row<T>(&mut self, name: &Name, table: TableId) -> Option<T> {
        let metrics = self.names.all().filter(|declared| is_metric(declared));
        let metrics: Vec<&str> = metrics.map(|declared| declared.name.value.as_str()).collect();
        self.unknown_at(name, table, metrics)
    }

    /// A name that the table does not have. Where it stands one step further, or is of another kind, that is said.
    fn unknown_at<T>(&mut self, name: &Name, table: TableId, more: Vec<&str>) -> Option<T> {
        let hand = words::table(self.gold, table);
        if let Some((Symbol::Definition(_), Some(owner))) = self.names.get(&name.value).map(|d| (d.symbol, d.table)) {
            let path = words::active_path(self.gold, table, owner);
            return self.nothing(codes::other_table(name, &words::table(self.gold, owner), &hand, path));
        }
        let owned = self.names.all().filter(|declared| declared.table == Some(table));
        let owned: Vec<&str> = owned.map(|declared| declared.name.value.as_str()).collect();
        let members = words::members(self.gold, table).into_iter().chain(owned);
        let near =
            self.farther(&name.value, table).or_else(|| closest(&name.value, members.chain(more)).map(str::to_owned));
        self.nothing(codes::unknown_name(name, &format!("in `{hand}`"), near))
    }

    /// The column of that name in the nearest table that a path leads to: `customer.country`.
    fn farther(&self, name: &str, table: TableId) -> Option<String> {
        let tables = (0..self.gold.tables.len()).map(|at| TableId(at as u32));
        let has = |to: &TableId| self.gold.column_named(*to, name).is_some();
        let ways = tables.filter(has).filter_map(|to| self.gold.active_path(table, to));
        let way = ways.min_by_key(Vec::len)?;
        Some(format!("{}.{name}", words::path(self.gold, &way)))
    }

    /// A date that the table does not have: only dates are suggested.
    fn unknown_date<T>(&mut self, name: &Name, table: TableId) -> Option<T> {
        let columns = self.gold.table(table).into_iter().flat_map(|table| &table.columns);
        let dates: Vec<&str> = columns.filter(|column| column.ty == Type::Date).map(|c| c.name.as_str()).collect();
        let near = closest(&name.value, dates.iter().copied());
        self.nothing(codes::unknown_date(name, &words::table(self.gold, table), &dates, near))
    }

    fn unknown_in_project(&mut self, name: &Name) {
        let tables = self.gold.tables.iter().map(|table| table.name.as_str());
        let declared = self.names.all().map(|declared| declared.name.value.as_str());
        let near = closest(&name.value, declared.chain(tables)).map(str::to_owned);
        let near = near.or_else(|| self.column_of_some_table(&name.value));
        self.report(codes::unknown_name(name, "in the project", near));
    }

    fn column_of_some_table(&self, name: &str) -> Option<String> {
        let mut tables = self.gold.tables.iter();
        let has = |table: &&crate::gold::Table| table.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
        tables.find(has).map(|table| format!("{}.{}", table.name, name))
    }

    pub(super) fn name_of(&self, definition: Definition) -> String {
        let mut all = self.names.all();
        let found = all.find(|declared| declared.symbol == Symbol::Definition(definition));
        found.map_or_else(String::new, |declared| declared.name.value.clone())
    }

    /// Reports and has no value.
    pub(super) fn nothing<T>(&mut self, problem: crate::diagnostics::Diagnostic) -> Option<T> {
        self.report(problem);
        None
    }

    /// The table of that name; an unknown one is reported.
    pub(super) fn table(&mut self, name: &Name) -> Option<TableId> {
        if let Some(table) = self.gold.table_named(&name.value) {
            return Some(table);
        }
        let near = closest(&name.value, self.gold.tables.iter().map(|table| table.name.as_str()));
        let problem = codes::unknown_table(name, self.instead_of_a_table(name).as_deref(), near);
        self.nothing(problem)
    }

    /// What a name is that is no table: a metric, a filter of some table, a column.
    fn instead_of_a_table(&self, name: &Name) -> Option<String> {
        let Some(declared) = self.names.get(&name.value) else {
            let tables = words::tables_with(self.gold, &name.value);
            return tables.first().map(|table| format!("a column of `{table}`"));
        };
        let kind = match declared.symbol {
            Symbol::Definition(definition) => definition.kind(),
            Symbol::View => "view",
        };
        let of = declared.table.map(|table| format!(" of `{}`", words::table(self.gold, table)));
        Some(format!("a {kind}{}", of.unwrap_or_default()))
    }

    /// A date column for `over`, `life` and `latest by`: bare or by path from `table`.
    pub(super) fn date_column(&mut self, path: &Path, table: TableId, inactive: Inactive) -> Option<PathColumn> {
        let own = |first: &Name| path.names.len() > 1 && self.gold.table_named(&first.value) == Some(table);
        let skip =
            path.names.first().is_some_and(|first| own(first) && self.gold.role_named(table, &first.value).is_none());
        let names = path.names.get(usize::from(skip)..)?;
        let (found, at, last) = self.steps(names, table, inactive)?;
        let Some(column) = self.gold.column_named(at, &last.value) else { return self.unknown_date(last, at) };
        let ty = self.gold.column(column)?.ty;
        if ty != Type::Date {
            let what = "a date is asked for";
            return self.nothing(crate::diagnostics::codes::types::wrong_type(what, ty, path.span));
        }
        Some(PathColumn { path: found, column })
    }
}

/// Whether a name is that of a metric.
pub(super) fn is_metric(declared: &Declared<'_>) -> bool {
    matches!(declared.symbol, Symbol::Definition(Definition::Metric(_)))
}

/// A path as it is written.
pub(super) fn dotted(path: &Path) -> String {
    path.names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".")
}
