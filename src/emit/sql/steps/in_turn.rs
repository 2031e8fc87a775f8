//! Rows that follow one another and say themselves how long they count: a day's purchase counts from the day
//! after until its window no longer sees it. Whether there are so many such rows is told by each row, until the
//! next one comes, from when the rows just before it leave; nothing is added up. What a measure asks of rows of
//! several kinds holds where what they say meets.

use sqlparser::ast::{BinaryOperator, Expr, SelectItem, SetQuantifier};

use super::Steps;
use super::edges::Stay;
use super::layers::{Column, FOLLOWING, add_column, name_of};
use super::levels::{Asked, asked_of_states};
use super::life::{later_of, sooner_of};
use super::measure::Measured;
use super::sources::{DAY, Effect, Source};
use super::state::State;
use super::write::{Cte, NEXT, STATES, UNTIL};
use crate::emit::sql::ast::{self, Parts, Selection};
use crate::emit::sql::common;
use crate::emit::sql::compiler::Compiler;

/// Which of several sets of kinds a state is of.
pub const KINDS: &str = "kinds";
/// Above so many of anything, adding up is as quick as asking each row for those before it.
const MOST: usize = 3;

/// States that are said in turn.
pub struct InTurn<'s> {
    said: Vec<Said<'s>>,
    /// The kinds that some measure asks for together, each set once, and the set of each measure.
    sets: Vec<Vec<String>>,
    set_of: Vec<usize>,
}

/// A state that the rows of one source say.
struct Said<'s> {
    column: &'s str,
    source: &'s Source,
    effect: &'s Effect,
    stay: &'s Stay,
    level: u32,
}

impl Steps<'_> {
    /// Its states where each is said by rows that follow one another, and each measure needs what it asks for.
    pub fn in_turn(&self, measures: &[Measured<'_>]) -> Option<InTurn<'_>> {
        if !self.is_moved_by_states() || self.states.len() > MOST {
            return None;
        }
        let asked: Vec<Vec<Asked>> = measures.iter().map(|(_, taken)| asked_of_states(taken)).collect::<Option<_>>()?;
        let said = self.states.iter().map(|state| self.said(state, &asked)).collect::<Option<Vec<_>>>()?;
        let kinds = asked.into_iter().map(|asked| kinds_of(asked, said.len() == 1)).collect::<Option<Vec<_>>>()?;
        let mut sets: Vec<Vec<String>> = Vec::new();
        let mut set_of = Vec::new();
        for set in kinds {
            let place = sets.iter().position(|known| same_names(known, &set)).unwrap_or(sets.len());
            if place == sets.len() {
                sets.push(set);
            }
            set_of.push(place);
        }
        (sets.len() <= MOST).then_some(InTurn { said, sets, set_of })
    }

    fn said<'s>(&'s self, state: &'s State<'_>, asked: &[Vec<Asked>]) -> Option<Said<'s>> {
        let column = state.column.as_str();
        let level = asked.iter().flatten().filter(|one| one.state == column).map(|one| one.level).max()?;
        let (source, effect) = self.only_effect(column)?;
        let stay = effect.stay.as_ref()?;
        (level as usize <= MOST).then_some(Said { column, source, effect, stay, level })
    }

    /// The effect on a state, where there is only one.
    pub fn only_effect(&self, column: &str) -> Option<(&Source, &Effect)> {
        let all = self.sources.iter().flat_map(|source| source.effects.iter().map(move |effect| (source, effect)));
        let mut own = all.filter(|(_, effect)| effect.state == column);
        own.next().filter(|_| own.next().is_none())
    }
}

impl InTurn<'_> {
    /// Each measure takes the states of its own set of kinds.
    pub fn tell_apart(&self, measures: &mut [Measured<'_>]) {
        if self.sets.len() > 1 {
            for ((_, taken), set) in measures.iter_mut().zip(&self.set_of) {
                taken.conditions.push(ast::equal(common::column(STATES, KINDS), ast::number(set + 1)));
            }
        }
    }
}

impl<'a> Compiler<'a> {
    /// The states under their name, after what they alone read.
    pub fn write_in_turn(&self, in_turn: &InTurn<'_>, name: &str, ctes: &mut Vec<Cte>) {
        if let ([said], [_]) = (in_turn.said.as_slice(), in_turn.sets.as_slice()) {
            let select = self.as_said(said, ctes);
            ctes.push((name.to_owned(), select));
            return;
        }
        let mut spans: Vec<Spans<'_, '_>> = Vec::new();
        for said in &in_turn.said {
            let select = self.as_said(said, ctes);
            let own = self.unused(ctes, &format!("{}_spans", said.column));
            ctes.push((own.clone(), select));
            spans.push((said, own));
        }
        let several = in_turn.sets.len() > 1;
        let sets = in_turn.sets.iter().enumerate();
        let meetings = sets.map(|(place, set)| self.meeting(&spans, set, several.then_some(place + 1))).collect();
        ctes.push((name.to_owned(), union_all(meetings)));
    }

    /// What one state is, from when on and until when.
    fn as_said(&self, said: &Said<'_>, ctes: &mut Vec<Cte>) -> Selection {
        let base = self.relation_name(said.source.relation).to_owned();
        let mut columns: Vec<Column> = Vec::new();
        for edge in [&said.stay.enters, &said.stay.leaves] {
            add_column(&mut columns, edge);
        }
        let one = said.effect.amount.as_ref().map(|amount| ast::equal(common::column("d", amount), ast::number(1)));
        let kept = [said.source.key.as_str(), DAY];
        let turns = self.layers((&base, &base), &kept, &columns, one.into_iter().collect(), ctes);
        let runs = self.unused(ctes, &format!("{base}_runs"));
        ctes.push((runs.clone(), self.rows_beside(said, &turns)));
        let levels = (1..=said.level).rev().map(|level| self.at_level(said, level, &runs)).collect();
        union_all(levels)
    }

