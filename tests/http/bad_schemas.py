"""The part of bad_input.py about schemas: deep, wide, odd, many, doubling, in a circle. Rows: what, the text, what comes."""

OK, BAD, EMPTY, SCHEMA, NOT_FOUND = (200, None), (400, 400), (422, 422), (422, 42201), (404, 404)
NO_SUBJECT = (404, 40401)
NEW = "refused as a new schema, and looked for as any other"
WIDE = 100000
LAYERS = 30


def record(name, *fields):
    return '{"type":"record","name":"%s","fields":[%s]}' % (name, ",".join(fields))


def field(name, type_, rest=""):
    return '{"name":"%s","type":%s%s}' % (name, type_, rest)


def try_everywhere(play, what, text, wanted, members=None):
    """Registered, looked up, compared with itself, normalised; each in the limit."""
    name = "s%d" % next(play.counter)
    body = dict({"schema": text}, **members or {})
    looked_up = NO_SUBJECT if wanted == NEW or not text.strip("\0 \t") else wanted
    wanted = SCHEMA if wanted == NEW else wanted
    for method, target in (("POST", "/subjects/%s/versions" % name), ("POST", "/subjects/%s" % name),
                           ("POST", "/compatibility/subjects/%s/versions" % name),
                           ("POST", "/subjects/%s/versions?normalize=true" % name)):
        play.row(what, method, target, body, [looked_up if target == "/subjects/" + name else wanted])
    verbose = play.row(what, "POST", "/compatibility/subjects/%s/versions?verbose=true" % name, body, [OK]).json() or {}
    if wanted != OK:
        good = verbose.get("is_compatible") is False and len(verbose.get("messages") or []) == 1
        play.checks.that(good, "verbose says why: " + what, came=verbose)
        return
    stored = play.api("GET", "/subjects/%s/versions/latest/schema" % name)
    good = stored.status == 200 and (members or stored.json() is not None)
    play.checks.that(good, "it can be read: " + what, came=stored)
    again = play.api("POST", "/subjects/" + name, dict({"schema": stored.body.decode()}, **members or {}))
    play.checks.equal("what was stored is found: " + what, again.status, 200)


def nested(begin, end, count, inside='"int"'):
    return begin * count + inside + end * count


def nested_records(count):
    text = '"int"'
    for number in range(count):
        text = record("R%d" % number, field("f", text))
    return text


def deep():
    array, map_ = '{"type":"array","items":', '{"type":"map","values":'
    for begin in (array, map_):
        yield "512 deep", nested(begin, "}", 512), OK
        yield "513 deep", nested(begin, "}", 513), SCHEMA
        yield "100,000 deep", nested(begin, "}", WIDE), SCHEMA
    yield "records 170 deep", nested_records(170), OK
    yield "records 1,000 deep", nested_records(1000), SCHEMA
    yield "100,000 brackets", "[" * WIDE, SCHEMA
    yield "100,000 pairs of brackets", nested("[", "]", WIDE), SCHEMA
    yield "100,000 braces", '{"type":' * WIDE, SCHEMA
    yield "types in types", nested('{"type":', "}", 200), SCHEMA
    yield "a deep default", record("D",
                                   field("f", '{"type":"array","items":"int"}',
                                         ',"default":' + nested("[", "]", 600, ""))), SCHEMA
    yield "a deep property", '{"type":"int","x":%s}' % nested("[", "]", 600, ""), SCHEMA


