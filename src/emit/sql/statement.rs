//! A statement in the words of several dialects: built once, tidied, written part by part.

use std::sync::RwLock;

use super::ast::Selection;
use super::compiler::Compiler;
use super::context::Asked;
use super::dialects::{Dialect, Percentile};
use super::frame::RelationId;
use super::page::Text;
use super::periods::Days;
use super::print;
use super::tidy::{self, Cte};
use crate::model::Model;
use crate::plan::tree::Plan;

/// A statement but for the relations that it reads, which its compiler still has to give away.
pub struct Draft {
    /// Each after what it reads.
    pub relations: Vec<RelationId>,
    pub body: Selection,
}

impl Draft {
    /// It reads no relations.
    pub fn of(body: Selection) -> Self {
        Draft { relations: Vec::new(), body }
    }
}

/// The text of one statement in each of several dialects, in their order, without a final semicolon.
pub type Spelled = Vec<String>;

/// The bytes of an ordinary statement.
const USUAL: usize = 4096;

/// What `write` writes, in these dialects.
pub fn spelled(dialects: &[&'static Dialect], write: impl FnOnce(Texts<'_>)) -> Spelled {
    let mut texts: Vec<String> = dialects.iter().map(|_| String::with_capacity(USUAL)).collect();
    write(Texts::new(dialects, &mut texts));
    // Most are short, and thousands may be kept.
    texts.iter_mut().for_each(String::shrink_to_fit);
    texts
}

/// What a compiler of one dialect drafted.
pub fn in_dialect(dialect: &'static Dialect, compiler: &mut Compiler<'_>, draft: Draft) -> String {
    let mut text = String::with_capacity(USUAL);
    Texts::new(&[dialect], [&mut text]).draft(compiler, draft);
    text
}

/// What `draft` drafts with a compiler of its own, at the end of the texts: once for all dialects, and again for those
/// that write percentiles as window functions where it asks for some.
pub fn write<'a>(
    (model, plan, asked): (&'a Model, &'a Plan, Asked<'a>),
    mut draft: impl FnMut(&mut Compiler<'a>) -> Draft,
    mut texts: Texts<'_>,
) {
    let ends = texts.ends();
    let mut compiler = Compiler::new(model, plan, Percentile::Aggregate, asked);
    let drafted = draft(&mut compiler);
    texts.draft(&mut compiler, drafted);
    if compiler.asks_percentile && texts.keep_windowed(&ends) {
        let mut compiler = Compiler::new(model, plan, Percentile::Window, asked);
        let drafted = draft(&mut compiler);
        texts.draft(&mut compiler, drafted);
    }
}

/// A relation of a statement, in the order in which they are written.
enum Part {
    /// The bounds of days, which most statements begin with in the same words.
    Days(RelationId),
    /// So many of the common table expressions.
    Ctes(usize),
}

/// Texts that a statement is written at the end of, each in its dialect.
pub struct Texts<'t> {
    all: Vec<Text<'t>>,
    /// What other statements in the same dialects wrote, where there are some.
    said: Option<&'t Said>,
}

/// Bounds of days as they were written, in the same dialects: most statements of a project begin with one of a few.
#[derive(Default)]
pub struct Said(RwLock<Vec<(String, Days, Spelled)>>);

impl Said {
    /// Only the first ones are kept: to look for rare ones would cost more than to write them.
    const MOST: usize = 16;

    /// Gives what was written for the days under this name to `write`; whether there was something.
    fn repeat(&self, name: &str, days: &Days, write: impl FnOnce(&Spelled)) -> bool {
        let Ok(known) = self.0.read() else { return false };
        let same = known.iter().find(|(known, same, _)| known == name && same == days);
        same.map(|(_, _, spelled)| write(spelled)).is_some()
    }

    fn has_room(&self) -> bool {
        self.0.read().is_ok_and(|known| known.len() < Self::MOST)
    }

    fn keep(&self, name: &str, days: Days, spelled: Spelled) {
        if let Ok(mut known) = self.0.write()
            // Another thread may have met the same days in the meantime.
            && !known.iter().any(|(known, same, _)| known == name && *same == days)
        {
            known.push((name.to_owned(), days, spelled));
        }
    }
}

