//! The smallest parts of an expression: literals, names, calls, `case`, `prior`, `opening`.

use super::Builder;
use super::clause::unit_of;
use crate::diagnostics::codes::syntax as codes;
use crate::source::{Span, Spanned};
use crate::syntax::explain::function_help;
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::tree::{Expr, ExprKind, Name, Path};
use crate::syntax::words::FUNCTIONS;

impl<'t> Builder<'t> {
    pub(super) fn primary(&mut self, pair: Pair<'t>) -> Expr {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::parenthesis => return self.parenthesis(pair, span),
            Rule::number => ExprKind::Number(pair.as_str().to_owned()),
            Rule::text => ExprKind::Text(self.text(&pair).value),
            Rule::boolean => ExprKind::Boolean(pair.as_str() == "true"),
            Rule::start => ExprKind::Start,
            Rule::end => ExprKind::End,
            rule => self.compound(rule, pair).unwrap_or(ExprKind::Broken),
        };
        Expr { kind, span }
    }

    fn compound(&mut self, rule: Rule, pair: Pair<'t>) -> Option<ExprKind> {
        match rule {
            Rule::this => Some(this(pair)),
            Rule::reference => self.reference(pair),
            Rule::aggregate => self.aggregate(pair),
            Rule::case => self.case(pair),
            Rule::prior => self.prior(pair),
            Rule::opening => self.argument(pair).map(|value| ExprKind::Opening(Box::new(value))),
            _ => None,
        }
    }

    /// The inner expression with the place of the parentheses.
    fn parenthesis(&mut self, pair: Pair<'t>, span: Span) -> Expr {
        let kind = self.argument(pair).map_or(ExprKind::Broken, |inner| inner.kind);
        Expr { kind, span }
    }

    fn argument(&mut self, pair: Pair<'t>) -> Option<Expr> {
        let inner = pair.into_inner().find(|pair| pair.as_rule() == Rule::expression)?;
        Some(self.expression(inner))
    }

    fn reference(&mut self, pair: Pair<'t>) -> Option<ExprKind> {
        let span = self.span(&pair);
        let inner = pair.into_inner();
        let names = self.words_of(inner.clone());
        match inner.last().filter(|last| last.as_rule() == Rule::arguments) {
            Some(arguments) => self.call(names.into_iter().next()?, arguments),
            None => self.path_or_word(Path { names, span }),
        }
    }

    /// A path, unless it is a word that is written otherwise here.
    fn path_or_word(&mut self, path: Path) -> Option<ExprKind> {
        let [name] = path.names.as_slice() else { return Some(ExprKind::Path(path)) };
        let mistake = match name.value.to_ascii_lowercase().as_str() {
            "null" => codes::foreign_word(name.span, &name.value, "write `is missing` or `is present`"),
            "true" | "false" => codes::capital_keyword(name.span, &name.value),
            _ => return Some(ExprKind::Path(path)),
        };
        self.mistakes.push(mistake);
        None
    }

    fn call(&mut self, function: Name, pair: Pair<'t>) -> Option<ExprKind> {
        let whole = function.span.to(self.span(&pair));
        let inner = pair.into_inner().filter(|pair| pair.as_rule() == Rule::expression);
        let arguments: Vec<Expr> = inner.map(|pair| self.expression(pair)).collect();
        let Some((name, wanted)) = FUNCTIONS.iter().find(|(name, _)| *name == function.value) else {
            self.mistakes.push(codes::unknown_function(&function.value, function_help(&function.value), function.span));
            return None;
        };
        if arguments.len() != *wanted {
            self.mistakes.push(codes::wrong_arguments(name, arguments.len(), *wanted, whole));
            return None;
        }
        Some(ExprKind::Call { function, arguments })
    }

    fn case(&mut self, pair: Pair<'t>) -> Option<ExprKind> {
        let (mut branches, mut otherwise) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::branch => branches.extend(self.branch(part)),
                Rule::condition => otherwise = Some(Box::new(self.condition(part))),
                _ => {}
            }
        }
        Some(ExprKind::Case { branches, otherwise: otherwise? })
    }

    fn branch(&mut self, pair: Pair<'t>) -> Option<(Expr, Expr)> {
        let mut parts = pair.into_inner().filter(|pair| pair.as_rule() == Rule::condition);
        let (when, then) = (parts.next()?, parts.next()?);
        Some((self.condition(when), self.condition(then)))
    }

    fn prior(&mut self, pair: Pair<'t>) -> Option<ExprKind> {
        let (mut value, mut count, mut unit) = (None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expression => value = Some(Box::new(self.expression(part))),
                Rule::whole => count = Some(self.word(&part)),
                Rule::unit => unit = Some(Spanned::new(unit_of(part.as_str()), self.span(&part))),
                _ => {}
            }
        }
        Some(ExprKind::Prior { value: value?, count: count?, unit: unit? })
    }
}

fn this(pair: Pair<'_>) -> ExprKind {
    let is_purpose = pair.into_inner().any(|pair| pair.as_rule() == Rule::k_purpose);
    if is_purpose { ExprKind::ThisPurpose } else { ExprKind::ThisChannel }
}
