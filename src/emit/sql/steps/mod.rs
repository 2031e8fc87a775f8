//! Values by time out of what changes them, in place of a row for each entity and unit of time.
//!
//! A condition such as "bought in the last twelve months" is true or false for an entity from one day to the
//! next; a purchase makes it true the day after, and false on the first day whose window no longer sees it.
//! So instead of asking every entity in every unit, the days on which something changes are gathered for
//! each entity, what is true before and after each is compared, and the differences are added up over time.
//! A period matters only by the day after its last, `next`: a value at `next` is the sum of the changes up to it.
//!
//! | step | where |
//! |---|---|
//! | whether a leaf changes by steps, and on which days of its own | [`shape`] |
//! | the day on which a window begins or ceases to see a date | [`turn`] |
//! | what rows of other tables let in and out of an entity's state, and on which days | [`state_rows`], [`edges`] |
//! | those rows, and the states that they are added up to | [`sources`], [`same_groups`], [`state`] |
//! | rows that follow one another and say themselves how long they count: nothing is added up | [`in_turn`], [`levels`], [`latest`] |
//! | sums to which each row adds by itself | [`adding`] |
//! | a choice of rows of several kinds as one such state | [`either`] |
//! | rows whose own state changes as the state of the row they belong to | [`nested`] |
//! | what a resolve says, as such changes | [`resolved`] |
//! | how long a state lasts, which begins and ends with the row | [`life`], [`lives`], [`spans`] |
//! | an entity without such rows: its own dates alone | [`own`] |
//! | the sum of the changes by unit of time | [`totals`] |

mod adding;
mod edges;
mod either;
mod in_turn;
mod latest;
mod levels;
mod life;
mod lives;
mod nested;
mod own;
mod resolved;
mod same_groups;
mod shape;
mod sources;
mod spans;
mod state;
mod state_rows;
mod totals;
mod turn;
mod write;

use sqlparser::ast::{BinaryOperator, Expr};

use super::ast;
use super::common;
use super::compiler::{Body, Compiler, Known};
use super::context::{PeriodId, Var};
use super::frame::{self, Frame, How, Join, RelationId};
use super::leaf::{Leaf, Measure, Placed};
use crate::gold::{ColumnId, Date, TableId, Type};
use crate::model::Operator;
use crate::plan::tree::{Condition, Day, Link, Shift};
use life::WrittenLimit;
pub use own::OwnSteps;
use shape::{OwnDate, Shape};
use sources::Source;
use state::State;
use state_rows::is_exact;

/// Where a frame stands: on the day of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct AtChange {
    /// The day after the last day of the period at hand.
    pub next: Expr,
    /// The steps whose states the frame reads; none where it reads none.
    pub steps: Option<usize>,
}

/// What leaves must have in common to be added up together.
#[derive(Debug, Clone, PartialEq)]
pub struct StepsKey {
    pub table: TableId,
    pub groups: Vec<ColumnId>,
    pub period: PeriodId,
    /// The changes are those of the rows that this leads to, not of the groups.
    pub link: Option<Link>,
}

/// The changes of one table's rows, by the state of each row.
#[derive(Debug)]
pub struct Steps<'a> {
    pub key: StepsKey,
    pub vars: Vec<Var>,
    /// Of the table, with its states joined.
    pub frame: Frame,
    pub keys: Vec<(String, Expr)>,
    pub totals_relation: RelationId,
    pub sources: Vec<Source>,
    pub states: Vec<State<'a>>,
    /// What its measures read of other tables' rows, and which comparisons with what a resolve says.
    leaves: Vec<Leaf<'a>>,
    resolved: Vec<&'a Condition>,
    /// Of the table, for the days on which its own dates change something.
    pub own_frame: Frame,
    pub own_days: Vec<(Expr, Expr)>,
    pub measures: Vec<Changing>,
    /// What begins and what ends.
    pub ends: RelationId,
}

/// What a measure adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    Count,
    Total(Type),
    Average,
}

