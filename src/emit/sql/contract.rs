//! What `gold.yaml` takes for granted: a query per assumption whose rows are those that break it.
//!
//! All queries have the same columns: what is broken, where, the value and how many rows have it.

use sqlparser::ast::{BinaryOperator, CharacterLength, DataType, Expr, Query, SelectItem};

use super::ast::{self, Parts};
use super::compiler::Compiler;
use super::context::{Asked, PeriodId};
use super::files::{Build, Script};
use super::frame::{Frame, How, Source};
use super::print;
use crate::gold::{Calendar, Column, ColumnId, Date, Relationship, Table, TableId, Type};

/// Sums beyond this are not exact in Power BI (rule R13).
const MOST_MONEY: &str = "900000000000000";
const MOST_WHOLE: &str = "9000000000000000000";

pub fn script(build: Build<'_>) -> Script {
    let mut script = Script::about(&[
        "Each query returns the rows that break what gold.yaml takes for granted; none is as it should be.",
    ]);
    for (above, query) in checks(build) {
        script.statement(&[above], &query);
    }
    script
}

/// What each query looks for, and the query.
pub fn checks(build: Build<'_>) -> Vec<(String, String)> {
    let compiler = Compiler::new(build.model, build.plan, build.dialect, Asked::default());
    let tables = build.model.gold.tables.iter().enumerate();
    let of_table = tables.flat_map(|(at, table)| compiler.table_checks(TableId(at as u32), table));
    of_table.map(|(above, query)| (above, print::query(&query))).collect()
}

/// A question about one column.
struct Check<'c> {
    breach: &'c str,
    table: &'c str,
    column: &'c str,
    value: Expr,
    conditions: Vec<Expr>,
    having: Option<Expr>,
}

impl<'a> Compiler<'a> {
    fn table_checks(&self, id: TableId, table: &'a Table) -> Vec<(String, Query)> {
        let mut checks: Vec<Option<(String, Query)>> = vec![self.duplicate_keys(id, table)];
        for (at, column) in table.columns.iter().enumerate() {
            let column_id = ColumnId { table: id, index: at as u32 };
            checks.extend(self.column_checks(column_id, table, column));
        }
        let leaving = self.gold.leaving(id).map(|(_, relationship)| relationship);
        checks.extend(leaving.map(|relationship| self.orphans(table, relationship)));
        checks.extend(self.dates_of(table).into_iter().map(|date| self.outside_calendar(table, date)));
        if let Some(calendar) = self.gold.calendar.as_ref().filter(|calendar| calendar.table == id) {
            checks.extend([self.calendar_gaps(table, calendar), self.calendar_ends(table, calendar)]);
        }
        if self.gold.as_of.is_some_and(|as_of| as_of.table == id) {
            checks.push(self.one_row(id, table));
        }
        checks.into_iter().flatten().collect()
    }

    fn column_checks(&self, id: ColumnId, table: &'a Table, column: &'a Column) -> Vec<Option<(String, Query)>> {
        let mut checks = Vec::new();
        if !column.nullable {
            checks.push(self.rows_where(id, table, "missing", |value| vec![ast::is_null(value)]));
        }
        if column.ty == Type::Text {
            checks
                .push(self.rows_where(id, table, "empty text", |value| vec![ast::equal(value, self.dialect.text(""))]));
            checks.extend(column.normalised.then(|| self.not_normalised(id, table)));
            checks.extend((!column.values.is_empty()).then(|| self.unknown_values(id, table, column)));
        }
        let most = match column.ty {
            Type::Money => Some(MOST_MONEY),
            Type::Integer => Some(MOST_WHOLE),
            _ => None,
        };
        checks.extend(most.map(|most| self.too_much(id, table, most)));
        checks
    }

    fn query_of(&self, frame: &Frame, check: Check<'_>) -> (String, Query) {
        let above = format!("{}.{}: {}", check.table, check.column, check.breach);
        let text = |text: &str| self.dialect.text(text);
        let shown = ast::cast(check.value.clone(), shown_type());
        let columns: [(&str, Expr); 5] = [
            ("breach", text(check.breach)),
            ("table_name", text(check.table)),
            ("column_name", text(check.column)),
            ("value", shown),
            ("row_count", ast::call_star(self.dialect.count)),
        ];
        let items: Vec<SelectItem> = columns.into_iter().map(|(name, value)| self.item(value, name)).collect();
        let grouped = !matches!(check.value, Expr::Value(_));
        let having = check.having.or_else(|| {
            (!grouped).then(|| ast::compare(ast::call_star(self.dialect.count), BinaryOperator::Gt, ast::number(0)))
        });
        let group_by = if grouped { vec![check.value] } else { Vec::new() };
        let body = ast::select(Parts { items, conditions: check.conditions, group_by, having, ..self.parts_of(frame) });
        (above, ast::query(Vec::new(), body))
    }

