"""`avouch copy`: a store goes from SQLite to PostgreSQL and back with all that it holds; what is interrupted goes on;
what is not a copy is refused. And `avouch healthcheck`.

covers: service/commands/copy.c service/commands/copy_store.c service/commands/copy_check.c service/commands/healthcheck.c
"""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import client  # noqa: E402
import cluster  # noqa: E402
import postgres  # noqa: E402
import scratch  # noqa: E402
import server  # noqa: E402

MANY = 3000  # versions of the store that is interrupted


def avouch(*arguments, seconds=120):
    """(exit status, what it printed, what it complained of)"""
    done = subprocess.run([server.BINARY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=seconds, env=postgres.environment(), cwd=scratch.folder("cwd"), check=False)
    return done.returncode, done.stdout, done.stderr


def copy(source, target, *flags):
    return avouch("copy", "--from", source, "--to", target, *flags)


def record(name, *fields, **more):
    return json.dumps({"type": "record", "name": name, "fields": [{"name": f, "type": "int", "default": 0} for f in fields],
                       **more})


def fill(checks, api):
    """Something of everything: contexts, references, deletions of both kinds, gaps, contracts, settings on all levels."""
    def register(subject, schema, query="", **members):
        checks.answer("register", api("POST", "/subjects/%s/versions%s" % (subject, query), {"schema": schema, **members}), 200)

    api("PUT", "/config", {"compatibility": "NONE"})
    for subject in ("a", "b%2Fc", "%C3%A9", "a%25b", ":.ctx:a"):
        for i in range(4):
            register(subject, record("R", *("f%d" % n for n in range(i + 1)), doc="é\u0001\"%d" % i))
    register("base", record("n.Base", "x"))
    register("user", record("n.User"), references=[{"name": "n.Base", "subject": "base", "version": 1}])
    register("contract", '"string"', metadata={"properties": {"owner": "x"}, "tags": {"**": ["t"]}},
             ruleSet={"domainRules": [{"name": "r", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "true"}]})
    api("DELETE", "/subjects/a/versions/2")
    api("DELETE", "/subjects/a/versions/3")
    api("DELETE", "/subjects/a/versions/3?permanent=true")
    api("DELETE", "/subjects/b%2Fc")
    register("gone", '"long"')
    api("DELETE", "/subjects/gone")
    api("DELETE", "/subjects/gone?permanent=true")  # its id is never given again
    api("PUT", "/config/a", {"compatibility": "FULL", "alias": "b"})
    api("PUT", "/config/:.ctx:", {"compatibility": "BACKWARD"})
    api("PUT", "/config/nowhere", {"compatibility": "FORWARD"})
    api("PUT", "/mode/nobody", {"mode": "READONLY"})
    api("PUT", "/mode/:.ctx:", {"mode": "READONLY"})
    api("PUT", "/config/:.__GLOBAL:", {"compatibility": "FULL_TRANSITIVE"})


TARGETS = ["/subjects?deleted=true", "/subjects", "/contexts", "/schemas?deleted=true&subjectPrefix=:*:", "/config",
           "/config/a", "/config/:.ctx:", "/config/nowhere", "/config/:.__GLOBAL:", "/mode", "/mode/nobody", "/mode/:.ctx:",
           "/subjects/a/versions?deleted=true", "/subjects/b%2Fc/versions?deleted=true",
           "/subjects/base/versions/1/referencedby", "/schemas/ids/1?fetchMaxId=true", "/schemas/ids/2/versions?deleted=true", "/subjects/contract/versions/1"]


def answers(api):
    return [(target, api("GET", target).status, sorted(api("GET", target).body.split(b","))) for target in TARGETS]


def round_trip(checks, database):
    first, last = scratch.folder("first"), scratch.folder("last")
    url = database.url()
    with client.Server("--data", first) as node:
        fill(checks, node.api())
        before = answers(node.api())
    status, out, err = copy(first, url, "--to-schema", "round trip")
    checks.that(status == 0 and re.search(r"copied and checked: \d+ subjects, \d\d versions written", out),
                "SQLite to PostgreSQL", came=(status, out, err))
    with client.Server("--database", url, "--database.schema", "round trip") as node:
        checks.equal("PostgreSQL answers the same", answers(node.api()), before)
    status, out, err = copy(url, last, "--from-schema", "round trip")
    checks.that(status == 0, "PostgreSQL to SQLite", came=(status, out, err))
    status, out, err = copy(url, last, "--from-schema", "round trip")
    checks.that(status == 0 and ", 0 versions written" in out, "again: nothing to do", came=(status, out, err))
    status, out, err = copy(first, last)
    checks.that(status == 0 and ", 0 versions written" in out, "SQLite to SQLite, and they are equal", came=(status, out, err))
    with client.Server("--data", last) as node:
        api = node.api()
        checks.equal("SQLite answers the same", answers(api), before)
        api("PUT", "/mode/new?force=true", {"mode": "READWRITE"})
        known = api("POST", "/subjects/new/versions", {"schema": '"bytes"'}).json()["id"]
        checks.that(known > api("GET", "/schemas/ids/1?fetchMaxId=true").json()["maxId"] - 1, "ids go on", came=known)
    status, out, err = copy(last, url, "--to-schema", "round trip")
    checks.that(status == 0 and ", 1 versions written" in out, "what came since", came=(status, out, err))


def refusals(checks, database):
    full, other = scratch.folder("full"), scratch.folder("other")
    for folder, schema in ((full, '"int"'), (other, '"long"')):
        with client.Server("--data", folder) as node:
            node.api()("POST", "/subjects/a/versions", {"schema": schema})
    status, out, err = copy(full, other)
    checks.that(status == 1 and "differ" in err + out, "another store is no copy", came=(status, out, err))
    empty = os.path.join(scratch.folder("empty"), "nothing")
    status, out, err = copy(empty, full)
    checks.that(status == 1 and "there is no store in" in err and not os.path.exists(empty), "no source",
                came=(status, out, err))
    status, out, err = copy(database.url(), full, "--from-schema", "nothing here")
    checks.that(status == 1 and "there is no store in" in err, "no source in PostgreSQL", came=(status, out, err))
    with client.Server("--data", full):
        status, out, err = copy(full, other)
        checks.that(status == 1 and "is in use by another process" in err, "a store that is served", came=(status, out, err))
    for arguments in ((), ("--from", "x"), ("--from", "x", "--to"), ("--from", "x", "--to", "y", "--what", "z")):
        status, out, err = avouch("copy", *arguments)
        checks.that(status == 2 and "usage: avouch copy" in err, "usage", arguments, (status, out, err))


def interruptions(checks, database, seed):
    """Killed again and again in the middle; each time it goes on where it stood."""
    chance, source = random.Random(seed), scratch.folder("many")
    with client.Server("--data", source) as node:
        api = node.api()
        for i in range(MANY):
            api("POST", "/subjects/s%d/versions" % (i % 600), {"schema": record("R", doc=str(i % 1000))})
    deaths, done = 0, False
    command = [server.BINARY, "copy", "--from", source, "--to", database.url(), "--to-schema", "interrupted"]
    while not done and deaths < 12:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=postgres.environment())
        try:
            # Whoever dies holds up the next one for a lease: each gets more time than the one before.
            out = process.communicate(timeout=0.1 + chance.random() * (1 + deaths))[0]
            done = process.returncode == 0
            checks.that(done, "a copy that was not interrupted", came=out)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            deaths += 1
    print("interrupted %d times" % deaths, flush=True)
    checks.that(deaths > 0, "it was interrupted", came=deaths)
    status, out, err = copy(source, database.url(), "--to-schema", "interrupted")
    checks.that(status == 0, "the rest", came=(status, out, err))
    status, out, err = copy(source, database.url(), "--to-schema", "interrupted")
    checks.that(status == 0 and ", 0 versions written" in out, "all is there", came=(status, out, err))


