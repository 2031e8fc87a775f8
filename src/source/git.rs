//! A project as it was at a git revision, read by calling `git`; the working tree is never touched.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::gold::Date;

use super::project::{LOCK_FILE, SETTINGS_FILE, Sources, normalised};

/// Why a revision could not be read. Shown to the user as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    #[error("`git` could not be started: {0}")]
    NoGit(String),
    #[error("`{0}` is not inside a git repository")]
    NoRepository(String),
    #[error("git knows no revision `{0}`; in a shallow clone fetch it first, for example `git fetch --unshallow`")]
    NoRevision(String),
    #[error("`{revision}` holds no project in `{folder}`")]
    NoProject { revision: String, folder: String },
    #[error("no common history of `{0}` and the working tree; fetch more of it, for example `git fetch --unshallow`")]
    NoMergeBase(String),
    #[error("git failed: {0}")]
    Failed(String),
}

/// The repository a project folder lies in.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The work tree's top folder.
    top: PathBuf,
    /// The project folder inside it, with `/` between the parts and at the end; empty for the top.
    prefix: String,
}

impl Repository {
    /// # Errors
    /// Where `folder` is in no repository or git is missing.
    pub fn of(folder: &Path) -> Result<Self, GitError> {
        let asked = |argument| git(folder, &["rev-parse", argument]);
        let top = asked("--show-toplevel").map_err(|error| match error {
            GitError::Failed(_) => GitError::NoRepository(folder.display().to_string()),
            other => other,
        })?;
        Ok(Self { top: PathBuf::from(line(&top)), prefix: line(&asked("--show-prefix")?).to_owned() })
    }

    /// The project folder inside the repository, with `/` between the parts and at the end; empty for the top.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether older history was left out when the repository was fetched.
    pub fn is_shallow(&self) -> bool {
        git(&self.top, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|text| line(&text) == "true")
    }

    /// The day a revision was committed.
    pub fn day(&self, revision: &str) -> Option<Date> {
        let shown = git(&self.top, &["log", "-1", "--format=%cs", "--end-of-options", revision]).ok()?;
        Date::parse(line(&shown))
    }

