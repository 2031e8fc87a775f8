//! Expressions, with the brackets that precedence asks for and two more that readers do: around `and` within
//! `or`, and around a test behind `not`.

use super::comments::Comments;
use super::doc::Doc;
use super::operator::{self, Binding, binding};
use crate::syntax::tree::{Aggregate, Clause, Expr, ExprKind, Over, Path, Window};

/// Writes the expressions of one definition.
pub(super) struct Writer<'c> {
    pub comments: Comments<'c>,
}

impl Writer<'_> {
    /// The next token of the text, with the comments that stand before it.
    pub fn word(&mut self, text: impl Into<String>) -> Doc {
        self.comments.word(text)
    }

    /// An expression where one that binds at least as tightly as `least` may stand.
    pub fn expression(&mut self, expr: &Expr, least: Binding) -> Doc {
        if binding(expr) >= least {
            return self.bare(expr);
        }
        Doc::Concat(vec![Doc::text("("), self.bare(expr).nest(2), Doc::text(")")])
    }

    fn bare(&mut self, expr: &Expr) -> Doc {
        match &expr.kind {
            ExprKind::Clauses { value, clauses } => {
                let value = self.expression(value, Binding::Or);
                let clauses = self.clauses(clauses);
                Doc::Concat(vec![value, clauses]).group()
            }
            ExprKind::Or(conditions) => self.chain("or", conditions),
            ExprKind::And(conditions) => self.chain("and", conditions),
            ExprKind::Not(inner) => self.prefix("not ", inner, Binding::Negate),
            ExprKind::Negate(inner) => self.prefix("-", inner, Binding::Ignoring),
            ExprKind::Arithmetic { .. } => self.arithmetic(expr),
            ExprKind::Ignoring { value, table } => {
                let value = self.expression(value, Binding::Ignoring);
                let rest = self.word(format!("ignoring {}", table.value));
                spaced([value, rest])
            }
            kind if binding(expr) == Binding::Test => self.test(kind),
            kind => self.primary(kind),
        }
    }

    fn prefix(&mut self, prefix: &str, inner: &Expr, least: Binding) -> Doc {
        let prefix = self.word(prefix);
        let inner = self.expression(inner, least);
        Doc::Concat(vec![prefix, inner])
    }

    /// Conditions joined by a word, which begins the new lines.
    fn chain(&mut self, join: &str, conditions: &[Expr]) -> Doc {
        let mut parts = Vec::new();
        for (at, condition) in conditions.iter().enumerate() {
            if at > 0 {
                parts.extend([Doc::Line, self.word(join), Doc::text(" ")]);
            }
            parts.push(self.expression(condition, Binding::Not));
        }
        Doc::Concat(parts).group()
    }

    /// `a + b - c` flat: the left spine of the tree.
    fn arithmetic(&mut self, expr: &Expr) -> Doc {
        let level = binding(expr);
        let (mut spine, mut leftmost) = (Vec::new(), expr);
        while let ExprKind::Arithmetic { operator, left, right } = &leftmost.kind
            && operator::arithmetic_binding(operator.value) == level
        {
            spine.push((operator.value, right));
            leftmost = left;
        }
        let tighter = if level == Binding::Sum { Binding::Product } else { Binding::Negate };
        let mut joined = self.expression(leftmost, tighter);
        for (operator, right) in spine.into_iter().rev() {
            let before = if matches!(right.kind, ExprKind::Case { .. }) { Doc::text(" ") } else { Doc::Line };
            let operator = self.word(operator.sign());
            let right = self.expression(right, tighter);
            joined = Doc::Concat(vec![joined, before, operator, Doc::text(" "), right]);
            // A product breaks at its last operator first, which is the division line of a share.
            joined = if level == Binding::Product { joined.group() } else { joined };
        }
        joined.group()
    }

    fn test(&mut self, kind: &ExprKind) -> Doc {
        match kind {
            ExprKind::Compare { operator, left, right } => self.operands(left, operator.value.sign(), &[right]),
            ExprKind::Between { left, low, high } => self.operands(left, "between", &[low, high]),
            ExprKind::StartsWith { left, text } => self.operands(left, "starts with", &[text]),
            ExprKind::Contains { left, text } => self.operands(left, "contains", &[text]),
            ExprKind::IsMissing { value, negated } => {
                self.operands(value, if *negated { "is present" } else { "is missing" }, &[])
            }
            ExprKind::In { left, negated, values } => {
                let head = self.operands(left, membership(*negated), &[]);
                let values = values.iter().map(|value| self.expression(value, Binding::Sum)).collect();
                spaced([head, list(values)])
            }
            ExprKind::InWindow { left, negated, window } => {
                let head = self.operands(left, membership(*negated), &[]);
                let window = self.window(&window.value);
                spaced([head, window])
            }
            _ => Doc::empty(),
        }
    }

    /// `left WORD right and right`; what breaks on the right stands further in.
    fn operands(&mut self, left: &Expr, word: &str, right: &[&Expr]) -> Doc {
        let mut parts = vec![self.expression(left, Binding::Sum), self.word(word)];
        for (at, operand) in right.iter().enumerate() {
            if at > 0 {
                parts.push(self.word("and"));
            }
            parts.push(self.expression(operand, Binding::Sum).nest(2));
        }
        spaced(parts)
    }

    fn primary(&mut self, kind: &ExprKind) -> Doc {
        match kind {
            ExprKind::Number(digits) => self.word(digits),
            ExprKind::Text(text) => self.word(operator::quoted(text)),
            ExprKind::Boolean(value) => self.word(value.to_string()),
            ExprKind::Path(path) => self.path(path),
            ExprKind::Start => self.word("start"),
            ExprKind::End => self.word("end"),
            ExprKind::ThisPurpose => self.word("this purpose"),
            ExprKind::ThisChannel => self.word("this channel"),
            ExprKind::Case { branches, otherwise } => self.case(branches, otherwise),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            _ => self.call(kind),
        }
    }

    fn call(&mut self, kind: &ExprKind) -> Doc {
        match kind {
            ExprKind::Call { function, arguments } => {
                let name = self.word(format!("{}(", function.value));
                let arguments = arguments.iter().map(|argument| self.expression(argument, Binding::Clauses)).collect();
                Doc::Concat(vec![name, separated(arguments).nest(2), Doc::text(")")]).group()
            }
            ExprKind::Prior { value, count, unit } => {
                let name = self.word("prior(");
                let value = self.expression(value, Binding::Clauses);
                let duration = self.word(operator::duration(&count.value, unit.value));
                Doc::Concat(vec![name, separated(vec![value, duration]).nest(2), Doc::text(")")]).group()
            }
            ExprKind::Opening(value) => {
                let name = self.word("opening(");
                Doc::Concat(vec![name, self.expression(value, Binding::Clauses).nest(2), Doc::text(")")])
            }
            _ => Doc::empty(),
        }
    }

    fn case(&mut self, branches: &[(Expr, Expr)], otherwise: &Expr) -> Doc {
        let head = self.word("case");
        let mut parts = Vec::new();
        for (when, then) in branches {
            let when = [self.word("when"), self.expression(when, Binding::Or).nest(2)];
            let then = [self.word("then"), self.expression(then, Binding::Or).nest(2)];
            parts.extend([Doc::Line, spaced(when.into_iter().chain(then))]);
        }
        let last = [self.word("else"), self.expression(otherwise, Binding::Or).nest(2)];
        parts.extend([Doc::Line, spaced(last)]);
        Doc::Concat(vec![head, Doc::Concat(parts).nest(2), Doc::Line, self.word("end")]).group()
    }

    fn aggregate(&mut self, aggregate: &Aggregate) -> Doc {
        let mut parts = vec![self.word(format!("{}(", operator::aggregate(aggregate.operator.value)))];
        if aggregate.distinct {
            parts.extend([self.word("distinct"), Doc::text(" ")]);
        }
        parts.push(self.expression(&aggregate.operand, Binding::Or).nest(2));
        let names = [("of", &aggregate.of), ("per", &aggregate.per)];
        for (word, name) in names.into_iter().filter_map(|(word, name)| Some((word, name.as_ref()?))) {
            parts.push(Doc::text(" "));
            parts.push(self.word(format!("{word} {}", name.value)));
        }
        if let Some(by) = &aggregate.by {
            parts.extend([Doc::text(" "), self.word("by"), Doc::text(" "), self.path(by)]);
        }
        parts.push(self.clauses(&aggregate.clauses).nest(2));
        if let Some(fraction) = &aggregate.fraction {
            parts.extend([Doc::text(", "), self.expression(fraction, Binding::Sum)]);
        }
        parts.push(Doc::text(")"));
        Doc::Concat(parts).group()
    }

    /// Each clause on a line of its own where not all fit on one.
    pub fn clauses(&mut self, clauses: &[Clause]) -> Doc {
        let mut parts = Vec::new();
        for clause in clauses {
            parts.push(Doc::Line);
            parts.push(match clause {
                Clause::Where(condition) => self.condition("where", condition),
                Clause::Over(over) => self.over(over),
            });
        }
        Doc::Concat(parts)
    }

    /// A word and a condition behind it, which breaks further in.
    pub fn condition(&mut self, word: &str, condition: &Expr) -> Doc {
        let word = self.word(word);
        let condition = self.expression(condition, Binding::Or).nest(2);
        spaced([word, condition])
    }

    fn over(&mut self, over: &Over) -> Doc {
        let mut parts = vec![self.word("over"), self.window(&over.window.value)];
        if let Some(date) = &over.date {
            parts.extend([self.word("of"), self.path(date)]);
        }
        spaced(parts)
    }

    fn window(&mut self, window: &Window) -> Doc {
        match window {
            Window::Period => self.word("period"),
            Window::History => self.word("history"),
            Window::Last { count, unit } => self.word(format!("last {}", operator::duration(&count.value, *unit))),
            Window::LastComplete { count } => {
                let months = if count.value == "1" { "month" } else { "months" };
                self.word(format!("last {} complete {months}", count.value))
            }
            Window::ToDate(grain) => self.word(format!("{} to date", grain.name())),
            Window::Life { from, to } => {
                let from = [self.word("life from"), self.path(from)];
                spaced(from.into_iter().chain([self.word("to"), self.path(to)]))
            }
        }
    }

    /// Names joined by `.`; no line breaks within.
    pub fn path(&mut self, path: &Path) -> Doc {
        let names: Vec<&str> = path.names.iter().map(|name| name.value.as_str()).collect();
        self.word(names.join("."))
    }
}

