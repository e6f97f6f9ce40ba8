"""Clients that do all that the checker of histories knows, on any node, and record it.

A subject lives for a while, is used by all clients at once, and is left alone then: what has to be ordered stays small."""
import contextlib
import os
import random
import threading
import time

import client
import cluster
import history
import subject as machine
from actions import content_of, request_of, value_of
from history import Operation
from subject import no, ok

CLIENTS = 8
SUBJECTS_AT_ONCE = 6
OPERATIONS_PER_SUBJECT = 90
UNKNOWN_WEIGHT = 12  # an unknown outcome makes the search wider: its subject is left alone sooner
RECENT_IDS = 30
GLOBAL = "global configuration"
FAILED = 50001
SLOW_SECONDS = 3
BACKOFF_SECONDS = 0.4
SHOWN_FAULTS = 8

# How often what is done. The first word is the kind of history.py, but for list_subjects and the two of the global settings.
WEIGHTS = {"register": 34, "look_up": 9, "latest": 11, "versions": 9, "version": 8, "by_id": 9, "list_subjects": 1.5,
           "delete_version": 5, "remove_version": 3, "delete_subject": 1.2, "remove_subject": 1.2, "put_config": 2.5,
           "get_config": 3, "delete_config": 1, "put_mode": 0.7, "delete_mode": 1, "get_mode": 1, "read_global": 2,
           "write_global": 0.7}


def seed_of_run():
    seed = int(os.environ.get("AVOUCH_TEST_SEED", random.SystemRandom().randrange(2**32)))
    print("seed %d" % seed, flush=True)
    return seed


def is_promised(answer):
    """Whether a failure is what clients are told that it will be."""
    return answer.status == 500 and answer.code == FAILED and answer.headers.get("retry-after", "").isdigit()


class Stage:
    """The subjects that are used at the moment, and what is known of them. Guarded by its lock."""

    def __init__(self, prefix):
        self.lock, self.prefix, self.made = threading.Lock(), prefix, 0
        self.uses, self.highest, self.ids, self.all = {}, {}, [1], []
        for _ in range(SUBJECTS_AT_ONCE):
            self._add()

    def _add(self):
        self.made += 1
        name = "%s%d." % (self.prefix, self.made)
        self.uses[name], self.highest[name] = 0, 1
        self.all.append(name)

    def pick(self, chance):
        with self.lock:
            return chance.choice(list(self.uses))

    def current(self):
        with self.lock:
            return list(self.uses)

    def used(self, op):
        """Takes note of an operation; a subject that was used enough gives way to another."""
        with self.lock:
            if op.id is not None:
                self.ids = (self.ids + [op.id])[-RECENT_IDS:]
            if op.kind == "register" and op.outcome and op.outcome[0] == "ok":
                self.highest[op.subject] = max(self.highest.get(op.subject, 1), op.outcome[1])
            if op.subject in self.uses:
                self.uses[op.subject] += 1 if op.outcome else UNKNOWN_WEIGHT
                if self.uses[op.subject] >= OPERATIONS_PER_SUBJECT:
                    del self.uses[op.subject]
                    self._add()

    def argument(self, chance, subject, kind):
        with self.lock:
            highest, recent = self.highest[subject], self.ids
        if kind in ("register", "look_up"):
            return self._content(chance, subject)
        if kind in ("delete_version", "remove_version"):
            return chance.randint(1, highest)
        return {"versions": lambda: chance.random() < 0.3, "by_id": lambda: chance.choice(recent),
                "version": lambda: (chance.randint(1, highest), chance.random() < 0.3),
                "put_config": lambda: chance.choice(machine.LEVELS),
                "put_mode": lambda: chance.choice((machine.READONLY, "READWRITE"))}.get(kind, lambda: None)()

    def _content(self, chance, subject):
        """One of the subject's own few, or one that other subjects register at the same time."""
        number = int(subject[len(self.prefix):-1])
        family = "string" if chance.random() < 0.1 else "int"
        if chance.random() < 0.25:
            return family, number // SUBJECTS_AT_ONCE * 4 + chance.randrange(4)
        return family, 1_000_000 + number * 100 + chance.randrange(12)