    fn frame_of(&self, id: TableId) -> (Frame, String) {
        let frame = self.table_frame(id, PeriodId(0));
        let alias = frame.alias.clone();
        (frame, alias)
    }

    fn rows_where(
        &self,
        id: ColumnId,
        table: &Table,
        breach: &str,
        condition: impl Fn(Expr) -> Vec<Expr>,
    ) -> Option<(String, Query)> {
        let (frame, alias) = self.frame_of(id.table);
        let column = self.column_name(id);
        let conditions = condition(self.dialect.column(&alias, column));
        let check = Check { breach, table: &table.name, column, value: ast::null(), conditions, having: None };
        Some(self.query_of(&frame, check))
    }

    fn duplicate_keys(&self, id: TableId, table: &Table) -> Option<(String, Query)> {
        let (frame, alias) = self.frame_of(id);
        let parts: Vec<Expr> = table.key.iter().map(|key| self.stored(&alias, *key)).collect();
        let first = parts.first()?.clone();
        let names: Vec<&str> = table.key.iter().map(|key| self.column_name(*key)).collect();
        let several = ast::compare(ast::call_star(self.dialect.count), BinaryOperator::Gt, ast::number(1));
        let column = names.join(", ");
        let check = Check {
            breach: "duplicate key",
            table: &table.name,
            column: &column,
            value: first,
            conditions: Vec::new(),
            having: Some(several),
        };
        let (above, mut query) = self.query_of(&frame, check);
        if let sqlparser::ast::SetExpr::Select(select) = &mut *query.body {
            select.group_by = sqlparser::ast::GroupByExpr::Expressions(parts, Vec::new());
        }
        Some((above, query))
    }

    /// Capitals or trailing blanks in a column that is said to have none.
    fn not_normalised(&self, id: ColumnId, table: &Table) -> Option<(String, Query)> {
        let dialect = self.dialect;
        self.values_where(id, table, "not normalised", |value| {
            let capitals = ast::compare(value.clone(), BinaryOperator::NotEq, ast::call("LOWER", vec![value.clone()]));
            vec![ast::any([capitals, ast::like(value, dialect.text("% "), None, false)])]
        })
    }

    fn unknown_values(&self, id: ColumnId, table: &Table, column: &Column) -> Option<(String, Query)> {
        let known =
            column.values.iter().map(|value| self.dialect.text(&crate::plan::text::fold(value))).collect::<Vec<_>>();
        let (frame, alias) = self.frame_of(id.table);
        let value = self.stored(&alias, id);
        let conditions = vec![ast::in_list(value.clone(), known, true)];
        let name = self.column_name(id);
        let check =
            Check { breach: "unknown value", table: &table.name, column: name, value, conditions, having: None };
        Some(self.query_of(&frame, check))
    }

    fn values_where(
        &self,
        id: ColumnId,
        table: &Table,
        breach: &str,
        condition: impl Fn(Expr) -> Vec<Expr>,
    ) -> Option<(String, Query)> {
        let (frame, alias) = self.frame_of(id.table);
        let column = self.column_name(id);
        let value = self.dialect.column(&alias, column);
        let conditions = condition(value.clone());
        Some(self.query_of(&frame, Check { breach, table: &table.name, column, value, conditions, having: None }))
    }

    fn too_much(&self, id: ColumnId, table: &Table, most: &str) -> Option<(String, Query)> {
        let (frame, alias) = self.frame_of(id.table);
        let column = self.column_name(id);
        let double = self.dialect.to_double(self.dialect.column(&alias, column));
        let total = ast::call("ABS", vec![ast::call("SUM", vec![double])]);
        let having = Some(ast::compare(total, BinaryOperator::GtEq, ast::number(most)));
        let check = Check {
            breach: "sum out of range",
            table: &table.name,
            column,
            value: ast::null(),
            conditions: Vec::new(),
            having,
        };
        Some(self.query_of(&frame, check))
    }

