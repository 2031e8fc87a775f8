//! Periods: the days a value is asked for, and the same days moved.

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast::{self, Parts, Selection};
use super::common;
use super::compiler::{Body, Compiler, Known};
use super::context::{Base, Context, Hand, Period, PeriodId};
use super::frame::{Driver, Frame, How, RelationId, Source};
use crate::gold::{Calendar, ColumnId};
use crate::plan::tree::{Day, Shift};
use crate::syntax::tree::Grain;

const BOUNDS: [&str; 3] = ["start_on", "end_on", "next_on"];

/// Days of the calendar whose bounds are a period.
#[derive(Debug, Clone)]
pub struct Days {
    pub frame: Frame,
    keys: Vec<(String, Expr)>,
    day: Expr,
    conditions: Vec<Expr>,
    /// How many months before the day after the last windows begin.
    months: Vec<u32>,
}

/// What the day so many months before the day after a period's last is called.
fn since_name(months: u32) -> String {
    if months == 1 { "since_1_month".to_owned() } else { format!("since_{months}_months") }
}

impl<'a> Compiler<'a> {
    pub fn period(&self, id: PeriodId) -> Period {
        self.periods.get(id.0).cloned().unwrap_or(Period { base: Base::Asked, shifts: Vec::new() })
    }

    pub fn period_id(&mut self, period: Period) -> PeriodId {
        if let Some(at) = self.periods.iter().position(|known| *known == period) {
            return PeriodId(at);
        }
        self.periods.push(period);
        PeriodId(self.periods.len() - 1)
    }

    /// All days up to the as-of date.
    pub fn whole(&mut self) -> PeriodId {
        let asked_is_whole = self.asked.grain.is_none() && self.asked.calendar.is_empty();
        let base = if asked_is_whole { Base::Asked } else { Base::All };
        self.period_id(Period { base, shifts: Vec::new() })
    }

    pub fn shifted(&mut self, id: PeriodId, shift: Shift) -> PeriodId {
        let mut period = self.period(id);
        let whole = !self.may_have_gaps(&period);
        period.shifts.push(match shift {
            Shift::Prior { months, .. } if whole => Shift::Prior { months, reads_period: false },
            other => other,
        });
        self.period_id(period)
    }

    /// One row per unit of time, not one row.
    pub fn by_unit(&self, id: PeriodId) -> bool {
        self.asked.grain.is_some() && self.period(id).base == Base::Asked
    }

    fn may_have_gaps(&self, period: &Period) -> bool {
        let picked = !self.asked.calendar.is_empty() || self.asked.grain.is_some();
        period.shifts.is_empty() && period.base == Base::Asked && picked
    }

    /// Whether a day of the period must be looked up, since its bounds do not say.
    pub fn needs_days(&self, id: PeriodId) -> bool {
        self.by_unit(id) || self.may_have_gaps(&self.period(id))
    }

