#include "check_private.h"

/* What protoc has against long packages. */
#define PACKAGE_BYTES_MAX 511
#define PACKAGE_DOTS_MAX 100

static size_t number_of(const struct check *c, const struct pb_file *file)
{
    return file->is_builtin ? c->schema->files.count + file->index : file->index;
}

static size_t file_count(const struct check *c)
{
    return c->schema->files.count + pb_builtins()->files.count;
}

bool check_is_loaded(const struct check *c, const struct pb_file *file)
{
    return c->loaded[number_of(c, file)];
}

unsigned check_visibility_of(const struct check *c, const struct pb_file *file)
{
    return file == c->file ? CHECK_VISIBLE : c->visible[number_of(c, file)];
}

const struct check_file_facts *check_facts_of(struct check *c, const struct pb_file *file)
{
    struct check_file_facts *facts = &c->facts[number_of(c, file)];
    if (facts->is_known)
        return facts;
    const struct pb_option *optimize = pb_option_find(&file->options, "optimize_for");
    struct str given = check_feature(&file->options, "default_symbol_visibility");
    facts->is_known = true;
    facts->is_lite = optimize && str_equal(optimize->value.text, STR("LITE_RUNTIME"));
    facts->visibility = given.n                            ? given
                        : file->edition >= PB_EDITION_2024 ? STR("EXPORT_TOP_LEVEL")
                                                           : STR("EXPORT_ALL");
    return facts;
}

/* -- What the root has to do with ------------------------------------------------------------------------------------ */

typedef VEC(const struct pb_file *) files;

static void load(struct check *c, const struct pb_file *file, files *queue)
{
    if (!file || c->loaded[number_of(c, file)])
        return;
    c->loaded[number_of(c, file)] = 1;
    c->failed |= !VEC_PUSH(c->scratch, queue, file);
}

static void see(struct check *c, const struct pb_file *file, enum check_visibility how, files *queue)
{
    if (!file || (c->visible[number_of(c, file)] & how))
        return;
    c->visible[number_of(c, file)] |= (unsigned char)how;
    c->failed |= !VEC_PUSH(c->scratch, queue, file);
}

/* The imports of one kind, and from there on what is imported publicly. */
static void see_imports(struct check *c, enum check_visibility how)
{
    files queue = {0};
    for (const struct pb_import *import = c->file->imports.first; import; import = import->next) {
        if ((import->kind == PB_IMPORT_OPTION) == (how == CHECK_VISIBLE_EXTENSIONS))
            see(c, import->file, how, &queue);
    }
    for (size_t k = 0; k < queue.count && !c->failed; k++) {
        for (const struct pb_import *import = queue.items[k]->imports.first; import; import = import->next) {
            if (import->kind == PB_IMPORT_PUBLIC)
                see(c, import->file, how, &queue);
        }
    }
}

/* A package and those around it. */
static void add_packages(struct check *c, const struct pb_file *file)
{
    for (size_t end = file->package.n; end > 0 && !c->failed;) {
        struct str name = str_slice(file->package, 0, end);
        struct check_package *package = map_get(&c->packages, name);
        if (!package) {
            package = ARENA_NEW(c->scratch, struct check_package);
            c->failed |= !package || map_put(&c->packages, name, package) < 0;
            if (c->failed)
                return;
            package->first = file;
        }
        package->is_visible |= check_visibility_of(c, file) != 0;
        size_t dot = str_find_last(name, '.');
        end = dot == SIZE_MAX ? 0 : dot;
    }
}

void check_load_files(struct check *c)
{
    files queue = {0};
    c->loaded = ARENA_ARRAY(c->scratch, file_count(c) + 1, unsigned char);
    c->visible = ARENA_ARRAY(c->scratch, file_count(c) + 1, unsigned char);
    c->facts = ARENA_ARRAY(c->scratch, file_count(c) + 1, struct check_file_facts);
    c->failed |= !c->loaded || !c->visible || !c->facts;
    if (c->failed)
        return;
    see_imports(c, CHECK_VISIBLE);
    see_imports(c, CHECK_VISIBLE_EXTENSIONS);
    load(c, c->file, &queue);
    for (size_t k = 0; k < queue.count && !c->failed; k++) {
        for (const struct pb_import *import = queue.items[k]->imports.first; import; import = import->next)
            load(c, import->file, &queue);
    }
    c->is_alone = queue.count == 1;
    for (size_t k = 1; k < queue.count && !c->failed; k++)
        add_packages(c, queue.items[k]);
}

