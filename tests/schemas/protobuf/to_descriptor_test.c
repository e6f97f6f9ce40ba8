/* Descriptors of files, in both forms. What is expected of LINKED was written by protoc 3.21 -o, of editions by protoc 35.
 * covers: schemas/protobuf/to_descriptor.c schemas/protobuf/to_descriptor_field.c
 * covers: schemas/protobuf/to_descriptor_message.c schemas/protobuf/to_descriptor_options.c
 * covers: schemas/protobuf/to_descriptor_text.c */
#include "recorded_fixture.h"

#include "protobuf/descriptor_private.h"

#include <float.h>
#include <math.h>

static const struct {
    const char *text, *descriptor;
} linked_forms[] = {
    {"package p; message A { optional B b = 1; message B { optional A a = 1; required .p.A.B c = 2; } } message B { "
     "repeated A.B x_y = 1; repeated int32 _z9 = 2 [json_name = 'Zed']; }",
     "1'default' 2'p' 4{1'A' 2{1'b' 3=1 4=1 5=11 6'.p.A.B' 10'b'} 3{1'B' 2{1'a' 3=1 4=1 5=11 6'.p.A' 10'a'} 2{1'c' 3=2 "
     "4=2 5=11 6'.p.A.B' 10'c'}}} 4{1'B' 2{1'x_y' 3=1 4=3 5=11 6'.p.A.B' 10'xY'} 2{1'_z9' 3=2 4=3 5=5 10'Zed'}}"},
    {"syntax = 'proto3'; message S { double a = 1; float b = 2; int64 c = 3; uint64 d = 4; int32 e = 5; fixed64 f = 6; "
     "fixed32 g = 7; bool h = 8; string i = 9; bytes j = 10; uint32 k = 11; sfixed32 l = 12; sfixed64 m = 13; sint32 n "
     "= 14; sint64 o = 536870911; }",
     "1'default' 4{1'S' 2{1'a' 3=1 4=1 5=1 10'a'} 2{1'b' 3=2 4=1 5=2 10'b'} 2{1'c' 3=3 4=1 5=3 10'c'} 2{1'd' 3=4 4=1 "
     "5=4 10'd'} 2{1'e' 3=5 4=1 5=5 10'e'} 2{1'f' 3=6 4=1 5=6 10'f'} 2{1'g' 3=7 4=1 5=7 10'g'} 2{1'h' 3=8 4=1 5=8 "
     "10'h'} 2{1'i' 3=9 4=1 5=9 10'i'} 2{1'j' 3=10 4=1 5=12 10'j'} 2{1'k' 3=11 4=1 5=13 10'k'} 2{1'l' 3=12 4=1 5=15 "
     "10'l'} 2{1'm' 3=13 4=1 5=16 10'm'} 2{1'n' 3=14 4=1 5=17 10'n'} 2{1'o' 3=536870911 4=1 5=18 10'o'}} 12'proto3'"},
    {"syntax = 'proto3'; message M { optional int32 _w = 1; optional M z = 2; oneof _q { int32 r = 3; } optional int32 "
     "q = 4; optional int32 X_w = 5; }",
     "1'default' 4{1'M' 2{1'_w' 3=1 4=1 5=5 9=1 10'W' 17=1} 2{1'z' 3=2 4=1 5=11 6'.M' 9=2 10'z' 17=1} 2{1'r' 3=3 4=1 "
     "5=5 9=0 10'r'} 2{1'q' 3=4 4=1 5=5 9=3 10'q' 17=1} 2{1'X_w' 3=5 4=1 5=5 9=4 10'XW' 17=1} 8{1'_q'} 8{1'XX_w'} "
     "8{1'_z'} 8{1'X_q'} 8{1'_X_w'}} 12'proto3'"},
    {"syntax = 'proto3'; message M { map<string, int32> foo_bar = 1; message N {} map<int32, N> _x2y = 2; enum E { Z = "
     "0; } map<bool, E> e = 3; }",
     "1'default' 4{1'M' 2{1'foo_bar' 3=1 4=3 5=11 6'.M.FooBarEntry' 10'fooBar'} 2{1'_x2y' 3=2 4=3 5=11 6'.M.X2yEntry' "
     "10'X2y'} 2{1'e' 3=3 4=3 5=11 6'.M.EEntry' 10'e'} 3{1'FooBarEntry' 2{1'key' 3=1 4=1 5=9 10'key'} 2{1'value' 3=2 "
     "4=1 5=5 10'value'} 7{7=1}} 3{1'N'} 3{1'X2yEntry' 2{1'key' 3=1 4=1 5=5 10'key'} 2{1'value' 3=2 4=1 5=11 6'.M.N' "
     "10'value'} 7{7=1}} 3{1'EEntry' 2{1'key' 3=1 4=1 5=8 10'key'} 2{1'value' 3=2 4=1 5=14 6'.M.E' 10'value'} 7{7=1}} "
     "4{1'E' 2{1'Z' 2=0}}} 12'proto3'"},
    {"message M { optional group Grp = 1 { optional int32 a = 1; } oneof o { group InO = 2 { } string s = 3; } "
     "extensions 9 to max; extend M { repeated group Ext = 9 { } } } extend M { optional group FileExt = 10 { } } "
     "message After {}",
     "1'default' 4{1'M' 2{1'grp' 3=1 4=1 5=10 6'.M.Grp' 10'grp'} 2{1'ino' 3=2 4=1 5=10 6'.M.InO' 9=0 10'ino'} 2{1's' "
     "3=3 4=1 5=9 9=0 10's'} 3{1'Grp' 2{1'a' 3=1 4=1 5=5 10'a'}} 3{1'InO'} 3{1'Ext'} 5{1=9 2=536870912} 6{1'ext' 2'.M' "
     "3=9 4=3 5=10 6'.M.Ext' 10'ext'} 8{1'o'}} 4{1'FileExt'} 4{1'After'} 7{1'fileext' 2'.M' 3=10 4=1 5=10 6'.FileExt' "
     "10'fileext'}"},
    {"message M { reserved 9 to 11, 2, 1000 to max; reserved 'a', 'b'; extensions 20 to 30, 40; extensions 50; } "
     "message S { option message_set_wire_format = true; extensions 4 to max; reserved 1 to 3; } enum E { W = 0; X = "
     "-1; reserved 100 to max; reserved -5 to -3, 9; reserved 'G'; }",
     "1'default' 4{1'M' 5{1=20 2=31} 5{1=40 2=41} 5{1=50 2=51} 9{1=9 2=12} 9{1=2 2=3} 9{1=1000 2=536870912} 10'a' "
     "10'b'} 4{1'S' 5{1=4 2=2147483647} 7{1=1} 9{1=1 2=4}} 5{1'E' 2{1'W' 2=0} 2{1'X' 2=-1} 4{1=100 2=2147483647} "
     "4{1=-5 2=-3} 4{1=9 2=9} 5'G'}"},
    {"message M { reserved 2147483647, 7 to 2147483647; } enum E { X = 0; reserved 7 to 2147483647; }",
     "1'default' 4{1'M' 9{1=2147483647 2=-2147483648} 9{1=7 2=-2147483648}} 5{1'E' 2{1'X' 2=0} 4{1=7 2=2147483647}}"},
    {"message D { optional int32 a = 1 [default = -0x80000000]; optional int64 b = 2 [default = -0]; optional uint32 c "
     "= 3 [default = 017]; optional uint64 d = 4 [default = 0xFFFFFFFFFFFFFFFF]; optional sint32 e = 5 [default = "
     "2147483647]; optional fixed32 f = 6 [default = 4294967295]; optional sfixed64 g = 7 [default = "
     "-9223372036854775808]; }",
     "1'default' 4{1'D' 2{1'a' 3=1 4=1 5=5 7'-2147483648' 10'a'} 2{1'b' 3=2 4=1 5=3 7'0' 10'b'} 2{1'c' 3=3 4=1 5=13 "
     "7'15' 10'c'} 2{1'd' 3=4 4=1 5=4 7'18446744073709551615' 10'd'} 2{1'e' 3=5 4=1 5=17 7'2147483647' 10'e'} 2{1'f' "
     "3=6 4=1 5=7 7'4294967295' 10'f'} 2{1'g' 3=7 4=1 5=16 7'-9223372036854775808' 10'g'}}"},
    {"message D { optional float a = 1 [default = 0.1]; optional float b = 2 [default = 16777217]; optional float c = "
     "3 [default = -1e39]; optional float d = 4 [default = 1.0000001]; optional double e = 5 [default = 0x10]; "
     "optional double f = 6 [default = 1e400]; optional double g = 7 [default = -nan]; optional double h = 8 [default "
     "= -0]; optional double i = 9 [default = .5e-7]; optional double j = 10 [default = 0.1234567890123456789]; "
     "optional double k = 11 [default = 017]; optional double l = 12 [default = 1.]; optional double m = 13 [default = "
     "1e15]; optional float n = 14 [default = -inf]; }",
     "1'default' 4{1'D' 2{1'a' 3=1 4=1 5=2 7'0.1' 10'a'} 2{1'b' 3=2 4=1 5=2 7'16777216' 10'b'} 2{1'c' 3=3 4=1 5=2 "
     "7'-inf' 10'c'} 2{1'd' 3=4 4=1 5=2 7'1.00000012' 10'd'} 2{1'e' 3=5 4=1 5=1 7'16' 10'e'} 2{1'f' 3=6 4=1 5=1 7'inf' "
     "10'f'} 2{1'g' 3=7 4=1 5=1 7'nan' 10'g'} 2{1'h' 3=8 4=1 5=1 7'-0' 10'h'} 2{1'i' 3=9 4=1 5=1 7'5e-08' 10'i'} "
     "2{1'j' 3=10 4=1 5=1 7'0.12345678901234568' 10'j'} 2{1'k' 3=11 4=1 5=1 7'15' 10'k'} 2{1'l' 3=12 4=1 5=1 7'1' "
     "10'l'} 2{1'm' 3=13 4=1 5=1 7'1e+15' 10'm'} 2{1'n' 3=14 4=1 5=2 7'-inf' 10'n'}}"},
    {"message D { optional bool a = 1 [default = true]; optional E b = 2 [default = Y]; optional string c = 3 [default "
     "= 'a\\tb\\'c\\\\d\\n\\x41\\101é']; optional bytes d = 4 [default = '\\001\\'?\\n\\\\\\377a\\x7f\\r\\t`']; "
     "optional string e = 5 [default = '']; enum E { X = 1; Y = 2; } }",
     "1'default' 4{1'D' 2{1'a' 3=1 4=1 5=8 7'true' 10'a'} 2{1'b' 3=2 4=1 5=14 6'.D.E' 7'Y' 10'b'} 2{1'c' 3=3 4=1 5=9 "
     "7'a\011b\"c\\d\012AA\303\251' 10'c'} 2{1'd' 3=4 4=1 5=12 7'\\001\\\"?\\n\\\\\\377a\\177\\r\\t\\`' 10'd'} 2{1'e' "
     "3=5 4=1 5=9 7'' 10'e'} 4{1'E' 2{1'X' 2=1} 2{1'Y' 2=2}}}"},
    {"syntax = 'proto3'; import 'google/protobuf/any.proto'; import public 'google/protobuf/empty.proto'; import "
     "'google/protobuf/duration.proto'; import weak 'google/protobuf/timestamp.proto'; import public "
     "'google/protobuf/struct.proto'; message M { google.protobuf.Any a = 1; google.protobuf.Empty b = 2; "
     "google.protobuf.Duration c = 3; google.protobuf.Timestamp d = 4; google.protobuf.NullValue e = 5; }",
     "1'default' 3'google/protobuf/any.proto' 3'google/protobuf/empty.proto' 3'google/protobuf/duration.proto' "
     "3'google/protobuf/timestamp.proto' 3'google/protobuf/struct.proto' 4{1'M' 2{1'a' 3=1 4=1 5=11 "
     "6'.google.protobuf.Any' 10'a'} 2{1'b' 3=2 4=1 5=11 6'.google.protobuf.Empty' 10'b'} 2{1'c' 3=3 4=1 5=11 "
     "6'.google.protobuf.Duration' 10'c'} 2{1'd' 3=4 4=1 5=11 6'.google.protobuf.Timestamp' 10'd'} 2{1'e' 3=5 4=1 5=14 "
     "6'.google.protobuf.NullValue' 10'e'}} 10=1 10=4 11=3 12'proto3'"},
    {"syntax = 'proto3'; package p; message A {} service S { rpc U (A) returns (A); rpc C (stream A) returns (.p.A) { "
     "option deprecated = true; option idempotency_level = IDEMPOTENT; } rpc B (stream p.A) returns (stream A); option "
     "deprecated = true; } service T {}",
     "1'default' 2'p' 4{1'A'} 6{1'S' 2{1'U' 2'.p.A' 3'.p.A'} 2{1'C' 2'.p.A' 3'.p.A' 4{33=1 34=2} 5=1} 2{1'B' 2'.p.A' "
     "3'.p.A' 5=1 6=1} 3{33=1}} 6{1'T'} 12'proto3'"},
    {"syntax = 'proto3'; import 'google/protobuf/descriptor.proto'; extend google.protobuf.FieldOptions { optional "
     "string a_b = 50001; string c = 50002; repeated M d = 50003; } message M { extend google.protobuf.FileOptions { "
     "optional M m = 50010; } string e = 1 [(a_b) = 'x', (c) = 'y', (d) = { e: 'z' }, (d) = {}]; } option (M.m) = { e: "
     "'file' }; option java_package = 'j';",
     "1'default' 3'google/protobuf/descriptor.proto' 4{1'M' 2{1'e' 3=1 4=1 5=9 8{50001'x' 50002'y' 50003{1'z'} "
     "50003''} 10'e'} 6{1'm' 2'.google.protobuf.FileOptions' 3=50010 4=1 5=11 6'.M' 10'm' 17=1}} 7{1'a_b' "
     "2'.google.protobuf.FieldOptions' 3=50001 4=1 5=9 10'aB' 17=1} 7{1'c' 2'.google.protobuf.FieldOptions' 3=50002 "
     "4=1 5=9 10'c'} 7{1'd' 2'.google.protobuf.FieldOptions' 3=50003 4=3 5=11 6'.M' 10'd'} 8{1'j' 50010{1'file'}} "
     "12'proto3'"},
    {"option java_package = 'j'; option optimize_for = CODE_SIZE; message M { option deprecated = true; optional "
     "string a = 1 [ctype = CORD, deprecated = true]; optional M d = 4 [lazy = true]; repeated int32 b = 2 [packed = "
     "true]; oneof o { string c = 3; } extensions 9; } enum E { option allow_alias = true; X = 0; Y = 0 [deprecated = "
     "true]; }",
     "1'default' 4{1'M' 2{1'a' 3=1 4=1 5=9 8{1=1 3=1} 10'a'} 2{1'd' 3=4 4=1 5=11 6'.M' 8{5=1} 10'd'} 2{1'b' 3=2 4=3 "
     "5=5 8{2=1} 10'b'} 2{1'c' 3=3 4=1 5=9 9=0 10'c'} 5{1=9 2=10} 7{3=1} 8{1'o'}} 5{1'E' 2{1'X' 2=0} 2{1'Y' 2=0 "
     "3{1=1}} 3{2=1}} 8{1'j' 9=2}"},
    {"import 'google/protobuf/descriptor.proto'; extend google.protobuf.ExtensionRangeOptions { optional string er = "
     "50001; } extend google.protobuf.OneofOptions { optional int32 oo = 50001; } message M { extensions 100 to 110, "
     "120 [(er) = 'range']; extensions 200; oneof o { option (oo) = -1; string a = 1; } oneof n { string b = 2; } }",
     "1'default' 3'google/protobuf/descriptor.proto' 4{1'M' 2{1'a' 3=1 4=1 5=9 9=0 10'a'} 2{1'b' 3=2 4=1 5=9 9=1 "
     "10'b'} 5{1=100 2=111 3{50001'range'}} 5{1=120 2=121 3{50001'range'}} 5{1=200 2=201} 8{1'o' 2{50001=-1}} 8{1'n'}} "
     "7{1'er' 2'.google.protobuf.ExtensionRangeOptions' 3=50001 4=1 5=9 10'er'} 7{1'oo' "
     "2'.google.protobuf.OneofOptions' 3=50001 4=1 5=5 10'oo'}"},
    {"edition = '2023'; package p; option features.enum_type = CLOSED; message M { map<string, int32> foo = 1 "
     "[features.utf8_validation = NONE]; M n = 2 [features.message_encoding = DELIMITED]; int32 r = 3 "
     "[features.field_presence = LEGACY_REQUIRED]; repeated int32 d = 4; int32 e = 5 [default = 5]; reserved x, y; "
     "extensions 100 to 200 [verification = UNVERIFIED]; oneof o { M f = 6; } }",
     "1'default' 2'p' 4{1'M' 2{1'foo' 3=1 4=3 5=11 6'.p.M.FooEntry' 8{21{4=3}} 10'foo'} 2{1'n' 3=2 4=1 5=11 6'.p.M' "
     "8{21{5=2}} 10'n'} 2{1'r' 3=3 4=1 5=5 8{21{1=3}} 10'r'} 2{1'd' 3=4 4=3 5=5 10'd'} 2{1'e' 3=5 4=1 5=5 7'5' 10'e'} "
     "2{1'f' 3=6 4=1 5=11 6'.p.M' 9=0 10'f'} 3{1'FooEntry' 2{1'key' 3=1 4=1 5=9 8{21{4=3}} 10'key'} 2{1'value' 3=2 4=1 "
     "5=5 8{21{4=3}} 10'value'} 7{7=1}} 5{1=100 2=201} 8{1'o'} 10'x' 10'y'} 8{50{2=2}} 12'editions' 14=1000"},
    {"edition = '2024'; import option 'google/protobuf/cpp_features.proto'; export message M { local message N {} "
     "local enum E { A = 0; } string f = 1 [features.(pb.cpp).string_type = VIEW]; }",
     "1'default' 4{1'M' 2{1'f' 3=1 4=1 5=9 8{21{1000{2=1}}} 10'f'} 3{1'N' 11=1} 4{1'E' 2{1'A' 2=0} 6=1} 11=2} "
     "12'editions' 14=1001 15'google/protobuf/cpp_features.proto'"},
};
/* Their texts have everything in the order in which it is printed. */
static const struct {
    const char *descriptor;
} round_trips[] = {
    {"1'default' 2't.a' 3'google/protobuf/any.proto' 3'google/protobuf/empty.proto' 4{1'M' 2{1'a' 3=1 4=1 5=5 9=1 "
     "10'a' 17=1} 2{1'b_c' 3=2 4=3 5=11 6'.t.a.M.BCEntry' 10'bC'} 2{1'd' 3=3 4=1 5=11 6'.google.protobuf.Any' 8{3=1} "
     "10'd'} 2{1'e' 3=4 4=3 5=14 6'.t.a.M.E' 8{2=0} 10'e'} 2{1'f' 3=5 4=1 5=9 9=2 10'F' 17=1} 2{1'g' 3=6 4=1 5=9 9=0 "
     "10'g'} 2{1'h' 3=7 4=1 5=11 6'.t.a.M' 9=0 10'h'} 3{1'BCEntry' 2{1'key' 3=1 4=1 5=9 10'key'} 2{1'value' 3=2 4=1 "
     "5=11 6'.t.a.M.N' 10'value'} 7{7=1}} 3{1'N' 2{1'c' 3=1 4=3 5=11 6'.t.a.M.N.CEntry' 10'c'} 3{1'CEntry' 2{1'key' "
     "3=1 4=1 5=5 10'key'} 2{1'value' 3=2 4=1 5=12 10'value'} 7{7=1}}} 4{1'E' 2{1'Z' 2=0}} 7{3=1} 8{1'o'} 8{1'_a'} "
     "8{1'_f'} 9{1=9 2=12} 9{1=20 2=21} 10'x'} 5{1'F' 2{1'A' 2=0} 2{1'B' 2=0 3{1=1}} 3{2=1} 4{1=-5 2=-1} 4{1=100 "
     "2=2147483647} 5'G'} 6{1'S' 2{1'U' 2'.t.a.M' 3'.t.a.M' 6=1} 2{1'V' 2'.t.a.M' 3'.t.a.M' 4{34=2} 5=1} 3{33=1}} "
     "8{1'j' 10=1} 10=1 12'proto3'"},
    {"1'default' 2't' 4{1'M' 2{1'a' 3=1 4=2 5=5 7'-7' 10'a'} 2{1'b' 3=2 4=1 5=12 7'\\001\\377\\`x' 10'b'} 2{1'c' 3=3 "
     "4=1 5=2 7'-inf' 10'c'} 2{1'd' 3=4 4=1 5=1 7'0.1' 10'd'} 2{1'e' 3=8 4=1 5=14 6'.t.M.E' 7'Y' 10'e'} 2{1'f' 3=9 4=1 "
     "5=9 7'a\"\303\251' 10'f'} 2{1'g' 3=10 4=1 5=8 7'false' 10'g'} 2{1'grp' 3=11 4=1 5=10 6'.t.M.Grp' 10'grp'} "
     "3{1'Grp' 2{1'm' 3=1 4=1 5=11 6'.t.M' 10'm'}} 4{1'E' 2{1'X' 2=-1} 2{1'Y' 2=2}} 9{1=50 2=536870912}} 4{1'N' 5{1=4 "
     "2=2147483647} 7{1=1}} 4{1'O' 5{1=10 2=21} 5{1=30 2=31} 6{1'o' 2'.t.N' 3=5 4=1 5=11 6'.t.O' 10'o'}} 4{1'Ext'} "
     "7{1'x' 2'.t.O' 3=11 4=3 5=5 8{2=1} 10'x'} 7{1'ext' 2'.t.O' 3=10 4=1 5=10 6'.t.Ext' 10'ext'}"},
    {"1'default' 2't' 3'google/protobuf/descriptor.proto' 4{1'Opt' 2{1'n' 3=1 4=1 5=5 10'n'} 2{1's' 3=2 4=1 5=9 10's'} "
     "2{1'r' 3=3 4=3 5=5 10'r'} 2{1'sub' 3=4 4=1 5=11 6'.t.Opt' 10'sub'} 2{1'lv' 3=5 4=1 5=14 6'.t.Level' 10'lv'} "
     "2{1'mp' 3=6 4=3 5=11 6'.t.Opt.MpEntry' 10'mp'} 2{1'g' 3=7 4=1 5=11 6'.t.G' 10'g'} 3{1'MpEntry' 2{1'key' 3=1 4=1 "
     "5=9 10'key'} 2{1'value' 3=2 4=1 5=5 10'value'} 7{7=1}} 5{1=100 2=536870912}} 4{1'G' 2{1'grp' 3=1 4=1 5=10 "
     "6'.t.G.Grp' 10'grp'} 3{1'Grp' 2{1'b' 3=1 4=1 5=8 10'b'}}} 4{1'M' 2{1'a' 3=1 4=1 5=9 8{50002#0000c03f 50003'b' "
     "50003'a' 50004=1 50005'\001\377' 50007=5 50008#0700000000000000 50009=-1} 10'a'} 2{1'b' 3=2 4=1 5=9 9=0 10'b'} "
     "5{1=200 2=201 3{50001'range'}} 7{50001{1=-5 2'x' 3=1 3=2 4{5=1 100'e'} 5=0 6{1'k' 2=1} 7{1(1=1)}}} 8{1'o' "
     "2{50001=1}}} 5{1'Level' 2{1'LOW' 2=0} 2{1'HIGH' 2=1 3{50001=-12}}} 7{1'extra' 2'.t.Opt' 3=100 4=1 5=9 10'extra'} "
     "7{1'fo' 2'.google.protobuf.FileOptions' 3=50001 4=1 5=9 10'fo'} 7{1'mo' 2'.google.protobuf.MessageOptions' "
     "3=50001 4=1 5=11 6'.t.Opt' 10'mo'} 7{1'num' 2'.google.protobuf.FieldOptions' 3=50002 4=1 5=2 10'num'} 7{1'tags' "
     "2'.google.protobuf.FieldOptions' 3=50003 4=3 5=9 10'tags'} 7{1'lvl' 2'.google.protobuf.FieldOptions' 3=50004 4=1 "
     "5=14 6'.t.Level' 10'lvl'} 7{1'by' 2'.google.protobuf.FieldOptions' 3=50005 4=1 5=12 10'by'} 7{1'd' "
     "2'.google.protobuf.FieldOptions' 3=50006 4=1 5=1 10'd'} 7{1'z' 2'.google.protobuf.FieldOptions' 3=50007 4=1 5=17 "
     "10'z'} 7{1'fx' 2'.google.protobuf.FieldOptions' 3=50008 4=1 5=6 10'fx'} 7{1'u' 2'.google.protobuf.FieldOptions' "
     "3=50009 4=1 5=4 10'u'} 7{1'evo' 2'.google.protobuf.EnumValueOptions' 3=50001 4=1 5=3 10'evo'} 7{1'oo' "
     "2'.google.protobuf.OneofOptions' 3=50001 4=1 5=8 10'oo'} 7{1'ero' 2'.google.protobuf.ExtensionRangeOptions' "
     "3=50001 4=1 5=9 10'ero'} 8{50001'file'}"},
    {"1'default' 2'p' 4{1'M' 2{1'foo' 3=1 4=3 5=11 6'.p.M.FooEntry' 8{21{4=3}} 10'foo'} 2{1'n' 3=2 4=1 5=11 6'.p.M' "
     "8{21{5=2}} 10'n'} 2{1'r' 3=3 4=1 5=5 8{21{1=3}} 10'r'} 2{1'd' 3=4 4=3 5=5 10'd'} 2{1'e' 3=5 4=1 5=5 7'5' 10'e'} "
     "2{1'f' 3=6 4=1 5=11 6'.p.M' 9=0 10'f'} 3{1'FooEntry' 2{1'key' 3=1 4=1 5=9 8{21{4=3}} 10'key'} 2{1'value' 3=2 4=1 "
     "5=5 8{21{4=3}} 10'value'} 7{7=1}} 5{1=100 2=201} 5{1=300 2=301} 8{1'o'} 10'x'} 8{50{2=2}} 12'editions' 14=1000"},
    {"1'default' 4{1'M' 2{1'f' 3=1 4=1 5=9 8{21{1000{2=1}}} 10'f'} 3{1'N' 11=1} 4{1'E' 2{1'A' 2=0} 6=1} 11=2} "
     "12'editions' 14=1001 15'google/protobuf/cpp_features.proto'"},
};
static const struct {
    const char *text, *descriptor;
} written_forms[] = {
    {"syntax = 'proto3'; package p; import 'google/protobuf/any.proto'; import public 'google/protobuf/empty.proto'; "
     "import weak 'google/protobuf/type.proto'; import 'nowhere.proto'; message M { int32 a = 1; optional int32 b = 2; "
     "repeated M c = 3; oneof o { string d = 4; .p.M e = 5; } oneof q { google.protobuf.Any f = 6; } message N { } "
     "map<string, p.M> foo = 7; map<int32, M.N> foo_barBaz = 8 [json_name = 'x']; } service S { rpc U (M) returns "
     "(.p.M); rpc V (stream M) returns (stream p.M); }",
     "1'default' 2'p' 3'google/protobuf/any.proto' 3'google/protobuf/type.proto' 3'google/protobuf/empty.proto' 4{1'M' "
     "2{1'd' 3=4 4=1 5=9 9=0} 2{1'e' 3=5 4=1 5=11 6'.p.M' 9=0} 2{1'f' 3=6 4=1 5=11 6'google.protobuf.Any' 9=1} 2{1'a' "
     "3=1 5=5} 2{1'b' 3=2 4=1 5=5 9=2 17=1} 2{1'c' 3=3 4=3 5=11 6'M'} 2{1'foo' 3=7 4=3 6'fooEntry'} 2{1'foo_barBaz' "
     "3=8 4=3 6'FooBarbazEntry' 10'x'} 3{1'N'} 3{1'fooEntry' 2{1'key' 3=1 5=9} 2{1'value' 3=2 5=11 6'p.M'} 7{7=1}} "
     "3{1'FooBarbazEntry' 2{1'key' 3=1 5=5} 2{1'value' 3=2 5=11 6'M.N'} 7{7=1}} 8{1'o' 2{}} 8{1'q' 2{}} 8{1'_b' 2{}}} "
     "6{1'S' 2{1'U' 2'M' 3'.p.M' 5=0 6=0} 2{1'V' 2'M' 3'p.M' 5=1 6=1}} 10=2 11=1 12'proto3'"},
    {"message A { optional group Grp = 1 { repeated int32 x = 1; } required B b = 2; optional double c = 3 [default = "
     "1.50]; optional int32 d = 4 [default = -0x10]; optional bytes e = 5 [default = 'a\\377']; optional bytes f = 6 "
     "[default = abc]; oneof o { group Two = 7 { } int32 g = 8; } extensions 10 to 20; extensions 30, 40 to max; "
     "extend A { optional A h = 10; } reserved 9; reserved 'z'; } message B { } enum E { X = 0; reserved -5 to -3, 100 "
     "to max; reserved 'Y'; } extend .A { optional group Ext = 11 { } repeated E i = 12; }",
     "1'default' 4{1'A' 2{1'two' 3=7 4=1 5=10 6'Two' 9=0} 2{1'g' 3=8 4=1 5=5 9=0} 2{1'grp' 3=1 4=1 5=10 6'Grp'} 2{1'b' "
     "3=2 4=2 5=11 6'B'} 2{1'c' 3=3 4=1 5=1 7'1.50'} 2{1'd' 3=4 4=1 5=5 7'-0x10'} 2{1'e' 3=5 4=1 5=12 7'a\\377'} "
     "2{1'f' 3=6 4=1 5=12 7'abc'} 3{1'Grp' 2{1'x' 3=1 4=3 5=5}} 3{1'Two'} 5{1=10 2=21 3{}} 5{1=30 2=31 3{}} 5{1=40 "
     "2=536870912 3{}} 6{1'h' 2'A' 3=10 4=1 5=11 6'A'} 8{1'o' 2{}} 9{1=9 2=10} 10'z'} 4{1'B'} 4{1'Ext'} 5{1'E' 2{1'X' "
     "2=0} 4{1=-5 2=-3} 4{1=100 2=2147483647} 5'Y'} 7{1'ext' 2'.A' 3=11 4=1 5=10 6'Ext'} 7{1'i' 2'.A' 3=12 4=3 5=14 "
     "6'E'}"},
    {"syntax = 'proto2'; message A { optional Nowhere a = 1; map<int32, Nowhere> b = 2; }",
     "1'default' 4{1'A' 2{1'a' 3=1 4=1 6'Nowhere'} 2{1'b' 3=2 4=3 6'bEntry'} 3{1'bEntry' 2{1'key' 3=1 5=5} 2{1'value' "
     "3=2 6'Nowhere'} 7{7=1}}} 12'proto2'"},
    {"edition = '2023'; message A { int32 a = 1 [features.field_presence = IMPLICIT]; A b = 2 "
     "[features.message_encoding = DELIMITED]; repeated A c = 3; }",
     "1'default' 4{1'A' 2{1'a' 3=1 5=5 8{21{1=2}}} 2{1'b' 3=2 5=11 6'A' 8{21{5=2}}} 2{1'c' 3=3 4=3 5=11 6'A'}} "
     "12'editions' 14=1000"},
    {"syntax = 'proto3'; import 'confluent/meta.proto'; message A { option (confluent.message_meta) = { doc: 'd' }; "
     "option (unknown.extension) = 1; option deprecated = true; string a = 1 [(confluent.field_meta).doc = 'x', "
     "(confluent.field_meta).tags = 'y', packed = nonsense]; enum E { option (nowhere) = { }; Z = 0 "
     "[(confluent.enum_value_meta).doc = 'v']; } }",
     "1'default' 3'confluent/meta.proto' 4{1'A' 2{1'a' 3=1 5=9 8{1088{1'x' 3'y'}}} 4{1'E' 2{1'Z' 2=0 3{1088{1'v'}}}} "
     "7{3=1 1088{1'd'}}} 12'proto3'"},
};

