//! Names of files that every system can hold: Windows takes some for devices, whatever ending stands behind them, so
//! that a repository with such a file cannot be checked out there.

use std::borrow::Cow;

const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// No device has a longer name, in bytes.
const LONGEST: usize = "lpt¹".len();

fn is_a_device(stem: &str) -> bool {
    let stem = stem.trim_end();
    if stem.len() > LONGEST {
        return false;
    }
    let stem = stem.to_lowercase();
    let port = |kind: &str| {
        let number = stem.strip_prefix(kind).map(|rest| rest.chars().collect::<Vec<_>>());
        matches!(number.as_deref(), Some(['1'..='9' | '¹' | '²' | '³']))
    };
    DEVICES.contains(&stem.as_str()) || port("com") || port("lpt")
}

/// The name of a file or folder, with a `_` behind its stem where that is a device (`aux.sql` is `aux_.sql`). A stem
/// that is a device and `_` gets one more, so that two names never become one.
pub fn portable(name: &str) -> Cow<'_, str> {
    let stem = name.split('.').next().unwrap_or_default();
    let endings = name.get(stem.len()..).unwrap_or_default();
    match is_a_device(stem.trim_end_matches('_')) {
        true => format!("{stem}_{endings}").into(),
        false => name.into(),
    }
}

/// A path of such names.
pub fn portable_path(path: &str) -> String {
    path.split('/').map(portable).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_or_folder_is_called_like_a_device() {
        for (written, held) in [
            ("sql/fabric/metrics/aux.sql", "sql/fabric/metrics/aux_.sql"),
            ("metrics/NUL/con.old.sql", "metrics/NUL_/con_.old.sql"),
            ("views/com1.sql", "views/com1_.sql"),
            ("segments/LPT9", "segments/LPT9_"),
            ("views/aux .sql", "views/aux _.sql"),
        ] {
            assert_eq!(portable_path(written), held);
        }
        for path in ["metrics/auxiliary.sql", "a/com10.sql", "a/console.con", "a/_aux", "a/com.sql", "", "a//b"] {
            assert_eq!(portable_path(path), path);
        }
    }

    #[test]
    fn two_names_never_become_one() {
        let names = ["aux", "aux_", "aux__", "AUX_x", "aux_.x", "aux.x", "aux.x_"];
        let held: std::collections::BTreeSet<_> = names.iter().map(|name| portable(name)).collect();
        assert_eq!(held.len(), names.len());
    }
}
