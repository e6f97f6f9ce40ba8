"""Writes migrations/*.sql into a C table: embed_migrations.py OUTPUT FILE..."""
import os
import sys


def literal(text):
    lines = text.replace("\\", "\\\\").replace('"', '\\"').split("\n")
    return "\n".join('    "%s\\n"' % line for line in lines if line.strip() and not line.strip().startswith("--"))


def main():
    output, names = sys.argv[1], sorted(sys.argv[2:])
    texts = {}
    for name in names:
        stem, engine, _ = os.path.basename(name).split(".")
        texts.setdefault(stem, {})[engine] = open(name, encoding="utf-8").read()
    with open(output, "w", encoding="utf-8") as out:
        out.write("const struct migration migrations[] = {\n")
        for stem, engines in sorted(texts.items()):
            out.write('    {%d, "%s",\n%s,\n%s},\n' % (int(stem[:4]), stem[5:], literal(engines["sqlite"]),
                                                       literal(engines["postgres"])))
        out.write("};\nconst size_t migration_count = %d;\n" % len(texts))


main()
