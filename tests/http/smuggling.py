"""Requests that two parties could read in two ways (RFC 9112), byte by byte. Each row is sent with an honest registration
behind it on the same connection. What is refused is answered 400 (or not at all), has no effect, and ends the connection;
what is taken has just the effect that it says, and so has the request behind it."""
import random
import socket
import struct
import sys

import client

BODY = b'{"schema":"\\"int\\""}'
LINE, HOST = b"POST /subjects/NAME/versions HTTP/1.1\r\n", b"Host: registry\r\n"
LENGTH, CHUNKED = b"Content-Length: %d\r\n" % len(BODY), b"Transfer-Encoding: chunked\r\n"
SIZE, END = b"%x" % len(BODY), b"0\r\n\r\n"
CHUNKS = SIZE + b"\r\n" + BODY + b"\r\n" + END
CONTROLS = [b"\0", b"\x01", b"\x08", b"\x0b", b"\x0c", b"\x1b", b"\x1f", b"\x7f", b"\r", b"\n"]
# ONCE: taken as what it says, and the connection ends with it, whatever follows. So it is with all chunked requests: the HTTP
# library takes line ends in chunks and trailers that it should not, so nothing may stand behind them.
TAKEN, REFUSED, EITHER, ONCE = "taken", "refused", "either", "taken once"
# What else may say no: too large (413), a target or head too long (414, 431), another version or coding (505, 501).
SAYS_NO = (400, 413, 414, 431, 501, 505)
MUTATIONS, SEED = 600, 20261125


def post(headers=LENGTH, body=BODY, line=LINE, host=HOST):
    return line + host + headers + b"\r\n" + body


def inner(name):
    """A whole request that must never be read as one: it stands inside of the body of another."""
    return post(line=LINE.replace(b"NAME", name))


def lengths():
    twice = b"Content-Length: 5\r\n"
    yield "both lengths", post(LENGTH + CHUNKED, CHUNKS), REFUSED
    yield "both lengths, turned", post(CHUNKED + LENGTH, CHUNKS), REFUSED
    yield "both, a request inside", post(b"Content-Length: %d\r\n" % (5 + len(inner(b"inside1"))) + CHUNKED,
                                         END + inner(b"inside1")), REFUSED
    yield "an equal length twice", post(LENGTH + LENGTH), REFUSED
    yield "two lengths", post(LENGTH + twice), REFUSED
    yield "two lengths, a request inside", post(b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(inner(b"inside2")),
                                                inner(b"inside2")), REFUSED
    size = len(BODY)
    for value in (b"+%d" % size, b"-%d" % size, b"-1", b"0x%x" % size, b"%d.0" % size, b"%de0" % size, b"", b'"%d"' % size,
                  b"%d, %d" % (size, size), b"%d;x" % size, b"%d %d" % (size, size), b"%d_" % size, b"\xd9\xa2\xd9\xa0",
                  b"99999999999999999999", b"18446744073709551615", b"18446744073709551616", b"9" * 500,
                  b"%d" % (2 ** 64 + size), b"9223372036854775808", b"4294967316", b"1e1"):
        yield "Content-Length %r" % value[:30], post(b"Content-Length: " + value + b"\r\n"), REFUSED
    for value in (b"%d " % size, b"%d\t" % size, b"  %d" % size, b"\t%d" % size, b"000%d" % size):
        yield "Content-Length %r" % value, post(b"Content-Length: " + value + b"\r\n"), EITHER
    yield "Content-Length without a space", post(LENGTH.replace(b": ", b":")), TAKEN
    yield "content-length", post(LENGTH.lower()), TAKEN
    yield "Content_Length is another", post(LENGTH + b"Content_Length: 5\r\n"), TAKEN


