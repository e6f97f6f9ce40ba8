"""Random .proto files of proto2 and proto3, right and wrong: Avouch beside protoc.

Needs protoc and the Python package protobuf of Debian, else the test is skipped (exit status 77). AVOUCH_TEST_SEED or --seed
repeats a run. Where the two go their own ways stands in DEVIATIONS, with the reason."""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
try:
    import protobuf_lanes
    from protobuf_agreement import Protoc
except ImportError:
    protobuf_lanes = None
from protobuf_source import Source  # noqa: E402

# Kind of disagreement, what is said (by protoc when it refuses, else here), and why that is right or at least known.
DEVIATIONS = [
    ("accepted here", r"The custom JSON name of field .* is invalid: JSON names may not start with",
     "a rule that protoc 3.21, whose rules proto2 and proto3 are held to, does not have"),
    ("refused here", r"Expected eight hex digits up to 10ffff", "protoc takes numbers beyond the last character"),
    ("their descriptor is refused", r"not UTF-8$", "a string of Protobuf is UTF-8, which protoc mentions at most"),
]


def main():
    if not protobuf_lanes or not shutil.which("protoc"):
        print("protoc or the Python package protobuf is not installed")
        return 77
    return protobuf_lanes.run(__doc__, Protoc, Source, DEVIATIONS)


if __name__ == "__main__":
    sys.exit(main())
