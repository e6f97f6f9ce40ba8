"""The table of checks. A check takes a tree and yields one line per violation."""
import code_rules
import layers
import sql_rules
import text_rules

CHECKS = {
    'layers': layers.check,
    'banned': code_rules.check_banned,
    'sizes': code_rules.check_sizes,
    'mirror': code_rules.check_mirror,
    'migrations': text_rules.check_migrations,
    'sql': sql_rules.check_sql,
    'format': code_rules.check_format,
    'words': text_rules.check_words,
    'scripts': text_rules.check_scripts,
    # Needs what the checks before it noted in the tree.
    'exceptions': lambda tree: tree.exception_violations(),
}


def violations_of(name, tree):
    try:
        return list(CHECKS[name](tree))
    except FileNotFoundError as fault:
        return [f'{fault.filename} is not there: tools/install-test installs the tools']


def run(tree, names):
    """Name of each check → its violations. Whether an exception is used is known only after all the others ran."""
    ran = CHECKS if 'exceptions' in names else names
    results = {name: violations_of(name, tree) for name in CHECKS if name in ran}
    return {name: found for name, found in results.items() if name in names}
