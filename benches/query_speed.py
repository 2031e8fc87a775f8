#!/usr/bin/env python3
"""How fast the emitted DuckDB queries are, beside hand-written ones of the same meaning.

    python3 benches/query_speed.py [--carat target/release/carat] [--duckdb .carat/duckdb_cli/duckdb]
        [--customers 200000] [--copies 1] [--runs 5] [--only NAME...] [--skip NAME...]

The hand-written queries lie in `benches/queries`, one file a case. Trial data of the shipped project (`carat sample`, with
ten order lines and two cases a customer) is put into a DuckDB file; `--copies` multiplies it under new keys, so that
`--customers 100000 --copies 20` gives the 2 M customers, 20 M order lines and 4 M cases of the goals. Each query runs as a
process of its own with two threads; emitted and hand-written ones take turns, in one run. CPU is the median of user and
system seconds, less those of a process that only opens the file; memory is the peak of the process, likewise. Rows must be
equal, numbers within a relative 1e-9, or the script stops.
"""

import argparse
import csv
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUERIES = ROOT / "benches" / "queries"
DAYS = {"start_on", "end_on"}
# What one copy of the data shares with the others.
SHARED_TABLES = {"calendar", "data_status", "product"}
SHARED_KEYS = {"product_id", "campaign_id"}
FIFTEEN = [
    "customers", "active_customers", "new_customers", "churn_rate", "repeat_purchase_rate", "net_revenue",
    "average_order_value", "customer_lifetime_value", "cross_sell_rate", "marketable_customers", "opt_out_rate",
    "campaign_response_rate", "open_cases", "first_contact_resolution", "net_promoter_score",
]
SCORECARDS = ["marketing_scorecard", "service_scorecard", "sales_scorecard"]


def sampled(carat, duckdb, customers, folder):
    """A folder of Parquet files: the shipped project's, with more order lines and cases."""
    project = folder / "project"
    shutil.copytree(ROOT / "metrics", project)
    sample = project / "sample.yaml"
    text = sample.read_text()
    for table, rows in {"order_line": 10, "service_case": 2}.items():
        text, count = re.subn(rf"(\n  {table}:\n    rows: )[0-9.]+", rf"\g<1>{rows}", text)
        assert count == 1, table
    sample.write_text(text)
    data = folder / "data"
    environment = {**os.environ, "CARAT_DUCKDB": str(duckdb)}
    command = [carat, "sample", "-C", project, "--rows", str(customers), "--out", data, "--parquet"]
    subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return data


def columns_of(duckdb, path):
    described = subprocess.run(
        [duckdb, "-json", "-c", f"DESCRIBE SELECT * FROM '{path}'"], check=True, capture_output=True, text=True
    )
    return [row["column_name"] for row in json.loads(described.stdout)]


def load(duckdb, data, copies, database):
    """The files as tables of a DuckDB file, each row `copies` times under keys of its own."""
    script = ["CREATE SCHEMA gold;"]
    for path in sorted(data.glob("*.parquet")):
        table = path.stem
        items, source = "*", f"'{path}'"
        if copies > 1 and table not in SHARED_TABLES:
            keys = [c for c in columns_of(duckdb, path) if c.endswith(("_id", "_key")) and c not in SHARED_KEYS]
            items = f"row.* REPLACE ({', '.join(f'row.{key} || copy.suffix AS {key}' for key in keys)})"
            source = f"(SELECT '-' || range AS suffix FROM range({copies})) AS copy CROSS JOIN {source} AS row"
        script.append(f"CREATE TABLE gold.{table} AS SELECT {items} FROM {source};")
    script.append("CHECKPOINT;")
    command = [duckdb, database]
    subprocess.run(command, input="\n".join(script), check=True, text=True, stdout=subprocess.DEVNULL)


