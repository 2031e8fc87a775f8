//! What is told of each contact of a segment's members: why it may be reached, or what decides about it.

use sqlparser::ast::{DataType, Expr, SetQuantifier};

use super::channel::{Beside, Channel, REFUSED_AS_NOBODY, decided_by, is_decided_by, text_type};
use super::{WHOLE, nothing};
use crate::emit::sql::ast::{self, Parts};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;
use crate::emit::sql::frame::{Driver, Frame, How, Source};
use crate::emit::sql::periods::LAST_DAY;
use crate::emit::sql::statement::Draft;
use crate::model::{Fingerprint, Head, SegmentId};

/// The contacts that are told of, and the columns of each.
struct Told {
    frame: Frame,
    columns: Vec<(String, Expr)>,
    conditions: Vec<Expr>,
}

impl<'a> Compiler<'a> {
    /// The contacts of each channel whose policy lets the purpose reach them.
    pub fn members(&mut self, id: SegmentId, fingerprint: Option<&Fingerprint>) -> (Draft, Vec<String>) {
        let head = self.model.segment(id).map(|segment| &segment.head);
        let period = self.period_relation(WHOLE);
        self.keep_bound(WHOLE, LAST_DAY);
        self.of_each_channel(id, Beside::KeyAndRecord, |compiler, channel| {
            let mut frame = Frame::new(Driver::Relation(channel.relation), "c".to_owned(), WHOLE);
            let p = compiler.join(&mut frame, Source::Relation(period), |_| How::Cross);
            let mut columns = compiler.member_columns(head, channel, &p);
            columns.extend(fingerprint.map(|print| ("fingerprint".to_owned(), common::text(&print.to_string()))));
            let allowing = channel.allowing().map(|(place, _)| place).collect();
            Told { frame, columns, conditions: vec![decided_by(allowing)] }
        })
    }

    /// Every contact of a member on each channel, with what the rule that decides says of it.
    pub fn all_decisions(&mut self, id: SegmentId) -> (Draft, Vec<String>) {
        self.of_each_channel(id, Beside::Key, |compiler, channel| {
            let frame = Frame::new(Driver::Relation(channel.relation), "c".to_owned(), WHOLE);
            Told { frame, columns: compiler.decision_columns(channel), conditions: Vec::new() }
        })
    }

    /// What is told of the contacts of all channels, and the names of its columns.
    fn of_each_channel(
        &mut self,
        id: SegmentId,
        beside: Beside,
        tell: impl Fn(&Self, &Channel<'a>) -> Told,
    ) -> (Draft, Vec<String>) {
        let (mut parts, mut reads, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for channel in self.channels(id, beside) {
            let Told { frame, columns, conditions } = tell(self, &channel);
            names = columns.iter().map(|(name, _)| name.clone()).collect();
            let items = columns.into_iter().map(|(name, value)| self.item(value, &name)).collect();
            parts.push(ast::select(Parts { items, conditions, ..self.parts_of(&frame) }));
            reads.extend(frame.relations());
        }
        let body = ast::union(parts, SetQuantifier::All).unwrap_or_else(nothing);
        (self.finish(body, reads), names)
    }

    fn member_columns(&self, head: Option<&Head>, channel: &Channel<'a>, period: &str) -> Vec<(String, Expr)> {
        let segment = common::text(head.map_or("", |head| head.name.as_str()));
        let version = head.and_then(|head| head.about.version).map_or_else(no_version, ast::number);
        let mut columns = vec![("segment".to_owned(), segment), ("segment_version".to_owned(), version)];
        columns.extend(self.key_columns(channel));
        columns.extend([
            ("channel".to_owned(), common::text(&channel.policy.channel)),
            ("purpose".to_owned(), common::text(&channel.policy.purpose)),
            ("rule".to_owned(), allowing_rule(channel)),
            ("consent_record".to_owned(), common::column("c", "consent_record")),
            ("as_of".to_owned(), common::column(period, LAST_DAY)),
            ("valid_until".to_owned(), common::hours_from_now(self.model.settings.valid_for_hours)),
        ]);
        columns
    }

    fn decision_columns(&self, channel: &Channel<'a>) -> Vec<(String, Expr)> {
        let word = |allows: bool| if allows { "allowed" } else { "refused" };
        let told = channel.rules().map(|(at, rule)| (at, format!("{}: {}", word(rule.allows), rule.label)));
        let nobody = channel.may_be_nobody.then(|| (0, REFUSED_AS_NOBODY.to_owned()));
        let told = nobody.into_iter().chain(told);
        let outcome = told.map(|(at, text)| (is_decided_by(at), common::text(&text))).collect();
        let allowed: Vec<(Expr, Expr)> =
            channel.allowing().map(|(at, _)| (is_decided_by(at), ast::number(1))).collect();
        let allowed = if allowed.is_empty() { ast::number(0) } else { ast::case(allowed, Some(ast::number(0))) };
        let mut columns = self.key_columns(channel);
        columns.extend([
            ("channel".to_owned(), common::text(&channel.policy.channel)),
            ("outcome".to_owned(), ast::case(outcome, None)),
            ("allowed".to_owned(), allowed),
        ]);
        columns
    }

    /// Who a contact is of and, where that is another row, the contact itself.
    fn key_columns(&self, channel: &Channel<'a>) -> Vec<(String, Expr)> {
        let (contact, member) = self.contact_keys(channel.policy, channel.members);
        let names = if contact == member { vec![member] } else { vec![member, contact] };
        let of = |name: String| (name.clone(), common::column("c", &name));
        names.into_iter().map(of).collect()
    }
}

/// What stands for the version of a definition that has none.
fn no_version() -> Expr {
    ast::cast(ast::null(), DataType::Integer(None))
}

/// The label of the rule that allows a contact, of which it is known that one does.
fn allowing_rule(channel: &Channel<'_>) -> Expr {
    let labels = channel.allowing().map(|(at, rule)| (is_decided_by(at), common::text(&rule.label)));
    let mut labels: Vec<(Expr, Expr)> = labels.collect();
    match labels.pop() {
        // A policy that allows nothing has no rule to tell.
        None => ast::cast(ast::null(), text_type()),
        Some((_, only)) if labels.is_empty() => only,
        Some((_, last)) => ast::case(labels, Some(last)),
    }
}
