//! One definition: documentation, head, meaning, braces.

use super::comments::Comments;
use super::doc::{Doc, layout as lay_out};
use super::expression::{Writer, list, spaced};
use super::operator::{Binding, quoted};
use crate::source::Spanned;
use crate::syntax::tree::{Activation, Definition, DefinitionKind, Expr, Group, Name, Path, Rule, Way};

/// The canonical text of a definition. `comments` are those of the file.
pub(super) fn layout(source: &str, comments: &[Spanned<String>], definition: &Definition) -> String {
    let mut writer = Writer { comments: Comments::new(source, comments, definition.span.range()) };
    let mut parts = leading(source, comments, definition);
    parts.push(writer.kind(&definition.kind));
    parts.extend(writer.about(source, definition));
    parts.extend(writer.comments.before(usize::MAX));
    lay_out(&Doc::Concat(parts))
}

/// The lines of documentation, and the comments among them.
fn leading(source: &str, comments: &[Spanned<String>], definition: &Definition) -> Vec<Doc> {
    let start = definition.docs.first().map_or(definition.span.start, |doc| doc.span.start) as usize;
    let mut among = Comments::new(source, comments, start..definition.span.start as usize);
    let mut parts = Vec::new();
    for doc in &definition.docs {
        parts.extend(among.before(doc.span.start as usize));
        parts.extend([Doc::Text(format!("/// {}", doc.value).trim_end().to_owned()), Doc::Hard]);
    }
    parts.extend(among.before(definition.span.start as usize));
    parts
}

