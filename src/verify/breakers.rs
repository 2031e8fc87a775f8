//! What breaks a check, as messages count it.
//!
//! A query of the contract answers with a row for each value, which says how many rows of the table have it.

/// What was found to break a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakers {
    /// Rows of the table; of an expectation, units and groups.
    Rows(u64),
    /// Values, fewer than the rows that have them.
    Values { values: usize, rows: u64 },
    /// The table as a whole.
    Table,
}

impl Breakers {
    /// Of an answer of the contract; none is told where the answer does not say how many rows there are.
    pub fn of_the_contract(columns: &[String], answer: &[Vec<Option<String>>]) -> Option<Self> {
        let at = |wanted: &str| columns.iter().position(|name| name == wanted);
        let (value, count) = (at("value")?, at("row_count")?);
        let rows = answer.iter().map(|row| row.get(count)?.as_deref()?.parse::<u64>().ok()).sum::<Option<u64>>()?;
        let is_listed = answer.iter().any(|row| row.get(value).is_some_and(Option::is_some));
        match is_listed && answer.len() as u64 != rows {
            true => Some(Self::Values { values: answer.len(), rows }),
            false => Some(Self::Rows(rows)),
        }
    }

    /// `2 values break it, in 10 rows`.
    pub fn words(self) -> String {
        match self {
            Self::Rows(1) => "1 row breaks it".to_owned(),
            Self::Rows(rows) => format!("{rows} rows break it"),
            Self::Values { values: 1, rows } => format!("1 value breaks it, in {rows} rows"),
            Self::Values { values, rows } => format!("{values} values break it, in {rows} rows"),
            Self::Table => "the table breaks it".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(answer: &[(Option<&str>, &str)]) -> String {
        let columns = ["breach", "value", "row_count"].map(str::to_owned);
        let row = |(value, count): &(Option<&str>, &str)| {
            vec![Some("missing".to_owned()), value.map(str::to_owned), Some((*count).to_owned())]
        };
        let answer: Vec<_> = answer.iter().map(row).collect();
        Breakers::of_the_contract(&columns, &answer).map_or_else(String::new, Breakers::words)
    }

    #[test]
    fn values_are_counted_with_the_rows_that_have_them() {
        assert_eq!(said(&[(Some("p-1"), "9"), (Some("p-2"), "1")]), "2 values break it, in 10 rows");
        assert_eq!(said(&[(Some("p-1"), "9")]), "1 value breaks it, in 9 rows");
        assert_eq!(said(&[(Some("p-1"), "1"), (Some("p-2"), "1")]), "2 rows break it");
        assert_eq!(said(&[(None, "5")]), "5 rows break it");
        assert_eq!(said(&[(None, "1")]), "1 row breaks it");
    }
}
