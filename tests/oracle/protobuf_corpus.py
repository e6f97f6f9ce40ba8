"""The .proto files that installed packages bring, with what they import: Avouch beside protoc.

Needs protoc and the Python package protobuf of Debian, and files to read (tools/packages.sh installs packages with several
hundred), else the test is skipped (exit status 77). With paths as arguments, these files alone."""
import collections
import concurrent.futures
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
try:
    import protobuf_lanes
    from protobuf_agreement import Examiner, Protoc
except ImportError:
    protobuf_lanes = None

PLACES = ["/usr/include", "/usr/share"]
# Where imports are looked for besides the folders above the file itself.
ROOTS = ["/usr/include", "/usr/share/gocode/src", "/usr/share/gocode/src/github.com/gogo/protobuf/protobuf", "/usr/share/grpc-proto"]
BUILT_IN = ("/usr/include/google/protobuf/",)
FEWEST = 200
LANES = 2
IMPORT = re.compile(r'^\s*import\s+(?:public\s+|weak\s+)?"([^"]+)"\s*;', re.MULTILINE)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def corpus():
    """Paths of different texts."""
    found, seen = [], set()
    for place in PLACES:
        for folder, folders, names in os.walk(place):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                if name.endswith(".proto") and os.path.isfile(path):
                    text = read(path)
                    if text not in seen:
                        found.append(path)
                    seen.add(text)
    return found


def locate(importer, wanted):
    """The file that an import means, or None."""
    above = os.path.dirname(importer)
    while above != "/":
        if os.path.isfile(os.path.join(above, wanted)):
            return os.path.join(above, wanted)
        above = os.path.dirname(above)
    places = [os.path.join(root, wanted) for root in ROOTS]
    return next((place for place in places if os.path.isfile(place)), None)


def dependencies_of(path):
    """Texts by import path, dependencies before dependents, without those that need no reference."""
    found, waiting, entered = {}, [(None, path)], set()
    while waiting:
        name, place = waiting[-1]
        inner = [(wanted, locate(place, wanted)) for wanted in IMPORT.findall(read(place))]
        missing = [(wanted, where) for wanted, where in inner
                   if where and not where.startswith(BUILT_IN) and wanted not in entered]
        if missing and name not in found:
            entered |= {wanted for wanted, _ in missing}
            waiting += missing
            continue
        waiting.pop()
        if name:
            found.setdefault(name, read(place))
    return found


def run_lane(paths):
    examiner, found = Examiner(Protoc()), []
    try:
        for path in paths:
            dependencies = dependencies_of(path)
            found += [(path, item) for item in examiner.examine(read(path), dependencies)]
        return found, examiner.counts
    finally:
        examiner.close()


def main():
    if not protobuf_lanes or not shutil.which("protoc"):
        print("protoc or the Python package protobuf is not installed")
        return 77
    paths = sys.argv[1:] or corpus()
    if len(paths) < FEWEST and not sys.argv[1:]:
        print("only %d files are installed" % len(paths))
        return 77
    with concurrent.futures.ProcessPoolExecutor(LANES) as lanes:
        results = list(lanes.map(run_lane, [paths[lane::LANES] for lane in range(LANES)]))
    counts = sum((counts for _, counts in results), collections.Counter())
    return protobuf_lanes.report([item for found, _ in results for item in found], counts)


if __name__ == "__main__":
    sys.exit(main())
