"""What the black-box tests share: requests as raw bytes and by http.client, a server with settings, a list of checks."""
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import traceback

import server

V1, VENDOR, JSON = "application/vnd.schemaregistry.v1+json", "application/vnd.schemaregistry+json", "application/json"
LIMIT_SECONDS = 10 * (3 if "san" in server.BINARY else 1)
SHOWN_CHARACTERS = 600


class Answer:
    """status, headers (a dictionary, names in lower case), pairs (as sent), body (bytes)."""

    def __init__(self, status, pairs, body):
        self.status, self.pairs, self.body = status, pairs, body
        self.headers = {name.lower(): value for name, value in pairs}

    def json(self):
        """The body as a JSON value; None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def type(self):
        return self.headers.get("content-type")

    @property
    def code(self):
        """error_code of an error object of the form that every error has; None for anything else."""
        value = self.json()
        if isinstance(value, dict) and set(value) == {"error_code", "message"} and isinstance(value["message"], str):
            return value["error_code"] if isinstance(value["error_code"], int) else None
        return None

    @property
    def message(self):
        return self.json()["message"] if self.code is not None else None

    def __repr__(self):
        return "%s %s %s" % (self.status, self.pairs, shorten(self.body))


class Closed(Exception):
    """The server closed the connection before a whole answer had come."""


def shorten(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else "%s… (%d characters)" % (text[:SHOWN_CHARACTERS], len(text))


class Raw:
    """One connection: bytes out, answers in."""

    def __init__(self, port, host="127.0.0.1", seconds=None):
        self.socket = socket.create_connection((host, port), timeout=seconds or LIMIT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.socket.close()
        return False

    def send(self, data):
        """False when the server does not take it all any more."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def finish(self):
        """No more bytes will be sent; answers may still come."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        return bool(data)

    def _until(self, is_there):
        while not is_there():
            if not self._more():
                raise Closed("closed after %s" % shorten(self.buffer))

    def answer(self, method="GET"):
        """The next answer. Raises Closed, or TimeoutError."""
        self._until(lambda: b"\r\n\r\n" in self.buffer)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = re.fullmatch(r"HTTP/1\.[01] (\d{3}) .*", lines[0])
        if not status:
            raise AssertionError("no status line: %r" % lines[0])
        pairs = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        answer = Answer(int(status[1]), pairs, b"")
        length = answer.headers.get("content-length")
        if method == "HEAD" or answer.status in (100, 204, 304):
            return answer
        if length is None:
            while self._more():
                pass
            answer.body, self.buffer = self.buffer, b""
            return answer
        self._until(lambda: len(self.buffer) >= int(length))
        answer.body, self.buffer = self.buffer[:int(length)], self.buffer[int(length):]
        return answer

    def rest(self):
        """What comes until the server closes. Raises TimeoutError when it does not."""
        while self._more():
            pass
        data, self.buffer = self.buffer, b""
        return data


def head_of(method, target, headers=(), body=None, version="HTTP/1.1"):
    """The bytes of a request; headers are pairs, after Host, and Content-Length for a body."""
    lines = ["%s %s %s" % (method, target, version), "Host: registry"] + ["%s: %s" % pair for pair in headers]
    if body is not None:
        lines.append("Content-Length: %d" % len(body))
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def exchange(port, data, method="GET", seconds=None):
    """One request as bytes on a connection of its own: its answer, or None when it was closed without one."""
    with Raw(port, seconds=seconds) as raw:
        raw.send(data)
        try:
            return raw.answer(method)
        except Closed:
            return None


class Api:
    """Ordinary requests over one connection that is kept open."""

    def __init__(self, port, host="127.0.0.1", seconds=None):
        self.connection = http.client.HTTPConnection(host, port, timeout=seconds or LIMIT_SECONDS)

    def __call__(self, method, target, body=None, **headers):
        """body: bytes as they are, text, or a value that is sent as JSON. Header names with _ for -."""
        if body is not None and not isinstance(body, bytes):
            body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        named = {"Content-Type": V1} if body is not None else {}
        named.update({name.replace("_", "-"): value for name, value in headers.items()})
        try:
            return self._send(method, target, body, {k: v for k, v in named.items() if v is not None})
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def _send(self, method, target, body, headers):
        self.connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            self.connection.putheader(name, value)
        if body is not None:
            self.connection.putheader("Content-Length", str(len(body)))
        try:
            self.connection.endheaders(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent; the answer may say why
        response = self.connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())

    def close(self):
        self.connection.close()


class Server(server.Running):
    """A server with settings, an environment and listeners of its own."""

    def __init__(self, *flags, folder=None, environment=None, listen="127.0.0.1:0"):
        super().__init__(*flags, folder=folder)
        self.environment, self.listen, self.drain = environment or {}, listen, None

    def __enter__(self):
        command = [server.BINARY, "serve", "--listen", self.listen, "--data", self.folder] + self.flags
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                                        errors="replace", env={**os.environ, **self.environment})
        for line in self.process.stderr:
            self.log.append(line)
            found = re.search(r"address\W+(?:\[[0-9a-f:]+\]|[0-9.]+):(\d+)", line)
            if found:
                self.port = int(found[1])
                self.url = "http://127.0.0.1:%d" % self.port
                self.drain = threading.Thread(target=self._drain, daemon=True)
                self.drain.start()
                return self
        raise AssertionError("the server did not start:\n" + "".join(self.log))

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=60)
        self.drain.join(timeout=10)  # what a sanitizer says last counts too
        return super().__exit__(kind, value, trace)

    def api(self, seconds=None):
        return Api(self.port, seconds=seconds)


class Checks:
    """Counts what held and prints what did not."""

    def __init__(self):
        self.held, self.failed = 0, 0

    def that(self, holds, what, sent="", came="", wanted=""):
        if holds:
            self.held += 1
            return True
        self.failed += 1
        print("FAIL %s" % what)
        for label, value in (("sent", sent), ("came", came), ("expected", wanted)):
            if value != "":
                print("     %-8s %s" % (label, shorten(value)))
        return False

    def equal(self, what, came, wanted, sent=""):
        return self.that(came == wanted, what, sent, came, wanted)

    def answer(self, what, answer, status, value=None, sent="", **headers):
        """Status, the whole JSON value when one is given, and headers (None: absent)."""
        came = repr(answer)
        good = answer is not None and answer.status == status and (value is None or answer.json() == value)
        for name, wanted in headers.items():
            good = good and answer.headers.get(name.replace("_", "-")) == wanted
        return self.that(good, what, sent, came, "%s %s %s" % (status, headers or "", "" if value is None else value))

    def error(self, what, answer, status, code, message=None, sent="", **headers):
        good = answer is not None and answer.code == code and (message is None or answer.message == message)
        if not good:
            return self.that(False, what, sent, repr(answer), "%s %s %s" % (status, code, message or ""))
        return self.answer(what, answer, status, None, sent, **headers)


def wait_for(condition, what, seconds=LIMIT_SECONDS):
    """The value of the condition once it is true; looks again until the limit."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited %s s in vain: %s" % (seconds, what))
        time.sleep(0.01)


def sockets(process):
    """Sockets of the server: those that listen, and connections. Files of the store are opened as they are needed."""
    folder, count = "/proc/%d/fd" % process.pid, 0
    for name in os.listdir(folder):
        try:
            count += os.readlink(os.path.join(folder, name)).startswith("socket:")
        except FileNotFoundError:
            pass
    return count


def run(name, groups):
    """Runs each group (a function that gets the checks); prints the summary. Returns the exit status."""
    checks, begin = Checks(), time.monotonic()
    for group in groups:
        try:
            group(checks)
        except Exception as fault:  # the other groups are still worth running
            traceback.print_exc(file=sys.stdout)
            checks.that(False, "%s broke off: %s" % (group.__name__, type(fault).__name__))
    status = "FAIL" if checks.failed or not checks.held else "PASS"
    print("%s %s: %d checks held, %d failed, %.1f s"
          % (status, name, checks.held, checks.failed, time.monotonic() - begin))
    sys.stdout.flush()
    return 1 if status == "FAIL" else 0
