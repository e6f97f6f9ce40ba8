"""Makes a large store in PostgreSQL for measuring, with COPY instead of registering: the rows that bench/make_store.c would
have registered, with the keys that the registry would compute.

bench/make_pg_store.py [--subjects N] [--versions N] DATABASE SCHEMA: the tables must be there and empty
(avouch migrate up --database DATABASE --database.schema SCHEMA). Needs psql.
"""
import argparse
import hashlib
import subprocess

FEED_KEPT = 10000  # changes that nodes leave in the feed
AT_ONCE = 512  # subjects whose versions are registered in turn
TEXT = ('{"type":"record","name":"Event%d","namespace":"org.example.events","doc":"what happened, as version %d tells it",'
        '"fields":[{"name":"id","type":"long"},{"name":"name","type":"string"},{"name":"at","type":{"type":"long",'
        '"logicalType":"timestamp-millis"}},{"name":"amount","type":["null","double"],"default":null}]}')


def registrations(subjects, versions):
    """(schema id, subject from 0, version) in the order of registration"""
    schema_id = 0
    for first in range(0, subjects, AT_ONCE):
        for version in range(1, versions + 1):
            for subject in range(first, min(first + AT_ONCE, subjects)):
                schema_id += 1
                yield schema_id, subject, version


def subject_id(subject):
    """Numbers are given with the first version."""
    return subject + 1


def name(subject):
    return f'orders.region-{subject}.events-value'


def normal_key(subject, version):
    return hashlib.md5(b'AVRO' + (TEXT % (subject, version)).encode()).digest()


def subject_rows(subjects, versions):
    for schema_id, subject, version in registrations(subjects, versions):
        if version == versions:
            yield f'{subject_id(subject)}\t1\t{name(subject)}\t{schema_id + 1}\t{version}\t{version}\n'


def schema_rows(subjects, versions):
    for schema_id, subject, version in registrations(subjects, versions):
        text = TEXT % (subject, version)
        key = normal_key(subject, version).hex()
        guid = hashlib.md5(text.encode()).hexdigest()
        yield f'{(1 << 32) + schema_id}\t\\\\x{guid}\t\\\\x{key}\t\\\\x{key}\tAVRO\t{text}\n'


def version_rows(subjects, versions):
    for schema_id, subject, version in registrations(subjects, versions):
        normal_hash = int.from_bytes(normal_key(subject, version)[:8], 'little', signed=True)
        yield f'{subject_id(subject)}\t{version}\t{(1 << 32) + schema_id}\t0\t{normal_hash}\t{1700000000000 + version}\n'


def change_rows(subjects, versions):
    for schema_id, subject, _ in registrations(subjects, versions):
        if schema_id > subjects * versions - FEED_KEPT:
            yield f'{schema_id + 1}\t0\t.\t{name(subject)}\t{schema_id}\tmade-{schema_id // AT_ONCE}\n'


TABLES = {'subjects (subject_id, context_id, name, revision, highest_version, latest_version)': subject_rows,
          'schemas (schema_key, guid, equal_key, normal_key, format, text)': schema_rows,
          'versions (subject_id, version, schema_key, is_deleted, normal_hash, created_ms)': version_rows,
          'changes (revision, kind, context, subject, schema_id, token)': change_rows}


def psql(database, schema, sql, rows=()):
    command = ['psql', '-q', '-X', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', f'SET search_path = {schema}', '-c', sql]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    process.stdin.writelines(rows)
    process.stdin.close()
    if process.wait() != 0:
        raise SystemExit('psql has failed')


def make(database, schema, subjects, versions):
    count = subjects * versions
    for table, rows in TABLES.items():
        psql(database, schema, f'COPY {table} FROM STDIN', rows(subjects, versions))
    psql(database, schema, f'UPDATE contexts SET next_schema_id = {count + 1}, is_listed = 1 WHERE context_id = 1')
    psql(database, schema, f'UPDATE totals SET revision = {count + 1}, subject_count = {subjects}, schema_count = {count}, '
         f'version_count = {count}, next_subject_id = {subjects + 1}')
    psql(database, schema, 'VACUUM (ANALYZE)')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--subjects', type=int, default=100000)
    parser.add_argument('--versions', type=int, default=10)
    parser.add_argument('database')
    parser.add_argument('schema')
    args = parser.parse_args()
    make(args.database, args.schema, args.subjects, args.versions)


if __name__ == '__main__':
    main()
