"""A project that was built, and trial data for it."""

import glob
import os
import re
import subprocess

# The types of gold.yaml, as tests/conformance/engines/spark.py calls them.
TYPES = {"integer": "BIGINT", "money": "DECIMAL(19,4)", "number": "DOUBLE", "text": "VARCHAR",
         "boolean": "BOOLEAN", "date": "DATE"}


class Project:
    """`sql` is the folder of the emitted SQL, `data` that of one CSV file a table."""

    def __init__(self, name, carat, source, folder):
        self.name, self.data, self.sql = name, os.path.join(folder, "data"), os.path.join(folder, "out", "sql")
        run([carat, "-C", source, "build", "--out", os.path.join(folder, "out")])
        run([carat, "-C", source, "sample", "--rows", "150", "--out", self.data])
        self.tables = tables(source)

    def files(self, dialect):
        """The files of a dialect; a view before the table that is filled from it."""
        folder = os.path.join(self.sql, dialect)
        return sorted(glob.glob(os.path.join(folder, "**", "*.sql"), recursive=True))

    def creates(self, double, text):
        """Statements that make the empty tables."""
        names = {"DOUBLE": double, "VARCHAR": text}
        yield from (f'CREATE SCHEMA IF NOT EXISTS "{schema}";' for schema in {t["schema"] for t in self.tables})
        for table in self.tables:
            columns = ", ".join(f'"{name}" {names.get(kind, kind)}' for name, kind in table["columns"])
            yield f"CREATE TABLE {place(table)} ({columns});"


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def place(table):
    return f'"{table["schema"]}"."{table["physical"]}"'


def tables(source):
    """The tables of gold.yaml, which both projects lay out with one column or property a line."""
    with open(os.path.join(source, "carat.yaml"), encoding="utf-8") as file:
        path = re.search(r"^gold: (\S+)", file.read(), re.M)
    with open(os.path.join(source, path.group(1) if path else "gold.yaml"), encoding="utf-8") as file:
        text = file.read()
    schema = re.search(r"^defaults: .*\bschema: (\w+)", text, re.M).group(1)
    parts = re.split(r"^  (\w+):\n", text[text.index("\ntables:"):], flags=re.M)[1:]
    return [table(name, schema, part) for name, part in zip(parts[::2], parts[1::2])]


def table(name, schema, text):
    said = dict(re.findall(r"^    (schema|physical): (\w+)", text, re.M))
    columns = re.findall(r"^      (\w+)\??: +(?:\{ type: )?(\w+)", text[text.index("    columns:"):], re.M)
    # The files of trial data are named like the physical table.
    physical = said.get("physical", name)
    return {"name": physical, "schema": said.get("schema", schema), "physical": physical,
            "columns": [[column, TYPES[kind]] for column, kind in columns]}