/// A measure: what it takes of a row on the day of a change.
#[derive(Debug, Clone)]
pub struct Changing {
    pub column: String,
    pub sum: Sum,
    pub taken: Taken,
    /// What else it asks of a row: to have begun, or not to have ended.
    pub limits: Vec<WrittenLimit>,
    /// But for its limits it may take something before anything has happened.
    pub may_hold_at_start: bool,
    /// Periods that must have days for the value to be there.
    pub moved: Vec<PeriodId>,
}

#[derive(Debug, Clone, Default)]
pub struct Taken {
    pub conditions: Vec<Expr>,
    pub operand: Option<Expr>,
}

/// A measure, and what it takes on the day of a change.
pub type Measured<'s> = (&'s Changing, Taken);

impl Changing {
    /// A measure without limits of its own.
    fn plain(column: &str, sum: Sum, taken: Taken, moved: Vec<PeriodId>) -> Changing {
        let (limits, may_hold_at_start) = (Vec::new(), false);
        Changing { column: column.to_owned(), sum, taken, limits, may_hold_at_start, moved }
    }
}

impl Steps<'_> {
    /// What its changes are made of.
    pub fn changes_read(&self) -> impl Iterator<Item = RelationId> {
        self.frame.relations().chain([self.ends])
    }

    /// They read something in common. What reads other rows is added up apart: each change has a column for
    /// every state, and each measure is asked on every change.
    fn shares_with(&self, shape: &Shape<'_>) -> bool {
        let leaf = shape.leaves.iter().any(|leaf| self.leaves.iter().any(|known| known.is(leaf)));
        leaf || shape.resolved.iter().any(|condition| self.resolved.contains(condition))
    }

    /// What its states are made of.
    pub fn states_read(&self) -> Vec<RelationId> {
        let sources = self.sources.iter().map(|source| source.relation);
        sources.chain(self.own_frame.relations()).collect()
    }
}

