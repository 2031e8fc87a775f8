//! Names of types: those of the language, and what other systems call them.

use super::{Sensitivity, Type};

impl Type {
    /// As `gold.yaml` writes them.
    pub const NAMES: [(&str, Type); 6] = [
        ("integer", Type::Integer),
        ("money", Type::Money),
        ("number", Type::Number),
        ("text", Type::Text),
        ("boolean", Type::Boolean),
        ("date", Type::Date),
    ];

    /// As in [`NAMES`](Self::NAMES).
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, ty)| *ty == self).map_or("?", |(name, _)| name)
    }

    /// As messages say it: "it is an integer", after the type that `gold.yaml` names so.
    pub fn phrase(self) -> &'static str {
        match self {
            Type::Integer => "an integer",
            Type::Money => "money",
            Type::Number => "a number",
            Type::Text => "text",
            Type::Boolean => "true or false",
            Type::Date => "a date",
        }
    }
}

impl Sensitivity {
    /// As `gold.yaml` writes them, from the least to the most.
    pub const NAMES: [(&str, Sensitivity); 4] = [
        ("public", Sensitivity::Public),
        ("internal", Sensitivity::Internal),
        ("personal", Sensitivity::Personal),
        ("contact", Sensitivity::Contact),
    ];

    /// As in [`NAMES`](Self::NAMES).
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, sensitivity)| *sensitivity == self).map_or("?", |(name, _)| name)
    }
}

/// What a type name of SQL, Spark or Power BI stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// It maps to a type of the language without loss.
    As(Type),
    /// A point in time. Power BI would keep its time in a date column, and it would meet no day of the calendar: the
    /// date is split off upstream.
    Instant,
    /// A number of single precision, seven digits: engines differ in whether they sum and compare it in double.
    Single,
    /// A decimal with more decimals than the four that `money` has, as the fixed decimal of Power BI has.
    FineDecimal { scale: u32 },
    /// Nothing that Power BI can hold: Direct Lake loads no binary, GUID or nested data (Microsoft Fabric, "Direct Lake
    /// overview").
    Unsupported,
}

/// The most bits of precision that T-SQL keeps in `real` (float and real, Transact-SQL).
const SINGLE: u32 = 24;

/// Type names outside the language, in lower case and without arguments (data types of the Fabric
/// warehouse, of Spark SQL and of Power BI).
const FOREIGN: [(&[&str], Foreign); 9] = [
    (
        &["int", "bigint", "smallint", "tinyint", "long", "short", "byte", "int64", "int32", "whole"],
        Foreign::As(Type::Integer),
    ),
    (&["smallmoney", "currency"], Foreign::As(Type::Money)),
    (&["double", "float", "double precision", "float8", "float64"], Foreign::As(Type::Number)),
    (&["real", "float4", "float32"], Foreign::Single),
    (
        &[
            "varchar",
            "nvarchar",
            "char",
            "nchar",
            "string",
            "character varying",
            "character",
            "str",
            "ntext",
            "sysname",
        ],
        Foreign::As(Type::Text),
    ),
    (&["bit", "bool", "flag", "logical"], Foreign::As(Type::Boolean)),
    (&["day"], Foreign::As(Type::Date)),
    (
        &[
            "datetime",
            "datetime2",
            "smalldatetime",
            "datetimeoffset",
            "timestamp",
            "timestamp_ntz",
            "timestamp_ltz",
            "timestamptz",
            "timestamp without time zone",
            "timestamp with time zone",
        ],
        Foreign::Instant,
    ),
    (
        &[
            "uniqueidentifier",
            "binary",
            "varbinary",
            "image",
            "xml",
            "json",
            "variant",
            "array",
            "map",
            "struct",
            "time",
            "interval",
            "sql_variant",
            "hierarchyid",
            "geography",
            "geometry",
            "uuid",
            "rowversion",
            "vector",
        ],
        Foreign::Unsupported,
    ),
];

/// Recognises a type of another system by the text that a script or a person wrote.
pub fn foreign(written: &str) -> Option<Foreign> {
    let written = written.trim().to_lowercase();
    let (name, arguments) = match written.split_once(['(', '<']) {
        Some((name, rest)) => (name.trim(), rest.trim_end_matches([')', '>'])),
        None => (written.as_str(), ""),
    };
    // Spark tells the units of an interval behind its name.
    let name = if name.starts_with("interval ") { "interval" } else { name };
    if is_decimal(name) {
        return Some(decimal(arguments));
    }
    if name == "float" && arguments.trim().parse().is_ok_and(|bits: u32| bits <= SINGLE) {
        return Some(Foreign::Single);
    }
    FOREIGN.iter().find(|(names, _)| names.contains(&name)).map(|(_, foreign)| *foreign)
}

/// Whether a decimal is written without digits. A database takes it for one without decimals; a person who writes it
/// where a type of the language belongs mostly means one with some.
pub fn is_bare_decimal(written: &str) -> bool {
    is_decimal(written.trim().to_lowercase().as_str())
}

fn is_decimal(name: &str) -> bool {
    matches!(name, "decimal" | "numeric" | "dec" | "number")
}

/// A decimal without a scale has none: `decimal` is `decimal(18, 0)` in T-SQL and `decimal(10, 0)` in Spark.
fn decimal(arguments: &str) -> Foreign {
    let scale = arguments.split(',').nth(1).and_then(|scale| scale.trim().parse::<u32>().ok()).unwrap_or(0);
    match scale {
        0 => Foreign::As(Type::Integer),
        1..=4 => Foreign::As(Type::Money),
        _ => Foreign::FineDecimal { scale },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_sql_map_to_types_of_the_language() {
        assert_eq!(foreign("VARCHAR(8000)"), Some(Foreign::As(Type::Text)));
        assert_eq!(foreign("decimal(19, 4)"), Some(Foreign::As(Type::Money)));
        assert_eq!(foreign("decimal(10,0)"), Some(Foreign::As(Type::Integer)));
        assert_eq!(foreign("decimal(18,6)"), Some(Foreign::FineDecimal { scale: 6 }));
        assert_eq!(foreign("float(53)"), Some(Foreign::As(Type::Number)));
        assert_eq!(foreign("float(24)"), Some(Foreign::Single));
        assert_eq!(foreign("REAL"), Some(Foreign::Single));
        assert_eq!(foreign("timestamp"), Some(Foreign::Instant));
        assert_eq!(foreign("array<string>"), Some(Foreign::Unsupported));
        assert_eq!(foreign("zorkmid"), None);
    }
}