    pub fn unit_name(&self) -> &'a str {
        self.asked.grain.map_or("", |grain| self.column_name(grain))
    }

    /// The alias of the period in this frame. Where time is a group, the frame's own period binds
    /// the unit and every other one is matched to it.
    pub fn join_period(&mut self, frame: &mut Frame, id: PeriodId) -> String {
        if let Some((_, alias)) = frame.periods.iter().find(|(known, _)| *known == id) {
            return alias.clone();
        }
        if self.by_unit(id) && frame.unit.is_none() && id != frame.period {
            let own = frame.period;
            self.join_period(frame, own);
        }
        let relation = self.period_relation(id);
        let how = self.how_to_join(frame, id);
        let alias = self.join(frame, Source::Relation(relation), how);
        if self.by_unit(id) && frame.unit.is_none() {
            frame.unit = Some(common::column(&alias, self.unit_name()));
        }
        frame.periods.push((id, alias.clone()));
        alias
    }

    fn how_to_join(&self, frame: &Frame, id: PeriodId) -> impl FnOnce(&str) -> How + use<'a> {
        let unit_name = self.unit_name();
        let unit = frame.unit.clone().filter(|_| self.by_unit(id));
        let own = id == frame.period;
        let moved = !self.period(id).shifts.is_empty() && !self.by_unit(id);
        move |alias: &str| match unit {
            Some(unit) if own => How::Inner(ast::equal(common::column(alias, unit_name), unit)),
            Some(unit) => How::Left(ast::equal(common::column(alias, unit_name), unit)),
            None if moved => How::Left(ast::always()),
            None => How::Cross,
        }
    }

    pub fn period_relation(&mut self, id: PeriodId) -> RelationId {
        self.known(Known::Period(id), |compiler| {
            let period = compiler.period(id);
            match period.shifts.split_last() {
                None => compiler.base_period(period.base),
                Some((shift, before)) => {
                    let source = compiler.period_id(Period { base: period.base, shifts: before.to_vec() });
                    compiler.moved_period(source, *shift)
                }
            }
        })
    }

    pub fn day_relation(&mut self, id: PeriodId) -> RelationId {
        self.known(Known::Day(id), |compiler| {
            let period = compiler.period(id);
            if period.shifts.is_empty() { compiler.base_days(period.base) } else { compiler.moved_days(id) }
        })
    }

    /// The first day of the fiscal year that each period ends in.
    pub fn fiscal_start(&mut self, id: PeriodId) -> RelationId {
        self.known(Known::FiscalStart(id), |compiler| {
            let (select, reads) = compiler.fiscal_select(id).unwrap_or_else(empty);
            compiler.add_fixed("fiscal_year_start", select, reads)
        })
    }

    fn fiscal_select(&mut self, id: PeriodId) -> Option<(Selection, Vec<RelationId>)> {
        let calendar = self.gold.calendar.as_ref()?;
        let year = grain_column(calendar, Grain::FiscalYear)?;
        let period = self.period_relation(id);
        let mut frame = Frame::new(Driver::Relation(period), "p".to_owned(), id);
        let day = self.column_name(calendar.day);
        let end = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Inner(ast::equal(common::column(alias, day), common::column("p", "end_on")))
        });
        let year = self.column_name(year);
        let all = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Inner(ast::equal(common::column(alias, year), common::column(&end, year)))
        });
        let keys = self.unit_keys(id, "p");
        let first = ast::call("MIN", [common::column(&all, day)]);
        let items = vec![ast::named(first, common::ident("first_on"))];
        Some((self.grouped(&frame, keys, items, Vec::new(), None), vec![period]))
    }

    fn unit_keys(&self, id: PeriodId, alias: &str) -> Vec<(String, Expr)> {
        let name = self.unit_name();
        if self.by_unit(id) { vec![(name.to_owned(), common::column(alias, name))] } else { Vec::new() }
    }

    fn base_period(&mut self, base: Base) -> RelationId {
        let name = if base == Base::Asked { "period" } else { "whole_period" };
        let days = self.base_picked(base);
        self.add_bounds(name, days)
    }

    fn base_days(&mut self, base: Base) -> RelationId {
        let (select, reads) = match self.base_picked(base) {
            Some(days) => (self.days_select(&days.frame, days.keys, days.day, days.conditions), Vec::new()),
            None => empty(),
        };
        self.add_fixed("period_day", select, reads)
    }

    /// A relation of the bounds of some days.
    fn add_bounds(&mut self, name: &str, days: Option<Days>) -> RelationId {
        match days {
            Some(days) => self.add(name, Body::Bounds(Box::new(days))),
            None => {
                let (select, reads) = empty();
                self.add_fixed(name, select, reads)
            }
        }
    }

    /// The days up to the as-of date that the reader picked.
    fn base_picked(&mut self, base: Base) -> Option<Days> {
        let calendar = self.gold.calendar.as_ref()?;
        let period = PeriodId(0);
        let mut frame = self.table_frame(calendar.table, period);
        let day = common::column(&frame.alias.clone(), self.column_name(calendar.day));
        let as_of = self.as_of(&mut frame)?;
        let mut conditions = vec![ast::compare(day.clone(), BinaryOperator::LtEq, as_of)];
        let mut keys = Vec::new();
        if base == Base::Asked {
            conditions.extend(self.picked(&mut frame, calendar));
            keys.extend(self.asked.grain.map(|grain| (self.unit_name().to_owned(), self.stored(&frame.alias, grain))));
        }
        Some(Days { frame, keys, day, conditions, months: Vec::new() })
    }

    fn picked(&mut self, frame: &mut Frame, calendar: &Calendar) -> Vec<Expr> {
        let hand = Hand { table: calendar.table, path: Vec::new() };
        let context = Context::bare(PeriodId(0)).at_row(hand);
        let asked = self.asked.calendar;
        asked.iter().map(|condition| self.condition(frame, &context, condition)).collect()
    }

    fn as_of(&mut self, frame: &mut Frame) -> Option<Expr> {
        if let Some(date) = self.asked.as_of {
            return Some(common::date(date));
        }
        let column = self.gold.as_of?;
        let alias = self.join(frame, Source::Table(column.table), |_| How::Cross);
        Some(common::column(&alias, self.column_name(column)))
    }

    /// The bounds of the days, and the days so many months before the day after the last.
    pub fn bounds_select(&self, days: Days) -> Selection {
        let Days { frame, keys, day, conditions, months } = days;
        let first = ast::call("MIN", [day.clone()]);
        let last = ast::call("MAX", [day]);
        let next = common::day_after(last.clone());
        let since = months.into_iter().map(|months| (since_name(months), self.months_before(next.clone(), months)));
        let since: Vec<_> = since.map(|(name, day)| ast::named(day, common::ident(&name))).collect();
        let some = keys.is_empty().then(|| ast::is_not_null(first.clone()));
        let items =
            BOUNDS.into_iter().zip([first, last, next]).map(|(name, value)| ast::named(value, common::ident(name)));
        self.grouped(&frame, keys, items.chain(since).collect(), conditions, some)
    }

    fn days_select(&self, frame: &Frame, keys: Vec<(String, Expr)>, day: Expr, conditions: Vec<Expr>) -> Selection {
        let days = keys.into_iter().chain([("day_on".to_owned(), day)]);
        let items = days.map(|(name, value)| self.item(value, &name)).collect();
        ast::select(Parts { items, conditions, ..self.parts_of(frame) })
    }

    /// `SELECT keys, items FROM the frame WHERE .. GROUP BY keys HAVING ..`.
    pub fn grouped(
        &self,
        frame: &Frame,
        keys: Vec<(String, Expr)>,
        items: Vec<sqlparser::ast::SelectItem>,
        conditions: Vec<Expr>,
        having: Option<Expr>,
    ) -> Selection {
        let group_by = keys.iter().map(|(_, value)| value.clone()).collect();
        let keys = keys.into_iter().map(|(name, value)| self.item(value, &name));
        let items = keys.chain(items).collect();
        ast::select(Parts { items, conditions, group_by, having, ..self.parts_of(frame) })
    }

    /// A column of a `SELECT` under a name; bare where it has that name already.
    pub fn item(&self, value: Expr, name: &str) -> sqlparser::ast::SelectItem {
        let same =
            matches!(&value, Expr::CompoundIdentifier(parts) if parts.last().is_some_and(|part| part.value == name));
        if same { sqlparser::ast::SelectItem::UnnamedExpr(value) } else { ast::named(value, common::ident(name)) }
    }

    pub fn parts_of(&self, frame: &Frame) -> Parts {
        let source = match frame.driver {
            Driver::Table(table) => Some(Source::Table(table)),
            Driver::Relation(relation) => Some(Source::Relation(relation)),
            Driver::Open => None,
        };
        Parts {
            from: source.map(|source| self.factor(source, &frame.alias)),
            joins: frame.joins.iter().map(|join| self.sql_join(join)).collect(),
            ..Parts::default()
        }
    }

    fn moved_period(&mut self, source: PeriodId, shift: Shift) -> RelationId {
        let name = format!("period_{}", shift_name(shift));
        let days = self.moved_picked(source, shift);
        self.add_bounds(&name, days)
    }

    fn moved_picked(&mut self, source: PeriodId, shift: Shift) -> Option<Days> {
        let calendar = self.gold.calendar.as_ref()?;
        let relation = self.period_relation(source);
        let mut frame = Frame::new(Driver::Relation(relation), "p".to_owned(), source);
        let day_name = self.column_name(calendar.day);
        let alias = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            How::Inner(within_shift(common::column(alias, day_name), shift))
        });
        let mut conditions = Vec::new();
        if matches!(shift, Shift::Prior { reads_period: true, .. }) {
            conditions.push(self.without_gaps(&mut frame, source));
        }
        let keys = self.unit_keys(source, "p");
        let day = common::column(&alias, day_name);
        Some(Days { frame, keys, day, conditions, months: Vec::new() })
    }

    /// Only a period whose days follow one another is moved for what reads its days.
    fn without_gaps(&mut self, frame: &mut Frame, source: PeriodId) -> Expr {
        let days = self.day_relation(source);
        let count = self.day_count(source, days);
        let unit = self.unit_name();
        let by_unit = self.by_unit(source);
        let alias = self.join(frame, Source::Relation(count), |alias| match by_unit {
            true => How::Inner(ast::equal(common::column(alias, unit), common::column("p", unit))),
            false => How::Cross,
        });
        let (start, next) = (common::column("p", "start_on"), common::column("p", "next_on"));
        ast::equal(common::column(&alias, "days"), common::days_between(start, next))
    }

    fn day_count(&mut self, source: PeriodId, days: RelationId) -> RelationId {
        let frame = Frame::new(Driver::Relation(days), "d".to_owned(), source);
        let keys = self.unit_keys(source, "d");
        let items = vec![ast::named(ast::call_star("COUNT"), common::ident("days"))];
        let select = self.grouped(&frame, keys, items, Vec::new(), None);
        self.add_fixed("period_length", select, vec![days])
    }

    fn moved_days(&mut self, id: PeriodId) -> RelationId {
        let (select, reads) = self.moved_days_select(id).unwrap_or_else(empty);
        self.add_fixed(&format!("{}_day", self.relation_name_of_period(id)), select, reads)
    }

    fn relation_name_of_period(&self, id: PeriodId) -> String {
        let known = self.known.iter().find(|(known, _)| *known == Known::Period(id));
        known.map_or_else(|| "period".to_owned(), |(_, relation)| self.relation_name(*relation).to_owned())
    }

    fn moved_days_select(&mut self, id: PeriodId) -> Option<(Selection, Vec<RelationId>)> {
        let calendar = self.gold.calendar.as_ref()?;
        let relation = self.period_relation(id);
        let mut frame = Frame::new(Driver::Relation(relation), "p".to_owned(), id);
        let day_name = self.column_name(calendar.day);
        let alias = self.join(&mut frame, Source::Table(calendar.table), |alias| {
            let (start, end) = (common::column("p", "start_on"), common::column("p", "end_on"));
            How::Inner(ast::between(common::column(alias, day_name), start, end))
        });
        let day = common::column(&alias, day_name);
        Some((self.days_select(&frame, self.unit_keys(id, "p"), day, Vec::new()), vec![relation]))
    }

    /// A day of the period, by the period's alias.
    pub fn day(&mut self, frame: &mut Frame, id: PeriodId, day: Day) -> Expr {
        if let Some(day) = self.day_at_change(frame, id, day) {
            return day;
        }
        let alias = self.join_period(frame, id);
        let next = common::column(&alias, "next_on");
        match day {
            Day::Start => common::column(&alias, "start_on"),
            Day::End => common::column(&alias, "end_on"),
            Day::Next => next,
            Day::NextLessDays(days) => common::add_days(next, -i64::from(days)),
            Day::NextLessMonths(months) if self.keeps_months_before(id, months) => {
                common::column(&alias, &since_name(months))
            }
            Day::NextLessMonths(months) => self.months_before(next, months),
            Day::MonthOfNextLess(months) => self.months_before(common::first_of_month(next), months),
            Day::UnitStart(grain) => self.unit_start(frame, id, &alias, grain),
        }
    }

    /// The period is made to hold the day so many months before the day after its last, so that it is worked out
    /// once and not for each row that is compared with it.
    fn keeps_months_before(&mut self, id: PeriodId, months: u32) -> bool {
        let relation = self.period_relation(id);
        let body = self.relations.get_mut(relation.0).map(|relation| &mut relation.body);
        let Some(Body::Bounds(days)) = body.filter(|_| months > 0) else { return false };
        if !days.months.contains(&months) {
            days.months.push(months);
        }
        true
    }

    pub fn months_before(&self, day: Expr, months: u32) -> Expr {
        match months {
            0 => day,
            _ => common::add_months(day, ast::number(-i64::from(months))),
        }
    }

    fn unit_start(&mut self, frame: &mut Frame, id: PeriodId, alias: &str, grain: Grain) -> Expr {
        let end = common::column(alias, "end_on");
        match grain {
            Grain::Month => common::first_of_month(end),
            Grain::Quarter => common::first_of_quarter(end),
            Grain::Year => common::first_of_year(end),
            Grain::FiscalYear => self.fiscal_day(frame, id, alias),
        }
    }

    fn fiscal_day(&mut self, frame: &mut Frame, id: PeriodId, period: &str) -> Expr {
        let relation = self.fiscal_start(id);
        let known = frame.links.iter().find(|(known, _, _)| *known == relation).map(|(_, _, alias)| alias.clone());
        let alias = known.unwrap_or_else(|| {
            let (unit, by_unit) = (self.unit_name(), self.by_unit(id));
            let alias = self.join(frame, Source::Relation(relation), |alias| {
                let match_unit = || ast::equal(common::column(alias, unit), common::column(period, unit));
                How::Left(if by_unit { match_unit() } else { ast::always() })
            });
            frame.links.push((relation, Vec::new(), alias.clone()));
            alias
        });
        common::column(&alias, "first_on")
    }
}

