//! Approvers as lines of a CODEOWNERS file.
//!
//! Source: GitHub Docs, "About code owners" (Azure DevOps and GitLab read the same lines). Owners go by file, so a
//! file's owners are those of everything defined in it; the last pattern that fits a path decides.

use std::collections::BTreeMap;

use crate::diff::Class;
use crate::model::{Definition, Model};
use crate::source::FileSet;
use crate::source::project::{LOCK_FILE, SETTINGS_FILE};

const HEADER: &str = "# Written by `carat diff --codeowners` from `approvers:` of carat.yaml.\n";

/// One line a file, sorted; files that nobody approves have none. `files` are named as the repository names them,
/// `folder` is the project's folder in it, ending in `/` or empty.
pub fn codeowners(model: &Model, files: &FileSet, folder: &str) -> String {
    let rules = &model.settings.changes.approvers;
    let of_class = |class: Class| rules.classes.get(class.name()).cloned().unwrap_or_default();
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for definition in model.definitions() {
        let Some(head) = model.head(definition) else { continue };
        let mut who: Vec<String> = classes(definition).iter().flat_map(|class| of_class(*class)).collect();
        who.extend(
            rules.metrics.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&head.name)).flat_map(|(_, w)| w.clone()),
        );
        who.extend(head.about.teams.iter().filter_map(|team| rules.teams.get(team)).flatten().cloned());
        owners.entry(files.path(head.name_span.file).to_owned()).or_default().extend(who);
    }
    let all: Vec<String> = Class::ALL.into_iter().flat_map(of_class).collect();
    for file in [model.settings.gold.as_str(), SETTINGS_FILE, LOCK_FILE] {
        owners.insert(format!("{folder}{file}"), all.clone());
    }
    let lines = owners.into_iter().filter_map(|(path, who)| line(&path, who));
    HEADER.to_owned() + &lines.collect::<String>()
}

/// The classes that a change of a definition may be of.
fn classes(definition: Definition) -> &'static [Class] {
    match definition {
        Definition::Policy(_) | Definition::Resolve(_) => &[Class::Consent],
        Definition::Segment(_) => &[Class::Consent, Class::Name],
        Definition::Filter(_) => &[Class::Meaning],
        Definition::Metric(_) => &[Class::Meaning, Class::Name],
    }
}

fn line(path: &str, mut who: Vec<String>) -> Option<String> {
    who.sort();
    who.dedup();
    // A blank ends a pattern, `#` begins a comment and `*`, `?`, `[` stand for others, unless escaped.
    let pattern: String = path
        .chars()
        .flat_map(|c| matches!(c, ' ' | '#' | '*' | '?' | '[' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    (!who.is_empty()).then(|| format!("/{pattern} {}\n", who.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_pattern_of_itself_alone() {
        assert_eq!(
            line("our #1/a b.metric", vec!["@b".into(), "@a".into(), "@b".into()]).unwrap(),
            "/our\\ \\#1/a\\ b.metric @a @b\n"
        );
        assert_eq!(line("a.metric", Vec::new()), None);
    }
}
