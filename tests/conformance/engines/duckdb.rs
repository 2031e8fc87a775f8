//! DuckDB's command-line program, a fresh database for each piece of work.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use carat::gold::Gold;

use super::{Answer, Sql, Work, answers, create_tables, place, program};

pub struct DuckDb {
    program: PathBuf,
}

impl DuckDb {
    /// `CARAT_DUCKDB`, else the one fetched into `.carat`, else `duckdb` on the path.
    pub fn found() -> Option<DuckDb> {
        let program = program("CARAT_DUCKDB", &[".carat/duckdb_cli/duckdb", ".carat/bin/duckdb", "duckdb"])?;
        Some(DuckDb { program })
    }

    fn script(&self, gold: &Gold, data: &Path, out: &Path, (queries, loaded): (&[String], &str)) -> String {
        let mut script = create_tables(gold, "DOUBLE");
        script.extend(gold.tables.iter().map(|table| {
            let file = data.join(format!("{}.csv", table.name));
            let options = "HEADER, NULLSTR '', ALLOW_QUOTED_NULLS false, QUOTE '\"', ESCAPE '\"', AUTO_DETECT false";
            format!("COPY {} FROM '{}' ({options});", place(table), file.display())
        }));
        script.push(loaded.to_string());
        script.push(".mode csv\n.headers on\n.nullvalue '\\N'".into());
        for (at, query) in queries.iter().enumerate() {
            let query = query.trim_end().trim_end_matches(';');
            script.push(format!(".output {}/{at}.out\n{query};\n.output", out.display()));
        }
        script.join("\n")
    }

    fn program(&self, script: &Path) -> String {
        let output = Command::new(&self.program)
            .args(["-batch", ":memory:"])
            .stdin(File::open(script).unwrap())
            .output()
            .expect("DuckDB starts");
        String::from_utf8_lossy(&output.stderr).trim().to_string()
    }

    /// Why one query failed.
    fn why(&self, gold: &Gold, data: &Path, (query, loaded): (&String, &str)) -> String {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("script.sql");
        fs::write(&script, self.script(gold, data, folder.path(), (std::slice::from_ref(query), loaded))).unwrap();
        self.program(&script)
    }
}

impl Sql for DuckDb {
    fn dialect(&self) -> &'static str {
        "duckdb"
    }

    fn run(&self, works: &[Work]) -> Vec<Vec<Answer>> {
        works.iter().map(|work| self.work(work.gold, work.folder, &work.queries, "")).collect()
    }
}

impl DuckDb {
    /// The answers to the queries, after what is to be run once the tables are filled.
    pub fn work(&self, gold: &Gold, folder: &Path, queries: &[String], loaded: &str) -> Vec<Answer> {
        let out = tempfile::tempdir().unwrap();
        let script = out.path().join("script.sql");
        fs::write(&script, self.script(gold, folder, out.path(), (queries, loaded))).unwrap();
        self.program(&script);
        let mut answers = answers(out.path(), queries.len());
        let failed = answers.iter_mut().zip(queries).filter(|(answer, _)| answer.is_err());
        failed.take(5).for_each(|(answer, query)| *answer = Err(self.why(gold, folder, (query, loaded))));
        answers
    }
}
