//! The loop: projects in batches, the engines, the failures.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::ask::{Engine, Failure, caught, failures, trial};
use super::case::case;
use super::draft::Draft;
use super::members;
use super::question::questions;
use super::shrink::Shrink;
use super::tally::Tally;
use super::write::draft;
use crate::judge::Judge;
use crate::rig::{Compared, Place, Report, Trial};

/// As deep as definitions may be, `carat` needs room for them.
const STACK: usize = 512 * 1024 * 1024;

/// No stage may take as long for so small a project.
const TOO_LONG: Duration = Duration::from_secs(180);

pub struct Options {
    seed: u64,
    /// The number of the first project of the seed.
    first: u64,
    projects: u64,
    until: Option<Instant>,
    write: Option<PathBuf>,
    /// How long one failure may be made smaller.
    shrink: Duration,
    most_failures: usize,
}

impl Options {
    pub fn of_environment() -> Options {
        let number = |name: &str| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let minutes = number("CARAT_RANDOM_MINUTES");
        let some = if env::var_os("CARAT_ENGINES").is_some() { 40 } else { 4 };
        Options {
            seed: number("CARAT_RANDOM_SEED").unwrap_or(1),
            first: number("CARAT_RANDOM_FIRST").unwrap_or(0),
            projects: number("CARAT_RANDOM_PROJECTS").unwrap_or(if minutes.is_some() { u64::MAX } else { some }),
            until: minutes.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes)),
            write: env::var_os("CARAT_RANDOM_WRITE").map(PathBuf::from),
            shrink: Duration::from_secs(number("CARAT_RANDOM_SHRINK").unwrap_or(60)),
            most_failures: number("CARAT_RANDOM_FAILURES").unwrap_or(3) as usize,
        }
    }

    fn is_over(&self, done: u64) -> bool {
        done >= self.projects || self.until.is_some_and(|until| Instant::now() > until)
    }
}

/// Runs the work on a thread with room for the deepest definition.
pub fn with_room(work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(STACK).spawn(work).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Every failure in words.
pub fn run(options: &Options) -> Vec<String> {
    let engines = Engine::all();
    let (mut tally, mut report, mut found) = (Tally::default(), Report::default(), Vec::new());
    let mut done = 0;
    while !options.is_over(done) && found.len() < options.most_failures {
        let size = 20.min(options.projects - done);
        let first = options.seed.wrapping_mul(1_000_000) + options.first + done;
        let batch: Vec<u64> = (first..first + size).collect();
        done += size;
        found.extend(Batch { options, engines: &engines }.run(&batch, &mut tally, &mut report));
        eprintln!("{} values compared after {done} projects", report.total());
    }
    eprintln!("{}\n{}", tally.in_words(), Report { mismatches: vec![], ..report }.in_words());
    found
}

struct Batch<'a> {
    options: &'a Options,
    engines: &'a [Engine],
}

