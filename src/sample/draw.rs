//! One row: each column drawn after the columns it looks at.

use super::rng::Rng;
use super::shape::{DayShape, From, Kind, Shape, TableShape};
use super::value::Value;
use super::{Kept, Life, World, calendar};
use crate::gold::Date;
use crate::gold::text::capital;

/// Where a row stands among the others.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// From 0, in the whole table.
    pub row: u64,
    /// The owner's row, where there is one, and the place among the owner's rows, from 0.
    pub owner: usize,
    pub sibling: u64,
}

/// What a row may look at while it is drawn.
pub struct Drawing<'a> {
    pub world: &'a World<'a>,
    pub shape: &'a TableShape,
    pub owner: Option<&'a Kept>,
    pub place: Place,
    pub life: Life,
    /// The row before, of the same owner.
    pub before: Option<&'a [Value]>,
    pub rng: Rng,
    pub values: Vec<Value>,
}

/// Data that came before its day was complete; chances of ten thousand.
const AFTER_AS_OF: u32 = 30;
/// How far a row near another lies from it, in days.
const NEAR_DAYS: i64 = 10;
/// Keys of nobody begin here.
const NOBODY: u64 = 9_000_000;
const NOBODY_CHANCE: u32 = 50;
/// How often the same favourite is taken.
const FAVOURITE: u32 = 6_500;

impl Drawing<'_> {
    /// All cells of the row, clean.
    pub fn draw(mut self) -> Vec<Value> {
        self.values = vec![Value::Missing; self.shape.columns.len()];
        for at in &self.shape.order {
            if let Some(shape) = self.shape.columns.get(*at) {
                let value = self.cell(*at, shape);
                if let Some(cell) = self.values.get_mut(*at) {
                    *cell = value;
                }
            }
        }
        self.values
    }

    fn cell(&mut self, at: usize, shape: &Shape) -> Value {
        let own = |values: &[Value], column: usize| values.get(column).cloned().unwrap_or(Value::Missing);
        let excluded = |(column, texts): &(usize, Vec<String>)| {
            let value = own(&self.values, *column);
            !texts.iter().any(|text| value.is_text(text))
        };
        if shape.only.iter().any(excluded) || self.rng.chance(shape.missing) {
            return Value::Missing;
        }
        match shape.per.map(|column| own(&self.values, column)) {
            Some(group) if self.before.is_some_and(|row| shape.per.is_some_and(|c| row.get(c) == Some(&group))) => {
                self.before.map_or(Value::Missing, |row| own(row, at))
            }
            _ => self.kind(at, &shape.kind),
        }
    }

    fn kind(&mut self, at: usize, kind: &Kind) -> Value {
        match kind {
            Kind::Serial { prefix: Some(prefix) } => Value::Key(prefix.clone(), self.place.row + 1),
            Kind::Serial { prefix: None } => Value::Integer(self.place.row as i64 + 1),
            Kind::Parent(relationship) => self.parent(*relationship),
            Kind::Copy(column) => self.copied(column.index as usize),
            Kind::Pick(choices) => pick(&mut self.rng, choices),
            Kind::By { column, cases, otherwise } => {
                let value = self.values.get(*column).cloned().unwrap_or(Value::Missing);
                let case = cases.iter().find(|(text, _)| value.is_text(text)).map_or(&**otherwise, |(_, case)| case);
                self.kind(at, case)
            }
            Kind::Amount { low, high, make, negative } => self.amount(*low, *high, *make, *negative),
            Kind::Share { column, low, high } => self.share(*column, *low, *high),
            Kind::Day(day) => self.day(at, day),
            Kind::Group { prefix, size } => {
                let group = self.place.sibling / u64::from(*size);
                Value::Key(prefix.clone(), self.place.row - (self.place.sibling - group * u64::from(*size)) + 1)
            }
            Kind::MonthEnd => {
                Value::Date(calendar::month_end(self.world.as_of.plus_months(-1 - self.place.sibling as i32)))
            }
        }
    }

    /// The owner's key or, of another table, often the owner's favourite; sometimes a key of nobody.
    fn parent(&mut self, relationship: crate::gold::RelationshipId) -> Value {
        let Some(to) = self.world.gold.relationship(relationship).map(|r| r.to) else { return Value::Missing };
        if self.rng.chance(NOBODY_CHANCE) {
            return self.world.key(to.table, NOBODY + self.place.row);
        }
        if self.shape.owner == Some(relationship) {
            return self.world.key(to.table, self.place.owner as u64);
        }
        let rows = self.world.rows(to.table);
        let row = if self.rng.chance(FAVOURITE) {
            Rng::seeded(&[self.world.seed, self.world.salt(to.table), self.place.owner as u64]).below(rows)
        } else {
            self.rng.below(rows)
        };
        self.world.key(to.table, row)
    }

    fn copied(&self, column: usize) -> Value {
        let row = self.owner.and_then(|owner| owner.rows.get(self.place.owner));
        row.and_then(|row| row.get(column)).cloned().unwrap_or(Value::Missing)
    }

    fn amount(&mut self, low: i64, high: i64, make: super::shape::Make, negative: u32) -> Value {
        // Small amounts are more frequent than large ones: the smaller of two draws.
        let drawn = self.rng.between(low, high).min(self.rng.between(low, high));
        let exact = if drawn.abs() < 20_000 || self.rng.chance(200) { drawn } else { drawn / 100 * 100 };
        make(if self.rng.chance(negative) { -exact } else { exact })
    }

    fn share(&mut self, column: usize, low: i64, high: i64) -> Value {
        let share = self.rng.between(low, high);
        match self.values.get(column) {
            Some(Value::Money(amount)) => Value::Money(amount * share / 10_000 / 100 * 100),
            Some(Value::Number(amount)) => Value::Number(amount * share / 10_000),
            Some(Value::Integer(amount)) => Value::Integer(amount * share / 10_000),
            _ => Value::Missing,
        }
    }

    fn day(&mut self, at: usize, shape: &DayShape) -> Value {
        let Some(from) = self.counted_from(at, shape) else { return Value::Missing };
        let date = match shape.from {
            From::Life => from,
            _ => from.plus_days(self.rng.between(i64::from(shape.low), i64::from(shape.high)) as i32),
        };
        let date = self.edged(date, from, shape);
        if shape.from == From::Life && self.rng.chance(AFTER_AS_OF) {
            Value::Date(self.world.as_of.plus_days(self.rng.between(1, NEAR_DAYS) as i32))
        } else if shape.future || date <= self.world.as_of {
            Value::Date(date)
        } else if shape.nullable {
            Value::Missing
        } else {
            Value::Date(self.world.as_of)
        }
    }

    fn counted_from(&mut self, at: usize, shape: &DayShape) -> Option<Date> {
        match shape.from {
            From::AsOf => Some(self.world.as_of),
            From::Column(column) => self.values.get(column).and_then(Value::date),
            From::Life => Some(self.in_life(at)),
        }
    }

    /// A day of the life, sometimes soon after the row before.
    fn in_life(&mut self, at: usize) -> Date {
        let (first, last) = (self.life.begin, self.life.end);
        let near = self.rng.chance(self.shape.near);
        let before = self.before.and_then(|row| row.get(at)).and_then(Value::date).filter(|_| near);
        match before {
            Some(before) => before.plus_days(self.rng.between(0, NEAR_DAYS) as i32),
            None => Date(self.rng.between(i64::from(first.0), i64::from(last.0)) as i32),
        }
    }

    /// Sometimes moved to a day at which something changes, if that is not before what it follows.
    fn edged(&mut self, date: Date, from: Date, shape: &DayShape) -> Date {
        if !self.rng.chance(shape.edge) {
            return date;
        }
        let as_of = self.world.as_of;
        let edges =
            [as_of, as_of, as_of.plus_days(1), calendar::month_end(date), Date(LEAP_DAY), as_of.plus_months(-12)];
        let edge = edges.get(self.rng.below(edges.len() as u64) as usize).copied().unwrap_or(date);
        let earliest = if shape.from == From::Life { self.life.begin } else { from.min(date) };
        let fits = edge >= earliest && (shape.future || edge <= as_of) && !matches!(shape.from, From::AsOf);
        if fits { edge } else { date }
    }
}

