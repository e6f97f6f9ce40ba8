"""Schemas and instances for json_validate.py, always the same. The schemas keep to what all contenders know (draft-04 and draft-07
mean the same by it); of each set one instance in eight is invalid."""
import json
import random

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa".split()


def words(draw, count):
    return " ".join(draw.choice(WORDS) for _ in range(count))


def record(properties, required=None, **more):
    return {"type": "object", "properties": properties, "required": required or list(properties), **more}


def flat():
    schema = record({"id": {"type": "integer", "minimum": 1}, "name": {"type": "string", "minLength": 1, "maxLength": 80},
                     "age": {"type": "integer", "minimum": 0, "maximum": 150}, "score": {"type": "number"},
                     "active": {"type": "boolean"}, "email": {"type": "string", "maxLength": 120},
                     "country": {"type": "string"}, "note": {"type": ["string", "null"]}},
                    ["id", "name", "age", "active"], additionalProperties=False)

    def make(draw, is_valid):
        return {"id": draw.randrange(1, 10**9), "name": words(draw, 2), "age": draw.randrange(120), "score": draw.random() * 100,
                "active": draw.random() < 0.5, "email": draw.choice(WORDS) + "@example.com",
                "country": "NL" if is_valid else 5, "note": draw.choice([None, words(draw, 4)])}
    return schema, make, 400


def order():
    address = record({"street": {"type": "string"}, "city": {"type": "string", "minLength": 1}, "zip": {"type": "string", "maxLength": 10},
                      "country": {"type": "string", "minLength": 2, "maxLength": 2}}, additionalProperties=False)
    line = record({"sku": {"type": "string", "minLength": 3}, "title": {"type": "string"}, "quantity": {"type": "integer", "minimum": 1},
                   "price": {"$ref": "#/definitions/money"}, "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 10}},
                  ["sku", "quantity", "price"], additionalProperties=False)
    money = record({"amount": {"type": "number", "minimum": 0}, "currency": {"enum": ["EUR", "USD", "GBP", "JPY"]}})
    schema = record({"id": {"type": "string"}, "customer": record({"id": {"type": "integer"}, "name": {"type": "string"},
                                                                   "billing": {"$ref": "#/definitions/address"},
                                                                   "shipping": {"$ref": "#/definitions/address"}}),
                     "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/line"}},
                     "total": {"$ref": "#/definitions/money"}, "created": {"type": "string"}, "paid": {"type": "boolean"}},
                    definitions={"address": address, "line": line, "money": money})

    def price(draw):
        return {"amount": draw.randrange(100, 100000) / 100, "currency": draw.choice(["EUR", "USD", "GBP", "JPY"])}

    def place(draw):
        return {"street": words(draw, 2), "city": draw.choice(WORDS), "zip": str(draw.randrange(10000, 99999)), "country": "NL"}

    def make(draw, is_valid):
        lines = [{"sku": "SKU-%d" % draw.randrange(10**6), "title": words(draw, 3), "quantity": draw.randrange(1, 20), "price": price(draw),
                  "tags": [draw.choice(WORDS) for _ in range(draw.randrange(5))]} for _ in range(draw.randrange(2, 12))]
        if not is_valid:
            lines[-1]["quantity"] = 0
        return {"id": "O-%d" % draw.randrange(10**8), "customer": {"id": draw.randrange(10**6), "name": words(draw, 2),
                                                                   "billing": place(draw), "shipping": place(draw)},
                "lines": lines, "total": price(draw), "created": "2024-05-01T10:00:00Z", "paid": True}
    return schema, make, 200


def one_of():
    kinds = ["circle", "square", "line", "text", "image", "group", "path", "polygon"]
    branches = [record({"kind": {"enum": [kind]}, "x": {"type": "number"}, "y": {"type": "number"},
                        "data_%s" % kind: {"type": "array", "items": {"type": "number"}, "minItems": 1}}) for kind in kinds]
    schema = record({"version": {"type": "integer"}, "shapes": {"type": "array", "items": {"oneOf": branches}}})

    def make(draw, is_valid):
        shapes = [{"kind": kind, "x": draw.random() * 100, "y": draw.random() * 100,
                   "data_%s" % kind: [draw.randrange(1000) for _ in range(4)]} for kind in draw.choices(kinds, k=20)]
        if not is_valid:
            del shapes[-1]["x"]
        return {"version": 1, "shapes": shapes}
    return schema, make, 100


def patterns():
    schema = record({"sku": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4,8}$"}, "color": {"enum": WORDS},
                     "status": {"enum": ["new", "open", "held", "shipped", "closed"]},
                     "email": {"type": "string", "pattern": "^[a-z0-9._]+@[a-z0-9.]+[.][a-z]{2,}$"},
                     "phone": {"type": "string", "pattern": "^[+]?[0-9 ()]{6,20}$"}, "zip": {"type": "string", "pattern": "^[0-9]{5}(-[0-9]{4})?$"},
                     "time": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"},
                     "tags": {"type": "array", "items": {"type": "string", "pattern": "^[a-z]+$"}}})

    def make(draw, is_valid):
        return {"sku": "ABC-%d" % draw.randrange(10**4, 10**8), "color": draw.choice(WORDS),
                "status": draw.choice(["new", "open", "held", "shipped", "closed"]),
                "email": "%s.%s@mail.example.com" % (draw.choice(WORDS), draw.choice(WORDS)), "phone": "+31 (20) 5551234",
                "zip": str(draw.randrange(10000, 99999)) + ("-1234" if draw.random() < 0.5 else ""),
                "time": "2024-05-%02dT10:00:00Z" % draw.randrange(1, 28) if is_valid else "yesterday",
                "tags": [draw.choice(WORDS) for _ in range(4)]}
    return schema, make, 200


def array():
    schema = {"type": "array", "items": record({"id": {"type": "integer", "minimum": 0}, "value": {"type": "number", "maximum": 1000000},
                                                "label": {"type": "string", "maxLength": 32},
                                                "point": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}})}

    def make(draw, is_valid):
        items = [{"id": i, "value": draw.randrange(10**8) / 100, "label": draw.choice(WORDS), "point": [draw.randrange(500), draw.random()]}
                 for i in range(2000)]
        if not is_valid:
            items[-1]["id"] = -1
        return items
    return schema, make, 8


SETS = {"flat": flat, "order": order, "oneOf": one_of, "patterns": patterns, "array": array}


def write(folder):
    """Writes all sets; returns how many instances of each are valid."""
    valid = {}
    for name, make_set in SETS.items():
        draw = random.Random(name)
        schema, make, count = make_set()
        instances = [make(draw, i % 8 != 7) for i in range(count)]
        (folder / (name + ".schema.json")).write_text(json.dumps(schema))
        (folder / (name + ".jsonl")).write_text("".join(json.dumps(i, separators=(",", ":")) + "\n" for i in instances))
        valid[name] = count - count // 8
    return valid
