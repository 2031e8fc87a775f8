//! `sample.yaml`, optional beside `gold.yaml`: how often, how much, when. What it does not say
//! follows from the types and names of the schema.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_yaml::Spanned;

/// Shapes by table and column, and what the calendar's columns do not say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    pub calendar: CalendarProfile,
    pub tables: IndexMap<String, TableProfile>,
}

/// What `sample.yaml` says of the calendar.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarProfile {
    /// The month that a fiscal year begins in, from 1; the one that the calendar begins in where nothing is said.
    pub fiscal_year_begins: Option<u32>,
}

/// Different values of a column that are listed before one is drawn.
const MOST_VALUES: u32 = 1_000_000;

/// What `sample.yaml` says of one table; what is none follows from the schema.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableProfile {
    /// Rows for each row of the table it belongs to, on average; of a table that belongs to none, all rows.
    pub rows: Option<Spanned<f64>>,
    /// The column whose date ends everything that belongs to a row.
    pub ends: Option<String>,
    /// The share of rows that follow the row before within ten days.
    pub near: Option<f64>,
    pub columns: IndexMap<String, ColumnProfile>,
}

/// What a column holds. Shares are from 0 to 1.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ColumnProfile {
    /// Value to weight.
    pub weights: Option<IndexMap<String, u32>>,
    /// Smallest and greatest number, both included.
    pub range: Option<(f64, f64)>,
    /// With `range`: a share of this column's amount.
    pub share_of: Option<String>,
    /// The share of amounts that are negative.
    pub negative: Option<f64>,
    /// A date counted from this column's, or from `as_of`.
    pub after: Option<String>,
    /// So many days after it; negative for before.
    pub days: Option<(i32, i32)>,
    /// The date may lie after the as-of date.
    pub future: Option<bool>,
    /// The share of dates that are one at which windows and rules change their answer: the as-of date, the day after it,
    /// a year before it, a month-end, a leap day.
    pub edge: Option<f64>,
    pub missing: Option<f64>,
    /// Present only where these columns have one of these values.
    pub only: IndexMap<String, Vec<String>>,
    /// Another shape for each value of one column.
    pub by: IndexMap<String, IndexMap<String, ColumnProfile>>,
    /// One value for so many rows in a row (the lines of an order).
    pub group_of: Option<u32>,
    /// The same for all rows with the same value of this `group_of` column.
    pub per: Option<String>,
    /// So many different values.
    pub pool: Option<u32>,
}

impl Profile {
    /// # Errors
    /// What the YAML reader says, with line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let profile: Self = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        if let Some(month) = profile.calendar.fiscal_year_begins.filter(|month| !(1..=12).contains(month)) {
            return Err(format!("`fiscal_year_begins` is a month, from 1 to 12, not {month}"));
        }
        match profile.tables.iter().find_map(|(name, table)| Some((name, table.impossible()?))) {
            Some((name, problem)) => Err(format!("`{name}`: {problem}")),
            None => Ok(profile),
        }
    }

    /// Of a table it does not name, a profile that says nothing.
    pub fn table(&self, name: &str) -> TableProfile {
        self.tables.get(name).cloned().unwrap_or_default()
    }
}

impl TableProfile {
    /// What no table can have.
    fn impossible(&self) -> Option<String> {
        let place = |location: serde_yaml::Location| format!("line {}, column {}", location.line(), location.column());
        let rows = self.rows.as_ref().filter(|rows| !(rows.value >= 0.0 && rows.value.is_finite()));
        rows.map(|rows| format!("`rows: {}` is no number of rows, at {}", rows.value, place(rows.referenced))).or_else(
            || self.columns.iter().find_map(|(name, column)| Some(format!("`{name}`: {}", column.impossible()?))),
        )
    }
}

impl ColumnProfile {
    fn impossible(&self) -> Option<String> {
        let pool = self.pool.filter(|pool| *pool > MOST_VALUES);
        pool.map(|pool| format!("`pool: {pool}` is more than {MOST_VALUES} different values"))
            .or_else(|| self.by.values().flat_map(IndexMap::values).find_map(Self::impossible))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_only_what_differs() {
        let text = "tables:\n  order_line:\n    rows: 6\n    columns:\n      status: { weights: { done: 9, open: 1 }, missing: 0.1 }\n";
        let table = Profile::parse(text).unwrap().table("order_line");
        assert_eq!(table.rows.map(|rows| rows.value), Some(6.0));
        assert_eq!(table.columns["status"].weights.as_ref().unwrap()["done"], 9);
    }

    #[test]
    fn a_misspelled_key_is_an_error() {
        assert!(Profile::parse("tables: { a: { row: 6 } }").is_err());
    }

    #[test]
    fn what_no_table_can_have_is_told_with_its_place() {
        let problem = |text| Profile::parse(text).unwrap_err();
        assert_eq!(
            problem("tables:\n  sale:\n    rows: -2"),
            "`sale`: `rows: -2` is no number of rows, at line 3, column 11"
        );
        assert!(problem("tables: { sale: { rows: .inf } }").contains("`rows: inf` is no number of rows"));
        let pool = "tables: { sale: { columns: { a: { by: { b: { c: { pool: 4000000000 } } } } } } }";
        assert_eq!(problem(pool), "`sale`: `a`: `pool: 4000000000` is more than 1000000 different values");
    }

    #[test]
    fn a_fiscal_year_begins_in_a_month() {
        let begins = |text| Profile::parse(text).map(|profile| profile.calendar.fiscal_year_begins);
        assert_eq!(begins("calendar: { fiscal_year_begins: 7 }"), Ok(Some(7)));
        assert!(begins("calendar: { fiscal_year_begins: 13 }").is_err());
    }
}
