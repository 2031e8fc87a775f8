//! What a definition reads, and who reads it.

use crate::gold::{ColumnId, RelationshipId, TableId};

use super::{Definition, Expr, ExprKind, Model, Operator, Over, PathColumn, Rows, Window};

/// What a definition names itself, each once, in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    pub definitions: Vec<Definition>,
    pub columns: Vec<ColumnId>,
    /// Tables whose rows are counted, looked for or, one by one, tested.
    pub tables: Vec<TableId>,
}

impl Model {
    /// The definition of that name, without regard to case.
    pub fn definition_named(&self, name: &str) -> Option<Definition> {
        self.definitions().find(|id| self.head(*id).is_some_and(|head| head.is_called(name)))
    }

    /// What a definition names itself: [`Model::reads`] with the tables and columns.
    pub fn reads_of(&self, definition: Definition) -> Reads {
        let mut reads = Reads { definitions: self.reads(definition), ..Reads::default() };
        reads.tables.extend(self.table_of(definition));
        for expr in self.expressions(definition) {
            reads.add(expr);
        }
        if let Definition::Resolve(id) = definition
            && let Some(resolve) = self.resolve(id)
        {
            once(&mut reads.tables, resolve.source);
            once(&mut reads.columns, resolve.date);
            resolve.per.into_iter().for_each(|per| once(&mut reads.columns, per));
        }
        reads
    }

    /// The table whose rows a definition tells something of; a metric is of no table.
    pub fn table_of(&self, definition: Definition) -> Option<TableId> {
        match definition {
            Definition::Metric(_) => None,
            Definition::Filter(id) => self.filter(id).map(|filter| filter.table),
            Definition::Segment(id) => self.segment(id).map(|segment| segment.table),
            Definition::Policy(id) => self.policy(id).map(|policy| policy.table),
            Definition::Resolve(id) => self.resolve(id).map(|resolve| resolve.table),
        }
    }

    /// The definitions that read rows or columns of a table, nearest alone.
    pub fn readers_of_table(&self, table: TableId) -> impl Iterator<Item = Definition> + '_ {
        let of_it = move |reads: &Reads| {
            reads.tables.contains(&table) || reads.columns.iter().any(|column| column.table == table)
        };
        self.definitions().filter(move |definition| of_it(&self.reads_of(*definition)))
    }

    /// Whether a definition travels the relationship by a written path.
    pub fn is_travelled(&self, relationship: RelationshipId) -> bool {
        let mut found = false;
        for expr in self.definitions().flat_map(|definition| self.expressions(definition)) {
            expr.walk(&mut |part| found |= part.travels(relationship));
        }
        found
    }

    /// The definitions that name this one.
    pub fn read_by(&self, definition: Definition) -> Vec<Definition> {
        self.definitions().filter(|reader| self.reads(*reader).contains(&definition)).collect()
    }
}

impl Expr {
    /// Whether the expression itself (not its parts) travels the relationship by a written path.
    pub fn travels(&self, relationship: RelationshipId) -> bool {
        match &self.kind {
            ExprKind::Column(path) => path.path.contains(&relationship),
            ExprKind::Filter { path, .. }
            | ExprKind::Segment { path, .. }
            | ExprKind::Policy { path, .. }
            | ExprKind::Resolve { path, .. } => path.contains(&relationship),
            ExprKind::Any(rows) => rows.through == Some(relationship),
            _ => false,
        }
    }
}

impl Reads {
    fn add(&mut self, expr: &Expr) {
        expr.walk(&mut |part| match &part.kind {
            ExprKind::Column(column) => once(&mut self.columns, column.column),
            ExprKind::InWindow { window, .. } => self.window(window),
            ExprKind::Any(rows) => self.rows(rows),
            ExprKind::Aggregate(aggregate) => {
                self.rows(&aggregate.rows);
                if let Operator::Latest(date) = &aggregate.operator {
                    once(&mut self.columns, date.column);
                }
            }
            _ => {}
        });
    }

    fn rows(&mut self, rows: &Rows) {
        once(&mut self.tables, rows.table);
        for Over { window, date } in &rows.over {
            date.iter().for_each(|date: &PathColumn| once(&mut self.columns, date.column));
            self.window(window);
        }
    }

    fn window(&mut self, window: &Window) {
        if let Window::Life { from, to } = window {
            once(&mut self.columns, from.column);
            once(&mut self.columns, to.column);
        }
    }
}

fn once<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}
