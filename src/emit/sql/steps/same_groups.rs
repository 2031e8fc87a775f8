//! Rows belong to a row of the same groups: what they reach by a way of their own says the same as what the row does.

use sqlparser::ast::Expr;

use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::goes_through;
use crate::emit::sql::frame::Frame;
use crate::emit::sql::leaf::Leaf;
use crate::gold::TableId;
use crate::plan::tree::Link;

impl<'a> Compiler<'a> {
    /// Columns grouped by that the rows reach by a way of their own have the value of the row they belong to.
    pub fn same_groups(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, link: &Link) -> Vec<Expr> {
        let Link::To(steps) = link else { return Vec::new() };
        let entity = self.link_table(leaf.table, link);
        let mut same = Vec::new();
        for group in &leaf.context.groups {
            let own = self.gold.active_path(leaf.table, group.table);
            let Some(own) = own.filter(|path| !goes_through(path, &leaf.link)) else { continue };
            let Some(beyond) = self.gold.active_path(entity, group.table) else { continue };
            let (mine, theirs) = (self.row(frame, &own), self.row(frame, &[steps.as_slice(), &beyond].concat()));
            let same_value = common::same(self.stored(&mine, *group), self.stored(&theirs, *group));
            same.push(ast::any(self.same_row(group.table, &mine, &theirs).into_iter().chain([same_value])));
        }
        same
    }

    /// Two rows of a table are one: told by a key as it is stored, which is quicker than what a row says.
    fn same_row(&self, table: TableId, mine: &str, theirs: &str) -> Option<Expr> {
        let key = self.gold.single_key(table)?;
        let column = |alias: &str| common::column(alias, self.column_name(key));
        (self.stored(mine, key) == column(mine)).then(|| ast::equal(column(mine), column(theirs)))
    }
}