static struct str descriptor_of(const char *text, enum pb_descriptor_form form)
{
    return described(linked(parsed("default", spelled(text)), NULL, 0), form);
}

START_TEST(linked_descriptors_are_those_of_protoc)
{
    const char *text = linked_forms[_i].text;
    assert_bytes(descriptor_of(text, PB_DESCRIPTOR_LINKED), encoded(linked_forms[_i].descriptor), text);
}
END_TEST

/* A descriptor as a text, and its descriptor again: the same. */
START_TEST(linked_descriptors_survive_a_round_trip)
{
    struct error err = ERROR_INIT(arena);
    struct str bytes = encoded(round_trips[_i].descriptor), again;
    struct pb_file *file = NULL;
    ck_assert_msg(pb_from_descriptor(arena, STR("default"), bytes, NULL, &file, &err) == 0, "%s: " STR_FMT,
                  round_trips[_i].descriptor, STR_ARG(err.text));
    struct str text = printed(file);
    again = described(linked(parsed("default", text), NULL, 0), PB_DESCRIPTOR_LINKED);
    assert_bytes(again, bytes, terminated(text));
    again = described(linked(file, NULL, 0), PB_DESCRIPTOR_LINKED);
    assert_bytes(again, bytes, round_trips[_i].descriptor);
}
END_TEST

