//! What a resolve says, as changes: it may say something else on the days on which a row is first heard, and on
//! those on which a date in a row passes. On each of them it is worked out, and what it is compared with then
//! begins to hold or ceases to.

use sqlparser::ast::{BinaryOperator, Expr, SetQuantifier};

use super::days::AtChange;
use super::shape::{OwnDate, Shape};
use super::sources::DAY;
use super::state::Of;
use super::turn::Turn;
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::comparison::sql_operator;
use crate::emit::sql::compiler::{Compiler, Known};
use crate::emit::sql::context::{Context, Hand, PeriodId};
use crate::emit::sql::frame::{Driver, Frame, How, RelationId, Source};
use crate::plan::tree::{Condition, Link, ResolvePlan, ResolvePlanId, Scalar, ScalarKind};

const ASKED: PeriodId = PeriodId(0);
/// The columns of what a comparison gives: whether it holds, and how that changes.
const HOLDS: &str = "holds";
const TURNED: &str = "turned";

/// The resolve of the row at hand whose value a condition compares with literals.
pub fn resolve_in(condition: &Condition) -> Option<ResolvePlanId> {
    let of = |scalar: &Scalar| match &scalar.kind {
        ScalarKind::Resolve { path, id } if path.is_empty() => Some(*id),
        _ => None,
    };
    match condition {
        Condition::Compare { left, right, .. } if matches!(right.kind, ScalarKind::Literal(_)) => of(left),
        Condition::In { value, .. } => of(value),
        _ => None,
    }
}

impl<'a> Compiler<'a> {
    /// The resolve that a condition compares, where what it says changes by steps.
    pub fn resolved(&self, context: &Context<'a>, condition: &Condition) -> Option<(ResolvePlanId, Shape<'a>)> {
        let plan = self.plan;
        let id = resolve_in(condition)?;
        let resolve = plan.resolves.get(id.0 as usize)?;
        let hand = context.hand.as_ref()?;
        let at_hand = hand.path.is_empty() && hand.table == resolve.table && self.by_unit(context.period);
        let keyed = !resolve.path.is_empty() && self.gold.single_key(resolve.table).is_some();
        let shifts = self.period(context.period).shifts;
        shifts.into_iter().try_fold(Turn::here(), Turn::moved)?;
        let shape = self.resolve_shape(resolve)?;
        (at_hand && keyed).then_some((id, shape))
    }

    /// The dates in the rows of a resolve that may change what it says.
    fn resolve_shape(&self, resolve: &'a ResolvePlan) -> Option<Shape<'a>> {
        let context = self.at_said_row(resolve);
        let mut shape = Shape::default();
        for conjunct in &resolve.conjuncts {
            self.inspect(&mut shape, &context, conjunct)?;
        }
        self.inspect_scalar(&mut shape, &context, &resolve.value)?;
        (!shape.has_states && !shape.dates.is_empty()).then_some(shape)
    }

    fn at_said_row(&self, resolve: &ResolvePlan) -> Context<'a> {
        Context::bare(ASKED).at_row(Hand { table: resolve.source, path: Vec::new() })
    }

    /// How often a comparison with a resolve holds, where a frame stands on the day of a change: 0 or 1.
    pub fn resolved_state(&mut self, frame: &Frame, context: &Context<'a>, condition: &'a Condition) -> Option<Expr> {
        let at = frame.at_change.as_ref()?.steps?;
        let (id, shape) = self.resolved(context, condition)?;
        let same =
            |of: &Of<'a>| matches!(of, Of::Resolved(known, period) if *known == condition && *period == context.period);
        let known = self.steps.get(at)?.states.iter().find(|state| same(&state.of)).map(|state| state.column.clone());
        let column = match known {
            Some(column) => column,
            None => {
                let of = Of::Resolved(condition, context.period);
                let (relation, key) = self.turns_of(id, &shape, condition)?;
                self.add_changes(at, of, (relation, key, TURNED.to_owned()), context.period)?
            }
        };
        Some(self.state_at(&column))
    }

    /// Where the comparison begins to hold (1) and ceases to (-1), by key and day.
    fn turns_of(
        &mut self,
        id: ResolvePlanId,
        shape: &Shape<'a>,
        condition: &'a Condition,
    ) -> Option<(RelationId, String)> {
        let plan = self.plan;
        let resolve = plan.resolves.get(id.0 as usize)?;
        let sayings = self.known(Known::Sayings(id), |compiler| compiler.sayings(resolve, id, shape));
        let key = self.key_names(resolve.source, &Some(Link::To(resolve.path.clone())), &[]).into_iter().next()?;
        let name = self.resolve_name(resolve, id);
        let column = |alias: &str, name: &str| common::column(alias, name);
        let keys = |alias: &str| [&*key, DAY].map(|name| (name.to_owned(), column(alias, name)));
        let held = ast::case(vec![(self.said(condition, column("r", "value"))?, ast::number(1))], Some(ast::number(0)));
        let frame = Frame::new(Driver::Relation(sayings), "r".to_owned(), ASKED);
        let held = vec![(HOLDS.to_owned(), held)];
        let held = self.add_values(&format!("{name}_held"), &frame, &keys("r"), held, Vec::new());
        let frame = Frame::new(Driver::Relation(held), "h".to_owned(), ASKED);
        let before = ast::call("LAG", [column("h", HOLDS)]);
        let before = ast::over(before, vec![column("h", &key)], vec![ast::ascending(column("h", DAY))]);
        let before = ast::coalesce(before, ast::number(0));
        let turned = vec![(TURNED.to_owned(), ast::arithmetic(column("h", HOLDS), BinaryOperator::Minus, before))];
        let turned = self.add_values(&format!("{name}_turned"), &frame, &keys("h"), turned, Vec::new());
        let frame = Frame::new(Driver::Relation(turned), "t".to_owned(), ASKED);
        let some = vec![ast::compare(column("t", TURNED), BinaryOperator::NotEq, ast::number(0))];
        let turned = vec![(TURNED.to_owned(), column("t", TURNED))];
        Some((self.add_values(&format!("{name}_turns"), &frame, &keys("t"), turned, some), key))
    }

