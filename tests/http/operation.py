"""Avouch as its operator sees it: commands, one process per folder, listeners, the end of a process, the service manager.
Settings are in operation_settings.py; what it tells about itself (log, health, metrics, OpenAPI) in operation_watch.py.

covers: service/app.c service/http/listener.c service/http/access.c service/handlers/meta.c"""
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading

import client
import operation_settings
import operation_watch
import server
from operation_settings import CLEAN, command, options, source

def commands(checks):
    version = re.search(r"version: '([^']+)'", source("meson.build"))[1]
    done = command("version")
    checks.equal("version", (done.returncode, done.stdout, done.stderr), (0, "avouch %s\n" % version, ""))
    done = command("nonsense")
    checks.equal("an unknown command", done.returncode, 2)
    checks.that(done.stderr.startswith("avouch: there is no command 'nonsense'; there are:\n") and "\n  migrate " in done.stderr,
                "an unknown command says which there are", came=done.stderr)
    for flags in (("serve", "--help"), ("--help",)):
        done = command(*flags)
        checks.equal("help", (done.returncode, done.stderr), (0, ""))
        reference = done.stdout[done.stdout.index("| property |"):].strip()
        checks.that(reference in source("docs", "settings.md"), "docs/settings.md has what --help prints")
        checks.equal("help has every setting", [name for name in options() if "| `%s` |" % name not in done.stdout], [])


def migrations(checks):
    known = len([name for name in os.listdir(os.path.join(server.ROOT, "migrations")) if name.endswith(".sqlite.sql")])
    with tempfile.TemporaryDirectory() as folder:
        steps = [(("status",), 0, "applied 0, known %d: run 'avouch migrate up'\n" % known),
                 (("up",), 0, "applied %d, known %d\n" % (known, known)),
                 (("up",), 0, "applied %d, known %d\n" % (known, known)),
                 (("status",), 0, "applied %d, known %d\n" % (known, known))]
        for arguments, status, text in steps:
            done = command("migrate", *arguments, "--data", folder)
            checks.equal("migrate %s" % arguments, (done.returncode, done.stdout, done.stderr), (status, text, ""))
        for arguments in ((), ("down",), ("--data", folder)):
            done = command("migrate", *arguments)
            checks.equal("migrate %s" % (arguments,), (done.returncode, done.stderr),
                         (2, "usage: avouch migrate status|up [--data DIR | --database URL]\n"))
        with client.Server(folder=folder) as running:
            checks.answer("it serves", running.api()("GET", "/health/ready"), 200)
        newer(checks, folder, known)


def newer(checks, folder, known):
    """A database of a later program is left alone."""
    with sqlite3.connect(os.path.join(folder, "avouch.db")) as database:
        database.execute("PRAGMA user_version = 9999")
    database.close()
    words = "the database has migration 9999, this program knows only %d: it was written by a newer version" % known
    for arguments in (("serve", "--listen", "127.0.0.1:0"), ("migrate", "up")):
        done = command(*arguments, "--data", folder)
        checks.that(done.returncode == 1 and words in done.stderr, "a newer database: %s" % (arguments,), came=done)
    done = command("migrate", "status", "--data", folder)
    checks.equal("its status", (done.returncode, done.stdout),
                 (1, "applied 9999, known %d: the database is newer than this program\n" % known))


def one_per_folder(checks):
    with client.Server() as running:
        for arguments in (("serve", "--listen", "127.0.0.1:0"), ("migrate", "up")):
            done = command(*arguments, "--data", running.folder)
            words = "the data folder %s is in use by another process" % running.folder
            checks.that(done.returncode == 1 and words in done.stderr, "a second process: %s" % arguments[0], came=done)
        done = command("migrate", "status", "--data", running.folder)
        checks.equal("its status can be asked", done.returncode, 0)
        checks.answer("the first goes on", running.api()("POST", "/subjects/s/versions", {"schema": '"int"'}), 200)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
        return True
    except OSError:
        return False


def listeners(checks):
    first, second = free_port(), free_port()
    with client.Server(listen="http://127.0.0.1:%d, 127.0.0.1:%d/" % (first, second)):
        for port in (first, second):
            checks.answer("one of two listeners", client.Api(port)("GET", "/"), 200, {})
    if has_ipv6():
        for listen in ("[::1]:0", "http://[::1]:0"):
            with client.Server(listen=listen) as running:
                checks.answer(listen, client.Api(running.port, "::1")("GET", "/"), 200, {})
    else:
        print("IPv6 is not available here: its listener is not tested")
    for listen in ("nonsense", "127.0.0.1:99999", "https://127.0.0.1:1", "127.0.0.1:-1", "127.0.0.1:x", "",
                   "127.0.0.1:0,nonsense", "127.0.0.1"):
        with tempfile.TemporaryDirectory() as folder:
            done = command("serve", "--listen", listen, "--data", folder)
            words = "listeners: '%s' is not http://host:port" % listen.rsplit(",", 1)[-1]
            checks.that(done.returncode == 1 and words in done.stderr, "a listener that is none", listen, done, words)


def light(checks):
    """The client library of PostgreSQL brings OpenSSL, Kerberos and LDAP: only who uses it has it in memory."""
    with client.Server() as node, open("/proc/%d/maps" % node.process.pid, encoding="utf-8") as maps:
        names = {line.split("/")[-1].strip() for line in maps if "/" in line}
    checks.that(any("libsqlite3" in name for name in names), "libraries are seen", came=sorted(names))
    checks.equal("heavy libraries beside the embedded store",
                 sorted(name for name in names if re.match("lib(pq|ssl|crypto|krb5|ldap)", name)), [])


