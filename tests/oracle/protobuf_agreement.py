"""What Avouch and a compiler of Protobuf say about the same files, side by side.

Acceptance, the descriptor, and the texts that Avouch prints: the compiler must read them as what the original says, but for
orders without meaning. Needs the Python package protobuf, which gives descriptors with custom options their meaning."""
import base64
import collections
import difflib
import json
import os
import re
import shutil
import subprocess
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WELL_KNOWN = os.path.join(ROOT, "schemas", "protobuf", "wellknown")

# kind: what they disagree about; ours and theirs: what each says; text: the root.
Disagreement = collections.namedtuple("Disagreement", "kind ours theirs text")

# Lines of protoc that tell of no fault.
NO_FAULT = re.compile(r"warning:|WARNING|^[WI]\d{4} ")


class Tool:
    """A process of protobuf_tool."""

    def __init__(self):
        self.process = subprocess.Popen([os.environ["AVOUCH_PROTOBUF_TOOL"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, request):
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError("the tool ended with %d at\n%s" % (self.process.wait(), json.dumps(request)))
        try:
            return json.loads(line)
        except UnicodeDecodeError:
            return {**json.loads(line.decode(errors="replace")), "is_text": False}

    def look(self, text, dependencies):
        return self.ask({"text": text, "dependencies": dependencies})

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def write_files(folder, files):
    for path, text in files.items():
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8", newline="") as out:
            out.write(text)


class Unreadable(Exception):
    """protoc accepts it, but the Python package does not: strings that are not UTF-8, names in JSON that only differ in case."""


class Crashed(Exception):
    """protoc died of it."""


class Protoc:
    """protoc, with the well-known files that it lacks."""

    def __init__(self, command=("protoc",), includes=("/usr/include",)):
        self.command = list(command)
        self.folder = tempfile.mkdtemp(prefix="avouch-protoc-")
        self.includes = os.path.join(self.folder, "include")
        os.makedirs(os.path.join(self.includes, "google"))
        for name in ("google/type", "confluent"):
            os.symlink(os.path.join(WELL_KNOWN, name), os.path.join(self.includes, name))
        self.arguments = ["-I" + path for path in (self.includes, *includes)]

    def compile(self, files, root):
        """(FileDescriptorSet of root and all that it imports, None) or (None, what is wrong)."""
        sources = os.path.join(self.folder, "sources")
        shutil.rmtree(sources, ignore_errors=True)
        write_files(sources, files)
        out = os.path.join(self.folder, "out")
        command = self.command + ["-I" + sources, *self.arguments, "--include_imports", "-o", out, root]
        status, said = self.call(command)
        if status == 0 and "contains invalid UTF-8 data" in said:
            raise Unreadable()
        if status == 0:
            with open(out, "rb") as file:
                return descriptor_pb2.FileDescriptorSet.FromString(file.read()), None
        faults = [line for line in said.replace(sources + "/", "").split("\n") if line and not NO_FAULT.search(line)]
        return None, faults[0] if faults else "exit status %d" % status

    def call(self, command):
        """(exit status, what it says)"""
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        return done.returncode, done.stderr

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


# -- descriptors ------------------------------------------------------------------------------------------------------

class Meaning:
    """Reads descriptors with the custom options that a set of files defines."""

    def __init__(self, file_set):
        pool = descriptor_pool.DescriptorPool()
        names = {(file.package, message.name) for file in file_set.file for message in file.message_type}
        if ("google.protobuf", "FileDescriptorProto") not in names:
            pool.AddSerializedFile(descriptor_pb2.DESCRIPTOR.serialized_pb)
        try:
            for file in file_set.file:
                pool.AddSerializedFile(file.SerializeToString())
        except TypeError as fault:
            raise Unreadable() from fault
        kind = pool.FindMessageTypeByName("google.protobuf.FileDescriptorProto")
        if hasattr(message_factory, "GetMessageClass"):
            self.kind = message_factory.GetMessageClass(kind)
        else:
            self.kind = message_factory.MessageFactory(pool).GetPrototype(kind)

    def read(self, descriptor):
        file = self.kind.FromString(descriptor)
        file.ClearField("name")
        file.ClearField("source_code_info")
        for service in file.service:
            for method in service.method:
                if not method.options.ByteSize():  # protoc makes something of empty braces
                    method.ClearField("options")
        return file


def sort_fields(message):
    """Fields by number, and oneofs by their first member."""
    firsts = {}
    for field in message.field:
        if field.HasField("oneof_index"):
            firsts[field.oneof_index] = min(field.number, firsts.get(field.oneof_index, field.number))
    order = sorted(range(len(message.oneof_decl)), key=lambda index: firsts.get(index, 0))
    oneofs = [message.oneof_decl[index].SerializeToString() for index in order]
    for oneof, content in zip(message.oneof_decl, oneofs):
        oneof.ParseFromString(content)
    for field in message.field:
        if field.HasField("oneof_index"):
            field.oneof_index = order.index(field.oneof_index)
    message.field.sort(key=lambda field: field.number)


def sort_inner(holder, messages, enums):
    holder.extension.sort(key=lambda field: (field.extendee, field.number))
    messages.sort(key=lambda message: message.name)
    enums.sort(key=lambda enum: enum.name)
    for enum in enums:
        enum.value.sort(key=lambda value: (value.number, value.name))
        enum.reserved_range.sort(key=lambda span: (span.start, span.end))
        enum.reserved_name.sort(key=str)


def unordered(file):
    """Sorts what a printed text may have in another order."""
    public = sorted(file.dependency[index] for index in file.public_dependency)
    weak = sorted(file.dependency[index] for index in file.weak_dependency)
    file.dependency.sort(key=str)
    if "option_dependency" in file.DESCRIPTOR.fields_by_name:
        file.option_dependency.sort()
    paths = list(file.dependency)
    file.public_dependency[:] = [paths.index(path) for path in public]
    file.weak_dependency[:] = [paths.index(path) for path in weak]
    sort_inner(file, file.message_type, file.enum_type)
    waiting = list(file.message_type)
    while waiting:
        message = waiting.pop()
        sort_fields(message)
        sort_inner(message, message.nested_type, message.enum_type)
        message.reserved_range.sort(key=lambda span: (span.start, span.end))
        message.reserved_name.sort(key=str)
        message.extension_range.sort(key=lambda span: (span.start, span.end))
        waiting += message.nested_type
    return file


def message_order(file):
    """Full names of the messages in the order that message indexes count, groups and map entries left out."""
    groups = {field.type_name for field in file.extension if field.type == field.TYPE_GROUP}
    package = "." + file.package if file.package else ""
    waiting, found = [(package, message) for message in reversed(file.message_type)], []
    while waiting:
        scope, message = waiting.pop()
        name = scope + "." + message.name
        fields = list(message.field) + list(message.extension)
        groups |= {field.type_name for field in fields if field.type == field.TYPE_GROUP}
        if not message.options.map_entry:
            found.append(name)
        waiting += [(name, inner) for inner in reversed(message.nested_type)]
    return [name for name in found if name not in groups]


def difference(ours, theirs):
    lines = difflib.unified_diff(str(theirs).split("\n"), str(ours).split("\n"), "theirs", "ours", lineterm="", n=4)
    return "\n".join(list(lines)[:40])


def same(ours, theirs):
    return ours.SerializeToString(deterministic=True) == theirs.SerializeToString(deterministic=True)


# -- one file set -----------------------------------------------------------------------------------------------------

class Examiner:
    """Puts file sets to both and counts what came of it. Used by one thread."""

    FORMS = ("canonical", "normal")

    def __init__(self, compiler):
        self.tool, self.compiler, self.counts = Tool(), compiler, collections.Counter()

    def close(self):
        self.tool.close()
        self.compiler.close()

    def examine(self, text, dependencies, root="root.proto"):
        """The disagreements about the text as a file of that path."""
        try:
            return self.examine_files({**dependencies, root: text}, root)
        except (Unreadable, UnicodeDecodeError):
            self.counts["left out, since Python cannot read them"] += 1
            return []
        except Crashed:
            self.counts["left out, since protoc died of them"] += 1
            return []

    def examine_files(self, files, root):
        text, dependencies = files[root], {path: text for path, text in files.items() if path != root}
        ours = self.tool.look(text, dependencies)
        theirs, fault = self.compiler.compile(files, root)
        reason = ours["parse"] or ours["strict"]
        if fault and not fault.startswith(root):
            self.counts["left out, since a dependency is wrong"] += 1  # only the root is judged here
            return []
        if not ours.get("is_text", True):
            return [Disagreement("an answer is not UTF-8", str(ours), fault, text)]
        self.counts["files"] += 1
        if fault and reason:
            self.counts["refused by both"] += 1
            self.count_reasons(reason, fault)
            return []
        if fault or reason:
            return [Disagreement("refused here" if reason else "accepted here", reason, fault, text)]
        self.counts["accepted by both"] += 1
        return list(self.differences(ours, theirs, files, root))

    def count_reasons(self, reason, fault):
        ours = re.fullmatch(r"(?:.*?line (\d+), column (\d+): )?(.*)", reason, re.DOTALL)
        theirs = re.fullmatch(r"[^:]*:(?:(\d+):(\d+):)? (.*)", fault, re.DOTALL)
        if theirs and ours[3] == theirs[3]:
            self.counts["with the same reason"] += 1
            self.counts["and place"] += ours[1] == theirs[1] and ours[2] == theirs[2]

    def differences(self, ours, theirs, files, root):
        text, descriptor = files[root], theirs.file[-1].SerializeToString()
        if ours["reference"]:
            yield Disagreement("refused as the reference server would", ours["reference"], None, text)
        if ours["linked"] is None:
            yield Disagreement("no descriptor", ours["linked_reason"], None, text)
            return
        meaning = Meaning(theirs)
        expected = meaning.read(descriptor)
        yield from self.compare_linked(meaning, ours["linked"], expected, "descriptor", text)
        for form in self.FORMS:
            yield from self.compare_form(form, ours[form], meaning, expected, files, root)
        dependencies = {path: files[path] for path in files if path != root}
        sides = [{"text": one, "dependencies": dependencies} for one in (text, base64.b64encode(descriptor).decode())]
        again = self.tool.ask(sides[1])
        reason = again["parse"] or again["strict"] or again["linked_reason"]
        if reason:
            yield Disagreement("their descriptor is refused", reason, None, text)
        else:
            yield from self.compare_linked(meaning, again["linked"], expected, "descriptor of their descriptor", text)
            for reader, writer in (sides, reversed(sides)):
                yield from self.compare_same(reader, writer)

    def compare_linked(self, meaning, linked, expected, kind, text):
        content = base64.b64decode(linked)
        found = meaning.read(content)
        if not same(found, expected):
            yield Disagreement(kind, difference(found, expected), None, text)

    def compare_same(self, reader, writer):
        """Text and descriptor are the same schema."""
        for policy in ("reference", "sound"):
            answer = self.tool.ask({"reader": reader, "writer": writer, "policy": policy})
            if answer["differences"]:
                yield Disagreement("not compatible with itself", str(answer["differences"]), None, reader["text"])

    def compare_form(self, form, printed, meaning, expected, files, root):
        text = files[root]
        if printed is None:
            yield Disagreement(form + " cannot be printed", None, None, text)
            return
        theirs, fault = self.compiler.compile({**files, root: printed}, root)
        if fault:
            yield Disagreement(form + " is refused", printed, fault, text)
            return
        found = meaning.read(theirs.file[-1].SerializeToString())
        if message_order(found) != message_order(expected):
            yield Disagreement(form + " has messages in another order", printed, None, text)
        wanted = type(expected)()
        wanted.CopyFrom(expected)
        if not same(unordered(found), unordered(wanted)):
            yield Disagreement(form + " says something else", difference(found, wanted) + "\n" + printed, None, text)
        again = self.tool.look(printed, {path: files[path] for path in files if path != root})
        if again[form] != printed:
            yield Disagreement(form + " is no fixpoint", printed, again.get(form) or again["parse"], text)
