"""What the measurements of this folder share: processor time with that of child processes, and one JSON line."""

import importlib.metadata
import json
import resource
import sys


def processor_seconds():
    """User and system time of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def version(package):
    return f"{package} {importlib.metadata.version(package)}"


def progress(text):
    print(text, file=sys.stderr, flush=True)


def report(**figures):
    print(json.dumps({key: round(value, 4) if isinstance(value, float) else value for key, value in figures.items()}))
