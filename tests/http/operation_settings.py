"""The part of operation.py about settings: their defaults, their sources and which one wins, what is taken from Confluent Schema
Registry, what is refused."""
import os
import re
import subprocess
import tempfile

import client
import server

OPTION = re.compile(r'OPTION_ROW\((\w+), "([^"]+)", (\w+), "([^"]*)", (\d+), (\d+), (?:NULL|"([^"]*)"), "([^"]*)"\)')
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("AVOUCH_", "SCHEMA_REGISTRY_", "NOTIFY_"))}


def source(*parts):
    with open(os.path.join(server.ROOT, *parts), encoding="utf-8") as file:
        return file.read()


def command(*arguments, environment=None, cwd=None):
    return subprocess.run([server.BINARY, *arguments], capture_output=True, text=True, timeout=client.LIMIT_SECONDS, cwd=cwd,
                          env={**CLEAN, **(environment or {})})


def options():
    """{property: (kind, default, least, most, alias, text)} of options.def."""
    text = source("service", "config", "options.def")
    found = {one[1]: (one[2], one[3], int(one[4]), int(one[5]), one[6], one[7]) for one in OPTION.findall(text)}
    assert len(found) == text.count("OPTION_ROW(") - 1, "options.def has rows of another form"
    return found


def settings_of(done):
    """{property: (value, where)} of what --check-config prints."""
    return {name: (value, where) for where, name, value in re.findall(r"# (.*)\n([\w.]+)=(.*)\n", done.stdout)}


def checked(checks, what, wanted, *flags, file=None, environment=None, folder=None):
    """Runs --check-config, perhaps with a file, and compares the settings in wanted."""
    arguments = list(flags)
    if file is not None:
        path = os.path.join(folder, "avouch.properties")
        with open(path, "w", encoding="utf-8") as out:
            out.write(file)
        arguments = ["--config", path] + arguments
    done = command("serve", "--check-config", *arguments, environment=environment)
    came = settings_of(done)
    checks.equal(what + ": exit status", done.returncode, 0, done.stderr)
    checks.equal(what, {name: came.get(name) for name in wanted}, wanted)
    return done


def precedence(checks):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "avouch.properties")
        rows = options()
        checked(checks, "defaults", {name: (row[1], "default") for name, row in rows.items()})
        file = "# a comment\n\n! another\nlog.level=debug\nworker.queue : 7\naccess.log off\nkafka.cluster.id = a\\\n   b\n"
        found = {"log.level": ("debug", path + " line 4"), "worker.queue": ("7", path + " line 5"),
                 "access.log": ("off", path + " line 6"), "kafka.cluster.id": ("ab", path + " line 8")}
        checked(checks, "a file", found, file=file, folder=folder)
        environment = {"AVOUCH_LOG_LEVEL": "error", "AVOUCH_WORKER_QUEUE": "8"}
        found.update({"log.level": ("error", "environment AVOUCH_LOG_LEVEL"),
                      "worker.queue": ("8", "environment AVOUCH_WORKER_QUEUE")})
        checked(checks, "the environment wins", found, file=file, environment=environment, folder=folder)
        found["worker.queue"] = ("9", "flag --worker.queue")
        for flags in (("--worker.queue", "9"), ("--worker.queue=9",), ("--worker.queue", "1", "--worker.queue", "9")):
            checked(checks, "flags win", found, *flags, file=file, environment=environment, folder=folder)
        checked(checks, "AVOUCH_CONFIG", {"access.log": ("off", path + " line 6")}, environment={"AVOUCH_CONFIG": path})
        checked(checks, "SCHEMA_REGISTRY_ loses to AVOUCH_", {"worker.queue": ("8", "environment AVOUCH_WORKER_QUEUE")},
                environment={"SCHEMA_REGISTRY_REQUEST_QUEUE_CAPACITY": "5", "AVOUCH_WORKER_QUEUE": "8"})
        short = {"listeners": ("127.0.0.1:1", "flag --listen"), "data.dir": (folder, "flag --data"),
                 "log.level": ("debug", "flag --log-level")}
        checked(checks, "short flags", short, "--listen", "127.0.0.1:1", "--data", folder, "--log-level", "debug")
        for text, value in (("2k", "2k"), ("1M", "1M"), ("1g", "1g")):
            checked(checks, "units", {"schema.cache.bytes": (value, "flag --schema.cache.bytes")}, "--schema.cache.bytes", text)


