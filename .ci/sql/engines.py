"""The engines: each takes files of SQL and gives for each `(rows, None)` or `(None, why not)`."""

import csv
import glob
import io
import json
import os
import shutil
import subprocess
import tempfile

from project import place, run


class DuckDb:
    dialect = "duckdb"

    def __init__(self, project, folder):
        self.program = os.environ.get("CARAT_DUCKDB") or shutil.which("duckdb") or os.path.abspath(".carat/bin/duckdb")
        self.database = os.path.join(folder, "work.duckdb")
        script = list(project.creates("DOUBLE", "VARCHAR"))
        options = "HEADER, NULLSTR '', ALLOW_QUOTED_NULLS false, QUOTE '\"', ESCAPE '\"', AUTO_DETECT false"
        for table in project.tables:
            script.append(f"COPY {place(table)} FROM '{project.data}/{table['name']}.csv' ({options});")
        path = os.path.join(folder, "load.sql")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(script))
        _, why = self.file(path)
        assert why is None, why

    @staticmethod
    def found():
        return any(filter(None, [os.environ.get("CARAT_DUCKDB"), shutil.which("duckdb"), os.path.exists(".carat/bin/duckdb")]))

    def file(self, path):
        with open(path, encoding="utf-8") as file:
            command = [self.program, "-batch", "-bail", "-csv", "-noheader", "-nullvalue", "", self.database]
            return answer(subprocess.run(command, stdin=file, capture_output=True, text=True))

    def close(self):
        pass


class Postgres:
    """A cluster for the run, which an unprivileged user owns: the server refuses to run as root."""

    dialect = "postgres"

    def __init__(self, project, folder):
        self.programs = os.path.dirname(sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))[-1])
        self.cluster = tempfile.mkdtemp()
        if os.getuid() == 0:
            shutil.chown(self.cluster, "nobody")
        data = os.path.join(self.cluster, "data")
        self.server("initdb", "-D", data, "-A", "trust", "-U", "carat", "--locale=C", "--encoding=UTF8", "--no-sync")
        options = f"-k {self.cluster} -c listen_addresses='' -c fsync=off"
        self.server("pg_ctl", "-D", data, "-l", os.path.join(data, "log"), "-w", "-o", options, "start")
        script = list(project.creates("DOUBLE PRECISION", "VARCHAR"))
        for table in project.tables:
            source = f"{project.data}/{table['name']}.csv"
            script.append(f"\\copy {place(table)} FROM '{source}' WITH (FORMAT csv, HEADER)")
        script.append("ANALYZE;")
        path = os.path.join(folder, "load_postgres.sql")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(script))
        _, why = self.file(path)
        assert why is None, why

    @staticmethod
    def found():
        if not glob.glob("/usr/lib/postgresql/*/bin/initdb") and os.getuid() == 0 and shutil.which("apt-get"):
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            subprocess.run(["apt-get", "update", "-qq"], **quiet)
            subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"], **quiet)
        return bool(glob.glob("/usr/lib/postgresql/*/bin/initdb"))

    def server(self, name, *arguments):
        user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
        # The server would keep a pipe open for as long as it runs.
        with open(os.path.join(self.cluster, "said"), "w", encoding="utf-8") as said:
            command = [*user, os.path.join(self.programs, name), *arguments]
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/")
        assert done.returncode == 0, open(os.path.join(self.cluster, "said"), encoding="utf-8").read()

    def file(self, path):
        # Notices say that what is dropped first was not there.
        environment = {**os.environ, "PGOPTIONS": "-c client_min_messages=warning"}
        command = ["psql", "-X", "-q", "--csv", "-t", "-v", "ON_ERROR_STOP=1", "-U", "carat", "-d", "postgres",
                   "-h", self.cluster, "-f", path]
        command[0] = os.path.join(self.programs, "psql")
        return answer(subprocess.run(command, capture_output=True, text=True, env=environment))

    def close(self):
        self.server("pg_ctl", "-D", os.path.join(self.cluster, "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.cluster, ignore_errors=True)


def answer(done):
    if done.returncode or "rror" in done.stderr:
        return None, done.stderr.strip()
    return list(csv.reader(io.StringIO(done.stdout))), None


def spark(python, project, folder):
    """What Spark says of every file, by path: analysed, and the headline run."""
    work, said = os.path.join(folder, "spark.json"), os.path.join(folder, "spark_said.json")
    with open(work, "w", encoding="utf-8") as file:
        json.dump({"data": project.data, "tables": project.tables, "files": project.files("spark")}, file)
    run([python, os.path.join(os.path.dirname(__file__), "spark_files.py"), work, said])
    with open(said, encoding="utf-8") as file:
        return {path: tuple(answer) for path, answer in json.load(file).items()}