def codings():
    for value in (b"identity", b"gzip", b"gzip, chunked", b"chunked, chunked", b"chunked, identity", b"chunked;q=1", b"xchunked",
                  b"chunkedx", b'"chunked"', b"", b"chunke", b"chunked,", b",chunked", b"chunked\x0b", b"chun\0ked", b"chunked\0",
                  b"\0chunked", b"chunked\x01", b"cow"):
        yield "Transfer-Encoding %r" % value, post(b"Transfer-Encoding: " + value + b"\r\n", CHUNKS), REFUSED
        yield "the same with a length %r" % value, post(b"Transfer-Encoding: " + value + b"\r\n" + LENGTH), REFUSED
    for value in (b"chunked ", b"\tchunked", b"  chunked"):
        yield "Transfer-Encoding %r" % value, post(b"Transfer-Encoding: " + value + b"\r\n", CHUNKS), EITHER
    for value in (b"chunked", b"Chunked", b"CHUNKED"):
        yield "Transfer-Encoding %r" % value, post(b"Transfer-Encoding: " + value + b"\r\n", CHUNKS), ONCE
    yield "chunked twice", post(CHUNKED + CHUNKED, CHUNKS), REFUSED
    yield "chunked and identity", post(CHUNKED + b"Transfer-Encoding: identity\r\n", CHUNKS), REFUSED
    old = LINE.replace(b"1.1", b"1.0")
    keep = b"Connection: keep-alive\r\n"
    yield "chunked in HTTP/1.0", post(CHUNKED, CHUNKS, old), REFUSED
    yield "chunked in HTTP/1.0, kept open", post(CHUNKED + keep, CHUNKS, old), REFUSED
    yield "both lengths in HTTP/1.0", post(CHUNKED + LENGTH + keep, CHUNKS, old), REFUSED


def names():
    for name in (b"Content-Length ", b"Content-Length\t", b" Content-Length", b"\tContent-Length"):
        yield "%r" % name, post(name + b": %d\r\n" % len(BODY)), REFUSED
        yield "%r beside the right one" % name, post(LENGTH + name + b": 5\r\n"), REFUSED
    for name in (b"Transfer-Encoding ", b"Transfer-Encoding\t", b" Transfer-Encoding"):
        yield "%r" % name, post(name + b": chunked\r\n", CHUNKS), REFUSED
        yield "%r beside a length" % name, post(LENGTH + name + b": chunked\r\n"), REFUSED
    for name in (b"X A", b"X(A)", b'X"A', b"X\xc3\xa4", b"X\x80", b"X/A", b"X{A}", b"X@A", b"X;A", b"X=A", b"X,A", b"", b"X[1]"):
        yield "name %r" % name, post(name + b": b\r\n" + LENGTH), REFUSED
    yield "no colon", post(b"X-A\r\n" + LENGTH), REFUSED
    for fold in (b"X-A: b\r\n c\r\n", b"X-A: b\r\n\tc\r\n", b"X-A:\r\n b\r\n", b"X-A: b\r\n Transfer-Encoding: chunked\r\n",
                 b"X-A: b\r\n \r\n"):
        yield "folded %r" % fold, post(fold + LENGTH), REFUSED
        yield "folded behind %r" % fold, post(LENGTH + fold), REFUSED
    yield "folded length", post(b"Content-Length:\r\n %d\r\n" % len(BODY)), REFUSED
    yield "folded first line", post(b" x\r\n" + LENGTH, host=b""), REFUSED


def hosts():
    yield "no Host", post(host=b""), REFUSED
    yield "two Hosts", post(host=HOST + b"Host: other\r\n"), REFUSED
    yield "the same Host twice", post(host=HOST + HOST), REFUSED
    for value in (b"a b", b"a/b", b"user@host", b"[::1", b"a:b:c", b"a:80x", b"a\x80", b"<a>", b"a?b", b"a#b", b"a\\b"):
        yield "Host %r" % value, post(host=b"Host: " + value + b"\r\n"), REFUSED
    for value in (b"registry:8081", b"[::1]:8081", b"127.0.0.1", b"", b"a.b-c_d~e:"):
        yield "Host %r" % value, post(host=b"Host: " + value + b"\r\n"), TAKEN