def another_value(kind, default, least, most, text):
    """A value that the setting may have, and that is not its default."""
    if kind == "NUMBER":
        return next(str(value) for value in range(least, most + 1) if str(value) != default)
    if kind == "BOOLEAN":
        return "false" if default == "true" else "true"
    return text.rsplit("(", 1)[1][:-1].split("|")[-1] if kind == "CHOICE" else "text"


def confluent(checks):
    """Every alias is taken from a file and from a variable; what Kafka needs is ignored, what would be missed is refused."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (kind, default, least, most, alias, text) in options().items():
            if not alias:
                continue
            value = another_value(kind, default, least, most, text)
            checked(checks, "alias " + alias, {name: (value, os.path.join(folder, "avouch.properties") + " line 1")},
                    file="%s=%s\n" % (alias, value), folder=folder)
            variable = "SCHEMA_REGISTRY_" + alias.upper().replace(".", "_")
            checked(checks, variable, {name: (value, "environment " + variable)}, environment={variable: value})
        foreign = ["kafkastore.bootstrap.servers", "kafkastore.topic", "host.name", "debug", "leader.eligibility",
                   "inter.instance.protocol",
                   "ssl.keystore.location", "metrics.jmx.prefix"]
        done = checked(checks, "foreign properties", {"worker.queue": ("4096", "default")}, folder=folder,
                       file="".join(one + "=x\n" for one in foreign))
        for number, one in enumerate(foreign, 1):
            warning = "warning config A property has no meaning here and is ignored property=%s where=" % one
            checks.that(re.search(re.escape(warning) + ".*line %d" % number, done.stderr), "warning of " + one, came=done.stderr)
        done = command("serve", "--check-config", environment={"SCHEMA_REGISTRY_AUTHENTICATION_METHOD": "BASIC"})
        checks.equal("authentication", (done.returncode, done.stdout, done.stderr), (
            2, "",
            "avouch: environment SCHEMA_REGISTRY_AUTHENTICATION_METHOD: 'authentication.method' is not supported: put a proxy "
            "that authenticates in front\n"))


def refusals(checks):
    no_setting = "%s: there is no setting '%s'"
    cases = [
        (("--nonsense", "1"), {}, no_setting % ("flag --nonsense", "nonsense")),
        ((), {"AVOUCH_NONSENSE_X": "1"}, no_setting % ("environment AVOUCH_NONSENSE_X", "nonsense.x")),
        ((), {"SCHEMA_REGISTRY_NONSENSE": "1"}, no_setting % ("environment SCHEMA_REGISTRY_NONSENSE", "nonsense")),
        (("--worker.queue", "0"), {}, "flag --worker.queue: worker.queue cannot be '0'; it must be a number from 1 to 1000000"),
        (("--worker.queue", "99999999999999999999"), {},
         "flag --worker.queue: worker.queue cannot be '99999999999999999999'; it must be a number from 1 to 1000000"),
        (("--worker.queue", "1k"), {}, "flag --worker.queue: worker.queue cannot be '1k'; it must be a number from 1 to 1000000"),
        ((), {"AVOUCH_LOG_LEVEL": "loud"},
         "environment AVOUCH_LOG_LEVEL: log.level cannot be 'loud'; it must be one of error|warning|info|debug"),
        (("--compression.enable", "yes"), {},
         "flag --compression.enable: compression.enable cannot be 'yes'; it must be true or false"),
        (("--worker.queue",), {}, "flag '--worker.queue' is unknown or lacks its value"),
        (("x",), {}, "flag 'x' is unknown or lacks its value"),
        (("--config", "/nonexistent"), {}, "/nonexistent: No such file or directory"),
        (("--config", "/"), {}, "/: Is a directory")]
    for flags, environment, message in cases:
        for first in (("serve", "--check-config"), ("serve",)) if not environment else (("serve",),):
            done = command(*first, *flags, environment=environment)
            checks.equal("refused: %s %s" % (flags, environment), (done.returncode, done.stderr), (2, "avouch: %s\n" % message))


GROUPS = [precedence, confluent, refusals]
