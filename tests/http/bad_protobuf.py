"""The part of bad_input.py about Protobuf: deep, wide, odd, doubling, in a circle. Rows: what, the text, what comes."""
import base64
import json

from bad_schemas import LAYERS, NEW, OK, SCHEMA, WIDE, compare, try_everywhere

TYPE = {"schemaType": "PROTOBUF"}
HEAD = 'syntax = "proto3"; '


def message(name, inside):
    return "message %s { %s }" % (name, inside)


def nested_messages(count):
    return HEAD + "".join("message M%d { " % n for n in range(count)) + "}" * count


def value(count):
    """An option value that is so deep."""
    return HEAD + "option (x) = " + "{ a: " * count + "1" + " }" * count + ";"


def deep():
    yield "messages 30 deep", nested_messages(30), OK
    yield "messages 200 deep", nested_messages(200), NEW
    yield "messages 100,000 deep", nested_messages(WIDE), SCHEMA
    yield "100,000 open messages", HEAD + "message A {" * WIDE, SCHEMA
    yield "groups 1,000 deep", "message A {" + "optional group G = 1 {" * 1000 + "}" * 1001, SCHEMA
    yield "a value 200 deep", value(200), NEW
    yield "a value 100,000 deep", value(WIDE), SCHEMA
    yield "100,000 open lists", HEAD + "option (x) = { a: " + "[" * WIDE, SCHEMA
    yield "maps of maps", HEAD + message("A", "map<string, " * 1000 + "string" + ">" * 1000 + " m = 1;"), NEW
    yield "a name of 100,000 parts", HEAD + message("A", ".".join(["a"] * WIDE) + " f = 1;"), SCHEMA
    yield "a package of 100,000 parts", HEAD + "package %s;" % ".".join(["a"] * WIDE), SCHEMA


def wide():
    numbers = range(1, 40001)
    yield "18,000 fields", HEAD + message("A", "".join("int32 f%d=%d;" % (n, n) for n in range(1, 18001))), OK
    yield "40,000 messages", HEAD + "".join("message M%d{}" % n for n in numbers), OK
    yield "40,000 enum values", HEAD + "enum E { Z=0;" + "".join("V%d=%d;" % (n, n) for n in numbers) + "}", OK
    yield "40,000 times the same field", HEAD + message("A", "int32 a = 1;" * 40000), NEW
    yield "40,000 times the same message", HEAD + "message A {}" * 40000, SCHEMA
    yield "40,000 times the same enum value", HEAD + "enum E {" + "A = 0;" * 40000 + "}", NEW
    yield "40,000 fields of an unknown type", HEAD + message("A", "".join("X f%d=%d;" % (n, n) for n in numbers)), SCHEMA
    yield "40,000 reserved numbers", HEAD + message("A", "reserved %s;" % ",".join(str(n) for n in numbers)), OK
    yield "40,000 times the same range", HEAD + message("A", "reserved 1 to max;" * 40000), NEW
    yield "ranges to the last number", HEAD + message("A", "reserved 19000 to max; reserved 1 to 18999;"), OK
    yield "40,000 imports", HEAD + "".join('import "f%d.proto";' % n for n in numbers), NEW
    yield "40,000 options", HEAD + 'option java_package = "a";' * 40000, NEW
    yield "40,000 oneofs", HEAD + message("A", "".join("oneof o%d{int32 f%d=%d;}" % (n, n, n) for n in range(1, 18001))), OK
    million = "x" * 1000000
    yield "a message name of 1 MB", HEAD + message(million, ""), SCHEMA
    yield "a field name of 1 MB", HEAD + message("A", "int32 %s = 1;" % million), SCHEMA
    yield "a string of 1 MB", HEAD + 'option java_package = "%s";' % million, OK
    yield "a number of 1 MB", HEAD + message("A", "int32 a = %s;" % ("1" * 1000000)), SCHEMA
    yield "a comment of 1 MB", HEAD + "/*%s*/" % million, OK


def texts():
    for text in ("{", "}", "message", "message {}", "message A", "message A {", "message A {}}", "/*", '"', "'", "=", ";;;;x",
                 "syntax", "syntax =", 'syntax = "proto4";', "message A { int32 }", "message A { int32 a }", "message A { int32 a = ; }",
                 "message A { optional int32 a = 1 [; }", "message A { optional int32 a = 1 [x]; }", "enum E {", "service S { rpc }",
                 "extend X { }", "option", "option x = ;",
                 "message A { optional int32 a = 99999999999999999999; }", "message A { optional int32 a = 0x; }",
                 "message A { optional int32 a = 1e9; }", "message A { extensions max; }",
                 "message \u00e9 {}", "message A\x00B {}", "message A {}\x01", "edition = \"1999\";", "edition = 2023;"):
        yield "no schema: %r" % text, text, SCHEMA
    for text in ("enum E {}", 'import "x.proto";', "message A { optional int32 a = 0; }",
                 "message A { optional int32 a = 19500; }", "message A { extensions 5 to 1; }",
                 "message A { optional A a = 1 [default = 1]; }", "message A { optional int32 a = 1 [default = 99999999999]; }"):
        yield "no new schema: %r" % text, text, NEW
    for text in ('option java_package = "\\000";', 'option java_package = "\u00e9\U0001f600";', "// \x01\x02\nmessage A {}",
                 'message A { optional string s = 1 [default = "\\x01\\"\\n"]; }',
                 'message A { optional bytes s = 1 [default = "\\377\\000"]; }', "edition = \"2023\"; message A { int32 a = 1; }"):
        yield "a schema: %r" % text, text, OK


