//! The same text in several dialects, written once where they all say it in the same words.

use std::fmt::{self, Display};
use std::slice;

use super::dialects::{Dialect, Holes};
use super::line::Line;
use crate::emit::blanks;

/// Of a line, in bytes; a word that is longer stands alone.
pub const WIDTH: usize = 100;
/// By which each level is indented.
pub const STEP: usize = 4;

/// A dialect and what is written in it.
pub type Text<'t> = (&'static Dialect, &'t mut String);

/// The texts so far. Each method writes one node, its first line where the texts stand, the lines after it
/// at the column `indent`.
pub struct Page<'p, 't, 'e> {
    /// The first of them is written; the others get the same words whenever the dialects are about to part.
    texts: &'p mut [Text<'t>],
    /// So many bytes of the first text have their like in the others.
    shared: usize,
    /// What stands in the holes of the template at hand.
    pub holes: Holes<'e>,
}

/// What `write` writes, at the end of the texts.
pub fn write<'t, 'e>(texts: &mut [Text<'t>], write: impl FnOnce(&mut Page<'_, 't, 'e>)) {
    let mut page = Page { shared: end(texts), texts, holes: Holes::default() };
    write(&mut page);
    page.share(end(page.texts));
}

/// The bytes of the first text.
fn end(texts: &[Text<'_>]) -> usize {
    texts.first().map_or(0, |(_, text)| text.len())
}

impl<'t, 'e> Page<'_, 't, 'e> {
    /// The same words in every dialect.
    pub fn push(&mut self, words: &str) {
        if let Some((_, text)) = self.texts.first_mut() {
            text.push_str(words);
        }
    }

    /// Gives the others what the first text has before that end.
    fn share(&mut self, end: usize) {
        let Some(((_, first), others)) = self.texts.split_first_mut() else { return };
        let words = first.get(self.shared..end).unwrap_or("");
        others.iter_mut().for_each(|(_, text)| text.push_str(words));
        self.shared = end;
    }

    /// A node as `sqlparser` writes it.
    pub fn put(&mut self, node: &impl Display) {
        self.flat(|line| line.shown(node));
    }

    /// So many blanks.
    pub fn pad(&mut self, indent: usize) {
        if let Some((_, text)) = self.texts.first_mut() {
            blanks::add(text, indent);
        }
    }

    /// The next line, which begins with so many blanks.
    pub fn new_line(&mut self, indent: usize) {
        self.push("\n");
        self.pad(indent);
    }

    /// On one line, however long.
    pub fn flat(&mut self, write: impl Fn(&mut Line<'_, 'e>) -> fmt::Result) {
        self.fit(usize::MAX, write, |_| ());
    }

    /// What `write` writes on one line, if it has at most `room` bytes; else what `otherwise` writes.
    pub fn fit(
        &mut self,
        room: usize,
        write: impl Fn(&mut Line<'_, 'e>) -> fmt::Result,
        otherwise: impl Fn(&mut Page<'_, 't, 'e>),
    ) {
        let (before, how) = (end(self.texts), (self.holes, room));
        let Some((dialect, first)) = self.texts.first_mut() else { return };
        let (fits, asked) = on_line(dialect, first, how, &write);
        if asked {
            self.share(before);
            let others = self.texts.iter_mut().skip(1);
            let others = others.map(|(dialect, text)| on_line(dialect, text, how, &write).0);
            let fitting = std::iter::once(fits).chain(others).collect::<Vec<_>>();
            self.unfit(&fitting, otherwise);
        } else if !fits {
            otherwise(self);
        }
    }

    /// What `otherwise` writes, in the texts that did not take a line.
    fn unfit(&mut self, fitting: &[bool], otherwise: impl Fn(&mut Page<'_, 't, 'e>)) {
        if !fitting.contains(&true) {
            return otherwise(self);
        }
        let (texts, holes) = (self.texts.iter_mut(), self.holes);
        let unfit = texts.zip(fitting).filter(|(_, fits)| !**fits);
        unfit.for_each(|(text, _)| otherwise(&mut Page::of_one(text, holes)));
        self.shared = end(self.texts);
    }

    /// What each dialect writes in its own way.
    pub fn apart(&mut self, write: impl Fn(&'static Dialect, &mut Page<'_, 't, 'e>)) {
        self.share(end(self.texts));
        for text in self.texts.iter_mut() {
            write(text.0, &mut Page::of_one(text, self.holes));
        }
        self.shared = end(self.texts);
    }

    fn of_one<'p>(text: &'p mut Text<'t>, holes: Holes<'e>) -> Page<'p, 't, 'e> {
        Page { texts: slice::from_mut(text), shared: 0, holes }
    }
}

/// Whether it fits, else the text stays as it was; and whether the dialect was asked for anything.
fn on_line<'e>(
    dialect: &'static Dialect,
    text: &mut String,
    (holes, room): (Holes<'e>, usize),
    write: impl Fn(&mut Line<'_, 'e>) -> fmt::Result,
) -> (bool, bool) {
    let before = text.len();
    let mut line = Line::new(dialect, holes, text, room);
    let fits = write(&mut line).is_ok();
    let asked = line.asked();
    if !fits {
        text.truncate(before);
    }
    (fits, asked)
}
