//! The gold schema as the rest of the program reads it: tables, typed columns, relationships, calendar.

use indexmap::IndexMap;

use crate::source::Span;

/// A table, by its place in [`Gold::tables`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub u32);

/// A column, by its table and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnId {
    pub table: TableId,
    pub index: u32,
}

/// A relationship, by its place in [`Gold::relationships`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelationshipId(pub u32);

/// The value types of the language (docs/language.md, Exact and double).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    Integer,
    /// Exact decimal with at most four decimals.
    Money,
    /// Double.
    Number,
    Text,
    Boolean,
    Date,
}

/// A gold schema whose names are resolved. Lookups are by id; `table` and `column` answer none only
/// for an id of another schema.
#[derive(Debug, Clone, Default)]
pub struct Gold {
    /// `defaults: { schema: .. }`, none where nothing is said.
    pub default_schema: Option<String>,
    pub tables: Vec<Table>,
    pub relationships: Vec<Relationship>,
    pub calendar: Option<Calendar>,
    /// The one column that holds the as-of date (`as_of:`), of a one-row table.
    pub as_of: Option<ColumnId>,
    pub contact: Option<Contact>,
}

/// A table of the gold layer as `tables:` of `gold.yaml` declares it (docs/schema.md): facts come from there, never
/// from data.
#[derive(Debug, Clone)]
pub struct Table {
    /// As the language writes it.
    pub name: String,
    /// Where the data stands; both default to `defaults.schema` and the name.
    pub schema: String,
    pub physical: String,
    /// What analysts and Power BI readers see.
    pub label: String,
    pub about: Option<String>,
    /// Empty for a table without a key (a one-row table).
    pub key: Vec<ColumnId>,
    pub columns: Vec<Column>,
    /// The active date role: `date:`.
    pub date: Option<ColumnId>,
    /// `other_dates:`.
    pub other_dates: Vec<ColumnId>,
    pub span: Span,
}

/// A column of a [`Table`] with its type and whether it may be missing, which the queries of the contract hold data
/// to.
#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub ty: Type,
    /// `?`: may be missing.
    pub nullable: bool,
    /// Lower case, no trailing blanks, never empty: SQL compares it as it stands.
    pub normalised: bool,
    /// None for a technical column that readers do not see.
    pub label: Option<String>,
    pub about: Option<String>,
    /// Readers may group and filter by it.
    pub group: bool,
    /// `values:`, empty where any value may stand.
    pub values: Vec<String>,
    pub sort: Option<ColumnId>,
    pub sensitivity: Sensitivity,
    /// `from:` lineage back to the sources, `system.entity.column`.
    pub from: Vec<String>,
    pub span: Span,
}

impl Column {
    /// Its label, else its name.
    pub fn shown_name(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

/// What a column's values say of a person; [`Internal`](Sensitivity::Internal) where nothing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sensitivity {
    Public,
    #[default]
    Internal,
    /// Identifies a person.
    Personal,
    /// Reaches a person.
    Contact,
}

/// Many-to-one, from the column of one table to the single-column key of another.
#[derive(Debug, Clone)]
pub struct Relationship {
    /// What paths write; the target's name unless two relationships lead there.
    pub role: String,
    pub from: ColumnId,
    pub to: ColumnId,
    pub active: bool,
    pub span: Span,
}

/// `calendar:`, the table of days that periods are picked from, and its columns by grain.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub table: TableId,
    pub day: ColumnId,
    /// First and last day of `from:` and `to:`.
    pub first: Date,
    pub last: Date,
    /// Grain name to the column whose values are its units: `month: month_index`.
    pub grains: IndexMap<String, ColumnId>,
    pub span: Span,
}

impl Calendar {
    /// The column whose values are the months.
    pub fn months(&self) -> Option<ColumnId> {
        self.grains.get("month").copied()
    }
}

/// `contact:`, what `by CHANNEL` means.
#[derive(Debug, Clone, Copy)]
pub struct Contact {
    pub table: TableId,
    pub channel: ColumnId,
}

/// A day of the proleptic Gregorian calendar, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(pub i32);

