//! Windows -> days (docs/language.md, Windows). All but `period` are computed on `next`, half-open.

use super::lower::Lowering;
use super::tree::{Condition, Day, Scalar};
use crate::model::{PathColumn, Window};

/// First day of the window, none where it has no beginning; none at all for `period` and `life`,
/// which are no range of days before `next`.
fn first_day(window: &Window) -> Option<Option<Day>> {
    match window {
        Window::LastDays(days) => Some(Some(Day::NextLessDays(*days))),
        Window::LastMonths(months) => Some(Some(Day::NextLessMonths(*months))),
        Window::LastCompleteMonths(months) => Some(Some(Day::MonthOfNextLess(*months))),
        Window::ToDate(grain) => Some(Some(Day::UnitStart(*grain))),
        Window::History => Some(None),
        Window::Period | Window::Life { .. } => None,
    }
}

/// The day before which the window ends.
fn day_after(window: &Window) -> Day {
    match window {
        Window::LastCompleteMonths(_) => Day::MonthOfNextLess(0),
        _ => Day::Next,
    }
}

impl Lowering<'_> {
    /// The conjuncts that say `date` lies in the window. `life` names its own dates.
    pub(super) fn window(&self, window: &Window, date: Option<Scalar>) -> Vec<Condition> {
        if let Window::Life { from, to } = window {
            return self.life(from, to);
        }
        let Some(date) = date else { return vec![Condition::False] };
        vec![match first_day(window) {
            Some(from) => Condition::Within { date, from, before: Some(day_after(window)) },
            None => Condition::InPeriod { date },
        }]
    }

    /// `a < next` and (`b` missing or `b >= next`).
    fn life(&self, from: &PathColumn, to: &PathColumn) -> Vec<Condition> {
        let began = Condition::Within { date: self.column(from), from: None, before: Some(Day::Next) };
        let to = self.column(to);
        let lasts = Condition::Within { date: to.clone(), from: Some(Day::Next), before: None };
        vec![began, Condition::Or(vec![Condition::IsMissing(to), lasts])]
    }
}
