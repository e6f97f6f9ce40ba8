"""Benchmarks of the PostgreSQL back end, as ratios where there is a peer, on a PostgreSQL server of its own.

bench/run_postgres.py [--only PART...] [--rounds N] [--seconds S] [--build FOLDER]
Needs wrk, PostgreSQL's server and psql (as root, the server runs as user postgres), libpq-dev, and a release build (made
when it is missing). Parts:
  reads    beside a bare server of the same library, as bench/run.py
  writes   32 clients, beside 32 plain connections that do what a registration does to the tables (bench/plain_pg_writer.c);
           with the disk of this machine, and with one that takes a millisecond longer (bench/fsync_delay.c)
  nodes    three nodes on one database, 32 clients spread over them, beside one of the nodes with all clients
  waiting  how long a GET takes at one node while another registers as fast as it can, beside nobody registering, and
           beside a node of another database of the same server that does (so much is the machine's); on the same cores,
           and with the reading node and its clients on a core of their own, as if it were another machine
  large    start and memory with 100,000 subjects of ten versions
Slices of the variants alternate. A ratio is the median over the rounds.
"""
import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile
import time

import make_pg_store
import run
from servers import Load, Node, Postgres, quantile_ms

PARTS = ('reads', 'writes', 'nodes', 'waiting', 'large')
MIGRATIONS = sorted(str(path) for path in (run.ROOT / 'migrations').glob('*.postgres.sql'))
TEXT = json.dumps({'doc': '#', **json.loads(run.SCHEMA)}, separators=(',', ':'))  # run.SCHEMA with a place for what is new
CLIENTS = 32
CASES = (('new version', False), ('new subject', True))
DISKS = (("this machine's disk", 0), ('a disk that takes 1 ms longer', 1000))


def register_lua(prefix, mark, new_subjects):
    """Every request registers a schema that is new; in one of 100 subjects, or each in a subject of its own."""
    before, after = json.dumps({'schema': TEXT}).split('#')
    subject = f'"{prefix}-{mark}-" .. n' if new_subjects else f'"{prefix}-" .. n % 100'
    return f'''local n = 0
local headers = {{["Content-Type"] = "application/json"}}
local before, after = [==[{before}{prefix}-{mark}-]==], [==[{after}]==]
request = function()
  n = n + 1
  return wrk.format("POST", "/subjects/" .. {subject} .. "/versions", headers, before .. n .. after)
end
'''


def get_lua(ids):
    """GETs of ids by chance, each connection with a pause of 4 ms on average, so that the load is light."""
    return '''local ids = {%s}
local headers = {}
request = function() return wrk.format("GET", "/schemas/ids/" .. ids[math.random(#ids)], headers) end
delay = function() return math.random(0, 8) end
''' % ','.join(str(i) for i in ids)


class Table:
    """Rows for docs/benchmarks.md, printed as they come and once more at the end."""

    all = []

    def __init__(self, title, *columns):
        self.title = title
        self.lines = ['| ' + ' | '.join(columns) + ' |', '| ' + ' | '.join('---' for _ in columns) + ' |']
        self.all.append(self)

    def add(self, *cells):
        self.lines.append('| ' + ' | '.join(cells) + ' |')
        print(f'{self.title}: ' + ', '.join(cells), flush=True)


def per_second(numbers):
    """The median; three digits are what such a figure is good for."""
    rate = statistics.median(numbers)
    return f'{round(rate, min(0, 3 - len(str(int(rate))))):,.0f}/s'


def ratio(pairs):
    return f'{statistics.median(a / b for a, b in pairs):.2f}'


def reads(args, folder):
    with Postgres(folder) as postgres, Node(postgres.database, 'reads') as node:
        rows = []
        run.reads(args, folder, node.process, node.port, rows)
    table = Table('Reads, 64 connections', 'request', 'Avouch', 'bare reply', 'ratio', 'CPU each')
    for name, _, ours, theirs, part, our_cpu, their_cpu in rows:
        table.add(name, per_second([ours]), per_second([theirs]), f'{part:.2f}', f'{our_cpu:.1f} µs beside {their_cpu:.1f} µs')


class Slice:
    """Registering for some seconds: the rate, the times, and microseconds of CPU for each."""

    def __init__(self, args, postgres, nodes, work):
        cpu = postgres.cpu_seconds(), sum(node.cpu_seconds() for node in nodes)
        self.rate, self.times = work()
        each = 1e6 / max(self.rate * args.seconds, 1)
        self.postgres_us = (postgres.cpu_seconds() - cpu[0]) * each
        self.avouch_us = (sum(node.cpu_seconds() for node in nodes) - cpu[1]) * each


