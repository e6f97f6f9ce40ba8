"""Many clients, slow clients, rude clients: all who behave are answered, and nothing of the others stays behind.

covers: service/http/server.c service/http/connection.c"""
import json
import os
import select
import signal
import socket
import struct
import sys
import time

import client
import server
from client import head_of

BODY = b'{"schema":"\\"int\\""}'
IS_SANITIZED = "san" in server.BINARY
REQUEST = head_of("GET", "/subjects")
RESETS = 600 if IS_SANITIZED else 3000  # of each kind
LARGE_FIELDS = 20000
GROWTH_BYTES = 8 << 20
# What is freed goes back to the system: else what is resident says more of the allocator's arenas than of the server.
TIDY_MALLOC = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "32768"}
BUSY = {"error_code": 503, "message": "Too many requests are waiting; try again"}


def answers_of(raws):
    """The answers on many connections at once, by index; those that do not come within the limit are missing."""
    found, deadline = {}, time.monotonic() + client.LIMIT_SECONDS
    waiting = {raw.socket.fileno(): (index, raw) for index, raw in enumerate(raws)}
    poll = select.poll()
    for number in waiting:
        poll.register(number, select.POLLIN)
    while waiting and time.monotonic() < deadline:
        for number, _ in poll.poll(100):
            index, raw = waiting.pop(number)
            poll.unregister(number)
            try:
                found[index] = raw.answer()
            except client.Closed as closed:
                found[index] = closed
    return found


def close_all(raws):
    for raw in raws:
        raw.socket.close()


