"""PostgreSQL is not there: before the nodes start, while they run, and when it comes back; several nodes start at once on an
empty database; a database that a newer program has written is refused."""
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import actions  # noqa: E402
import client  # noqa: E402
import cluster  # noqa: E402
import load  # noqa: E402
import postgres  # noqa: E402
import proxy  # noqa: E402
import remembered  # noqa: E402
import scratch  # noqa: E402

TIMEOUT_MS, LEASE_MS = 1500, 800
FLAGS = ("--database.timeout.ms", str(TIMEOUT_MS), "--database.lease.ms", str(LEASE_MS))
PATIENCE = 3 if "san" in cluster.server.BINARY else 1
SLACK_SECONDS = 1 * PATIENCE
RECOVERY_SECONDS = 8 * PATIENCE
TOGETHER, ROUNDS = 6, 4
BODY = b'{"schema":"\\"string\\""}'
OTHER = b'{"schema":"\\"bytes\\""}'

# What needs the database, and is never in memory.
NEEDY = [("GET", "/subjects"), ("GET", "/subjects/kept/versions"), ("GET", "/subjects/kept/versions/latest"),
         ("GET", "/config"), ("GET", "/config/kept"), ("GET", "/mode"), ("GET", "/contexts"), ("GET", "/schemas"),
         ("GET", "/schemas/ids/4711"), ("GET", "/subjects/nobody/versions/1"), ("GET", "/schemas/ids/1/versions"),
         ("GET", "/subjects/kept/versions/1/referencedby"), ("POST", "/subjects/kept", BODY),
         ("POST", "/subjects/kept/versions", OTHER), ("POST", "/subjects/kept/versions", BODY),
         ("POST", "/compatibility/subjects/kept/versions", OTHER), ("PUT", "/config", b'{"compatibility":"FULL"}'),
         ("PUT", "/mode/kept", b'{"mode":"READONLY"}'), ("DELETE", "/config"), ("DELETE", "/subjects/kept/versions/1"),
         ("DELETE", "/subjects/kept")]
# What never does.
OWN = [("/", 200), ("/health/live", 200), ("/schemas/types", 200), ("/v1/metadata/id", 200), ("/v1/metadata/version", 200),
       ("/metrics", 200), ("/openapi.json", 200), ("/nothing", 404)]
UNCHANGING = ["/schemas/ids/1", "/schemas/ids/1/schema", "/subjects/kept/versions/1", "/subjects/kept/versions/1/schema"]


def timed(asker, node, method, target, body=None):
    """(answer, seconds)."""
    begin = time.monotonic()
    answer = asker.ask(node, method, target, body)
    return answer, time.monotonic() - begin


def within(checks, what, took, seconds):
    checks.that(took <= seconds, "in time: " + what, came="%.2f s" % took, wanted="at most %.2f s" % seconds)


def check_health(checks, asker, node, is_up, when):
    ready, took = timed(asker, node, "GET", "/health/ready")
    value = ready.json() or {}
    wanted = (200, "UP") if is_up else (503, "DOWN")
    checks.that((ready.status, value.get("status")) == wanted, "readiness " + when, came=ready, wanted=wanted)
    within(checks, "readiness " + when, took, TIMEOUT_MS / 1000 + SLACK_SECONDS)
    live, took = timed(asker, node, "GET", "/health/live")
    checks.answer("liveness " + when, live, 200, {"status": "UP"})
    within(checks, "liveness " + when, took, SLACK_SECONDS)


def check_own(checks, asker, node, when):
    for target, status in OWN:
        answer, took = timed(asker, node, "GET", target)
        checks.equal("%s %s" % (target, when), answer.status, status)
        within(checks, "%s %s" % (target, when), took, SLACK_SECONDS)


def check_needy(checks, asker, node, when, requests=NEEDY):
    for request in requests:
        what = "%s %s %s" % (*request[:2], when)
        answer, took = timed(asker, node, *request)
        checks.that(load.is_promised(answer) and answer.message, what, came=answer, wanted="500, 50001, a message, Retry-After")
        within(checks, what, took, TIMEOUT_MS / 1000 + SLACK_SECONDS)


def wait_ready(node, what):
    asker = cluster.Client()
    begin = time.monotonic()
    client.wait_for(lambda: asker.ask(node, "GET", "/health/ready").status == 200, what, RECOVERY_SECONDS)
    asker.close()
    return time.monotonic() - begin


