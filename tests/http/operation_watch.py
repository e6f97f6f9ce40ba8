"""The part of operation.py about what a server tells of itself: log lines, health, metrics, OpenAPI."""
import json
import os
import re
import shutil
import subprocess

import client
import many_at_once
import server
from client import head_of

SAMPLE = re.compile(r'([a-z_][a-z0-9_]*)(\{.*\})? (-?[0-9.e+-]+|\+Inf|NaN)')
LABELS = re.compile(r'\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\}')
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
# Counters that nothing in these tests can move.
STILL = {"avouch_storage_failures_total": "needs a store that fails", "avouch_storage_retries_total": "needs writers that meet",
         "avouch_http_requests_refused_total": "see many_at_once.py"}


def request_lines(running):
    return [line.rstrip("\n") for line in list(running.log) if "http.request" in line]


def lines_of(running, count):
    """The lines about requests, once there are so many."""
    client.wait_for(lambda: len(request_lines(running)) >= count, "%d lines about requests" % count)
    return request_lines(running)


REQUESTS = [
    # target, X-Request-ID, status; and target and id as the log shows them, unescaped
    (b"/", b"abc", 200, "/", "abc"), (b"/nothing", None, 404, "/nothing", "-"),
    (b"/subjects/a%0Ab%00", None, 400, "/subjects/a%0Ab%00", "-"),
    ("/subjects/é?x=\"y\\z\"".encode(), "é".encode(), 405, "/subjects/é?x=\"y\\z\"", "é"),
    (b"/subjects/\xff", b"\xff", 400, "/subjects/\ufffd", "\ufffd"),
    (b"/\x1b[31m\x07", b"x", 400, "/\x1b[31m\x07", "x"), (b"/a?status=200 x", b"a b", 400, "/a?status=200 x", "a b"),
    ("/\u0085\u009b".encode(), "\u0085".encode(), 404, "/\u0085\u009b", "\u0085")]


def send_all(checks, running):
    for target, request_id, status, _, _ in REQUESTS:
        head = b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n" + (b"X-Request-ID: " + request_id + b"\r\n"
                if request_id else b"") + b"\r\n"
        answer = client.exchange(running.port, head)
        checks.equal("logged request", answer and answer.status, status, head)


def access_log(checks):
    """Every request in one line, whatever bytes it has; json can be read back, plain has its bytes escaped."""
    with client.Server("--access.log", "all", "--http.threads", "1", "--log.form", "json") as running:
        send_all(checks, running)
        for (_, _, status, target, request_id), line in zip(REQUESTS, lines_of(running, len(REQUESTS))):
            value = json.loads(line)
            checks.that(re.fullmatch(TIME, value.pop("time")) and value.pop("microseconds") >= 0, "time of a line", came=line)
            checks.equal("a line", value, {"level": "info", "event": "http.request", "message": "Request answered",
                                           "method": "GET",
                                           "target": target, "status": status, "request_id": request_id})
            checks.that(not re.search(r"[\x00-\x1f\x7f-\x9f]", line), "no control bytes in a line", came=line)
    with client.Server("--access.log", "all", "--http.threads", "1") as running:
        send_all(checks, running)
        for (_, _, status, target, request_id), line in zip(REQUESTS, lines_of(running, len(REQUESTS))):
            shown = [escaped(text) for text in (target, request_id)]
            wanted = r"%s info http\.request Request answered method=GET target=%s status=%d microseconds=\d+ request_id=%s" % (
                TIME, re.escape(shown[0]), status, re.escape(shown[1]))
            checks.that(re.fullmatch(wanted, line), "a plain line", came=line, wanted=wanted)
    with client.Server("--access.log", "off", "--log.level", "debug") as running:
        send_all(checks, running)
    checks.equal("no lines when it is off", request_lines(running), [])


def escaped(text):
    quoted = json.dumps(text, ensure_ascii=False)[1:-1]
    quoted = re.sub(r"[\x7f-\x9f]", lambda match: "\\u%04x" % ord(match[0]), quoted)
    return '"%s"' % quoted if re.search(r'[ ="\t\n]', text) or not text else quoted


def errors_only(checks):
    """access.log=errors: those that are answered with 5xx, as many as there were."""
    branches = ",".join('{"type":"record","name":"B%d","fields":[]}' % number for number in range(3000))
    body = json.dumps({"schema": "[%s]" % branches}).encode()
    with client.Server("--worker.threads", "1", "--worker.queue", "1") as running:
        raws = [client.Raw(running.port) for _ in range(60)]
        for raw in raws:
            raw.send(head_of("POST", "/compatibility/subjects/s/versions", body=body)[:-1])
        many_at_once.stopped_meanwhile(running, lambda: [raw.send(body[-1:]) for raw in raws])
        refused = sum(1 for answer in many_at_once.answers_of(raws).values() if answer.status == 503)
        many_at_once.close_all(raws)
        checks.that(refused > 0, "some were refused")
        lines = lines_of(running, refused)
    checks.equal("a line for each of them", len([line for line in lines if " status=503 " in line]), refused)
    checks.equal("and for nobody else", len(request_lines(running)), refused)