def measured(duckdb, database, query, out):
    """CPU seconds and peak MB of a process that runs the query."""
    script = f"SET threads TO 2;\n.mode csv\n.output {out}\n{query.rstrip().rstrip(';')};\n"
    process = subprocess.Popen(
        [duckdb, "-readonly", database], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    process.stdin.write(script.encode())
    process.stdin.close()
    errors = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0 or errors:
        raise RuntimeError(f"{errors}\n{query}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def rows_of(path):
    with open(path, newline="") as file:
        reader = csv.reader(file)
        names = next(reader)
        return names, list(reader)


def same(a, b):
    if a == b:
        return True
    try:
        x, y = float(a), float(b)
    except ValueError:
        return False
    return abs(x - y) <= 1e-9 * max(abs(x), abs(y))


def assert_equal(case, emitted, hand):
    """The rows of both, by their keys; the days that a row stands for are told by the emitted query alone."""
    (names, rows), (hand_names, hand_rows) = emitted, hand
    assert set(names) - DAYS == set(hand_names), f"{case}: {names} against {hand_names}"
    keys = [name for name in hand_names if name in ("country", "month_index")]
    listed = keys + [name for name in hand_names if name not in keys]

    def by_key(names, rows):
        order = [names.index(name) for name in listed]
        picked = [[row[at] for at in order] for row in rows]
        return {tuple(row[: len(keys)]): row[len(keys) :] for row in picked}

    ours, theirs = by_key(names, rows), by_key(hand_names, hand_rows)
    assert len(ours) == len(rows) and len(theirs) == len(hand_rows), f"{case}: a key comes twice"
    assert ours.keys() == theirs.keys(), f"{case}: {sorted(ours.keys() ^ theirs.keys())[:10]} on one side only"
    for key, values in ours.items():
        for name, a, b in zip(listed[len(keys) :], values, theirs[key]):
            assert same(a, b), f"{case}: {name} at {key}: emitted {a}, by hand {b}"


def scans(duckdb, database, query):
    """How often each table of facts is read, by DuckDB's plan."""
    asked = f"PRAGMA explain_output='physical_only';\nEXPLAIN (FORMAT json) {query.rstrip().rstrip(';')};\n"
    answer = subprocess.run(
        [duckdb, "-readonly", "-noheader", "-list", database], input=asked, check=True, capture_output=True, text=True
    ).stdout
    counts = {}

    def visit(node):
        table = (node.get("extra_info") or {}).get("Table")
        if node.get("name", "").strip() == "SEQ_SCAN" and table:
            name = table.split(".")[-1].strip(chr(34))
            counts[name] = counts.get(name, 0) + 1
        for child in node.get("children", []):
            visit(child)

    for node in json.loads(answer[answer.index("[") :]):
        visit(node)
    return {name: count for name, count in counts.items() if name not in SHARED_TABLES}


def emitted_query(carat, build, name):
    """What carat writes for a case: a view's text, or the answer to a slice."""
    if name in SCORECARDS:
        text = (build / "sql/duckdb/views" / f"{name}.sql").read_text()
        return text[text.index(" AS\n") + 4 :]
    if name == "all_by_country":
        asked = [*FIFTEEN, "--by", "customer.country"]
    elif name.endswith("_by_country_month"):
        asked = [name.removesuffix("_by_country_month"), "--by", "customer.country", "--grain", "month"]
    else:
        asked = [name]
    command = [carat, "sql", "-C", ROOT / "metrics", *asked, "--dialect", "duckdb"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def case(name, arguments, database, build, folder):
    emitted = emitted_query(arguments.carat, build, name)
    hand = (QUERIES / f"{name}.sql").read_text()
    figures = {"emitted": [], "hand": []}
    for run in range(arguments.runs):
        for kind, query in (("emitted", emitted), ("hand", hand)):
            out = folder / f"{kind}.csv"
            figures[kind].append(measured(arguments.duckdb, database, query, out))
        if run == 0:
            assert_equal(name, rows_of(folder / "emitted.csv"), rows_of(folder / "hand.csv"))
    medians = {kind: [statistics.median(column) for column in zip(*runs)] for kind, runs in figures.items()}
    return medians, scans(arguments.duckdb, database, emitted), scans(arguments.duckdb, database, hand)


def shown(name, medians, emitted_scans, hand_scans, empty):
    cpu = {kind: max(values[0] - empty[0], 0.001) for kind, values in medians.items()}
    memory = {kind: max(values[1] - empty[1], 1) for kind, values in medians.items()}
    twice = [f"{table} {count}" for table, count in sorted(emitted_scans.items()) if count > 1]
    twice_hand = [f"{table} {count}" for table, count in sorted(hand_scans.items()) if count > 1]
    return "| {} | {:.3f} | {:.3f} | {:.2f} | {:.0f} | {:.0f} | {:.2f} | {} | {} |".format(
        name, cpu["emitted"], cpu["hand"], cpu["emitted"] / cpu["hand"], memory["emitted"], memory["hand"],
        memory["emitted"] / memory["hand"], ", ".join(twice) or "once", ", ".join(twice_hand) or "once",
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--carat", default=str(ROOT / "target/release/carat"))
    parser.add_argument("--duckdb", default=str(ROOT / ".carat/duckdb_cli/duckdb"))
    parser.add_argument("--customers", type=int, default=100_000, help="customers that carat sample draws")
    parser.add_argument("--copies", type=int, default=1, help="how often each row is there, under keys of its own")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=[], help="cases by name, in place of all")
    parser.add_argument("--skip", nargs="+", default=[], help="cases to leave out")
    parser.add_argument("--database", help="a DuckDB file to keep; made where there is none")
    arguments = parser.parse_args()
    arguments.carat = Path(arguments.carat).resolve()
    arguments.duckdb = Path(arguments.duckdb).resolve()
    cases = [*FIFTEEN, "all_by_country", *[f"{name}_by_country_month" for name in FIFTEEN], *SCORECARDS]
    names = arguments.only or [name for name in cases if (QUERIES / f"{name}.sql").exists()]
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        database = Path(arguments.database or folder / "gold.db").resolve()
        if not database.exists():
            data = sampled(arguments.carat, arguments.duckdb, arguments.customers, folder)
            load(arguments.duckdb, data, arguments.copies, database)
        build = folder / "build"
        subprocess.run(
            [arguments.carat, "build", ROOT / "metrics", "--out", build], check=True, stdout=subprocess.DEVNULL
        )
        counted = "SELECT " + ", ".join(
            f"(SELECT count(*) FROM gold.{table}) AS {table}" for table in ("customer", "order_line", "service_case")
        )
        measured(arguments.duckdb, database, counted, folder / "rows.csv")
        sizes, values = rows_of(folder / "rows.csv")
        print("Rows: " + ", ".join(f"{name} {int(value):,}" for name, value in zip(sizes, values[0])) + ".\n")
        runs = [measured(arguments.duckdb, database, "SELECT 1", folder / "empty.csv") for _ in range(arguments.runs)]
        empty = [statistics.median(column) for column in zip(*runs)]
        print("| case | emitted CPU s | by hand CPU s | ratio | emitted MB | by hand MB | ratio | scans emitted | scans by hand |")
        print("|---|---:|---:|---:|---:|---:|---:|---|---|")
        wrong = 0
        for name in names:
            if name in arguments.skip:
                continue
            try:
                print(shown(name, *case(name, arguments, database, build, folder), empty), flush=True)
            except (AssertionError, RuntimeError) as error:
                wrong += 1
                print(f"{name}: {error}", file=sys.stderr, flush=True)
        if wrong:
            sys.exit(f"{wrong} cases could not be compared")


if __name__ == "__main__":
    main()
