"""No answer is ever old: a registry with its caches and one without any get the same requests and must answer the same.

Changes of every kind are drawn at random over a few subjects, schemas and contexts; between them everything is read, twice,
so that what the first registry answers comes from memory wherever it may. AVOUCH_TEST_SEED: another order (the seed is
printed); AVOUCH_TEST_CHANGES: how many changes (default 400, fewer with a sanitizer)."""
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import client  # noqa: E402
import server  # noqa: E402

SEED = int(os.environ.get("AVOUCH_TEST_SEED", 20261125))
CHANGES = int(os.environ.get("AVOUCH_TEST_CHANGES", 150 if "san" in server.BINARY else 400))
READS_BETWEEN = 25
SUBJECTS = ["a", "b", "used", ":.ctx:a"]
LEVELS = ["NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE"]


def record(*fields):
    return json.dumps({"type": "record", "name": "n.R", "fields": list(fields)})


A, B = {"name": "a", "type": "int"}, {"name": "b", "type": "string", "default": ""}
SCHEMAS = [record(A), record(A, B), record(B), record(dict(A, type="long")), '"int"', '"string"',
           '{"type":"record","name":"n.U","fields":[{"name":"r","type":"n.R"}]}']


def schema_body(pick):
    body = {"schema": pick.choice(SCHEMAS)}
    if "n.U" in body["schema"]:
        body["references"] = [{"name": "n.R", "subject": pick.choice(SUBJECTS), "version": pick.choice([1, 2, -1])}]
    if pick.random() < 0.15:
        body["metadata"] = {"properties": {"owner": pick.choice("xy")}}
    return body


def register(pick):
    flags = pick.choice(["", "", "", "?normalize=true", "?force=true"])
    return "POST", "/subjects/%s/versions%s" % (pick.choice(SUBJECTS), flags), schema_body(pick)


def delete(pick):
    version = pick.choice(["", "/versions/latest", "/versions/1", "/versions/2", "/versions/3"])
    return "DELETE", "/subjects/%s%s%s" % (pick.choice(SUBJECTS), version, pick.choice(["", "?permanent=true"])), None


def set_config(pick):
    body = {"compatibility": pick.choice(LEVELS)}
    if pick.random() < 0.3:
        body = pick.choice([{"alias": pick.choice(SUBJECTS)}, {"normalize": pick.random() < 0.5},
                            {"compatibilityGroup": "owner"}, {"defaultMetadata": {"properties": {"owner": "z"}}}])
    return "PUT", "/config" + pick.choice(["", "/" + pick.choice(SUBJECTS), "/:.ctx:", "/:.__GLOBAL:"]), body


def delete_config(pick):
    return "DELETE", "/config" + pick.choice(["", "/" + pick.choice(SUBJECTS), "/:.ctx:"]), None


def set_mode(pick):
    mode = pick.choice(["READWRITE", "READWRITE", "READWRITE", "READONLY", "IMPORT"])
    return "PUT", "/mode%s%s" % (pick.choice(["", "/" + pick.choice(SUBJECTS)]), pick.choice(["", "?force=true"])), {"mode": mode}


def delete_mode(pick):
    return "DELETE", "/mode%s" % pick.choice(["", "/" + pick.choice(SUBJECTS)]), None


def import_schema(pick):
    """In mode IMPORT, ids and versions come from outside."""
    body = dict(schema_body(pick), id=pick.randint(1, 12), version=pick.randint(1, 4))
    return "POST", "/subjects/%s/versions" % pick.choice(SUBJECTS), body


KINDS = [(register, 14), (delete, 5), (set_config, 3), (delete_config, 2), (set_mode, 3), (delete_mode, 4), (import_schema, 2)]