    /// The full name of a revision.
    ///
    /// # Errors
    /// Where git does not know it.
    pub fn revision(&self, name: &str) -> Result<String, GitError> {
        let commit = format!("{name}^{{commit}}");
        let found = git(&self.top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
        found.map(|text| line(&text).to_owned()).map_err(|_| GitError::NoRevision(name.to_owned()))
    }

    /// Where the working tree's history left `branch`.
    ///
    /// # Errors
    /// Where the histories do not meet, as in a shallow clone.
    pub fn merge_base(&self, branch: &str) -> Result<String, GitError> {
        let branch_commit = self.revision(branch)?;
        let found = git(&self.top, &["merge-base", "HEAD", &branch_commit]);
        found.map(|text| line(&text).to_owned()).map_err(|_| GitError::NoMergeBase(branch.to_owned()))
    }

    /// The branch changes are merged into: what the remote calls its head, else `main` or `master`.
    pub fn main_branch(&self) -> Option<String> {
        let remote = git(&self.top, &["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]).ok();
        let remote = remote.map(|text| line(&text).to_owned());
        let names = remote.into_iter().chain(["origin/main", "main", "origin/master", "master"].map(str::to_owned));
        names.into_iter().find(|name| self.revision(name).is_ok())
    }

    /// The project's files at a revision.
    ///
    /// # Errors
    /// Where the revision is unknown or holds no `carat.yaml` in the project's folder.
    pub fn load(&self, revision: &str) -> Result<Sources, GitError> {
        let commit = self.revision(revision)?;
        let folder = if self.prefix.is_empty() { "." } else { &self.prefix };
        let no_project = || GitError::NoProject { revision: revision.to_owned(), folder: folder.to_owned() };
        // A folder that the revision does not have is none that git can list.
        let paths = self.paths(&commit).map_err(|_| no_project())?;
        let texts = self.texts(&commit, &paths)?;
        let mut sources = Sources { root: self.top.join(&self.prefix), whole: true, ..Sources::default() };
        for (path, text) in paths.iter().zip(texts) {
            let id = sources.files.add(path.as_str(), normalised(&text));
            match path.as_str() {
                SETTINGS_FILE => sources.settings = Some(id),
                name if name.ends_with(".metric") => sources.definitions.push(id),
                _ => {}
            }
        }
        sources.settings.is_some().then_some(sources).ok_or_else(no_project)
    }

    /// The paths a project is read from, relative to its folder, sorted.
    fn paths(&self, commit: &str) -> Result<Vec<String>, GitError> {
        let tree = format!("{commit}:{}", self.prefix);
        let listed = git(&self.top, &["ls-tree", "-r", "-z", "--name-only", tree.trim_end_matches('/')])?;
        let wanted = |path: &&str| {
            let hidden = path.split('/').any(|part| part.starts_with('.'));
            // A line end in a name would end the question for it.
            !hidden
                && !path.contains('\n')
                && (path.ends_with(".metric") || path.ends_with(".yaml") || *path == LOCK_FILE)
        };
        let mut paths: Vec<String> = listed.split('\0').filter(wanted).map(str::to_owned).collect();
        paths.sort();
        let projects: Vec<String> = paths
            .iter()
            .filter_map(|path| path.strip_suffix("/carat.yaml"))
            .map(|folder| format!("{folder}/"))
            .collect();
        paths.retain(|path| !projects.iter().any(|folder| path.starts_with(folder)));
        Ok(paths)
    }

    /// The text of each path, by one `git cat-file --batch`.
    fn texts(&self, commit: &str, paths: &[String]) -> Result<Vec<String>, GitError> {
        let names: String = paths.iter().map(|path| format!("{commit}:{}{path}\n", self.prefix)).collect();
        let bytes = git_with_input(&self.top, &["cat-file", "--batch"], names.into_bytes())?;
        let mut rest = bytes.as_slice();
        paths
            .iter()
            .map(|_| next_blob(&mut rest).ok_or_else(|| GitError::Failed("cat-file ended early".into())))
            .collect()
    }
}

/// One answer of `cat-file --batch`: a header line that ends in the size, the bytes, a line end.
fn next_blob(rest: &mut &[u8]) -> Option<String> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let header = std::str::from_utf8(rest.get(..end)?).ok()?;
    let size: usize = header.rsplit(' ').next()?.parse().ok()?;
    let body = rest.get(end + 1..end + 1 + size)?;
    let text = String::from_utf8_lossy(body).into_owned();
    *rest = rest.get(end + 2 + size..).unwrap_or_default();
    Some(text)
}

fn line(text: &str) -> &str {
    text.trim_end_matches(['\n', '\r'])
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String, GitError> {
    let bytes = git_with_input(folder, arguments, Vec::new())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What git tells its hooks of the repository they run for, which may be another than the one a folder lies in.
const OTHER_REPOSITORY: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// Input is written from a thread of its own, so that a full pipe cannot hold both sides.
fn git_with_input(folder: &Path, arguments: &[&str], input: Vec<u8>) -> Result<Vec<u8>, GitError> {
    let no_git = |error: std::io::Error| GitError::NoGit(error.to_string());
    let mut command = Command::new("git");
    OTHER_REPOSITORY.iter().for_each(|name| {
        command.env_remove(name);
    });
    let mut child = command
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(no_git)?;
    let pipe = child.stdin.take();
    let writer = std::thread::spawn(move || pipe.map(|mut pipe| pipe.write_all(&input)));
    let output = child.wait_with_output().map_err(no_git)?;
    let _ = writer.join();
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(GitError::Failed(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn run(folder: &Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"];
        let all: Vec<&str> = identity.iter().chain(arguments).copied().collect();
        git(folder, &all).unwrap();
    }

    /// A repository with a project in a sub-folder whose name needs quoting.
    fn repository() -> (tempfile::TempDir, PathBuf) {
        let top = tempfile::tempdir().unwrap();
        run(top.path(), &["init", "-q", "-b", "main"]);
        let project = top.path().join("our \"metrics\"");
        fs::create_dir_all(project.join("sub")).unwrap();
        fs::write(project.join("carat.yaml"), "language: 1\n").unwrap();
        fs::write(project.join("sub/ä b.metric"), "// old\r\n").unwrap();
        run(top.path(), &["add", "-A"]);
        run(top.path(), &["commit", "-qm", "first"]);
        (top, project)
    }

    #[test]
    fn a_project_is_read_as_it_was_at_a_revision_whatever_the_working_tree_holds() {
        let (_top, project) = repository();
        fs::write(project.join("sub/ä b.metric"), "// new\n").unwrap();
        let sources = Repository::of(&project).unwrap().load("HEAD").unwrap();
        let texts: Vec<(&str, &str)> = sources.files.iter().map(|(_, f)| (&*f.path, &*f.text)).collect();
        assert_eq!(texts, [("carat.yaml", "language: 1\n"), ("sub/ä b.metric", "// old\n")]);
    }

    #[test]
    fn the_merge_base_is_where_a_branch_left_main() {
        let (top, project) = repository();
        let repository = Repository::of(&project).unwrap();
        let base = repository.revision("main").unwrap();
        run(top.path(), &["checkout", "-qb", "change"]);
        run(top.path(), &["commit", "-q", "--allow-empty", "-m", "second"]);
        assert_eq!(repository.main_branch().as_deref(), Some("main"));
        assert_eq!(repository.merge_base("main").unwrap(), base);
    }

    #[test]
    fn what_is_missing_is_said_in_words() {
        let (top, project) = repository();
        let repository = Repository::of(&project).unwrap();
        assert_eq!(repository.load("nowhere").unwrap_err(), GitError::NoRevision("nowhere".into()));
        let elsewhere = Repository::of(top.path()).unwrap();
        assert!(matches!(elsewhere.load("HEAD"), Err(GitError::NoProject { .. })));
        let outside = tempfile::tempdir().unwrap();
        assert!(matches!(Repository::of(outside.path()), Err(GitError::NoRepository(_))));
    }
}