impl<'t> Texts<'t> {
    /// A text for each dialect, in one order; what is written before stays.
    pub fn new(dialects: &[&'static Dialect], texts: impl IntoIterator<Item = &'t mut String>) -> Self {
        Texts { all: dialects.iter().copied().zip(texts).collect(), said: None }
    }

    /// Beside statements that wrote and will write the like.
    pub fn beside(self, said: &'t Said) -> Self {
        Texts { said: Some(said), ..self }
    }

    /// A statement that reads no relations.
    pub fn body(&mut self, body: &Selection) {
        print::write_body(body, &mut self.all);
    }

    /// The relations one by one, then the body.
    fn draft(&mut self, compiler: &mut Compiler<'_>, draft: Draft) {
        let Draft { relations, mut body } = draft;
        let (mut ctes, mut order) = (Vec::new(), Vec::with_capacity(relations.len()));
        for id in relations {
            let is_days = compiler.days_of_tables(id).is_some();
            let made = if is_days { Vec::new() } else { compiler.ctes(id) };
            order.push(if is_days { Part::Days(id) } else { Part::Ctes(made.len()) });
            ctes.extend(made);
        }
        let read = tidy::tidy(&mut ctes, &mut body);
        self.parts(compiler, order, ctes.into_iter().zip(read));
        self.body(&body);
    }

    fn parts(&mut self, compiler: &mut Compiler<'_>, order: Vec<Part>, ctes: impl Iterator<Item = (Cte, bool)>) {
        let (mut before, mut ctes) = ("WITH ", ctes);
        for part in order {
            match part {
                Part::Days(id) => {
                    if self.written_before(compiler, id, before) || self.written_now(compiler, id, before) {
                        before = ",\n";
                    }
                }
                Part::Ctes(count) => {
                    for ((name, body), _) in ctes.by_ref().take(count).filter(|(_, read)| *read) {
                        self.push(before);
                        print::write_cte(&name, &body, &mut self.all);
                        before = ",\n";
                    }
                }
            }
        }
        if before != "WITH " {
            self.push("\n");
        }
    }

    fn push(&mut self, words: &str) {
        self.all.iter_mut().for_each(|(_, text)| text.push_str(words));
    }

    /// Writes what was written before for the same days; whether it was.
    fn written_before(&mut self, compiler: &mut Compiler<'_>, id: RelationId, before: &str) -> bool {
        let Some((said, days)) = self.said.zip(compiler.days_of_tables(id)) else { return false };
        let repeated = said.repeat(compiler.relation_name(id), days, |spelled| {
            for ((_, text), said) in self.all.iter_mut().zip(spelled) {
                text.push_str(before);
                text.push_str(said);
            }
        });
        if repeated {
            compiler.give_away(id);
        }
        repeated
    }

    /// Writes a relation; whether there was something to write.
    fn written_now(&mut self, compiler: &mut Compiler<'_>, id: RelationId, mut before: &str) -> bool {
        let said = self.said.filter(|said| said.has_room());
        let days = said.and_then(|_| compiler.days_of_tables(id)).cloned();
        let begun: Vec<usize> = self.ends().into_iter().map(|end| end + before.len()).collect();
        for (name, body) in compiler.ctes(id) {
            self.push(before);
            print::write_cte(&name, &body, &mut self.all);
            before = ",\n";
        }
        if let Some((said, days)) = said.zip(days) {
            let written =
                self.all.iter().zip(&begun).map(|((_, text), begun)| text.get(*begun..).unwrap_or("").to_owned());
            said.keep(compiler.relation_name(id), days, written.collect());
        }
        self.all.iter().zip(begun).any(|((_, text), begun)| text.len() > begun)
    }

    fn ends(&self) -> Vec<usize> {
        self.all.iter().map(|(_, text)| text.len()).collect()
    }

    /// The texts of dialects that write percentiles as window functions, cut off where they ended; whether there are any.
    fn keep_windowed(&mut self, ends: &[usize]) -> bool {
        self.said = None;
        let all = std::mem::take(&mut self.all).into_iter().zip(ends);
        let windowed = all.filter(|((dialect, _), _)| matches!(dialect.percentile, Percentile::Window));
        self.all = windowed
            .map(|((dialect, text), end)| {
                text.truncate(*end);
                (dialect, text)
            })
            .collect();
        !self.all.is_empty()
    }
}
