//! Random aggregates, their clauses and their windows.

use carat::gold::{TableId, Type};

use super::node::Node;
use super::writer::{Place, Writer};

/// An aggregate's text before and behind what it aggregates, whose type is `of`.
struct Function {
    open: &'static str,
    of: Type,
    by: String,
    end: &'static str,
}

impl Writer<'_> {
    /// ` where .. over ..` of the rows of a table: a table with a date role is read over a window.
    pub fn clauses(&mut self, table: TableId, depth: usize, asked: bool) -> Node {
        let place = Place { asked, ..Place::row(table) };
        let condition = if self.one_in(3) { None } else { Some(self.condition(place, depth)) };
        let condition = match condition {
            Some(condition) => Node::new("where", " where {}", [condition]).optional(),
            None => Node::leaf("where", ""),
        };
        let over = self.over(table);
        if self.one_in(4) {
            return Node::new("clauses", "{}{}", [over, condition]);
        }
        Node::new("clauses", "{}{}", [condition, over])
    }

    fn over(&mut self, table: TableId) -> Node {
        let place = Place::row(table);
        let role = self.gold.tables[table.0 as usize].date;
        let own: Vec<String> = self.own_dates(table);
        if own.is_empty() || (role.is_none() && self.one_in(3)) {
            return Node::leaf("over", "");
        }
        if own.len() > 1 && self.one_in(5) {
            let over = Node::leaf("over", format!(" over life from {} to {}", own[0], own[1]));
            return self.as_needed(over.or(format!(" over history of {}", own[0])), role.is_some());
        }
        let by_path = if self.one_in(8) { self.dates_by_path(table) } else { vec![] };
        let date = match by_path.is_empty() {
            true => self.pick(&own),
            false => self.pick(&by_path),
        };
        let date = match role.and_then(|date| self.gold.column(date)).map(|column| column.name.clone()) {
            Some(role) if self.one_in(2) => role,
            _ => date,
        };
        let window = self.window();
        let over = Node::new("over", " over {} of {}", [window, Node::leaf(&place.sort("date role"), date.clone())]);
        self.as_needed(over, role.is_some())
    }

    fn as_needed(&self, over: Node, needed: bool) -> Node {
        if needed { over } else { over.optional() }
    }

    fn own_dates(&self, table: TableId) -> Vec<String> {
        let columns = self.gold.tables[table.0 as usize].columns.iter();
        columns.filter(|column| column.ty == Type::Date).map(|column| column.name.clone()).collect()
    }

    /// Dates of the tables that relationships lead to, inactive ones included.
    fn dates_by_path(&self, table: TableId) -> Vec<String> {
        let days = self.gold.calendar.as_ref().map(|calendar| calendar.table);
        let links = self.gold.leaving(table).filter(|(_, link)| Some(link.to.table) != days);
        let dates = links.flat_map(|(_, link)| {
            self.own_dates(link.to.table).into_iter().map(|date| format!("{}.{date}", link.role)).collect::<Vec<_>>()
        });
        dates.collect()
    }

    pub fn window(&mut self) -> Node {
        let window = match self.random.below(14) {
            0..=2 => "period".to_string(),
            3..=4 => "history".into(),
            5 => format!("last {} days", self.pick(&[1, 7, 30, 90, 400])),
            6..=7 => format!("last {} months", self.pick(&[1, 2, 3, 6, 12, 24])),
            8 => format!("last {} years", self.pick(&[1, 2])),
            9 => format!("last {} complete months", self.pick(&[1, 2, 3, 12])),
            10 => "year to date".into(),
            11 => "quarter to date".into(),
            12 => "month to date".into(),
            _ => "fiscal year to date".into(),
        };
        Node::leaf("window", window).or("history")
    }

    /// An aggregate over rows that belong to the row at hand.
    pub fn aggregate_at(&mut self, place: Place, ty: Type, depth: usize) -> Option<Node> {
        let tables = self.belonging(place.table);
        let (table, link) = self.pick(&tables);
        let sort = place.sort(ty.name());
        if self.one_in(12) {
            return self.per_entity(&sort, ty, depth).map(|(node, _)| node);
        }
        self.aggregate(&sort, table, &link, ty, depth)
    }

    /// An aggregate over rows of a table; none where it has no column to aggregate.
    pub fn aggregate(&mut self, sort: &str, table: TableId, link: &str, ty: Type, depth: usize) -> Option<Node> {
        if ty == Type::Integer && self.one_in(2) {
            let name = self.table(table).to_string();
            let clauses = self.clauses(table, depth, false);
            return Some(Node::new(sort, &format!("count({name}{link}{{}})"), [clauses]));
        }
        let Function { open, of, by, end } = self.function(table, ty)?;
        let operand = self.written(Place::written(table), of, depth)?;
        let clauses = self.clauses(table, depth, false);
        Some(Node::new(sort, &format!("{open}{{}}{by}{link}{{}}{end}"), [operand, clauses]))
    }

    /// A function whose result is of the type.
    fn function(&mut self, table: TableId, ty: Type) -> Option<Function> {
        let plain = |open: &'static str, of| Some(Function { open, of, by: String::new(), end: ")" });
        let of = self.numeric();
        match ty {
            Type::Integer if self.one_in(2) => {
                let of = self.pick(&Type::NAMES).1;
                plain("count(distinct ", of)
            }
            Type::Number if self.one_in(3) => {
                let end = self.pick(&[", 0.9)", ", 0.25)", ", 0.5)"]);
                Some(Function { open: "percentile(", of, by: String::new(), end })
            }
            Type::Number => match self.pick(&["average(", "average(", "median(", "sum(", "min(", "max("]) {
                open @ ("average(" | "median(") => plain(open, of),
                open => plain(open, Type::Number),
            },
            Type::Integer | Type::Money | Type::Date => {
                let dates = self.own_dates(table);
                if !dates.is_empty() && self.one_in(5) {
                    return Some(Function {
                        open: "latest(",
                        of: ty,
                        by: format!(" by {}", self.pick(&dates)),
                        end: ")",
                    });
                }
                let functions: &[&str] =
                    if ty == Type::Date { &["min(", "max("] } else { &["sum(", "sum(", "min(", "max("] };
                plain(self.pick(functions), ty)
            }
            _ => None,
        }
    }

    /// A value written from the table, with a column in it.
    fn written(&mut self, place: Place, ty: Type, depth: usize) -> Option<Node> {
        let column = self.column(place, ty)?;
        let depth = if self.one_in(2) { 0 } else { depth.min(2) };
        if depth == 0 {
            return Some(column);
        }
        Some(self.scalar(place, ty, depth).or(column.to_string()))
    }

    /// A metric evaluated for each entity of a table, then aggregated.
    pub fn per_entity(&mut self, sort: &str, ty: Type, depth: usize) -> Option<(Node, TableId)> {
        let entities = self.entities();
        let table = self.pick(&entities);
        let of = match ty {
            Type::Number => self.numeric(),
            Type::Text | Type::Boolean => return None,
            _ => ty,
        };
        let function = match ty {
            Type::Number => self.pick(&["average({}", "median({}", "percentile({}", "average({}"]),
            Type::Date => self.pick(&["min({}", "max({}"]),
            _ => self.pick(&["sum({}", "min({}", "max({}"]),
        };
        let operand = self.of_entity(table, of, depth)?;
        let condition = match self.one_in(3) {
            true => Node::new("where", " where {}", [self.condition(Place::row(table), depth)]).optional(),
            false => Node::leaf("where", ""),
        };
        let fraction = if function.starts_with("percentile") { ", 0.75" } else { "" };
        let name = self.table(table).to_string();
        let node = Node::new(sort, &format!("{function} per {name}{{}}{fraction})"), [operand, condition]);
        Some((node, table))
    }

    /// A value of the entity that reads a metric.
    fn of_entity(&mut self, table: TableId, ty: Type, depth: usize) -> Option<Node> {
        let place = Place::row(table);
        let belonging: Vec<TableId> = self.belonging(table).into_iter().map(|(table, _)| table).collect();
        let metrics = self.known.metrics.iter();
        let metrics = metrics.filter(|m| m.ty == ty && m.leaves.iter().all(|leaf| belonging.contains(leaf)));
        let metrics: Vec<String> = metrics.map(|metric| metric.name.clone()).collect();
        let sort = place.sort(ty.name());
        let value = match metrics.is_empty() || self.one_in(3) {
            true => self.aggregate_at(place, ty, depth)?,
            false => Node::leaf(&sort, self.pick(&metrics)),
        };
        if self.one_in(4) && ty != Type::Date {
            let other = self.literal_or_column(place, ty);
            return Some(Node::new(&sort, self.pick(&["({} + {})", "coalesce({}, {})", "({} - {})"]), [value, other]));
        }
        Some(value)
    }
}
