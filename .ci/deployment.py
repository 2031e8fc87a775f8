"""What `.ci/check-deployment` asks of fabric-cicd. Arguments: carat, a folder of projects."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

logging.disable(logging.WARNING)
VARIABLE = re.compile(r"\$\{(\w+)\}")
counted = {"passed": 0, "failed": 0}


def check(what, why):
    """`why` it failed, or nothing."""
    counted["failed" if why else "passed"] += 1
    if why:
        print(f"FAILED {what}\n    {why}")


def unknown(value):
    """What fabric-cicd does not know of an item's attribute, or nothing."""
    from fabric_cicd import constants
    from fabric_cicd._parameter._utils import parse_item_variable

    if not value.startswith(constants.ITEM_VARIABLE_PREFIX):
        return None
    kind, _, attribute = parse_item_variable(value)
    known = {"id", *constants.PROPERTY_PATH_ATTR_MAPPING.get(kind, {})}
    return attribute.removeprefix("$") not in known and f"{kind} has no {attribute}"


def project(carat, folder):
    from fabric_cicd._parameter._parameter import Parameter
    from fabric_cicd._parameter._utils import check_replacement, process_input_path

    out = folder / "out"
    subprocess.run([carat, "-C", folder, "build", "--out", out], check=True, capture_output=True)
    built = out / "powerbi"
    parameter = Parameter(built, ["SemanticModel", "Report"], "PROD")
    check(f"{folder.name}: fabric-cicd takes parameter.yml", not parameter._validate_parameter_file() and "it does not")
    text = {path: path.read_text(encoding="utf-8") for path in built.rglob("*.tmdl")}
    for rule in parameter.environment_parameter["find_replace"]:
        paths = process_input_path(built, rule["file_path"])
        taken = [path for path in text if check_replacement(rule["item_type"], None, paths, "SemanticModel", "", path)]
        is_pattern = rule.get("is_regex") == "true"
        find = re.compile(rule["find_value"] if is_pattern else f"({re.escape(rule['find_value'])})")
        found = [path for path in taken if find.search(text[path])]
        check(f"{folder.name}: {rule['find_value']} is found", not found and f"not in {[str(path) for path in taken]}")
        check(f"{folder.name}: {rule['find_value']} is looked up", unknown(rule["replace_value"]["_ALL_"]))
        for path in found:
            value = rule["replace_value"]["_ALL_"]
            text[path] = find.sub(lambda match: match[0].replace(match[1], value), text[path])
    left = sorted({name for one in text.values() for name in VARIABLE.findall(one) + re.findall(r"\$ENV:\w*", one)})
    check(f"{folder.name}: every variable is filled in", left and f"left: {left}")


def main():
    carat, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    for settings in folder.glob("*/carat.yaml"):
        for name in VARIABLE.findall(settings.read_text(encoding="utf-8")):
            os.environ[name] = f"value_of_{name.lower()}"
    from fabric_cicd import append_feature_flag

    append_feature_flag("enable_environment_variable_replacement")
    for one in sorted(path for path in folder.iterdir() if path.is_dir()):
        project(carat, one)
    print(f"{counted['passed']} passed, {counted['failed']} failed")
    sys.exit(1 if counted["failed"] else 0)


main()
