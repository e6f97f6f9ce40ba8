"""Writes texts into a C table: embed.py OUTPUT FOLDER FILE..., the paths of the table without FOLDER."""
import os
import sys


def literal(text):
    lines = (line.strip() for line in text.split("\n"))
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines if line)
    return "\n".join('    "%s\\n"' % line for line in escaped)


def main():
    output, folder, names = sys.argv[1], sys.argv[2], sys.argv[3:]
    with open(output, "w", encoding="utf-8") as out:
        for name in names:
            with open(name, encoding="utf-8") as file:
                text = file.read()
            out.write('{STR("%s"), STR(\n%s)},\n' % (os.path.relpath(name, folder), literal(text)))


main()
