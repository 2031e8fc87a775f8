//! From the old number to the new one, a bar for what each clause adds or takes away.

use super::svg::{ROW, Scale, Svg, TOP, WIDTH};
use crate::diff::{Part, Row, Value};

/// Where labels end and bars begin, where bars end and numbers begin.
const BARS: (f64, f64) = (330.0, 640.0);
const LONGEST_LABEL: usize = 46;

/// None where one of the two numbers is missing.
pub fn draw(title: &str, total: &Row, parts: &[Part]) -> Option<String> {
    let (before, after) = (total.before.as_ref()?, total.after.as_ref()?);
    let level = |value: &Value| value.exact.map(|exact| exact.to_f64());
    let mut levels = vec![level(before)?];
    levels.extend(parts.iter().filter_map(|part| level(&part.after)));
    levels.push(level(after)?);
    let scale = Scale::of(levels.iter().copied(), BARS);
    let mut chart = Chart { svg: Svg::new(title, TOP + ROW * (parts.len() as f64 + 2.0) + 30.0), scale, row: 0 };
    chart.total("before", before);
    for (part, pair) in parts.iter().zip(levels.windows(2)) {
        let [from, to] = pair else { continue };
        chart.part(part, *from, *to);
    }
    chart.total("after", after);
    Some(chart.finish())
}

struct Chart {
    svg: Svg,
    scale: Scale,
    row: usize,
}

impl Chart {
    /// The top of the next row.
    fn next(&mut self) -> f64 {
        self.row += 1;
        TOP + ROW * (self.row as f64 - 1.0)
    }

    fn total(&mut self, name: &str, value: &Value) {
        let y = self.next();
        let to = value.exact.map_or(0.0, |exact| exact.to_f64());
        self.svg.label(12.0, y + 14.0, name, LONGEST_LABEL);
        self.svg.bar(self.scale.base(), self.scale.place(to), y, "total");
        self.svg.text(WIDTH - 12.0, y + 14.0, "end", &value.shown);
    }

    fn part(&mut self, part: &Part, from: f64, to: f64) {
        let y = self.next();
        self.svg.label(12.0, y + 14.0, &part.clauses.join("; "), LONGEST_LABEL);
        self.svg.bar(self.scale.place(from), self.scale.place(to), y, if to < from { "less" } else { "more" });
        let sign = if to > from { "+" } else { "" };
        self.svg.text(WIDTH - 12.0, y + 14.0, "end", &format!("{sign}{}", part.difference.shown));
    }

    fn finish(mut self) -> String {
        let end = TOP + ROW * self.row as f64;
        if self.scale.has_zero() {
            let zero = self.scale.base();
            self.svg.line((zero, TOP - 4.0), (zero, end));
        } else {
            self.svg.text(BARS.0, end + 16.0, "note", "the line does not begin at zero");
        }
        self.svg.finish()
    }
}
