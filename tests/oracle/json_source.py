"""Random JSON Schemas of all drafts that are right, and instances that have much to do with them."""
import random

DRAFTS = {"04": "http://json-schema.org/draft-04/schema#", "06": "http://json-schema.org/draft-06/schema#",
          "07": "http://json-schema.org/draft-07/schema#", "2019": "https://json-schema.org/draft/2019-09/schema",
          "2020": "https://json-schema.org/draft/2020-12/schema"}
NAMES = ["a", "b", "ab", "c", "x1", "x2", "long name", "~/%", "\u00e9"]
TEXTS = ["", "a", "b", "ab", "abc", "x1", "\u00e9\u00e9", "\U0001f600", "12"]
PATTERNS = ["^a", "b$", "^[a-c]+$", "1", "^x[0-9]$", "^$", "a|\u00e9"]
NUMBERS = [0, 1, -1, 2, 3, 4, 10, 0.5, 1.5, -2.25, 1.0, 100, 10**15, 12345678.5, 3.0]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]
DEPTH = 3


class Source:
    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.draft = self.draw.choice(list(DRAFTS))
        self.is_modern = self.draft.startswith("20")
        self.definitions = "$defs" if self.is_modern else "definitions"
        self.count = self.draw.choice([0, 0, 1, 2, 3])

    def chance(self, probability):
        return self.draw.random() < probability

    # -- schemas ----------------------------------------------------------------------------------------------------------

    def schema(self):
        """The whole one."""
        made = {"$schema": DRAFTS[self.draft]}
        if self.count:
            made[self.definitions] = {"d%d" % i: self.subschema(DEPTH - 1, i + 1) for i in range(self.count)}
        made.update(self.members(DEPTH, 0))
        return made

    def subschema(self, depth, first):
        """first: definitions from that one on may be referred to on the same value, so that no reference is endless."""
        if self.draft != "04" and self.chance(0.07):
            return self.chance(0.7)
        if first < self.count and self.chance(0.12):
            return {"$ref": "#/%s/d%d" % (self.definitions, self.draw.randrange(first, self.count))}
        return self.members(depth, first)

    def members(self, depth, first):
        made = {}
        for _ in range(self.draw.choice([1, 1, 2, 2, 3])):
            makers = [self.kind, self.values, self.number, self.text]
            if depth > 0:
                makers += [self.array, self.object, self.object, self.combination]
            if depth > 0 and self.is_modern and self.chance(0.5):
                makers.append(self.unevaluated)
            maker = self.draw.choice(makers)
            made.update(maker(depth - 1, first) if maker in (self.array, self.object, self.combination, self.unevaluated) else maker())
        return made

    def kind(self):
        return {"type": self.draw.choice(TYPES) if self.chance(0.6) else self.draw.sample(TYPES, self.draw.randrange(1, 4))}

    def values(self):
        if self.draft != "04" and self.chance(0.5):
            return {"const": self.value(1)}
        values = [self.value(1)]
        for value in [self.value(1) for _ in range(self.draw.randrange(4))]:
            if all(value != other for other in values):
                values.append(value)
        return {"enum": values}

    def number(self):
        keyword = self.draw.choice(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"])
        value = self.draw.choice([n for n in NUMBERS if abs(n) < 10**9])
        if keyword == "multipleOf":
            return {keyword: self.draw.choice([1, 2, 3, 0.5, 0.25, 1.5])}
        if self.draft == "04" and keyword.startswith("exclusive"):
            return {keyword: self.chance(0.7), keyword[9:].lower(): value}
        return {keyword: value}

    def text(self):
        keyword = self.draw.choice(["minLength", "maxLength", "pattern", "pattern"])
        return {keyword: self.draw.choice(PATTERNS) if keyword == "pattern" else self.draw.randrange(4)}

    def array(self, depth, first):
        keyword = self.draw.choice(["items", "items", "prefix", "contains", "minItems", "maxItems", "uniqueItems"])
        later = self.subschema(depth, 0)
        if keyword == "prefix":
            items = [self.subschema(depth, 0) for _ in range(self.draw.randrange(1, 4))]
            if self.draft == "2020":
                return {"prefixItems": items, **({"items": later} if self.chance(0.5) else {})}
            return {"items": items, **({"additionalItems": later} if self.chance(0.5) else {})}
        if keyword == "contains" and self.draft != "04":
            made = {"contains": later}
            if self.is_modern and self.chance(0.4):
                made[self.draw.choice(["minContains", "maxContains"])] = self.draw.randrange(3)
            return made
        return {"items": later} if keyword in ("items", "contains") else {
            keyword: self.chance(0.8) if keyword == "uniqueItems" else self.draw.randrange(4)}

    def object(self, depth, first):
        keyword = self.draw.choice(["properties"] * 4 + ["patternProperties", "additionalProperties", "required", "minProperties",
                                                         "maxProperties", "propertyNames", "dependent"])
        names = self.draw.sample(NAMES, self.draw.randrange(1, 4))
        if keyword == "properties":
            return {keyword: {name: self.subschema(depth, 0) for name in names}}
        if keyword == "patternProperties":
            return {keyword: {pattern: self.subschema(depth, 0) for pattern in self.draw.sample(PATTERNS, self.draw.randrange(1, 3))}}
        if keyword == "additionalProperties":
            return {keyword: self.subschema(depth, 0) if self.chance(0.6) else False}
        if keyword == "required":
            return {keyword: names}
        if keyword == "propertyNames" and self.draft != "04":
            return {keyword: {**self.text(), **({"maxLength": 3} if self.chance(0.3) else {})}}
        if keyword == "dependent":
            return self.dependent(depth, first, names)
        return {"minProperties" if keyword == "propertyNames" else keyword: self.draw.randrange(4)}

    def dependent(self, depth, first, names):
        lists = {names[0]: self.draw.sample(NAMES, self.draw.randrange(1, 3))}
        schemas = {name: self.subschema(depth, first) for name in names[1:]}
        if not self.is_modern:
            return {"dependencies": {**lists, **schemas}}
        return {"dependentRequired": lists, **({"dependentSchemas": schemas} if schemas else {})}

    def combination(self, depth, first):
        keyword = self.draw.choice(["allOf", "anyOf", "oneOf", "anyOf", "oneOf", "not", "if"])
        if keyword == "not":
            return {keyword: self.subschema(depth, first)}
        if keyword == "if" and self.draft not in ("04", "06"):
            return {name: self.subschema(depth, first) for name in ["if"] + self.draw.choice([["then"], ["else"], ["then", "else"]])}
        return {"anyOf" if keyword == "if" else keyword: [self.subschema(depth, first) for _ in range(self.draw.randrange(1, 4))]}

    def unevaluated(self, depth, first):
        return {self.draw.choice(["unevaluatedProperties", "unevaluatedItems"]): self.subschema(depth, 0) if self.chance(0.5) else False}

    # -- instances --------------------------------------------------------------------------------------------------------

    def value(self, depth):
        kind = self.draw.choice(["null", "boolean", "number", "number", "string", "string"] + ["array", "object", "object"] * (depth > 0))
        if kind == "array":
            return [self.value(depth - 1) for _ in range(self.draw.choice([0, 1, 2, 3]))]
        if kind == "object":
            return {name: self.value(depth - 1) for name in self.draw.sample(NAMES, self.draw.choice([0, 1, 2, 3]))}
        return {"null": None, "boolean": self.chance(0.5), "number": self.draw.choice(NUMBERS), "string": self.draw.choice(TEXTS)}[kind]

    def instance(self, schema, depth=DEPTH + 1):
        """What the schema speaks of, though not always as it wants it."""
        if not isinstance(schema, dict) or depth == 0 or self.chance(0.1):
            return self.value(1)
        if "const" in schema or "enum" in schema:
            return schema["const"] if "const" in schema else self.draw.choice(schema["enum"])
        parts = [part for keyword in ("allOf", "anyOf", "oneOf") for part in schema.get(keyword, [])]
        parts += [schema[keyword] for keyword in ("if", "then", "else", "not") if keyword in schema]
        if parts and self.chance(0.5):
            return self.instance(self.draw.choice(parts), depth)
        if self.has_one(schema, "properties", "required", "patternProperties", "dependencies", "dependentRequired", "minProperties",
                        "additionalProperties", "unevaluatedProperties", "propertyNames", "dependentSchemas"):
            names = self.draw.sample(NAMES, self.draw.randrange(3)) + list(schema.get("required", []))
            names += [name for name in schema.get("properties", {}) if self.chance(0.8)]
            self.draw.shuffle(names)
            return {name: self.instance(schema.get("properties", {}).get(name, schema.get("additionalProperties")), depth - 1)
                    for name in names}
        if self.has_one(schema, "items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"):
            items = schema.get("prefixItems") or (schema["items"] if isinstance(schema.get("items"), list) else [])
            rest = schema.get("items", schema.get("contains"))
            wanted = list(items) + [rest] * self.draw.randrange(3) + [schema.get("contains")] * self.draw.randrange(2)
            return [self.instance(item, depth - 1) for item in wanted]
        return self.draw.choice(TEXTS) if self.has_one(schema, "pattern", "minLength", "maxLength") else self.value(1)

    @staticmethod
    def has_one(schema, *keywords):
        return any(keyword in schema for keyword in keywords)
