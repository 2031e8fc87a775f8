//! The counts of segments as measures, against the judge's members.

use std::collections::BTreeMap;

use carat::gold::ColumnId;
use carat::model::SegmentId;

use super::asked::dax_name;
use super::emitted;
use super::report::Report;
use super::run::Trial;
use super::shape::reader_columns;
use super::written::Told;
use crate::engines::{Cell, Dax, DaxWork, Said};
use crate::judge::{Judge, Value};

/// The counts of segments as measures: of all members, and of those with each value of a column.
pub fn ask_segments(trials: &[Trial], engine: &Dax) -> Report {
    let mut report = Report::default();
    let trials: Vec<&Trial> = trials.iter().filter(|trial| !trial.model.segments.is_empty()).collect();
    let folders: Vec<_> = trials.iter().map(|trial| (trial.write_model(), trial.data_folder())).collect();
    let cells: Vec<Vec<(Cell, i64)>> = trials.iter().map(|trial| trial.segment_cells()).collect();
    let works = trials.iter().zip(&folders).zip(&cells).map(|((trial, (model, folder)), cells)| {
        let cells = cells.iter().map(|(cell, _)| cell.clone()).collect();
        DaxWork { gold: &trial.model.gold, model, folder, cells, defined: BTreeMap::new() }
    });
    for ((trial, cells), said) in trials.iter().zip(&cells).zip(engine.run(&works.collect::<Vec<_>>())) {
        cells
            .iter()
            .zip(said)
            .for_each(|((cell, expected), said)| told_by_dax(trial, cell, *expected, &said, &mut report));
    }
    report
}

fn told_by_dax(trial: &Trial, cell: &Cell, expected: i64, said: &BTreeMap<String, Said>, report: &mut Report) {
    let Some(measure) = cell.measures.first() else { return };
    let got = match said.get(measure).cloned().unwrap_or(Ok(None)) {
        Err(why) if why.ends_with("is not in the model") => return,
        Err(why) => Err(why),
        Ok(value) => value.map_or(Ok(0), |text| text.parse().map_err(|_| text)),
    };
    let (what, query) = (format!("{:?}", cell.filters), trial.dax_of(&cell.measures));
    Told { kind: "segment", name: measure, what: &what, expected, query: &query }.compare(trial, "dax", got, report);
}

impl Trial {
    fn segment_cells(&self) -> Vec<(Cell, i64)> {
        let judge = Judge::new(&self.model, &self.data);
        let counts = emitted::segment_counts(&self.model, &self.plan);
        counts.into_iter().flat_map(|(id, measure)| self.cells_of_segment(&judge, id, &measure)).collect()
    }

    fn cells_of_segment(&self, judge: &Judge, id: SegmentId, measure: &str) -> Vec<(Cell, i64)> {
        let (model, members) = (&self.model, judge.members(id));
        let Some(segment) = model.segment(id) else { return Vec::new() };
        let cell = |picked: Option<(ColumnId, &Value)>| {
            let filters = picked.map(|(column, value)| (dax_name(model, column), vec![shown(value)]));
            let groups = picked.iter().map(|(column, _)| dax_name(model, *column)).collect();
            Cell { measures: vec![measure.to_string()], filters: filters.into_iter().collect(), groups }
        };
        let mut cells = vec![(cell(None), members.len() as i64)];
        for column in reader_columns(model) {
            let Some(path) = model.gold.active_path(segment.table, column.table) else { continue };
            let value = |row| judge.follow(&path, Some(row)).map_or(Value::Missing, |row| judge.cell(column, row));
            for wanted in judge.values_of(column) {
                let count = members.iter().filter(|row| value(**row).identity() == wanted.identity()).count();
                cells.push((cell(Some((column, &wanted))), count as i64));
            }
        }
        cells
    }
}

fn shown(value: &Value) -> Option<String> {
    (!value.is_missing()).then(|| value.to_string())
}
