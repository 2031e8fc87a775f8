//! Columns of one kind that a number tells apart (`has_order`, `has_order_2`) are called by what only one of them asks:
//! `has_order_email`, `has_order_sms`.

use sqlparser::ast::{BinaryOperator, Expr, InTarget, SelectItem, SetExpr};

use super::{Cte, sources};
use crate::emit::sql::ast::{self, Selection, item_name, item_value, item_value_mut};
use crate::emit::sql::common;
use crate::emit::sql::leaf::plain_name;
use crate::emit::sql::periods::{FIRST_DAY, LAST_DAY, NEXT_DAY};

/// The name of a column before and after.
type Renamed = (String, String);

/// An alias, and what was renamed of the columns under it.
type Read<'r> = (String, &'r Vec<Renamed>);

/// A name has no more bytes: PostgreSQL cuts off what is longer than 63.
const LONGEST: usize = 60;

/// Gives such columns better names where they are made and where they are read.
pub fn tell_apart(ctes: &mut [Cte], body: &mut Selection) {
    let mut renamed: Vec<(String, Vec<Renamed>)> = Vec::new();
    for (name, select) in ctes {
        let mut own = read_renamed(select, &renamed, false);
        own.extend(renamed_here(select));
        if !own.is_empty() {
            renamed.push((name.value.clone(), own));
        }
    }
    read_renamed(body, &renamed, true);
}

/// Reads columns under their new names. What a `SELECT` passes on has the new name as well, unless its own `names`
/// must stay.
fn read_renamed(body: &mut SetExpr, renamed: &[(String, Vec<Renamed>)], names_stay: bool) -> Vec<Renamed> {
    let mut passed = Vec::new();
    if renamed.is_empty() {
        return passed;
    }
    let names_stay = names_stay || !matches!(body, SetExpr::Select(_));
    ast::each_select_mut(body, &mut |select| {
        let of = |name: &str| renamed.iter().find(|(known, _)| known == name).map(|(_, columns)| columns);
        let read = sources(select).filter_map(|(name, alias)| Some((alias.value.clone(), of(&name?.value)?)));
        let read: Vec<Read<'_>> = read.collect();
        if read.is_empty() {
            return;
        }
        for at in 0..select.projection.len() {
            passed.extend(follow(&mut select.projection, at, &read, names_stay));
        }
        ast::each_after_columns_mut(select, &mut |expr| rename_within(expr, &read));
    });
    passed
}

