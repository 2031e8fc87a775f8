//! Aggregates and `any`: which parts go with which.

use super::Builder;
use crate::diagnostics::codes::syntax as codes;
use crate::source::{Span, Spanned};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::tree::{Aggregate, AggregateOp, ExprKind};
use crate::syntax::words::AGGREGATES;

/// The operators in the order of [`AGGREGATES`].
const OPERATORS: [AggregateOp; 9] = [
    AggregateOp::Count,
    AggregateOp::Sum,
    AggregateOp::Average,
    AggregateOp::Min,
    AggregateOp::Max,
    AggregateOp::Median,
    AggregateOp::Percentile,
    AggregateOp::Latest,
    AggregateOp::Any,
];

/// Which aggregates may have a part, and what it looks like there.
const PARTS: [(Rule, &[&str], &str); 5] = [
    (Rule::k_distinct, &["count"], "distinct"),
    (Rule::per, &["sum", "average", "min", "max", "median", "percentile"], "per"),
    (Rule::by_date, &["latest"], "by"),
    (Rule::of_link, &["any"], "of"),
    (Rule::fraction, &["percentile"], ","),
];

impl<'t> Builder<'t> {
    pub(super) fn aggregate(&mut self, pair: Pair<'t>) -> Option<ExprKind> {
        let whole = self.span(&pair);
        let mut inner = pair.into_inner();
        let operator = inner.next()?;
        let (written, at) = (operator.as_str(), self.span(&operator));
        let which = AGGREGATES.iter().zip(OPERATORS).find(|(name, _)| **name == written).map(|(_, which)| which)?;
        let parts: Vec<Pair<'t>> = inner.collect();
        let fits = self.check_parts(written, &parts) & self.check_needs(written, &parts, whole);
        let operand = parts.iter().find(|pair| pair.as_rule() == Rule::condition).cloned()?;
        let mut aggregate = Aggregate {
            operator: Spanned::new(which, at),
            distinct: false,
            operand: self.condition(operand),
            per: None,
            by: None,
            of: None,
            fraction: None,
            clauses: Vec::new(),
        };
        for part in parts {
            self.fill(&mut aggregate, part);
        }
        fits.then(|| ExprKind::Aggregate(Box::new(aggregate)))
    }

    fn fill(&mut self, aggregate: &mut Aggregate, part: Pair<'t>) {
        match part.as_rule() {
            Rule::k_distinct => aggregate.distinct = true,
            Rule::per => aggregate.per = self.inner_word(part, Rule::name),
            Rule::of_link => aggregate.of = self.inner_word(part, Rule::name),
            Rule::by_date => {
                aggregate.by = part.into_inner().find(|pair| pair.as_rule() == Rule::path).map(|pair| self.path(pair));
            }
            Rule::fraction => {
                let value = part.into_inner().find(|pair| pair.as_rule() == Rule::sum);
                aggregate.fraction = value.map(|pair| self.sum(pair));
            }
            Rule::where_clause | Rule::over_clause => aggregate.clauses.extend(self.clause(part)),
            _ => {}
        }
    }

    /// Each part goes with its aggregates, and stands once.
    fn check_parts(&mut self, written: &str, parts: &[Pair<'t>]) -> bool {
        let before = self.mistakes.len();
        for (rule, owners, word) in PARTS {
            let mut found = parts.iter().filter(|part| part.as_rule() == rule);
            let Some(first) = found.next() else { continue };
            if !owners.contains(&written) {
                self.mistakes.push(codes::misplaced_part(written, word, owners, self.span(first)));
            } else if let Some(second) = found.next() {
                self.mistakes.push(codes::repeated_part(word, self.span(second), self.span(first)));
            }
        }
        before == self.mistakes.len()
    }

    fn check_needs(&mut self, written: &str, parts: &[Pair<'t>], whole: Span) -> bool {
        let has = |rule| parts.iter().any(|part| part.as_rule() == rule);
        let problem = match written {
            "latest" if !has(Rule::by_date) => codes::latest_without_date(whole),
            "percentile" if !has(Rule::fraction) => codes::percentile_without_fraction(whole),
            _ => return true,
        };
        self.mistakes.push(problem);
        false
    }
}
