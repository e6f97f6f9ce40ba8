"""The part of errors.py that is data: what provokes each error of base/errors.def, route by route.

A case is (row of errors.def, method, target, body or None, texts for the {} of its wording). Cases of one table are sent in
order to one server; a case whose row is DONE only changes the state and must be answered 200."""

DONE = "DONE"
INT = {"schema": '"int"'}
BODY_MAX, SCHEMA_MAX, HEADER_MAX = 8192, 4096, 1024
OVERSIZED = {"schema": '"int"' + " " * (SCHEMA_MAX - 4)}
RULES = {"domainRules": [{"name": "r", "type": "t"}, {"name": "r", "type": "t"}]}
TWO_RULES = "two rules have the name 'r'"
NO_OBJECT = "Cannot read a request from a value of type array"
NEGATIVE = "offset must not be negative"
NOT_NULL = "%s.request"
IMPORTED = "Cannot import since found existing subjects"
LOCKED = "Mode changes are not allowed"
READ_ONLY = "Subject %s in context  is in read-only mode"


def record(name, type_="int"):
    return '{"type":"record","name":"%s","fields":[{"name":"f","type":"%s"}]}' % (name, type_)


REFERRER = {"schema": record("Referrer", "Target"), "references": [{"name": "Target", "subject": "target", "version": 1}]}
BROKEN = {"schema": record("Broken", "Target"), "references": [{"name": "Target", "subject": "torn", "version": 1}]}
INCOMPATIBLE = (
    "{errorType:'TYPE_MISMATCH', description:'The type (path '/') of a field in the new schema does not match with the old "
    "schema', additionalInfo:'reader type: STRING not compatible with writer type: INT'}, {oldSchemaVersion: 1}, "
    "{oldSchema: '\"int\"'}, {validateFields: 'false', compatibility: 'BACKWARD'}")


def invalid(subject, text, guid, why, type_="AVRO"):
    return ("Invalid schema of type %s, details: Invalid schema {subject=%s,version=null,id=null,guid=%s,schemaType=%s,"
            "references=[],metadata=null,ruleSet=null,schema=%s,schemaTags=null,ts=null,deleted=null} with refs [] of type %s, "
            "details: %s" % (type_, subject, guid, type_, text, type_, why))


SETUP = [
    (DONE, "POST", "/subjects/s/versions", INT), (DONE, "POST", "/subjects/gone/versions", INT),
    (DONE, "DELETE", "/subjects/gone", None),
    (DONE, "POST", "/subjects/half/versions", INT), (DONE, "PUT", "/config/half", {"compatibility": "NONE"}),
    (DONE, "POST", "/subjects/half/versions", {"schema": '"long"'}), (DONE, "DELETE", "/subjects/half/versions/1", None),
    (DONE, "POST", "/subjects/target/versions", {"schema": record("Target")}),
    (DONE, "POST", "/subjects/referrer/versions", REFERRER)]

GENERAL = [
    ("NOT_FOUND", "GET", "/nothing", None), ("NOT_FOUND", "GET", "/schemas/ids/x", None),
    ("METHOD_NOT_ALLOWED", "PUT", "/subjects", None), ("BODY_REQUIRED", "PUT", "/mode", {}, "mode"),
    ("BODY_REQUIRED", "POST", "/subjects/s", None, NOT_NULL % "lookUpSchemaUnderSubject"),
    ("BODY_REQUIRED", "POST", "/subjects/s/versions", "null", NOT_NULL % "register"),
    ("BODY_REQUIRED", "POST", "/compatibility/subjects/s/versions/1", None, NOT_NULL % "testCompatibilityBySubjectName"),
    ("BODY_REQUIRED", "POST", "/compatibility/subjects/s/versions", None, NOT_NULL % "testCompatibilityForSubject"),
    ("BODY_REQUIRED", "PUT", "/config", None, NOT_NULL % "updateTopLevelConfig"),
    ("BODY_REQUIRED", "PUT", "/config/s", None, NOT_NULL % "updateSubjectLevelConfig"),
    ("BODY_REQUIRED", "PUT", "/mode", None, NOT_NULL % "updateTopLevelMode"),
    ("BODY_REQUIRED", "PUT", "/mode/s", None, NOT_NULL % "updateMode"),
    ("BODY_TOO_LARGE", "POST", "/subjects/s", "x" * (BODY_MAX + 1), str(BODY_MAX)),
    ("URI_TOO_LONG", "GET", "/subjects/" + "x" * HEADER_MAX, None, str(HEADER_MAX)),
    ("BAD_REQUEST", "POST", "/", [], NO_OBJECT),
    ("BAD_REQUEST", "GET", "/%zz", None, "The path has a malformed or forbidden percent sequence or character")]

