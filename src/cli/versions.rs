//! The two versions that `carat diff` compares: revisions, folders, the working tree.

use std::path::{Path, PathBuf};

use super::Common;
use super::output::Stop;
use crate::diff::report::Side;
use crate::gold::Date;
use crate::pipeline::{self, Compiled};
use crate::source::git::{GitError, Repository};
use crate::source::project::{self, SETTINGS_FILE};

/// A project as it is or was.
pub struct Version {
    /// `main at 1a2b3c4`, `the working tree`, a folder.
    pub title: String,
    /// The project's folder inside the repository, ending in `/`; empty for the top and outside of git.
    pub prefix: String,
    pub compiled: Compiled,
    /// The day it was committed; that of `HEAD` for the working tree.
    pub day: Option<Date>,
}

impl Version {
    /// As the report cites it: its paths begin at the top of the repository.
    pub fn side(&self) -> Side {
        Side { title: self.title.clone(), files: self.compiled.sources.files.under(&self.prefix) }
    }

    fn of_folder(title: String, prefix: String, day: Option<Date>, root: &Path) -> Self {
        let (sources, problems) = project::load(root);
        let compiled = pipeline::version(sources, problems);
        Self { title, prefix, compiled, day }
    }
}

/// Base and head: without a head the working tree, without a base where it left the main branch.
///
/// # Errors
/// What is missing, in words: git, a revision, history, a project.
pub fn of(common: &Common, base: Option<&str>, head: Option<&str>) -> Result<(Version, Version), Stop> {
    let place = Place::of(common);
    let head = || place.head(common, head);
    let base = || match base {
        Some(name) => place.named(name, "base"),
        None => place.left_main(),
    };
    // Each is a project of its own to read and understand. What is wrong with the head is said first.
    let (head, base) = rayon::join(head, base);
    let head = head?;
    Ok((base?, head))
}

/// The new version alone.
///
/// # Errors
/// What is missing, in words.
pub fn head(common: &Common, head: Option<&str>) -> Result<Version, Stop> {
    Place::of(common).head(common, head)
}

/// Where names are looked up.
struct Place {
    repository: Result<Repository, GitError>,
}

impl Place {
    fn of(common: &Common) -> Self {
        // A project that is gone from the working tree still stands in revisions.
        let root = project::find(&common.project).unwrap_or_else(|_| common.project.clone());
        Self { repository: Repository::of(&root) }
    }

    fn repository(&self) -> Result<&Repository, Stop> {
        self.repository
            .as_ref()
            .map_err(|error| Stop::with_hint(error.to_string(), "outside of git, name two folders: carat diff OLD NEW"))
    }

    fn head(&self, common: &Common, name: Option<&str>) -> Result<Version, Stop> {
        name.map_or_else(|| self.working_tree(common), |name| self.named(name, "head"))
    }

    fn working_tree(&self, common: &Common) -> Result<Version, Stop> {
        let root = project::find(&common.project)?;
        let (prefix, day) = match &self.repository {
            Ok(repository) => (repository.prefix().to_owned(), repository.day("HEAD")),
            Err(_) => (String::new(), None),
        };
        Ok(Version::of_folder("the working tree".to_owned(), prefix, day, &root))
    }

    /// A revision, else a folder. A name that begins with `.` or `/` is a folder.
    fn named(&self, name: &str, side: &str) -> Result<Version, Stop> {
        let folder = folder(name);
        let pathlike = name.starts_with(['.', '/', '\\']) || Path::new(name).is_absolute();
        let known = !pathlike && self.repository.as_ref().is_ok_and(|repository| repository.revision(name).is_ok());
        match (known, folder) {
            (false, Some(root)) => {
                let prefix = Repository::of(&root).map_or(String::new(), |repository| repository.prefix().to_owned());
                Ok(Version::of_folder(format!("folder {name}"), prefix, None, &root))
            }
            (false, None) if Path::new(name).is_dir() => {
                Err(Stop::new(format!("the {side} `{name}` is a folder without `{SETTINGS_FILE}`")))
            }
            (false, None) if self.repository.is_err() && !Path::new(name).exists() => Err(Stop::with_hint(
                format!("there is no folder `{name}`"),
                "outside of git, name two folders: carat diff OLD NEW",
            )),
            _ => self.revision(name, &format!("{name} at "), side),
        }
    }

    fn left_main(&self) -> Result<Version, Stop> {
        let repository = self.repository()?;
        let Some(branch) = repository.main_branch() else {
            let hint = match repository.is_shallow() {
                true => {
                    "this is a shallow clone: fetch the main branch with its history (`fetch-depth: 0`), or name \
                         the base: carat diff BASE"
                }
                false => "name the base: carat diff BASE",
            };
            return Err(Stop::with_hint("there is no main branch to compare with", hint));
        };
        let base = repository.merge_base(&branch).map_err(said)?;
        self.revision(&base, &format!("{branch} at "), "base")
    }

    fn revision(&self, name: &str, title: &str, side: &str) -> Result<Version, Stop> {
        let repository = self.repository()?;
        let commit = repository.revision(name).map_err(said)?;
        let sources = repository.load(&commit).map_err(|error| without_project(error, name, side))?;
        let short: String = commit.chars().take(7).collect();
        // A revision that was named by its number needs no second one.
        let title = if title.starts_with(&short) { short } else { format!("{title}{short}") };
        let compiled = pipeline::version(sources, Vec::new());
        let prefix = repository.prefix().to_owned();
        Ok(Version { title, prefix, compiled, day: repository.day(&commit) })
    }
}

/// The project's folder that a name leads to.
fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(name);
    [folder.to_path_buf(), folder.join("metrics")].into_iter().find(|folder| folder.join(SETTINGS_FILE).is_file())
}

fn said(error: GitError) -> Stop {
    Stop::new(error.to_string())
}

fn without_project(error: GitError, name: &str, side: &str) -> Stop {
    match error {
        GitError::NoProject { folder, .. } => Stop::with_hint(
            format!("the {side} `{name}` holds no project in `{folder}`"),
            "a project is a folder with `carat.yaml`; one that is new or was moved has nothing to be compared with: \
             name a revision that has it, or two folders",
        ),
        other => said(other),
    }
}