def before_start(checks, database):
    """The node starts without the database, says so, and works once the database is there."""
    database.stop()
    with cluster.Cluster(database.url(), 1, *FLAGS, schema="before") as nodes:
        node, asker = nodes.nodes[0], cluster.Client()
        check_health(checks, asker, node, False, "before the database is there")
        check_own(checks, asker, node, "before the database is there")
        check_needy(checks, asker, node, "before the database is there")
        database.start()
        took = wait_ready(node, "it finds the database")
        print("ready %.2f s after the database" % took)
        check_health(checks, asker, node, True, "when the database is there")
        checks.answer("it registers", asker.ask(node, "POST", "/subjects/kept/versions", BODY), 200)
        asker.close()


def no_database(checks, database):
    """The server is there, the database in it is not, and is made later."""
    with cluster.Cluster(database.url("late"), 1, *FLAGS) as nodes:
        node, asker = nodes.nodes[0], cluster.Client()
        check_health(checks, asker, node, False, "without the database in the server")
        check_needy(checks, asker, node, "without the database in the server", NEEDY[:2] + NEEDY[-3:])
        database.create_database("late")
        wait_ready(node, "it finds the new database")
        checks.answer("it registers", asker.ask(node, "POST", "/subjects/kept/versions", BODY), 200)
        asker.close()


def silent_at_start(checks, database):
    """Something takes the connection and says nothing: no request waits for longer than promised."""
    database.pause()
    with cluster.Cluster(database.url(), 1, *FLAGS, schema="silent") as nodes:
        node, asker = nodes.nodes[0], cluster.Client()
        check_health(checks, asker, node, False, "while the database is silent")
        check_needy(checks, asker, node, "while the database is silent", NEEDY[:3] + NEEDY[-3:])
        database.resume()
        wait_ready(node, "it finds the database")
        checks.answer("it registers", asker.ask(node, "POST", "/subjects/kept/versions", BODY), 200)
        asker.close()


def gone(checks, asker, nodes, when, requests):
    """What is answered while the database is away, for longer than any lease."""
    for node in nodes:
        client.wait_for(lambda: not cluster.is_ready(node), "it notices", RECOVERY_SECONDS)
    time.sleep(LEASE_MS / 1000)  # until then a node may answer from memory all that it knows
    for node in nodes:
        check_health(checks, asker, node, False, when)
        check_own(checks, asker, node, when)
        check_needy(checks, asker, node, when, requests)


def back(checks, asker, nodes, when):
    for node in nodes:
        print("ready %.2f s %s" % (wait_ready(node, "ready " + when), when))
        check_health(checks, asker, node, True, when)
    for number, node in enumerate(nodes):
        answer = cluster.patiently(lambda: asker.ask(node, "POST", "/subjects/back/versions", actions.body_of(("int", number))))
        checks.equal("it registers " + when, answer.status, 200)
        checks.answer("what was there " + when, asker.ask(node, "GET", "/subjects/kept/versions"), 200, [1])
        config = asker.ask(node, "GET", "/config")
        checks.answer("nothing came of what was refused " + when, config, 200, {"compatibilityLevel": "BACKWARD"})


def while_running(checks, database):
    """Two ways to go away: stopped, and silent."""
    with cluster.Cluster(database.url(), 2, *FLAGS, schema="running") as nodes:
        asker = cluster.Client()
        checks.answer("registered", asker.ask(nodes.nodes[0], "POST", "/subjects/kept/versions", BODY), 200)
        for what, go, come, requests in (("stopped", lambda: database.stop("immediate"), database.start, NEEDY),
                                         ("silent", database.pause, database.resume, NEEDY[:2] + NEEDY[-2:])):
            reader = remembered.Reader(nodes.nodes, UNCHANGING)
            go()
            gone(checks, asker, nodes.nodes, "while it is " + what, requests)
            come()
            back(checks, asker, nodes.nodes, "after it was " + what)
            reader.stop(checks, what)
        asker.close()


def cut_off(checks, database):
    """One node loses the network; the other goes on and changes things; the first one never tells old ones."""
    with proxy.Proxy(database.port) as between:
        url = database.url(port=between.port)
        with cluster.Cluster(url, 1, *FLAGS, schema="cut_off") as lonely, cluster.Cluster(
                database.url(), 1, *FLAGS, schema="cut_off") as other:
            for what, lose in (("held up", between.hold), ("refused", lambda: (between.refuse(), between.cut()))):
                cut_off_once(checks, between, lonely.nodes[0], other.nodes[0], what, lose)


