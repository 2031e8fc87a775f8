//! Aggregates: of rows, of values written from one table, of a metric per entity; and `any`.

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::{grain as codes, types};
use crate::gold::{Relationship, TableId, Type};
use crate::model::{Aggregate, Expr, ExprKind, Literal, Operator};
use crate::source::Span;
use crate::syntax::tree::{self, AggregateOp, Name, Path};

use super::arithmetic::is_numeric;
use super::expression::{broken, is_broken};
use super::links::By;
use super::paths::{Inactive, dotted};
use super::scope::{At, Scope};
use super::{Resolver, walk, words};

impl Resolver<'_> {
    pub(super) fn aggregate(&mut self, tree: &tree::Aggregate, scope: Scope, span: Span) -> Expr {
        if let (At::Written(_), false) = (scope.at, tree.operator.value == AggregateOp::Any) {
            self.report(codes::nested_aggregate(span, "an aggregate"));
            return broken(span);
        }
        let found = match (tree.operator.value, &tree.per) {
            (AggregateOp::Any, None) => self.any(tree, scope, span),
            (AggregateOp::Any | AggregateOp::Count | AggregateOp::Latest, Some(per)) => {
                self.nothing(codes::per_needs_an_aggregate(per.span))
            }
            (_, Some(entity)) => self.per_entity(tree, entity, scope, span),
            (AggregateOp::Count, None) if !tree.distinct => self.count_rows(tree, scope, span),
            (_, None) => self.of_values(tree, scope, span),
        };
        match found {
            Some(found) => self.shallow(found),
            None => broken(span),
        }
    }

    fn any(&mut self, tree: &tree::Aggregate, scope: Scope, span: Span) -> Option<Expr> {
        let table = self.rows_of(tree)?;
        if scope.hand().is_none() {
            return self.nothing(codes::any_without_row(span));
        }
        let rows = self.rows(table, &tree.clauses, (tree.of.as_ref(), By::AlsoInactive), scope, span)?;
        Some(Expr::new(ExprKind::Any(Box::new(rows)), Type::Boolean, span))
    }

    fn count_rows(&mut self, tree: &tree::Aggregate, scope: Scope, span: Span) -> Option<Expr> {
        let table = self.rows_of(tree)?;
        self.finish(tree, table, (Operator::Count, None, Type::Integer), scope, span)
    }

    /// The table that `count(t)` and `any(t)` name.
    fn rows_of(&mut self, tree: &tree::Aggregate) -> Option<TableId> {
        let tree::ExprKind::Path(path) = &tree.operand.kind else {
            return match tree.operand.kind {
                tree::ExprKind::Broken => None,
                _ => self.nothing(types::not_a_table(tree.operand.span)),
            };
        };
        let (first, more) = path.names.split_first()?;
        if more.is_empty() {
            return self.table_or_owned(first);
        }
        let table = self.gold.table_named(&first.value).or_else(|| self.table(first))?;
        if let Some(problem) = self.counted_relationship(path, table) {
            return self.nothing(problem);
        }
        let table = words::table(self.gold, table);
        self.nothing(codes::count_of_a_column(&dotted(path), &table, path.span))
    }

    /// What is wrong where a path from `table` ends in a relationship and is counted.
    fn counted_relationship(&self, path: &Path, table: TableId) -> Option<Diagnostic> {
        let relationship = self.relationship_at(table, path.names.get(1..)?)?;
        let (from, to) = (words::table(self.gold, table), words::table(self.gold, relationship.to.table));
        let column = words::column(self.gold, relationship.from);
        Some(codes::count_of_a_relationship(path, (&from, &to), &column))
    }

    /// The last of the relationships that `steps` name from `table`; none where one of them is none.
    fn relationship_at(&self, table: TableId, steps: &[Name]) -> Option<&Relationship> {
        let (last, before) = steps.split_last()?;
        let step = |table, step: &Name| self.gold.relationship(self.gold.role_named(table, &step.value)?);
        let table = before.iter().try_fold(table, |table, name| Some(step(table, name)?.to.table))?;
        step(table, last)
    }

    /// A name that is no table may be a filter of one: then the author meant its rows.
    fn table_or_owned(&mut self, name: &Name) -> Option<TableId> {
        match self.names.get(&name.value).and_then(|declared| declared.table) {
            Some(owner) if self.gold.table_named(&name.value).is_none() => {
                let owner = words::table(self.gold, owner);
                self.nothing(crate::diagnostics::codes::names::owned_without_row(name, &owner))
            }
            _ => self.table(name),
        }
    }

    /// Over the values of an expression that is written from one table.
    fn of_values(&mut self, tree: &tree::Aggregate, scope: Scope, span: Span) -> Option<Expr> {
        let table = self.table_written(&tree.operand, tree.distinct)?;
        if let (true, tree::ExprKind::Path(path)) = (tree.distinct, &tree.operand.kind)
            && let Some(problem) = self.counted_relationship(path, table)
        {
            return self.nothing(problem);
        }
        let operand = self.value(&tree.operand, scope.at(At::Written(table)), None);
        let operator = self.operator(tree, table);
        let ty = self.type_of_aggregate(tree, &operand);
        self.finish(tree, table, (operator?, Some(operand), ty?), scope, span)
    }

    /// A metric, or an expression over metrics, evaluated for each entity.
    fn per_entity(&mut self, tree: &tree::Aggregate, entity: &Name, scope: Scope, span: Span) -> Option<Expr> {
        let table = self.table(entity)?;
        self.evaluated_at(table, entity.span)?;
        let operand = self.value(&tree.operand, scope.at(At::Row(table)), None);
        let reads = self.reads(&operand);
        if !reads.evaluates && !reads.broken {
            let entity = words::table(self.gold, table);
            return self.nothing(codes::per_without_metric(tree.operand.span, &entity));
        }
        let operator = self.operator(tree, table);
        let ty = self.type_of_aggregate(tree, &operand);
        self.finish(tree, table, (operator?, Some(operand), ty?), scope, span)
    }

    fn finish(
        &mut self,
        tree: &tree::Aggregate,
        table: TableId,
        (operator, operand, ty): (Operator, Option<Expr>, Type),
        scope: Scope,
        span: Span,
    ) -> Option<Expr> {
        if let Some(hand) = scope.hand() {
            self.evaluated_at(hand, span)?;
        }
        let rows = self.rows(table, &tree.clauses, (tree.of.as_ref(), By::Active), scope, span)?;
        let aggregate = Aggregate { operator, rows, operand, per_entity: tree.per.is_some() };
        Some(Expr::new(ExprKind::Aggregate(Box::new(aggregate)), ty, span))
    }

    /// The one table from which every path of the operand is written. `distinct` stands before it or not.
    pub(super) fn table_written(&mut self, operand: &tree::Expr, distinct: bool) -> Option<TableId> {
        let mut paths = Vec::new();
        walk::value_paths(operand, &mut paths);
        let mut first: Option<(TableId, &Path)> = None;
        for path in paths {
            let Some(table) = self.table_of_path(path) else { continue };
            match first {
                None => first = Some((table, path)),
                Some((known, at)) if known != table => return self.two_tables((known, at), (table, path)),
                Some(_) => {}
            }
        }
        match first {
            Some((table, _)) => Some(table),
            None => self.no_table(operand, distinct),
        }
    }

    fn table_of_path(&self, path: &Path) -> Option<TableId> {
        let (first, more) = path.names.split_first()?;
        (!more.is_empty()).then(|| self.gold.table_named(&first.value)).flatten()
    }

    fn two_tables(&mut self, first: (TableId, &Path), second: (TableId, &Path)) -> Option<TableId> {
        let names = (words::table(self.gold, first.0), words::table(self.gold, second.0));
        let there = words::active_path(self.gold, first.0, second.0).map(|roles| (&names.0, roles, second.1));
        let back = words::active_path(self.gold, second.0, first.0).map(|roles| (&names.1, roles, first.1));
        let path = there.or(back).map(|(table, roles, path)| {
            let column = path.names.last().map_or("", |name| name.value.as_str());
            format!("{table}.{roles}.{column}")
        });
        self.nothing(codes::two_tables((&names.0, first.1.span), (&names.1, second.1.span), path))
    }

    /// No path of the operand begins with a table: say what was meant.
    fn no_table(&mut self, operand: &tree::Expr, distinct: bool) -> Option<TableId> {
        let mut inner = Vec::new();
        walk::aggregates(operand, &mut inner);
        if !inner.is_empty() {
            return self.nothing(codes::nested_aggregate(operand.span, "an aggregate"));
        }
        let mut paths = Vec::new();
        walk::value_paths(operand, &mut paths);
        let Some(path) = paths.first() else {
            return match operand.kind {
                tree::ExprKind::Broken => None,
                _ => self.nothing(codes::no_table_read(operand.span)),
            };
        };
        let first = path.names.first()?;
        match path.names.len() {
            1 => self.bare_operand(first, distinct),
            _ => self.table(first),
        }
    }

    fn bare_operand(&mut self, name: &Name, distinct: bool) -> Option<TableId> {
        if let Some(table) = self.gold.table_named(&name.value) {
            if !distinct {
                return self.nothing(crate::diagnostics::codes::names::table_as_value(name));
            }
            let key = self.gold.single_key(table).map(|key| words::column(self.gold, key));
            let table = words::table(self.gold, table);
            return self.nothing(codes::distinct_rows(&table, key.as_deref(), name.span));
        }
        if self.names.get(&name.value).is_some_and(|declared| declared.table.is_none()) {
            return self.nothing(codes::nested_aggregate(name.span, &format!("`{}`", name.value)));
        }
        let tables = words::tables_with(self.gold, &name.value);
        match tables.is_empty() {
            true => self.table(name),
            false => self.nothing(codes::bare_column(name, &tables)),
        }
    }

    fn operator(&mut self, tree: &tree::Aggregate, table: TableId) -> Option<Operator> {
        Some(match tree.operator.value {
            AggregateOp::Count => Operator::CountDistinct,
            AggregateOp::Sum => Operator::Sum,
            AggregateOp::Average => Operator::Average,
            AggregateOp::Min => Operator::Min,
            AggregateOp::Max => Operator::Max,
            AggregateOp::Median => Operator::Median,
            AggregateOp::Percentile => Operator::Percentile(self.fraction(tree.fraction.as_ref()?)?),
            AggregateOp::Latest => Operator::Latest(self.date_column(tree.by.as_ref()?, table, Inactive::Refused)?),
            AggregateOp::Any => return None,
        })
    }

    fn fraction(&mut self, tree: &tree::Expr) -> Option<f64> {
        let found = self.value(tree, Scope::NOWHERE, Some(Type::Number));
        match found.kind {
            ExprKind::Literal(Literal::Number(fraction)) if (0.0..=1.0).contains(&fraction) => Some(fraction),
            ExprKind::Broken => None,
            _ => self.nothing(types::out_of_range("a percentile is a number from 0 to 1, such as 0.9", tree.span)),
        }
    }

    /// The type of the result, where the operator works on values of that type.
    fn type_of_aggregate(&mut self, tree: &tree::Aggregate, operand: &Expr) -> Option<Type> {
        if is_broken(operand) {
            return None;
        }
        let found = operand.ty;
        let (suits, result, what) = match tree.operator.value {
            AggregateOp::Count => (true, Type::Integer, ""),
            AggregateOp::Sum => (is_numeric(found), found, "`sum` adds numbers"),
            AggregateOp::Average => (is_numeric(found), Type::Number, "`average` works on numbers"),
            AggregateOp::Median => (is_numeric(found), Type::Number, "`median` works on numbers"),
            AggregateOp::Percentile => (is_numeric(found), Type::Number, "`percentile` works on numbers"),
            _ => {
                (is_numeric(found) || found == Type::Date, found, "`min`, `max` and `latest` work on numbers and dates")
            }
        };
        if suits {
            return Some(result);
        }
        self.nothing(types::wrong_type(what, found, operand.span))
    }
}
