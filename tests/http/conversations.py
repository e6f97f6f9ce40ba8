"""Plays the recorded conversations against a server and holds docs/differences.md to what differs.

The recordings stand outside of the project: AVOUCH_TEST_VECTORS names their folder (default: ../shared/vectors beside the
checkout). Without them the test is skipped (exit status 77).

covers: service/handlers/schemas.c service/handlers/subjects.c service/handlers/versions.c"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILES = ["subjects", "ids", "delete", "references", "config-mode", "compatibility-avro", "protocol", "avro-canonical",
         "protobuf-canonical", "protobuf-compatibility", "protobuf-references", "mixed-formats",
         "json-canonical", "json-compatibility", "json-references"]
ROW = re.compile(r"\| ([a-z0-9.-]+) ([0-9][0-9, ]*) \|")


def listed():
    """{(case, step)} of all tables of docs/differences.md."""
    found = set()
    with open(os.path.join(ROOT, "docs", "differences.md"), encoding="utf-8") as text:
        for line in text:
            match = ROW.match(line)
            if match:
                found |= {(match[1], int(step)) for step in match[2].split(",")}
    return found


def play(vectors, url):
    """({(case, step)} that differ, number of steps, output)."""
    command = [sys.executable, os.path.join(vectors, "http", "replay.py"), url]
    command += [os.path.join(vectors, "http", name + ".json") for name in FILES]
    output = subprocess.run(command, capture_output=True, text=True, timeout=600).stdout
    differing, case = set(), None
    for line in output.splitlines():
        if line.startswith("DIFFERS "):
            case = line.split()[1].rstrip(":")
        match = re.match(r"    step (\d+)  ", line)
        if match:
            differing.add((case, int(match[1])))
    total = re.search(r"(\d+) steps agree, (\d+) differ", output)
    return differing, int(total[1]) + int(total[2]) if total else 0, output


def main():
    vectors = os.environ.get("AVOUCH_TEST_VECTORS") or os.path.join(ROOT, "..", "shared", "vectors")
    if not os.path.exists(os.path.join(vectors, "http", "replay.py")):
        print("SKIP the recorded conversations are not here")
        return 77
    with server.Running("--schema.validation", "reference") as running:
        differing, total, output = play(vectors, running.url)
    expected = {(case.rstrip("."), step) for case, step in listed()}
    differing = {(case.rstrip("."), step) for case, step in differing}
    new, gone = sorted(differing - expected), sorted(expected - differing)
    print("%d steps, %d differ, %d listed" % (total, len(differing), len(expected)))
    for case, step in new:
        print("FAIL differs and is not listed: %s step %d" % (case, step))
    for case, step in gone:
        print("FAIL is listed and does not differ: %s step %d" % (case, step))
    if new:
        print(output[:20000])
    return 1 if new or gone or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
