"""Real PostgreSQL servers for tests: started on ports of their own, stopped, killed, paused, replicated.

`python3 tests/nodes/postgres.py COMMAND ARGUMENT…` starts a server, runs the command with AVOUCH_TEST_DATABASE=postgresql://…
in its environment, stops the server and exits with the command's status; 77 when PostgreSQL is not installed."""
import glob
import os
import pwd
import re
import signal
import subprocess
import sys
import time

import scratch

LIMIT_SECONDS = 60
USER, DATABASE = "avouch", "avouch"  # owns the database, may nothing else
ADMINISTRATOR = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200", "shared_buffers": "16MB",
    "fsync": "on", "full_page_writes": "on", "wal_level": "replica", "max_wal_senders": "5", "hot_standby": "on",
    "min_wal_size": "8MB", "max_wal_size": "128MB", "log_line_prefix": "%m [%p] ", "log_checkpoints": "off",
    # A file in the data folder: a killed server leaves nothing in /dev/shm.
    "dynamic_shared_memory_type": "mmap",
    # A standby must not wait with what readers may still look at.
    "max_standby_streaming_delay": "0", "wal_receiver_timeout": "5s", "wal_sender_timeout": "5s",
}


class Missing(Exception):
    """PostgreSQL is not installed."""


def binaries():
    """The folder of the newest PostgreSQL that is installed."""
    found = [os.path.dirname(path) for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    if not found:
        raise Missing("PostgreSQL is not installed (Debian package postgresql)")
    return max(found, key=lambda path: float(re.search(r"/([0-9.]+)/bin$", path)[1]))


def skip_without():
    """Ends the test as skipped where there is no PostgreSQL."""
    try:
        binaries()
    except Missing as missing:
        print("SKIP %s" % missing)
        sys.exit(77)


def environment():
    """Ours, without the variables that libpq reads."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def owner():
    """Arguments of subprocess for the user who runs it: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        except KeyError:
            pass
    raise Missing("there is no user whom PostgreSQL can run as")


class Postgres:
    """A server with a data folder; with Postgres() as database: … starts it and ends it."""

    def __init__(self, name="postgres", settings=None):
        self.bin, self.owner, self.name = binaries(), owner(), name
        self.folder = scratch.folder(name)
        self.data, self.log = os.path.join(self.folder, "data"), os.path.join(self.folder, "log")
        if self.owner:
            os.chown(self.folder, self.owner["user"], self.owner["group"])
        self.settings, self.port, self.process = {**SETTINGS, **(settings or {})}, scratch.free_port(), None
        self.standby = None

    def __enter__(self):
        self.create()
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        self.end()
        return False

    def end(self):
        """Stopped in any way; its files stay until the test is over."""
        if self.standby:
            self.standby.end()
        if self.process and self.process.poll() is None:
            self.resume()
            self.stop("immediate")

    # -- processes --

    def run(self, program, *arguments, check=True, seconds=LIMIT_SECONDS):
        """One of PostgreSQL's programs, as the owner of the data: its output."""
        done = subprocess.run([os.path.join(self.bin, program), *arguments], cwd=self.folder, env=environment(),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=seconds, check=False, **self.owner)
        if check and done.returncode != 0:
            raise AssertionError("%s %s: %s" % (program, arguments, done.stderr))
        return done.stdout

    def create(self):
        """The data folder, with the user and the database of the tests. Sorts as people do: no query may need bytes."""
        self.run("initdb", "-D", self.data, "-U", ADMINISTRATOR, "--auth=trust", "--encoding=UTF8", "--locale=C",
                 "--locale-provider=icu", "--icu-locale=en-US", "--no-sync", "--wal-segsize=1")
        self.start()
        self.execute("CREATE ROLE %s LOGIN" % USER)
        self.create_database(DATABASE)
        self.stop()

    def is_ready(self):
        """What the server itself writes into postmaster.pid once it takes connections."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="latin-1") as file:
                lines = file.read().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and int(lines[0]) == self.process.pid and lines[7].strip() in ("ready", "standby")

    def start(self, wait=True):
        """Starts the server on its port; wait=False does not wait until it takes connections."""
        command = [os.path.join(self.bin, "postgres"), "-D", self.data, "-p", str(self.port)]
        for name, value in self.settings.items():
            command += ["-c", "%s=%s" % (name, value)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=environment(), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True, **self.owner)
        if wait:
            self.wait_ready()

    def wait_ready(self):
        deadline = time.monotonic() + LIMIT_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("%s did not start:\n%s" % (self.name, self.log_text()[-5000:]))
            time.sleep(0.01)

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self, mode="fast"):
        """fast: clients are cut off and all is written; immediate: as after a crash, with recovery at the next start."""
        self.process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        self.process.wait(timeout=LIMIT_SECONDS)

    def kill(self):
        """kill -9 of everything at once."""
        self.process.send_signal(signal.SIGSTOP)  # else it would start others in their place
        scratch.kill_in(self.folder)
        self.process.wait(timeout=LIMIT_SECONDS)

    def pause(self):
        """All processes stop in what they do; connections stay open, new ones are taken by the kernel only."""
        self.process.send_signal(signal.SIGSTOP)
        scratch.signal_all(scratch.processes_in(self.folder), signal.SIGSTOP)

    def resume(self):
        scratch.signal_all(scratch.processes_in(self.folder), signal.SIGCONT)

    # -- clients --

    def url(self, database=DATABASE, user=USER, port=None):
        return "postgresql://%s@127.0.0.1:%d/%s" % (user, port or self.port, database)

    def execute(self, sql, database="postgres", user=ADMINISTRATOR, seconds=LIMIT_SECONDS):
        """Rows as lists of texts."""
        out = self.run("psql", "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d",
                       self.url(database, user), "-c", sql, seconds=seconds)
        return [line.split("\x1f") for line in out.splitlines()]

    def value(self, sql, database="postgres", user=ADMINISTRATOR):
        return self.execute(sql, database, user)[0][0]

    def create_database(self, name):
        self.execute('CREATE DATABASE "%s" OWNER %s' % (name, USER))
        return self.url(name)

    # -- replication --

    def make_standby(self):
        """Another server that follows this one; from now on this one answers a commit when both have it on disk."""
        standby = Postgres(self.name + "-standby", self.settings)
        standby.run("pg_basebackup", "-d", self.url("", ADMINISTRATOR), "-D", standby.data, "-R", "-X", "stream",
                    "--checkpoint=fast", "--no-sync")
        standby.start()
        self.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + LIMIT_SECONDS
        while self.execute("SELECT sync_state FROM pg_stat_replication") != [["sync"]]:
            assert time.monotonic() < deadline, "the standby does not follow"
            time.sleep(0.02)
        self.standby = standby
        return standby

    def promote(self):
        """Ends its following: it takes writes from now on."""
        assert self.value("SELECT pg_promote(true, %d)" % LIMIT_SECONDS) == "t", "it was not promoted"


def main(command):
    skip_without()
    if not command:
        print("usage: postgres.py COMMAND ARGUMENT…", file=sys.stderr)
        return 2
    with Postgres() as database:
        url = database.url() + os.environ.get("AVOUCH_TEST_DATABASE_PARAMETERS", "")
        child = subprocess.Popen(command, env={**os.environ, "AVOUCH_TEST_DATABASE": url})
        # The command decides what an interruption means; its status is ours.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda number, frame: child.send_signal(number))
        status = child.wait()
        if status not in (0, 77):
            sys.stderr.write(database.log_text()[-5000:])
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
