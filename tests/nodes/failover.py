"""Two PostgreSQL servers, the second one follows the first synchronously; Avouch knows both. The first dies, the second is
promoted: nothing that was answered with 200 is lost, the nodes find the new one alone, and what they remember and cannot change
is answered all the while.

Another run of the same choices: AVOUCH_TEST_SEED."""
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import client  # noqa: E402
import cluster  # noqa: E402
import load  # noqa: E402
import postgres  # noqa: E402
import remembered  # noqa: E402

NODES = 2
TIMEOUT_MS, LEASE_MS = 1500, 800
FLAGS = ("--schema.compatibility.level", "none", "--database.timeout.ms", str(TIMEOUT_MS), "--database.lease.ms", str(LEASE_MS))
IS_SANITIZED = "san" in cluster.server.BINARY
LONGEST_SECONDS = (TIMEOUT_MS + LEASE_MS) / 1000 + 2 * (3 if IS_SANITIZED else 1)
RECOVERY_SECONDS = 10 * (3 if IS_SANITIZED else 1)


def url_of(first, second):
    return "postgresql://%s@127.0.0.1:%d,127.0.0.1:%d/%s?target_session_attrs=read-write" % (
        postgres.USER, first.port, second.port, postgres.DATABASE)


def sleep_of_standby(run, standby):
    """While the second sleeps no commit is answered: nothing may be shown that the second does not have."""
    with run.disturbing():
        standby.pause()
        time.sleep(TIMEOUT_MS / 1000 * 1.3)
        standby.resume()
        run.wait_for_answers(100)


def change_over(checks, run, nodes, first, standby, chance):
    """The first dies while the second has fallen behind; the second takes over."""
    with run.disturbing():
        standby.pause()
        time.sleep(TIMEOUT_MS / 1000 * (0.2 + chance.random()))
        first.kill()
        standby.resume()
        time.sleep(chance.random() * 2)  # nobody takes writes meanwhile
        standby.promote()
        begin = time.monotonic()
        for node in nodes:
            client.wait_for(lambda: cluster.is_ready(node), "%s finds the new server" % node.name, RECOVERY_SECONDS)
        took = time.monotonic() - begin
        run.wait_for_answers(100)
    print("ready %.1f s after the promotion, changes after %.1f s" % (took, time.monotonic() - begin), flush=True)
    checks.that(took < RECOVERY_SECONDS, "the nodes recover alone", came="%.1f s" % took)


def failover(checks, first, seed):
    standby, chance = first.make_standby(), random.Random(seed)
    with cluster.Cluster(url_of(first, standby), NODES, *FLAGS) as nodes:
        run, asker = load.Load(nodes.nodes, seed), cluster.Client()
        registered = run.record(asker, nodes.nodes[0], "remembered", "register", ("int", 9_000_000))
        reader = remembered.Reader(nodes.nodes, ["/schemas/ids/%d" % registered.id, "/subjects/remembered/versions/1"])
        run.start()
        run.wait_for_answers(300)
        sleep_of_standby(run, standby)
        change_over(checks, run, nodes.nodes, first, standby, chance)
        run.wait_for_answers(300)
        run.stop()
        reader.stop(checks, "the first server dies")
        load.report(checks, "the nodes say the same", run.sweep())
        print(run.summary(), flush=True)
        load.report(checks, "the clients", run.faults)
        load.report(checks, "failures are those promised", run.failure_faults(LONGEST_SECONDS))
        load.report(checks, "ids have no gaps", run.gap_faults())
        load.report(checks, "one order of all", run.history_faults())


def main():
    cluster.skip_without_postgres()
    seed = load.seed_of_run()
    with postgres.Postgres() as database:
        return client.run("nodes_failover", [lambda checks: failover(checks, database, seed)])


if __name__ == "__main__":
    sys.exit(main())
