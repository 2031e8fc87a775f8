//! Puts the pages of `docs/errors` into the program, for `carat explain CODE`.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&root).join("docs/errors");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages: Vec<_> = fs::read_dir(&folder)?.flatten().map(|entry| entry.path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    let entry = |path: &std::path::PathBuf| {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        format!("    ({id:?}, include_str!({:?})),\n", path.display().to_string())
    };
    let list: String = pages.iter().map(entry).collect();
    let out = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("pages.rs");
    fs::write(out, format!("&[\n{list}]\n"))
}