/* Names and types of imported files, and only the files that are asked for. */
START_TEST(files_may_refer_to_each_other)
{
    struct pb_file *others[] = {
        parsed("other.proto", spelled("syntax = 'proto3'; package o; enum E { Z = 0; } message M { E e = 1; }"))};
    struct pb_file *root = parsed(
        "default",
        spelled(
            "import 'other.proto'; message A { optional o.M m = 1; extensions 5; } extend A { optional o.E e = 5; }"));
    struct pb_schema *schema = linked(root, others, 1);
    assert_bytes(described(schema, PB_DESCRIPTOR_LINKED),
                 encoded("1'default' 3'other.proto' 4{1'A' 2{1'm' 3=1 4=1 5=11 6'.o.M' 10'm'} 5{1=5 2=6}} "
                         "7{1'e' 2'.A' 3=5 4=1 5=14 6'.o.E' 10'e'}"),
                 "root");
    schema->root = others[0];
    assert_bytes(
        described(schema, PB_DESCRIPTOR_LINKED),
        encoded("1'other.proto' 2'o' 4{1'M' 2{1'e' 3=1 4=1 5=14 6'.o.E' 10'e'}} 5{1'E' 2{1'Z' 2=0}} 12'proto3'"),
        "dependency");
}
END_TEST

