"""The files that lint looks at, and the exceptions from its rules."""
import os
import pathlib
import re
import subprocess

SKIPPED_FOLDERS = re.compile(r'^(\.git|build.*|__pycache__|node_modules|target)$')
EXCEPTION_CHECKS = ('file-lines', 'function-lines', 'complexity', 'mirror')
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


class ExceptionRow:
    def __init__(self, number, check, place, limit, reason):
        self.number, self.check, self.place, self.limit, self.reason = number, check, place, limit, reason
        self.used = False


class Tree:
    """Paths are relative to the root, with slashes."""

    EXCEPTIONS = 'tests/lint/exceptions.txt'

    def __init__(self, root, use_git=True):
        self.root = pathlib.Path(root)
        names = (self._from_git() if use_git else None) or self._walk()
        self.files = sorted(name for name in names if (self.root / name).is_file())
        self.file_set = set(self.files)
        self.exceptions, self.exception_faults = [], []
        self._read_exceptions()

    def _from_git(self):
        command = ['git', '-C', str(self.root), 'ls-files', '-z', '-co', '--exclude-standard']
        try:
            done = subprocess.run(command, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        return {name for name in done.stdout.decode().split('\0') if name}

    def _walk(self):
        found = []
        for folder, inner, names in os.walk(self.root):
            inner[:] = [name for name in inner if not SKIPPED_FOLDERS.match(name)]
            found += [(pathlib.Path(folder) / name).relative_to(self.root).as_posix() for name in names]
        return found

    def text(self, path):
        """The text of a file, or None when it is binary."""
        data = (self.root / path).read_bytes()
        return None if b'\0' in data else data.decode(errors='replace')

    def ending(self, *suffixes):
        return [path for path in self.files if path.endswith(suffixes)]

    def scripts(self, suffix, interpreters):
        """Files with the suffix, and files without any whose first line names one of the interpreters."""
        found = self.ending(suffix)
        first_line = re.compile(rb'^#!.*\b(' + '|'.join(interpreters).encode() + rb')\b')
        for path in self.files:
            if '.' not in path.rsplit('/', 1)[-1]:
                with open(self.root / path, 'rb') as file:
                    if first_line.match(file.readline()):
                        found.append(path)
        return sorted(found)

    def code(self, path):
        """C text in which comments and literals are blank, line numbers kept."""
        return NOT_CODE.sub(lambda match: re.sub(r'[^\n]', ' ', match[0]), self.text(path) or '')

    def _read_exceptions(self):
        if self.EXCEPTIONS not in self.file_set:
            return
        for number, line in enumerate(self.text(self.EXCEPTIONS).splitlines(), 1):
            if not line.strip() or line.startswith('#'):
                continue
            words = line.split(None, 3)
            if len(words) < 4 or words[0] not in EXCEPTION_CHECKS or not re.fullmatch(r'\d+|-', words[2]):
                fault = f'{self.EXCEPTIONS}:{number}: not a row "check path[:function] limit reason"'
                self.exception_faults.append(fault)
                continue
            self.exceptions.append(ExceptionRow(number, *words))

    def exempt(self, check, place, value=None):
        """Whether an exception covers the place; with a value, up to the limit of the row."""
        for row in self.exceptions:
            if row.check == check and row.place == place:
                row.used = True
                return value is None or (row.limit != '-' and value <= int(row.limit))
        return False

    def exception_violations(self):
        yield from self.exception_faults
        for row in self.exceptions:
            if not row.used:
                yield f'{self.EXCEPTIONS}:{row.number}: nothing needs the exception of {row.check} for {row.place}'