/// 2024-02-29.
const LEAP_DAY: i32 = 19_782;

fn pick(rng: &mut Rng, choices: &[(Value, u64)]) -> Value {
    let total = choices.last().map_or(0, |(_, cumulated)| *cumulated);
    let drawn = rng.below(total);
    let at = choices.partition_point(|(_, cumulated)| *cumulated <= drawn);
    choices.get(at).map_or(Value::Missing, |(value, _)| value.clone())
}

/// Business text as people type it: now and then in another case or with blanks behind it.
pub fn soiled(rng: &mut Rng, value: Value) -> Value {
    let Value::Text(text) = &value else { return value };
    match rng.below(100) {
        0..=2 => Value::Text(text.to_uppercase().into()),
        3..=4 => Value::Text(capital(text).into()),
        5..=6 => Value::Text(format!("{text} ").into()),
        7 => Value::Text(format!("{}   ", capital(text)).into()),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leap_day_is_one() {
        assert_eq!(Date(LEAP_DAY).to_string(), "2024-02-29");
    }

    #[test]
    fn a_value_is_picked_as_often_as_its_weight_says() {
        let choices = [(Value::Integer(1), 90), (Value::Integer(2), 100)];
        let mut rng = Rng::seeded(&[3]);
        let twos = (0..10_000).filter(|_| pick(&mut rng, &choices) == Value::Integer(2)).count();
        assert!((800..1200).contains(&twos), "{twos}");
        assert_eq!(pick(&mut rng, &[]), Value::Missing);
    }
}
