"""Reads again and again what nodes have answered before and what cannot change: whatever happens to the database, there is an
answer, at once."""
import threading
import time

import cluster
import load

READ_SECONDS = 0.5 * (3 if "san" in cluster.server.BINARY else 1)
PACE_SECONDS = 0.02


class Reader:
    """Begins when it is made. A forgotten reply may be read from the database again while that is there."""

    def __init__(self, nodes, targets):
        self.faults, self.count, self.is_over, self.wanted = [], 0, threading.Event(), {}
        asker = cluster.Client()
        for node in nodes:
            for target in targets:
                answer = asker.ask(node, "GET", target)
                assert answer.status == 200, answer
                self.wanted[node, target] = answer.body
        asker.close()
        self.begin = time.monotonic()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        asker = cluster.Client()
        while not self.is_over.wait(PACE_SECONDS):
            for (node, target), wanted in self.wanted.items():
                self._read(asker, node, target, wanted)
        asker.close()

    def _read(self, asker, node, target, wanted):
        begin = time.monotonic()
        try:
            answer = asker.ask(node, "GET", target)
        except (cluster.Refused, cluster.Lost) as fault:
            answer = fault
        took = time.monotonic() - begin
        self.count += 1
        if getattr(answer, "status", None) != 200 or answer.body != wanted or took > READ_SECONDS:
            self.faults.append("%.2f s after the begin, GET %s on %s, %.2f s: %r"
                               % (begin - self.begin, target, node.name, took, answer))

    def stop(self, checks, what):
        self.is_over.set()
        self.thread.join(timeout=60)
        load.report(checks, "%s: %d reads of what is remembered go on" % (what, self.count), self.faults)
