"""The harness itself: servers of PostgreSQL are started, killed, paused, followed; the proxy cuts where it is told to; nothing
stays behind."""
import os
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import client  # noqa: E402
import postgres  # noqa: E402
import proxy  # noqa: E402
import scratch  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def servers(checks):
    with postgres.Postgres() as database:
        checks.equal("fsync", database.value("SHOW fsync"), "on")
        database.execute("CREATE TABLE kept (number INT8)", postgres.DATABASE, postgres.USER)
        for number, end in enumerate((database.stop, lambda: database.stop("immediate"), database.kill)):
            database.execute("INSERT INTO kept VALUES (%d)" % number, postgres.DATABASE, postgres.USER)
            end()
            checks.equal("nothing runs", scratch.processes_in(database.folder), [])
            database.start()
        checks.equal("what was committed is there", database.value("SELECT count(*) FROM kept", postgres.DATABASE), "3")
        database.pause()
        try:
            database.execute("SELECT 1", seconds=0.5)
            checks.that(False, "a paused server does not answer")
        except subprocess.TimeoutExpired:
            checks.that(True, "a paused server does not answer")
        database.resume()
        checks.equal("it goes on", database.value("SELECT 1"), "1")
        database.create_database("other")
        checks.equal("another database", database.value("SELECT current_database()", "other", postgres.USER), "other")


def followed(checks):
    with postgres.Postgres() as database:
        standby = database.make_standby()
        database.execute("CREATE TABLE kept (number INT8)")
        database.execute("INSERT INTO kept VALUES (7)")
        database.kill()
        checks.equal("read-only", standby.value("SHOW transaction_read_only"), "on")
        standby.promote()
        standby.execute("INSERT INTO kept VALUES (8)")
        checks.equal("both rows", standby.execute("SELECT number FROM kept ORDER BY 1"), [["7"], ["8"]])


class Echo:
    """A server that sends back what it gets; keeps all it got per connection, and how that ended."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.got, self.ended = self.listener.getsockname()[1], [], []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            one, _ = self.listener.accept()
            self.got.append(bytearray())
            threading.Thread(target=self._serve, args=(one, self.got[-1]), daemon=True).start()

    def _serve(self, one, got):
        while True:
            try:
                data = one.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                self.ended.append(bytes(got))
                one.close()
                return
            got.extend(data)
            one.sendall(data)


def read_all(one):
    data = b""
    while True:
        try:
            more = one.recv(65536)
        except ConnectionResetError:
            return data
        if not more:
            return data
        data += more


def connect(between):
    one = socket.create_connection(("127.0.0.1", between.port), timeout=10)
    one.sendall(b"hello")
    assert one.recv(5) == b"hello"
    return one


def cut_at(checks, between, echo, direction, count):
    one, sent = connect(between), bytes(range(1, 21))
    between.arm(direction, count)
    for byte in sent:
        try:
            one.sendall(bytes([byte]))
        except OSError:
            break
    got = read_all(one)
    checks.that(between.is_cut, "it was cut")
    if direction == proxy.UP:
        client.wait_for(lambda: echo.ended, "the server sees the end")
        checks.equal("bytes up", echo.ended.pop()[5:], sent[:count])
        checks.equal("no more down than up", sent[:count].startswith(got), True)
    else:
        checks.equal("bytes down", got, sent[:count])
        client.wait_for(lambda: echo.ended, "the server sees the end")
        echo.ended.pop()
    one.close()


def cuts(checks):
    echo = Echo()
    with proxy.Proxy(echo.port) as between:
        for direction in (proxy.UP, proxy.DOWN):
            for count in range(0, 21):
                cut_at(checks, between, echo, direction, count)
        with connect(between) as one:
            between.arm()
            one.sendall(b"abc")
            checks.equal("counted", (one.recv(3), between.most(proxy.UP)), (b"abc", b"abc"))


def holds(checks):
    echo = Echo()
    with proxy.Proxy(echo.port) as between, connect(between) as one:
        between.arm(proxy.UP, 2, then="hold")
        one.sendall(b"abcd")
        client.wait_for(lambda: between.is_cut, "it is held")
        one.settimeout(0.2)
        got = b""
        try:
            while True:
                got += one.recv(4)
        except TimeoutError:
            pass
        checks.equal("what arrived", (bytes(echo.got[0]), b"ab".startswith(got)), (b"helloab", True))
        between.go_on()
        one.settimeout(10)
        while len(got) < 4:
            got += one.recv(4)
        checks.equal("the rest", got, b"abcd")
        between.refuse()
        try:
            connect(between).close()
            checks.that(False, "new ones are refused")
        except ConnectionRefusedError:
            checks.that(True, "new ones are refused")
        one.sendall(b"x")
        checks.equal("open ones go on", one.recv(1), b"x")
        between.go_on()
        connect(between).close()


LEAVER = """
import os, sys, signal, time
sys.path.insert(0, sys.argv[1])
import postgres
database = postgres.Postgres()
database.create()
database.start()
if sys.argv[2] == "paused": database.pause()
if sys.argv[2] == "killed": database.kill()
print(database.folder, flush=True)
if sys.argv[2] == "exit": sys.exit(0)
time.sleep(60)
"""


def leftovers(checks):
    """Nothing stays, in whatever way the test process ends."""
    for number, state in ((signal.SIGKILL, "running"), (signal.SIGKILL, "paused"), (signal.SIGTERM, "running"),
                          (signal.SIGINT, "killed"), (0, "exit")):
        process = subprocess.Popen([sys.executable, "-c", LEAVER, HERE, state], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        folder = process.stdout.readline().strip()
        if not checks.that(folder, "it started: %s" % state):
            continue
        if number:
            process.send_signal(number)
        process.wait(timeout=30)
        process.stdout.close()
        client.wait_for(lambda: not os.path.exists(folder) and not scratch.processes_in(folder),
                        "nothing stays after %s, %s" % (number, state))
        checks.that(True, "nothing stays")


def command_line(checks):
    script = os.path.join(HERE, "postgres.py")
    done = subprocess.run([sys.executable, script, "sh", "-c", "echo $AVOUCH_TEST_DATABASE; exit 5"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=False)
    checks.equal("its status", done.returncode, 5)
    checks.that(done.stdout.startswith("postgresql://avouch@127.0.0.1:"), "its environment", came=done.stdout)
    process = subprocess.Popen([sys.executable, script, "sleep", "60"], stderr=subprocess.DEVNULL)
    time.sleep(0.2)
    process.terminate()
    checks.that(process.wait(timeout=30) != 0, "it ends when it is asked to")


if __name__ == "__main__":
    postgres.skip_without()
    sys.exit(client.run("harness_check", [servers, followed, cuts, holds, leftovers, command_line]))
