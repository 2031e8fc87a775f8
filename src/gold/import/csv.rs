//! A CSV export of `INFORMATION_SCHEMA.COLUMNS`: one line for each column, in order of table and position.

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::{FileId, Span};

use super::source::{Column, Table};

/// Whether the first line names the columns of that view.
pub(super) fn is_export(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("").to_lowercase();
    first.contains("column_name") && first.contains("table_name") && !first.contains("create table")
}

pub(super) fn read(file: FileId, text: &str, out: &mut Vec<Diagnostic>) -> Vec<Table> {
    let mut lines = records(text);
    let Some(header) = lines.next() else { return Vec::new() };
    let header = Header::of(&header);
    if header.table.is_none() || header.column.is_none() || header.ty.is_none() {
        out.push(codes::unreadable_export(
            "its first line lacks TABLE_NAME, COLUMN_NAME or DATA_TYPE",
            Span::new(file, 0, 0),
        ));
        return Vec::new();
    }
    let mut tables: Vec<Table> = Vec::new();
    for record in lines {
        let span = Span::new(file, record.start, record.end);
        match header.column_of(&record, span) {
            Some((schema, name, column)) => add(&mut tables, &schema, &name, column, span),
            None => out.push(codes::unreadable_export("a line has no table, column or type", span)),
        }
    }
    tables
}

fn add(tables: &mut Vec<Table>, schema: &str, name: &str, column: Column, span: Span) {
    match tables.iter_mut().find(|table| table.is(schema, name)) {
        Some(table) => table.columns.push(column),
        None => tables.push(Table {
            schema: schema.to_owned(),
            name: name.to_owned(),
            comment: None,
            columns: vec![column],
            key: Vec::new(),
            references: Vec::new(),
            span,
        }),
    }
}

/// Which field of a line holds what.
struct Header {
    schema: Option<usize>,
    table: Option<usize>,
    column: Option<usize>,
    ty: Option<usize>,
    nullable: Option<usize>,
    precision: Option<usize>,
    scale: Option<usize>,
}

impl Header {
    fn of(record: &Record) -> Self {
        let at = |name: &str| record.fields.iter().position(|field| field.trim().eq_ignore_ascii_case(name));
        Self {
            schema: at("table_schema"),
            table: at("table_name"),
            column: at("column_name"),
            ty: at("data_type"),
            nullable: at("is_nullable"),
            precision: at("numeric_precision"),
            scale: at("numeric_scale"),
        }
    }

    /// Schema, table and column of a line.
    fn column_of(&self, record: &Record, span: Span) -> Option<(String, String, Column)> {
        let field = |at: Option<usize>| at.and_then(|at| record.fields.get(at)).map_or("", |field| field.trim());
        let (table, name, ty) = (field(self.table), field(self.column), field(self.ty));
        if table.is_empty() || name.is_empty() || ty.is_empty() {
            return None;
        }
        let ty = match (field(self.precision), field(self.scale)) {
            (precision, scale) if !scale.is_empty() && is_decimal(ty) => format!("{ty}({precision},{scale})"),
            _ => ty.to_owned(),
        };
        let nullable = !matches!(field(self.nullable).to_lowercase().as_str(), "no" | "false" | "0");
        let column = Column { name: name.to_owned(), ty, nullable, comment: None, span };
        Some((field(self.schema).to_owned(), table.to_owned(), column))
    }
}

fn is_decimal(ty: &str) -> bool {
    ["decimal", "numeric", "number"].iter().any(|name| ty.eq_ignore_ascii_case(name))
}

/// The fields of a line and where it stands in the file.
struct Record {
    fields: Vec<String>,
    start: usize,
    end: usize,
}

/// The lines of RFC 4180: a field in quotes may hold the separator, line breaks and doubled quotes. The
/// separator is the first of `,`, `;` and tab that stands behind a name of the first line.
fn records(text: &str) -> impl Iterator<Item = Record> {
    let separator = text.chars().find(|letter| matches!(letter, ',' | ';' | '\t')).unwrap_or(',');
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut at = text.len() - rest.len();
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let length = line_length(rest);
            let line = rest.get(..length).unwrap_or(rest);
            let start = at;
            at += length;
            rest = rest.get(length..).unwrap_or("");
            let content = line.trim_end_matches(['\n', '\r']);
            if !content.trim().is_empty() {
                return Some(Record { fields: fields(content, separator), start, end: start + content.len() });
            }
        }
        None
    })
}

/// Up to and with the line break that is not in quotes.
fn line_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '\n' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn fields(line: &str, separator: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let Some(field) = fields.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            _ if letter == separator && !quoted => fields.push(String::new()),
            _ => field.push(letter),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_separators_line_breaks_and_quotes() {
        let read: Vec<_> = records("a;b\r\n\"x;\"\"y\"\"\nz\";2\n\n").map(|record| record.fields).collect();
        assert_eq!(read, [vec!["a", "b"], vec!["x;\"y\"\nz", "2"]]);
    }

    #[test]
    fn an_export_gives_tables_with_their_types() {
        let text = "TABLE_SCHEMA,TABLE_NAME,COLUMN_NAME,IS_NULLABLE,DATA_TYPE,NUMERIC_PRECISION,NUMERIC_SCALE\n\
                    gold,order,order_id,NO,bigint,19,0\ngold,order,amount,YES,decimal,18,6\n";
        let tables = read(FileId(0), text, &mut Vec::new());
        assert_eq!(tables.len(), 1);
        let shown: Vec<_> = tables[0].columns.iter().map(|c| (c.name.as_str(), c.ty.as_str(), c.nullable)).collect();
        assert_eq!(shown, [("order_id", "bigint", false), ("amount", "decimal(18,6)", true)]);
    }
}
