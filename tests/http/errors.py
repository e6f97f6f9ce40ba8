"""Every error that a client can meet: its status, its code and its exact words, as base/errors.def has them; and every code
that /openapi.json declares for a route is met there, and no other. What provokes them is in error_cases.py.

covers: service/handlers/openapi.c service/handlers/work.c service/handlers/settings.c service/handlers/compatibility.c"""
import json
import os
import re
import sys

import client
import error_cases
import many_at_once
import server
from client import head_of
from error_cases import DONE

EXCLUDED_ROWS = {
    "STORE": "needs a store that fails", "STORE_TIMEOUT": "needs a store that fails",
    "UNAUTHORIZED": "there is no authentication yet",
    "INVALID_SETTING": "stands in the output of the command, see operation.py", "INTERNAL": "needs a fault of the program"}
# Declared codes that no request brings about: the route (None: any) and why.
EXCLUDED_CODES = {"50001": "needs a store that fails", "503": "needs many requests at once, see many_at_once.py"}
# Beyond what a route declares: answered before its handler is asked.
GENERAL_CODES = {400, 404, 405, 406, 413, 414, 415, 422, 431, 503}
ROW = re.compile(r'ERROR_ROW\((\w+),\s*(\d+),\s*(\d+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)')


def rows():
    """{id: (status, code, wording)} of base/errors.def."""
    with open(os.path.join(server.ROOT, "base", "errors.def"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
    found = {}
    for name, status, code, literals in ROW.findall(text):
        wording = "".join(json.loads('"%s"' % part) for part in re.findall(r'"((?:[^"\\]|\\.)*)"', literals))
        found[name] = (int(status), int(code), wording)
    assert len(found) == text.count("ERROR_ROW("), "errors.def has rows of another form"
    return found


def filled(wording, texts):
    parts = wording.split("{}")
    assert len(parts) == len(texts) + 1, "%r takes %d texts" % (wording, len(parts) - 1)
    return "".join(part + text for part, text in zip(parts, list(texts) + [""]))


class Routes:
    """The routes of /openapi.json, the codes that they declare, and those that were met."""

    def __init__(self, document):
        self.declared, self.met, self.patterns = {}, {}, []
        for path, operations in document["paths"].items():
            pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
            for method, operation in operations.items():
                codes = " ".join(answer["description"] for answer in operation["responses"].values())
                self.declared[method.upper(), path] = set(re.findall(r"\b\d{3,5}\b", codes))
                self.patterns.append((method.upper(), pattern, path))

    def find(self, method, target):
        """The first route that fits, as the server finds it; None for what no route has."""
        path = target.split("?")[0]
        return next(((one, pattern) for one, expression, pattern in self.patterns
                     if one == method and expression.fullmatch(path)), None)

    def note(self, method, target, code):
        self.met.setdefault(self.find(method, target), set()).add(code)


class Provoked:
    """What was shown so far."""

    def __init__(self, checks):
        self.checks, self.rows, self.shown, self.routes = checks, rows(), set(), None

    def case(self, api, row, method, target, body, *texts, **headers):
        answer = api(method, target, body, **headers)
        sent = (method, target, body)
        if row == DONE:
            self.checks.answer("preparation", answer, 200, sent=sent)
            return
        status, code, wording = self.rows[row]
        self.checks.error(row, answer, status, code, filled(wording, texts), sent=sent)
        self.shown.add(row)
        if answer.code is not None:
            self.routes.note(method, target, answer.code)


def parser_failure(provoked, api, running):
    """The words of a schema that cannot be parsed tell the whole request; the GUID in them is that of the same text."""
    del running
    for target in ("/subjects/s", "/subjects/s/versions", "/compatibility/subjects/s/versions"):
        answer = api("POST", target, {"schema": '"Missing"'})
        guid = re.search(r"guid=([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}),", answer.message or "")
        words = error_cases.invalid("s", '"Missing"', guid[1] if guid else "?", "Undefined schema: Missing")
        provoked.checks.error("INVALID_SCHEMA", answer, 422, 42201, words, sent=target)
    answer = api("GET", "/schemas/ids/102")
    guid = answer.json()["guid"]
    provoked.case(api, "INVALID_SCHEMA", "GET", "/schemas/guids/%s?format=resolved" % guid, None, "Undefined schema: Target")


def by_headers(provoked, api, running):
    for row, headers in (("NOT_ACCEPTABLE", {"Accept": "text/html"}), ("UNSUPPORTED_MEDIA_TYPE", {"Content_Type": "text/html"})):
        provoked.case(api, row, "GET", "/subjects", None, **headers)
    answer = client.exchange(running.port, head_of("GET", "/", [("X-A", "x" * (error_cases.HEADER_MAX + 500))]))
    status, code, wording = provoked.rows["HEADERS_TOO_LARGE"]
    provoked.checks.error("HEADERS_TOO_LARGE", answer, status, code, wording)
    provoked.shown.add("HEADERS_TOO_LARGE")


def busy(provoked):
    """Both workers and the only place in their queue are taken: see many_at_once.py for more."""
    with client.Server("--worker.threads", "1", "--worker.queue", "1") as running:
        raws = [client.Raw(running.port) for _ in range(60)]
        branches = ",".join('{"type":"record","name":"B%d","fields":[]}' % number for number in range(3000))
        body = json.dumps({"schema": "[%s]" % branches}).encode()
        for raw in raws:  # all but the last byte, so that they are whole at the same moment
            raw.send(head_of("POST", "/compatibility/subjects/s/versions", body=body)[:-1])
        many_at_once.stopped_meanwhile(running, lambda: [raw.send(body[-1:]) for raw in raws])
        refused = [answer for answer in many_at_once.answers_of(raws).values() if answer.status != 200]
        status, code, wording = provoked.rows["BUSY"]
        provoked.checks.that(refused, "BUSY comes when the queue is full")
        for answer in refused:
            provoked.checks.error("BUSY", answer, status, code, wording, retry_after="1")
        provoked.shown.add("BUSY")
        many_at_once.close_all(raws)


def every_row(checks, provoked):
    for name in sorted(provoked.rows):
        if name in EXCLUDED_ROWS:
            checks.that(name not in provoked.shown, "%s is excluded, but was provoked" % name)
        else:
            checks.that(name in provoked.shown, "nothing provokes %s" % name)
    for name in EXCLUDED_ROWS:
        checks.that(name in provoked.rows, "%s is excluded, but is no row" % name)


def every_code(checks, routes):
    for route, declared in sorted(routes.declared.items()):
        met = {str(code) for code in routes.met.get(route, ())}
        for code in sorted(declared):
            if code not in EXCLUDED_CODES:
                checks.that(code in met, "%s %s declares %s, and nothing provokes it" % (*route, code))
        for code in sorted(met - declared):
            checks.that(int(code) in GENERAL_CODES, "%s %s answers %s, and does not declare it" % (*route, code))
    met_nowhere = routes.met.get(None, set())
    checks.that(met_nowhere <= {404, 405, 400, 414}, "codes without a route", came=met_nowhere)


def errors(checks):
    provoked = Provoked(checks)
    for flags, cases in error_cases.SERVERS:
        with client.Server(*flags) as running:
            api = running.api()
            if not provoked.routes:
                provoked.routes = Routes(api("GET", "/openapi.json").json())
            for case in cases:
                provoked.case(api, *case)
                if case is error_cases.TORN[-1]:
                    parser_failure(provoked, api, running)
                    by_headers(provoked, api, running)
    busy(provoked)
    every_row(checks, provoked)
    every_code(checks, provoked.routes)


if __name__ == "__main__":
    sys.exit(client.run("errors", [errors]))
