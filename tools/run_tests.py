"""Runs the steps of tools/test, two at a time, and prints the total.

A step is a build, the meson tests of a build, the lint checks or the interop clients. Builds and lint checks count as
one test each, so that a total without failures means that all of them passed.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILDS = ROOT / 'build-test'
LANES = 2
SUITES = ('unit', 'http', 'nodes', 'concurrent', 'fuzz', 'oracle')
PARTS = ('lint',) + SUITES + ('clang', 'asan', 'tsan', 'interop')
SHOWN_LINES = 400
RESULT_LINE = re.compile(r'^(PASS|FAIL|SKIP) (\S.*)$')
PASSED_TEST = re.compile(r'^\s*\d+/\d+ .*\s(OK|SKIP)\s+\d')
NINJA_PROGRESS = re.compile(r'^\[\d+/\d+\] ')
SANITIZE = ['-Db_lundef=false', '-Dwerror=false']
VARIANTS = {  # build folder: compiler, meson options, multiplier of the tests' time limits, environment of the tests
    'gcc': ('gcc', ['-Dwerror=true'], 1, {}),
    'clang': ('clang-14', ['-Dwerror=true'], 1, {}),
    'asan': ('clang-14', ['-Db_sanitize=address,undefined', '-Dfuzzers=true'] + SANITIZE, 4, {
        'ASAN_OPTIONS': 'detect_leaks=1:halt_on_error=1:abort_on_error=1:detect_stack_use_after_return=1:'
                        'strict_string_checks=1',
        'UBSAN_OPTIONS': 'halt_on_error=1:abort_on_error=1:print_stacktrace=1'}),
    'tsan': ('clang-14', ['-Db_sanitize=thread'] + SANITIZE, 10, {
        'TSAN_OPTIONS': 'halt_on_error=1:abort_on_error=1:second_deadlock_stack=1'}),
}


class Outcome:
    """What a step found: names of the tests that passed, failed, were skipped; the text to show when one failed."""

    def __init__(self):
        self.passed, self.failed, self.skipped, self.shown = [], [], [], ''

    def total(self):
        parts = [f'{len(self.passed)} passed', f'{len(self.failed)} failed']
        return ', '.join(parts + ([f'{len(self.skipped)} skipped'] if self.skipped else []))


class Processes:
    """The children that run at the moment, each in a process group of its own so that its children end with it."""

    def __init__(self):
        self.lock, self.running, self.stopped = threading.Lock(), set(), False

    def run(self, command, log, env=None, limit=None):
        """Runs the command with its output in the file log; returns (exit status, output)."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, 'wb') as out:
            with self.lock:
                if self.stopped:
                    return -1, ''
                child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(env or {})}, start_new_session=True,
                                         stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
                self.running.add(child)
            try:
                status = child.wait(timeout=limit)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                out.write(f'\nended after {limit} s\n'.encode())
                status = -1
            finally:
                with self.lock:
                    self.running.discard(child)
        return status, log.read_text(errors='replace')

    def stop(self):
        with self.lock:
            self.stopped = True
            for child in self.running:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)


processes = Processes()


def log_of(step):
    return BUILDS / 'logs' / f'{step}.log'


def last_lines(text):
    lines = text.rstrip().split('\n')
    return '\n'.join(lines[-SHOWN_LINES:])


def build(variant):
    compiler, options, _, _ = VARIANTS[variant]
    folder, outcome, name = BUILDS / variant, Outcome(), f'build {variant}'
    log, status, output = log_of(f'{variant}-build'), 0, ''
    if not (folder / 'build.ninja').exists():
        status, output = processes.run(['meson', 'setup', *options, str(folder), str(ROOT)], log, {'CC': compiler})
    if status == 0:
        status, output = processes.run(['ninja', '-C', str(folder), '-k', '20', '-j', '2'], log)
        output = '\n'.join(line for line in output.split('\n') if not NINJA_PROGRESS.match(line))
    (outcome.passed if status == 0 else outcome.failed).append(name)
    outcome.shown = last_lines(output) if status else ''
    return outcome


def without_randomised_addresses():
    """ThreadSanitizer of clang 14 cannot start where the kernel randomises more than 28 bits of an address."""
    bits = pathlib.Path('/proc/sys/vm/mmap_rnd_bits')
    setarch = ['setarch', '-R']
    try:
        wanted = int(bits.read_text()) > 28
    except (OSError, ValueError):
        return []
    if not wanted or not shutil.which('setarch'):
        return []
    return setarch if subprocess.run(setarch + ['true'], capture_output=True).returncode == 0 else []


def read_testlog(path, variant, outcome):
    lists = {'OK': outcome.passed, 'EXPECTEDFAIL': outcome.passed, 'SKIP': outcome.skipped}
    lines = path.read_text().splitlines() if path.exists() else []
    for row in map(json.loads, lines):
        lists.get(row['result'], outcome.failed).append(f'{variant}: {row["name"]}')


