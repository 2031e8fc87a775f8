//! Trial data for a gold schema: any size, the same bytes for the same seed, with the dirt that real
//! data has.
//!
//! Rows stand owner by owner: what belongs to a row follows as the rows do. Missing
//! values stand in every column that may be missing, some links lead to nobody, business text comes
//! in several spellings, and some dates are those at which a window or a rule changes its answer.

mod calendar;
mod defaults;
mod draw;
mod profile;
mod rng;
mod shape;
mod size;
mod value;

pub use profile::Profile;
pub use size::{MOST_ROWS, TooLarge, too_large};

use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use crate::gold::{Date, Gold, Table, TableId};
use draw::{Drawing, Place};
use rng::Rng;
use shape::{Kind, TableShape};
use value::Value;

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Rows of the table that most others belong to.
    pub entities: u64,
    pub seed: u64,
    pub as_of: Date,
}

/// One table as CSV: a header line, then the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    pub table: TableId,
    /// The table's physical name.
    pub name: String,
    pub rows: usize,
    pub csv: Vec<u8>,
}

/// The as-of date where none was asked for: a month-end inside the calendar, the clock left alone.
pub fn default_as_of(gold: &Gold) -> Date {
    let usual = Date::from_ymd(2026, 6, 30).unwrap_or(Date(0));
    match &gold.calendar {
        Some(days) if usual < days.first || usual > days.last => {
            calendar::month_end(Date(days.first.0 + (days.last.0 - days.first.0) / 4 * 3).plus_months(-1))
        }
        _ => usual,
    }
}

/// Every table of the schema in turn, owners before what belongs to them. `each` gets one at a time,
/// so that only what others look at is kept in memory.
pub fn generate<E>(
    gold: &Gold,
    profile: &Profile,
    request: Request,
    mut each: impl FnMut(Extract) -> Result<(), E>,
) -> Result<(), E> {
    let mut world = World::new(gold, profile, request);
    for id in world.sequence() {
        let (extract, kept) = world.table(id);
        if let Some(extract) = extract {
            each(extract)?;
        }
        world.kept.extend(kept.map(|kept| (id, kept)));
    }
    Ok(())
}

/// The days in which things happen to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    begin: Date,
    end: Date,
}

/// Rows that belong to others look at these.
#[derive(Debug, Default)]
struct Kept {
    rows: Vec<Vec<Value>>,
    lives: Vec<Life>,
}

struct World<'a> {
    gold: &'a Gold,
    seed: u64,
    as_of: Date,
    entities: u64,
    /// The month that a fiscal year begins in, where the profile says it.
    fiscal_first: Option<u32>,
    shapes: IndexMap<TableId, TableShape>,
    kept: IndexMap<TableId, Kept>,
}

/// How the rows of a table spread over their owners: in sixteenths of all owners, how many times the
/// average. They add up to sixteen.
const SPREAD: [f64; 16] = [0.0, 0.0, 0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.1, 1.3, 1.6, 2.0, 2.5, 3.3];
/// Rows of a table that belongs to none and is not the main one.
const SMALL_TABLE: u64 = 40;
/// Rows for each owner where the profile is silent.
const USUAL_ROWS: f64 = 3.0;
/// The oldest data, in months before the as-of date.
const OLDEST_MONTHS: i32 = 72;
/// Of ten thousand rows, how many have nothing happen to them any more after some day.
const FADING: u32 = 3_000;
/// Owners whose rows one task draws.
const CHUNK: usize = 2_048;

impl<'a> World<'a> {
    fn new(gold: &'a Gold, profile: &Profile, request: Request) -> Self {
        let ids = (0..gold.tables.len()).map(|at| TableId(at as u32));
        let shape = |id: TableId| Some((id, shape::table(gold, id, &profile.table(&gold.table(id)?.name))?));
        Self {
            gold,
            seed: request.seed,
            as_of: request.as_of,
            entities: request.entities,
            fiscal_first: profile.calendar.fiscal_year_begins,
            shapes: ids.filter_map(shape).collect(),
            kept: IndexMap::new(),
        }
    }

    /// Owners before what belongs to them; tables that own each other as they are declared.
    fn sequence(&self) -> Vec<TableId> {
        let mut sequence: Vec<TableId> = Vec::new();
        while sequence.len() < self.shapes.len() {
            let waiting = |id: &&TableId| !sequence.contains(id);
            let ready = |id: &&TableId| shape::parents(self.gold, **id).all(|(_, to)| sequence.contains(&to));
            let next = self.shapes.keys().filter(waiting).find(ready).or_else(|| self.shapes.keys().find(waiting));
            let Some(next) = next.copied() else { break };
            sequence.push(next);
        }
        sequence
    }

