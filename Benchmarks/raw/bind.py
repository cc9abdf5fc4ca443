"""Writes the C++ accessors of a design with ready/valid streams, as one would write them by hand for that design.

usage: bind.py DESCRIPTION > binding.h

DESCRIPTION has the form that Benchmarks/README.md describes. A field may have up to 32 bits.
"""

import json
import pathlib
import sys

STREAM = """
struct Stream_{name} {{
  static constexpr const char *name = "{name}";
  static constexpr const char *file = "{rows}";
  static constexpr size_t count = {count};
  static constexpr size_t fields = {fields};
{accessors}
}};"""

INPUT = """  static bool ready(const Model &m) {{ return m.{name}_ready; }}
  static void setValid(Model &m, bool value) {{ m.{name}_valid = value; }}
  static void put(Model &m, const uint32_t *row) {{
{puts}
  }}"""

OUTPUT = """  static bool valid(const Model &m) {{ return m.{name}_valid; }}
  static void setReady(Model &m, bool value) {{ m.{name}_ready = value; }}
  static bool matches(const Model &m, const uint32_t *row) {{
    return {equals};
  }}
  static void get(const Model &m, uint32_t *row) {{
{gets}
  }}"""


def stream(entry, accessors):
    ports = [(f"m.{entry['stream']}_{field['name']}", f"row[{index}]", f"{(1 << field['width']) - 1:#x}u")
             for index, field in enumerate(entry["fields"])]
    return STREAM.format(
        name=entry["stream"], rows=entry["rows"], count=entry["count"], fields=len(ports),
        accessors=accessors.format(
            name=entry["stream"],
            puts="\n".join(f"    {port} = {value} & {mask};" for port, value, mask in ports),
            gets="\n".join(f"    {value} = {port};" for port, value, _ in ports),
            equals="\n        && ".join(f"{port} == ({value} & {mask})" for port, value, mask in ports)))


def main(path):
    design = json.loads(pathlib.Path(path).read_text())
    level = "value" if design.get("reset_level", 1) else "!value"
    print('#pragma once\n#include <cstddef>\n#include <cstdint>\n#include <tuple>\n#include "Vdut.h"\n')
    print("using Model = Vdut;")
    print(f"inline void setClock(Model &m, bool value) {{ m.{design['clock']} = value; }}")
    print(f"inline void setReset(Model &m, bool value) {{ m.{design['reset']} = {level}; }}")
    for alias, accessors in (("inputs", INPUT), ("outputs", OUTPUT)):
        for entry in design[alias]:
            print(stream(entry, accessors))
        print(f"\nusing {alias.title()} = std::tuple<{', '.join('Stream_' + entry['stream'] for entry in design[alias])}>;")


if __name__ == "__main__":
    main(*sys.argv[1:])