def wide():
    numbers = range(WIDE)
    yield "100,000 fields", record("W", *(field("f%d" % n, '"int"') for n in numbers)), OK
    yield "100,000 symbols", '{"type":"enum","name":"E","symbols":[%s]}' % ",".join('"s%d"' % n for n in numbers), OK
    yield "100,000 branches", "[%s]" % ",".join(record("B%d" % n) for n in numbers), OK
    yield "100,000 times the same branch", "[%s]" % ",".join(['"int"'] * WIDE), SCHEMA
    yield "100,000 times the same field", record("W", *([field("f", '"int"')] * WIDE)), SCHEMA
    yield "100,000 times the same symbol", '{"type":"enum","name":"E","symbols":[%s]}' % ",".join(['"s"'] * WIDE), SCHEMA
    yield "20,000 aliases", '{"type":"record","name":"A","aliases":[%s],"fields":[]}' % ",".join('"a%d"' % n
            for n in range(20000)), OK
    yield "20,000 aliases of a field", record("A", field("f", '"int"', ',"aliases":[%s]' % ",".join(
        '"a%d"' % n for n in range(20000)))), OK
    yield "100,000 properties", '{"type":"int",%s}' % ",".join('"p%d":%d' % (n, n) for n in numbers), OK
    yield "100,000 elements in a default", record("D", field("f", '{"type":"array","items":"int"}', ',"default":[%s]' % ",".join(
        ["1"] * WIDE))), OK
    yield "100,000 members in a default", record("D", field("f", '{"type":"map","values":"int"}', ',"default":{%s}' % ",".join(
        '"k%d":1' % n for n in numbers))), OK
    million = "x" * 1000000
    yield "a name of 1 MB", record(million), OK
    yield "a field of 1 MB", record("N", field(million, '"int"')), OK
    yield "a doc of 1 MB", '{"type":"record","name":"N","doc":"%s","fields":[]}' % million, OK
    parts = ".".join(["n"] * 500000)
    yield "a namespace of 500,000 parts", '{"type":"record","name":"N","namespace":"%s","fields":[]}' % parts, OK
    yield "a number of 1 MB", '{"type":"fixed","name":"F","size":%s}' % ("1" * 1000000), SCHEMA
    yield "a default of 1 MB of digits", record("N", field("f", '"double"', ',"default":0.%s' % ("1" * 1000000))), OK
    yield "an unknown type of 1 MB", '"%s"' % million, SCHEMA


def texts():
    for name in ("", " ", "1a", "a b", "a-b", "é", "a.", ".", "..", ".a.", "\\u0000", "a\\u0000", "\\ud800", "\\udc00\\ud800",
                 "\\u0007", "a\\n"):
        wanted = NEW if name == "é" else SCHEMA
        yield "record %r" % name, record(name), wanted
        yield "field %r" % name, record("R", field(name, '"int"')), wanted
        yield "symbol %r" % name, '{"type":"enum","name":"E","symbols":["%s"]}' % name, wanted
        yield "type %r" % name, '"%s"' % name, SCHEMA
    for text in ("\\u0000", "\\ud800", "\\udc00\\ud800", "\\u0007", "\\ud83d\\ude00", "\\n", "\u2028"):
        yield "doc %r" % text, '{"type":"record","name":"R","doc":"%s","fields":[]}' % text, OK
        yield "property %r" % text, '{"type":"int","p%s":"%s"}' % (text, text), OK
        yield "default %r" % text, record("R", field("f", '"string"', ',"default":"%s"' % text)), OK
    for text in ("", " ", "\t", "{", "}", "[", "null", "1", "nul", "int", "true", "[]]", "{}", '{"type":7}', '{"type":null}',
                 '{"type":[]}x', '""',
                 "\x00", '"int" x', "'int'", '{"type":"record"}', '{"type":"enum","name":"E"}', '{"type":"fixed","name":"F"}',
                 '{"type":"array"}', '{"type":"map"}', '{"type":{"type":"int"}}', '{"type":"record","name":"R","fields":{}}',
                 '{"type":"record","name":"R","fields":[null]}', '{"type":"record","name":"R","fields":[[]]}',
                 '{"type":"record","name":7,"fields":[]}',
                 '{"type":"enum","name":"E","symbols":[null]}', '{"type":"enum","name":"E","symbols":[1]}',
                 '{"type":"enum","name":"E","symbols":{}}',
                 '{"type":"array","items":null}', '{"type":"array","items":[null]}', '[null]', '[["int"]]', '[1]', '[{}]',
                 '["int","int"]',
                 '{"type":"record","name":"R","fields":[{"name":"f","type":"R2"}]}', '{"name":"x"}'):
        yield "no schema: %s" % text, text, SCHEMA


def values():
    """Numbers that do not fit, in the places where schemas have numbers."""
    for size in ("-1", "1.5", "2147483648", "99999999999999999999", "1e400", "NaN", '"1"', "null", "[]", "1e1", "-0.5"):
        yield "fixed of " + size, '{"type":"fixed","name":"F","size":%s}' % size, SCHEMA
    for type_, number in (("int", "2147483648"), ("int", "1.5"), ("int", "1e400"), ("int", '"1"'), ("int", "null"),
                          ("long", "9223372036854775808"), ("long", "99999999999999999999"), ("long", "1e400"), ("boolean", "0"),
                          ("boolean", "null"), ("string", "1"), ("bytes", '"\u0100"'), ("null", "0"), ("double", "true"),
                          ("int", "[]"), ("int", "{}")):
        yield "default %s of %s" % (number, type_), record("D", field("f", '"%s"' % type_, ',"default":%s' % number)), NEW
    for type_, number in (("int", "NaN"), ("float", '"x"')):
        yield "default %s of %s" % (number, type_), record("D", field("f", '"%s"' % type_, ',"default":%s' % number)), SCHEMA
    for type_, number in (("int", "-2147483648"), ("long", "-9223372036854775808"), ("double", "1e400"), ("double", "-0"),
                          ("double", "0.1e-400"),
                          ("double", "1e-1000000000"), ("float", "1e-1000000000"), ("double", "123456789012345678901234567890"),
                          ("int", "-0")):
        yield "default %s of %s" % (number, type_), record("D", field("f", '"%s"' % type_, ',"default":%s' % number)), OK
    for number in ("1e400", "-1e400", "1e-1000000000", "-0", "-0.0", "0.1e1", "9223372036854775807"):
        yield "property " + number, '{"type":"int","p":[%s]}' % number, OK
    yield "property beyond 64 bits", '{"type":"int","p":99999999999999999999}', NEW
    for precision in ("-1", "0", "1e400", '"x"', "null", "[]"):
        yield "decimal " + precision, '{"type":"bytes","logicalType":"decimal","precision":%s}' % precision, OK


