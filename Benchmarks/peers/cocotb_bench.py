"""Transactions and cycles a processor second of a cocotb bench on Verilator: random stalls on every stream, scoreboard.

usage: cocotb_bench.py DESCRIPTION [--verilator FOLDER] [--stall P] [--seed S] [--as-built] [--build-folder FOLDER]

DESCRIPTION is a JSON file of the form that Benchmarks/README.md describes. Prints one JSON object; fails if an answer
differs.

The model is built the way that makes cocotb fastest: only the ports of the top module are visible to it, and the code
is compiled with clang -O2. --as-built measures what cocotb's runner builds by itself instead: every signal visible,
the default compiler and flags.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

import cocotb_tools.runner

import stream_description
from measure import processor_seconds, progress, report, version


class PortsOnly(cocotb_tools.runner.Verilator):
    """cocotb's own runner, with its two build commands changed: fewer visible signals and a better compiler."""

    def _build_command(self):
        verilate, make = super()._build_command()
        verilate = [word for word in verilate if word != "--public-flat-rw"]
        return [verilate, make + ["CXX=clang++", "LINK=clang++", "OPT_FAST=-O2", "OPT_GLOBAL=-O2"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("description", type=pathlib.Path)
    parser.add_argument("--verilator", type=pathlib.Path, required=True, help="its VERILATOR_ROOT")
    parser.add_argument("--stall", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-built", action="store_true")
    parser.add_argument("--build-folder", type=pathlib.Path)
    options = parser.parse_args()

    design = stream_description.read(options.description)
    os.environ["VERILATOR_ROOT"] = str(options.verilator.resolve())
    os.environ["PATH"] = str(options.verilator.resolve() / "bin") + os.pathsep + os.environ["PATH"]

    with tempfile.TemporaryDirectory() as scratch:
        folder = (options.build_folder or pathlib.Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        result = folder / "result.json"
        result.unlink(missing_ok=True)
        sources = list(design.sources)
        # The wheel's makefile fails on split output: it does not pass its precompiled header on.
        arguments = ["-Wno-fatal", "--output-split", "0"]
        if options.as_built:
            runner = cocotb_tools.runner.Verilator()
        else:
            runner = PortsOnly()
            visible = folder / "ports.vlt"
            visible.write_text("`verilator_config\n" + "".join(
                f'public_flat_rw -module "{design.top}" -var "{port}"\n' for port in design.ports))
            sources.append(visible)

        progress("cocotb: building the model …")
        start = processor_seconds()
        log = folder / "build.log"
        try:
            runner.build(sources=sources, hdl_toplevel=design.top, build_args=arguments, build_dir=folder / "model",
                         always=True, log_file=log, timescale=("1ns", "1ps"))
        except (SystemExit, Exception):
            sys.stderr.write(log.read_text()[-4000:] if log.exists() else "")
            raise
        build = processor_seconds() - start

        rows = sum(len(stream.rows) for stream in design.outputs)
        progress(f"cocotb: running until {rows} rows are checked …")
        runner.test(
            test_module="cocotb_stream_test", hdl_toplevel=design.top, hdl_toplevel_lang="verilog", seed=options.seed,
            build_dir=folder / "model", test_dir=folder, log_file=folder / "run.log",
            extra_env={
                "PYTHONPATH": str(pathlib.Path(__file__).parent.resolve()),
                "STREAM_DESCRIPTION": str(options.description.resolve()), "STREAM_RESULT": str(result),
                "STREAM_STALL": str(options.stall), "COCOTB_LOG_LEVEL": "WARNING"})
        if not result.exists():
            sys.exit("cocotb's bench failed:\n" + (folder / "run.log").read_text()[-4000:])
        figures = json.loads(result.read_text())

    report(peer=version("cocotb"), build=("as built by its runner" if options.as_built else "ports only, clang -O2"),
           stall=options.stall, build_processor_s=build, **figures,
           transactions_per_s=figures["transactions"] / figures["processor_s"],
           cycles_per_s=figures["cycles"] / figures["processor_s"])


if __name__ == "__main__":
    main()
