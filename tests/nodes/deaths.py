"""Nodes die and are started again, are paused and go on; PostgreSQL crashes, is killed, sleeps: clients write and read all the
while. What was answered with 200 is there afterwards, no id is given twice, and everything has one order.

Another run of the same choices: AVOUCH_TEST_SEED. More rounds: --rounds N."""
import argparse
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import actions  # noqa: E402
import client  # noqa: E402
import cluster  # noqa: E402
import load  # noqa: E402
import postgres  # noqa: E402

NODES = 3
TIMEOUT_MS, LEASE_MS = 1500, 800
FLAGS = ("--schema.compatibility.level", "none", "--database.timeout.ms", str(TIMEOUT_MS), "--database.lease.ms", str(LEASE_MS))
SLACK_SECONDS = 2 * (3 if "san" in cluster.server.BINARY else 1)
LONGEST_SECONDS = (TIMEOUT_MS + LEASE_MS) / 1000 + SLACK_SECONDS
RECOVERY_SECONDS = 15 * (3 if "san" in cluster.server.BINARY else 1)
ANSWERS = 150


def all_ready(nodes):
    for node in nodes:
        client.wait_for(lambda: cluster.is_ready(node), "%s is ready" % node.name, RECOVERY_SECONDS)


class Chaos:
    """What happens to nodes and database. Each method returns when it is over and the load goes on."""

    def __init__(self, database, nodes, run, chance):
        self.database, self.nodes, self.run, self.chance = database, nodes, run, chance

    def kill_nodes(self, count):
        nodes = self.chance.sample(self.nodes, count)
        with self.run.disturbing(*nodes):
            for node in nodes:
                node.kill()
            if count < len(self.nodes):
                self.run.wait_for_answers(ANSWERS)
            for node in nodes:
                node.start()

    def end_node(self):
        """As an operator does it: what was asked is answered, the exit status is 0."""
        node = self.chance.choice(self.nodes)
        with self.run.disturbing(node):
            status = node.stop()
            assert status == 0, "%s ended with status %s" % (node.name, status)
            node.start()

    def pause_node(self, seconds):
        """Longer than its lease: the others go on without it, and it must not tell what it knew before."""
        node = self.chance.choice(self.nodes)
        with self.run.disturbing(node):
            self.run.avoided.add(node)
            node.pause()
            time.sleep(seconds)
            self.run.wait_for_answers(ANSWERS)
            node.resume()
            self.run.avoided.discard(node)

    def database_goes(self, go):
        with self.run.disturbing():
            go()
            time.sleep(self.chance.random())
            self.database.start()
            all_ready(self.nodes)

    def pause_database(self, seconds):
        with self.run.disturbing():
            self.database.pause()
            time.sleep(seconds)
            self.database.resume()
            all_ready(self.nodes)

    def cut_sessions(self):
        """All sessions end at once; whoever is in a transaction does not know what became of it."""
        with self.run.disturbing():
            for _ in range(5):
                self.database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'"
                                      % postgres.USER)
                time.sleep(self.chance.random() * 0.1)
            all_ready(self.nodes)

    def events(self):
        database = self.database
        return [("a node is killed", lambda: self.kill_nodes(1)), ("two nodes are killed", lambda: self.kill_nodes(2)),
                ("all nodes are killed", lambda: self.kill_nodes(3)), ("a node is stopped", self.end_node),
                ("a node sleeps for long", lambda: self.pause_node(LEASE_MS / 1000 * 1.5)),
                ("a node sleeps for a moment", lambda: self.pause_node(LEASE_MS / 1000 * 0.5)),
                ("sessions are cut", self.cut_sessions),
                ("the database crashes", lambda: self.database_goes(lambda: database.stop("immediate"))),
                ("the database is killed", lambda: self.database_goes(database.kill)),
                ("the database is stopped", lambda: self.database_goes(database.stop)),
                ("the database sleeps", lambda: self.pause_database(TIMEOUT_MS / 1000 * 1.5))]


