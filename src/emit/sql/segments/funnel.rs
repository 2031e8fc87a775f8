//! How far the members of a segment come on each channel.

use sqlparser::ast::{DataType, Expr, SetQuantifier};

use super::channel::{Beside, Channel, decided_by};
use super::{WHOLE, nothing};
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::frame::{Driver, Frame, How, RelationId, Source};
use crate::emit::sql::statement::Draft;
use crate::model::SegmentId;

/// A row of a funnel: how many of both there are, and what is asked of the rows counted.
struct Step<'s> {
    place: usize,
    outcome: &'s str,
    contacts: Expr,
    members: Expr,
    conditions: Vec<Expr>,
}

impl<'a> Compiler<'a> {
    /// Per channel: matched, without a contact, refused by each rule, eligible.
    pub fn funnel(&mut self, id: SegmentId) -> Draft {
        let Some((members, key)) = self.members_relation(id) else { return Draft::of(nothing()) };
        let (mut parts, mut reads) = (Vec::new(), vec![members]);
        for channel in self.channels(id, Beside::Nothing) {
            reads.push(channel.relation);
            parts.extend(self.funnel_of(&channel, members, &key));
        }
        let body = ast::union(parts, SetQuantifier::All).unwrap_or_else(nothing);
        self.finish(body, reads)
    }

    fn funnel_of(&self, channel: &Channel<'a>, members: RelationId, key: &str) -> Vec<Selection> {
        let (_, member) = self.contact_keys(channel.policy, channel.members);
        let mut parts = vec![self.matched(channel, members), self.without_contact(channel, members, (&member, key))];
        let eligible = ("eligible".to_owned(), channel.allowing().map(|(at, _)| at).collect());
        for (outcome, places) in channel.refusals().chain([eligible]) {
            parts.push(self.of_rules(channel, &member, parts.len(), &outcome, places));
        }
        parts
    }

    fn matched(&self, channel: &Channel<'a>, members: RelationId) -> Selection {
        let frame = Frame::new(Driver::Relation(members), "m".to_owned(), WHOLE);
        let contacts = ast::cast(ast::null(), DataType::BigInt(None));
        let members = common::count_rows();
        let step = Step { place: 0, outcome: "matched", contacts, members, conditions: Vec::new() };
        self.funnel_row(channel, &frame, step)
    }

    /// `member` is the key's name beside the contacts, `key` its name among the members.
    fn without_contact(&self, channel: &Channel<'a>, members: RelationId, (member, key): (&str, &str)) -> Selection {
        let mut frame = Frame::new(Driver::Relation(members), "m".to_owned(), WHOLE);
        let alias = self.join(&mut frame, Source::Relation(channel.relation), |alias| {
            How::Left(ast::equal(common::column(alias, member), common::column("m", key)))
        });
        let conditions = vec![ast::is_null(common::column(&alias, member))];
        let (contacts, members) = (ast::number(0), common::count_rows());
        let step = Step { place: 1, outcome: "no contact on this channel", contacts, members, conditions };
        self.funnel_row(channel, &frame, step)
    }

    /// The contacts that some rules decide about.
    fn of_rules(&self, channel: &Channel<'a>, key: &str, place: usize, outcome: &str, rules: Vec<usize>) -> Selection {
        let frame = Frame::new(Driver::Relation(channel.relation), "c".to_owned(), WHOLE);
        let conditions = vec![decided_by(rules)];
        let members = common::count_distinct(common::column("c", key));
        let step = Step { place, outcome, contacts: common::count_rows(), members, conditions };
        self.funnel_row(channel, &frame, step)
    }

    fn funnel_row(&self, channel: &Channel<'a>, frame: &Frame, step: Step<'_>) -> Selection {
        let columns = [
            ("channel", common::text(&channel.policy.channel)),
            ("step", ast::number(step.place)),
            ("outcome", common::text(step.outcome)),
            ("contacts", step.contacts),
            ("members", step.members),
        ];
        let items = columns.into_iter().map(|(name, value)| self.item(value, name)).collect();
        ast::select(Parts { items, conditions: step.conditions, ..self.parts_of(frame) })
    }
}