def cut_off_once(checks, between, node, writer, what, lose):
    asker, when = cluster.Client(), "while it is " + what
    checks.answer("registered", asker.ask(node, "POST", "/subjects/kept/versions", BODY), 200)
    reader = remembered.Reader([node], UNCHANGING)
    lose()
    answer, took = timed(asker, writer, "PUT", "/config/kept", b'{"compatibility":"NONE"}')
    checks.answer("a change while another node is cut off", answer, 200)
    within(checks, "a change while another node is cut off", took, LEASE_MS / 1000 + SLACK_SECONDS)
    # Asked at once: from here on an answer would have to know the change.
    answer = asker.ask(node, "GET", "/config/kept")
    checks.that(load.is_promised(answer), "nothing old is told " + when, came=answer)
    gone(checks, asker, [node], when, NEEDY[:2] + NEEDY[-2:])
    for level in ("FULL", "NONE", "FULL"):
        answer, took = timed(asker, writer, "PUT", "/config/kept", json.dumps({"compatibility": level}).encode())
        checks.answer("the other one goes on", answer, 200)
        within(checks, "nobody waits again for one who is cut off", took, SLACK_SECONDS / 2)
    between.go_on()
    wait_ready(node, "it comes back")
    checks.answer("it knows the change", asker.ask(node, "GET", "/config/kept"), 200, {"compatibilityLevel": "FULL"})
    reader.stop(checks, what)
    asker.close()


def started_together(checks, database):
    """Nodes that find an empty database at the same moment."""
    names = os.listdir(os.path.join(cluster.server.ROOT, "migrations"))
    known = len([name for name in names if name.endswith(".postgres.sql")])
    for number in range(ROUNDS):
        schema = "start_%d" % number
        with cluster.Cluster(database.url(), TOGETHER, *FLAGS, schema=schema) as nodes:
            asker, ids = cluster.Client(), []
            for node in nodes.nodes:
                wait_ready(node, "ready after a start together")
            for index, node in enumerate(nodes.nodes):
                answer = asker.ask(node, "POST", "/subjects/s/versions", actions.body_of(("int", index)))
                ids.append((answer.json() or {}).get("id"))
            checks.equal("ids after a start together", ids, list(range(1, TOGETHER + 1)))
            rows = database.execute("SELECT number FROM %s.migrations WHERE number > 0 ORDER BY 1" % schema, postgres.DATABASE)
            checks.equal("each migration once", rows, [[str(one)] for one in range(1, known + 1)])
            asker.close()


def run_refused(url, schema):
    """A node that is not to start: (exit status, what it says)."""
    command = [cluster.server.BINARY, "serve", "--listen", "127.0.0.1:%d" % scratch.free_port(), "--database", url,
               "--database.schema", schema, *FLAGS]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
                          cwd=scratch.folder("refused"), env=postgres.environment())
    return done.returncode, done.stdout


def newer(checks, database):
    """A database of a later program is left alone: by a node that starts, and by one that finds it later."""
    url, words = database.url(), "was written by a newer version"
    with cluster.Cluster(url, 1, *FLAGS, schema="newer"):
        pass
    database.execute("INSERT INTO newer.migrations (number, name, applied_ms) VALUES (9999, 'later', 0)", postgres.DATABASE)
    try:
        status, text = run_refused(url, "newer")
        checks.that(status == 1 and words in text, "a newer database", came="%s %s" % (status, text), wanted=words)
    except subprocess.TimeoutExpired:
        checks.that(False, "a newer database: it serves")
    database.stop()
    with cluster.Cluster(url, 1, *FLAGS, schema="newer") as nodes:
        node, asker = nodes.nodes[0], cluster.Client()
        database.start()
        client.wait_for(lambda: words.encode() in asker.ask(node, "GET", "/health/ready").body,
                        "it says that the database is newer", RECOVERY_SECONDS)
        check_health(checks, asker, node, False, "with a newer database")
        answer = asker.ask(node, "POST", "/subjects/s/versions", BODY)
        checks.that(load.is_promised(answer) and words in answer.message, "a newer database is not written", came=answer)
        asker.close()
    checks.equal("nothing was written", database.value("SELECT count(*) FROM newer.subjects", postgres.DATABASE), "0")


def main():
    cluster.skip_without_postgres()
    with postgres.Postgres() as database:
        return client.run("nodes_away", [lambda checks, group=group: group(checks, database) for group in (
            before_start, no_database, silent_at_start, while_running, cut_off, started_together, newer)])


if __name__ == "__main__":
    sys.exit(main())
