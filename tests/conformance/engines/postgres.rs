//! PostgreSQL: a cluster that is made for the run and thrown away, owned by an unprivileged user.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use carat::gold::Gold;
use tempfile::TempDir;

use super::{Answer, Sql, Work, answers, create_tables, place, program};

/// Where Debian puts the server's programs.
const PLACES: [&str; 4] = [
    "/usr/lib/postgresql/15/bin/initdb",
    "/usr/lib/postgresql/16/bin/initdb",
    "/usr/lib/postgresql/17/bin/initdb",
    "/usr/lib/postgresql/18/bin/initdb",
];

pub struct Postgres {
    programs: PathBuf,
    cluster: TempDir,
}

impl Postgres {
    /// A running server; none where there is no `initdb`.
    pub fn found() -> Option<Postgres> {
        let initdb = program("CARAT_INITDB", &PLACES)?;
        let cluster = tempfile::tempdir().unwrap();
        let postgres = Postgres { programs: initdb.parent()?.to_path_buf(), cluster };
        postgres.start();
        Some(postgres)
    }

    fn start(&self) {
        let folder = self.cluster.path().display().to_string();
        if is_root() {
            run(Command::new("chown").args(["-R", "nobody", &folder]));
        }
        let data = format!("{folder}/data");
        let initdb = ["-D", &data, "-A", "trust", "-U", "carat", "--locale=C", "--encoding=UTF8", "--no-sync"];
        run(self.server("initdb").args(initdb));
        let options = format!("-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off");
        run(self.server("pg_ctl").args(["-D", &data, "-l", &format!("{data}/log"), "-w", "-o", &options, "start"]));
    }

    /// A server program; the server refuses to run as root.
    fn server(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        if !is_root() {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
        command
    }

    fn psql(&self, database: &str, script: &Path) -> String {
        let output = Command::new(self.programs.join("psql"))
            .args(["-X", "-q", "-U", "carat", "-d", database, "-h"])
            .arg(self.cluster.path())
            .stdin(File::open(script).unwrap())
            .output()
            .expect("psql starts");
        String::from_utf8_lossy(&output.stderr).trim().to_string()
    }

    /// Errors go to the same file as the answers of their query, marked.
    fn script(&self, gold: &Gold, data: &Path, out: &Path, queries: &[String]) -> String {
        let mut script = create_tables(gold, "DOUBLE PRECISION");
        script.extend(gold.tables.iter().map(|table| {
            let file = data.join(format!("{}.csv", table.name));
            format!("\\copy {} FROM '{}' WITH (FORMAT csv, HEADER)", place(table), file.display())
        }));
        script.push("\\pset format csv\n\\pset null '\\\\N'".into());
        for (at, query) in queries.iter().enumerate() {
            let query = query.trim_end().trim_end_matches(';');
            let why = format!(
                "\\if :ERROR\n\\echo :LAST_ERROR_MESSAGE\n\\o {}/{at}.why\n\\qecho :LAST_ERROR_MESSAGE\n\\endif",
                out.display()
            );
            script.push(format!("\\o {}/{at}.out\n{query};\n\\o\n{why}\n\\o", out.display()));
        }
        script.join("\n")
    }
}

impl Sql for Postgres {
    fn dialect(&self) -> &'static str {
        "postgres"
    }

    fn run(&self, works: &[Work]) -> Vec<Vec<Answer>> {
        works.iter().map(|work| self.work(work.gold, work.folder, &work.queries)).collect()
    }
}

impl Postgres {
    fn work(&self, gold: &Gold, folder: &Path, queries: &[String]) -> Vec<Answer> {
        let out = tempfile::tempdir().unwrap();
        let script = out.path().join("script.sql");
        fs::write(&script, "DROP DATABASE IF EXISTS work;\nCREATE DATABASE work;").unwrap();
        self.psql("postgres", &script);
        fs::write(&script, self.script(gold, folder, out.path(), queries)).unwrap();
        self.psql("work", &script);
        let why = |at: usize| fs::read_to_string(out.path().join(format!("{at}.why")));
        let answers = answers(out.path(), queries.len()).into_iter().enumerate();
        answers.map(|(at, answer)| why(at).map_or(answer, Err)).collect()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = self.cluster.path().join("data");
        let stopped =
            self.server("pg_ctl").arg("-D").arg(data).args(["-m", "immediate", "stop"]).stdout(Stdio::null()).status();
        drop(stopped);
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).status();
    assert!(output.is_ok_and(|status| status.success()), "{command:?} failed");
}