/* -- what has no descriptor --------------------------------------------------------------------------------------- */

static const struct {
    const char *text, *reason;
} refusals[] = {
    {"message A { optional B b = 1; }", "line 1, column 22: \"B\" is not defined."},
    {"message A { map<int32, B> b = 1; }", "line 1, column 24: \"B\" is not defined."},
    {"extend B { optional int32 b = 1; }", "line 1, column 8: \"B\" is not defined."},
    {"service S { rpc R (B) returns (B); }", "line 1, column 20: \"B\" is not defined."},
    {"message A { optional int32 b = 1 [default = 1.5]; }",
     "line 1, column 45: Expected integer for field default value."},
    {"message A { optional int32 b = 1 [default = 'x']; }",
     "line 1, column 45: Expected integer for field default value."},
    {"message A { optional int32 b = 1 [default = 2147483648]; }", "line 1, column 45: Integer out of range."},
    {"message A { optional int64 b = 1 [default = -9223372036854775809]; }",
     "line 1, column 45: Integer out of range."},
    {"message A { optional uint32 b = 1 [default = -1]; }",
     "line 1, column 46: Unsigned field can't have negative default value."},
    {"message A { optional float b = 1 [default = x]; }", "line 1, column 45: Expected number."},
    {"message A { optional float b = 1 [default = '1']; }", "line 1, column 45: Expected number."},
    {"message A { optional bool b = 1 [default = yes]; }", "line 1, column 44: Expected \"true\" or \"false\"."},
    {"message A { optional string b = 1 [default = yes]; }",
     "line 1, column 46: Expected string for field default value."},
    {"message A { optional E b = 1 [default = 1]; } enum E { X = 1; }",
     "line 1, column 41: Default value for an enum field must be an identifier."},
    {"message A { optional A b = 1 [default = x]; }", "line 1, column 41: Messages can't have default values."},
    {"message A { optional string b = 1 [default = { }]; }", "line 1, column 46: A default is one value."},
    {"message A { extensions 1; extend A { map<int32, int32> m = 1; } }",
     "line 1, column 38: Map fields are not allowed to be extensions."},
};

