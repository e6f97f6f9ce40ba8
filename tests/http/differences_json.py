"""The part of differences.py about JSON Schema: each group says which rows of docs/differences.md it stands for."""
import json

REFERENCE = ("--schema.validation", "reference")
GROUPS = []  # (rows, flags, function)


def stands_for(*rows, flags=()):
    def add(function):
        GROUPS.append((rows, flags, function))
        return function
    return add


def of(schema):
    return {"schemaType": "JSON", "schema": schema if isinstance(schema, str) else json.dumps(schema)}


def register(checks, api, subject, schema):
    checks.answer("registers in %s" % subject, api("POST", "/subjects/%s/versions" % subject, of(schema)), 200)


def differences(api, subject, schema):
    """[(type, path)] against the latest version."""
    answer = api("POST", "/compatibility/subjects/%s/versions/latest?verbose=true" % subject, of(schema)).json()
    found = [message.split('"')[1:2] + message.split("'")[1:2] for message in answer["messages"] if "errorType" in message]
    return answer["is_compatible"], found


@stands_for("jc-draft7", "jc-refs", flags=REFERENCE)
def finds_what_is_in_the_text_by_its_identifier(checks, api):
    definitions = {"a": {"$id": "a.json", "definitions": {"b": {"type": "string"}}}}
    for number, reference in enumerate(("a.json", "a.json#/definitions/b", "http://example.invalid/a.json",
                                        "root.json#/definitions/a", "http://example.invalid/root.json")):
        register(checks, api, "s%d" % number, {"$id": "http://example.invalid/root.json", "definitions": definitions,
                                               "properties": {"p": {"$ref": reference}}})
    missing = {"$id": "http://example.invalid/root.json", "properties": {"p": {"$ref": "other.json"}}}
    checks.error("what is not there", api("POST", "/subjects/t/versions", of(missing)), 422, 42201)


@stands_for("jc-lookup-invalid", "jr-compat", flags=REFERENCE)
def says_what_is_wrong_with_a_schema(checks, api):
    register(checks, api, "s", {})
    wanted = {'{"a"': "line: 1, column: ", '{"type":"strin"}': "#/type: unknown type: strin",
              '{"properties":{"a":{"$ref":"a.json"}}}': "#/properties/a/$ref: the reference leads nowhere: a.json"}
    for text, why in wanted.items():
        answer = api("POST", "/compatibility/subjects/s/versions/latest?verbose=true", of(text)).json()
        checks.that(not answer["is_compatible"] and why in answer["messages"][0], why, came=answer)


@stands_for("jk-multiple-of", "jk-quirk-500")
def compares_all_numbers(checks, api):
    register(checks, api, "a", {"type": "integer", "multipleOf": 4})
    checks.equal("one number", differences(api, "a", '{"type":"integer","multipleOf":4.0}'), (True, []))
    register(checks, api, "b", {"type": "integer", "exclusiveMaximum": 10})
    decreased = ["EXCLUSIVE_MAXIMUM_DECREASED", "#/exclusiveMaximum"]
    checks.equal("lower", differences(api, "b", {"type": "integer", "exclusiveMaximum": 9}), (False, [decreased]))
    checks.equal("lower, below a maximum", differences(api, "b", {"type": "integer", "exclusiveMaximum": 9, "maximum": 30}),
                 (False, [["MAXIMUM_ADDED", "#/maximum"], decreased]))
    register(checks, api, "c", {"type": "number", "multipleOf": 0.1})
    checks.equal("finer", differences(api, "c", {"type": "number", "multipleOf": 0.01}), (True, []))
    checks.equal("coarser", differences(api, "c", {"type": "number", "multipleOf": 2}),
                 (False, [["MULTIPLE_OF_EXPANDED", "#/multipleOf"]]))
    checks.equal("neither", differences(api, "c", {"type": "number", "multipleOf": 0.15}),
                 (False, [["MULTIPLE_OF_CHANGED", "#/multipleOf"]]))


@stands_for("jk-table-4")
def sees_behind_references(checks, api):
    def chain(kind):
        return {"definitions": {"x": {"$ref": "#/definitions/y"}, "y": {"type": kind}}, "properties": {"a": {"$ref": "#/definitions/x"}}}
    register(checks, api, "a", chain("string"))
    checks.equal("a change", differences(api, "a", chain("integer")), (False, [["TYPE_CHANGED", "#/properties/a"]]))
    checks.equal("none", differences(api, "a", chain("string")), (True, []))


@stands_for("`schema.validation=strict` (the default), JSON")
def holds_new_schemas_to_their_metaschema(checks, api):
    for schema in ({"title": 1}, {"minLength": -1}, {"properties": {"a": {"required": True}}}, {"enum": "a"}, {"$ref": "#/nowhere"},
                   {"not": {"$ref": "other.json"}}, {"pattern": "("}, {"patternProperties": {"[": {}}},
                   {"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": 3},
                   {"$schema": "https://json-schema.org/draft/2020-12/schema", "items": [{}]}):
        answer = api("POST", "/subjects/a/versions", of(schema))
        checks.error("refuses %s" % schema, answer, 422, 42201)
        checks.that("#" in answer.message, "a place", came=answer)
