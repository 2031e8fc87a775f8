//! Two ways from a row to a row of another table, which must lead to the same one.

use sqlparser::ast::BinaryOperator;

use super::{Check, Checked};
use crate::emit::sql::ast;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::frame::{How, Source};
use crate::gold::{Relationship, RelationshipId, Table, TableId};

impl Compiler<'_> {
    /// A row names its customer, and its address names one too: readers go one way, definitions the other.
    ///
    /// Only ways that carry the target's own name at their end say the same thing: a role of its own (`bill_to`) is
    /// another one on purpose.
    pub(super) fn ways_that_disagree(&self, id: TableId, table: &Table, take: &mut impl FnMut(Checked)) {
        let used: Vec<_> = self.gold.leaving(id).filter(|(id, step)| self.is_used(*id, step)).collect();
        for (_, direct) in used.iter().filter(|(_, direct)| self.is_called_by_target(direct)) {
            for (_, first) in used.iter().filter(|(_, first)| first.from != direct.from) {
                let rest = self.gold.active_path(first.to.table, direct.to.table).unwrap_or_default();
                let steps: Vec<_> = rest.iter().filter_map(|step| self.gold.relationship(*step)).collect();
                let last = steps.last().filter(|last| last.to == direct.to && self.is_called_by_target(last));
                if last.is_some() {
                    take(self.another_by(table, direct, first, &steps));
                }
            }
        }
    }

    /// Readers travel every active relationship, definitions those that they write.
    fn is_used(&self, id: RelationshipId, step: &Relationship) -> bool {
        step.active || self.model.is_travelled(id)
    }

    fn is_called_by_target(&self, step: &Relationship) -> bool {
        self.gold.table(step.to.table).is_some_and(|target| target.name.eq_ignore_ascii_case(&step.role))
    }

    /// Keys beside which another row is found by way of `first` and `rest`.
    fn another_by(
        &self,
        table: &Table,
        direct: &Relationship,
        first: &Relationship,
        rest: &[&Relationship],
    ) -> Checked {
        let (mut frame, alias) = self.frame_of(direct.from.table);
        let key = self.stored(&alias, direct.from);
        let mut other = self.stored(&alias, first.from);
        let mut step = first;
        for next in rest {
            let here = self.join(&mut frame, Source::Table(step.to.table), |alias| {
                How::Inner(ast::equal(self.stored(alias, step.to), other.clone()))
            });
            other = self.stored(&here, next.from);
            step = next;
        }
        let conditions = vec![ast::compare(key.clone(), BinaryOperator::NotEq, other)];
        let breach = format!("another {} by {}", direct.role, first.role);
        let check = Check::of(&breach, table, self.column_name(direct.from));
        self.query_of(&frame, Check { value: Some(key), conditions, ..check })
    }
}
