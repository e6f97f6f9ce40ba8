"""HTTP as clients of a schema registry speak it: methods, media types, compression, bodies, connections, browsers, targets.

covers: service/http/request.c service/http/ready.c service/http/work.c"""
import gzip
import sys

import client
import protocol_targets
from client import JSON, V1, VENDOR, head_of

BODY = b'{"schema":"\\"int\\""}'
GUID = "ef524ea1-b91e-7317-3d93-8ade36c1db32"
REGISTERED = {"id": 1, "version": 1, "guid": GUID, "schemaType": "AVRO", "schema": '"int"'}
NOT_FOUND = {"error_code": 404, "message": "HTTP 404 Not Found"}
WRONG_METHOD = {"error_code": 405, "message": "HTTP 405 Method Not Allowed"}
REFUSED_OUT = {"error_code": 406, "message": "HTTP 406 Not Acceptable"}
REFUSED_IN = {"error_code": 415, "message": "HTTP 415 Unsupported Media Type"}
FILLED = {"{subject}": "s", "{version}": "1", "{id}": "1", "{guid}": GUID, "{namespace}": "-", "{name}": "topic"}
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "get"]
GZIP_FROM = 1024
RECEIVED = {"gzip": True, "GZIP": True, "*": True, "br, gzip;q=0.5": True, "gzip;q=0.001": True, "gzip ; q=1": True,
            "gzip;q=0": False, "gzip; q=0.000": False, "gzip;Q=0": False, "deflate, br": False, "identity": False,
            "": False, "gzip;q=0, *": False, "*, gzip;q=0": False, "*;q=0": False, "gzipx": False}

# Content-Type of a request: the answer that it gets.
SENT = [(kind, 200, V1, REGISTERED) for kind in (
    None, V1, VENDOR, JSON, JSON + "; charset=utf-8", JSON + ";charset=UTF-8", "Application/JSON", V1 + "; charset=utf-8",
    "application/octet-stream", JSON + "; charset=iso-8859-1", JSON + "; charset=nonsense")]
SENT += [(kind, 415, V1, REFUSED_IN) for kind in (
    "application/vnd.schemaregistry.v2+json", "application/hal+json", "text/json", "text/plain", "application/xml",
    "application/x-www-form-urlencoded", "*/*", "application/*", "multipart/form-data; boundary=x")]
SENT += [(kind, 400, JSON, {"error_code": 400, "message": "Bad Request"}) for kind in ("garbage", "", "/", "a/", "/b")]

# Accept of a request: the Content-Type of its answer; None: 406.
WANTED = [
    (None, V1), ("*/*", V1), (V1, V1), (VENDOR, VENDOR), (JSON, JSON), ("application/*", V1), ("", V1), ("*", V1),
    ("text/html, */*;q=0.1", V1), (JSON + ";q=0.9, " + V1 + ";q=0.1", JSON), (JSON + ", " + VENDOR, VENDOR),
    (JSON + ";q=0", JSON), (JSON + ";q=0, */*", V1), (V1 + ";q=0, " + JSON, JSON), ("APPLICATION/JSON", JSON),
    ("text/html;q=0.5, " + JSON + ";q=0.2", JSON), ("application/xml, " + JSON + ";q=0.3, */*;q=0.1", JSON),
    (V1 + ", " + VENDOR + ", " + JSON, V1), (JSON + "; charset=utf-8", JSON + ";charset=utf-8"),
    ("text/html", None), ("text/plain", None), ("application/vnd.schemaregistry.v2+json", None),
    ("application/hal+json", None), ("garbage", None)]


def filled(pattern):
    for name, value in FILLED.items():
        pattern = pattern.replace(name, value)
    return pattern


def without_date(answer, *names):
    return sorted((name, value) for name, value in answer.headers.items() if name not in ("date",) + names)


def heads(checks, api, port, paths):
    """Same headers as GET has, and no body: the request behind it on the connection is answered."""
    targets = [filled(pattern) for pattern in sorted(paths) if "get" in paths[pattern]]
    targets += ["/subjects/none/versions", "/subjects/s/versions/x", "/schemas/ids/abc", "/nothing", "/config/s",
                "/compatibility/subjects/s/versions", "/subjects?offset=-1"]
    for target in targets:
        got = api("GET", target)
        with client.Raw(port) as raw:
            raw.send(head_of("HEAD", target) + head_of("GET", "/v1/metadata/deployment"))
            head, after = raw.answer("HEAD"), raw.answer()
        moves = ("content-length",) if target == "/metrics" else ()  # what it counts has gone on
        checks.equal("HEAD " + target, (head.status, without_date(head, *moves)), (got.status, without_date(got, *moves)))
        checks.that(head.headers.get("content-length", "").isdigit(), "HEAD has a length " + target, came=head)
        checks.answer("after HEAD " + target, after, 200, {"attributes": []})


