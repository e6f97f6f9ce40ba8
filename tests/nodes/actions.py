"""What clients do, as requests, and what the answers say, as the checker of histories knows it. Kinds are those of subject.py;
those of a single global value are read and write, and by_id reads a schema by its id."""
import json
import re


def text_of(content):
    """Contents of one family are compatible with each other, those of two are not."""
    return ('{"type":"record","name":"R","fields":[{"name":"f","type":"%s"},{"name":"n%d","type":"int","default":0}]}'
            % content)


def content_of(text):
    found = re.fullmatch(r'\{"type":"record","name":"R","fields":\[\{"name":"f","type":"(\w+)"\},'
                         r'\{"name":"n(\d+)","type":"int","default":0\}\]\}', text)
    return (found[1], int(found[2]))


def body_of(content):
    return json.dumps({"schema": text_of(content)}).encode()


def _content(value):
    return content_of(value["schema"])


# Kind: method, target, value of a 200. {s} is the subject, {a} the argument.
ACTIONS = {
    "register": ("POST", "/subjects/{s}/versions", lambda value: value["version"]),
    "look_up": ("POST", "/subjects/{s}", lambda value: value["version"]),
    "latest": ("GET", "/subjects/{s}/versions/latest", lambda value: (value["version"], _content(value))),
    "versions": ("GET", "/subjects/{s}/versions{a}", lambda value: tuple(value)),
    "version": ("GET", "/subjects/{s}/versions/{a}", _content),
    "by_id": ("GET", "/schemas/ids/{a}", _content),
    "delete_version": ("DELETE", "/subjects/{s}/versions/{a}", lambda value: value),
    "remove_version": ("DELETE", "/subjects/{s}/versions/{a}?permanent=true", lambda value: value),
    "delete_subject": ("DELETE", "/subjects/{s}", lambda value: tuple(value)),
    "remove_subject": ("DELETE", "/subjects/{s}?permanent=true", lambda value: tuple(value)),
    "get_config": ("GET", "/config/{s}", lambda value: value["compatibilityLevel"]),
    "put_config": ("PUT", "/config/{s}", lambda value: value["compatibility"]),
    "delete_config": ("DELETE", "/config/{s}", lambda value: value["compatibilityLevel"]),
    "get_mode": ("GET", "/mode/{s}", lambda value: value["mode"]),
    "put_mode": ("PUT", "/mode/{s}", lambda value: value["mode"]),
    "delete_mode": ("DELETE", "/mode/{s}", lambda value: value["mode"]),
    "read": ("GET", "/config", lambda value: value.get("compatibilityGroup")),
    "write": ("PUT", "/config", lambda value: value["compatibilityGroup"]),
}


def request_of(subject, kind, argument):
    """(method, target, body)."""
    method, target, _ = ACTIONS[kind]
    body, shown = None, argument
    if kind in ("register", "look_up"):
        body = body_of(argument)
    elif kind == "put_config":
        body = json.dumps({"compatibility": argument}).encode()
    elif kind == "put_mode":
        body = json.dumps({"mode": argument}).encode()
    elif kind == "write":
        body = json.dumps({"compatibility": "NONE", "compatibilityGroup": argument}).encode()
    elif kind == "versions":
        shown = "?deleted=true" if argument else ""
    elif kind == "version":
        shown = "%d%s" % (argument[0], "?deleted=true" if argument[1] else "")
    return method, target.replace("{s}", subject).replace("{a}", str(shown)), body


def value_of(kind, value):
    """What a 200 says, as the machine of subject.py would say it."""
    return ACTIONS[kind][2](value)
