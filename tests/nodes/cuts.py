"""The connection to PostgreSQL is cut in the middle of a change, after every byte of what is sent and of what comes back. The
answer is 200, or 500 with 50001; what was answered 200 is there once; after a 500 the change is there or not, and asking again
gives 200 with the same ids as if nothing had happened.

--all: every offset, however long it takes (default: the borders of messages, then as many others as --seconds allow)."""
import argparse
import collections
import contextlib
import os
import random
import struct
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

LANES = 8
TIMEOUT_MS = 2000
FLAGS = ("--schema.compatibility.level", "none", "--database.timeout.ms", str(TIMEOUT_MS))
LONGEST_SECONDS = 2 * TIMEOUT_MS / 1000 + 1 * (3 if "san" in cluster.server.BINARY else 1)  # "and a little"
DIRECTIONS = {proxy.UP: "up", proxy.DOWN: "down"}
MEASURED = 3
HELD = (4, 12)  # places where the connection stays open and silent: of each change, of the first one of a process


class Lane:
    """A node behind a proxy, and a client. Numbers of contents are the lane's own."""

    def __init__(self, number, between, node):
        self.number, self.between, self.node, self.asker = number, between, node, cluster.Client()
        self.count, self.used, self.is_broken = 0, [], False

    def ask(self, method, target, body=None):
        return self.asker.ask(self.node, method, target, body)

    def patiently(self, method, target, body=None):
        return cluster.patiently(lambda: self.ask(method, target, body))

    def fresh(self):
        """A subject that nobody has used, and a content."""
        self.count += 1
        return "lane-%d-%d" % (self.number, self.count), actions.body_of(("int", self.number * 1_000_000 + self.count))

    def register(self, subject, body):
        answer = self.patiently("POST", "/subjects/%s/versions" % subject, body)
        assert answer.status == 200, answer
        return answer.json()


class Change:
    """Something that is changed. questions: requests, and whether an answer knows of the change."""

    def __init__(self, lane):
        self.lane, self.questions = lane, []

    def warm(self):
        """The node remembers what was before."""
        for question, _ in self.questions:
            self.lane.patiently(*question)

    def memory_faults(self):
        """Once an answer has told of the change, none that is asked for later may deny it."""
        told, faults = None, []
        for question, is_new in self.questions + self.questions[:2]:
            answer = self.lane.patiently(*question)
            if is_new(answer):
                told = told or question[:2]
            elif told:
                faults.append("%s %s has told of it, later %s %s denies it: %r" % (*told, *question[:2], answer))
        return faults


class Register(Change):
    """The first version of a new subject."""

    def __init__(self, lane):
        super().__init__(lane)
        self.subject, self.body = lane.fresh()
        versions = "/subjects/%s/versions" % self.subject
        self.questions = [(question, lambda answer: answer.status == 200) for question in (
            ("GET", versions + "?deleted=true"), ("GET", versions), ("GET", versions + "/latest"), ("GET", versions + "/1"),
            ("POST", "/subjects/" + self.subject, self.body))]
        self.questions.append((("GET", "/subjects?subjectPrefix=" + self.subject), lambda answer: answer.json() != []))

    def act(self):
        return self.lane.ask("POST", "/subjects/%s/versions" % self.subject, self.body)

    def verify(self, answer):
        """Faults, once the connection is there again."""
        faults = self.memory_faults()
        again = self.lane.patiently("POST", "/subjects/%s/versions" % self.subject, self.body)
        versions = self.lane.patiently("GET", "/subjects/%s/versions?deleted=true" % self.subject)
        by_id = self.lane.patiently("GET", "/schemas/ids/%d/versions" % again.json().get("id", 0))
        wanted = [{"subject": self.subject, "version": 1}]
        good = (again.status, versions.json(), by_id.json()) == (200, [1], wanted) and again.json()["version"] == 1
        if answer.status == 200:
            good = good and answer.json()["id"] == again.json()["id"] and answer.json()["version"] == 1
        self.lane.used.append(again.json().get("id"))
        return faults if good else faults + ["%r, again %r, versions %r, uses %r" % (answer, again, versions, by_id)]


class First(Register):
    """The same as the first thing that a new process does: it connects and prepares its statements meanwhile."""

    def __init__(self, lane):
        super().__init__(lane)
        assert lane.node.stop() == 0, "the end of a node"
        lane.node.start()


