"""How start-up and memory depend on what is stored: an empty store, and one with 100,000 subjects of ten versions.

bench/large_store.py [--subjects N] [--versions N]: builds what it needs; the store is made below build/ and kept there.
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / 'build'
AVOUCH = BUILD / 'service' / 'avouch'


class Server:
    """Serves a folder; seconds: from the start of the process to the first 200 of /health/ready."""

    def __init__(self, folder):
        start = time.perf_counter()
        self.process = subprocess.Popen([AVOUCH, 'serve', '--listen', '127.0.0.1:0', '--data', folder],
                                        stderr=subprocess.PIPE, text=True)
        self.port = int(re.search(r'address\W+127\.0\.0\.1:(\d+)', self.process.stderr.readline())[1])
        self.connection = http.client.HTTPConnection('127.0.0.1', self.port)
        assert self.ask('/health/ready')[0] == 200
        self.seconds = time.perf_counter() - start

    def ask(self, path):
        self.connection.request('GET', path)
        reply = self.connection.getresponse()
        return reply.status, reply.read()

    def resident_mib(self):
        text = pathlib.Path(f'/proc/{self.process.pid}/status').read_text()
        return int(re.search(r'VmRSS:\s+(\d+)', text)[1]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def cold_reads(server, count, asked):
    """Microseconds for GETs of ids that were never asked for."""
    times = []
    for schema_id in random.sample(range(1, count + 1), asked):
        start = time.perf_counter()
        status, body = server.ask(f'/schemas/ids/{schema_id}')
        times.append((time.perf_counter() - start) * 1e6)
        assert status == 200 and json.loads(body)['guid']
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--subjects', type=int, default=100000)
    parser.add_argument('--versions', type=int, default=10)
    args = parser.parse_args()
    if not (BUILD / 'build.ninja').exists():
        subprocess.run(['meson', 'setup', BUILD, '--buildtype=release'], cwd=ROOT, check=True)
    subprocess.run(['ninja', '-C', BUILD, 'service/avouch', 'bench/make_store'], check=True, stdout=subprocess.DEVNULL)
    folder, count = BUILD / f'store-{args.subjects}-{args.versions}', args.subjects * args.versions
    if not folder.exists():
        subprocess.run([BUILD / 'bench' / 'make_store', folder, str(args.subjects), str(args.versions)], check=True)

    with tempfile.TemporaryDirectory() as empty:
        server = Server(os.path.join(empty, 'data'))
        print(f'empty store: ready after {server.seconds * 1000:.0f} ms (made first), {server.resident_mib():.1f} MiB')
        server.stop()
    starts = []
    for _ in range(5):
        server = Server(folder)
        starts.append(server.seconds)
        server.stop()
    print(f'{count} versions: ready after {statistics.median(starts) * 1000:.0f} ms (median of 5)')
    server = Server(folder)
    print(f'  resident after the start {server.resident_mib():.1f} MiB')
    times = cold_reads(server, count, 20000)
    print(f'  20000 cold GETs by id: median {statistics.median(times):.0f} us, 99 % below '
          f'{statistics.quantiles(times, n=100)[98]:.0f} us; resident {server.resident_mib():.1f} MiB')
    cold_reads(server, count, min(count, 200000))
    print(f'  after 200000 more: resident {server.resident_mib():.1f} MiB')
    start = time.perf_counter()
    status, body = server.ask('/subjects')
    print(f'  GET /subjects: {len(json.loads(body))} names in {(time.perf_counter() - start) * 1000:.0f} ms; resident '
          f'{server.resident_mib():.1f} MiB')
    server.stop()


if __name__ == '__main__':
    main()
