"""Random .proto files that are valid for the most part: everything the language has, in the spellings it allows."""
import random

SCALARS = ["double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32",
           "sfixed64", "bool", "string", "bytes"]
KEYS = [name for name in SCALARS if name not in ("double", "float", "bytes")]
WELL_KNOWN = {"google/protobuf/any.proto": "google.protobuf.Any", "google/protobuf/timestamp.proto": "google.protobuf.Timestamp",
              "google/protobuf/wrappers.proto": "google.protobuf.StringValue", "google/type/money.proto": "google.type.Money",
              "google/type/dayofweek.proto": "google.type.DayOfWeek", "confluent/type/decimal.proto": "confluent.type.Decimal"}
# Words of the grammar are names like others.
NAMES = ["a", "b_c", "dE", "f1", "message", "option", "to", "max", "optional", "string", "x__y", "G", "package", "inf", "value",
         "map", "reserved", "_u", "stream", "returns", "group", "enum", "oneof", "default", "Foo", "Bar", "Baz", "import"]
# A type of such a name is only understood with a dot before it.
WORDS = {"message", "option", "optional", "string", "map", "reserved", "stream", "group", "enum", "oneof"}

# Custom options of every element, and a message that has all kinds of fields.
OPTIONS = '''syntax = "proto2";
package opt;
import "google/protobuf/descriptor.proto";
import "google/protobuf/any.proto";
enum Color { RED = 0; GREEN = 1; BLUE = -7; }
message All {
  optional double double = 1; optional float float = 2; optional int32 int32 = 3; optional int64 int64 = 4;
  optional uint32 uint32 = 5; optional uint64 uint64 = 6; optional sint32 sint32 = 7; optional sint64 sint64 = 8;
  optional fixed32 fixed32 = 9; optional fixed64 fixed64 = 10; optional sfixed32 sfixed32 = 11;
  optional sfixed64 sfixed64 = 12; optional bool bool = 13; optional string string = 14; optional bytes bytes = 15;
  optional Color color = 16; optional All all = 17; repeated int32 numbers = 18; repeated All more = 19;
  repeated string words = 20; map<string, int32> counts = 21; optional group Grp = 22 { optional int32 in = 1; }
  optional google.protobuf.Any any = 23; repeated float packed = 24 [packed = true];
  oneof one { int32 left = 25; string right = 26; }
  extensions 100 to 200;
}
extend All { optional int32 extra = 100; optional All extra_all = 101; repeated Color extra_colors = 102; }
message Scope { extend All { optional string inner = 110; } }
'''
ELEMENTS = ["File", "Message", "Field", "Oneof", "ExtensionRange", "Enum", "EnumValue", "Service", "Method"]
for number, element in enumerate(ELEMENTS):
    low = element.lower()
    OPTIONS += "extend google.protobuf.%sOptions {\n" % element
    OPTIONS += "  optional All %s_all = %d; repeated All %s_alls = %d;\n" % (low, 50000 + number, low, 50100 + number)
    OPTIONS += "  optional int32 %s_int = %d; repeated string %s_words = %d;\n" % (low, 50200 + number, low, 50300 + number)
    OPTIONS += "  optional Color %s_color = %d; optional double %s_double = %d;\n}\n" % (low, 50400 + number, low, 50500 + number)

ALL_FIELDS = [(name, name) for name in SCALARS] + [
    ("color", "Color"), ("all", "All"), ("numbers", "int32"), ("more", "All"), ("words", "string"), ("counts", "entry"),
    ("Grp", "group"), ("any", "any"), ("packed", "float"), ("left", "int32"), ("right", "string"), ("[opt.extra]", "int32"),
    ("[opt.extra_all]", "All"), ("[opt.extra_colors]", "Color"), ("[opt.Scope.inner]", "string")]
