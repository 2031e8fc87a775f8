//! Problems of the files themselves, before anything in them is read.

use crate::diagnostics::{Code, Diagnostic};
use crate::source::{FileId, Span};

pub const ALL: &[&Code] = &[&NO_PROJECT, &UNREADABLE_FILE, &FILE_TOO_LARGE, &NOT_UTF8];

pub const NO_PROJECT: Code = Code::error("no-project", "a project is a folder that holds `carat.yaml`");
pub const UNREADABLE_FILE: Code = Code::error("unreadable-file", "every file of a project can be read");
pub const FILE_TOO_LARGE: Code = Code::error("file-too-large", "a definition file holds at most 8 MB");
pub const NOT_UTF8: Code = Code::error("not-utf8", "definition files are UTF-8 text");

const NAME_ONE: &str = "name the project's folder, as in `carat check metrics`, or start one with `carat init`";

pub fn no_project(place: &str, is_file: bool) -> Diagnostic {
    let message = match is_file {
        true => format!("`{place}` is a file, and no `carat.yaml` is beside it or in a folder above"),
        false => format!("no `carat.yaml` in `{place}` or in a folder above it"),
    };
    Diagnostic::new(&NO_PROJECT, message).help(NAME_ONE)
}

pub fn no_folder(folder: &str) -> Diagnostic {
    Diagnostic::new(&NO_PROJECT, format!("there is no folder `{folder}`")).help(NAME_ONE)
}

pub fn unreadable_file(file: FileId, path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(&UNREADABLE_FILE, format!("`{path}` cannot be read: {}", lower_first(reason)))
        .at(Span::new(file, 0, 0), "this file")
}

pub fn file_too_large(file: FileId, path: &str, bytes: u64, limit: u64) -> Diagnostic {
    too_large(file, format!("`{path}` holds"), bytes, limit)
}

/// A file that may be read, but not written in its one layout.
pub fn formatted_too_large(file: FileId, path: &str, bytes: u64, limit: u64) -> Diagnostic {
    too_large(file, format!("`{path}` would hold, when it is laid out,"), bytes, limit)
}

fn too_large(file: FileId, holds: String, bytes: u64, limit: u64) -> Diagnostic {
    let megabytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
    let message = format!("{holds} {} MB, more than {} MB", megabytes(bytes), megabytes(limit));
    Diagnostic::new(&FILE_TOO_LARGE, message)
        .at(Span::new(file, 0, 0), "this file")
        .help("definitions are short: split the file, or move data out of the project")
}

pub fn not_utf8(file: FileId, path: &str, offset: usize) -> Diagnostic {
    Diagnostic::new(&NOT_UTF8, format!("`{path}` is not UTF-8 text"))
        .at(Span::new(file, offset, offset), "the text ends here")
        .help("save the file as UTF-8")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
