//! Scripts of tables, read with sqlparser in the dialect that understands most of them.
//!
//! A script is cut into statements (`statements`), a table into its columns and constraints (`elements`),
//! and what gold.yaml has no word for is taken out before the parser sees it (`clauses`).

mod alter;
mod arguments;
mod clauses;
mod comments;
mod create;
mod elements;
mod renames;
mod statements;
mod tokens;

use std::cmp::Reverse;

use sqlparser::ast::Ident;
use sqlparser::dialect::{Dialect, MsSqlDialect, SparkSqlDialect};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::diagnostics::{Diagnostic, codes::import as codes};
use crate::source::{FileId, Span};

use super::acts::{Act, Change};
use super::source::Name;
use statements::{Kind, Statement, statements};
use tokens::{Text, at_word, is_at, name_of};

/// What a script says of tables; what cannot be read is reported, other statements are passed over.
pub(super) fn read(file: FileId, text: &str, out: &mut Vec<Diagnostic>) -> Vec<Act> {
    let dialects: [&dyn Dialect; 2] = [&MsSqlDialect {}, &SparkSqlDialect {}];
    let readings = dialects.map(|dialect| Script::new(Text::new(file, text, dialect)).read());
    let best = readings.into_iter().min_by_key(|script| (script.cost(), Reverse(script.acts.len())));
    best.map_or_else(Vec::new, |script| {
        out.extend(script.problems);
        script.acts
    })
}

struct Script<'a> {
    text: Text<'a>,
    acts: Vec<Act>,
    problems: Vec<Diagnostic>,
    /// How many columns could not be read.
    unreadable: usize,
}

impl<'a> Script<'a> {
    fn new(text: Text<'a>) -> Self {
        Self { text, acts: Vec::new(), problems: Vec::new(), unreadable: 0 }
    }

    fn cost(&self) -> usize {
        self.problems.iter().filter(|problem| problem.is_error()).count() + self.unreadable
    }

    fn read(mut self) -> Self {
        let (tokens, end) = self.text.tokens();
        statements(&tokens).into_iter().for_each(|statement| self.statement(statement));
        if let Some(end) = end {
            let problem = "a text, name or comment that begins here has no end, and nothing behind it is read";
            self.problems.push(codes::unreadable_script(problem, end));
        }
        self
    }

    fn statement(&mut self, statement: Statement<'_>) {
        let Statement { kind, tokens, in_procedure } = statement;
        match kind {
            Kind::CreateTable if in_procedure => self.in_procedure(tokens),
            Kind::CreateTable => self.create(tokens),
            Kind::CreateView if !in_procedure => self.view(tokens),
            Kind::AlterTable if !in_procedure => self.alter(tokens),
            Kind::DropTable if !in_procedure => self.drop_table(tokens),
            Kind::MoveTable if !in_procedure => self.transfer(tokens),
            Kind::Select => self.select_into(tokens, in_procedure),
            Kind::CommentOn => self.comment_on(tokens),
            Kind::Execute if !in_procedure => self.execute(tokens),
            _ => {}
        }
    }

    /// Something of the tables that is not read, in the words of the program.
    fn problem(&mut self, problem: &str, at: &[TokenWithSpan]) {
        let span = self.text.span(at);
        self.problems.push(codes::unreadable_script(problem, span));
    }

    /// Something that changes a table in a way that is not followed.
    fn passed_over(&mut self, problem: &str, at: &[TokenWithSpan]) {
        let span = self.text.span(at);
        self.problems.push(codes::statement_passed_over(problem, span));
    }

    fn change(&mut self, table: &Name, change: Change, at: &[TokenWithSpan]) {
        let span = self.text.span(at);
        self.acts.push(Act::Change { table: table.clone(), change, span });
    }

    fn ident(&self, name: &Ident) -> Span {
        self.text.place(name.span.start, name.span.end)
    }

    fn drop_table(&mut self, tokens: &[TokenWithSpan]) {
        let names = tokens.get(2 + exists(tokens, 2)..).unwrap_or_default();
        let names = tokens::between_commas(names).into_iter().filter_map(|part| dotted(part, 0));
        self.acts.extend(names.map(|(name, _)| Act::Drop(name)));
    }
}

/// How many tokens `IF [NOT] EXISTS` has at a place.
fn exists(tokens: &[TokenWithSpan], at: usize) -> usize {
    match at_word(tokens, at, &["IF"]) {
        true if at_word(tokens, at + 1, &["NOT"]) => 3,
        true => 2,
        false => 0,
    }
}

/// A name of up to four parts, some of which may be empty (`db..table`), and where it ends.
fn dotted(tokens: &[TokenWithSpan], at: usize) -> Option<(Name, usize)> {
    let (mut parts, mut end) = (vec![name_of(tokens.get(at))?], at + 1);
    while is_at(tokens, end, &Token::Period) {
        end += 1;
        let part = name_of(tokens.get(end));
        end += usize::from(part.is_some());
        parts.push(part.unwrap_or_default());
    }
    let mut from_end = parts.into_iter().rev();
    let mut next = || from_end.next().unwrap_or_default();
    let (table, schema, catalog) = (next(), next(), next());
    (!table.is_empty()).then_some((Name { catalog, schema, table }, end))
}

/// What names a column: its table, and its own name.
fn column_of(name: Name) -> (Name, String) {
    let Name { catalog, schema, table: column } = name;
    (Name { catalog: String::new(), schema: catalog, table: schema }, column)
}
