//! A piece of text that knows its parts, so that it can be made smaller.

use std::fmt;

/// Text with pieces in it. Where a piece of some sort stands, another one of that sort may stand.
#[derive(Debug, Clone)]
pub struct Node {
    sort: String,
    /// One more than there are pieces: what stands before, between and behind them.
    texts: Vec<String>,
    pieces: Vec<Node>,
    optional: bool,
    /// The shortest text of the sort that is known.
    plain: Option<String>,
}

impl Node {
    /// Each `{}` of the pattern is a piece.
    pub fn new(sort: &str, pattern: &str, pieces: impl IntoIterator<Item = Node>) -> Node {
        let texts: Vec<String> = pattern.split("{}").map(str::to_string).collect();
        let pieces: Vec<Node> = pieces.into_iter().collect();
        assert_eq!(texts.len(), pieces.len() + 1, "{pattern}");
        Node { sort: sort.into(), texts, pieces, optional: false, plain: None }
    }

    /// Text alone.
    pub fn leaf(sort: &str, text: impl Into<String>) -> Node {
        Node { sort: sort.into(), texts: vec![text.into()], pieces: vec![], optional: false, plain: None }
    }

    /// It may be left out.
    pub fn optional(self) -> Node {
        Node { optional: true, ..self }
    }

    /// It may be replaced by this text.
    pub fn or(self, plain: impl Into<String>) -> Node {
        Node { plain: Some(plain.into()), ..self }
    }

    /// The texts that are one step smaller, the largest steps first.
    pub fn smaller(&self) -> Vec<Node> {
        let mut found = Vec::new();
        let plain = self.plain.as_ref().filter(|plain| **plain != self.to_string());
        found.extend(plain.map(|plain| Node::leaf(&self.sort, plain.clone()).with_place_of(self)));
        self.of_sort(&self.sort, &mut found);
        found.iter_mut().for_each(|one| *one = one.clone().with_place_of(self));
        for (at, piece) in self.pieces.iter().enumerate() {
            if piece.optional {
                found.push(self.with(at, Node::leaf(&piece.sort, "")));
            }
            found.extend(piece.smaller().into_iter().map(|smaller| self.with(at, smaller)));
        }
        found
    }

    fn with_place_of(self, other: &Node) -> Node {
        Node { optional: other.optional, plain: other.plain.clone(), ..self }
    }

    /// The pieces of a sort, the outermost first.
    fn of_sort(&self, sort: &str, found: &mut Vec<Node>) {
        found.extend(self.pieces.iter().filter(|piece| piece.sort == sort && !piece.to_string().is_empty()).cloned());
        self.pieces.iter().for_each(|piece| piece.of_sort(sort, found));
    }

    fn with(&self, at: usize, piece: Node) -> Node {
        let mut changed = self.clone();
        changed.pieces[at] = piece;
        changed
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.texts[0])?;
        self.pieces.iter().zip(&self.texts[1..]).try_for_each(|(piece, text)| write!(f, "{piece}{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_made_smaller_by_its_pieces() {
        let leaf = |text: &str| Node::leaf("condition", text);
        let both = Node::new("condition", "({} and {})", [leaf("a"), leaf("b")]);
        let clause = Node::new("where", " where {}", [both]).optional();
        let all = Node::new("metric", "count(t{})", [clause]);
        let smaller: Vec<String> = all.smaller().iter().map(Node::to_string).collect();
        assert_eq!(smaller, ["count(t)", "count(t where a)", "count(t where b)"]);
    }

    #[test]
    fn a_piece_becomes_its_plain_text_once() {
        let one = Node::leaf("number", "points + 1").or("1");
        assert_eq!(one.smaller().iter().map(Node::to_string).collect::<Vec<_>>(), ["1"]);
        assert!(one.smaller()[0].smaller().is_empty());
    }
}