/// The calendar column of a grain of the language.
pub fn grain_column(calendar: &Calendar, grain: Grain) -> Option<ColumnId> {
    let name = match grain {
        Grain::Month => "month",
        Grain::Quarter => "quarter",
        Grain::Year => "year",
        Grain::FiscalYear => "fiscal year",
    };
    calendar.grains.get(name).copied()
}

fn within_shift(day: Expr, shift: Shift) -> Expr {
    let (start, next) = (common::column("p", "start_on"), common::column("p", "next_on"));
    match shift {
        Shift::Opening => ast::compare(day, BinaryOperator::Lt, start),
        Shift::Prior { months, .. } => {
            let back = |day| common::add_months(day, ast::number(-i64::from(months)));
            ast::all([
                ast::compare(day.clone(), BinaryOperator::GtEq, back(start)),
                ast::compare(day, BinaryOperator::Lt, back(next)),
            ])
        }
    }
}

/// A project without a calendar asks for no period; nothing reads this.
fn empty() -> (Selection, Vec<RelationId>) {
    (ast::select(Parts::default()), Vec::new())
}

/// `12_months_earlier`.
pub fn shift_name(shift: Shift) -> String {
    match shift {
        Shift::Prior { months, .. } => format!("{months}_months_earlier"),
        Shift::Opening => "before".to_owned(),
    }
}