impl Gold {
    /// The table of an id.
    pub fn table(&self, id: TableId) -> Option<&Table> {
        self.tables.get(id.0 as usize)
    }

    /// The column of an id.
    pub fn column(&self, id: ColumnId) -> Option<&Column> {
        self.table(id.table)?.columns.get(id.index as usize)
    }

    /// A column as definitions write it: `customer.country`.
    pub fn written(&self, id: ColumnId) -> String {
        let table = self.table(id.table).map_or("?", |table| table.name.as_str());
        format!("{table}.{}", self.column(id).map_or("?", |column| column.name.as_str()))
    }

    /// The relationship of an id; none only for an id of another schema.
    pub fn relationship(&self, id: RelationshipId) -> Option<&Relationship> {
        self.relationships.get(id.0 as usize)
    }

    /// The schema that views are created in: the default one; where none is said, that of the first table.
    pub fn view_schema(&self) -> &str {
        let of_tables = || self.tables.first().map_or("", |table| table.schema.as_str());
        self.default_schema.as_deref().unwrap_or_else(of_tables)
    }

    /// The table of that name, without regard to case.
    pub fn table_named(&self, name: &str) -> Option<TableId> {
        let at = self.tables.iter().position(|table| table.name.eq_ignore_ascii_case(name))?;
        Some(TableId(at as u32))
    }

    /// The column of a table by its name, without regard to case.
    pub fn column_named(&self, table: TableId, name: &str) -> Option<ColumnId> {
        let columns = &self.table(table)?.columns;
        let at = columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))?;
        Some(ColumnId { table, index: at as u32 })
    }

    /// The relationship that `role` names on `table`, active or not.
    pub fn role_named(&self, table: TableId, role: &str) -> Option<RelationshipId> {
        self.leaving(table).find(|(_, r)| r.role.eq_ignore_ascii_case(role)).map(|(id, _)| id)
    }

    /// The relationships from `table` to others, in order of declaration.
    pub fn leaving(&self, table: TableId) -> impl Iterator<Item = (RelationshipId, &Relationship)> {
        self.relationships
            .iter()
            .enumerate()
            .filter(move |(_, r)| r.from.table == table)
            .map(|(at, r)| (RelationshipId(at as u32), r))
    }

    /// Whether a path leads over active relationships alone.
    pub fn all_active(&self, path: &[RelationshipId]) -> bool {
        path.iter().all(|id| self.relationship(*id).is_some_and(|relationship| relationship.active))
    }

    /// The one chain of active many-to-one relationships from a table to another, empty for a table and itself, none
    /// where there is no chain.
    pub fn active_path(&self, from: TableId, to: TableId) -> Option<Vec<RelationshipId>> {
        if from == to {
            return Some(Vec::new());
        }
        // The nearest first: most chains are one step.
        if let Some((step, _)) = self.leaving(from).find(|(_, r)| r.active && r.to.table == to) {
            return Some(vec![step]);
        }
        // Breadth first: each table that is reached, with the place of the one before it.
        let mut reached = Vec::with_capacity(self.tables.len());
        reached.push((from, None));
        let mut at = 0;
        while let Some((table, _)) = reached.get(at).copied() {
            if table == to {
                return Some(steps_to(&reached, at));
            }
            for (id, relationship) in self.leaving(table).filter(|(_, r)| r.active) {
                if !reached.iter().any(|(table, _)| *table == relationship.to.table) {
                    reached.push((relationship.to.table, Some((at, id))));
                }
            }
            at += 1;
        }
        None
    }

    /// The single-column key of a table, where it has one.
    pub fn single_key(&self, table: TableId) -> Option<ColumnId> {
        match self.table(table)?.key.as_slice() {
            [key] => Some(*key),
            _ => None,
        }
    }
}

/// The relationships travelled to the table at a place, the first one first.
fn steps_to(reached: &[(TableId, Option<(usize, RelationshipId)>)], mut at: usize) -> Vec<RelationshipId> {
    let mut steps = Vec::new();
    while let Some((_, Some((before, step)))) = reached.get(at) {
        steps.push(*step);
        at = *before;
    }
    steps.reverse();
    steps
}
