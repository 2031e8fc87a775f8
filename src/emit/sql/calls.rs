//! Functions on one line: their name, their arguments, the rows of their window.

use std::fmt::{self, Write};

use sqlparser::ast::{
    DuplicateTreatment, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, ObjectName,
    ObjectNamePart, OrderByExpr, OrderByOptions, WindowSpec, WindowType,
};

use super::common;
use super::line::Line;

impl<'e> Line<'_, 'e> {
    /// One that has parts we never write goes through `sqlparser`.
    pub fn function(&mut self, function: &'e Function) -> fmt::Result {
        let FunctionArguments::List(list) = &function.args else { return self.shown(function) };
        if !is_ours(function) {
            return self.shown(function);
        }
        self.called(&function.name)?;
        self.write_str("(")?;
        self.arguments(list)?;
        self.write_str(")")?;
        if !function.within_group.is_empty() {
            self.ordered(" WITHIN GROUP (ORDER BY ", &function.within_group)?;
            self.write_str(")")?;
        }
        match &function.over {
            Some(WindowType::WindowSpec(window)) => self.window(window),
            _ => Ok(()),
        }
    }

    /// The name of a function.
    pub fn called(&mut self, name: &'e ObjectName) -> fmt::Result {
        match name.0.as_slice() {
            [ObjectNamePart::Identifier(name)] if name.value == common::COUNT => {
                let count = self.dialect().count;
                self.write_str(count)
            }
            _ => self.object(name),
        }
    }

    fn arguments(&mut self, list: &'e FunctionArgumentList) -> fmt::Result {
        match list.duplicate_treatment {
            Some(DuplicateTreatment::Distinct) => self.write_str("DISTINCT ")?,
            Some(DuplicateTreatment::All) => self.write_str("ALL ")?,
            None => {}
        }
        self.separated(&list.args, ", ", |line, argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => line.expression(value),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => line.write_str("*"),
            rare => line.shown(rare),
        })
    }

    fn window(&mut self, window: &'e WindowSpec) -> fmt::Result {
        self.write_str(" OVER (")?;
        if !window.partition_by.is_empty() {
            self.write_str("PARTITION BY ")?;
            self.separated(&window.partition_by, ", ", Self::expression)?;
        }
        if !window.order_by.is_empty() {
            let before = if window.partition_by.is_empty() { "ORDER BY " } else { " ORDER BY " };
            self.ordered(before, &window.order_by)?;
        }
        if let Some(frame) = &window.window_frame {
            write!(self, " {} {}", frame.units, frame.start_bound)?;
        }
        self.write_str(")")
    }

    fn ordered(&mut self, before: &str, by: &'e [OrderByExpr]) -> fmt::Result {
        self.write_str(before)?;
        self.separated(by, ", ", |line, one| {
            line.expression(&one.expr)?;
            line.shown(&one.options)
        })
    }
}

/// A name and its arguments, and after them nothing but an order within groups or a window with rows so far.
fn is_ours(function: &Function) -> bool {
    let Function { uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over, .. } = function;
    let no_clauses = matches!(args, FunctionArguments::List(list) if list.clauses.is_empty());
    let nothing_else = filter.is_none() && null_treatment.is_none() && within_group.iter().all(is_plainly_ordered);
    let window = match over {
        Some(WindowType::WindowSpec(WindowSpec { window_name, order_by, window_frame, .. })) => {
            let to_here = window_frame.as_ref().is_none_or(|frame| frame.end_bound.is_none());
            window_name.is_none() && to_here && order_by.iter().all(is_plainly_ordered)
        }
        Some(WindowType::NamedWindow(_)) => false,
        None => true,
    };
    no_clauses && nothing_else && window && !uses_odbc_syntax && matches!(parameters, FunctionArguments::None)
}

fn is_plainly_ordered(by: &OrderByExpr) -> bool {
    by.with_fill.is_none() && matches!(by.options, OrderByOptions { nulls_first: None, .. })
}
