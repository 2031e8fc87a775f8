//! Segments: who belongs to one, whom a policy lets a message reach, and why not the others.
//!
//! An analytical segment is only ever counted: nothing that identifies or reaches a person is
//! written for it (language reference, section 6).

use rayon::prelude::*;
use sqlparser::ast::{DataType, Expr, SetQuantifier};

use super::ast::{self, Parts, Selection};
use super::common;
use super::compiler::Compiler;
use super::context::{Asked, Context, Hand, PeriodId};
use super::deploy::View;
use super::files::{Build, Scripts, Take, Work, described};
use super::frame::{Driver, Frame, How, RelationId, Source};
use super::leaf::plain_name;
use super::statement::Draft;
use crate::gold::{ColumnId, RelationshipId, TableId};
use crate::model::{Fingerprint, Segment, SegmentId};
use crate::plan::tree::{Condition, PolicyPlan, PolicyPlanId, Scalar, ScalarKind, SegmentPlan};

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
            let name = format!("{}_members", plain_name(&segment.head.name));
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
    scripts.statement(&described(&segment.head, build.fingerprints.segment(id)), statement);
    scripts.files(&format!("segments/{}.sql", plain_name(&segment.head.name)), take)
}

/// The contacts of a channel that belong to members, each with the rule that decides about it.
struct Channel<'a> {
    policy: &'a PolicyPlan,
    relation: RelationId,
    /// The table of the segment's members.
    members: TableId,
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
        let columns = [("members", common::column(&alias, "members")), ("end_on", common::column("p", "end_on"))];
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

    /// The contacts of each channel whose policy lets the purpose reach them.
    pub fn members(&mut self, id: SegmentId, fingerprint: Option<&Fingerprint>) -> (Draft, Vec<String>) {
        let (plan, model) = (self.plan, self.model);
        let channels = plan.segments.get(id.0 as usize).map_or(&[][..], |segment| segment.channels.as_slice());
        let name = model.segment(id).map_or(String::new(), |segment| segment.head.name.clone());
        let period = self.period_relation(WHOLE);
        let (mut parts, mut reads, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for channel in channels {
            let Some(channel) = self.channel(id, *channel) else { continue };
            let mut frame = Frame::new(Driver::Relation(channel.relation), "c".to_owned(), WHOLE);
            let p = self.join(&mut frame, Source::Relation(period), |_| How::Cross);
            let mut columns = self.member_columns(&name, &channel, &p);
            columns.extend(fingerprint.map(|print| ("fingerprint".to_owned(), common::text(&print.to_string()))));
            names = columns.iter().map(|(name, _)| name.clone()).collect();
            let items = columns.into_iter().map(|(name, value)| self.item(value, &name)).collect();
            let allowed = channel.policy.rules.iter().enumerate().filter(|(_, rule)| rule.allows);
            let places = allowed.map(|(at, _)| at + 1).collect();
            let conditions = vec![self.decided_by(places)];
            parts.push(ast::select(Parts { items, conditions, ..self.parts_of(&frame) }));
            reads.extend(frame.relations());
        }
        let body = ast::union(parts, SetQuantifier::All).unwrap_or_else(nothing);
        (self.finish(body, reads), names)
    }

    /// Every contact of a member on each channel, with what the rule that decides says of it.
    pub fn all_decisions(&mut self, id: SegmentId) -> (Draft, Vec<String>) {
        let plan = self.plan;
        let channels = plan.segments.get(id.0 as usize).map_or(&[][..], |segment| segment.channels.as_slice());
        let (mut parts, mut reads, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for channel in channels {
            let Some(channel) = self.channel(id, *channel) else { continue };
            let frame = Frame::new(Driver::Relation(channel.relation), "c".to_owned(), WHOLE);
            let columns = self.decision_columns(&channel);
            names = columns.iter().map(|(name, _)| name.clone()).collect();
            let items = columns.into_iter().map(|(name, value)| self.item(value, &name)).collect();
            parts.push(ast::select(Parts { items, ..self.parts_of(&frame) }));
            reads.extend(frame.relations());
        }
        let body = ast::union(parts, SetQuantifier::All).unwrap_or_else(nothing);
        (self.finish(body, reads), names)
    }

    fn decision_columns(&self, channel: &Channel<'a>) -> Vec<(String, Expr)> {
        let place = |at: usize| ast::equal(common::column("c", "rule_place"), ast::number(at));
        let rules = channel.policy.rules.iter().enumerate().map(|(at, rule)| (at + 1, rule));
        let word = |allows: bool| if allows { "allowed" } else { "refused" };
        let told = rules.clone().map(|(at, rule)| (at, format!("{}: {}", word(rule.allows), rule.label)));
        let told = std::iter::once((0, "refused: nobody".to_owned())).chain(told);
        let outcome = told.map(|(at, text)| (place(at), common::text(&text))).collect();
        let allowed: Vec<(Expr, Expr)> =
            rules.filter(|(_, rule)| rule.allows).map(|(at, _)| (place(at), ast::number(1))).collect();
        let allowed = if allowed.is_empty() { ast::number(0) } else { ast::case(allowed, Some(ast::number(0))) };
        let (contact, member) = self.contact_keys(channel.policy, channel.members);
        let mut columns = vec![(member.clone(), common::column("c", &member))];
        if contact != member {
            columns.push((contact.clone(), common::column("c", &contact)));
        }
        columns.extend([
            ("channel".to_owned(), common::text(&channel.policy.channel)),
            ("outcome".to_owned(), ast::case(outcome, None)),
            ("allowed".to_owned(), allowed),
        ]);
        columns
    }

    fn member_columns(&self, segment: &str, channel: &Channel<'a>, period: &str) -> Vec<(String, Expr)> {
        let own = |name: &str| common::column("c", name);
        let labels = channel.policy.rules.iter().enumerate().filter(|(_, rule)| rule.allows);
        let rules: Vec<(Expr, Expr)> = labels
            .map(|(at, rule)| (ast::equal(own("rule_place"), ast::number(at + 1)), common::text(&rule.label)))
            .collect();
        // A policy that allows nothing has no rule to tell.
        let rule = if rules.is_empty() { ast::cast(ast::null(), text_type()) } else { ast::case(rules, None) };
        let (contact, member) = self.contact_keys(channel.policy, channel.members);
        let mut columns = vec![("segment".to_owned(), common::text(segment)), (member.clone(), own(&member))];
        if contact != member {
            columns.push((contact.clone(), own(&contact)));
        }
        columns.extend([
            ("channel".to_owned(), common::text(&channel.policy.channel)),
            ("purpose".to_owned(), common::text(&channel.policy.purpose)),
            ("rule".to_owned(), rule),
            ("consent_record".to_owned(), own("consent_record")),
            ("as_of".to_owned(), common::column(period, "end_on")),
        ]);
        columns
    }

    /// The names of the keys of a contact and of the member it belongs to: two where they are of two tables.
    fn contact_keys(&self, policy: &PolicyPlan, members: TableId) -> (String, String) {
        let name = |key: Option<ColumnId>| key.map_or("key", |key| self.column_name(key)).to_owned();
        let (contact, member) = (name(self.gold.single_key(policy.table)), name(self.gold.single_key(members)));
        match self.gold.table(members) {
            Some(table) if policy.table != members && contact.eq_ignore_ascii_case(&member) => {
                (contact, format!("{}_{member}", table.name))
            }
            _ => (contact, member),
        }
    }

    fn channel(&mut self, id: SegmentId, instance: PolicyPlanId) -> Option<Channel<'a>> {
        let plan = self.plan;
        let policy = plan.policies.get(instance.0 as usize)?;
        let segment = plan.segments.get(id.0 as usize)?;
        let (members, member_key) = self.members_relation(id)?;
        let path = self.gold.active_path(policy.table, segment.table)?;
        let mut frame = self.table_frame(policy.table, WHOLE);
        let key = self.member_key(&mut frame, &path)?;
        self.join(&mut frame, Source::Relation(members), |alias| {
            How::Inner(ast::equal(common::column(alias, &member_key), key.clone()))
        });
        let select = self.decisions(&mut frame, policy, key, segment.table);
        let reads = frame.relations().collect();
        let name = format!("{}_contact", plain_name(&policy.channel));
        let relation = self.add_fixed(&name, select, reads);
        Some(Channel { policy, relation, members: segment.table })
    }

    /// The member's key at the contact's own row, so that a contact of nobody is of no member.
    fn member_key(&self, frame: &mut Frame, path: &[RelationshipId]) -> Option<Expr> {
        let Some((last, before)) = path.split_last() else { return self.key_at(frame, path) };
        let relationship = self.gold.relationship(*last)?;
        let alias = self.row(frame, before);
        Some(self.stored(&alias, relationship.from))
    }

    /// Each contact of the channel with the place of the rule that decides: 0 where a path of the
    /// policy finds nobody.
    fn decisions(&mut self, frame: &mut Frame, policy: &'a PolicyPlan, member: Expr, members: TableId) -> Selection {
        let context = self.at_own_row(policy.table);
        let of_channel = self.condition(frame, &context, &policy.of_channel);
        let found = self.condition(frame, &context, &policy.paths_found);
        let mut branches = Vec::new();
        if !ast::is_always(&found) {
            branches.push((self.fails_of(frame, &context, &policy.paths_found), ast::number(0)));
        }
        for (at, rule) in policy.rules.iter().enumerate() {
            let condition = self.condition(frame, &context, &rule.condition);
            branches.push((condition, ast::number(at + 1)));
        }
        let otherwise = branches.pop_if(|(condition, _)| ast::is_always(condition)).map(|(_, place)| place);
        let rule =
            if branches.is_empty() { otherwise.unwrap_or_else(ast::null) } else { ast::case(branches, otherwise) };
        let record = self.consent_record(frame, &context, policy);
        let (contact, member_key) = self.contact_keys(policy, members);
        let key = self.key_at(frame, &[]).unwrap_or_else(ast::null);
        let mut columns = vec![(contact.clone(), key)];
        if contact != member_key {
            columns.push((member_key, member));
        }
        columns.extend([("rule_place".to_owned(), rule), ("consent_record".to_owned(), record)]);
        let items = columns.into_iter().map(|(name, value)| self.item(value, &name)).collect();
        ast::select(Parts { items, conditions: vec![of_channel], ..self.parts_of(frame) })
    }

    /// The evidence of the first resolve that an allowing rule reads.
    fn consent_record(&mut self, frame: &mut Frame, context: &Context<'a>, policy: &'a PolicyPlan) -> Expr {
        let missing = ast::cast(ast::null(), text_type());
        let allowing = policy.rules.iter().filter(|rule| rule.allows);
        let Some((path, id)) = allowing.filter_map(|rule| resolve_in(&rule.condition)).next() else { return missing };
        let Some(relation) = self.evidence_relation(id, WHOLE) else { return missing };
        let at = super::scalar::from_hand(context, path);
        let alias = self.join_by_key(frame, relation, &at, WHOLE);
        common::column(&alias, "evidence")
    }

    /// Per channel: matched, without a contact, refused by each rule, eligible.
    pub fn funnel(&mut self, id: SegmentId) -> Draft {
        let plan = self.plan;
        let channels = plan.segments.get(id.0 as usize).map_or(&[][..], |segment| segment.channels.as_slice());
        let (mut parts, mut reads) = (Vec::new(), Vec::new());
        let Some((members, key)) = self.members_relation(id) else { return Draft::of(nothing()) };
        reads.push(members);
        for channel in channels {
            let Some(channel) = self.channel(id, *channel) else { continue };
            reads.push(channel.relation);
            parts.extend(self.funnel_of(&channel, members, &key));
        }
        let body = ast::union(parts, SetQuantifier::All).unwrap_or_else(nothing);
        self.finish(body, reads)
    }

    fn funnel_of(&self, channel: &Channel<'a>, members: RelationId, key: &str) -> Vec<Selection> {
        let (_, member) = self.contact_keys(channel.policy, channel.members);
        let mut parts = vec![self.matched(channel, members), self.without_contact(channel, members, (&member, key))];
        let rules = channel.policy.rules.iter().enumerate();
        let nobody = (channel.policy.paths_found != Condition::True).then(|| ("refused: nobody".to_owned(), vec![0]));
        let refusals = rules.clone().filter(|(_, rule)| !rule.allows);
        let refused = refusals.map(|(at, rule)| (format!("refused: {}", rule.label), vec![at + 1]));
        let allowed = rules.filter(|(_, rule)| rule.allows).map(|(at, _)| at + 1).collect();
        for (outcome, places) in nobody.into_iter().chain(refused).chain([("eligible".to_owned(), allowed)]) {
            parts.push(self.step(channel, &member, parts.len(), &outcome, places));
        }
        parts
    }

    fn matched(&self, channel: &Channel<'a>, members: RelationId) -> Selection {
        let frame = Frame::new(Driver::Relation(members), "m".to_owned(), WHOLE);
        let count = common::count_rows();
        self.funnel_row(
            channel,
            &frame,
            0,
            "matched",
            ast::cast(ast::null(), DataType::BigInt(None)),
            count,
            Vec::new(),
        )
    }

    /// `member` is the key's name beside the contacts, `key` its name among the members.
    fn without_contact(&self, channel: &Channel<'a>, members: RelationId, (member, key): (&str, &str)) -> Selection {
        let mut frame = Frame::new(Driver::Relation(members), "m".to_owned(), WHOLE);
        let alias = self.join(&mut frame, Source::Relation(channel.relation), |alias| {
            How::Left(ast::equal(common::column(alias, member), common::column("m", key)))
        });
        let none = vec![ast::is_null(common::column(&alias, member))];
        let count = common::count_rows();
        self.funnel_row(channel, &frame, 1, "no contact on this channel", ast::number(0), count, none)
    }

    fn step(&self, channel: &Channel<'a>, key: &str, step: usize, outcome: &str, places: Vec<usize>) -> Selection {
        let frame = Frame::new(Driver::Relation(channel.relation), "c".to_owned(), WHOLE);
        let of_rule = self.decided_by(places);
        let members = common::count_distinct(common::column("c", key));
        let contacts = common::count_rows();
        self.funnel_row(channel, &frame, step, outcome, contacts, members, vec![of_rule])
    }

    /// The contacts that one of these rules decides about; none where there is no such rule.
    fn decided_by(&self, rules: Vec<usize>) -> Expr {
        match rules.len() {
            0 => ast::never(),
            _ => {
                let places = rules.into_iter().map(ast::number).collect();
                ast::in_list(common::column("c", "rule_place"), places, false)
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the columns of one row")]
    fn funnel_row(
        &self,
        channel: &Channel<'a>,
        frame: &Frame,
        step: usize,
        outcome: &str,
        contacts: Expr,
        members: Expr,
        conditions: Vec<Expr>,
    ) -> Selection {
        let columns = [
            ("channel", common::text(&channel.policy.channel)),
            ("step", ast::number(step)),
            ("outcome", common::text(outcome)),
            ("contacts", contacts),
            ("members", members),
        ];
        let items = columns.into_iter().map(|(name, value)| self.item(value, name)).collect();
        ast::select(Parts { items, conditions, ..self.parts_of(frame) })
    }
}

fn nothing() -> Selection {
    ast::select(Parts {
        items: vec![ast::named(ast::null(), sqlparser::ast::Ident::new("nothing"))],
        ..Parts::default()
    })
}

fn text_type() -> DataType {
    DataType::Varchar(Some(sqlparser::ast::CharacterLength::IntegerLength { length: 100, unit: None }))
}

/// The first resolve that a condition compares.
fn resolve_in(condition: &Condition) -> Option<(&[RelationshipId], crate::plan::tree::ResolvePlanId)> {
    let of = |scalar: &'_ Scalar| matches!(scalar.kind, ScalarKind::Resolve { .. });
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().find_map(resolve_in),
        Condition::Compare { left, right, .. } => [left, right].into_iter().find(|side| of(side)).and_then(resolve_of),
        Condition::In { value, .. } => resolve_of(value),
        _ => None,
    }
}

fn resolve_of(scalar: &Scalar) -> Option<(&[RelationshipId], crate::plan::tree::ResolvePlanId)> {
    match &scalar.kind {
        ScalarKind::Resolve { path, id } => Some((path, *id)),
        _ => None,
    }
}
