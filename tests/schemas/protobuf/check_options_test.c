/* What options mean, in bytes, and what protoc refuses about them: values of all types, the text format, names of parts.
 * covers: schemas/protobuf/options_aggregate.c schemas/protobuf/options_aggregate_fields.c
 * covers: schemas/protobuf/options_aggregate_value.c schemas/protobuf/options_value.c */
#include "check_fixture.h"

static const char options_file[] =
    "syntax = 'proto2'; package o; import 'google/protobuf/descriptor.proto'; import 'google/protobuf/any.proto'; "
    "import 'p3.proto'; "
    "enum E { ZERO = 0; ONE = 1; NEG = -1; } enum F { FA = 0; } "
    "message Req { required int32 r = 1; optional Req sub = 2; repeated Req list = 3; extensions 100 to 200; } "
    "message Set { option message_set_wire_format = true; extensions 4 to max; } "
    "message Item { extend Set { optional Item item = 1000; } optional int32 x = 1; } "
    "extend Req { optional Req req_ext = 100; } "
    "message M { "
    "  optional int32 i32 = 1; optional int64 i64 = 2; optional uint32 u32 = 3; optional uint64 u64 = 4; optional "
    "sint32 s32 = 5; optional sint64 s64 = 6; "
    "  optional fixed32 f32 = 7; optional fixed64 f64 = 8; optional sfixed32 sf32 = 9; optional sfixed64 sf64 = 10; "
    "optional float f = 11; optional double d = 12; "
    "  optional bool b = 13; optional string s = 14; optional bytes by = 15; optional E e = 16; optional M m = 17; "
    "repeated int32 ri = 18; repeated M rm = 19; "
    "  repeated int32 packed = 20 [packed = true]; map<string, M> mm = 21; map<int32, string> mi = 22; optional "
    "google.protobuf.Any any = 23; optional Set set = 24; "
    "  oneof oo { int32 o1 = 25; string o2 = 26; M o3 = 27; } optional group Grp = 28 { optional int32 g = 1; optional "
    "M gm = 2; } repeated E re = 29; repeated group RGrp = 30 { optional int32 g = 1; } "
    "  repeated string rs = 31; optional Req req = 32; repeated double rd = 33; optional P p = 34; repeated bool rb = "
    "35; reserved 'old'; optional F ef = 36; "
    "  extensions 1000 to 2000; "
    "} "
    "message P { optional int32 x = 1; optional .p3.N n = 2; } "
    "extend M { optional int32 m_ext = 1000; optional M mm_ext = 1001; repeated int32 mr_ext = 1002; } "
    "extend google.protobuf.FieldOptions { "
    " optional int32 i32 = 50001; optional int64 i64 = 50002; optional uint32 u32 = 50003; optional uint64 u64 = "
    "50004; optional sint32 s32 = 50005; optional sint64 s64 = 50006; "
    " optional fixed32 f32 = 50007; optional fixed64 f64 = 50008; optional sfixed32 sf32 = 50009; optional sfixed64 "
    "sf64 = 50010; optional float f = 50011; optional double d = 50012; "
    " optional bool b = 50013; optional string s = 50014; optional bytes by = 50015; optional E e = 50016; optional M "
    "m = 50017; repeated int32 ri = 50018; repeated M rm = 50019; "
    " optional group Grp = 50020 { optional int32 g = 1; optional M gm = 2; } optional Req req = 50021; optional .p3.N "
    "n = 50022; repeated group RG = 50023 { optional int32 g = 1; } repeated E re = 50024; "
    "} "
    "extend google.protobuf.FileOptions { optional M file_m = 50001; repeated string file_rs = 50002; } "
    "extend google.protobuf.MessageOptions { optional M msg_m = 50001; } "
    "extend google.protobuf.OneofOptions { optional M oneof_m = 50001; } "
    "extend google.protobuf.EnumOptions { optional M enum_m = 50001; } "
    "extend google.protobuf.EnumValueOptions { optional M value_m = 50001; } "
    "extend google.protobuf.ServiceOptions { optional M service_m = 50001; } "
    "extend google.protobuf.MethodOptions { optional M method_m = 50001; } "
    "extend google.protobuf.ExtensionRangeOptions { optional M range_m = 50001; } ";

