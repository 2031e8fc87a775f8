//! Second pass: definitions in an order in which each comes after what it reads; cycles are found here.

use rayon::prelude::*;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::names as codes;
use crate::gold::{Gold, TableId};
use crate::source::Spanned;
use crate::syntax::tree::{self, Path};

use super::names::{Names, name_and_table};
use super::walk;

/// The places of the definitions in [`Names::definitions`], in levels: each reads only those of levels before its own.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub levels: Vec<Vec<usize>>,
    /// Those that lead back to themselves; they have no meaning.
    pub cyclic: Vec<bool>,
}

/// Orders all definitions without recursion, so that a chain of any length is read.
pub(super) fn order(gold: &Gold, names: &Names<'_>, found: &mut Vec<Diagnostic>) -> Order {
    let reads = edges(gold, names);
    let (mark, cyclic) = (vec![Mark::New; reads.len()], vec![false; reads.len()]);
    let mut state = State { mark, cyclic, places: Vec::with_capacity(reads.len()) };
    for start in 0..reads.len() {
        state.visit(start, &reads, names, found);
    }
    Order { levels: levels(&state.places, &reads), cyclic: state.cyclic }
}

/// The places, each after what it reads, by the length of the longest way down. What a cycle leads back to is not
/// waited for.
fn levels(places: &[usize], reads: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut level_of: Vec<Option<usize>> = vec![None; reads.len()];
    let mut levels: Vec<Vec<usize>> = Vec::new();
    for place in places {
        let below = reads.get(*place).into_iter().flatten();
        let below = below.filter_map(|read| level_of.get(*read).copied().flatten());
        let level = below.max().map_or(0, |level| level + 1);
        if let Some(own) = level_of.get_mut(*place) {
            *own = Some(level);
        }
        if levels.len() <= level {
            levels.push(Vec::new());
        }
        if let Some(beside) = levels.get_mut(level) {
            beside.push(*place);
        }
    }
    levels
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

struct State {
    mark: Vec<Mark>,
    cyclic: Vec<bool>,
    /// What is done, each after what it reads.
    places: Vec<usize>,
}

impl State {
    /// Depth first with a stack of its own: what is open and how many of its reads were followed.
    fn visit(&mut self, start: usize, reads: &[Vec<usize>], names: &Names<'_>, found: &mut Vec<Diagnostic>) {
        if self.mark(start) != Mark::New {
            return;
        }
        let mut open = vec![(start, 0)];
        self.set(start, Mark::Open);
        while let Some((at, next)) = open.last_mut() {
            let read = reads.get(*at).and_then(|reads| reads.get(*next)).copied();
            *next += 1;
            match read.map(|read| (read, self.mark(read))) {
                Some((read, Mark::New)) => {
                    self.set(read, Mark::Open);
                    open.push((read, 0));
                }
                Some((read, Mark::Open)) => self.cycle(read, &open, names, found),
                Some((_, Mark::Done)) => {}
                None => {
                    let done = *at;
                    self.set(done, Mark::Done);
                    self.places.push(done);
                    open.pop();
                }
            }
        }
    }

    /// What is open from `back` on leads back to it. A cycle that shares a member with one that was
    /// reported is not reported again.
    fn cycle(&mut self, back: usize, open: &[(usize, usize)], names: &Names<'_>, found: &mut Vec<Diagnostic>) {
        let members: Vec<usize> = open.iter().map(|(at, _)| *at).skip_while(|at| *at != back).collect();
        let known = members.iter().any(|at| self.cyclic.get(*at) == Some(&true));
        for at in &members {
            if let Some(cyclic) = self.cyclic.get_mut(*at) {
                *cyclic = true;
            }
        }
        if !known {
            let shown: Vec<&Spanned<String>> = members.iter().filter_map(|at| declared(names, *at)).collect();
            found.push(codes::cyclic_definition(&shown));
        }
    }

    fn mark(&self, at: usize) -> Mark {
        self.mark.get(at).copied().unwrap_or(Mark::Done)
    }

    fn set(&mut self, at: usize, mark: Mark) {
        if let Some(slot) = self.mark.get_mut(at) {
            *slot = mark;
        }
    }
}

fn declared<'t>(names: &Names<'t>, at: usize) -> Option<&'t Spanned<String>> {
    let tree = names.definitions.get(at)?.tree;
    name_and_table(&tree.kind).map(|(name, _)| name)
}

/// For each definition the places of those it reads.
fn edges(gold: &Gold, names: &Names<'_>) -> Vec<Vec<usize>> {
    let reads = |definition: &tree::Definition| {
        let mut paths = Vec::new();
        walk::expressions(&definition.kind).into_iter().for_each(|expr| walk::all_paths(expr, &mut paths));
        let mut places: Vec<usize> = paths.into_iter().filter_map(|path| named(gold, names, path)).collect();
        places.sort_unstable();
        places.dedup();
        places
    };
    names.definitions.par_iter().map(|definition| reads(definition.tree)).collect()
}

/// The place of the definition a path ends in: its only name, which is no table's, or by path one that belongs to the
/// table before it.
fn named(gold: &Gold, names: &Names<'_>, path: &Path) -> Option<usize> {
    let (last, before) = path.names.split_last()?;
    let declared = names.get(&last.value)?;
    let reached = |step: &tree::Name| declared.table.is_some_and(|table| may_lead_to(gold, &step.value, table));
    let reads = match before.last() {
        Some(step) => reached(step),
        None => gold.table_named(&last.value).is_none(),
    };
    reads.then_some(declared.place)
}

/// Whether a step of that name can lead to a table: it is the table's name or a role of some relationship to it.
fn may_lead_to(gold: &Gold, step: &str, table: TableId) -> bool {
    let is_role = |r: &crate::gold::Relationship| r.to.table == table && r.role.eq_ignore_ascii_case(step);
    gold.table_named(step) == Some(table) || gold.relationships.iter().any(is_role)
}
