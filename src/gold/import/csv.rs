//! A CSV export of `INFORMATION_SCHEMA.COLUMNS`: one line for each column, in order of table and position.

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::{FileId, Span};

use super::acts::Act;
use super::source::{Column, Name, Table, is_decimal};

/// Whether the first line names the columns of that view.
pub(super) fn is_export(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("").to_lowercase();
    first.contains("column_name") && first.contains("table_name") && !first.contains("create table")
}

pub(super) fn read(file: FileId, text: &str, out: &mut Vec<Diagnostic>) -> Vec<Act> {
    let mut lines = records(text);
    let Some(header) = lines.next() else { return Vec::new() };
    let first = Span::new(file, header.start, header.end);
    let header = Header::of(&header);
    if header.table.is_none() || header.column.is_none() || header.ty.is_none() {
        out.push(codes::unreadable_export("its first line lacks TABLE_NAME, COLUMN_NAME or DATA_TYPE", first));
        return Vec::new();
    }
    if header.nullable.is_none() {
        let remedy = "export IS_NULLABLE too, or take the `?` away where a column is never missing";
        out.push(codes::draft_assumes("every column may be missing, since IS_NULLABLE is not there", remedy, first));
    }
    let mut export = Export { header, tables: Vec::new(), of_system: Vec::new() };
    for record in lines {
        let span = Span::new(file, record.start, record.end);
        if let Err(problem) = export.line(&record, span, out) {
            out.push(codes::unreadable_export(problem, span));
        }
    }
    export.tables.into_iter().map(Act::Create).collect()
}

/// Schemas that are the database's own.
const OF_SYSTEM: [&str; 5] = ["sys", "information_schema", "queryinsights", "pg_catalog", "guest"];

struct Export {
    header: Header,
    tables: Vec<Table>,
    /// The schemas of the database itself that were met.
    of_system: Vec<String>,
}

impl Export {
    fn line(&mut self, record: &Record, span: Span, out: &mut Vec<Diagnostic>) -> Result<(), &'static str> {
        if record.is_decoration() {
            return Ok(());
        }
        if record.is_open {
            return Err("a quote that begins here has no end, and nothing behind it is read");
        }
        let (name, column) = self.header.column_of(record, span).ok_or("a line has no table, column or type")?;
        let schema = name.schema.to_lowercase();
        if OF_SYSTEM.contains(&schema.as_str()) {
            if !self.of_system.contains(&schema) {
                let lack = format!("the tables of `{}` are the database's own and left out", name.schema);
                out.push(codes::draft_lacks(&lack, "export the gold schema alone to be rid of them", span));
                self.of_system.push(schema);
            }
            return Ok(());
        }
        self.add(name, column, span);
        match self.header.missing(record) {
            Some(text) if !is_yes_or_no(text) => {
                Err("IS_NULLABLE is neither YES nor NO, so the column is taken to be missing at times")
            }
            _ => Ok(()),
        }
    }

    /// A table is told by its whole name as it is written: what differs in capitals alone is another table.
    fn add(&mut self, name: Name, column: Column, span: Span) {
        let same = |table: &&mut Table| {
            table.catalog == name.catalog && table.schema == name.schema && table.name == name.table
        };
        match self.tables.iter_mut().rev().find(same) {
            Some(table) => table.columns.push(column),
            None => self.tables.push(Table { columns: vec![column], ..Table::new(name, span) }),
        }
    }
}

fn is_yes_or_no(text: &str) -> bool {
    ["yes", "no", "true", "false", "1", "0"].iter().any(|known| text.eq_ignore_ascii_case(known))
}

/// Which field of a line holds what.
struct Header {
    catalog: Option<usize>,
    schema: Option<usize>,
    table: Option<usize>,
    column: Option<usize>,
    ty: Option<usize>,
    /// Databricks writes the type with its arguments too.
    full_ty: Option<usize>,
    nullable: Option<usize>,
    precision: Option<usize>,
    scale: Option<usize>,
    comment: Option<usize>,
}