    /// Keys that find no row.
    fn orphans(&self, table: &Table, relationship: &Relationship) -> Option<(String, Query)> {
        let (mut frame, alias) = self.frame_of(relationship.from.table);
        let key = self.stored(&alias, relationship.from);
        let target = self.join(&mut frame, Source::Table(relationship.to.table), |alias| {
            How::Left(ast::equal(self.stored(alias, relationship.to), key.clone()))
        });
        let found = self.dialect.column(&target, self.column_name(relationship.to));
        let conditions = vec![ast::is_not_null(key.clone()), ast::is_null(found)];
        let breach = format!("no such {}", relationship.role);
        let column = self.column_name(relationship.from);
        Some(self.query_of(
            &frame,
            Check { breach: &breach, table: &table.name, column, value: key, conditions, having: None },
        ))
    }

    fn dates_of(&self, table: &Table) -> Vec<ColumnId> {
        table.date.into_iter().chain(table.other_dates.iter().copied()).collect()
    }

    /// Rows in no period, the total included.
    fn outside_calendar(&self, table: &Table, date: ColumnId) -> Option<(String, Query)> {
        let calendar = self.gold.calendar.as_ref().filter(|calendar| calendar.table != date.table)?;
        let (mut frame, alias) = self.frame_of(date.table);
        let value = self.dialect.column(&alias, self.column_name(date));
        let (dialect, day) = (self.dialect, self.column_name(calendar.day));
        let days = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Left(ast::equal(dialect.column(alias, day), value.clone()))
        });
        let conditions = vec![ast::is_not_null(value.clone()), ast::is_null(self.dialect.column(&days, day))];
        let column = self.column_name(date);
        Some(self.query_of(
            &frame,
            Check { breach: "outside the calendar", table: &table.name, column, value, conditions, having: None },
        ))
    }

    /// Days after which one is left out.
    fn calendar_gaps(&self, table: &Table, calendar: &Calendar) -> Option<(String, Query)> {
        let (mut frame, alias) = self.frame_of(calendar.table);
        let (dialect, column) = (self.dialect, self.column_name(calendar.day));
        let value = dialect.column(&alias, column);
        let next = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Left(ast::equal(dialect.column(alias, column), dialect.day_after(value.clone())))
        });
        let last = (dialect.date_literal)(calendar.last);
        let conditions =
            vec![ast::is_null(dialect.column(&next, column)), ast::compare(value.clone(), BinaryOperator::Lt, last)];
        Some(self.query_of(
            &frame,
            Check { breach: "gap after", table: &table.name, column, value, conditions, having: None },
        ))
    }

    /// The calendar begins too late or ends too early.
    fn calendar_ends(&self, table: &Table, calendar: &Calendar) -> Option<(String, Query)> {
        let (frame, alias) = self.frame_of(calendar.table);
        let column = self.column_name(calendar.day);
        let day = self.dialect.column(&alias, column);
        let literal = |date: Date| (self.dialect.date_literal)(date);
        let first = ast::call("MIN", vec![day.clone()]);
        let last = ast::call("MAX", vec![day]);
        let having = Some(ast::any([
            ast::is_null(first.clone()),
            ast::compare(first, BinaryOperator::Gt, literal(calendar.first)),
            ast::compare(last, BinaryOperator::Lt, literal(calendar.last)),
        ]));
        let check = Check {
            breach: "calendar too short",
            table: &table.name,
            column,
            value: ast::null(),
            conditions: Vec::new(),
            having,
        };
        Some(self.query_of(&frame, check))
    }

    fn one_row(&self, id: TableId, table: &Table) -> Option<(String, Query)> {
        let (frame, _) = self.frame_of(id);
        let column = self.column_name(self.gold.as_of?);
        let having = Some(ast::compare(ast::call_star(self.dialect.count), BinaryOperator::NotEq, ast::number(1)));
        let check = Check {
            breach: "not one row",
            table: &table.name,
            column,
            value: ast::null(),
            conditions: Vec::new(),
            having,
        };
        Some(self.query_of(&frame, check))
    }
}

fn shown_type() -> DataType {
    DataType::Varchar(Some(CharacterLength::IntegerLength { length: 400, unit: None }))
}
