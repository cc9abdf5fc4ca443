"""Writes vectors/unit-operations.json: operators of transformers as the NumPy reference of ONNX evaluates them, on bfloat16 inputs.

Run: python3 Tests/Reference/unit_vectors.py   (needs numpy, onnx)
"""

import json
import pathlib

import numpy
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

generator = numpy.random.default_rng(20250117)


def rounded(values):
    """To bfloat16, to nearest, ties to even: an input that both sides have exactly."""
    bits = numpy.asarray(values, dtype=numpy.float32).view(numpy.uint32)
    bits = bits + 0x7FFF + ((bits >> 16) & 1)
    return (bits & 0xFFFF0000).astype(numpy.uint32).view(numpy.float32)


def evaluated(operator, inputs, count=1, **attributes):
    names = [f"input_{index}" for index in range(len(inputs))]
    outputs = [f"output_{index}" for index in range(count)]
    node = helper.make_node(operator, names, outputs, **attributes)
    kinds = [TensorProto.INT64 if value.dtype == numpy.int64 else TensorProto.FLOAT for value in inputs]
    graph = helper.make_graph(
        [node], operator, [helper.make_tensor_value_info(n, k, v.shape) for n, k, v in zip(names, kinds, inputs)],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23)])
    return ReferenceEvaluator(model).run(None, dict(zip(names, inputs)))


cases = []


def add(operator, inputs, output, **numbers):
    cases.append({
        "operator": operator, "numbers": {key: float(value) for key, value in numbers.items()},
        "inputs": [[float(f"{v:.9g}") for v in numpy.asarray(value).ravel()] for value in inputs],
        "output": [float(f"{v:.9g}") for v in numpy.asarray(output).ravel()],
    })


for length, deviation in [(1, 1), (16, 1), (37, 2), (128, 3), (200, 4)]:
    scores = rounded(generator.normal(0, deviation, length))
    add("Softmax", [scores], evaluated("Softmax", [scores], axis=-1)[0])

for length, mean, deviation in [(4, 0, 1), (33, 2, 0.5), (96, -8, 0.25), (200, 0.1, 3)]:
    row = rounded(generator.normal(mean, deviation, (1, length)))
    gamma = rounded(generator.normal(1, 0.2, length))
    beta = rounded(generator.normal(0, 0.3, length))
    layer = evaluated("LayerNormalization", [row, gamma, beta], axis=-1, epsilon=1e-5)[0]
    add("LayerNormalization", [row, gamma, beta], layer)
    add("RMSNormalization", [row, gamma], evaluated("RMSNormalization", [row, gamma], axis=-1, epsilon=1e-5)[0])

for form in ["none", "tanh"]:
    numbers = rounded(numpy.concatenate([numpy.linspace(-6, 6, 49), generator.normal(0, 2, 60)]))
    add("Gelu", [numbers], evaluated("Gelu", [numbers], approximate=form)[0], tanh=form == "tanh")

for dimension, interleaved in [(8, 0), (8, 1), (32, 0), (32, 1)]:
    positions = numpy.array([0, 1, 5, 63, 511], dtype=numpy.int64)
    vectors = rounded(generator.normal(0, 1, (1, 1, len(positions), dimension)))
    angles = numpy.arange(512)[:, None] * 10000.0 ** (-2 * numpy.arange(dimension // 2)[None, :] / dimension)
    turned = evaluated(
        "RotaryEmbedding",
        [vectors, numpy.cos(angles).astype(numpy.float32), numpy.sin(angles).astype(numpy.float32), positions[None, :]],
        interleaved=interleaved)[0]
    add("RotaryEmbedding", [vectors, positions], turned, dimension=dimension, interleaved=interleaved)

for length, count in [(7, 3), (16, 1), (33, 16), (64, 64)]:
    row = generator.integers(-6, 6, length, endpoint=True).astype(numpy.float32)
    values, indices = evaluated(
        "TopK", [row, numpy.array([count], dtype=numpy.int64)], count=2, axis=-1, largest=1, sorted=1)
    add("TopK", [row], values, count=count)
    add("TopKIndices", [row], indices, count=count)

path = pathlib.Path(__file__).parent / "vectors" / "unit-operations.json"
path.write_text("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
print(path.name, path.stat().st_size, "bytes")
