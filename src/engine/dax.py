"""Evaluates measures of a TMDL model: dax.py WORK.json [--own]. The answer is JSON on standard output.

With --own the folder of WORK.json is removed at the end, whatever becomes of who asked; the files are complete when
standard input says `ready`.

WORK: {"model": folder of TMDL, "data": folder with a JSON line a row, "tables": {physical name in small
letters: {"file": name, "columns": {column: kind}}}, "cells": [{"measures": [..], "filters": {"Table[Column]":
[text or null]}, "groups": ["Table[Column]"]}], "seconds": number}; groups are those of the filters that a visual
groups by, all if not given; seconds are what a measure may take in all its cells, no end if not given.
ANSWER: {"version": text, "cells": [{measure: {"value": text or null} or {"error": text}}]}

Text is loaded as VertiPaq loads it: right-trimmed, and the first spelling stands for all spellings of the
same folded text, in every column, so that keys meet.
"""

import atexit
import contextlib
import datetime
import importlib.metadata
import json
import math
import os
import re
import shutil
import signal
import sys
import time

OWN = __name__ == "__main__" and sys.argv[2:] == ["--own"]
if OWN:
    # Before the evaluator is loaded, which takes its time.
    atexit.register(shutil.rmtree, os.path.dirname(os.path.abspath(sys.argv[1])), ignore_errors=True)

from pbix_mcp.dax import engine
from pbix_mcp.formats.tmdl_reader import assemble_model, parse_tmdl_document

CONVERT = {"integer": int, "money": float, "number": float, "boolean": lambda value: str(value).lower() == "true",
           "date": lambda value: datetime.datetime.fromisoformat(str(value)[:10])}


class OutOfTime(BaseException):
    """No `Exception`, so that the evaluator does not take it for one of its own."""


class Clock:
    """What each measure may take in all: the evaluator is slow, and some measures are slow in it."""

    def __init__(self, seconds):
        self.seconds, self.spent = seconds, {}

    def asked(self, measure, evaluate):
        if self.seconds is None:
            return evaluate()
        begun, spent = time.monotonic(), self.spent.get(measure, 0)
        try:
            with limited(self.seconds - spent):
                return evaluate()
        except OutOfTime:
            return {"error": f"not done within {self.seconds:g} s; --dax-seconds gives it more"}
        finally:
            self.spent[measure] = spent + time.monotonic() - begun


@contextlib.contextmanager
def limited(seconds):
    """Where the system has no such alarm, what has begun is finished."""
    if seconds <= 0:
        raise OutOfTime
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_):
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


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


def wrapped(text):
    """The same DAX with FILTER ( .., TRUE () ) around every CALCULATETABLE: of one that is empty this evaluator
    forgets the columns, and does not filter by it."""
    out, ends, depth, at = [], [], 0, 0
    while at < len(text):
        if text[at] in "\"'":
            end = text.index(text[at], at + 1) + 1
            out.append(text[at:end])
            at = end
            continue
        if re.match(r"CALCULATETABLE \(", text[at:]) and not re.search(r"\w$", "".join(out[-1:])):
            out.append("FILTER ( ")
            ends.append(depth)
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        out.append(text[at])
        if text[at] == ")" and ends and ends[-1] == depth:
            ends.pop()
            out.append(", TRUE () )")
        at += 1
    return "".join(out)


def nodes(folder):
    for root, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            if name.endswith(".tmdl") and os.path.basename(root) not in ("cultures", "TMDLScripts"):
                with open(os.path.join(root, name), encoding="utf-8-sig") as file:
                    yield from parse_tmdl_document(unfenced(file.read()))


def physical_names(node):
    """Where a table's data stands: the entity of a partition, or the table its Power Query text opens."""
    for partition in node.all("partition"):
        source = partition.child("source")
        if source is not None and source.props.get("entityName"):
            yield source.props["entityName"].strip("'")
        text = f"{partition.expression or ''} {getattr(source, 'expression', '') or ''}"
        yield from reversed(re.findall(r'(?:Item|Name)\s*=\s*"([^"]+)"', text))
    yield node.name


