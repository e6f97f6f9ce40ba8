"""Decides whether a recorded history of concurrent operations on a registry is linearizable.

An operation has a begin and an end (one clock for all clients), and an outcome: a value, an error code, or None when it is not
known whether it happened (500, a lost connection). Subjects are independent but for ids, so that each is searched for an order
of its own (Wing and Gong, with the memory of Lowe); ids are held against rules. The rules about versions follow from the
search; they are checked besides because what they say is easier to read."""
import collections
import math

import subject
from subject import CHANGING, PERMANENT, ok

SEARCH_STEPS = 2_000_000  # per subject
SHOWN_CHANGES, SHOWN_READS = 12, 10


class Operation:
    """What a client did. content: what was registered or read, with the id that came with it."""
    __slots__ = ("subject", "kind", "argument", "node", "start", "end", "outcome", "content", "id")

    def __init__(self, name, kind, argument=None, *, start, end=math.inf, outcome=None, content=None, id=None, node=None):
        self.subject, self.kind, self.argument, self.node = name, kind, argument, node
        self.start, self.end, self.outcome, self.content, self.id = start, end, outcome, content, id
        if outcome is None:
            self.end = math.inf  # it may still happen

    def __repr__(self):
        argument = "" if self.argument is None else " %s" % (self.argument,)
        return "%.4f…%.4f %s on %s: %s%s → %s%s" % (self.start, self.end, self.subject, self.node, self.kind, argument,
                                                   "unknown" if self.outcome is None else self.outcome,
                                                   "" if self.id is None else " (%s is id %d)" % (self.content, self.id))


# -- the search --

class Undecided(Exception):
    """The bound of the search was reached."""


class Search:
    """Looks for an order of the operations of one object in which each has the outcome that it had.

    Begins and ends lie on a list in the order of time. An operation may come next when its begin is before the first end that
    is left. What was seen before, as a set of operations and the state they lead to, is not tried again."""

    def __init__(self, operations, initial, step):
        self.operations, self.step, self.state, self.done, self.stack = operations, step, initial, 0, []
        self.seen, self.steps, self.deepest, self.stuck = set(), 0, -1, None
        events = [(op.start, 0, index) for index, op in enumerate(operations)]
        events += [(op.end, 1, index) for index, op in enumerate(operations)]
        events.sort()  # of one moment, begins come first: they are taken for concurrent
        self.events, count = events, len(events)
        self.next, self.before = list(range(1, count + 2)), list(range(-1, count + 1))
        self.next[count] = 0  # the last place of the lists is their head
        self.before[0], self.before[count] = count, count - 1
        self.head = count
        self.end_of = {index: place for place, (_, is_end, index) in enumerate(events) if is_end}

    def _remove(self, place):
        self.next[self.before[place]], self.before[self.next[place]] = self.next[place], self.before[place]

    def _put_back(self, place):
        self.next[self.before[place]] = self.before[self.next[place]] = place

    def _take(self, place, index, state, is_final):
        self.stack.append((place, self.state, is_final))
        self.state, self.done = state, self.done | 1 << index
        self._remove(place)
        self._remove(self.end_of[index])

    def _undo(self):
        """Takes back the last choice that had another; the place to go on from, None when there is none."""
        while self.stack:
            place, state, is_final = self.stack.pop()
            index = self.events[place][2]
            self._put_back(self.end_of[index])
            self._put_back(place)
            self.state, self.done = state, self.done & ~(1 << index)
            if not is_final:
                return self.next[place]
        return None

    def _try(self, place, index):
        """Lets an operation happen next if it can."""
        op = self.operations[index]
        state, outcome = self.step(self.state, op)
        if op.outcome is None:
            if state == self.state:
                return False  # left for later it can still do all that it could do now
        elif outcome != op.outcome:
            return False
        key = (self.done | 1 << index, state)
        if key in self.seen:
            return False
        self.seen.add(key)
        # What can only read, and fits now, never has to wait. (A write that changes nothing now may be needed later.)
        self._take(place, index, state, op.outcome is not None and (op.kind not in CHANGING or op.outcome[0] == "no"))
        return True

    def _note_stuck(self, index):
        if len(self.stack) > self.deepest:
            self.deepest, self.stuck = len(self.stack), (self.operations[index], self.state)

    def run(self):
        """None when there is an order, else (operation that no order can place, state before it) of the longest try."""
        place = self.next[self.head]
        while place != self.head:
            self.steps += 1
            if self.steps > SEARCH_STEPS:
                raise Undecided()
            _, is_end, index = self.events[place]
            if not is_end:
                place = self.next[self.head] if self._try(place, index) else self.next[place]
                continue
            if self.operations[index].outcome is None:
                return None  # only what may not have happened is left
            self._note_stuck(index)
            place = self._undo()
            if place is None:
                return self.stuck
        return None