READS = [("BAD_REQUEST", "GET", target + "?offset=-1", None, NEGATIVE) for target in (
    "/schemas", "/subjects", "/schemas/ids/1/subjects", "/schemas/ids/1/versions", "/subjects/s/versions",
    "/subjects/s/versions/1/referencedby")] + [
    ("SCHEMA_ID_NOT_FOUND", "GET", "/schemas/ids/999", None, "999"),
    ("SCHEMA_ID_NOT_FOUND", "GET", "/schemas/ids/999/schema", None, "999"),
    ("SCHEMA_NOT_FOUND", "GET", "/schemas/ids/999/subjects", None),
    ("SCHEMA_NOT_FOUND", "GET", "/schemas/ids/999/versions", None),
    ("SCHEMA_ID_NOT_FOUND", "GET", "/schemas/guids/nonsense", None, "nonsense"),
    ("SUBJECT_NOT_FOUND", "GET", "/subjects/none/metadata", None, "none"),
    ("SCHEMA_NOT_FOUND", "GET", "/subjects/s/metadata?key=a&value=b", None),
    ("SUBJECT_NOT_FOUND", "GET", "/subjects/none/versions", None, "none"),
    ("SUBJECT_NOT_FOUND", "GET", "/subjects/gone/versions", None, "gone"),
    ("CONFIG_NOT_FOUND", "GET", "/config/s", None, "s"), ("CONFIG_NOT_FOUND", "GET", "/config/:.c:s", None, ":.c:s"),
    ("MODE_NOT_FOUND", "GET", "/mode/s", None, "s"), ("MODE_NOT_FOUND", "GET", "/mode/:.c:", None, ":.c:")]
for end in ("", "/schema", "/referencedby"):
    READS += [("SUBJECT_NOT_FOUND", "GET", "/subjects/none/versions/1" + end, None, "none"),
              ("VERSION_NOT_FOUND", "GET", "/subjects/s/versions/9" + end, None, "9"),
              ("INVALID_VERSION", "GET", "/subjects/s/versions/x%20y" + end, None, "x y")]

LOOKUPS = [
    ("BAD_REQUEST", "POST", "/subjects/s", [], NO_OBJECT), ("SUBJECT_NOT_FOUND", "POST", "/subjects/none", INT, "none"),
    ("SCHEMA_NOT_FOUND", "POST", "/subjects/s", {"schema": '"string"'}), ("SCHEMA_TOO_LARGE", "POST", "/subjects/s", OVERSIZED),
    ("INVALID_SCHEMA", "POST", "/subjects/s", {"schema": "{", "schemaType": "X"}, "Invalid schema type X"),
    ("SCHEMA_NOT_FOUND", "POST", "/subjects/s", {**INT, "ruleSet": RULES})]

REGISTRATIONS = [
    ("BAD_REQUEST", "POST", "/subjects/s/versions", {**INT, "references": 7}, "references must be a list"),
    ("BAD_REQUEST", "POST", "/subjects/s/versions", {**INT, "version": "x"}, "version: x is not a number"),
    ("INVALID_SCHEMA", "POST", "/subjects/new/versions", {}, "Empty schema"),
    ("INVALID_SCHEMA", "POST", "/subjects/s/versions", {"schema": '"int"', "schemaType": "X"}, "Invalid schema type X"),
    ("INVALID_SUBJECT", "POST", "/subjects/__EMPTY/versions", INT, "__EMPTY"),
    ("INVALID_SUBJECT", "POST", "/subjects/a%C2%85/versions", INT, "a\u0085"),
    ("INCOMPATIBLE", "POST", "/subjects/s/versions", {"schema": '"string"'}, "s", INCOMPATIBLE),
    ("SCHEMA_TOO_LARGE", "POST", "/subjects/s/versions", OVERSIZED),
    ("INVALID_RULESET", "POST", "/subjects/s/versions", {**INT, "ruleSet": RULES}, TWO_RULES),
    ("OPERATION_NOT_PERMITTED", "POST", "/subjects/s/versions", {"schema": '"long"', "id": 7},
     "Subject s in context  is not in import mode")]

