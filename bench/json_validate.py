"""Validating JSON as ratios: Avouch beside the C++ validators of Debian and the code that ajv generates.

bench/json_validate.py [--rounds N] [--ms MS]: needs rapidjson-dev and libvalijson-dev; ajv is installed below build/ by npm where
there is one. A release build in build/ is made when it is missing. A schema is compiled once; instances are read before
("validate"), or each time ("parse and validate"). Slices of the contenders alternate, because the speed of a machine drifts; a
time is the median over the rounds, a ratio the median over the rounds of (Avouch / peer in the same round).
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile

import json_validate_sets

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / 'build'
AJV = 'ajv@8.20.0'
PEERS = ['rapidjson', 'valijson', 'ajv']


def build():
    if not (BUILD / 'build.ninja').exists():
        subprocess.run(['meson', 'setup', str(BUILD), '--buildtype=release'], cwd=ROOT, check=True)
    subprocess.run(['ninja', '-C', str(BUILD), 'bench/json_validate'], check=True, stdout=subprocess.DEVNULL)


def install_ajv():
    """The folder with the modules; None without node or npm."""
    folder = BUILD / 'ajv'
    if not shutil.which('node') or not shutil.which('npm'):
        return None
    if not (folder / 'node_modules' / 'ajv').exists():
        folder.mkdir(exist_ok=True)
        (folder / 'package.json').write_text('{"private": true}')
        subprocess.run(['npm', 'install', '--silent', '--no-audit', '--no-fund', AJV], cwd=folder, check=True)
    return folder


class Process:
    """A contender, or several, that take commands."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure(self, name, who, what, ms):
        """(valid instances, nanoseconds); None when it does not take the schema."""
        self.process.stdin.write('%s %s %s %d\n' % (name, who, what, ms))
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            raise SystemExit('%s ended with %d' % (who, self.process.wait()))
        return None if answer == ['none'] else (int(answer[0]), float(answer[1]))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(name, what, processes, valid, arguments):
    """Median times by contender, median ratios by peer."""
    times = {who: [] for who in processes}
    for number in range(-1, arguments.rounds):
        for who, process in processes.items():
            result = process.measure(name, who, what, arguments.ms)
            if result is None:
                continue
            if result[0] != valid:
                raise SystemExit('%s finds %d valid in %s, not %d' % (who, result[0], name, valid))
            if number >= 0:  # the first round warms up
                times[who].append(result[1])
    ratios = {who: statistics.median(a / b for a, b in zip(times['avouch'], times[who])) for who in PEERS if times.get(who)}
    return {who: statistics.median(found) for who, found in times.items() if found}, ratios


def show(name, what, times, ratios):
    cells = ['%9.0f ns' % times['avouch']]
    cells += ['%9.0f ns, %5.2f' % (times[who], ratios[who]) if who in times else '%19s' % '-' for who in PEERS]
    print('| %-9s | %-18s | %s |' % (name, what, ' | '.join(cells)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=15)
    parser.add_argument('--ms', type=int, default=40, help='how long a slice is at least')
    parser.add_argument('--only', help='one set')
    parser.add_argument('--what', default='validate,parse')
    arguments = parser.parse_args()
    build()
    ajv = install_ajv()
    with tempfile.TemporaryDirectory() as made:
        valid = json_validate_sets.write(pathlib.Path(made))
        own = Process([str(BUILD / 'bench' / 'json_validate'), made])
        processes = {'avouch': own, 'rapidjson': own, 'valijson': own}
        if ajv:
            processes['ajv'] = Process(['node', str(ROOT / 'bench' / 'json_validate.mjs'), str(ajv), made])
        print('load of the machine before: %.1f' % os.getloadavg()[0])
        print('| %-9s | %-18s | %12s | %s |' % ('set', 'what', 'avouch', ' | '.join('%19s' % (who + ', ratio') for who in PEERS)))
        for what, words in (('validate', 'validate'), ('parse', 'parse and validate')):
            for name in json_validate_sets.SETS:
                if what in arguments.what and arguments.only in (None, name):
                    show(name, words, *compare(name, what, processes, valid[name], arguments))
        for process in set(processes.values()):
            process.close()
        print('load of the machine after: %.1f' % os.getloadavg()[0])


if __name__ == '__main__':
    main()
