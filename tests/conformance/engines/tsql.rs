//! T-SQL as carat writes it -> DuckDB's SQL, word by word, without knowing what a query means.
//!
//! | T-SQL | DuckDB |
//! |---|---|
//! | `[name]`, `at` and other names that DuckDB reserves | `"name"` |
//! | `COUNT_BIG` | `COUNT` |
//! | `FLOAT` (53 bits) | `DOUBLE` |
//! | `AVG(x)` | `tsql_avg(x)`: whole numbers give a whole number, decimals six decimals |
//! | `RTRIM(x)` | `RTRIM(x, ' ')`: U+0020 alone, not every blank of Unicode |
//! | `CAST(x AS DECIMAL(38, 10))` | by way of the text of `x`: DuckDB's own cast of a double is off in the ninth decimal from a million on |
//! | `a / b` | itself, under `integer_division`: whole numbers give a whole number |
//! | `DATEADD(day, n, d)` | `CAST(d + to_days(CAST(n AS INTEGER)) AS DATE)`, months likewise |
//! | `DATEADD(hour, n, t)`, `SYSUTCDATETIME()`, `DATETIME2(6)` | `t + to_hours(n)`, `now() AT TIME ZONE 'UTC'`, `TIMESTAMP` |
//! | `DATEDIFF(day, a, b)` | `date_diff('day', a, b)`, months likewise: boundaries in both |
//! | `DATEFROMPARTS(y, m, d)` | `make_date(y, m, d)` |
//! | `PERCENTILE_CONT(k) WITHIN GROUP (ORDER BY x) OVER (..)` | `quantile_cont(CAST(x AS DOUBLE), k) OVER (..)` |
//!
//! Functions that both have with one meaning stay. Any other word before `(` is refused, as are `TOP`, a
//! collation other than the binary one, which DuckDB has anyway, and a pattern of `LIKE` with a bracket that is not escaped (a class of characters in T-SQL).

use carat::emit::sql::dialects::Dialect;
use carat::settings::DialectName;

/// Functions and words before `(` that mean the same in both.
const SAME: [&str; 40] = [
    "ABS",
    "ALL",
    "AND",
    "AS",
    "BETWEEN",
    "BY",
    "CAST",
    "COALESCE",
    "CONCAT",
    "COUNT",
    "DECIMAL",
    "DISTINCT",
    "ELSE",
    "EXISTS",
    "FROM",
    "HAVING",
    "IN",
    "JOIN",
    "LAG",
    "LEAD",
    "LIKE",
    "LOWER",
    "MAX",
    "MIN",
    "MONTH",
    "NOT",
    "NULLIF",
    "ON",
    "OR",
    "OVER",
    "RANK",
    "ROUND",
    "ROW_NUMBER",
    "SELECT",
    "SUM",
    "THEN",
    "VARCHAR",
    "WHEN",
    "WHERE",
    "YEAR",
];

/// How a cast to a decimal of ten decimals ends.
const TEN_DECIMALS: &str = " AS DECIMAL (38, 10)";

/// Words that have no counterpart here.
const UNKNOWN: [&str; 4] = ["TOP", "CONVERT", "OPENJSON", "APPLY"];

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    /// A name in brackets.
    Name(String),
    Text(String),
    Other(char),
    Blank(String),
}

/// The query for DuckDB, or what in it has no sound counterpart.
pub fn rewritten(query: &str) -> Result<String, String> {
    let tokens = tokens(query);
    check_patterns(&tokens)?;
    written(&tokens)
}

type Chars<'t> = std::iter::Peekable<std::str::Chars<'t>>;

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '-' if chars.peek() == Some(&'-') => {
                run_of(&mut chars, |c| c != '\n');
                Token::Blank(" ".into())
            }
            '[' => {
                let name = run_of(&mut chars, |c| c != ']');
                chars.next();
                Token::Name(name)
            }
            '\'' => Token::Text(literal(&mut chars)),
            c if is_word(c) => Token::Word(format!("{c}{}", run_of(&mut chars, is_word))),
            c if c.is_whitespace() => Token::Blank(format!("{c}{}", run_of(&mut chars, char::is_whitespace))),
            other => Token::Other(other),
        });
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn run_of(chars: &mut Chars, wanted: fn(char) -> bool) -> String {
    std::iter::from_fn(|| chars.next_if(|next| wanted(*next))).collect()
}

/// The rest of a literal after its opening quote, quotes and all.
fn literal(chars: &mut Chars) -> String {
    let mut text = String::from('\'');
    while let Some(c) = chars.next() {
        text.push(c);
        if c == '\'' && chars.next_if_eq(&'\'').is_none() {
            break;
        } else if c == '\'' {
            text.push('\'');
        }
    }
    text
}

/// `LIKE '..[..'` means a class of characters.
fn check_patterns(tokens: &[Token]) -> Result<(), String> {
    let solid: Vec<&Token> = tokens.iter().filter(|token| !matches!(token, Token::Blank(_))).collect();
    let classed = solid.windows(2).any(|pair| match pair {
        [Token::Word(word), Token::Text(text)] if word.eq_ignore_ascii_case("LIKE") => {
            text.replace("~[", "").contains('[')
        }
        _ => false,
    });
    if classed { Err("a class of characters in LIKE".into()) } else { Ok(()) }
}

