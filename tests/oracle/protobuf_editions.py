"""Random .proto files of editions 2023 and 2024, and of proto2 and proto3, right and wrong: Avouch beside a new protoc.

Debian's protoc knows no editions; that of the Python package grpcio-tools does and is installed below build-test/oracle. Where
that cannot be done, the test is skipped (exit status 77). The rest is as in protobuf_random.py."""
import fcntl
import importlib.util
import os
import pathlib
import random
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MADE = HERE.parents[1] / "build-test" / "oracle"
PACKAGES = MADE / "packages"
sys.path[:0] = [str(PACKAGES), str(HERE), str(HERE.parent / "interop")]
from commands import Commands, Failed  # noqa: E402
from languages import digest, install_once  # noqa: E402

INSTALL_SECONDS = 200
# Besides those of protobuf_random.py.
DEVIATIONS = [
    ("accepted here", r"Reserved range end number must be greater", "older protoc takes it, in proto2 and proto3"),
    ("accepted here", r"JSON names may not start with", "older protoc takes it, in proto2 and proto3"),
    ("accepted here", r"map_entry should not be set explicitly", "older protoc takes it where no field has the message as type"),
]


def install():
    """What is wrong, or None. Several builds may be tested at once."""
    if not importlib.util.find_spec("pip"):
        return "this Python has no pip"
    MADE.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:",
               "--no-deps", "--target", PACKAGES, "-r", HERE / "requirements.txt"]
    commands = Commands(INSTALL_SECONDS)
    try:
        with open(MADE / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            install_once(MADE, digest(HERE / "requirements.txt", sys.version), [PACKAGES],
                         lambda: commands.fetch(command, INSTALL_SECONDS))
    except Failed as fault:
        return str(fault)
    return None


def make_compiler():
    import grpc_tools
    from grpc_tools import _protoc_compiler
    from protobuf_agreement import Crashed, Protoc

    class NewProtoc(Protoc):
        """In a child of this process, since it dies of some files; what it prints goes to a file."""

        def __init__(self):
            super().__init__(["protoc"], [os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")])

        def call(self, command):
            with tempfile.TemporaryFile() as out:
                child = os.fork()
                if child == 0:
                    os.dup2(out.fileno(), 2)
                    os._exit(_protoc_compiler.run_main([part.encode() for part in command]) & 0xff)
                status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                if status < 0:
                    raise Crashed()
                out.seek(0)
                return status, out.read().decode(errors="replace")

    return NewProtoc()


def make_source(seed):
    from protobuf_editions_source import EditionsSource
    from protobuf_source import Source
    return (Source if random.Random(seed).randrange(5) == 0 else EditionsSource)(seed)


def main():
    fault = install()
    if fault:
        print(fault)
        return 77
    importlib.invalidate_caches()  # the folder may be new
    import protobuf_lanes
    import protobuf_random
    return protobuf_lanes.run(__doc__, make_compiler, make_source, protobuf_random.DEVIATIONS + DEVIATIONS)


if __name__ == "__main__":
    sys.exit(main())