def compare(play, what, first, second, level="FULL_TRANSITIVE", members=None):
    first, second = (dict({"schema": text}, **members or {}) for text in (first, second))
    name = "c%d" % next(play.counter)
    play.row(what, "PUT", "/config/" + name, {"compatibility": level}, [OK])
    play.row(what, "POST", "/subjects/%s/versions" % name, first, [OK])
    answer = play.row(what, "POST", "/compatibility/subjects/%s/versions?verbose=true" % name, second, [OK])
    play.row(what, "POST", "/subjects/%s/versions" % name, second, [OK, (409, 40901)])
    return answer.json() or {}


def comparisons(play):
    """Pairs that would cost a careless comparison much: each gets a verdict in the limit."""
    many = "[%s]" % ",".join(record("B%d" % n, field("f%d" % n, '"int"')) for n in range(3000))
    compare(play, "3,000 branches with themselves", many, many.replace('"int"', '"long"', 1))
    others = "[%s]" % ",".join(record("C%d" % n, field("g%d" % n, '"int"')) for n in range(3000))
    compare(play, "3,000 branches with 3,000 others", many, others)
    layers = '"int"'
    for number in range(LAYERS):  # the second use is by name
        layers = record("L%d" % number, field("a", layers), field("b", '"L%d"' % (number - 1) if number else '"int"'))
    verdict = compare(play, "30 doubling layers", layers, layers.replace('"int"', '"string"', 1))
    play.checks.equal("their verdict", verdict.get("is_compatible"), False)
    names = ["M%d" % number for number in range(12)]
    mutual = '"int"'
    for number, name in enumerate(names):
        uses = [field("f%d" % other, '"%s"' % one) for other, one in enumerate(names[:number])]
        mutual = record(name, field("in", mutual), *uses)
    verdict = compare(play, "twelve types that use each other", mutual, mutual.replace('"int"', '"long"'), "BACKWARD")
    play.checks.equal("their verdict", verdict.get("is_compatible"), True)
    recursive = record("T", *(field("f%d" % n, '["null","T",{"type":"map","values":["null","T"]}]') for n in range(100)))
    compare(play, "a recursive record", recursive, recursive.replace('"null",', ""))
    fields = record("W", *(field("f%d" % n, '"int"') for n in range(20000)))
    renamed = record("W", *(field("g%d" % n, '"int"',
                                  ',"aliases":[%s]' % ",".join('"f%d"' % ((n + k) % 20000) for k in range(20)))
                            for n in range(20000)))
    compare(play, "20,000 fields with 400,000 aliases", fields, renamed, "BACKWARD")
    symbols = '{"type":"enum","name":"E","symbols":[%s]}'
    compare(play, "100,000 symbols with others", symbols % ",".join('"a%d"' % n for n in range(WIDE)),
            symbols % ",".join('"b%d"' % n for n in range(WIDE)))


def doubling(play):
    """30 subjects, each of which refers twice to the one before."""
    for form in ("name", "two names"):
        prefix = "%s%d" % (form[:3], next(play.counter))
        play.row("layer 0", "POST", "/subjects/%s-0/versions" % prefix, {"schema": record("L0", field("f", '"int"'))}, [OK])
        for number in range(1, LAYERS + 1):
            before = "L%d" % (number - 1)
            target = {"subject": "%s-%d" % (prefix, number - 1), "version": 1}
            second = before if form == "name" else "again." + before
            body = {"schema": record("L%d" % number, field("a", '"%s"' % before), field("b", '"%s"' % before)),
                    "references": [{"name": before, **target}, {"name": second, **target}]}
            name = "%s-%d" % (prefix, number)
            play.row("layer %d" % number, "POST", "/subjects/%s/versions" % name, body, [OK, SCHEMA])
            play.row("layer %d" % number, "POST", "/subjects/" + name, body, [OK, SCHEMA, (404, 40401)])
            play.row("layer %d" % number, "POST", "/compatibility/subjects/%s/versions" % name, body, [OK, SCHEMA])
            for target in ("/versions/1?format=resolved", "/versions/1", "/versions/1/referencedby"):
                play.row("layer %d" % number, "GET", "/subjects/%s%s" % (name, target), None, [OK, (404, 40401)])


