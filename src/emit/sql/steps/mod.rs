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
//! | whether a leaf changes by steps, and on which days of its own | [`shape`], [`inspect`] |
//! | whether it may hold before anything has happened | [`at_start`] |
//! | what it adds up, and what it takes of a row on the day of a change | [`measure`] |
//! | the day on which a window begins or ceases to see a date | [`turn`], [`days`] |
//! | what rows of other tables let in and out of an entity's state, and on which days | [`state_rows`], [`edges`] |
//! | those days worked out from the rows' own | [`layers`] |
//! | the rows, and the states that they are added up to | [`sources`], [`same_groups`], [`state`], [`mod@write`] |
//! | rows that follow one another and say themselves how long they count: nothing is added up | [`in_turn`], [`levels`], [`latest`] |
//! | sums to which each row adds by itself | [`adding`] |
//! | a choice of rows of several kinds as one such state | [`either`] |
//! | rows whose own state changes as the state of the row they belong to | [`nested`] |
//! | what a resolve says, as such changes | [`resolved`] |
//! | how long a state lasts, which begins and ends with the row | [`life`], [`lives`], [`spans`] |
//! | an entity without such rows: its own dates alone, and what is told where such a date is there | [`own`], [`present`], [`away`] |
//! | the sum of the changes by unit of time | [`totals`] |

mod adding;
mod at_start;
mod away;
mod days;
mod edges;
mod either;
mod in_turn;
mod inspect;
mod latest;
mod layers;
mod levels;
mod life;
mod lives;
mod measure;
mod nested;
mod own;
mod present;
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

use sqlparser::ast::Expr;

use super::ast;
use super::common;
use super::compiler::{Body, Compiler};
use super::context::{PeriodId, Var};
use super::frame::{self, Frame, How, Join, RelationId};
use super::leaf::{Leaf, Placed};
use crate::gold::{ColumnId, TableId};
use crate::plan::tree::{Condition, Link};
pub use days::AtChange;
use measure::{Changing, Sum, free_column};
pub use own::OwnSteps;
use shape::Shape;
use sources::Source;
use state::State;

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
    /// Where the sums by time stand.
    pub totals_relation: RelationId,
    /// Whose rows change the states.
    pub sources: Vec<Source>,
    pub states: Vec<State<'a>>,
    /// What its measures read of other tables' rows, and which comparisons with what a resolve says.
    leaves: Vec<Leaf<'a>>,
    resolved: Vec<&'a Condition>,
    /// Of the table, for the days on which its own dates change something.
    pub own_frame: Frame,
    /// Each of those dates with the day of its change.
    pub own_days: Vec<(Expr, Expr)>,
    pub measures: Vec<Changing>,
    /// What begins and what ends.
    pub ends: RelationId,
}

impl<'a> Steps<'a> {
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

    fn note_what_is_read(&mut self, shape: &Shape<'a>, own_days: Vec<(Expr, Expr)>) {
        self.leaves.extend(shape.leaves.iter().cloned());
        self.resolved.extend(&shape.resolved);
        for day in own_days {
            if !self.own_days.contains(&day) {
                self.own_days.push(day);
            }
        }
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

    /// The place of new steps; none where the table has no key or no way leads from its rows to that of the link.
    pub fn new_steps(&mut self, key: StepsKey, vars: Vec<Var>, name: &str) -> Option<usize> {
        let at = self.steps.len();
        let states = self.add(&format!("{}_states", self.table_name(key.table)), Body::States(at));
        let body = if key.link.is_some() { Body::Changes(at) } else { Body::Totals(at) };
        let totals_relation = self.add(name, body);
        let own_frame = self.table_frame(key.table, key.period);
        let mut frame = self.with_states(own_frame.clone(), key.table, states)?;
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

    /// A frame of a table with the states of its rows joined.
    fn with_states(&mut self, mut frame: Frame, table: TableId, states: RelationId) -> Option<Frame> {
        let key = self.column_name(self.gold.single_key(table)?);
        let on = ast::equal(common::column(write::STATES, key), self.key_at(&mut frame, &[])?);
        let alias = write::STATES.to_owned();
        frame.joins.push(Join { source: frame::Source::Relation(states), alias, how: How::Inner(on) });
        Some(frame)
    }

    /// The columns grouped by, under the names they have beside the unit of time.
    pub fn group_keys(&mut self, frame: &mut Frame, table: TableId, vars: &[Var]) -> Vec<(String, Expr)> {
        let names = self.key_names(table, &None, vars);
        let groups = vars.iter().zip(names).filter(|(var, _)| matches!(var, Var::Group(_)));
        groups.map(|(var, name)| (name, self.var(frame, *var))).collect()
    }

    /// Adds a leaf as one more measure.
    pub fn add_to_steps(
        &mut self,
        at: usize,
        leaf: &Leaf<'a>,
        shape: &Shape<'a>,
        sum: Sum,
    ) -> Option<(RelationId, String)> {
        self.keep_bounds_of_totals(leaf.context.period, &shape.moved);
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
        steps.note_what_is_read(shape, own_days);
        let column = free_column(&leaf.context.hint, &steps.keys, &steps.measures);
        let (moved, may_hold_at_start) = (shape.moved.clone(), shape.lasting_from_the_start);
        steps.measures.push(Changing { column: column.clone(), sum, taken, limits, may_hold_at_start, moved });
        Some((steps.totals_relation, column))
    }
}
