//! What a table promises of its rows: one a key, none that points nowhere, one where one is said.

use sqlparser::ast::{BinaryOperator, Expr};

use super::{Check, Checked};
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::frame::{How, Source};
use crate::gold::{Relationship, Table, TableId};

impl Compiler<'_> {
    pub(super) fn duplicate_keys(&self, id: TableId, table: &Table) -> Option<Checked> {
        let (frame, alias) = self.frame_of(id);
        let parts: Vec<Expr> = table.key.iter().map(|key| self.stored(&alias, *key)).collect();
        let value = Some(parts.first()?.clone());
        let names: Vec<&str> = table.key.iter().map(|key| self.column_name(*key)).collect();
        let having = Some(ast::compare(common::count_rows(), BinaryOperator::Gt, ast::number(1)));
        let column = names.join(", ");
        let check = Check { value, having, ..Check::of("duplicate key", table, &column) };
        let (above, mut body) = self.query_of(&frame, check);
        // One part is shown, all of them tell rows apart.
        if let sqlparser::ast::SetExpr::Select(select) = &mut *body {
            select.group_by = sqlparser::ast::GroupByExpr::Expressions(parts, Vec::new());
        }
        Some((above, body))
    }

    /// Keys that find no row.
    pub(super) fn orphans(&self, table: &Table, relationship: &Relationship) -> Option<Checked> {
        let (mut frame, alias) = self.frame_of(relationship.from.table);
        let key = self.stored(&alias, relationship.from);
        let target = self.join(&mut frame, Source::Table(relationship.to.table), |alias| {
            How::Left(ast::equal(self.stored(alias, relationship.to), key.clone()))
        });
        let found = common::column(&target, self.column_name(relationship.to));
        let conditions = vec![ast::is_not_null(key.clone()), ast::is_null(found)];
        let breach = format!("no such {}", relationship.role);
        let check = Check::of(&breach, table, self.column_name(relationship.from));
        Some(self.query_of(&frame, Check { value: Some(key), conditions, ..check }))
    }

    pub(super) fn one_row(&self, id: TableId, table: &Table) -> Option<Checked> {
        let (frame, _) = self.frame_of(id);
        let column = self.column_name(self.gold.as_of?);
        let having = Some(ast::compare(common::count_rows(), BinaryOperator::NotEq, ast::number(1)));
        Some(self.query_of(&frame, Check { having, ..Check::of(super::NOT_ONE_ROW, table, column) }))
    }
}