def methods(checks, api, port, paths):
    for pattern, operations in sorted(paths.items()):
        target, known = filled(pattern), [method.upper() for method in operations]
        allow = set(known + ["OPTIONS"] + ["HEAD"] * ("GET" in known))
        for method in METHODS:
            if method not in known:
                answer = client.exchange(port, head_of(method, target), method)
                what = "%s %s" % (method, target)
                checks.answer("wrong method: " + what, answer, 405, WRONG_METHOD, content_type=None)
                checks.equal("Allow of " + what, set(answer.headers.get("allow", "").split(", ")), allow)
        for accept, kind, has_body in ((None, "text/plain", True), ("*/*", "text/plain", True), (V1, V1, False),
                                       ("text/plain", "text/plain", True), (JSON, JSON, False)):
            answer = api("OPTIONS", target, Accept=accept)
            checks.answer("OPTIONS %s %s" % (target, accept), answer, 200, content_type=kind)
            checks.equal("methods of " + target, set(answer.headers["allow"].split(", ")), allow)
            checks.equal("its body", answer.body.decode(), answer.headers["allow"] if has_body else "")


def unknown(checks, api):
    for target in ("/nothing", "/Subjects", "/subjects/s/other", "/subjects/s/versions/1/other", "/config/s/x", "/mode/s/x",
                   "/subjects/s/versions/1/schema/x", "/schemas/other", "/schemas/ids", "/schemas/guids", "/v1/metadata",
                   "/schemas/ids/1/schema/x", "/compatibility", "/compatibility/subjects", "/v1", "/v1/metadata/other",
                   "/favicon.ico", "/health", "/index.html", "/swagger.json", "/api", "/subjects.json", "/a" * 20):
        for method, body in (("GET", None), ("POST", b"{}"), ("POST", b"{"), ("PUT", b"{}"), ("DELETE", None),
                             ("OPTIONS", None), ("BREW", None)):
            for accept in (None, "text/plain"):
                answer = api(method, target, body, Accept=accept)
                checks.answer("unknown: %s %s" % (method, target), answer, 404, NOT_FOUND, content_type=None)
        checks.equal("unknown: HEAD " + target, api("HEAD", target).status, 404)


def slashes(checks, api, paths):
    for pattern in sorted(paths):
        if "get" in paths[pattern] and pattern not in ("/", "/metrics"):
            one, two = api("GET", filled(pattern)), api("GET", filled(pattern) + "/")
            checks.equal("a slash behind " + pattern, (two.status, two.type, two.body), (one.status, one.type, one.body))
    checks.answer("POST with a slash", api("POST", "/subjects/s/versions/", BODY), 200, REGISTERED)
    checks.answer("PUT with a slash", api("PUT", "/config/s/", {"compatibility": "FULL"}), 200, {"compatibility": "FULL"})
    checks.answer("DELETE with a slash", api("DELETE", "/config/s/"), 200, {"compatibilityLevel": "FULL"})


def media_in(checks, api):
    for kind, status, type_, value in SENT:
        for accept in (None, "text/html"):
            if accept and status == 200:
                continue
            for _ in range(2):  # the second time from memory
                answer = api("POST", "/subjects/s/versions", BODY, Content_Type=kind, Accept=accept)
                checks.answer("Content-Type %s, Accept %s" % (kind, accept), answer, status, value, content_type=type_)
    for method in ("GET", "DELETE"):
        answer = api(method, "/subjects/s/versions/1", Content_Type="text/plain")
        checks.answer("text/plain without a body", answer, 415, REFUSED_IN, content_type=V1)
    checks.answer("415 as JSON", api("POST", "/subjects/s", BODY, Content_Type="text/plain", Accept=JSON), 415, REFUSED_IN,
                  content_type=JSON)
    checks.answer("no body", api("POST", "/subjects/s/versions"), 422,
                  {"error_code": 422, "message": "register.request must not be null (was null)"}, content_type=V1)
    checks.answer("a bare mode", api("PUT", "/mode/s", b'"READWRITE"'), 200, {"mode": "READWRITE"})


