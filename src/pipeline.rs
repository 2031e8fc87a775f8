//! The stages in their order: files, settings, gold schema, syntax, model, laws, plan.
//!
//! Every stage runs as far as it can, so that one broken file does not hide the errors in another.

use std::path::Path;

use rayon::prelude::*;

use crate::diagnostics::{Diagnostic, render};
use crate::gold::{self, Gold};
use crate::model::lock::Lock;
use crate::model::{Fingerprints, Model};
use crate::plan::tree::Plan;
use crate::settings::{self, Settings};
use crate::source::{FileId, Sources, project};
use crate::syntax::{self, tree};
use crate::{plan, resolve, rules};

/// A project as far as it could be understood, and everything that is wrong with it.
#[derive(Debug, Default)]
pub struct Compiled {
    pub sources: Sources,
    pub settings: Settings,
    pub gold: Gold,
    /// The definitions, resolved; broken ones left out.
    pub model: Model,
    /// Sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Metric text from elsewhere than the project's folder: a question of the command line.
#[derive(Debug, Clone, Copy)]
pub struct Extra<'a> {
    /// What messages call it.
    pub path: &'a str,
    pub text: &'a str,
}

impl Compiled {
    /// Whether any finding is an error; such a project is neither planned nor written.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    fn add(&mut self, problems: Vec<Diagnostic>) {
        self.diagnostics.extend(problems);
        render::sort(&self.sources.files, &mut self.diagnostics);
    }

    /// A law says nothing sensible of what is broken.
    fn broken_laws(&self) -> Vec<Diagnostic> {
        if self.has_errors() { Vec::new() } else { rules::check(&self.model) }
    }

    /// Holds the certified definitions to `certified.lock`.
    fn check_certificates(&mut self) {
        let (lock, mut problems) = lock(&mut self.sources);
        if !self.has_errors() {
            problems.extend(rules::check_lock(&self.model, &Fingerprints::of(&self.model), &lock));
        }
        self.add(problems);
    }

    /// The plan; none for a project with errors, whose numbers would mean nothing.
    pub fn plan(&self) -> Option<Plan> {
        (!self.has_errors()).then(|| plan::plan(&self.model))
    }
}

/// Reads and checks the project that `from` lies in, its certificates included.
///
/// # Errors
/// The diagnostic `no-project`, where there is nothing to read.
pub fn compile(from: &Path) -> Result<Compiled, Diagnostic> {
    let mut compiled = uncertified(from)?;
    compiled.check_certificates();
    Ok(compiled)
}

/// The same with its plan, which is made while the laws are checked; none for a project with errors.
///
/// # Errors
/// The diagnostic `no-project`, where there is nothing to read.
pub fn planned(from: &Path) -> Result<(Compiled, Option<Plan>), Diagnostic> {
    let mut compiled = resolved(from, &[])?;
    let (plan, problems) = rayon::join(|| compiled.plan(), || compiled.broken_laws());
    compiled.add(problems);
    compiled.check_certificates();
    let plan = plan.filter(|_| !compiled.has_errors());
    Ok((compiled, plan))
}

/// The project without a look at its certificates: what `carat certify` starts from.
///
/// # Errors
/// The diagnostic `no-project`, where there is nothing to read.
pub fn uncertified(from: &Path) -> Result<Compiled, Diagnostic> {
    let mut compiled = resolved(from, &[])?;
    let problems = compiled.broken_laws();
    compiled.add(problems);
    Ok(compiled)
}