    /// The table that most others lead to.
    fn main_table(&self) -> Option<TableId> {
        let readers = |id: &TableId| self.gold.relationships.iter().filter(|r| r.to.table == *id).count();
        let roots = self.shapes.iter().filter(|(_, shape)| shape.owner.is_none()).map(|(id, _)| *id);
        roots.rev().max_by_key(readers)
    }

    /// The rows of a table, known before it is drawn only for those that belong to none.
    fn rows(&self, id: TableId) -> u64 {
        if let Some(kept) = self.kept.get(&id) {
            return kept.rows.len() as u64;
        }
        let asked = self.shapes.get(&id).and_then(|shape| shape.rows).map(|rows| rows.max(0.0) as u64);
        if self.main_table() == Some(id) { self.entities } else { asked.unwrap_or(SMALL_TABLE) }
    }

    fn salt(&self, id: TableId) -> u64 {
        self.shapes.get(&id).map_or(0, |shape| shape.salt)
    }

    /// The key of a row, by its number from 0.
    fn key(&self, id: TableId, row: u64) -> Value {
        let key = self.gold.single_key(id).map(|key| key.index as usize);
        let shape = key.and_then(|key| self.shapes.get(&id)?.columns.get(key));
        match shape.map(|shape| &shape.kind) {
            Some(Kind::Serial { prefix: Some(prefix) }) => Value::Key(prefix.clone(), row + 1),
            Some(Kind::Serial { prefix: None }) => Value::Integer(row as i64 + 1),
            _ => Value::Missing,
        }
    }

    fn table(&self, id: TableId) -> (Option<Extract>, Option<Kept>) {
        let (Some(table), Some(shape)) = (self.gold.table(id), self.shapes.get(&id)) else { return (None, None) };
        let derived = self.derived(id, table);
        let (rows, lives, body) = match derived {
            Some(rows) => {
                let body = rows.iter().fold(Vec::new(), |mut out, row| {
                    write_row(row, &mut out);
                    out
                });
                (rows, Vec::new(), body)
            }
            None => self.drawn(id, shape),
        };
        let mut csv = header(table);
        csv.extend_from_slice(&body);
        let extract = Extract { table: id, name: table.physical.clone(), rows: rows.len(), csv };
        (Some(extract), Some(Kept { rows, lives }))
    }

    /// Tables that follow from the request alone: the calendar, and the row with the as-of date.
    fn derived(&self, id: TableId, table: &Table) -> Option<Vec<Vec<Value>>> {
        let calendar = self.gold.calendar.as_ref().filter(|calendar| calendar.table == id);
        if let Some(calendar) = calendar {
            return Some(calendar::rows(self.gold, calendar, self.fiscal_first));
        }
        let as_of = self.gold.as_of.filter(|column| column.table == id)?;
        let cell = |at: usize| if at as u32 == as_of.index { Value::Date(self.as_of) } else { Value::Missing };
        Some(vec![(0..table.columns.len()).map(cell).collect()])
    }

    /// How many rows each owner has; one each of a table that belongs to none.
    fn counts(&self, id: TableId, shape: &TableShape) -> Vec<u32> {
        let owners = shape.owner.and_then(|owner| self.gold.relationship(owner)).map(|r| r.to.table);
        let Some(owners) = owners else { return vec![1; self.rows(id) as usize] };
        let mean = shape.rows.unwrap_or(USUAL_ROWS);
        let count = |owner: u64| {
            let mut rng = Rng::seeded(&[self.seed, shape.salt, owner, 1]);
            let spread = SPREAD.get(rng.below(16) as usize).copied().unwrap_or(1.0);
            let part = rng.below(1_000) as f64 / 1_000.0;
            if self.one_each(id) { 1 } else { (mean * spread + part) as u32 }
        };
        (0..self.rows(owners)).map(count).collect()
    }

    /// The link to the owner is the key: one row for each.
    fn one_each(&self, id: TableId) -> bool {
        let link = self.shapes.get(&id).and_then(|shape| shape.owner).and_then(|owner| self.gold.relationship(owner));
        link.is_some_and(|link| self.gold.single_key(id) == Some(link.from))
    }