class Load:
    """Clients on a list of nodes; what they did, faults, and how often no answer came."""

    def __init__(self, nodes, seed, clients=CLIENTS, prefix="s", weights=None):
        self.nodes, self.seed, self.clients, self.stage = nodes, seed, clients, Stage(prefix)
        self.weights = weights or WEIGHTS
        self.lock, self.operations, self.faults, self.failures = threading.Lock(), [], [], []
        self.answers, self.is_over, self.threads, self.written = 0, threading.Event(), [], 0
        self.avoided, self.disturbed, self.away, self.slow = set(), [], [], []

    @contextlib.contextmanager
    def disturbing(self, *nodes):
        """While a node is killed or paused its clients may lose connections and wait; no nodes: the database, for all."""
        begin = time.monotonic()
        try:
            yield
        finally:
            self.disturbed.append(({node.name for node in nodes or self.nodes}, begin, time.monotonic()))
            if not nodes:
                self.away.append((begin, time.monotonic()))

    def is_disturbed(self, node, start, end):
        return any(node in names and start < until and end > begin for names, begin, until in self.disturbed)

    def start(self):
        setup = cluster.Client()
        self.record(setup, self.nodes[0], GLOBAL, "write", "first")
        setup.close()
        self.threads = [threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(self.clients)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(timeout=120)
            if thread.is_alive():
                self.faults.append("a client hangs")

    def wait_for_answers(self, count, seconds=60):
        """Until so many more answers came: the load goes on."""
        wanted = self.answers + count
        client.wait_for(lambda: self.answers >= wanted or self.faults, "%d more answers" % count, seconds)

    def _run(self, number):
        chance, asker = random.Random(self.seed * 1000 + number), cluster.Client()
        names, weights = list(self.weights), list(self.weights.values())
        try:
            while not self.is_over.is_set():
                # Two clients do not know what is avoided: their requests wait where nobody answers.
                node = chance.choice([node for node in self.nodes if number < 2 or node not in self.avoided] or self.nodes)
                failures = len(self.failures)
                self._one(chance, asker, node, chance.choices(names, weights)[0])
                if len(self.failures) > failures:
                    time.sleep(chance.random() * BACKOFF_SECONDS)  # the pace of trying again, as clients have one
        except Exception as fault:  # reported by the test
            with self.lock:
                self.faults.append("a client broke off: %r" % fault)
        asker.close()

    def _one(self, chance, asker, node, kind):
        subject = self.stage.pick(chance)
        if kind == "list_subjects":
            self._list(asker, node)
        elif kind == "read_global":
            self.record(asker, node, GLOBAL, "read", None)
        elif kind == "write_global":
            self.record(asker, node, GLOBAL, "write", "%d" % self._number())
        else:
            self.record(asker, node, subject, kind, self.stage.argument(chance, subject, kind))
            # Another node has to know at once.
            if kind in machine.CHANGING and chance.random() < 0.5:
                other = node if node in self.avoided else self._other(chance)
                after = chance.choice(("latest", "versions", "get_config" if kind.endswith("config") else "latest"))
                self.record(asker, other, subject, after, self.stage.argument(chance, subject, after))

    def _other(self, chance):
        return chance.choice([node for node in self.nodes if node not in self.avoided] or self.nodes)

    def _number(self):
        with self.lock:
            self.written += 1
            return self.written

    def record(self, asker, node, subject, kind, argument):
        """Sends it and takes note of it; the operation, or None when there is nothing to note."""
        method, target, body = request_of(subject, kind, argument)
        start, answer = self._ask(asker, node, method, target, body)
        end = time.monotonic()
        op = Operation(subject, kind, argument, node=node.name, start=start, end=end)
        if answer is None:  # was not sent
            return None
        if answer is cluster.Lost or answer.status >= 500:
            if kind not in machine.CHANGING:
                return None
        elif answer.status == 200:
            self._note_value(op, answer.json())
        elif answer.code is not None:
            op.outcome = no(answer.code)
        else:
            with self.lock:
                self.faults.append("%s %s: %r" % (method, target, answer))
            return None
        op.end = end if op.outcome else op.end
        with self.lock:
            self.operations.append(op)
        self.stage.used(op)
        return op

    def _note_value(self, op, value):
        op.outcome = ok(value_of(op.kind, value))
        if isinstance(value, dict) and "schema" in value:
            op.content, op.id = content_of(value["schema"]), value.get("id", op.argument if op.kind == "by_id" else None)

    def _ask(self, asker, node, method, target, body):
        """(when it began, the answer, Lost when none came, None when it was not sent)."""
        start = time.monotonic()
        try:
            answer = asker.ask(node, method, target, body)
        except cluster.Refused:
            time.sleep(0.01)  # the pace of asking a node that is down
            return start, None
        except cluster.Lost as lost:
            self._fail((start, node.name, method, target, str(lost)))
            return start, cluster.Lost
        if answer.status >= 500:
            self._fail((start, node.name, method, target, answer))
        else:
            self.answers += 1
            if time.monotonic() - start > SLOW_SECONDS:
                self.slow.append((start, node.name, method, target, answer, time.monotonic()))
        return start, answer

    def _fail(self, failure):
        with self.lock:
            self.failures.append(failure + (time.monotonic(),))

    def _list(self, asker, node):
        """One listing says of each subject whether it is there."""
        subjects = self.stage.current()
        start, answer = self._ask(asker, node, "GET", "/subjects?subjectPrefix=" + self.stage.prefix, None)
        if answer is None or answer is cluster.Lost or answer.status >= 500:
            return
        end, there = time.monotonic(), set(answer.json())
        with self.lock:
            self.operations += [Operation(subject, "listed", node=node.name, start=start, end=end, outcome=ok(subject in there))
                                for subject in subjects]

    # -- afterwards --

    def failure_faults(self, longest_seconds):
        """What a failure may look like: an error object with 50001, a Retry-After, and not later than promised."""
        faults = []
        for start, node, method, target, answer, end in self.failures + self.slow:
            shown = "%s %s on %s, after %.2f s: %s" % (method, target, node, end - start, answer)
            is_disturbed = self.is_disturbed(node, start, end)
            if not isinstance(answer, client.Answer):
                if not is_disturbed:
                    faults.append("no answer came: " + shown)
            elif answer.status >= 500 and not is_promised(answer):
                faults.append("a failure that is none of those promised: " + shown)
            elif end - start > longest_seconds and not is_disturbed:
                faults.append("an answer that came too late: " + shown)
        return faults

    def sweep(self):
        """Reads everything on every node: faults where they differ. What the first one says joins the history."""
        asker, faults = cluster.Client(), []
        for subject in self.stage.all:
            faults += self._sweep_subject(asker, subject)
        unknown = sum(1 for op in self.operations if op.kind == "register" and op.outcome is None)
        highest = max((op.id for op in self.operations if op.id is not None), default=0)
        for number in range(1, highest + unknown + 2):
            faults += self._same(asker, "/schemas/ids/%d" % number)
            self.record(asker, self.nodes[0], "", "by_id", number)
        for target in ("/subjects?", "/subjects?deleted=true&", "/schemas?deleted=true&", "/config?", "/contexts?"):
            faults += self._same(asker, target + "subjectPrefix=" + self.stage.prefix)
        self.record(asker, self.nodes[0], GLOBAL, "read", None)
        asker.close()
        return faults

    def _sweep_subject(self, asker, subject):
        faults = []
        for kind, argument in (("versions", True), ("versions", False), ("latest", None), ("get_config", None),
                               ("get_mode", None)):
            op = self.record(asker, self.nodes[0], subject, kind, argument)
            faults += self._same(asker, request_of(subject, kind, argument)[1])
            if (kind, argument) == ("versions", True) and op and op.outcome[0] == "ok":
                for number in op.outcome[1]:
                    self.record(asker, self.nodes[0], subject, "version", (number, True))
                    faults += self._same(asker, request_of(subject, "version", (number, True))[1])
        return faults

    def _same(self, asker, target):
        answers = [asker.ask(node, "GET", target) for node in self.nodes]
        first = (answers[0].status, answers[0].body)
        return ["%s: the nodes differ: %s" % (target, [(one.status, one.body) for one in answers])
                for _ in (1,) if any((one.status, one.body) != first for one in answers)]

    def gap_faults(self):
        """Ids without a gap: each number has a content, or had one that was removed for good."""
        seen = {op.id for op in self.operations if op.id is not None}
        unknown = sum(1 for op in self.operations if op.kind == "register" and op.outcome is None)
        missing = sorted(set(range(1, max(seen, default=0) + 1)) - seen)
        if len(missing) <= unknown:
            return []
        return ["the ids %s were given to nobody; %d outcomes are unknown" % (missing, unknown)]

    def history_faults(self):
        for op in self.operations:
            if op.kind == "version" and op.outcome[0] == "ok" and any(op.start < until and op.end > begin
                                                                      for begin, until in self.away):
                op.kind = "remembered"  # while the database is away a node tells what it knows of versions
        return history.check(self.operations, {GLOBAL})

    def summary(self):
        unknown = sum(1 for op in self.operations if op.outcome is None)
        return "%d operations on %d subjects, %d failures, %d outcomes unknown" % (
            len(self.operations), len(self.stage.all), len(self.failures), unknown)


def report(checks, what, faults):
    """One check; says what the first faults are."""
    for fault in faults[:SHOWN_FAULTS]:
        print("     %s" % fault)
    checks.that(not faults, "%s: %d faults" % (what, len(faults)))
