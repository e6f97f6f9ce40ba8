"""The part of bad_input.py about JSON Schema: deep, wide, odd, doubling, in a circle. Rows: what, the text, what comes."""
import json

from bad_schemas import LAYERS, NEW, OK, SCHEMA, WIDE, compare, try_everywhere

TYPE = {"schemaType": "JSON"}
D20 = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def nested(begin, end, count, inside="{}"):
    return begin * count + inside + end * count


def definitions(count, of, **members):
    return json.dumps(dict({"definitions": {"d%d" % n: of(n) for n in range(count)}}, **members))


def to(number):
    return {"$ref": "#/definitions/d%d" % number}


def deep():
    yield "not, 500 deep", nested('{"not":', "}", 500), OK
    yield "not, 100,000 deep", nested('{"not":', "}", WIDE), SCHEMA
    yield "items 250 deep", nested('{"items":[', "]}", 250), OK
    yield "100,000 open objects", '{"allOf":[' * WIDE, SCHEMA
    yield "100,000 brackets", "[" * WIDE, SCHEMA
    yield "a deep default", '{"default":%s}' % nested("[", "]", 500, ""), OK
    yield "a deep const", '{"const":%s}' % nested("[", "]", WIDE, ""), SCHEMA
    yield "a pointer of 100,000 parts", '{"$ref":"#%s"}' % ("/a" * WIDE), SCHEMA
    yield "a pattern 100,000 deep", json.dumps({"pattern": "(" * WIDE + ")" * WIDE}), SCHEMA
    yield "a pattern 2,000 deep", json.dumps({"pattern": "(" * 2000 + ")" * 2000}), SCHEMA
    yield "a pattern 100 deep", json.dumps({"pattern": "(" * 100 + ")" * 100}), OK


def wide():
    numbers = range(20000)
    yield "20,000 properties", json.dumps({"properties": {"p%d" % n: {"type": "string"} for n in numbers}}), OK
    yield "100,000 values", json.dumps({"enum": list(range(WIDE))}), OK
    yield "20,000 alternatives", json.dumps({"anyOf": [{"const": n} for n in numbers]}), OK
    yield "20,000 required names", json.dumps({"required": ["p%d" % n for n in numbers]}), OK
    yield "20,000 times the same required name", json.dumps({"required": ["p"] * 20000}), NEW
    yield "20,000 times the same member", "{%s}" % ",".join(['"title":"a"'] * 20000), OK
    yield "5,000 patterns", json.dumps({"patternProperties": {"^p%d" % n: {} for n in range(5000)}}), OK
    yield "100,000 schemas", json.dumps({"prefixItems": [True] * WIDE, **D20}), SCHEMA
    yield "20,000 unknown keywords", json.dumps({"k%d" % n: n for n in numbers}), OK
    yield "20,000 references", definitions(20000, lambda n: to((n * 7919 + 1) % 20000)), OK
    million = "x" * 1000000
    yield "a title of 1 MB", json.dumps({"title": million}), OK
    yield "a name of 1 MB", json.dumps({"properties": {million: {}}}), OK
    yield "a pattern of 1 MB", json.dumps({"pattern": million}), OK
    yield "a number of 1 MB", '{"minimum":%s}' % ("1" * 1000000), OK
    yield "a reference of 1 MB", json.dumps({"$ref": million}), SCHEMA


def circles():
    yield "a reference to itself", '{"$ref":"#"}', OK
    yield "two references in a circle", definitions(2, lambda n: to(1 - n), **to(0)), OK
    yield "a chain of 10,000 references", definitions(10000, lambda n: to(n + 1) if n < 9999 else {}, **to(0)), OK
    yield "30 doubling schemas", definitions(LAYERS, lambda n: {"allOf": [to(n + 1), to(n + 1)]} if n < LAYERS - 1 else {}, **to(0)), OK


def texts():
    for text in ("{", "}", "nul", "null", "1", '"string"', "[]", "[{}]", "tru", "NaN", "{]", '{"type"}', "{'type':'string'}", "\x00", "{\x00}",
                 "\ufeff{}", '{"type":"strin"}', '{"type":7}', '{"type":[7]}', '{"properties":[]}', '{"properties":{"a":7}}', '{"items":7}',
                 '{"required":"a"}', '{"required":[1]}', '{"enum":{}}', '{"minimum":"1"}', '{"maxLength":"1"}', '{"maxLength":1.5}',
                 '{"maxLength":99999999999999999999}', '{"multipleOf":0}', '{"uniqueItems":1}', '{"allOf":{}}', '{"allOf":[1]}', '{"not":1}',
                 '{"pattern":"("}', '{"pattern":"[z-a]"}', '{"pattern":7}', '{"patternProperties":{"(":{}}}', '{"dependencies":{"a":1}}',
                 '{"$ref":7}', '{"$ref":"#/nowhere"}', '{"$ref":"other.json"}', '{"$ref":"http://127.0.0.1:1/x"}',
                 '{"$ref":"file:///etc/passwd"}', '{"$ref":"jar:file:/x!/y"}', '{"$ref":"#/%zz"}', '{"$id":7}',
                 '{"$schema":7}', '{"if":7}', '{"format":7}'):
        yield "no schema: %s" % ascii(text), text, SCHEMA
    for text in ('{"minLength":-1}', '{"multipleOf":-1}', '{"$schema":"http://json-schema.org/draft-04/schema#","enum":[]}', '{"type":[]}', '{"type":["string","string"]}', '{"$comment":7}',
                 '{"definitions":7}', '{"examples":7}', '{"required":["a","a"]}'):
        yield "no new schema: %s" % text, text, NEW
    for text in ("true", "false", "{}", ' {"type":"string"} ', '{"default":{"a":[null]}}', '{"minimum":1e400}', '{"minimum":-0.0}',
                 '{"minimum":1e-1000000000}', '{"multipleOf":0.01}', '{"const":"\\u0000\\ud83d\\ude00"}', '{"enum":["\\ud800"]}',
                 '{"title":"\\u2028"}', '{"properties":{"":{},"\\u0000":{},"a/b~c":{}}}', '{"unknown":{"type":7}}', '{"format":"no-such"}',
                 '{"pattern":"^\\\\p{L}+(?=x)(?!y)$"}',
                 '{"$schema":"http://example.invalid/schema"}', '{"type":"string","type":"integer"}'):
        yield "a schema: %s" % text, text, OK


