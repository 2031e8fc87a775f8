//! `sample.yaml`, optional beside `gold.yaml`: how often, how much, when. What it does not say
//! follows from the types and names of the schema.

use indexmap::IndexMap;
use serde::Deserialize;

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

/// What `sample.yaml` says of one table; what is none follows from the schema.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TableProfile {
    /// Rows for each row of the table it belongs to, on average; of a table that belongs to none, all rows.
    pub rows: Option<f64>,
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
        match profile.calendar.fiscal_year_begins {
            Some(month) if !(1..=12).contains(&month) => {
                Err(format!("`fiscal_year_begins` is a month, from 1 to 12, not {month}"))
            }
            _ => Ok(profile),
        }
    }

    /// Of a table it does not name, a profile that says nothing.
    pub fn table(&self, name: &str) -> TableProfile {
        self.tables.get(name).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_says_only_what_differs() {
        let text = "tables:\n  order_line:\n    rows: 6\n    columns:\n      status: { weights: { done: 9, open: 1 }, missing: 0.1 }\n";
        let table = Profile::parse(text).unwrap().table("order_line");
        assert_eq!(table.rows, Some(6.0));
        assert_eq!(table.columns["status"].weights.as_ref().unwrap()["done"], 9);
    }

    #[test]
    fn a_misspelled_key_is_an_error() {
        assert!(Profile::parse("tables: { a: { row: 6 } }").is_err());
    }

    #[test]
    fn a_fiscal_year_begins_in_a_month() {
        let begins = |text| Profile::parse(text).map(|profile| profile.calendar.fiscal_year_begins);
        assert_eq!(begins("calendar: { fiscal_year_begins: 7 }"), Ok(Some(7)));
        assert!(begins("calendar: { fiscal_year_begins: 13 }").is_err());
    }
}
