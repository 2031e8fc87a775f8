//! What has drifted: a loaded schema held against the tables of a database.

use std::fmt;

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::gold::{ColumnId, Foreign, Gold, Table as GoldTable, TableId, Type};
use crate::source::{FileSet, Span};

use super::source::{Column, Table};

/// One difference between `gold.yaml` and the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    pub change: Change,
    /// The table, as `gold.yaml` names it, or as the database does where it is new.
    pub table: String,
    /// The column, none where the whole table is meant.
    pub column: Option<String>,
    /// The columns of `gold.yaml` that are not what they were: metrics that read them are affected.
    pub columns: Vec<ColumnId>,
    /// Where the database says so; none for what it lacks.
    pub span: Option<Span>,
}

/// In what the database differs from `gold.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    TableMissing,
    ColumnMissing,
    /// The database holds something that is read as another type, or as none.
    TypeChanged {
        expected: Type,
        found: String,
    },
    /// `gold.yaml` says it is never missing, the database allows it.
    MayBeMissing,
    /// `gold.yaml` allows it to be missing, the database does not: harmless, and a `?` too many.
    NeverMissing,
    /// The declared primary key is of other columns.
    KeyChanged {
        found: Vec<String>,
    },
    TableAdded,
    ColumnAdded {
        ty: String,
    },
}

impl Change {
    /// Whether a metric over it may fail or show another number.
    pub fn breaks(&self) -> bool {
        !matches!(self, Change::NeverMissing | Change::TableAdded | Change::ColumnAdded { .. })
    }
}

/// One sentence in the reader's words, without a full stop.
impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column.as_deref().map(|column| format!(".{column}")).unwrap_or_default();
        write!(f, "`{}{column}` ", self.table)?;
        match &self.change {
            Change::TableMissing | Change::ColumnMissing => write!(f, "is not in the database"),
            Change::TypeChanged { expected, found } => {
                write!(f, "is `{found}` in the database, and gold.yaml says {}", stored(*expected))
            }
            Change::MayBeMissing => write!(f, "may be missing in the database, and gold.yaml says never"),
            Change::NeverMissing => write!(f, "is never missing in the database, and gold.yaml has a `?`"),
            Change::KeyChanged { found } => write!(f, "has the key {} in the database", found.join(", ")),
            Change::TableAdded | Change::ColumnAdded { .. } => write!(f, "is in the database and not in gold.yaml"),
        }
    }
}

/// A type of the schema, and how a database stores it where its name does not say so.
fn stored(ty: Type) -> String {
    match ty {
        Type::Number => "number (a double: `FLOAT` in T-SQL, `DOUBLE` in Spark)".to_owned(),
        Type::Money => "money (`DECIMAL(19, 4)`, or fewer digits and decimals)".to_owned(),
        other => other.name().to_owned(),
    }
}

/// Holds a schema against all files of the set: the drift in the order of `gold.yaml`, new tables last, and
/// what of the files could not be read.
pub fn compare(gold: &Gold, files: &FileSet) -> (Vec<Drift>, Vec<Diagnostic>) {
    let (found, mut problems) = super::read(files);
    let mut drift: Vec<Drift> = Vec::new();
    for (at, table) in gold.tables.iter().enumerate() {
        let id = TableId(at as u32);
        match found.iter().find(|other| other.is(&table.schema, &table.physical)) {
            Some(other) => {
                drift.extend(table_drift(id, table, other));
                problems.extend(unknown(table, other));
            }
            None => drift.push(table_missing(id, table)),
        }
    }
    let known = |other: &Table| gold.tables.iter().any(|table| other.is(&table.schema, &table.physical));
    drift.extend(found.iter().filter(|other| !known(other)).map(table_added));
    (drift, problems)
}

/// Columns of the schema of which the files do not say what they hold: they cannot be compared.
fn unknown<'a>(table: &'a GoldTable, found: &'a Table) -> impl Iterator<Item = Diagnostic> + 'a {
    let known = |other: &&Column| table.columns.iter().any(|column| other.is(&column.name));
    let reported = |other: &Column| {
        let (reason, remedy) = other.unknown.as_ref()?;
        Some(codes::column_left_out(&other.name, &found.name, reason, remedy, other.span))
    };
    found.columns.iter().filter(known).filter_map(reported)
}

fn table_missing(id: TableId, table: &GoldTable) -> Drift {
    let columns = (0..table.columns.len()).map(|index| ColumnId { table: id, index: index as u32 }).collect();
    Drift { change: Change::TableMissing, table: table.name.clone(), column: None, columns, span: None }
}

fn table_added(table: &Table) -> Drift {
    let span = Some(table.span);
    Drift { change: Change::TableAdded, table: table.name.clone(), column: None, columns: Vec::new(), span }
}

fn table_drift(id: TableId, table: &GoldTable, found: &Table) -> Vec<Drift> {
    let mut drift = key_drift(table, found);
    for (index, column) in table.columns.iter().enumerate() {
        let id = ColumnId { table: id, index: index as u32 };
        let other = found.column(&column.name);
        let changes = other.map_or_else(|| vec![Change::ColumnMissing], |other| column_changes(column, other));
        drift.extend(changes.into_iter().map(|change| Drift {
            change,
            table: table.name.clone(),
            column: Some(column.name.clone()),
            columns: vec![id],
            span: other.map(|other| other.span),
        }));
    }
    let known = |name: &str| table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    drift.extend(found.columns.iter().filter(|other| !known(&other.name)).map(|other| Drift {
        change: Change::ColumnAdded { ty: other.ty.clone() },
        table: table.name.clone(),
        column: Some(other.name.clone()),
        columns: Vec::new(),
        span: Some(other.span),
    }));
    drift
}

/// A database that declares no key says nothing about it.
fn key_drift(table: &GoldTable, found: &Table) -> Vec<Drift> {
    let name = |id: &ColumnId| table.columns.get(id.index as usize).map(|column| column.name.to_lowercase());
    let mut expected: Vec<String> = table.key.iter().filter_map(name).collect();
    let mut declared: Vec<String> = found.key.iter().map(|key| key.to_lowercase()).collect();
    expected.sort();
    declared.sort();
    if declared.is_empty() || declared == expected {
        return Vec::new();
    }
    vec![Drift {
        change: Change::KeyChanged { found: found.key.clone() },
        table: table.name.clone(),
        column: None,
        columns: table.key.clone(),
        span: Some(found.span),
    }]
}

fn column_changes(column: &crate::gold::Column, found: &Column) -> Vec<Change> {
    let mut changes = Vec::new();
    if found.unknown.is_none() && !holds(column.ty, found) {
        changes.push(Change::TypeChanged { expected: column.ty, found: found.ty.clone() });
    }
    match (column.nullable, found.nullable) {
        (false, true) => changes.push(Change::MayBeMissing),
        (true, false) => changes.push(Change::NeverMissing),
        _ => {}
    }
    changes
}

/// Whether the database stores what the schema says. Decimals and whole numbers are no doubles: engines divide, average
/// and sum them by rules of their own (rules R10, R11, R13).
fn holds(expected: Type, found: &Column) -> bool {
    found.meaning() == Some(Foreign::As(expected))
}