/// Lets the name of a column follow that of the column it is made from, or keeps it; says what it becomes.
fn follow(items: &mut [SelectItem], at: usize, read: &[Read<'_>], names_stay: bool) -> Option<Renamed> {
    let item = items.get_mut(at)?;
    let before = item_name(item)?.to_owned();
    let after = carried(item_value(item)?, &before, read).map(str::to_owned);
    rename_within(item_value_mut(item)?, read);
    let after = after?;
    let taken = items.iter().enumerate().any(|(other, item)| other != at && item_name(item) == Some(&after));
    let stays = names_stay || taken;
    match items.get_mut(at)? {
        item @ SelectItem::UnnamedExpr(_) if stays => {
            *item = ast::named(item_value(item)?.clone(), common::ident(&before));
        }
        SelectItem::ExprWithAlias { alias, .. } if !stays => *alias = common::ident(&after),
        _ => {}
    }
    (!stays).then_some((before, after))
}

/// The new name of the column of this name that an expression reads.
fn carried<'r>(expr: &Expr, name: &str, read: &'r [Read<'_>]) -> Option<&'r str> {
    let mut found = None;
    ast::each_part_within(expr, &mut |part| {
        found = found.or_else(|| renamed_column(part, read).filter(|(before, _)| before == name));
    });
    found.map(|(_, after)| after.as_str())
}

/// What a column that is read was and is called.
fn renamed_column<'r>(expr: &Expr, read: &'r [Read<'_>]) -> Option<&'r Renamed> {
    let (alias, name) = ast::column(expr)?;
    let (_, columns) = read.iter().find(|(known, _)| *known == alias.value)?;
    columns.iter().find(|(before, _)| *before == name.value)
}

fn rename_within(expr: &mut Expr, read: &[Read<'_>]) {
    let after = renamed_column(expr, read).map(|(_, after)| common::ident(after));
    if let (Some(after), Expr::CompoundIdentifier(parts)) = (after, &mut *expr) {
        parts.truncate(1);
        parts.push(after);
        return;
    }
    ast::each_part_mut(expr, &mut |part| rename_within(part, read));
}

/// Renames columns of a `SELECT` that numbers tell apart.
fn renamed_here(body: &mut SetExpr) -> Vec<Renamed> {
    let SetExpr::Select(select) = body else { return Vec::new() };
    if !select.projection.iter().filter_map(item_name).any(|name| unnumbered(name).is_some()) {
        return Vec::new();
    }
    let names: Vec<&str> = select.projection.iter().filter_map(item_name).collect();
    let bases: Vec<&str> =
        names.iter().filter_map(|name| unnumbered(name)).filter(|base| names.contains(base)).collect();
    let mut renamed: Vec<Renamed> = Vec::new();
    for (at, base) in bases.iter().enumerate() {
        if bases.iter().take(at).all(|known| known != base) {
            renamed.extend(better_names(base, &select.projection));
        }
    }
    for item in &mut select.projection {
        if let SelectItem::ExprWithAlias { alias, .. } = item
            && let Some((_, after)) = renamed.iter().find(|(before, _)| *before == alias.value)
        {
            *alias = common::ident(after);
        }
    }
    renamed
}

/// `has_order` of `has_order_2`.
fn unnumbered(name: &str) -> Option<&str> {
    let (base, number) = name.rsplit_once('_').filter(|_| name.ends_with(|last: char| last.is_ascii_digit()))?;
    (number.parse::<u32>().ok()? > 1).then_some(base)
}

/// A name for each of the columns of a kind; none where some cannot be told apart.
fn better_names(base: &str, items: &[SelectItem]) -> Vec<Renamed> {
    let is_kind = |name: &str| name == base || unnumbered(name) == Some(base);
    let (kind, others): (Vec<&SelectItem>, Vec<&SelectItem>) =
        items.iter().partition(|item| item_name(item).is_some_and(is_kind));
    let words: Vec<(&str, Vec<String>)> =
        kind.iter().filter_map(|item| Some((item_name(item)?, words(item_value(item)?)))).collect();
    let mut names: Vec<Renamed> = Vec::new();
    for (at, (before, own)) in words.iter().enumerate() {
        let elsewhere =
            |word: &&String| words.iter().enumerate().any(|(other, (_, all))| other != at && all.contains(word));
        let after = match own.iter().find(|word| !elsewhere(word)) {
            Some(word) => format!("{base}_{word}"),
            None => base.to_owned(),
        };
        let taken = names.iter().any(|(_, taken)| *taken == after);
        if taken || after.len() > LONGEST || others.iter().any(|item| item_name(item) == Some(&after)) {
            return Vec::new();
        }
        names.push(((*before).to_owned(), after));
    }
    // A column that is passed on under its own name has no other.
    let bare = kind.iter().any(|item| matches!(item, SelectItem::UnnamedExpr(_)));
    if bare { Vec::new() } else { names.into_iter().filter(|(before, after)| before != after).collect() }
}

/// What an expression asks, in words, those that say most first.
fn words(expr: &Expr) -> Vec<String> {
    let mut all = Words::default();
    ast::each_part_within(expr, &mut |part| all.add(part));
    let Words { texts, refused, numbers, columns } = all;
    let asked = texts.into_iter().filter(|text| !refused.contains(text)).collect::<Vec<_>>();
    let refused = refused.iter().map(|text| format!("not_{text}"));
    asked.into_iter().chain(refused).chain(numbers).chain(columns).collect()
}

#[derive(Default)]
struct Words {
    texts: Vec<String>,
    /// Texts that something is not.
    refused: Vec<String>,
    numbers: Vec<String>,
    columns: Vec<String>,
}

impl Words {
    fn add(&mut self, part: &Expr) {
        match part {
            Expr::Value(_) => self.texts.extend(word(part)),
            Expr::BinaryOp { op: BinaryOperator::NotEq, right, .. } => self.refused.extend(word(right)),
            Expr::In { target: InTarget::List(list), negated: true, .. } => {
                self.refused.extend(list.iter().filter_map(word))
            }
            Expr::BinaryOp { op, right, .. } => {
                self.numbers.extend(positive(right).zip(limit(op)).map(|(number, word)| format!("{word}{number}")));
            }
            Expr::Between { negated: false, low, high, .. } => {
                let both = positive(low).zip(positive(high));
                self.numbers.extend(both.map(|(low, high)| format!("{low}_to_{high}")));
            }
            Expr::CompoundIdentifier(_) => {
                self.columns.extend(ast::column(part).and_then(|(_, name)| with(&name.value)));
            }
            _ => {}
        }
    }
}

fn word(text: &Expr) -> Option<String> {
    ast::text_of(text).map(plain_name).filter(|word| !word.is_empty())
}

fn positive(number: &Expr) -> Option<i64> {
    ast::whole_number(number).filter(|number| *number >= 0)
}

fn limit(op: &BinaryOperator) -> Option<&'static str> {
    use BinaryOperator::{Gt, GtEq, Lt, LtEq};
    match op {
        GtEq => Some("from_"),
        Gt => Some("over_"),
        LtEq => Some("up_to_"),
        Lt => Some("under_"),
        _ => None,
    }
}

/// What a column adds to what is asked; a bound that every period has adds nothing.
fn with(column: &str) -> Option<String> {
    match column {
        FIRST_DAY | LAST_DAY | NEXT_DAY => None,
        since if since.starts_with("since_") => Some(since.to_owned()),
        mark => Some(format!("with_{}", mark.strip_prefix("has_").unwrap_or(mark))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::tidied;
    use super::*;

    fn told_apart(statement: &str) -> String {
        tidied(statement, |ctes, body| {
            tell_apart(ctes, body);
            vec![true; ctes.len()]
        })
    }

    #[test]
    fn a_column_is_called_by_what_it_alone_asks() {
        let statement = "WITH a AS (SELECT t.k, MAX(CASE WHEN t.x IN ('sms', 'all') THEN 1 END) AS has_t, \
                         MAX(CASE WHEN t.x IN ('post', 'all') THEN 1 END) AS has_t_2, 1 AS has_t_3 FROM t AS t GROUP BY t.k) \
                         SELECT a.has_t, a.has_t_2 AS b, a.has_t_3 FROM a AS a WHERE a.has_t_2 = 1";
        let told = "WITH a AS (SELECT t.k, MAX(CASE WHEN t.x IN ('sms', 'all') THEN 1 END) AS has_t_sms, \
                    MAX(CASE WHEN t.x IN ('post', 'all') THEN 1 END) AS has_t_post, 1 AS has_t FROM t AS t GROUP BY t.k) \
                    SELECT a.has_t_sms AS has_t, a.has_t_post AS b, a.has_t AS has_t_3 FROM a AS a WHERE a.has_t_post = 1";
        assert_eq!(told_apart(statement), told);
    }

    #[test]
    fn the_new_name_goes_with_what_is_passed_on() {
        let statement = "WITH a AS (SELECT MAX(CASE WHEN t.x <> 'ch' THEN 1 END) AS n, MAX(CASE WHEN t.x = 'ch' THEN 1 END) AS n_2, \
                         COUNT(CASE WHEN t.y >= 9 THEN 1 END) AS m, COUNT(CASE WHEN t.y BETWEEN 0 AND 6 THEN 1 END) AS m_2 FROM t AS t), \
                         b AS (SELECT a.n, a.m_2 FROM a AS a) SELECT b.n AS c, b.m_2 AS d FROM b AS b";
        let told = "WITH a AS (SELECT MAX(CASE WHEN t.x <> 'ch' THEN 1 END) AS n_not_ch, MAX(CASE WHEN t.x = 'ch' THEN 1 END) AS n_ch, \
                    COUNT(CASE WHEN t.y >= 9 THEN 1 END) AS m_from_9, COUNT(CASE WHEN t.y BETWEEN 0 AND 6 THEN 1 END) AS m_0_to_6 FROM t AS t), \
                    b AS (SELECT a.n_not_ch, a.m_0_to_6 FROM a AS a) SELECT b.n_not_ch AS c, b.m_0_to_6 AS d FROM b AS b";
        assert_eq!(told_apart(statement), told);
    }

    #[test]
    fn what_cannot_be_told_apart_keeps_its_number() {
        let same = "WITH a AS (SELECT MAX(t.x) AS n, MIN(t.x) AS n_2 FROM t AS t) SELECT a.n, a.n_2 FROM a AS a";
        assert_eq!(told_apart(same), same);
    }
}
