"""Schemas of all formats at once: what is made for the whole process (metaschemas, built-in files) is made by whoever comes first.

covers: schemas/json/check_strict.c schemas/protobuf/wellknown.c"""
import json
import sys
import threading

import client

CLIENTS = 12
ROUNDS = 6
DRAFTS = ("http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#", "http://json-schema.org/draft-07/schema#",
          "https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema")


def json_schema(draft, kind="string"):
    return {"schemaType": "JSON", "schema": json.dumps({
        "$schema": draft, "type": "object", "additionalProperties": False, "definitions": {"d": {"type": kind, "pattern": "^(a|b)+$"}},
        "patternProperties": {"^x": {"$ref": "#/definitions/d"}}, "properties": {"a": {"$ref": "#/definitions/d"}}})}


def protobuf(kind="string"):
    return {"schemaType": "PROTOBUF", "schema": 'syntax = "proto3"; import "google/protobuf/timestamp.proto"; import "google/type/money.proto";'
            'message M { %s a = 1; google.protobuf.Timestamp b = 2; google.type.Money c = 3; }' % kind}


def avro(kind="string"):
    return {"schema": json.dumps({"type": "record", "name": "R", "fields": [{"name": "a", "type": kind}]})}


# What is registered, what cannot follow it, what is no schema.
CASES = [(json_schema(draft), json_schema(draft, "array"), json_schema(draft, "nothing")) for draft in DRAFTS]
CASES += [(protobuf(), protobuf("int32"), protobuf("Nothing")), (avro(), avro("int"), avro("nothing"))]


def play(api, number, faults):
    """One client: each case under a subject that all share, and one of its own; begins elsewhere than the others."""
    for turn in range(len(CASES)):
        index = (turn + number) % len(CASES)
        good, other, wrong = CASES[index]
        for subject in ("shared-%d" % index, "own-%d-%d" % (index, number)):
            steps = (("POST", "/subjects/%s/versions" % subject, good, 200), ("POST", "/subjects/%s" % subject, good, 200),
                     ("POST", "/subjects/%s/versions" % subject, other, 409), ("POST", "/subjects/%s/versions" % subject, wrong, 422))
            for method, target, body, status in steps:
                answer = api(method, target, body)
                if answer.status != status:
                    faults.append((target, body, status, answer))
        answer = api("POST", "/compatibility/subjects/shared-%d/versions/latest?verbose=true" % index, other).json()
        if answer.get("is_compatible") is not False or not answer.get("messages"):
            faults.append(("compatibility", index, answer))


def all_formats(checks):
    for _ in range(ROUNDS):
        with client.Server() as running:  # new, so that everything is made again
            faults, apis = [], [running.api() for _ in range(CLIENTS)]
            threads = [threading.Thread(target=play, args=(api, number, faults)) for number, api in enumerate(apis)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            checks.equal("no fault", faults[:3], [])
            ids = {entry["id"] for entry in running.api()("GET", "/schemas").json()}
            checks.equal("as many ids as contents", len(ids), len(CASES))


if __name__ == "__main__":
    sys.exit(client.run("formats_at_once", [all_formats]))
