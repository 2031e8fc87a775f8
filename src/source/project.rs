//! Finding a project and reading its files: the only place that reads definitions from disk.
//!
//! A byte-order mark is dropped and `\r\n` becomes `\n`, so that the same project has the same
//! meaning, spans and fingerprints on every system.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::{FileId, FileSet};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::files as codes;

/// The file whose presence makes a folder a project.
pub const SETTINGS_FILE: &str = "carat.yaml";
/// The certified fingerprints, beside it.
pub const LOCK_FILE: &str = "certified.lock";
/// A larger file is no definition file: it is refused instead of read.
pub const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// Folders within folders beyond this depth are not looked into.
const MAX_DEPTH: usize = 32;

/// The text of a project as it lies on disk.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The folder that holds `carat.yaml`.
    pub root: PathBuf,
    pub files: FileSet,
    /// `carat.yaml`, where it could be read.
    pub settings: Option<FileId>,
    /// The `*.metric` files that could be read, sorted by path.
    pub definitions: Vec<FileId>,
    /// Every file of the version is among `files`: nothing more is read from the folder, which may hold another.
    pub whole: bool,
    /// `root` with no link in it: where the files that are read must lie. None where it is not there.
    pub(crate) real_root: Option<PathBuf>,
}

/// The project folder for a folder (or a file in it): itself, its `metrics` folder, or the nearest
/// folder above that holds `carat.yaml`.
///
/// # Errors
/// The diagnostic `no-project` where there is none, or where there is no such folder.
pub fn find(from: &Path) -> Result<PathBuf, Diagnostic> {
    let start = fs::canonicalize(from).map(plain).map_err(|_| codes::no_folder(&from.display().to_string()))?;
    [start.clone(), start.join("metrics")]
        .into_iter()
        .chain(start.ancestors().map(Path::to_path_buf))
        .find(|folder| folder.join(SETTINGS_FILE).is_file())
        // A link that leads nowhere, or a folder of that name: what is wrong with it is said when it is read.
        .or_else(|| Some(start.clone()).filter(|folder| fs::symlink_metadata(folder.join(SETTINGS_FILE)).is_ok()))
        .ok_or_else(|| codes::no_project(&from.display().to_string(), start.is_file()))
}

/// Without what Windows puts before a full path (`\\?\`), and neither git nor DuckDB reads. A path of a server keeps it.
fn plain(path: PathBuf) -> PathBuf {
    let drive = |rest: &&str| rest.get(1..3) == Some(":\\");
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")).filter(drive) {
        Some(rest) => PathBuf::from(rest),
        None => path,
    }
}

/// Reads `carat.yaml` and every `*.metric` file below `root`; what cannot be read is a diagnostic.
pub fn load(root: &Path) -> (Sources, Vec<Diagnostic>) {
    let real_root = fs::canonicalize(root).ok();
    let mut sources = Sources { root: root.to_path_buf(), real_root, ..Sources::default() };
    let mut diagnostics = Vec::new();
    sources.settings = sources.read(SETTINGS_FILE, &mut diagnostics);
    let paths = definition_paths(root);
    let texts: Vec<_> = paths.par_iter().map(|path| sources.found(path)).collect();
    for (path, text) in paths.iter().zip(texts) {
        let file = sources.add(path, text, &mut diagnostics);
        sources.definitions.extend(file);
    }
    (sources, diagnostics)
}

impl Sources {
    /// Reads one more file of the project, by its path relative to the root.
    pub fn read(&mut self, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<FileId> {
        if self.whole {
            return self.held(path, diagnostics);
        }
        let text = self.text(path);
        self.add(path, text, diagnostics)
    }

    fn add(&mut self, path: &str, text: Result<Arc<str>, Unread>, diagnostics: &mut Vec<Diagnostic>) -> Option<FileId> {
        match text {
            Ok(text) => Some(self.files.add(path, text)),
            Err(unread) => {
                diagnostics.push(unread.reported(path, &mut self.files));
                None
            }
        }
    }

    /// A link that leads out of the project is not followed: what a message shows of a file, whoever proposes a change
    /// could have it show of any file of the machine that checks it.
    fn text(&self, path: &str) -> Result<Arc<str>, Unread> {
        let place = self.root.join(path);
        match (&self.real_root, fs::canonicalize(&place)) {
            (Some(root), Ok(file)) if !file.starts_with(root) => {
                Err(Unread::Unreadable("it is a link that leads out of the project".to_owned()))
            }
            _ => {
                let metadata = fs::metadata(&place).map_err(Unread::unreadable)?;
                read_text(&place, &metadata)
            }
        }
    }

    /// The same of a file in a folder that no link leads to: most are no links themselves, and nothing is followed.
    fn found(&self, path: &str) -> Result<Arc<str>, Unread> {
        let place = self.root.join(path);
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_file() => read_text(&place, &metadata),
            _ => self.text(path),
        }
    }

