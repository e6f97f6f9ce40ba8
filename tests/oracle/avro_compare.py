"""Random Avro schemas and pairs of them: a running registry against the Python package avro.

Debian's python3-avro is the oracle; without it the test is skipped (exit status 77), so the system's Python runs it.
AVOUCH_TEST_SEED draws others. Where the package goes its own way stands in DEVIATIONS and PAIRS, with the reason."""
import http.client
import json
import os
import random
import re
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "http"))
import server  # noqa: E402
from avro_source import PRIMITIVES, Source, mutated  # noqa: E402

try:
    import avro.schema
    from avro.compatibility import ReaderWriterCompatibilityChecker as Checker, SchemaCompatibilityType
except ImportError:
    avro, Checker = None, object

WRITERS, READERS_EACH, TEXTS = 600, 8, 8000

# Who refuses alone, what it says (on the next line stands the schema), and why that is right or at least known.
DEVIATIONS = [
    ("avro", r"is already in use", "Avro 1.12 lets a name be defined twice when both say the same"),
    ("avro", r"(Could not make an Avro Schema object from|Undefined type:) \w", "Avro 1.12 allows early uses of names"),
    ("avro", r"The order property .* is not valid", "order is read in any letter case, and only when it is text"),
    ("avro", r"Enum default '.*' is not a valid member", "a default of another type than text is dropped"),
    ("avro", r"The namespace property must be a string", "a namespace of another type than text is dropped"),
    ("avro", r'^a default does not fit\n.*"name": "(%s)"' % "|".join(PRIMITIVES), "inside of n it takes int for n.int"),
    ("here", r"^Duplicate in union:", "it tells branches apart by kind, but not two of one name"),
    ("here", r"^(Illegal|Empty name)", "it does not check names of fields and aliases"),
    ("here", r"^alias(es)? not a", "it does not look at aliases"),
    ("here", r"^Enum has no symbols: ", "a text is a sequence of texts for Python"),
    ("here", r"^Invalid or no size: ", "true is a number for Python"),
    ("here", r'^(Undefined|Can.t redefine).*\n.*"namespace": ""', "an empty namespace is the one around for it"),
    ("here", r'^Invalid default .*\n.*"name": "(%s)"' % "|".join(PRIMITIVES), "inside of n it takes int for n.int"),
]

RECORD = '{"type": "record", "name": "%s", "namespace": "%s", "fields": [%s]}'
HELD = RECORD % ("A", "p", '{"name": "c", "type": %s}, {"name": "bad", "type": "%%s"}' % (
    RECORD % ("C", "p", '{"name": "a", "type": ["null", "A"]}')))
TWO = RECORD % ("T", "p", '{"name": "x", "type": %s}, {"name": "y", "type": "C"}')
# Writer, reader, the verdict here (that of the package is the opposite), and why.
PAIRS = [
    ('{"type": "error", "name": "R", "fields": []}', '{"type": "record", "name": "R", "fields": []}', True,
     "an error is a record"),
    ('{"type": "fixed", "name": "Old", "namespace": "n", "size": 1}',
     '{"type": "fixed", "name": "New", "namespace": "n", "aliases": ["Old"], "size": 1}', True,
     "an alias without a namespace has that of its type"),
    (TWO % (HELD % "int"), TWO % ("[%s, %s]" % (HELD % "string", RECORD % ("A", "q", ""))), False,
     "the package keeps that C is readable, which it assumed while it tried p.A; fixpoint() tells in random pairs"),
]


# -- the oracle -------------------------------------------------------------------------------------------------------

def parse(text):
    """(schema, None) or (None, what is wrong)."""
    try:
        return avro.schema.parse(text), None
    except Exception as fault:  # the package raises whatever comes
        return None, str(fault) or type(fault).__name__


