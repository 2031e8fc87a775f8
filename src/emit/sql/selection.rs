//! A frame as a `SELECT`.

use sqlparser::ast::{Expr, SelectItem};

use super::ast::{self, Parts, Selection};
use super::common;
use super::compiler::Compiler;
use super::frame::{Driver, Frame, Join, Source};

impl Compiler<'_> {
    /// `SELECT keys, items FROM the frame WHERE .. GROUP BY keys HAVING ..`.
    pub fn grouped(
        &self,
        frame: Frame,
        keys: Vec<(String, Expr)>,
        items: Vec<SelectItem>,
        conditions: Vec<Expr>,
        having: Option<Expr>,
    ) -> Selection {
        let group_by = keys.iter().map(|(_, value)| value.clone()).collect();
        let keys = keys.into_iter().map(|(name, value)| self.item(value, &name));
        let items = keys.chain(items).collect();
        ast::select(Parts { items, conditions, group_by, having, ..self.parts_from(frame) })
    }

    /// A column of a `SELECT` under a name; bare where it has that name already.
    pub fn item(&self, value: Expr, name: &str) -> SelectItem {
        let same =
            matches!(&value, Expr::CompoundIdentifier(parts) if parts.last().is_some_and(|part| part.value == name));
        if same { SelectItem::UnnamedExpr(value) } else { ast::named(value, common::ident(name)) }
    }

    /// What is read and joined; what is taken of it is the caller's.
    pub fn parts_of(&self, frame: &Frame) -> Parts {
        self.read_and_joined(frame, frame.joins.iter().cloned())
    }

    /// The same of a frame that is needed no more.
    pub fn parts_from(&self, mut frame: Frame) -> Parts {
        let joins = std::mem::take(&mut frame.joins);
        self.read_and_joined(&frame, joins.into_iter())
    }

    fn read_and_joined(&self, frame: &Frame, joins: impl Iterator<Item = Join>) -> Parts {
        let source = match frame.driver {
            Driver::Table(table) => Some(Source::Table(table)),
            Driver::Relation(relation) => Some(Source::Relation(relation)),
            Driver::Open => None,
        };
        Parts {
            from: source.map(|source| self.factor(source, &frame.alias)),
            joins: joins.map(|join| self.sql_join(join)).collect(),
            ..Parts::default()
        }
    }
}
