//! Another period, the same meaning: `prior` and `opening` move the calendar's filter, nothing else.

use crate::gold::TableId;
use crate::plan::tree::{Condition, Scalar, ScalarKind, Shift};

use super::book::PERIOD_END;
use super::lower::{Lower, Period, Place};
use super::period::{edate, keep};
use super::tree::{Dax, Operator};
use super::vanish::{condition_vanishes, needs_a_period, scalar_vanishes};
use super::visit::{Node, visit_scalar};

impl Lower<'_> {
    /// BLANK where the moved period has no day, or gaps matter and there are some.
    pub fn shifted_value(&mut self, value: &Scalar, shift: Shift, at: Place) -> Dax {
        let hand = self.frame_hand(at);
        let inner = self.frame(hand, Period::Own, |this| {
            let written = this.value(value, Place { in_row: false, ..at });
            let risky = needs_a_period(this.plan, Node::Scalar(value)) || this.names_in_full(value, at.hand);
            match !risky && scalar_vanishes(this.plan, value) {
                true => written,
                false => Dax::call("IF", [this.period_end().is_present(), written]),
            }
        });
        let unbroken = self.unbroken(shift);
        let moved = self.moved(inner, shift);
        super::scalar::if_all(unbroken.into_iter().collect(), moved)
    }

    /// Whether the value names a metric whose definition stands in full at a row: no measure sees to its period.
    fn names_in_full(&self, value: &Scalar, hand: Option<TableId>) -> bool {
        let Some(hand) = hand else { return false };
        let mut found = false;
        visit_scalar(value, &mut |node| {
            found |= matches!(node, Node::Scalar(Scalar { kind: ScalarKind::Metric(id), .. })
                if self.stands_in_full(*id, hand));
        });
        found
    }

    /// False where the moved period has no day, or gaps matter and there are some.
    pub fn shifted_condition(&mut self, condition: &Condition, shift: Shift, at: Place) -> Dax {
        let table = at.hand;
        let inner = self.frame(table, Period::Own, |this| this.at_moved_period(condition, table));
        let unbroken = self.unbroken(shift);
        let moved = self.moved(inner, shift);
        Dax::all(unbroken.into_iter().chain([moved]).collect())
    }

    fn at_moved_period(&mut self, condition: &Condition, table: Option<TableId>) -> Dax {
        let holds = match table {
            Some(table) => self.at_hand(condition, table),
            None => self.condition(condition, Place::SHOWN),
        };
        let risky = needs_a_period(self.plan, Node::Condition(condition));
        match !risky && condition_vanishes(self.plan, condition) {
            true => holds,
            false => Dax::call("IF", [Dax::measure(PERIOD_END).is_present(), holds]),
        }
    }

    fn moved(&mut self, value: Dax, shift: Shift) -> Dax {
        let Some(day) = self.day_column() else { return value };
        let day = Dax::Column(day);
        let start = self.period_start();
        let days = match shift {
            Shift::Opening => Dax::binary(Operator::Less, day, start),
            Shift::Prior { months, .. } => {
                let back = -i64::from(months);
                let after = self.day_after_period();
                let from = Dax::binary(Operator::GreaterOrEqual, day.clone(), edate(start, back));
                Dax::all(vec![from, Dax::binary(Operator::Less, day, edate(after, back))])
            }
        };
        Dax::call("CALCULATE", [value, self.clear_calendar(), days])
    }

    /// Whether every day from start to end is picked, where what is moved reads the picked days.
    fn unbroken(&mut self, shift: Shift) -> Option<Dax> {
        let Shift::Prior { reads_period: true, .. } = shift else { return None };
        let calendar = self.gold().calendar.as_ref()?;
        let (table, day) = (Dax::Table(calendar.table), Dax::Column(calendar.day));
        let (start, after) = (self.period_start(), self.day_after_period());
        let until = keep(Dax::binary(Operator::Less, day, after.clone()));
        let picked = Dax::call("CALCULATE", [Dax::call("COUNTROWS", [table]), until]);
        let all = Dax::call("DATEDIFF", [start, after, Dax::Word("DAY")]);
        Some(self.bind_for_period("IsUnbroken", Dax::binary(Operator::Equal, picked, all)))
    }
}