def reads():
    """Everything that can be asked, with the parameters that choose between answers."""
    found = ["/subjects", "/subjects?deleted=true", "/subjects?subjectPrefix=:*:", "/schemas", "/schemas?latestOnly=true",
             "/schemas?deleted=true&aliases=true", "/config", "/mode", "/contexts", "/config/:.ctx:"]
    for subject in SUBJECTS:
        found += ["/config/" + subject, "/config/%s?defaultToGlobal=true" % subject, "/mode/" + subject,
                  "/mode/%s?defaultToGlobal=true" % subject, "/subjects/%s/metadata?key=owner&value=x" % subject]
        found += ["/subjects/%s/versions%s" % (subject, rest) for rest in
                  ("", "?deleted=true", "/latest", "/latest/schema", "/1", "/2", "/3?deleted=true", "/1/referencedby",
                   "/2/referencedby")]
    for schema_id in range(1, 13):
        found += ["/schemas/ids/%d%s" % (schema_id, rest) for rest in ("", "/schema", "/subjects", "/versions",
                                                                      "/versions?deleted=true", "?subject=:.ctx:a")]
    found = [("GET", target, None) for target in found]
    for schema in SCHEMAS[:4]:
        body = {"schema": schema}
        found += [("POST", "/subjects/%s" % subject, body) for subject in SUBJECTS]
        found += [("POST", "/subjects/%s?deleted=true" % subject, body) for subject in SUBJECTS]
        found += [("POST", "/compatibility/subjects/%s/versions/latest?verbose=true" % SUBJECTS[0], body),
                  ("POST", "/compatibility/subjects/%s/versions" % SUBJECTS[1], body)]
    return found


def without_times(value):
    """The two registries have their own clocks."""
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key not in ("ts", "createdAt")}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def same(checks, request, kept, plain, history):
    method, target, body = request
    answers = [(api(method, target, body)) for api in (kept, kept, plain)]
    if method in ("PUT", "DELETE") or "/versions" in target and method == "POST" and not target.startswith("/comp"):
        raise AssertionError("a change is no read: %s" % target)
    wanted = (answers[2].status, without_times(answers[2].json()))
    for answer in answers[:2]:
        came = (answer.status, without_times(answer.json()))
        checks.that(came == wanted, "an answer is old: %s %s" % (method, target), "\n".join(map(repr, history[-12:])), came, wanted)
    return answers[2].status


def random_changes(checks):
    print("seed %d" % SEED)
    pick, history, all_reads, statuses = random.Random(SEED), [], reads(), {}
    with client.Server() as with_caches, client.Server("--reply.cache.bytes", "0", "--schema.cache.bytes", "0") as without:
        kept, plain = with_caches.api(), without.api()
        for _ in range(CHANGES):
            request = pick.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](pick)
            ours, theirs = kept(*request), plain(*request)
            history.append((request, ours.status))
            wanted = (theirs.status, without_times(theirs.json()))
            checks.that((ours.status, without_times(ours.json())) == wanted, "a change was decided on what is old: %s %s"
                        % request[:2], "\n".join(map(repr, history[-12:])), repr(ours), wanted)
            statuses[ours.status] = statuses.get(ours.status, 0) + 1
            for read in pick.sample(all_reads, READS_BETWEEN):
                same(checks, read, kept, plain, history)
            if checks.failed > 10:
                break
        for read in all_reads:
            same(checks, read, kept, plain, history)
        print("answers to changes: %s" % statuses)
        checks.that(statuses.get(200, 0) > CHANGES / 4, "changes have effects", came=statuses)
        metrics = kept("GET", "/metrics").body.decode()
        hits = [line for line in metrics.splitlines() if line.startswith("avouch_reply_cache_hits_total")]
        checks.that(float(hits[0].split()[1]) > CHANGES, "answers came from memory", came=hits)


def purges(checks):
    """Mode IMPORT removes what was soft-deleted: of one subject, and of all subjects of a context."""
    history = []
    with client.Server() as with_caches, client.Server("--reply.cache.bytes", "0", "--schema.cache.bytes", "0") as without:
        kept, plain = with_caches.api(), without.api()

        def change(method, target, body=None):
            answers = [api(method, target, body) for api in (kept, plain)]
            history.append((method, target))
            checks.that([a.status for a in answers] == [200, 200], "%s %s" % (method, target), came=answers)

        for scope in ("/a", ""):
            for subject in ("a", "b"):
                change("POST", "/subjects/%s/versions" % subject, {"schema": SCHEMAS[0]})
                change("POST", "/subjects/%s/versions" % subject, {"schema": SCHEMAS[1]})
                change("DELETE", "/subjects/" + subject)
            for _ in range(2):
                found = [same(checks, read, kept, plain, history) for read in reads()]
            change("PUT", "/mode" + scope, {"mode": "IMPORT"})
            left = [same(checks, read, kept, plain, history) for read in reads()]
            checks.that(found.count(200) > left.count(200), "the purge has removed something")
            change("PUT", "/mode" + scope, {"mode": "READWRITE"})


if __name__ == "__main__":
    sys.exit(client.run("caching", [random_changes, purges]))