REPEATED = {"numbers", "more", "words", "counts", "packed", "[opt.extra_colors]"}
OPTION_PATHS = [(name if name[0] != "[" else "(%s)" % name[1:-1], kind) for name, kind in ALL_FIELDS
                if name not in ("counts", "Grp", "any") and name not in REPEATED]

PLAIN_OPTIONS = {
    "File": ["java_package = 'p.q'", "java_multiple_files = true", "optimize_for = CODE_SIZE", "go_package = 'g'",
             "deprecated = false", "cc_enable_arenas = true", "objc_class_prefix = \"O\\x42\"", "java_outer_classname = 'J'"],
    "Message": ["deprecated = true", "no_standard_descriptor_accessor = false"],
    "Field": ["deprecated = true", "lazy = false"],
    "Oneof": [], "ExtensionRange": [],
    "Enum": ["deprecated = true"], "EnumValue": ["deprecated = false"], "Service": ["deprecated = true"],
    "Method": ["deprecated = true", "idempotency_level = NO_SIDE_EFFECTS"],
}


class Names:
    """Unused names and field numbers of one scope."""

    def __init__(self, draw):
        self.draw, self.taken, self.number, self.json = draw, set(), 0, set()

    def name(self, stem):
        for _ in range(8):
            name = self.draw.choice(NAMES)
            json = name.replace("_", "").lower()
            if name not in self.taken and json not in self.json and self.draw.random() < 0.4:
                break
            name = "%s%d" % (stem, len(self.taken))
            json = name.lower()
            if name not in self.taken and json not in self.json:
                break
        else:
            name = json = "%s%d" % (stem, 1000 + len(self.taken))
        self.taken.add(name)
        self.json.add(json)
        return name

    def next_number(self):
        self.number += self.draw.choice([1, 1, 1, 2, 7, 300]) if self.number < 18000 else 1
        return self.number


class Scope:
    """A message or the file around what is being written."""

    def __init__(self, source, full_name):
        self.full_name, self.names = full_name, Names(source.draw)

    def inner(self, name):
        return "%s.%s" % (self.full_name, name) if self.full_name else name


