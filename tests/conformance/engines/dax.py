"""Evaluates the measures of a TMDL model over CSV files: dax.py WORK.json ANSWERS.json.

WORK: a list of {"model": folder of TMDL, "data": folder of CSV files, "tables": [{name, schema, physical, columns}],
"cells": [{"measures": [..], "filters": {"Table[Column]": [text or null]}, "groups": ["Table[Column]"]}]}
ANSWERS: for each a list, for each cell {measure: {"value": text or null} or {"error": text}}.

Text is loaded as VertiPaq loads it: right-trimmed, and the first spelling stands for all spellings of the
same folded text, in every column, so that keys meet.
"""

import datetime
import json
import math
import os
import re
import sys

from pbix_mcp.dax import engine
from pbix_mcp.formats.tmdl_reader import assemble_model, parse_tmdl_document

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from spark import fields  # noqa: E402 -- the same CSV

READ = {"BIGINT": int, "DECIMAL(19,4)": float, "DOUBLE": float, "BOOLEAN": lambda text: text == "true",
        "DATE": datetime.datetime.fromisoformat}


def unfenced(text):
    """Expressions between ``` fences, which the reader does not know, as indented blocks."""
    out, pad = [], None
    for line in text.split("\n"):
        opening = re.match(r"^(\s*)(.*=)\s*```\s*$", line) if pad is None else None
        if opening:
            pad = opening.group(1) + "\t\t\t"
            out.append(opening.group(1) + opening.group(2))
        elif pad is not None and line.strip() == "```":
            pad = None
        elif pad is not None:
            out.append(pad + line if line.strip() else "")
        else:
            out.append(line)
    return "\n".join(out)


def nodes(folder):
    for root, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            if name.endswith(".tmdl") and os.path.basename(root) not in ("cultures", "TMDLScripts"):
                with open(os.path.join(root, name), encoding="utf-8-sig") as file:
                    yield from parse_tmdl_document(unfenced(file.read()))


def entity(node):
    for partition in node.all("partition"):
        source = partition.child("source")
        if source is not None and source.props.get("entityName"):
            return source.props["entityName"].strip("'")
    # An import partition is Power Query text that names schema and table.
    text = " ".join(str(p.expression or "") + str(getattr(p.child("source"), "expression", "") or "")
                    for p in node.all("partition"))
    named = re.findall(r'(?:Item|Name)\s*=\s*"([^"]+)"', text)
    return named[-1] if named else node.name


class Loaded:
    """The model's tables with their data, as the evaluator takes them."""

    def __init__(self, work):
        found = list(nodes(work["model"]))
        model = assemble_model(found)
        self.spellings = {}
        self.tables, self.kinds, self.date_tables, currency = {}, {}, {}, {}
        self.measures, self.homes = {}, {}
        physical = {table["physical"].lower(): table for table in work["tables"]}
        for node in (node for node in found if node.kind == "table"):
            for measure in node.all("measure"):
                self.measures[measure.name] = measure.expression or ""
                self.homes[measure.name] = node.name
            gold = physical.get(entity(node).lower()) or physical.get(node.name.lower())
            columns = [column for column in node.all("column") if not column.expression]
            self.tables[node.name] = self.data(node.name, columns, gold, work["data"])
            currency[node.name] = [c for c in self.tables[node.name]["columns"]
                                   if self.kinds[node.name, c] == "DECIMAL(19,4)"]
            self.date_tables.update({node.name: c.name for c in columns
                                     if "isKey" in c.flags and node.props.get("dataCategory", "") == "Time"})
        engine.mark_currency_columns(self.tables, {t: c for t, c in currency.items() if c})
        self.columns = {name: set(table["columns"]) for name, table in self.tables.items()}
        self.relationships = [{
            "FromTable": r["from_table"], "FromColumn": r["from_column"], "ToTable": r["to_table"],
            "ToColumn": r["to_column"], "IsActive": int(r["is_active"]),
            "CrossFilteringBehavior": r["cross_filtering_behavior"],
            "FromCardinality": r["from_cardinality"], "ToCardinality": r["to_cardinality"],
        } for r in model["relationships"]]

    def data(self, name, columns, gold, folder):
        if gold is None:
            return {"columns": [], "rows": []}
        kinds = dict(gold["columns"])
        with open(os.path.join(folder, gold["name"] + ".csv"), encoding="utf-8", newline="") as file:
            lines = list(fields(file.read()))
        picked = []
        for column in columns:
            source = (column.props.get("sourceColumn") or column.name).strip("'\"[]")
            if source in kinds:
                picked.append((column.name, lines[0].index(source), kinds[source]))
                self.kinds[name, column.name] = kinds[source]
        rows = [[self.value(line[at], kind) for _, at, kind in picked] for line in lines[1:]]
        return {"columns": [column for column, _, _ in picked], "rows": rows}

    def value(self, text, kind):
        if text is None:
            return None
        return READ[kind](text) if kind in READ else self.spelling(text)

    def spelling(self, text):
        text = text.rstrip(" ")
        return self.spellings.setdefault(text.lower(), text)

    @staticmethod
    def place(column):
        return re.fullmatch(r"(.*)\[(.*)\]", column).groups()

    def filter(self, column, values):
        table, name = self.place(column)
        return f"{table}.{name}", [self.value(value, self.kinds[table, name]) for value in values]

    def evaluate(self, cell):
        if any(self.place(column) not in self.kinds for column in cell["filters"]):
            return {measure: {"error": "not in the model"} for measure in cell["measures"]}
        filters = dict(self.filter(column, values) for column, values in cell["filters"].items())
        groups = {self.filter(column, [])[0] for column in cell["groups"]}
        return {measure: self.said(measure, filters, groups) for measure in cell["measures"]}

    def said(self, measure, filters, groups):
        core = engine._engine
        for tracker in (core.unsupported_functions, core.unsupported_by_measure, core.eval_errors, core.timed_out):
            tracker.clear()
        if measure not in self.measures:
            return {"error": f"no measure {measure}"}
        try:
            # No date table is named on purpose: with one, this evaluator lifts filters by itself.
            value = engine.evaluate_measures_batch(
                [measure], self.tables, self.measures, dict(filters), "__none__", "__none__", self.relationships,
                group_keys=groups or None,
                selected_filters={k: v for k, v in filters.items() if k not in groups} if groups else None,
                date_tables=self.date_tables, measure_tables=self.homes, model_columns=self.columns)[measure]
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is the answer
            return {"error": f"{type(error).__name__}: {error}"}
        if core.timed_out:
            return {"error": "took too long"}
        if core.eval_errors:
            return {"error": str(dict(core.eval_errors))[:500]}
        if core.unsupported_functions:
            return {"error": "unsupported: " + ", ".join(sorted(core.unsupported_functions))}
        return shown(value)


def shown(value):
    if value is None:
        return {"value": None}
    if isinstance(value, bool):
        return {"value": "true" if value else "false"}
    if isinstance(value, (datetime.datetime, datetime.date)):
        return {"value": value.isoformat()[:10]}
    if isinstance(value, float) and not math.isfinite(value):
        return {"error": "not a number"}
    return {"value": repr(value) if isinstance(value, float) else str(value)}


def answers(work):
    loaded = Loaded(work)
    return [loaded.evaluate(cell) for cell in work["cells"]]


def main():
    sys.setrecursionlimit(20000)
    with open(sys.argv[1], encoding="utf-8") as file:
        works = json.load(file)
    said = [answers(work) for work in works]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(said, file)


if __name__ == "__main__":
    main()