def line_ends():
    """Another end at every place where a line ends, and each control character at every place of a head."""
    whole = post(b"X-A: b\r\n" + LENGTH)
    at = whole.find(b"\r\n")
    while 0 <= at < whole.find(BODY):
        for end in (b"\n", b"\r", b"\r\r\n", b"\n\r\n", b"\n\n", b"\r\n\r", b"\0\n", b"\0\r\n", b" \n", b"\n\r"):
            is_body = end == b"\r\n\r" and whole[at + 2:] == BODY  # the last CR belongs to the body then
            # The library replaces line ends by NULs before we see them, so a NUL for the CR looks right; no harm comes of it.
            if not is_body:
                yield "end %d is %r" % (at, end), whole[:at] + end + whole[at + 2:], EITHER if end == b"\0\n" else REFUSED
        at = whole.find(b"\r\n", at + 2)
    yield "all ends are LF", whole.replace(b"\r\n", b"\n"), REFUSED
    yield "head ends in LF LF", whole.replace(b"\r\n\r\n", b"\n\n"), REFUSED
    yield "HTTP/1.0 with LF", b"GET /subjects HTTP/1.0\n\n", REFUSED
    yield "CR LF before", b"\r\n\r\n" + post(), TAKEN
    yield "CR before", b"\r" + post(), REFUSED
    yield "space before", b" " + post(), REFUSED
    yield "NUL before", b"\0" + post(), REFUSED


def controls():
    for byte in CONTROLS:
        places = {
            "method": post(line=LINE.replace(b"POST", b"PO" + byte + b"ST")),
            "method's end": post(line=LINE.replace(b"POST", b"POST" + byte)),
            "path": post(line=LINE.replace(b"NAME", b"NAME" + byte + b"x")),
            "path's end": post(line=LINE.replace(b"versions", b"versions" + byte)),
            "query": post(line=LINE.replace(b"versions", b"versions?x=" + byte + b"y")),
            "version": post(line=LINE.replace(b"/1.1", byte + b"/1.1")),
            "version's end": post(line=LINE.replace(b"1.1", b"1.1" + byte)),
            "name": post(b"X" + byte + b"A: b\r\n" + LENGTH), "name's end": post(b"XA" + byte + b": b\r\n" + LENGTH),
            "value": post(b"X-A: b" + byte + b"c\r\n" + LENGTH), "value's end": post(b"X-A: b" + byte + b"\r\n" + LENGTH),
            "value's begin": post(b"X-A:" + byte + b"b\r\n" + LENGTH), "Host": post(host=b"Host: re" + byte + b"g\r\n"),
            "length": post(b"Content-Length: " + byte + b"%d\r\n" % len(BODY)),
            "length's end": post(b"Content-Length: %d" % len(BODY) + byte + b"\r\n")}
        for place, data in places.items():
            yield "%r in %s" % (byte, place), data, REFUSED


def chunks():
    def sent(head, data=BODY, end=b"\r\n", last=END):
        return post(CHUNKED, head + data + end + last)
    for size in (b"g", b"-" + SIZE, b"+" + SIZE, b"0x" + SIZE, b"", b"\r\n" + SIZE, SIZE + b",", SIZE + b"h", b"f" * 17, b".5",
                 b"1" + b"0" * 14 + SIZE, SIZE + b".0", b'"' + SIZE + b'"', SIZE + b"\0", SIZE + b"\x0b", SIZE + b"_",
                 b"\xef\xbc\x91\xef\xbc\x94", b" " + SIZE, SIZE + b" 1", SIZE + b":"):
        yield "chunk size %r" % size, sent(size + b"\r\n"), REFUSED
    for size in (SIZE + b" ", SIZE + b"\t", SIZE + b" ;a", SIZE + b"; a", b"0" * 30 + SIZE, SIZE + b";" + b"x" * 3000):
        yield "chunk size %r" % size[:40], sent(size + b"\r\n"), EITHER
    for end in (b"\n", b"\r", b"\r\r\n", b"\n\r\n", b"\0\n", b""):
        yield "end %r of a size" % end, sent(SIZE + end), EITHER
        yield "end %r of data" % end, sent(SIZE + b"\r\n", end=end), EITHER
        yield "end %r of an extension" % end, sent(SIZE + b";a" + end), EITHER
        yield "end %r of the last size" % end, sent(SIZE + b"\r\n", last=b"0" + end + b"\r\n"), EITHER
    yield "end LF of all", sent(SIZE + b"\r\n", last=b"0\r\n\n"), EITHER
    for byte in CONTROLS:
        yield "%r in an extension" % byte, sent(SIZE + b";a" + byte + b"b\r\n"), EITHER
    yield "a size that is too small", sent(b"5\r\n"), REFUSED
    yield "a size that is too large", sent(b"%x\r\n" % (len(BODY) + 2)), REFUSED
    yield "data goes on", sent(SIZE + b"\r\n", end=b"xx"), REFUSED
    yield "a request in an extension", sent(SIZE + b";\n" + inner(b"inside3") + b"\r\n"), REFUSED


