"""Benchmarks as ratios: Avouch beside a bare server of the same library, and its writer beside a plain SQLite writer.

bench/run.py [--rounds N] [--seconds S]: needs wrk, and a release build in build/ (made when it is missing).
Slices of the variants alternate, because the speed of a machine drifts; a ratio is the median over the rounds of
(Avouch / peer in the same round). CPU is that of the server alone, user and system; where the load generator shares the
cores with the server, it says more than the rate.
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / 'build'
ACCEPT = 'application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json, application/json'
SCHEMA = json.dumps({'type': 'record', 'name': 'Bench', 'namespace': 'bench', 'fields': [
    {'name': 'field_%d' % i, 'type': 'string', 'doc': 'a field of the benchmark'} for i in range(6)]})


def build():
    if not (BUILD / 'build.ninja').exists():
        subprocess.run(['meson', 'setup', str(BUILD), '--buildtype=release'], cwd=ROOT, check=True)
    subprocess.run(['ninja', '-C', str(BUILD), 'service/avouch', 'bench/bare', 'bench/plain_writer'], check=True,
                   stdout=subprocess.DEVNULL)


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def ask(port, method, target, body=None):
    c = http.client.HTTPConnection('127.0.0.1', port, timeout=10)
    c.request(method, target, body=json.dumps(body) if body is not None else None,
              headers={'Content-Type': 'application/json', 'Accept': ACCEPT})
    return c.getresponse().read()


def wait_for(port):
    for _ in range(200):
        try:
            return ask(port, 'GET', '/')
        except OSError:
            time.sleep(0.02)
    raise SystemExit('a server did not start')


def wrk(port, target, seconds, connections, script=None):
    command = ['wrk', '-t1', '-c%d' % connections, '-d%ds' % seconds, '-H', 'Accept: ' + ACCEPT]
    command += ['-s', script] if script else []
    command += ['http://127.0.0.1:%d%s' % (port, target)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if 'Non-2xx' in text:
        print(text)
    return float(re.search(r'Requests/sec:\s+([\d.]+)', text)[1])


def cpu_seconds(pid):
    """User and system time of a process so far."""
    fields = pathlib.Path('/proc/%d/stat' % pid).read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def slice_of(pid, port, target, seconds, connections, script):
    """(requests a second, microseconds of CPU for each)"""
    before = cpu_seconds(pid)
    rate = wrk(port, target, seconds, connections, script)
    return rate, (cpu_seconds(pid) - before) / (rate * seconds) * 1e6


def post_script(folder, name, body):
    path = os.path.join(folder, name + '.lua')
    with open(path, 'w') as out:
        out.write('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = %s\n'
                  % json.dumps(json.dumps(body)).replace("\\/", "/"))
    return path


def register_script(folder, name, new_subjects):
    """Every request registers a schema that is new; in one of 100 subjects, or each in a subject of its own."""
    path = os.path.join(folder, name + '.lua')
    target = '"/subjects/%s-" .. n .. "/versions"' % name if new_subjects else '"/subjects/%s-" .. (n %% 100) .. "/versions"' % name
    with open(path, 'w') as out:
        out.write('''local n = 0
local run = os.time()
request = function()
  n = n + 1
  local schema = '{"schema":"{\\\\"type\\\\":\\\\"record\\\\",\\\\"name\\\\":\\\\"R\\\\",\\\\"doc\\\\":\\\\"' .. run .. '-' .. n ..
    '\\\\",\\\\"fields\\\\":[{\\\\"name\\\\":\\\\"a\\\\",\\\\"type\\\\":\\\\"int\\\\"},{\\\\"name\\\\":\\\\"b\\\\",\\\\"type\\\\":\\\\"string\\\\"}]}"}'
  return wrk.format("POST", %s, {["Content-Type"] = "application/json"}, schema)
end
''' % target)
    return path


def reads(args, folder, server, avouch, rows):
    for i in range(50):
        ask(avouch, 'POST', '/subjects/bench-%d/versions' % i, {'schema': SCHEMA.replace('Bench', 'Bench%d' % i)})
    body = {'schema': SCHEMA.replace('Bench', 'Bench7')}
    script = post_script(folder, 'post', body)
    cases = [('GET a schema by id', '/schemas/ids/7', None), ('GET the latest version', '/subjects/bench-7/versions/latest', None),
             ('look-up of a schema', '/subjects/bench-7', script), ('registration of a known schema', '/subjects/bench-7/versions', script)]
    for name, target, lua in cases:
        reply = ask(avouch, 'POST' if lua else 'GET', target, body if lua else None)
        port = free_port()
        bare = subprocess.Popen([str(BUILD / 'bench' / 'bare'), str(port), str(len(reply)), str(os.cpu_count())])
        wait_for(port)
        pairs = [(slice_of(server.pid, avouch, target, args.seconds, 64, lua),
                  slice_of(bare.pid, port, target, args.seconds, 64, lua)) for _ in range(args.rounds)]
        bare.kill()
        bare.wait()
        add(rows, name, 'bare libmicrohttpd, %d bytes' % len(reply), pairs)


def plain_writer(args, folder, batch, new_subjects):
    """(registrations a second, microseconds of CPU for each) of a writer that does nothing else, on a store of its own"""
    data = tempfile.mkdtemp(dir=folder)
    subprocess.run([str(BUILD / 'service' / 'avouch'), 'migrate', 'up', '--data', data], check=True, stdout=subprocess.DEVNULL)
    command = [str(BUILD / 'bench' / 'plain_writer'), os.path.join(data, 'avouch.db'), str(args.seconds), str(batch), str(int(new_subjects))]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    rate = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(data)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rate, cpu / (rate * args.seconds) * 1e6


def writes(args, folder, server, avouch, rows):
    for name, new_subjects in (('new versions', False), ('new subjects', True)):
        pairs, alone = [], []
        for r in range(args.rounds):
            script = register_script(folder, 'w%d%d' % (r, new_subjects), new_subjects)
            ours = slice_of(server.pid, avouch, '/', args.seconds, 32, script)
            for batch, found in ((32, pairs), (1, alone)):
                found.append((ours, plain_writer(args, folder, batch, new_subjects)))
        add(rows, name + ', 32 clients', 'plain SQLite writer, 32 to a commit', pairs)
        add(rows, name + ', 32 clients', 'plain SQLite writer, each its own commit', alone)


def add(rows, name, peer, pairs):
    ratio = statistics.median(a[0] / b[0] for a, b in pairs)
    ours, theirs = ([statistics.median(pair[side][i] for pair in pairs) for i in (0, 1)] for side in (0, 1))
    rows.append((name, peer, ours[0], theirs[0], ratio, ours[1], theirs[1]))
    print('%-30s %-40s %8.0f /s %8.0f /s  ratio %.2f  CPU %5.1f us, %5.1f us' % rows[-1], flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--seconds', type=int, default=2)
    parser.add_argument('--only', choices=('reads', 'writes'))
    args = parser.parse_args()
    build()
    rows, folder = [], tempfile.mkdtemp(prefix='avouch-bench-', dir=ROOT / 'build')
    port = free_port()
    server = subprocess.Popen([str(BUILD / 'service' / 'avouch'), 'serve', '--listen', '127.0.0.1:%d' % port, '--data',
                               os.path.join(folder, 'data')], stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        if args.only != 'writes':
            reads(args, folder, server, port, rows)
        if args.only != 'reads':
            writes(args, folder, server, port, rows)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == '__main__':
    main()
