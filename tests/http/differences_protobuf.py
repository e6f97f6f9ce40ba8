"""The part of differences.py about Protobuf: each group says which rows of docs/differences.md it stands for."""
import base64

TYPE = {"schemaType": "PROTOBUF"}
REFERENCE = ("--schema.validation", "reference")
GROUPS = []  # (rows, flags, function)


def stands_for(*rows, flags=()):
    def add(function):
        GROUPS.append((rows, flags, function))
        return function
    return add


def register(checks, api, subject, text, query="", **members):
    answer = api("POST", "/subjects/%s/versions%s" % (subject, query), dict(TYPE, schema=text, **members))
    checks.answer("registers in %s" % subject, answer, 200)
    return (answer.json() or {}).get("schema")


def descriptor(api, subject):
    text = api("GET", "/subjects/%s/versions/1/schema?format=serialized" % subject).body
    return base64.b64decode(text)


@stands_for("pc-bytes-default", "pc-strings", "pc-enums", "pc-reserved", "pc-imports", "pc-numbers", "pc-invalid-syntax")
def keeps_what_a_text_means(checks, api):
    text = register(checks, api, "a", 'message A { optional bytes b = 1 [default = "a \\377"]; }')
    checks.that('[default = "a \\377"]' in text, "bytes between quotes", came=text)
    text = register(checks, api, "b", 'message A { optional string s = 010 [default = "\\u00e9"]; } enum E { X = 017; }')
    checks.that('s = 8 [default = "\u00e9"]' in text and "X = 15;" in text, "octal numbers and escapes", came=text)
    text = register(checks, api, "c", 'import weak "google/protobuf/any.proto"; package p . q;')
    checks.that('import weak "google/protobuf/any.proto";' in text and "package p.q;" in text, "weak imports", came=text)
    text = register(checks, api, "f", 'syntax = "proto3"; enum E { option allow_alias = true; Z = 0; A = 0; N = -1; } message M { E e = 1; }', "?normalize=true")
    checks.that("Z = 0;\n  N = -1;\n  A = 0;" in text, "the default of an enum first", came=text)
    text = register(checks, api, "d", "\ufeffmessage A { optional double d = 1 [default = 0.0015]; }", "?normalize=true")
    checks.that("default = 0.0015" in text, "all digits", came=text)


OPTIONS = """syntax = "proto2"; package co; import "google/protobuf/descriptor.proto";
message Opt { optional Opt sub = 4; optional int32 n = 1; optional string s = 2; extensions 100 to max; }
extend Opt { optional string extra = 100; }
extend google.protobuf.MessageOptions { optional Opt mo = 50001; }
message M { option (mo).sub = { n: 1 }; option (mo).sub.s = "deep"; option (mo).(co.extra) = "x";
  optional group G = 1 { optional int32 in_group = 1; } optional G2 lazy_one = 2 [lazy = true]; message G2 {} }"""


@stands_for("pc-custom-options", "pc-proto2", "pc-file-options", "pc-with-ref")
def keeps_options_and_groups(checks, api):
    text = register(checks, api, "n", OPTIONS, "?normalize=true")
    wanted = '[co.extra]: "x",\n    sub: {\n      n: 1,\n      s: "deep"\n    }'
    checks.that(wanted in text, "one message, and brackets", came=text, wanted=wanted)
    register(checks, api, "n2", text)
    register(checks, api, "a", OPTIONS)
    data = descriptor(api, "a")
    checks.that(b"in_group" in data and b"deep" in data and b"\x28\x01" in data, "the descriptor has them", came=data)
    register(checks, api, "user", 'import "opt.proto"; message U { option (co.mo).s = "mine"; }',
             references=[{"name": "opt.proto", "subject": "a", "version": 1}])
    checks.that(b"mine" in descriptor(api, "user"), "with references too", came=descriptor(api, "user"))


@stands_for("pc-editions", "pc-editions-more", "pc-descriptor-in")
def knows_editions(checks, api):
    for edition in ("2023", "2024"):
        text = register(checks, api, "e" + edition, 'edition = "%s"; message A { string a = 1; }' % edition)
        checks.that(text.startswith('edition = "%s";\n' % edition), "kept", came=text)
    checks.error("an unknown one", api("POST", "/subjects/x/versions", dict(TYPE, schema='edition = "1999";')), 422, 42201)
    text = register(checks, api, "d", "YghlZGl0aW9uc3DoByIDCgFB")
    checks.equal("of a descriptor", text, 'edition = "2023";\n\nmessage A {}\n')


