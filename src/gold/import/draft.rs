//! From tables of a database to a draft: what is declared is taken over, the rest is said to be lacking.

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::gold::{Foreign, Type};
use crate::source::Span;

use super::names::{obstacle, role, table_names};
use super::paths::Graph;
use super::references::{Link, links};
use super::source::{Column, Table};

/// A `gold.yaml` in parts, ready to be written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The schema most tables are in.
    pub schema: String,
    /// `table.column`.
    pub as_of: Option<String>,
    /// The calendar's table and day.
    pub calendar: Option<(String, String)>,
    pub tables: Vec<DraftTable>,
}

#[derive(Debug)]
pub(super) struct DraftTable {
    pub name: String,
    /// Its name in the database where that is another one.
    pub physical: Option<String>,
    /// Its schema where that is not the draft's.
    pub schema: Option<String>,
    pub about: Option<String>,
    pub key: Vec<String>,
    pub relationships: Vec<DraftRelationship>,
    /// Date roles, the first of them the active one.
    pub dates: Vec<String>,
    pub columns: Vec<DraftColumn>,
}

#[derive(Debug)]
pub(super) struct DraftRelationship {
    pub role: String,
    pub table: String,
    pub by: String,
    pub active: bool,
}

#[derive(Debug)]
pub(super) enum DraftColumn {
    Kept {
        name: String,
        nullable: bool,
        ty: Type,
        normalised: bool,
        about: Option<String>,
    },
    /// Written as a comment, with the reason.
    LeftOut {
        name: String,
        reason: String,
    },
}

pub(super) fn draft(sources: &[Table], out: &mut Vec<Diagnostic>) -> Draft {
    let Some(first) = sources.first() else { return Draft::default() };
    let names = table_names(sources);
    let schema = common_schema(sources);
    let links = links(sources, out);
    let calendar = calendar(sources, &links);
    let edges = links.iter().enumerate().flat_map(|(at, links)| links.iter().map(move |link| (at, link.table)));
    let graph = Graph::of(edges.collect());
    let mut writer = Writer { sources, names: &names, calendar, links: &links, graph, out };
    let tables = (0..sources.len()).filter_map(|at| writer.table(at, &schema)).collect();
    let calendar = writer.write_calendar();
    let as_of = writer.as_of(first.span);
    writer.lack(
        "a database does not say what readers see, may group by, or where data comes from",
        "add `label:`, `group: true`, `values:`, `sensitivity:` and `from:` where they help; `carat check` names what must be added",
        first.span,
    );
    Draft { schema, as_of, calendar, tables }
}

/// The schema of most tables; of two the one that comes first.
fn common_schema(sources: &[Table]) -> String {
    let count = |schema: &str| sources.iter().filter(|table| table.schema.eq_ignore_ascii_case(schema)).count();
    let best = sources.iter().rev().max_by_key(|table| count(&table.schema));
    best.map(|table| table.schema.clone()).unwrap_or_default()
}

/// The table whose key is one date, if there is just one; of several the one that dates refer to.
fn calendar(sources: &[Table], links: &[Vec<Link>]) -> Option<usize> {
    let is_calendar = |table: &Table| match table.key.as_slice() {
        [day] => table.column(day).and_then(Column::meaning) == Some(Foreign::As(Type::Date)),
        _ => false,
    };
    let readers = |at: usize| links.iter().flatten().filter(|link| link.table == at).count();
    let calendars: Vec<usize> = (0..sources.len()).filter(|at| sources.get(*at).is_some_and(is_calendar)).collect();
    match calendars.as_slice() {
        [one] => Some(*one),
        many => many.iter().copied().filter(|at| readers(*at) > 0).max_by_key(|at| readers(*at)),
    }
}

struct Writer<'a> {
    sources: &'a [Table],
    names: &'a [String],
    calendar: Option<usize>,
    links: &'a [Vec<Link>],
    graph: Graph,
    out: &'a mut Vec<Diagnostic>,
}

