//! Rows whose own state changes by steps, as the state of the row they belong to: a contact point that may be
//! written to from one day on makes its customer one that can be reached.

use sqlparser::ast::{Expr, Ident};

use super::StepsKey;
use super::measure::Sum;
use super::shape::Shape;
use super::sources::DAY;
use super::state::Of;
use super::turn::Turn;
use crate::emit::sql::ast::{self, Selection};
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::context::{PeriodId, goes_through};
use crate::emit::sql::frame::{Frame, RelationId};
use crate::emit::sql::leaf::{Leaf, Measure};
use crate::emit::sql::settled::Asked;
use crate::gold::TableId;
use crate::model::Operator;
use crate::plan::tree::Link;

/// Changes are found for the period asked for; a moved one sees them later.
const ASKED: PeriodId = PeriodId(0);

impl<'a> Compiler<'a> {
    /// What changes the rows of a leaf, one by one; none where they do not change by steps.
    pub fn nested_shape(&self, leaf: &Leaf<'a>) -> Option<Shape<'a>> {
        let counted = match leaf.measure {
            Measure::Exists => true,
            Measure::Of { operator, operand, .. } => *operator == Operator::Count && operand.is_none(),
        };
        let shifts = self.period(leaf.context.period).shifts;
        let moved = shifts.into_iter().try_fold(Turn::here(), Turn::moved).is_some();
        if !counted || !moved || !self.belongs_by_row(leaf) {
            return None;
        }
        let mut shape = Shape::default();
        for filter in &leaf.context.filters {
            self.is_timeless(filter.condition).then_some(())?;
        }
        let inner = self.inner_context(leaf).at_period(ASKED);
        let parts: Vec<_> = leaf.conjuncts.iter().map(|conjunct| (ASKED, *conjunct)).collect();
        self.inspect_parts(&mut shape, &Asked::of(inner, Vec::new()), &parts)?;
        (shape.has_states || !shape.dates.is_empty()).then_some(shape)
    }

    /// Its rows lead to the row at hand, and to no group by a way of their own.
    fn belongs_by_row(&self, leaf: &Leaf<'a>) -> bool {
        let Some(Link::To(steps)) = &leaf.link else { return false };
        let by_row = leaf.context.hand.as_ref().is_some_and(|hand| hand.path.is_empty());
        let own_way = leaf.context.groups.iter().any(|group| {
            let path = self.gold.active_path(leaf.table, group.table);
            path.is_some_and(|path| !goes_through(&path, &leaf.link))
        });
        let one_key = self.gold.single_key(leaf.table).is_some();
        !steps.is_empty() && by_row && !own_way && one_key && self.by_unit(leaf.context.period)
    }

    /// The state that the rows of a leaf give the row they belong to.
    pub fn nested_state(&mut self, at: usize, leaf: &Leaf<'a>) -> Option<String> {
        let shape = self.nested_shape(leaf)?;
        let mut asked = leaf.clone();
        asked.context.period = ASKED;
        let (relation, column) = self.place_changes(&asked, &shape)?;
        let key = self.key_names(leaf.table, &leaf.link, &[]).into_iter().next()?;
        self.add_changes(at, Of::Leaf(Box::new(leaf.clone())), (relation, key, column), leaf.context.period)
    }

    fn place_changes(&mut self, leaf: &Leaf<'a>, shape: &Shape<'a>) -> Option<(RelationId, String)> {
        let (groups, link) = (leaf.context.groups.clone(), leaf.link.clone());
        let key = StepsKey { table: leaf.table, groups, period: ASKED, link };
        let at = match self.steps.iter().position(|steps| steps.key == key) {
            Some(at) => at,
            None => self.new_steps(key, Vec::new(), &self.relation_name_for(leaf))?,
        };
        self.add_to_steps(at, leaf, shape, Sum::Count)
    }

    /// What rows that change are kept apart by: the row they belong to.
    pub fn link_keys(&mut self, frame: &mut Frame, table: TableId, link: &Link) -> Option<Vec<(String, Expr)>> {
        let name = self.key_names(table, &Some(link.clone()), &[]).into_iter().next()?;
        Some(vec![(name, self.link_key(frame, table, link)?)])
    }

    /// How many rows come and go, by the row they belong to and day.
    pub fn nested_ctes(&self, at: usize, name: &str) -> Vec<(Ident, Selection)> {
        let keys = self.steps.get(at).map(|steps| steps.keys.as_slice()).unwrap_or_default();
        let belongs = keys.iter().map(|(_, key)| ast::is_not_null(key.clone())).collect();
        let spans = self.free_name(&format!("{name}_spans"));
        self.changes_ctes(at, (&spans, name), DAY, belongs)
    }
}
