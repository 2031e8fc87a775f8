//! An evaluator of DAX (PyPI `pbix-mcp`), in the Python that `CARAT_DAX_PYTHON` names. It is not
//! Microsoft's: where it stands against SQL and the judge, it may be the one that is wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use carat::gold::Gold;
use serde_json::{Value as Json, json};

use super::spark::{python, tables};

pub struct Dax {
    python: PathBuf,
}

/// Measures to evaluate under the filters a report sets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    pub measures: Vec<String>,
    /// `Table[Column]` by their names in the model, to the values picked; none is the blank member.
    pub filters: BTreeMap<String, Vec<Option<String>>>,
    /// Those of the filters that a visual groups by.
    pub groups: Vec<String>,
}

/// What a measure said: a value, none for BLANK, or why it could not be evaluated.
pub type Said = Result<Option<String>, String>;

impl Dax {
    pub fn found() -> Option<Dax> {
        let python = PathBuf::from(std::env::var_os("CARAT_DAX_PYTHON")?);
        super::runs(&python).then_some(Dax { python })
    }

    /// Evaluates the measures of every cell of every piece of work.
    pub fn run(&self, works: &[DaxWork]) -> Vec<Vec<BTreeMap<String, Said>>> {
        let said = python(&self.python, "dax.py", &works.iter().map(DaxWork::json).collect());
        let cells = |said: &Json| said.as_array().expect("a list").iter().map(said_of_cell).collect();
        said.as_array().expect("one list for each piece of work").iter().map(cells).collect()
    }
}

/// Cells over a model's TMDL folder and a folder of CSV files.
pub struct DaxWork<'a> {
    pub gold: &'a Gold,
    pub model: &'a Path,
    pub folder: &'a Path,
    pub cells: Vec<Cell>,
    /// Measures beside those of the model, by their names.
    pub defined: BTreeMap<String, String>,
}

impl DaxWork<'_> {
    fn json(&self) -> Json {
        let cell = |cell: &Cell| json!({ "measures": cell.measures, "filters": cell.filters, "groups": cell.groups });
        let cells: Vec<Json> = self.cells.iter().map(cell).collect();
        json!({ "model": self.model, "data": self.folder, "tables": tables(self.gold), "cells": cells, "defined": self.defined })
    }
}

fn said_of_cell(said: &Json) -> BTreeMap<String, Said> {
    let said_of_measure = |value: &Json| match value["error"].as_str() {
        Some(error) => Err(error.to_string()),
        None => Ok(value["value"].as_str().map(str::to_string)),
    };
    let measures = said.as_object().into_iter().flatten();
    measures.map(|(measure, value)| (measure.clone(), said_of_measure(value))).collect()
}
