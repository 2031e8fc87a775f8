//! `where`, `over` and the windows of time.

use super::Builder;
use crate::source::Spanned;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::tree::{Clause, Expr, Grain, Over, Path, Unit, Window};

impl<'t> Builder<'t> {
    pub(super) fn clause(&mut self, pair: Pair<'t>) -> Option<Clause> {
        match pair.as_rule() {
            Rule::where_clause => self.where_condition(pair).map(Clause::Where),
            _ => self.over(pair).map(Clause::Over),
        }
    }

    pub(super) fn where_condition(&mut self, pair: Pair<'t>) -> Option<Expr> {
        let condition = pair.into_inner().find(|pair| pair.as_rule() == Rule::condition)?;
        Some(self.condition(condition))
    }

    fn over(&mut self, pair: Pair<'t>) -> Option<Over> {
        let span = self.span(&pair);
        let (mut window, mut date) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::window => window = self.window(part),
                Rule::life => window = self.life(part),
                Rule::path => date = Some(self.path(part)),
                _ => {}
            }
        }
        Some(Over { window: window?, date, span })
    }

    pub(super) fn window(&mut self, pair: Pair<'t>) -> Option<Spanned<Window>> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next()?;
        let window = match inner.as_rule() {
            Rule::k_period => Window::Period,
            Rule::k_history => Window::History,
            Rule::to_date => Window::ToDate(grain(inner)?),
            _ => self.last(inner)?,
        };
        Some(Spanned::new(window, span))
    }

    fn last(&self, pair: Pair<'t>) -> Option<Window> {
        let (mut count, mut unit) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::whole => count = Some(self.word(&part)),
                Rule::unit => unit = Some(unit_of(part.as_str())),
                _ => {}
            }
        }
        let count = count?;
        Some(unit.map_or(Window::LastComplete { count: count.clone() }, |unit| Window::Last { count, unit }))
    }

    fn life(&self, pair: Pair<'t>) -> Option<Spanned<Window>> {
        let span = self.span(&pair);
        let mut paths = pair.into_inner().filter(|pair| pair.as_rule() == Rule::path);
        let (from, to): (Path, Path) = (self.path(paths.next()?), self.path(paths.next()?));
        Some(Spanned::new(Window::Life { from, to }, span))
    }
}

fn grain(pair: Pair<'_>) -> Option<Grain> {
    let grain = pair.into_inner().find(|pair| pair.as_rule() == Rule::grain)?;
    Some(match grain.as_str() {
        "month" => Grain::Month,
        "quarter" => Grain::Quarter,
        "year" => Grain::Year,
        _ => Grain::FiscalYear,
    })
}

pub(super) fn unit_of(word: &str) -> Unit {
    match word.trim_end_matches('s') {
        "day" => Unit::Days,
        "month" => Unit::Months,
        _ => Unit::Years,
    }
}