fn membership(negated: bool) -> &'static str {
    if negated { "not in" } else { "in" }
}

/// With a blank between the parts.
pub(super) fn spaced(parts: impl IntoIterator<Item = Doc>) -> Doc {
    let mut out = Vec::new();
    for part in parts {
        if !out.is_empty() {
            out.push(Doc::text(" "));
        }
        out.push(part);
    }
    Doc::Concat(out)
}

/// With a comma between the parts, each on a line of its own where not all fit on one.
pub(super) fn separated(parts: Vec<Doc>) -> Doc {
    let mut out = Vec::new();
    for part in parts {
        if !out.is_empty() {
            out.extend([Doc::text(","), Doc::Line]);
        }
        out.push(part);
    }
    Doc::Concat(out)
}

/// In square brackets, as many on a line as fit.
pub(super) fn list(parts: Vec<Doc>) -> Doc {
    let has_comment = parts.iter().any(|part| matches!(part, Doc::Concat(inner) if inner.len() > 1));
    let last = parts.len().saturating_sub(1);
    if has_comment {
        return Doc::Concat(vec![Doc::text("["), separated(parts), Doc::text("]")]).nest(2).group();
    }
    let with_comma = |(at, part): (usize, Doc)| Doc::Concat(vec![part, Doc::text(if at == last { "" } else { "," })]);
    let parts = parts.into_iter().enumerate().map(with_comma).collect();
    Doc::Concat(vec![Doc::text("["), Doc::Fill(parts).nest(2), Doc::text("]")])
}
