//! The columns that a number, view or expectation cannot do without: those it names, those that rows are joined by
//! on its way, and those that every number stands on, the calendar's day and the as-of date.

use crate::gold::{ColumnId, Link, RelationshipId, TableId, link};

use super::{Aggregate, Definition, Expectation, Expr, ExprKind, Model, Operator, PathColumn, Rows, View, Way, Window};

impl Model {
    /// The columns that a definition needs itself, each once; not those that the definitions it names need.
    pub fn columns_of(&self, definition: Definition) -> Vec<ColumnId> {
        let mut needs = Needs::of(self);
        needs.all(self.reads_of(definition).columns);
        let hand = match definition {
            Definition::Resolve(id) => self.resolve(id).map(|resolve| resolve.source),
            other => self.table_of(other),
        };
        self.expressions(definition).into_iter().for_each(|expr| needs.expr(expr, hand));
        match definition {
            Definition::Metric(_) => {
                needs.all(self.gold.as_of);
                needs.all(self.gold.calendar.as_ref().map(|calendar| calendar.day));
            }
            Definition::Segment(id) => {
                needs.all(self.gold.as_of);
                if let Some(segment) = self.segment(id).filter(|segment| segment.activation.is_some()) {
                    needs.contacts(Some(segment.table));
                }
            }
            Definition::Policy(_) => needs.contacts(None),
            Definition::Resolve(id) => needs.resolve(id),
            Definition::Filter(_) => {}
        }
        needs.columns
    }

    /// The columns that a view needs beside those of its metrics: groups, grain and filters, and the way to them.
    pub fn columns_of_view(&self, view: &View) -> Vec<ColumnId> {
        let mut needs = Needs::of(self);
        needs.groups(&view.groups, view.metrics.iter().map(|id| Definition::Metric(*id)).collect());
        needs.all(view.grain.as_deref().and_then(|grain| self.grain(grain)));
        for filter in &view.filters {
            needs.expr(&filter.condition, Some(filter.table));
            filter.condition.walk(&mut |part| needs.named(part));
            needs.ways(view.metrics.iter().map(|id| Definition::Metric(*id)).collect(), filter.table);
        }
        needs.columns
    }

    /// The columns that an expectation needs beside those of its metrics: it holds in each month and group.
    pub fn columns_of_expectation(&self, expectation: &Expectation) -> Vec<ColumnId> {
        let mut needs = Needs::of(self);
        needs.groups(&expectation.groups, expectation.condition.names());
        needs.all(self.grain("month"));
        needs.columns
    }

    /// The calendar's column of a grain.
    fn grain(&self, name: &str) -> Option<ColumnId> {
        self.gold.calendar.as_ref()?.grains.get(name).copied()
    }

    /// The tables whose rows a metric aggregates, itself or by the metrics it names.
    fn aggregated(&self, start: Vec<Definition>) -> Vec<TableId> {
        let (mut open, mut tables, mut at) = (start, Vec::new(), 0);
        while let Some(definition) = open.get(at).copied() {
            for expr in self.expressions(definition) {
                expr.walk(&mut |part| match &part.kind {
                    ExprKind::Aggregate(aggregate) => once(&mut tables, aggregate.rows.table),
                    ExprKind::Metric(id) => once(&mut open, Definition::Metric(*id)),
                    _ => {}
                });
            }
            at += 1;
        }
        tables
    }
}

struct Needs<'m> {
    model: &'m Model,
    columns: Vec<ColumnId>,
}

impl<'m> Needs<'m> {
    fn of(model: &'m Model) -> Self {
        Self { model, columns: Vec::new() }
    }

    fn all(&mut self, columns: impl IntoIterator<Item = ColumnId>) {
        columns.into_iter().for_each(|column| once(&mut self.columns, column));
    }

    /// The two ends of each relationship of a path.
    fn path(&mut self, path: &[RelationshipId]) {
        for relationship in path.iter().filter_map(|id| self.model.gold.relationship(*id)) {
            once(&mut self.columns, relationship.from);
            once(&mut self.columns, relationship.to);
        }
    }