    /// The same of a file that a project may do without.
    pub fn read_if_there(&mut self, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<FileId> {
        let there = if self.whole { self.among(path).is_some() } else { self.root.join(path).exists() };
        if there { self.read(path, diagnostics) } else { None }
    }

    fn among(&self, path: &str) -> Option<FileId> {
        self.files.iter().find(|(_, file)| &*file.path == path).map(|(id, _)| id)
    }

    fn held(&mut self, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<FileId> {
        let held = self.among(path);
        if held.is_none() {
            diagnostics.push(codes::unreadable_file(self.files.add(path, ""), path, "this version does not hold it"));
        }
        held
    }
}

/// Why a file is not text to compile.
enum Unread {
    Unreadable(String),
    TooLarge(u64),
    NotUtf8 { before: String },
}

impl Unread {
    fn unreadable(error: std::io::Error) -> Self {
        Unread::Unreadable(error.to_string())
    }

    /// The file takes its place in the set, so that the message can name it.
    fn reported(self, path: &str, files: &mut FileSet) -> Diagnostic {
        match self {
            Unread::Unreadable(reason) => codes::unreadable_file(files.add(path, ""), path, &reason),
            Unread::TooLarge(bytes) => codes::file_too_large(files.add(path, ""), path, bytes, MAX_BYTES),
            Unread::NotUtf8 { before } => {
                let at = before.len();
                codes::not_utf8(files.add(path, before), path, at)
            }
        }
    }
}

fn read_text(path: &Path, metadata: &fs::Metadata) -> Result<Arc<str>, Unread> {
    if !metadata.is_file() {
        // A pipe would be waited for.
        let what = if metadata.is_dir() { "it is a folder" } else { "it is a pipe or a device" };
        return Err(Unread::Unreadable(what.to_owned()));
    }
    let file = fs::File::open(path).map_err(Unread::unreadable)?;
    if metadata.len() > MAX_BYTES {
        return Err(Unread::TooLarge(metadata.len()));
    }
    // It may have grown since.
    let bytes = read_within(file, metadata.len()).map_err(Unread::unreadable)?.map_err(Unread::TooLarge)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        Unread::NotUtf8 { before: String::from_utf8_lossy(before).into_owned() }
    })?;
    // UTF-16 without its mark is UTF-8 with a nought beside each letter.
    match text.split_once('\0') {
        Some((before, _)) => Err(Unread::NotUtf8 { before: before.to_owned() }),
        None => Ok(normalised(&text).into()),
    }
}

/// The end is seen by asking for more: with room for some bytes, nothing is moved for it.
const ROOM_FOR_THE_END: usize = 64;

/// All bytes of a file or stream, of which so many are expected; where they are more than [`MAX_BYTES`], how many were
/// read, which is one more.
///
/// # Errors
/// What the system says where it cannot be read.
pub fn read_within(from: impl Read, expected: u64) -> std::io::Result<Result<Vec<u8>, u64>> {
    let mut bytes = Vec::with_capacity(expected.min(MAX_BYTES) as usize + ROOM_FOR_THE_END);
    let read = from.take(MAX_BYTES + 1).read_to_end(&mut bytes)? as u64;
    Ok(if read > MAX_BYTES { Err(read) } else { Ok(bytes) })
}