def media_out(checks, api):
    for accept, kind in WANTED:
        for target, value in (("/subjects/s/versions", [1]), ("/subjects/s/versions/1/schema", "int"),
                              ("/schemas/ids/1/schema", "int")):
            for _ in range(2):
                answer = api("GET", target, Accept=accept)
                if kind:
                    checks.answer("Accept %s" % accept, answer, 200, value, content_type=kind)
                else:
                    checks.answer("Accept %s" % accept, answer, 406, REFUSED_OUT, content_type=None)
    lists = head_of("GET", "/subjects/s/versions",
                    [("Accept", "text/html"), ("Accept", JSON + ";q=0.5"), ("Accept", VENDOR + ";q=0.4")])
    checks.answer("several Accept headers are one list", client.exchange(api.connection.port, lists), 200, [1], content_type=JSON)
    bad = api("GET", "/subjects/s/versions", Accept=JSON + ";q=abc")
    checks.error("q that is none", bad, 400, 400, "The Accept header is malformed", content_type=None)
    error = api("GET", "/subjects/none/versions", Accept=JSON)
    checks.error("an error as JSON", error, 404, 40401, "Subject 'none' not found.", content_type=JSON)
    long = JSON + ";x=" + "y" * 2000
    checks.answer("a long parameter", api("GET", "/subjects/s/versions", Accept=long), 200, [1], content_type=long)


def compression(checks, api):
    """The schemas are texts of just the size at which it begins, and below."""
    for size in (GZIP_FROM - 1, GZIP_FROM, 100000):
        text = '{"type":"record","name":"Z","doc":"%s","fields":[]}'
        text %= "z" * (size - len(text % ""))
        number = api("POST", "/subjects/z%d/versions" % size, {"schema": text}).json()["id"]
        targets = ["/schemas/ids/%d/schema" % number, "/schemas/ids/%d" % number]
        for target in targets[:1 if size < GZIP_FROM else 2]:
            for accept, is_taken in list(RECEIVED.items()) * 2:
                packed, plain = api("GET", target, Accept_Encoding=accept), api("GET", target)
                check_packed(checks, "%s, %d bytes, %r" % (target, size, accept), packed, plain,
                             is_taken and size >= GZIP_FROM)
                checks.equal("Vary", plain.headers.get("vary"), "Accept-Encoding" if size >= GZIP_FROM else None)
    found = [api("POST", "/subjects/z100000", {"schema": text}, Accept_Encoding=accept) for accept in (None, "gzip")]
    check_packed(checks, "POST", found[1], found[0], True)
    metadata = {"defaultMetadata": {"properties": {"p": "z" * 5000}}}
    put = [api("PUT", "/config/z", metadata, Accept_Encoding=accept) for accept in (None, "gzip")]
    check_packed(checks, "PUT", put[1], put[0], False)
    api("DELETE", "/config/z")


def check_packed(checks, what, packed, plain, is_packed):
    checks.equal("gzip: " + what, packed.headers.get("content-encoding"), "gzip" if is_packed else None)
    checks.equal("its length", packed.headers.get("content-length"), str(len(packed.body)))
    if packed.headers.get("content-encoding") == "gzip":
        checks.that(len(packed.body) < len(plain.body), "it is smaller", came=len(packed.body))
        checks.equal("its Vary", packed.headers.get("vary"), "Accept-Encoding")
        packed.body = gzip.decompress(packed.body)
    checks.equal("its content", packed.body, plain.body)


def chunks(checks, port):
    """One registration, cut in every way that is allowed. The connection ends with it (see smuggling.py)."""
    size = len(BODY)
    whole = b"%x\r\n%s\r\n0\r\n\r\n" % (size, BODY)
    forms = {
        "one chunk": whole, "upper case": whole.replace(b"14", b"%X" % size, 1), "zeros": b"000" + whole,
        "each byte": b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n",
        "extension": whole.replace(b"\r\n", b';a=b;c="d;e"\r\n', 1), "last one of zeros": whole.replace(b"\r\n0", b"\r\n000"),
        "trailers": whole[:-2] + b"X-One: 1\r\nX-Two: 2\r\n\r\n"}
    for name, body in forms.items():
        data = head_of("POST", "/subjects/s/versions", [("Transfer-Encoding", "chunked")]) + body
        with client.Raw(port) as raw:
            raw.send(data + head_of("GET", "/"))
            checks.answer("chunks: " + name, raw.answer(), 200, REGISTERED, connection="close")
            checks.equal("behind chunks: " + name, raw.rest(), b"")
        with client.Raw(port) as raw:
            for at in range(len(data)):
                raw.send(data[at:at + 1])
            checks.answer("chunks byte by byte: " + name, raw.answer(), 200, REGISTERED)
    large = b'{"schema":"\\"int\\"","x":"%s"}' % (b"x" * 3000000)
    pieces = [large[at:at + 65521] for at in range(0, len(large), 65521)]
    data = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    answer = client.exchange(port, head_of("POST", "/subjects/s/versions", [("Transfer-Encoding", "chunked")]) + data)
    checks.answer("many chunks", answer, 200, REGISTERED)


