//! A table for people: columns as wide as their widest cell, numbers to the right.

/// Cells by row; the first row is the header. A column whose every other cell begins with a digit stands
/// to the right.
pub fn aligned(header: &[String], rows: &[Vec<String>]) -> String {
    let columns: Vec<Column> = header.iter().enumerate().map(|(at, name)| Column::of(at, name, rows)).collect();
    let rule: Vec<String> = columns.iter().map(|column| "─".repeat(column.width)).collect();
    let mut out = line(&columns, header) + &line(&columns, &rule);
    for row in rows {
        out += &line(&columns, row);
    }
    out
}

struct Column {
    width: usize,
    right: bool,
}

impl Column {
    fn of(at: usize, name: &str, rows: &[Vec<String>]) -> Self {
        let cells = || rows.iter().filter_map(|row| row.get(at));
        let width = cells().map(|cell| cell.chars().count()).max().unwrap_or(0).max(name.chars().count());
        let number =
            |cell: &String| cell == "-" || cell.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit());
        let right = !rows.is_empty() && cells().all(|cell| number(cell) && !is_date(cell));
        Self { width, right }
    }

    fn padded(&self, cell: &str) -> String {
        let blanks = " ".repeat(self.width.saturating_sub(cell.chars().count()));
        if self.right { blanks + cell } else { cell.to_owned() + &blanks }
    }
}

fn is_date(cell: &str) -> bool {
    crate::gold::Date::parse(cell).is_some()
}

fn line(columns: &[Column], cells: &[String]) -> String {
    let padded: Vec<String> = columns.iter().zip(cells).map(|(column, cell)| column.padded(cell)).collect();
    padded.join("  ").trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_text_to_the_left() {
        let cells = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let rows = [cells(&["de", "1,204.50"]), cells(&["österreich", "-3.00"])];
        assert_eq!(
            aligned(&cells(&["country", "revenue"]), &rows),
            "country      revenue\n──────────  ────────\nde          1,204.50\nösterreich     -3.00\n"
        );
    }
}