    fn drawn(&self, id: TableId, shape: &TableShape) -> (Vec<Vec<Value>>, Vec<Life>, Vec<u8>) {
        let counts = self.counts(id, shape);
        let starts: Vec<u64> = counts
            .iter()
            .scan(0, |next, count| {
                let start = *next;
                *next += u64::from(*count);
                Some(start)
            })
            .collect();
        let keep = self.gold.relationships.iter().any(|r| r.to.table == id);
        let chunks: Vec<Chunk> = counts
            .par_chunks(CHUNK)
            .zip(starts.par_chunks(CHUNK))
            .enumerate()
            .map(|(at, (counts, starts))| self.chunk(shape, at * CHUNK, counts, starts, keep))
            .collect();
        let total = chunks.iter().map(|chunk| chunk.body.len()).sum();
        let (mut rows, mut lives, mut body) = (Vec::new(), Vec::new(), Vec::with_capacity(total));
        for chunk in chunks {
            rows.extend(chunk.rows);
            lives.extend(chunk.lives);
            body.extend_from_slice(&chunk.body);
        }
        (rows, lives, body)
    }

    fn chunk(&self, shape: &TableShape, first: usize, counts: &[u32], starts: &[u64], keep: bool) -> Chunk {
        let owner_table = shape.owner.and_then(|owner| self.gold.relationship(owner)).map(|r| r.to.table);
        let owner = owner_table.and_then(|table| self.kept.get(&table));
        let mut chunk = Chunk::default();
        for (at, (count, start)) in counts.iter().zip(starts).enumerate() {
            let mut before: Option<Vec<Value>> = None;
            for sibling in 0..u64::from(*count) {
                let place = Place { row: start + sibling, owner: first + at, sibling };
                let mut rng = Rng::seeded(&[self.seed, shape.salt, place.row]);
                let life = self.life_of_owner(owner, place.owner);
                let drawing = Drawing {
                    world: self,
                    shape,
                    owner,
                    place,
                    life,
                    before: before.as_deref(),
                    rng: rng.clone(),
                    values: Vec::new(),
                };
                let row = drawing.draw();
                chunk.write(shape, &row, &mut rng);
                if keep {
                    chunk.lives.push(self.life(shape, &row, life, &mut rng));
                    chunk.rows.push(row.clone());
                } else {
                    chunk.rows.push(Vec::new());
                }
                before = Some(row);
            }
        }
        chunk
    }

    fn life_of_owner(&self, owner: Option<&Kept>, row: usize) -> Life {
        let oldest = Life { begin: self.as_of.plus_months(-OLDEST_MONTHS), end: self.as_of };
        owner.and_then(|owner| owner.lives.get(row)).copied().unwrap_or(oldest)
    }

    /// From its first date to its last; some fade away on a day of their own.
    fn life(&self, shape: &TableShape, row: &[Value], within: Life, rng: &mut Rng) -> Life {
        let date = |column: Option<usize>| column.and_then(|column| row.get(column)).and_then(Value::date);
        let begin = date(shape.begins).unwrap_or(within.begin).min(within.end);
        let last = date(shape.ends).map_or(within.end, |end| end.min(within.end)).max(begin);
        let fades = shape.owner.is_none() && rng.chance(FADING);
        let end = if fades { Date(rng.between(i64::from(begin.0), i64::from(last.0)) as i32) } else { last };
        Life { begin, end }
    }
}

/// What one task has drawn. A row that no one looks at is kept empty: only its number counts.
#[derive(Default)]
struct Chunk {
    rows: Vec<Vec<Value>>,
    lives: Vec<Life>,
    body: Vec<u8>,
}

impl Chunk {
    fn write(&mut self, shape: &TableShape, row: &[Value], rng: &mut Rng) {
        let mut between = false;
        for (value, column) in row.iter().zip(&shape.columns) {
            if std::mem::replace(&mut between, true) {
                self.body.push(b',');
            }
            if column.dirty {
                draw::soiled(rng, value.clone()).write(&mut self.body)
            } else {
                value.write(&mut self.body)
            }
        }
        self.body.push(b'\n');
    }
}

fn header(table: &Table) -> Vec<u8> {
    let names: Vec<Value> = table.columns.iter().map(|column| Value::Text(Arc::from(column.name.as_str()))).collect();
    let mut out = Vec::new();
    write_row(&names, &mut out);
    out
}

fn write_row(row: &[Value], out: &mut Vec<u8>) {
    for (at, value) in row.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        value.write(out);
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests;
