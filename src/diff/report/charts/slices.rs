//! The members of a column that move most: a bar for each difference.

use super::svg::{ROW, Scale, Svg, TOP, WIDTH};
use crate::diff::{Row, Slices, Value};

const BARS: (f64, f64) = (220.0, 440.0);
const LONGEST_LABEL: usize = 28;

/// An SVG file with a bar a row, in their order; a row without an exact difference counts as 0.
pub fn draw(title: &str, slices: &Slices) -> String {
    let difference = |row: &Row| row.difference.as_ref().and_then(|value| value.exact).map_or(0.0, |d| d.to_f64());
    let scale = Scale::of(slices.rows.iter().map(difference).chain([0.0]), BARS);
    let mut svg = Svg::new(title, TOP + ROW * slices.rows.len() as f64 + 16.0);
    for (at, row) in slices.rows.iter().enumerate() {
        let y = TOP + ROW * at as f64;
        let moved = difference(row);
        let name = if row.name.is_empty() { "(missing)" } else { &row.name };
        svg.label(12.0, y + 14.0, name, LONGEST_LABEL);
        svg.bar(scale.base(), scale.place(moved), y, if moved < 0.0 { "less" } else { "more" });
        svg.text(WIDTH - 12.0, y + 14.0, "end", &told(row, moved));
    }
    svg.line((scale.base(), TOP - 4.0), (scale.base(), TOP + ROW * slices.rows.len() as f64));
    svg.finish()
}

/// `10.3% → 12.4% (+2.1%)`
fn told(row: &Row, moved: f64) -> String {
    let shown = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), |value| value.shown.clone());
    let difference = shown(&row.difference);
    format!("{} → {} ({}{difference})", shown(&row.before), shown(&row.after), if moved > 0.0 { "+" } else { "" })
}
