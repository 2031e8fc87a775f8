//! Random values of metrics, where no row is at hand.

use carat::gold::{TableId, Type};

use super::node::Node;
use super::writer::{KnownMetric, Place, Writer};

/// A value and the tables of its outermost aggregates.
pub struct Made {
    pub node: Node,
    pub leaves: Vec<TableId>,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Aggregate,
    Outside,
    PerEntity,
    Name,
    Plus,
    Times,
    Divide,
    Coalesce,
    Round,
    Case,
    Prior,
    Opening,
    Where,
    Ignoring,
    Share,
}

impl Writer<'_> {
    /// A value of the type; its depth is at most `depth`.
    pub fn metric(&mut self, ty: Type, depth: usize) -> Option<Made> {
        use Form::*;
        let simple = [(8, Aggregate), (5, Outside), (4, Name)];
        let more = [
            (3, PerEntity),
            (3, Plus),
            (1, Times),
            (2, Coalesce),
            (1, Round),
            (2, Case),
            (4, Prior),
            (2, Opening),
            (4, Where),
            (3, Ignoring),
        ];
        let form = match (depth, ty) {
            (0, _) => self.choice(&simple),
            (_, Type::Number) => self.choice(&[&simple[..], &more, &[(5, Divide), (3, Share)]].concat()),
            _ => self.choice(&[&simple[..], &more].concat()),
        };
        let made = self.metric_of(form, ty, depth.saturating_sub(1));
        made.or_else(|| self.metric_of(Aggregate, ty, depth))
    }

    fn metric_of(&mut self, form: Form, ty: Type, depth: usize) -> Option<Made> {
        let sort = sort(ty);
        match form {
            Form::Aggregate => {
                let tables = self.tables();
                let table = self.pick(&tables);
                let node = self.total(&sort, table, ty, depth + 1)?;
                Some(Made { node, leaves: vec![table] })
            }
            Form::Outside => self.clauses_outside(ty, depth + 1),
            Form::PerEntity => {
                let (node, entity) = self.per_entity(&sort, ty, depth)?;
                Some(Made { node, leaves: vec![entity] })
            }
            Form::Name => {
                let all: Vec<KnownMetric> =
                    self.known.metrics.iter().filter(|metric| metric.ty == ty && !metric.latest).cloned().collect();
                let one = if all.is_empty() { return None } else { self.pick(&all) };
                Some(Made { node: Node::leaf(&sort, one.name), leaves: one.leaves })
            }
            Form::Prior => {
                let inner = self.metric(ty, depth)?;
                let node = self.prior(&sort, inner.node);
                Some(Made { node, ..inner })
            }
            Form::Opening => {
                let inner = self.metric(ty, depth)?;
                let period = self.reads_period(&inner.node.to_string());
                (!period).then(|| Made { node: Node::new(&sort, "opening({})", [inner.node]), leaves: inner.leaves })
            }
            Form::Where => self.restricted(ty, depth),
            Form::Ignoring => {
                let inner = self.metric(ty, depth)?;
                let table = self.reached_by_a_leaf(&inner.leaves);
                let node = Node::new(&sort, &format!("({{}} ignoring {table})"), [inner.node]);
                Some(Made { node, leaves: inner.leaves })
            }
            Form::Share => {
                let of = self.numeric();
                let inner = self.metric(of, 0)?;
                let table = self.reached_by_a_leaf(&inner.leaves);
                let text = inner.node.to_string();
                Some(Made {
                    node: Node::leaf(&sort, format!("({text} / ({text} ignoring {table}))")),
                    leaves: inner.leaves,
                })
            }
            _ => self.of_two(form, ty, depth),
        }
    }

    /// Arithmetic and scalar functions over metrics.
    fn of_two(&mut self, form: Form, ty: Type, depth: usize) -> Option<Made> {
        let sort = sort(ty);
        let (left, right, patterns): (Type, Type, &[&str]) = match form {
            Form::Plus if ty != Type::Date => (ty, ty, &["({} + {})", "({} - {})"]),
            Form::Times if ty != Type::Date => {
                let (left, right) = self.factors(ty);
                (left, right, &["({} * {})"])
            }
            Form::Divide => (self.numeric(), self.numeric(), &["({} / {})"]),
            Form::Coalesce => (ty, ty, &["coalesce({}, {})"]),
            Form::Case => return self.case_of_metrics(ty, depth),
            Form::Round if ty != Type::Date => {
                let inner = self.metric(ty, depth)?;
                let pattern = format!("round({{}}, {})", self.random.below(4));
                return Some(Made { node: Node::new(&sort, &pattern, [inner.node]), leaves: inner.leaves });
            }
            _ => return None,
        };
        let first = self.metric(left, depth)?;
        let literal = if self.one_in(4) { Some(self.literal(right)) } else { None };
        let second = match literal {
            Some(literal) => Made { node: Node::leaf(&self::sort(right), literal), leaves: vec![] },
            None => self.metric(right, depth)?,
        };
        let node = Node::new(&sort, self.pick(patterns), [first.node, second.node]);
        Some(Made { node, leaves: joined(first.leaves, second.leaves) })
    }

    fn case_of_metrics(&mut self, ty: Type, depth: usize) -> Option<Made> {
        let tested = self.pick(&[Type::Integer, Type::Money, Type::Number]);
        let (test, value) = (self.metric(tested, depth.min(1))?, self.metric(ty, depth)?);
        let leaves = joined(test.leaves, value.leaves);
        let condition = self.tested(tested, test.node);
        let literal = if self.one_in(2) { Some(Node::leaf(&sort(ty), self.literal(ty))) } else { None };
        let (other, leaves) = match literal {
            Some(literal) => (literal, leaves),
            None => self.metric(ty, depth).map(|made| (made.node, joined(leaves, made.leaves)))?,
        };
        let node = Node::new(&sort(ty), "case when {} then {} else {} end", [condition, value.node, other]);
        Some(Made { node, leaves })
    }

    /// A condition on a metric.
    pub fn tested(&mut self, ty: Type, metric: Node) -> Node {
        let literal = Node::leaf("limit", self.literal(ty));
        let pattern =
            self.pick(&["{} > {}", "{} >= {}", "{} < {}", "{} = {}", "{} != {}", "({} is present and {} = 1)"]);
        if pattern.starts_with('(') {
            return Node::new("tested", "{} is present", [metric]);
        }
        Node::new("tested", pattern, [metric, literal])
    }

    /// An aggregate that has a total.
    fn total(&mut self, sort: &str, table: TableId, ty: Type, depth: usize) -> Option<Node> {
        let made = (0..4).find_map(|_| self.aggregate(sort, table, "", ty, depth))?;
        (!made.to_string().starts_with("latest(")).then_some(made)
    }

    /// `aggregate(..) where .. over ..`: the clauses stand behind.
    fn clauses_outside(&mut self, ty: Type, depth: usize) -> Option<Made> {
        let tables = self.tables();
        let table = self.pick(&tables);
        let sort = sort(ty);
        let column = self.column(Place::written(table), ty);
        let head = match (ty, column) {
            (Type::Integer, _) => Node::leaf("head", format!("count({})", self.table(table))),
            (Type::Money, Some(column)) => Node::new("head", "sum({})", [column]),
            (Type::Number, Some(column)) => Node::new("head", "average({})", [column]),
            (Type::Date, Some(column)) => Node::new("head", "max({})", [column]),
            _ => return None,
        };
        let clauses = self.clauses(table, depth, false);
        Some(Made { node: Node::new(&sort, "({}{})", [head, clauses]), leaves: vec![table] })
    }

    /// `m where p`, the condition on columns of one table that every leaf reaches.
    fn restricted(&mut self, ty: Type, depth: usize) -> Option<Made> {
        let names: Vec<KnownMetric> =
            self.known.metrics.iter().filter(|metric| metric.ty == ty && !metric.latest).cloned().collect();
        let inner = match names.is_empty() || self.one_in(4) {
            true => self.metric(ty, depth)?,
            false => {
                let one = self.pick(&names);
                Made { node: Node::leaf(&sort(ty), one.name), leaves: one.leaves }
            }
        };
        let reached = |table: &TableId| inner.leaves.iter().all(|leaf| self.gold.active_path(*leaf, *table).is_some());
        let tables: Vec<TableId> = self.tables().into_iter().filter(reached).collect();
        let table = if tables.is_empty() { return None } else { self.pick(&tables) };
        let condition = self.own_condition(table)?;
        Some(Made { node: Node::new(&sort(ty), "({} where {})", [inner.node, condition]), leaves: inner.leaves })
    }

    /// A condition on a table's own columns, written with the table: what a reader could pick too.
    pub fn own_condition(&mut self, table: TableId) -> Option<Node> {
        let name = self.table(table).to_string();
        let columns = self.gold.tables[table.0 as usize].columns.clone();
        let columns: Vec<_> = columns.iter().filter(|column| column.ty != Type::Boolean).collect();
        let column = self.pick(&columns);
        let (path, sort) = (format!("{name}.{}", column.name), Place::written(table).sort("own condition"));
        let segments: Vec<String> =
            self.known.segments.iter().filter(|(_, of)| *of == table).map(|(s, _)| s.clone()).collect();
        if !segments.is_empty() && self.one_in(4) {
            return Some(Node::leaf(&sort, format!("{name}.{}", self.pick(&segments))));
        }
        let literal = self.literal(column.ty);
        let text = match self.random.below(5) {
            0 => format!("{path} is present"),
            1 => format!("{path} is missing"),
            2 => format!("{path} != {literal}"),
            3 if column.ty != Type::Text => format!("{path} >= {literal}"),
            _ => format!("{path} in [{literal}, {}]", self.literal(column.ty)),
        };
        if self.one_in(4) {
            let more = Node::leaf(&sort, format!("{name}.{} is present", self.pick(&columns).name));
            return Some(Node::new(&sort, self.pick(&["({} and {})", "({} or {})"]), [Node::leaf(&sort, text), more]));
        }
        Some(Node::leaf(&sort, text))
    }

    fn reached_by_a_leaf(&mut self, leaves: &[TableId]) -> String {
        let reached = |table: &TableId| leaves.iter().any(|leaf| self.gold.active_path(*leaf, *table).is_some());
        let tables: Vec<TableId> = self.tables().into_iter().filter(reached).collect();
        let table = if tables.is_empty() { TableId(0) } else { self.pick(&tables) };
        self.table(table).to_string()
    }

    /// Whether the text, or a metric it names, reads the days of the period themselves.
    fn reads_period(&self, text: &str) -> bool {
        let of_metric = |word: &str| self.known.metrics.iter().any(|metric| metric.period && metric.name == word);
        text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "period" || of_metric(word))
    }
}

/// Metrics of one type may stand for each other.
pub fn sort(ty: Type) -> String {
    format!("metric {}", ty.name())
}

fn joined(mut a: Vec<TableId>, b: Vec<TableId>) -> Vec<TableId> {
    a.extend(b);
    a.sort();
    a.dedup();
    a
}