class Source:
    """One random file set: text() is the root, dependencies the files that it needs, by path, in order."""

    def __init__(self, seed, syntax=None, package=None):
        self.draw = random.Random(seed)
        self.syntax = syntax or self.draw.choice(["", "proto2", "proto3", "proto3"])
        self.package = self.draw.choice(["", "p", "q.r", "opt"]) if package is None else package
        self.dependencies, self.imports = {}, []
        self.messages, self.enums, self.extendable = [], [], []  # full names that may be used
        self.key_count = 0

    @property
    def is_proto3(self):
        return self.syntax == "proto3"

    def scope(self, full_name):
        return Scope(self, full_name)

    def has_open_enums(self):
        """Their first value must be zero."""
        return self.is_proto3

    # -- spellings ----------------------------------------------------------------------------------------------------

    def chance(self, probability):
        return self.draw.random() < probability

    def gap(self):
        """What may stand between statements."""
        return self.draw.choice([" ", "\n", "\n", "\n", "\n  ", " // a comment \" with a quote\n", " /* and\n another */ "])

    def integer(self, value):
        sign, size = ("-" if value < 0 else ""), abs(value)
        return sign + self.draw.choice(["%d", "%d", "%d", "0x%x", "0X%X", "0%o"]) % size

    def string(self, is_text=True):
        pieces = ["a", "Z", "0", " ", "\\n", "\\t", "\\\\", "\\'", '\\"', "\\101", "\\x41", "\\?", "/", "é", "→", "{", "%s", "\\0"]
        if not is_text:
            pieces += ["\\xff", "\\377", "\\001", "\\x0", "\\u00e9", "\\U0001F600"]
        parts = []
        for _ in range(self.draw.choice([1, 1, 1, 2])):
            quote = self.draw.choice("\"'")
            parts.append(quote + "".join(self.draw.choices(pieces, k=self.draw.randrange(6))) + quote)
        return self.draw.choice([" ", "", "\n"]).join(parts)

    def float(self):
        return self.draw.choice(["", "-"]) + self.draw.choice(
            ["1", "0", "1.5", ".5", "2.", "1e3", "1.25E-7", "3.4e38", "1e300", "0x10", "123456789.125", "2.5e-308"])

    def scalar(self, kind):
        """A value of the scalar type, as options and defaults write it."""
        if kind in ("double", "float"):
            return self.float()
        if kind == "bool":
            return self.draw.choice(["true", "false"])
        if kind in ("string", "bytes"):
            return self.string(kind == "string")
        bits = 64 if kind.endswith("64") else 32
        is_unsigned = kind.startswith(("u", "f"))
        low, high = (0, 2 ** bits - 1) if is_unsigned else (-2 ** (bits - 1), 2 ** (bits - 1) - 1)
        return self.integer(self.draw.choice([0, 1, 7, 100, low, high, self.draw.randint(low, high)]))

    # -- options ------------------------------------------------------------------------------------------------------

    def value(self, kind, depth=0):
        if kind == "Color":
            return self.draw.choice(["RED", "GREEN", "BLUE"])
        if kind == "All":
            return self.aggregate(depth + 1)
        return self.scalar(kind)

    def member_value(self, kind, depth):
        """In the text format, where more is allowed."""
        if kind == "entry":
            self.key_count += 1
            return "{ key: \"k%d\" value: %d }" % (self.key_count, self.draw.randrange(9))
        if kind == "group":
            return "{ in: 5 }"
        if kind == "any":
            return self.draw.choice(["{ }", '{ [type.googleapis.com/opt.All] { int32: 1 string: "any" } }', '{ type_url: "t" }'])
        if kind == "bool":
            return self.draw.choice(["true", "false", "t", "f", "True", "False", "1", "0"])
        if kind == "Color" and self.chance(0.2):
            return self.draw.choice(["0", "1", "-7"])
        if kind in ("double", "float") and self.chance(0.2):
            return self.draw.choice(["Infinity", "nan", "NaN", "-Inf", "inf"])
        return self.value(kind, depth).replace("0x10", "16") if kind in ("double", "float") else self.value(kind, depth)

    def aggregate(self, depth=1):
        text, used = "", set()
        for _ in range(self.draw.randrange(5 if depth < 3 else 1)):
            name, kind = self.draw.choice(ALL_FIELDS)
            if name in used and name not in REPEATED or name in ("left", "right") and used & {"left", "right"}:
                continue
            used.add(name)
            is_message = kind in ("All", "entry", "group", "any")
            if name in REPEATED and self.chance(0.4):
                items = [self.member_value(kind, depth) for _ in range(self.draw.randrange(4))]
                value = "[%s]" % ", ".join(items)
            else:
                value = self.member_value(kind, depth)
            text += " " + name + (self.draw.choice([":", " : ", " "]) if is_message and value[0] == "{" else ": ") + value
            text += self.draw.choice(["", "", ",", ";", " // comment\n"])
        opening, closing = ("<", ">") if depth > 1 and self.chance(0.2) else ("{", "}")
        return opening + text + " " + closing

    def option_name(self, extension):
        full = "opt." + extension
        return self.draw.choice(["(%s)", "(.%s)", "( %s )"]) % full if not self.package.startswith("opt") else "(.%s)" % full

    def options(self, element, most=3, extra=()):
        """name = value of so many options, each set in a way that is allowed."""
        found, used = list(extra), set()
        for _ in range(self.draw.choice([0, 0, 0, 1, 2, most])):
            low = element.lower()
            choice = self.draw.choice(["plain", "plain", "int", "words", "color", "double", "all", "path", "path", "alls"])
            if choice == "plain" and PLAIN_OPTIONS[element]:
                option = self.draw.choice(PLAIN_OPTIONS[element])
                key, text = option.split(" ")[0], option
            elif "opt/options.proto" not in self.imports:
                continue
            elif choice == "path":
                name, kind = self.draw.choice(OPTION_PATHS)
                key = "all." + name if name not in ("left", "right") else "all.one"
                text = "%s.%s = %s" % (self.option_name(low + "_all"), name, self.value(kind))
                if "all" in used:
                    continue
                used.add("path")
            elif choice in ("int", "words", "color", "double", "all", "alls"):
                kind = {"int": "int32", "words": "string", "color": "Color", "double": "double"}.get(choice, "All")
                key = None if choice in ("words", "alls") else choice
                text = "%s = %s" % (self.option_name("%s_%s" % (low, choice)), self.value(kind))
                if choice == "all" and "path" in used:
                    continue
            else:
                continue
            if key in used:
                continue
            used.add(key)
            found.append(text)
        self.draw.shuffle(found)
        return found

    def statements(self, element):
        return "".join("option %s;%s" % (option, self.gap()) for option in self.options(element))

    def bracketed(self, element, extra=()):
        found = self.options(element, extra=extra)
        return " [%s]" % ", ".join(found) if found else ""

    # -- elements -----------------------------------------------------------------------------------------------------

    def reference(self, full_name, scope):
        """The full name, or what is left of it in this scope."""
        if self.chance(0.4):
            return "." + full_name
        prefix = scope.full_name + "."
        while prefix != ".":
            if full_name.startswith(prefix) and self.chance(0.8):
                return self.undotted(full_name[len(prefix):], full_name)
            prefix = prefix[:-1].rpartition(".")[0] + "."
        return self.undotted(full_name, full_name)

    @staticmethod
    def undotted(name, full_name):
        return "." + full_name if name.partition(".")[0] in WORDS | set(SCALARS) else name

    def field_type(self, scope):
        """(text, kind): kind is a scalar's name, "message" or "enum"."""
        draw = self.draw.random()
        if draw < 0.25 and self.messages:
            return self.reference(self.draw.choice(self.messages), scope), "message"
        if draw < 0.4 and self.enums:
            return self.reference(self.draw.choice(self.enums)[0], scope), "enum"
        kind = self.draw.choice(SCALARS)
        return kind, kind

    def field_options(self, kind, label):
        extra = []
        if not self.is_proto3 and kind in SCALARS and label != "repeated" and self.chance(0.4):
            extra.append("default = " + (self.draw.choice(["inf", "-inf", "nan", "-nan", "1"]) if kind in ("double", "float")
                                         and self.chance(0.3) else self.scalar(kind)))
        if label == "repeated" and kind in SCALARS and kind not in ("string", "bytes") and self.chance(0.4):
            extra.append("packed = " + self.draw.choice(["true", "false"]))
        if kind == "string" and self.chance(0.1):
            extra.append("ctype = CORD")
        if kind.endswith("64") and self.chance(0.1):
            extra.append("jstype = JS_STRING")
        return extra

    def label(self, in_extension=False):
        if self.is_proto3:
            return self.draw.choice(["", "", "optional", "repeated"])
        return self.draw.choice(["optional", "optional", "repeated"] + ([] if in_extension else ["required"]))

    def field(self, scope, in_oneof=False):
        name, number = scope.names.name("f"), scope.names.next_number()
        label = "" if in_oneof else self.label()
        if not in_oneof and self.chance(0.12):
            if name.replace("_", "").capitalize() + "Entry" in scope.names.taken:
                name += "m"
            value = self.draw.choice([self.draw.choice(SCALARS), self.field_type(scope)[0]])
            return "map<%s, %s> %s = %s%s;" % (self.draw.choice(KEYS), value, name, self.integer(number), self.bracketed("Field"))
        if not self.is_proto3 and self.syntax != "editions" and self.chance(0.08):
            return self.group(scope, label, number)
        type_text, kind = self.field_type(scope)
        extra = self.field_options(kind, label)
        if self.chance(0.1):
            extra.append("json_name = \"j%d\"" % number)
        return " ".join(filter(None, [label, type_text, name, "=", self.integer(number)])) + self.bracketed("Field", extra) + ";"

    def group(self, scope, label, number):
        name = "Grp%d" % number
        inner = self.scope(scope.inner(name))
        self.messages.append(inner.full_name)
        return "%s group %s = %d%s { %s }" % (label, name, number, self.bracketed("Field"), self.field(inner))

    def oneof(self, scope):
        name = scope.names.name("o")
        members = "".join(self.field(scope, True) + self.gap() for _ in range(self.draw.randint(1, 3)))
        return "oneof %s {%s%s%s}" % (name, self.gap(), self.statements("Oneof"), members)

    def ranges(self, scope):
        """Reserved and extension ranges behind the field numbers of the message, and reserved names."""
        base, text = scope.names.number + 1, ""
        if self.chance(0.3):
            text += "reserved %d, %d to %d;%s" % (base + 1, base + 3, base + 5, self.gap())
        if self.chance(0.2):
            text += "reserved %s, %s;%s" % (self.reserved_name("old_name"), self.reserved_name("gone"), self.gap())
        if not self.is_proto3 and self.chance(0.4):
            spans = ["%d to %d, %d" % (base + 10, base + 30, base + 40), "%d to max" % (base + 10)]
            text += "extensions %s%s;%s" % (self.draw.choice(spans), self.bracketed("ExtensionRange"), self.gap())
            self.extendable.append((scope.full_name, base + 10))
        return text

    def reserved_name(self, name):
        return '"%s"' % name

    def enum(self, scope):
        name = scope.names.name("E")
        full_name, values, taken = scope.inner(name), [], 0
        has_alias = self.chance(0.15)
        text = "option allow_alias = true;" if has_alias else ""
        stem = "%s%d" % (name.upper(), len(self.enums))
        for i in range(self.draw.randint(2 if has_alias else 1, 5)):
            number = 0 if i == 0 and (self.has_open_enums() or self.chance(0.8)) else taken
            taken = number + self.draw.choice([1, 1, 5]) if not has_alias or i else number
            if i == 1 and not has_alias and not self.is_proto3 and self.chance(0.2):
                number = -3
            values.append("%s_V%d" % (stem, i))
            text += "%s%s = %s%s;" % (self.gap(), values[-1], self.integer(number), self.bracketed("EnumValue"))
        if self.chance(0.2):
            text += self.gap() + self.draw.choice(["reserved 1000 to max;", "reserved -9, -8 to -6;", "reserved %s;" % self.reserved_name("OLD")])
        self.enums.append((full_name, values))
        return "%senum %s {%s%s%s}" % (self.visibility(), name, self.gap(), self.statements("Enum"), text)

    def extend(self, scope):
        if not self.extendable:
            return ""
        target, base = self.draw.choice(self.extendable)
        number = self.extension_number(target, base)
        type_text, kind = self.field_type(scope)
        label = self.label(True)
        field = " ".join(filter(None, [label, type_text, scope.names.name("x"), "=", str(number)]))
        field += self.bracketed("Field", self.extension_options(kind, label)) + ";"
        return "extend %s {%s%s%s}" % (self.reference(target, scope), self.gap(), field, self.gap())

    def extension_options(self, kind, label):
        return self.field_options(kind, label)

    def extension_number(self, target, base):
        index = self.extendable.index((target, base))
        self.extendable[index] = (target, base + 1)
        return base

    def visibility(self):
        return ""

    def message(self, scope, depth=0):
        name = scope.names.name("M")
        inner = self.scope(scope.inner(name))
        self.messages.append(inner.full_name)
        parts = []
        for _ in range(self.draw.randrange(4) if depth < 3 else 0):
            parts.append(self.message(inner, depth + 1) if self.chance(0.5) else self.enum(inner))
        for _ in range(self.draw.randrange(6)):
            parts.append(self.oneof(inner) if self.chance(0.15) else self.field(inner))
        if self.chance(0.1):
            parts.append(self.extend(inner))
        if self.chance(0.1):
            parts.append(";")
        if self.chance(0.7):
            self.draw.shuffle(parts)
        parts.append(self.ranges(inner))
        return "%smessage %s {%s%s%s}" % (self.visibility(), name, self.gap(), self.statements("Message"),
                                          "".join(part + self.gap() for part in parts))

    def service(self, scope):
        if not self.messages:
            return ""
        methods = ""
        names = self.scope("").names
        for _ in range(self.draw.randrange(4)):
            types = ["%s%s" % (self.draw.choice(["", "", "stream "]), "." + self.draw.choice(self.messages)) for _ in range(2)]
            ending = self.draw.choice([";", "{%s}" % self.statements("Method"), "{ ; }"])
            methods += "rpc %s (%s) returns (%s) %s%s" % (names.name("r"), types[0], types[1], ending, self.gap())
        return "service %s {%s%s%s}" % (scope.names.name("S"), self.gap(), self.statements("Service"), methods)

    # -- files --------------------------------------------------------------------------------------------------------

    def head(self):
        return "" if not self.syntax else self.gap().lstrip() + "syntax = \"%s\";" % self.syntax + self.gap()

    def add_imports(self):
        if self.chance(0.6):
            self.dependencies["opt/options.proto"] = OPTIONS
            self.imports.append("opt/options.proto")
        for path, type_name in WELL_KNOWN.items():
            if self.chance(0.12):
                self.imports.append(path)
                if type_name.endswith("DayOfWeek"):
                    self.enums.append((type_name, ["MONDAY"]))
                else:
                    self.messages.append(type_name)
        if self.chance(0.4):
            self.add_dependency("other.proto")

    def add_dependency(self, path):
        """Another random file, with all that it needs; what it defines is there for this one, and is public now and then."""
        other = self.another()
        text = other.text(False)
        for needed, content in other.dependencies.items():
            self.dependencies.setdefault(needed, content)
        self.dependencies[path] = text
        self.messages += [name for name in other.messages if not name.startswith(("google.", "confluent."))]
        if self.syntax == other.syntax or not self.is_proto3:
            self.enums += [enum for enum in other.enums if enum[0] not in WELL_KNOWN.values()]
        if not self.is_proto3:
            self.extendable += other.extendable
        self.imports.append(path)
        if self.chance(0.3):
            self.dependencies["public.proto"] = 'import public "%s";' % path
            self.imports[-1] = "public.proto"

    def another(self):
        return Source(self.draw.random(), package=self.draw.choice(["other", "p", "q.r.s"]))

    def import_statements(self):
        kinds = {path: self.draw.choice(["", "", "", "", "public ", "weak "]) for path in self.imports}
        return ['import %s"%s";' % (kinds[path], path) for path in self.imports]

    def file_statements(self):
        return self.statements("File")

    def text(self, may_import=True):
        if may_import:
            self.add_imports()
        scope = self.scope(self.package)
        scope.names.taken |= {"opt", "other", "p", "q", "google", "confluent"}
        parts = []
        for _ in range(self.draw.randint(1, 5)):
            parts.append(self.message(scope) if self.chance(0.7) else self.enum(scope))
        for _ in range(self.draw.choice([0, 0, 1, 2])):
            parts.append(self.extend(scope))
        if self.chance(0.3):
            parts.append(self.service(scope))
        if self.chance(0.7):
            self.draw.shuffle(parts)
        head = self.import_statements() + (["package %s;" % self.package] if self.package else [])
        self.draw.shuffle(head)
        return self.head() + "".join(part + self.gap() for part in head + [self.file_statements()] + parts)
