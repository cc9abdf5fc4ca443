"""Measures the peer frameworks on the same machine in the same run, and prints one JSON object.

usage: run.py [--description FILE] [--figures FILE]

Needs the environment of `make bench-peers`. The description tells which design cocotb drives (Benchmarks/README.md); by
default the 16 × 16 array of `fixtures.py`. With Systole's own figures, as `systole-bench --describe` writes them, ratios
are printed too: `amaranth_ratio` and `pyrtl_ratio` are processor seconds over processor seconds for the 64 × 64 array,
`cocotb_ratio` is transactions a processor second over transactions a processor second.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE.parent.parent / ".tools"


def measure(script, *arguments):
    environment = dict(os.environ, YOWASP_CACHE_DIR=str(TOOLS / "cache" / "yowasp"))
    run = subprocess.run([sys.executable, str(HERE / script), *map(str, arguments)], stdout=subprocess.PIPE, text=True,
                         env=environment)
    if run.returncode != 0:
        sys.exit(f"error: {script} failed")
    return json.loads(run.stdout.splitlines()[-1]) if run.stdout else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--description", type=pathlib.Path)
    parser.add_argument("--figures", type=pathlib.Path)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        description = options.description
        if description is None:
            measure("fixtures.py", "array", scratch)
            description = pathlib.Path(scratch, "description.json")
        results = {
            "amaranth": measure("amaranth_array.py"),
            "pyrtl": measure("pyrtl_array.py"),
            "cocotb": measure("cocotb_bench.py", description, "--verilator", TOOLS / "verilator" / "5.048"),
        }
    if options.figures:
        own = results["systole"] = json.loads(options.figures.read_text())
        for peer in ("amaranth", "pyrtl"):
            results[f"{peer}_ratio"] = round(results[peer]["processor_s"] / own["elaborate_64_cpu_s"], 1)
        results["cocotb_ratio"] = round(own["stream_transactions_per_s"] / results["cocotb"]["transactions_per_s"], 1)
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
