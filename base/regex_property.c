#include "regex_private.h"

#include <stdlib.h>

/* Values of General_Category by all their names, and how PCRE2 calls them. Sorted by name. */
static const struct category {
    const char *name, *short_name;
} categories[] = {
    {"C", "C"},
    {"Cased_Letter", "LC"},
    {"Cc", "Cc"},
    {"Cf", "Cf"},
    {"Close_Punctuation", "Pe"},
    {"Cn", "Cn"},
    {"Co", "Co"},
    {"Combining_Mark", "M"},
    {"Connector_Punctuation", "Pc"},
    {"Control", "Cc"},
    {"Cs", "Cs"},
    {"Currency_Symbol", "Sc"},
    {"Dash_Punctuation", "Pd"},
    {"Decimal_Number", "Nd"},
    {"Enclosing_Mark", "Me"},
    {"Final_Punctuation", "Pf"},
    {"Format", "Cf"},
    {"Initial_Punctuation", "Pi"},
    {"L", "L"},
    {"LC", "LC"},
    {"Letter", "L"},
    {"Letter_Number", "Nl"},
    {"Line_Separator", "Zl"},
    {"Ll", "Ll"},
    {"Lm", "Lm"},
    {"Lo", "Lo"},
    {"Lowercase_Letter", "Ll"},
    {"Lt", "Lt"},
    {"Lu", "Lu"},
    {"M", "M"},
    {"Mark", "M"},
    {"Math_Symbol", "Sm"},
    {"Mc", "Mc"},
    {"Me", "Me"},
    {"Mn", "Mn"},
    {"Modifier_Letter", "Lm"},
    {"Modifier_Symbol", "Sk"},
    {"N", "N"},
    {"Nd", "Nd"},
    {"Nl", "Nl"},
    {"No", "No"},
    {"Nonspacing_Mark", "Mn"},
    {"Number", "N"},
    {"Open_Punctuation", "Ps"},
    {"Other", "C"},
    {"Other_Letter", "Lo"},
    {"Other_Number", "No"},
    {"Other_Punctuation", "Po"},
    {"Other_Symbol", "So"},
    {"P", "P"},
    {"Paragraph_Separator", "Zp"},
    {"Pc", "Pc"},
    {"Pd", "Pd"},
    {"Pe", "Pe"},
    {"Pf", "Pf"},
    {"Pi", "Pi"},
    {"Po", "Po"},
    {"Private_Use", "Co"},
    {"Ps", "Ps"},
    {"Punctuation", "P"},
    {"S", "S"},
    {"Sc", "Sc"},
    {"Separator", "Z"},
    {"Sk", "Sk"},
    {"Sm", "Sm"},
    {"So", "So"},
    {"Space_Separator", "Zs"},
    {"Spacing_Mark", "Mc"},
    {"Surrogate", "Cs"},
    {"Symbol", "S"},
    {"Titlecase_Letter", "Lt"},
    {"Unassigned", "Cn"},
    {"Uppercase_Letter", "Lu"},
    {"Z", "Z"},
    {"Zl", "Zl"},
    {"Zp", "Zp"},
    {"Zs", "Zs"},
    {"cntrl", "Cc"},
    {"digit", "Nd"},
    {"punct", "P"},
};