static const char proto3_file[] =
    "syntax = 'proto3'; package p3; enum E { Z = 0; Y = 5; } message N { int32 i = 1; string s = 2; repeated int32 ri "
    "= 3; E e = 4; oneof o { int32 a = 5; int32 b = 6; } optional int32 opt = 7; N n = 8; map<string, E> me = 9; "
    "double d = 10; repeated E re = 11; bytes by = 12; bool bo = 13;} ";

/* Options of a field. "= …": the message in hexadecimal; else the column in the options and what is wrong there. */
static const struct {
    const char *options, *outcome;
} rows[] = {
    /* Scalars, as options. */
    {"(o.i32) = -2147483648", "= 88b51880808080f8ffffffff01"},
    {"(o.i32) = 2147483648", "11 Value out of range for int32 option 'o.i32'."},
    {"(o.i32) = 1.5", "11 Value must be integer for int32 option 'o.i32'."},
    {"(o.i64) = 9223372036854775807", "= 90b518ffffffffffffffff7f"},
    {"(o.i64) = 9223372036854775808", "11 Value out of range for int64 option 'o.i64'."},
    {"(o.u32) = 4294967296", "11 Value out of range for uint32 option 'u32'."},
    {"(o.u32) = -1", "11 Value must be non-negative integer for uint32 option 'o.u32'."},
    {"(o.u64) = 18446744073709551615", "= a0b518ffffffffffffffffff01"},
    {"(o.u64) = 18446744073709551616", "11 Integer out of range."},
    {"(o.s32) = -1", "= a8b51801"},
    {"(o.s64) = -1", "= b0b51801"},
    {"(o.f32) = -1", "11 Value must be non-negative integer for uint32 option 'o.f32'."},
    {"(o.f64) = 0x10", "= c1b5181000000000000000"},
    {"(o.sf32) = -1", "= cdb518ffffffff"},
    {"(o.sf64) = -9223372036854775809", "13 Integer out of range."},
    {"(o.f) = 3.5e38", "= ddb5180000807f"},
    {"(o.f) = -0", "= ddb51800000000"},
    {"(o.f) = 16777217", "= ddb5180000804b"},
    {"(o.f) = inf", "9 Value must be number for float option 'o.f'."},
    {"(o.d) = -1.5", "= e1b518000000000000f8bf"},
    {"(o.d) = -inf", "10 Invalid `-` symbol before identifier."},
    {"(o.d) = 'x'", "9 Value must be number for double option 'o.d'."},
    {"(o.b) = true", "= e8b51801"},
    {"(o.b) = 1", "9 Value must be identifier for boolean option 'o.b'."},
    {"(o.b) = True", "9 Value must be 'true' or 'false' for boolean option 'o.b'."},
    {"(o.s) = 'a' 'b'", "= f2b518026162"},
    {"(o.s) = x", "9 Value must be quoted string for string option 'o.s'."},
    {"(o.by) = '\\377\\001'", "= fab51802ff01"},
    {"(o.by) = 5", "10 Value must be quoted string for string option 'o.by'."},
    {"(o.e) = NEG", "= 80b618ffffffffffffffffff01"},
    {"(o.e) = 1", "9 Value must be identifier for enum-valued option 'o.e'."},
    {"(o.e) = FA",
     "9 Enum type 'o.E' has no value named 'FA' for option 'o.e'. This appears to be a value from a sibling type."},
    {"(o.e) = NOPE", "9 Enum type 'o.E' has no value named 'NOPE' for option 'o.e'."},
    {"(o.m) = 5", "9 Option 'o.m' is a message. To set the entire message, use syntax like 'm = { <proto text format> "
                  "}'. To set fields within it, use syntax like 'm.foo = value'."},
    {"(o.m) = {}", "= 8ab61800"},
    {"(o.ri) = 5", "= 90b61805"},
    {"(o.grp) = { g: 1 }", "= a3b6180801a4b618"},
    {"(o.rg) = { g: 1 }, (o.rg) = {}", "= bbb6180801bcb618bbb618bcb618"},
    /* Scalars in the text format. */
    {"(o.m) = { i32: -5 }", "= 8ab6180b08fbffffffffffffffff01"},
    {"(o.m) = { i32: 2147483648 }", "9 Error while parsing option value for 'm': Integer out of range (2147483648)"},
    {"(o.m) = { i32: 1.5 }", "9 Error while parsing option value for 'm': Expected integer, got: 1.5"},
    {"(o.m) = { i32: foo }", "9 Error while parsing option value for 'm': Expected integer, got: foo"},
    {"(o.m) = { i32: -foo }", "9 Error while parsing option value for 'm': Expected integer, got: foo"},
    {"(o.m) = { i32: 'x' }", "9 Error while parsing option value for 'm': Expected integer, got: 'x'"},
    {"(o.m) = { u32: -1 }", "9 Error while parsing option value for 'm': Expected integer, got: -"},
    {"(o.m) = { u32: 4294967296 }", "9 Error while parsing option value for 'm': Integer out of range (4294967296)"},
    {"(o.m) = { u64: 18446744073709551616 }",
     "9 Error while parsing option value for 'm': Integer out of range (18446744073709551616)"},
    {"(o.m) = { s64: -1 }", "= 8ab618023001"},
    {"(o.m) = { f32: 077 }", "= 8ab618053d3f000000"},
    {"(o.m) = { f: 1.5 }", "= 8ab618055d0000c03f"},
    {"(o.m) = { f: 10 }", "= 8ab618055d00002041"},
    {"(o.m) = { f: 0x10 }", "9 Error while parsing option value for 'm': Expect a decimal number, got: 0x10"},
    {"(o.m) = { f: 010 }", "9 Error while parsing option value for 'm': Expect a decimal number, got: 010"},
    {"(o.m) = { f: 99999999999999999999999 }", "= 8ab618055d1668a965"},
    {"(o.m) = { f: -Infinity }", "= 8ab618055d000080ff"},
    {"(o.m) = { f: NAN }", "= 8ab618055d0000c07f"},
    {"(o.m) = { f: foo }", "9 Error while parsing option value for 'm': Expected double, got: foo"},
    {"(o.m) = { f: 'x' }", "9 Error while parsing option value for 'm': Expected double, got: 'x'"},
    {"(o.m) = { d: -inf }", "= 8ab6180961000000000000f0ff"},
    {"(o.m) = { b: t }", "= 8ab618026801"},
    {"(o.m) = { b: False }", "= 8ab618026800"},
    {"(o.m) = { b: 1 }", "= 8ab618026801"},
    {"(o.m) = { b: 2 }", "9 Error while parsing option value for 'm': Integer out of range (2)"},
    {"(o.m) = { b: -1 }", "9 Error while parsing option value for 'm': Expected identifier, got: -"},
    {"(o.m) = { b: 1.0 }", "9 Error while parsing option value for 'm': Expected identifier, got: 1.0"},
    {"(o.m) = { b: yes }",
     "9 Error while parsing option value for 'm': Invalid value for boolean field 'b'. Value: 'yes'."},
    {"(o.m) = { s: 'a' `b` }", "= 8ab6180472026162"},
    {"(o.m) = { s: 5 }", "9 Error while parsing option value for 'm': Expected string, got: 5"},
    {"(o.m) = { s: x }", "9 Error while parsing option value for 'm': Expected string, got: x"},
    {"(o.m) = { by: '\\000\\xff' }", "= 8ab618047a0200ff"},
    {"(o.m) = { e: NEG }", "= 8ab6180c8001ffffffffffffffffff01"},
    {"(o.m) = { e: -1 }", "= 8ab6180c8001ffffffffffffffffff01"},
    {"(o.m) = { e: 7 }", "9 Error while parsing option value for 'm': Unknown enumeration value of '7' for field 'e'."},
    {"(o.m) = { e: FA }",
     "9 Error while parsing option value for 'm': Unknown enumeration value of 'FA' for field 'e'."},
    {"(o.m) = { e: 1.5 }", "9 Error while parsing option value for 'm': Expected integer or identifier, got: 1.5"},
    {"(o.m) = { e: 'ONE' }", "9 Error while parsing option value for 'm': Expected integer or identifier, got: 'ONE'"},
    {"(o.m) = { ri: [1, 2] ri: 3 }", "= 8ab61809900101900102900103"},
    {"(o.m) = { ri: [] }", "= 8ab61800"},
    {"(o.m) = { ri: [1, foo] }", "9 Error while parsing option value for 'm': Expected integer, got: foo"},
    {"(o.m) = { ri: [[1]] }", "9 Error while parsing option value for 'm': Expected integer, got: ["},
    {"(o.m) = { i32: [1] }", "9 Error while parsing option value for 'm': Expected integer, got: ["},
    {"(o.m) = { re: [ONE, 0] }", "= 8ab61806e80101e80100"},
    {"(o.m) = { rs: ['a', 'b'] }", "= 8ab61808fa010161fa010162"},
    {"(o.m) = { packed: [1, 300] packed: -1 }", "= 8ab61810a2010d01ac02ffffffffffffffffff01"},
    /* Messages in the text format. */
    {"(o.m) = { m { i32: 1 } }", "= 8ab618058a01020801"},
    {"(o.m) = { m < i32: 1 > }", "= 8ab618058a01020801"},
    {"(o.m) = { m: { i32: 1 }, i32: 2; s: 'x' }", "= 8ab6180a08027201788a01020801"},
    {"(o.m) = { m: 5 }", "9 Error while parsing option value for 'm': Expected '{', found '5'."},
    {"(o.m) = { m: [{}] }", "9 Error while parsing option value for 'm': Expected '{', found '['."},
    {"(o.m) = { i32: 1 i32: 2 }",
     "9 Error while parsing option value for 'm': Non-repeated field 'i32' is specified multiple times."},
    {"(o.m) = { m {} m {} }",
     "9 Error while parsing option value for 'm': Non-repeated field 'm' is specified multiple times."},
    {"(o.m) = { nope: 1 }",
     "9 Error while parsing option value for 'm': Message type 'o.M' has no field named 'nope'."},
    {"(o.m) = { old: 1 }", "= 8ab61800"},
    {"(o.m) = { o1: 1 o2: 'x' }", "9 Error while parsing option value for 'm': Field 'o2' is specified along with "
                                  "field 'o1', another member of oneof 'oo'."},
    {"(o.m) = { o1: 1 o1: 2 }",
     "9 Error while parsing option value for 'm': Non-repeated field 'o1' is specified multiple times."},
    {"(o.m) = { rm {} rm { i32: 1 } }", "= 8ab618089a01009a01020801"},
    {"(o.m) = { rm [{}, { i32: 1 }] }", "= 8ab618089a01009a01020801"},
    {"(o.m) = { rm: [{}, 5] }", "9 Error while parsing option value for 'm': Expected '{', found '5'."},
    {"(o.m) = { Grp { g: 1 } }", "= 8ab61806e3010801e401"},
    {"(o.m) = { grp { g: 1 } }",
     "9 Error while parsing option value for 'm': Message type 'o.M' has no field named 'grp'."},
    {"(o.m) = { GRP { g: 1 } }",
     "9 Error while parsing option value for 'm': Message type 'o.M' has no field named 'GRP'."},
    {"(o.m) = { RGrp: [{ g: 1 }, { g: 2 }] }", "= 8ab6180cf3010801f401f3010802f401"},
    {"(o.m) = { mm { key: 'a' value { i32: 1 } } mm: [{ key: 'b' }] }", "= 8ab61810aa01070a016112020801aa01030a0162"},
    {"(o.m) = { mi { key: 0 nope: 1 } }",
     "9 Error while parsing option value for 'm': Message type 'o.M.MiEntry' has no field named 'nope'."},
    {"(o.m) = { mi { key: 1 key: 2 } }",
     "9 Error while parsing option value for 'm': Non-repeated field 'key' is specified multiple times."},
    {"(o.m) = { [o.m_ext]: 5 i32: 7 }", "= 8ab618050807c03e05"},
    {"(o.m) = { [m_ext]: 5 }", "= 8ab61803c03e05"},
    {"(o.m) = { [o.m_ext]: 5 [o.m_ext]: 6 }",
     "9 Error while parsing option value for 'm': Non-repeated field 'o.m_ext' is specified multiple times."},
    {"(o.m) = { [o.mr_ext]: [1, 2] }", "= 8ab61806d03e01d03e02"},
    {"(o.m) = { [o.mm_ext] { [o.mm_ext] { i32: 5 } } }", "= 8ab61808ca3e05ca3e020805"},
    {"(o.m) = { [o.nope]: 1 }",
     "9 Error while parsing option value for 'm': Extension 'o.nope' is not defined or is not an extension of 'o.M'."},
    {"(o.m) = { [o.i32]: 1 }",
     "9 Error while parsing option value for 'm': Extension 'o.i32' is not defined or is not an extension of 'o.M'."},
    {"(o.m) = { [.o.m_ext]: 1 }", "9 Error while parsing option value for 'm': Expected identifier, got: ."},
    /* What is required. */
    {"(o.m) = { req {} }", "9 Error while parsing option value for 'm': Message missing required fields: req.r"},
    {"(o.m) = { req { r: 1 } }", "= 8ab618058202020801"},
    {"(o.m) = { req { r: 1 sub {} list {} list { r: 1 sub {} } } }",
     "9 Error while parsing option value for 'm': Message missing required fields: req.sub.r, req.list[0].r, "
     "req.list[1].sub.r"},
    {"(o.m) = { req { r: 1 [o.req_ext] {} } }",
     "9 Error while parsing option value for 'm': Message missing required fields: req.(o.req_ext).r"},
    {"(o.req).list = { r: 1 }", "= aab618041a020801"},
    /* Any and message sets. */
    {"(o.m) = { any { [type.googleapis.com/o.M] { i32: 1 } } }",
     "= 8ab61820ba011d0a17747970652e676f6f676c65617069732e636f6d2f6f2e4d12020801"},
    {"(o.m) = { any { [type.googleapis.com/o.M] {} } }",
     "= 8ab6181cba01190a17747970652e676f6f676c65617069732e636f6d2f6f2e4d"},
    {"(o.m) = { any { [type.googleprod.com/p3.N] { i: 5 } } }",
     "9 Error while parsing option value for 'm': Could not find type 'type.googleprod.com/p3.N' stored in "
     "google.protobuf.Any."},
    {"(o.m) = { any { type_url: 'x' value: 'y' } }", "= 8ab61809ba01060a0178120179"},
    {"(o.m) = { any { [type.googleapis.com/o.Nope] {} } }",
     "9 Error while parsing option value for 'm': Could not find type 'type.googleapis.com/o.Nope' stored in "
     "google.protobuf.Any."},
    {"(o.m) = { any { [example.com/o.M] {} } }", "9 Error while parsing option value for 'm': Could not find type "
                                                 "'example.com/o.M' stored in google.protobuf.Any."},
    {"(o.m) = { any { [o.M] {} } }", "9 Error while parsing option value for 'm': Expected '/', found ']'."},
    {"(o.m) = { any { [type.googleapis.com/o.M] {} type_url: 'x' } }",
     "9 Error while parsing option value for 'm': Non-repeated field 'type_url' is specified multiple times."},
    {"(o.m) = { any { type_url: 'x' [type.googleapis.com/o.M] {} } }",
     "9 Error while parsing option value for 'm': Non-repeated Any specified multiple times."},
    {"(o.m) = { any { [type.googleapis.com/o.Req] {} } }",
     "9 Error while parsing option value for 'm': Value of type 'o.Req' stored in google.protobuf.Any has missing "
     "required fields"},
    {"(o.m) = { any { [type.googleapis.com/o.M]: 5 } }",
     "9 Error while parsing option value for 'm': Expected '{', found '5'."},
    {"(o.m) = { set { [o.Item] { x: 1 } } }", "= 8ab6180cc201090b10e8071a0208010c"},
    {"(o.m) = { set { [o.Item.item] { x: 1 } } }", "= 8ab6180cc201090b10e8071a0208010c"},
    {"(o.m) = { set { [o.Item.item] {} [o.Item] {} } }",
     "9 Error while parsing option value for 'm': Non-repeated field 'o.Item' is specified multiple times."},
    /* Fields without presence. */
    {"(o.n) = { i: 0 s: '' bo: false d: 0 }", "= b2b61800"},
    {"(o.n) = { i: 0 i: 1 }", "= b2b618020801"},
    {"(o.n) = { i: 1 i: 0 }",
     "9 Error while parsing option value for 'n': Non-repeated field 'i' is specified multiple times."},
    {"(o.n) = { opt: 0 }", "= b2b618023800"},
    {"(o.n) = { a: 0 b: 1 }", "9 Error while parsing option value for 'n': Field 'b' is specified along with field "
                              "'a', another member of oneof 'o'."},
    {"(o.n) = { ri: [0, 1] re: [Y, 0, 99] }", "= b2b618091a0200015a03050063"},
    {"(o.n) = { e: 77 }", "= b2b61802204d"},
    {"(o.n) = { me { key: '' value: Z } }", "= b2b618024a00"},
    /* Names. */
    {"(o.m).i32 = 1, (o.m).i64 = 2", "= 8ab6180208018ab618021002"},
    {"(o.m).i32 = 1, (o.m).i32 = 2", "16 Option '(o.m).i32' was already set."},
    {"(o.m).m.i32 = 1, (o.m).m = {}", "18 Option '(o.m).m' was already set."},
    {"(o.m) = { m { i32: 1 } }, (o.m).m.i64 = 1", "= 8ab618058a010208018ab618058a01021001"},
    {"(o.m) = { m { i32: 1 } }, (o.m).m.i32 = 1", "27 Option '(o.m).m.i32' was already set."},
    {"(o.m) = { any { [type.googleapis.com/o.M] {} } }, (o.m).any.type_url = 'x'",
     "51 Option '(o.m).any.type_url' was already set."},
    {"(o.n) = { i: 0 }, (o.n).i = 1", "= b2b61800b2b618020801"},
    {"(o.m).ri = 1, (o.m).ri = 2", "= 8ab618039001018ab61803900102"},
    {"(o.rm).i32 = 1", "1 Option field '(o.rm)' is a repeated message. Repeated message options must be initialized "
                       "using an aggregate value."},
    {"(o.m).mm.key = 'x'", "1 Option field '(o.m).mm' is a repeated message. Repeated message options must be "
                           "initialized using an aggregate value."},
    {"(o.m).rm = {}, (o.m).rm = { i32: 1 }", "= 8ab618039a01008ab618059a01020801"},
    {"(o.grp).g = 1, (o.grp).gm.i32 = 5", "= a3b6180801a4b618a3b61812020805a4b618"},
    {"(o.grp) = { g: 1 }, (o.grp).g = 2", "21 Option '(o.grp).g' was already set."},
    {"(o.m).(o.m_ext) = 1", "= 8ab61803c03e01"},
    {"(o.m).(o.i32) = 1", "1 Option field '(o.m).(o.i32)' is not a field or extension of message 'M'."},
    {"(o.m).(nope) = 1", "1 Option '(o.m).(nope)' unknown. Ensure that your proto definition file imports the proto "
                         "which defines the option."},
    {"(o.i32).x = 1", "1 Option '(o.i32)' is an atomic type, not a message."},
    {"(o.m).nope = 1", "1 Option '(o.m).nope' unknown. Ensure that your proto definition file imports the proto which "
                       "defines the option."},
    {"(o.msg_m).i32 = 1", "1 Option field '(o.msg_m)' is not a field or extension of message 'FieldOptions'."},
    {"(o.M) = 1",
     "1 Option '(o.M)' unknown. Ensure that your proto definition file imports the proto which defines the option."},
    {"(o.M.i32) = 1", "1 Option field '(o.M.i32)' is not a field or extension of message 'FieldOptions'."},
    {"(.o.i32) = 1", "= 88b51801"},
    {"(i32) = 1",
     "1 Option '(i32)' unknown. Ensure that your proto definition file imports the proto which defines the option."},
    {"(uninterpreted_option) = 1", "1 Option must not use reserved name 'uninterpreted_option'."},
    {"uninterpreted_option.x = 1", "1 Option must not use reserved name 'uninterpreted_option'."},
    {"deprecated = true, (o.i32) = 5, ctype = CORD", "= 0801180188b51805"},
    {"ctype = NOPE", "9 Enum type 'google.protobuf.FieldOptions.CType' has no value named 'NOPE' for option "
                     "'google.protobuf.FieldOptions.ctype'."},
    {"ctype = 1", "9 Value must be identifier for enum-valued option 'google.protobuf.FieldOptions.ctype'."},
    {"nope = 1",
     "1 Option 'nope' unknown. Ensure that your proto definition file imports the proto which defines the option."},
};

