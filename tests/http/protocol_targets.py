"""The part of protocol.py about targets (escapes, odd names, absolute form) and about browsers (CORS, OPTIONS)."""
import urllib.parse

import client
from client import JSON, V1, head_of

BODY = b'{"schema":"\\"int\\""}'
NOT_FOUND = {"error_code": 404, "message": "HTTP 404 Not Found"}
MALFORMED = "The request target is malformed"
BAD_PATH = "The path has a malformed or forbidden percent sequence or character"
EMPTY_SEGMENT = "The path has an empty segment"

# Names of subjects that must come back as they were sent.
NAMES = ["a/b", "a/b/c/", "/", "//", "a b", " a ", "a:b", ":a", "a%b", "%41", "%2F", "%", "a;b", "a?b", "a#b", "a&b=c", "a+b",
         "@!$'()*,=", "a\"b", "a<b>", "[a]", "{a}", "a|b", "a^b`", "é", "é", "日本", "😀", "subjects", "versions", "latest",
         "config", "contexts", "-1", "null", ":.:d", ":.ctx:a/b", ":.ctx:é", "x" * 1000, "a~b-c_d.e", "...", "a\u00a0b", "\ufeff",
         "e\u0301", "\U0010fffd"]

# Raw targets: status, and the error_code or the JSON value that comes.
TARGETS = [
    ("/subjects/p-%41/versions", 200, [1]), ("/subjects/p-A/versions", 200, [1]),
    ("/subjects/p-%2541/versions", 404, 40401), ("/subjects/%C3%A9/versions", 404, 40401),
    ("/%73ubjects/p-A/versions", 404, NOT_FOUND), ("/subjects/p-A/%76ersions/1", 404, NOT_FOUND),
    ("/subjects%2Fp-A/versions", 404, NOT_FOUND), ("/subjects/p-A%2Fversions", 405, 405),
    ("/subjects/p-A/versions/l%61test/schema", 200, "int"), ("/subjects/p-A/versions/%31/schema", 200, "int"),
    ("/subjects/p-A/versions;x=y", 200, [1]), ("/subjects;x=y/p-A/versions", 200, [1]),
    ("/subjects/p-A;b/versions", 200, [1]), ("/subjects/p-A%3Bb/versions", 404, 40401),
    ("/subjects/p-A/versions?subjectPrefix=%zz", 200, [1]), ("/subjects?subjectPrefix=%C3%28", 200, []),
    ("/subjects?subjectPrefix=p%2DA", 200, ["p-A"]), ("/subjects?subjectPrefix=p+A", 200, []),
    ("/subjects/./p-A/versions", 404, NOT_FOUND), ("/subjects/x/../p-A/versions", 404, NOT_FOUND),
    ("/./subjects/p-A/versions", 404, NOT_FOUND), ("/subjects/p-A/versions?deleted=true#x", 200, [1]),
    ("/subjects/p-A/versions??deleted=true", 200, [1]), ("/subjects/p-A/versions?&&offset=0&", 200, [1]),
    ("/subjects//versions", 400, EMPTY_SEGMENT), ("//subjects", 400, EMPTY_SEGMENT),
    ("/subjects/x//versions", 400, EMPTY_SEGMENT), ("/subjects//", 400, EMPTY_SEGMENT),
    ("/subjects/%zz/versions", 400, BAD_PATH), ("/subjects/%/versions", 400, BAD_PATH),
    ("/subjects/%2/versions", 400, BAD_PATH), ("/subjects/%C3%28/versions", 400, BAD_PATH),
    ("/subjects/%ff/versions", 400, BAD_PATH), ("/subjects/%u0041/versions", 400, BAD_PATH),
    ("/subjects/%5C/versions", 400, BAD_PATH), ("/subjects/%00/versions", 400, BAD_PATH),
    ("/subjects/a%00/versions", 400, BAD_PATH), ("/subjects/%0D%0A/versions", 400, BAD_PATH),
    ("/subjects/%7F/versions", 400, BAD_PATH), ("/subjects/%1F/versions", 400, BAD_PATH),
    ("/subjects/%C0%AF/versions", 400, BAD_PATH), ("/subjects/%ED%A0%80/versions", 400, BAD_PATH),
    ("/subjects/%F4%90%80%80/versions", 400, BAD_PATH), ("/subjects/\\/versions", 400, BAD_PATH),
    ("/subjects/%2e/versions", 400, BAD_PATH), ("/subjects/%2E%2e/versions", 400, BAD_PATH),
    ("/subjects/..;/versions", 400, BAD_PATH), ("subjects", 400, MALFORMED),
    ("*", 400, MALFORMED), ("?x", 400, MALFORMED), ("ftp://registry/subjects", 400, MALFORMED),
    ("registry:80", 400, MALFORMED), ("http:///subjects", 400, MALFORMED), ("http://", 400, MALFORMED),
    ("http://registry/subjects?subjectPrefix=p-", 200, ["p-A"]), ("HTTPS://registry:80/subjects/p-A/versions", 200, [1]),
    ("http://registry", 200, {}), ("http://registry/", 200, {}), ("http://registry?x=/subjects", 200, {}),
    ("http://registry#/subjects", 200, {}), ("http://user@registry:80/subjects/p-A/versions/", 200, [1]),
    ("http://registry//subjects", 400, EMPTY_SEGMENT), ("http://registry/subjects/%zz", 400, BAD_PATH),
    ("/" + "a/" * 15, 404, NOT_FOUND), ("/" + "a/" * 200, 404, NOT_FOUND),
    ("/subjects?" + "x=1&" * 64, 200, ["p-A"]), ("/subjects?" + "x=1&" * 65, 400, "The query has too many parameters")]

