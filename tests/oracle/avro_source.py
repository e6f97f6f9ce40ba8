"""Random Avro schemas, and changes that may make them wrong."""
import copy
import json
import random

PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
NOTHING = object()
EASY = {"null": None, "boolean": True, "int": 1, "long": 2, "float": 1.5, "double": 3, "bytes": "b", "string": "s",
        "array": [], "map": {}}


def easy_default(schema):
    """A default that fits, where that is easy to say; else NOTHING."""
    if isinstance(schema, list):
        return easy_default(schema[0]) if schema else NOTHING
    return EASY.get(schema if isinstance(schema, str) else schema["type"], NOTHING)


class Source:
    """Random schemas. What is drawn depends on the seed and the place, so that two schemas of one seed are the same
    but for the places that changes picks out: pairs that are alike, as versions of a schema are."""

    def __init__(self, seed, changes=None):
        self.seed, self.changes, self.defined = seed, changes, set()

    def draw(self, place, purpose, n):
        number = random.Random("%s %s %s" % (self.seed, place, purpose)).randrange(n)
        if self.changes and random.Random("%s %s %s" % (self.changes, place, purpose)).randrange(20) == 0:
            number = random.Random("%s %s %s again" % (self.changes, place, purpose)).randrange(n)
        return number

    def whole(self):
        """A record in most cases, as people have them."""
        return self.type("", 0) if self.draw("", "root", 4) == 0 else self.named(0, 0)

    def text(self):
        return json.dumps(self.whole())

    def named(self, name, depth):
        place = "N%d" % name
        simple = place if self.draw(place, "renamed", 12) else "M%d" % name
        space = "st"[self.draw(place, "space", 5) // 4]
        if name in self.defined:
            return "%s.%s" % (space, simple)
        self.defined.add(name)
        kind = ["record", "record", "record", "enum", "fixed"][self.draw(place, "kind", 5)]
        made = {"type": kind, "name": simple, "namespace": space}
        if self.draw(place, "aliased", 4) == 0:
            made["aliases"] = ["%s.N%d" % ("st"[self.draw(place, "alias", 2)], name)]
        if kind == "record":
            letters = [letter for letter in "abcde" if self.draw(place + letter, "is there", 5) < 2]
            made["fields"] = [self.field(place + letter, letter, depth) for letter in letters]
        elif kind == "enum":
            made["symbols"] = [letter for letter in "ABCD" if self.draw(place + letter, "symbol", 4)]
            if made["symbols"] and self.draw(place, "default", 3) == 0:
                made["default"] = made["symbols"][0]
        else:
            made["size"] = 1 + self.draw(place, "size", 2)
        return made

    def field(self, place, letter, depth):
        made = {"name": letter, "type": self.type(place, depth + 1)}
        if self.draw(place, "alias", 8) == 0:
            made["aliases"] = ["abcde"[self.draw(place, "from", 5)]]
        value = easy_default(made["type"])
        if value is not NOTHING and self.draw(place, "default", 3) == 0:
            made["default"] = value
        return made

    def type(self, place, depth, in_union=False):
        kind = self.draw(place, "type", 24)
        if (kind >= 8 and depth > 6) or (kind > 19 and in_union):
            kind = self.draw(place, "primitive", 8)
        if kind < 8:
            return PRIMITIVES[kind]
        if kind < 15:
            return self.named(kind % 6, depth)
        if kind < 17:
            return {"type": "array", "items": self.type(place + "i", depth + 1)}
        if kind < 20:
            return {"type": "map", "values": self.type(place + "v", depth + 1)}
        return self.union(place, depth)

    def union(self, place, depth):
        branches, keys = [], set()
        for i in range(self.draw(place, "branches", 4)):
            before = set(self.defined)
            branch = self.type("%s%d" % (place, i), depth + 1, True)
            key = branch if isinstance(branch, str) else branch["type"]
            if isinstance(branch, dict) and "name" in branch:
                key = branch["namespace"] + "." + branch["name"]
            if key in keys:
                self.defined = before
                continue
            keys.add(key)
            branches.append(branch)
        return branches


JUNK = [None, True, 0, -1, 1.5, 1 << 40, "", "x", "a-b", "int", "s.N0", "N1", "bytes", "descending", "UP", [], ["int"],
        ["x", "x"], {}, {"type": "int"}, {"type": "array", "items": "N0"}]
KEYS = ["type", "name", "namespace", "fields", "symbols", "size", "items", "values", "default", "aliases", "order",
        "doc", "x"]


def places_in(schema):
    """Each value in it as (what holds it, key or index)."""
    places, waiting = [], [schema]
    while waiting:
        one = waiting.pop()
        for key in list(one) if isinstance(one, dict) else range(len(one)):
            places.append((one, key))
            if isinstance(one[key], (dict, list)):
                waiting.append(one[key])
    return places


def mutated(schema, chance):
    """The schema with one thing changed at random."""
    whole = [copy.deepcopy(schema)]
    places = places_in(whole)
    holder, key = chance.choice(places)
    how = chance.randrange(5)
    if how == 0 and isinstance(holder, dict):
        del holder[key]
    elif how == 1 and isinstance(holder, dict):
        holder[chance.choice(KEYS)] = chance.choice(JUNK)
    elif how == 2 and isinstance(holder, list) and holder is not whole:
        holder.insert(key, copy.deepcopy(holder[key]))
    elif how == 3:
        other, from_key = chance.choice(places)
        holder[key] = copy.deepcopy(other[from_key])
    else:
        holder[key] = chance.choice(JUNK)
    return whole[0]