def levels(checks):
    with client.Server("--log.form", "json", "--log.level", "debug") as running:
        started = [json.loads(line) for line in running.log][-1]
        checks.equal("the first line", {name: started.get(name) for name in ("level", "event", "message", "address", "data")}, {
            "level": "info", "event": "start", "message": "Avouch is ready", "address": "127.0.0.1:%d" % running.port,
            "data": running.folder})
    ended = json.loads(running.log[-1])
    checks.equal("the last line", {name: ended.get(name) for name in ("event", "message", "signal")},
                 {"event": "stop", "message": "Stopping", "signal": 15})


def health(checks):
    with client.Server() as running:
        api = running.api()
        for accept in (None, "text/html", "application/json;q=x"):
            checks.answer("live", api("GET", "/health/live", Accept=accept), 200, {"status": "UP"},
                          content_type="application/json")
            checks.answer("ready", api("GET", "/health/ready", Accept=accept), 200, {"status": "UP", "storage": "UP"},
                          content_type="application/json")
        checks.equal("the version", api("GET", "/v1/metadata/version").json()["version"],
                     subprocess.run([server.BINARY, "version"], capture_output=True, text=True, timeout=10).stdout.split()[1])
        checks.answer("the id", api("GET", "/v1/metadata/id"), 200,
                      {"scope": {"path": [], "clusters": {"schema-registry-cluster": "schema-registry"}}})
    with client.Server("--schema.registry.group.id", "a \"b\"", "--kafka.cluster.id", "k") as running:
        checks.answer("the id from settings", running.api()("GET", "/v1/metadata/id"), 200, {
            "scope": {"path": [], "clusters": {"kafka-cluster": "k", "schema-registry-cluster": "a \"b\""}}})


def families(checks, text):
    """{sample: value}; each family begins with its HELP and TYPE, and has all of its samples together."""
    values, types, family = {}, {}, None
    for line in text.rstrip("\n").split("\n"):
        if line.startswith("# HELP "):
            family = line.split()[2]
            checks.that(family not in types and len(line.split(None, 3)) == 4, "HELP of " + family, came=line)
        elif line.startswith("# TYPE "):
            checks.that(line.split()[2] == family and line.split()[3] in ("counter", "gauge", "histogram"), "TYPE of %s" % family,
                        came=line)
            types[family] = line.split()[3]
        else:
            match = SAMPLE.fullmatch(line)
            checks.that(match and (not match[2] or LABELS.fullmatch(match[2])), "a sample", came=line)
            base = re.sub(r"_(bucket|sum|count)$", "", match[1]) if types.get(family) == "histogram" else match[1]
            checks.equal("the family of " + line, base, family)
            checks.that(match[1] + (match[2] or "") not in values, "a sample that comes once", came=line)
            values[match[1] + (match[2] or "")] = float(match[3].replace("+Inf", "inf"))
    for name, kind in types.items():
        checks.that(kind != "counter" or name.endswith("_total"), "counters end in _total", came=name)
        if kind == "histogram":
            check_histogram(checks, name, values)
    return values, types


def check_histogram(checks, name, values):
    """Buckets grow, and the last one has all."""
    series = {}
    for sample, value in values.items():
        match = re.fullmatch(re.escape(name) + r'_bucket\{(.*?),?le="([^"]+)"\}', sample)
        if match:
            series.setdefault(match[1], []).append((float(match[2].replace("+Inf", "inf")), value))
    checks.that(series or not any(sample.startswith(name) for sample in values), "buckets of " + name)
    for labels, buckets in series.items():
        counts = [count for _, count in buckets]
        checks.that(buckets == sorted(buckets) and counts == sorted(counts), "buckets of %s{%s}" % (name, labels), came=buckets)
        end = "{%s}" % labels if labels else ""
        checks.equal("count of %s%s" % (name, end), values.get(name + "_count" + end), counts[-1])
        checks.that(values.get(name + "_sum" + end, -1) >= 0, "sum of " + name)


def traffic(api):
    """Something of everything that is counted."""
    for schema in ('"int"', '"string"'):
        for _ in range(3):
            api("POST", "/subjects/s/versions", {"schema": schema})
    for _ in range(3):
        api("GET", "/subjects/s/versions")
        api("GET", "/subjects/none/versions")
        api("POST", "/compatibility/subjects/s/versions/1", {"schema": '"long"', "x": os.urandom(4).hex()})
    api("DELETE", "/subjects/s")
    api("BREW", "/")


