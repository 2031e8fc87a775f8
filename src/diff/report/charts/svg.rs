//! A drawing as text: elements with places rounded to a tenth, colours by class, so that the reader's ground decides.

use std::fmt::Write as _;

use crate::diagnostics::render::junit::escaped;

/// Of every drawing, in units of its view box.
pub const WIDTH: f64 = 760.0;
/// From one bar to the next.
pub const ROW: f64 = 28.0;
/// Below the title.
pub const TOP: f64 = 48.0;

/// Blue and orange are told apart by those who do not see red and green.
const STYLE: &str = "\
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .title { font-size: 15px; font-weight: 600 }
    .note { font-size: 11px; fill: #59636e }
    .end { text-anchor: end }
    .middle { text-anchor: middle }
    .axis { stroke: #8c959f; stroke-width: 1 }
    .total { fill: #8c959f }
    .more { fill: #0969da }
    .less { fill: #bc4c00 }
    .before { stroke: #8c959f; stroke-width: 2; fill: none }
    .after { stroke: #0969da; stroke-width: 2; fill: none }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .note { fill: #9198a1 }
      .more { fill: #4493f8 }
      .less { fill: #f0883e }
      .after { stroke: #4493f8 }
    }
";

/// A drawing in the making.
#[derive(Debug)]
pub struct Svg {
    title: String,
    height: f64,
    body: String,
}

impl Svg {
    /// `title` stands at the top, shortened to fit; `height` is that of the whole drawing.
    pub fn new(title: &str, height: f64) -> Self {
        let mut svg = Self { title: title.to_owned(), height, body: String::new() };
        svg.text(12.0, 26.0, "title", &shortened(title, 90));
        svg
    }

    /// At the baseline's place; `class` are the names of its styles.
    pub fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let _ = writeln!(self.body, "  <text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{}</text>", escaped(text));
    }

    /// A label that is shown as far as it fits, and whole to whoever points at it.
    pub fn label(&mut self, x: f64, y: f64, text: &str, longest: usize) {
        let short = escaped(&shortened(text, longest));
        let _ = writeln!(self.body, "  <text x=\"{x:.1}\" y=\"{y:.1}\">{short}<title>{}</title></text>", escaped(text));
    }

    /// Between two places on the line, whichever is left of the other.
    pub fn bar(&mut self, from: f64, to: f64, y: f64, class: &str) {
        let (x, width) = (from.min(to), (from - to).abs().max(1.0));
        let height = ROW - 10.0;
        let _ = writeln!(
            self.body,
            "  <rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"2\" class=\"{class}\"/>"
        );
    }

    /// An axis.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ =
            writeln!(self.body, "  <line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" class=\"axis\"/>");
    }

    /// Straight from each point to the next.
    pub fn polyline(&mut self, points: &[(f64, f64)], class: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(self.body, "  <polyline points=\"{}\" class=\"{class}\"/>", points.join(" "));
    }

    /// The whole file, with the title for screen readers and the styles in it.
    pub fn finish(self) -> String {
        let (title, height) = (escaped(&self.title), self.height);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" width=\"{WIDTH:.0}\" \
             height=\"{height:.0}\" role=\"img\">\n  <title>{title}</title>\n  <style>\n{STYLE}  </style>\n{}</svg>\n",
            self.body
        )
    }
}

/// Numbers to places on a line.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From the lowest to the highest of `values`, from `from` to `to`. Zero is on the line, unless what differs would be
    /// too small to see: then the line begins near the lowest.
    pub fn of(values: impl Iterator<Item = f64>, (from, to): (f64, f64)) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
        }
        if !low.is_finite() {
            (low, high) = (0.0, 1.0);
        }
        let spread = high - low;
        if spread < SMALL * high.abs().max(low.abs()) && spread > 0.0 && low * high > 0.0 {
            (low, high) = (low - spread / 2.0, high + spread / 8.0);
        } else {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high - low <= 0.0 {
            high = low + 1.0;
        }
        Self { low, high, from, to }
    }

    /// Where a value lies between `from` and `to`.
    pub fn place(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// Whether zero lies on the line.
    pub fn has_zero(&self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }

    /// Where bars begin: at zero, else at the edge nearest to it.
    pub fn base(&self) -> f64 {
        self.place(0.0_f64.clamp(self.low, self.high))
    }
}

/// A difference below this part of the numbers is drawn on a line without zero.
const SMALL: f64 = 0.2;

/// As many characters as fit, the last an ellipsis where some were left out.
pub fn shortened(text: &str, longest: usize) -> String {
    match text.chars().count() <= longest {
        true => text.to_owned(),
        false => text.chars().take(longest.saturating_sub(1)).collect::<String>().trim_end().to_owned() + "…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_zero_unless_it_would_hide_the_difference() {
        let scale = Scale::of([80.0, 100.0].into_iter(), (0.0, 100.0));
        assert!(scale.has_zero() && (scale.place(80.0) - 80.0).abs() < 1e-9 && scale.base() == 0.0);
        let near = Scale::of([1000.0, 1010.0].into_iter(), (0.0, 100.0));
        assert!(!near.has_zero() && near.base() == 0.0 && near.place(1010.0) - near.place(1000.0) > 50.0);
        let below = Scale::of([-5.0, 5.0].into_iter(), (0.0, 100.0));
        assert!((below.base() - 50.0).abs() < 1e-9);
        for odd in [vec![], vec![0.0, 0.0], vec![-3.0, -3.0]] {
            assert!(Scale::of(odd.into_iter(), (0.0, 100.0)).place(1.0).is_finite());
        }
    }

    #[test]
    fn text_that_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(shortened("für alle", 8), "für alle");
        assert_eq!(shortened("für alle Kunden", 9), "für alle…");
    }
}
