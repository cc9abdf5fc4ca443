"""Measures the peer frameworks on the same machine in the same run, and prints one JSON object.

usage: run.py FOLDER

Needs the environment of `make bench-peers`. FOLDER is what `systole-bench --describe` has written: the designs that
cocotb drives, and Systole's own figures. Benchmarks/README.md says what the ratios mean.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

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
    parser.add_argument("folder", type=pathlib.Path)
    folder = parser.parse_args().folder

    def cocotb(design):
        return measure("cocotb_bench.py", folder / design / "description.json", "--verilator",
                       TOOLS / "verilator" / "5.048")

    own = json.loads((folder / "figures.json").read_text())
    amaranth, pyrtl = measure("amaranth_array.py"), measure("pyrtl_array.py")
    simulation = measure("amaranth_simulation.py")
    queue, matmul = cocotb("queue"), cocotb("matmul")

    def ratio(value):
        return round(value, 1)

    print(json.dumps({
        "amaranth_ratio": ratio(amaranth["processor_s"] / own["elaborate_64_cpu_s"]),
        "pyrtl_ratio": ratio(pyrtl["processor_s"] / own["elaborate_64_cpu_s"]),
        "native_vs_amaranth": ratio(own["native_cycles_per_s_16"] / simulation["cycles_per_s"]),
        "cocotb_ratio": ratio(own["queue_transactions_per_s"] / queue["transactions_per_s"]),
        "cocotb_matmul_ratio": ratio(own["matmul_transactions_per_s"] / matmul["transactions_per_s"]),
        "systole": own, "amaranth": amaranth, "amaranth_simulation": simulation, "pyrtl": pyrtl,
        "cocotb": {"queue": queue, "matmul": matmul},
    }, indent=2))


if __name__ == "__main__":
    main()
