//! Writing a folder of derived files: only what changed, and nothing that is not ours.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;

use crate::emit::OutputFile;

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

/// Makes `folder` hold exactly `files`, beside whatever else someone keeps there.
///
/// # Errors
/// The first file that cannot be written or removed.
pub fn write(folder: &Path, files: &[OutputFile]) -> Result<Written, WriteError> {
    let before = manifest(folder);
    let now: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let parents: BTreeSet<PathBuf> =
        now.iter().filter_map(|path| folder.join(path).parent().map(Path::to_path_buf)).collect();
    for parent in parents.iter().map(PathBuf::as_path).chain([folder]) {
        fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
    }
    let changed: Vec<bool> = files.par_iter().map(|file| write_changed(folder, file)).collect::<Result<_, _>>()?;
    let mut report = Written::default();
    for (file, changed) in files.iter().zip(changed) {
        if changed { report.written.push(file.path.clone()) } else { report.unchanged.push(file.path.clone()) }
    }
    for path in before.iter().filter(|path| !now.contains(path.as_str())) {
        if remove(folder, path)? {
            report.removed.push(path.clone());
        }
    }
    let listed: String = now.iter().map(|path| format!("{path}\n")).collect();
    write_changed(folder, &OutputFile { path: MANIFEST.to_owned(), text: listed })?;
    Ok(report)
}

/// Whether the file had other bytes, and now has these.
fn write_changed(folder: &Path, file: &OutputFile) -> Result<bool, WriteError> {
    let path = folder.join(&file.path);
    if fs::read(&path).is_ok_and(|bytes| bytes == file.text.as_bytes()) {
        return Ok(false);
    }
    fs::write(&path, &file.text).map_err(|error| failed(&path, error))?;
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
    WriteError { path: path.display().to_string(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> OutputFile {
        OutputFile { path: path.to_owned(), text: text.to_owned() }
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
