//! What a column holds, decided once for a table from the schema and the profile.

use std::sync::Arc;

use crate::gold::{ColumnId, Date, Gold, RelationshipId, Table, TableId, Type};

use super::defaults;
use super::profile::{ColumnProfile, TableProfile};
use super::value::Value;

/// A column's values and how clean they are. Chances are of ten thousand.
#[derive(Debug, Clone)]
pub struct Shape {
    pub kind: Kind,
    pub missing: u32,
    /// Present only where each of these columns has one of these texts.
    pub only: Vec<(usize, Vec<String>)>,
    /// Business text that may come in other cases and with blanks behind it.
    pub dirty: bool,
    /// Drawn once for all rows with the same value of this group column.
    pub per: Option<usize>,
}

/// How the values of a column are drawn.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Numbered from 1, unique in the table.
    Serial {
        prefix: Option<Arc<str>>,
    },
    /// The key of a row of another table.
    Parent(RelationshipId),
    /// A column of the row it belongs to.
    Copy(ColumnId),
    /// One of these, each up to its cumulated weight.
    Pick(Vec<(Value, u64)>),
    /// By the text of another column.
    By {
        column: usize,
        cases: Vec<(String, Kind)>,
        otherwise: Box<Kind>,
    },
    /// Whole numbers of a unit (1 for integers, ten-thousandths for the others).
    Amount {
        low: i64,
        high: i64,
        make: Make,
        negative: u32,
    },
    /// A share, in ten-thousandths, of another amount.
    Share {
        column: usize,
        low: i64,
        high: i64,
    },
    Day(DayShape),
    /// One number for so many rows in a row.
    Group {
        prefix: Arc<str>,
        size: u32,
    },
    /// The n-th row of its parent lies at the n-th month-end before the as-of date: a snapshot.
    MonthEnd,
}

/// How an amount becomes a value.
pub type Make = fn(i64) -> Value;

/// A date, counted in days from another.
#[derive(Debug, Clone)]
pub struct DayShape {
    pub from: From,
    pub low: i32,
    pub high: i32,
    /// May lie after the as-of date; else it has not happened yet, and is missing where it may be.
    pub future: bool,
    pub nullable: bool,
    /// How often it is a day at which windows and rules change their answer.
    pub edge: u32,
}

/// From which day on a date is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Somewhere in the time in which things happen to the row it belongs to.
    Life,
    Column(usize),
    AsOf,
}

/// What generating one table needs to know.
#[derive(Debug, Clone)]
pub struct TableShape {
    /// A number for the table's name: its rows stay as they are when other tables come and go.
    pub salt: u64,
    pub columns: Vec<Shape>,
    /// Places of the columns in an order in which each is drawn after what it looks at.
    pub order: Vec<usize>,
    /// The relationship whose table's rows the rows belong to, one after the other.
    pub owner: Option<RelationshipId>,
    /// Rows for each row of the owner, or all rows.
    pub rows: Option<f64>,
    /// Whose dates begin and end what belongs to a row.
    pub begins: Option<usize>,
    pub ends: Option<usize>,
    pub near: u32,
}

/// The same share as so many of ten thousand.
pub fn of_ten_thousand(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 10_000.0).round() as u32
}

/// The shape of a table; none for a table of another schema.
pub fn table(gold: &Gold, id: TableId, profile: &TableProfile) -> Option<TableShape> {
    let table = gold.table(id)?;
    let owner = owner(gold, id);
    let context = Context { gold, id, table, owner, profile };
    let columns: Vec<Shape> = (0..table.columns.len()).filter_map(|at| context.shape(at)).collect();
    let named = |name: &Option<String>| name.as_deref().and_then(|name| context.place(name));
    Some(TableShape {
        salt: super::rng::hash(&table.name),
        order: order(&columns),
        owner,
        rows: profile.rows.as_ref().map(|rows| rows.value),
        begins: table.date.map(|d| d.index as usize).or_else(|| {
            table.columns.iter().position(|c| c.ty == Type::Date && !c.nullable && !c.name.contains("birth"))
        }),
        ends: named(&profile.ends),
        near: of_ten_thousand(profile.near.unwrap_or(0.05)),
        columns,
    })
}

/// Relationships to tables whose rows are generated, not derived from the calendar, and not to itself.
pub fn parents(gold: &Gold, id: TableId) -> impl Iterator<Item = (RelationshipId, TableId)> {
    let calendar = gold.calendar.as_ref().map(|calendar| calendar.table);
    gold.leaving(id)
        .map(|(relationship, r)| (relationship, r.to.table))
        .filter(move |(_, to)| *to != id && Some(*to) != calendar)
}

