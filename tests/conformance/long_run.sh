#!/usr/bin/env bash
# long_run.sh [ROUNDS] [FIRST SEED]: compares everything over so many rounds of other rows, and writes
# docs/same-numbers.md. The counts of a run that was cut short are kept and added to. Spark is asked in the first
# round alone (CARAT_SPARK_ROUNDS): a round of it takes minutes. Without java and PySpark its column would be empty, so
# that nothing is written then; ALLOW_NO_SPARK=1 writes the page all the same.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p target/conformance
export CARAT_ROUNDS=${1:-40} CARAT_FIRST_SEED=${2:-0} CARAT_COUNTS=$PWD/target/conformance/counts.jsonl
export CARAT_THIN=${CARAT_THIN:-1} CARAT_THIN_DAX=${CARAT_THIN_DAX:-8} CARAT_THIN_SPARK=${CARAT_THIN_SPARK:-40}
nice -n 10 .ci/check-conformance
grep -q '"engine":"spark"' "$CARAT_COUNTS" || [ -n "${ALLOW_NO_SPARK:-}" ] || { echo 'Spark was not asked' >&2; exit 1; }
CARAT_WRITE_PAGE=1 cargo test --quiet --test conformance page
