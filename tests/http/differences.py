"""Where Avouch answers otherwise on purpose (docs/differences.md, "On purpose" and "Beyond the recordings"): what it answers.

Every group names the rows it stands for; a row without a group, or a group without a row, fails."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import client  # noqa: E402
import differences_json  # noqa: E402
import differences_protobuf  # noqa: E402

REFERENCE = ("--schema.validation", "reference")
GROUPS = []


def stands_for(*rows, flags=()):
    """rows: cases of the first column; the group gets (checks, api) of a registry of its own."""
    def add(function):
        def group(checks):
            with client.Server(*flags) as registry:
                function(checks, registry.api())
        group.__name__ = function.__name__
        GROUPS.append((rows, group))
        return function
    return add


def record(name, **members):
    return json.dumps(dict({"type": "record", "name": name, "fields": [{"name": "a", "type": "int"}]}, **members))


def register(checks, api, subject, schema, query="", **members):
    answer = api("POST", "/subjects/%s/versions%s" % (subject, query), dict({"schema": schema}, **members))
    checks.answer("registers in %s" % subject, answer, 200)
    return answer.json()


@stands_for("subj-uri-refused", "http-uri-refused", "http-accept-list")
def says_what_is_wrong_with_a_request(checks, api):
    for target in ["/subjects/a%0Ab", "/subjects/a%09b", "/subjects/a%7Fb", "/subjects/a%5Cb", "/subjects//x"]:
        answer = api("DELETE", target)
        checks.that(answer.status == 400 and answer.code == 400 and answer.message, "an error object", target, answer)
    answer = api("PUT", "/subjects//x", {})
    checks.that(answer.status == 400 and answer.code == 400 and answer.message, "an error object", came=answer)
    answer = api("GET", "/subjects", Accept="application/json;q=abc")
    checks.that(answer.status == 400 and answer.code == 400 and answer.message, "an error object", came=answer)


@stands_for("http-too-long")
def refuses_long_targets(checks, api):
    for target in ["/subjects/" + "x" * 9000, "/subjects?x=" + "y" * 9000]:
        checks.that(api("GET", target).status == 414, "414", target)


@stands_for("http-head-options")
def lists_methods_in_one_order(checks, api):
    answers = [api("OPTIONS", "/config", Accept=accept).body.decode() for accept in ("*/*", "text/plain")]
    checks.that(answers[0] == answers[1] and set(answers[0].split(", ")) == {"HEAD", "DELETE", "GET", "OPTIONS", "PUT"},
                "the methods, twice in one order", came=answers)


@stands_for("http-unknown")
def has_routes_of_its_own(checks, api):
    checks.that(b"avouch_http_requests_total" in api("GET", "/metrics").body, "/metrics")
    checks.equal("/openapi.json", api("GET", "/openapi.json").json()["openapi"][:2], "3.")


@stands_for("ids-shared")
def sorts_the_subjects_of_an_id(checks, api):
    for subject in "cadb":
        schema_id = register(checks, api, subject, '"int"')["id"]
    target = "/schemas/ids/%d/subjects" % schema_id
    checks.answer("all", api("GET", target), 200, ["a", "b", "c", "d"])
    checks.answer("one", api("GET", target + "?limit=1"), 200, ["a"])
    checks.answer("the rest", api("GET", target + "?offset=1"), 200, ["b", "c", "d"])


@stands_for("ids-guid")
def forgets_the_ids_of_a_removed_guid(checks, api):
    guid = register(checks, api, "a", '"int"')["guid"]
    checks.answer("known", api("GET", "/schemas/guids/%s/ids" % guid), 200, [{"context": ".", "id": 1}])
    for query in ("", "?permanent=true"):
        checks.answer("deletes", api("DELETE", "/subjects/a" + query), 200, [1])
    checks.answer("no ids", api("GET", "/schemas/guids/%s/ids" % guid), 200, [])
    checks.error("no schema", api("GET", "/schemas/guids/" + guid), 404, 40403)


@stands_for("mode-import-one")
def forgets_an_id_whose_only_version_was_overwritten(checks, api):
    checks.answer("mode", api("PUT", "/mode/a", {"mode": "IMPORT"}), 200)
    register(checks, api, "a", '"int"', id=71, version=4)
    register(checks, api, "a", '"long"', id=72, version=4)
    checks.error("the old id", api("GET", "/schemas/ids/71/versions"), 404, 40403)
    checks.answer("the new id", api("GET", "/schemas/ids/72/versions"), 200, [{"subject": "a", "version": 4}])


@stands_for("mode-import-same-content")
def keeps_ids_with_the_same_content_apart(checks, api):
    for subject, schema_id in (("a", 81), ("b", 82)):
        checks.answer("mode", api("PUT", "/mode/" + subject, {"mode": "IMPORT"}), 200)
        register(checks, api, subject, '"int"', id=schema_id)
    for subject, schema_id in (("a", 81), ("b", 82)):
        checks.answer("users of %d" % schema_id, api("GET", "/schemas/ids/%d/versions" % schema_id), 200,
                      [{"subject": subject, "version": 1}])
    found = api("POST", "/subjects/b", {"schema": '"int"'})
    checks.that(found.status == 200 and found.json()["id"] == 82 and "ts" not in found.json(), "look-up", came=found)


@stands_for("mode-forward-lower")
def refuses_forward_however_it_is_spelled(checks, api):
    for mode in ("FORWARD", "forward", "Forward"):
        checks.error("mode", api("PUT", "/mode/a", {"mode": mode}), 422, 42204)
    checks.error("nothing was set", api("GET", "/mode/a"), 404, 40409)


@stands_for("cfg-register", "cfg-reserved")
def registers_by_force(checks, api):
    register(checks, api, "a", '"string"')
    checks.error("incompatible", api("POST", "/subjects/a/versions", {"schema": '"int"'}), 409, 40901)
    checks.equal("by force", register(checks, api, "a", '"int"', "?force=true")["version"], 2)
    checks.answer("fields are checked", api("PUT", "/config/r", {"validateFields": True}), 200)
    register(checks, api, "r", record("R"), metadata={"properties": {"confluent:reserved": "b,c"}})
    fields = [{"name": "a", "type": "int"}, {"name": "c", "type": "int", "default": 0}]
    body = {"schema": record("R", fields=fields), "metadata": {"properties": {"confluent:reserved": "b,c,e"}}}
    checks.error("a reserved field", api("POST", "/subjects/r/versions", body), 409, 40901)
    checks.answer("by force", api("POST", "/subjects/r/versions?force=true", body), 200)


@stands_for("ref-empty-name", flags=REFERENCE)
def goes_on_after_a_reference_without_a_name(checks, api):
    register(checks, api, "base", record("n.Base"))
    user = record("n.User", fields=[{"name": "x", "type": "n.Base"}])
    nameless = [{"name": "", "subject": "base", "version": 1}]
    register(checks, api, "user", user, references=nameless)
    resolved = api("GET", "/subjects/user/versions/1?format=resolved")
    checks.that(resolved.status == 200 and "Base" in resolved.json()["schema"], "resolved", came=resolved)
    register(checks, api, "user", user, references=[dict(nameless[0], name="n.Base")])
    checks.error("still compared", api("POST", "/subjects/user/versions", {"schema": '"string"'}), 409, 40901)
    verdict = api("POST", "/compatibility/subjects/user/versions/latest?verbose=true", {"schema": '"string"'})
    checks.that(verdict.json()["is_compatible"] is False and "TYPE_MISMATCH" in repr(verdict.json()["messages"]),
                "the verdict is about the schemas", came=verdict)


@stands_for("compat-basic")
def says_where_a_text_is_no_json(checks, api):
    register(checks, api, "a", '"int"')
    for text in ("{", "nonsense"):
        for version in ("versions/latest", "versions"):
            answer = api("POST", "/compatibility/subjects/a/%s?verbose=true" % version, {"schema": text})
            checks.that(answer.status == 200 and answer.json()["is_compatible"] is False
                        and re.search(r"line: 1, column: \d", answer.json()["messages"][0]), "line and column", text, answer)


@stands_for("canon-names", flags=REFERENCE)
def keeps_the_null_namespace(checks, api):
    inner = {"type": "record", "name": "Inner", "namespace": "", "fields": [{"name": "x", "type": ["null", "Inner"]}]}
    schema = record("n.Outer", fields=[{"name": "a", "type": inner}, {"name": "b", "type": "Inner"}])
    register(checks, api, "a", schema, "?normalize=true")
    normal = api("GET", "/subjects/a/versions/1/schema").json()
    checks.equal("Inner is in no namespace", (normal["namespace"], normal["fields"][0]["type"]["namespace"]), ("n", ""))
    register(checks, api, "b", json.dumps(normal), "?normalize=true")
    checks.equal("twice is the same", api("GET", "/subjects/b/versions/1/schema").json(), normal)


@stands_for("canon-defaults", flags=REFERENCE)
def keeps_defaults(checks, api):
    for number, (kind, default) in enumerate([("double", 100000000000000000000), (["null", "int"], 5)]):
        schema = record("R", fields=[{"name": "f", "type": kind, "default": default}])
        register(checks, api, "d%d" % number, schema, "?normalize=true")
        checks.equal("default of %s" % kind, api("GET", "/subjects/d%d/versions/1/schema" % number).json()["fields"][0].get("default"),
                     default)


@stands_for("a negative `offset`", "`PUT /mode` without `mode`", "documents nested deeper than 512", "raw schema of an unknown id",
            "`X-Request-ID`", "405")
def blames_the_client_for_its_mistakes(checks, api):
    checks.error("offset", api("GET", "/subjects?offset=-1"), 400, 400)
    checks.error("no mode", api("PUT", "/mode", {}), 422, 422)
    checks.error("a deep document", api("POST", "/subjects/a/versions", b"[" * 600 + b"]" * 600), 400, 400)
    deep = '{"type":"array","items":' * 600 + '"int"' + "}" * 600
    checks.error("a deep schema", api("POST", "/subjects/a/versions", {"schema": deep}), 422, 42201)
    checks.error("raw schema", api("GET", "/schemas/ids/9/schema"), 404, 40403)
    checks.answer("methods there are", api("PATCH", "/subjects/a/versions"), 405, allow="GET, HEAD, POST, OPTIONS")
    checks.answer("no id of the request", api("GET", "/subjects"), 200, [], x_request_id=None)
    checks.answer("an id of the request", api("GET", "/subjects", X_Request_ID="r1"), 200, [], x_request_id="r1")


@stands_for("`schema.validation=strict` (the default)")
def refuses_what_no_reader_could_use(checks, api):
    field = {"type": "enum", "name": "E", "symbols": ["A"]}, {"type": "fixed", "name": "F", "size": 2}, "bytes"
    for kind, default in zip(field, ("B", "abc", "\u20ac")):
        body = {"schema": record("R", fields=[{"name": "f", "type": kind, "default": default}])}
        checks.error("default %r" % default, api("POST", "/subjects/a/versions", body), 422, 42201)
    body = {"schema": '"int"', "references": [{"name": "", "subject": "a", "version": 1}]}
    checks.that(api("POST", "/subjects/a/versions", body).status in (400, 422), "a reference without a name")


for format_rows, format_flags, format_group in differences_protobuf.GROUPS + differences_json.GROUPS:
    stands_for(*format_rows, flags=format_flags)(format_group)


def every_row_has_a_group(checks):
    with open(os.path.join(client.server.ROOT, "docs", "differences.md"), encoding="utf-8") as text:
        tables = re.split(r"^## ", text.read(), flags=re.M)
    rows = set()
    for table in tables:
        if table.startswith(("On purpose", "Beyond the recordings")):
            cells = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")][2:]
            rows |= {re.sub(r"^([a-z0-9-]+) [0-9][0-9, ]*$", r"\1", cell) for cell in cells}
    named = {row for group_rows, _ in GROUPS for row in group_rows}
    checks.equal("rows without a group", sorted(rows - named), [])
    checks.equal("groups without a row", sorted(named - rows), [])


if __name__ == "__main__":
    sys.exit(client.run("differences", [every_row_has_a_group] + [group for _, group in GROUPS]))