/// Rows belong to the most particular table they lead to: one that itself belongs to another, else
/// the one that most tables lead to.
fn owner(gold: &Gold, id: TableId) -> Option<RelationshipId> {
    let readers = |table: TableId| gold.relationships.iter().filter(|r| r.to.table == table).count();
    let rank = |table: TableId| (usize::from(parents(gold, table).next().is_some()), readers(table));
    let best = parents(gold, id).map(|(_, to)| rank(to)).max()?;
    parents(gold, id).find(|(_, to)| rank(*to) == best).map(|(relationship, _)| relationship)
}

struct Context<'a> {
    gold: &'a Gold,
    id: TableId,
    table: &'a Table,
    owner: Option<RelationshipId>,
    profile: &'a TableProfile,
}

impl Context<'_> {
    fn place(&self, name: &str) -> Option<usize> {
        self.table.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    fn id_of(&self, at: usize) -> ColumnId {
        ColumnId { table: self.id, index: at as u32 }
    }

    fn shape(&self, at: usize) -> Option<Shape> {
        let column = self.table.columns.get(at)?;
        let written = self.profile.columns.get(&column.name).cloned().unwrap_or_default();
        let structural = self.structural(at);
        let key = structural.is_some();
        let kind = structural.unwrap_or_else(|| self.kind(at, &written));
        let missing = written.missing.unwrap_or(if key { 0.02 } else { defaults::missing(&column.name, column.ty) });
        let only = written.only.iter().filter_map(|(name, texts)| Some((self.place(name)?, texts.clone()))).collect();
        Some(Shape {
            missing: if column.nullable { of_ten_thousand(missing) } else { 0 },
            only,
            dirty: column.ty == Type::Text && !column.normalised && !key,
            per: written.per.as_deref().and_then(|name| self.place(name)),
            kind,
        })
    }

    /// Keys, links and columns repeated from the row it belongs to: never a matter of the profile.
    fn structural(&self, at: usize) -> Option<Kind> {
        let column = self.table.columns.get(at)?;
        let owner = self.owner.and_then(|owner| self.gold.relationship(owner));
        let link = self.gold.leaving(self.id).find(|(_, r)| r.from == self.id_of(at)).map(|(id, _)| id);
        if link.is_some() && link == self.owner {
            return link.map(Kind::Parent);
        }
        if let Some(copied) = owner.and_then(|owner| self.repeated(at, owner.to.table)) {
            return Some(Kind::Copy(copied));
        }
        if link.is_some() {
            return link.map(Kind::Parent);
        }
        let is_key = self.table.key.contains(&self.id_of(at));
        match (is_key, column.ty) {
            (true, Type::Date) => Some(Kind::MonthEnd),
            (true, Type::Text | Type::Integer)
                if self.table.key.last() == Some(&self.id_of(at)) || self.single_key() =>
            {
                Some(Kind::Serial { prefix: (column.ty == Type::Text).then(|| prefix(&self.table.name)) })
            }
            _ => None,
        }
    }

    fn single_key(&self) -> bool {
        self.table.key.len() == 1
    }

    /// A column of a table that itself belongs to another, carried along under the same name.
    fn repeated(&self, at: usize, owner: TableId) -> Option<ColumnId> {
        parents(self.gold, owner).next()?;
        let column = self.table.columns.get(at)?;
        let id = self.gold.column_named(owner, &column.name)?;
        let original = self.gold.column(id)?;
        let is_link = |id: ColumnId| self.gold.relationships.iter().any(|r| r.from == id);
        let fits = column.values.is_empty() || column.values == original.values;
        let carried = is_link(id) == is_link(self.id_of(at)) && (is_link(id) || (!original.values.is_empty() && fits));
        (original.ty == column.ty && carried).then_some(id)
    }

    /// As the profile says, else as type and name suggest.
    fn kind(&self, at: usize, written: &ColumnProfile) -> Kind {
        let plain = self.plain(at, written);
        let Some((name, cases)) = written.by.first() else { return plain };
        let Some(column) = self.place(name) else { return plain };
        let cases = cases.iter().map(|(text, case)| (text.clone(), self.kind(at, case))).collect();
        Kind::By { column, cases, otherwise: Box::new(plain) }
    }

    fn plain(&self, at: usize, written: &ColumnProfile) -> Kind {
        let Some(column) = self.table.columns.get(at) else { return Kind::Pick(Vec::new()) };
        let unsaid = || defaults::group_of(column).filter(|_| written.weights.is_none() && written.pool.is_none());
        if let Some(size) = written.group_of.or_else(unsaid) {
            return Kind::Group { prefix: prefix(&column.name), size: size.max(1) };
        }
        if let Some(weights) = &written.weights {
            return picks(weights.iter().map(|(text, weight)| (typed(column.ty, text), *weight)));
        }
        if let Some(pool) = written.pool {
            return picks((1..=pool.max(1)).map(|n| (defaults::numbered(column, n), 1)));
        }
        match column.ty {
            Type::Text => picks(defaults::texts(self.table, column)),
            Type::Boolean => picks([(Value::Boolean(true), 5), (Value::Boolean(false), 95)]),
            Type::Date => self.day(at, written),
            Type::Integer | Type::Money | Type::Number => self.amount(column.ty, written),
        }
    }

    fn amount(&self, ty: Type, written: &ColumnProfile) -> Kind {
        let (low, high) = written.range.unwrap_or(defaults::range(ty));
        let unit = if ty == Type::Integer { 1.0 } else { 10_000.0 };
        let (low, high) = ((low * unit).round() as i64, (high * unit).round() as i64);
        match written.share_of.as_deref().and_then(|name| self.place(name)) {
            Some(column) => Kind::Share { column, low, high },
            None => {
                Kind::Amount { low, high, make: make(ty), negative: of_ten_thousand(written.negative.unwrap_or(0.0)) }
            }
        }
    }

    fn day(&self, at: usize, written: &ColumnProfile) -> Kind {
        let column = self.table.columns.get(at);
        let name = column.map_or("", |column| column.name.as_str());
        let from = match written.after.as_deref() {
            Some("as_of") => From::AsOf,
            None if name.contains("birth") => From::AsOf,
            Some(other) => self.place(other).map_or(From::Life, From::Column),
            None => self.default_from(at),
        };
        let (low, high) = written.days.unwrap_or(defaults::days(name));
        let future = written.future.unwrap_or(defaults::may_be_future(name));
        let edge = of_ten_thousand(written.edge.unwrap_or(defaults::EDGE));
        Kind::Day(DayShape { from, low, high, future, nullable: column.is_some_and(|column| column.nullable), edge })
    }

    /// The date role and dates before it happen in the life of the owner; later ones follow the role.
    fn default_from(&self, at: usize) -> From {
        let role = self.table.date.map(|date| date.index as usize);
        let first = self.table.columns.iter().position(|c| c.ty == Type::Date && !c.nullable);
        match role.or(first) {
            Some(main) if main != at => From::Column(main),
            _ => From::Life,
        }
    }
}