#define BEFORE P3 "import 'o.proto'; message A { int32 a = 1 ["

static const struct pb_schema *schema_of(const char *options)
{
    const char *const dependencies[] = {"p3.proto", proto3_file, "o.proto", options_file, NULL};
    return linked_with(arena_printf(arena, BEFORE "%s]; }", options).p, dependencies);
}

static struct str bytes_of(const struct pb_schema *schema)
{
    struct error err = ERROR_INIT(arena);
    struct buf out = new_text(), text = new_text();
    const struct pb_field *field = field_named(schema, "A.a");
    ck_assert_int_eq(
        pb_options_interpret(schema, schema->root, PB_FIELD_OPTIONS, field->full_name, &field->options, &out, &err), 0);
    for (size_t i = 0; i < out.n; i++)
        buf_printf(&text, "%02x", (unsigned char)out.p[i]);
    return buf_str(&text);
}

START_TEST(options_mean_what_they_mean_to_protoc)
{
    const struct pb_schema *schema = schema_of(rows[_i].options);
    const char *outcome = rows[_i].outcome;
    bool is_right = outcome[0] == '=';
    struct str got = strict_fault(schema), wanted = is_right ? STR_EMPTY : placed(outcome, (long)strlen(BEFORE));
    ck_assert_msg(str_equal(got, wanted), "%s\nsays: " STR_FMT "\nnot: %s", rows[_i].options, SHOWN(got), outcome);
    if (is_right)
        assert_text(bytes_of(schema), str_of(outcome + 2));
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, options_mean_what_they_mean_to_protoc, 0, ROWS(rows));
}

int main(void)
{
    return run_tests("protobuf check options", add_tests);
}
