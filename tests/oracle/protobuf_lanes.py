"""Random file sets through an Examiner, in processes side by side, and what came of it as a report."""
import argparse
import collections
import concurrent.futures
import itertools
import os
import random
import re
import time

from protobuf_agreement import Examiner
from protobuf_mutation import mutated

LANES = 2
CHANGED = 3  # of each random file


def cases(seed, make_source):
    """(name, text, dependencies) without end: of each random file the text itself and changed ones."""
    for number in itertools.count():
        name = "%s %d" % (seed, number)
        source = make_source(name)
        text = source.text()
        yield name, text, source.dependencies
        for change in range(CHANGED):
            yield name, mutated(random.Random("%s %d" % (name, change)), text), source.dependencies


def run_lane(lane, arguments, make_compiler, make_source):
    """([(name, disagreement)], counts)"""
    examiner, found = Examiner(make_compiler()), []
    deadline = time.monotonic() + arguments.seconds
    try:
        for done, (name, text, dependencies) in enumerate(cases("%s %d" % (arguments.seed, lane), make_source)):
            if done * LANES >= arguments.count if arguments.count else time.monotonic() > deadline:
                return found, examiner.counts
            found += [(name, item) for item in examiner.examine(text, dependencies)]
    finally:
        examiner.close()


def is_known(found, deviations):
    said = found.theirs or found.ours or ""
    return any(found.kind == kind and re.search(pattern, said, re.DOTALL) for kind, pattern, _ in deviations)


def show(name, found):
    print("\n== %s: %s" % (name, found.kind))
    for who, said in (("here", found.ours), ("there", found.theirs)):
        if said:
            print("-- %s: %s" % (who, said))
    print("-- text\n%s" % found.text)


def report(results, counts, deviations=(), shown=3):
    """Prints what no deviation explains, the shortest texts of each kind; returns the exit status."""
    by_kind, known = collections.defaultdict(list), collections.Counter()
    for name, found in results:
        if is_known(found, deviations):
            known[found.kind] += 1
        else:
            by_kind[found.kind].append((name, found))
    for items in by_kind.values():
        for item in sorted(items, key=lambda item: len(item[1].text))[:shown]:
            show(*item)
    print(", ".join("%d %s" % (count, what) for what, count in counts.items()))
    for kind, count in known.items():
        print("%d times as known: %s" % (count, kind))
    for kind, items in by_kind.items():
        print("%d times: %s" % (len(items), kind))
    return 1 if by_kind else 0


def run(description, make_compiler, make_source, deviations):
    """The command line of a test; returns its exit status."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--count", type=int, help="files to examine, instead of the seconds")
    parser.add_argument("--shown", type=int, default=3, help="disagreements of each kind that are printed")
    parser.add_argument("--seed", default=os.environ.get("AVOUCH_TEST_SEED") or "avouch",
                        help="what is drawn depends on it; \"time\" is another one each time")
    arguments = parser.parse_args()
    arguments.seed = "%d" % time.time() if arguments.seed == "time" else arguments.seed
    print("seed %s" % arguments.seed, flush=True)
    with concurrent.futures.ProcessPoolExecutor(LANES) as lanes:
        running = [lanes.submit(run_lane, lane, arguments, make_compiler, make_source) for lane in range(LANES)]
        results = [lane.result() for lane in running]
    counts = sum((counts for _, counts in results), collections.Counter())
    return report([item for found, _ in results for item in found], counts, deviations, arguments.shown)