def meson_tests(variant, suites):
    _, _, patience, env = VARIANTS[variant]
    folder, outcome = BUILDS / variant, Outcome()
    testlog = folder / 'meson-logs' / 'testlog.json'
    testlog.unlink(missing_ok=True)
    command = without_randomised_addresses() if variant == 'tsan' else []
    command += ['meson', 'test', '-C', str(folder), '--no-rebuild', '--print-errorlogs', '--num-processes', '2',
                '--timeout-multiplier', str(patience)]
    # Lint and interop are steps of their own: they need no build, or only one.
    command += [f'--suite={name}' for name in suites] or ['--no-suite=lint', '--no-suite=interop']
    symbolizer = shutil.which('llvm-symbolizer-14')
    if symbolizer:
        env = {**env, **{f'{name}_SYMBOLIZER_PATH': symbolizer for name in ('ASAN', 'UBSAN', 'TSAN')}}
    status, output = processes.run(command, log_of(f'{variant}-tests'), env)
    read_testlog(testlog, variant, outcome)
    close(outcome, f'{variant}: meson test', status)
    if outcome.failed:
        outcome.shown = last_lines('\n'.join(line for line in output.split('\n') if not PASSED_TEST.match(line)))
    return outcome


def close(outcome, name, status):
    """A step that failed without saying what, or that ran nothing, is a failure itself."""
    if not outcome.failed and status != 0:
        outcome.failed.append(f'{name}: exit status {status}')
    elif not (outcome.passed or outcome.failed or outcome.skipped):
        outcome.failed.append(f'{name}: ran no test')


def reporter(name, script, limit, skip_fails=False):
    """Runs a script that prints one line PASS, FAIL or SKIP per test."""
    outcome = Outcome()
    if not (ROOT / script).exists():
        outcome.failed.append(f'{name}: {script} is missing')
        return outcome
    env = {'AVOUCH': str(BUILDS / 'gcc' / 'service' / 'avouch')}
    status, output = processes.run([str(ROOT / script)], log_of(name), env, limit)
    lists = {'PASS': outcome.passed, 'FAIL': outcome.failed, 'SKIP': outcome.failed if skip_fails else outcome.skipped}
    for match in filter(None, map(RESULT_LINE.match, output.split('\n'))):
        lists[match[1]].append(f'{name}: {match[2]}')
    close(outcome, name, status)
    outcome.shown = last_lines(output) if outcome.failed else ''
    return outcome


def plan(parts, no_skip):
    """The steps for the parts, in the order in which they should start: name → (steps it needs, function)."""
    everything = not parts
    suites = [name for name in SUITES if name in parts]
    wanted = {name for name in PARTS if everything or name in parts}
    on_gcc = everything or suites
    steps = {}
    if on_gcc or 'interop' in wanted:
        steps['gcc build'] = ([], lambda: build('gcc'))
    if 'lint' in wanted:
        steps['lint'] = ([], lambda: reporter('lint', 'tests/lint/run', 600))
    if 'interop' in wanted:
        steps['interop'] = (['gcc build'], lambda: reporter('interop', 'tests/interop/run', 1200, no_skip))
    if 'asan' in wanted:
        steps['asan build'] = ([], lambda: build('asan'))
    if on_gcc:
        steps['gcc tests'] = (['gcc build'], lambda: meson_tests('gcc', suites))
    if 'clang' in wanted:
        steps['clang build'] = ([], lambda: build('clang'))
    if 'asan' in wanted:
        steps['asan tests'] = (['asan build'], lambda: meson_tests('asan', []))
    if 'tsan' in wanted:
        steps['tsan build'] = ([], lambda: build('tsan'))
        steps['tsan tests'] = (['tsan build'], lambda: meson_tests('tsan', ['concurrent']))
    return steps


def timed(function):
    start = time.monotonic()
    return function(), time.monotonic() - start


def run_steps(steps):
    """Runs every step whose needs passed; yields (name, outcome, seconds) as they end."""
    waiting, running, passed = dict(steps), {}, set()
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        try:
            while True:
                ready = [name for name, (needs, _) in waiting.items() if passed.issuperset(needs)]
                for name in ready[:LANES - len(running)]:
                    running[lanes.submit(timed, waiting.pop(name)[1])] = name
                if not running:
                    return
                for future in concurrent.futures.wait(running, return_when='FIRST_COMPLETED').done:
                    name = running.pop(future)
                    outcome, seconds = future.result()
                    if not outcome.failed:
                        passed.add(name)
                    yield name, outcome, seconds
        finally:
            processes.stop()


def main():
    parser = argparse.ArgumentParser(prog='tools/test', description='Runs the tests; the last line is the total.')
    parser.add_argument('part', nargs='*', help=f'what to run instead of everything: {" ".join(PARTS)}')
    parser.add_argument('--no-skip', action='store_true', default=os.environ.get('AVOUCH_TEST_NO_SKIP') == '1',
                        help='an interop client that is skipped counts as failed (also AVOUCH_TEST_NO_SKIP=1)')
    arguments = parser.parse_args()
    unknown = [name for name in arguments.part if name not in PARTS]
    if unknown:
        parser.error(f'unknown part {" ".join(unknown)}; known: {" ".join(PARTS)}')

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ['LC_ALL'] = 'C.UTF-8'
    total, start = Outcome(), time.monotonic()
    steps = plan(arguments.part, arguments.no_skip)
    for name, outcome, seconds in run_steps(steps):
        steps.pop(name)
        print(f'== {name} ({seconds:.1f} s): {outcome.total()}', flush=True)
        if outcome.shown:
            print(outcome.shown, flush=True)
        for kind in ('passed', 'failed', 'skipped'):
            getattr(total, kind).extend(getattr(outcome, kind))
    for name in steps:
        print(f'== {name}: not run, because the build failed')
    for name in total.skipped:
        print(f'skipped: {name}')
    for name in total.failed:
        print(f'failed: {name}')
    print(f'{time.monotonic() - start:.0f} s; logs are in {BUILDS.relative_to(ROOT)}/logs')
    print(total.total(), flush=True)
    return 1 if total.failed or not total.passed else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
