"""How the clients of each language are installed and built, below build-test/interop, and how they are then started.

A function gets the folder with the sources, the folder for everything that is made, and the commands; it returns the
command line for each client of the language, without the address of the registry, or Missing. What was made is used
again as long as the sources that decide about it are the same.
"""
import hashlib
import importlib.util
import os
import re
import shutil
import sys

INSTALL_SECONDS = 400
BUILD_SECONDS = 500


class Missing(Exception):
    """The language is not on this machine; the text says what is lacking."""


def tool(name):
    path = shutil.which(name)
    if not path:
        raise Missing(f'{name} is not installed')
    return path


def require(commands, name, argument, oldest):
    """Too old counts as missing: released clients do not build with it."""
    path = tool(name)
    found = re.search(r'\d+(\.\d+)*', commands.run([path, argument], 60))
    version = [int(part) for part in found[0].split('.')] if found else [0]
    if version < oldest:
        wanted = '.'.join(str(part) for part in oldest)
        raise Missing(f'{name} {found[0] if found else "of an unknown version"} is older than {wanted}')
    return path


def digest(*parts):
    total = hashlib.sha256()
    for part in parts:
        total.update((part.read_bytes() if hasattr(part, 'read_bytes') else str(part).encode()) + b'\0')
    return total.hexdigest()


def install_once(made, wanted, folders, install):
    """Empties the folders and calls install, unless that was done for the same wish before."""
    stamp = made / 'installed'
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    install()
    stamp.write_text(wanted)


def copy_sources(sources, made):
    """For tools that write beside their sources. An unchanged file stays as it is, so that nothing is built again."""
    for source in sources.rglob('*'):
        target = made / source.relative_to(sources)
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)


class Protobuf:
    """The first argument of the Protobuf programs: a folder with descriptors of the .proto files, and the samples."""

    def __init__(self, sources, made, commands):
        self.folder, self.missing = made / 'proto', None
        try:
            compiler = tool('protoc')
        except Missing as lacking:
            self.missing = lacking
            return
        self.folder.mkdir(exist_ok=True)
        copy_sources(sources.parent / 'proto', self.folder)
        for version in ('first', 'second', 'broken'):
            root = self.folder / version
            files = sorted(file.relative_to(root) for file in root.rglob('*.proto'))
            out = f'--descriptor_set_out={self.folder / version}.bin'
            commands.run([compiler, '--include_imports', out, *files], 60, cwd=root)

    def program(self, *command):
        """The command line, or Missing when there is no protoc."""
        return self.missing or [*command, self.folder]


def python(sources, made, commands):
    packages = made / 'packages'
    pip = ['install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:']
    pip += ['-r', sources / 'requirements.txt']

    if importlib.util.find_spec('ensurepip'):
        interpreter = packages / 'bin' / 'python3'

        def install():
            commands.run([sys.executable, '-m', 'venv', packages], INSTALL_SECONDS)
            commands.fetch([interpreter, '-m', 'pip', *pip], INSTALL_SECONDS)
        way, program = 'venv', [interpreter]
    elif importlib.util.find_spec('pip'):
        def install():
            commands.fetch([sys.executable, '-m', 'pip', *pip, '--target', packages], INSTALL_SECONDS)
        way, program = 'target', ['env', f'PYTHONPATH={packages}', sys.executable]
    else:
        raise Missing('this Python has neither venv nor pip')
    wanted = digest(sources / 'requirements.txt', sys.version, sys.executable, way)
    install_once(made, wanted, [packages], install)
    program, protobuf = [*program, '-B'], Protobuf(sources, made, commands)
    avro_client, protobuf_client = sources / 'client.py', sources / 'client_protobuf.py'
    return {'python/confluent-kafka': [*program, avro_client, 'sync'],
            'python/confluent-kafka-async': [*program, avro_client, 'async'],
            'python/confluent-kafka-protobuf': protobuf.program(*program, protobuf_client, 'sync'),
            'python/confluent-kafka-protobuf-async': protobuf.program(*program, protobuf_client, 'async')}


