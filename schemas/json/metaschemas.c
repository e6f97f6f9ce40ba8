#include "json/parse_private.h"

static const struct {
    struct str path, text;
} files[] = {
#include "metaschemas_embedded.inc"
};

struct str jss_bundled_text(struct str uri)
{
    struct str path = jss_without_scheme(uri), host = STR("json-schema.org/"), ending = STR(".json");
    if (!path.p || !str_starts(path, host))
        return (struct str){NULL, 0};
    path = str_slice(path, host.n, path.n);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (str_equal(str_slice(files[i].path, 0, files[i].path.n - ending.n), path))
            return files[i].text;
    }
    return (struct str){NULL, 0};
}
