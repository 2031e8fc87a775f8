//! What a column promises of its values: there, normalised, known, within what Power BI adds up exactly.

use sqlparser::ast::{BinaryOperator, Expr};

use super::{Check, Checked};
use crate::emit::sql::ast;
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::gold::{Column, ColumnId, Date, Table, Type};

/// Sums beyond this are not exact in Power BI (rule R13).
const MOST_MONEY: &str = "900000000000000";
const MOST_WHOLE: &str = "9000000000000000000";
/// Of doubles only infinity is greater, and what is no number (IEEE 754's NaN), which the engines that store it sort
/// behind all others.
const MOST_NUMBER: &str = "1E308";

impl<'a> Compiler<'a> {
    pub(super) fn column_checks(
        &self,
        id: ColumnId,
        table: &'a Table,
        column: &'a Column,
        take: &mut impl FnMut(Checked),
    ) {
        let is_text = column.ty == Type::Text;
        if !column.nullable {
            take(self.missing_values(id, table));
        }
        if is_text {
            take(self.empty_text(id, table));
        }
        if is_text && column.normalised {
            take(self.not_normalised(id, table));
        }
        if is_text && !column.values.is_empty() {
            take(self.unknown_values(id, table, column));
        }
        if let Some(sort) = column.sort {
            take(self.not_one_each(id, sort, table));
            take(self.not_one_each(sort, id, table));
        }
        match column.ty {
            Type::Date if !self.is_of_the_calendar(id, table) => take(self.too_early(id, table)),
            Type::Money => take(self.too_much(id, table, MOST_MONEY)),
            Type::Integer => take(self.too_much(id, table, MOST_WHOLE)),
            Type::Number => take(self.no_number(id, table)),
            _ => {}
        }
    }

    /// What other systems store for a value that is missing: engines compare and add it up each in their own way.
    fn no_number(&self, id: ColumnId, table: &Table) -> Checked {
        let beyond = |value| ast::compare(ast::call("ABS", [value]), BinaryOperator::Gt, ast::number(MOST_NUMBER));
        self.rows_where("no number", id, table, beyond)
    }

    fn missing_values(&self, id: ColumnId, table: &Table) -> Checked {
        self.rows_where("missing", id, table, ast::is_null)
    }

    fn empty_text(&self, id: ColumnId, table: &Table) -> Checked {
        // Blanks alone are missing too, and not every engine compares them as an empty text.
        self.rows_where("empty text", id, table, |value| ast::equal(common::trimmed_end(value), common::text("")))
    }

    /// How many rows hold a value of that kind.
    fn rows_where(&self, breach: &str, id: ColumnId, table: &Table, is: impl FnOnce(Expr) -> Expr) -> Checked {
        let (frame, alias) = self.frame_of(id.table);
        let column = self.column_name(id);
        let conditions = vec![is(common::column(&alias, column))];
        self.query_of(&frame, Check { conditions, ..Check::of(breach, table, column) })
    }

    /// Capitals or trailing blanks in a column that is said to have none.
    fn not_normalised(&self, id: ColumnId, table: &Table) -> Checked {
        let (frame, alias) = self.frame_of(id.table);
        let column = self.column_name(id);
        let value = common::column(&alias, column);
        let conditions = vec![ast::any([
            common::has_capitals(value.clone()),
            ast::like(value.clone(), common::text("% "), None, false),
        ])];
        self.query_of(&frame, Check { value: Some(value), conditions, ..Check::of("not normalised", table, column) })
    }

    fn unknown_values(&self, id: ColumnId, table: &Table, column: &Column) -> Checked {
        let known = column.values.iter().map(|value| common::text(&crate::gold::text::fold(value))).collect::<Vec<_>>();
        let (frame, alias) = self.frame_of(id.table);
        let value = self.stored(&alias, id);
        let conditions = vec![ast::in_list(value.clone(), known, true)];
        let check = Check::of("unknown value", table, self.column_name(id));
        self.query_of(&frame, Check { value: Some(value), conditions, ..check })
    }

    /// Values of a column that stand beside several of another: Power BI refuses to sort one by the other.
    fn not_one_each(&self, id: ColumnId, other: ColumnId, table: &Table) -> Checked {
        let (frame, alias) = self.frame_of(id.table);
        let (value, beside) = (self.stored(&alias, id), self.stored(&alias, other));
        let present = common::count(beside.clone());
        let some = ast::compare(present.clone(), BinaryOperator::Gt, ast::number(0));
        let not_all = ast::compare(present, BinaryOperator::Lt, common::count_rows());
        let several = ast::compare(common::count_distinct(beside), BinaryOperator::Gt, ast::number(1));
        let may_be_missing = self.gold.column(other).is_some_and(|column| column.nullable);
        let part_missing = may_be_missing.then(|| ast::all([some, not_all]));
        let breach = format!("several of {}", self.column_name(other));
        let check = Check::of(&breach, table, self.column_name(id));
        let having = Some(ast::any(std::iter::once(several).chain(part_missing)));
        self.query_of(&frame, Check { value: Some(value), having, ..check })
    }

    /// A date by which the calendar slices is outside of it before it is too early.
    fn is_of_the_calendar(&self, id: ColumnId, table: &Table) -> bool {
        self.gold.calendar.is_some() && (table.date == Some(id) || table.other_dates.contains(&id))
    }

    /// Days that DAX cannot calculate with.
    fn too_early(&self, id: ColumnId, table: &Table) -> Checked {
        let (frame, alias) = self.frame_of(id.table);
        let column = self.column_name(id);
        let value = common::column(&alias, column);
        let conditions = vec![ast::compare(value.clone(), BinaryOperator::Lt, common::date(Date::FIRST_OF_DAX))];
        let breach = format!("before {}", Date::FIRST_OF_DAX);
        self.query_of(&frame, Check { value: Some(value), conditions, ..Check::of(&breach, table, column) })
    }

    fn too_much(&self, id: ColumnId, table: &Table, most: &str) -> Checked {
        let (frame, alias) = self.frame_of(id.table);
        let column = self.column_name(id);
        let double = common::to_double(common::column(&alias, column));
        let total = ast::call("ABS", [ast::call("SUM", [double])]);
        let having = Some(ast::compare(total, BinaryOperator::GtEq, ast::number(most)));
        self.query_of(&frame, Check { having, ..Check::of(super::SUM_OUT_OF_RANGE, table, column) })
    }
}
