//! The calendar: one row a day, in a range DAX knows, with grains that are units of time.

use crate::diagnostics::{Diagnostic, codes::gold as codes};
use crate::gold::build::Draft;
use crate::gold::raw::{RawCalendar, Text};
use crate::gold::{Calendar, ColumnId, Date, Type};

/// What views and queries may group by (docs/language.md, Views).
const GRAINS: [&str; 6] = ["day", "week", "month", "quarter", "year", "fiscal year"];

pub(super) fn calendar_is_sound(draft: &Draft, out: &mut Vec<Diagnostic>) {
    let Some(raw) = &draft.raw.calendar else { return };
    grains_are_known(raw, out);
    days_are_in_order(raw, out);
    if let Some(calendar) = &draft.gold.calendar {
        day_is_the_key(draft, raw, calendar, out);
        grains_are_units(draft, raw, calendar, out);
    }
}

fn grains_are_known(raw: &RawCalendar, out: &mut Vec<Diagnostic>) {
    for (grain, _) in raw.grains.iter().filter(|(grain, _)| !GRAINS.contains(&grain.value.as_str())) {
        out.push(codes::unknown_grain(&grain.value, &GRAINS, grain.span));
    }
}

fn days_are_in_order(raw: &RawCalendar, out: &mut Vec<Diagnostic>) {
    let day = |text: &Option<Text>| text.as_ref().and_then(|text| Some((Date::parse(&text.value)?, text.span)));
    let (Some((first, from)), Some((last, to))) = (day(&raw.from), day(&raw.to)) else { return };
    if last < first {
        out.push(codes::calendar_backwards(&first.to_string(), &last.to_string(), to));
    }
    let earliest = Date::FIRST_OF_DAX;
    if first < earliest {
        out.push(codes::calendar_too_early(&first.to_string(), &earliest.to_string(), from));
    }
}

fn day_is_the_key(draft: &Draft, raw: &RawCalendar, calendar: &Calendar, out: &mut Vec<Diagnostic>) {
    let Some(written) = &raw.day else { return };
    let problem = match draft.ty(calendar.day) {
        Some(ty) if ty != Type::Date => format!("it is {}", ty.phrase()),
        _ if draft.gold.single_key(calendar.table) != Some(calendar.day) => {
            format!("it is not the key of `{}`", draft.table_name(calendar.table))
        }
        _ => return,
    };
    out.push(codes::calendar_day(&written.value, &problem, written.span));
}

fn grains_are_units(draft: &Draft, raw: &RawCalendar, calendar: &Calendar, out: &mut Vec<Diagnostic>) {
    for (grain, name) in &raw.grains {
        let Some(id) = calendar.grains.get(&grain.value).filter(|id| **id != calendar.day) else { continue };
        if let Some(problem) = grain_problem(draft, *id, grain.value == "day") {
            out.push(codes::invalid_grain(&grain.value, &name.value, problem, name.span));
        }
    }
}

fn grain_problem(draft: &Draft, id: ColumnId, other_day: bool) -> Option<&'static str> {
    match draft.ty(id) {
        Some(Type::Number | Type::Money | Type::Boolean) => Some("it does not number units of time"),
        _ if draft.gold.column(id)?.nullable => Some("it may be missing"),
        _ if other_day => Some("the grain `day` is the calendar's `day:`"),
        _ => None,
    }
}
