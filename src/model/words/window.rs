//! Windows in words (docs/language.md, Windows).

use crate::model::{Over, Window};

use super::Words;

impl Words<'_> {
    /// `with order date in the last 12 months`.
    pub fn over(&self, over: &Over) -> String {
        match (&over.window, &over.date) {
            (Window::Life { from, to }, _) => {
                format!(
                    "in force at the end of the period (from {} to {})",
                    self.path_column(from),
                    self.path_column(to)
                )
            }
            (window, Some(date)) => format!("with {} {}", self.path_column(date), in_window(window)),
            (window, None) => in_window(window),
        }
    }
}

/// `in the last 12 months`, to the end of the period.
pub(super) fn in_window(window: &Window) -> String {
    match window {
        Window::Period => "in the period".to_owned(),
        Window::LastDays(days) => format!("in the last {}", counted(*days, "day")),
        Window::LastMonths(months) if months % 12 == 0 && *months > 12 => {
            format!("in the last {} ({} years)", counted(*months, "month"), months / 12)
        }
        Window::LastMonths(months) => format!("in the last {}", counted(*months, "month")),
        Window::LastCompleteMonths(months) => format!("in the last {}", counted(*months, "complete month")),
        Window::ToDate(grain) => format!("in the {} to date", grain.name()),
        Window::History => "up to the end of the period".to_owned(),
        Window::Life { .. } => "in force at the end of the period".to_owned(),
    }
}

pub(super) fn counted(number: u32, unit: &str) -> String {
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}