fn written(tokens: &[Token]) -> Result<String, String> {
    let mut text = String::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Word(word) if is_one_of(&UNKNOWN, word) => return Err(word.clone()),
            Token::Word(word) if word.eq_ignore_ascii_case("COLLATE") => at = after_binary_collation(tokens, at)?,
            Token::Word(word) => match arguments(tokens, at) {
                Some((arguments, after)) => {
                    let (call, after) = called(word, &arguments, tokens, after)?;
                    text.push_str(&call);
                    at = after;
                }
                None if word.eq_ignore_ascii_case("FLOAT") => text.push_str("DOUBLE"),
                None if is_name(word) => text.push_str(&format!("\"{word}\"")),
                None => text.push_str(word),
            },
            Token::Name(name) => text.push_str(&format!("\"{name}\"")),
            Token::Text(own) | Token::Blank(own) => text.push_str(own),
            Token::Other(c) => text.push(*c),
        }
    }
    Ok(text)
}

/// The place after the name of the collation by which DuckDB compares texts anyway.
fn after_binary_collation(tokens: &[Token], at: usize) -> Result<usize, String> {
    match tokens.get(at..at + 2) {
        Some([Token::Blank(_), Token::Word(name)]) if name == "Latin1_General_100_BIN2_UTF8" => Ok(at + 2),
        _ => Err("COLLATE".into()),
    }
}

/// The arguments of a call whose parenthesis stands here, and the place after it.
fn arguments(tokens: &[Token], at: usize) -> Option<(Vec<&[Token]>, usize)> {
    let open = at + usize::from(matches!(tokens.get(at), Some(Token::Blank(_))));
    if tokens.get(open) != Some(&Token::Other('(')) {
        return None;
    }
    let (mut depth, mut start, mut found) = (0, open + 1, Vec::new());
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Other('(') => depth += 1,
            Token::Other(')') => depth -= 1,
            Token::Other(',') if depth == 1 => {
                found.push(&tokens[start..place]);
                start = place + 1;
            }
            _ => {}
        }
        if depth == 0 {
            found.push(&tokens[start..place]);
            return Some((found, place + 1));
        }
    }
    None
}

/// A call, and the place after it.
fn called(word: &str, arguments: &[&[Token]], all: &[Token], after: usize) -> Result<(String, usize), String> {
    let texts = arguments.iter().map(|one| written(one).map(|text| text.trim().to_string()));
    let texts: Vec<String> = texts.collect::<Result<_, String>>()?;
    let name = word.to_uppercase();
    let call = match (name.as_str(), texts.as_slice()) {
        ("PERCENTILE_CONT", [k]) => return percentile(k, all, after),
        ("COUNT_BIG", [one]) => format!("COUNT({one})"),
        ("AVG", [one]) => format!("tsql_avg({one})"),
        ("CAST", [one]) if one.ends_with(TEN_DECIMALS) => {
            format!("CAST (CAST ({} AS VARCHAR){TEN_DECIMALS})", one.trim_end_matches(TEN_DECIMALS))
        }
        ("RTRIM", [one]) => format!("RTRIM({one}, ' ')"),
        ("FLOAT", _) => "DOUBLE".to_string(),
        ("DATEADD", [unit, count, day]) if is_unit(unit) => {
            format!("CAST({day} + to_{unit}s(CAST({count} AS INTEGER)) AS DATE)")
        }
        ("DATEADD", [unit, count, moment]) if unit == "hour" => format!("({moment} + to_hours({count}))"),
        ("SYSUTCDATETIME", [_]) => "(now() AT TIME ZONE 'UTC')".to_string(),
        ("DATETIME2", [_]) => "TIMESTAMP".to_string(),
        ("DATEDIFF", [unit, from, to]) if is_unit(unit) => {
            format!("date_diff('{unit}', CAST({from} AS DATE), CAST({to} AS DATE))")
        }
        ("DATEFROMPARTS", [year, month, day]) => format!("make_date({year}, {month}, {day})"),
        _ if SAME.contains(&name.as_str()) => format!("{word} ({})", texts.join(", ")),
        _ => return Err(format!("{word}({})", texts.join(", "))),
    };
    Ok((call, after))
}

/// What T-SQL does not reserve is a name there, whatever it is in DuckDB.
fn is_name(word: &str) -> bool {
    let reserved = |dialect| is_one_of(Dialect::named(dialect).reserved, word);
    reserved(DialectName::DuckDb) && !reserved(DialectName::Fabric)
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

fn is_unit(unit: &str) -> bool {
    ["day", "month"].contains(&unit)
}

/// `WITHIN GROUP (ORDER BY x)` follows.
fn percentile(k: &str, all: &[Token], after: usize) -> Result<(String, usize), String> {
    let solid = |at: usize| all.iter().enumerate().skip(at).find(|(_, token)| !matches!(token, Token::Blank(_)));
    let word = |at: usize, wanted: &str| match solid(at) {
        Some((place, Token::Word(word))) if word.eq_ignore_ascii_case(wanted) => Some(place + 1),
        _ => None,
    };
    let group = word(after, "WITHIN").and_then(|at| word(at, "GROUP"));
    let ordered = group.and_then(|at| arguments(all, at)).ok_or("PERCENTILE_CONT without WITHIN GROUP")?;
    let (arguments, after) = ordered;
    let text = written(arguments.first().copied().unwrap_or_default())?;
    let value = text.trim().strip_prefix("ORDER BY").ok_or("PERCENTILE_CONT without ORDER BY")?;
    Ok((format!("quantile_cont(CAST({} AS DOUBLE), {k})", value.trim()), after))
}