def many_references(play):
    """Up to schema.references.max of them, which is 1,000."""
    play.row("target", "POST", "/subjects/target/versions", {"schema": record("Target")}, [OK])
    for count, wanted in ((1000, OK), (1001, SCHEMA), (2000, SCHEMA), (100000, SCHEMA)):
        body = {"schema": '"int"', "references": [{"name": "T%d" % n, "subject": "target", "version": 1} for n in range(count)]}
        for target in ("/subjects/many/versions", "/compatibility/subjects/many/versions"):
            play.row("%d references" % count, "POST", target, body, [wanted])
    for number in range(1, 60):  # a chain, whose last link has 59 references of references
        body = {"schema": record("K%d" % number, field("f", '"K%d"' % (number - 1) if number > 1 else '"int"')),
                "references": [{"name": "K%d" % (number - 1), "subject": "k%d" % (number - 1),
                                "version": 1}] if number > 1 else []}
        play.row("chain", "POST", "/subjects/k%d/versions" % number, body, [OK])
    for reference in ({}, {"name": "a"}, {"name": "a", "subject": "target"}, {"subject": "target", "version": 1},
                      {"name": "", "subject": "target",
                      "version": 1}, {"name": "a", "subject": "", "version": 1}, {"name": "a", "subject": "none", "version": 1},
                      {"name": "a", "subject": "target", "version": 2}, {"name": "a", "subject": "target", "version": 0},
                      {"name": "a", "subject": "target", "version": -2}, {"name": "a", "subject": "\u0000", "version": 1},
                      {"name": "a", "subject": ":.ctx:target", "version": 1},
                      {"name": "a", "subject": ":*:target", "version": 1}):
        body = {"schema": '"int"', "references": [reference]}
        play.row("reference %s" % reference, "POST", "/subjects/odd/versions", body, [SCHEMA])


def cycles(play):
    """In IMPORT a version may be overwritten, so references can lead back to where they came from."""
    for name in ("one", "two"):
        play.row("IMPORT", "PUT", "/mode/" + name, {"mode": "IMPORT"}, [OK])

    def put(name, number, references):
        body = {"schema": record(name.title(), field("f%d" % number, '"int"')), "id": number, "version": 1, "references": [
            {"name": one.title(), "subject": one, "version": 1} for one in references]}
        play.row("circle", "POST", "/subjects/%s/versions" % name, body, [OK, SCHEMA, (422, 42205)])
    put("one", 9001, [])
    put("two", 9002, ["one"])
    put("one", 9003, ["two"])  # the circle
    put("one", 9004, ["one", "two"])
    for name in ("one", "two"):
        play.row("READWRITE", "PUT", "/mode/" + name, {"mode": "READWRITE"}, [OK])
    user = {"schema": record("User", field("f", '"One"')), "references": [{"name": "One", "subject": "one", "version": 1}]}
    for target in ("/subjects/user/versions", "/subjects/user", "/compatibility/subjects/user/versions"):
        play.row("a user of the circle", "POST", target, user, [OK, SCHEMA, (404, 40401)])
    stored = play.api("GET", "/subjects/one/versions/1").json()
    again = {"schema": stored["schema"], "references": stored.get("references", [])}
    for name in ("one", "two"):
        for target in ("/versions/1", "/versions/1?format=resolved", "/versions/1/schema?format=resolved",
                       "/versions/1/referencedby"):
            play.row("in the circle", "GET", "/subjects/%s%s" % (name, target), None, [OK, SCHEMA])
        for target in ("/subjects/%s", "/compatibility/subjects/%s/versions", "/subjects/%s/versions"):
            play.row("in the circle", "POST", target % name, again, [OK, SCHEMA, (404, 40403), (409, 40901)])
    for target in ("", "?permanent=true"):
        for name in ("user", "one", "two"):
            play.row("delete the circle", "DELETE", "/subjects/%s%s" % (name, target), None,
                     [OK, (422, 42206), (404, 40405), (404, 40401)])