COMPARISONS = []
for target in ("/compatibility/subjects/s/versions", "/compatibility/subjects/s/versions/latest"):
    COMPARISONS += [("BAD_REQUEST", "POST", target, [], NO_OBJECT), ("SCHEMA_TOO_LARGE", "POST", target, OVERSIZED),
                    ("INVALID_SCHEMA", "POST", target, {}, "Empty schema"),
                    (DONE, "POST", target, {**INT, "ruleSet": RULES})]
COMPARISONS += [("VERSION_NOT_FOUND", "POST", "/compatibility/subjects/s/versions/9", INT, "9"),
                ("VERSION_NOT_FOUND", "POST", "/compatibility/subjects/none/versions/1", INT, "1"),
                ("INVALID_VERSION", "POST", "/compatibility/subjects/s/versions/0", INT, "0")]

DELETIONS = [
    ("SUBJECT_NOT_FOUND", "DELETE", "/subjects/none", None, "none"),
    ("SUBJECT_SOFT_DELETED", "DELETE", "/subjects/gone", None, "gone"),
    ("SUBJECT_NOT_SOFT_DELETED", "DELETE", "/subjects/s?permanent=true", None, "s"),
    ("REFERENCE_EXISTS", "DELETE", "/subjects/target", None, "target", "1"),
    ("SUBJECT_NOT_FOUND", "DELETE", "/subjects/none/versions/1", None, "none"),
    ("VERSION_NOT_FOUND", "DELETE", "/subjects/s/versions/9", None, "9"),
    ("INVALID_VERSION", "DELETE", "/subjects/s/versions/x", None, "x"),
    ("VERSION_SOFT_DELETED", "DELETE", "/subjects/half/versions/1", None, "half", "1"),
    ("VERSION_NOT_SOFT_DELETED", "DELETE", "/subjects/half/versions/2?permanent=true", None, "half", "2"),
    ("REFERENCE_EXISTS", "DELETE", "/subjects/target/versions/1", None, "target", "1"),
    ("SUBJECT_NOT_FOUND", "DELETE", "/config/s", None, "s"), ("SUBJECT_NOT_FOUND", "DELETE", "/mode/s", None, "s")]

SETTINGS = [("INVALID_SUBJECT", "PUT", "/config/__GLOBAL", {"compatibility": "NONE"}, "__GLOBAL"),
            ("INVALID_SUBJECT", "PUT", "/mode/__GLOBAL", {"mode": "READONLY"}, "__GLOBAL"),
            ("OPERATION_NOT_PERMITTED", "PUT", "/mode", {"mode": "IMPORT"}, IMPORTED),
            ("OPERATION_NOT_PERMITTED", "PUT", "/mode/s", {"mode": "IMPORT"}, IMPORTED)]
for end in ("", "/s"):
    SETTINGS += [("BAD_REQUEST", "PUT", "/config" + end, [], NO_OBJECT),
                 ("BAD_REQUEST", "PUT", "/mode" + end, {"mode": []}, "Cannot read mode as text from a value of type array"),
                 ("INVALID_COMPATIBILITY", "PUT", "/config" + end, {"compatibility": "x"}),
                 ("INVALID_MODE", "PUT", "/mode" + end, {"mode": "x"}),
                 ("INVALID_FORWARD", "PUT", "/mode" + end, {"mode": "FORWARD"}),
                 ("INVALID_RULESET", "PUT", "/config" + end, {"defaultRuleSet": RULES}, TWO_RULES)]

# A stored schema that no longer makes sense, because in IMPORT what it refers to was replaced.
TORN = [(DONE, "PUT", "/mode/" + name, {"mode": "IMPORT"}) for name in ("torn", "broken")] + [
    (DONE, "POST", "/subjects/torn/versions", {"schema": record("Target"), "id": 101, "version": 1}),
    (DONE, "POST", "/subjects/broken/versions", {**BROKEN, "id": 102, "version": 1, "metadata": {"properties": {"a": "b"}}}),
    (DONE, "POST", "/subjects/torn/versions", {"schema": record("Other"), "id": 103, "version": 1})] + [
    ("INVALID_SCHEMA", "GET", target + "?format=resolved", None, "Undefined schema: Target") for target in (
        "/schemas/ids/102", "/schemas/ids/102/schema", "/subjects/broken/versions/1", "/subjects/broken/versions/1/schema",
        "/subjects/broken/metadata")]

