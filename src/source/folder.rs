//! Writing a folder of derived files: only what changed, and nothing that is not ours.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path};

use super::OutputFile;

/// Lists what the last build wrote, one path a line.
pub const MANIFEST: &str = ".carat-files";

/// What a build did to its folder, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    pub written: Vec<String>,
    pub unchanged: Vec<String>,
    /// Written by an earlier build and not part of this one.
    pub removed: Vec<String>,
}

/// A file or folder that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{path}`: {error}")]
pub struct WriteError {
    path: String,
    error: io::Error,
}

/// A folder that is being made to hold exactly the files of a build, beside whatever else someone keeps there. Files
/// are written as they come, from any thread.
#[derive(Debug)]
pub struct Writer<'f> {
    folder: &'f Path,
    /// What the last build wrote.
    before: Vec<String>,
}

/// A file that is as it should be.
#[derive(Debug)]
pub struct Done {
    path: String,
    /// It had other bytes before, or was not there.
    changed: bool,
}

impl<'f> Writer<'f> {
    /// # Errors
    /// The folder cannot be made.
    pub fn begin(folder: &'f Path) -> Result<Self, WriteError> {
        fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        Ok(Self { folder, before: manifest(folder) })
    }

    /// # Errors
    /// The file or the folder it lies in cannot be written.
    pub fn write(&self, file: OutputFile) -> Result<Done, WriteError> {
        let changed = write_changed(&self.folder.join(&file.path), file.text.as_bytes())?;
        Ok(Done { path: file.path, changed })
    }

    /// Removes what an earlier build wrote and this one did not, and lists what it did.
    ///
    /// # Errors
    /// The first file that cannot be removed; the list cannot be written.
    pub fn finish(self, done: Vec<Done>) -> Result<Written, WriteError> {
        let now: BTreeSet<&str> = done.iter().map(|file| file.path.as_str()).collect();
        let mut report = Written::default();
        for path in self.before.into_iter().filter(|path| !now.contains(path.as_str())) {
            if remove(self.folder, &path)? {
                report.removed.push(path);
            }
        }
        let listed: String = now.iter().flat_map(|path| [path, "\n"]).collect();
        write_changed(&self.folder.join(MANIFEST), listed.as_bytes())?;
        for file in done {
            let list = if file.changed { &mut report.written } else { &mut report.unchanged };
            list.push(file.path);
        }
        Ok(report)
    }
}

/// Whether the file had other bytes, and now has these. A file that is not there yet, as in an empty folder, costs no
/// look at it.
fn write_changed(path: &Path, bytes: &[u8]) -> Result<bool, WriteError> {
    match fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(bytes).map_err(|error| failed(path, error))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if fs::read(path).is_ok_and(|before| before == bytes) {
                return Ok(false);
            }
            fs::write(path, bytes).map_err(|error| failed(path, error))?;
        }
        // The first file of its folder.
        Err(_) => {
            let parent = path.parent().unwrap_or(path);
            fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
            fs::write(path, bytes).map_err(|error| failed(path, error))?;
        }
    }
    Ok(true)
}

/// Removes a file and the folders that are empty without it.
fn remove(folder: &Path, path: &str) -> Result<bool, WriteError> {
    let full = folder.join(path);
    match fs::remove_file(&full) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(&full, error)),
    }
    // A folder that is not empty stays, which is no failure.
    full.ancestors()
        .skip(1)
        .take_while(|parent| *parent != folder)
        .map_while(|parent| fs::remove_dir(parent).ok())
        .count();
    Ok(true)
}

/// What the last build wrote; lines that leave the folder are no paths of ours.
fn manifest(folder: &Path) -> Vec<String> {
    let inside =
        |path: &&str| !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let text = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
    text.lines().filter(inside).map(str::to_owned).collect()
}

fn failed(path: &Path, error: io::Error) -> WriteError {
    let is_no_folder = error.kind() == io::ErrorKind::AlreadyExists && path.is_file();
    let error = if is_no_folder { io::Error::other("it is a file, and a folder is wanted") } else { error };
    WriteError { path: path.display().to_string(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> OutputFile {
        OutputFile { path: path.to_owned(), text: text.to_owned() }
    }

    fn write(folder: &Path, files: &[OutputFile]) -> Result<Written, WriteError> {
        let writer = Writer::begin(folder)?;
        let done = files.iter().map(|file| writer.write(file.clone())).collect::<Result<_, _>>()?;
        writer.finish(done)
    }

    #[test]
    fn only_changed_bytes_are_written() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[file("a/x", "1"), file("b", "1")]).unwrap();
        let report = write(folder.path(), &[file("a/x", "1"), file("b", "2")]).unwrap();
        assert_eq!(report, Written { written: vec!["b".into()], unchanged: vec!["a/x".into()], removed: vec![] });
    }

    #[test]
    fn what_an_earlier_build_wrote_is_removed_with_its_folder_and_the_rest_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[file("old/deep/x", "1"), file("b", "1")]).unwrap();
        fs::write(folder.path().join("mine"), "").unwrap();
        let report = write(folder.path(), &[file("b", "1")]).unwrap();
        assert_eq!(report.removed, ["old/deep/x"]);
        assert!(!folder.path().join("old").exists());
        assert!(folder.path().join("mine").exists());
    }

    #[test]
    fn a_file_where_a_folder_must_be_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        let error = write(folder.path(), &[file("a/x", "1")]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write `{}`", folder.path().join("a").display())), "{error}");
    }

    #[test]
    fn a_manifest_cannot_lead_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("kept");
        fs::write(&outside, "").unwrap();
        let build = folder.path().join("build");
        fs::create_dir(&build).unwrap();
        fs::write(build.join(MANIFEST), format!("../kept\n{}\n", outside.display())).unwrap();
        write(&build, &[]).unwrap();
        assert!(outside.exists());
    }
}
