/* What differs between two schemas, in both directions, and what is said of it.
 * covers: schemas/json/compare.c schemas/json/compare_array.c schemas/json/compare_combined.c
 * covers: schemas/json/compare_object.c schemas/json/compare_pairs.c schemas/json/compare_parts.c
 * covers: schemas/json/compare_values.c schemas/json/compare_names.c schemas/json/compare_patterns.c schemas/json/parts.c schemas/json/parts_cut.c */
#include "comparing.h"

#define DRAFT_04 "'$schema':'http://json-schema.org/draft-04/schema#'"
#define DRAFT_06 "'$schema':'http://json-schema.org/draft-06/schema#'"
#define DRAFT_2019 "'$schema':'https://json-schema.org/draft/2019-09/schema'"
#define DRAFT_2020 "'$schema':'https://json-schema.org/draft/2020-12/schema'"
#define SAME NULL

/* All differences when the second schema reads what the first one wrote, and when the first reads what the second wrote; SAME:
 * as forth. */
static const struct {
    const char *first, *second;
    const char *forth, *back;
} pairs[] = {
    /* Annotations. */
    {"{'$id':'http://a/b','type':'null'}", "{'$id':'http://a/c','type':'null'}", "ID_CHANGED #/", SAME},
    {"{" DRAFT_04 ",'id':'http://a/b','type':'null'}", "{'$id':'http://a/b','type':'null'}", "", ""},
    {"{'title':'a','description':'b','default':1}", "{'title':'b','description':'c','default':2}",
     "TITLE_CHANGED #/; DESCRIPTION_CHANGED #/; DEFAULT_CHANGED #/", SAME},
    {"{'title':'a'}", "{'description':'a'}", "TITLE_CHANGED #/; DESCRIPTION_CHANGED #/", SAME},
    {"{'title':'a','type':['string','null']}", "{'title':'b','type':['string','null']}", "TITLE_CHANGED #/", SAME},
    {"{'title':'a','$comment':'c','examples':[1],'readOnly':true}", "{'title':'a'}", "", ""},
    /* Types. A schema without any keyword of a type accepts all. */
    {"{'type':'string'}", "{'type':'integer'}", "TYPE_CHANGED #/", SAME},
    {"{'type':'integer'}", "{'type':'number'}", "TYPE_EXTENDED #/", "TYPE_NARROWED #/"},
    {"{'type':'null'}", "{'type':'boolean'}", "TYPE_CHANGED #/", SAME},
    {"{'type':'string'}", "{}", "", "TYPE_CHANGED #/"},
    {"{'type':'string'}", "true", "", "TYPE_CHANGED #/"},
    {"{}", "true", "", ""},
    {"{'type':'string'}", "false", "TYPE_CHANGED #/", ""},
    {"true", "false", "TYPE_CHANGED #/", ""},
    {"{'type':'string'}", "{'type':['string','null']}", "SUM_TYPE_EXTENDED #/", "TYPE_CHANGED #/"},
    {"{'type':'string'}", "{'type':['string']}", "", ""},
    {"{'type':['string','null']}", "{'type':['null','integer','string']}", "SUM_TYPE_EXTENDED #/",
     "SUM_TYPE_NARROWED #/"},
    {"{'type':['string','integer']}", "{'type':['string','number']}", "TYPE_EXTENDED #/anyOf/1",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    {"{'type':['string','string','null']}", "{'type':['null','string']}", "", ""},
    {"{'type':'string','connect.type':'bytes'}", "{'type':'number','connect.type':'bytes'}", "", ""},
    {"{'type':'string','connect.type':'bytes'}", "{'type':'number','connect.type':'int8'}", "TYPE_CHANGED #/", SAME},
    {"{'minLength':1}", "{'minimum':1}", "TYPE_CHANGED #/", SAME},
    {"{'type':'string','minLength':1}", "{'minLength':1}", "", ""},
    /* Strings. */
    {"{'type':'string'}", "{'type':'string','minLength':1,'maxLength':2,'pattern':'a'}",
     "MAX_LENGTH_ADDED #/maxLength; MIN_LENGTH_ADDED #/minLength; PATTERN_ADDED #/pattern",
     "MAX_LENGTH_REMOVED #/maxLength; MIN_LENGTH_REMOVED #/minLength; PATTERN_REMOVED #/pattern"},
    {"{'type':'string','minLength':1,'maxLength':3}", "{'type':'string','minLength':2,'maxLength':2}",
     "MAX_LENGTH_DECREASED #/maxLength; MIN_LENGTH_INCREASED #/minLength",
     "MAX_LENGTH_INCREASED #/maxLength; MIN_LENGTH_DECREASED #/minLength"},
    {"{'type':'string','minLength':1}", "{'type':'string','minLength':1.0}", "", ""},
    {"{'type':'string','pattern':'a'}", "{'type':'string','pattern':'b'}", "PATTERN_CHANGED #/pattern", SAME},
    {"{'type':'string','format':'email'}", "{'type':'string','format':'date','contentEncoding':'base64'}", "", ""},
    {"{'format':'email'}", "{}", "", "TYPE_CHANGED #/"},
    /* Numbers. */
    {"{'type':'number'}",
     "{'type':'number','maximum':1,'minimum':0,'exclusiveMaximum':2,'exclusiveMinimum':-1,'multipleOf':1}",
     "MAXIMUM_ADDED #/maximum; MINIMUM_ADDED #/minimum; EXCLUSIVE_MAXIMUM_ADDED #/exclusiveMaximum; "
     "EXCLUSIVE_MINIMUM_ADDED #/exclusiveMinimum; MULTIPLE_OF_ADDED #/multipleOf",
     "MAXIMUM_REMOVED #/maximum; MINIMUM_REMOVED #/minimum; EXCLUSIVE_MAXIMUM_REMOVED #/exclusiveMaximum; "
     "EXCLUSIVE_MINIMUM_REMOVED #/exclusiveMinimum; MULTIPLE_OF_REMOVED #/multipleOf"},
    {"{'type':'number','maximum':9,'minimum':1,'exclusiveMaximum':10,'exclusiveMinimum':0}",
     "{'type':'number','maximum':8,'minimum':2,'exclusiveMaximum':9,'exclusiveMinimum':1}",
     "MAXIMUM_DECREASED #/maximum; MINIMUM_INCREASED #/minimum; EXCLUSIVE_MAXIMUM_DECREASED #/exclusiveMaximum; "
     "EXCLUSIVE_MINIMUM_INCREASED #/exclusiveMinimum",
     "MAXIMUM_INCREASED #/maximum; MINIMUM_DECREASED #/minimum; EXCLUSIVE_MAXIMUM_INCREASED #/exclusiveMaximum; "
     "EXCLUSIVE_MINIMUM_DECREASED #/exclusiveMinimum"},
    {"{'type':'number','maximum':9007199254740993}", "{'type':'number','maximum':9007199254740992}",
     "MAXIMUM_DECREASED #/maximum", "MAXIMUM_INCREASED #/maximum"},
    {"{'type':'number','maximum':1}", "{'type':'number','maximum':1.00}", "", ""},
    {"{'type':'number','maximum':1e99999999}", "{'type':'number','maximum':1e99999998}", "MAXIMUM_DECREASED #/maximum",
     SAME},
    {"{'type':'integer','exclusiveMaximum':10}", "{'type':'integer','exclusiveMaximum':9,'maximum':30}",
     "MAXIMUM_ADDED #/maximum; EXCLUSIVE_MAXIMUM_DECREASED #/exclusiveMaximum",
     "MAXIMUM_REMOVED #/maximum; EXCLUSIVE_MAXIMUM_INCREASED #/exclusiveMaximum"},
    {"{'type':'number','multipleOf':4}", "{'type':'number','multipleOf':2}", "MULTIPLE_OF_REDUCED #/multipleOf",
     "MULTIPLE_OF_EXPANDED #/multipleOf"},
    {"{'type':'number','multipleOf':4}", "{'type':'number','multipleOf':3}", "MULTIPLE_OF_CHANGED #/multipleOf", SAME},
    {"{'type':'number','multipleOf':4}", "{'type':'number','multipleOf':4.0}", "", ""},
    {"{'type':'number','multipleOf':0.1}", "{'type':'number','multipleOf':0.01}", "MULTIPLE_OF_REDUCED #/multipleOf",
     "MULTIPLE_OF_EXPANDED #/multipleOf"},
    {"{'type':'number','multipleOf':2.5}", "{'type':'number','multipleOf':5}", "MULTIPLE_OF_EXPANDED #/multipleOf",
     "MULTIPLE_OF_REDUCED #/multipleOf"},
    {"{'type':'number','multipleOf':1e99999999}", "{'type':'number','multipleOf':1e99999998}",
     "MULTIPLE_OF_CHANGED #/multipleOf", SAME},
    {"{" DRAFT_04 ",'type':'number','minimum':1}", "{" DRAFT_04 ",'type':'number','minimum':1,'exclusiveMinimum':true}",
     "", ""},
    /* Objects: properties in an open content model. */
    {"{'type':'object'}", "{'type':'object','properties':{'a':{'type':'string'}}}",
     "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/a"},
    {"{'type':'object'}", "{'type':'object','properties':{'a':{}}}",
     "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/a"},
    {"{'type':'object'}", "{'type':'object','properties':{'a':true},'additionalProperties':true}",
     "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/a"},
    {"{'type':'object'}", "{'type':'object','properties':{'a':false}}",
     "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/a"},
    {"{'type':'object'}", "{'type':'object','properties':{'a':{'type':'null'}},'required':['a']}",
     "REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/a"},
    {"{'type':'object'}", "{'type':'object','properties':{'a':{'type':'null','default':null}},'required':['a']}",
     "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/a"},
    {"{'properties':{'a':{'type':'string'}}}", "{'properties':{'a':{'type':'null'}}}", "TYPE_CHANGED #/properties/a",
     SAME},
    /* Closed. */
    {"{'type':'object','additionalProperties':false}",
     "{'type':'object','properties':{'a':{'type':'null'}},'additionalProperties':false}",
     "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/a"},
    {"{'type':'object','additionalProperties':false}",
     "{'type':'object','properties':{'a':false},'additionalProperties':false}",
     "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/a"},
    {"{'type':'object','additionalProperties':false}",
     "{'type':'object','properties':{'a':{}},'required':['a'],'additionalProperties':false}",
     "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/a"},
    {"{'type':'object','additionalProperties':false}",
     "{'type':'object','properties':{'a':{'default':1}},'required':['a'],'additionalProperties':false}",
     "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
     "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/a"},
    /* Partially open. */
    {"{'type':'object','additionalProperties':{'type':'integer'}}",
     "{'type':'object','properties':{'a':{'type':'number'}},'additionalProperties':{'type':'integer'}}",
     "TYPE_EXTENDED #/properties/a; PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a; "
     "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
     "TYPE_NARROWED #/properties/a; PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a"},
    {"{'type':'object','additionalProperties':{'type':'integer'}}",
     "{'type':'object','properties':{'a':{'type':'null'}},'required':['a'],'additionalProperties':{'type':'integer'}}",
     "TYPE_CHANGED #/properties/a; PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a; "
     "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/a",
     "TYPE_CHANGED #/properties/a; PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/a"},
    {"{'type':'object','patternProperties':{'^a':{'type':'integer'},'b$':{'type':'null'}}}",
     "{'type':'object','properties':{'ab':{'type':'integer'},'b':{'type':'null'},'c':{'type':'null'}},'"
     "patternProperties':{'^a':{'type':'integer'},'b$':{'type':'null'}}}",
     "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/ab; "
     "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/ab; "
     "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b; "
     "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b; OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL "
     "#/properties/c",
     "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/ab; "
     "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b; "
     "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/c"},
    {"{'type':'object','patternProperties':{'^a':{'type':'integer'}},'additionalProperties':{'type':'null'}}",
     "{'type':'object','properties':{'b':{'type':'null'}},'patternProperties':{'^a':{'type':'integer'}},'"
     "additionalProperties':{'type':'null'}}",
     "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b; "
     "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b",
     "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b"},
    {"{'type':'object','patternProperties':{}}", "{'type':'object','properties':{'b':{'type':'null'}}}",
     "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b",
     "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/b"},
    {"{'type':'object','patternProperties':{'a':{'type':'null'}},'propertyNames':{'maxLength':1}}",
     "{'type':'object','patternProperties':{'a':{'type':'string'}},'propertyNames':{'maxLength':2}}", "", ""},
    /* What is required, in the order of a Java hash table. */
    {"{'properties':{'a':{},'b':{},'c':{}}}",
     "{'properties':{'a':{},'b':{'default':0},'c':{}},'required':['b','c','x']}",
     "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED #/required/b; REQUIRED_ATTRIBUTE_ADDED #/required/c; DEFAULT_CHANGED "
     "#/properties/b",
     "REQUIRED_ATTRIBUTE_REMOVED #/required/b; REQUIRED_ATTRIBUTE_REMOVED #/required/c; DEFAULT_CHANGED "
     "#/properties/b"},
    {"{'properties':{'a':{'type':'null'},'b':{'type':'null'}}}",
     "{'properties':{'b':{'type':'string'},'a':{'type':'string'}},'required':['b','a']}",
     "REQUIRED_ATTRIBUTE_ADDED #/required/a; REQUIRED_ATTRIBUTE_ADDED #/required/b; TYPE_CHANGED #/properties/a; "
     "TYPE_CHANGED #/properties/b",
     "REQUIRED_ATTRIBUTE_REMOVED #/required/a; REQUIRED_ATTRIBUTE_REMOVED #/required/b; TYPE_CHANGED #/properties/a; "
     "TYPE_CHANGED #/properties/b"},
    {"{'properties':{'o':{'type':'null'},'t':{'type':'null'},'a':{'type':'null'},'q':{'type':'null'}}}",
     "{'properties':{'o':{'type':'string'},'t':{'type':'string'},'a':{'type':'string'},'q':{'type':'string'}}}",
     "TYPE_CHANGED #/properties/a; TYPE_CHANGED #/properties/q; TYPE_CHANGED #/properties/t; TYPE_CHANGED "
     "#/properties/o",
     SAME},
    {"{'properties':{'q':{'type':'null'},'a':{'type':'null'},'é':{'type':'null'},'😀':{'type':'null'}}}",
     "{'properties':{'q':{'type':'string'},'a':{'type':'string'},'é':{'type':'string'},'😀':{'type':'string'}}}",
     "TYPE_CHANGED #/properties/q; TYPE_CHANGED #/properties/a; TYPE_CHANGED #/properties/😀; TYPE_CHANGED "
     "#/properties/é",
     SAME},
    /* Other keywords of objects. */
    {"{'type':'object'}", "{'type':'object','maxProperties':2,'minProperties':1}",
     "MAX_PROPERTIES_ADDED #/maxProperties; MIN_PROPERTIES_ADDED #/minProperties",
     "MAX_PROPERTIES_REMOVED #/maxProperties; MIN_PROPERTIES_REMOVED #/minProperties"},
    {"{'type':'object','maxProperties':3,'minProperties':1}", "{'type':'object','maxProperties':2,'minProperties':2}",
     "MAX_PROPERTIES_DECREASED #/maxProperties; MIN_PROPERTIES_INCREASED #/minProperties",
     "MAX_PROPERTIES_INCREASED #/maxProperties; MIN_PROPERTIES_DECREASED #/minProperties"},
    {"{'additionalProperties':false}", "{'additionalProperties':true}",
     "ADDITIONAL_PROPERTIES_ADDED #/additionalProperties", "ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties"},
    {"{'additionalProperties':false}", "{'additionalProperties':{'type':'null'}}",
     "ADDITIONAL_PROPERTIES_ADDED #/additionalProperties", "ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties"},
    {"{'additionalProperties':{'type':'null'}}", "{'properties':{}}",
     "ADDITIONAL_PROPERTIES_EXTENDED #/additionalProperties", "ADDITIONAL_PROPERTIES_NARROWED #/additionalProperties"},
    {"{'additionalProperties':{}}", "{'additionalProperties':true}",
     "ADDITIONAL_PROPERTIES_EXTENDED #/additionalProperties", "ADDITIONAL_PROPERTIES_NARROWED #/additionalProperties"},
    {"{'additionalProperties':{'type':'integer'}}", "{'additionalProperties':{'type':'number'}}",
     "TYPE_EXTENDED #/additionalProperties", "TYPE_NARROWED #/additionalProperties"},
    {"{'dependencies':{'a':['b']}}", "{'dependencies':{'a':['b','c']}}", "DEPENDENCY_ARRAY_EXTENDED #/dependencies/a",
     "DEPENDENCY_ARRAY_NARROWED #/dependencies/a"},
    {"{'dependencies':{'a':['b','c']}}", "{'dependencies':{'a':['c','b']}}", "", ""},
    {"{'dependencies':{'a':['b']}}", "{'dependencies':{'a':['c'],'d':['c'],'e':{'required':['a']}}}",
     "DEPENDENCY_ARRAY_CHANGED #/dependencies/a; DEPENDENCY_ARRAY_ADDED #/dependencies/d; DEPENDENCY_SCHEMA_ADDED "
     "#/dependencies/e",
     "DEPENDENCY_ARRAY_CHANGED #/dependencies/a; DEPENDENCY_ARRAY_REMOVED #/dependencies/d; DEPENDENCY_SCHEMA_REMOVED "
     "#/dependencies/e"},
    {"{'dependencies':{'a':['b']}}", "{'dependencies':{'a':{'required':['b']}}}",
     "DEPENDENCY_ARRAY_REMOVED #/dependencies/a; DEPENDENCY_SCHEMA_ADDED #/dependencies/a",
     "DEPENDENCY_ARRAY_ADDED #/dependencies/a; DEPENDENCY_SCHEMA_REMOVED #/dependencies/a"},
    {"{'dependencies':{'a':{'minProperties':1}}}", "{'dependencies':{'a':{'minProperties':2}}}",
     "MIN_PROPERTIES_INCREASED #/dependencies/a/minProperties",
     "MIN_PROPERTIES_DECREASED #/dependencies/a/minProperties"},
    {"{" DRAFT_2019 ",'dependentRequired':{'a':['b']},'dependentSchemas':{'a':{'required':['b']}}}",
     "{'dependencies':{'a':['b']}}", "DEPENDENCY_SCHEMA_REMOVED #/dependencies/a",
     "DEPENDENCY_SCHEMA_ADDED #/dependencies/a"},
    {"{" DRAFT_2020 ",'dependencies':{'a':['b']},'properties':{}}", "{" DRAFT_2020 ",'dependentRequired':{'a':['b']}}",
     "DEPENDENCY_ARRAY_ADDED #/dependencies/a", "DEPENDENCY_ARRAY_REMOVED #/dependencies/a"},
    {"{" DRAFT_2020 ",'type':'object'}", "{" DRAFT_2020 ",'type':'object','unevaluatedProperties':false}", "", ""},
    /* Arrays. */
    {"{'type':'array'}", "{'type':'array','maxItems':2,'minItems':1,'uniqueItems':true,'items':{'type':'null'}}",
     "SCHEMA_ADDED #/items; MAX_ITEMS_ADDED #/maxItems; MIN_ITEMS_ADDED #/minItems; UNIQUE_ITEMS_ADDED #/uniqueItems",
     "SCHEMA_REMOVED #/items; MAX_ITEMS_REMOVED #/maxItems; MIN_ITEMS_REMOVED #/minItems; UNIQUE_ITEMS_REMOVED "
     "#/uniqueItems"},
    {"{'type':'array','maxItems':3,'minItems':1,'uniqueItems':false}", "{'type':'array','maxItems':2,'minItems':2}",
     "MAX_ITEMS_DECREASED #/maxItems; MIN_ITEMS_INCREASED #/minItems",
     "MAX_ITEMS_INCREASED #/maxItems; MIN_ITEMS_DECREASED #/minItems"},
    {"{'type':'array','items':{'type':'integer'}}", "{'type':'array','items':{'type':'number'}}",
     "TYPE_EXTENDED #/items", "TYPE_NARROWED #/items"},
    {"{'type':'array','items':{'type':'null'}}", "{'type':'array','items':[{'type':'null'}]}",
     "SCHEMA_REMOVED #/items; ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/0",
     "SCHEMA_ADDED #/items; ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL #/items/0"},
    {"{'type':'array','items':[{'type':'null'}]}", "{'type':'array','items':[{'type':'null'},{'type':'null'}]}",
     "ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/1", "ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL #/items/1"},
    {"{'type':'array','items':[{'type':'null'}]}", "{'type':'array','items':[{'type':'null'},{}]}",
     "ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL #/items/1", "ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL #/items/1"},
    {"{'type':'array','items':[{'type':'null'}]}", "{'type':'array','items':[{'type':'string'}]}",
     "TYPE_CHANGED #/items/0", SAME},
    {"{'type':'array','items':[],'additionalItems':false}",
     "{'type':'array','items':[{'type':'null'}],'additionalItems':false}",
     "ITEM_ADDED_TO_CLOSED_CONTENT_MODEL #/items/0", "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/0"},
    {"{'type':'array','items':[],'additionalItems':false}", "{'type':'array','items':[false],'additionalItems':false}",
     "ITEM_ADDED_TO_CLOSED_CONTENT_MODEL #/items/0", "ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/0"},
    {"{'type':'array','items':[],'additionalItems':{'type':'integer'}}",
     "{'type':'array','items':[{'type':'number'}],'additionalItems':{'type':'integer'}}",
     "TYPE_EXTENDED #/items/0; ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/0",
     "TYPE_NARROWED #/items/0; ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/0"},
    {"{'type':'array','items':[],'additionalItems':{'type':'integer'}}",
     "{'type':'array','items':[{'type':'null'}],'additionalItems':{'type':'null'}}",
     "TYPE_CHANGED #/items/0; ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/0; TYPE_CHANGED "
     "#/additionalItems",
     "TYPE_CHANGED #/items/0; ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/0; TYPE_CHANGED "
     "#/additionalItems"},
    {"{'type':'array','items':[],'additionalItems':{'type':'number'}}",
     "{'type':'array','items':[{'type':'integer'}],'additionalItems':{'type':'number'}}",
     "TYPE_NARROWED #/items/0; ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/0",
     "TYPE_EXTENDED #/items/0; ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/0"},
    {"{'additionalItems':false}", "{'additionalItems':true}", "ADDITIONAL_ITEMS_ADDED #/additionalItems",
     "ADDITIONAL_ITEMS_REMOVED #/additionalItems"},
    {"{'additionalItems':false}", "{'additionalItems':{'type':'null'}}", "ADDITIONAL_ITEMS_ADDED #/additionalItems",
     "ADDITIONAL_ITEMS_REMOVED #/additionalItems"},
    {"{'additionalItems':{'type':'null'}}", "{'items':[]}", "ADDITIONAL_ITEMS_EXTENDED #/additionalItems",
     "ADDITIONAL_ITEMS_NARROWED #/additionalItems"},
    {"{'type':'array','contains':{'type':'null'}}", "{'type':'array','contains':{'type':'string'}}", "", ""},
    {"{" DRAFT_2019 ",'type':'array'}", "{" DRAFT_2019 ",'type':'array','contains':{},'maxContains':2}",
     "MAX_CONTAINS_ADDED #/maxContains; MIN_CONTAINS_ADDED #/minContains",
     "MAX_CONTAINS_REMOVED #/maxContains; MIN_CONTAINS_REMOVED #/minContains"},
    {"{" DRAFT_2020 ",'type':'array','contains':{},'maxContains':4,'minContains':1}",
     "{" DRAFT_2020 ",'type':'array','contains':{},'maxContains':3,'minContains':2}",
     "MAX_CONTAINS_DECREASED #/maxContains; MIN_CONTAINS_INCREASED #/minContains",
     "MAX_CONTAINS_INCREASED #/maxContains; MIN_CONTAINS_DECREASED #/minContains"},
    {"{" DRAFT_2020 ",'type':'array','contains':{}}", "{" DRAFT_2020 ",'type':'array','contains':{},'minContains':0}",
     "MIN_CONTAINS_DECREASED #/minContains", "MIN_CONTAINS_INCREASED #/minContains"},
    {"{" DRAFT_2020 ",'type':'array','prefixItems':[{'type':'null'}],'items':false}",
     "{'type':'array','items':[{'type':'null'}],'additionalItems':false}", "", ""},
    {"{" DRAFT_2020 ",'type':'array','prefixItems':[{'type':'null'}]}",
     "{" DRAFT_2020 ",'type':'array','prefixItems':[{'type':'null'},{'type':'null'}],'items':{'type':'null'}}",
     "ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/1; ADDITIONAL_ITEMS_NARROWED #/additionalItems",
     "ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL #/items/1; ADDITIONAL_ITEMS_EXTENDED #/additionalItems"},
    {"{" DRAFT_2020 ",'type':'array','items':{'type':'null'},'additionalItems':false}",
     "{" DRAFT_2020 ",'type':'array','items':{'type':'null'},'unevaluatedItems':false}", "", ""},
    /* Values. */
    {"{'enum':['a','b']}", "{'enum':['b','a']}", "", ""},
    {"{'enum':['a']}", "{'enum':['a',1]}", "ENUM_ARRAY_EXTENDED #/enum", "ENUM_ARRAY_NARROWED #/enum"},
    {"{'enum':['a','b']}", "{'enum':['a','c']}", "ENUM_ARRAY_CHANGED #/enum", SAME},
    {"{'enum':[1,{'a':1,'b':[]}]}", "{'enum':[1.0,{'b':[],'a':1}]}", "ENUM_ARRAY_CHANGED #/enum", SAME},
    {"{'enum':['a']}", "{'const':'a'}", "TYPE_CHANGED #/", SAME},
    {"{'const':1}", "{'const':1.0}", "ENUM_ARRAY_CHANGED #/const", SAME},
    {"{'const':{'a':1,'b':2}}", "{'const':{'b':2,'a':1}}", "", ""},
    {"{" DRAFT_04 ",'const':1}", "{" DRAFT_06 ",'const':1}", "TYPE_CHANGED #/", ""},
    /* Combinations: criteria and sizes. */
    {"{'anyOf':[{'type':'null'},{'type':'string'}]}", "{'oneOf':[{'type':'string'},{'type':'null'}]}",
     "COMBINED_TYPE_CHANGED #/", "COMBINED_TYPE_EXTENDED #/"},
    {"{'allOf':[{'type':'null'},{'type':'string'}]}", "{'anyOf':[{'type':'string'}]}",
     "COMBINED_TYPE_EXTENDED #/; PRODUCT_TYPE_NARROWED #/", "COMBINED_TYPE_CHANGED #/"},
    {"{'allOf':[{'type':'null'},{'type':'string'}]}", "{'oneOf':[{'type':'string'}]}",
     "COMBINED_TYPE_EXTENDED #/; PRODUCT_TYPE_NARROWED #/", "COMBINED_TYPE_CHANGED #/"},
    {"{'anyOf':[{'type':'null'}]}", "{'allOf':[{'type':'null'}]}", "COMBINED_TYPE_EXTENDED #/", SAME},
    {"{'oneOf':[{'type':'null'}]}", "{'oneOf':[{'type':'string'},{'type':'null'}]}", "SUM_TYPE_EXTENDED #/",
     "SUM_TYPE_NARROWED #/"},
    {"{'allOf':[{'type':'null'}]}", "{'allOf':[{'type':'string'},{'type':'null'}]}", "PRODUCT_TYPE_EXTENDED #/",
     "PRODUCT_TYPE_NARROWED #/"},
    {"{'anyOf':[{'type':'null'},{'type':'string'}]}", "{'anyOf':[{'type':'null'},{'type':'boolean'}]}",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/", SAME},
    {"{'oneOf':[{'type':'null'},{'type':'null'}]}", "{'oneOf':[{'type':'null'}]}", "", ""},
    {"{'type':['null','string']}", "{'anyOf':[{'type':'string'},{'type':'null'}]}", "", ""},
    {"{'oneOf':[{'type':'integer'},{'type':'string'}]}",
     "{'oneOf':[{'type':'string','title':'t'},{'type':'null'},{'type':'number'}]}",
     "SUM_TYPE_EXTENDED #/; TYPE_EXTENDED #/oneOf/0; TITLE_CHANGED #/oneOf/1",
     "SUM_TYPE_NARROWED #/; COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    {"{'allOf':[]}", "{'anyOf':[{'type':'null'}]}", "COMBINED_TYPE_EXTENDED #/; SUM_TYPE_EXTENDED #/",
     "COMBINED_TYPE_CHANGED #/"},
    /* Combinations: one reader for each writer, whatever the order. */
    {"{'anyOf':[{'type':'integer'},{'type':'number'}]}", "{'anyOf':[{'type':'number'},{'type':'integer'}]}", "", ""},
    {"{'anyOf':[{'maxLength':1},{'maxLength':2},{'maxLength':3}]}",
     "{'anyOf':[{'maxLength':4},{'maxLength':2},{'maxLength':3}]}", "MAX_LENGTH_INCREASED #/anyOf/0/maxLength",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    {"{'anyOf':[{'maxLength':1},{'maxLength':2},{'maxLength':3}]}",
     "{'anyOf':[{'maxLength':4},{'maxLength':2},{'maxLength':2,'title':'t'}]}",
     "TITLE_CHANGED #/anyOf/0; MAX_LENGTH_INCREASED #/anyOf/0/maxLength; MAX_LENGTH_INCREASED #/anyOf/2/maxLength",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    {"{'oneOf':[{'type':'integer'},{'type':'integer','minimum':0}]}",
     "{'oneOf':[{'type':'integer','minimum':-1},{'type':'number'}]}",
     "TYPE_EXTENDED #/oneOf/0; MINIMUM_DECREASED #/oneOf/1/minimum",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/; MINIMUM_REMOVED #/oneOf/0/minimum"},
    /* Combined and plain. */
    {"{'type':'string'}", "{'oneOf':[{'type':'null'},{'type':'string'}]}", "SUM_TYPE_EXTENDED #/", "TYPE_CHANGED #/"},
    {"{'type':'string','maxLength':1}", "{'anyOf':[{'type':'null'},{'type':'string'}]}",
     "MAX_LENGTH_REMOVED #/maxLength; SUM_TYPE_EXTENDED #/", "TYPE_CHANGED #/"},
    {"{'type':'string'}", "{'allOf':[{'type':'string'}]}", "", ""},
    {"{'type':'string'}", "{'allOf':[{'type':'string'},{'maxLength':1}]}", "TYPE_CHANGED #/",
     "PRODUCT_TYPE_NARROWED #/"},
    {"{'type':'string'}", "{'type':'string','enum':['a']}", "TYPE_CHANGED #/", "PRODUCT_TYPE_NARROWED #/"},
    {"{'type':'string','enum':['a']}", "{'type':'string','enum':['a','b']}", "ENUM_ARRAY_EXTENDED #/allOf/0/enum",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    {"{'type':'string','minimum':1}", "{'type':'string'}", "PRODUCT_TYPE_NARROWED #/", "TYPE_CHANGED #/"},
    {"{'type':'string','maxLength':2,'minimum':1,'maxItems':1,'maxProperties':1}",
     "{'type':'string','maxLength':1,'minimum':1,'maxItems':1,'maxProperties':1}",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/", "MAX_LENGTH_INCREASED #/allOf/0/maxLength"},
    {"{'allOf':[{'type':'string'}],'anyOf':[{'maxLength':1}],'oneOf':[{'minLength':1}],'not':{'const':'a'},'const':'b'"
     "}",
     "{'allOf':[{'type':'string'}],'anyOf':[{'maxLength':2}],'oneOf':[{'minLength':0}],'not':{'const':'a'},'const':'b'"
     "}",
     "MAX_LENGTH_INCREASED #/allOf/1/anyOf/0/maxLength; MIN_LENGTH_DECREASED #/allOf/2/oneOf/0/minLength",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    /* Negations. */
    {"{'not':{'type':'number'}}", "{'not':{'type':'integer'}}", "NOT_TYPE_NARROWED #/not", "NOT_TYPE_EXTENDED #/not"},
    {"{'not':{'type':'string'}}", "{'not':{'type':'null'}}", "NOT_TYPE_EXTENDED #/not", SAME},
    {"{'not':{'type':'string'}}", "{'not':{'type':'string'}}", "", ""},
    {"{'not':{'not':{'type':'number'}}}", "{'not':{'not':{'type':'integer'}}}", "NOT_TYPE_EXTENDED #/not",
     "NOT_TYPE_NARROWED #/not"},
    {"{'not':{}}", "{}", "", "TYPE_CHANGED #/"},
    /* Conditions: only that there is one counts. */
    {"{'if':{'type':'string'},'then':{'maxLength':1}}", "{'if':{'type':'null'},'else':{'maxLength':2}}", "", ""},
    {"{'type':'object'}", "{'type':'object','if':{'required':['a']},'then':{'required':['b']}}", "TYPE_CHANGED #/",
     "PRODUCT_TYPE_NARROWED #/"},
    {"{" DRAFT_06 ",'if':{'type':'string'},'then':{'maxLength':1}}", "{" DRAFT_06 "}", "", ""},
    /* References. */
    {"{'$ref':'#/definitions/a','definitions':{'a':{'type':'string'}}}", "{'type':'string'}", "", ""},
    {"{'properties':{'a':{'$ref':'#/definitions/a','maxLength':1}},'definitions':{'a':{'type':'string'}}}",
     "{'properties':{'a':{'type':'string'}}}", "", ""},
    {"{" DRAFT_2020 ",'properties':{'a':{'$ref':'#/$defs/a','maxLength':1}},'$defs':{'a':{'type':'string'}}}",
     "{" DRAFT_2020 ",'properties':{'a':{'$ref':'#/$defs/a'}},'$defs':{'a':{'type':'string'}}}",
     "PRODUCT_TYPE_NARROWED #/properties/a", "TYPE_CHANGED #/properties/a"},
    {"{'properties':{'a':{'$ref':'#/definitions/b'}},'definitions':{'b':{'$ref':'#/definitions/"
     "c'},'c':{'type':'string'}}}",
     "{'properties':{'a':{'$ref':'#/definitions/b'}},'definitions':{'b':{'$ref':'#/definitions/"
     "c'},'c':{'type':'null'}}}",
     "TYPE_CHANGED #/properties/a", SAME},
    {"{'properties':{'a':{'$ref':'#nope'}}}", "{'properties':{'a':{'$ref':'#nope'}},'title':'t'}", "TITLE_CHANGED #/",
     SAME},
    {"{'properties':{'a':{'$ref':'#nope'}}}", "{'properties':{'a':{'$ref':'#no'}}}", "TYPE_CHANGED #/properties/a",
     SAME},
    {"{'properties':{'a':{'$ref':'#nope'}}}", "{'properties':{'a':{'type':'string'}}}", "TYPE_CHANGED #/properties/a",
     SAME},
    {"{'$ref':'#'}", "{'type':'string'}", "TYPE_CHANGED #/", SAME},
    {"{'type':'object','properties':{'v':{'type':'integer'},'n':{'$ref':'#'}}}",
     "{'type':'object','properties':{'v':{'type':'number'},'n':{'$ref':'#/definitions/"
     "m'}},'definitions':{'m':{'type':'object','properties':{'v':{'type':'number'},'n':{'$ref':'#'}}}}}",
     "TYPE_EXTENDED #/properties/v; TYPE_EXTENDED #/properties/n/properties/v",
     "TYPE_NARROWED #/properties/v; TYPE_NARROWED #/properties/n/properties/v"},
    {"{'oneOf':[{'type':'integer'},{'type':'array','items':{'$ref':'#'}}]}",
     "{'oneOf':[{'type':'number'},{'type':'array','items':{'$ref':'#'}}]}", "TYPE_EXTENDED #/oneOf/0",
     "COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"},
    /* Paths. */
    {"{'properties':{'a/"
     "b':{'items':[{},{'properties':{'~':{'additionalProperties':{'dependencies':{'c':{'not':{'type':'null'}}}}}}}]}}}",
     "{'properties':{'a/"
     "b':{'items':[{},{'properties':{'~':{'additionalProperties':{'dependencies':{'c':{'not':{'type':'string'}}}}}}}]}}"
     "}",
     "NOT_TYPE_EXTENDED #/properties/a/b/items/1/properties/~/additionalProperties/dependencies/c/not", SAME},

};

static void assert_direction(const char *reader, const char *writer, const char *wanted)
{
    struct schema_differences all = compared_fully(reader, writer);
    assert_text(differences_text(&all, JSS_COMPATIBLE), wanted);
    assert_text(compared(reader, writer, SCHEMA_POLICY_REFERENCE), differences_text(&all, JSS_LENIENT));
}

START_TEST(all_that_differs_is_listed)
{
    const char *first = spelled(pairs[_i].first), *second = spelled(pairs[_i].second);
    assert_direction(second, first, pairs[_i].forth);
    assert_direction(first, second, pairs[_i].back ? pairs[_i].back : pairs[_i].forth);
    assert_direction(first, first, "");
    assert_direction(second, second, "");
}
END_TEST

/* Differences that no comparison finds: the reference server has a name for them, and does not look at what they are about, or
 * finds them elsewhere. */
static const enum jss_difference never_found[] = {
    JSS_UNEVALUATED_PROPERTIES_ADDED,
    JSS_UNEVALUATED_PROPERTIES_REMOVED,
    JSS_UNEVALUATED_PROPERTIES_NARROWED,
    JSS_UNEVALUATED_PROPERTIES_EXTENDED,
    JSS_UNEVALUATED_ITEMS_ADDED,
    JSS_UNEVALUATED_ITEMS_REMOVED,
    JSS_UNEVALUATED_ITEMS_NARROWED,
    JSS_UNEVALUATED_ITEMS_EXTENDED,
    JSS_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL,
    JSS_RESERVED_PROPERTY_REMOVED,
    JSS_RESERVED_PROPERTY_CONFLICTS_WITH_PROPERTY,
};

static bool is_in_table(const char *name)
{
    size_t length = strlen(name);
    for (int i = 0; i < ROWS(pairs); i++) {
        const char *texts[] = {pairs[i].forth, pairs[i].back ? pairs[i].back : ""};
        for (int j = 0; j < 2; j++) {
            for (const char *at = strstr(texts[j], name); at; at = strstr(at + 1, name)) {
                if (at[length] == ' ' && (at == texts[j] || at[-1] == ' '))
                    return true;
            }
        }
    }
    return false;
}

START_TEST(every_difference_is_in_the_table)
{
    int counts[3] = {0};
    for (int difference = 0; difference < JSS_UNDECIDED; difference++) {
        bool is_found = true;
        for (int i = 0; i < ROWS(never_found); i++)
            is_found = is_found && (int)never_found[i] != difference;
        ck_assert_msg(is_in_table(jss_difference_rows[difference].name) == is_found, "%s",
                      jss_difference_rows[difference].name);
        counts[jss_difference_rows[difference].class]++;
    }
    ck_assert_int_eq(counts[JSS_COMPATIBLE], 65);
    ck_assert_int_eq(counts[JSS_LENIENT], 9);
    ck_assert_int_eq(counts[JSS_INCOMPATIBLE], 58);
}
END_TEST

/* -- sentences ------------------------------------------------------------------------------------------------- */

static const struct {
    enum jss_difference difference;
    const char *sentence; /* with the roles "one" of the reader and "other" of the writer */
} sentences[] = {
    {JSS_TYPE_CHANGED, "A type at path '#/p' is different between the one schema and the other schema"},
    {JSS_TYPE_NARROWED, "A type at path '#/p' is different between the one schema and the other schema"},
    {JSS_COMBINED_TYPE_CHANGED, "A type at path '#/p' is different between the one schema and the other schema"},
    {JSS_COMBINED_TYPE_SUBSCHEMAS_CHANGED,
     "A type at path '#/p' is different between the one schema and the other schema"},
    {JSS_ENUM_ARRAY_CHANGED, "A type at path '#/p' is different between the one schema and the other schema"},
    {JSS_PATTERN_CHANGED, "The value at path '#/p' is different between the one and other schema"},
    {JSS_MULTIPLE_OF_CHANGED, "The value at path '#/p' is different between the one and other schema"},
    {JSS_DEPENDENCY_ARRAY_CHANGED, "The value at path '#/p' is different between the one and other schema"},
    {JSS_MAX_LENGTH_ADDED, "The keyword at path '#/p' in the one schema is not present in the other schema"},
    {JSS_ADDITIONAL_PROPERTIES_REMOVED,
     "The keyword at path '#/p' in the one schema is not present in the other schema"},
    {JSS_DEPENDENCY_SCHEMA_ADDED, "The keyword at path '#/p' in the one schema is not present in the other schema"},
    {JSS_MAXIMUM_DECREASED, "The value at path '#/p' in the one schema is less than its value in the other schema"},
    {JSS_MINIMUM_INCREASED, "The value at path '#/p' in the one schema is more than its value in the other schema"},
    {JSS_MULTIPLE_OF_EXPANDED, "The value at path '#/p' in the one schema is more than its value in the other schema"},
    {JSS_SUM_TYPE_NARROWED,
     "An array or combined type at path '#/p' has fewer elements in the one schema than the other schema"},
    {JSS_ADDITIONAL_ITEMS_NARROWED,
     "An array or combined type at path '#/p' has fewer elements in the one schema than the other schema"},
    {JSS_NOT_TYPE_EXTENDED,
     "An array or combined type at path '#/p' has more elements in the one schema than the other schema"},
    {JSS_OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL,
     "The one schema has an open content model and has a property or item at path '#/p' which is missing in the other "
     "schema"},
    {JSS_REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL,
     "The one schema has an unopen content model and has a required property at path '#/p' which is missing in the "
     "other schema"},
    {JSS_PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
     "The one schema has a property or item at path '#/p' which is missing in the other schema and is not covered by "
     "its partially open content model"},
    {JSS_PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL,
     "The one has a closed content model and is missing a property or item present at path '#/p' in the other schema"},
    {JSS_ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
     "A property or item is missing in the one schema but present at path '#/p' in the other schema and is not covered "
     "by its partially open content model"},
    {JSS_SCHEMA_ADDED, ""},
    {JSS_TITLE_CHANGED, ""},
    {JSS_UNDECIDED, "The schemas could not be compared at path '#/p' within the budget"},
    {JSS_ONE_OF_MAY_OVERLAP,
     "A value may match several of the alternatives at path '#/p' in the one schema, which accepts exactly one"},
};

START_TEST(a_difference_is_described)
{
    struct schema_difference d = {jss_difference_rows[sentences[_i].difference].name, STR("#/p"), STR_EMPTY};
    struct str wanted = ARENA_JOIN(arena, STR("{errorType:\""), str_of(d.type), STR("\", description:\""),
                                   str_of(sentences[_i].sentence), STR("'}"));
    assert_text(terminated(jss_describe(arena, &d, STR("one"), STR("other"))), wanted.p);
    struct arena *none = arena_new(0);
    ck_assert_ptr_null(jss_describe(none, &d, STR("one"), STR("other")).p);
    arena_free(none);
}
END_TEST

START_TEST(incompatible_differences_have_a_sentence)
{
    for (int difference = 0; difference < JSS_DIFFERENCE_COUNT_; difference++) {
        const struct jss_difference_row *row = &jss_difference_rows[difference];
        bool has_sentence = row->class != JSS_COMPATIBLE && difference != JSS_SCHEMA_ADDED;
        ck_assert_msg((row->sentence[0] != '\0') == has_sentence, "%s", row->name);
    }
}
END_TEST

static void add_tests(TCase *tests)
{
    tcase_add_loop_test(tests, all_that_differs_is_listed, 0, ROWS(pairs));
    tcase_add_test(tests, every_difference_is_in_the_table);
    tcase_add_loop_test(tests, a_difference_is_described, 0, ROWS(sentences));
    tcase_add_test(tests, incompatible_differences_have_a_sentence);
}

int main(void)
{
    return run_tests("compare", add_tests);
}
