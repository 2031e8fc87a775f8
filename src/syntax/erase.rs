//! Whether two texts hold the same definitions: their trees without the places.

use crate::source::{FileId, Span, Spanned};
use crate::syntax::tree::{
    AboutEntry, AboutValue, Activation, Aggregate, Clause, Definition, DefinitionKind, Expr, ExprKind, File, Group,
    Item, Name, Over, Path, Rule, Way, Window,
};

/// Whether two files have the same definitions and the same comments, in the same order.
pub fn same(left: &File, right: &File) -> bool {
    let comments = |file: &File| -> Vec<String> { file.comments.iter().map(|comment| comment.value.clone()).collect() };
    left.items.len() == right.items.len()
        && comments(left) == comments(right)
        && left.items.iter().zip(&right.items).all(|(left, right)| erased(left) == erased(right))
}

const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

/// A copy with every place set to nowhere.
pub fn erased<T: Erase + Clone>(part: &T) -> T {
    let mut part = part.clone();
    part.erase();
    part
}

/// A part of a tree that says where it was written.
pub trait Erase {
    /// Sets every place in it to nowhere.
    fn erase(&mut self);
}

impl Erase for Item {
    fn erase(&mut self) {
        match self {
            Item::Definition(definition) => definition.erase(),
            Item::Broken(span) => *span = NOWHERE,
        }
    }
}

impl<T: Erase> Erase for Vec<T> {
    fn erase(&mut self) {
        self.iter_mut().for_each(Erase::erase);
    }
}

impl<T: Erase> Erase for Option<T> {
    fn erase(&mut self) {
        self.iter_mut().for_each(Erase::erase);
    }
}

impl<T: Erase> Erase for Box<T> {
    fn erase(&mut self) {
        self.as_mut().erase();
    }
}

impl Erase for (Expr, Expr) {
    fn erase(&mut self) {
        self.0.erase();
        self.1.erase();
    }
}

impl Erase for Name {
    fn erase(&mut self) {
        self.span = NOWHERE;
    }
}

impl Erase for Path {
    fn erase(&mut self) {
        self.span = NOWHERE;
        self.names.erase();
    }
}

impl Erase for Group {
    fn erase(&mut self) {
        self.path.erase();
    }
}

impl Erase for Definition {
    fn erase(&mut self) {
        self.span = NOWHERE;
        self.docs.erase();
        self.about.span = None;
        self.about.entries.erase();
        self.kind.erase();
    }
}

impl Erase for AboutEntry {
    fn erase(&mut self) {
        self.span = NOWHERE;
        self.key.erase();
        match &mut self.value {
            AboutValue::Word(text) | AboutValue::Text(text) => text.erase(),
            AboutValue::List(items) => items.erase(),
            AboutValue::Map(entries) => entries.erase(),
        }
    }
}

impl Erase for DefinitionKind {
    fn erase(&mut self) {
        match self {
            DefinitionKind::Metric { name, label, value } => {
                name.erase();
                label.erase();
                value.erase();
            }
            DefinitionKind::Filter { name, table, condition } => {
                name.erase();
                table.erase();
                condition.erase();
            }
            DefinitionKind::Segment { name, label, table, condition, activation } => {
                name.erase();
                label.erase();
                table.erase();
                condition.erase();
                activation.erase();
            }
            DefinitionKind::Policy { name, activation, table, rules } => {
                name.erase();
                activation.erase();
                table.erase();
                rules.erase();
            }
            DefinitionKind::Resolve { name, table, value, condition, by, per, way } => {
                name.erase();
                table.erase();
                value.erase();
                condition.erase();
                by.erase();
                per.erase();
                way.erase();
            }
            DefinitionKind::View { name, label, metrics, by, condition } => {
                name.erase();
                label.erase();
                metrics.erase();
                by.erase();
                condition.erase();
            }
            DefinitionKind::Expect { condition, by } => {
                condition.erase();
                by.erase();
            }
        }
    }
}

impl Erase for Activation {
    fn erase(&mut self) {
        self.span = NOWHERE;
        self.purpose.erase();
        self.channels.erase();
    }
}

impl Erase for Rule {
    fn erase(&mut self) {
        self.span = NOWHERE;
        self.label.erase();
        self.condition.erase();
    }
}

impl Erase for Spanned<Way> {
    fn erase(&mut self) {
        self.span = NOWHERE;
        match &mut self.value {
            Way::Latest => {}
            Way::Wins { value, days } => {
                value.erase();
                days.erase();
            }
            Way::Strictest(values) => values.erase(),
            Way::First { column, values } => {
                column.erase();
                values.erase();
            }
        }
    }
}

impl Erase for Expr {
    fn erase(&mut self) {
        self.span = NOWHERE;
        self.kind.erase();
    }
}

impl Erase for ExprKind {
    fn erase(&mut self) {
        match self {
            ExprKind::Path(path) => path.erase(),
            ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Opening(inner) => inner.erase(),
            ExprKind::IsMissing { value, .. } => value.erase(),
            ExprKind::And(inner) | ExprKind::Or(inner) => inner.erase(),
            ExprKind::Aggregate(aggregate) => aggregate.erase(),
            ExprKind::Case { branches, otherwise } => {
                branches.erase();
                otherwise.erase();
            }
            ExprKind::Call { function, arguments } => {
                function.erase();
                arguments.erase();
            }
            other => erase_operands(other),
        }
    }
}

fn erase_operands(kind: &mut ExprKind) {
    match kind {
        ExprKind::Arithmetic { operator, left, right } => {
            operator.span = NOWHERE;
            left.erase();
            right.erase();
        }
        ExprKind::Compare { operator, left, right } => {
            operator.span = NOWHERE;
            left.erase();
            right.erase();
        }
        ExprKind::In { left, values, .. } => {
            left.erase();
            values.erase();
        }
        ExprKind::Between { left, low, high } => {
            left.erase();
            low.erase();
            high.erase();
        }
        ExprKind::StartsWith { left, text } | ExprKind::Contains { left, text } => {
            left.erase();
            text.erase();
        }
        other => erase_time(other),
    }
}

fn erase_time(kind: &mut ExprKind) {
    match kind {
        ExprKind::InWindow { left, window, .. } => {
            left.erase();
            window.erase();
        }
        ExprKind::Prior { value, count, unit } => {
            value.erase();
            count.erase();
            unit.span = NOWHERE;
        }
        ExprKind::Ignoring { value, table } => {
            value.erase();
            table.erase();
        }
        ExprKind::Clauses { value, clauses } => {
            value.erase();
            clauses.erase();
        }
        _ => {}
    }
}

impl Erase for Aggregate {
    fn erase(&mut self) {
        self.operator.span = NOWHERE;
        self.operand.erase();
        self.per.erase();
        self.by.erase();
        self.of.erase();
        self.fraction.erase();
        self.clauses.erase();
    }
}

impl Erase for Clause {
    fn erase(&mut self) {
        match self {
            Clause::Where(condition) => condition.erase(),
            Clause::Over(over) => over.erase(),
        }
    }
}

impl Erase for Over {
    fn erase(&mut self) {
        self.span = NOWHERE;
        self.window.erase();
        self.date.erase();
    }
}

impl Erase for Spanned<Window> {
    fn erase(&mut self) {
        self.span = NOWHERE;
        match &mut self.value {
            Window::Last { count, .. } | Window::LastComplete { count } => count.erase(),
            Window::Life { from, to } => {
                from.erase();
                to.erase();
            }
            Window::Period | Window::ToDate(_) | Window::History => {}
        }
    }
}
