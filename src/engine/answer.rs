//! A result as DuckDB prints it in CSV mode.

use super::MISSING;

/// Column names and rows; numbers stay the text that was printed, so that no digit is lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub columns: Vec<String>,
    /// None for a missing value.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Answer {
    /// Reads RFC 4180 text with a header; empty text is an answer without columns.
    pub fn read(text: &str) -> Self {
        let mut records = records(text).into_iter();
        let columns = records.next().unwrap_or_default();
        let present = |cell: String| (cell != MISSING).then_some(cell);
        Self { columns, rows: records.map(|row| row.into_iter().map(present).collect()).collect() }
    }

    /// The only cell of an answer of one row and column.
    pub fn cell(&self) -> Option<&str> {
        self.rows.first()?.first()?.as_deref()
    }
}

fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match (quoted, c) {
            (true, '"') if chars.next_if_eq(&'"').is_some() => cell.push('"'),
            (_, '"') => quoted = !quoted,
            (false, ',') => record.push(std::mem::take(&mut cell)),
            (false, '\r') => {}
            (false, '\n') => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            (_, other) => cell.push(other),
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_commas_quotes_and_line_ends_are_read_whole() {
        let answer = Answer::read("a,b\n1,\"x,\"\"y\"\"\n\"\n\\N,\"\"\n");
        assert_eq!(answer.columns, ["a", "b"]);
        assert_eq!(answer.rows[0], [Some("1".to_owned()), Some("x,\"y\"\n".to_owned())]);
        assert_eq!(answer.rows[1], [None, Some(String::new())]);
        assert_eq!(Answer::read(""), Answer::default());
    }
}
