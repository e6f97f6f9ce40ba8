"""Runs commands with a time limit. A command that is late, or left at the end, is ended with all its children."""
import os
import signal
import subprocess
import tempfile
import threading
import time

SHOWN_LINES = 60
PAUSE_SECONDS = 5


class Failed(Exception):
    """A command failed; the text says which one and how."""


def tail(text):
    return '\n'.join(text.rstrip().split('\n')[-SHOWN_LINES:])


class Commands:
    """Shared by the threads that run the languages; guarded by its lock."""

    def __init__(self, total_seconds):
        self.lock, self.running, self.stopped = threading.Lock(), set(), False
        self.deadline = time.monotonic() + total_seconds

    def run(self, command, limit, cwd=None, env=None):
        """Runs the command for at most limit seconds and returns its output; raises Failed."""
        command = [str(part) for part in command]
        limit = max(1, min(limit, self.deadline - time.monotonic()))
        # A file, not a pipe: a grandchild that lives on cannot keep us waiting for the end of a file.
        with tempfile.TemporaryFile() as out:
            child = self._start(command, cwd, env, out)
            try:
                ending = f'exit status {child.wait(timeout=limit)}'
            except subprocess.TimeoutExpired:
                ending = f'ended after {limit:.0f} s'
            finally:
                self._end(child)
            out.seek(0)
            text = out.read().decode(errors='replace')
        if ending != 'exit status 0':
            raise Failed(f'{" ".join(command)}: {ending}\n{tail(text)}'.rstrip())
        return text

    def fetch(self, command, limit, cwd=None, env=None, attempts=3):
        """Runs a command that downloads: what a network refuses once, it often grants soon after."""
        for attempt in range(1, attempts):
            try:
                return self.run(command, limit, cwd, env)
            except Failed:
                if self.stopped or time.monotonic() > self.deadline:
                    raise
                time.sleep(PAUSE_SECONDS * attempt)
        return self.run(command, limit, cwd, env)

    def stop(self):
        with self.lock:
            self.stopped = True
            for child in self.running:
                kill_group(child)

    def _start(self, command, cwd, env, out):
        with self.lock:
            if self.stopped:
                raise Failed('the run was stopped')
            try:
                child = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}, start_new_session=True,
                                         stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
            except OSError as fault:
                raise Failed(f'{command[0]}: {fault}') from fault
            self.running.add(child)
            return child

    def _end(self, child):
        with self.lock:
            self.running.discard(child)
        kill_group(child)
        child.wait()


def kill_group(child):
    """Also after the child itself has ended: compilers leave servers behind that nobody needs."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
