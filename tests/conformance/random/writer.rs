//! What a random definition is written with: the schema, the definitions before it, and chance.

use carat::gold::{Gold, LinkError, RelationshipId, TableId, Type, link};

use super::node::Node;
use super::schema::TEXTS;
use crate::data::Random;

/// A metric that is there already.
#[derive(Debug, Clone)]
pub struct KnownMetric {
    pub name: String,
    pub ty: Type,
    /// The tables of its outermost aggregates.
    pub leaves: Vec<TableId>,
    /// It reads the days of the period themselves.
    pub period: bool,
    /// It has no total.
    pub latest: bool,
}

/// The definitions that are there already, by the table they belong to.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub metrics: Vec<KnownMetric>,
    pub filters: Vec<(String, TableId)>,
    pub segments: Vec<(String, TableId)>,
    pub policies: Vec<(String, TableId)>,
    /// Those that ask for a purpose and those that do not.
    pub resolves: Vec<(String, TableId, bool)>,
}

/// Where an expression stands: the row at hand, and whether its columns are written with the table's name.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub table: TableId,
    pub written: bool,
    /// `this purpose` and `this channel` are known.
    pub asked: bool,
}

impl Place {
    pub fn row(table: TableId) -> Place {
        Place { table, written: false, asked: false }
    }

    pub fn written(table: TableId) -> Place {
        Place { table, written: true, asked: false }
    }

    /// What may stand for another piece: of the same kind at the same place.
    pub fn sort(self, what: &str) -> String {
        format!("{what}@{}{}", self.table.0, if self.written { "w" } else { "" })
    }
}

pub struct Writer<'a> {
    pub gold: &'a Gold,
    pub known: &'a Known,
    pub random: &'a mut Random,
}

impl Writer<'_> {
    pub fn one_in(&mut self, n: usize) -> bool {
        self.random.one_in(n)
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        self.random.pick(from).clone()
    }

    /// One of them by its weight.
    pub fn choice<T: Copy>(&mut self, weighted: &[(usize, T)]) -> T {
        let all = weighted.iter().map(|(weight, _)| weight).sum();
        let mut at = self.random.below(all);
        for (weight, one) in weighted {
            if at < *weight {
                return *one;
            }
            at -= weight;
        }
        weighted[0].1
    }

    pub fn table(&self, table: TableId) -> &str {
        &self.gold.tables[table.0 as usize].name
    }

    /// The tables that definitions are about: neither the calendar nor the as-of date's.
    pub fn tables(&self) -> Vec<TableId> {
        let aside = [self.gold.calendar.as_ref().map(|calendar| calendar.table), self.gold.as_of.map(|c| c.table)];
        (0..self.gold.tables.len() as u32).map(TableId).filter(|table| !aside.contains(&Some(*table))).collect()
    }

    /// Tables whose rows have one key: those that metrics are evaluated for.
    pub fn entities(&self) -> Vec<TableId> {
        self.tables().into_iter().filter(|table| self.gold.single_key(*table).is_some()).collect()
    }

    /// What stands before a column or what belongs to the table: its own name where that is needed, then the roles.
    pub fn prefix(&self, place: Place, path: &[RelationshipId]) -> String {
        let own = place.written.then(|| self.table(place.table).to_string());
        let roles = path.iter().filter_map(|link| self.gold.relationship(*link)).map(|link| link.role.clone());
        own.into_iter().chain(roles).map(|step| step + ".").collect()
    }

    /// Every table that active paths lead to from a place, itself first, and what is written before its columns.
    pub fn reached(&self, place: Place) -> Vec<(TableId, String)> {
        let path = |table| Some((table, self.gold.active_path(place.table, table)?));
        let mut all: Vec<_> = self.tables().into_iter().filter_map(path).collect();
        all.sort_by_key(|(_, path)| path.len());
        all.into_iter().map(|(table, path)| (table, self.prefix(place, &path))).collect()
    }

    /// Columns of a type at a place, with their paths.
    pub fn columns(&self, place: Place, ty: Type) -> Vec<String> {
        let of = |(table, prefix): (TableId, String)| {
            let columns = self.gold.tables[table.0 as usize].columns.iter().filter(move |column| column.ty == ty);
            columns.map(move |column| format!("{prefix}{}", column.name)).collect::<Vec<_>>()
        };
        self.reached(place).into_iter().flat_map(of).collect()
    }

    /// A column, the table's own more often than not.
    pub fn column(&mut self, place: Place, ty: Type) -> Option<Node> {
        let columns = self.columns(place, ty);
        if columns.is_empty() {
            return None;
        }
        let at = self.random.below(columns.len());
        let at = if self.one_in(2) { self.random.below(at + 1) } else { at };
        Some(Node::leaf(&place.sort(ty.name()), columns[at].clone()))
    }

    /// A literal as the rows have values.
    pub fn literal(&mut self, ty: Type) -> String {
        let from: &[&str] = match ty {
            Type::Integer => &["0", "1", "1", "2", "3", "5", "-1", "10"],
            Type::Money => &["0", "1", "1.005", "5.005", "-2", "12.3456", "10", "100"],
            Type::Number => &["0", "0.1", "0.3", "0.5", "1.005", "-2.5", "1", "3.25"],
            Type::Boolean => &["true", "false"],
            Type::Date => &["2024-02-29", "2025-01-31", "2025-06-30", "2025-12-31", "2026-01-01", "2024-06-15"],
            Type::Text => &TEXTS,
        };
        let text = self.pick(from);
        if matches!(ty, Type::Date | Type::Text) { format!("\"{text}\"") } else { text.to_string() }
    }

    /// The tables whose rows belong to a row at hand, with ` of LINK` where that must be said.
    pub fn belonging(&self, hand: TableId) -> Vec<(TableId, String)> {
        let linked = |table| match link(self.gold, table, hand) {
            Ok(_) => Some((table, String::new())),
            Err(LinkError::Ambiguous(tables)) => Some((table, format!(" of {}", self.table(*tables.first()?)))),
            Err(LinkError::Unrelated) => None,
        };
        self.tables().into_iter().filter_map(linked).collect()
    }

    /// Those that only an inactive relationship leads to the row at hand, which `any` may use.
    pub fn belonging_inactively(&self, hand: TableId) -> Vec<TableId> {
        let leads = |table: &TableId| self.gold.leaving(*table).any(|(_, link)| !link.active && link.to.table == hand);
        self.tables().into_iter().filter(leads).collect()
    }
}
