"""Small changes to a .proto text, most of which break a rule: what a token is replaced by is often of its own kind."""
import re

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|\.?\d[\w.]*|\s+|.', re.DOTALL)
WORDS = ["optional", "required", "repeated", "group", "oneof", "map", "extensions", "reserved", "extend", "message", "enum",
         "service", "rpc", "returns", "stream", "import", "public", "weak", "option", "package", "syntax", "to", "max", "true",
         "false", "inf", "nan", "default", "json_name", "packed", "int32", "string", "bytes", "double", "uint64", "bool",
         "allow_alias", "map_entry", "message_set_wire_format", "ctype", "lazy", "deprecated", "features", "Any", "jstype"]
NUMBERS = ["0", "1", "2", "-1", "18999", "19000", "19999", "20000", "536870911", "536870912", "2147483647", "2147483648",
           "-2147483648", "-2147483649", "4294967295", "4294967296", "18446744073709551615", "18446744073709551616", "0x7",
           "017", "08", "1.5", "1e5", "1e400", "0x", "1_0", "1a", "1.5f", "9223372036854775808", "-9223372036854775808"]
SYMBOLS = list("{}[]()<>;,.=:-+/#@$%&*!?^|~`\\\"'") + ["\0", "\x7f", "\v", "\f", "\r", "é", "\ufeff", "//", "/*", "*/"]
STRINGS = ['""', '"a"', "'proto3'", '"proto2"', '"proto4"', '"missing.proto"', '"other.proto"', '"\\x80"', '"\\q"', '"a\nb"',
           '"\\ud800"', '"\\U00110000"', '"\\400"', '"reserved name"', '"opt/options.proto"', '"default"', '"\\x"']
STATEMENTS = ["option deprecated = true;", "reserved 1;", 'reserved "a", "a";', "reserved 5 to 3;", "reserved 1 to max, 7;",
              "extensions 1 to max;", "extensions 100;", "extensions 5 to 2;", "optional int32 a = 1;", "int32 f1 = 2;",
              "repeated int32 a = 3 [packed = true];", "map<int32, int32> m = 4;", "map<float, int32> m = 4;",
              "oneof o { }", "oneof o { int32 z = 900; }", "message M0 { }", "enum E0 { A = 0; }", "enum E { }", "enum E { A = 1; }",
              "option allow_alias = true;", "option map_entry = true;", "option message_set_wire_format = true;",
              "optional group G = 9 { }", "extend M0 { }", "extend M0 { optional int32 x = 100; }", "service S { }",
              "rpc r (M0) returns (M0);", "package again;", 'import "other.proto";', 'import "opt/options.proto";',
              "required bytes q = 5 [default = \"\\xff\"];", "optional bool q = 5 [default = maybe];", ";",
              "optional int32 fooBar = 81; optional int32 foo_bar = 82;", "optional float q = 5 [default = 1e400];",
              "optional uint32 q = 5 [default = -1];", "optional string q = 5 [json_name = \"[x]\"];",
              'reserved "no word", "a\\"b", "\\n";', 'import "odd\\"name.proto";',
              "option (nothing) = 1;", "option (opt.message_int) = 1;", "option uninterpreted_option = {};",
              "message FEntry { } map<int32, int32> f = 77;", "optional Unknown u = 78;", "optional int64 q = 5 [ctype = CORD];"]


def kind_of(token):
    if token[0] in "\"'" and len(token) > 1:
        return "string"
    if token[0].isalpha() or token[0] == "_":
        return "word"
    if token[0].isdigit() or token[0] == "." and len(token) > 1:
        return "number"
    return "symbol"


POOLS = {"string": STRINGS, "word": WORDS, "number": NUMBERS, "symbol": SYMBOLS}


def replacement(draw, tokens, places, token):
    """Of the same kind for the most part, from the text itself or from what is known to be special."""
    kind = kind_of(token) if draw.random() < 0.85 else draw.choice(list(POOLS))
    own = [tokens[place] for place in places if kind_of(tokens[place]) == kind]
    if own and draw.random() < 0.6:
        return draw.choice(own)
    return draw.choice(POOLS[kind])


def after_brackets(tokens, places):
    """Where a statement may stand: behind an opening brace or a semicolon."""
    return [place for place in places if tokens[place] in "{;"]


def mutate_once(draw, tokens):
    places = [place for place, token in enumerate(tokens) if not token.isspace() and token[:2] not in ("//", "/*")]
    if not places:
        return
    place = draw.choice(places)
    operation = draw.choice(["replace"] * 5 + ["remove", "double", "swap", "statement", "statement", "move"])
    if operation == "replace":
        tokens[place] = replacement(draw, tokens, places, tokens[place])
    elif operation == "remove":
        tokens[place] = " "
    elif operation == "double":
        tokens.insert(place, tokens[place] + " ")
    elif operation == "swap":
        other = draw.choice(places)
        tokens[place], tokens[other] = tokens[other], tokens[place]
    else:
        statement_places = after_brackets(tokens, places)
        if not statement_places:
            return
        target = draw.choice(statement_places)
        if operation == "statement":
            tokens.insert(target + 1, " " + draw.choice(STATEMENTS) + " ")
            return
        start = draw.choice(statement_places)
        ends = [end for end in statement_places if end > start and tokens[end] == ";"]
        if ends:  # a statement again at another place
            tokens.insert(target + 1, "".join(tokens[start + 1:ends[0] + 1]))


def mutated(draw, text):
    tokens = TOKEN.findall(text)
    for _ in range(draw.choice([1, 1, 1, 1, 2, 3])):
        mutate_once(draw, tokens)
    return "".join(tokens)