def through(args, folder, postgres, nodes, prefix, new_subjects):
    """The clients are spread over the nodes."""
    def work():
        shares = [CLIENTS // len(nodes) + (i < CLIENTS % len(nodes)) for i in range(len(nodes))]
        loads = [Load(folder, node, share, args.seconds, register_lua(prefix, i, new_subjects))
                 for i, (node, share) in enumerate(zip(nodes, shares))]
        loads = [load.finish() for load in loads]
        return sum(load.rate for load in loads), [pair for load in loads for pair in load.times]
    return Slice(args, postgres, nodes, work)


def plain(args, postgres, mode, prefix, new_subjects):
    """What the plain clients do, in tables of their own."""
    def work():
        command = [run.BUILD / 'bench' / 'plain_pg_writer', '-c', str(CLIENTS), '-s', str(args.seconds), '-m', mode,
                   '-p', prefix, '-t', TEXT, *(['-n'] if new_subjects else []), postgres.database, 'plain_' + mode, *MIGRATIONS]
        return float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout), []
    return Slice(args, postgres, [], work)


def rates(slices):
    return per_second(s.rate for s in slices)


def ratio_of(ours, theirs):
    return ratio((a.rate, b.rate) for a, b in zip(ours, theirs))


def quantiles(slices):
    times = [pair for s in slices for pair in s.times]
    return f'{quantile_ms(times, .5):.1f} ms, {quantile_ms(times, .99):.1f} ms'


def cpu(slices):
    avouch, postgres = (statistics.median(getattr(s, name) for s in slices) for name in ('avouch_us', 'postgres_us'))
    return f'{avouch:.0f} µs + {postgres:.0f} µs' if avouch else f'{postgres:.0f} µs'


def writes(args, folder):
    table = Table('Registrations, 32 clients, one node', 'registration', 'Avouch', 'median, 99 %', 'plain clients', 'ratio',
                  'plain, no totals', 'ratio', 'CPU each, Avouch + PostgreSQL', 'plain, PostgreSQL')
    for disk, delay_us in DISKS:
        with Postgres(folder, delay_us) as postgres, Node(postgres.database, 'writes') as node:
            for case, new_subjects in CASES:
                ours, peers = [], {'lock': [], 'late': [], 'free': []}
                for r in range(args.rounds):
                    prefix = f'w{r}{new_subjects:d}'
                    ours.append(through(args, folder, postgres, [node], prefix, new_subjects))
                    for mode, found in peers.items():
                        found.append(plain(args, postgres, mode, prefix, new_subjects))
                free, mode = peers.pop('free'), max(peers, key=lambda mode: statistics.median(s.rate for s in peers[mode]))
                table.add(f'{case}, {disk}', rates(ours), quantiles(ours), f'{rates(peers[mode])} ({mode})',
                          ratio_of(ours, peers[mode]), rates(free), ratio_of(ours, free), cpu(ours), cpu(peers[mode]))


def nodes(args, folder):
    table = Table('Registrations, 32 clients, three nodes on one database', 'registration', 'through three nodes',
                  'median, 99 %', 'through one of them', 'median, 99 %', 'ratio', 'CPU each, Avouch + PostgreSQL')
    for disk, delay_us in DISKS:
        with contextlib.ExitStack() as stack:
            postgres = stack.enter_context(Postgres(folder, delay_us))
            three = [stack.enter_context(Node(postgres.database, 'nodes')) for _ in range(3)]
            for case, new_subjects in CASES:
                spread, alone = [], []
                for r in range(args.rounds):
                    spread.append(through(args, folder, postgres, three, f's{r}{new_subjects:d}', new_subjects))
                    alone.append(through(args, folder, postgres, three[:1], f'a{r}{new_subjects:d}', new_subjects))
                table.add(f'{case}, {disk}', rates(spread), quantiles(spread), rates(alone), quantiles(alone),
                          ratio_of(spread, alone), cpu(spread))


def waiting(args, folder):
    table = Table('GET by id at one node, some 2,000 a second', 'meanwhile', 'registrations', 'median', '99 %',
                  'ratio of medians', 'ratio at 99 %')
    wait_on(args, folder, table, 'on the same cores', '', '')
    if os.cpu_count() > 1:
        wait_on(args, folder, table, 'the reading node on a core of its own', '0', f'1-{os.cpu_count() - 1}')