/* Properties that characters have or have not, by all their names, which PCRE2 knows too. Sorted. */
static const char *const binaries[] = {
    "AHex",
    "ASCII",
    "ASCII_Hex_Digit",
    "Alpha",
    "Alphabetic",
    "Bidi_C",
    "Bidi_Control",
    "Bidi_M",
    "Bidi_Mirrored",
    "CI",
    "CWCF",
    "CWCM",
    "CWL",
    "CWT",
    "CWU",
    "Case_Ignorable",
    "Cased",
    "Changes_When_Casefolded",
    "Changes_When_Casemapped",
    "Changes_When_Lowercased",
    "Changes_When_Titlecased",
    "Changes_When_Uppercased",
    "DI",
    "Dash",
    "Default_Ignorable_Code_Point",
    "Dep",
    "Deprecated",
    "Dia",
    "Diacritic",
    "EBase",
    "EComp",
    "EMod",
    "EPres",
    "Emoji",
    "Emoji_Component",
    "Emoji_Modifier",
    "Emoji_Modifier_Base",
    "Emoji_Presentation",
    "Ext",
    "ExtPict",
    "Extended_Pictographic",
    "Extender",
    "Gr_Base",
    "Gr_Ext",
    "Grapheme_Base",
    "Grapheme_Extend",
    "Hex",
    "Hex_Digit",
    "IDC",
    "IDS",
    "IDSB",
    "IDST",
    "IDS_Binary_Operator",
    "IDS_Trinary_Operator",
    "ID_Continue",
    "ID_Start",
    "Ideo",
    "Ideographic",
    "Join_C",
    "Join_Control",
    "LOE",
    "Logical_Order_Exception",
    "Lower",
    "Lowercase",
    "Math",
    "NChar",
    "Noncharacter_Code_Point",
    "Pat_Syn",
    "Pat_WS",
    "Pattern_Syntax",
    "Pattern_White_Space",
    "QMark",
    "Quotation_Mark",
    "RI",
    "Radical",
    "Regional_Indicator",
    "SD",
    "STerm",
    "Sentence_Terminal",
    "Soft_Dotted",
    "Term",
    "Terminal_Punctuation",
    "UIdeo",
    "Unified_Ideograph",
    "Upper",
    "Uppercase",
    "VS",
    "Variation_Selector",
    "White_Space",
    "XIDC",
    "XIDS",
    "XID_Continue",
    "XID_Start",
    "space",
};

/* The names of one kind of property: how they are spelled, and what PCRE2 puts before the value. */
static const struct {
    struct str spelled;
    const char *prefix;
} scripts[] = {
    {STR("Script="), "sc:"},
    {STR("sc="), "sc:"},
    {STR("Script_Extensions="), "scx:"},
    {STR("scx="), "scx:"},
};

static int compare_categories(const void *name, const void *category)
{
    return str_compare(*(const struct str *)name, str_of(((const struct category *)category)->name));
}

static int compare_binaries(const void *name, const void *binary)
{
    return str_compare(*(const struct str *)name, str_of(*(const char *const *)binary));
}

static const char *category_of(struct str name)
{
    const struct category *category =
        bsearch(&name, categories, sizeof categories / sizeof *categories, sizeof *categories, compare_categories);
    return category ? category->short_name : NULL;
}

static void put(struct buf *set, bool is_negated, const char *prefix, struct str name)
{
    /* PCRE2 knows them by other names only. */
    bool is_unassigned = str_equal(name, STR("Assigned")), is_cased = str_equal(name, STR("LC"));
    buf_add(set, is_negated != is_unassigned ? STR("\\P{") : STR("\\p{"));
    buf_add(set, str_of(prefix));
    if (is_unassigned || is_cased)
        buf_add(set, is_cased ? STR("L&") : STR("Cn"));
    else
        buf_add(set, name);
    buf_add_char(set, '}');
}

/* What PCRE2 may be asked whether it is the name of a script. */
static bool is_word(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && c != '_')
            return false;
    }
    return name.n > 0;
}

int regex_read_property(struct regex_reader *r, bool is_negated, struct buf *set)
{
    struct str rest = str_slice(r->text, r->at, r->text.n);
    size_t end = str_find(rest, '}');
    struct str name = str_slice(rest, 1, end);
    if (end == SIZE_MAX || rest.p[0] != '{')
        return regex_fail(r, "an escape is wrong");
    r->at += end + 1;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct str value = str_slice(name, scripts[i].spelled.n, name.n);
        if (str_starts(name, scripts[i].spelled) && is_word(value)) {
            put(set, is_negated, scripts[i].prefix, value);
            return 0;
        }
    }
    size_t equals = str_find(name, '=');
    struct str kind = str_slice(name, 0, equals == SIZE_MAX ? 0 : equals);
    bool is_category = equals == SIZE_MAX || str_equal(kind, STR("General_Category")) || str_equal(kind, STR("gc"));
    const char *category = is_category ? category_of(str_slice(name, equals + 1, name.n)) : NULL;
    bool is_binary = bsearch(&name, binaries, sizeof binaries / sizeof *binaries, sizeof *binaries, compare_binaries) ||
                     str_equal(name, STR("Any")) || str_equal(name, STR("Assigned"));
    if (!category && !is_binary)
        return regex_fail(r, "a property of characters is unknown");
    put(set, is_negated, "", category ? str_of(category) : name);
    return 0;
}