impl Header {
    fn of(record: &Record) -> Self {
        let at = |name: &str| record.fields.iter().position(|field| field.trim().eq_ignore_ascii_case(name));
        Self {
            catalog: at("table_catalog"),
            schema: at("table_schema"),
            table: at("table_name"),
            column: at("column_name"),
            ty: at("data_type"),
            full_ty: at("full_data_type"),
            nullable: at("is_nullable"),
            precision: at("numeric_precision"),
            scale: at("numeric_scale"),
            comment: at("comment"),
        }
    }

    /// Table and column of a line.
    fn column_of(&self, record: &Record, span: Span) -> Option<(Name, Column)> {
        let field = |at: Option<usize>| record.field(at);
        let (table, name, ty) = (field(self.table), field(self.column), field(self.ty));
        if table.is_empty() || name.is_empty() || ty.is_empty() {
            return None;
        }
        let ty = match (field(self.full_ty), field(self.precision), field(self.scale)) {
            (full, ..) if !full.is_empty() => full.to_owned(),
            (_, precision, scale) if !scale.is_empty() && is_decimal(ty) => format!("{ty}({precision},{scale})"),
            _ => ty.to_owned(),
        };
        let comment = field(self.comment);
        let mut column = Column {
            name: name.to_owned(),
            ty,
            nullable: !["no", "false", "0"].iter().any(|no| field(self.nullable).eq_ignore_ascii_case(no)),
            comment: (!comment.is_empty()).then(|| comment.to_owned()),
            unknown: None,
            span,
        };
        if column.is_decimal_without_scale() {
            let reason = format!("the export does not say how many decimals `{}` has", column.ty);
            column.unknown = Some((reason, "export NUMERIC_PRECISION and NUMERIC_SCALE too"));
        }
        let (catalog, schema) = (field(self.catalog).to_owned(), field(self.schema).to_owned());
        Some((Name { catalog, schema, table: table.to_owned() }, column))
    }

    /// What a line says of missing values, where the export says it.
    fn missing<'r>(&self, record: &'r Record) -> Option<&'r str> {
        self.nullable.map(|at| record.field(Some(at)))
    }
}

/// The fields of a line and where it stands in the file.
struct Record {
    fields: Vec<String>,
    start: usize,
    end: usize,
    /// A quote was opened and not closed.
    is_open: bool,
}

impl Record {
    /// Without blanks around it; empty where it is not there or the text `NULL`, as SQL Server exports it.
    fn field(&self, at: Option<usize>) -> &str {
        let text = at.and_then(|at| self.fields.get(at)).map_or("", |field| field.trim());
        if text.eq_ignore_ascii_case("null") { "" } else { text }
    }

    /// What programs write around the lines: `-----,-----` and `(12 rows affected)`.
    fn is_decoration(&self) -> bool {
        let dashes = |field: &String| !field.trim().is_empty() && field.trim().chars().all(|letter| letter == '-');
        let only = match self.fields.as_slice() {
            [only] => only.trim().to_lowercase(),
            _ => String::new(),
        };
        self.fields.iter().all(dashes)
            || (only.starts_with('(') && (only.ends_with("rows affected)") || only.ends_with("row affected)")))
    }
}

/// The lines of RFC 4180: a field in quotes may hold the separator, line breaks and doubled quotes. The
/// separator is the first of `,`, `;`, `|` and tab that stands behind a name of the first line.
fn records(text: &str) -> impl Iterator<Item = Record> {
    let separator = text.chars().find(|letter| matches!(letter, ',' | ';' | '|' | '\t')).unwrap_or(',');
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
                let is_open = content.matches('"').count() % 2 == 1;
                return Some(Record { fields: fields(content, separator), start, end: start + content.len(), is_open });
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
        let acts = read(FileId(0), text, &mut Vec::new());
        let tables = super::super::acts::tables(acts, &mut Vec::new());
        assert_eq!(tables.len(), 1);
        let shown: Vec<_> = tables[0].columns.iter().map(|c| (c.name.as_str(), c.ty.as_str(), c.nullable)).collect();
        assert_eq!(shown, [("order_id", "bigint", false), ("amount", "decimal(18,6)", true)]);
    }
}