def deaths(checks, database, seed, rounds):
    chance = random.Random(seed)
    with cluster.Cluster(database.url(), NODES, *FLAGS) as nodes:
        run = load.Load(nodes.nodes, seed)
        run.start()
        chaos = Chaos(database, nodes.nodes, run, chance)
        for _ in range(rounds):
            events = chaos.events()
            chance.shuffle(events)
            for name, act in events:
                begin, answers, failures = time.monotonic(), run.answers, len(run.failures)
                act()
                run.wait_for_answers(ANSWERS)
                print("%-28s %5.1f s, %5d answers, %3d failures" % (name, time.monotonic() - begin, run.answers - answers,
                                                                  len(run.failures) - failures), flush=True)
        run.stop()
        all_ready(nodes.nodes)
        load.report(checks, "the nodes say the same", run.sweep())
        print(run.summary(), flush=True)
        load.report(checks, "the clients", run.faults)
        load.report(checks, "failures are those promised", run.failure_faults(LONGEST_SECONDS))
        load.report(checks, "ids have no gaps", run.gap_faults())
        load.report(checks, "one order of all", run.history_faults())


# What node A remembers, what node B changes meanwhile, and what A has to say afterwards.
def sleeper_cases(number):
    subject, contents = "sleeper-%d" % number, (("int", number * 2), ("int", number * 2 + 1))
    first, second = map(actions.body_of, contents)
    versions, one, config = "/subjects/%s/versions" % subject, "/subjects/%s/versions/1" % subject, "/config/" + subject
    new = "new-%d" % number
    return subject, first, {
        "register": (("POST", versions, second), ("GET", versions), (200, b"[1,2]")),
        "latest": (("POST", versions, second), ("GET", versions + "/latest/schema"),
                   (200, actions.text_of(contents[1]).encode())),
        "a new subject": (("POST", "/subjects/%s/versions" % new, second), ("GET", "/subjects?subjectPrefix=" + new),
                          (200, b'["%s"]' % new.encode())),
        "delete": (("DELETE", one), ("GET", one), (404, None)),
        "a deleted subject": (("DELETE", "/subjects/" + subject), ("GET", versions), (404, None)),
        "look-up": (("DELETE", one), ("POST", "/subjects/" + subject, first), (404, None)),
        "config": (("PUT", config, b'{"compatibility":"FULL"}'), ("GET", config + "?defaultToGlobal=true"),
                   (200, b'{"compatibilityLevel":"FULL"}')),
        "mode": (("PUT", "/mode/" + subject, b'{"mode":"READONLY"}'), ("POST", versions, second), (422, None)),
    }


def sleepers(checks, database):
    """A node sleeps, another one changes something: the request that lies in the sleeper's socket is answered with it."""
    with cluster.Cluster(database.url(), 2, *FLAGS, schema="sleepers") as nodes:
        sleeper, writer = nodes.nodes
        asker, number = cluster.Client(), 0
        for name in sleeper_cases(0)[2]:
            for is_late in (False, True):
                number += 1
                sleep_once(checks, asker, sleeper, writer, number, name, is_late)
        asker.close()


def sleep_once(checks, asker, sleeper, writer, number, name, is_late):
    subject, first, cases = sleeper_cases(number)
    change, question, (status, body) = cases[name]
    shown = "%s, asked %s it wakes up" % (name, "after" if is_late else "before")
    asker.ask(writer, "POST", "/subjects/%s/versions" % subject, first)
    for _ in range(2):
        asker.ask(sleeper, *question) if question[0] == "GET" or name == "look-up" else None
    sleeper.pause()
    begin = time.monotonic()
    changed = asker.ask(writer, *change)
    took = time.monotonic() - begin
    checks.answer("the change: " + shown, changed, 200)
    checks.that(took < LEASE_MS / 1000 + SLACK_SECONDS, "it waits for one lease at most: " + shown, came="%.2f s" % took)
    with client.Raw(sleeper.port) as raw:
        pairs = [("Content-Type", client.V1)] if len(question) > 2 else []
        if is_late:
            sleeper.resume()
        request = client.head_of(question[0], question[1], pairs, question[2] if len(question) > 2 else None)
        raw.send(request)
        sleeper.resume()
        answer = raw.answer()
        deadline = time.monotonic() + RECOVERY_SECONDS
        while load.is_promised(answer) and time.monotonic() < deadline:  # what it waited for may have come too late
            raw.send(request)
            answer = raw.answer()
    checks.that(answer.status == status and body in (None, answer.body), shown, came=repr(answer),
                wanted="%s %s" % (status, body))
    client.wait_for(lambda: cluster.is_ready(sleeper), "the sleeper is ready", RECOVERY_SECONDS)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1)
    rounds = parser.parse_args().rounds
    cluster.skip_without_postgres()
    seed = load.seed_of_run()
    with postgres.Postgres() as database:
        return client.run("nodes_deaths", [lambda checks: sleepers(checks, database),
                                           lambda checks: deaths(checks, database, seed, rounds)])


if __name__ == "__main__":
    sys.exit(main())