    /// Each row with the day on which the next comes, and those on which the ones just before it leave.
    fn rows_beside(&self, said: &Said<'_>, turns: &str) -> Selection {
        let column = |name: &str| common::column("d", name);
        let beside = |function: &str, arguments: Vec<Expr>| {
            let partition = vec![column(&said.source.key)];
            ast::over(ast::call(function, arguments), partition, vec![ast::ascending(column(DAY))])
        };
        let (enters, leaves) = (column(&name_of(&said.stay.enters)), column(&name_of(&said.stay.leaves)));
        let mut items: Vec<SelectItem> = vec![self.item(column(&said.source.key), &said.source.key)];
        items.push(self.item(enters.clone(), NEXT));
        items.push(self.item(leaves.clone(), UNTIL));
        for back in 1..said.level {
            let place = (back > 1).then(|| ast::number(back));
            let earlier = beside("LAG", std::iter::once(leaves.clone()).chain(place).collect());
            items.push(ast::named(earlier, common::ident(&leaving(back))));
        }
        items.push(ast::named(beside("LEAD", vec![enters]), common::ident(FOLLOWING)));
        ast::select(Parts { items, ..self.from(turns, "d") })
    }

    /// From when on and until when the latest of so many rows is the last that came, and no more are there.
    fn at_level(&self, said: &Said<'_>, level: u32, runs: &str) -> Selection {
        let column = |name: &str| common::column("t", name);
        let (enters, next, until) = (column(NEXT), column(FOLLOWING), column(&leaving(level - 1)));
        let above = (level < said.level).then(|| column(&leaving(level)));
        let mut conditions = Vec::new();
        if level > 1 {
            conditions.push(ast::compare(until.clone(), BinaryOperator::Gt, enters.clone()));
        }
        if let Some(above) = &above {
            let gone = ast::compare(above.clone(), BinaryOperator::Lt, next.clone());
            conditions.push(ast::any([ast::is_null(next.clone()), ast::is_null(above.clone()), gone]));
        }
        let begins = above.into_iter().fold(enters, later_of);
        let items = vec![
            self.item(column(&said.source.key), &said.source.key),
            self.item(begins, NEXT),
            self.item(sooner_of(until, next), UNTIL),
            ast::named(ast::number(level), common::ident(said.column)),
        ];
        ast::select(Parts { items, conditions, ..self.from(runs, "t") })
    }

    /// Where what the states of a set say meets; the others say nothing there.
    fn meeting(&self, spans: &[Spans<'_, '_>], set: &[String], number: Option<usize>) -> Selection {
        let met: Vec<_> = spans.iter().filter(|(said, _)| set.iter().any(|one| one == said.column)).collect();
        let Some(((first, read), rest)) = met.split_first() else { return ast::select(Parts::default()) };
        let key = |place: usize, said: &Said<'_>| of_span(place, &said.source.key);
        let (mut begins, mut ends, mut joins) = (of_span(0, NEXT), of_span(0, UNTIL), Vec::new());
        for (place, (said, read)) in rest.iter().enumerate().map(|(before, one)| (before + 1, one)) {
            let same_row = ast::equal(key(place, said), key(0, first));
            let on = std::iter::once(same_row).chain((0..place).flat_map(|before| overlap(before, place)));
            let table = ast::table(vec![common::ident(read)], common::ident(&alias(place)));
            joins.push(ast::inner_join(table, ast::all(on)));
            begins = later_of(begins, of_span(place, NEXT));
            ends = sooner_of(ends, of_span(place, UNTIL));
        }
        let key = self.item(key(0, first), &first.source.key);
        let mut items = vec![key, self.item(begins, NEXT), self.item(ends, UNTIL)];
        for (said, _) in spans {
            let place = met.iter().position(|(other, _)| other.column == said.column);
            let value = place.map_or_else(|| ast::number(0), |place| of_span(place, said.column));
            items.push(self.item(value, said.column));
        }
        items.extend(number.map(|number| ast::named(ast::number(number), common::ident(KINDS))));
        ast::select(Parts { items, joins, ..self.from(read, &alias(0)) })
    }
}

/// A state and the relation of its spans.
type Spans<'s, 'r> = (&'r Said<'s>, String);

fn union_all(selects: Vec<Selection>) -> Selection {
    ast::union(selects, SetQuantifier::All).unwrap_or_else(|| ast::select(Parts::default()))
}

/// The alias of the spans at a place among those that meet.
fn alias(place: usize) -> String {
    format!("s{}", place + 1)
}

fn of_span(place: usize, name: &str) -> Expr {
    common::column(&alias(place), name)
}

/// Two spans have days in common.
fn overlap(one: usize, other: usize) -> [Expr; 2] {
    let before = |a, b| ast::compare(of_span(a, NEXT), BinaryOperator::Lt, of_span(b, UNTIL));
    [before(one, other), before(other, one)]
}

/// The column of the day on which the row so many places back leaves.
fn leaving(back: u32) -> String {
    match back {
        0 => UNTIL.to_owned(),
        1 => "previous_until_on".to_owned(),
        back => format!("previous_until_on_{back}"),
    }
}

/// The states that a measure asks for; none where it may take something without one of them. A state that is the
/// only one is needed, since nothing is taken while all say nothing.
fn kinds_of(asked: Vec<Asked>, only: bool) -> Option<Vec<String>> {
    let needed = only || asked.iter().all(|one| one.needed);
    (needed && !asked.is_empty()).then(|| asked.into_iter().map(|one| one.state).collect())
}

fn same_names(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}
