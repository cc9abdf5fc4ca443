"""Reads a SystemRDL file and prints its registers as JSON."""

import json
import sys

from systemrdl import RDLCompiler

compiler = RDLCompiler()
compiler.compile_file(sys.argv[1])
registers = []
for register in compiler.elaborate().top.registers():
    (field,) = register.fields()
    onwrite = field.get_property("onwrite")
    registers.append(
        {
            "name": register.inst_name,
            "address": register.absolute_address,
            "text": register.get_property("desc"),
            "width": field.width,
            "reset": field.get_property("reset"),
            "access": field.get_property("sw").name,
            "onwrite": onwrite.name if onwrite else None,
        }
    )
print(json.dumps(registers))
