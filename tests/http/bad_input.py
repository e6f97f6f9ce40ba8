"""Bodies, numbers and texts that are wrong in every way: each is answered with a declared 4xx and an error object in time,
and the server goes on. The schemas are in bad_schemas.py, bad_json_schemas.py and bad_protobuf.py."""
import copy
import itertools
import json
import re
import sys

import bad_json_schemas
import bad_protobuf
import bad_schemas
import client
from bad_schemas import BAD, EMPTY, NO_SUBJECT, NOT_FOUND, OK, SCHEMA
from client import head_of

RULE = {"name": "r", "doc": "d", "kind": "CONDITION", "type": "CEL", "mode": "WRITE", "expr": "true", "tags": ["t"],
        "params": {"p": "q"}, "onSuccess": "NONE", "onFailure": "ERROR", "disabled": False}
METADATA = {"tags": {"a": ["b"]}, "properties": {"c": "d"}, "sensitive": ["c"]}
RULES = {"migrationRules": [{"name": "m", "type": "t", "mode": "UPGRADE"}], "domainRules": [RULE],
         "encodingRules": [{"name": "e", "type": "t"}], "enableAt": "ALL"}
REGISTER = {"schema": '"int"', "schemaType": "AVRO", "version": 0, "id": -1,
            "references": [{"name": "Fine", "subject": "referred", "version": 1}], "metadata": METADATA, "ruleSet": RULES}
CONFIG = {"compatibility": "BACKWARD", "alias": "other", "aliasForDeks": "other", "normalize": False, "validateFields": False,
          "validateNewSchemas": True, "validateRules": False, "compatibilityPolicy": "STRICT", "compatibilityGroup": "g",
          "defaultMetadata": METADATA, "overrideMetadata": {"properties": {"p": "q"}}, "defaultRuleSet": {"domainRules": [RULE]},
          "overrideRuleSet": {"domainRules": [{"name": "o", "type": "t"}]}}
BODIES = {
    ("POST", "/subjects/b/versions"): REGISTER, ("POST", "/subjects/b"): REGISTER,
    ("POST", "/compatibility/subjects/b/versions"): REGISTER, ("POST", "/compatibility/subjects/b/versions/latest"): REGISTER,
    ("PUT", "/config"): {"compatibility": "BACKWARD"}, ("PUT", "/config/c"): CONFIG,
    ("PUT", "/mode"): {"mode": "READWRITE"}, ("PUT", "/mode/c"): "READWRITE", ("POST", "/"): {"a": {"b": [1, None, "c"]}}}
# JSON texts that are put in the place of each member.
WRONG = ["null", "true", "0", "1.5", "-1", "-0", "-2147483649", "NaN", "-Infinity", "1e400", "1e-1000000000",
         "99999999999999999999",
         '"x"', '""', '"\\u0000"', '"\\ud800"', '"\\u0007"', "[]", "{}", "[null]", "[[]]", "[{}]", "[1]", '{"a":null}',
         '{"a":{}}',
         '{"a":[]}', '{"a":[null]}', '{"":""}', '"' + "x" * 70000 + '"']
LISTS_OF = {"references": dict, "tags": str, "sensitive": str, "migrationRules": dict, "domainRules": dict, "encodingRules": dict}
MAPS = ("tags", "properties", "params")
GENERAL = {"400", "404", "413", "422"}
MARK = "\u2603"


