"""Lint's own test: every check must report its bad trees and pass its good ones."""
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True

import checks  # noqa: E402
from tree import Tree  # noqa: E402

LONG_FILE = 'int x;\n' * 701
LONG_FUNCTION = 'int f(void)\n{\n' + '    g();\n' * 80 + '    return 0;\n}\n'
MANY_IFS = ''.join(f'    if (x == {n})\n        return {n};\n' for n in range(21))
BRANCHES = 'int f(int x)\n{\n' + MANY_IFS + '    return 0;\n}\n'
EXCEPTIONS = Tree.EXCEPTIONS
OPEN_ITEM = 'TO' 'DO'

# check, tree (path: text), text that a violation must hold or None when there must be none
CASES = [
    ('layers', {'base/a.c': '#include "a.h"\n#include <stdio.h>\n', 'base/a.h': ''}, None),
    ('layers', {'base/a.c': '#include "schema.h"\n', 'schemas/schema.h': ''}, 'base may not include schemas/schema.h'),
    ('layers', {'base/a.c': '#include "b.h"\n'}, 'in no folder that is searched'),
    ('layers', {'base/a.c': '#include "../base/a.h"\n', 'base/a.h': ''}, 'does not climb'),
    ('layers', {'tests/base/a_test.c': '#include "../../base/a.h"\n', 'base/a.h': ''}, 'does not climb'),
    ('layers', {'schemas/avro/a.c': '#include "schema.h"\n#include "model.h"\n#include "arena.h"\n',
                'schemas/avro/model.h': '', 'schemas/schema.h': '', 'base/arena.h': ''}, None),
    ('layers', {'schemas/a.c': '#include "core.h"\n', 'service/core/core.h': ''}, 'schemas may not include'),
    ('layers', {'service/cache/a.c': '#include "schema.h"\n#include "storage.h"\n', 'schemas/schema.h': '',
                'service/storage/storage.h': ''}, None),
    ('layers', {'service/cache/a.c': '#include "compat.h"\n', 'schemas/compat.h': ''}, 'service/cache may not include'),
    ('layers', {'service/core/a.c': '#include "compat.h"\n', 'schemas/compat.h': ''}, None),
    ('layers', {'service/core/a.c': '#include "avro/model.h"\n', 'schemas/avro/model.h': ''},
     'service/core may not include'),
    ('layers', {'service/core/a.c': '#include "migrate.h"\n', 'service/storage/migrate.h': ''},
     'service/core may not include'),
    ('layers', {'service/handlers/a.c': '#include "storage.h"\n', 'service/storage/storage.h': ''},
     'service/handlers may not include'),
    ('layers', {'service/handlers/a.c': '#include "server_private.h"\n', 'service/http/server_private.h': ''},
     'private to its folder'),
    ('layers', {'service/http/a.c': '#include "core.h"\n', 'service/core/core.h': ''}, 'service/http may not include'),
    ('layers', {'service/http/a.c': '#include <microhttpd.h>\n#include <zlib.h>\n'}, None),
    ('layers', {'service/core/a.c': '#include <microhttpd.h>\n'}, '<microhttpd.h> belongs to'),
    ('layers', {'service/storage/a.c': '#include <sqlite3.h>\n'}, '<sqlite3.h> belongs to'),
    ('layers', {'service/storage/sqlite/a.c': '#include <sqlite3.h>\n#include "sqlite/b.h"\n#include "storage.h"\n',
                'service/storage/sqlite/b.h': '', 'service/storage/storage.h': ''}, None),
    ('layers', {'base/map.c': '#include <nettle/md5.h>\n'}, '<nettle/md5.h> belongs to'),
    ('layers', {'service/storage/a.c': '#include "made.inc"\n', 'service/storage/meson.build': "output: 'made.inc'"},
     None),
    ('layers', {'service/app.c': '#include "sqlite/sqlite.h"\n', 'service/storage/sqlite/sqlite.h': ''}, None),

    ('sql', {'service/storage/sql/statements.def': '/* x */\nSAME(A, "SELECT name FROM things WHERE n = $1")\n',
             'migrations/0001_a.postgres.sql': 'CREATE TABLE things (\n    n INT8 PRIMARY KEY,\n    name TEXT\n);\n'}, None),
    ('sql', {'service/storage/sql/statements.def': 'BOTH(A, "BEGIN IMMEDIATE", "BEGIN")\n'}, None),
    ('sql', {'service/storage/sql/statements.def': 'POSTGRES(A, "SELECT pg_advisory_lock(1)")\n'}, 'pg_advisory_lock: is not'),
    ('sql', {'service/storage/sql/statements.def': 'POSTGRES(A, "BEGIN")\n/* y */\nPOSTGRES(B, "SELECT 1 / 2")\n'}, '.def:3: /'),
    ('sql', {'migrations/0001_a.postgres.sql': 'CREATE TABLE things (\n    n SERIAL PRIMARY KEY\n);\n'}, 'SERIAL: ids come'),
    ('sql', {'migrations/0001_a.postgres.sql': 'CREATE TABLE things (\n    n INTEGER PRIMARY KEY\n);\n'}, 'INTEGER: widths'),
    ('sql', {'service/storage/postgres/a.c': 's = "LOCK TABLE "\n    "things";\n'}, 'LOCK: lock a row'),
    ('sql', {'service/storage/postgres/a.c': 's = "LISTEN %s";\n'}, None),

    ('banned', {'base/a.c': 'p = malloc(1); free(p);\n'}, None),
    ('banned', {'service/core/a.c': '/* free(x) */ s = "malloc(";\nsqlite3_free(x);\nthing->free(x);\n'}, None),
    ('banned', {'service/core/a.c': 'p = malloc(1);\n'}, 'malloc belongs to base'),
    ('banned', {'service/core/a.c': 'int x;\nlist_each(list, free);\n'}, 'a.c:2: free belongs to base'),
    ('banned', {'base/a.c': 'strcpy(a, b);\n'}, 'strcpy is banned'),
    ('banned', {'tests/base/a_test.c': 't = gmtime(&now);\n'}, 'gmtime is banned'),
    ('banned', {'base/a.c': 'gmtime_r(&now, &t);\nsnprintf(a, b, c);\n'}, None),

    ('sizes', {'base/a.c': 'int f(void)\n{\n    return 0;\n}\n'}, None),
    ('sizes', {'base/a.h': LONG_FILE}, '701 lines'),
    ('sizes', {'base/a.h': LONG_FILE, EXCEPTIONS: 'file-lines base/a.h 701 one table\n'}, None),
    ('sizes', {'base/a.h': LONG_FILE, EXCEPTIONS: 'file-lines base/a.h 700 one table\n'}, '701 lines'),
    ('sizes', {'base/a.c': LONG_FUNCTION}, 'f has 84 lines'),
    ('sizes', {'base/a.c': LONG_FUNCTION, EXCEPTIONS: 'function-lines base/a.c:f 84 one list\n'}, None),
    ('sizes', {'base/a.c': BRANCHES}, 'f has complexity 22'),
    ('sizes', {'base/a.c': BRANCHES, EXCEPTIONS: 'complexity base/a.c:f 22 one list\n'}, None),

    ('mirror', {'schemas/avro/a.c': '', 'tests/schemas/avro/a_test.c': ''}, None),
    ('mirror', {'schemas/avro/a.c': '', 'tests/schemas/a_test.c': ''}, 'tests/schemas/avro/a_test.c is missing'),
    ('mirror', {'service/main.c': '', EXCEPTIONS: 'mirror service/main.c - starts the rest\n'}, None),

    ('migrations', {'migrations/0001_a.sqlite.sql': '', 'migrations/0001_a.postgres.sql': ''}, None),
    ('migrations', {'migrations/0001_a.sqlite.sql': ''}, '0001_a.postgres.sql is missing'),
    ('migrations', {'migrations/0002_a.sqlite.sql': '', 'migrations/0002_a.postgres.sql': ''},
     'number 0001 is missing'),
    ('migrations', {f'migrations/0001_{name}.{back}.sql': '' for name in 'ab' for back in ('sqlite', 'postgres')},
     'taken by a and b'),
    ('migrations', {'migrations/1_a.sql': ''}, 'not named'),

    ('format', {'.clang-format': 'BasedOnStyle: LLVM\n', 'base/a.c': 'int x;\n'}, None),
    ('format', {'.clang-format': 'BasedOnStyle: LLVM\n', 'base/a.c': 'int   x;\n'}, 'base/a.c:1: run clang-format-14'),

    ('words', {'base/a.c': '/* mktemp XXXXXX */\n', 'docs/a.md': f'{OPEN_ITEM}\nhttps://a.example/home/b\n'}, None),
    ('words', {'base/a.c': f'\n/* {OPEN_ITEM}: later */\n'}, f'base/a.c:2: {OPEN_ITEM}'),
    ('words', {'tools/go': f'#!/usr/bin/env bash\n# {OPEN_ITEM}\n'}, f'tools/go:2: {OPEN_ITEM}'),
    ('words', {'docs/a.md': 'cd /' + 'home/me/avouch\n'}, 'docs/a.md:1: path of one machine'),

    ('scripts', {'tools/a': '#!/usr/bin/env bash\necho\n', 'tools/b.py': 'pass\n',
                 'tools/c': '#!/usr/bin/env python3\n'}, None),
    ('scripts', {'tools/a': '#!/usr/bin/env bash\nif\n'}, 'syntax error'),
    ('scripts', {'tools/b.py': 'def\n'}, 'tools/b.py'),
    ('scripts', {'tools/c': '#!/usr/bin/env python3\ndef\n'}, 'tools/c'),
    ('scripts', {'tools/b.pyc': ''}, 'does not belong'),

    ('exceptions', {EXCEPTIONS: '# a comment\n\nmirror base/a.c - no code of its own\n', 'base/a.c': ''}, None),
    ('exceptions', {EXCEPTIONS: 'mirror base/a.c - gone\n'}, 'nothing needs the exception'),
    ('exceptions', {EXCEPTIONS: 'mirror base/a.c -\n', 'base/a.c': ''}, 'not a row'),
    ('exceptions', {EXCEPTIONS: 'taste base/a.c - because\n', 'base/a.c': ''}, 'not a row'),
]


def run_case(name, files, expected):
    """The complaint about one case, or None."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            place = pathlib.Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        found = checks.run(Tree(folder, use_git=False), [name])[name]
    if expected is None:
        return f'{name}: {sorted(files)} should pass: {found}' if found else None
    if any(expected in line for line in found):
        return None
    return f'{name}: {sorted(files)} should report "{expected}": {found}'


def run():
    untested = set(checks.CHECKS) - {name for name, _, expected in CASES if expected}
    complaints = [f'{name}: no case that it must report' for name in sorted(untested)]
    return complaints + [fault for fault in (run_case(*case) for case in CASES) if fault]


if __name__ == '__main__':
    sys.exit('\n'.join(run()) or 0)