def patterns():
    """Those that take others for ever when they match."""
    for pattern in ("^(a+)+$", "^(a|a)*$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){1000}a{1000}", "(?:a{1,1000}){1,1000}"):
        yield "a pattern %s" % pattern, json.dumps({"pattern": pattern, "default": "a" * 1000 + "!"}), None


def try_all(play, table):
    for what, text, wanted in table():
        try_everywhere(play, "JSON: " + what, text, wanted, TYPE)


def try_patterns(play):
    """Accepted or refused, but in time."""
    for what, text, _ in patterns():
        name = "s%d" % next(play.counter)
        play.row("JSON: " + what, "POST", "/subjects/%s/versions" % name, dict(TYPE, schema=text), [OK, SCHEMA])


def comparisons(play):
    def object_of(properties, **members):
        return json.dumps(dict({"type": "object", "additionalProperties": False, "properties": properties}, **members))

    names = range(12)
    choice = [to(n) for n in names]
    mutual = definitions(12, lambda n: {"oneOf": [{"type": "integer", "minimum": n}, {"type": "object", "properties": {
        "f%d" % o: {"oneOf": choice} for o in names}}]}, **to(0))
    verdict = compare(play, "twelve types that choose from each other", mutual, mutual.replace('"integer"', '"number"'), members=TYPE)
    play.checks.that("is_compatible" in verdict, "a verdict", came=verdict)
    layers = definitions(LAYERS, lambda n: {"anyOf": [to(n + 1), {"items": to(n + 1)}]} if n < LAYERS - 1 else {"type": "string"}, **to(0))
    verdict = compare(play, "30 doubling schemas", layers, layers.replace('"string"', '"integer"'), members=TYPE)
    play.checks.equal("their verdict", verdict.get("is_compatible"), False)
    wide_one = object_of({"p%d" % n: {"type": "string"} for n in range(10000)})
    verdict = compare(play, "10,000 properties with others", wide_one, wide_one.replace("string", "integer"), members=TYPE)
    play.checks.equal("their verdict", verdict.get("is_compatible"), False)
    many = json.dumps({"oneOf": [{"type": "object", "required": ["a%d" % n], "properties": {"a%d" % n: {"maxLength": n}}} for n in range(300)]})
    compare(play, "300 alternatives with others", many, many.replace("maxLength", "minLength"), members=TYPE)
    values = [json.dumps({"enum": list(range(first, first + 50000))}) for first in (0, 25000)]
    verdict = compare(play, "50,000 values with others", *values, members=TYPE)
    play.checks.equal("their verdict", verdict.get("is_compatible"), False)
    compare(play, "nothing with a chain", "{}", definitions(10000, lambda n: to(n + 1) if n < 9999 else {}, **to(0)), members=TYPE)


def doubling(play):
    """30 schemas, each of which refers to the one before by two names and uses it twice."""
    prefix = "js%d" % next(play.counter)
    play.row("schema 0", "POST", "/subjects/%s-0/versions" % prefix, dict(TYPE, schema='{"type":"string"}'), [OK])
    for number in range(1, LAYERS + 1):
        target = {"subject": "%s-%d" % (prefix, number - 1), "version": 1}
        names = ["a%d.json" % number, "b%d.json" % number]
        text = json.dumps({"properties": {"a": {"$ref": names[0]}, "b": {"$ref": names[1]}}})
        body = dict(TYPE, schema=text, references=[{"name": name, **target} for name in names])
        name = "%s-%d" % (prefix, number)
        for target in ("/subjects/%s/versions", "/subjects/%s", "/compatibility/subjects/%s/versions"):
            play.row("schema %d" % number, "POST", target % name, body, [OK])


def play_all(play):
    for table in (deep, wide, circles, texts):
        try_all(play, table)
        play.fresh("JSON: " + table.__name__)
    for table in (try_patterns, comparisons, doubling):
        table(play)
        play.fresh("JSON: " + table.__name__)
