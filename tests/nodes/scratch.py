"""Temporary folders and what runs in them: in whatever way a test ends, SIGKILL included, both are gone afterwards.

A process belongs to a folder when it runs in it or below it (its working directory). Backends of PostgreSQL are sessions of
their own, so that neither a process group nor the parent would find all of them."""
import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

CLEANUP_SECONDS = 10
# Below the ports that the kernel gives to outgoing connections: a server that restarts finds its own still free.
PORTS = range(12000, 32000)


def state_of(pid):
    """The letter of /proc/PID/stat; None when there is no such process."""
    try:
        with open("/proc/%d/stat" % pid, encoding="latin-1") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return None


def processes_in(folder):
    """Ids of the living processes that run in the folder or below it."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            place = os.readlink("/proc/%s/cwd" % name)
        except OSError:
            continue
        if (place == folder or place.startswith(folder + "/")) and state_of(int(name)) not in (None, "Z", "X"):
            found.append(int(name))
    return found


def signal_all(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def kill_in(folder):
    """Kills all that runs in the folder, however much it forks meanwhile."""
    deadline = time.monotonic() + CLEANUP_SECONDS
    while time.monotonic() < deadline:
        found = processes_in(folder)
        if not found:
            return
        signal_all(found, signal.SIGSTOP)
        signal_all(processes_in(folder), signal.SIGKILL)
        time.sleep(0.005)


def forget_shared_memory(folder):
    """A killed PostgreSQL leaves its few bytes of System V memory behind; the 7th line of postmaster.pid names them."""
    for path, _, files in os.walk(folder):
        if "postmaster.pid" not in files:
            continue
        with open(os.path.join(path, "postmaster.pid"), encoding="latin-1") as file:
            fields = (file.read().splitlines() + [""] * 7)[6].split()
        if len(fields) == 2:
            subprocess.run(["ipcrm", "-m", fields[1]], stderr=subprocess.DEVNULL, check=False)


def clean(folder):
    kill_in(folder)
    if os.path.isdir(folder):
        forget_shared_memory(folder)
        shutil.rmtree(folder, ignore_errors=True)


class Scratch:
    """One folder per test process. A watcher, a process of its own, cleans up when the test is gone."""

    def __init__(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="avouch-nodes-"))
        os.chmod(self.folder, 0o755)  # PostgreSQL runs as somebody else
        command = [sys.executable, os.path.abspath(__file__), self.folder]
        self.watcher = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd="/")
        atexit.register(self.end, os.getpid())
        self.count = 0

    def end(self, pid):
        if pid == os.getpid():  # not in a child that was forked
            clean(self.folder)
            self.watcher.stdin.close()
            self.watcher.wait()

    def make(self, name):
        self.count += 1
        path = os.path.join(self.folder, "%s-%d" % (name, self.count))
        os.mkdir(path)
        return path


_scratch = []


def folder(name):
    """A new folder that is removed, with all that runs in it, when the test ends."""
    if not _scratch:
        _scratch.append(Scratch())
    return _scratch[0].make(name)


def free_port():
    while True:
        with socket.socket() as one:
            try:
                port = random.SystemRandom().choice(PORTS)
                one.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def watch(path):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    clean(path)


if __name__ == "__main__":
    watch(sys.argv[1])
