"""Runs SQL in one Spark session: spark.py WORK.json ANSWERS.json.

WORK: a list of {"data": folder of CSV files, "tables": [{name, schema, physical, columns: [[name, type]]}],
"queries": [..]}. ANSWERS: for each a list, for each query {"names": [..], "rows": [[text or null]]} or {"error": text}.
"""

import datetime
import decimal
import json
import os
import sys
import tempfile

TYPES = {"BIGINT": "bigint", "DECIMAL(19,4)": "decimal(19,4)", "DOUBLE": "double", "VARCHAR": "string",
         "BOOLEAN": "boolean", "DATE": "date"}
READ = {"BIGINT": int, "DECIMAL(19,4)": decimal.Decimal, "DOUBLE": float, "VARCHAR": str,
        "BOOLEAN": lambda text: text == "true", "DATE": datetime.date.fromisoformat}


def fields(text):
    """Rows of CSV in which an unquoted empty field is None and a quoted one is ''."""
    row, field, quoted, was_quoted, at = [], "", False, False, 0
    while at < len(text):
        char = text[at]
        if quoted:
            if char == '"' and text[at + 1:at + 2] == '"':
                field, at = field + '"', at + 1
            elif char == '"':
                quoted = False
            else:
                field += char
        elif char == '"':
            quoted = was_quoted = True
        elif char in ",\n":
            row.append(field if field or was_quoted else None)
            field, was_quoted = "", False
            if char == "\n":
                yield row
                row = []
        else:
            field += char
        at += 1


def rows(folder, table):
    with open(os.path.join(folder, table["name"] + ".csv"), encoding="utf-8", newline="") as file:
        lines = list(fields(file.read()))
    kinds = [READ[kind] for _, kind in table["columns"]]
    return [[None if text is None else kind(text) for kind, text in zip(kinds, line)] for line in lines[1:]]


def shown(value):
    if value is None:
        return None
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def answer(spark, query):
    try:
        frame = spark.sql(query.strip().rstrip(";"))
        return {"names": frame.columns, "rows": [[shown(value) for value in row] for row in frame.collect()]}
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is the answer
        return {"error": str(error).split("\n== SQL")[0][:2000]}


def session():
    from pyspark.sql import SparkSession
    warehouse = tempfile.mkdtemp()
    settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.sql.warehouse.dir": warehouse,
                "spark.sql.session.timeZone": "UTC", "spark.driver.memory": "2g", "spark.log.level": "ERROR",
                "spark.sql.codegen.wholeStage": "false", "spark.sql.adaptive.enabled": "false",
                # Every query is another plan over a few rows: compiling the planner well costs more than it saves.
                "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "spark.default.parallelism": "1", "spark.sql.autoBroadcastJoinThreshold": "-1"}
    builder = SparkSession.builder.master(os.environ.get("CARAT_SPARK_MASTER", "local[1]"))
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


LOADED = {}


def load(spark, work):
    """Fills the tables; what has the same rows as before stays."""
    for table in work["tables"]:
        place, filled = f"`{table['schema']}`.`{table['physical']}`", rows(work["data"], table)
        if LOADED.get(place) == (table, filled):
            continue
        schema = ", ".join(f"`{name}` {TYPES[kind]}" for name, kind in table["columns"])
        spark.sql(f"CREATE SCHEMA IF NOT EXISTS `{table['schema']}`")
        spark.sql(f"DROP TABLE IF EXISTS {place}")
        spark.createDataFrame(filled, schema).coalesce(1).write.saveAsTable(place)
        LOADED[place] = (table, filled)


def answers(spark, work):
    load(spark, work)
    return [answer(spark, query) for query in work["queries"]]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        works = json.load(file)
    spark = session()
    said = [answers(spark, work) for work in works]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(said, file)


if __name__ == "__main__":
    main()