def register_step(state, op):
    """A single value: what was written last is read."""
    return (op.argument, ok(op.argument)) if op.kind == "write" else (state, ok(state))


def judge(name, operations, initial, step):
    """Faults of one object: an empty list, or why there is no order of its operations."""
    search = Search(operations, initial, step)
    try:
        stuck = search.run()
    except Undecided:
        return ["%s: not decided after %d steps, %d operations" % (name, SEARCH_STEPS, len(operations))]
    if stuck is None:
        return []
    return [explain(name, sorted(operations, key=lambda other: other.start), *stuck)]


def explain(name, operations, op, state):
    """What a reader needs to see what went wrong: the operations around, changes for longer than reads."""
    past = [other for other in operations if other.end < op.start]
    read = sorted((other for other in past if other.kind not in CHANGING), key=lambda other: other.end)[-SHOWN_READS:]
    past = [other for other in past if other.kind in CHANGING][-SHOWN_CHANGES:] + read
    groups = {"before": sorted(past, key=lambda other: other.end),
              "beside": [other for other in operations if other.end >= op.start and other.start <= op.end and other is not op],
              "after": [other for other in operations if other.start > op.end][:SHOWN_READS]}
    lines = ["%s: no order of its %d operations explains %r" % (name, len(operations), op),
             "    state before it: %s" % (state,)]
    return "\n".join(lines + ["    %-8s%r" % (word, other) for word, group in groups.items() for other in group])


# -- the rules --

def by_subject(operations):
    found = collections.defaultdict(list)
    for op in operations:
        found[op.subject].append(op)
    return found


def contents_removed(operations):
    """{content: how many permanent deletes may have removed a version of it, and with it the id}."""
    registered = collections.defaultdict(set)
    for op in operations:
        if op.kind == "register":
            registered[op.subject].add(op.argument)
    counts = collections.Counter()
    for op in operations:
        if op.kind in PERMANENT and (op.outcome is None or op.outcome[0] == "ok"):
            counts.update(registered[op.subject])
    return counts


def id_faults(operations):
    """An id has one content; a content has one id, and another one only after it was removed for good."""
    contents, ids, faults = {}, collections.defaultdict(dict), []
    for op in operations:
        if op.id is None:
            continue
        first = contents.setdefault(op.id, op)
        if first.content != op.content:
            faults.append("id %d has two contents:\n    %r\n    %r" % (op.id, first, op))
        ids[op.content].setdefault(op.id, op)
    may_change = contents_removed(operations)
    for content, uses in ids.items():
        if len(uses) > 1 + may_change[content]:
            shown = "\n    ".join(map(repr, uses.values()))
            faults.append("%s has %d ids and was removed %d times:\n    %s" % (content, len(uses), may_change[content], shown))
    return faults


def order_faults(what, numbered):
    """numbered: {number: (it was there at, it was not begun before)}. Numbers must not go against the order of time."""
    faults, latest_begin, holder = [], -math.inf, None
    for number, (there, begun) in sorted(numbered.items()):
        if there < latest_begin:
            faults.append("%s %d was answered before %s %d was asked for" % (what, number, what, holder))
        if begun > latest_begin:
            latest_begin, holder = begun, number
    return faults


