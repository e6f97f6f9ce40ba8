"""Several processes of Avouch on one store, and clients that talk to them in turn."""
import os
import re
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import client  # noqa: E402
import postgres  # noqa: E402
import scratch  # noqa: E402
import server  # noqa: E402

START_SECONDS = 30 * (3 if "san" in server.BINARY else 1)
PATIENCE_SECONDS = 20 * (3 if "san" in server.BINARY else 1)  # for one answer


def skip_without_postgres():
    """Ends the test as skipped where PostgreSQL is missing, or the program was built without it."""
    postgres.skip_without()
    done = subprocess.run([server.BINARY, "serve", "--help"], stdout=subprocess.PIPE, text=True, check=False)
    if "database.url" not in done.stdout:
        print("SKIP this avouch has no setting database.url")
        sys.exit(77)


class Node(server.Running):
    """One process. store: the flags that name its store. It keeps its port when it is started again."""

    def __init__(self, store, *flags, name="node"):
        super().__init__(*store, *flags, folder=scratch.folder(name))
        self.name, self.port, self.starts, self.drain = name, scratch.free_port(), 0, None
        self.url = "http://127.0.0.1:%d" % self.port

    def __enter__(self):
        self.start()
        return self

    def start(self, wait=True):
        command = [server.BINARY, "serve", "--listen", "127.0.0.1:%d" % self.port] + self.flags
        self.starts += 1
        begun = len(self.log)
        # A sanitizer may write into the working directory; and what runs in a scratch folder is ended with it.
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                                        errors="replace", cwd=self.folder, env=postgres.environment())
        self.drain = threading.Thread(target=self._drain_of, args=(self.process.stderr,), daemon=True)
        self.drain.start()
        if wait:
            client.wait_for(lambda: self._is_serving(begun), "%s starts" % self.name, START_SECONDS)

    def _drain_of(self, stream):
        for line in stream:
            self.log.append(line)

    def _is_serving(self, begun):
        if any(re.search(r"address\W+127\.0\.0\.1:%d\b" % self.port, line) for line in self.log[begun:]):
            return True
        if self.process.poll() is not None:
            raise AssertionError("%s did not start:\n%s" % (self.name, "".join(self.log[begun:])))
        return False

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        """Asked to end, as an operator does; its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=60)

    def __exit__(self, kind, value, trace):
        if self.process is None:
            return False
        self.resume()
        if self.is_running():
            self.process.terminate()
        self.process.wait(timeout=60)
        self.drain.join(timeout=10)  # what a sanitizer says last counts too
        return super().__exit__(kind, value, trace)


class Cluster:
    """Equal nodes on one database, each with the same flags."""

    def __init__(self, url, count, *flags, schema=None):
        store = ["--database", url] + (["--database.schema", schema] if schema else [])
        self.nodes = [Node(store, *flags, name="node-%d" % number) for number in range(count)]

    def __enter__(self):
        for node in self.nodes:
            node.start(wait=False)
        for node in self.nodes:
            client.wait_for(lambda: node._is_serving(0), "%s starts" % node.name, START_SECONDS)
        return self

    def __exit__(self, kind, value, trace):
        faults = []
        for node in self.nodes:
            try:
                node.__exit__(kind, value, trace)
            except (AssertionError, subprocess.TimeoutExpired) as fault:
                faults.append("%s: %s" % (node.name, fault))
        if faults:
            raise AssertionError("\n".join(faults))
        return False


class Refused(Exception):
    """Nobody listens: the request was not sent."""


class Lost(Exception):
    """No answer came: nobody knows whether the request had an effect."""


class Client:
    """Requests to any node, over one connection to each that is kept open. For one thread."""

    def __init__(self, seconds=None):
        self.seconds, self.connections = seconds or PATIENCE_SECONDS, {}

    def _connection(self, node):
        kept = self.connections.get(node)
        if kept and kept[0] == node.starts:
            return kept[1]
        self.drop(node)
        try:
            raw = client.Raw(node.port, seconds=self.seconds)
        except OSError as fault:
            raise Refused(str(fault)) from None
        self.connections[node] = (node.starts, raw)
        return raw

    def drop(self, node):
        kept = self.connections.pop(node, None)
        if kept:
            kept[1].socket.close()

    def close(self):
        for node in list(self.connections):
            self.drop(node)

    def ask(self, node, method, target, body=None, headers=()):
        """The answer; body: bytes. Raises Refused or Lost."""
        raw = self._connection(node)
        pairs = ([("Content-Type", client.V1)] if body is not None else []) + list(headers)
        try:
            if not raw.send(client.head_of(method, target, pairs, body)):
                raise client.Closed("while it was sent")
            answer = raw.answer(method)
        except (OSError, client.Closed) as fault:
            self.drop(node)
            raise Lost("%s: %s" % (type(fault).__name__, fault)) from None
        if answer.headers.get("connection", "").lower() == "close":
            self.drop(node)
        return answer


def is_ready(node):
    asker = Client(seconds=5)
    try:
        return asker.ask(node, "GET", "/health/ready").status == 200
    except (Refused, Lost):
        return False
    finally:
        asker.close()


def patiently(ask, seconds=PATIENCE_SECONDS):
    """The first answer of ask() that is no failure (5xx, lost, refused). For the end of a test, when all is well again."""
    deadline, last = time.monotonic() + seconds, None
    while time.monotonic() < deadline:
        try:
            last = ask()
            if last.status < 500:
                return last
        except (Refused, Lost) as fault:
            last = fault
        time.sleep(0.01)
    raise AssertionError("waited %s s in vain for an answer: %r" % (seconds, last))
