"""What was answered with 200 is there after kill -9: clients write, the server is killed again and again, nothing is lost.

Rounds: AVOUCH_TEST_ROUNDS (default 12, fewer with a sanitizer)."""
import http.client
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server  # noqa: E402

CLIENTS = 8
SUBJECTS = 5
ROUNDS = int(os.environ.get("AVOUCH_TEST_ROUNDS", 4 if "san" in server.BINARY else 12))
ACKS_PER_ROUND = 60
HEADERS = {"Content-Type": "application/json"}


def ask(port, method, path, body=None):
    """(status, value); raises OSError or HTTPException when no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, HEADERS)
        reply = connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None
    finally:
        connection.close()


class Acknowledged:
    """What the registry has answered 200 to. Guarded by its lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.registered = {}  # (subject, version) -> (id, schema)
        self.deleted = set()  # soft-deleted (subject, version)
        self.removed = set()  # removed for good
        self.gone = set()  # ids of removed versions whose numbers were given again
        self.config = {}  # subject -> level
        self.uncertain = set()  # (subject, version) whose delete was not answered
        self.uncertain_configs = set()
        self.count = 0


def schema_of(number):
    name = "%s%d" % ("Own" if number < 0 else "Shared", abs(number))
    return json.dumps({"type": "record", "name": name, "fields": [{"name": "a", "type": "int"}]},
                      separators=(",", ":"))


def register(port, acks, subject, number):
    schema = schema_of(number)
    status, reply = ask(port, "POST", "/subjects/%s/versions" % subject, {"schema": schema})
    assert status == 200, (status, reply)
    with acks.lock:
        key = (subject, reply["version"])
        is_free = key not in acks.registered or key in acks.removed  # the number of a removed newest version
        assert is_free, "version %s was given twice" % (key,)
        if key in acks.removed:
            acks.gone.add(acks.registered[key][0])
        acks.removed.discard(key)
        acks.deleted.discard(key)
        acks.registered[key] = (reply["id"], schema)
        acks.count += 1
    return reply["version"]


def delete(port, acks, subject, version, permanent):
    with acks.lock:
        acks.uncertain.add((subject, version))
    status, reply = ask(port, "DELETE", "/subjects/%s/versions/%d%s"
                        % (subject, version, "?permanent=true" if permanent else ""))
    assert (status, reply) == (200, version), (status, reply)
    with acks.lock:
        acks.uncertain.discard((subject, version))
        (acks.removed if permanent else acks.deleted).add((subject, version))
        acks.count += 1


def configure(port, acks, subject, level):
    with acks.lock:
        acks.uncertain_configs.add(subject)
    status, reply = ask(port, "PUT", "/config/%s" % subject, {"compatibility": level})
    assert (status, reply) == (200, {"compatibility": level}), (status, reply)
    with acks.lock:
        acks.uncertain_configs.discard(subject)
        acks.config[subject] = level


def client(port, acks, own, numbers, faults):
    """Writes until the server goes away. Only subjects of its own are deleted from or configured."""
    try:
        while True:
            number = next(numbers)
            register(port, acks, "shared-%d" % (number % SUBJECTS), number)
            version = register(port, acks, own, -number)
            if number % 5 == 0 and version > 1:  # the last version would take the configuration with it
                delete(port, acks, own, version, False)
                if number % 10 == 0:
                    delete(port, acks, own, version, True)
            if number % 7 == 0:
                configure(port, acks, own, ("NONE", "FULL_TRANSITIVE")[number % 2])
                configure(port, acks, own, "NONE")
    except (OSError, http.client.HTTPException, ValueError):
        return  # killed
    except AssertionError as fault:
        faults.append(str(fault))


class Numbers:
    """Numbers that are given once, to many threads."""

    def __init__(self):
        self.lock, self.last = threading.Lock(), 0

    def __next__(self):
        with self.lock:
            self.last += 1
            return self.last


def run_round(folder, acks, numbers, faults, generation):
    """Starts the server, lets clients write until enough is acknowledged, and kills it in the middle."""
    with server.Running("--schema.compatibility.level", "none", folder=folder) as running:
        verify(running.port, acks, faults)
        enough = acks.count + ACKS_PER_ROUND + random.randrange(ACKS_PER_ROUND)
        threads = [threading.Thread(target=client, args=(running.port, acks, "own-%d-%d" % (generation, i), numbers, faults))
                   for i in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while acks.count < enough and any(thread.is_alive() for thread in threads):
            time.sleep(0.001)
        running.kill()
        for thread in threads:
            thread.join()


def verify_version(port, acks, key, schema_id, schema, faults):
    subject, version = key
    status, reply = ask(port, "GET", "/subjects/%s/versions/%d?deleted=true" % (subject, version))
    if key in acks.uncertain and status == 404:
        return
    if key in acks.removed:
        # Its number may have been given to a registration that was not answered any more.
        if status != 404 and reply["schema"] == schema:
            faults.append("%s was removed and is back" % (key,))
        return
    if status != 200 or (reply["id"], reply["schema"]) != (schema_id, schema):
        faults.append("%s was acknowledged as id %d and is %s %s" % (key, schema_id, status, reply))
    elif reply["deleted"] != (key in acks.deleted) and key not in acks.uncertain:
        faults.append("%s: deleted is %s" % (key, reply["deleted"]))


def verify_ids(port, acks, faults):
    """One content to an id, and the other way round; no gaps but for what was removed."""
    contents = {}
    for (subject, version), (schema_id, schema) in acks.registered.items():
        if contents.setdefault(schema_id, schema) != schema:
            faults.append("id %d was given twice" % schema_id)
    missing = [i for i in range(1, max(contents, default=0) + 1) if ask(port, "GET", "/schemas/ids/%d" % i)[0] != 200]
    may_miss = {acks.registered[key][0] for key in acks.removed | acks.uncertain if key in acks.registered}
    may_miss |= acks.gone
    for i in sorted(set(missing) - may_miss):
        faults.append("id %d is missing" % i)


def verify(port, acks, faults):
    for key, (schema_id, schema) in acks.registered.items():
        verify_version(port, acks, key, schema_id, schema, faults)
    verify_ids(port, acks, faults)
    for i in range(SUBJECTS):
        status, versions = ask(port, "GET", "/subjects/shared-%d/versions" % i)
        if status == 200 and versions != list(range(1, len(versions) + 1)):
            faults.append("versions of shared-%d have gaps: %s" % (i, versions))
    for subject, level in acks.config.items():
        status, reply = ask(port, "GET", "/config/%s" % subject)
        if subject not in acks.uncertain_configs and (status, reply) != (200, {"compatibilityLevel": level}):
            faults.append("config of %s is %s %s" % (subject, status, reply))


def main():
    seed = int(os.environ.get("AVOUCH_TEST_SEED", time.time_ns() % 2**32))
    random.seed(seed)
    folder, acks, numbers, faults = tempfile.mkdtemp(prefix="avouch-test-"), Acknowledged(), Numbers(), []
    try:
        for generation in range(ROUNDS):
            run_round(folder, acks, numbers, faults, generation)
            if faults:
                break
        with server.Running(folder=folder) as running:
            verify(running.port, acks, faults)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("seed %d: %d kills, %d answers, %d versions" % (seed, ROUNDS, acks.count, len(acks.registered)))
    for fault in faults[:50]:
        print("FAIL", fault)
    return 1 if faults or not acks.registered else 0


if __name__ == "__main__":
    sys.exit(main())
