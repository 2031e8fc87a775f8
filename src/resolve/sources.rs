//! Resolves: what several sources together say of one row (docs/language.md, Segments).

use crate::diagnostics::closest;
use crate::diagnostics::codes::{consent as codes, names, types};
use crate::gold::{ColumnId, TableId, Type};
use crate::model::{Definition, Expr, Resolve, Way};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, DefinitionKind, Name, Unit};

use super::expression::{broken, is_broken};
use super::head::Kind;
use super::paths::Inactive;
use super::scope::{At, Scope};
use super::{Resolver, words};

/// The clauses of a resolve that follow its value.
struct Clauses<'t> {
    condition: Option<&'t tree::Expr>,
    by: &'t tree::Path,
    per: Option<&'t Name>,
    way: &'t Spanned<tree::Way>,
}

impl Resolver<'_> {
    pub(super) fn source(&mut self, tree: &tree::Definition, id: Definition, cyclic: bool) -> Resolve {
        let found = match &tree.kind {
            DefinitionKind::Resolve { table, value, condition, by, per, way, .. } if !cyclic => {
                let clauses = Clauses { condition: condition.as_ref(), by, per: per.as_ref(), way };
                self.resolved(tree, table, value, clauses)
            }
            _ => None,
        };
        match found {
            Some(resolve) => {
                self.learn_source(id, &resolve);
                resolve
            }
            None => self.broken_source(tree),
        }
    }

    fn resolved(
        &mut self,
        tree: &tree::Definition,
        table: &Name,
        value: &tree::Expr,
        clauses: Clauses<'_>,
    ) -> Option<Resolve> {
        let table_id = self.table(table)?;
        let source = self.table_written(value, false)?;
        self.check_source(source, table_id, value.span)?;
        let found = self.value(value, Scope::NOWHERE.asked().at(At::Written(source)), None);
        let row = Scope::row(source).asked();
        let condition = clauses.condition.map(|condition| self.condition(condition, row));
        let date = self.own_date(clauses.by, source);
        let per = clauses.per.map(|per| self.own_column(per, source));
        let way = self.way(clauses.way, &found, source);
        if is_broken(&found) {
            return None;
        }
        if found.ty != Type::Text {
            return self.nothing(types::wrong_type("a resolve says a text", found.ty, found.span));
        }
        let per = match per {
            Some(per) => Some(per?),
            None => None,
        };
        let (date, way) = (date?, way?);
        let head = self.head(tree, Kind::Resolve, None);
        Some(Resolve { head, table: table_id, source, value: found, condition, date, per, way })
    }

    fn check_source(&mut self, source: TableId, table: TableId, span: Span) -> Option<()> {
        if self.gold.active_path(source, table).is_some() {
            return Some(());
        }
        let (source, table) = (words::table(self.gold, source), words::table(self.gold, table));
        self.nothing(codes::source_not_reached(&source, &table, span))
    }

    fn own_date(&mut self, path: &tree::Path, source: TableId) -> Option<ColumnId> {
        let found = self.date_column(path, source, Inactive::Refused)?;
        if found.path.is_empty() {
            return Some(found.column);
        }
        let table = words::table(self.gold, source);
        self.nothing(types::wrong_type(&format!("the date is a column of `{table}`"), Type::Date, path.span))
    }

    fn own_column(&mut self, name: &Name, source: TableId) -> Option<ColumnId> {
        if let Some(column) = self.gold.column_named(source, &name.value) {
            return Some(column);
        }
        let near = closest(&name.value, words::members(self.gold, source)).map(str::to_owned);
        let place = format!("in `{}`", words::table(self.gold, source));
        self.nothing(names::unknown_name(name, &place, near))
    }

    fn way(&mut self, way: &Spanned<tree::Way>, value: &Expr, source: TableId) -> Option<Way> {
        match &way.value {
            tree::Way::Latest => Some(Way::Latest),
            tree::Way::Wins { value: wins, days } => {
                self.check_texts(value, std::slice::from_ref(wins));
                // No day older: it wins on its own date alone.
                let days = if days.value == "0" { 0 } else { self.count(days, Unit::Days)? };
                Some(Way::Wins { value: wins.value.clone(), days })
            }
            tree::Way::Strictest(values) => {
                self.check_texts(value, values);
                Some(Way::Strictest(plain(values)))
            }
            tree::Way::First { column, values } => {
                let column = self.own_column(column, source)?;
                let ty = self.gold.column(column).map_or(Type::Text, |column| column.ty);
                let path = crate::model::PathColumn { path: Vec::new(), column };
                let listed = Expr::new(crate::model::ExprKind::Column(path), ty, way.span);
                self.check_texts(&listed, values);
                Some(Way::First { column, values: plain(values) })
            }
        }
    }

    fn check_texts(&mut self, of: &Expr, texts: &[Spanned<String>]) {
        let literal = |text: &Spanned<String>| {
            let literal = crate::model::Literal::Text(text.value.clone());
            Expr::new(crate::model::ExprKind::Literal(literal), Type::Text, text.span)
        };
        let texts: Vec<Expr> = texts.iter().map(literal).collect();
        self.check_values(of, &texts);
    }

    /// Whether it asks for a purpose and channel decides where it may be used.
    fn learn_source(&mut self, id: Definition, resolve: &Resolve) {
        let mut reads = self.reads(&resolve.value);
        let condition = resolve.condition.as_ref().map(|condition| self.reads(condition));
        if let Some(condition) = condition {
            reads.asks |= condition.asks;
            reads.depth = reads.depth.max(condition.depth);
        }
        reads.depth += 1;
        let values = self.values_of(&resolve.value);
        self.learn_reads(id, reads, Type::Text, values);
    }

    fn broken_source(&mut self, tree: &tree::Definition) -> Resolve {
        let none = ColumnId { table: TableId(0), index: 0 };
        Resolve {
            head: self.head(tree, Kind::Resolve, None),
            table: TableId(0),
            source: TableId(0),
            value: broken(tree.span),
            condition: None,
            date: none,
            per: None,
            way: Way::Latest,
        }
    }
}

fn plain(texts: &[Spanned<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}