@stands_for("pc-invalid-meaning", "pc-invalid-normalized", "pc-almost-empty", "pr-chain", "pr-quirk-500", flags=REFERENCE)
def is_lenient_where_it_may_be(checks, api):
    text = register(checks, api, "a", 'message A { optional int32 a = 1 [default = "x"]; }')
    checks.that('[default = "x"]' in text, "quotes stay", came=text)
    verdict = api("POST", "/compatibility/subjects/a/versions/latest?verbose=true", dict(TYPE, schema="message A {")).json()
    checks.that("line 1, column 12" in verdict["messages"][0], "line and column", came=verdict)
    checks.equal("an empty text", register(checks, api, "empty", "// nothing"), "")
    register(checks, api, "lib", "package l; message L {}")
    user = 'import "l.proto"; message U { optional l.L l = 1; }'
    register(checks, api, "user", user, references=[{"name": "l.proto", "subject": "lib", "version": 1}])
    checks.answer("found without its references", api("POST", "/subjects/user", dict(TYPE, schema=user)), 200)
    register(checks, api, "twice", "message A { optional int32 a = 1; optional int32 b = 1; }")
    checks.that(b"\n\x07default" in descriptor(api, "twice"), "a descriptor of what there is", came=descriptor(api, "twice"))
    nameless = [{"name": "", "subject": "lib", "version": 1}]
    register(checks, api, "nameless", user, references=nameless)
    register(checks, api, "nameless", user, references=[dict(nameless[0], name="l.proto")])


@stands_for("pr-context")
def has_one_guid(checks, api):
    checks.answer("mode", api("PUT", "/mode/:.c:", {"mode": "IMPORT"}), 200)
    register(checks, api, ":.c:a", "package l; message L {}", id=901, version=1)
    register(checks, api, ":.c:b", 'import "l.proto"; message U { optional l.L l = 1; }', id=902, version=1,
             references=[{"name": "l.proto", "subject": "a", "version": 1}])
    guids = [api("GET", "/subjects/:.c:b/versions/1" + query).json()["guid"] for query in ("", "?referenceFormat=qualified")]
    checks.equal("one GUID", guids[0], guids[1])


def types(checks, api, subject, first, second, level="BACKWARD"):
    """The differences that are told, as (type, path)."""
    checks.answer("level", api("PUT", "/config/" + subject, {"compatibility": level}), 200)
    register(checks, api, subject, first)
    verdict = api("POST", "/compatibility/subjects/%s/versions/latest?verbose=true" % subject, dict(TYPE, schema=second)).json()
    return [message.split('"')[1] for message in verdict["messages"] if message.startswith('{errorType')]


@stands_for("pk-groups", "pk-table-4", "pk-messages")
def compares_groups_too(checks, api):
    group = "message M { optional group G = 1 { optional %s x = 1; } }"
    checks.equal("in a group", types(checks, api, "a", group % "int32", group % "string"),
                 ["FIELD_SCALAR_KIND_CHANGED", "FIELD_NAMED_TYPE_CHANGED"])
    first = 'syntax = "proto3"; message A { B b = 1; } message B {} message C {}'
    second = 'syntax = "proto3"; message A { B2 b = 1; } message B2 {} message C {}'
    checks.equal("in the order of the old schema", types(checks, api, "o", first, second, "FORWARD"),
                 ["FIELD_NAMED_TYPE_CHANGED", "MESSAGE_REMOVED"])


@stands_for("pk-oneof-moves", "pk-table-3")
def has_the_newer_rules_of_oneofs(checks, api):
    head = 'syntax = "proto3"; message M { %s }'
    rows = [
        ("member out of a oneof that stays", "oneof o { int32 a = 1; int32 b = 2; }", "int32 a = 1; oneof o { int32 b = 2; }", []),
        ("oneof split", "oneof o { int32 a = 1; int32 b = 2; }", "oneof o { int32 a = 1; } oneof q { int32 b = 2; }", []),
        ("oneofs merged", "oneof p { int32 a = 1; } oneof q { int32 b = 2; }", "oneof p { int32 a = 1; int32 b = 2; }",
         ["FIELD_MOVED_TO_EXISTING_ONEOF"]),
        ("type changed on the way in", "int32 a = 1;", "oneof o { string a = 1; }", ["FIELD_SCALAR_KIND_CHANGED"]),
        ("member deleted", "oneof o { int32 a = 1; int32 b = 2; }", "oneof o { int32 b = 2; }", ["ONEOF_FIELD_REMOVED"]),
    ]
    for number, (what, first, second, wanted) in enumerate(rows):
        checks.equal(what, types(checks, api, "s%d" % number, head % first, head % second), wanted)


@stands_for("`schema.validation=strict` (the default), Protobuf")
def refuses_what_protoc_refuses(checks, api):
    for text in ("message A { optional int32 a = 1; optional int32 b = 1; }", "message A { optional int32 a = 0; }",
                 "message A { optional B b = 1; }", 'import "missing.proto";', "message 1A {}",
                 "message A { optional int32 a = 1 [default = \"x\"]; }", "message A { optional int32 a = 19000; }"):
        checks.error(text, api("POST", "/subjects/a/versions", dict(TYPE, schema=text)), 422, 42201)