ALLOWED = "Origin, Accept, X-Own"
SETTINGS = ("--access.control.allow.origin", "http://a.example, http://b.example",
            "--access.control.allow.methods", "GET,POST,PUT", "--access.control.allow.headers", ALLOWED)


def quoted(name):
    return urllib.parse.quote(name, safe="")


def round_trip(checks, api, name):
    """Registered, listed, read, looked up and deleted under its name."""
    path = "/subjects/" + quoted(name)
    shown = name[3:] if name.startswith(":.:") else name
    checks.answer("register %r" % name, api("POST", path + "/versions", BODY), 200)
    checks.answer("versions of %r" % name, api("GET", path + "/versions"), 200, [1])
    for answer in (api("GET", path + "/versions/1"), api("POST", path, BODY)):
        checks.equal("subject of %r" % name, (answer.status, (answer.json() or {}).get("subject")), (200, shown))
    listed = api("GET", "/subjects?subjectPrefix=" + quoted(shown if shown.startswith(":.") else ":*:" + shown))
    checks.that(listed.status == 200 and shown in listed.json(), "listing of %r" % name, came=listed)
    checks.answer("config of %r" % name, api("PUT", "/config/" + quoted(name), {"compatibility": "NONE"}), 200)
    checks.answer("its config", api("GET", "/config/" + quoted(name)), 200, {"compatibilityLevel": "NONE"})
    checks.error("another is not there", api("GET", "/subjects/%s/versions" % quoted(name + "2")), 404, 40401,
                 "Subject '%s2' not found." % shown)
    checks.answer("delete %r" % name, api("DELETE", path), 200, [1])
    checks.answer("delete %r for good" % name, api("DELETE", path + "?permanent=true"), 200, [1])


def check_target(checks, port, target, status, wanted):
    """Twice, the second time perhaps from memory, and once with HEAD."""
    data = head_of("GET", target)
    for _ in range(2):
        answer = client.exchange(port, data)
        if isinstance(wanted, int):
            checks.error("target " + target, answer, status, wanted, sent=data)
        elif isinstance(wanted, str) and status == 400:
            checks.error("target " + target, answer, status, 400, wanted, sent=data, content_type=JSON)
        else:
            checks.answer("target " + target, answer, status, wanted, sent=data)
    head = client.exchange(port, head_of("HEAD", target), "HEAD")
    checks.equal("HEAD of target " + target, head and head.status, status)


def refused_names(checks, api, port):
    """What must not become a name, and what is none."""
    for segment in ("%00", "a%0Ab", "%7F", "%5C", "%ff", "%zz", "%2e", "%2E%2E", "..;", ";x"):
        data = head_of("POST", "/subjects/%s/versions" % segment, body=BODY)
        checks.error("register " + segment, client.exchange(port, data), 400, 400, sent=data)
    for name in (":.:", ":."):
        answer = api("POST", "/subjects/%s/versions" % name, BODY)
        checks.error("register the empty subject", answer, 422, 42208, sent=name)
    for name in ("a\u0085b", "__GLOBAL", "__EMPTY", ":.ctx:__GLOBAL", ":.__GLOBAL:a", ":*:a", "\u009f"):
        answer = api("POST", "/subjects/%s/versions" % quoted(name), BODY)
        checks.error("register %r" % name, answer, 422, 42208, "The specified subject '%s' is not a valid." % name)
    checks.answer("none of them is there", api("GET", "/subjects?deleted=true"), 200, ["p-A"])


