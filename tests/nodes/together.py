"""Three processes on one database behave as one registry: what they answered to many clients at once has an order in which a
single registry would have answered the same. Nothing fails, and at the end all of them say the same.

Seconds of load: --seconds N (default 15). Another run of the same choices: AVOUCH_TEST_SEED."""
import argparse
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import actions  # noqa: E402
import client  # noqa: E402
import cluster  # noqa: E402
import load  # noqa: E402
import postgres  # noqa: E402
import proxy  # noqa: E402

NODES = 3
FLAGS = ("--schema.compatibility.level", "none")
HALF_WAY_LEASE_MS = 1000
ROUNDS = 20 if "san" in cluster.server.BINARY else 60


def nodes_of(database, seed):
    return cluster.Cluster(database.url(), NODES, *FLAGS, schema="together_%d" % seed)


def everything(checks, database, seed, seconds):
    """All kinds of operations, on all nodes."""
    with nodes_of(database, seed) as nodes:
        run = load.Load(nodes.nodes, seed)
        run.start()
        run.is_over.wait(timeout=seconds) if not run.faults else None
        run.stop()
        load.report(checks, "the nodes say the same", run.sweep())
        print(run.summary(), flush=True)
        load.report(checks, "the clients", run.faults)
        load.report(checks, "no failure", run.failures)
        load.report(checks, "ids have no gaps", run.gap_faults())
        load.report(checks, "one order of all", run.history_faults())


def at_once(nodes, requests):
    """Sends the requests at the same moment, each from a thread of its own to the next node: the answers."""
    barrier, answers = threading.Barrier(len(requests)), [None] * len(requests)

    def send(number):
        asker, node = cluster.Client(), nodes[number % len(nodes)]
        asker.ask(node, "GET", "/health/live")  # the connection is there
        barrier.wait()
        answers[number] = asker.ask(node, *requests[number])
        asker.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def same_content(checks, nodes, chance):
    """One content, registered for the first time by many at once, in one subject and in many: one id, one version."""
    for number in range(ROUNDS):
        body = actions.body_of(("int", 5_000_000 + number))
        subjects = ["same-%d-%d" % (number, chance.randrange(3)) for _ in range(9)]
        answers = at_once(nodes, [("POST", "/subjects/%s/versions" % subject, body) for subject in subjects])
        came = {(answer.status, (answer.json() or {}).get("id"), (answer.json() or {}).get("version")) for answer in answers}
        checks.that(len(came) == 1 and min(came)[0] == 200 and min(came)[2] == 1, "same content at once", came=came)


def many_contents(checks, nodes, _):
    """Different contents in one subject at once: versions and ids without gaps, no number twice."""
    asker = cluster.Client()
    for number in range(ROUNDS):
        target, before = "/subjects/many-%d/versions" % number, max_id(asker, nodes[0])
        bodies = [actions.body_of(("int", 6_000_000 + number * 10 + index)) for index in range(9)]
        answers = at_once(nodes, [("POST", target, body) for body in bodies])
        values = [answer.json() for answer in answers if answer.status == 200]
        checks.equal("versions", sorted(value["version"] for value in values), list(range(1, 10)))
        checks.equal("ids", sorted(value["id"] for value in values), list(range(before + 1, before + 10)))
    asker.close()


def max_id(asker, node):
    answer = asker.ask(node, "GET", "/schemas/ids/1?fetchMaxId=true")
    return answer.json()["maxId"] if answer.status == 200 else 0


def referred(checks, nodes, _):
    """A version is deleted while another schema that refers to it is registered: never both."""
    wins, asker = [0, 0], cluster.Client()
    for number in range(ROUNDS):
        base, user = "base-%d" % number, "user-%d" % number
        named = {"schema": '{"type":"record","name":"B%d","fields":[]}' % number}
        referring = {"schema": '{"type":"record","name":"U%d","fields":[{"name":"b","type":"B%d"}]}' % (number, number),
                     "references": [{"name": "B%d" % number, "subject": base, "version": 1}]}
        asker.ask(nodes[number % NODES], "POST", "/subjects/%s/versions" % base, json.dumps(named).encode())
        turned = nodes[number % NODES:] + nodes[:number % NODES]
        registered, deleted = at_once(turned, [("POST", "/subjects/%s/versions" % user, json.dumps(referring).encode()),
                                               ("DELETE", "/subjects/%s/versions/1" % base)])
        codes = ((registered.status, registered.code), (deleted.status, deleted.code))
        # Other users of the same version do not change the outcome: one of the two is refused, with its own code.
        good = codes in (((200, None), (422, 42206)), ((422, 42201), (200, None)))
        checks.that(good, "register beside delete", came="%r %r" % (registered, deleted))
        wins[codes[1][0] == 200] += 1
    print("registered first: %d, deleted first: %d" % tuple(wins))
    asker.close()


