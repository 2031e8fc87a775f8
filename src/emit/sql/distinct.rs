//! Distinct counts in two steps: the rows are brought to one a group and value first, with a mark for each
//! count that has the value; the counts are then plain ones.
//!
//! So it is written where several counts are of one value, which one set of values then serves, and where
//! the rows that a relationship leads to are counted: only the keys that are left are looked up.

use sqlparser::ast::{Expr, Ident, SelectItem};

use super::ast::{self, Selection};
use super::common;
use super::compiler::Compiler;
use super::context::{PeriodId, Var};
use super::dialects;
use super::frame::{Driver, Frame, How, Source, initials};
use super::group::{Group, GroupLeaf, Value, count};
use super::leaf::{Evaluated, Leaf, Measure};
use crate::gold::{RelationshipId, TableId};
use crate::model::Operator;
use crate::plan::tree::ScalarKind;

const VALUE: &str = "counted_value";

impl<'a> Compiler<'a> {
    /// The relationship whose target's rows a leaf counts: `count(distinct send.customer.customer_id)`.
    pub fn counted_rows(&self, leaf: &Leaf<'a>) -> Option<RelationshipId> {
        let Measure::Of { operator: Operator::CountDistinct, operand: Some(operand), .. } = leaf.measure else {
            return None;
        };
        let ScalarKind::Column(column) = &operand.kind else { return None };
        let [relationship] = column.path.as_slice() else { return None };
        let target = self.gold.relationship(*relationship)?.to;
        (leaf.link.is_none() && target == column.column).then_some(*relationship)
    }

    /// The leaf over a frame that does not join the rows it counts, unless its conditions do.
    pub fn evaluate_counted(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, relationship: RelationshipId) -> Evaluated {
        let marks = Leaf { measure: Measure::Exists, ..leaf.clone() };
        let evaluated = self.evaluate(frame, &marks);
        let key = self.gold.relationship(relationship).map(|found| self.stored(&frame.alias, found.from));
        Evaluated { operand: key, ..evaluated }
    }

    /// Those of the keys that are known without the rows counted.
    pub fn keys_before_counting(
        &mut self,
        frame: &mut Frame,
        leaf: &Leaf<'a>,
        vars: &[Var],
        relationship: RelationshipId,
    ) -> Vec<(String, Expr)> {
        let names = self.key_names(leaf.table, &None, vars);
        let mut keys = Vec::new();
        for (var, name) in vars.iter().zip(names) {
            if self.path_beyond(leaf.table, *var, relationship).is_none() {
                keys.push((name, self.var(frame, *var)));
            }
        }
        keys
    }

    /// The path to a variable that is a column of the rows counted, or of rows they lead to.
    fn path_beyond(&self, table: TableId, var: Var, relationship: RelationshipId) -> Option<Vec<RelationshipId>> {
        let Var::Group(column) = var else { return None };
        let path = self.gold.active_path(table, column.table)?;
        (path.first() == Some(&relationship)).then_some(path)
    }

    /// The two selects, the first under a name made from that of the second; none where one will do.
    pub fn in_two_steps(&mut self, group: &Group<'a>, name: &str) -> Option<Vec<(Ident, Selection)>> {
        let operand = counted_value(group)?;
        let values = self.free_name(&format!("{name}_values"));
        let marked = self.marked_values(group, operand);
        let counts = self.counts_of(group, &values);
        Some(vec![(common::ident(&values), marked), (common::ident(name), counts)])
    }

    fn marked_values(&self, group: &Group<'a>, operand: Expr) -> Selection {
        let common = group.common();
        let mut keys = group.keys.clone();
        keys.push((VALUE.to_owned(), operand.clone()));
        let mark = |leaf: &GroupLeaf| {
            let own = Group::own(leaf, &common);
            let one = ast::number(1);
            if ast::is_always(&own) { one } else { ast::call("MAX", [ast::when(own, one)]) }
        };
        let items = group.leaves.iter().map(|leaf| ast::named(mark(leaf), common::ident(&leaf.column))).collect();
        let taken = group.taken_by_one(&common);
        let conditions = common.into_iter().chain(taken).chain([ast::is_not_null(operand)]).collect();
        self.grouped(group.frame.clone(), keys, items, conditions, None)
    }

    fn counts_of(&mut self, group: &Group<'a>, values: &str) -> Selection {
        let alias = initials(values);
        let alias = dialects::bare_alias(alias);
        let mut frame = Frame::new(Driver::Open, alias.clone(), PeriodId(0));
        let keys = match group.key.counted {
            Some(relationship) => self.keys_of_counted(&mut frame, group, relationship),
            None => group.keys.iter().map(|(name, _)| (name.clone(), common::column(&alias, name))).collect::<Vec<_>>(),
        };
        let total = |leaf: &GroupLeaf| {
            let sparse = matches!(leaf.value, Value::CountDistinct { sparse: true, .. });
            let marks = common::count(common::column(&alias, &leaf.column));
            ast::named(count(marks, sparse), common::ident(&leaf.column))
        };
        let totals = group.leaves.iter().map(total);
        let items: Vec<SelectItem> =
            keys.iter().map(|(name, value)| self.item(value.clone(), name)).chain(totals).collect();
        let from = ast::table(vec![common::ident(values)], common::ident(&alias));
        let group_by = keys.into_iter().map(|(_, value)| value).collect();
        ast::select(ast::Parts { items, from: Some(from), group_by, ..self.parts_of(&frame) })
    }

    /// All keys, with the rows counted joined by the keys that are left.
    fn keys_of_counted(
        &mut self,
        frame: &mut Frame,
        group: &Group<'a>,
        relationship: RelationshipId,
    ) -> Vec<(String, Expr)> {
        let Some(found) = self.gold.relationship(relationship) else { return Vec::new() };
        let value = common::column(&frame.alias.clone(), VALUE);
        let target = found.to;
        let row = self.join(frame, Source::Table(target.table), |alias| {
            How::Inner(ast::equal(self.stored(alias, target), value))
        });
        frame.paths.push((vec![relationship], row));
        let (vars, table) = (&group.key.vars, group.key.table);
        let names = self.key_names(table, &None, vars);
        let mut keys = Vec::new();
        for (var, name) in vars.iter().zip(names) {
            let value = match (var, self.path_beyond(table, *var, relationship)) {
                (Var::Group(column), Some(path)) => self.stored(&self.row(frame, &path), *column),
                _ => common::column(&frame.alias, &name),
            };
            keys.push((name, value));
        }
        keys
    }
}

/// What the leaves of a group count in two steps.
fn counted_value(group: &Group<'_>) -> Option<Expr> {
    let operand = |leaf: &GroupLeaf| match &leaf.value {
        Value::CountDistinct { operand, .. } => Some(operand.clone()),
        _ => None,
    };
    let (first, rest) = group.leaves.split_first()?;
    let value = operand(first)?;
    let several = !rest.is_empty() && rest.iter().all(|leaf| operand(leaf).as_ref() == Some(&value));
    (several || group.key.counted.is_some()).then_some(value)
}
