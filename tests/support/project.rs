//! A project in memory: its files, compiled from text to model, and its messages as people read them.
#![allow(dead_code)]

use std::fs;

use carat::diagnostics::Diagnostic;
use carat::model::Model;
use carat::source::FileSet;
use carat::{gold, resolve, settings, syntax};

/// Files by name: `carat.yaml`, the gold schema, definition files.
#[derive(Debug, Clone, Default)]
pub struct Project {
    pub files: Vec<(String, String)>,
}

impl Project {
    pub fn shipped() -> Self {
        let mut names: Vec<_> =
            fs::read_dir("metrics").expect("metrics").map(|entry| entry.expect("entry").path()).collect();
        names.sort();
        let read = |path: &std::path::PathBuf| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("text"))
        };
        Project { files: names.iter().filter(|path| path.is_file()).map(read).collect() }
    }

    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.files.push((name.to_owned(), text.to_owned()));
        self
    }

    /// From text to model, with every message on the way.
    pub fn compile(&self) -> (FileSet, Model, Vec<Diagnostic>) {
        let mut files = FileSet::default();
        let ids: Vec<_> =
            self.files.iter().map(|(name, text)| (name, files.add(name.as_str(), text.as_str()))).collect();
        let find = |wanted: &str| ids.iter().find(|(name, _)| *name == wanted).map(|(_, id)| *id);
        let (settings, mut found) = settings::load(&files, find("carat.yaml").expect("carat.yaml"));
        let (gold, more) = gold::load(&files, find(&settings.gold).or(find("gold.yaml")).expect("gold schema"));
        found.extend(more);
        let mut trees = Vec::new();
        for (_, id) in ids.iter().filter(|(name, _)| name.ends_with(".metric")) {
            let (tree, more) = syntax::parse(&files, *id);
            found.extend(more);
            trees.push(tree);
        }
        let (model, more) = resolve::resolve(settings, gold, &trees);
        found.extend(more);
        (files, model, found)
    }
}

/// A message as people read it, without a frame.
pub fn plain(files: &FileSet, problem: &Diagnostic) -> String {
    let mut text = format!("{}: {}\n", problem.code.id, problem.message);
    for label in &problem.labels {
        let at = files.position(label.span);
        let written = files.text(label.span);
        text += &format!("  {}:{} `{}` {}\n", at.line, at.column, written.lines().next().unwrap_or(""), label.text);
    }
    if let Some(help) = &problem.help {
        text += &format!("  help: {help}\n");
    }
    text
}
