//! Before and after, month by month: two lines, broken where a month has no value.

use super::svg::{Scale, Svg, TOP, WIDTH};
use crate::diff::{Row, Value};

const LEFT: f64 = 90.0;
const HEIGHT: f64 = 200.0;
/// More names of months than these would run into each other.
const MOST_NAMES: usize = 12;

/// An SVG file of `months` in their order, oldest first.
pub fn draw(title: &str, months: &[Row]) -> String {
    let values = months.iter().flat_map(|row| [number(&row.before), number(&row.after)]).flatten();
    let scale = Scale::of(values, (TOP + HEIGHT, TOP));
    let mut svg = Svg::new(title, TOP + HEIGHT + 64.0);
    let step = (WIDTH - LEFT - 24.0) / (months.len().max(2) - 1) as f64;
    let x = |at: usize| LEFT + step * at as f64;
    svg.line((LEFT, TOP), (LEFT, TOP + HEIGHT));
    svg.line((LEFT, TOP + HEIGHT), (WIDTH - 24.0, TOP + HEIGHT));
    ends(&mut svg, months, scale);
    let every = months.len().div_ceil(MOST_NAMES).max(1);
    for (at, row) in months.iter().enumerate().filter(|(at, _)| at % every == 0) {
        svg.text(x(at), TOP + HEIGHT + 18.0, "note middle", row.name.get(..7).unwrap_or(&row.name));
    }
    for (class, side) in [("before", before as fn(&Row) -> Option<f64>), ("after", after)] {
        let points: Vec<Option<(f64, f64)>> =
            months.iter().enumerate().map(|(at, row)| side(row).map(|value| (x(at), scale.place(value)))).collect();
        for run in points.split(Option::is_none).filter(|run| !run.is_empty()) {
            line(&mut svg, &run.iter().flatten().copied().collect::<Vec<_>>(), class);
        }
    }
    legend(&mut svg);
    svg.finish()
}

/// A month alone is a short line, which is seen.
fn line(svg: &mut Svg, points: &[(f64, f64)], class: &str) {
    match points {
        [(x, y)] => svg.polyline(&[(x - 3.0, *y), (x + 3.0, *y)], class),
        _ => svg.polyline(points, class),
    }
}

/// The lowest and the highest number beside the line.
fn ends(svg: &mut Svg, months: &[Row], scale: Scale) {
    let shown = months.iter().flat_map(|row| [row.before.as_ref(), row.after.as_ref()]).flatten();
    let all: Vec<&Value> = shown.filter(|value| value.exact.is_some()).collect();
    let ends = [all.iter().min_by_key(|value| value.exact), all.iter().max_by_key(|value| value.exact)];
    for value in ends.into_iter().flatten() {
        let y = value.exact.map_or(0.0, |exact| scale.place(exact.to_f64()));
        svg.text(LEFT - 8.0, y + 4.0, "note end", &value.shown);
    }
}

fn legend(svg: &mut Svg) {
    let y = TOP + HEIGHT + 44.0;
    for (x, class) in [(LEFT, "before"), (LEFT + 110.0, "after")] {
        svg.polyline(&[(x, y - 4.0), (x + 24.0, y - 4.0)], class);
        svg.text(x + 32.0, y, "note", class);
    }
}

fn number(value: &Option<Value>) -> Option<f64> {
    value.as_ref().and_then(|value| value.exact).map(|exact| exact.to_f64())
}

fn before(row: &Row) -> Option<f64> {
    number(&row.before)
}

fn after(row: &Row) -> Option<f64> {
    number(&row.after)
}