    /// The comparison with a value that may be missing.
    fn said(&self, condition: &Condition, value: Expr) -> Option<Expr> {
        let literals = |values: &[crate::model::Literal]| values.iter().map(|value| self.literal(value)).collect();
        match condition {
            Condition::Compare { operator, right, .. } => {
                let ScalarKind::Literal(literal) = &right.kind else { return None };
                Some(ast::compare(value, sql_operator(*operator), self.literal(literal)))
            }
            Condition::In { values, negated, .. } if !values.is_empty() => {
                Some(ast::in_list(value, literals(values), *negated))
            }
            Condition::In { negated, .. } => Some(if *negated { ast::is_not_null(value) } else { ast::never() }),
            _ => None,
        }
    }

    /// What a resolve says from each day on which it may say something else.
    fn sayings(&mut self, resolve: &'a ResolvePlan, id: ResolvePlanId, shape: &Shape<'a>) -> RelationId {
        let name = self.resolve_name(resolve, id);
        let moments = self.moments(resolve, &name, shape);
        let mut frame = self.table_frame(resolve.source, ASKED);
        let link = Link::To(resolve.path.clone());
        let key = self.link_key(&mut frame, resolve.source, &link).unwrap_or_else(ast::null);
        let key_name = self.key_names(resolve.source, &Some(link), &[]).into_iter().next().unwrap_or_default();
        let alias = self.join(&mut frame, Source::Relation(moments), |alias| {
            How::Inner(ast::equal(common::column(alias, &key_name), key.clone()))
        });
        let day = common::column(&alias, DAY);
        frame.at_change = Some(AtChange { next: day.clone(), steps: None });
        let context = self.at_said_row(resolve);
        let conditions =
            resolve.conjuncts.iter().map(|conjunct| self.condition(&mut frame, &context, conjunct)).collect();
        let keys = vec![(key_name, key), (DAY.to_owned(), day)];
        let said = self.said_by(resolve, &name, frame, &keys, conditions);
        let names = keys.into_iter().map(|(name, _)| name).collect();
        let steps = self.latest_of(resolve, &name, said, names);
        self.decided(resolve, id, &steps)
    }

    /// The days on which a resolve may say something else, by key: no row says anything before it is heard.
    fn moments(&mut self, resolve: &'a ResolvePlan, name: &str, shape: &Shape<'a>) -> RelationId {
        let is_heard =
            |own: &&OwnDate<'a>| matches!(&own.date.kind, ScalarKind::Column(column) if *column == resolve.date);
        let heard = shape.dates.iter().find(is_heard);
        let mut reads = Vec::new();
        let mut selects = Vec::new();
        for own in &shape.dates {
            let after = heard.filter(|heard| heard.date != own.date);
            let (select, read) = self.moments_of(resolve, own, after);
            selects.push(select);
            reads.extend(read);
        }
        let all = ast::union(selects, SetQuantifier::None).unwrap_or_else(|| ast::select(Parts::default()));
        self.add_fixed(&format!("{name}_moments"), all, reads)
    }

    fn moments_of(
        &mut self,
        resolve: &'a ResolvePlan,
        own: &OwnDate<'a>,
        after: Option<&OwnDate<'a>>,
    ) -> (Selection, Vec<RelationId>) {
        let mut frame = self.table_frame(resolve.source, ASKED);
        let context = self.at_said_row(resolve);
        let link = Link::To(resolve.path.clone());
        let name = self.key_names(resolve.source, &Some(link.clone()), &[]).into_iter().next().unwrap_or_default();
        let key = self.link_key(&mut frame, resolve.source, &link).unwrap_or_else(ast::null);
        let mut conditions = Vec::new();
        for conjunct in &resolve.conjuncts {
            if self.is_timeless(conjunct) {
                conditions.push(self.condition(&mut frame, &context, conjunct));
            }
        }
        let (date, day) = self.own_day(&mut frame, own);
        conditions.push(self.is_seen(date));
        if let Some(heard) = after {
            let (date, first) = self.own_day(&mut frame, heard);
            conditions.push(self.is_seen(date));
            conditions.push(ast::compare(day.clone(), BinaryOperator::Gt, first));
        }
        let items = vec![self.item(key, &name), self.item(day, DAY)];
        let reads = frame.relations().collect();
        (ast::select(Parts { items, conditions, ..self.parts_of(&frame) }), reads)
    }
}
