//! Spark, by PySpark in the Python that `CARAT_SPARK_PYTHON` names: one session for all queries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use carat::gold::Gold;
use serde_json::{Value as Json, json};

use super::{Answer, Rows, Sql, Work, type_name};

pub struct Spark {
    python: PathBuf,
}

impl Spark {
    pub fn found() -> Option<Spark> {
        let python = PathBuf::from(std::env::var_os("CARAT_SPARK_PYTHON")?);
        super::runs(&python).then_some(Spark { python })
    }
}

impl Sql for Spark {
    fn dialect(&self) -> &'static str {
        "spark"
    }

    fn asked_one_in(&self) -> usize {
        super::thinned("spark", 6)
    }

    fn run(&self, works: &[Work]) -> Vec<Vec<Answer>> {
        let work = |work: &Work| json!({ "data": work.folder, "tables": tables(work.gold), "queries": work.queries });
        let said = python(&self.python, "spark.py", &works.iter().map(work).collect());
        let answers = |said: &Json| said.as_array().expect("a list").iter().map(answer).collect();
        said.as_array().expect("one list for each piece of work").iter().map(answers).collect()
    }
}

/// Runs a driver of this folder: work in, answers out, both as JSON.
pub(super) fn python(python: &Path, driver: &str, work: &Json) -> Json {
    let folder = tempfile::tempdir().unwrap();
    let (asked, said) = (folder.path().join("work.json"), folder.path().join("said.json"));
    fs::write(&asked, work.to_string()).unwrap();
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/engines").join(driver);
    let output = Command::new(python).arg(driver).arg(&asked).arg(&said).output().expect("Python starts");
    let text = fs::read_to_string(&said);
    let text = text.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(&text).expect("the driver writes JSON")
}

/// Tables as the drivers read them.
pub(super) fn tables(gold: &Gold) -> Json {
    let table = |table: &carat::gold::Table| {
        let columns = table.columns.iter().map(|column| json!([column.name, type_name(column.ty)]));
        let columns: Vec<Json> = columns.collect();
        json!({ "name": table.name, "schema": table.schema, "physical": table.physical, "columns": columns })
    };
    gold.tables.iter().map(table).collect()
}

fn answer(said: &Json) -> Answer {
    if let Some(error) = said["error"].as_str() {
        return Err(error.to_string());
    }
    let text = |value: &Json| value.as_str().map(str::to_string);
    let row = |row: &Json| row.as_array().map_or_else(Vec::new, |row| row.iter().map(text).collect());
    let list = |name: &str| said[name].as_array().cloned().unwrap_or_default();
    Ok(Rows { names: list("names").iter().filter_map(text).collect(), rows: list("rows").iter().map(row).collect() })
}
