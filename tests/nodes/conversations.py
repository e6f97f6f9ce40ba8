"""The recorded conversations on PostgreSQL: with one node, and with three that get the requests in turn. What differs has to be
what docs/differences.md lists, as with the embedded store.

The recordings stand outside of the project: see tests/http/conversations.py. Exits with 77 without them."""
import importlib.util
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import client  # noqa: E402
import cluster  # noqa: E402
import postgres  # noqa: E402
import scratch  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FLAGS = ("--schema.validation", "reference")


def recorded():
    """The module of the same name in tests/http."""
    spec = importlib.util.spec_from_file_location("recorded", os.path.join(HERE, "..", "http", "conversations.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def vectors_in_turn(vectors):
    """A folder like that of the recordings, whose script sends to several servers."""
    folder = os.path.join(scratch.folder("vectors"), "http")
    os.mkdir(folder)
    for name in os.listdir(os.path.join(vectors, "http")):
        if name.endswith(".json"):
            os.symlink(os.path.abspath(os.path.join(vectors, "http", name)), os.path.join(folder, name))
    os.symlink(os.path.join(HERE, "in_turn.py"), os.path.join(folder, "replay.py"))
    os.environ["REPLAY"] = os.path.abspath(os.path.join(vectors, "http", "replay.py"))
    return os.path.dirname(folder)


def conversations(checks, url, count, vectors):
    module, begin = recorded(), time.monotonic()
    with cluster.Cluster(url, count, *FLAGS, schema="nodes_%d" % count) as nodes:
        differing, total, output = module.play(vectors_in_turn(vectors), ",".join(node.url for node in nodes.nodes))
    expected = {(case.rstrip("."), step) for case, step in module.listed()}
    differing = {(case.rstrip("."), step) for case, step in differing}
    print("%d nodes: %d steps, %d differ, %d listed, %.1f s"
          % (count, total, len(differing), len(expected), time.monotonic() - begin), flush=True)
    checks.that(total > 0, "%d nodes: all steps were played" % count)
    if not checks.equal("%d nodes: what differs and is not listed" % count, sorted(differing - expected), []):
        print(output[:20000])
    checks.equal("%d nodes: what is listed and does not differ" % count, sorted(expected - differing), [])


def main():
    vectors = os.environ.get("AVOUCH_TEST_VECTORS") or os.path.join(ROOT, "..", "shared", "vectors")
    if not os.path.exists(os.path.join(vectors, "http", "replay.py")):
        print("SKIP the recorded conversations are not here")
        return 77
    cluster.skip_without_postgres()
    with postgres.Postgres() as database:
        return client.run("nodes_conversations", [
            lambda checks: conversations(checks, database.url(), 1, vectors),
            lambda checks: conversations(checks, database.url(), 3, vectors)])


if __name__ == "__main__":
    sys.exit(main())