def trailers():
    def sent(lines):
        return post(CHUNKED, SIZE + b"\r\n" + BODY + b"\r\n0\r\n" + lines + b"\r\n")
    for line in (b"X-A: b\r\n", b"X-A: b\r\nX-B: c\r\n"):
        yield "trailer %r" % line, sent(line), ONCE
    # What a trailer says is not used, so most of them may be wrong.
    for line in (b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: other\r\n", b"Transfer-Encoding: gzip\r\n",
                 b"X-A : b\r\n", b"X A: b\r\n", b": b\r\n", b"X-A: b\x01c\r\n", b"X\x01A: b\r\n", b"X-A: b\0c\r\n"):
        yield "trailer %r" % line, sent(line), EITHER
    for line in (b"X-A: b\n", b"X-A: b\r", b"X-A: b\r\n c\r\n", b"XA\r\n", b" X-A: b\r\n", b"X-A: b\0\n", b"X-A: b\rc\r\n"):
        yield "trailer %r" % line, sent(line), EITHER
    attack = b"X-A: b\n\n" + inner(b"inside4").replace(b"\r\n\r\n", b"\r\nX: y\r\n\r\n")
    yield "a request behind a trailer that ends in LF", post(CHUNKED, CHUNKS[:-2] + attack), EITHER


def answers(raw):
    """All answers until the server closes, and what came that is none."""
    found = []
    try:
        while True:
            found.append(raw.answer())
    except client.Closed:
        return found, raw.buffer
    except TimeoutError:
        return found, b"(the connection stays open)" + raw.buffer


def check_row(checks, port, what, data, wanted, honest):
    """Whether the row holds, and whether its own request, and the honest one behind it, were taken."""
    with client.Raw(port) as raw:
        raw.send(data + honest)
        came, rest = answers(raw)
    is_refused = wanted == REFUSED or (wanted == EITHER and not (came and came[0].status == 200))
    shown = "%s %s" % (came, rest)
    if is_refused:
        # The library sends the head of its own refusal twice, the second one as the body, when a length is malformed.
        is_twice = came and came[0].body.startswith(b"HTTP/1.1 4") and not rest.startswith(b"(")
        holds = (not rest or is_twice) and len(came) <= 1 and all(answer.status in SAYS_NO for answer in came)
        return checks.that(holds, what, data, shown, "refused, and the end of the connection"), (False, False)
    statuses = [answer.status for answer in came]
    holds = not rest and (statuses == [200, 200] if wanted == TAKEN else statuses == [200])
    if wanted == EITHER:
        holds = not rest and statuses in ([200], [200, 200])
    return checks.that(holds, what, data, shown, wanted), (True, len(came) > 1)


def play(checks, port, rows, expected):
    """Each row in a subject of its own, and so the honest request behind it. Adds those that may be there to expected."""
    for what, data, wanted in rows:
        number = len(expected)
        own, behind = "own%d" % number, "behind%d" % number
        honest = post(LENGTH + b"Connection: close\r\n").replace(b"NAME", behind.encode())
        holds, took = check_row(checks, port, what, data.replace(b"NAME", own.encode()), wanted, honest)
        names = {name for name, is_taken in zip((own, behind), took) if is_taken}
        expected.append((what, data, names if holds else None, {own, behind}))


