"""Which folder may include what: the matrix of CONTRIBUTING.md as a table.

`folder/` stands for the files directly in a folder, `folder/**` for the whole tree below it, anything else for one
file. A folder may always include its own files. Tests may include what they test, wherever it lies.
"""
import posixpath
import re

SCHEMAS_PUBLIC = 'schemas/'  # the headers directly in schemas/; those of one format are private to schemas
MATRIX = {
    'base': [],
    'schemas': ['base/', 'schemas/**'],
    'service/config': ['base/'],
    'service/metrics': ['base/'],
    'service/storage': ['base/'],
    'service/storage/sql': ['base/', 'service/storage/'],
    'service/storage/sqlite': ['base/', 'service/storage/', 'service/storage/sql/'],
    'service/storage/postgres': ['base/', 'service/storage/', 'service/storage/sql/'],
    'service/cache': ['base/', 'schemas/schema.h', 'service/storage/storage.h'],
    'service/core': ['base/', SCHEMAS_PUBLIC, 'service/storage/storage.h', 'service/cache/', 'service/config/'],
    'service/http': ['base/', 'service/config/', 'service/metrics/', 'service/cache/'],
    'service/handlers': ['base/', SCHEMAS_PUBLIC, 'service/config/', 'service/metrics/', 'service/http/',
                         'service/core/'],
    'service/commands': ['base/', 'service/config/', 'service/storage/storage.h', 'service/store.h'],
    'service': ['base/', 'schemas/**', 'service/**'],
}
SYSTEM_HEADERS = {  # beginning of a header's name: the only places that may include it
    'sqlite3.h': ['service/storage/sqlite/'],
    'libpq-fe.h': ['service/storage/postgres/'],
    'microhttpd.h': ['service/http/'],
    'zlib.h': ['service/http/'],
    'nettle/': ['base/hash.c'],
    'pcre2': ['base/regex.c'],
}
SEARCHED = ['base', 'schemas', 'service'] + [folder for folder in MATRIX if folder.startswith('service/')]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)


def covered(path, patterns):
    for pattern in patterns:
        if pattern.endswith('/**'):
            if path.startswith(pattern[:-2]):
                return True
        elif pattern.endswith('/'):
            if posixpath.dirname(path) == pattern[:-1]:
                return True
        elif path == pattern:
            return True
    return False


def layer_of(path):
    """The row of the matrix for a file, or None outside of the layers."""
    folder = posixpath.dirname(path)
    while folder and folder not in MATRIX:
        folder = posixpath.dirname(folder)
    return folder or None


def is_generated(tree, folder, name):
    """Whether the meson.build of the folder, or of one above it, makes a file of this name."""
    while True:
        path = posixpath.join(folder, 'meson.build')
        if path in tree.file_set and f"'{name}'" in tree.text(path):
            return True
        if not folder:
            return False
        folder = posixpath.dirname(folder)


def resolve(tree, includer, name):
    """The file that an include names: beside the includer first, then in the folders that targets search."""
    for folder in [posixpath.dirname(includer)] + SEARCHED:
        path = posixpath.normpath(posixpath.join(folder, name))
        if path in tree.file_set:
            return path
    return None


def fault_of(tree, path, layer, quoted, name):
    if '..' in name.split('/'):
        return f'"{name}": an include does not climb'
    if layer is None:
        return None
    if not quoted:
        for prefix, places in SYSTEM_HEADERS.items():
            if name.startswith(prefix) and not covered(path, places):
                return f'<{name}> belongs to {" ".join(places)}'
        return None
    target = resolve(tree, path, name)
    if target is None:
        generated = is_generated(tree, posixpath.dirname(path), name)
        return None if generated else f'"{name}" is in no folder that is searched'
    beside = posixpath.dirname(target) == posixpath.dirname(path)
    if beside or (layer_of(target) == layer and target.startswith(layer + '/') and layer != 'service'):
        return None
    if re.search(r'_private\.\w+$', target):
        return f'{target} is private to its folder'
    return None if covered(target, MATRIX[layer]) else f'{layer} may not include {target}'


def check(tree):
    for path in tree.ending('.c', '.h', '.def', '.inc'):
        if path.startswith('tests/vectors/'):
            continue
        layer = layer_of(path)
        text = tree.text(path) or ''
        for match in INCLUDE.finditer(text):
            fault = fault_of(tree, path, layer, match[1] == '"', match[2])
            if fault:
                yield f'{path}:{text.count(chr(10), 0, match.start()) + 1}: {fault}'
