//! From a change to the next one a state lasts, as long as the row does: that is a span. What a measure takes of
//! the row is in from the day the span begins, and out from the day it ends.

use sqlparser::ast::{Expr, Ident, SelectItem, SetQuantifier};

use super::Steps;
use super::life::{WrittenLimit, begins, begun, ended};
use super::lives::SpanParts;
use super::measure::{Changing, Measured};
use super::totals::{Amount, amounts, asked_of_all, columns, given};
use super::write::{NEXT, STATES, UNTIL};
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::{Compiler, Known};
use crate::emit::sql::frame::RelationId;

const SIGN: &str = "sign";

impl<'a> Compiler<'a> {
    /// What begins (1) and ends (-1).
    pub fn span_ends(&mut self) -> RelationId {
        self.known(Known::SpanEnds, |compiler| {
            let one = |sign: Expr| {
                let items = vec![ast::named(sign, common::ident(SIGN))];
                ast::select(Parts { items, ..Parts::default() })
            };
            let both = vec![one(ast::number(1)), one(ast::number(-1))];
            let select = ast::union(both, SetQuantifier::All).unwrap_or_else(|| ast::select(Parts::default()));
            compiler.add_fixed("span_end", select, Vec::new())
        })
    }

    /// The changes of the measures by key and day, the day under a name, after the spans that they alone read.
    pub fn changes_ctes(
        &self,
        at: usize,
        (spans, name): (&str, &str),
        day_name: &str,
        conditions: Vec<Expr>,
    ) -> Vec<(Ident, Selection)> {
        let Some(steps) = self.steps.get(at) else { return Vec::new() };
        let mut read = self.span_parts(steps, conditions);
        let lives = self.lives(steps, &mut read);
        let select = self.spans(read);
        let changes = self.span_changes(steps, spans, day_name);
        lives.into_iter().chain([(common::ident(spans), select), (common::ident(name), changes)]).collect()
    }

    /// The rows' states with what each measure takes, and what is asked of both.
    fn span_parts(&self, steps: &Steps<'a>, conditions: Vec<Expr>) -> SpanParts {
        let limits: Vec<WrittenLimit> = steps.limits().into_iter().cloned().collect();
        let mut measures = steps.effective();
        if let Some(in_turn) = steps.in_turn(&measures) {
            in_turn.tell_apart(&mut measures);
        }
        let adding = steps.adding(&measures);
        if let Some(adding) = &adding {
            adding.take_apart(&mut measures);
        }
        let common = asked_of_all(measures.iter().map(|(_, taken)| taken));
        let mut taken: Vec<Amount> = measures.iter().flat_map(|(measure, taken)| amounts(measure, taken)).collect();
        if let Some(adding) = &adding {
            adding.count_the_first(&mut taken);
        }
        let amounts = taken.into_iter().map(|amount| (amount.column.clone(), given(amount, &common))).collect();
        let ever = limits.iter().filter_map(|limit| limit.ever.clone());
        let some = taken_by_some(measures, &common);
        let conditions = common.iter().cloned().chain(ever).chain(some).chain(conditions);
        let conditions = conditions.flat_map(ast::conjuncts).collect();
        SpanParts { keys: steps.keys.clone(), limits, conditions, amounts, parts: self.parts_of(&steps.frame) }
    }

    /// The states as long as they and the rows last.
    fn spans(&self, read: SpanParts) -> Selection {
        let SpanParts { keys, limits, conditions, amounts, parts } = read;
        let column = |name: &str| common::column(STATES, name);
        let mut items: Vec<SelectItem> = keys.into_iter().map(|(name, value)| self.item(value, &name)).collect();
        items.push(self.item(begun(column(NEXT), limits.iter()), NEXT));
        items.push(self.item(ended(column(UNTIL), limits.iter()), UNTIL));
        items.extend(amounts.into_iter().map(|(name, value)| ast::named(value, common::ident(&name))));
        ast::select(Parts { items, conditions, ..parts })
    }

