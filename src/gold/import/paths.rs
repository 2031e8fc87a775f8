//! Which references can be active together: at most one way from a table to another.

/// Active edges between tables, by their place in the files.
pub(super) struct Graph {
    edges: Vec<(usize, usize)>,
    /// What the files declare, active or not: a table's own ways are decided before those that lead to it.
    declared: Vec<(usize, usize)>,
}

impl Graph {
    /// Knows what the files declare, and no active edge yet.
    pub fn of(declared: Vec<(usize, usize)>) -> Self {
        Self { edges: Vec::new(), declared }
    }

    /// Adds an edge if it makes no second way and no circle; whether it did.
    pub fn add(&mut self, from: usize, to: usize) -> bool {
        let ahead = reached(&self.declared, to);
        let circle = ahead.contains(&from);
        let free = !circle && !self.sources_of(from).iter().any(|start| self.meets(*start, from, &ahead));
        if free {
            self.edges.push((from, to));
        }
        free
    }

    /// Whether `start` reaches one of the tables already, by a way that does not end in `from`.
    fn meets(&self, start: usize, from: usize, tables: &[usize]) -> bool {
        let others: Vec<(usize, usize)> = self.declared.iter().copied().filter(|(leaves, _)| *leaves != from).collect();
        let behind = reached(&self.edges, start).into_iter().filter(|at| *at != start);
        behind.flat_map(|at| reached(&others, at)).any(|at| tables.contains(&at))
    }

    fn sources_of(&self, table: usize) -> Vec<usize> {
        let turned: Vec<(usize, usize)> = self.edges.iter().map(|(from, to)| (*to, *from)).collect();
        reached(&turned, table)
    }
}

/// Every table that edges lead to, the first included.
fn reached(edges: &[(usize, usize)], from: usize) -> Vec<usize> {
    let mut reached = vec![from];
    let mut at = 0;
    while let Some(table) = reached.get(at).copied() {
        let next = edges.iter().filter(|(start, _)| *start == table).map(|(_, end)| *end);
        for end in next {
            if !reached.contains(&end) {
                reached.push(end);
            }
        }
        at += 1;
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_of_two_ways_is_not_active() {
        let declared = vec![(0, 1), (0, 2), (1, 2)];
        let mut graph = Graph::of(declared);
        assert!(graph.add(0, 2));
        assert!(!graph.add(0, 1), "1 leads to 2 as well");
        assert!(graph.add(1, 2));
    }

    #[test]
    fn of_two_direct_ways_the_one_declared_first_is_active() {
        let declared = vec![(0, 1), (0, 2), (1, 2)];
        let mut graph = Graph::of(declared);
        assert!(graph.add(0, 1));
        assert!(!graph.add(0, 2), "1 will lead to 2");
        assert!(graph.add(1, 2));
    }

    #[test]
    fn tables_that_lead_on_do_not_hinder_each_other() {
        let declared = vec![(0, 1), (2, 0), (3, 1), (1, 4)];
        let mut graph = Graph::of(declared.clone());
        assert!(declared.into_iter().all(|(from, to)| graph.add(from, to)));
    }

    #[test]
    fn a_circle_is_not_closed() {
        let mut graph = Graph::of(vec![(0, 1), (1, 0)]);
        assert!(!graph.add(0, 1));
    }
}