START_TEST(what_means_nothing_has_no_linked_descriptor)
{
    assert_text(descriptor_of(refusals[_i].text, PB_DESCRIPTOR_LINKED), str_of(refusals[_i].reason), refusals[_i].text);
}
END_TEST

/* -- as written --------------------------------------------------------------------------------------------------- */

START_TEST(written_descriptors_say_what_is_written)
{
    const char *text = written_forms[_i].text;
    assert_bytes(descriptor_of(text, PB_DESCRIPTOR_AS_WRITTEN), encoded(written_forms[_i].descriptor), text);
}
END_TEST

/* Subjects whose recorded descriptors lack something, or say something else because their text was read otherwise. */
static const char *const unlike[] = {
    "pc-proto2-a", /* a group */
    "pc-enums-a", /* 017 is 15; reserved to max */
    "pc-reserved-a", /* 010 is 8 */
    "pc-file-options-a", /* lazy */
    "pc-custom-options-a", /* custom options */
    "pc-with-ref-a", /* a custom option */
    "pc-strings-a", /* \u and \U are escapes */
};

static bool is_unlike(struct str subject)
{
    bool found = false;
    for (size_t i = 0; i < sizeof unlike / sizeof *unlike; i++)
        found = found || str_equal(subject, str_of(unlike[i]));
    return found;
}