def expectations(checks, port):
    head = head_of("POST", "/subjects/s/versions", [("Content-Length", len(BODY)), ("Expect", "100-continue")])
    with client.Raw(port) as raw:
        raw.send(head)
        checks.equal("Expect: asked to go on", raw.answer().status, 100)
        raw.send(BODY)
        checks.answer("Expect: answered", raw.answer(), 200, REGISTERED)
    with client.Raw(port) as raw:
        raw.send(head.replace(b"Content-Length: %d" % len(BODY), b"Content-Length: 99999999"))
        checks.error("Expect: refused at once", raw.answer(), 413, 413)
    with client.Raw(port) as raw:
        raw.send(head.replace(b"HTTP/1.1", b"HTTP/1.0") + BODY)
        checks.answer("Expect means nothing in HTTP/1.0", raw.answer(), 200, REGISTERED)


def connections(checks, port):
    wanted = [("GET", "/", None, {}), ("POST", "/subjects/s/versions", BODY, REGISTERED), ("HEAD", "/subjects", None, None),
              ("GET", "/subjects/s/versions", None, [1]), ("GET", "/nothing", None, NOT_FOUND)] * 20
    with client.Raw(port) as raw:
        raw.send(b"".join(head_of(method, target, body=body) for method, target, body, _ in wanted))
        for number, (method, target, _, value) in enumerate(wanted):
            answer = raw.answer(method)
            checks.equal("pipelined %d: %s" % (number, target), answer.json(), value)
            checks.that(answer.headers.get("connection") != "close", "it stays open", came=answer)
        raw.send(head_of("GET", "/", [("Connection", "close")]))
        checks.answer("asked to close", raw.answer(), 200, {}, connection="close")
        checks.equal("closed", raw.rest(), b"")
    for headers, stays in (((), False), ((("Connection", "keep-alive"),), True)):
        with client.Raw(port) as raw:
            data = head_of("GET", "/", headers, version="HTTP/1.0").replace(b"Host: registry\r\n", b"")
            raw.send(data)
            answer = raw.answer()
            checks.answer("HTTP/1.0 without Host", answer, 200, {})
            checks.equal("its Connection", answer.headers.get("connection", "").lower(), "keep-alive" if stays else "close")
            raw.send(data) if stays else None
            checks.that(raw.answer().status == 200 if stays else raw.rest() == b"", "HTTP/1.0 %s" % (headers,))


def request_ids(checks, port):
    for target in ("/", "/subjects/s/versions", "/subjects/none/versions", "/nothing", "/subjects/%zz"):
        for sent, came in (("abc-1", "abc-1"), ("a b;c", "a b;c"), ("x" * 1000, "x" * 1000), ("x" * 2000, "x" * 2000),
                           ("  ", None), ("", None), ("é", "é")):
            answer = client.exchange(port, head_of("GET", target, [("X-Request-ID", sent)]))
            checks.equal("X-Request-ID of " + target, answer.headers.get("x-request-id"), came, sent)
        answer = client.exchange(port, head_of("GET", target))
        checks.equal("no X-Request-ID of " + target, answer.headers.get("x-request-id"), None)
    two = client.exchange(port, head_of("GET", "/", [("X-Request-ID", "a"), ("X-Request-ID", "b")]))
    checks.equal("two of them count as none", two.headers.get("x-request-id"), None)


def plain_server(checks):
    with client.Server() as running:
        api, port = running.api(), running.port
        checks.answer("register", api("POST", "/subjects/s/versions", BODY), 200, REGISTERED)
        paths = api("GET", "/openapi.json").json()["paths"]
        heads(checks, api, port, paths)
        methods(checks, api, port, paths)
        unknown(checks, api)
        slashes(checks, api, paths)
        media_in(checks, api)
        media_out(checks, api)
        compression(checks, api)
        chunks(checks, port)
        expectations(checks, port)
        connections(checks, port)
        request_ids(checks, port)


if __name__ == "__main__":
    sys.exit(client.run("protocol", [plain_server, protocol_targets.paths, protocol_targets.browsers]))
