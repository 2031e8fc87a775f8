#!/usr/bin/env python3
"""How fast carat compiles N metrics over the shipped gold schema, beside `cp -r` of the same bytes.

    python3 benches/compile_speed.py [--carat target/release/carat] [--metrics 15 150 1500 15000] [--runs 5]
    python3 benches/compile_speed.py --per-file 100         # a hundred metrics a file; the shipped project has five
    python3 benches/compile_speed.py --beside-shipped       # the same metrics, added to the shipped project

For each N a project of N metrics in the shapes of the shipped fifteen is generated (every literal differs, so that no
two metrics mean the same) over the shipped gold schema, with the few filters and metrics that they read
(`compile_speed.metric`); fifteen are certified, as in the shipped project. Then a cold `carat build` (checks, Power BI
model, SQL for all dialects) runs as a whole process. The first row is the shipped project as it is, with its segments,
views, policies and expectations. Wall and CPU seconds are the median of the runs, memory is the peak of the process.
`cp -r` copies the inputs and the outputs of the same build right behind it.

Nothing is deleted before the last run: a file system takes its time over the entries of files that were just deleted, ext4
for minutes, and would charge it to whoever makes the next ones.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CERTIFIED = 15

SHAPES = [
    'count(customer where countable and orders_ever >= {n})',
    'count(customer where countable and any(order_line where completed over last {n} days of order_date))',
    'sum(order_line.net_amount) where completed and quantity >= {n} over period of order_date',
    'sum(invoice.net_amount) where status = "posted" over last {n} days of invoice_date',
    'count(distinct order_line.order_id) where completed and net_amount > {n} over period of order_date',
    'average(lifetime_margin per customer where orders_ever >= {n})',
    '(sum(order_line.net_amount) where completed and quantity >= {n} over history of order_date) / orders_ever',
    'count(service_case where open and contact_count >= {n} over history of opened_on)',
    'count(service_case where contact_count = {n} over period of resolved_on) / resolved_cases',
    'prior(net_revenue, 12 months) * {n}',
    'count(customer where prior(active_customer, 12 months) and not active_customer and orders_ever >= {n})'
    ' / count(customer where prior(active_customer, 12 months))',
    'count(customer where countable and days_between(last_order, end) > {n})',
    'count(distinct campaign_send.customer.customer_id'
    ' where days_between(delivered_on, responded_on) between 0 and {n} over period of delivered_on)',
    'max(order_line.net_amount) where completed and quantity > {n} over last 12 months of order_date',
    'count(contact_point where any(campaign_send of contact_point where purpose = "marketing"'
    ' over last {n} days of delivered_on))',
]


def definition(number, certified):
    """One metric with its business definition and braces, its literal unlike that of any other of its shape."""
    shape = SHAPES[number % len(SHAPES)]
    meaning = shape.format(n=number // len(SHAPES) + 1)
    agreed = "  status: certified  version: 1" if certified else ""
    return (
        f"/// Generated metric {number}, in the shape of a certified one.\n"
        f'metric generated_{number} "Generated {number}"\n  = {meaning}\n'
        f'{{ folder: "Generated"  owner: "Benchmark"{agreed} }}\n'
    )


def write_definitions(folder, count, per_file, certified):
    """`count` generated metrics, so many a file; the first of them certified."""
    for first in range(0, count, per_file):
        numbers = range(first, min(first + per_file, count))
        text = "\n".join(definition(number, number < certified) for number in numbers)
        (folder / f"generated_{first // per_file:04}.metric").write_text(text)


def beside_shipped(folder, count, per_file):
    """The shipped project with `count` generated metrics added."""
    shutil.copytree(ROOT / "metrics", folder)
    write_definitions(folder, count, per_file, certified=0)


def over_schema(folder, count, per_file, carat):
    """`count` generated metrics over the shipped schema and settings (without policies), with what they read."""
    folder.mkdir()
    settings = (ROOT / "metrics/carat.yaml").read_text()
    (folder / "carat.yaml").write_text(settings.split("\npolicies:")[0] + "\n")
    shutil.copy(ROOT / "metrics/gold.yaml", folder)
    shutil.copy(ROOT / "benches/compile_speed.metric", folder / "read.metric")
    write_definitions(folder, count, per_file, CERTIFIED)
    certify = [carat, "certify", "--all", "--by", "Benchmark", "-C", folder]
    subprocess.run(certify, check=True, capture_output=True)


def measured(command, cwd):
    """Wall seconds, CPU seconds and peak memory in MB of a whole process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))}: {errors.decode()[:2000]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def medians(figures):
    return [statistics.median(column) for column in zip(*figures)]


def row(carat, name, generate, runs, work):
    """Medians of so many builds, each into a folder of its own and beside a copy of the same bytes."""
    project = work / "project"
    generate(project)
    builds, copies = [], []
    for run in range(runs):
        out, copy = work / f"build_{run}", work / f"copy_{run}"
        builds.append(measured([carat, "build", project, "--out", out], work))
        copy.mkdir()
        copies.append(measured(["cp", "-r", project, out, copy], work))
    (wall, cpu, memory), (copied, _, _) = medians(builds), medians(copies)
    written = [path.stat().st_size for path in out.rglob("*") if path.is_file()]
    return name, wall, cpu, memory, copied, wall / copied, len(written), sum(written) / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--carat", default=str(ROOT / "target/release/carat"))
    parser.add_argument("--metrics", type=int, nargs="+", default=[15, 150, 1500, 15000])
    parser.add_argument("--beside-shipped", action="store_true", help="add the metrics to the shipped project")
    parser.add_argument("--per-file", type=int, default=5, help="metrics in a definition file (default: 5, as in the shipped project)")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    print("| metrics | wall s | CPU s | peak MB | `cp -r` s | wall / `cp -r` | files | MB written |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    carat = Path(arguments.carat).resolve()
    generated = beside_shipped if arguments.beside_shipped else partial(over_schema, carat=carat)
    per_file = arguments.per_file
    rows = [("shipped", partial(beside_shipped, count=0, per_file=per_file))]
    rows += [(str(count), partial(generated, count=count, per_file=per_file)) for count in arguments.metrics]
    with tempfile.TemporaryDirectory() as folder:
        for name, generate in rows:
            work = Path(folder, name)
            work.mkdir()
            figures = row(carat, name, generate, arguments.runs, work)
            print("| {} | {:.3f} | {:.3f} | {:.0f} | {:.3f} | {:.1f} | {} | {:.1f} |".format(*figures), flush=True)


if __name__ == "__main__":
    main()
