//! Syntax trees -> model: names, types, grain, windows, policies. Each pass only adds.
//!
//! | pass | file |
//! |---|---|
//! | every declaration gets its name and id | [`names`] |
//! | definitions in an order in which each comes after what it reads; cycles | [`order`] |
//! | what stands in braces | [`head`] |
//! | expressions: names, types, rows, windows, conditions | [`expression`] and the files beside it |
//! | filters, metrics; segments, policies, resolves; views, expectations | [`definitions`], [`consent`], [`views`] |
//!
//! What is broken becomes [`ExprKind::Broken`](crate::model::ExprKind::Broken), was reported where it broke, and
//! never gives a second message.

mod absence;
mod aggregates;
mod arithmetic;
mod beside;
mod calls;
mod clauses;
mod conditions;
mod consent;
mod definitions;
mod expression;
mod formats;
mod guards;
mod head;
mod known;
mod links;
mod literals;
mod names;
mod order;
mod paths;
mod rows;
mod scope;
mod shifts;
mod size;
mod sources;
mod views;
mod walk;
mod windows;
mod words;

pub use size::MAX_PARTS;

use crate::diagnostics::Diagnostic;
use crate::gold::Gold;
use crate::model::{Definition, Model};
use crate::settings::Settings;
use crate::syntax::tree;

use known::{AllKnown, Known};
use names::Names;

/// Resolves a whole project. The model holds every definition that was written, what is broken in it included;
/// it may be planned only where no diagnostic is an error.
pub fn resolve(settings: Settings, gold: Gold, files: &[tree::File]) -> (Model, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let names = Names::collect(&gold, files, &mut found);
    let order = order::order(&gold, &names, &mut found);
    let project = Project { settings: &settings, gold: &gold, names: &names };
    let mut model = project.definitions(&order, &mut found);
    found.extend(size::check(&model));
    found.sort_by_key(Diagnostic::span);
    model.settings = settings;
    model.gold = gold;
    (model, found)
}

/// What every definition is resolved in.
#[derive(Clone, Copy)]
struct Project<'a> {
    settings: &'a Settings,
    gold: &'a Gold,
    names: &'a Names<'a>,
}

impl<'a> Project<'a> {
    fn resolver(self, known: &'a AllKnown) -> Resolver<'a> {
        let Project { settings, gold, names } = self;
        Resolver { settings, gold, names, known, learned: Vec::new(), found: Vec::new() }
    }
}

/// The state of resolving some definitions: what is known of those before them, what is learned of themselves and
/// what was found wrong.
struct Resolver<'a> {
    settings: &'a Settings,
    gold: &'a Gold,
    names: &'a Names<'a>,
    known: &'a AllKnown,
    learned: Vec<(Definition, Known)>,
    found: Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn report(&mut self, problem: Diagnostic) {
        self.found.push(problem);
    }
}