    /// The way on which rows of a table meet a row of another.
    fn meet(&mut self, rows: TableId, hand: TableId) {
        match link(&self.model.gold, rows, hand) {
            Ok(Link::To(path)) => self.path(&path),
            Ok(Link::Common { from_rows, from_hand, .. }) => {
                self.path(&from_rows);
                self.path(&from_hand);
            }
            Err(_) => {}
        }
    }

    /// The ways from what metrics aggregate to a table that readers pick from.
    fn ways(&mut self, metrics: Vec<Definition>, table: TableId) {
        for rows in self.model.aggregated(metrics) {
            let way = self.model.gold.active_path(rows, table).unwrap_or_default();
            self.path(&way);
        }
    }

    fn groups(&mut self, groups: &[ColumnId], metrics: Vec<Definition>) {
        for group in groups {
            once(&mut self.columns, *group);
            self.ways(metrics.clone(), group.table);
        }
    }

    /// The contacts that policies decide about, at rows of a table.
    fn contacts(&mut self, of: Option<TableId>) {
        let Some(contact) = self.model.gold.contact else { return };
        once(&mut self.columns, contact.channel);
        of.into_iter().for_each(|table| self.meet(contact.table, table));
    }

    fn resolve(&mut self, id: super::ResolveId) {
        let Some(resolve) = self.model.resolve(id) else { return };
        self.meet(resolve.source, resolve.table);
        if let Way::First { column, .. } = &resolve.way {
            once(&mut self.columns, *column);
        }
    }

    /// What rows are joined by in an expression, at a row of `hand` where one is at hand.
    fn expr(&mut self, expr: &Expr, hand: Option<TableId>) {
        match &expr.kind {
            ExprKind::Column(column) => self.path(&column.path),
            ExprKind::Filter { path, .. }
            | ExprKind::Segment { path, .. }
            | ExprKind::Policy { path, .. }
            | ExprKind::Resolve { path, .. } => self.path(path),
            ExprKind::InWindow { window, .. } => self.window(window),
            ExprKind::Any(rows) => self.rows(rows, hand),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, hand),
            ExprKind::Restricted { value, table, condition } => {
                self.expr(value, hand);
                self.expr(condition, Some(*table));
                let (mut metrics, mut own) = (value.names(), Vec::new());
                metrics.retain(|name| matches!(name, Definition::Metric(_)));
                value.walk(&mut |part| {
                    if let ExprKind::Aggregate(aggregate) = &part.kind {
                        own.push(aggregate.rows.table);
                    }
                });
                self.ways(metrics, *table);
                own.into_iter().for_each(|rows| self.meet(rows, *table));
                return;
            }
            _ => {}
        }
        let inner = match &expr.kind {
            ExprKind::Any(rows) => Some(rows.table),
            ExprKind::Aggregate(aggregate) => Some(aggregate.rows.table),
            _ => hand,
        };
        expr.parts().for_each(|part| self.expr(part, inner));
    }

    fn aggregate(&mut self, aggregate: &Aggregate, hand: Option<TableId>) {
        self.rows(&aggregate.rows, hand);
        if let Operator::Latest(date) = &aggregate.operator {
            self.path(&date.path);
        }
    }

    fn rows(&mut self, rows: &Rows, hand: Option<TableId>) {
        self.path(rows.through.as_slice());
        if let (Some(hand), None) = (hand, rows.through) {
            self.meet(rows.table, hand);
        }
        for over in &rows.over {
            over.date.iter().for_each(|date: &PathColumn| self.path(&date.path));
            self.window(&over.window);
        }
    }

    fn window(&mut self, window: &Window) {
        if let Window::Life { from, to } = window {
            self.path(&from.path);
            self.path(&to.path);
        }
    }

    /// A column that an expression is.
    fn named(&mut self, expr: &Expr) {
        if let ExprKind::Column(column) = &expr.kind {
            once(&mut self.columns, column.column);
        }
    }
}

fn once<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}
