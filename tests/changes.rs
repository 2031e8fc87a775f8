//! Every kind of change on every pair of versions: the pair of a rule shows that rule, and what else it
//! shows a person has read in the snapshot.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test: a broken assumption shall stop it"
)]

#[path = "support/project.rs"]
mod project;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use carat::diff::{Change, Class, Place, diff, rule};
use carat::model::Model;
use carat::source::FileSet;
use project::Project;

fn pairs() -> Vec<PathBuf> {
    let mut folders: Vec<_> = fs::read_dir("tests/changes").unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("old.metric").exists());
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

/// One version of a pair: its own schema and settings where it has them, else the common ones.
fn version(folder: &Path, which: &str) -> Model {
    compiled(folder, which).1
}

fn compiled(folder: &Path, which: &str) -> (FileSet, Model) {
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    let base = Path::new("tests/changes/base");
    let own = |file: &str| {
        let own = folder.join(format!("{which}.{file}"));
        if own.exists() { own } else { base.join(file) }
    };
    let project = Project::default()
        .with("carat.yaml", &read(own("carat.yaml")))
        .with("gold.yaml", &read(own("gold.yaml")))
        .with("shop.metric", &read(folder.join(format!("{which}.metric"))));
    let (files, model, found) = project.compile();
    let errors: Vec<_> = found.iter().filter(|problem| problem.is_error()).map(|problem| &problem.message).collect();
    assert!(errors.is_empty(), "{}/{which}: {errors:?}", folder.display());
    (files, model)
}

fn changes(folder: &Path) -> Vec<Change> {
    diff(&version(folder, "old"), &version(folder, "new"))
}

fn told(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        writeln!(text, "  {} [{}] {}", change.rule.id, change.class().name(), change.message).unwrap();
        for clause in &change.clauses {
            writeln!(text, "      {clause}").unwrap();
        }
        for reached in &change.reached {
            writeln!(
                text,
                "      reaches {} {} by {}",
                reached.subject.kind,
                reached.subject.name,
                reached.path.join(" → ")
            )
            .unwrap();
        }
    }
    text
}

#[test]
fn every_rule_has_a_pair_of_versions_that_shows_it() {
    for rule in rule::ALL {
        let folder = Path::new("tests/changes").join(rule.id);
        assert!(folder.join("old.metric").exists(), "no pair for `{}`", rule.id);
        let shown: Vec<_> = changes(&folder).iter().map(|change| change.rule.id).collect();
        assert!(shown.contains(&rule.id), "`{}` shows only {shown:?}", rule.id);
    }
}

#[test]
fn what_every_pair_shows_was_read_by_a_person() {
    let mut all = String::new();
    for folder in pairs() {
        writeln!(all, "{}\n{}", name(&folder), told(&changes(&folder))).unwrap();
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("changes", all);
    });
}

#[test]
fn a_version_and_itself_differ_in_nothing() {
    for folder in pairs() {
        let model = version(&folder, "new");
        assert_eq!(diff(&model, &model), [], "{}", folder.display());
    }
}

#[test]
fn another_order_layout_and_name_of_a_filter_are_no_change_of_meaning() {
    let found = changes(Path::new("tests/changes/no-change"));
    let moved: Vec<_> = found.iter().filter(|c| matches!(c.class(), Class::Meaning | Class::Consent)).collect();
    assert!(moved.is_empty(), "{}", told(&found));
}

#[test]
fn a_deprecated_metric_stays_as_a_measure_that_nobody_is_offered() {
    let model = version(Path::new("tests/changes/metric-deprecated"), "new");
    let measures = carat::emit::dax::measures(&model, &carat::plan::plan(&model));
    let hidden = |name: &str| measures.iter().find(|measure| measure.name == name).map(|measure| measure.hidden);
    assert_eq!((hidden("Pieces"), hidden("Buyers")), (Some(true), Some(false)));
}

const PAGE: &str = "docs/changes.md";

/// What the file of a pair says, which for some rules is a YAML file.
fn difference(folder: &Path) -> String {
    let base = Path::new("tests/changes/base");
    let texts = ["metric", "gold.yaml", "carat.yaml"].map(|file| {
        let text = |which: &str| {
            let own = folder.join(format!("{which}.{file}"));
            fs::read_to_string(if own.exists() { own } else { base.join(file) }).unwrap_or_default()
        };
        let (old, new) = (text("old"), text("new"));
        similar::TextDiff::from_lines(old.as_str(), new.as_str()).unified_diff().context_radius(0).to_string()
    });
    let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with("@@") && line.len() > 1);
    lines.map(|line| format!("{line}\n")).collect()
}

/// The page of all rules, each with the change of its pair.
fn page() -> String {
    let mut text = "# Changes\n\nWhat `carat diff` tells, worst class first. Each rule has an id that never changes; `changes:` of \
                    `carat.yaml`\nsays what is denied, a warning or allowed ([schema.md](schema.md)), [review.md](review.md) walks through a review.\n\
                    Layout, comments, order, moves between files and names that nobody sees are no change.\n"
        .to_owned();
    for class in Class::ALL {
        let (name, level) = (class.name(), class.default_level().name());
        writeln!(text, "\n## Class `{name}`\n\n{}; `{level}` if nothing is said.", capital(class.means())).unwrap();
        for rule in rule::ALL.iter().filter(|rule| rule.class == class) {
            let folder = Path::new("tests/changes").join(rule.id);
            let found = changes(&folder);
            let shown = found.iter().find(|change| change.rule == *rule).unwrap();
            let told: String = shown.clauses.iter().map(|clause| format!("  {clause}\n")).collect();
            writeln!(
                text,
                "\n### `{}`\n\n{}.\n\n```diff\n{}```\n",
                rule.id,
                capital(rule.summary),
                difference(&folder)
            )
            .unwrap();
            write!(text, "```text\n{}\n{told}```\n", shown.message).unwrap();
        }
    }
    text
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().to_string() + letters.as_str())
}

#[test]
fn the_page_of_all_rules_shows_each_with_its_class_and_example() {
    let page = page();
    if std::env::var_os("CARAT_BLESS").is_some() {
        fs::write(PAGE, &page).unwrap();
    }
    assert!(
        fs::read_to_string(PAGE).unwrap_or_default() == page,
        "{PAGE} is old; run with CARAT_BLESS=1 and read the difference"
    );
}

/// The place of a change is where a reviewer looks: the name of what changed, or the rule of the policy.
#[test]
fn every_change_points_at_what_changed() {
    let mut pointed = 0;
    for folder in pairs() {
        let (old, new) = (compiled(&folder, "old"), compiled(&folder, "new"));
        for change in diff(&old.1, &new.1) {
            let (files, span) = match change.at {
                Some(Place::Old(span)) => (&old.0, span),
                Some(Place::New(span)) => (&new.0, span),
                None => {
                    assert_eq!(change.subject.kind, "settings", "{}: {}", folder.display(), change.message);
                    continue;
                }
            };
            let (text, name) = (files.text(span), change.subject.name.rsplit('.').next().unwrap());
            let fits = match change.subject.kind {
                "expectation" => text.starts_with("expect "),
                "policy" => text == name || text.starts_with("refuse ") || text.starts_with("allow "),
                "column" | "relationship" | "calendar" => text.contains(name),
                _ => text == name,
            };
            assert!(fits, "{}: {} {} points at `{text}`", folder.display(), change.rule.id, change.subject.name);
            pointed += 1;
        }
    }
    assert!(pointed > rule::ALL.len(), "{pointed}");
}
