"""A subject as a machine: what each operation answers, and what it leaves behind. This is what a single registry does, one
operation after the other; contents are (family, number), and families are incompatible with each other."""
import collections

READONLY, LEVELS = "READONLY", ("NONE", "BACKWARD", "FULL_TRANSITIVE")
# What may change something. All else only reads.
CHANGING = {"register", "delete_version", "remove_version", "delete_subject", "remove_subject", "put_config", "delete_config",
            "put_mode", "delete_mode", "write"}
PERMANENT = {"remove_version", "remove_subject"}

Subject = collections.namedtuple("Subject", "versions level mode")  # versions: ((version, content, is_deleted), …) ascending
EMPTY = Subject((), None, None)


def ok(value):
    return ("ok", value)


def no(code):
    return ("no", code)


def active(state):
    return [entry for entry in state.versions if not entry[2]]


def is_allowed(state, content):
    """Whether the level of the subject lets the content in beside the active versions."""
    others = active(state)
    if state.level in (None, "NONE"):
        return True
    return all(other[1][0] == content[0] for other in (others[-1:] if state.level == "BACKWARD" else others))


def register(state, content):
    found = [version for version, other, is_deleted in state.versions if other == content and not is_deleted]
    if found:
        return state, ok(found[-1])
    if state.mode == READONLY:
        return state, no(42205)
    if not is_allowed(state, content):
        return state, no(40901)
    version = max((entry[0] for entry in state.versions), default=0) + 1
    # A soft-deleted version of the same content gives way to the new one.
    kept = tuple(entry for entry in state.versions if entry[1] != content)
    return state._replace(versions=kept + ((version, content, False),)), ok(version)


def look_up(state, content):
    found = [version for version, other, is_deleted in state.versions if other == content and not is_deleted]
    return state, ok(found[-1]) if found else no(40403 if active(state) else 40401)


def latest(state, _):
    found = active(state)
    return state, ok(found[-1][:2]) if found else no(40401)


def versions(state, with_deleted):
    found = [entry[0] for entry in (state.versions if with_deleted else active(state))]
    return state, ok(tuple(found)) if found else no(40401)


def version(state, argument):
    number, with_deleted = argument
    among = state.versions if with_deleted else active(state)
    found = [content for other, content, _ in among if other == number]
    return state, ok(found[0]) if found else no(40402 if among else 40401)


def listed(state, _):
    """Whether a listing of subjects has this one."""
    return state, ok(bool(active(state)))


def delete_version(state, number):
    found = [entry for entry in state.versions if entry[0] == number]
    if not found:
        return state, no(40402 if state.versions else 40401)
    if state.mode == READONLY:
        return state, no(42205)
    if found[0][2]:
        return state, no(40406)
    marked = tuple((other, content, is_deleted or other == number) for other, content, is_deleted in state.versions)
    return state._replace(versions=marked), ok(number)


def removed(state, kept):
    """The last version takes configuration and mode of the subject with it."""
    return state._replace(versions=kept) if kept else EMPTY


def remove_version(state, number):
    found = [entry for entry in state.versions if entry[0] == number]
    if not found:
        return state, no(40402 if state.versions else 40401)
    if state.mode == READONLY:
        return state, no(42205)
    if not found[0][2]:
        return state, no(40407)
    return removed(state, tuple(entry for entry in state.versions if entry[0] != number)), ok(number)


def delete_subject(state, _):
    found = active(state)
    if not state.versions:
        return state, no(40401)
    if state.mode == READONLY:
        return state, no(42205)
    if not found:
        return state, no(40404)
    marked = tuple((number, content, True) for number, content, _ in state.versions)
    return state._replace(versions=marked), ok(tuple(entry[0] for entry in found))


def remove_subject(state, _):
    if not state.versions:
        return state, no(40401)
    if state.mode == READONLY:
        return state, no(42205)
    if active(state):
        return state, no(40405)
    return EMPTY, ok(tuple(entry[0] for entry in state.versions))


def get_config(state, _):
    return state, ok(state.level) if state.level else no(40408)


def put_config(state, level):
    return (state, no(42205)) if state.mode == READONLY else (state._replace(level=level), ok(level))


def delete_config(state, _):
    if not state.level:
        return state, no(40401)
    return (state, no(42205)) if state.mode == READONLY else (state._replace(level=None), ok(state.level))


def get_mode(state, _):
    return state, ok(state.mode) if state.mode else no(40409)


def put_mode(state, mode):
    return state._replace(mode=mode), ok(mode)


def delete_mode(state, _):
    return (state._replace(mode=None), ok(state.mode)) if state.mode else (state, no(40401))


STEPS = {step.__name__: step for step in (
    register, look_up, latest, versions, version, listed, delete_version, remove_version, delete_subject, remove_subject,
    get_config, put_config, delete_config, get_mode, put_mode, delete_mode)}


def step(state, op):
    """(state afterwards, outcome)."""
    return STEPS[op.kind](state, op.argument)
