//! `CREATE TABLE` scripts, read with sqlparser in the dialect that understands most of them.

use sqlparser::ast::{
    AlterTable, AlterTableOperation, ColumnDef, ColumnOption, CommentDef, CreateTable, Expr, ForeignKeyConstraint,
    Ident, ObjectName, PrimaryKeyConstraint, Statement, TableConstraint,
};
use sqlparser::dialect::{Dialect, MsSqlDialect, SparkSqlDialect};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::{FileId, Span};

use super::clean::clean;
use super::source::{Column, Reference, Table};
use super::statements::{is_word, place, statements};

/// Reads every table a script creates; what cannot be read is reported, other statements are passed over.
pub(super) fn read(file: FileId, text: &str, out: &mut Vec<Diagnostic>) -> Vec<Table> {
    let dialects: [&dyn Dialect; 2] = [&MsSqlDialect {}, &SparkSqlDialect {}];
    let readings =
        dialects.map(|dialect| Script { file, text, dialect, tables: Vec::new(), problems: Vec::new() }.read());
    let best = readings.into_iter().min_by_key(|script| script.problems.len());
    best.map_or_else(Vec::new, |script| {
        out.extend(script.problems);
        script.tables
    })
}

struct Script<'a> {
    file: FileId,
    text: &'a str,
    dialect: &'a dyn Dialect,
    tables: Vec<Table>,
    problems: Vec<Diagnostic>,
}

impl Script<'_> {
    fn read(mut self) -> Self {
        match statements(self.dialect, self.text) {
            Ok(statements) => statements.iter().for_each(|statement| self.statement(statement)),
            Err((problem, at)) => self.problem(&problem, at, at),
        }
        self
    }

    fn problem(&mut self, problem: &str, start: Location, end: Location) {
        let span = place(self.file, self.text, start, end);
        self.problems.push(codes::unreadable_script(problem, span));
    }

    fn statement(&mut self, tokens: &[TokenWithSpan]) {
        if !describes_a_table(tokens) {
            return;
        }
        let mut parser = Parser::new(self.dialect).with_recursion_limit(50).with_tokens_with_locations(clean(tokens));
        // What follows the columns (storage, partitions) is not read to its end.
        match parser.parse_statement() {
            Ok(Statement::CreateTable(table)) => self.create(&table, tokens),
            Ok(Statement::AlterTable(table)) => self.alter(&table),
            Ok(_) => {}
            Err(problem) => {
                let at = parser.get_current_token().span;
                self.problem(&words(&problem.to_string()), at.start, at.end);
            }
        }
    }

    fn create(&mut self, table: &CreateTable, tokens: &[TokenWithSpan]) {
        let (schema, name) = names(&table.name);
        let mut read = Table {
            schema,
            span: self.span(last(&table.name)),
            name,
            comment: table.comment.as_ref().map(comment).or_else(|| trailing_comment(tokens)),
            columns: table.columns.iter().map(|column| self.column(column)).collect(),
            key: Vec::new(),
            references: Vec::new(),
        };
        for column in &table.columns {
            column.options.iter().for_each(|option| self.column_constraint(&mut read, &column.name, &option.option));
        }
        table.constraints.iter().for_each(|constraint| self.constraint(&mut read, constraint));
        if read.columns.is_empty() {
            self.problems.push(codes::table_without_columns(&read.name, read.span));
        } else {
            self.tables.push(read);
        }
    }

    fn column(&self, column: &ColumnDef) -> Column {
        let said = |wanted: fn(&ColumnOption) -> bool| column.options.iter().any(|option| wanted(&option.option));
        let comment = |option: &ColumnOption| match option {
            ColumnOption::Comment(text) => Some(text.clone()),
            _ => None,
        };
        Column {
            name: column.name.value.clone(),
            ty: column.data_type.to_string(),
            nullable: !said(|option| matches!(option, ColumnOption::NotNull | ColumnOption::PrimaryKey(_))),
            comment: column.options.iter().find_map(|option| comment(&option.option)),
            span: self.span(Some(&column.name)),
        }
    }

    fn column_constraint(&self, table: &mut Table, column: &Ident, option: &ColumnOption) {
        match option {
            ColumnOption::PrimaryKey(_) => table.key = vec![column.value.clone()],
            ColumnOption::ForeignKey(key) => self.reference(table, std::slice::from_ref(column), key),
            _ => {}
        }
    }

    fn constraint(&self, table: &mut Table, constraint: &TableConstraint) {
        match constraint {
            TableConstraint::PrimaryKey(key) => primary_key(table, key),
            TableConstraint::ForeignKey(key) => self.reference(table, &key.columns, key),
            _ => {}
        }
    }

    /// A foreign key of several columns has no counterpart in the language and is left out.
    fn reference(&self, table: &mut Table, columns: &[Ident], key: &ForeignKeyConstraint) {
        if let [column] = columns {
            let (_, target) = names(&key.foreign_table);
            table.references.push(Reference {
                column: column.value.clone(),
                table: target,
                span: self.span(Some(column)),
            });
        }
    }

    fn alter(&mut self, alter: &AlterTable) {
        let (schema, name) = names(&alter.name);
        let Some(at) = self.tables.iter().position(|table| table.is(&schema, &name)) else { return };
        let mut table = self.tables.remove(at);
        for operation in &alter.operations {
            if let AlterTableOperation::AddConstraint { constraint, .. } = operation {
                self.constraint(&mut table, constraint);
            }
        }
        self.tables.insert(at, table);
    }

    fn span(&self, name: Option<&Ident>) -> Span {
        let Some(name) = name else { return Span::new(self.file, 0, 0) };
        place(self.file, self.text, name.span.start, name.span.end)
    }
}

