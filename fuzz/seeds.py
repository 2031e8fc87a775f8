#!/usr/bin/env python3
"""Writes what the fuzz target starts from: `corpus/compile`, one file for every text that the project has, and `carat.dict`.

Definitions read each other across files, so that the shipped ones are also one text together. The texts of wrong
files and the examples of the language reference are short, which is what a fuzzer likes."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def texts():
    shipped = [path.read_text() for path in sorted((ROOT / "metrics").glob("*.metric"))]
    yield "\n".join(shipped)
    yield from shipped
    for page in [ROOT / "docs/language.md", *sorted((ROOT / "docs/errors").glob("*.md"))]:
        yield from re.findall(r"^```carat[^\n]*\n(.*?)^```", page.read_text(), re.M | re.S)
    for folder in ("broken", "broken_meaning"):
        for cases in sorted((ROOT / "tests/cases" / folder).glob("*.cases")):
            yield from re.split(r"^===.*\n", cases.read_text(), flags=re.M)


def words():
    """Every keyword of the grammar and every name of the gold schema."""
    yield from re.findall(r"\bk_([a-z]+)", (ROOT / "grammar/carat.pest").read_text())
    yield from re.findall(r"^ +([a-z_]{3,}):", (ROOT / "metrics/gold.yaml").read_text(), re.M)


def main():
    corpus = HERE / "corpus/compile"
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = sorted({text for text in texts() if text.strip()})
    for number, text in enumerate(seeds):
        (corpus / f"seed-{number:04}").write_text(text)
    known = sorted(set(words()))
    (HERE / "carat.dict").write_text("".join(f'"{word}"\n' for word in known))
    print(f"{len(seeds)} texts in corpus/compile, {len(known)} words in carat.dict")


if __name__ == "__main__":
    main()
