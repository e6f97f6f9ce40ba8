"""Protobuf over HTTP with the settings as they are: what is stored and answered, what is refused and why, whose verdicts."""
import base64
import sys
import tempfile

import client

TYPE = {"schemaType": "PROTOBUF"}
PERSON = 'syntax = "proto3"; package p; message Person { string name = 2; int32 id = 1; /* comment */ }'
CANONICAL = 'syntax = "proto3";\npackage p;\n\nmessage Person {\n  string name = 2;\n  int32 id = 1;\n}\n'
NORMAL = 'syntax = "proto3";\npackage p;\n\nmessage Person {\n  int32 id = 1;\n  string name = 2;\n}\n'


def body(text, **members):
    return dict(TYPE, schema=text, **members)


def register(checks, api, subject, text, query="", **members):
    answer = api("POST", "/subjects/%s/versions%s" % (subject, query), body(text, **members))
    checks.answer("registers in " + subject, answer, 200)
    return answer.json()


def text_of(api, subject, query=""):
    return api("GET", "/subjects/%s/versions/latest/schema%s" % (subject, query)).body.decode()


def forms(checks):
    with client.Server() as server:
        api = server.api()
        found = register(checks, api, "a", PERSON)
        checks.equal("the canonical text", (found["schema"], found["schemaType"]), (CANONICAL, "PROTOBUF"))
        checks.equal("as it is stored", text_of(api, "a"), CANONICAL)
        checks.equal("the normal text", register(checks, api, "n", PERSON, "?normalize=true")["schema"], NORMAL)
        checks.equal("one id for one content", register(checks, api, "again", CANONICAL)["id"], found["id"])
        checks.answer("found by another layout", api("POST", "/subjects/a", body(PERSON)), 200)
        serialized = base64.b64decode(text_of(api, "a", "?format=serialized"))
        checks.that(serialized.startswith(b"\n\x07default") and b"Person" in serialized, "a descriptor", came=serialized)
        text = text_of(api, "a", "?format=serialized")
        checks.equal("a descriptor as the schema", register(checks, api, "d", text)["schema"], CANONICAL)
        extended = 'syntax = "proto2"; message A { extensions 100 to 200; } extend A { optional int32 e = 100; }'
        register(checks, api, "e", extended)
        checks.equal("without extensions", text_of(api, "e", "?format=ignore_extensions"), 'syntax = "proto2";\n\nmessage A {}\n')
        types = api("GET", "/schemas/types").json()
        checks.that("PROTOBUF" in types and "AVRO" in types, "the type is listed", came=types)


def references(checks):
    with client.Server() as server:
        api = server.api()
        register(checks, api, "lib", 'syntax = "proto3"; package lib; message C { int32 v = 1; }')
        user = 'syntax = "proto3"; import "lib/c.proto"; import "google/protobuf/timestamp.proto"; ' \
               "message U { lib.C c = 1; google.protobuf.Timestamp at = 2; }"
        reference = {"name": "lib/c.proto", "subject": "lib", "version": 1}
        register(checks, api, "user", user, references=[reference])
        checks.answer("who refers to it", api("GET", "/subjects/lib/versions/1/referencedby"), 200, [2])
        checks.error("still referred to", api("DELETE", "/subjects/lib/versions/1"), 422, 42206)
        answer = api("POST", "/subjects/other/versions", body(user))
        checks.error("without the reference", answer, 422, 42201)
        checks.that('Import "lib/c.proto" was not found' in (answer.message or ""), "it says which", came=answer)
        register(checks, api, "lib", 'syntax = "proto3"; package lib; message C { int64 v = 1; }')
        answer = api("POST", "/compatibility/subjects/user/versions/latest?verbose=true",
                     body(user, references=[dict(reference, version=2)]))
        checks.answer("a compatible change behind a reference", answer, 200, {"is_compatible": True, "messages": []})


FAULTS = [  # text, what is told
    ('syntax = "proto3"; message A { string a = 1; string b = 1; }', 'line 1, column 57: Field number 1 has already been used'),
    ('syntax = "proto3";\nmessage A { Missing m = 1; }', 'line 2, column 13: "Missing" is not defined.'),
    ('syntax = "proto3"; message A { string a = 1 }', "line 1, column 45: Expected"),
    ('syntax = "proto3"; enum E { A = 1; }', "The first enum value must be zero in proto3."),
    ('syntax = "proto3"; message A-B {}', "line 1, column 28: Expected message name"),
    ('syntax = "proto3"; message A { string a = 1 [no_such = 1]; }', 'Option "no_such" unknown.'),
]


def refusals(checks):
    with client.Server() as server:
        api = server.api()
        for text, reason in FAULTS:
            answer = api("POST", "/subjects/a/versions", body(text))
            checks.error("refused: " + text, answer, 422, 42201)
            checks.that(reason in (answer.message or ""), "the reason", sent=text, came=answer.message, wanted=reason)
        checks.error("nothing was stored", api("GET", "/subjects/a/versions"), 404, 40401)
    with client.Server("--schema.validation", "reference") as server:
        api = server.api()
        register(checks, api, "a", FAULTS[0][0])
        register(checks, api, "b", 'syntax = "proto3"; message A-B {}')
        checks.answer("fields are checked", api("PUT", "/config/c", {"validateFields": True}), 200)
        checks.error("then", api("POST", "/subjects/c/versions", body(FAULTS[0][0])), 422, 42201)


def stored_stays_readable(checks):
    """What was stored under the lenient setting is served, found, registered again and compared under the strict one."""
    with tempfile.TemporaryDirectory() as folder:
        with client.Server("--schema.validation", "reference", folder=folder) as server:
            stored = register(checks, server.api(), "a", FAULTS[0][0])["schema"]
        with client.Server(folder=folder) as server:
            api = server.api()
            checks.equal("served", text_of(api, "a"), stored)
            checks.answer("found", api("POST", "/subjects/a", body(stored)), 200)
            checks.equal("registered again", register(checks, api, "a", stored)["version"], 1)
            verdict = api("POST", "/compatibility/subjects/a/versions/latest?verbose=true",
                          body('syntax = "proto3"; message A { int32 a = 1; }')).json()
            checks.that("FIELD_SCALAR_KIND_CHANGED" in repr(verdict["messages"]), "compared", came=verdict)


def verdicts(checks):
    pair = [body('syntax = "proto3"; message M { %s a = 1; }' % type_) for type_ in ("int64", "int32")]
    for flags, wanted in ((), True), (("--schema.compatibility.verdicts", "sound"), False):
        with client.Server(*flags) as server:
            api = server.api()
            checks.answer("registers", api("POST", "/subjects/a/versions", pair[0]), 200)
            verdict = api("POST", "/compatibility/subjects/a/versions/latest?verbose=true", pair[1]).json()
            checks.equal("int64 to int32 %s" % (flags,), verdict["is_compatible"], wanted)
            answer = api("POST", "/subjects/a/versions", body('syntax = "proto3"; message M { string a = 1; }'))
            checks.error("int64 to string", answer, 409, 40901)
            checks.that('{errorType:"FIELD_SCALAR_KIND_CHANGED", description:"The kind of a SCALAR field at path \'#/M/1\' in the '
                        'new schema does not match its kind in the old schema"}' in (answer.message or ""), "the reason", came=answer)


if __name__ == "__main__":
    sys.exit(client.run("protobuf", [forms, references, refusals, stored_stays_readable, verdicts]))