    fn span_changes(&self, steps: &Steps<'a>, spans: &str, day_name: &str) -> Selection {
        let (span, end) = ("s", "e");
        let column = |name: &str| common::column(span, name);
        let first = begins(common::column(end, SIGN));
        let day = ast::case(vec![(first.clone(), column(NEXT))], Some(column(UNTIL)));
        let ends = ast::table(vec![common::ident(self.relation_name(steps.ends))], common::ident(end));
        let from = ast::table(vec![common::ident(spans)], common::ident(span));
        let lasts = ast::compare(column(NEXT), sqlparser::ast::BinaryOperator::Lt, column(UNTIL));
        let for_good = ast::all([ast::is_null(column(UNTIL)), first.clone()]);
        let mut keys: Vec<(String, Expr)> = steps.keys.iter().map(|(name, _)| (name.clone(), column(name))).collect();
        keys.push((day_name.to_owned(), day));
        let group_by = keys.iter().map(|(_, value)| value.clone()).collect();
        let mut items: Vec<SelectItem> = keys.into_iter().map(|(name, value)| self.item(value, &name)).collect();
        let added = steps.measures.iter().flat_map(|measure| columns(measure).map(move |name| (measure, name)));
        for (measure, name) in added {
            let signed = ast::case(vec![(first.clone(), column(&name))], Some(ast::negative(column(&name))));
            items.push(ast::named(measure.added_up(&name, signed), common::ident(&name)));
        }
        let conditions = vec![ast::any([lasts, for_good])];
        ast::select(Parts {
            from: Some(from),
            joins: vec![ast::cross_join(ends)],
            items,
            conditions,
            group_by,
            ..Parts::default()
        })
    }
}

/// That one of several measures takes something of the row.
fn taken_by_some(measures: Vec<Measured<'_>>, common: &[Expr]) -> Option<Expr> {
    let own = measures
        .into_iter()
        .map(|(_, taken)| ast::all(taken.conditions.into_iter().filter(|condition| !common.contains(condition))));
    let own: Vec<Expr> = own.collect();
    (own.len() > 1 && !own.iter().any(ast::is_always)).then(|| ast::any(own))
}

impl<'a> Steps<'a> {
    /// The limits that every measure has.
    pub fn limits(&self) -> Vec<&WrittenLimit> {
        let Some((first, rest)) = self.measures.split_first() else { return Vec::new() };
        let in_all = |limit: &&WrittenLimit| rest.iter().all(|measure| measure.limits.contains(limit));
        first.limits.iter().filter(in_all).collect()
    }

    /// The measures and what they take, each asking on the day of a change what limits it alone.
    pub fn effective(&self) -> Vec<Measured<'_>> {
        let shared = self.limits();
        let own = |measure: &Changing| {
            let mut taken = measure.taken.clone();
            let limits = measure.limits.iter().filter(|limit| !shared.contains(limit));
            taken.conditions.extend(limits.flat_map(|limit| ast::conjuncts(limit.holds.clone())));
            taken
        };
        self.measures.iter().map(|measure| (measure, own(measure))).collect()
    }

    /// The dates of the rows that change something, and when.
    pub fn changing_days(&self) -> Vec<(Expr, Expr)> {
        let shared = self.limits();
        let limits = self.measures.iter().flat_map(|measure| &measure.limits);
        let own = limits.filter(|limit| !shared.contains(limit)).map(|limit| limit.own_day.clone());
        let mut days: Vec<(Expr, Expr)> = Vec::new();
        for day in self.own_days.iter().cloned().chain(own) {
            if !days.contains(&day) {
                days.push(day);
            }
        }
        days
    }

    /// Something may hold of a row, while it lasts, before anything has happened.
    pub fn may_hold_at_start(&self) -> bool {
        let shared = self.limits();
        self.measures.iter().any(|measure| {
            let own = measure.limits.iter().filter(|limit| !shared.contains(limit));
            measure.may_hold_at_start && own.into_iter().all(|limit| limit.may_hold_at_start)
        })
    }
}
