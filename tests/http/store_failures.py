"""The store cannot be written: a full disk, a folder that is read-only, errors and stalls of the disk.

Changes are answered 500/50001 and have no effect, reads go on, and writing goes on by itself when the store can be
written again. Disk errors and stalls come from a preloaded library (AVOUCH_TEST_FAULTS_LIBRARY, tests/http/faults); the
full disk and the read-only folder are real, where the machine allows to mount one."""
import errno
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server  # noqa: E402

LIBRARY = os.environ.get("AVOUCH_TEST_FAULTS_LIBRARY")
HEADERS = {"Content-Type": "application/json"}
CHANGES = [("POST", "/subjects/new/versions", {"schema": '"long"'}), ("POST", "/subjects/a/versions", {"schema": '"long"'}),
           ("DELETE", "/subjects/a/versions/1", None), ("DELETE", "/subjects/a", None),
           ("DELETE", "/subjects/gone?permanent=true", None), ("PUT", "/config", {"compatibility": "FULL"}),
           ("PUT", "/config/a", {"compatibility": "FULL"}), ("DELETE", "/config/set", None),
           ("PUT", "/mode/a", {"mode": "READONLY"}), ("DELETE", "/mode/set", None)]
READS = ["/subjects?deleted=true", "/subjects/a/versions/latest", "/subjects/a/versions/1", "/schemas/ids/1",
         "/schemas?deleted=true", "/config", "/config/set", "/mode/set", "/schemas/ids/1/versions", "/subjects/none/versions"]


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, HEADERS)
        reply = connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None
    finally:
        connection.close()


def prepare(port):
    for method, path, body in [("POST", "/subjects/a/versions", {"schema": '"int"'}),
                               ("POST", "/subjects/gone/versions", {"schema": '"string"'}), ("DELETE", "/subjects/gone", None),
                               ("PUT", "/config/set", {"compatibility": "NONE"}), ("PUT", "/mode/set", {"mode": "READWRITE"})]:
        status, reply = ask(port, method, path, body)
        assert status == 200, (method, path, status, reply)


def state_of(port):
    return [ask(port, "GET", path) for path in READS]


def check_refusals(port, why):
    """No change has an effect, every read answers as before."""
    before = state_of(port)
    for method, path, body in CHANGES:
        status, reply = ask(port, method, path, body)
        assert status == 500 and reply["error_code"] == 50001, (why, method, path, status, reply)
        assert reply["message"].startswith("Error in the backend data store: "), reply
    assert state_of(port) == before, (why, before, state_of(port))


def check_recovery(port):
    status, reply = ask(port, "POST", "/subjects/a/versions", {"schema": '"long"'})
    assert status == 200 and reply["version"] == 2, (status, reply)


def check_file(folder):
    connection = sqlite3.connect(os.path.join(folder, "avouch.db"))
    found = connection.execute("PRAGMA integrity_check").fetchall()
    connection.close()
    assert found == [("ok",)], found


class Faulty(server.Running):
    """A registry whose disk can be made to fail."""

    def __init__(self, **named):
        super().__init__(**named)
        self.control = tempfile.mktemp(prefix="avouch-faults-")

    def __enter__(self):
        kept = dict(os.environ)
        os.environ.update(LD_PRELOAD=LIBRARY, AVOUCH_TEST_FAULTS=self.control)
        # The sanitizer must come first, unless it is told that it may come later.
        os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        try:
            return super().__enter__()
        finally:
            os.environ.clear()
            os.environ.update(kept)

    def disk(self, what):
        with open(self.control + ".new", "w", encoding="ascii") as out:
            out.write(what)
        os.replace(self.control + ".new", self.control)

    def __exit__(self, kind, value, trace):
        self.disk("")
        try:
            return super().__exit__(kind, value, trace)
        finally:
            os.unlink(self.control)


def disk_errors():
    """Every kind of error that writing may meet."""
    for number in (errno.EIO, errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EFBIG):
        folder = tempfile.mkdtemp(prefix="avouch-test-")
        try:
            with Faulty(folder=folder) as running:
                prepare(running.port)
                running.disk("fail %d" % number)
                check_refusals(running.port, os.strerror(number))
                running.disk("")
                check_recovery(running.port)
            check_file(folder)
        finally:
            shutil.rmtree(folder)