def resident(running):
    with open("/proc/%d/statm" % running.process.pid, encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def stopped_meanwhile(running, act):
    """Does something while the server sleeps, so that all of it is ready when it wakes up."""
    os.kill(running.process.pid, signal.SIGSTOP)
    try:
        act()
    finally:
        os.kill(running.process.pid, signal.SIGCONT)


def ready_at_once(checks, running, count, make, what):
    """What make(index) sends, on as many connections, becomes readable for the server at the same moment."""
    raws = [client.Raw(running.port) for _ in range(count)]
    for raw in raws:
        raw.send(REQUEST)
    checks.equal("%s: %d connections" % (what, count), len(answers_of(raws)), count)
    stopped_meanwhile(running, lambda: [raw.send(make(index)) for index, raw in enumerate(raws)])
    found = answers_of(raws)
    good = sum(1 for answer in found.values() if getattr(answer, "status", None) == 200)
    checks.equal("%s: %d requests at once" % (what, count), good, count)
    close_all(raws)


def look_up(index):
    """A request that memory cannot answer: a worker is needed."""
    return head_of("POST", "/subjects/s", body=b'{"schema":"\\"int\\"","x":%d.%d}' % (index, time.monotonic_ns()))


def powers_of_two(checks):
    """The event loop of the HTTP library hangs when just 128 or 256 connections become ready; ours must not."""
    for flags in (("--http.threads", "1"), ()):
        with client.Server(*flags) as running:
            running.api()("POST", "/subjects/s/versions", BODY)
            for count in (128, 256, 127, 257):
                ready_at_once(checks, running, count, lambda index: REQUEST, "from memory %s" % (flags,))
                ready_at_once(checks, running, count, look_up, "by workers %s" % (flags,))


def idle(checks):
    """1,000 connections that do nothing do not disturb, and still work afterwards."""
    with client.Server() as running:
        api = running.api()
        api("POST", "/subjects/s/versions", BODY)
        raws = [client.Raw(running.port) for _ in range(1000)]
        for number in range(300):
            checks.answer("beside idle ones", api("GET", "/subjects/s/versions?x=%d" % number), 200, [1])
        metrics = api("GET", "/metrics").body.decode()
        open_ones = [line for line in metrics.splitlines() if line.startswith("avouch_http_connections ")]
        checks.that(open_ones and int(open_ones[0].split()[1]) >= 1000, "avouch_http_connections", came=open_ones)
        for raw in raws:
            raw.send(REQUEST)
        good = [answer for answer in answers_of(raws).values() if getattr(answer, "status", None) == 200]
        checks.equal("the idle ones wake up", len(good), 1000)
        close_all(raws)


# What a slow sender begins with, and what it goes on with, a byte every 0.2 s: it is never whole.
SLOW = {
    "nothing": (b"", b""),
    "half a head": (REQUEST[:-4], b""),
    "a head that never ends": (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 1000),
    "headers that never end": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n" * 100),
    "a target that never ends": (b"GET /", b"a" * 1000),
    "half a body": (head_of("POST", "/subjects/slow/versions", [("Content-Length", 1000)]) + BODY, b""),
    "a body that never ends": (head_of("POST", "/subjects/slow/versions", [("Content-Length", 1000)]), b" " * 1000),
    "chunks that never end": (head_of("POST", "/subjects/slow/versions", [("Transfer-Encoding", "chunked")]),
                              b"1\r\n \r\n" * 200),
    "an extension that never ends": (head_of("POST", "/", [("Transfer-Encoding", "chunked")]) + b"1;", b"a" * 1000),
    "a trailer that never ends": (
        head_of("POST", "/subjects/slow/versions", [("Transfer-Encoding", "chunked")]) + b"0\r\nX-A: ", b"a" * 1000)}
PACE_SECONDS, ROUNDS, STALL_SECONDS = 0.2, 30, 0.8


def drip(checks, running):
    """The senders that are still there after six seconds, and the longest time in which none of them sent."""
    senders = {what: (client.Raw(running.port), rest) for what, (_, rest) in SLOW.items()}
    for what, (raw, _) in senders.items():
        raw.send(SLOW[what][0])
    longest, last = 0, time.monotonic()
    for number in range(ROUNDS):
        time.sleep(PACE_SECONDS if senders else 0)  # the pace of the senders, nothing waits for it
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
        for what, (raw, rest) in list(senders.items()):
            raw.send(rest[number:number + 1])
            if select.select([raw.socket], [], [], 0)[0] and not raw.rest().startswith(b"HTTP/1.1 200"):
                raw.socket.close()
                del senders[what]
        if senders:
            checks.answer("others are answered meanwhile", client.exchange(running.port, REQUEST), 200, [])
    close_all(raw for raw, _ in senders.values())
    return list(senders), longest


def slow(checks):
    """The idle timeout is one second; a sender gets six, and sends a byte in each 0.2 s. Where this machine stops for so long
    that they were idle after all, it is tried again."""
    with client.Server("--idle.timeout.ms", "1000") as running:
        for _ in range(3):
            left, longest = drip(checks, running)
            if left or longest < STALL_SECONDS:
                break
        for what in SLOW:
            checks.that(what not in left, "a slow sender is cut off: " + what, came="still open after 6 s")
        checks.answer("nothing came of it", running.api()("GET", "/subjects?deleted=true"), 200, [])


def limit(checks):
    """Beyond connection.limit clients wait; they are served when others leave."""
    for threads in ("1", "2"):
        with client.Server("--connection.limit", "50", "--http.threads", threads) as running:
            before = client.sockets(running.process)
            left = [client.Raw(running.port) for _ in range(200)]
            for raw in left:
                raw.send(REQUEST)
            client.wait_for(lambda: client.sockets(running.process) >= before + 50, "50 connections are open")
            most = 0
            while left:
                readable = select.select([raw.socket for raw in left], [], [], client.LIMIT_SECONDS)[0]
                most = max(most, client.sockets(running.process) - before)
                for raw in [raw for raw in left if raw.socket in readable]:
                    checks.equal("served in its turn", raw.answer().status, 200)
                    raw.socket.close()
                    left.remove(raw)
                if not checks.that(readable, "the others are served", came="%d wait" % len(left)):
                    break
            checks.that(most <= 50, "connection.limit, %s loops" % threads, came="%d connections" % most, wanted="at most 50")
            close_all(left)
            checks.answer("and others are", running.api()("GET", "/"), 200, {})


def reset(port, data, wait_for_bytes):
    """Sends, perhaps reads the begin of the answer, and leaves without a good-bye."""
    raw = client.Raw(port)
    raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.send(data)
    if wait_for_bytes:
        raw.socket.recv(wait_for_bytes)
    raw.socket.close()


def record_of(count):
    """A registration of a record with so many fields."""
    fields = ",".join('{"name":"f%d","type":"int"}' % number for number in range(count))
    return json.dumps({"schema": '{"type":"record","name":"Large","fields":[%s]}' % fields}).encode()


def rude_requests():
    """What is sent before the reset, and how much of the answer is read."""
    post, read = head_of("POST", "/subjects/s/versions", body=BODY), head_of("GET", "/schemas/ids/1")
    return {"nothing": (b"", 0), "head": (REQUEST[:20], 0), "body": (post[:-5], 0), "answer": (REQUEST, 1),
            "large answer": (read, 1000), "unread answer": (read, 0),
            "worker": (head_of("POST", "/subjects/large", body=record_of(500)), 0),
            "chunks": (head_of("POST", "/", [("Transfer-Encoding", "chunked")]) + b"5\r\n{", 0),
            "expect": (head_of("POST", "/", [("Content-Length", 5), ("Expect", "100-continue")]), 0)}


def rude(checks):
    """Resets in the middle of a head, of a body, of an answer, and while a worker is at it."""
    with client.Server("--idle.timeout.ms", "1000", environment=TIDY_MALLOC) as running:
        checks.answer("a large schema", running.api()("POST", "/subjects/large/versions", record_of(LARGE_FIELDS)), 200)
        before, most = client.sockets(running.process), 0
        for _ in range(3):
            for data, wait_for_bytes in rude_requests().values():
                for _ in range(RESETS // 30 if len(data) > 10000 else RESETS // 3):
                    reset(running.port, data, wait_for_bytes)
            client.wait_for(lambda: client.sockets(running.process) <= before, "connections of clients that are gone are closed")
            checks.answer("it still answers", running.api()("GET", "/subjects?x=1"), 200, ["large"])
            if IS_SANITIZED:
                continue  # a sanitizer keeps what was freed for a while
            most = most or resident(running) + GROWTH_BYTES
            client.wait_for(lambda: resident(running) < most, "memory is given back")
        client.wait_for(lambda: client.sockets(running.process) <= before, "nothing is left")


def queue(checks):
    """More than the workers and their queue can take, all at once: each is answered, 200 or 503."""
    branches = ",".join('{"type":"record","name":"B%d","fields":[]}' % number for number in range(2000))
    large = {"schema": '{"type":"record","name":"Large","fields":[{"name":"f","type":[%s]}]}' % branches}
    small = {"schema": '{"type":"record","name":"S","fields":[{"name":"f","type":"Large"}]}',
             "references": [{"name": "Large", "subject": "large", "version": 1}]}
    with client.Server("--worker.threads", "1", "--worker.queue", "1") as running:
        api = running.api()
        for subject, value in (("large", large), ("small", small)):
            checks.answer("register " + subject, api("POST", "/subjects/%s/versions" % subject, value), 200)
        raws = [client.Raw(running.port) for _ in range(100)]
        send = [head_of("POST", "/compatibility/subjects/small/versions", body=json.dumps({**small, "x": number}).encode())
                for number in range(100)]
        stopped_meanwhile(running, lambda: [raw.send(data) for raw, data in zip(raws, send)])
        found = answers_of(raws)
        refused = [answer for answer in found.values() if answer.status == 503]
        checks.equal("all are answered", len(found), 100)
        checks.equal("200 or 503", {answer.status for answer in found.values()}, {200, 503})
        for answer in refused:
            checks.answer("refused", answer, 503, BUSY, retry_after="1", content_type=client.V1)
        metrics = api("GET", "/metrics").body.decode()
        wanted = "\navouch_http_requests_refused_total %d\n" % len(refused)
        checks.that(wanted in metrics, "avouch_http_requests_refused_total", wanted=wanted)
        for raw in raws:
            raw.send(REQUEST)
            checks.answer("the connection goes on", raw.answer(), 200, ["large", "small"])
        close_all(raws)


if __name__ == "__main__":
    sys.exit(client.run("many_at_once", [powers_of_two, idle, slow, limit, rude, queue]))
