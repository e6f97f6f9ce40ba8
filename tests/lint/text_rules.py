"""Rules for other text: pairs of migrations, words that no source may hold, scripts that parse."""
import re
import subprocess

MIGRATION = re.compile(r'migrations/(\d{4})_([a-z0-9_]+)\.(sqlite|postgres)\.sql')
SOURCES = ('.c', '.h', '.def', '.inc', '.sql', '.py', '.sh', '.build', '.js', '.mjs', '.ts', '.tsx', '.go', '.rs',
           '.java')
LEFT_OVER = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b')
MACHINE_PATH = re.compile(r'(?<![\w.~-])/(?:work|home|root)/\S*')


def check_migrations(tree):
    found = {}
    for path in tree.files:
        if not path.startswith('migrations/') or path.endswith('/meson.build'):
            continue
        match = MIGRATION.fullmatch(path)
        if not match:
            yield f'{path}: not named NNNN_name.sqlite.sql or NNNN_name.postgres.sql'
            continue
        found.setdefault(int(match[1]), {}).setdefault(match[2], set()).add(match[3])
    for number, names in sorted(found.items()):
        if len(names) > 1:
            yield f'migrations: number {number:04} is taken by {" and ".join(sorted(names))}'
        for name, backends in sorted(names.items()):
            for backend in sorted({'sqlite', 'postgres'} - backends):
                yield f'migrations/{number:04}_{name}.{backend}.sql is missing'
    for number in sorted(set(range(1, max(found, default=0) + 1)) - set(found)):
        yield f'migrations: number {number:04} is missing'


def check_words(tree):
    sources = {*tree.ending(*SOURCES), *tree.scripts('.sh', ['sh', 'bash']), *tree.scripts('.py', ['python3'])}
    for path in tree.files:
        for number, line in enumerate((tree.text(path) or '').split('\n'), 1):
            word = LEFT_OVER.search(line) if path in sources else None
            if word:
                yield f'{path}:{number}: {word[0]} in a source file: finish it, or open an issue'
            place = MACHINE_PATH.search(line)
            if place:
                yield f'{path}:{number}: path of one machine: {place[0]}'


def check_scripts(tree):
    for path in tree.scripts('.sh', ['bash', 'sh']):
        done = subprocess.run(['bash', '-n', path], cwd=tree.root, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            yield done.stderr.strip()
    for path in tree.scripts('.py', ['python3']):
        try:
            compile((tree.root / path).read_bytes(), path, 'exec', dont_inherit=True)  # leaves no .pyc behind
        except (SyntaxError, ValueError) as fault:
            yield f'{path}: {fault}'
    for path in tree.ending('.pyc'):
        yield f'{path}: compiled Python does not belong in the tree'