impl<'a> Compiler<'a> {
    /// The leaf by time as a sum of changes, where it changes by steps.
    pub fn place_in_steps(&mut self, leaf: &Leaf<'a>) -> Option<Placed<'a>> {
        let sum = self.sum_of(leaf)?;
        let shape = self.shape(leaf)?;
        let (groups, period) = (leaf.context.groups.clone(), leaf.context.period);
        let key = StepsKey { table: leaf.table, groups, period, link: None };
        let vars: Vec<Var> = key.groups.iter().copied().map(Var::Group).chain([Var::Unit]).collect();
        // A row that changes by its own dates alone is not asked on each day on which its states change.
        let joint = self.steps.iter().position(|steps| steps.key == key && steps.shares_with(&shape));
        let (relation, column) = match joint {
            _ if !shape.has_states => self.place_in_own_steps(key, &vars, leaf, &shape, sum)?,
            Some(at) => self.add_to_steps(at, leaf, &shape, sum)?,
            None => {
                let relation = self.relation_name_for(leaf);
                let at = self.new_steps(key, vars.clone(), &relation)?;
                self.add_to_steps(at, leaf, &shape, sum)?
            }
        };
        Some(Placed { leaf: leaf.clone(), relation, column, vars, one_row: false })
    }

    fn new_steps(&mut self, key: StepsKey, vars: Vec<Var>, name: &str) -> Option<usize> {
        let at = self.steps.len();
        let entity_key = self.column_name(self.gold.single_key(key.table)?);
        let states_relation = self.add(&format!("{}_states", self.table_name(key.table)), Body::States(at));
        let body = if key.link.is_some() { Body::Changes(at) } else { Body::Totals(at) };
        let totals_relation = self.add(name, body);
        let mut frame = self.table_frame(key.table, key.period);
        let own_frame = frame.clone();
        let row_key = self.key_at(&mut frame, &[])?;
        let on = ast::equal(common::column(write::STATES, entity_key), row_key);
        let alias = write::STATES.to_owned();
        frame.joins.push(Join { source: frame::Source::Relation(states_relation), alias, how: How::Inner(on) });
        let keys = match &key.link {
            Some(link) => self.link_keys(&mut frame, key.table, link)?,
            None => self.group_keys(&mut frame, key.table, &vars),
        };
        let ends = self.span_ends();
        self.steps.push(Steps {
            key,
            vars,
            frame,
            keys,
            totals_relation,
            sources: Vec::new(),
            states: Vec::new(),
            leaves: Vec::new(),
            resolved: Vec::new(),
            own_frame,
            own_days: Vec::new(),
            measures: Vec::new(),
            ends,
        });
        Some(at)
    }

    /// The columns grouped by, under the names they have beside the unit of time.
    fn group_keys(&mut self, frame: &mut Frame, table: TableId, vars: &[Var]) -> Vec<(String, Expr)> {
        let names = self.key_names(table, &None, vars);
        let groups = vars.iter().zip(names).filter(|(var, _)| matches!(var, Var::Group(_)));
        groups.map(|(var, name)| (name, self.var(frame, *var))).collect()
    }

    fn add_to_steps(
        &mut self,
        at: usize,
        leaf: &Leaf<'a>,
        shape: &Shape<'a>,
        sum: Sum,
    ) -> Option<(RelationId, String)> {
        for period in std::iter::once(leaf.context.period).chain(shape.moved.iter().copied()) {
            self.period_relation(period);
        }
        let (mut frame, mut own_frame) =
            self.steps.get(at).map(|steps| (steps.frame.clone(), steps.own_frame.clone()))?;
        let next = common::column(write::STATES, write::NEXT);
        frame.at_change = Some(AtChange { next, steps: Some(at) });
        let (taken, limits) = self.taken_within((&mut frame, &mut own_frame), leaf);
        frame.at_change = None;
        let own_days: Vec<(Expr, Expr)> =
            shape.changing_dates.iter().map(|own| self.own_day(&mut own_frame, own)).collect();
        let steps = self.steps.get_mut(at)?;
        (steps.frame, steps.own_frame) = (frame, own_frame);
        steps.leaves.extend(shape.leaves.iter().cloned());
        steps.resolved.extend(&shape.resolved);
        for day in own_days {
            if !steps.own_days.contains(&day) {
                steps.own_days.push(day);
            }
        }
        let column = free_column(&leaf.context.hint, &steps.keys, &steps.measures);
        let (moved, may_hold_at_start) = (shape.moved.clone(), shape.lasting_from_the_start);
        steps.measures.push(Changing { column: column.clone(), sum, taken, limits, may_hold_at_start, moved });
        Some((steps.totals_relation, column))
    }

    /// The date is there, and not one that stands for never: no period comes to it, and some engines have no
    /// days after it.
    pub fn is_seen(&self, date: Expr) -> Expr {
        ast::compare(date, BinaryOperator::Lt, common::date(self.never()))
    }

    fn is_unseen(&self, date: Expr) -> Expr {
        ast::compare(date, BinaryOperator::GtEq, common::date(self.never()))
    }

    fn never(&self) -> Date {
        Date::from_ymd(9000, 1, 1).unwrap_or(Date(0))
    }

    /// A date of a row, and the day on which it changes something.
    fn own_day(&mut self, frame: &mut Frame, own: &OwnDate<'a>) -> (Expr, Expr) {
        let date = self.scalar(frame, &own.context, own.date);
        let from = match own.months {
            Some(months) => {
                let number = self.scalar(frame, &own.context, months.number);
                self.months_on(date.clone(), number, months.exceeded)
            }
            None => date.clone(),
        };
        (date, own.turn.of(from))
    }

    /// A day of the period where a frame stands on the day of a change.
    pub fn day_at_change(&self, frame: &Frame, id: PeriodId, day: Day) -> Option<Expr> {
        let at = frame.at_change.as_ref().filter(|_| self.by_unit(id))?;
        let moved = |next: Expr, shift: &Shift| match shift {
            Shift::Prior { months, .. } => self.months_before(next, *months),
            Shift::Opening => next,
        };
        let next = self.period(id).shifts.iter().fold(at.next.clone(), moved);
        Some(self.bound(next, day))
    }

    /// A day that follows `next`.
    fn bound(&self, next: Expr, day: Day) -> Expr {
        match day {
            Day::End => common::add_days(next, -1),
            Day::NextLessDays(days) => common::add_days(next, -i64::from(days)),
            Day::NextLessMonths(months) => self.months_before(next, months),
            Day::MonthOfNextLess(months) => self.months_before(common::first_of_month(next), months),
            Day::Next | Day::Start | Day::UnitStart(_) => next,
        }
    }

    pub fn totals_read(&self, steps: &Steps<'a>) -> Vec<RelationId> {
        let moved = steps.measures.iter().flat_map(|measure| measure.moved.iter().copied());
        let periods = self.periods_read(std::iter::once(steps.key.period).chain(moved));
        steps.changes_read().chain(periods).collect()
    }

    pub fn own_read(&self, steps: &OwnSteps) -> Vec<RelationId> {
        let periods = self.periods_read(std::iter::once(steps.key.period).chain(steps.moved().iter().copied()));
        steps.frames().flat_map(Frame::relations).chain(periods).collect()
    }

    fn periods_read(&self, periods: impl Iterator<Item = PeriodId>) -> Vec<RelationId> {
        let of = |period| self.known.iter().find(|(known, _)| *known == Known::Period(period)).map(|(_, id)| *id);
        periods.filter_map(of).collect()
    }

    /// What is added up; none where differences of it would not be exact.
    fn sum_of(&self, leaf: &Leaf<'a>) -> Option<Sum> {
        let asked = leaf.link.is_none() && leaf.own.is_none() && self.by_unit(leaf.context.period);
        let period = self.period(leaf.context.period);
        let reached = leaf.context.groups.iter().all(|group| self.gold.active_path(leaf.table, group.table).is_some());
        if !asked || !period.shifts.is_empty() || !reached {
            return None;
        }
        let Measure::Of { operator, operand, .. } = leaf.measure else { return None };
        match (operator, operand) {
            (Operator::Count, None) => Some(Sum::Count),
            (Operator::Sum, Some(operand)) if is_exact(operand.ty) => Some(Sum::Total(operand.ty)),
            (Operator::Average, Some(operand)) if shape::exact_part(operand).is_some() => Some(Sum::Average),
            _ => None,
        }
    }

    /// What a leaf takes of the row of a frame that stands on the day of a change.
    fn taken(&mut self, frame: &mut Frame, leaf: &Leaf<'a>) -> Taken {
        let inner = self.inner_context(leaf);
        let mut conditions = self.own_filters(frame, leaf);
        let asked = self.asked_beside(leaf, &inner);
        for conjunct in &leaf.conjuncts {
            conditions.push(self.condition(frame, asked.context(conjunct), conjunct));
        }
        self.taken_under(frame, leaf, conditions)
    }

    /// The same, apart from the conditions that limit how long the row is there at all.
    fn taken_within(
        &mut self,
        (frame, own_frame): (&mut Frame, &mut Frame),
        leaf: &Leaf<'a>,
    ) -> (Taken, Vec<WrittenLimit>) {
        let inner = self.inner_context(leaf);
        let mut conditions = self.own_filters(frame, leaf);
        let mut limits = Vec::new();
        let asked = self.asked_beside(leaf, &inner);
        for (period, part) in self.parts(leaf) {
            let context = asked.context(part).at_period(period);
            match self.limit(&context, part) {
                Some(limit) => limits.push(self.written_limit((&mut *frame, &mut *own_frame), &limit, part)),
                None => conditions.push(self.condition(frame, &context, part)),
            }
        }
        (self.taken_under(frame, leaf, conditions), limits)
    }

    fn taken_under(&mut self, frame: &mut Frame, leaf: &Leaf<'a>, conditions: Vec<Expr>) -> Taken {
        let inner = self.inner_context(leaf);
        let conditions = conditions.into_iter().flat_map(ast::conjuncts).collect();
        let operand = match leaf.measure {
            Measure::Of { operand: Some(operand), .. } => {
                let operand = shape::exact_part(operand).unwrap_or(operand);
                Some(self.scalar(frame, &inner, operand))
            }
            _ => None,
        };
        Taken { conditions, operand }
    }
}

fn free_column(hint: &str, keys: &[(String, Expr)], measures: &[Changing]) -> String {
    let hint = if hint.is_empty() { "value" } else { hint };
    let taken =
        |name: &str| measures.iter().any(|measure| measure.column == name) || keys.iter().any(|(key, _)| key == name);
    let mut column = hint.to_owned();
    let mut number = 2;
    while taken(&column) {
        column = format!("{hint}_{number}");
        number += 1;
    }
    column
}