def fits(schema, value):
    """Whether value may be a default of schema; the package does not say."""
    kind = schema.type
    if kind in ("int", "long"):
        bound = 1 << (31 if kind == "int" else 63)
        return isinstance(value, int) and not isinstance(value, bool) and -bound <= value < bound
    if kind in ("float", "double"):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in ("bytes", "string", "enum", "fixed"):
        return isinstance(value, str)
    if kind == "array":
        return isinstance(value, list) and all(fits(schema.items, item) for item in value)
    if kind == "map":
        return isinstance(value, dict) and all(fits(schema.values, item) for item in value.values())
    if kind in ("record", "error"):
        return isinstance(value, dict) and all(member_fits(field, value) for field in schema.fields)
    if kind == "union":
        return any(fits(branch, value) for branch in schema.schemas)
    return value is None if kind == "null" else isinstance(value, bool)


def member_fits(field, value):
    if field.name in value:
        return fits(field.type, value[field.name])
    return field.has_default and default_fits(field)


NUMBER = re.compile(r"[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?)")


def default_fits(field):
    value = field.default
    if field.type.type in ("float", "double") and isinstance(value, str):
        return NUMBER.fullmatch(value.strip()) is not None
    return fits(field.type, value)


def types_in(schema):
    """The schema and all types that it is made of, each once."""
    found, waiting = {}, [schema]
    while waiting:
        one = waiting.pop()
        if id(one) in found:
            continue
        found[id(one)] = one
        if one.type in ("record", "error"):
            waiting += [field.type for field in one.fields]
        elif one.type in ("array", "map"):
            waiting.append(one.items if one.type == "array" else one.values)
        elif one.type == "union":
            waiting += one.schemas
    return list(found.values())


def defaults_fit(schema):
    fields = [field for one in types_in(schema) if one.type in ("record", "error") for field in one.fields]
    try:
        return all(default_fits(field) for field in fields if field.has_default)
    except RecursionError:  # a default that needs itself
        return False


def verdict(result):
    return result.compatibility is SchemaCompatibilityType.compatible


def is_readable(reader, writer):
    return verdict(Checker().get_compatibility(reader, writer))


class Table(Checker):
    """The rules of the package for one pair, given the verdicts on all others."""

    def __init__(self, readable):
        super().__init__()
        self.readable = readable

    def get_compatibility(self, reader, writer, reference_token="/", location=None):
        is_kept = (id(reader), id(writer)) in self.readable
        known = avro.schema.parse('"int"'), avro.schema.parse('"int"' if is_kept else '"string"')
        return Checker().get_compatibility(*known)


def fixpoint(reader, writer):
    """The verdict by the package's rules without its memory: pairs are taken for readable and struck until nothing
    changes."""
    pairs = [(r, w) for r in types_in(reader) for w in types_in(writer)]
    readable = {(id(r), id(w)) for r, w in pairs}
    while True:
        table = Table(readable)
        kept = {(id(r), id(w)) for r, w in pairs
                if (id(r), id(w)) in readable and verdict(table.calculate_compatibility(r, w, []))}
        if kept == readable:
            return (id(reader), id(writer)) in readable
        readable = kept


# -- the registry -----------------------------------------------------------------------------------------------------