/* -- Imports --------------------------------------------------------------------------------------------------------- */

struct importer {
    const struct pb_file *file;
    size_t next; /* importer of the same file, + 1 */
};

/* Who imports whom, from the imported file's side. */
struct import_graph {
    VEC(struct importer) importers;
    size_t *heads; /* by number: the first importer, + 1 */
    size_t *waiting; /* by number: imports that are not known to be whole, or missing */
    files ready; /* files that wait for nothing */
};

static bool add_importer(struct check *c, struct import_graph *graph, const struct pb_file *file)
{
    size_t number = number_of(c, file);
    for (const struct pb_import *import = file->imports.first; import; import = import->next) {
        graph->waiting[number] += import->file || import->kind != PB_IMPORT_OPTION;
        if (!import->file)
            continue;
        size_t *head = &graph->heads[number_of(c, import->file)];
        if (!VEC_PUSH(c->scratch, &graph->importers, (struct importer){file, *head}))
            return false;
        *head = graph->importers.count;
    }
    return graph->waiting[number] || VEC_PUSH(c->scratch, &graph->ready, file);
}

static bool add_importers(struct check *c, struct import_graph *graph)
{
    const struct pb_schema *schemas[] = {c->schema, pb_builtins()};
    graph->heads = ARENA_ARRAY(c->scratch, file_count(c) + 1, size_t);
    graph->waiting = ARENA_ARRAY(c->scratch, file_count(c) + 1, size_t);
    for (size_t s = 0; s < 2 && graph->heads && graph->waiting; s++) {
        for (size_t k = 0; k < schemas[s]->files.count; k++) {
            if (!add_importer(c, graph, schemas[s]->files.items[k]))
                return false;
        }
    }
    return graph->heads && graph->waiting;
}

/* Files whose imports are all there, and theirs too, by number. NULL without memory. */
static unsigned char *find_whole(struct check *c)
{
    struct import_graph graph = {0};
    unsigned char *whole = ARENA_ARRAY(c->scratch, file_count(c) + 1, unsigned char);
    if (!whole || !add_importers(c, &graph))
        return NULL;
    for (size_t k = 0; k < graph.ready.count; k++) {
        size_t number = number_of(c, graph.ready.items[k]);
        whole[number] = 1;
        for (size_t at = graph.heads[number]; at; at = graph.importers.items[at - 1].next) {
            const struct pb_file *importer = graph.importers.items[at - 1].file;
            if (--graph.waiting[number_of(c, importer)] == 0 && !VEC_PUSH(c->scratch, &graph.ready, importer))
                return NULL;
        }
    }
    return whole;
}

struct pb_position check_import_at(const struct pb_import *import)
{
    static const char *const words[] = {[PB_IMPORT_PLAIN] = "import ",
                                        [PB_IMPORT_PUBLIC] = "import public ",
                                        [PB_IMPORT_WEAK] = "import weak ",
                                        [PB_IMPORT_OPTION] = "import option "};
    return check_before(import->at, words[import->kind]);
}

/* The first file that makes a file unfit by its being imported; NULL: one is missing. */
static const struct pb_file *next_unfit(const struct check *c, const struct pb_file *file, const unsigned char *whole)
{
    const struct pb_import *import = file->imports.first;
    while (import &&
           ((import->file && whole[number_of(c, import->file)]) || (!import->file && import->kind == PB_IMPORT_OPTION)))
        import = import->next;
    return import ? import->file : NULL;
}

/* Puts down the circle of imports that makes a file unfit; false when there is none. */
static bool find_circle(struct check *c, const struct pb_file *file, const unsigned char *whole, struct buf *ret)
{
    unsigned char *passed = ARENA_ARRAY(c->scratch, file_count(c) + 1, unsigned char);
    while (passed && file && !passed[number_of(c, file)]) {
        passed[number_of(c, file)] = 1;
        file = next_unfit(c, file, whole);
    }
    const struct pb_file *start = file;
    if (!passed || !start)
        return false;
    do {
        buf_add(ret, file->path);
        buf_add(ret, STR(" -> "));
        file = next_unfit(c, file, whole);
    } while (file != start);
    buf_add(ret, start->path);
    return !buf_failed(ret);
}