def paths(checks):
    with client.Server() as running:
        api, port = running.api(), running.port
        checks.answer("register", api("POST", "/subjects/p-%41/versions", BODY), 200)
        for target, status, wanted in TARGETS:
            check_target(checks, port, target, status, wanted)
        refused_names(checks, api, port)
        raw = "/subjects/é/versions".encode()
        answer = client.exchange(port, b"GET " + raw + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        checks.error("UTF-8 as it is", answer, 404, 40401, "Subject 'é' not found.")
        answer = client.exchange(port, b"GET /subjects/\xe9/versions HTTP/1.1\r\nHost: x\r\n\r\n")
        checks.error("no UTF-8", answer, 400, 400, BAD_PATH)
        for name in NAMES:
            round_trip(checks, api, name)
        checks.answer("all are gone", api("GET", "/subjects?deleted=true"), 200, ["p-A"])


def access_headers(answer):
    return {name[15:]: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def ask(port, method, target, origin, preflight=None):
    headers = [("Origin", origin)] if origin is not None else []
    headers += [("Access-Control-Request-Method", preflight), ("Access-Control-Request-Headers", "x-own")] if preflight else []
    return client.exchange(port, head_of(method, target, headers), method)


def origins(checks):
    """Named origins: the headers come to them alone, with every kind of answer."""
    with client.Server(*SETTINGS) as running:
        port = running.port
        for target, status in (("/", 200), ("/subjects/none/versions", 404), ("/nothing", 404), ("/subjects/%zz", 400)):
            for _ in range(2):
                for origin in ("http://a.example", "http://b.example"):
                    answer = ask(port, "GET", target, origin)
                    checks.answer("CORS %s %s" % (target, origin), answer, status, vary="Origin")
                    checks.equal("its headers", access_headers(answer),
                                 {"allow-origin": origin, "allow-credentials": "true"})
                for origin in ("http://c.example", "http://a.example.evil", "null", "*", "", None, "http://A.example"):
                    checks.equal("CORS %s %r" % (target, origin), access_headers(ask(port, "GET", target, origin)), {})
        answer = ask(port, "OPTIONS", "/subjects", "http://b.example", "POST")
        checks.equal("preflight", (answer.status, access_headers(answer)), (200, {
            "allow-origin": "http://b.example", "allow-credentials": "true", "allow-methods": "GET,POST,PUT",
            "allow-headers": ALLOWED, "max-age": "1800"}))
        checks.equal("preflight of a stranger", access_headers(ask(port, "OPTIONS", "/subjects", "http://c.example", "GET")), {})


def any_origin(checks):
    with client.Server("--access.control.allow.origin", "*") as running:
        for origin in ("http://a.example", "null"):
            answer = ask(running.port, "GET", "/subjects", origin)
            checks.equal("any origin", access_headers(answer), {"allow-origin": origin, "allow-credentials": "true"})
        answer = ask(running.port, "OPTIONS", "/subjects", "http://x", "GET")
        checks.equal("preflight of any", access_headers(answer), {
            "allow-origin": "http://x", "allow-credentials": "true", "allow-methods": "GET,POST,HEAD",
            "allow-headers": "X-Requested-With,Content-Type,Accept,Origin", "max-age": "1800"})


def without_settings(checks):
    with client.Server("--reject.options.request", "true", "--compression.enable", "false") as running:
        api = running.api()
        for method in ("GET", "OPTIONS"):
            answer = ask(running.port, method, "/subjects", "http://a.example", "GET")
            checks.equal("no CORS without its setting", access_headers(answer), {})
        for target in ("/", "/subjects", "/config/s"):
            answer = api("OPTIONS", target)
            checks.error("OPTIONS refused " + target, answer, 405, 405, "HTTP 405 Method Not Allowed", content_type=None)
        checks.answer("OPTIONS of nothing", api("OPTIONS", "/nothing"), 404, NOT_FOUND)
        answer = api("GET", "/openapi.json", Accept_Encoding="gzip")
        checks.answer("compression switched off", answer, 200, content_encoding=None)


def browsers(checks):
    origins(checks)
    any_origin(checks)
    without_settings(checks)
    with client.Server() as running:
        answer = ask(running.port, "OPTIONS", "/subjects", "http://a.example", "GET")
        checks.answer("OPTIONS as always", answer, 200, content_type="text/plain")
        checks.equal("without CORS", access_headers(answer), {})
        checks.answer("V1", running.api()("GET", "/"), 200, {}, content_type=V1)
