//! Where a command's words go: results to standard output, progress and messages to standard error.

use std::io::{self, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::Value;

use crate::diagnostics::Diagnostic;
use crate::diagnostics::render::{self, Terminal};
use crate::pipeline::Compiled;
use crate::source::git::Repository;
use crate::source::{FileSet, Sources};

/// How a command ends; the numbers stand in `carat --help`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Fine,
    /// The project has errors, or what was asked for does not hold.
    Findings,
    /// The command could not do its work.
    CouldNotRun,
    /// Something changed and nothing is denied, where the difference was asked for.
    Changes,
}

impl Exit {
    /// What the shell sees; the same in all commands.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
            Exit::Changes => 3,
        }
    }

    /// Findings where one of them is an error.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        if diagnostics.iter().any(Diagnostic::is_error) { Exit::Findings } else { Exit::Fine }
    }
}

/// Why a command stopped before its end.
#[derive(Debug)]
pub enum Stop {
    /// Nobody reads any more: not worth a word.
    BrokenPipe,
    /// The problem and what to do about it.
    CouldNotRun { problem: String, hint: Option<String> },
    /// What is wrong with the project.
    Findings(Box<(Sources, Vec<Diagnostic>)>),
}

impl Stop {
    /// `problem` is one sentence, lower case, without a full stop.
    pub fn new(problem: impl Into<String>) -> Self {
        Stop::CouldNotRun { problem: problem.into(), hint: None }
    }

    /// `hint` says what to do instead.
    pub fn with_hint(problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Stop::CouldNotRun { problem: problem.into(), hint: Some(hint.into()) }
    }

    /// A project with errors.
    pub fn findings(compiled: Compiled) -> Self {
        Stop::Findings(Box::new((compiled.sources, compiled.diagnostics)))
    }

    /// A file could not be read or written.
    pub fn file(doing: &str, path: &std::path::Path, error: &io::Error) -> Self {
        if path.is_file() && error.kind() == io::ErrorKind::AlreadyExists {
            return Stop::new(format!("`{}` is a file, and a folder is wanted", path.display()));
        }
        Stop::new(format!("cannot {doing} `{}`: {error}", path.display()))
    }

    /// What is said where a folder of data is not one.
    ///
    /// # Errors
    /// It is a file, or not there.
    pub fn unless_folder(path: &std::path::Path, hint: &str) -> Result<(), Self> {
        let problem = match (path.is_dir(), path.exists()) {
            (true, _) => return Ok(()),
            (false, true) => format!("`{}` is a file, and a folder is wanted", path.display()),
            (false, false) => format!("there is no folder `{}`", path.display()),
        };
        Err(Stop::with_hint(problem, hint))
    }
}

impl From<Diagnostic> for Stop {
    fn from(diagnostic: Diagnostic) -> Self {
        Stop::CouldNotRun { problem: diagnostic.message, hint: diagnostic.help }
    }
}

/// How a command ended, or why it stopped.
pub type Outcome = Result<Exit, Stop>;

/// `--format`, shared by all commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people; `text` is the same.
    #[value(alias = "text")]
    Human,
    /// For a pull request or a release (`diff`, `verify`); elsewhere as for people.
    Markdown,
    /// One JSON object.
    Json,
    /// Annotations of a GitHub workflow (findings only).
    Github,
    /// Logging commands of Azure Pipelines (findings only).
    Azure,
    /// SARIF 2.1.0 (findings only).
    Sarif,
    /// JUnit XML (findings, and what `verify` says).
    Junit,
}

impl Format {
    /// How findings are drawn; none for people.
    fn renderer(self) -> Option<&'static render::Renderer> {
        let name = self.to_possible_value()?.get_name().to_owned();
        render::RENDERERS.iter().find(|renderer| renderer.name == name)
    }
}

/// A command's way to speak.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub format: Format,
}

impl Output {
    /// Whether a program reads the answer: then it is one JSON object and nothing else.
    pub fn json(self) -> bool {
        self.format == Format::Json
    }