class Registry:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, path, text):
        headers = {"Content-Type": "application/vnd.schemaregistry.v1+json"}
        self.connection.request("POST", path, json.dumps({"schema": text}), headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def register(self, subject, text):
        status, reply = self.post("/subjects/%s/versions" % subject, text)
        if status != 200:
            raise AssertionError("%d %s for %s" % (status, reply, text))

    def is_readable(self, subject, text):
        """Whether version 1 of the subject can be read with the schema."""
        status, reply = self.post("/compatibility/subjects/%s/versions/1" % subject, text)
        if status != 200:
            raise AssertionError("%d %s for %s" % (status, reply, text))
        return reply["is_compatible"]

    def fault_of(self, text):
        """None when the schema is accepted, else what is said."""
        status, reply = self.post("/compatibility/subjects/nothing-here/versions/latest", text)
        if status == 200 and reply == {"is_compatible": True}:
            return None
        if status != 422 or reply.get("error_code") != 42201:
            raise AssertionError("%d %s for %s" % (status, reply, text))
        return reply["message"].rsplit(" of type AVRO, details: ", 1)[-1]


# -- tests ------------------------------------------------------------------------------------------------------------

def compare_known_pairs(registry):
    """The rows of PAIRS still hold, on both sides."""
    wrong = []
    for i, (writer, reader, expected, reason) in enumerate(PAIRS):
        registry.register("known%d" % i, writer)
        ours = registry.is_readable("known%d" % i, reader)
        theirs = is_readable(avro.schema.parse(reader), avro.schema.parse(writer))
        if ours is not expected or theirs is expected:
            wrong.append("%s here, %s by avro, but %s\n%s\n%s" % (ours, theirs, reason, writer, reader))
    return wrong


def compare_pairs(registry, seed):
    """Verdicts on versions of one schema, and on schemas that have nothing to do with each other."""
    wrong, readable, assumed = [], 0, 0
    for i in range(WRITERS):
        writer_text = Source((seed, i)).text()
        writer = avro.schema.parse(writer_text)
        registry.register("s%d" % i, writer_text)
        for j in range(READERS_EACH):
            reader_text = Source((seed, i) if j else (seed, i + 1), (seed, i, j)).text()
            reader = avro.schema.parse(reader_text)
            ours, theirs = registry.is_readable("s%d" % i, reader_text), is_readable(reader, writer)
            readable += ours
            if ours is theirs:
                continue
            if theirs and not fixpoint(reader, writer):
                assumed += 1
            else:
                wrong.append("%s here, %s by avro: writer\n%s\nreader\n%s" % (ours, theirs, writer_text, reader_text))
    print("%d pairs, %d readable, %d where avro keeps an assumption" % (WRITERS * READERS_EACH, readable, assumed))
    return wrong


def deviation(who, fault):
    """The row of DEVIATIONS that explains it, or None."""
    for number, (whose, pattern, _) in enumerate(DEVIATIONS):
        if whose == who and re.search(pattern, fault):
            return number
    return None


def compare_acceptance(registry, seed):
    """Schemas with something changed in them: who refuses which."""
    chance, wrong, accepted, used = random.Random("%s texts" % seed), [], 0, [0] * len(DEVIATIONS)
    for i in range(TEXTS):
        schema = Source((seed, "text", i)).whole()
        for _ in range(chance.randrange(3)):
            schema = mutated(schema, chance)
        text = json.dumps(schema)
        ours, (model, theirs) = registry.fault_of(text), parse(text)
        if model is not None and not defaults_fit(model):
            theirs = "a default does not fit"
        accepted += ours is None
        if (ours is None) == (theirs is None):
            continue
        who, fault = ("avro", theirs) if ours is None else ("here", ours)
        row = deviation(who, "%s\n%s" % (fault, text))
        if row is None:
            wrong.append("%s\nhere: %s\navro: %s" % (text, ours, theirs))
        else:
            used[row] += 1
    print("%d texts, %d accepted, %d deviations of a known kind" % (TEXTS, accepted, sum(used)))
    for count, (_, _, reason) in zip(used, DEVIATIONS):
        print("    %4d  %s" % (count, reason))
    return wrong


def main():
    if avro is None:
        print("SKIP the package avro (python3-avro) is not here")
        return 77
    warnings.simplefilter("ignore")
    seed = os.environ.get("AVOUCH_TEST_SEED") or "avouch"
    print("AVOUCH_TEST_SEED=%s" % seed, flush=True)
    with server.Running("--schema.validation", "reference", "--schema.compatibility.level", "backward") as running:
        registry = Registry(running.port)
        wrong = compare_known_pairs(registry) + compare_pairs(registry, seed) + compare_acceptance(registry, seed)
    for line in wrong[:20]:
        print("FAIL %s" % line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
