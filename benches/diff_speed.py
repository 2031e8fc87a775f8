#!/usr/bin/env python3
"""How fast carat compares two versions of a project of N metrics, without data.

    python3 benches/diff_speed.py [--carat target/release/carat] [--metrics 1500] [--runs 9]

The project is the one of `compile_speed.py`, committed to a git repository. Four changes are measured as whole processes:
none, one metric, a hundred metrics, and a filter that nearly all of them read. Medians; memory is the peak.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

from compile_speed import ROOT, beside_shipped, measured, medians


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def replaced(path, old, new, count=-1):
    text = path.read_text()
    assert old in text, f"{path}: no `{old}`"
    path.write_text(text.replace(old, new, count))


def hundred(project):
    """One literal of each metric of one generated file."""
    for shape in ("countable and orders_ever >= ", "completed and quantity >= ", "completed and net_amount > "):
        replaced(project / "generated_0000.metric", shape, shape + "10")
    replaced(project / "generated_0000.metric", "last ", "last 1")


CHANGES = {
    "none": lambda project: None,
    "one metric": lambda project: replaced(project / "generated_0000.metric", "orders_ever >= ", "orders_ever >= 10", 1),
    "many metrics of a file": hundred,
    "a filter that most read": lambda project: replaced(
        project / "shared.metric", 'status = "completed"', 'status = "placed"'
    ),
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--carat", type=Path, default=ROOT / "target/release/carat")
    arguments.add_argument("--metrics", type=int, nargs="+", default=[1500])
    arguments.add_argument("--runs", type=int, default=9)
    asked = arguments.parse_args()
    carat = asked.carat.resolve()
    print("| metrics | changed | wall s | CPU s | peak MB |\n|---:|---|---:|---:|---:|")
    for count in asked.metrics:
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder) / "metrics"
            beside_shipped(project, count, per_file=100)
            # A denied change is told by the exit code, which is none of the measurement.
            with open(project / "carat.yaml", "a") as settings:
                settings.write("changes:\n  levels: { name: warn, consent: warn }\n")
            git(folder, "init", "-q", "-b", "main")
            git(folder, "add", "-A")
            git(folder, "commit", "-qm", "old")
            for what, change in CHANGES.items():
                git(folder, "checkout", "-q", "--", ".")
                change(project)
                compare = [carat, "diff", "HEAD"]
                wall, cpu, peak = medians(measured(compare, folder) for _ in range(asked.runs))
                print(f"| {count:,} | {what} | {wall:.3f} | {cpu:.3f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