static bool starts_with_step(const struct jtree_node *step, const char *start)
{
    return str_starts(recorded_member(step, "do"), str_of(start));
}

START_TEST(recorded_descriptors_are_met)
{
    static const char *const files[] = {"protobuf-canonical", "protobuf-references", "mixed-formats"};
    struct recorded recorded = {0};
    size_t checked = 0;
    for (size_t i = 0; i < 3; i++) {
        for (const struct jtree_node *c = recorded_cases(files[i])->first; c; c = c->next) {
            for (const struct jtree_node *step = jtree_member(c, STR("steps"))->first; step; step = step->next) {
                recorded_note(&recorded, step);
                struct str what = recorded_member(step, "do");
                struct str wanted = recorded_member(jtree_member(step, STR("reply")), "schema");
                if (!starts_with_step(step, "GET /subjects/") || !strstr(terminated(what), "?format=serialized") ||
                    !wanted.n)
                    continue;
                const struct recorded_text *text = recorded_find(&recorded, recorded_subject(what));
                if (!text)
                    continue;
                struct str got = recorded_print(text, SCHEMA_FORM_SERIALIZED);
                ck_assert_msg(str_equal(got, wanted) != is_unlike(text->subject), STR_FMT ": %s\nnot %s",
                              STR_ARG(text->subject), shown(got), shown(wanted));
                checked++;
            }
        }
    }
    printf("%zu recorded descriptors\n", checked);
    ck_assert_uint_ge(checked, 30);
}
END_TEST

