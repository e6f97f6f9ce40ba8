"""The checker of histories itself: good histories pass, and each way of being wrong is found."""
import itertools
import random
import sys
import os

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import client  # noqa: E402
import history  # noqa: E402
import subject as machine  # noqa: E402
from history import Operation  # noqa: E402
from subject import no, ok  # noqa: E402

A, B, C = ("int", 1), ("int", 2), ("string", 3)


def op(start, end, kind, argument=None, outcome=None, subject="s", id=None, content=None):
    return Operation(subject, kind, argument, start=start, end=end, outcome=outcome, id=id, node=0,
                     content=content or (argument if kind == "register" else None))


def registered(start, end, content, version, id, subject="s"):
    return op(start, end, "register", content, ok(version), subject, id)


# What is wrong with a history: words of the fault, and the history.
WRONG = {
    "two ids for a content": ("has 2 ids", [registered(0, 1, A, 1, 1), registered(2, 3, A, 1, 2, "t")]),
    "two contents of an id": ("id 1 has two contents", [registered(0, 1, A, 1, 1), registered(2, 3, B, 1, 1, "t")]),
    "two contents of an id, as read": ("id 1 has two contents", [
        registered(0, 1, A, 1, 1), registered(0, 1, B, 2, 2), op(2, 3, "by_id", 1, ok(B), id=1, content=B)]),
    "two contents of a version": ("answered to two contents", [registered(0, 1, A, 1, 1), registered(0, 1, B, 1, 2)]),
    "two versions of a content": ("has the versions [1, 2]", [registered(0, 1, A, 1, 1), registered(2, 3, A, 2, 1)]),
    "a gap": ("the versions [2] are missing", [registered(0, 1, A, 1, 1), registered(0, 1, B, 3, 2)]),
    "versions against the time": ("s: version 2 was answered before s: version 1", [
        registered(0, 1, A, 2, 1), registered(2, 3, B, 1, 2)]),
    "ids against the time": ("was answered before id", [registered(0, 1, A, 1, 2), registered(2, 3, B, 1, 1, "t")]),
    "an id that is lost": ("is not there", [registered(0, 1, A, 1, 1), op(2, 3, "by_id", 1, no(40403))]),
    "an id from the future": ("read before", [op(0, 1, "by_id", 1, ok(A), id=1, content=A), registered(2, 3, A, 1, 1)]),
    "latest is stale": ("no order", [
        registered(0, 1, A, 1, 1), registered(2, 3, B, 2, 2), op(4, 5, "latest", None, ok((1, A)))]),
    "latest is from the future": ("no order", [
        registered(0, 1, A, 1, 1), op(2, 3, "latest", None, ok((2, B))), registered(4, 5, B, 2, 2)]),
    "latest goes back": ("no order", [
        registered(0, 1, A, 1, 1), registered(2, 9, B, 2, 2), op(3, 4, "latest", None, ok((2, B))),
        op(5, 6, "latest", None, ok((1, A)))]),
    "versions are stale": ("no order", [registered(0, 1, A, 1, 1), op(2, 3, "versions", False, no(40401))]),
    "a version has another content": ("no order", [registered(0, 1, A, 1, 1), op(2, 3, "version", (1, False), ok(B))]),
    "a look-up is stale": ("no order", [registered(0, 1, A, 1, 1), op(2, 3, "look_up", A, no(40401))]),
    "a subject is not listed": ("no order", [registered(0, 1, A, 1, 1), op(2, 3, "listed", None, ok(False))]),
    "a deleted version is read": ("no order", [
        registered(0, 1, A, 1, 1), op(2, 3, "delete_version", 1, ok(1)), op(4, 5, "latest", None, ok((1, A)))]),
    "a delete that undoes itself": ("no order", [
        registered(0, 1, A, 1, 1), op(2, 9, "delete_version", 1, ok(1)), op(3, 4, "latest", None, no(40401)),
        op(5, 6, "versions", False, ok((1,)))]),
    "deleted twice": ("no order", [
        registered(0, 1, A, 1, 1), op(2, 5, "delete_version", 1, ok(1)), op(3, 6, "delete_version", 1, ok(1))]),
    "a delete that says no and did": ("no order", [
        registered(0, 1, A, 1, 1), op(2, 3, "delete_version", 1, no(40406)), op(4, 5, "latest", None, no(40401))]),
    "a removed version is back": ("no order", [
        registered(0, 1, A, 1, 1), registered(0, 1, B, 2, 2), op(2, 3, "delete_version", 1, ok(1)),
        op(4, 5, "remove_version", 1, ok(1)), op(6, 7, "version", (1, True), ok(A))]),
    "the configuration outlives the subject": ("no order", [
        registered(0, 1, A, 1, 1), op(2, 3, "put_config", "BACKWARD", ok("BACKWARD")),
        op(4, 5, "delete_subject", None, ok((1,))), op(6, 7, "remove_subject", None, ok((1,))),
        op(8, 9, "get_config", None, ok("BACKWARD"))]),
    "a level that is not obeyed": ("no order", [
        registered(0, 1, A, 1, 1), op(2, 3, "put_config", "BACKWARD", ok("BACKWARD")), registered(4, 5, C, 2, 2)]),
    "a level that is obeyed too long": ("no order", [
        registered(0, 1, A, 1, 1), op(2, 3, "put_config", "BACKWARD", ok("BACKWARD")),
        op(4, 5, "put_config", "NONE", ok("NONE")), op(6, 7, "register", C, no(40901))]),
    "a mode that is not obeyed": ("no order", [op(0, 1, "put_mode", "READONLY", ok("READONLY")), registered(2, 3, A, 1, 1)]),
    "a configuration that is stale": ("no order", [
        op(0, 1, "put_config", "NONE", ok("NONE")), op(2, 3, "put_config", "BACKWARD", ok("BACKWARD")),
        op(4, 5, "get_config", None, ok("NONE"))]),
    "an unknown one that happens twice": ("no order", [
        op(0, 1, "register", A, None), op(2, 3, "latest", None, ok((1, A))), op(4, 5, "delete_version", 1, ok(1)),
        op(6, 7, "delete_version", 1, ok(1))]),
    "an unknown one that comes and goes": ("no order", [
        op(0, 1, "register", A, None), op(2, 3, "latest", None, ok((1, A))), op(4, 5, "latest", None, no(40401))]),
    "an unknown one that was not begun": ("no order", [op(0, 1, "latest", None, ok((1, A))), op(2, 3, "register", A, None)]),
    "what is remembered was never so": ("was never so", [
        op(0, 1, "remembered", (1, False), ok(A), content=A), registered(2, 3, A, 1, 1)]),
    "a global value is stale": ("no order", [
        op(0, 1, "write", "a", ok("a"), "global"), op(2, 3, "write", "b", ok("b"), "global"),
        op(4, 5, "read", None, ok("a"), "global")]),
}

