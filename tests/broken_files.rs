//! Files and folders that are not what a command takes them for: it says so, blames nothing else, and does not hang.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// A folder `shop` with a small project, and beside it an empty folder and a file.
fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).unwrap();
    for file in ["carat.yaml", "gold.yaml"] {
        fs::copy(Path::new("tests/changes/base").join(file), shop.join(file)).unwrap();
    }
    let definitions = fs::read_to_string("tests/changes/no-change/old.metric").unwrap();
    // The label of a column of its table, which only a comparison of versions does not mind.
    fs::write(shop.join("shop.metric"), definitions.replace("\"Pieces\"", "\"Pieces sold\"")).unwrap();
    fs::write(shop.join("more.metric"), "metric twice \"Twice\" = sales * 2\n{ format: money }\n").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("file"), "text").unwrap();
    folder
}

/// What the command says, on both ways out, with its exit code.
fn said(folder: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_carat")).args(arguments).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (text, output.status.code())
}

/// The codes that a check of the project gives, after `breaks` was done to it.
fn codes(breaks: impl FnOnce(&Path)) -> Vec<String> {
    let folder = place();
    breaks(&folder.path().join("shop"));
    let (text, _) = said(folder.path(), &["check", "shop", "--format", "json"]);
    let all: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    let found = all["diagnostics"].as_array().unwrap_or_else(|| panic!("{text}"));
    found.iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn rewritten(path: &Path, mark: bool) {
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, utf16(&text, mark)).unwrap();
}

#[test]
fn a_project_that_is_whole_says_nothing() {
    assert_eq!(codes(|_| ()), Vec::<String>::new());
}

#[test]
fn line_ends_marks_and_tabs_change_nothing() {
    let found = codes(|shop| {
        for file in ["carat.yaml", "gold.yaml", "shop.metric"] {
            let text = fs::read_to_string(shop.join(file)).unwrap();
            fs::write(shop.join(file), format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
        }
        let text = fs::read_to_string(shop.join("shop.metric")).unwrap();
        fs::write(shop.join("shop.metric"), text.replace("\n  ", "\n\t")).unwrap();
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn names_of_a_file_that_cannot_be_read_are_not_called_unknown() {
    for mark in [true, false] {
        assert_eq!(codes(|shop| rewritten(&shop.join("shop.metric"), mark)), ["not-utf8"]);
        assert_eq!(codes(|shop| rewritten(&shop.join("gold.yaml"), mark)), ["not-utf8"]);
        assert_eq!(codes(|shop| rewritten(&shop.join("carat.yaml"), mark)), ["not-utf8"]);
    }
    let long = codes(|shop| fs::write(shop.join("shop.metric"), vec![b'a'; 50_000_000]).unwrap());
    assert_eq!(long, ["file-too-large"]);
}

#[test]
fn an_empty_file_of_settings_is_the_one_thing_that_is_told() {
    assert_eq!(codes(|shop| fs::write(shop.join("carat.yaml"), "").unwrap()), ["wrong-shape"]);
    assert_eq!(codes(|shop| fs::write(shop.join("gold.yaml"), "").unwrap()), ["wrong-shape"]);
}

#[test]
fn a_calendar_with_a_broken_day_has_grains_nobody_misses() {
    let found = codes(|shop| {
        let text = fs::read_to_string(shop.join("gold.yaml")).unwrap();
        fs::write(shop.join("gold.yaml"), text.replace("2030-12-31", "2030-13-31")).unwrap();
    });
    assert_eq!(found, ["invalid-day"]);
}

#[cfg(unix)]
#[test]
fn pipes_and_links_that_lead_nowhere_are_told_and_not_waited_for() {
    use std::os::unix::fs::symlink;
    let pipe = codes(|shop| {
        fs::remove_file(shop.join("shop.metric")).unwrap();
        assert!(Command::new("mkfifo").arg(shop.join("shop.metric")).status().unwrap().success());
    });
    assert_eq!(pipe, ["unreadable-file"]);
    let nowhere = codes(|shop| symlink("nowhere", shop.join("dead.metric")).unwrap());
    assert_eq!(nowhere, ["unreadable-file"]);
    let itself = codes(|shop| {
        fs::remove_file(shop.join("carat.yaml")).unwrap();
        symlink("carat.yaml", shop.join("carat.yaml")).unwrap();
    });
    assert_eq!(itself, ["unreadable-file"]);
    assert_eq!(codes(|shop| symlink("..", shop.join("round")).unwrap()), Vec::<String>::new());
}

#[test]
fn a_file_where_a_folder_is_wanted_is_called_a_file() {
    let folder = place();
    let cases: [(&[&str], &str); 7] = [
        (&["check", "file"], "`file` is a file, and no `carat.yaml` is beside it"),
        (&["build", "shop", "--out", "file"], "cannot write `file`: it is a file, and a folder is wanted"),
        (&["sample", "-C", "shop", "--out", "file"], "`file` is a file, and a folder is wanted"),
        (&["init", "file"], "`file` is a file, and a folder is wanted"),
        (&["init", "-C", "file"], "`file` is a file, and a folder is wanted"),
        (&["check", "nowhere"], "there is no folder `nowhere`"),
        (&["diff", "shop", "nowhere"], "there is no folder `nowhere`"),
    ];
    for (arguments, wanted) in cases {
        let (text, code) = said(folder.path(), arguments);
        assert!(text.contains(wanted) && !text.contains("os error"), "{arguments:?}: {text}");
        assert_eq!(code, Some(2), "{arguments:?}");
    }
    assert!(!folder.path().join("carat.yaml").exists(), "nothing is written where nobody asked for it");
    let (text, code) = said(folder.path(), &["init", "-C", "empty"]);
    assert!(folder.path().join("empty/carat.yaml").exists(), "{code:?} {text}");
}

/// The paths below a folder.
fn below(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path.display().to_string()] });
    all.collect()
}

#[test]
fn nothing_that_is_written_is_called_like_a_device_of_windows() {
    let folder = place();
    let shop = folder.path().join("shop");
    fs::rename(shop.join("more.metric"), shop.join("Nul.metric")).unwrap();
    let view = "view con \"Con\" = [sales]\nview con_ \"Con too\" = [twice]\n";
    fs::write(shop.join("aux.metric"), view).unwrap();
    let (text, code) = said(folder.path(), &["build", "-C", "shop", "--out", "out"]);
    assert_eq!(code, Some(0), "{text}");
    let written = below(&folder.path().join("out"));
    let names = written.iter().flat_map(|path| path.split(['/', '\\']));
    let stems: Vec<String> = names.map(|name| name.split('.').next().unwrap().to_lowercase()).collect();
    assert!(!stems.iter().any(|stem| ["nul", "aux", "con"].contains(&stem.as_str())), "{written:#?}");
    for ending in ["metrics/Nul_.sql", "con_.sql", "con__.sql"] {
        assert!(written.iter().any(|path| path.replace('\\', "/").ends_with(ending)), "{ending} in {written:#?}");
    }
}
