"""What PostgreSQL is asked, word by word: only SQL that CockroachDB and YugabyteDB have too.

Everything that a statement may be made of is listed here, so that a new word is a decision: whether the other databases
know it, and whether it means the same there.
"""
import re

STATEMENTS = 'service/storage/sql/statements.def'
SCRIPTS = 'service/storage/postgres/'  # what is written in C: migrations, settings of the session

WORDS = set('''
    SELECT FROM WHERE AND OR NOT EXISTS BETWEEN IN IS NULL AS CASE WHEN THEN ELSE END CAST TEXT INT8 BYTEA
    CROSS JOIN LEFT ON UNION ALL ORDER BY DESC LIMIT FOR UPDATE
    INSERT INTO VALUES CONFLICT DO NOTHING SET DELETE excluded
    BEGIN COMMIT ROLLBACK ISOLATION LEVEL REPEATABLE READ ONLY
    CREATE SCHEMA TABLE INDEX IF PRIMARY KEY UNIQUE DEFAULT ALTER ADD COLUMN DROP
'''.split())
FUNCTIONS = set('count min max substr length coalesce current_schema'.split())
# Hints: what they do for us is welcome where the server knows them, and nothing depends on it.
HINTS = {
    "SELECT pg_notify($1, '')": 'sent only where LISTEN was accepted',
    'LISTEN %s': 'a refusal is no failure',
    'SET synchronous_commit = off': 'a refusal is no failure',
    'SET synchronous_commit = on': 'a refusal is no failure',
    'SET lock_timeout = %d': 'a refusal is no failure',
    'SET idle_in_transaction_session_timeout = %d': 'a refusal is no failure',
    'SET enable_seqscan = off': 'a refusal is no failure',
    'SET search_path TO %s': 'all three know it',
}
# Keywords of PostgreSQL that must not come in as names of tables or columns, each with the reason.
REFUSED = {
    'ADVISORY': 'advisory locks do nothing elsewhere: lock a row',
    'SERIAL': 'ids come from counters', 'BIGSERIAL': 'ids come from counters', 'SEQUENCE': 'ids come from counters',
    'NEXTVAL': 'ids come from counters', 'GENERATED': 'ids come from counters', 'IDENTITY': 'ids come from counters',
    'INT': 'widths differ: INT8', 'INTEGER': 'widths differ: INT8', 'BIGINT': 'written INT8', 'INT4': 'written INT8',
    'TRIGGER': 'logic is in C', 'FUNCTION': 'logic is in C', 'PROCEDURE': 'logic is in C', 'PLPGSQL': 'logic is in C',
    'LOCK': 'lock a row by FOR UPDATE', 'DEFERRABLE': 'not everywhere', 'SAVEPOINT': 'not needed',
    'SERIALIZABLE': 'hot rows would be retried without end', 'JSONB': 'JSON is TEXT', 'JSON': 'JSON is TEXT',
    'ARRAY': 'differs', 'UNNEST': 'differs', 'DOMAIN': 'differs', 'COPY': 'differs', 'REFERENCES': 'checked in C',
    'COLLATE': 'names are sorted in C', 'RETURNING': 'not needed', 'NOW': 'times come from the node',
    'ILIKE': 'differs', 'REGEXP': 'differs', 'EXTENSION': 'not everywhere', 'VACUUM': 'not ours to do',
}
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')
TOKEN = re.compile(r"'[^']*'|\$\d|%\w+|[A-Za-z_][\w.]*|\d+|<>|>=|<=|>>|::|\S")
SYMBOLS = set('()*,;=<>+-&.') | {'<>', '>=', '<=', '>>'}


def rows_of(text):
    """(line, text for PostgreSQL) of each row of the table of statements."""
    text = re.sub(r'/\*.*?\*/', lambda comment: re.sub(r'[^\n]', ' ', comment[0]), text, flags=re.S)
    for match in re.finditer(r'^(SAME|BOTH|POSTGRES)\((.*?)\)$(?=\s*(?:(?:SAME|BOTH|POSTGRES)\(|\Z))', text, re.M | re.S):
        arguments, depth, quoted, start = [], 0, False, 0
        body = match[2]
        for i, char in enumerate(body):
            if char == '"' and body[i - 1] != '\\':
                quoted = not quoted
            elif not quoted and char == ',' and depth == 0:
                arguments.append(body[start:i])
                start = i + 1
        arguments.append(body[start:])
        sql = ''.join(STRING.findall(arguments[-1]))
        yield text.count('\n', 0, match.start()) + 1, sql


def fault_of(sql, names):
    """What is wrong with a statement; names: tables and columns of the migrations."""
    if sql in HINTS:
        return None
    for token in TOKEN.findall(sql):
        plain = token.rsplit('.', 1)[-1] if re.match(r'[A-Za-z_]', token) else token
        if plain.upper() in REFUSED and plain not in names:
            return f'{plain}: {REFUSED[plain.upper()]}'
        if token[0] in "'$%" or token.isdigit() or token in SYMBOLS:
            continue
        if plain in WORDS or plain in FUNCTIONS or plain in names or re.fullmatch(r'[a-z]{1,2}', token):
            continue
        return f'{token}: is not in the list of what all databases share'
    return None


def names_of(migrations):
    """Tables and columns that the migrations make."""
    names = {'information_schema', 'tables', 'schemata', 'table_schema', 'table_name', 'schema_name', 'migrations', 'number',
             'name', 'applied_ms'}
    for text in migrations.values():
        names |= set(re.findall(r'\b(?:TABLE|COLUMN|INDEX|ON) ([a-z_]+)', text))
        names |= set(re.findall(r'^\s+([a-z_]+) (?:INT8|TEXT|BYTEA)', text, re.M))
    return names


def without_comments(text):
    return re.sub(r'--[^\n]*', '', text)


def scripts_of(text):
    """SQL texts in C: strings that begin with a word that statements begin with."""
    joined = re.sub(r'"\s*\n\s*"', '', text)
    for sql in STRING.findall(joined):
        if re.match(r'(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|SET|LISTEN|BEGIN|COMMIT|ROLLBACK|LOCK|COPY|VACUUM) ', sql):
            yield sql


def check_sql(tree):
    migrations = {path: without_comments(tree.text(path)) for path in tree.files
                  if path.startswith('migrations/') and path.endswith('.postgres.sql')}
    names = names_of(migrations)
    if STATEMENTS in tree.file_set:
        for line, sql in rows_of(tree.text(STATEMENTS)):
            fault = fault_of(re.sub(r'" VERSION_COLUMNS "', '*', sql), names)
            if fault:
                yield f'{STATEMENTS}:{line}: {fault}'
    for path, text in migrations.items():
        fault = fault_of(text, names)
        if fault:
            yield f'{path}: {fault}'
    for path in tree.ending('.c'):
        if path.startswith(SCRIPTS):
            for sql in scripts_of(tree.text(path)):
                fault = fault_of(sql, names)
                if fault:
                    yield f'{path}: {fault} (in "{sql[:60]}")'
