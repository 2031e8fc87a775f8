//! Fabric's T-SQL, rewritten for the DuckDB program: the text carat writes for the warehouse, with the
//! meanings of T-SQL that can be had there (`tsql.rs` says which). No warehouse is asked.

use carat::gold::{Gold, Type};

use super::tsql::rewritten;
use super::{Answer, DuckDb, REFUSED, Sql, Work, place};

/// `/` of whole numbers is a whole number, an average of whole numbers too; NULL comes first.
const SETTINGS: &str = "SET integer_division = true;
SET default_null_order = 'nulls_first_on_asc_last_on_desc';
CREATE MACRO tsql_avg(x) AS CASE WHEN any_value(typeof(x)) IN ('BIGINT', 'INTEGER', 'HUGEINT', 'TINYINT')
    THEN trunc(avg(x)) WHEN any_value(typeof(x)) LIKE 'DECIMAL%' THEN trunc(avg(x) * 1000000) / 1000000
    ELSE avg(x) END;";

pub struct Fabric {
    duckdb: DuckDb,
}

impl Fabric {
    /// Where DuckDB is found.
    pub fn found() -> Option<Fabric> {
        DuckDb::found().map(|duckdb| Fabric { duckdb })
    }

    fn work(&self, work: &Work) -> Vec<Answer> {
        let texts: Vec<Result<String, String>> = work.queries.iter().map(|query| rewritten(query)).collect();
        let queries: Vec<String> = texts.iter().filter_map(|text| text.clone().ok()).collect();
        let mut answers = self.duckdb.work(work.gold, work.folder, &queries, &as_a_warehouse(work.gold)).into_iter();
        let answer = |text: &Result<String, String>| match text {
            Ok(_) => answers.next().unwrap_or_else(|| Err("no answer".into())),
            Err(why) => Err(format!("{REFUSED}{why}")),
        };
        texts.iter().map(answer).collect()
    }
}

impl Sql for Fabric {
    fn dialect(&self) -> &'static str {
        "fabric"
    }

    fn run(&self, works: &[Work]) -> Vec<Vec<Answer>> {
        works.iter().map(|work| self.work(work)).collect()
    }
}

/// The settings, and flags as the bits they are in a warehouse.
fn as_a_warehouse(gold: &Gold) -> String {
    let flags = gold.tables.iter().flat_map(|table| {
        let columns = table.columns.iter().filter(|column| column.ty == Type::Boolean);
        columns.map(|column| format!("ALTER TABLE {} ALTER \"{}\" TYPE TINYINT;", place(table), column.name))
    });
    std::iter::once(SETTINGS.to_string()).chain(flags).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::Rows;

    /// The rewriting is worth something only where T-SQL's own meanings are kept.
    #[test]
    fn whole_numbers_divide_and_average_as_in_t_sql() {
        let Some(fabric) = Fabric::found() else { return };
        let gold = Gold::default();
        let folder = tempfile::tempdir().unwrap();
        let queries = [
            "SELECT 7 / 2 AS a, CAST(7 AS FLOAT) / 2 AS b, AVG(x.n) AS c, AVG(CAST(x.n AS FLOAT)) AS d \
             FROM (SELECT 1 AS n UNION ALL SELECT 2 AS n UNION ALL SELECT 2 AS n) AS x",
            "SELECT DATEADD(month, -1, CAST('2024-03-31' AS DATE)) AS a, \
             DATEDIFF(month, CAST('2024-01-31' AS DATE), CAST('2024-02-01' AS DATE)) AS b, \
             DATEFROMPARTS(2024, (MONTH(CAST('2024-06-15' AS DATE)) - 1) / 3 * 3 + 1, 1) AS c",
            "SELECT GETDATE() AS a",
        ];
        let work = Work { gold: &gold, folder: folder.path(), queries: queries.map(String::from).to_vec() };
        let said: Vec<Result<Rows, String>> = fabric.work(&work);
        let texts = |at: usize| -> Vec<Option<String>> { said[at].as_ref().unwrap().rows[0].clone() };
        assert_eq!(texts(0)[..2], [Some("3".to_string()), Some("3.5".to_string())]);
        assert_eq!(texts(0)[2].as_deref().map(|text| text.parse::<f64>().unwrap()), Some(1.0));
        assert!(texts(0)[3].as_deref().is_some_and(|text| text.starts_with("1.666")));
        assert_eq!(texts(1).iter().flatten().collect::<Vec<_>>(), ["2024-02-29", "1", "2024-04-01"]);
        assert!(said[2].as_ref().is_err_and(|why| why.starts_with(REFUSED)), "{:?}", said[2]);
    }
}
