//! Parsing and formatting, seen from outside.

use carat::source::FileSet;
use carat::syntax::tree::Item;

fn shipped() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/metrics");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "metric"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_shipped_file_parses_without_a_message() {
    let files = shipped();
    assert!(files.len() >= 8);
    for (name, text) in files {
        let mut set = FileSet::default();
        let id = set.add(name.as_str(), text.as_str());
        let (tree, problems) = carat::syntax::parse(&set, id);
        assert_eq!(problems, [], "{name}");
        assert!(tree.items.iter().all(|item| matches!(item, Item::Definition(_))), "{name}");
        let starts = text.lines().filter(|line| {
            ["metric ", "filter ", "segment ", "policy ", "resolve ", "view ", "expect "]
                .iter()
                .any(|k| line.starts_with(k))
        });
        assert_eq!(tree.items.len(), starts.count(), "{name}");
    }
}