def kill_while_failing():
    """What could not be written is not there after a crash either, what was answered is."""
    folder = tempfile.mkdtemp(prefix="avouch-test-")
    try:
        with Faulty(folder=folder) as running:
            prepare(running.port)
            before = state_of(running.port)
            running.disk("fail %d" % errno.EIO)
            check_refusals(running.port, "before a crash")
            running.kill()
        with server.Running(folder=folder) as running:
            assert state_of(running.port) == before, (before, state_of(running.port))
            check_recovery(running.port)
    finally:
        shutil.rmtree(folder)


def stalled_disk():
    """While commits wait for the disk, reads do not wait: they are all answered before any of the changes is."""
    with Faulty() as running:
        prepare(running.port)
        for i in range(50):
            ask(running.port, "POST", "/subjects/s%d/versions" % i, {"schema": '{"type":"fixed","name":"F%d","size":1}' % i})
        running.disk("block")
        answered, threads = [], []
        for i in range(40):
            body = {"schema": '{"type":"fixed","name":"N%d","size":1}' % i}
            arguments = (running.port, "POST", "/subjects/n%d/versions" % i, body)
            threads.append(threading.Thread(target=lambda a=arguments: answered.append(ask(*a)[0])))
            threads[-1].start()
        for _ in range(3):
            state_of(running.port)
            for i in range(50):  # kept ready, and read from the store
                assert ask(running.port, "GET", "/schemas/ids/%d?subject=s%d" % (i + 3, i))[0] == 200
                assert ask(running.port, "POST", "/subjects/s%d" % i,
                           {"schema": '{"type":"fixed","name":"F%d","size":1}' % i})[0] == 200
            assert ask(running.port, "POST", "/compatibility/subjects/a/versions/latest", {"schema": '"long"'}) == \
                (200, {"is_compatible": True})
        assert not answered, "a change was answered before it was on disk: %s" % answered
        running.disk("")
        for thread in threads:
            thread.join()
        assert answered == [200] * 40, answered


def mounted(command, folder):
    return subprocess.run(command + [folder], capture_output=True).returncode == 0


def full_disk():
    """A real file system of a megabyte: filled up, and given room again."""
    folder = tempfile.mkdtemp(prefix="avouch-test-")
    if not mounted(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs"], folder):
        os.rmdir(folder)
        return "no file system can be mounted here"
    try:
        with server.Running(folder=os.path.join(folder, "data")) as running:
            prepare(running.port)
            with open(os.path.join(folder, "filler"), "wb", 0) as filler:
                try:
                    while filler.write(b"x" * 4096) == 4096:
                        pass
                except OSError:
                    pass
            # The files of the store may have room left inside of them: use it up.
            number, status = 0, 200
            while status == 200 and number < 1000:
                number += 1
                schema = {"type": "fixed", "name": "F%d" % number, "size": 1, "doc": "x" * 9000}
                status, _ = ask(running.port, "POST", "/subjects/f%d/versions" % number, {"schema": json.dumps(schema)})
            assert status == 500, "the disk never filled up"
            check_refusals(running.port, "full disk")
            os.unlink(os.path.join(folder, "filler"))
            check_recovery(running.port)
        check_file(os.path.join(folder, "data"))
    finally:
        subprocess.run(["umount", folder], check=True)
        os.rmdir(folder)
    return None


def read_only_folder():
    """A folder that has become read-only is served as it stands, after a clean end and after a crash."""
    for crashed in (False, True):
        folder = tempfile.mkdtemp(prefix="avouch-test-")
        try:
            with server.Running(folder=folder) as running:
                prepare(running.port)
                before = state_of(running.port)
                if crashed:
                    running.kill()
            if not mounted(["mount", "--bind", folder], folder):
                return "nothing can be mounted here"
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
            try:
                with server.Running(folder=folder) as running:
                    assert state_of(running.port) == before, (before, state_of(running.port))
                    check_refusals(running.port, "read-only folder")
                    ready = ask(running.port, "GET", "/health/ready")
                    assert ready == (200, {"status": "UP", "storage": "READ_ONLY"}), ready
            finally:
                subprocess.run(["umount", folder], check=True)
            with server.Running(folder=folder) as running:
                check_recovery(running.port)
        finally:
            shutil.rmtree(folder)
    return None


def main():
    if not LIBRARY:
        print("FAIL AVOUCH_TEST_FAULTS_LIBRARY is not set: meson test does")
        return 1
    for test in (disk_errors, kill_while_failing, stalled_disk, full_disk, read_only_folder):
        start = time.monotonic()
        skipped = test()
        print("%s: %s (%.1f s)" % (test.__name__, skipped or "passed", time.monotonic() - start), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
