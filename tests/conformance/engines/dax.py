"""Evaluates the measures of a TMDL model over CSV files: dax.py WORK.json ANSWERS.json.

WORK: a list of {"model": folder of TMDL, "data": folder of CSV files, "tables": [{name, schema, physical, columns}],
"cells": [{"measures": [..], "filters": {"Table[Column]": [text or null]}, "groups": ["Table[Column]"]}],
"defined": {measure: DAX}, beside those of the model}
ANSWERS: for each a list, for each cell {measure: {"value": text or null} or {"error": text}}.

The program's own driver does it: what is proven here is what `carat verify` runs.
"""

import importlib.util
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from spark import fields  # noqa: E402 -- the same CSV

PROGRAM = os.path.join(HERE, "..", "..", "..", "src", "engine", "dax.py")
KINDS = {"BIGINT": "integer", "DECIMAL(19,4)": "money", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}


def program():
    spec = importlib.util.spec_from_file_location("carat_dax", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DRIVER = program()


class Model(DRIVER.Model):
    """The program's, over CSV that keeps missing and "" apart."""

    def rows(self, work, gold, picked):
        if gold["file"] is None:
            return []
        with open(os.path.join(work["data"], gold["file"]), encoding="utf-8", newline="") as file:
            lines = list(fields(file.read()))
        places = [(lines[0].index(source), kind) for _, source, kind in picked]
        return [[self.value(line[at], kind) for at, kind in places] for line in lines[1:]]


def table(one):
    columns = {name: KINDS.get(kind, "text") for name, kind in one["columns"]}
    return one["physical"].lower(), {"file": one["name"] + ".csv", "columns": columns}


def answers(work):
    model = Model({**work, "tables": dict(map(table, work["tables"]))})
    for name, text in work["defined"].items():
        model.measures[name], model.homes[name] = DRIVER.wrapped(text), next(iter(model.tables), None)
    return [model.evaluate(cell) for cell in work["cells"]]


def main():
    sys.setrecursionlimit(20000)
    with open(sys.argv[1], encoding="utf-8") as file:
        works = json.load(file)
    said = [answers(work) for work in works]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(said, file)


if __name__ == "__main__":
    main()