impl Writer<'_> {
    fn lack(&mut self, lack: &str, remedy: &str, span: Span) {
        self.out.push(codes::draft_lacks(lack, remedy, span));
    }

    fn assume(&mut self, assumption: &str, remedy: &str, span: Span) {
        self.out.push(codes::draft_assumes(assumption, remedy, span));
    }

    fn table(&mut self, at: usize, schema: &str) -> Option<DraftTable> {
        let (table, name) = (self.sources.get(at)?, self.names.get(at)?.clone());
        let columns: Vec<DraftColumn> = table.columns.iter().map(|column| self.column(at, table, column)).collect();
        let kept = |column: &str| columns.iter().any(|kept| kept.is(column));
        let key = if table.key.iter().all(|key| kept(key)) { table.key.clone() } else { Vec::new() };
        if key.is_empty() && Some(at) != self.as_of_table() {
            let lack = match table.key.as_slice() {
                [] => format!("no key is declared for `{}`", table.name),
                lost => format!("the key of `{}` ({}) is left out with its columns", table.name, lost.join(", ")),
            };
            self.lack(&lack, "add `key:` with the column that tells its rows apart, if it has one", table.span);
        }
        self.normalised(at, table);
        Some(DraftTable {
            physical: (name != table.name).then(|| table.name.clone()),
            schema: (!table.schema.eq_ignore_ascii_case(schema)).then(|| table.schema.clone()),
            about: table.comment.clone(),
            relationships: self.relationships(at, table),
            dates: self.dates(at, table),
            name,
            key,
            columns,
        })
    }

    fn column(&mut self, at: usize, table: &Table, column: &Column) -> DraftColumn {
        match (obstacle(column), column.meaning()) {
            (None, Some(Foreign::As(ty))) => {
                self.whole_number(table, column);
                self.many_digits(table, column, ty);
                self.kept(at, table, column, ty)
            }
            (obstacle, _) => {
                let (reason, remedy) = obstacle.unwrap_or_default();
                self.out.push(codes::column_left_out(&column.name, &table.name, &reason, remedy, column.span));
                DraftColumn::LeftOut { name: column.name.clone(), reason }
            }
        }
    }

    fn many_digits(&mut self, table: &Table, column: &Column, ty: Type) {
        if column.has_more_digits_than(ty) {
            let assumption = format!(
                "`{}.{}` is never too large for `{}`, which Power BI keeps in 64 bits; `{}` could be",
                table.name,
                column.name,
                ty.name(),
                column.ty
            );
            let remedy = "run `contract.sql`, which lists what is too large; a number that only names something can become text upstream";
            self.assume(&assumption, remedy, column.span);
        }
    }

    fn whole_number(&mut self, table: &Table, column: &Column) {
        if column.is_decimal_without_scale() {
            let assumption = format!(
                "`{}.{}` has no decimals, as `{}` without a scale has none in T-SQL and Spark",
                table.name, column.name, column.ty
            );
            self.assume(&assumption, "write `money` or `number` where the database keeps decimals", column.span);
        }
    }

    fn kept(&self, at: usize, table: &Table, column: &Column, ty: Type) -> DraftColumn {
        DraftColumn::Kept {
            name: column.name.clone(),
            nullable: column.nullable && !table.is_key(&column.name),
            ty,
            normalised: ty == Type::Text && self.joins(at, table, &column.name),
            about: column.comment.clone(),
        }
    }

    /// Whether rows are joined by the column.
    fn joins(&self, at: usize, table: &Table, column: &str) -> bool {
        table.is_key(column) || self.links(at).iter().any(|link| link.column.eq_ignore_ascii_case(column))
    }

    fn links(&self, at: usize) -> &[Link] {
        self.links.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    fn normalised(&mut self, at: usize, table: &Table) {
        let is_text =
            |column: &&Column| column.meaning() == Some(Foreign::As(Type::Text)) && obstacle(column).is_none();
        let joined = table.columns.iter().filter(is_text).filter(|column| self.joins(at, table, &column.name));
        let names: Vec<String> = joined.map(|column| format!("`{}`", column.name)).collect();
        if !names.is_empty() {
            let assumption = format!(
                "the keys of `{}` ({}) are in lower case and without trailing blanks",
                table.name,
                names.join(", ")
            );
            self.assume(
                &assumption,
                "rows are joined by them; trim and lower-case them upstream where that is not so",
                table.span,
            );
        }
    }

    fn relationships(&mut self, at: usize, table: &Table) -> Vec<DraftRelationship> {
        let mut relationships: Vec<DraftRelationship> = Vec::new();
        let (links, calendar) = (self.links, self.calendar);
        let of_table = links.get(at).into_iter().flatten();
        for link in of_table.filter(|link| Some(link.table) != calendar) {
            let name = self.names.get(link.table).cloned().unwrap_or_default();
            let known = |role: &str| relationships.iter().any(|other| other.role.eq_ignore_ascii_case(role));
            let role = role(&name, &link.column, |role| table.column(role).is_some() || known(role));
            let active = self.is_active(at, table, link);
            relationships.push(DraftRelationship { role, table: name, by: link.column.clone(), active });
        }
        relationships
    }

    fn is_active(&mut self, at: usize, table: &Table, link: &Link) -> bool {
        let active = self.graph.add(at, link.table);
        if !active {
            let target = self.sources.get(link.table).map(|table| table.name.as_str()).unwrap_or_default();
            let assumption = format!(
                "readers do not reach `{target}` from `{}` by `{}`, since another way leads there",
                table.name, link.column
            );
            let remedy = "make this one active and the other `active: false` if it is the other way round";
            self.assume(&assumption, remedy, link.span);
        }
        active
    }

    fn dates(&mut self, at: usize, table: &Table) -> Vec<String> {
        let links = self.links;
        let roles = links.get(at).into_iter().flatten().filter(|link| Some(link.table) == self.calendar);
        let roles: Vec<&Link> = roles.collect();
        if let [first, _, ..] = roles.as_slice() {
            let assumption = format!("readers slice `{}` by `{}`", table.name, first.column);
            self.assume(
                &assumption,
                "write the date they slice by as `date:` and the rest as `other_dates:`",
                first.span,
            );
        }
        roles.iter().map(|link| link.column.clone()).collect()
    }

    fn write_calendar(&mut self) -> Option<(String, String)> {
        let found = self.calendar.and_then(|at| Some((self.sources.get(at)?, self.names.get(at)?)));
        match found {
            Some((table, name)) => {
                let remedy = "add `from:`, `to:` and `grains:` to `calendar:`";
                self.lack("the calendar's first and last day and its grains are not in a script", remedy, table.span);
                Some((name.clone(), table.key.first()?.clone()))
            }
            None => {
                let remedy = "add `calendar:`; a calendar is a table with one row for each day, whose key is a date";
                let span = self.sources.first()?.span;
                self.lack("no table is known by one date, so there is no calendar", remedy, span);
                None
            }
        }
    }

    /// The one table without a key that holds one date.
    fn as_of_table(&self) -> Option<usize> {
        let is_date = |column: &&Column| column.meaning() == Some(Foreign::As(Type::Date)) && !column.nullable;
        let fits = |table: &Table| {
            table.key.is_empty()
                && table.references.is_empty()
                && table.columns.iter().filter(is_date).count() == 1
                && table.columns.len() <= 3
        };
        let fitting: Vec<usize> =
            (0..self.sources.len()).filter(|at| self.sources.get(*at).is_some_and(fits)).collect();
        match fitting.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    fn as_of(&mut self, first: Span) -> Option<String> {
        let found = self.as_of_table().and_then(|at| Some((self.sources.get(at)?, self.names.get(at)?)));
        let Some((table, name)) = found else {
            self.lack(
                "the day the data is complete to is not known",
                "add `as_of: table.column` with a table of one row",
                first,
            );
            return None;
        };
        let column = table.columns.iter().find(|column| column.meaning() == Some(Foreign::As(Type::Date)))?;
        let as_of = format!("{name}.{}", column.name);
        let assumption = format!("`{as_of}` is the day the data is complete to");
        self.assume(&assumption, "name another column at `as_of:` if it is not", table.span);
        Some(as_of)
    }
}

impl DraftColumn {
    fn is(&self, name: &str) -> bool {
        matches!(self, DraftColumn::Kept { name: kept, .. } if kept.eq_ignore_ascii_case(name))
    }
}
