//! How the picked days meet rows: by one of their dates, or not at all.

use crate::gold::{ColumnId, TableId};
use crate::plan::tree::{Column, Condition, Day};

use super::lower::Lower;
use super::period::keep;
use super::rows::date_column;
use super::tree::{Dax, Operator};

/// What the picked days mean to the rows.
pub(super) enum Role {
    /// They are picked by this date.
    Picked { place: Column, active: bool },
    /// The calendar would filter the rows and must not.
    Cleared,
    /// No calendar filter reaches the table.
    None,
}

impl Lower<'_> {
    /// Both bounds: without them rows without a date, or outside the calendar, would be in the total. A missing date
    /// would be between the BLANKs of the calendar's row of what has no day.
    pub(super) fn picked_days(&mut self, date: ColumnId) -> Dax {
        let (start, end) = (self.day(Day::Start), self.day(Day::End));
        let may_miss = self.gold().column(date).is_some_and(|column| column.nullable);
        let mut tests: Vec<Dax> = may_miss.then(|| Dax::Column(date).is_present()).into_iter().collect();
        tests.push(Dax::binary(Operator::GreaterOrEqual, Dax::Column(date), start));
        tests.push(Dax::binary(Operator::LessOrEqual, Dax::Column(date), end));
        keep(Dax::all(tests))
    }

    /// How the calendar's filters meet the rows: over one date role, or not at all.
    pub(super) fn calendar_role(&self, table: TableId, parts: &[Condition]) -> Role {
        let dates = parts.iter().filter_map(|part| match part {
            Condition::InPeriod { date } => date_column(date),
            _ => None,
        });
        let with_roles = dates.filter(|date| self.all_active(&date.path)).filter_map(|date| self.role_of(date));
        let first = with_roles.min_by_key(|role| matches!(role, Role::Picked { active: false, .. }));
        let filtered = || self.is_calendar(table) || self.calendar_filters(table);
        let untouched = || if filtered() { Role::Cleared } else { Role::None };
        first.unwrap_or_else(untouched)
    }

    fn role_of(&self, date: &Column) -> Option<Role> {
        let table = self.gold().table(date.column.table)?;
        let active = table.date == Some(date.column);
        let known = active || table.other_dates.contains(&date.column);
        known.then(|| Role::Picked { place: date.clone(), active })
    }

    /// Whether the calendar filters the table, and not by the date that the role picks its rows by.
    pub(super) fn picks_other_rows(&self, role: &Role, table: TableId) -> bool {
        match role {
            Role::Cleared => true,
            Role::Picked { active, .. } => !active && self.calendar_filters(table),
            Role::None => false,
        }
    }

    pub(super) fn calendar_filters_of(&self, role: &Role, table: TableId) -> Vec<Dax> {
        match (role, self.day_column()) {
            (Role::Cleared, _) => vec![self.clear_calendar()],
            (Role::Picked { place, active: false }, Some(day)) => {
                debug_assert!(place.path.is_empty() || place.column.table != table);
                let mut used = vec![Dax::call("USERELATIONSHIP", [Dax::Column(place.column), Dax::Column(day)])];
                used.extend(self.other_days(table, place, day));
                used
            }
            _ => Vec::new(),
        }
    }

    /// The days of the rows on the way to a date of another table, which pick nothing. Engines weigh a path that
    /// USERELATIONSHIP names above others (Microsoft: relationship path ambiguity); said, nothing hangs on that.
    fn other_days(&self, table: TableId, place: &Column, day: ColumnId) -> Vec<Dax> {
        let ends = place.path.iter().filter_map(|link| self.gold().relationship(*link)).map(|link| link.to.table);
        let on_the_way = std::iter::once(table).chain(ends).filter(|one| *one != place.column.table);
        let dates = on_the_way.filter_map(|one| self.gold().table(one)?.date);
        let none = |date| Dax::call("CROSSFILTER", [Dax::Column(date), Dax::Column(day), Dax::Word("NONE")]);
        dates.map(none).collect()
    }
}
