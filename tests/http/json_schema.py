"""JSON Schema over HTTP with the settings as they are: what is stored and answered, what is refused and why, whose verdicts."""
import json
import sys
import tempfile

import client

TYPE = {"schemaType": "JSON"}
PERSON = '{ "type": "object", "properties": {"name": {"type": "string"}, "age": {"minimum": 1.50}} }'
CANONICAL = '{"type":"object","properties":{"name":{"type":"string"},"age":{"minimum":1.50}}}'
NORMAL = '{"properties":{"age":{"minimum":1.50},"name":{"type":"string"}},"type":"object"}'


def body(schema, **members):
    return dict(TYPE, schema=schema if isinstance(schema, str) else json.dumps(schema), **members)


def register(checks, api, subject, schema, query="", **members):
    answer = api("POST", "/subjects/%s/versions%s" % (subject, query), body(schema, **members))
    checks.answer("registers in " + subject, answer, 200)
    return answer.json()


def compared(api, subject, schema, **members):
    return api("POST", "/compatibility/subjects/%s/versions/latest?verbose=true" % subject, body(schema, **members)).json()


def forms(checks):
    with client.Server() as server:
        api = server.api()
        found = register(checks, api, "a", PERSON)
        checks.equal("the canonical text", (found["schema"], found["schemaType"]), (CANONICAL, "JSON"))
        checks.equal("as it is stored", api("GET", "/subjects/a/versions/1/schema").body.decode(), CANONICAL)
        checks.equal("the normal text", register(checks, api, "n", PERSON, "?normalize=true")["schema"], NORMAL)
        checks.equal("one id for one content", register(checks, api, "again", CANONICAL)["id"], found["id"])
        checks.answer("found by another layout", api("POST", "/subjects/a", body(PERSON)), 200)
        checks.that("JSON" in api("GET", "/schemas/types").json(), "the type is listed")
        checks.equal("true is a schema", register(checks, api, "t", "true")["schema"], "true")


def references(checks):
    with client.Server() as server:
        api = server.api()
        register(checks, api, "address", {"definitions": {"city": {"type": "string"}}, "$ref": "#/definitions/city"})
        user = {"properties": {"home": {"$ref": "address.json"}, "city": {"$ref": "address.json#/definitions/city"}}}
        reference = {"name": "address.json", "subject": "address", "version": 1}
        register(checks, api, "user", user, references=[reference])
        checks.answer("who refers to it", api("GET", "/subjects/address/versions/1/referencedby"), 200, [2])
        checks.error("still referred to", api("DELETE", "/subjects/address/versions/1"), 422, 42206)
        answer = api("POST", "/subjects/other/versions", body(user))
        checks.error("without the reference", answer, 422, 42201)
        checks.that("#/properties/home/$ref: the reference leads nowhere: address.json" in (answer.message or ""), "which", came=answer)
        checks.answer("open", api("PUT", "/config/address", {"compatibility": "NONE"}), 200)
        register(checks, api, "address", {"definitions": {"city": {"type": "integer"}}, "$ref": "#/definitions/city"})
        verdict = compared(api, "user", user, references=[dict(reference, version=2)])
        checks.equal("a change behind a reference", verdict["is_compatible"], False)
        checks.that("TYPE_CHANGED" in repr(verdict) and "#/properties/home" in repr(verdict), "where", came=verdict)


FAULTS = [  # schema, what is told
    ({"properties": {"a": {"minLength": -1}}}, "#/properties/a/minLength: -1 is less than 0"),
    ({"type": "text"}, "#/type: unknown type: text"),
    ({"items": {"$ref": "#/definitions/none"}}, "#/items/$ref: the reference leads nowhere: #/definitions/none"),
    ({"pattern": "("}, "#/pattern: not a regular expression: "),
    ('{"type": "string"', "Unexpected end-of-input: expected close marker for Object (line: 1, column: "),
    ({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"a": {"required": ["x", "x"]}}}, "#/$defs/a/required: "),
]


def refusals(checks):
    with client.Server() as server:
        api = server.api()
        for schema, reason in FAULTS:
            answer = api("POST", "/subjects/a/versions", body(schema))
            checks.error("refused: %s" % schema, answer, 422, 42201)
            checks.that(reason in (answer.message or ""), "the reason", sent=schema, came=answer.message, wanted=reason)
        checks.error("nothing was stored", api("GET", "/subjects/a/versions"), 404, 40401)
        checks.answer("fields are checked", api("PUT", "/config/c", {"validateFields": True}), 200)
        checks.error("then", api("POST", "/subjects/c/versions", body({"properties": {"$$a": {}}})), 422, 42201)


def stored_stays_readable(checks):
    """What was stored under the lenient setting is served, found, registered again and compared under the strict one."""
    with tempfile.TemporaryDirectory() as folder:
        with client.Server("--schema.validation", "reference", folder=folder) as server:
            stored = register(checks, server.api(), "a", {"type": "string", "minLength": -1})["schema"]
        with client.Server(folder=folder) as server:
            api = server.api()
            checks.equal("served", api("GET", "/subjects/a/versions/1/schema").body.decode(), stored)
            checks.answer("found", api("POST", "/subjects/a", body(stored)), 200)
            checks.equal("registered again", register(checks, api, "a", stored)["version"], 1)
            verdict = compared(api, "a", {"type": "string", "minLength": 5})
            checks.that("MIN_LENGTH_INCREASED" in repr(verdict["messages"]), "compared", came=verdict)


def policies(checks):
    """One property more in an open content model."""
    old, new = ({"type": "object", "properties": {name: {"type": "string"} for name in names}} for names in ("a", "ab"))
    reason = "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"
    with client.Server() as server:
        api = server.api()
        register(checks, api, "s", old)
        register(checks, api, "l", old)
        checks.answer("lenient", api("PUT", "/config/l", {"compatibilityPolicy": "LENIENT"}), 200)
        answer = api("POST", "/subjects/s/versions", body(new))
        checks.error("strict", answer, 409, 40901)
        checks.that(reason in answer.message and "#/properties/b" in answer.message, "the reason", came=answer)
        checks.equal("lenient", register(checks, api, "l", new)["version"], 2)


def verdicts(checks):
    patterns = [{"patternProperties": {"^a": {"type": kind}}} for kind in ("number", "string")]
    for flags, wanted in ((), True), (("--schema.compatibility.verdicts", "sound"), False):
        with client.Server(*flags) as server:
            api = server.api()
            register(checks, api, "a", patterns[0])
            checks.equal("another schema for a pattern %s" % (flags,), compared(api, "a", patterns[1])["is_compatible"], wanted)
            register(checks, api, "b", {"type": "string"})
            checks.error("string to integer", api("POST", "/subjects/b/versions", body({"type": "integer"})), 409, 40901)


if __name__ == "__main__":
    sys.exit(client.run("json_schema", [forms, references, refusals, stored_stays_readable, policies, verdicts]))
