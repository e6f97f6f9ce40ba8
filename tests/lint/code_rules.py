"""Rules for C text: banned functions, sizes, a test file for every source file, formatting."""
import re
import subprocess

SOURCE_FOLDERS = ('base/', 'schemas/', 'service/')
MEMORY = ('malloc', 'calloc', 'realloc', 'free')
BANNED = ('strcpy', 'strcat', 'sprintf', 'vsprintf', 'strtok', 'atoi', 'sscanf', 'gmtime', 'localtime', 'system',
          'setjmp', 'alloca')
FILE_LINES, FUNCTION_LINES, COMPLEXITY = 700, 80, 20


def c_files(tree):
    return tree.ending('.c', '.h')


def uses(names):
    """A call of one of the names, or its address as an argument or initial value; not a member of that name."""
    any_name = '|'.join(names)
    return re.compile(rf'(?<![\w.>])({any_name})\s*\(|[(,=]\s*({any_name})\s*[,;)}}]')


EVERYWHERE, OUTSIDE_BASE = uses(BANNED), uses(MEMORY)


def check_banned(tree):
    for path in tree.ending('.c', '.h', '.def', '.inc'):
        memory_is_ours = path.startswith(('schemas/', 'service/'))
        for number, line in enumerate(tree.code(path).split('\n'), 1):
            for match in EVERYWHERE.finditer(line):
                yield f'{path}:{number}: {match[1] or match[2]} is banned'
            for match in OUTSIDE_BASE.finditer(line) if memory_is_ours else ():
                yield f'{path}:{number}: {match[1] or match[2]} belongs to base'


def measure(tree, files):
    """Complexity, lines and name of every function, from pmccabe."""
    done = subprocess.run(['pmccabe', *files], cwd=tree.root, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        fields = line.split('\t')
        place = re.match(r'(.+)\((\d+)\): (\S+)', fields[5]) if len(fields) > 5 else None
        if place:
            yield int(fields[0]), int(fields[4]), place[1], place[2], place[3]


def check_sizes(tree):
    files = c_files(tree)
    for path in files:
        lines = len((tree.text(path) or '').splitlines())
        if lines > FILE_LINES and not tree.exempt('file-lines', path, lines):
            yield f'{path}: {lines} lines, {FILE_LINES} are allowed'
    for complexity, lines, path, number, name in measure(tree, files) if files else ():
        place = f'{path}:{name}'
        if lines > FUNCTION_LINES and not tree.exempt('function-lines', place, lines):
            yield f'{path}:{number}: {name} has {lines} lines, {FUNCTION_LINES} are allowed'
        if complexity > COMPLEXITY and not tree.exempt('complexity', place, complexity):
            yield f'{path}:{number}: {name} has complexity {complexity}, {COMPLEXITY} is allowed'


COVERS = re.compile(r'covers: ([^*"\n]+)')


def check_mirror(tree):
    """A source has a test of its name, or a test that says in its first comment that it covers it."""
    covered = set()
    for path in tree.files:
        if path.startswith('tests/') and path.endswith(('_test.c', '.py')):
            for line in COVERS.findall(tree.text(path)[:2000]):
                covered |= {name for name in line.split()}
    for path in tree.ending('.c'):
        if not path.startswith(SOURCE_FOLDERS):
            continue
        test = f'tests/{path[:-2]}_test.c'
        if test not in tree.file_set and path not in covered and not tree.exempt('mirror', path):
            yield f'{path}: {test} is missing'


def check_format(tree):
    files = c_files(tree)
    if not files:
        return
    command = ['clang-format-14', '--dry-run', '-Werror', '--ferror-limit=1', *files]
    done = subprocess.run(command, cwd=tree.root, capture_output=True, text=True, check=False)
    reported = re.findall(r'^(\S+?):(\d+):\d+: error: ', done.stderr, re.MULTILINE)
    yield from (f'{path}:{number}: run clang-format-14 -i {path}' for path, number in reported)
    if done.returncode != 0 and not reported:
        yield done.stderr.strip() or f'clang-format-14: exit status {done.returncode}'
