//! Text of a row that many rows lead to (the category of a product, of its order lines), as it is compared: it is
//! folded once for each row that has it, not for each that leads there.

use sqlparser::ast::Expr;

use super::ast::{self, Parts};
use super::common;
use super::compiler::{Compiler, Known};
use super::frame::{Frame, How, RelationId, Source};
use super::leaf::{Leaf, Measure};
use crate::gold::{ColumnId, RelationshipId};
use crate::model::Operator;
use crate::plan::tree::{Scalar, ScalarKind};

impl<'a> Compiler<'a> {
    /// The least or greatest text that rows lead to, out of a relation that holds it folded.
    pub fn folded_once(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, operand: &'a Scalar) -> Option<Expr> {
        let Measure::Of { operator: Operator::Min | Operator::Max, .. } = leaf.measure else { return None };
        let ScalarKind::Column(column) = &operand.kind else { return None };
        let (last, before) = column.path.split_last().filter(|_| column.fold)?;
        let name = self.column_name(column.column);
        let alias = self.folded_row(frame, (*last, before), column.column)?;
        Some(common::column(&alias, name))
    }

    fn folded_row(
        &mut self,
        frame: &mut Frame,
        (last, before): (RelationshipId, &[RelationshipId]),
        column: ColumnId,
    ) -> Option<String> {
        let relationship = self.gold.relationship(last).filter(|found| found.to != column)?;
        let key = self.column_name(relationship.to);
        let relation = self.folded_relation(column, relationship.to);
        let path = [before, &[last]].concat();
        let known = frame.links.iter().find(|(known, at, _)| *known == relation && *at == path);
        if let Some((_, _, alias)) = known {
            return Some(alias.clone());
        }
        let from = self.row(frame, before);
        let value = self.stored(&from, relationship.from);
        let alias = self
            .join(frame, Source::Relation(relation), |alias| How::Left(ast::equal(common::column(alias, key), value)));
        frame.links.push((relation, path, alias.clone()));
        Some(alias)
    }

    /// A column of text by the key of its table.
    fn folded_relation(&mut self, column: ColumnId, key: ColumnId) -> RelationId {
        self.known(Known::Folded(column), |compiler| {
            let frame = compiler.table_frame(column.table, super::context::PeriodId(0));
            let name = compiler.column_name(column);
            let text = common::folded(common::column(&frame.alias, name));
            let key_value = compiler.stored(&frame.alias, key);
            let items = vec![compiler.item(key_value, compiler.column_name(key)), compiler.item(text, name)];
            let select = ast::select(Parts { items, ..compiler.parts_of(&frame) });
            compiler.add_fixed(&format!("{}_{name}", compiler.table_name(column.table)), select, Vec::new())
        })
    }
}
