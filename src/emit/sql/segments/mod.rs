//! Segments: who belongs to one, whom a policy lets a message reach, and why not the others.
//!
//! An analytical segment is only ever counted: nothing that identifies or reaches a person is
//! written for it (docs/language.md, Segments).
//!
//! | what | where |
//! |---|---|
//! | the members, how many they are, the files of a build | here |
//! | the contacts of a channel, each with the rule that decides about it | [`channel`] |
//! | what is told of each contact | [`contacts`] |
//! | how many each rule refuses | [`funnel`] |

mod channel;
mod contacts;
mod funnel;

use rayon::prelude::*;
use sqlparser::ast::Ident;

use super::ast::{self, Parts, Selection};
use super::common;
use super::compiler::Compiler;
use super::context::{Asked, Context, Hand, PeriodId};
use super::deploy::View;
use super::files::{Build, Scripts, Take, WRITTEN, Work, described};
use super::frame::{Driver, Frame, How, RelationId, Source};
use super::made;
use super::periods::LAST_DAY;
use super::statement::Draft;
use crate::gold::TableId;
use crate::model::{Segment, SegmentId};
use crate::plan::tree::SegmentPlan;

/// A segment asks for all days up to the as-of date, which is what nobody picked days from.
const WHOLE: PeriodId = PeriodId(0);

type Named<'a> = (SegmentId, &'a Segment, &'a SegmentPlan);

fn segments(build: Build<'_>) -> impl Iterator<Item = Named<'_>> {
    let all = build.model.segments.iter().zip(&build.plan.segments).enumerate();
    all.map(|(at, (segment, plan))| (SegmentId(at as u32), segment, plan))
}

/// What `take` makes of the members that may be reached, of each activation segment.
pub fn each<T: Send>(build: Build<'_>, take: impl Fn(View) -> T + Sync) -> Vec<T> {
    let activated: Vec<Named<'_>> = segments(build).filter(|(_, _, plan)| !plan.channels.is_empty()).collect();
    activated
        .into_par_iter()
        .map(|(id, segment, _)| {
            let (mut columns, fingerprint) = (Vec::new(), build.fingerprints.segment(id));
            let query = build.spelled(Asked::default(), |compiler| {
                let (query, names) = compiler.members(id, fingerprint);
                columns = names;
                query
            });
            let name = made::members(&segment.head);
            take(View { name, about: described(&segment.head, fingerprint), query, columns, materialised: false })
        })
        .collect()
}

/// Per segment, how many matched, how many each rule refused, how many are eligible.
pub fn funnels<T>(build: Build<'_>) -> impl Iterator<Item = Work<'_, T>> {
    segments(build).map(move |named| -> Work<'_, T> { Box::new(move |take| of_segment(build, named, take)) })
}

fn of_segment<'a, T>(build: Build<'a>, (id, segment, plan): Named<'a>, take: Take<'_, T>) -> Vec<T> {
    let statement = build.statement(Asked::default(), |compiler| match plan.channels.is_empty() {
        true => compiler.member_count(id),
        false => compiler.funnel(id),
    });
    let mut scripts = Scripts::about(build, &[], 1);
    let mut above = described(&segment.head, build.fingerprints.segment(id));
    above.push(WRITTEN.to_owned());
    scripts.statement(&above, statement);
    scripts.files(&made::funnel(&segment.head), take)
}

impl<'a> Compiler<'a> {
    fn at_own_row(&self, table: TableId) -> Context<'a> {
        Context::bare(WHOLE).at_row(Hand { table, path: Vec::new() }).called("member")
    }

    /// The relation of a segment's members, by key.
    fn members_relation(&mut self, id: SegmentId) -> Option<(RelationId, String)> {
        let (plan, model) = (self.plan, self.model);
        let (segment, named) = (plan.segments.get(id.0 as usize)?, model.segment(id)?);
        let context = self.at_own_row(segment.table);
        let leaf = self.marking(&context, segment.table, &segment.condition, &named.head.name);
        let placed = self.place(leaf);
        let key = self.gold.single_key(segment.table)?;
        Some((placed.relation, self.column_name(key).to_owned()))
    }

    /// How many members a segment has.
    pub fn member_count(&mut self, id: SegmentId) -> Draft {
        let period = self.period_relation(WHOLE);
        let Some((members, _)) = self.members_relation(id) else { return Draft::of(nothing()) };
        let count = self.counted(members);
        let mut frame = Frame::new(Driver::Relation(period), "p".to_owned(), WHOLE);
        let alias = self.join(&mut frame, Source::Relation(count), |_| How::Cross);
        let columns = [("members", common::column(&alias, "members")), (LAST_DAY, self.bound_of(WHOLE, "p", LAST_DAY))];
        let items = columns.into_iter().map(|(name, value)| self.item(value, name)).collect();
        let body = ast::select(Parts { items, ..self.parts_of(&frame) });
        self.finish(body, frame.relations().collect::<Vec<_>>())
    }

    fn counted(&mut self, members: RelationId) -> RelationId {
        let frame = Frame::new(Driver::Relation(members), "m".to_owned(), WHOLE);
        let items = vec![ast::named(common::count_rows(), common::ident("members"))];
        let select = ast::select(Parts { items, ..self.parts_of(&frame) });
        self.add_fixed("member_count", select, vec![members])
    }
}

/// A segment of nothing that is known; nobody reads this.
fn nothing() -> Selection {
    let items = vec![ast::named(ast::null(), Ident::new("nothing"))];
    ast::select(Parts { items, ..Parts::default() })
}