def spans(operations):
    """{content: (when it was there, before when nobody had begun with it)} of registrations that happened, or may have."""
    found = {}
    for op in operations:
        if op.kind == "register" and (op.outcome is None or op.outcome[0] == "ok"):
            there, begun = found.get(op.argument, (math.inf, math.inf))
            found[op.argument] = (min(there, op.end), min(begun, op.start))
    return found


def id_order_faults(operations):
    """New contents get rising ids."""
    removed_ones, ids = contents_removed(operations), {}
    for op in operations:
        if op.kind == "register" and op.id is not None and not removed_ones[op.argument]:
            ids[op.argument] = op.id
    return order_faults("id", {ids[content]: span for content, span in spans(operations).items() if content in ids})


def version_faults(name, operations):
    """Where nothing was deleted: each version has one content, they are consecutive, and rise with the time."""
    registrations = [op for op in operations if op.kind == "register"]
    if any(op.kind.startswith(("delete_", "remove_")) and op.kind not in ("delete_config", "delete_mode") for op in operations):
        return []
    contents, versions_of, faults = {}, collections.defaultdict(set), []
    for op in registrations:
        if op.outcome and op.outcome[0] == "ok":
            first = contents.setdefault(op.outcome[1], op)
            versions_of[op.argument].add(op.outcome[1])
            if first.argument != op.argument:
                faults.append("%s: a version was answered to two contents:\n    %r\n    %r" % (name, first, op))
    for content, numbers in versions_of.items():
        if len(numbers) > 1:
            faults.append("%s: %s has the versions %s" % (name, content, sorted(numbers)))
    unknown = len({op.argument for op in registrations if op.outcome is None} - set(versions_of))
    missing = sorted(set(range(1, max(contents, default=0) + 1)) - set(contents))
    if len(missing) > unknown:
        faults.append("%s: the versions %s are missing, %d outcomes are unknown" % (name, missing, unknown))
    numbers = {content: min(found) for content, found in versions_of.items()}
    spans_of = spans(registrations)
    return faults + order_faults("%s: version" % name, {numbers[content]: spans_of[content] for content in numbers})


def by_id_faults(operations):
    """Schemas by id (argument: the id; content: what came): there once it was answered, not before it was asked for."""
    removed_ones, spans_of, answered, faults = contents_removed(operations), spans(operations), {}, []
    for op in operations:
        if op.kind == "register" and op.id is not None:
            known = answered.get(op.id)
            answered[op.id] = op if known is None or op.end < known.end else known
    for op in operations:
        if op.kind != "by_id" or op.outcome is None:
            continue
        if op.outcome[0] == "ok":
            begun = spans_of.get(op.content, (math.inf, math.inf))[1]
            if begun > op.end:
                faults.append("read before it was written: %r" % op)
        else:
            known = answered.get(op.argument)
            if known and known.end < op.start and not removed_ones[known.argument]:
                faults.append("an id that was answered is not there:\n    %r\n    %r" % (known, op))
    return faults


def remembered_faults(name, operations):
    """What a node says of a version while the database is away: it may be old, but it was true once."""
    spans_of = spans(operations)
    return ["%s was never so: %r" % (name, op) for op in operations
            if op.kind == "remembered" and spans_of.get(op.content, (math.inf, math.inf))[1] > op.end]


def check(operations, globals_of=()):
    """The faults of a whole history. globals_of: names of objects that are single values (kinds write and read)."""
    faults = id_faults(operations) + id_order_faults(operations) + by_id_faults(operations)
    for name, of_subject in sorted(by_subject(op for op in operations if op.kind != "by_id").items()):
        if name in globals_of:
            faults += judge(name, of_subject, None, register_step)
        else:
            faults += version_faults(name, of_subject) + remembered_faults(name, of_subject)
            of_subject = [op for op in of_subject if op.kind != "remembered"]
            faults += judge(name, of_subject, subject.EMPTY, subject.step)
    return faults