def javascript(sources, made, commands):
    node, npm = require(commands, 'node', '--version', [20]), tool('npm')
    copy_sources(sources, made)
    wanted = digest(sources / 'package.json', sources / 'package-lock.json', commands.run([node, '--version'], 60))
    command = [npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier']
    install_once(made, wanted, [made / 'node_modules'], lambda: commands.fetch(command, INSTALL_SECONDS, cwd=made))
    protobuf = Protobuf(sources, made, commands).program(node, made / 'confluentinc_protobuf.js')
    return {'javascript/@confluentinc/schemaregistry': [node, made / 'confluentinc.js'],
            'javascript/@confluentinc/schemaregistry-protobuf': protobuf,
            'javascript/@kafkajs/confluent-schema-registry': [node, made / 'kafkajs.js']}


def go(sources, made, commands):
    program = require(commands, 'go', 'version', [1, 24])
    env = {'GOFLAGS': '-mod=readonly -buildvcs=false', 'GOWORK': 'off', 'GOTOOLCHAIN': 'local'}
    commands.fetch([program, 'list', '-deps', './...'], INSTALL_SECONDS, cwd=sources, env=env)
    commands.run([program, 'build', '-o', f'{made / "bin"}{os.sep}', './...'], BUILD_SECONDS, cwd=sources, env=env)
    confluent, protobuf = made / 'bin' / 'confluent', Protobuf(sources, made, commands)
    return {'go/confluent-kafka-go': [confluent],
            'go/confluent-kafka-go-protobuf': protobuf.program(confluent, 'protobuf'),
            'go/franz-go': [made / 'bin' / 'franz']}


def rust(sources, made, commands):
    cargo = require(commands, 'cargo', '--version', [1, 88])
    copy_sources(sources, made)
    env = {'CARGO_TARGET_DIR': str(made / 'target')}
    host = re.search(r'^host: (\S+)', commands.run([cargo, '-vV'], 60), re.MULTILINE)
    only = ['--target', host[1]] if host else []
    # Cargo.lock stays in the copy: it names the registry, so it is not committed.
    commands.fetch([cargo, 'fetch', '--quiet', *only], INSTALL_SECONDS, cwd=made, env=env)
    commands.run([cargo, 'build', '--quiet', '--offline'], BUILD_SECONDS, cwd=made, env=env)
    return {'rust/schema_registry_converter': [made / 'target' / 'debug' / 'interop']}


def java(sources, made, commands):
    javac, run, maven = require(commands, 'javac', '--version', [11]), tool('java'), tool('mvn')
    jars, classes = made / 'jars', made / 'classes'
    # A copy of the project file, so that nothing that Maven writes lands in the source tree.
    copy_sources(sources, made)
    command = [maven, '--quiet', '--batch-mode', '--file', made / 'pom.xml']
    command += ['dependency:copy', f'-DoutputDirectory={jars}']
    install_once(made, digest(sources / 'pom.xml'), [jars], lambda: commands.fetch(command, INSTALL_SECONDS))
    path = os.pathsep.join(str(jar) for jar in sorted(jars.glob('*.jar')))
    shutil.rmtree(classes, ignore_errors=True)
    command = [javac, '-encoding', 'UTF-8', '-d', classes, '-cp', path, *sorted(sources.glob('*.java'))]
    commands.run(command, BUILD_SECONDS)
    program = [run, '-XX:TieredStopAtLevel=1', '-cp', f'{classes}{os.pathsep}{path}', 'Client']
    return {'java/flink-sql-avro-confluent-registry': program}


# In the order in which they start; those that take longest on a new machine come first.
LANGUAGES = {
    'rust': (rust, ['rust/schema_registry_converter']),
    'go': (go, ['go/confluent-kafka-go', 'go/confluent-kafka-go-protobuf', 'go/franz-go']),
    'javascript': (javascript, ['javascript/@confluentinc/schemaregistry',
                                'javascript/@confluentinc/schemaregistry-protobuf',
                                'javascript/@kafkajs/confluent-schema-registry']),
    'python': (python, ['python/confluent-kafka', 'python/confluent-kafka-async', 'python/confluent-kafka-protobuf',
                        'python/confluent-kafka-protobuf-async']),
    'java': (java, ['java/flink-sql-avro-confluent-registry']),
}

# Clients of several languages on one registry: each writes messages, then each reads those of all.
EXCHANGES = {
    'exchange/protobuf': ['go/confluent-kafka-go-protobuf', 'javascript/@confluentinc/schemaregistry-protobuf',
                          'python/confluent-kafka-protobuf'],
}
