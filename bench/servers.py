"""What the benchmarks with PostgreSQL start: a database server, nodes of the registry, wrk."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

import run


def on(cores):
    """The beginning of a command that runs on these cores only, as taskset names them; empty: on any."""
    return ['taskset', '-c', cores] if cores else []


class Server:
    """A process that ends with the block."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Postgres(Server):
    """A server with initdb's defaults below a folder of its own; delay_us: how much longer its disk takes."""

    def __init__(self, folder, delay_us=0, cores=''):
        bin_dir = subprocess.run(['pg_config', '--bindir'], capture_output=True, text=True, check=True).stdout.strip()
        self.folder = tempfile.mkdtemp(prefix='postgres-', dir=folder)
        as_user, data = [], os.path.join(self.folder, 'data')
        if os.geteuid() == 0:
            shutil.chown(self.folder, 'postgres', 'postgres')
            as_user = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups']
        subprocess.run([*as_user, bin_dir + '/initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync',
                        '--encoding=UTF8', '--locale=C.UTF-8'], cwd='/', check=True, stdout=subprocess.DEVNULL)
        environment = dict(os.environ)
        if delay_us:
            library = shutil.copy(run.BUILD / 'bench' / 'libfsync_delay.so', self.folder)
            os.chmod(library, 0o755)
            environment.update(LD_PRELOAD=library, FSYNC_DELAY_US=str(delay_us))
        port = run.free_port()
        with open(os.path.join(self.folder, 'log'), 'w') as log:
            self.process = subprocess.Popen(
                [*on(cores), *as_user, bin_dir + '/postgres', '-D', data, '-p', str(port), '-c', 'listen_addresses=127.0.0.1',
                 '-k', self.folder], cwd='/', env=environment, stdout=log, stderr=log)
        self.database = f'postgresql://postgres@127.0.0.1:{port}/postgres'
        end = time.monotonic() + 30
        while subprocess.run(['pg_isready', '-q', '-d', self.database], check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit('PostgreSQL did not start: ' + pathlib.Path(self.folder, 'log').read_text())
            time.sleep(0.05)

    def more(self, name):
        """Another database."""
        subprocess.run(['createdb', '--maintenance-db', self.database, name], check=True)
        return self.database.rsplit('/', 1)[0] + '/' + name

    def cpu_seconds(self):
        """Of all its processes, those that have ended included."""
        ticks = 0
        for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
            try:
                fields = path.read_text().rsplit(')', 1)[1].split()
            except OSError:
                continue
            if path.parent.name == str(self.process.pid):
                ticks += sum(int(field) for field in fields[11:15])
            elif int(fields[1]) == self.process.pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf('SC_CLK_TCK')

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Node(Server):
    """avouch on a database; seconds: from the start of the process to the first 200 of /health/ready."""

    def __init__(self, database, schema, cores=''):
        self.port = run.free_port()
        self.connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        start = time.perf_counter()
        self.process = subprocess.Popen(
            [*on(cores), run.BUILD / 'service' / 'avouch', 'serve', '--listen', f'127.0.0.1:{self.port}',
             '--database', database, '--database.schema', schema, '--log.level', 'warning', '--access.log', 'off'])
        while not self._is_ready():
            if self.process.poll() is not None or time.perf_counter() - start > 30:
                self.stop()
                raise SystemExit('avouch did not become ready')
            time.sleep(0.001)
        self.seconds = time.perf_counter() - start

    def _is_ready(self):
        try:
            return self.ask('/health/ready')[0] == 200
        except OSError:
            self.connection.close()
            return False

    def ask(self, path):
        self.connection.request('GET', path)
        reply = self.connection.getresponse()
        return reply.status, reply.read()

    def register(self, subject, text):
        return json.loads(run.ask(self.port, 'POST', f'/subjects/{subject}/versions', {'schema': text}))['id']

    def cpu_seconds(self):
        return run.cpu_seconds(self.process.pid)

    def resident_mib(self):
        text = pathlib.Path(f'/proc/{self.process.pid}/status').read_text()
        return int(re.search(r'VmRSS:\s+(\d+)', text)[1]) / 1024

    def stop(self):
        if self.process.poll() is not None:
            print('avouch has ended by itself with', self.process.returncode, flush=True)
        self.process.terminate()
        self.process.wait()


class Load:
    """wrk at work. After finish, rate: good answers a second; times: how many requests took how many microseconds."""

    REPORT = '''
done = function(summary, latency)
  print(string.format("count %d %d %d", summary.requests, summary.duration, summary.errors.status))
  for i = 1, #latency do
    local us, count = latency(i)
    if count > 0 then print(string.format("took %d %d", us, count)) end
  end
end
'''

    def __init__(self, folder, node, connections, seconds, lua, cores=''):
        handle, path = tempfile.mkstemp(suffix='.lua', dir=folder)
        with open(handle, 'w') as out:
            out.write(lua + self.REPORT)
        self.process = subprocess.Popen(
            [*on(cores), 'wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '-s', path, '-H', 'Accept: ' + run.ACCEPT,
             f'http://127.0.0.1:{node.port}/'], stdout=subprocess.PIPE, text=True)

    def finish(self):
        text = self.process.communicate()[0]
        summary = re.search(r'^count (\d+) (\d+) (\d+)', text, re.MULTILINE)
        if not summary:
            raise SystemExit('wrk has failed: ' + text)
        count, us, refused = (int(n) for n in summary.groups())
        if refused:
            print(f'{refused} of {count} requests were refused', flush=True)
        self.rate = (count - refused) * 1e6 / us
        self.times = [(int(us), int(n)) for us, n in re.findall(r'^took (\d+) (\d+)', text, re.MULTILINE)]
        return self


def quantile_ms(times, part):
    """Milliseconds that the part of the requests took at most."""
    times = sorted(times)
    left = part * sum(count for _, count in times)
    for us, count in times:
        left -= count
        if left <= 0:
            break
    return us / 1000
