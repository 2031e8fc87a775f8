//! Windows: their numbers, their dates, and `d in WINDOW`.

use crate::diagnostics::codes::{grain as codes, types};
use crate::gold::{TableId, Type};
use crate::model::{Expr, ExprKind, Over, Window};
use crate::source::{Span, Spanned};
use crate::syntax::tree::{self, Grain, Unit};

use super::Resolver;
use super::expression::is_broken;
use super::paths::Inactive;
use super::scope::Scope;

/// The longest window, in days and in months: a hundred years.
const MOST: [(Unit, u32); 3] = [(Unit::Days, 36_525), (Unit::Months, 1_200), (Unit::Years, 100)];

impl Resolver<'_> {
    /// `d in WINDOW`, of any date.
    pub(super) fn in_window(
        &mut self,
        date: &tree::Expr,
        negated: bool,
        window: &Spanned<tree::Window>,
        scope: Scope,
    ) -> Option<ExprKind> {
        let date = self.value(date, scope, Some(Type::Date));
        if !is_broken(&date) && date.ty != Type::Date {
            return self.nothing(types::wrong_type("a window is of a date", date.ty, date.span));
        }
        if matches!(window.value, tree::Window::Life { .. }) {
            return self.nothing(codes::life_as_condition(window.span));
        }
        let found = self.window(window, None)?;
        if is_broken(&date) {
            return None;
        }
        let span = date.span.to(window.span);
        let condition = |kind| Expr::new(kind, Type::Boolean, span);
        if !negated {
            return Some(ExprKind::InWindow { date: Box::new(date), window: found });
        }
        let there = self
            .may_be_missing(&date)
            .then(|| condition(ExprKind::Not(Box::new(condition(ExprKind::IsMissing(Box::new(date.clone())))))));
        let inside = condition(ExprKind::InWindow { date: Box::new(date), window: found });
        let outside = ExprKind::Not(Box::new(inside));
        Some(match there {
            Some(there) => ExprKind::And(vec![there, condition(outside)]),
            None => outside,
        })
    }

    /// Of `d not in WINDOW` a missing date is false, as of every comparison.
    fn may_be_missing(&self, date: &Expr) -> bool {
        match &date.kind {
            ExprKind::Column(column) => {
                !column.path.is_empty() || self.gold.column(column.column).is_none_or(|column| column.nullable)
            }
            ExprKind::Start | ExprKind::End | ExprKind::Literal(_) => false,
            _ => true,
        }
    }

    /// `over WINDOW of DATE` on rows of `table`.
    pub(super) fn over(&mut self, over: &tree::Over, table: TableId) -> Option<Over> {
        let window = self.window(&over.window, Some(table));
        let date = over.date.as_ref().map(|path| self.date_column(path, table, Inactive::Allowed));
        match date {
            Some(date) => Some(Over { window: window?, date: Some(date?) }),
            None => Some(Over { window: window?, date: None }),
        }
    }

    fn window(&mut self, window: &Spanned<tree::Window>, table: Option<TableId>) -> Option<Window> {
        match &window.value {
            tree::Window::Period => Some(Window::Period),
            tree::Window::History => Some(Window::History),
            tree::Window::Last { count, unit } => self.count(count, *unit).map(|n| last(n, *unit)),
            tree::Window::LastComplete { count } => self.count(count, Unit::Months).map(Window::LastCompleteMonths),
            tree::Window::ToDate(grain) => self.date_window(*grain, window.span),
            tree::Window::Life { from, to } => {
                let table = table?;
                let from = self.date_column(from, table, Inactive::Refused);
                let to = self.date_column(to, table, Inactive::Refused);
                Some(Window::Life { from: from?, to: to? })
            }
        }
    }

    /// A fiscal year begins where the calendar says, so the calendar must say it.
    fn date_window(&mut self, grain: Grain, span: Span) -> Option<Window> {
        let grains = self.gold.calendar.as_ref().map(|calendar| &calendar.grains);
        let name = grain.name();
        if grain == Grain::FiscalYear && !grains.is_some_and(|grains| grains.contains_key(name)) {
            let known: Vec<&str> = grains.into_iter().flat_map(|grains| grains.keys()).map(String::as_str).collect();
            let problem = codes::unknown_grain(&Spanned::new(name.to_owned(), span), &known, &[], None);
            return self.nothing(problem);
        }
        Some(Window::ToDate(grain))
    }

    /// The number of a window or shift, in its range.
    pub(super) fn count(&mut self, count: &Spanned<String>, unit: Unit) -> Option<u32> {
        let most = MOST.iter().find(|(known, _)| *known == unit).map_or(0, |(_, most)| *most);
        match count.value.parse::<u32>() {
            Ok(number) if (1..=most).contains(&number) => Some(number),
            _ => {
                let what = format!("a number of {} is from 1 to {most}, not `{}`", unit_name(unit), count.value);
                self.nothing(types::out_of_range(&what, count.span))
            }
        }
    }
}

fn last(count: u32, unit: Unit) -> Window {
    match unit {
        Unit::Days => Window::LastDays(count),
        Unit::Months => Window::LastMonths(count),
        Unit::Years => Window::LastMonths(count * 12),
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Days => "days",
        Unit::Months => "months",
        Unit::Years => "years",
    }
}