def descriptors():
    """Base64 that is a descriptor, nearly."""
    good = base64.b64decode("Cgd4LnByb3RvEghkZXNjLnBrZyIYCgFNEg4KAmlkGAEgASgFUgJpZBoDCgFOYgZwcm90bzM=")
    yield "a descriptor", base64.b64encode(good).decode(), OK
    for cut in range(len(good)):
        text = base64.b64encode(good[:cut]).decode()
        if text and cut not in (9, 19, 45):  # where a part ends
            yield "a descriptor cut at %d" % cut, text, SCHEMA
    deep = b""
    for _ in range(2000):
        size, length = len(deep) + 3, b""
        while size >= 0x80:
            length, size = length + bytes([size & 0x7f | 0x80]), size >> 7
        deep = b"\x1a" + length + bytes([size]) + b"\x0a\x01M" + deep
    yield "a descriptor 2,000 deep", base64.b64encode(b"\x22" + deep[1:]).decode(), SCHEMA
    yield "no descriptor", base64.b64encode(b"\xf8" * 99).decode(), SCHEMA
    yield "a length beyond the end", base64.b64encode(b"\x22\xff\xff\xff\xff\x0f").decode(), SCHEMA
    yield "base64 of nothing that is known", base64.b64encode(b"\xa2\x06\x00").decode(), SCHEMA


def try_all(play, table):
    for what, text, wanted in table():
        try_everywhere(play, "Protobuf: " + what, text, wanted, TYPE)


def comparisons(play):
    layers = HEAD + message("L0", "int32 f = 1;")
    for number in range(1, LAYERS + 1):
        layers += message("L%d" % number, "L%d a = 1; L%d b = 2;" % (number - 1, number - 1))
    verdict = compare(play, "30 doubling messages", layers, layers.replace("int32 f", "string f"), members=TYPE)
    play.checks.equal("their verdict", verdict.get("is_compatible"), False)
    names = range(12)
    mutual = HEAD + "".join(message("M%d" % n, "int32 v = 99;" + "".join("M%d f%d = %d;" % (o, o, o + 1) for o in names))
                            for n in names)
    verdict = compare(play, "twelve messages that use each other", mutual, mutual.replace("int32", "int64"), members=TYPE)
    play.checks.equal("their verdict", verdict.get("is_compatible"), True)
    fields = HEAD + message("A", "".join("int32 f%d=%d;" % (n, n) for n in range(1, 18001)))
    compare(play, "18,000 fields with others", fields, fields.replace("int32", "string"), members=TYPE)
    oneofs = HEAD + message("A", "".join("oneof o%d{int32 f%d=%d;}" % (n, n, n) for n in range(1, 18001)))
    compare(play, "18,000 oneofs with fields", oneofs, fields, members=TYPE)
    values = HEAD + "enum E { Z=0; %s }" + message("A", "E e = 1;")
    compare(play, "40,000 enum values with others", values % "".join("A%d=%d;" % (n, n) for n in range(1, 20001)),
            values % "".join("B%d=%d;" % (n, n + 30000) for n in range(1, 20001)), members=TYPE)


def doubling(play):
    """30 files, each of which imports the one before by two names and uses it twice."""
    prefix = "pb%d" % next(play.counter)
    play.row("file 0", "POST", "/subjects/%s-0/versions" % prefix,
             {"schema": HEAD + "package l0; message L { int32 f = 1; }", **TYPE}, [OK])
    for number in range(1, LAYERS + 1):
        target = {"subject": "%s-%d" % (prefix, number - 1), "version": 1}
        text = HEAD + 'package l%d; import "a%d.proto"; message L { l%d.L a = 1; l%d.L b = 2; }' % (
            number, number, number - 1, number - 1)
        body = {"schema": text, "references": [{"name": "a%d.proto" % number, **target}], **TYPE}
        name = "%s-%d" % (prefix, number)
        for target in ("/subjects/%s/versions", "/subjects/%s", "/compatibility/subjects/%s/versions"):
            play.row("file %d" % number, "POST", target % name, body, [OK])
        for target in ("?format=serialized", "?format=ignore_extensions", ""):
            play.row("file %d" % number, "GET", "/subjects/%s/versions/1%s" % (name, target), None, [OK])


def play_all(play):
    for table in (deep, wide, texts, descriptors):
        try_all(play, table)
        play.fresh("Protobuf: " + table.__name__)
    for table in (comparisons, doubling):
        table(play)
        play.fresh("Protobuf: " + table.__name__)