/// A project without errors with the texts of `extra` added. The laws hold the first of them alone:
/// the project has been checked, and the others only help to ask.
///
/// # Errors
/// The diagnostic `no-project`, where there is nothing to read.
pub fn question(from: &Path, extra: &[Extra<'_>]) -> Result<Compiled, Diagnostic> {
    let mut compiled = resolved(from, extra)?;
    if !compiled.has_errors() {
        let asked = compiled.sources.definitions.iter().rev().nth(extra.len().saturating_sub(1)).copied();
        let of_question = |problem: &Diagnostic| problem.span().map(|span| span.file) == asked;
        compiled.add(rules::check(&compiled.model).into_iter().filter(of_question).collect());
    }
    Ok(compiled)
}

/// `certified.lock` and what cannot be read in it; empty where there is none.
pub fn lock(sources: &mut Sources) -> (Lock, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let Some(id) = sources.read_if_there(project::LOCK_FILE, &mut problems) else { return (Lock::default(), problems) };
    let (lock, found) = Lock::parse(&sources.files, id);
    problems.extend(found);
    (lock, problems)
}

/// The stack of the threads that [`with_room`] starts. What no law refuses is never deeper than the parts that one
/// definition may have, `resolve::MAX_PARTS`; memory is only taken as far as the stack is used.
const STACK: usize = 512 * 1024 * 1024;

/// Runs `work`, and whatever it does in parallel, on threads with room for the deepest definition that is allowed.
pub fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

fn resolved(from: &Path, extra: &[Extra<'_>]) -> Result<Compiled, Diagnostic> {
    let root = project::find(from)?;
    let (sources, diagnostics) = project::load(&root);
    Ok(of_sources(sources, diagnostics, extra))
}

/// A version of a project that was read already: names and types, without the laws of a whole project and
/// without its certificates, which a comparison of two versions does not ask for.
pub fn version(sources: Sources, diagnostics: Vec<Diagnostic>) -> Compiled {
    of_sources(sources, diagnostics, &[])
}

/// The definitions as they were written, which a compiled project does not keep.
pub fn trees(compiled: &Compiled) -> Vec<tree::File> {
    parse(&compiled.sources).0
}

fn of_sources(mut sources: Sources, mut diagnostics: Vec<Diagnostic>, extra: &[Extra<'_>]) -> Compiled {
    let added: Vec<FileId> = extra.iter().map(|extra| sources.files.add(extra.path, extra.text)).collect();
    sources.definitions.extend(added);
    // Neither needs the other; a copy of the sources shares their texts.
    let definitions = sources.clone();
    let ((settings, gold, of_schema), (trees, of_trees)) =
        rayon::join(|| settings_and_gold(&mut sources), || parse(&definitions));
    diagnostics.extend(of_schema.into_iter().chain(of_trees));
    let (model, problems) = resolve::resolve(settings.clone(), gold.clone(), &trees);
    let unread = Unread::of(&sources, &settings, &gold, &diagnostics);
    diagnostics.extend(problems.into_iter().filter(|problem| !unread.is_why(problem)));
    // Nothing waits for their end.
    rayon::spawn(move || drop(trees));
    let mut compiled = Compiled { sources, settings, gold, model, diagnostics: Vec::new() };
    compiled.add(diagnostics);
    compiled
}

/// What could not be read. Its own message says why; that nothing of it is there would only blame whoever names it.
struct Unread {
    schema: bool,
    calendar: bool,
    settings: bool,
    definitions: bool,
}

impl Unread {
    fn of(sources: &Sources, settings: &Settings, gold: &Gold, found: &[Diagnostic]) -> Self {
        let is_broken = found.iter().any(Diagnostic::is_error);
        let in_file = |is: &dyn Fn(FileId) -> bool| {
            found.iter().any(|problem| problem.is_error() && problem.span().is_some_and(|span| is(span.file)))
        };
        let unread = |id: FileId| !sources.definitions.contains(&id) && sources.files.path(id).ends_with(".metric");
        Self {
            schema: is_broken && gold.tables.is_empty(),
            calendar: is_broken && gold.calendar.is_none(),
            settings: settings.policies.is_empty()
                && sources.settings.is_none_or(|settings| in_file(&|id| id == settings)),
            definitions: in_file(&unread),
        }
    }

    /// Whether a problem of names is only that.
    fn is_why(&self, problem: &Diagnostic) -> bool {
        let id = problem.code.id;
        self.schema
            || (self.calendar && ["no-such-grain", "unknown-grain"].contains(&id))
            || (self.settings && ["unknown-purpose", "unknown-channel"].contains(&id))
            || (self.definitions && ["unknown-name", "unknown-replacement", "policy-does-not-fit"].contains(&id))
    }
}

/// Settings and gold schema alone, for what needs no definitions.
///
/// # Errors
/// The diagnostic `no-project`, where there is nothing to read.
pub fn schema(from: &Path) -> Result<Compiled, Diagnostic> {
    let root = project::find(from)?;
    let (mut sources, mut diagnostics) = project::load(&root);
    let (settings, gold, problems) = settings_and_gold(&mut sources);
    diagnostics.extend(problems);
    Ok(Compiled { sources, settings, gold, diagnostics, ..Compiled::default() })
}

/// The settings and the schema that they name.
fn settings_and_gold(sources: &mut Sources) -> (Settings, Gold, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let settings = load_settings(sources, &mut diagnostics);
    let schema = read_gold(sources, &settings, &mut diagnostics);
    let (gold, problems) = load_gold(sources, schema);
    diagnostics.extend(problems);
    (settings, gold, diagnostics)
}

fn load_settings(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Settings {
    let Some(id) = sources.settings else { return Settings::default() };
    let (settings, problems) = settings::load(&sources.files, id);
    diagnostics.extend(problems);
    settings
}

/// The file of the gold schema; none where the settings name none or it cannot be read.
fn read_gold(sources: &mut Sources, settings: &Settings, diagnostics: &mut Vec<Diagnostic>) -> Option<FileId> {
    if settings.gold.is_empty() { None } else { sources.read(&settings.gold, diagnostics) }
}

fn load_gold(sources: &Sources, schema: Option<FileId>) -> (Gold, Vec<Diagnostic>) {
    schema.map(|id| gold::load(&sources.files, id)).unwrap_or_default()
}

fn parse(sources: &Sources) -> (Vec<tree::File>, Vec<Diagnostic>) {
    let parse = |id: &FileId| syntax::parse(&sources.files, *id);
    let parsed: Vec<_> = sources.definitions.par_iter().with_max_len(1).map(parse).collect();
    let (trees, problems): (Vec<_>, Vec<_>) = parsed.into_iter().unzip();
    (trees, problems.into_iter().flatten().collect())
}