/* -- texts in descriptors ----------------------------------------------------------------------------------------- */

static struct str spelled_number(double value, bool is_double)
{
    struct buf out = new_bytes();
    if (is_double)
        pb_put_double(&out, value);
    else
        pb_put_float(&out, (float)value);
    return buf_str(&out);
}

START_TEST(numbers_are_spelled_briefly)
{
    static const struct {
        double value;
        const char *as_double, *as_float;
    } numbers[] = {
        {0, "0", "0"},
        {-0.0, "-0", "-0"},
        {1, "1", "1"},
        {1.5, "1.5", "1.5"},
        {0.1, "0.1", "0.1"},
        {1e15, "1e+15", "1e+15"},
        {123456789, "123456789", "123456792"},
        {1.0 / 3, "0.33333333333333331", "0.333333343"},
        {DBL_MAX, "1.7976931348623157e+308", "inf"},
        {(double)FLT_MAX, "3.4028234663852886e+38", "3.40282347e+38"},
        {DBL_MIN, "2.2250738585072014e-308", "0"},
        {5e-324, "4.94065645841247e-324", "0"},
        {-(double)INFINITY, "-inf", "-inf"},
        {(double)INFINITY, "inf", "inf"},
        {(double)NAN, "nan", "nan"},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_text(spelled_number(numbers[i].value, true), str_of(numbers[i].as_double), "double");
        assert_text(spelled_number(numbers[i].value, false), str_of(numbers[i].as_float), "float");
    }
}
END_TEST