impl Writer<'_> {
    fn about(&mut self, source: &str, definition: &Definition) -> Vec<Doc> {
        let Some(span) = definition.about.span else { return Vec::new() };
        let mut parts = self.comments.before(span.start as usize);
        let end = span.end as usize;
        if !definition.about.entries.is_empty() || self.comments.waits_before(end) {
            parts.extend([Doc::Hard, self.braces(source, &definition.about.entries, end)]);
        }
        parts
    }

    fn kind(&mut self, kind: &DefinitionKind) -> Doc {
        match kind {
            DefinitionKind::Metric { name, label, value } => {
                let head = self.head("metric", name, label.as_ref(), None);
                self.equation(head, Doc::Line, value, Binding::Clauses, Doc::empty())
            }
            DefinitionKind::Filter { name, table, condition } => {
                let head = self.head("filter", name, None, Some(table));
                self.equation(head, Doc::Line, condition, Binding::Or, Doc::empty())
            }
            DefinitionKind::Segment { name, label, table, condition, activation } => {
                let head = self.head("segment", name, label.as_ref(), Some(table));
                self.segment(head, condition, activation.as_ref())
            }
            DefinitionKind::Policy { name, activation, table, rules } => self.policy(name, activation, table, rules),
            DefinitionKind::View { name, label, metrics, by, condition } => {
                let head = self.head("view", name, label.as_ref(), None);
                self.view(head, metrics, by, condition.as_ref())
            }
            DefinitionKind::Expect { condition, by } => self.expect(condition, by),
            resolve => self.resolve(resolve),
        }
    }

    fn head(&mut self, keyword: &str, name: &Name, label: Option<&Spanned<String>>, table: Option<&Name>) -> Doc {
        let mut parts = vec![self.word(keyword), self.word(&name.value)];
        parts.extend(label.map(|label| self.word(quoted(&label.value))));
        parts.extend(table.map(|table| self.word(format!("of {}", table.value))));
        spaced(parts)
    }

    /// `head = value rest`, on one line or with `=` on the next.
    fn equation(&mut self, head: Doc, line: Doc, value: &Expr, least: Binding, rest: Doc) -> Doc {
        let equals = self.word("=");
        let value = self.expression(value, least);
        let value = Doc::Concat(vec![value, rest]).nest(2).group();
        Doc::Concat(vec![head, Doc::Concat(vec![line, equals, Doc::text(" "), value]).nest(2)]).group()
    }

    fn segment(&mut self, head: Doc, condition: &Expr, activation: Option<&Activation>) -> Doc {
        let equation = self.equation(head, Doc::Hard, condition, Binding::Or, Doc::empty());
        let Some(activation) = activation else { return equation };
        let activation = self.activation(activation);
        Doc::Concat(vec![equation, Doc::Concat(vec![Doc::Hard, activation]).nest(2)])
    }

    fn activation(&mut self, activation: &Activation) -> Doc {
        let mut parts = vec![self.word(format!("for {} by", activation.purpose.value)), Doc::text(" ")];
        for (at, channel) in activation.channels.iter().enumerate() {
            parts.extend((at > 0).then(|| Doc::text(", ")));
            parts.push(self.word(&channel.value));
        }
        Doc::Concat(parts)
    }

    fn view(&mut self, head: Doc, metrics: &[Name], by: &[Group], condition: Option<&Expr>) -> Doc {
        let equals = self.word("=");
        let metrics = metrics.iter().map(|metric| self.word(&metric.value)).collect();
        let mut rest = Vec::new();
        if !by.is_empty() {
            rest.extend([Doc::Line, self.groups(by)]);
        }
        if let Some(condition) = condition {
            rest.extend([Doc::Line, self.condition("where", condition)]);
        }
        let value = Doc::Concat(vec![list(metrics), Doc::Concat(rest)]).nest(2).group();
        Doc::Concat(vec![head, Doc::Concat(vec![Doc::Line, equals, Doc::text(" "), value]).nest(2)]).group()
    }

    fn groups(&mut self, by: &[Group]) -> Doc {
        let mut parts = vec![self.word("by"), Doc::text(" ")];
        for (at, group) in by.iter().enumerate() {
            parts.extend((at > 0).then(|| Doc::text(", ")));
            parts.push(self.path(&group.path));
        }
        Doc::Concat(parts)
    }

    fn expect(&mut self, condition: &Expr, by: &[Group]) -> Doc {
        let keyword = self.word("expect");
        let mut parts = vec![self.expression(condition, Binding::Or)];
        if !by.is_empty() {
            parts.extend([Doc::Line, self.groups(by)]);
        }
        spaced([keyword, Doc::Concat(parts).nest(2).group()])
    }

    fn resolve(&mut self, kind: &DefinitionKind) -> Doc {
        let DefinitionKind::Resolve { name, table, value, condition, by, per, way } = kind else {
            return Doc::empty();
        };
        let head = self.head("resolve", name, None, Some(table));
        let (equals, value) = (self.word("="), self.expression(value, Binding::Or));
        let mut parts = vec![value];
        if let Some(condition) = condition {
            parts.extend([Doc::Hard, self.condition("where", condition)]);
        }
        parts.extend([Doc::Hard, self.latest(by, per.as_ref())]);
        if way.value != Way::Latest {
            parts.extend([Doc::Hard, self.way(&way.value)]);
        }
        let value = Doc::Concat(parts).nest(2);
        Doc::Concat(vec![head, Doc::Concat(vec![Doc::Hard, equals, Doc::text(" "), value]).nest(2)])
    }

    fn latest(&mut self, by: &Path, per: Option<&Name>) -> Doc {
        let mut parts = vec![self.word("latest by"), self.path(by)];
        parts.extend(per.map(|per| self.word(format!("per {}", per.value))));
        spaced(parts)
    }

    fn way(&mut self, way: &Way) -> Doc {
        match way {
            Way::Latest => Doc::empty(),
            Way::Wins { value, days } => {
                let unit = if days.value == "1" { "day" } else { "days" };
                self.word(format!("{} wins within {} {unit}", quoted(&value.value), days.value))
            }
            Way::Strictest(values) => spaced([self.word("strictest of"), self.texts(values)]),
            Way::First { column, values } => {
                spaced([self.word(format!("first of {} in", column.value)), self.texts(values)])
            }
        }
    }

    fn texts(&mut self, values: &[Spanned<String>]) -> Doc {
        list(values.iter().map(|value| self.word(quoted(&value.value))).collect())
    }

    fn policy(&mut self, name: &Name, activation: &Activation, table: &Name, rules: &[Rule]) -> Doc {
        let head = [self.word("policy"), self.word(&name.value), self.activation(activation)];
        let head = spaced(head.into_iter().chain([self.word(format!("of {}", table.value))]));
        let longest = rules.iter().map(|rule| quoted(&rule.label.value).chars().count()).max().unwrap_or(0);
        let mut lines = Vec::new();
        for rule in rules {
            lines.extend([Doc::Hard, self.rule(rule, longest)]);
        }
        let (open, close) = (Doc::text("{"), Doc::text("}"));
        Doc::Concat(vec![head, Doc::Hard, open, Doc::Concat(lines).nest(2), Doc::Hard, close])
    }

    /// The labels end in one column, so that the conditions begin in one.
    fn rule(&mut self, rule: &Rule, longest: usize) -> Doc {
        let label = quoted(&rule.label.value);
        let blanks = " ".repeat(longest.saturating_sub(label.chars().count()));
        let verb = self.word(if rule.allows { "allow" } else { "refuse" });
        let verb = Doc::Concat(vec![verb, Doc::text(if rule.allows { "  " } else { " " })]);
        let head = vec![verb, self.word(label), Doc::text(blanks), Doc::text(" ")];
        let rest = match &rule.condition {
            None => self.word("otherwise"),
            Some(condition) => {
                let when = self.word("when");
                let condition = Doc::Align(Box::new(self.expression(condition, Binding::Or)));
                spaced([when, condition])
            }
        };
        Doc::Concat(vec![Doc::Concat(head), rest])
    }
}
