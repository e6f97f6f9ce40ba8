"""Random JSON Schemas and instances: Avouch beside the Python package jsonschema, verdicts and places of errors.

The package is installed below build-test/oracle (json_packages.py); where that cannot be done, the test is skipped (exit status
77). What it judges otherwise for a known reason stands in DEVIATIONS."""
import argparse
import collections
import json
import os
import sys
import time

from json_packages import Failed, Tool, package
from json_source import Source

INSTANCES = 8
# Keywords whose refusals both list for the value itself.
LISTED = {"type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
          "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "required", "minProperties", "maxProperties", "not",
          "anyOf", "oneOf"}
# Below these keywords only one of the two lists.
NOT_LISTED = ("/anyOf/", "/oneOf/", "/not/", "/contains/", "/if/", "/propertyNames/", "/unevaluated")


def validators(jsonschema):
    return {"04": jsonschema.Draft4Validator, "06": jsonschema.Draft6Validator, "07": jsonschema.Draft7Validator,
            "2019": jsonschema.Draft201909Validator, "2020": jsonschema.Draft202012Validator}


def holds(schema, keyword):
    """Whether the keyword occurs anywhere."""
    if isinstance(schema, dict):
        return any(name == keyword or holds(value, keyword) for name, value in schema.items())
    return isinstance(schema, list) and any(holds(item, keyword) for item in schema)


# (drafts, keywords that all occur, why the package judges otherwise)
DEVIATIONS = [
    (["2019"], ["contains", "unevaluatedItems"], "what contains finds is evaluated for it, as from 2020-12 on only"),
    (["2019"], ["additionalProperties", "unevaluatedProperties"],
     "what additionalProperties looked at is not evaluated for it when that is a schema with members"),
]


def known_reason(draft, schema):
    for drafts, keywords, reason in DEVIATIONS:
        if draft in drafts and all(holds(schema, keyword) for keyword in keywords):
            return reason
    return None


def pointer(path):
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def places_there(validator, instance):
    return collections.Counter((pointer(error.absolute_path), error.validator) for error in validator.iter_errors(instance)
                               if error.validator in LISTED and "propertyNames" not in error.absolute_schema_path)


def places_here(draft, units):
    found = collections.Counter()
    for unit in units:
        keyword = unit["keyword"].rsplit("/", 1)[-1]
        if draft == "04" and keyword.startswith("exclusive"):  # where it is a flag of the other keyword
            keyword = keyword[9:].lower()
        if keyword in LISTED and not any(part in unit["keyword"] for part in NOT_LISTED):
            found[unit["instance"], keyword] += 1
    return found


class Examiner:
    def __init__(self, classes):
        self.tool, self.classes = Tool(), classes
        self.counts, self.known, self.faults = collections.Counter(), collections.Counter(), []

    def examine(self, seed):
        source = Source(seed)
        schema = source.schema()
        instances = [source.instance(schema) for _ in range(INSTANCES)]
        request = {"schema": schema, "instances": instances, "output": "basic", "dependencies": {}}
        answer = json.loads(self.tool.ask(json.dumps(request)))
        self.counts["schemas"] += 1
        if answer["fault"]:
            self.faults.append((seed, "a fault here: " + answer["fault"], schema, None))
            return
        validator = self.classes[source.draft](schema)
        for instance, verdict, units in zip(instances, answer["verdicts"], answer["units"]):
            self.compare(seed, source, (schema, instance), (verdict, units), validator)

    def compare(self, seed, source, case, answer, validator):
        schema, instance = case
        try:
            wanted = "valid" if validator.is_valid(instance) else "invalid"
        except TypeError:  # of 2019-09 it takes unevaluatedItems beside a boolean items badly
            self.counts["without an answer there"] += 1
            return
        self.counts[wanted] += 1
        what = None
        if answer[0] != wanted:
            what = "%s here, %s there" % (answer[0], wanted)
        elif wanted == "invalid" and len(answer[1]) < 100:
            here, there = places_here(source.draft, answer[1]), places_there(validator, instance)
            if here != there:
                what = "here only %s, there only %s" % (list(here - there), list(there - here))
        reason = known_reason(source.draft, schema) if what else None
        if reason:
            self.known[reason] += 1
        elif what:
            self.faults.append((seed, what, schema, instance))


def report(examiner, shown):
    for seed, what, schema, instance in sorted(examiner.faults, key=lambda fault: len(json.dumps(fault[2])))[:shown]:
        print("\n== %s: %s\n%s\n%s" % (seed, what, json.dumps(schema), json.dumps(instance)))
    print(", ".join("%d %s" % (count, what) for what, count in sorted(examiner.counts.items())))
    for reason, count in examiner.known.items():
        print("%d times as known: %s" % (count, reason))
    print("%d faults" % len(examiner.faults))
    return 1 if examiner.faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, help="instead of the count")
    parser.add_argument("--count", type=int, default=3000, help="schemas to examine")
    parser.add_argument("--shown", type=int, default=5, help="disagreements that are printed")
    parser.add_argument("--seed", default=os.environ.get("AVOUCH_TEST_SEED") or "avouch", help='"time" for another one each time')
    arguments = parser.parse_args()
    try:
        jsonschema = package()
    except (Failed, ImportError) as fault:
        print(fault)
        return 77
    seed = "%d" % time.time() if arguments.seed == "time" else arguments.seed
    print("seed %s" % seed)
    examiner = Examiner(validators(jsonschema))
    deadline = time.monotonic() + arguments.seconds if arguments.seconds else None
    number = 0
    while time.monotonic() < deadline if deadline else number < arguments.count:
        examiner.examine("%s %d" % (seed, number))
        number += 1
    examiner.tool.close()
    return report(examiner, arguments.shown)


if __name__ == "__main__":
    sys.exit(main())