START_TEST(numbers_have_values)
{
    static const struct {
        const char *text, *value; /* NULL: it is no number */
    } numbers[] = {
        {"0", "0"},
        {"017", "15"},
        {"0x1F", "31"},
        {"0XfF", "255"},
        {"18446744073709551615", "1.8446744073709552e+19"},
        {"18446744073709551616", "1.8446744073709552e+19"},
        {"1e3", "1000"},
        {"1E-3", "0.001"},
        {".5", "0.5"},
        {"5.", "5"},
        {"1e400", "inf"},
        {"inf", "inf"},
        {"nan", "nan"},
        {"", NULL},
        {"x", NULL},
        {"infinity", NULL},
        {"INF", NULL},
        {"1x", NULL},
        {"0x", NULL},
        {"0x1p3", NULL},
        {"-1", NULL},
        {"+1", NULL},
        {" 1", NULL},
        {"1 ", NULL},
        {"1e", NULL},
        {".", NULL},
        {"0x10000000000000000", NULL},
        {"02000000000000000000000", NULL},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double value = 0;
        bool is_number = pb_number_value(arena, str_of(numbers[i].text), &value);
        ck_assert_msg(is_number == (numbers[i].value != NULL), "%s", numbers[i].text);
        if (is_number)
            assert_text(spelled_number(value, true), str_of(numbers[i].value), numbers[i].text);
    }
}
END_TEST

START_TEST(all_bytes_can_be_escaped)
{
    struct buf bytes = new_bytes(), text = new_bytes(), again = new_bytes();
    for (int i = 0; i < 256; i++)
        buf_printf(&bytes, "%c%c", i, i % 2 ? '7' : 'f');
    pb_put_escaped(&text, buf_str(&bytes));
    for (size_t i = 0; i < text.n; i++)
        ck_assert(text.p[i] >= ' ' && text.p[i] < 0x7f);
    ck_assert(pb_put_unescaped(&again, buf_str(&text)));
    assert_bytes(buf_str(&again), buf_str(&bytes), "bytes");
}
END_TEST

START_TEST(escapes_have_meanings)
{
    static const struct {
        const char *text, *meaning; /* NULL: an escape is none */
    } escapes[] = {
        {"", ""},
        {"a\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"\\?", "a\a\b\f\n\r\t\v\\'\"?"},
        {"\\1\\12\\123\\1234", "\001\012S\1234"},
        {"\\x4\\X41\\x412", "\x04"
                            "AA2"},
        {"\\", NULL},
        {"a\\q", NULL},
        {"\\x", NULL},
        {"\\xg", NULL},
        {"\\8", NULL},
        {"\\400", NULL},
    };
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        struct buf out = new_bytes();
        bool is_right = pb_put_unescaped(&out, str_of(escapes[i].text));
        ck_assert_msg(is_right == (escapes[i].meaning != NULL), "%s", escapes[i].text);
        if (is_right)
            assert_bytes(buf_str(&out), str_of(escapes[i].meaning), escapes[i].text);
    }
}
END_TEST

/* -- bounds ------------------------------------------------------------------------------------------------------- */

START_TEST(messages_may_nest_deeply)
{
    struct buf text = new_bytes();
    for (int i = 0; i < PB_DEPTH_MAX; i++)
        buf_add(&text, STR("message M { "));
    for (int i = 0; i < PB_DEPTH_MAX; i++)
        buf_add(&text, STR("} "));
    struct pb_schema *schema = linked(parsed("default", buf_str(&text)), NULL, 0);
    struct str bytes = described(schema, PB_DESCRIPTOR_LINKED);
    struct wire_field field;
    size_t depth = 0;
    for (int outcome = 1; outcome == 1; depth += outcome == 1) {
        while ((outcome = wire_next(&bytes, &field)) == 1 && field.number != (depth ? 3 : 4))
            ck_assert_uint_eq(field.number, 1);
        bytes = field.bytes;
    }
    ck_assert_uint_eq(depth, PB_DEPTH_MAX);
}
END_TEST

/* Where the room ends, there is an error and nothing else. */
START_TEST(room_may_end_anywhere)
{
    struct pb_schema *schema = linked(parsed("default", spelled(linked_forms[3].text)), NULL, 0);
    size_t whole = described(schema, PB_DESCRIPTOR_LINKED).n;
    for (size_t max = 0; max <= whole; max++) {
        struct error err = ERROR_INIT(arena);
        struct buf out;
        buf_init(&out, NULL, max);
        int outcome = pb_to_descriptor(schema, schema->root, PB_DESCRIPTOR_LINKED, &out, &err);
        ck_assert_int_eq(outcome, max < whole ? -1 : 0);
        ck_assert_int_eq(error_is_set(&err), max < whole);
        buf_deinit(&out);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, linked_descriptors_are_those_of_protoc, 0, ROWS(linked_forms));
    tcase_add_loop_test(tests, linked_descriptors_survive_a_round_trip, 0, ROWS(round_trips));
    tcase_add_test(tests, files_may_refer_to_each_other);
    tcase_add_loop_test(tests, what_means_nothing_has_no_linked_descriptor, 0, ROWS(refusals));
    tcase_add_loop_test(tests, written_descriptors_say_what_is_written, 0, ROWS(written_forms));
    tcase_add_test(tests, numbers_are_spelled_briefly);
    tcase_add_test(tests, numbers_have_values);
    tcase_add_test(tests, all_bytes_can_be_escaped);
    tcase_add_test(tests, escapes_have_meanings);
    tcase_add_test(tests, messages_may_nest_deeply);
    tcase_add_test(tests, room_may_end_anywhere);
    if (has_recorded())
        tcase_add_test(tests, recorded_descriptors_are_met);
}

int main(void)
{
    int outcome = run_tests("to_descriptor", add_tests);
    if (outcome != 0 || has_recorded())
        return outcome;
    printf("SKIP http/protobuf-canonical.json is not here; the other tests passed\n");
    return 77;
}
