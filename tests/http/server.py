"""A registry of its own for a test: a temporary folder, a port that was free, stopped and checked at the end."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.environ.get("AVOUCH") or os.path.join(ROOT, "build", "service", "avouch")
FAULTS = ("AddressSanitizer", "ThreadSanitizer", "runtime error", "LeakSanitizer")


class Running:
    """with Running("--property", "value") as r: r.url … ; fails when the server crashed or a sanitizer complained."""

    def __init__(self, *flags, folder=None):
        self.flags, self.own_folder = list(flags), folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="avouch-test-")
        self.log, self.process = [], None

    def __enter__(self):
        command = [BINARY, "serve", "--listen", "127.0.0.1:0", "--data", self.folder] + self.flags
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for line in self.process.stderr:
            self.log.append(line)
            found = re.search(r"address\W+127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                self.url = "http://127.0.0.1:%d" % self.port
                threading.Thread(target=self._drain, daemon=True).start()
                return self
        raise AssertionError("the server did not start:\n" + "".join(self.log))

    def _drain(self):
        for line in self.process.stderr:
            self.log.append(line)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __exit__(self, kind, value, trace):
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(timeout=60)
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        text = "".join(self.log)
        if status not in (0, -signal.SIGKILL) or any(fault in text for fault in FAULTS):
            sys.stdout.write(text[-20000:])
            raise AssertionError("the server ended with status %d" % status)
        return False
