//! Texts of the whole project that mean what it means.
#![allow(dead_code)]

use std::ops::Range;

use carat::syntax::tree::{Clause, DefinitionKind, Expr, ExprKind, File, Item};

use crate::Shipped;
use crate::tokens::{Kind, Token, tokens};

/// What was done, and the files of the project.
pub type Rewriting = (String, Vec<(String, String)>);

pub fn rewritings(shipped: &Shipped) -> Vec<Rewriting> {
    let mut all = Vec::new();
    for (file, text) in shipped.definition_files() {
        let mut add = |what: String, text: String| {
            let mut files = shipped.files.clone();
            files[file].1 = text;
            all.push((what, files));
        };
        comments(text).into_iter().for_each(|text| add("a comment".into(), text));
        line_ends(text).into_iter().for_each(|text| add("another layout".into(), text));
        turned(&shipped.trees[file], text).into_iter().for_each(|text| add("turned around".into(), text));
        brackets(text).into_iter().for_each(|text| add("brackets".into(), text));
        for (at, (_, name, _)) in shipped.items(file).iter().enumerate() {
            add(format!("at-the-end {name}"), at_the_end(shipped, file, at));
        }
        for (at, (_, name, _)) in shipped.items(file).iter().enumerate() {
            all.push((format!("own-file {name}"), in_its_own_file(shipped, file, at)));
        }
    }
    all.extend(shipped.model.filters.iter().map(|filter| renamed(shipped, &filter.head.name)));
    all
}

pub fn swapped(text: &str, token: &Token, new: &str) -> String {
    format!("{}{new}{}", &text[..token.start], &text[token.end..])
}

/// A comment at the end of each line of a definition.
fn comments(text: &str) -> Vec<String> {
    let ends = text.match_indices('\n').map(|(at, _)| at);
    let line = |end: usize| text[..end].rsplit('\n').next().unwrap_or("").trim_start();
    let ends = ends.filter(|end| !line(*end).is_empty() && !line(*end).starts_with("//"));
    ends.map(|end| format!("{} // noted{}", &text[..end], &text[end..])).collect()
}

/// A line end before each `and`, `where`, `over`.
fn line_ends(text: &str) -> Vec<String> {
    let words = tokens(text).into_iter().filter(|t| !t.about && ["and", "where", "over"].contains(&t.text.as_str()));
    words.map(|token| swapped(text, &token, &format!("\n      {}", token.text))).collect()
}

/// `a and b` as `b and a`, `a or b` as `b or a`, for every two neighbours in every condition.
fn turned(tree: &File, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut look = |expr: &Expr| {
        let (ExprKind::And(parts) | ExprKind::Or(parts)) = &expr.kind else { return };
        // A part in brackets is its inside: the brackets stand between the parts and would not move with it.
        let bare = |part: &Expr| !matches!(part.kind, ExprKind::And(_) | ExprKind::Or(_));
        for pair in parts.windows(2).filter(|pair| pair.iter().all(bare)) {
            let (a, b) = (tight(text, pair[0].span.range()), tight(text, pair[1].span.range()));
            // Nothing but the word stands between them: no bracket of one of them, and none is left open.
            let neighbours = ["and", "or"].contains(&text[a.end..b.start].trim());
            if neighbours && is_balanced(&text[a.clone()]) && is_balanced(&text[b.clone()]) {
                found.push(exchanged(text, a, b));
            }
        }
    };
    for item in &tree.items {
        if let Item::Definition(definition) = item {
            roots(&definition.kind).into_iter().for_each(|root| walk(root, &mut look));
        }
    }
    found
}

/// Without the blanks behind it.
fn tight(text: &str, range: Range<usize>) -> Range<usize> {
    range.start..range.start + text[range].trim_end().len()
}

fn is_balanced(text: &str) -> bool {
    text.matches('(').count() == text.matches(')').count()
}

fn exchanged(text: &str, a: Range<usize>, b: Range<usize>) -> String {
    format!("{}{}{}{}{}", &text[..a.start], &text[b.clone()], &text[a.end..b.start], &text[a.clone()], &text[b.end..])
}