RIGHT = {
    "nothing": [],
    "one id in two subjects": [registered(0, 1, A, 1, 1), registered(0, 1, A, 1, 1, "t")],
    "beside each other, either order": [registered(0, 9, A, 2, 2), registered(0, 9, B, 1, 1)],
    "a read beside a write sees it or not": [
        registered(0, 1, A, 1, 1), registered(2, 9, B, 2, 2), op(3, 4, "latest", None, ok((1, A))),
        op(3, 4, "latest", None, ok((2, B)))],
    "an unknown one did not happen": [op(0, 1, "register", A, None), op(2, 3, "latest", None, no(40401))],
    "an unknown one happened": [op(0, 1, "register", A, None), op(2, 3, "latest", None, ok((1, A)))],
    "an unknown one happened late": [
        op(0, 1, "register", A, None), op(2, 3, "latest", None, no(40401)), op(4, 5, "latest", None, ok((1, A)))],
    "an unknown version fills a gap": [
        registered(0, 1, A, 1, 1), op(2, 3, "register", B, None), registered(4, 5, C, 3, 3)],
    "a new id after removal": [
        registered(0, 1, A, 1, 1), op(2, 3, "delete_version", 1, ok(1)), op(4, 5, "remove_version", 1, ok(1)),
        registered(6, 7, A, 1, 2), op(8, 9, "by_id", 1, no(40403))],
    "registered again after a soft delete": [
        registered(0, 1, A, 1, 1), op(2, 3, "delete_version", 1, ok(1)), registered(4, 5, A, 2, 1),
        op(6, 7, "versions", True, ok((2,)))],
    "a write that changes nothing unless it is the last": [
        op(0, 1, "put_config", "NONE", ok("NONE")), op(2, 5, "put_config", "NONE", ok("NONE")),
        op(3, 4, "delete_config", None, ok("NONE")), op(6, 7, "get_config", None, ok("NONE"))],
    "what is remembered may be old": [
        registered(0, 1, A, 1, 1), op(2, 3, "delete_version", 1, ok(1)), op(4, 5, "remembered", (1, False), ok(A), content=A)],
    "a global value": [
        op(0, 1, "write", "a", ok("a"), "global"), op(2, 5, "write", "b", ok("b"), "global"),
        op(3, 4, "read", None, ok("a"), "global"), op(6, 7, "read", None, ok("b"), "global")],
}


