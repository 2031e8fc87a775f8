//! `carat.yaml` -> what a project asks for: its name, gold schema, currency, targets, policies.

mod changes;
mod load;
mod values;

pub use changes::{Approvers, Changes, Exception};
pub use load::load;
pub use values::is_named;

use indexmap::IndexMap;

use crate::source::Spanned;

/// What `carat.yaml` says, with what stands where it says nothing.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The language version the files are written in; 1 today.
    pub language: u32,
    /// The project's technical name: `customer_360`.
    pub project: String,
    /// What people read; defaults to the name.
    pub label: String,
    /// The gold schema's file, relative to `carat.yaml`; `gold.yaml` by default, empty where another may not be read.
    pub gold: String,
    /// ISO 4217 code that `format: money` prints.
    pub currency: String,
    /// BCP 47 tag of the labels in the files (`labels_in:`); `en-US` by default.
    pub language_tag: String,
    pub powerbi: Option<PowerBi>,
    /// The SQL dialects to write, in order.
    pub dialects: Vec<DialectName>,
    /// Purpose to channel to the name of the policy that guards it.
    pub policies: IndexMap<String, IndexMap<String, Spanned<String>>>,
    /// How long the members of an activation segment may be used once they are read, in hours; 24 by default.
    pub valid_for_hours: u32,
    /// What is done about changes of the project.
    pub changes: Changes,
}

/// `targets: powerbi:`, how the semantic model reads its data.
#[derive(Debug, Clone)]
pub struct PowerBi {
    pub storage: Storage,
    /// Key to value as written, `${VARIABLE}` kept: `workspace` and `lakehouse` for Direct Lake on
    /// OneLake, `endpoint` and `database` for the other modes, there perhaps with the `item` that the database is.
    pub connection: IndexMap<String, String>,
}

/// Power BI storage modes (powerbi: "Direct Lake overview").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Storage {
    #[default]
    DirectLakeOneLake,
    DirectLakeSql,
    Import,
}

/// What a database behind an endpoint is in Fabric, which deployment looks its endpoint up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    Lakehouse,
    Warehouse,
}

impl Item {
    /// As `carat.yaml` writes them.
    pub const NAMES: [(&str, Item); 2] = [("lakehouse", Item::Lakehouse), ("warehouse", Item::Warehouse)];
}

impl PowerBi {
    /// What the database is; none where the settings do not say so.
    pub fn item(&self) -> Option<Item> {
        let written = self.connection.get("item")?;
        Item::NAMES.iter().find(|(name, _)| name == written).map(|(_, item)| *item)
    }
}

/// The SQL dialects, by what `carat.yaml`, the command line and the folders under `sql` call them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DialectName {
    Fabric,
    Spark,
    DuckDb,
    Postgres,
}

impl Storage {
    /// As `carat.yaml` writes them.
    pub const NAMES: [(&str, Storage); 3] = [
        ("direct_lake_onelake", Storage::DirectLakeOneLake),
        ("direct_lake_sql", Storage::DirectLakeSql),
        ("import", Storage::Import),
    ];

    /// As in [`NAMES`](Self::NAMES).
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, storage)| *storage == self).map_or("?", |(name, _)| name)
    }

    /// What `connection:` may say besides.
    pub fn optional_keys(self) -> &'static [&'static str] {
        match self {
            Storage::DirectLakeOneLake => &[],
            Storage::DirectLakeSql | Storage::Import => &["item"],
        }
    }

    /// What `connection:` must say.
    pub fn connection_keys(self) -> &'static [&'static str] {
        match self {
            Storage::DirectLakeOneLake => &["workspace", "lakehouse"],
            Storage::DirectLakeSql | Storage::Import => &["endpoint", "database"],
        }
    }
}

impl DialectName {
    /// As `carat.yaml`, the command line and the folders under `build/sql` write them.
    pub const NAMES: [(&str, DialectName); 4] = [
        ("fabric", DialectName::Fabric),
        ("spark", DialectName::Spark),
        ("duckdb", DialectName::DuckDb),
        ("postgres", DialectName::Postgres),
    ];

    /// Every dialect once, in the order of [`NAMES`](Self::NAMES).
    pub fn all() -> [DialectName; Self::NAMES.len()] {
        Self::NAMES.map(|(_, dialect)| dialect)
    }

    /// As in [`NAMES`](Self::NAMES).
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, dialect)| *dialect == self).map_or("?", |(name, _)| name)
    }

    /// The dialect of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, dialect)| *dialect)
    }
}
