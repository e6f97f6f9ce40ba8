"""What the tests of JSON Schema get from the Python package jsonschema, installed below build-test/oracle/json: the package, and the
official test suite, which its source distribution has in the folder json. An installed version is used again."""
import fcntl
import importlib
import importlib.util
import os
import pathlib
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
MADE = HERE.parents[1] / "build-test" / "oracle" / "json"
REQUIREMENTS = HERE / "json_requirements.txt"
sys.path.insert(0, str(HERE.parent / "interop"))
from commands import Commands, Failed  # noqa: E402
from languages import digest, install_once  # noqa: E402

INSTALL_SECONDS = 280


def pip(arguments):
    if not importlib.util.find_spec("pip"):
        raise Failed("this Python has no pip")
    command = [sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"]
    Commands(INSTALL_SECONDS).fetch(command, INSTALL_SECONDS)


def made_once(name, wanted, make):
    """The folder of that name, made unless it is there; several builds may be tested at once. Raises Failed."""
    folder = MADE / name
    folder.mkdir(parents=True, exist_ok=True)
    with open(MADE / (name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_once(folder, wanted, [folder / "content"], lambda: make(folder / "content"))
    return folder / "content"


def unpack(source, folder):
    with tarfile.open(source) as archive:
        for member in archive:
            top, _, path = member.name.partition("/json/")
            if member.isfile() and path and "/" not in top and ".." not in path.split("/"):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.extractfile(member).read())


def make_suite(folder):
    wanted = next(line for line in REQUIREMENTS.read_text().splitlines() if line.startswith("jsonschema=="))
    download = folder.parent / "download"
    pip(["download", "--no-deps", "--no-binary", "jsonschema", "--dest", download, wanted])
    unpack(next(download.glob("*.tar.gz")), folder)


def suite():
    """The folder with tests/ and remotes/; raises Failed."""
    return made_once("suite", digest(REQUIREMENTS), make_suite)


def make_package(folder):
    pip(["install", "--only-binary=:all:", "--no-deps", "--target", folder, "-r", REQUIREMENTS])


def package():
    """The Python package jsonschema; raises Failed."""
    folder = made_once("package", digest(REQUIREMENTS, sys.version), make_package)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module("jsonschema")


class Tool:
    """A process of json_tool; requests and answers are JSON texts."""

    def __init__(self):
        self.process = subprocess.Popen([os.environ["AVOUCH_JSON_TOOL"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, request):
        self.process.stdin.write(request.encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("the tool ended with %d at\n%s" % (self.process.wait(), request))
        return line.decode(errors="replace")

    def close(self):
        self.process.stdin.close()
        self.process.wait()