def right(checks):
    for name, operations in RIGHT.items():
        checks.equal("right: " + name, history.check(operations, {"global"}), [])


def wrong(checks):
    for name, (words, operations) in WRONG.items():
        faults = history.check(operations, {"global"})
        checks.that(any(words in fault for fault in faults), "wrong: " + name, came=faults, wanted=words)


def brute_force(operations):
    """Whether some order explains the operations, by trying all of them; those not known may be left out."""
    known = [one for one in operations if one.outcome is not None]
    unknown = [one for one in operations if one.outcome is None]
    for count in range(len(unknown) + 1):
        for chosen in itertools.combinations(unknown, count):
            for order in itertools.permutations(known + list(chosen)):
                if is_explained(order):
                    return True
    return False


def is_explained(order):
    state, latest_start = machine.EMPTY, -1
    for one in order:
        if one.end < latest_start:
            return False
        latest_start = max(latest_start, one.start)
        state, outcome = machine.step(state, one)
        if one.outcome is not None and outcome != one.outcome:
            return False
    return True


FAMILIES = [  # of operations that meet each other
    [("register", A), ("register", B), ("latest", None), ("versions", False), ("look_up", A)],
    [("register", A), ("delete_version", 1), ("remove_version", 1), ("versions", True), ("version", (1, False))],
    [("register", A), ("delete_subject", None), ("remove_subject", None), ("put_config", "NONE"), ("get_config", None)],
    [("put_config", "NONE"), ("put_config", "BACKWARD"), ("delete_config", None), ("get_config", None)],
    [("put_mode", "READONLY"), ("put_mode", "READWRITE"), ("delete_mode", None), ("get_mode", None), ("register", A)],
    [("put_config", "BACKWARD"), ("delete_config", None), ("register", A), ("register", C), ("listed", None)],
]


def make_history(chance, count):
    """A history that happened, with some outcomes lost, and perhaps one as if another moment had been read or written."""
    state, made, states, arguments, reach = machine.EMPTY, [], [], chance.choice(FAMILIES), chance.choice((0.4, 1, 2, 4))
    for moment in range(count):
        kind, argument = chance.choice(arguments)
        one = op(moment - chance.random() * reach, moment + chance.random() * reach, kind, argument, ok(0))
        states.append(state)
        state, one.outcome = machine.step(state, one)
        if chance.random() < 0.15 and kind in machine.CHANGING:
            one = op(one.start, one.end, kind, argument, None)
        made.append(one)
    one = chance.choice(made)
    if one.outcome is not None and chance.random() < 0.6:
        one.outcome = machine.step(chance.choice(states), one)[1]
    return made


def compared(checks):
    """Random small histories: the verdict is that of trying all orders."""
    seed = int(os.environ.get("AVOUCH_TEST_SEED", random.SystemRandom().randrange(2**32)))
    print("seed %d" % seed)
    chance, verdicts = random.Random(seed), {True: 0, False: 0}
    for _ in range(12000):
        operations = make_history(chance, chance.randrange(1, 8))
        wanted = brute_force(operations)
        verdicts[wanted] += 1
        checks.equal("as all orders say", history.judge("s", operations, machine.EMPTY, machine.step) == [], wanted,
                     sent=operations)
    checks.that(min(verdicts.values()) > 200, "both verdicts occur", came=verdicts)


def bounded(checks):
    """A history that nobody can decide is given up."""
    limit, history.SEARCH_STEPS = history.SEARCH_STEPS, 100
    operations = [op(0, 1, "register", ("int", number), None) for number in range(12)]
    operations.append(op(2, 3, "versions", False, ok((99,))))
    faults = history.judge("s", operations, machine.EMPTY, machine.step)
    history.SEARCH_STEPS = limit
    checks.that(len(faults) == 1 and "not decided" in faults[0], "given up", came=faults)


if __name__ == "__main__":
    sys.exit(client.run("history_check", [right, wrong, compared, bounded]))
