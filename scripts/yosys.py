"""Runs the Yosys library of the `pyosys` package from the command line, like the program does.

usage: yosys.py [-V] [-q] [-p COMMANDS]… [FILE]…

Reads the Verilog files, then runs the commands (separated by `;`). Exits with 1 at the first error. -q prints only
warnings and errors, to standard error.
"""

import argparse
import re
import subprocess
import sys


def main():
    parser = argparse.ArgumentParser(prog="yosys", description="Yosys, as a library")
    parser.add_argument("-V", action="store_true", help="print the version")
    parser.add_argument("-q", action="store_true", help="print only warnings and errors")
    parser.add_argument("-p", action="append", default=[], metavar="COMMANDS", help="commands, separated by ;")
    parser.add_argument("files", nargs="*", metavar="FILE", help="Verilog files to read first")
    options = parser.parse_args()

    if options.q:
        # The library writes to standard output and ends the process on an error, so a second process does the work.
        arguments = [argument for command in options.p for argument in ("-p", command)] + options.files
        run = subprocess.run([sys.executable, __file__, *arguments], text=True, errors="replace",
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in run.stdout.splitlines():
            if re.search(r"\b(warning|error):", line, re.IGNORECASE):
                print(line, file=sys.stderr)
        return run.returncode

    from pyosys import libyosys

    if options.V:
        print(libyosys.yosys_maybe_version())
        return 0
    design = libyosys.Design()
    for command in [f'read_verilog "{file}"' for file in options.files] + options.p:
        libyosys.run_pass(command, design)
    return 0


if __name__ == "__main__":
    sys.exit(main())