/// Without byte-order mark, lines ended by `\n`.
pub fn normalised(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// Every `*.metric` file below `root`, by its path from there, sorted.
pub fn definition_paths(root: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    find_definitions(root, "", 0, &mut paths);
    paths.sort();
    paths
}

/// `*.metric` below `folder`, relative to the root, but not in hidden folders, behind links, or in
/// a folder that is a project of its own.
fn find_definitions(root: &Path, folder: &str, depth: usize, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return };
    for entry in entries.flatten() {
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && depth < MAX_DEPTH && !name.starts_with('.') && !root.join(&path).join(SETTINGS_FILE).exists() {
            find_definitions(root, &path, depth + 1, found);
        } else if !is_folder && name.ends_with(".metric") && !name.starts_with('.') {
            found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    fn codes_of(diagnostics: &[Diagnostic]) -> Vec<&str> {
        diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect()
    }

    #[test]
    fn definitions_are_loaded_from_sub_folders_in_the_order_of_their_paths() {
        let folder = project(&[
            ("carat.yaml", b"language: 1"),
            ("z.metric", b""),
            ("a/b.metric", b""),
            (".hidden/c.metric", b""),
            ("other/carat.yaml", b""),
            ("other/d.metric", b""),
        ]);
        let (sources, diagnostics) = load(folder.path());
        let paths: Vec<&str> = sources.files.iter().map(|(_, file)| &*file.path).collect();
        assert_eq!(paths, ["carat.yaml", "a/b.metric", "z.metric"]);
        assert_eq!(diagnostics, []);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_within_the_project_alone() {
        let elsewhere = project(&[("secret", b"hidden words")]);
        let folder = project(&[("carat.yaml", b""), ("shared/words.txt", b"shared words")]);
        let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
        link(&folder.path().join("shared/words.txt"), "inside.metric");
        link(&elsewhere.path().join("secret"), "outside.metric");
        let (sources, diagnostics) = load(folder.path());
        assert_eq!(codes_of(&diagnostics), ["unreadable-file"]);
        let texts: Vec<&str> = sources.files.iter().map(|(_, file)| &*file.text).collect();
        assert_eq!(texts, ["", "shared words", ""]);
    }

    #[test]
    fn byte_order_mark_and_carriage_returns_do_not_reach_the_parser() {
        let folder = project(&[("carat.yaml", b""), ("a.metric", b"\xef\xbb\xbfone\r\ntwo\r\n")]);
        let (sources, _) = load(folder.path());
        let file = sources.files.get(sources.definitions[0]).unwrap();
        assert_eq!(&*file.text, "one\ntwo\n");
    }

    #[test]
    fn a_file_that_is_no_text_is_reported_where_it_stops_being_text_and_the_others_are_loaded() {
        let folder = project(&[("carat.yaml", b""), ("a.metric", b"first\nse\xff"), ("b.metric", b"")]);
        let (sources, diagnostics) = load(folder.path());
        assert_eq!(codes_of(&diagnostics), ["not-utf8"]);
        assert_eq!(sources.files.position(diagnostics[0].span().unwrap()).line, 2);
        assert_eq!(sources.definitions.len(), 1);
    }

    #[test]
    fn a_file_that_a_project_may_do_without_is_missed_by_nobody() {
        let folder = project(&[("carat.yaml", b""), (LOCK_FILE, b"one")]);
        let mut problems = Vec::new();
        let (mut sources, _) = load(folder.path());
        assert_eq!(sources.read_if_there("sample.yaml", &mut problems), None);
        let lock = sources.read_if_there(LOCK_FILE, &mut problems).unwrap();
        assert_eq!(&*sources.files.get(lock).unwrap().text, "one");
        // Another version than the one in the folder, which had no such file.
        let (mut whole, _) = load(folder.path());
        whole.whole = true;
        assert_eq!(whole.read_if_there(LOCK_FILE, &mut problems), None);
        assert_eq!(problems, []);
    }

    #[test]
    fn a_full_path_of_windows_is_one_that_other_programs_read() {
        let plain = |path: &str| plain(PathBuf::from(path)).display().to_string();
        assert_eq!(plain(r"\\?\C:\shop ä\metrics"), r"C:\shop ä\metrics");
        assert_eq!(plain(r"\\?\UNC\server\shop"), r"\\?\UNC\server\shop");
        assert_eq!(plain("/home/shop"), "/home/shop");
    }

    #[test]
    fn a_file_over_the_limit_is_refused_unread() {
        let folder = project(&[("carat.yaml", b"")]);
        fs::File::create(folder.path().join("big.metric")).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(codes_of(&load(folder.path()).1), ["file-too-large"]);
    }

    #[test]
    fn a_project_is_found_from_a_folder_inside_it_and_from_the_folder_that_holds_metrics() {
        let folder = project(&[("metrics/carat.yaml", b""), ("metrics/deep/er/a.metric", b"")]);
        let expected = fs::canonicalize(folder.path().join("metrics")).unwrap();
        assert_eq!(find(&folder.path().join("metrics/deep/er")).unwrap(), expected);
        assert_eq!(find(folder.path()).unwrap(), expected);
    }
}
