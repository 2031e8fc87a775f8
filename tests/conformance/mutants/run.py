#!/usr/bin/env python3
"""Plants deliberately wrong emitters and asks whether the numbers tell: run.py [NAME..].

Every `*.mutants` file beside this one lists mutants as text patches:

    ## name
    what it stands for
    case: r48 (where only one case shall be asked: Spark is slow)
    path/of/the/file.rs
    --- is
    text that stands there exactly once
    --- becomes
    the wrong text

The patches go into a copy of the source tree, never into the tree itself. All of them are compiled at once,
each behind a switch (`if planted { wrong } else { right }`) that an environment variable of the copy sets, so
that one compilation serves all; `--one-by-one` compiles each alone instead, as plain text. A text that is not
an expression says itself where its switch is: the word MUTANT stands for "planted".

Then the rig is run for each until the first number differs from the judge's. Nothing but numbers counts: a
query that does not run at all is reported as `broken`, a text that is no longer found as `lost`, and both fail
the run as a survivor does. `--check` only looks whether all texts are found; `--write` keeps the results for
docs/same-numbers.md.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
RESULTS = os.path.join(HERE, "results.json")
# Who is asked, by the place of the text; the first that fits.
ENGINES = [("src/emit/dax/", "dax"), ("src/emit/sql/dialects/fabric", "fabric"),
           ("src/emit/sql/dialects/postgres", "postgres"), ("src/emit/sql/dialects/spark", "spark"),
           ("src/emit/sql/dialects/duckdb", "duckdb"), ("src/emit/sql/", "duckdb,fabric"), ("src/", "duckdb,fabric,dax")]
SWITCH = """
/// Which mutant is planted: only this copy of the tree has them.
pub mod planted {
    pub fn is(name: &str) -> bool {
        static NAME: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        NAME.get_or_init(|| std::env::var("CARAT_MUTANT").unwrap_or_default()) == name
    }
}
"""


class Mutant:
    def __init__(self, text):
        head, becomes = text.split("\n--- becomes\n")
        head, self.before = head.split("\n--- is\n")
        lines = [line for line in head.split("\n") if line.strip()]
        self.case = "".join(line.removeprefix("case: ").strip() for line in lines if line.startswith("case: "))
        lines = [line for line in lines if not line.startswith("case: ")]
        self.name, self.stands_for, self.file = lines[0].strip(), " ".join(lines[1:-1]), lines[-1].strip()
        self.before, self.after = self.before.strip("\n"), becomes.strip("\n")
        self.engines = next(engines for start, engines in ENGINES if self.file.startswith(start))

    def plain(self):
        return self.after.replace("MUTANT", "true")

    def switched(self):
        if "MUTANT" in self.after:
            return self.after.replace("MUTANT", f'crate::planted::is("{self.name}")')
        return None

    def key(self):
        return hashlib.sha256(f"{self.file}\n{self.before}\n{self.after}".encode()).hexdigest()[:16]


def mutants():
    found = []
    for name in sorted(os.listdir(HERE)):
        if name.endswith(".mutants"):
            with open(os.path.join(HERE, name), encoding="utf-8") as file:
                found += [Mutant(part) for part in re.split(r"^## ", file.read(), flags=re.M)[1:]]
    names = [one.name for one in found]
    assert len(set(names)) == len(names), f"two mutants of one name: {[n for n in names if names.count(n) > 1]}"
    return found


def source(path):
    try:
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def lost(all_of_them):
    """Those whose text does not stand there exactly once."""
    return [one for one in all_of_them if source(one.file).count(one.before) != 1]


def copy_of_the_tree(work, changed):
    """The tree with these files changed; a file that is as it was keeps its time, so that nothing is compiled for it."""
    tree = os.path.join(work, "tree")
    kept = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True)
    wanted = [path for path in kept.stdout.split("\n")[:-1] if os.path.isfile(os.path.join(ROOT, path))]
    for path in wanted:
        with open(os.path.join(ROOT, path), "rb") as file:
            write(os.path.join(tree, path), changed[path].encode() if path in changed else file.read())
    for root, _, files in os.walk(os.path.join(tree, "src")):
        for name in files:
            if os.path.relpath(os.path.join(root, name), tree) not in wanted:
                os.remove(os.path.join(root, name))
    return tree


def write(target, text):
    if os.path.exists(target):
        with open(target, "rb") as file:
            if file.read() == text:
                return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(text)


def all_switched(wanted):
    """Every file with all its mutants in it, each behind its switch."""
    files = {"src/lib.rs": source("src/lib.rs") + SWITCH}
    by_text = {}
    for one in wanted:
        by_text.setdefault((one.file, one.before), []).append(one)
    for (path, before), several in by_text.items():
        text = files.setdefault(path, source(path))
        assert text.count(before) == 1, f"{several[0].name} overlaps another mutant of {path}"
        own = [one.switched() for one in several]
        if own[0] is None:
            chain = "".join(f'if crate::planted::is("{one.name}") {{ {one.after} }} else ' for one in several)
            own = [f"({{ {chain}{{ {before} }} }})"]
        assert len(own) == 1, f"only one mutant may place its own switch in {before!r}"
        files[path] = text.replace(before, own[0])
    return files


def compiled(tree, work):
    """The test program, compiled with one job."""
    environment = {**os.environ, "CARGO_TARGET_DIR": os.path.join(work, "target")}
    command = ["nice", "-n", "10", "cargo", "test", "-j1", "--test", "conformance", "--no-run",
               "--quiet", "--message-format=json"]
    done = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in done.stdout.split("\n") if line.startswith("{")]
    if done.returncode:
        told = (m["message"] for m in messages if m["reason"] == "compiler-message")
        print("".join(one["rendered"] for one in told if one["level"] == "error"), file=sys.stderr)
        return None
    return next(m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "conformance")


def asked(program, tree, work, engines, name, case=""):
    """What the rig says with this mutant planted."""
    found = os.path.join(work, "found.json")
    if os.path.exists(found):
        os.remove(found)
    environment = {**os.environ, "CARAT_MUTANT": name, "CARAT_CASE": case, "CARAT_FOUND": found, "CARAT_ENGINES": engines,
                   "CARAT_THIN": os.environ.get("CARAT_THIN", "20"), "CARAT_THIN_DAX": "2", "CARAT_THIN_SPARK": "6"}
    command = [program, "mutants::the_first_difference_is_told", "--ignored", "--exact", "--nocapture"]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    if not os.path.exists(found):
        return {"failed": True, "got": (done.stdout + done.stderr)[-600:]}
    with open(found, encoding="utf-8") as file:
        return json.load(file)


def verdict(said):
    if "engine" not in said and not said.get("failed"):
        return "survived"
    return "broken" if said.get("failed") else "caught"


def one_by_one(wanted, work):
    for one in wanted:
        tree = copy_of_the_tree(work, {one.file: source(one.file).replace(one.before, one.plain())})
        program = compiled(tree, work)
        yield one, asked(program, tree, work, one.engines, "", one.case) if program else {"failed": True, "got": "does not compile"}


def switched(wanted, known, work):
    tree = copy_of_the_tree(work, all_switched(known))
    program = compiled(tree, work)
    if program is None:
        sys.exit("the mutants do not compile together: see above")
    # Spark is slow; what it says without a mutant is seen in CI.
    engines = sorted({engine for one in wanted for engine in one.engines.split(",")} - {"spark"})
    said = asked(program, tree, work, ",".join(engines), "")
    if verdict(said) != "survived":
        sys.exit(f"without any mutant there is a difference already: {said}")
    print(f"without a mutant: {said['compared']} values agree ({','.join(engines)})", flush=True)
    for one in wanted:
        yield one, asked(program, tree, work, one.engines, one.name, one.case)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="those whose name contains one of these; all if none")
    parser.add_argument("--check", action="store_true", help="only whether every text is found")
    parser.add_argument("--write", action="store_true", help=f"keep the results in {os.path.basename(RESULTS)}")
    parser.add_argument("--one-by-one", action="store_true", help="compile each alone, as plain text")
    parser.add_argument("--work", default=os.path.join(ROOT, "target", "mutants"), help="the folder of the copy")
    given = parser.parse_args()
    known = mutants()
    wanted = [one for one in known if not given.names or any(name in one.name for name in given.names)]
    gone = lost(wanted)
    for one in gone:
        print(f"lost: {one.name}: its text stands {source(one.file).count(one.before)} times in {one.file}")
    if given.check:
        print(f"{len(wanted) - len(gone)} passed, {len(gone)} failed")
        sys.exit(1 if gone else 0)
    wanted = [one for one in wanted if one not in gone]
    all_known = [one for one in known if one not in lost(known)]
    os.makedirs(given.work, exist_ok=True)
    results = json.load(open(RESULTS, encoding="utf-8")) if os.path.exists(RESULTS) else {}
    counts = {"lost": len(gone)}
    run = one_by_one(wanted, given.work) if given.one_by_one else switched(wanted, all_known, given.work)
    for one, said in run:
        word = verdict(said)
        counts[word] = counts.get(word, 0) + 1
        where = f"{said.get('engine', '')} {said.get('metric', '')}: {said.get('expected')} -> {said.get('got')}"
        print(f"{time.strftime('%H:%M:%S')} {word:9} {one.name:45} {where if 'got' in said else ''}", flush=True)
        results[one.name] = {"key": one.key(), "verdict": word, "engine": said.get("engine"), "where": said.get("metric"),
                             "expected": said.get("expected"), "got": said.get("got")}
        if given.write:
            names = {known_one.name for known_one in known}
            with open(RESULTS, "w", encoding="utf-8") as file:
                json.dump({name: results[name] for name in sorted(results) if name in names}, file, indent=1)
                file.write("\n")
    print(f"{counts.get('caught', 0)} passed, {sum(n for word, n in counts.items() if word != 'caught')} failed")
    sys.exit(0 if set(counts) <= {"caught", "lost"} and not gone else 1)


if __name__ == "__main__":
    main()