def members(value, path=()):
    """Paths of all members and elements inside of a body."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield path + (name,), inner
        yield from members(inner, path + (name,))


def replaced(body, path, text):
    """The body as JSON, with that text in the place of a member."""
    changed = copy.deepcopy(body)
    holder = changed
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = MARK
    return json.dumps(changed).replace(json.dumps(MARK), text).encode()


def kind_of(text):
    return {"[": list, "{": dict, '"': str, "t": bool, "n": type(None)}.get(text[0], float)


def must_be_bad(path, right, text):
    """Whether no server could make sense of the text there: its kind is another and is not converted."""
    kind, name = kind_of(text), path[-1]
    if kind is type(None):
        return isinstance(name, int) or (len(path) > 1 and path[-2] in MAPS)
    if isinstance(right, (dict, list)):
        holds_null = kind is list and name in LISTS_OF and text == "[null]"
        holds_null = holds_null or (kind is dict and name in MAPS and text == '{"a":null}')
        return not isinstance(right, kind) or holds_null
    if isinstance(right, bool):
        return kind in (list, dict) or text in ('"x"', '"\\ud800"')
    if isinstance(right, int):
        return kind in (list, dict, bool) or text in ('"x"', "1e400", "99999999999999999999", "-2147483649", "-Infinity")
    return kind in (list, dict)


class Play:
    """Sends rows to one server, and asks after each whether it is well."""

    def __init__(self, checks, running):
        self.checks, self.api, self.port = checks, running.api(), running.port
        self.pulse = client.Raw(running.port)
        self.counter, self.codes, self.told = itertools.count(), {}, set()
        for path, operations in self.api("GET", "/openapi.json").json()["paths"].items():
            for method, operation in operations.items():
                text = json.dumps(operation["responses"])
                pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
                self.codes.setdefault(method.upper(), []).append((pattern, set(re.findall(r"\b\d{3,5}\b", text))))

    def declared(self, method, target, answer, sent):
        """The code must be one of the first route that fits, or one of those that any route has; told once."""
        for pattern, codes in self.codes[method]:
            if pattern.fullmatch(target.split("?")[0]):
                good = str(answer.code) in codes | GENERAL
                if good or (pattern, answer.code) not in self.told:
                    self.checks.that(good, "a code that %s %s does not declare" % (method, target), sent, repr(answer), codes)
                self.told.add((pattern, answer.code))
                return

    def row(self, what, method, target, body, wanted, **headers):
        """wanted: what may come, pairs of status and code; None: anything below 500 that is declared."""
        answer = self.api(method, target, body, **headers)
        sent = (method, target, body)
        came = (answer.status, answer.code)
        good = came in wanted if wanted else answer.status < 500
        if answer.status != 200:
            good = good and answer.code is not None
        self.checks.that(good, what, sent, repr(answer), wanted or "200, or an error below 500")
        if answer.code is not None:
            self.declared(method, target, answer, sent)
        self.well(what)
        return answer

    def well(self, what):
        body = b'{"schema":"\\"int\\"","x":%d}' % next(self.counter)
        self.pulse.send(head_of("POST", "/subjects/fine/versions", body=body) + head_of("GET", "/"))
        came = [self.pulse.answer(), self.pulse.answer()]
        if [answer.status for answer in came] != [200, 200]:
            self.checks.that(False, "the server is well after: " + what, came=came)

    def fresh(self, what):
        """A registration that is new, and its way to the disk."""
        number = next(self.counter)
        name = {"schema": '{"type":"fixed","name":"F%d","size":1}' % number}
        self.checks.answer("a new registration after " + what, self.api("POST", "/subjects/f%d/versions" % number, name), 200)


def truncated(play):
    for (method, target), value in BODIES.items():
        body = json.dumps(value, ensure_ascii=False).encode()
        for size in range(0 if target != "/" else 1, len(body)):
            play.row("truncated", method, target, body[:size], [BAD] if size else [EMPTY])
        play.row("whole", method, target, body, [OK, NO_SUBJECT, (404, 40403), SCHEMA])


def wrong_types(play):
    for (method, target), value in BODIES.items():
        if target in ("/", "/compatibility/subjects/b/versions/latest") or isinstance(value, str):
            continue
        for path, right in members(value):
            for text in WRONG:
                what = "%s of %s" % (text[:40], ".".join(map(str, path)))
                wanted = [BAD, (422, 42210)] if must_be_bad(path, right, text) else None
                answer = play.row(what, method, target, replaced(value, path, text), wanted)
                if target == "/config/c" and answer.status == 200:
                    play.row("a subject after " + what, "POST", "/subjects/c/versions", {"schema": '"int"'}, None)
                    play.row("the config after " + what, "GET", target, None, [OK])
        if target == "/config/c":
            play.api("DELETE", target)


def wrong_roots(play):
    texts = ["[]", "[{}]", "1", "true", '"x"', "NaN", "nul", "{", "}", "{}x", "{}{}", "{},", '{"a"}', '{"a":}', '{"a":1,}', "{,}",
             "[1,]",
             "{'a':1}", "{a:1}", '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":1.}', '{"a":1e}', '{"a":0x1}', '{"a":-}', '{"a":tru}',
             '{"a":"\\x"}', '{"a":"\\u00"}', '{"a":"\\u00g0"}', '{"a":"\n"}', '{"a":"\t"}', '{"a":"\x00"}', '{"a":"\x1f"}',
             "\x00",
             '{"a":1}\x00', "/* */ {}", "// a\n{}", "{} # a", "\ufeff\ufeff{}", '{"a":"', "[" * 100000, '{"a":' * 100000,
             '{"a":' + "[" * 512 + "]" * 512 + "}", "[" * 100000 + "]" * 100000, '{"a":[' * 50000, "]" * 1000,
             '{"a":[' + "1," * 1000000 + "1]}"]
    raw = [b'{"a":"\xff"}', b'{"\xff":1}', b'{"a":"\xc0\xaf"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xf4\x90\x80\x80"}',
           b'{"a":"\xe2\x82"}',
           b"\xff\xfe{\x00}\x00", b"\x80", b'{"a":"b"}\xff', b"\xef\xbb{}", b"\x1f\x8b\x08\x00" + b"\0" * 20, b"\0\0\0{"]
    for (method, target), value in BODIES.items():
        for body in [text.encode() for text in texts] + raw:
            is_mode = body == b'"x"' and target.startswith("/mode")
            play.row("not a request", method, target, body, [(422, 42204)] if is_mode else [BAD])
        for body in (b"", b" ", b"\n\t\r ", b"null", b" null ", b"\xef\xbb\xbfnull"):
            play.row("nothing", method, target, body, [OK] if target == "/" else [EMPTY])
        deep = b'{"a":' + b"[" * 511 + b"]" * 511 + b"}"
        both = [OK, NO_SUBJECT, (404, 40403), SCHEMA, (422, 422)]
        for body in (deep, b'{"a":1,"a":2,"":0,"":1}', b'{"a":1e400,"b":1e-1000000000,"c":-0,"d":NaN,"e":99999999999999999999}',
                     b'{"a":"\\ud800","\\udc00":"\\u0000","b":"\\udc00\\ud800"}', b"\xef\xbb\xbf{}", b' {"a" : [ ] } '):
            play.row("odd, but a request", method, target, body, both)


def duplicates(play):
    """The last of a name counts."""
    for name, body in (("schema", b'{"schema":"{","schema":"\\"int\\""}'),
                       ("references", b'{"references":7,"references":[],"schema":"\\"int\\""}'),
                       ("metadata", b'{"metadata":[],"metadata":null,"schema":"\\"int\\""}'),
                       ("id", b'{"id":{},"id":-1,"schema":"\\"int\\""}')):
        play.row("two members named " + name, "POST", "/subjects/twice/versions", body, [OK])
    play.row("the wrong one last", "POST", "/subjects/twice/versions", b'{"schema":"\\"int\\"","schema":"{"}', [SCHEMA])
    play.row("two levels", "PUT", "/config/twice", b'{"compatibility":"x","compatibility":"FULL"}', [OK])
    play.row("two modes", "PUT", "/mode/twice", b'{"mode":7,"mode":"READWRITE"}', [OK])


def numbers(play):
    play.row("a subject with versions", "POST", "/subjects/n/versions", {"schema": '"int"'}, [OK])
    gone, bad = (404, 40403), (422, 42202)
    for text, wanted in (("99999999999999999999", NOT_FOUND), ("-1", gone), ("0", gone), ("2147483647", gone),
                         ("2147483648", NOT_FOUND),
                         ("-2147483648", gone), ("18446744073709551617", NOT_FOUND), ("4294967297", NOT_FOUND),
                         ("1e0", NOT_FOUND),
                         ("0x1", NOT_FOUND), ("1.0", NOT_FOUND), ("NaN", NOT_FOUND), ("%20", NOT_FOUND), ("1" * 4000, NOT_FOUND),
                         ("0" * 4000 + "1", None), ("+1", None), ("%2B1", None), ("%D9%A1", None), ("-", NOT_FOUND),
                         ("1%00", BAD)):
        for path in ("/schemas/ids/%s", "/schemas/ids/%s/schema", "/schemas/ids/%s/subjects", "/schemas/ids/%s/versions"):
            play.row("id", "GET", path % text, None, wanted and [wanted])
    for text, wanted in (("0", bad), ("-2", bad), ("-1", OK), ("2147483647", (404, 40402)), ("2147483648", bad),
                         ("-2147483648", bad),
                         ("99999999999999999999", bad), ("4294967297", bad), ("1e0", bad), ("1.0", bad), ("x", bad), ("1x", bad),
                         ("%20", bad),
                         ("9" * 4000, bad), ("--1", bad), ("%E0%A5%A7", OK), ("01", OK), ("+1", OK), ("%201%20", OK),
                         ("LATEST", OK)):
        for method, path in (("GET", "/subjects/n/versions/%s"), ("GET", "/subjects/n/versions/%s/schema"),
                             ("GET", "/subjects/n/versions/%s/referencedby"), ("POST", "/compatibility/subjects/n/versions/%s")):
            play.row("version", method, path % text, {"schema": '"int"'} if method == "POST" else None, [wanted])
        if wanted != OK:
            play.row("version", "DELETE", "/subjects/n/versions/" + text, None, [wanted])
    lists = ("/subjects", "/schemas", "/subjects/n/versions", "/schemas/ids/1/subjects", "/schemas/ids/1/versions",
             "/subjects/n/versions/1/referencedby")
    for text, offset, limit in (("-1", BAD, OK), ("-2147483648", BAD, OK), ("2147483647", OK, OK),
                                ("2147483648", NOT_FOUND, NOT_FOUND),
                                ("99999999999999999999", NOT_FOUND, NOT_FOUND), ("x", NOT_FOUND, NOT_FOUND),
                                ("1e1", NOT_FOUND, NOT_FOUND),
                                ("", OK, OK), ("0", OK, OK), ("%00", NOT_FOUND, NOT_FOUND), ("-0", OK, OK)):
        for target in lists:
            play.row("offset", "GET", target + "?offset=" + text, None, [offset])
            play.row("limit", "GET", target + "?limit=" + text, None, [limit])
    for text in ("99999999999999999999", "2147483648", "1e10", "-1e400", '"2147483648"', '"1x"', "Infinity"):
        for name in ("id", "version"):
            play.row("%s %s" % (name, text), "POST", "/subjects/n/versions", '{"schema":"\\"int\\"","%s":%s}' % (name, text),
                     [BAD])
        body = '{"schema":"\\"int\\"","references":[{"name":"a","subject":"n","version":%s}]}' % text
        play.row("version of a reference", "POST", "/subjects/n/versions", body, [BAD])


def huge(play):
    """Members of megabytes, below the limit of a body, one by one and added up."""
    large, half, third = "x" * 9000000, "x" * 4100000, "x" * 3000000
    meta, rules = {"properties": {"p": half}}, {"domainRules": [{"name": "r", "type": "t", "doc": half}]}
    for value in ({"compatibility": large}, {"alias": large}, {"overrideRuleSet": {"enableAt": large}},
                  {"defaultMetadata": meta, "overrideMetadata": meta}, {"defaultMetadata": meta, "defaultRuleSet": rules},
                  {"defaultMetadata": {"tags": {half + half: []}}}, {"defaultMetadata": {"sensitive": [half + half]}}):
        play.row("a large configuration", "PUT", "/config/h", value, None)
        play.row("then a registration", "POST", "/subjects/h/versions", {"schema": '"int"'}, None)
        play.api("DELETE", "/config/h")
    for value in ("x" * 260, large):
        play.row("a large mode", "PUT", "/mode/h", {"mode": value}, [(422, 42204)])
    play.row("a large bare mode", "PUT", "/mode/h", json.dumps("x" * 260), [(422, 42204)])
    for value in ({"schemaType": large}, {"metadata": {"properties": {"p": half + half}}}, {"ruleSet": rules}, {"schema": large},
                  {"references": [{"name": half, "subject": half, "version": 1}]}, {"schema": " " * 9000000}):
        play.row("a large registration", "POST", "/subjects/h/versions", {"schema": '"int"', **value}, None)
    parts = {"properties": {"a": third}}, {"properties": {"b": third}}
    play.row("a large default", "PUT", "/config/h", {"defaultMetadata": parts[0]}, [OK])
    for target in ("/subjects/h/versions", "/subjects/h", "/compatibility/subjects/h/versions"):
        play.row("added to a large own", "POST", target, {"schema": '"long"', "metadata": parts[1]}, None)
    play.api("DELETE", "/config/h")


def sizes(checks):
    """Bodies and heads around the limits, which are small here."""
    most, longest = 65536, 8192
    with client.Server("--request.body.max.bytes", str(most), "--schema.max.bytes", "4096") as running:
        play = Play(checks, running)
        base = b'{"schema":"\\"int\\"","x":"%s"}'
        large = (413, 413)
        for size, wanted in ((most, OK), (most + 1, large), (most * 10, large)):
            body = base % (b"x" * (size - len(base % b"")))
            play.row("a body of %d bytes" % size, "POST", "/subjects/s/versions", body, [wanted])
            pieces = [body[at:at + 1000] for at in range(0, size, 1000)]
            chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
            answer = client.exchange(play.port,
                                     head_of("POST", "/subjects/s/versions", [("Transfer-Encoding", "chunked")]) + chunked)
            if answer is not None or size < 2 * most:  # who goes on for long is cut off
                checks.equal("%d bytes in chunks" % size, answer and (answer.status, answer.code), wanted)
        for letter, per in (("x", 1), ("é", 2), ("😀", 4)):
            frame = '{"type":"record","name":"R","doc":"%s","fields":[]}'
            room = 4096 - len(frame % "")
            fits = frame % (letter * (room // per) + "y" * (room % per))
            play.row("a schema of 4096 bytes", "POST", "/subjects/%s/versions" % per, {"schema": fits}, [OK])
            for target in ("/subjects/s/versions", "/subjects/s", "/compatibility/subjects/s/versions"):
                play.row("a schema of 4097 bytes", "POST", target, {"schema": fits[:-1] + " }"}, [(422, 42209)])
        for data, wanted in ((head_of("GET", "/subjects/%s/versions" % ("x" * longest)), (414, 431)), (
                head_of("GET", "/subjects?x=" + "y" * 100000), (414, 431)), (head_of("GET", "/", [("X-A", "y" * longest)]), (431,
                )), (
                head_of("GET", "/", [("X-A", "y")] * 5000), (431,)), (head_of("GET", "/", [("X" * 100000, "y")]), (431,)), (
                head_of("B" * 100000, "/"), (400, 405, 414, 431, 501))):
            answer = client.exchange(play.port, data)
            checks.that(answer is None or answer.status in wanted, "a head that is too large", data[:60], answer, wanted)
            play.well("a head that is too large")


def heads(checks):
    """The limit of a head is the one that is set, below and above that of the library."""
    for most in (1024, 4096, 16384):
        with client.Server("--request.header.max.bytes", str(most)) as running:
            for size, wanted in ((most - 200, 200), (most + 2000, 431)):
                answer = client.exchange(running.port, head_of("GET", "/", [("X-A", "y" * size)]))
                checks.equal("a header of %d bytes, %d allowed" % (size, most), answer and answer.status, wanted)


def bodies(checks):
    with client.Server() as running:
        play = Play(checks, running)
        play.row("what is referred to", "POST", "/subjects/referred/versions",
                 {"schema": '{"type":"fixed","name":"Fine","size":1}'}, [OK])
        for table in (truncated, wrong_types, wrong_roots, duplicates, numbers, huge):
            table(play)
            play.fresh(table.__name__)


def schemas(checks):
    with client.Server("--schema.max.bytes", "32m", "--request.body.max.bytes", "64m") as running:
        play = Play(checks, running)
        for table in (bad_schemas.deep, bad_schemas.wide, bad_schemas.texts, bad_schemas.values):
            for what, text, wanted in table():
                bad_schemas.try_everywhere(play, what, text, wanted)
            play.fresh(table.__name__)
        for table in (bad_schemas.comparisons, bad_schemas.doubling, bad_schemas.many_references, bad_schemas.cycles):
            table(play)
            play.fresh(table.__name__)


def protobuf(checks):
    with client.Server("--schema.max.bytes", "32m", "--request.body.max.bytes", "64m") as running:
        bad_protobuf.play_all(Play(checks, running))


def json_schemas(checks):
    with client.Server("--schema.max.bytes", "32m", "--request.body.max.bytes", "64m") as running:
        bad_json_schemas.play_all(Play(checks, running))


if __name__ == "__main__":
    sys.exit(client.run("bad_input", [bodies, schemas, json_schemas, protobuf, sizes, heads]))