def wait_on(args, folder, table, where, reading, writing):
    quiet, variants = 'nobody registers', ('nobody registers', 'another node registers', 'a node of another database registers')
    times, written = {name: [] for name in variants}, {name: [] for name in variants}
    with Postgres(folder, cores=writing) as postgres, Node(postgres.database, 'waiting', reading) as reader, \
            Node(postgres.database, 'waiting', writing) as writer, Node(postgres.more('other'), 'waiting', writing) as stranger:
        lua = get_lua([reader.register(f'read-{i}', TEXT.replace('#', f'read {i}')) for i in range(1000)])
        Load(folder, reader, 8, args.seconds, lua, reading).finish()
        for r in range(args.rounds):
            for name, node in zip(variants, (None, writer, stranger)):
                load = node and Load(folder, node, CLIENTS, args.seconds + 1, register_lua(f'q{r}', 0, False), writing)
                time.sleep(0.5)
                times[name].append(Load(folder, reader, 8, args.seconds, lua, reading).finish().times)
                written[name].append(load.finish().rate if load else 0)
    for name in variants:
        pairs = [[(quantile_ms(a, part), quantile_ms(b, part)) for a, b in zip(times[name], times[quiet])]
                 for part in (.5, .99)]
        table.add(f'{name}, {where}', per_second(written[name]),
                  *(f'{statistics.median(a for a, _ in found):.2f} ms' for found in pairs), *(ratio(found) for found in pairs))


def cold_reads(node, ids):
    """Milliseconds for GETs of ids that were not asked for before."""
    times = []
    for schema_id in ids:
        start = time.perf_counter()
        status, body = node.ask(f'/schemas/ids/{schema_id}')
        times.append((time.perf_counter() - start) * 1e3)
        assert status == 200 and json.loads(body)['guid']
    return times


def check_large(node, subjects, versions):
    """The store is as if everything had been registered: a known schema is found, a new one gets the next numbers."""
    number = subjects // 2
    subject, known = make_pg_store.name(number), make_pg_store.TEXT % (number, versions)
    found = json.loads(run.ask(node.port, 'POST', f'/subjects/{subject}', {'schema': known}))
    again, new = node.register(subject, known), node.register(subject, make_pg_store.TEXT % (number, versions + 1))
    assert found['version'] == versions and found['id'] == again and new == subjects * versions + 1, (found, again, new)


def starts(postgres, schema):
    """Cells: from start to ready, resident after the start"""
    found = []
    for _ in range(7):
        with Node(postgres.database, schema) as node:
            found.append((node.seconds * 1000, node.resident_mib()))
    ms, mib = (statistics.median(column) for column in zip(*found))
    return f'{ms:.0f} ms', f'{mib:.1f} MiB'


def large(args, folder):
    versions = 10
    count = args.subjects * versions
    table = Table('A large store', '', 'empty', f'{args.subjects:,} subjects, {count:,} versions')
    with Postgres(folder) as postgres:
        for schema in ('empty', 'large'):
            Node(postgres.database, schema).stop()  # makes the tables
        begin = time.perf_counter()
        make_pg_store.make(postgres.database, 'large', args.subjects, versions)
        print(f'the store was made in {time.perf_counter() - begin:.0f} s', flush=True)
        for title, *cells in zip(('start to ready, the tables are there', 'resident after the start'),
                                 starts(postgres, 'empty'), starts(postgres, 'large')):
            table.add(title, *cells)
        with Node(postgres.database, 'large') as node:
            ids = random.sample(range(1, count + 1), min(count, 220000))
            times = cold_reads(node, ids[:20000])
            cold_reads(node, ids[20000:])
            table.add(f'resident after {len(ids):,} cold GETs by id', '', f'{node.resident_mib():.1f} MiB')
            begin = time.perf_counter()
            names = len(json.loads(node.ask('/subjects')[1]))
            ms = (time.perf_counter() - begin) * 1000
            table.add(f'resident after `GET /subjects` ({names:,} names in {ms:.0f} ms)', '', f'{node.resident_mib():.1f} MiB')
            table.add('cold GET by id, median and 99 %', '',
                      f'{statistics.median(times):.2f} ms, {statistics.quantiles(times, n=100)[98]:.2f} ms')
            check_large(node, args.subjects, versions)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--only', nargs='+', choices=PARTS, default=PARTS)
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--seconds', type=int, default=2)
    parser.add_argument('--subjects', type=int, default=100000, help='of the large store')
    parser.add_argument('--build', type=pathlib.Path, default=run.BUILD)
    args = parser.parse_args()
    run.BUILD = args.build.resolve()
    run.build()
    subprocess.run(['ninja', '-C', run.BUILD, 'bench/plain_pg_writer', 'bench/libfsync_delay.so'], check=True,
                   stdout=subprocess.DEVNULL)
    folder = tempfile.mkdtemp(prefix='avouch-bench-')
    os.chmod(folder, 0o755)  # the database server is another user
    try:
        for part in args.only:
            globals()[part](args, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for table in Table.all:
        print('', table.title, '', *table.lines, sep='\n')


if __name__ == '__main__':
    main()