class Delete(Change):
    """A soft delete of a version beside another."""

    def __init__(self, lane):
        super().__init__(lane)
        (self.subject, first), (_, second) = lane.fresh(), lane.fresh()
        versions = "/subjects/%s/versions" % self.subject
        self.questions = [(("GET", versions), lambda answer: answer.json() == [2]),
                          (("GET", versions + "/1"), lambda answer: answer.status == 404),
                          (("GET", versions + "/1?deleted=true"), lambda answer: answer.json().get("deleted") is True),
                          (("POST", "/subjects/" + self.subject, first), lambda answer: answer.status == 404)]
        lane.used += [lane.register(self.subject, body)["id"] for body in (first, second)]

    def act(self):
        return self.lane.ask("DELETE", "/subjects/%s/versions/1" % self.subject)

    def verify(self, answer):
        faults = self.memory_faults()
        before = self.lane.patiently("GET", "/subjects/%s/versions" % self.subject).json()
        again = self.lane.patiently("DELETE", "/subjects/%s/versions/1" % self.subject)
        after = self.lane.patiently("GET", "/subjects/%s/versions" % self.subject).json()
        every = self.lane.patiently("GET", "/subjects/%s/versions?deleted=true" % self.subject).json()
        # After a 500 what was held up may still come through at any moment.
        good = (before, again.code) == ([2], 40406) if answer.status == 200 else again.status == 200 or again.code == 40406
        good = good and (after, every) == ([2], [1, 2])
        return faults if good else faults + ["%r, then %s, again %r, then %s, all %s" % (answer, before, again, after, every)]


class Configure(Change):
    """A change of a subject's configuration."""

    def __init__(self, lane):
        super().__init__(lane)
        self.subject, _ = lane.fresh()
        self.questions = [(("GET", "/config/%s%s" % (self.subject, more)), lambda answer: b"FULL" in answer.body)
                          for more in ("", "?defaultToGlobal=true")]
        assert lane.patiently("PUT", "/config/" + self.subject, b'{"compatibility":"NONE"}').status == 200

    def act(self):
        return self.lane.ask("PUT", "/config/" + self.subject, b'{"compatibility":"FULL"}')

    def verify(self, answer):
        faults = self.memory_faults()
        before = self.lane.patiently("GET", "/config/" + self.subject).json()
        again = self.lane.patiently("PUT", "/config/" + self.subject, b'{"compatibility":"FULL"}')
        after = self.lane.patiently("GET", "/config/" + self.subject).json()
        allowed = ({"compatibilityLevel": "FULL"},) if answer.status == 200 else (
            {"compatibilityLevel": "FULL"}, {"compatibilityLevel": "NONE"})
        good = before in allowed and again.status == 200 and after == {"compatibilityLevel": "FULL"}
        return faults if good else faults + ["%r, then %s, again %r, then %s" % (answer, before, again, after)]


CHANGES = (Register, First, Delete, Configure)


def borders(data):
    """Offsets after each whole message of PostgreSQL's protocol: a type, a length, the rest. A new connection begins with
    messages without a type, and with a single N: no TLS."""
    found, place = [0], 1 if data[:1] == b"N" else 0
    while place + 5 <= len(data):
        length = struct.unpack(">I", data[place + 1:place + 5])[0]
        place += struct.unpack(">I", data[place:place + 4])[0] if data[place] == 0 else 1 + length
        found.append(min(place, len(data)))
    return found


def measure(lane, change):
    """{direction: (bytes that pass, borders of messages)} of one change, the most of several."""
    found = {direction: (0, []) for direction in DIRECTIONS}
    for _ in range(MEASURED):  # statements are prepared on each connection
        one = change(lane)
        assert not one.verify(one.act()), "before there was a cut"
    for _ in range(MEASURED):
        one = change(lane)
        if change is not First:
            one.warm()
        lane.between.arm()
        answer = one.act()
        assert answer.status == 200, answer
        for direction in DIRECTIONS:
            data = lane.between.most(direction)
            if len(data) > found[direction][0]:
                found[direction] = (len(data), borders(data))
        assert not one.verify(answer), "without a cut"
    return found


class Tally:
    """What came of the cuts. Guarded by its lock."""

    def __init__(self):
        self.lock, self.faults, self.statuses, self.cut = threading.Lock(), [], collections.Counter(), collections.Counter()
        self.longest = collections.Counter()

    def add(self, place, answer, took, is_cut, faults):
        change, direction, count, then = place
        shown = "%s, %s after %d bytes %s" % (change.__name__, then, count, DIRECTIONS[direction])
        with self.lock:
            self.faults += ["%s: %s" % (shown, fault) for fault in faults]
            key = (change.__name__, DIRECTIONS[direction], then, answer.status)
            self.statuses[key] += 1
            self.longest[key] = max(took, self.longest[key])
            self.cut[change.__name__, DIRECTIONS[direction]] += is_cut