def last_word(checks, nodes, chance):
    """The configuration that was answered last is what all nodes obey at once."""
    asker = cluster.Client()
    for number in range(ROUNDS):
        subject, (writer, reader) = "level-%d" % (number % 5), chance.sample(nodes, 2)
        asker.ask(writer, "PUT", "/config/" + subject, b'{"compatibility":"NONE"}')
        for family in ("int", "string"):
            answer = asker.ask(reader, "POST", "/subjects/%s/versions" % subject, actions.body_of((family, 7_000_000 + number)))
            checks.equal("allowed at once", answer.status, 200, sent=family)
        asker.ask(reader, "PUT", "/config/" + subject, b'{"compatibility":"FULL_TRANSITIVE"}')
        answer = asker.ask(writer, "POST", "/subjects/%s/versions" % subject, actions.body_of(("int", 8_000_000 + number)))
        checks.error("refused at once", answer, 409, 40901)
    asker.close()


# What changes on one node; a question there that the database answers; one that the other node answers from memory. {s} is a
# subject that has one version.
FIRST, SECOND = actions.body_of(("int", 1)), actions.body_of(("int", 2))
HALF_WAY = {
    "a registration, listed": (("POST", "/subjects/{s}/versions", SECOND), ("GET", "/subjects/{s}/versions?deleted=true"),
                               ("GET", "/subjects/{s}/versions/latest")),
    "a registration, repeated": (("POST", "/subjects/{s}/versions", SECOND), ("POST", "/subjects/{s}/versions", SECOND),
                                 ("GET", "/subjects/{s}/versions")),
    "a registration, looked up": (("POST", "/subjects/{s}/versions", SECOND), ("POST", "/subjects/{s}", SECOND),
                                  ("GET", "/subjects/{s}/versions/latest")),
    "a delete": (("DELETE", "/subjects/{s}"), ("GET", "/subjects?subjectPrefix={s}"), ("GET", "/subjects/{s}/versions")),
    "a configuration": (("PUT", "/config/{s}", b'{"compatibility":"NONE"}'), ("GET", "/config/{s}"), ("GET", "/config/{s}")),
}


def half_way(checks, database, seed):
    """A change is on its way: one node has not heard of it and may still answer from memory. Whoever has been told of the
    change by another node must not be told by this one that there is none."""
    flags = FLAGS + ("--database.lease.ms", str(HALF_WAY_LEASE_MS))
    with proxy.Proxy(database.port) as between:
        with cluster.Cluster(database.url(), 1, *flags, schema="half_%d" % seed) as first, cluster.Cluster(
                database.url(port=between.port), 1, *flags, schema="half_%d" % seed) as second:
            for number, (what, requests) in enumerate(HALF_WAY.items()):
                half_way_once(checks, between, first.nodes[0], second.nodes[0], what,
                              [(one[0], one[1].replace("{s}", "half-%d" % number), *one[2:]) for one in requests])


def half_way_once(checks, between, node, other, what, requests):
    change, question, remembered = requests
    asker, subject = cluster.Client(), remembered[1].split("/")[2]
    for target, body in (("/subjects/%s/versions" % subject, FIRST), ("/config/" + subject, b'{"compatibility":"FULL"}')):
        asker.ask(node, "POST" if body is FIRST else "PUT", target, body)
    for _ in range(3):
        old = asker.ask(other, *remembered)
    before = asker.ask(node, *question) if question[0] == "GET" or "versions" not in question[1] else None
    between.hold()
    changed, told = [], False
    thread = threading.Thread(target=lambda: changed.append(cluster.Client().ask(node, *change)))
    thread.start()
    while thread.is_alive():
        if not told:
            answer = asker.ask(node, *question)
            told = answer.status < 500 and (before is None or (answer.status, answer.body) != (before.status, before.body))
        if told:
            answer = asker.ask(other, *remembered)
            if not checks.that((answer.status, answer.body) != (old.status, old.body),
                               "half way: what one node has told, another does not deny: " + what, question, answer):
                break
    thread.join()
    checks.answer("half way: the change: " + what, changed[0], 200)
    answer = asker.ask(other, *remembered)
    checks.that((answer.status, answer.body) != (old.status, old.body), "after the answer nobody tells the old: " + what,
                came=answer)
    between.go_on()
    client.wait_for(lambda: cluster.is_ready(other), "the other is back")
    asker.close()


def bursts(checks, database, seed):
    """The same few things at the same moment, again and again."""
    chance = random.Random(seed)
    with cluster.Cluster(database.url(), NODES, *FLAGS, schema="bursts_%d" % seed) as nodes:
        for group in (same_content, many_contents, referred, last_word):
            begin = time.monotonic()
            group(checks, nodes.nodes, chance)
            print("%s: %.1f s" % (group.__name__, time.monotonic() - begin), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=15)
    seconds = parser.parse_args().seconds
    cluster.skip_without_postgres()
    seed = load.seed_of_run()
    with postgres.Postgres() as database:
        return client.run("nodes_together", [lambda checks: half_way(checks, database, seed),
                                             lambda checks: bursts(checks, database, seed),
                                             lambda checks: everything(checks, database, seed, seconds)])


if __name__ == "__main__":
    sys.exit(main())
