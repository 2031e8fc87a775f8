//! Random definitions of every kind, each as text that can be made smaller.

use carat::gold::{TableId, Type};

use super::node::Node;
use super::writer::{Place, Writer};

/// What is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Metric,
    Filter,
    Segment,
    Resolve,
    Policy,
    View,
    Expectation,
}

/// The purpose of every policy, and its channels.
pub const PURPOSE: &str = "marketing";

impl Writer<'_> {
    /// A definition of that kind and name; none where the schema has nothing for it.
    pub fn definition(&mut self, kind: Kind, name: &str) -> Option<Node> {
        match kind {
            Kind::Metric => self.metric_definition(name),
            Kind::Filter => {
                let tables = self.tables();
                let table = self.pick(&tables);
                let condition = self.condition(Place::row(table), 3);
                Some(Node::new("filter", &format!("filter {name} of {} = {{}}", self.table(table)), [condition]))
            }
            Kind::Segment => self.segment(name),
            Kind::Resolve => self.resolve(name),
            Kind::Policy => self.policy(name),
            Kind::View => self.view(name),
            Kind::Expectation => self.expectation(),
        }
    }

    fn metric_definition(&mut self, name: &str) -> Option<Node> {
        let types = [Type::Integer, Type::Integer, Type::Money, Type::Money, Type::Number, Type::Number, Type::Date];
        let ty = self.pick(&types);
        if self.one_in(10) {
            let tables = self.tables();
            let table = self.pick(&tables);
            let value = self.aggregate(&super::metrics::sort(ty), table, "", ty, 3)?;
            return Some(Node::new("metric", &format!("metric {name} = {{}}"), [value]));
        }
        let depth = self.pick(&[0, 1, 2, 2, 3]);
        let value = self.metric(ty, depth)?;
        Some(Node::new("metric", &format!("metric {name} = {{}}"), [value.node]))
    }

    fn segment(&mut self, name: &str) -> Option<Node> {
        let entities = self.entities();
        let table = self.pick(&entities);
        let condition = self.condition(Place::row(table), 3);
        let contact = self.gold.contact.filter(|contact| self.gold.active_path(contact.table, table).is_some());
        let activation = match contact {
            Some(_) if !self.known.policies.is_empty() => {
                let channels = self.pick(&["email", "sms", "email, sms"]);
                Node::leaf("activation", format!(" for {PURPOSE} by {channels}")).optional()
            }
            _ => Node::leaf("activation", ""),
        };
        let pattern = format!("segment {name} of {} = {{}}{{}}", self.table(table));
        Some(Node::new("segment", &pattern, [condition, activation]))
    }

    /// What rows that lead to a table say of it.
    fn resolve(&mut self, name: &str) -> Option<Node> {
        let (table, source) = self.source()?;
        let place = Place { asked: true, ..Place::written(source) };
        let column = self.own(source, Type::Text)?;
        let (owner, from) = (self.table(table).to_string(), self.table(source).to_string());
        let value = match self.one_in(3) {
            true => {
                let condition = self.condition(place, 1);
                let text = self.values(source, &column)[0].clone();
                let pattern = format!("case when {{}} then \"{text}\" else {from}.{column} end");
                Node::new(&place.sort("text"), &pattern, [condition])
            }
            false => Node::leaf(&place.sort("text"), format!("{from}.{column}")),
        };
        let date = self.own(source, Type::Date)?;
        let per = match self.own(source, Type::Text) {
            Some(per) if !self.one_in(3) => format!(" per {per}"),
            _ => String::new(),
        };
        let condition = self.resolve_condition(source);
        let way = self.way(source, &column);
        let pattern = format!("resolve {name} of {owner} = {{}}{{}} latest by {date}{{}}{{}}");
        let per = Node::leaf("per", per).optional();
        Some(Node::new("resolve", &pattern, [value, condition, per, Node::leaf("way", way).optional()]))
    }

    fn resolve_condition(&mut self, source: TableId) -> Node {
        let asks = self.gold.column_named(source, "purpose").is_some();
        let condition = match (asks, self.random.below(3)) {
            (true, 0) => Node::leaf("asked", "purpose = this purpose"),
            (true, 1) => Node::leaf("asked", "purpose in [this purpose, \"service\"]"),
            (_, 2) => return Node::leaf("where", ""),
            _ => self.condition(Place::row(source), 1),
        };
        Node::new("where", " where {}", [condition]).optional()
    }

    /// How the sources are brought to one value.
    fn way(&mut self, source: TableId, column: &str) -> String {
        let values = self.values(source, column);
        let two = values.iter().take(2).map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ");
        match self.random.below(4) {
            0 => format!(" \"{}\" wins within {} days", values[0], self.pick(&[1, 7, 60])),
            1 => format!(" strictest of [{two}]"),
            2 => match self.own(source, Type::Text) {
                Some(of) => {
                    let values = self.values(source, &of);
                    let values = values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ");
                    format!(" first of {of} in [{values}]")
                }
                None => String::new(),
            },
            _ => String::new(),
        }
    }

    /// A table, and one with text and a date whose rows lead to it.
    fn source(&mut self) -> Option<(TableId, TableId)> {
        if let (Some(contact), true) = (self.gold.contact, self.one_in(2)) {
            return Some((contact.table, self.gold.table_named("consent_event")?));
        }
        let leads = |from: TableId, to: TableId| from != to && self.gold.active_path(from, to).is_some();
        let tables = self.tables();
        let pairs = tables.iter().flat_map(|to| tables.iter().map(move |from| (*to, *from)));
        let pairs: Vec<_> =
            pairs.filter(|(to, from)| leads(*from, *to) && self.gold.single_key(*to).is_some()).collect();
        (!pairs.is_empty()).then(|| self.pick(&pairs))
    }

    /// A column of the table's own that is no key.
    fn own(&mut self, table: TableId, ty: Type) -> Option<String> {
        let columns = self.gold.tables[table.0 as usize].columns.iter().filter(|column| column.ty == ty);
        let names: Vec<String> =
            columns.map(|column| column.name.clone()).filter(|name| !name.ends_with("id")).collect();
        (!names.is_empty()).then(|| self.pick(&names))
    }

    /// Texts that a column may have.
    fn values(&self, table: TableId, column: &str) -> Vec<String> {
        let found = self.gold.column_named(table, column).and_then(|id| self.gold.column(id));
        let values = found.map(|column| column.values.clone()).filter(|values| !values.is_empty());
        values.unwrap_or_else(|| super::schema::TEXTS.map(String::from).to_vec())
    }

    fn policy(&mut self, name: &str) -> Option<Node> {
        let contact = self.gold.contact?;
        let place = Place { asked: true, ..Place::row(contact.table) };
        let rules: Vec<Node> = (0..2 + self.random.below(3)).map(|at| self.rule(at, place)).collect();
        let pattern = format!(
            "policy {name} for {PURPOSE} by email, sms of {}\n{{{}\n  refuse \"else\" otherwise\n}}",
            self.table(contact.table),
            "{}".repeat(rules.len())
        );
        Some(Node::new("policy", &pattern, rules))
    }

    fn rule(&mut self, at: usize, place: Place) -> Node {
        let allows = at > 0 && !self.one_in(3);
        let word = if allows { "allow" } else { "refuse" };
        let condition = match (allows, self.random.below(5)) {
            (_, 0) => self.condition(place, 2),
            (_, 1) => self.any_of_policy(place),
            (true, _) => self.allowance(place),
            (false, _) => self.refusal(place),
        };
        Node::new("rule", &format!("\n  {word} \"rule {at}\" when {{}}"), [condition]).optional()
    }

    fn any_of_policy(&mut self, place: Place) -> Node {
        let tables: Vec<(TableId, String)> =
            self.belonging(place.table).into_iter().filter(|(table, _)| *table != place.table).collect();
        let (table, link) = if tables.is_empty() { return self.refusal(place) } else { self.pick(&tables) };
        let (name, clauses) = (self.table(table).to_string(), self.clauses(table, 0, true));
        Node::new(&place.sort("condition"), &format!("any({name}{link}{{}})"), [clauses])
    }

    /// A refusal says what holds where its column is missing.
    fn refusal(&mut self, place: Place) -> Node {
        let ty = self.pick(&[Type::Text, Type::Integer, Type::Date, Type::Money]);
        let column = self.column(place, ty).map_or("medium".to_string(), |column| column.to_string());
        let ty = if column == "medium" { Type::Text } else { ty };
        let literal = self.literal(ty);
        let text = match self.random.below(3) {
            0 => format!("({column} is missing or {column} = {literal})"),
            1 => format!("({column} is present and {column} != {literal})"),
            _ => format!("({column} is present and {column} in [{literal}, {}])", self.literal(ty)),
        };
        Node::leaf(&place.sort("condition"), text)
    }

    /// An allowance tests for what is there.
    fn allowance(&mut self, place: Place) -> Node {
        let resolves = self.known.resolves.iter().filter(|(_, table, _)| *table == place.table);
        let resolves: Vec<String> = resolves.map(|(name, ..)| name.clone()).collect();
        let text = match resolves.is_empty() || self.one_in(3) {
            true => {
                let column = self.column(place, Type::Text).map_or("medium".to_string(), |column| column.to_string());
                format!("{column} in [{}, {}]", self.literal(Type::Text), self.literal(Type::Text))
            }
            false => format!("{} = \"opted_in\"", self.pick(&resolves)),
        };
        Node::leaf(&place.sort("condition"), text)
    }

    fn view(&mut self, name: &str) -> Option<Node> {
        let totals: Vec<_> = self.known.metrics.iter().filter(|metric| !metric.latest).cloned().collect();
        let first = if totals.is_empty() { return None } else { self.pick(&totals) };
        let others = totals.iter().filter(|other| other.name != first.name && self.random.one_in(3));
        let metrics: Vec<_> = std::iter::once(&first).chain(others).collect();
        let leaves: Vec<TableId> = metrics.iter().flat_map(|metric| metric.leaves.clone()).collect();
        let reached = |table: &TableId| leaves.iter().all(|leaf| self.gold.active_path(*leaf, *table).is_some());
        let tables: Vec<TableId> = self.tables().into_iter().filter(reached).collect();
        let mut groups = self.reader_columns(&leaves);
        groups.extend(["month", "quarter", "year", "week"].map(String::from));
        let names = metrics.iter().map(|metric| metric.name.clone()).collect::<Vec<_>>().join(", ");
        let group = self.pick(&groups);
        let condition = match tables.is_empty() || self.one_in(2) {
            true => Node::leaf("where", ""),
            false => {
                let table = self.pick(&tables);
                Node::new("where", " where {}", [self.own_condition(table)?]).optional()
            }
        };
        let by = Node::leaf("groups", format!(" by {group}")).optional();
        Some(Node::new("view", &format!("view {name} = [{names}]{{}}{{}}"), [by, condition]))
    }

    fn expectation(&mut self) -> Option<Node> {
        let ty = self.pick(&[Type::Integer, Type::Money, Type::Number]);
        let made = self.metric(ty, 0)?;
        let condition = self.tested(ty, made.node);
        let groups = self.reader_columns(&made.leaves);
        let by = match groups.is_empty() || self.one_in(2) {
            true => String::new(),
            false => format!(" by {}", self.pick(&groups)),
        };
        Some(Node::new("expect", "expect {}{}", [condition, Node::leaf("groups", by).optional()]))
    }

    /// The columns that readers may group by and that rows of all these tables reach.
    fn reader_columns(&self, leaves: &[TableId]) -> Vec<String> {
        let reached = |table: &TableId| leaves.iter().all(|leaf| self.gold.active_path(*leaf, *table).is_some());
        let tables = self.tables().into_iter().filter(reached).map(|table| &self.gold.tables[table.0 as usize]);
        let grouped = |of: &carat::gold::Table| {
            of.columns.iter().filter(|c| c.group).map(|c| format!("{}.{}", of.name, c.name)).collect::<Vec<_>>()
        };
        tables.flat_map(grouped).collect()
    }
}
