//! What stands for 0 where nothing was counted or summed: a guard, but where a count is a number by itself.

use sqlparser::ast::Expr;

use super::ast;
use super::compiler::Compiler;
use super::frame::Frame;
use super::leaf::Measure;
use crate::model::Operator;
use crate::plan::tree::Absence;

impl Compiler<'_> {
    /// `COALESCE(value, 0)`; the value alone where it is always a number.
    pub fn or_zero(&self, frame: &Frame, value: Expr) -> Expr {
        if self.is_count_of_all(frame, &value) { value } else { ast::coalesce(value, ast::number(0)) }
    }

    /// A value as it is shown and compared: nothing counted or summed is 0.
    pub fn number(&self, frame: &Frame, value: Expr, absence: Absence) -> Expr {
        if absence == Absence::Zero { self.or_zero(frame, value) } else { value }
    }

    /// Whether it is the count in the one row of a relation without groups, where SQL counts 0 of nothing.
    pub fn is_count_of_all(&self, frame: &Frame, value: &Expr) -> bool {
        let Expr::CompoundIdentifier(parts) = value else { return false };
        let [alias, column] = parts.as_slice() else { return false };
        let joined = |relation| frame.links.iter().any(|(known, _, name)| *known == relation && *name == alias.value);
        self.placed.iter().any(|placed| {
            placed.one_row && placed.column == column.value && counts(&placed.leaf.measure) && joined(placed.relation)
        })
    }
}

fn counts(measure: &Measure<'_>) -> bool {
    matches!(measure, Measure::Of { operator: Operator::Count | Operator::CountDistinct, .. })
}