    /// The files of a project by the paths that a form names them with: people know those in the project, whatever
    /// annotates lines or collects findings knows those in the repository. Outside of git both are the same.
    pub fn named(self, sources: &Sources) -> FileSet {
        match self.format {
            Format::Human | Format::Markdown => sources.files.clone(),
            Format::Json | Format::Github | Format::Azure | Format::Sarif | Format::Junit => {
                let folder = Repository::of(&sources.root).map_or(String::new(), |found| found.prefix().to_owned());
                sources.files.under(&folder)
            }
        }
    }

    /// Result text, as it stands.
    ///
    /// # Errors
    /// [`Stop::BrokenPipe`] where nobody reads it.
    pub fn text(self, text: &str) -> Result<(), Stop> {
        written(io::stdout().lock().write_all(text.as_bytes()))
    }

    /// A result for machines.
    ///
    /// # Errors
    /// [`Stop::BrokenPipe`] where nobody reads it.
    pub fn value(self, value: &Value) -> Result<(), Stop> {
        self.text(&format!("{value:#}\n"))
    }

    /// Findings as the result of a command.
    ///
    /// # Errors
    /// [`Stop::BrokenPipe`] where nobody reads it.
    pub fn findings(self, files: &FileSet, diagnostics: &[Diagnostic]) -> Result<(), Stop> {
        let text = match self.format.renderer() {
            Some(renderer) => (renderer.render)(files, diagnostics),
            None => render::human(files, diagnostics, terminal(&io::stdout())),
        };
        self.text(&text)
    }

    /// Findings beside a result: on standard error for people, as the result for machines.
    ///
    /// # Errors
    /// [`Stop::BrokenPipe`] where nobody reads it.
    pub fn findings_aside(self, files: &FileSet, diagnostics: &[Diagnostic]) -> Result<(), Stop> {
        match self.format.renderer() {
            Some(_) => self.findings(files, diagnostics),
            None => {
                written(io::stderr().write_all(render::human(files, diagnostics, terminal(&io::stderr())).as_bytes()))
            }
        }
    }

    /// A word for people while a command works.
    pub fn note(self, text: &str) {
        // A message that cannot be shown is no reason to stop.
        let _ = writeln!(io::stderr(), "{text}");
    }
}

fn written(result: io::Result<()>) -> Result<(), Stop> {
    result.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Stop::BrokenPipe,
        _ => Stop::new(format!("cannot write the result: {error}")),
    })
}

/// Colour only on a terminal that wants it (`NO_COLOR`: no-color.org).
fn terminal(stream: &impl io::IsTerminal) -> Terminal {
    let shown = stream.is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|_| shown);
    Terminal { width: width.unwrap_or(Terminal::default().width), colour: shown && !plain }
}

/// Says what is being done, once a command has taken a second.
#[derive(Debug)]
pub struct Progress {
    steps: mpsc::Sender<String>,
    /// Whether the command is done and nothing may be said any more.
    done: Arc<Mutex<bool>>,
}

const QUIET: Duration = Duration::from_secs(1);

impl Progress {
    /// Starts the thread that speaks; it is silent in the first second.
    pub fn start(output: Output) -> Self {
        let (steps, heard) = mpsc::channel();
        let done = Arc::new(Mutex::new(false));
        let said = Arc::clone(&done);
        std::thread::spawn(move || speak(output, &heard, &said));
        Self { steps, done }
    }

    /// What begins now, for example `drawing order_line`.
    pub fn step(&self, what: impl Into<String>) {
        let _ = self.steps.send(what.into());
    }
}

/// What follows is not interrupted. The thread ends by itself: to wait for it would cost a short command more than
/// many of its stages.
impl Drop for Progress {
    fn drop(&mut self) {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

/// Nothing in the first second; then the step at hand and each one that follows.
fn speak(output: Output, heard: &mpsc::Receiver<String>, done: &Mutex<bool>) {
    let say = |step: &str| {
        let done = done.lock().unwrap_or_else(PoisonError::into_inner);
        if !*done {
            output.note(&format!("{step} ..."));
        }
    };
    let begin = Instant::now();
    let mut waiting: Option<String> = None;
    loop {
        let left = QUIET.saturating_sub(begin.elapsed());
        let next = if left.is_zero() {
            heard.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            heard.recv_timeout(left)
        };
        match next {
            Ok(step) if left.is_zero() => say(&step),
            Ok(step) => waiting = Some(step),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(step) = waiting.take() {
                    say(&step);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