fn roots(kind: &DefinitionKind) -> Vec<&Expr> {
    match kind {
        DefinitionKind::Metric { value, .. } => vec![value],
        DefinitionKind::Filter { condition, .. } | DefinitionKind::Segment { condition, .. } => vec![condition],
        DefinitionKind::Policy { rules, .. } => rules.iter().filter_map(|rule| rule.condition.as_ref()).collect(),
        DefinitionKind::Resolve { value, condition, .. } => std::iter::once(value).chain(condition).collect(),
        DefinitionKind::View { condition, .. } => condition.iter().collect(),
        DefinitionKind::Expect { condition, .. } => vec![condition],
    }
}

/// An expression and everything in it.
fn walk<'e>(expr: &'e Expr, look: &mut impl FnMut(&'e Expr)) {
    look(expr);
    let parts: Vec<&Expr> = match &expr.kind {
        ExprKind::Negate(a) | ExprKind::Not(a) | ExprKind::Opening(a) => vec![&**a],
        ExprKind::IsMissing { value, .. } | ExprKind::Prior { value, .. } | ExprKind::Ignoring { value, .. } => {
            vec![&**value]
        }
        ExprKind::Arithmetic { left, right, .. } | ExprKind::Compare { left, right, .. } => vec![&**left, &**right],
        ExprKind::Between { left, low, high } => vec![&**left, &**low, &**high],
        ExprKind::And(all) | ExprKind::Or(all) => all.iter().collect(),
        ExprKind::Call { arguments, .. } => arguments.iter().collect(),
        ExprKind::Case { branches, otherwise } => {
            branches.iter().flat_map(|(when, then)| [when, then]).chain([&**otherwise]).collect()
        }
        ExprKind::Aggregate(aggregate) => {
            std::iter::once(&aggregate.operand).chain(conditions(&aggregate.clauses)).collect()
        }
        ExprKind::Clauses { value, clauses } => std::iter::once(&**value).chain(conditions(clauses)).collect(),
        _ => Vec::new(),
    };
    parts.into_iter().for_each(|part| walk(part, look));
}

fn conditions(clauses: &[Clause]) -> impl Iterator<Item = &Expr> {
    clauses.iter().filter_map(|clause| match clause {
        Clause::Where(condition) => Some(condition),
        Clause::Over(_) => None,
    })
}

/// A name of a filter in brackets.
fn brackets(text: &str) -> Vec<String> {
    let all = tokens(text);
    let before = |at: usize| at.checked_sub(1).map_or("", |at| all[at].text.as_str());
    let filters = all.iter().enumerate().filter(|(at, token)| {
        ["countable", "active", "completed", "open"].contains(&token.text.as_str())
            && !token.about
            && !token.defines
            && ["where", "and", "="].contains(&before(*at))
    });
    filters.map(|(_, token)| swapped(text, token, &format!("({})", token.text))).collect()
}

fn start_with_docs(text: &str, start: usize) -> usize {
    let mut start = start;
    while let Some(line) =
        text[..start].trim_end_matches('\n').rsplit('\n').next().filter(|line| line.starts_with("///"))
    {
        start = text[..start].trim_end_matches('\n').len() - line.len();
    }
    start
}

/// Text of an item with its documentation, and the file without it.
fn cut(shipped: &Shipped, file: usize, item: usize) -> (String, String) {
    let text = &shipped.files[file].1;
    let (_, _, span) = &shipped.items(file)[item];
    let start = start_with_docs(text, span.start as usize);
    let end = span.end as usize;
    (text[start..end].to_owned(), format!("{}\n{}", &text[..start], &text[end..]))
}

fn at_the_end(shipped: &Shipped, file: usize, item: usize) -> String {
    let (own, rest) = cut(shipped, file, item);
    format!("{rest}\n{own}\n")
}

fn in_its_own_file(shipped: &Shipped, file: usize, item: usize) -> Vec<(String, String)> {
    let (own, rest) = cut(shipped, file, item);
    let mut files = shipped.files.clone();
    files[file].1 = rest;
    files.push(("sub/own.metric".to_owned(), format!("{own}\n")));
    files
}

/// A filter under another name, wherever it is named.
fn renamed(shipped: &Shipped, name: &str) -> Rewriting {
    let mut files = shipped.files.clone();
    for (_, text) in files.iter_mut().filter(|(name, _)| name.ends_with(".metric")) {
        for token in tokens(text).iter().rev().filter(|t| t.kind == Kind::Word && !t.about && t.text == name) {
            *text = swapped(text, token, &format!("{name}_renamed"));
        }
    }
    (format!("renamed {name}"), files)
}
