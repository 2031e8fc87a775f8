"""Runs files of SQL in Spark: spark_files.py WORK.json SAID.json.

Every statement is analysed over the real tables, views are made, and the headline is run.
"""

import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, "tests/conformance/engines")
import spark as rig  # noqa: E402 -- the rig's own session, tables and types


def statements(text):
    """Statements without their `;`. A comment has its own lines, and `;` ends a line of no text."""
    lines = [line for line in text.split("\n") if not line.startswith("--")]
    return [part.strip() for part in re.split(r";\n", "\n".join(lines) + "\n") if part.strip()]


def readable(statement):
    """A lake view is Fabric's: what it selects is Spark's."""
    return statement.replace("CREATE OR REPLACE MATERIALIZED LAKE VIEW", "CREATE OR REPLACE VIEW", 1)


def file(session, path):
    with open(path, encoding="utf-8") as source:
        parts = statements(source.read())
    try:
        frames = [session.sql(readable(part)) for part in parts]
        run = os.path.basename(path) == "headline.sql"
        rows = [[rig.shown(value) for value in row] for frame in frames for row in frame.collect()] if run else []
        return rows, None
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is the answer
        return None, str(error).split("\n== SQL")[0][:2000]


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        work = json.load(source)
    session = rig.session()
    rig.load(session, work)
    said = {path: file(session, path) for path in work["files"]}
    with open(sys.argv[2], "w", encoding="utf-8") as target:
        json.dump(said, target)


if __name__ == "__main__":
    main()