class Model:
    """The tables with their rows, measures and relationships, as the evaluator takes them."""

    def __init__(self, work):
        found = list(nodes(work["model"]))
        self.spellings, self.kinds, self.clock = {}, {}, Clock(work.get("seconds"))
        self.tables, self.date_tables, self.measures, self.homes = {}, {}, {}, {}
        for node in (node for node in found if node.kind == "table"):
            self.add(node, work)
        money = {table: [c for c in data["columns"] if self.kinds[table, c] == "money"]
                 for table, data in self.tables.items()}
        engine.mark_currency_columns(self.tables, {table: columns for table, columns in money.items() if columns})
        self.columns = {name: set(table["columns"]) for name, table in self.tables.items()}
        self.relationships = [{
            "FromTable": r["from_table"], "FromColumn": r["from_column"], "ToTable": r["to_table"],
            "ToColumn": r["to_column"], "IsActive": int(r["is_active"]),
            "CrossFilteringBehavior": r["cross_filtering_behavior"],
            "FromCardinality": r["from_cardinality"], "ToCardinality": r["to_cardinality"],
        } for r in assemble_model(found)["relationships"]]

    def add(self, node, work):
        for measure in node.all("measure"):
            self.measures[measure.name] = wrapped(measure.expression or "")
            self.homes[measure.name] = node.name
        columns = [column for column in node.all("column") if not column.expression]
        gold = next((work["tables"][name.lower()] for name in physical_names(node)
                     if name.lower() in work["tables"]), {"file": None, "columns": {}})
        picked = []
        for column in columns:
            source = (column.props.get("sourceColumn") or column.name).strip("'\"[]")
            if source in gold["columns"]:
                self.kinds[node.name, column.name] = kind = gold["columns"][source]
                picked.append((column.name, source, kind))
            if "isKey" in column.flags and node.props.get("dataCategory", "") == "Time":
                self.date_tables[node.name] = column.name
        self.tables[node.name] = {"columns": [name for name, _, _ in picked], "rows": self.rows(work, gold, picked)}

    def rows(self, work, gold, picked):
        if gold["file"] is None:
            return []
        with open(os.path.join(work["data"], gold["file"]), encoding="utf-8") as file:
            lines = (json.loads(line) for line in file if line.strip())
            return [[self.value(line.get(source), kind) for _, source, kind in picked] for line in lines]

    def value(self, value, kind):
        if value is None:
            return None
        return CONVERT[kind](value) if kind in CONVERT else self.spelling(value)

    def spelling(self, text):
        text = text.rstrip(" ")
        return self.spellings.setdefault(text.lower(), text)

    def evaluate(self, cell):
        filters, groups = {}, set()
        for column, values in cell["filters"].items():
            table, name = re.fullmatch(r"(.*?)\[(.*)\]", column).groups()
            if (table, name) not in self.kinds:
                return {measure: {"error": f"{column} is not in the model"} for measure in cell["measures"]}
            filters[f"{table}.{name}"] = [self.value(value, self.kinds[table, name]) for value in values]
            groups |= {f"{table}.{name}"} if column in cell.get("groups", [column]) else set()
        return {measure: self.clock.asked(measure, lambda: self.said(measure, filters, groups))
                for measure in cell["measures"]}

    def said(self, measure, filters, groups):
        core = engine._engine
        trackers = (core.timed_out, core.eval_errors, core.unsupported_functions)
        for tracker in (*trackers, core.unsupported_by_measure):
            tracker.clear()
        if measure not in self.measures:
            return {"error": f"no measure {measure}"}
        try:
            # No date table is named on purpose: with one, this evaluator lifts filters by itself.
            value = engine.evaluate_measures_batch(
                [measure], self.tables, self.measures, dict(filters), "__none__", "__none__", self.relationships,
                group_keys=groups or None,
                selected_filters={key: filters[key] for key in filters if key not in groups} if groups else None,
                date_tables=self.date_tables, measure_tables=self.homes, model_columns=self.columns)[measure]
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is the answer
            return {"error": f"{type(error).__name__}: {error}"}
        for words, tracker in zip(("took too long", "could not evaluate", "does not know"), trackers):
            if tracker:
                return {"error": f"{words}: {', '.join(sorted(map(str, tracker)))}"[:500]}
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


def main():
    sys.setrecursionlimit(20000)
    if OWN and sys.stdin.readline().strip() != "ready":
        return
    with open(sys.argv[1], encoding="utf-8") as file:
        work = json.load(file)
    # Whatever the evaluator prints is no part of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        model = Model(work)
        cells = [model.evaluate(cell) for cell in work["cells"]]
    json.dump({"version": importlib.metadata.version("pbix-mcp"), "cells": cells}, sys.stdout)


if __name__ == "__main__":
    main()