def ambiguous(checks):
    """Who waits for more bytes than there are is cut off after a second, which counts as refused."""
    with client.Server("--idle.timeout.ms", "1000") as running:
        expected = []
        for table in (lengths, codings, names, hosts, line_ends, controls, chunks, trailers):
            play(checks, running.port, table(), expected)
        listed = set(running.api()("GET", "/subjects").json())
        for what, data, wanted, own in expected:
            if wanted is not None:  # else the row has failed already
                checks.equal("effect of " + what, listed & own, wanted, data)
            listed -= own
        checks.equal("nothing inside of another request was executed", listed, set())


def cut(port, whole, form, at, is_polite):
    """A connection on which a request ended too early; None when it was reset."""
    raw = client.Raw(port)
    raw.send(whole[:at].replace(b"NAME", b"cut-%s-%d" % (form.encode(), at)))
    if is_polite:
        raw.finish()
        return raw
    raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.socket.close()
    return None


def truncated(checks):
    """A request that never became whole is never executed, whether its sender leaves politely or not."""
    forms = {"length": post(), "chunks": post(CHUNKED, CHUNKS), "trailer": post(CHUNKED, CHUNKS[:-2] + b"X-A: b\r\n\r\n"),
             "expect": post(LENGTH + b"Expect: 100-continue\r\n")}
    with client.Server("--idle.timeout.ms", "1000") as running:
        api = running.api()
        api("GET", "/")
        before = client.sockets(running.process)
        opened = [(form, at, cut(running.port, whole, form, at, is_polite))
                  for form, whole in forms.items() for at in range(1, len(whole)) for is_polite in (True, False)]
        for form, at, raw in opened:
            if raw:
                came = raw.rest()
                raw.socket.close()
                checks.that(b" 200 " not in came, "%s cut at %d" % (form, at), forms[form][:at], came, "not 200")
        client.wait_for(lambda: client.sockets(running.process) <= before, "the connections are closed")
        checks.answer("nothing was registered", running.api()("GET", "/subjects?deleted=true"), 200, [])


def behind(checks):
    """What follows a request is another request, or nothing."""
    last = b"GET / HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n\r\n"
    with client.Server("--idle.timeout.ms", "1000") as running:
        for extra in (b"garbage", b"\0", b" ", b"\r", b"\x16\x03\x01", b"{}", BODY, END, b"HTTP/1.1 200 OK\r\n\r\n"):
            for form in (post(), post(CHUNKED, CHUNKS)):
                with client.Raw(running.port) as raw:
                    raw.send(form.replace(b"NAME", b"own") + extra + inner(b"glued") + last)
                    came, rest = answers(raw)
                own = [answer.status for answer in came[:1]]
                checks.that(own == [200] and not rest, "%r behind" % extra, came="%s %s" % (came, rest))
        with client.Raw(running.port) as raw:
            raw.send(post(b"", b"").replace(b"NAME", b"none") + post().replace(b"NAME", b"next") + last)
            came, rest = answers(raw)
            checks.equal("no length is no body", [answer.code or answer.status for answer in came], [422, 200, 200])
        checks.answer("what there is", running.api()("GET", "/subjects"), 200, ["next", "own"])


def mutate(chance, whole):
    data = bytearray(whole)
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.choice([0, 9, 10, 13, 32, 44, 58, 59, 127, 255, chance.randrange(256)])
    return bytes(data)


def mutated(checks):
    """Requests with a few bytes replaced by chance: each is answered or cut off; the server stays."""
    print("seed %d" % SEED)
    chance = random.Random(SEED)
    whole = (post(b"Accept: */*\r\nX-A: b\r\n" + CHUNKED, CHUNKS) + inner(b"next")).replace(b"NAME", b"own")
    with client.Server("--idle.timeout.ms", "1000") as running:
        opened = [(client.Raw(running.port), mutate(chance, whole)) for _ in range(MUTATIONS)]
        for raw, data in opened:
            raw.send(data)
        for raw, data in opened:
            came = raw.rest()
            raw.socket.close()
            checks.that(b"HTTP/1.1 500" not in came and b"HTTP/1.1 503" not in came, "mutated", data, came, "no 5xx")
        checks.answer("it still answers", running.api()("GET", "/"), 200, {})


if __name__ == "__main__":
    sys.exit(client.run("smuggling", [ambiguous, truncated, behind, mutated]))
