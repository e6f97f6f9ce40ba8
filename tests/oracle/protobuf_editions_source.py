"""Random .proto files of editions 2023 and 2024: what proto2 and proto3 have in other words, features, visibility."""
from protobuf_source import Names, SCALARS, Scope, Source

FEATURES = {
    "File": ["field_presence = IMPLICIT", "field_presence = EXPLICIT", "enum_type = CLOSED", "repeated_field_encoding = EXPANDED",
             "utf8_validation = NONE", "message_encoding = DELIMITED", "json_format = LEGACY_BEST_EFFORT",
             "(pb.cpp).string_type = STRING", "(pb.java).utf8_validation = DEFAULT", "(pb.go).api_level = API_OPEN"],
    "Message": ["json_format = LEGACY_BEST_EFFORT", "(pb.go).api_level = API_HYBRID"],
    "Enum": ["json_format = ALLOW", "(pb.go).legacy_unmarshal_json_enum = true"],
}
LANGUAGES = {"pb.cpp": "google/protobuf/cpp_features.proto", "pb.java": "google/protobuf/java_features.proto",
             "pb.go": "google/protobuf/go_features.proto"}
REMOVED_IN_2024 = ("java_multiple_files", "ctype", "java_outer_classname", "(pb.java).utf8_validation", "weak")


class StyledNames(Names):
    """Names as the style of edition 2024 wants them, for the most part."""

    STEMS = {"M": "Message", "E": "Enum", "S": "Service", "r": "Method", "f": "field_", "o": "choice_", "x": "extra_"}

    def name(self, stem):
        if self.draw.random() < 0.003:
            return super().name(stem)
        start = self.STEMS[stem]
        name = start + "abcdefghijklmnopqrstuvwxyz"[len(self.taken) % 26] * (1 + len(self.taken) // 26)
        self.taken.add(name)
        return name


class StyledScope(Scope):
    def __init__(self, source, full_name):
        super().__init__(source, full_name)
        self.names = StyledNames(source.draw)


class EditionsSource(Source):
    def __init__(self, seed, package=None, edition=None):
        super().__init__(seed, "editions", package)
        self.edition = edition or self.draw.choice(["2023", "2023", "2024"])
        self.is_styled = self.edition == "2024"
        self.file_features = self.draw.sample(FEATURES["File"], self.draw.choice([0, 0, 1, 1, 2]))
        self.is_implicit = "field_presence = IMPLICIT" in self.file_features
        self.is_closed = "enum_type = CLOSED" in self.file_features

    # -- what proto2 and proto3 have in other words ------------------------------------------------------------------------

    def has_open_enums(self):
        return not self.is_closed

    def label(self, in_extension=False):
        return self.draw.choice(["", "", "", "repeated"])

    def group(self, scope, label, number):
        raise AssertionError("there are no groups")

    def reserved_name(self, name):
        return name

    def another(self):
        return EditionsSource(self.draw.random(), self.draw.choice(["other", "p", "q.r.s"]))

    def scope(self, full_name):
        return StyledScope(self, full_name) if self.is_styled else Scope(self, full_name)

    def head(self):
        return 'edition = "%s";%s' % (self.edition, self.gap())

    # -- features ------------------------------------------------------------------------------------------------------

    def feature(self, text):
        """The option of a feature, unless its language is not imported."""
        language = text[1:text.index(")")] if text[0] == "(" else None
        if language and LANGUAGES[language] not in self.imports or self.edition == "2024" and text.startswith(REMOVED_IN_2024):
            return None
        return "features." + text

    def options(self, element, most=3, extra=()):
        found = super().options(element, most, extra)
        texts = self.file_features if element == "File" else FEATURES.get(element, [])
        wanted = texts if element == "File" else texts[:1] if self.chance(0.1) else texts[1:] if self.chance(0.1) else []
        found += filter(None, map(self.feature, wanted))
        if self.edition == "2024":
            found = [option for option in found if not option.startswith(REMOVED_IN_2024)]
        return found

    def field_options(self, kind, label):
        is_implicit, extra = self.is_implicit and label != "repeated" and kind != "message", []
        if label != "repeated" and kind != "message" and self.chance(0.2):
            presence = self.draw.choice(["IMPLICIT", "EXPLICIT", "LEGACY_REQUIRED"])
            if kind != "enum" or presence != "IMPLICIT":
                extra.append("features.field_presence = " + presence)
                is_implicit = presence == "IMPLICIT"
        if label == "repeated" and kind in SCALARS and kind not in ("string", "bytes") and self.chance(0.2):
            extra.append("features.repeated_field_encoding = " + self.draw.choice(["PACKED", "EXPANDED"]))
        if kind == "string" and self.chance(0.2):
            extra.append("features.utf8_validation = " + self.draw.choice(["NONE", "VERIFY"]))
        if kind == "message" and self.chance(0.3):
            extra.append("features.message_encoding = " + self.draw.choice(["DELIMITED", "LENGTH_PREFIXED"]))
        if kind in SCALARS and not is_implicit and label != "repeated" and self.chance(0.3):
            extra.append("default = " + self.scalar(kind))
        if kind.endswith("64") and self.chance(0.1):
            extra.append("jstype = JS_NUMBER")
        return extra

    def extension_options(self, kind, label):
        """Extensions have presence always, and may not ask for it."""
        return [option for option in self.field_options(kind, label) if not option.startswith("features.field_presence")]

    def field(self, scope, in_oneof=False):
        """So have members of oneofs."""
        text = super().field(scope, in_oneof)
        if not in_oneof:
            return text
        for value in ("IMPLICIT", "EXPLICIT", "LEGACY_REQUIRED"):
            feature = "features.field_presence = " + value
            text = text.replace(feature + ", ", "").replace(", " + feature, "").replace(" [%s]" % feature, "")
        return text

    # -- visibility ----------------------------------------------------------------------------------------------------

    def visibility(self):
        return self.draw.choice(["", "", "", "export ", "local "]) if self.edition == "2024" else ""

    def add_imports(self):
        super().add_imports()
        self.imports += [path for path in LANGUAGES.values() if self.chance(0.2)]

    def import_statements(self):
        if self.edition == "2023":
            return super().import_statements()
        features = set(LANGUAGES.values())
        plain = ['import %s"%s";' % (self.draw.choice(["", "", "public "]), path) for path in self.imports if path not in features]
        return ["\n".join(plain + ['import option "%s";' % path for path in self.imports if path in features])]

    def file_statements(self):
        style = 'option features.enforce_naming_style = STYLE_LEGACY;' if not self.is_styled and self.edition == "2024" else ""
        return style + super().file_statements()