READONLY = [
    (DONE, "PUT", "/config/s", {"compatibility": "FULL"}), (DONE, "PUT", "/mode", {"mode": "READONLY"})] + [
    ("OPERATION_NOT_PERMITTED", method, target, body, READ_ONLY % name) for method, target, body, name in (
        ("POST", "/subjects/s/versions", {"schema": '"string"'}, "s"), ("DELETE", "/subjects/s", None, "s"),
        ("DELETE", "/subjects/s/versions/1", None, "s"), ("PUT", "/config", {"compatibility": "FULL"}, "null"), ("DELETE",
        "/config", None,
        "null"),
        ("PUT", "/config/s", {"compatibility": "FULL"}, "s"), ("DELETE", "/config/s", None, "s"))] + [
    (DONE, "PUT", "/mode", {"mode": "READWRITE"}), (DONE, "PUT", "/mode/:.c:", {"mode": "READONLY"}),
    ("OPERATION_NOT_PERMITTED", "POST", "/subjects/:.c:s/versions", INT, "Subject :.c:s in context :.c: is in read-only mode"),
    (DONE, "PUT", "/mode/imported", {"mode": "IMPORT"}),
    ("OPERATION_NOT_PERMITTED", "POST", "/subjects/imported/versions", INT,
     "Subject imported in context  is not in read-write mode"),
    ("OPERATION_NOT_PERMITTED", "POST", "/subjects/imported/versions", {"schema": '"boolean"', "id": 1},
     "Overwrite new schema with id 1 in context  is not permitted.")]

# Soft-deleted versions that others refer to cannot be purged, which IMPORT would do.
PURGE = [
    (DONE, "POST", "/subjects/target/versions", {"schema": record("Target")}),
    (DONE, "POST", "/subjects/referrer/versions", REFERRER),
    (DONE, "POST", "/subjects/:.c:target/versions", {"schema": record("Target")}),
    (DONE, "POST", "/subjects/:.c:referrer/versions", REFERRER),
    (DONE, "DELETE", "/subjects/referrer", None), (DONE, "DELETE", "/subjects/target", None),
    (DONE, "DELETE", "/subjects/:.c:referrer", None),
    (DONE, "DELETE", "/subjects/:.c:target", None),
    ("REFERENCE_EXISTS", "PUT", "/mode/target", {"mode": "IMPORT"}, "target", "1"),
    ("REFERENCE_EXISTS", "PUT", "/mode/:.c:target", {"mode": "IMPORT"}, ":.c:target", "1"),
    ("REFERENCE_EXISTS", "PUT", "/mode/:.c:", {"mode": "IMPORT"}, ":.c:target", "1"),
    ("REFERENCE_EXISTS", "PUT", "/mode", {"mode": "IMPORT"}, "target", "1"),
    ("REFERENCE_EXISTS", "DELETE", "/subjects/target?permanent=true", None, "target", "1"),
    ("REFERENCE_EXISTS", "DELETE", "/subjects/:.c:target/versions/1?permanent=true", None, ":.c:target", "1")]

IMMUTABLE = [("OPERATION_NOT_PERMITTED", method, "/mode" + end, {"mode": "READWRITE"} if method == "PUT" else None, LOCKED)
             for method in ("PUT", "DELETE") for end in ("", "/s")]

# Settings of a server, and its tables in order.
# Settings are bounded, too.
LARGE = "x" * (9 << 20)
TOO_LARGE = [("SCHEMA_TOO_LARGE", "PUT", "/config", {"alias": LARGE}),
             ("SCHEMA_TOO_LARGE", "PUT", "/config/s", {"defaultMetadata": {"properties": {"p": LARGE}}})]
SERVERS = [
    (("--request.body.max.bytes", str(BODY_MAX), "--schema.max.bytes", str(SCHEMA_MAX), "--request.header.max.bytes",
      str(HEADER_MAX)),
     SETUP + GENERAL + READS + LOOKUPS + REGISTRATIONS + COMPARISONS + DELETIONS + SETTINGS + TORN + READONLY),
    ((), PURGE + TOO_LARGE), (("--mode.mutability", "false"), IMMUTABLE)]