fn make(ty: Type) -> Make {
    match ty {
        Type::Integer => Value::Integer,
        Type::Number => Value::Number,
        _ => Value::Money,
    }
}

/// A text of the profile as a value of the type.
fn typed(ty: Type, text: &str) -> Value {
    let scaled = || text.parse::<f64>().ok().map(|value| (value * 10_000.0).round() as i64);
    let value = match ty {
        Type::Text => Some(Value::Text(text.into())),
        Type::Boolean => Some(Value::Boolean(text == "true")),
        Type::Integer => text.parse().ok().map(Value::Integer),
        Type::Date => Date::parse(text).map(Value::Date),
        Type::Money => scaled().map(Value::Money),
        Type::Number => scaled().map(Value::Number),
    };
    value.unwrap_or(Value::Missing)
}

fn picks(weighted: impl IntoIterator<Item = (Value, u32)>) -> Kind {
    let mut total = 0;
    let cumulate = |(value, weight): (Value, u32)| {
        total += u64::from(weight);
        (value, total)
    };
    Kind::Pick(weighted.into_iter().map(cumulate).collect())
}

/// The first letters of the words of a name, and a dash: `order_line` gives `ol-`.
fn prefix(name: &str) -> Arc<str> {
    let letters: String = name.split('_').filter_map(|word| word.chars().next()).collect();
    format!("{}-", letters.to_lowercase()).into()
}

impl Shape {
    /// The columns it looks at.
    fn reads(&self) -> Vec<usize> {
        let only = self.only.iter().map(|(column, _)| *column);
        only.chain(self.per).chain(self.kind.reads()).collect()
    }
}

impl Kind {
    fn reads(&self) -> Vec<usize> {
        match self {
            Kind::By { column, cases, otherwise } => {
                let inner = cases.iter().flat_map(|(_, kind)| kind.reads()).chain(otherwise.reads());
                std::iter::once(*column).chain(inner).collect()
            }
            Kind::Share { column, .. } | Kind::Day(DayShape { from: From::Column(column), .. }) => vec![*column],
            _ => Vec::new(),
        }
    }
}

/// Each column after those it reads; columns that read each other stand as declared.
fn order(columns: &[Shape]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < columns.len() {
        let waiting = |at: &usize| !order.contains(at);
        let ready =
            |at: &usize| columns.get(*at).is_some_and(|shape| shape.reads().iter().all(|read| order.contains(read)));
        let next = (0..columns.len()).filter(waiting).find(ready).or_else(|| (0..columns.len()).find(waiting));
        order.extend(next);
    }
    order
}