def taken_ports(checks):
    """By another program, and by another Avouch: nobody may take half of its requests."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as other, client.Server() as running:
        other.bind(("127.0.0.1", 0))
        other.listen()
        for port in (other.getsockname()[1], running.port):
            process = subprocess.Popen([server.BINARY, "serve", "--listen", "127.0.0.1:%d" % port, "--data", folder],
                                       stderr=subprocess.PIPE, text=True, env=CLEAN)
            line = process.stderr.readline()  # it says that it is ready, or why it is not
            if "ready" in line:
                process.terminate()
            status = process.wait(timeout=client.LIMIT_SECONDS)
            process.stderr.close()
            words = "reason=\"listeners: '127.0.0.1:%d': the address cannot be served on: Address already in use\"" % port
            checks.that(status == 1 and words in line, "a port that is taken", port, "%s %s" % (status, line), words)


def begun(port, subject, body):
    """A registration that the server has begun with: it has asked for the body."""
    raw = client.Raw(port)
    raw.send(client.head_of("POST", "/subjects/%s/versions" % subject,
                            [("Content-Length", len(body)), ("Expect", "100-continue")]))
    assert raw.answer().status == 100, "the server did not ask for the body"
    return raw


def in_flight(checks):
    """Requests that have begun when SIGTERM comes are answered; nobody new is let in."""
    body = b'{"schema":"\\"int\\""}'
    for number in (signal.SIGTERM, signal.SIGINT):
        with tempfile.TemporaryDirectory() as folder:
            with client.Server(folder=folder) as running:
                raws = [begun(running.port, "s%d" % index, body) for index in range(20)]
                running.process.send_signal(number)
                client.wait_for(lambda: any("Stopping" in line for line in running.log), "it stops")
                client.wait_for(lambda: refuses(running.port), "it takes no new connections")
                for raw in raws:
                    raw.send(body)
                came = [raw.answer().status for raw in raws]
                checks.equal("answered while it stops", came, [200] * len(raws))
                checks.equal("exit status", running.process.wait(timeout=client.LIMIT_SECONDS), 0)
            with client.Server(folder=folder) as running:
                checks.equal("and kept", len(running.api()("GET", "/subjects").json()), len(raws))


def refuses(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return False
    except OSError:
        return True


def register_until_end(port, name, answered):
    api = client.Api(port)
    try:
        for number in range(100000):
            subject = "%s-%d" % (name, number)
            if api("POST", "/subjects/%s/versions" % subject,
                   {"schema": '{"type":"fixed","name":"F","size":%d}' % number}).status == 200:
                answered.append(subject)
    except (OSError, client.http.client.HTTPException):
        pass


def end_under_load(folder, answered):
    """Clients keep their connections busy until the server is gone."""
    with client.Server(folder=folder) as running:
        threads = [threading.Thread(target=register_until_end, args=(running.port, "t%d" % index, names)) for index,
                   names in enumerate(answered)]
        for thread in threads:
            thread.start()
        client.wait_for(lambda: all(len(names) > 20 for names in answered), "registrations run")
        running.process.terminate()
        running.process.wait(timeout=client.LIMIT_SECONDS)
        for thread in threads:
            thread.join()


def nothing_lost(checks):
    """What was answered before and during the end is there afterwards."""
    for _ in range(5):
        answered = [[] for _ in range(8)]
        with tempfile.TemporaryDirectory() as folder:
            try:
                end_under_load(folder, answered)
                checks.that(True, "the end under load")
            except AssertionError as fault:  # its log was printed
                checks.that(False, "the end under load", "SIGTERM", str(fault), "status 0")
            with client.Server(folder=folder) as running:
                there = set(running.api()("GET", "/subjects").json())
            checks.equal("nothing answered is lost", [name for names in answered for name in names if name not in there], [])


def never_ending(checks):
    """Who does not finish in shutdown.graceful.ms is left behind."""
    with client.Server("--shutdown.graceful.ms", "100") as running:
        with begun(running.port, "s", b"x" * 100):
            running.process.terminate()
            checks.equal("exit status", running.process.wait(timeout=client.LIMIT_SECONDS), 0)


def service_manager(checks):
    with tempfile.TemporaryDirectory() as folder:
        for name in (os.path.join(folder, "notify"), "@avouch-test-%d" % os.getpid()):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.bind("\0" + name[1:] if name[0] == "@" else name)
                manager.settimeout(client.LIMIT_SECONDS)
                with client.Server(environment={"NOTIFY_SOCKET": name}) as running:
                    checks.equal("notified: " + name[0], manager.recv(100), b"READY=1")
                    checks.answer("it is ready then", running.api()("GET", "/health/ready"), 200)
                    running.process.terminate()
                    checks.equal("notified of the end: " + name[0], manager.recv(100), b"STOPPING=1")
    for name in ("relative", "", "/nonexistent/socket", "/" + "x" * 200, "@"):
        with client.Server(environment={"NOTIFY_SOCKET": name}) as running:
            checks.answer("nobody to notify: %r" % name[:20], running.api()("GET", "/"), 200)


if __name__ == "__main__":
    sys.exit(client.run("operation", operation_settings.GROUPS + [
        commands, migrations, one_per_folder, listeners, light, taken_ports, in_flight, nothing_lost, never_ending,
        service_manager] + operation_watch.GROUPS))
