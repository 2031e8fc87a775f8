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
        let python = super::wanted("dax").then(|| std::env::var_os("CARAT_DAX_PYTHON"))??;
        let python = PathBuf::from(python);
        super::runs(&python).then_some(Dax { python })
    }

    /// Evaluates the measures of every cell over a model's TMDL folder and a folder of CSV files.
    pub fn run(&self, gold: &Gold, model: &Path, folder: &Path, cells: &[Cell]) -> Vec<BTreeMap<String, Said>> {
        let cells: Vec<Json> = cells
            .iter()
            .map(|cell| json!({ "measures": cell.measures, "filters": cell.filters, "groups": cell.groups }))
            .collect();
        let work = json!({ "model": model, "data": folder, "tables": tables(gold), "cells": cells });
        let said = python(&self.python, "dax.py", &work);
        said.as_array().expect("one answer for each cell").iter().map(said_of_cell).collect()
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
