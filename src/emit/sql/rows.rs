//! Rows and what identifies them: paths from the row of a frame, keys, the variables of the context.

use sqlparser::ast::Expr;

use super::ast::{self, Parts};
use super::common;
use super::compiler::{Compiler, Known};
use super::context::{PeriodId, Var};
use super::dialects;
use super::frame::{Driver, Frame, How, RelationId, Source};
use crate::gold::{ColumnId, RelationshipId, TableId};
use crate::plan::tree::Link;

impl<'a> Compiler<'a> {
    /// All rows of the table, under the initials of its name.
    pub fn table_frame(&self, table: TableId, period: PeriodId) -> Frame {
        let short = super::frame::initials(self.table_name(table));
        let alias = dialects::bare_alias(short);
        Frame::new(Driver::Table(table), alias, period)
    }

    /// The alias of the row that a path leads to, joined on first use.
    pub fn row(&self, frame: &mut Frame, path: &[RelationshipId]) -> String {
        let Some((last, before)) = path.split_last() else { return frame.alias.clone() };
        if let Some((_, alias)) = frame.paths.iter().find(|(known, _)| known == path) {
            return alias.clone();
        }
        let from = self.row(frame, before);
        let Some(relationship) = self.gold.relationship(*last) else { return from };
        let key = self.stored(&from, relationship.from);
        let sure = frame.sure.iter().any(|sure| sure == path);
        let alias = self.join(frame, Source::Table(relationship.to.table), |alias| {
            let on = ast::equal(self.stored(alias, relationship.to), key);
            if sure { How::Inner(on) } else { How::Left(on) }
        });
        frame.paths.push((path.to_vec(), alias.clone()));
        alias
    }

    /// A column of the row that a path leads to, as it stands.
    pub fn column_at(&self, frame: &mut Frame, path: &[RelationshipId], column: ColumnId) -> Expr {
        let alias = self.row(frame, path);
        common::column(&alias, self.column_name(column))
    }

    /// The key of the row that a path leads to; missing where it finds none.
    pub fn key_at(&self, frame: &mut Frame, path: &[RelationshipId]) -> Option<Expr> {
        let table = self.path_end(frame, path)?;
        let key = self.gold.single_key(table)?;
        let alias = self.row(frame, path);
        Some(self.stored(&alias, key))
    }

    /// The path finds a row.
    pub fn found(&self, frame: &mut Frame, path: &[RelationshipId]) -> Expr {
        let Some(relationship) = path.last().and_then(|last| self.gold.relationship(*last)) else {
            return ast::always();
        };
        if frame.sure.iter().any(|sure| sure == path) {
            return ast::always();
        }
        let alias = self.row(frame, path);
        ast::is_not_null(common::column(&alias, self.column_name(relationship.to)))
    }

    fn path_end(&self, frame: &Frame, path: &[RelationshipId]) -> Option<TableId> {
        match (path.last(), &frame.driver) {
            (Some(last), _) => self.gold.relationship(*last).map(|relationship| relationship.to.table),
            (None, Driver::Table(table)) => Some(*table),
            (None, _) => None,
        }
    }

    /// What rows of a table meet the row at hand by, at their own side.
    pub fn link_key(&self, frame: &mut Frame, table: TableId, link: &Link) -> Option<Expr> {
        let steps = match link {
            Link::To(steps) => steps,
            Link::Common { from_rows, .. } => from_rows,
        };
        let Some((last, before)) = steps.split_last() else {
            let alias = self.row(frame, &[]);
            return self.gold.single_key(table).map(|key| self.stored(&alias, key));
        };
        let relationship = self.gold.relationship(*last)?;
        let alias = self.row(frame, before);
        Some(self.stored(&alias, relationship.from))
    }

    /// The table whose key a link compares.
    pub fn link_table(&self, table: TableId, link: &Link) -> TableId {
        match link {
            Link::Common { table, .. } => *table,
            Link::To(steps) => {
                let end = steps.last().and_then(|last| self.gold.relationship(*last));
                end.map_or(table, |relationship| relationship.to.table)
            }
        }
    }

    /// What the row at hand meets them by, at its side.
    pub fn hand_key(&self, frame: &mut Frame, path: &[RelationshipId], link: &Link) -> Option<Expr> {
        match link {
            Link::To(_) => self.key_at(frame, path),
            Link::Common { from_hand, .. } => self.key_at(frame, &[path, from_hand].concat()),
        }
    }

    /// How a link or a variable is called as a key of a relation.
    pub fn key_names(&self, table: TableId, link: &Option<Link>, vars: &[Var]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        if let Some(link) = link {
            let key = self.gold.single_key(self.link_table(table, link));
            names.push(key.map_or("key", |key| self.column_name(key)).to_owned());
        }
        for var in vars {
            names.push(self.free_key_name(*var, &names));
        }
        names
    }

    fn free_key_name(&self, var: Var, taken: &[String]) -> String {
        let Var::Group(column) = var else { return self.unit_name().to_owned() };
        let short = self.column_name(column);
        let clashes = short == self.unit_name() || taken.iter().any(|name| name == short);
        if clashes { format!("{}_{short}", self.table_name(column.table)) } else { short.to_owned() }
    }

    /// The value of a variable in a frame.
    pub fn var(&mut self, frame: &mut Frame, var: Var) -> Expr {
        match var {
            Var::Unit => self.unit(frame),
            Var::Group(column) => self.group_value(frame, column),
        }
    }

    fn unit(&mut self, frame: &mut Frame) -> Expr {
        if frame.unit.is_none() {
            let own = frame.period;
            self.join_period(frame, own);
        }
        frame.unit.clone().unwrap_or_else(ast::null)
    }

    fn group_value(&mut self, frame: &mut Frame, column: ColumnId) -> Expr {
        if let Some((_, value)) = frame.domains.iter().find(|(known, _)| *known == column) {
            return value.clone();
        }
        let Driver::Table(table) = frame.driver else { return ast::null() };
        if let Some(path) = self.gold.active_path(table, column.table) {
            let alias = self.row(frame, &path);
            return self.stored(&alias, column);
        }
        let relation = self.domain(column);
        let alias = self.join(frame, Source::Relation(relation), |_| How::Cross);
        let value = common::column(&alias, self.column_name(column));
        frame.domains.push((column, value.clone()));
        value
    }

    /// All values of a column, missing among them.
    pub fn domain(&mut self, column: ColumnId) -> RelationId {
        self.known(Known::Domain(column), |compiler| {
            let frame = compiler.table_frame(column.table, PeriodId(0));
            let name = compiler.column_name(column);
            let value = compiler.stored(&frame.alias, column);
            let stored = Parts { items: vec![compiler.item(value, name)], ..compiler.parts_of(&frame) };
            let missing = Parts { items: vec![ast::named(ast::null(), common::ident(name))], ..Parts::default() };
            let both = vec![ast::select(stored), ast::select(missing)];
            let select = ast::union(both, sqlparser::ast::SetQuantifier::None);
            compiler.add_fixed(
                &format!("{name}_values"),
                select.unwrap_or_else(|| ast::select(Parts::default())),
                Vec::new(),
            )
        })
    }
}
