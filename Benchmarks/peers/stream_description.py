"""Reads a description of a design with ready/valid streams; Benchmarks/README.md describes its form."""

import dataclasses
import json
import pathlib

import numpy


@dataclasses.dataclass
class Stream:
    name: str
    fields: list  # of (name, width)
    rows: list  # of lists of unsigned integers, one a field

    @property
    def ports(self):
        return [f"{self.name}_valid", f"{self.name}_ready", *(f"{self.name}_{field}" for field, _ in self.fields)]


@dataclasses.dataclass
class Description:
    sources: list
    top: str
    clock: str
    reset: str
    reset_level: int
    inputs: list
    outputs: list

    @property
    def ports(self):
        return [self.clock, self.reset, *(port for stream in self.inputs + self.outputs for port in stream.ports)]


def read(path):
    path = pathlib.Path(path)
    text = json.loads(path.read_text())

    def stream(entry):
        fields = [(field["name"], field["width"]) for field in entry["fields"]]
        rows = numpy.fromfile(path.parent / entry["rows"], dtype="<i4").reshape(entry["count"], len(fields))
        masks = numpy.array([(1 << width) - 1 for _, width in fields], dtype=numpy.int64)
        return Stream(entry["stream"], fields, (rows.astype(numpy.int64) & masks).tolist())

    return Description(
        sources=[str((path.parent / source).resolve()) for source in text["sources"]], top=text["top"],
        clock=text["clock"], reset=text["reset"], reset_level=text.get("reset_level", 1),
        inputs=[stream(entry) for entry in text["inputs"]], outputs=[stream(entry) for entry in text["outputs"]])