impl Batch<'_> {
    fn run(&self, seeds: &[u64], tally: &mut Tally, report: &mut Report) -> Vec<String> {
        let (mut found, mut drafts, mut trials) = (Vec::new(), Vec::new(), Vec::new());
        for seed in seeds {
            match in_time(*seed, || caught(|| project(*seed, tally))) {
                Ok(Ok((draft, trial))) => {
                    drafts.push(draft);
                    trials.push(trial);
                }
                Ok(Err(panic)) | Err(panic) => found.push(format!("seed {seed}: a panic: {panic}")),
            }
        }
        let mut failed: Vec<(u64, Failure)> = Vec::new();
        let first = report.total() == 0;
        for engine in self.engines.iter().filter(|engine| first || !engine.is_slow()) {
            let own = engine.ask(&trials);
            failed.extend(failures(&trials, &own));
            report.add(Report { mismatches: vec![], ..own });
            found.extend(more(engine, &drafts, &trials, report));
        }
        found.extend(self.explained(&drafts, failed));
        found.extend(self.members(&drafts, &trials, report));
        found
    }

    /// Whom activated segments reach, of the SQL engines.
    fn members(&self, drafts: &[Draft], trials: &[Trial], report: &mut Report) -> Vec<String> {
        let mut found = Vec::new();
        for engine in self.engines.iter().filter(|engine| !engine.is_slow()) {
            let Engine::Sql(sql) = engine else { continue };
            for (draft, trial) in drafts.iter().zip(trials) {
                let (all, wrong) = members::ask(trial, sql.as_ref());
                let place = Place {
                    engine: engine.name().into(),
                    family: "random",
                    kind: "members of a segment",
                    subject: "random definitions".into(),
                };
                report.count(place, Compared { all, telling: all });
                found.extend(
                    wrong.into_iter().map(|one| format!("seed {}: {one}\n{}", draft.seed, draft.definitions_text())),
                );
            }
        }
        found.iter().for_each(|one| eprintln!("{one}"));
        found
    }

    /// One failure for each project, on the quickest engine that has it, made small.
    fn explained(&self, drafts: &[Draft], failed: Vec<(u64, Failure)>) -> Vec<String> {
        let mut told: Vec<u64> = Vec::new();
        let mut found = Vec::new();
        for (seed, failure) in failed {
            let Some(draft) = drafts.iter().find(|draft| draft.seed == seed).filter(|_| !told.contains(&seed)) else {
                continue;
            };
            told.push(seed);
            if found.len() < self.options.most_failures {
                found.push(self.told(draft, &failure));
            }
        }
        found
    }

    fn told(&self, draft: &Draft, failure: &Failure) -> String {
        let engine =
            self.engines.iter().find(|engine| engine.name() == failure.engine).expect("the engine that failed");
        eprintln!("seed {} on {}: making it smaller\n{}", draft.seed, failure.engine, failure.words);
        let shrink = Shrink { engine, why: failure.why.clone(), until: Instant::now() + self.options.shrink };
        let (small, question) = shrink.shrink(draft.clone(), failure);
        let text = case(&small, &question, &format!("Found by seed {} on {}.", draft.seed, failure.engine));
        if let Some(folder) = &self.options.write {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join(format!("seed_{}.case", draft.seed)), &text).unwrap();
        }
        let words = format!("{text}\n{question:?}\n{}", self.verdicts(&small, &question));
        eprintln!("{words}\n");
        words
    }

    /// What every engine says of the small project.
    fn verdicts(&self, draft: &Draft, question: &super::question::Question) -> String {
        let Ok(model) = draft.compile() else { return String::new() };
        let Ok(trial) = trial(draft, model, std::slice::from_ref(question)) else { return String::new() };
        let trials = [trial];
        let said = self.engines.iter().map(|engine| {
            let report = engine.ask(&trials);
            let failures = failures(&trials, &report);
            let words =
                failures.first().map_or("agrees with the judge".to_string(), |(_, failure)| failure.words.clone());
            format!("## {}: {words}", engine.name())
        });
        said.collect::<Vec<_>>().join("\n")
    }
}

/// Segments, expectations and queries that an engine answers otherwise, in words: they are not made smaller.
fn more(engine: &Engine, drafts: &[Draft], trials: &[Trial], report: &mut Report) -> Vec<String> {
    let own = engine.ask_more(trials);
    let of = |name: &str| drafts.iter().find(|draft| name.starts_with(&format!("{}:", draft.seed)));
    let mut told: Vec<(u64, String)> = Vec::new();
    for one in &own.mismatches {
        let Some(draft) = of(&one.metric).filter(|draft| told.iter().all(|(seed, _)| *seed != draft.seed)) else {
            continue;
        };
        let words = format!(
            "seed {}, {}: {}, {}\nexpected {}, got {}\n{}\n{}",
            draft.seed,
            one.engine,
            one.metric,
            one.asked,
            one.expected,
            one.got,
            one.query,
            super::case::project(draft, "The project:")
        );
        eprintln!("{words}");
        told.push((draft.seed, words));
    }
    report.add(Report { mismatches: vec![], ..own });
    told.into_iter().map(|(_, words)| words).collect()
}

fn project(seed: u64, tally: &mut Tally) -> (Draft, Trial) {
    let (draft, model) = draft(seed, tally);
    let data = draft.data(&model.gold);
    let asked = questions(&Judge::new(&model, &data), seed);
    let trial = trial(&draft, model, &asked).unwrap_or_else(|panic| panic!("{panic}\n{}", draft.definitions_text()));
    tally.projects += 1;
    (draft, trial)
}

/// Ends the process where the work takes too long: whoever waits for ever learns nothing.
fn in_time<T>(seed: u64, work: impl FnOnce() -> T) -> Result<T, String> {
    let (done, waiting) = channel::<()>();
    let watch = thread::spawn(move || {
        if waiting.recv_timeout(TOO_LONG) == Err(RecvTimeoutError::Timeout) {
            eprintln!("seed {seed} takes longer than {TOO_LONG:?}");
            std::process::abort();
        }
    });
    let result = work();
    drop(done);
    watch.join().map_err(|_| "the watch".to_string())?;
    Ok(result)
}