fn primary_key(table: &mut Table, key: &PrimaryKeyConstraint) {
    let column = |expr: &Expr| match expr {
        Expr::Identifier(name) => Some(name.value.clone()),
        _ => None,
    };
    table.key = key.columns.iter().filter_map(|part| column(&part.column.expr)).collect();
    for name in table.key.clone() {
        table
            .columns
            .iter_mut()
            .filter(|column| column.name.eq_ignore_ascii_case(&name))
            .for_each(|column| column.nullable = false);
    }
}

/// `CREATE .. TABLE` or `ALTER TABLE`.
fn describes_a_table(tokens: &[TokenWithSpan]) -> bool {
    let starts = |word: &str| tokens.first().is_some_and(|token| is_word(&token.token, word));
    let table = tokens.iter().take(5).any(|token| is_word(&token.token, "TABLE"));
    table && (starts("CREATE") || starts("ALTER"))
}

fn last(name: &ObjectName) -> Option<&Ident> {
    name.0.last().and_then(|part| part.as_ident())
}

/// Schema, empty where none is written, and name.
fn names(name: &ObjectName) -> (String, String) {
    let part = |from_end: usize| {
        let at = name.0.len().checked_sub(from_end)?;
        name.0.get(at)?.as_ident().map(|ident| ident.value.clone())
    };
    (part(2).unwrap_or_default(), part(1).unwrap_or_default())
}

fn comment(comment: &CommentDef) -> String {
    match comment {
        CommentDef::WithEq(text) | CommentDef::WithoutEq(text) => text.clone(),
    }
}

/// `COMMENT 'text'` behind the columns, where Spark puts it among the words of storage.
fn trailing_comment(tokens: &[TokenWithSpan]) -> Option<String> {
    let closed = tokens.iter().rposition(|token| is_word(&token.token, "USING"))?;
    let behind = tokens.get(closed..)?;
    let at = behind.iter().position(|token| is_word(&token.token, "COMMENT"))?;
    match &behind.get(at + 1)?.token {
        Token::SingleQuotedString(text) => Some(text.clone()),
        _ => None,
    }
}

/// The parser's words without its name and the place, which the message shows by itself.
fn words(problem: &str) -> String {
    let problem = problem.strip_prefix("sql parser error: ").unwrap_or(problem);
    let problem = problem.split(" at Line: ").next().unwrap_or(problem);
    let mut letters = problem.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