def healthcheck(checks):
    folder = scratch.folder("health")
    with client.Server("--data", folder) as node:
        where = "http://127.0.0.1:%d" % node.port
        for target, status in ((where, 0), (where + "/health/live", 0), (where + "/nothing", 1), (where[7:], 0)):
            came = avouch("healthcheck", target)
            checks.that(came[0] == status and came[1].startswith("{"), "healthcheck of " + target, came=came)
    begin = time.monotonic()
    came = avouch("healthcheck", where)
    checks.that(came[0] == 1 and "does not answer" in came[2] and time.monotonic() - begin < 5, "nobody is there", came=came)
    for wrong in ("http://", "http://" + "h" * 300, "http://[::1", "http://a:" + "1" * 20):
        checks.that(avouch("healthcheck", wrong)[0] == 2, "healthcheck of " + wrong)
    shutil.rmtree(folder, ignore_errors=True)


def main():
    cluster.skip_without_postgres()
    seed = int(os.environ.get("AVOUCH_TEST_SEED") or random.SystemRandom().getrandbits(32))
    print("seed %d" % seed, flush=True)
    with postgres.Postgres() as database:
        return client.run("nodes_copies", [healthcheck, lambda checks: round_trip(checks, database),
                                         lambda checks: refusals(checks, database),
                                         lambda checks: interruptions(checks, database, seed)])


if __name__ == "__main__":
    sys.exit(main())