def metrics(checks):
    with client.Server() as running:
        api = running.api()
        answer = api("GET", "/metrics")
        checks.answer("metrics", answer, 200, content_type="text/plain; version=0.0.4; charset=utf-8")
        before, types = families(checks, answer.body.decode())
        traffic(api)
        text = api("GET", "/metrics").body.decode()
        after, types = families(checks, text)
    with open(os.path.join(server.ROOT, "service", "metrics", "metrics.def"), encoding="utf-8") as file:
        rows = dict(re.findall(r'METRIC_ROW\(\w+, "(\w+)", (\w+),', file.read()))
    checks.equal("every row of metrics.def", {name: types.get(name) for name in rows},
                 {name: kind.lower() for name, kind in rows.items()})
    for name, kind in rows.items():
        sample = name + "_count" if kind == "HISTOGRAM" else name
        if kind != "GAUGE" and name not in STILL:
            checks.that(after[sample] > before[sample], "%s moves" % sample, came="%s, then %s" % (before[sample], after[sample]))
    for sample, value in (
            ('avouch_http_requests_total{method="POST",route="/subjects/{subject}/versions",status="200"}', 3),
            ('avouch_http_requests_total{method="POST",route="/subjects/{subject}/versions",status="409"}', 3),
            ('avouch_http_requests_total{method="GET",route="/subjects/{subject}/versions",status="404"}', 3),
            ('avouch_http_requests_total{method="other",route="none",status="405"}', 1), ("avouch_incompatible_total", 3),
            ("avouch_schemas_registered_total", 1), ("avouch_schemas_deleted_total", 1), ("avouch_stored_subjects", 1),
            ("avouch_stored_versions", 1), ("avouch_http_connections", 1)):
        checks.equal(sample, after.get(sample), value)
    checks.that(0 < after["process_open_fds"] < 100 and after["process_resident_memory_bytes"] > 1 << 20, "the process")
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=30)
        checks.equal("promtool check metrics", (done.returncode, done.stderr), (0, ""))


def routes_of_source():
    """{(method, path): names of parameters} of routes.c, its macros for parameters resolved."""
    with open(os.path.join(server.ROOT, "service", "handlers", "routes.c"), encoding="utf-8") as file:
        text = file.read().replace("\\\n", " ")
    kinds = r'(?:PATH|PATH_NUMBER|FLAG|TEXT|TEXTS|NUMBER)\("(\w+)"'
    macros = {name: re.findall(kinds, body) for name, body in re.findall(r"#define (\w+) +([^\n]*)", text)}
    found = {}
    for block in text.split("{.method = ")[1:]:
        method, path = re.match(r'"(\w+)",\s*\.pattern = "([^"]+)"', block).groups()
        listed = re.search(r"\.parameters = \{(.*?)\},?\s*(?:\.\w+ =|\})", block, re.DOTALL)
        names = []
        for token in re.findall(kinds.replace("(\\w+)", "\\w+").replace('"\\w+"', '"[^"]+"') + r"|\b[A-Z_]+\b",
                                listed[1] if listed else ""):
            names += re.findall(kinds, token) or macros.get(token, [])
        found[method, path] = names
    return found


def openapi(checks):
    with client.Server() as running:
        answer = running.api()("GET", "/openapi.json")
        checks.answer("openapi", answer, 200, content_type="application/json")
        document = answer.json()
    listed = {(method.upper(), path): operation for path, operations in document["paths"].items() for method,
              operation in operations.items()}
    wanted = routes_of_source()
    checks.that(len(wanted) > 40, "routes.c was read", came=len(wanted))
    checks.equal("every route", set(listed), set(wanted))
    names = [operation["operationId"] for operation in listed.values()]
    checks.equal("operationId is unique", len(names), len(set(names)))
    checks.equal("openapi", (document["openapi"][:2], sorted(document["info"]), "Error" in document["components"]["schemas"]), (
        "3.", ["title", "version"], True))
    for route, operation in listed.items():
        parameters = operation["parameters"]
        checks.equal("parameters of %s %s" % route, [one["name"] for one in parameters], wanted.get(route))
        in_path = [one["name"] for one in parameters if one["in"] == "path" and one["required"] is True]
        checks.equal("path of %s %s" % route, in_path, re.findall(r"\{(\w+)\}", route[1]))
        for one in parameters:
            checks.that(one["description"] and one["schema"]["type"] in ("string", "integer", "boolean", "array"), "a parameter",
                        came=one)
        checks.that("200" in operation["responses"] and operation["summary"], "what %s %s answers" % route, came=operation)


GROUPS = [access_log, errors_only, levels, health, metrics, openapi]
