"""The official JSON Schema Test Suite, drafts 4 to 2020-12: all required tests, the optional ones, formats as assertions.

The suite comes with the source distribution of the Python package jsonschema (json_packages.py). Where that cannot be fetched, the
test is skipped (exit status 77). What is not as the suite has it stands in EXCEPTIONS, with the reason."""
import argparse
import collections
import json
import sys

from json_packages import Failed, Tool, suite

DRAFTS = {"draft4": "http://json-schema.org/draft-04/schema#", "draft6": "http://json-schema.org/draft-06/schema#",
          "draft7": "http://json-schema.org/draft-07/schema#",
          "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
          "draft2020-12": "https://json-schema.org/draft/2020-12/schema"}
REMOTES = "http://localhost:1234/"
ASSERTED = ("optional/format", "optional/ecmascript-regex")

# Drafts, file, words in the description of a group, why tests there do not come out as the suite has them.
EXCEPTIONS = [
    (("draft2019-09", "draft2020-12"), "vocabulary.json", "custom metaschema with with no validation vocabulary",
     "metaschemas of one's own do not count: an unknown $schema is draft-07, as the reference server has it"),
    (("draft7",), "optional/content.json", "", "contentMediaType and contentEncoding are annotations, as later drafts have them"),
    (("draft2019-09", "draft2020-12"), "optional/dependencies-compatibility.json", "",
     "dependencies is no keyword of these drafts"),
    (("draft2019-09", "draft2020-12"), "output/readOnly.json", "", "annotations are not listed"),
]


class Spelled(float):
    """A number that is written as it was read."""

    def __new__(cls, text):
        self = super().__new__(cls, text)
        self.text = text
        return self


def read(path):
    """JSON with the numbers as they are spelled."""
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Spelled, parse_int=Spelled)


def write(value):
    if isinstance(value, Spelled):
        return value.text
    if isinstance(value, dict):
        return "{%s}" % ",".join("%s:%s" % (json.dumps(name), write(item)) for name, item in value.items())
    if isinstance(value, list):
        return "[%s]" % ",".join(map(write, value))
    return json.dumps(value)


def with_dialect(schema, uri):
    """The older drafts of the suite do not say which one they are."""
    return {"$schema": uri, **schema} if isinstance(schema, dict) and "$schema" not in schema else schema


def remotes(folder, draft):
    """Texts by URI: those of the draft, and those of none."""
    found = {}
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        first = name.split("/")[0]
        owner = first if first in DRAFTS or first.startswith("draft") else draft
        if owner in DRAFTS:
            found[REMOTES + name] = write(with_dialect(read(path), DRAFTS[owner]))
    return found


def exception(draft, file, names):
    for drafts, wanted, words, reason in EXCEPTIONS:
        if draft in drafts and file == wanted and words in names:
            return reason
    return None


class Player:
    def __init__(self):
        self.tool, self.counts, self.known, self.faults = Tool(), collections.Counter(), collections.Counter(), []

    def play_group(self, draft, file, group, dependencies):
        schema = write(with_dialect(group["schema"], DRAFTS[draft]))
        asked = dependencies if REMOTES in schema or "localhost" in schema else {}
        known = ",".join("%s:%s" % (json.dumps(uri), text) for uri, text in asked.items())
        request = '{"schema":%s,"instances":%s,"dependencies":{%s},"formats":%s}' % (
            schema, write([test["data"] for test in group["tests"]]), known,
            json.dumps(file.startswith(ASSERTED)))
        answer = json.loads(self.tool.ask(request))
        verdicts = answer["verdicts"] or [answer["fault"]] * len(group["tests"])
        for test, verdict in zip(group["tests"], verdicts):
            self.compare(draft, file, group, test, verdict)

    def compare(self, draft, file, group, test, verdict):
        wanted = "valid" if test["valid"] else "invalid"
        names = group["description"] + ": " + test["description"]
        reason = exception(draft, file, names)
        kind = file.split("/")[0]
        self.counts[kind if kind in ("optional", "output") else "required"] += 1
        if verdict != wanted and reason:
            self.known[reason] += 1
        elif verdict != wanted:
            self.faults.append("%s %s: %s: %s instead of %s\n  %s\n  %s" % (
                draft, file, names, verdict, wanted, write(group["schema"])[:1000], write(test["data"])[:300]))

    def play_output(self, draft, file, group, output_schema):
        """The output of each test in its basic form, as an instance of the schema that the suite has for it."""
        for test in group["tests"]:
            request = {"schema": group["schema"], "instances": [test["data"]], "dependencies": {}, "output": "basic"}
            answer = json.loads(self.tool.ask(json.dumps(request)))
            errors = [{"valid": False, "keywordLocation": unit["keyword"], "absoluteKeywordLocation": unit["absolute"],
                       "instanceLocation": unit["instance"], "error": unit["error"]} for unit in answer["units"][0]]
            place = {"keywordLocation": "", "instanceLocation": ""}
            output = {"valid": False, **place, "errors": errors} if errors else {"valid": True, **place}
            wanted = {"schema": {"$schema": DRAFTS[draft], **test["output"]["basic"]}, "instances": [output], "formats": True,
                      "dependencies": {output_schema["$id"]: output_schema}}
            answer = json.loads(self.tool.ask(json.dumps(wanted)))
            self.compare(draft, file, group, {**test, "valid": True}, (answer["verdicts"] or [answer["fault"]])[0])

    def play_outputs(self, folder, draft):
        for path in sorted((folder / "output-tests" / draft / "content").glob("*.json")):
            output_schema = json.loads((path.parents[1] / "output-schema.json").read_text())
            for group in json.loads(path.read_text()):
                self.play_output(draft, "output/" + path.name, group, output_schema)

    def play(self, folder, draft, only):
        dependencies = remotes(folder / "remotes", draft)
        tests = folder / "tests" / draft
        for path in sorted(tests.rglob("*.json")):
            file = path.relative_to(tests).as_posix()
            if only and only not in file:
                continue
            for group in read(path):
                self.play_group(draft, file, group, dependencies)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="files with this in their names")
    parser.add_argument("--shown", type=int, default=40, help="faults that are printed")
    arguments = parser.parse_args()
    try:
        folder = suite()
    except Failed as fault:
        print(fault)
        return 77
    player = Player()
    for draft in DRAFTS:
        player.play(folder, draft, arguments.only)
        player.play_outputs(folder, draft)
    player.tool.close()
    player.faults += ["an exception that is none: %s" % reason for *_, reason in EXCEPTIONS
                      if not arguments.only and not player.known[reason]]
    for fault in player.faults[:arguments.shown]:
        print(fault)
    print("%(required)d required tests, %(optional)d optional ones, %(output)d of the output" % player.counts)
    for reason, count in sorted(player.known.items()):
        print("%d times as known: %s" % (count, reason))
    print("%d faults" % len(player.faults))
    return 1 if player.faults else 0


if __name__ == "__main__":
    sys.exit(main())
