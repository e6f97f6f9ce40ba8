"""The commands of README.md's "Start in a minute", as they stand there, and what is left of their work after kill -9."""
import os
import re
import subprocess
import sys
import tempfile

import client
import server

RECORD = re.compile(r"(.*?)\n\x1e(\d{3})\x1e\n", re.DOTALL)
NAME, AGE = '{"name":"name","type":"string"}', '{"name":"age","type":"int","default":0}'
RECORD_TEXT = '{"type":"record","name":"User","fields":[%s]}'
FIRST, SECOND = RECORD_TEXT % NAME, RECORD_TEXT % (NAME + "," + AGE)
REASON = (
    "Schema being registered is incompatible with an earlier schema for subject \"user-value\", details: "
    "[{errorType:'TYPE_MISMATCH', description:'The type (path '/fields/0/type') of a field in the new schema does not "
    "match with the old schema', additionalInfo:'reader type: INT not compatible with writer type: STRING'}, "
    "{oldSchemaVersion: 2}, {oldSchema: '" + SECOND + "'}, {validateFields: 'false', compatibility: 'BACKWARD'}]")


def block():
    """The shell block with the curl commands."""
    with open(os.path.join(server.ROOT, "README.md"), encoding="utf-8") as file:
        section = file.read().split("## Start in a minute", 1)[1].split("\n## ", 1)[0]
    found = [text for text in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) if "curl " in text]
    assert len(found) == 1, "README.md has %d blocks with curl" % len(found)
    assert "url=http://localhost:8081\n" in found[0], "README.md does not set url"
    return found[0]


def run_block(url):
    """[(status, body)] of the commands, run by bash exactly as they are written but for the address."""
    report = "curl() { command curl -sS -w $'\\n\\x1e%{http_code}\\x1e\\n' \"$@\"; }\n"
    script = report + block().replace("http://localhost:8081", url)
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, "the block failed:\n%s%s" % (done.stdout, done.stderr)
    return [(int(status), body) for body, status in RECORD.findall(done.stdout)]


def stored(version, text):
    return {"subject": "user-value", "version": version, "id": version, "schemaType": "AVRO", "schema": text}


def check_reply(checks, what, came, status, value):
    """The members of value; what else an answer has (guid, ts, deleted) is told by other tests."""
    answer = client.Answer(came[0], [], came[1].encode())
    got = answer.json()
    if isinstance(value, dict) and isinstance(got, dict):
        got = {name: got.get(name) for name in value}
    checks.equal("README: " + what, (answer.status, got), (status, value))


def commands(checks, url):
    wanted = [
        ("register", 200, {"id": 1, "version": 1, "schema": FIRST}),
        ("evolve", 200, {"id": 2, "version": 2, "schema": SECOND}),
        ("a breaking change", 409, {"error_code": 40901, "message": REASON}),
        ("what a consumer asks", 200, {"schema": FIRST, "schemaType": "AVRO"}),
        ("the latest version", 200, stored(2, SECOND)),
        ("delete", 200, [1, 2]),
    ]
    came = run_block(url)
    if checks.equal("README: number of commands", len(came), len(wanted)):
        for one, (what, status, value) in zip(came, wanted):
            check_reply(checks, what, one, status, value)


def after_kill(checks, folder):
    """What was answered is there; what was deleted stays deleted."""
    with client.Server(folder=folder) as running:
        api = running.api()
        checks.answer("the kept subject", api("GET", "/subjects"), 200, ["kept"])
        checks.answer("all subjects", api("GET", "/subjects?deleted=true"), 200, ["kept", "user-value"])
        checks.error("the deleted versions", api("GET", "/subjects/user-value/versions"), 404, 40401,
                     "Subject 'user-value' not found.")
        checks.answer("soft-deleted", api("GET", "/subjects/user-value/versions?deletedOnly=true"), 200, [1, 2])
        for number, text in ((1, FIRST), (2, SECOND)):
            answer = api("GET", "/schemas/ids/%d" % number)
            came = {name: answer.json().get(name) for name in ("schema", "deleted", "version")}
            checks.equal("id %d" % number, came, {"schema": text, "deleted": True, "version": number})
        kept = api("GET", "/subjects/kept/versions/1").json()
        checks.equal("the kept schema", (kept["id"], kept["schema"], kept["deleted"]), (3, '"string"', False))
        checks.answer("its level", api("GET", "/config/kept"), 200, {"compatibilityLevel": "FULL"})
        checks.answer("again, for good", api("DELETE", "/subjects/user-value?permanent=true"), 200, [1, 2])
        running.kill()


def after_second_kill(checks, folder):
    with client.Server(folder=folder) as running:
        api = running.api()
        checks.answer("subjects", api("GET", "/subjects?deleted=true"), 200, ["kept"])
        checks.error("an id that is gone", api("GET", "/schemas/ids/1"), 404, 40403, "Schema 1 not found")
        new = api("POST", "/subjects/user-value/versions", {"schema": '"long"'}).json()
        checks.equal("ids go on", (new["id"], new["version"]), (4, 1))


def first_minute(checks):
    with tempfile.TemporaryDirectory(prefix="avouch-test-") as folder:
        with client.Server(folder=folder) as running:
            commands(checks, running.url)
            api = running.api()
            checks.answer("another", api("POST", "/subjects/kept/versions", {"schema": '"string"'}), 200)
            checks.answer("its level", api("PUT", "/config/kept", {"compatibility": "FULL"}), 200)
            running.kill()
        after_kill(checks, folder)
        after_second_kill(checks, folder)


if __name__ == "__main__":
    sys.exit(client.run("first_minute", [first_minute]))
