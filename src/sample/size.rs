//! How large the tables become, told before anything is drawn.

use indexmap::IndexMap;

use super::{Profile, Request, USUAL_ROWS, World};
use crate::gold::{Gold, TableId};

/// Rows that a table has at most. A table is drawn in memory: so many rows take about 10 GB.
pub const MOST_ROWS: f64 = 100_000_000.0;

/// A table that would not fit into memory.
#[derive(Debug, Clone, PartialEq)]
pub struct TooLarge {
    pub table: String,
    /// About so many.
    pub rows: f64,
    /// Line and column of the profile's `rows:`; none where it says nothing of the table.
    pub place: Option<(u64, u64)>,
}

/// The first table with more than [`MOST_ROWS`] rows.
pub fn too_large(gold: &Gold, profile: &Profile, request: Request) -> Option<TooLarge> {
    let world = World::new(gold, profile, request);
    let mut sizes = IndexMap::new();
    for id in world.sequence() {
        let (table, rows) = (gold.table(id)?, world.expected(id, &sizes));
        if rows > MOST_ROWS {
            let said = profile.tables.get(&table.name).and_then(|said| said.rows.as_ref());
            let place = said.map(|rows| (rows.referenced.line(), rows.referenced.column()));
            return Some(TooLarge { table: table.name.clone(), rows, place });
        }
        sizes.insert(id, rows);
    }
    None
}

impl World<'_> {
    /// The rows of a table on average, given those of the tables before it.
    fn expected(&self, id: TableId, sizes: &IndexMap<TableId, f64>) -> f64 {
        let Some(shape) = self.shapes.get(&id) else { return 0.0 };
        let Some(owner) = shape.owner.and_then(|owner| self.gold.relationship(owner)) else {
            return self.rows(id) as f64;
        };
        let each = if self.one_each(id) { 1.0 } else { shape.rows.unwrap_or(USUAL_ROWS) };
        sizes.get(&owner.to.table).copied().unwrap_or(self.rows(owner.to.table) as f64) * each
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::default_as_of;
    use crate::source::FileSet;

    const GOLD: &str = "
tables:
  shop:
    key: shop_id
    columns: { shop_id: text }
  sale:
    key: sale_id
    to: { shop: shop_id }
    columns: { sale_id: text, shop_id: text }
";

    fn of(profile: &str, entities: u64) -> Option<TooLarge> {
        let mut files = FileSet::default();
        let id = files.add("gold.yaml", GOLD);
        let (gold, _) = crate::gold::load(&files, id);
        let request = Request { entities, seed: 1, as_of: default_as_of(&gold) };
        too_large(&gold, &Profile::parse(profile).unwrap(), request)
    }

    #[test]
    fn a_table_that_memory_does_not_hold_is_told_with_its_place() {
        let sale = |rows, place| Some(TooLarge { table: "sale".to_owned(), rows, place });
        assert_eq!(of("tables:\n  sale:\n    rows: 1e15", 2), sale(2e15, Some((3, 11))));
        assert_eq!(of("tables: { sale: { rows: 50000 } }", 2_000), None);
        assert_eq!(of("tables: { sale: { rows: 50001 } }", 2_000), sale(100_002_000.0, Some((1, 25))));
        assert_eq!(of("", 10_000_000), None);
        assert_eq!(of("", 33_333_334), sale(100_000_002.0, None));
    }
}