static void refuse_import(struct check *c, const struct pb_import *import, const unsigned char *whole)
{
    struct buf circle;
    buf_init(&circle, c->scratch, SCHEMA_MEMORY_MAX);
    if (import->file && find_circle(c, import->file, whole, &circle))
        CHECK_FAULT(c, check_import_at(import), STR("File recursively imports itself: "), buf_str(&circle));
    else
        CHECK_FAULT(c, check_import_at(import), STR("Import \""), import->path, STR("\" was not found or had errors."));
}

void check_imports(struct check *c)
{
    struct map seen;
    const unsigned char *whole = find_whole(c);
    map_init(&seen, c->scratch);
    c->failed |= !whole;
    for (const struct pb_import *import = c->file->imports.first; import && !c->failed; import = import->next) {
        int added = map_add(&seen, import->path, (void *)(uintptr_t)1);
        bool is_missing = !import->file && import->kind != PB_IMPORT_OPTION;
        c->failed |= added < 0;
        if (added == 1)
            CHECK_FAULT(c, check_import_at(import), STR("Import \""), import->path, STR("\" was listed twice."));
        if ((is_missing || (import->file && !whole[number_of(c, import->file)])) &&
            check_is_first(c, check_import_at(import)))
            refuse_import(c, import, whole);
    }
}

void check_import_syntax(struct check *c)
{
    bool had_option = false;
    for (const struct pb_import *import = c->file->imports.first; import; import = import->next) {
        bool is_new = c->file->edition >= PB_EDITION_2024;
        if (import->kind == PB_IMPORT_OPTION && !c->is_edition)
            CHECK_FAULT(c, check_before(import->at, "option "), STR("Expected a string naming the file to import."));
        else if (import->kind == PB_IMPORT_OPTION && !is_new)
            CHECK_FAULT(c, check_before(import->at, "option "),
                        STR("option import is not supported before edition 2024."));
        else if (import->kind != PB_IMPORT_OPTION && had_option)
            CHECK_FAULT(c, import->at,
                        STR("imports should precede any option imports to ensure proto files can roundtrip."));
        if (import->kind == PB_IMPORT_WEAK && is_new && c->is_edition)
            CHECK_FAULT(c, check_before(import->at, "weak "),
                        STR("weak import is not supported in edition 2024 and above. Consider using option import "
                            "instead."));
        had_option |= import->kind == PB_IMPORT_OPTION;
    }
}

/* -- Packages --------------------------------------------------------------------------------------------------------- */

static size_t count_dots(struct str name)
{
    size_t count = 0;
    for (size_t k = 0; k < name.n; k++)
        count += name.p[k] == '.';
    return count;
}

/* A definition of that name in a file that the root has to do with, other than the root. */
static const struct pb_symbol *defined_elsewhere(const struct check *c, struct str name)
{
    const struct pb_symbol *lists[] = {pb_symbol_find(c->schema, name), pb_symbol_find(pb_builtins(), name)};
    for (size_t k = 0; k < 2; k++) {
        for (const struct pb_symbol *symbol = lists[k]; symbol; symbol = symbol->next) {
            if (symbol->kind != PB_SYMBOL_PACKAGE && symbol->file != c->file && check_is_loaded(c, symbol->file))
                return symbol;
        }
    }
    return NULL;
}

void check_package(struct check *c)
{
    struct str package = c->file->package;
    if (package.n > PACKAGE_BYTES_MAX) {
        CHECK_FAULT(c, check_package_at(c->file), STR("Package name is too long"));
        return;
    }
    if (count_dots(package) > PACKAGE_DOTS_MAX) {
        CHECK_FAULT(c, check_package_at(c->file), STR("Exceeds Maximum Package Depth"));
        return;
    }
    for (size_t end = package.n; end > 0;) {
        struct str name = str_slice(package, 0, end);
        const struct pb_symbol *other = defined_elsewhere(c, name);
        if (other)
            CHECK_FAULT(c, check_package_at(c->file), STR("\""), name,
                        STR("\" is already defined (as something other than a package) in file \""), other->file->path,
                        STR("\"."));
        size_t dot = str_find_last(name, '.');
        end = dot == SIZE_MAX ? 0 : dot;
    }
}