def step(lane, place, tally):
    change, direction, count, then = place
    one = change(lane)
    if change is not First:
        one.warm()
    lane.between.arm(direction, count, then)
    begin = time.monotonic()
    answer = one.act()
    took, is_cut = time.monotonic() - begin, lane.between.is_cut
    lane.between.arm()
    lane.between.go_on()
    faults = [] if answer.status == 200 or load.is_promised(answer) else ["%r" % answer]
    if took > LONGEST_SECONDS:
        faults.append("the answer took %.2f s" % took)
    tally.add(place, answer, took, is_cut, faults + one.verify(answer))


def work(lane, places, lock, tally, deadline, rest):
    """Takes one place after the other, until the rest is left that may be left when the time is over."""
    place = None
    try:
        while True:
            with lock:
                if not places or (len(places) <= rest and time.monotonic() > deadline):
                    return
                place = places.pop()
            step(lane, place, tally)
    except Exception as fault:  # reported by the test
        lane.is_broken = True
        with tally.lock:
            tally.faults.append("lane %d broke off at %s: %r" % (lane.number, place, fault))


def plan(sizes, chance):
    """(places, how many of them are needed); the last one is taken first: the borders, then what is beside them, then the rest
    in any order."""
    near, beside, rest, held = [], [], [], []
    for change, directions in sizes.items():
        for direction, (size, found) in directions.items():
            close = {offset + by for offset in found for by in (-1, 1) if 0 <= offset + by <= size} - set(found)
            near += [(change, direction, count, "cut") for count in set(found)]
            beside += [(change, direction, count, "cut") for count in close]
            rest += [(change, direction, count, "cut") for count in set(range(size + 1)) - close - set(found)]
            held += [(change, direction, count, "hold")
                     for count in chance.sample(found, min(HELD[change is First], len(found)))]
    for some in (near, beside, rest, held):
        chance.shuffle(some)
    return rest + beside + near + held, len(near) + len(held)


def lanes_of(stack, database):
    """Nodes in databases of their own, so that nobody waits for somebody else's lease."""
    lanes = []
    for number in range(LANES):
        url = database.create_database("lane_%d" % number)
        between = stack.enter_context(proxy.Proxy(database.port))
        store = ["--database", url.replace(str(database.port), str(between.port))]
        lanes.append(Lane(number, between, stack.enter_context(cluster.Node(store, *FLAGS, name="lane-%d" % number))))
    return lanes


def ids_of(checks, lane):
    """Each registration got an id of its own, without gaps."""
    checks.equal("ids of lane %d" % lane.number, sorted(lane.used), list(range(1, len(lane.used) + 1)))
    answer = lane.patiently("GET", "/schemas/ids/1?fetchMaxId=true")
    checks.equal("highest id of lane %d" % lane.number, answer.json().get("maxId"), len(lane.used))


def cuts(checks, stack, database, seed, seconds):
    lanes, tally, lock = lanes_of(stack, database), Tally(), threading.Lock()
    sizes = {change: measure(lanes[0], change) for change in CHANGES}
    for change, directions in sizes.items():
        shown = ["%d bytes %s in %d messages" % (size, DIRECTIONS[direction], len(found) - 1)
                 for direction, (size, found) in directions.items()]
        print("%s: %s" % (change.__name__, ", ".join(shown)), flush=True)
    places, needed = plan(sizes, random.Random(seed))
    total, deadline = len(places), time.monotonic() + seconds
    threads = [threading.Thread(target=work, args=(lane, places, lock, tally, deadline, total - needed)) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("%d of %d places, needed are %d" % (total - len(places), total, needed))
    for key, count in sorted(tally.statuses.items()):
        print("    %s %s, %s: %d × %d, %.2f s at most" % (*key, count, tally.longest[key]))
    load.report(checks, "each cut", tally.faults)
    checks.that(total - len(places) >= needed, "all borders of messages were reached", came=total - len(places), wanted=needed)
    for key, count in tally.cut.items():
        checks.that(count > 0, "there were cuts", came=key)
    for lane in lanes:
        if not lane.is_broken:
            ids_of(checks, lane)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    cluster.skip_without_postgres()
    seed = load.seed_of_run()
    with postgres.Postgres() as database, contextlib.ExitStack() as stack:
        return client.run("nodes_cuts", [lambda checks: cuts(checks, stack, database, seed,
                                                             86400 if arguments.all else arguments.seconds)])


if __name__ == "__main__":
    sys.exit(main())
