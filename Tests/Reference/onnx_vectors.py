"""Writes vectors/onnx-operations.json: cases of operators as the ONNX project computes them with numpy, in its own code.

Run: python3 Tests/Reference/onnx_vectors.py   (needs onnx)
"""

import json
import pathlib
import warnings

import numpy
from onnx import helper
from onnx.backend.test.case.node import collect_testcases

NAMES = [
    "attention_4d", "attention_4d_gqa", "attention_4d_attn_mask", "gelu_default_2", "gelu_tanh_2",
    "layer_normalization_2d_axis1", "layer_normalization_3d_axis2_epsilon", "rms_normalization_2d_axis1",
    "rms_normalization_3d_axis2_epsilon", "softmax_axis_2", "swish", "argmax_negative_axis_keepdims_random",
]


def plain(value):
    return {"shape": list(value.shape), "values": [float(f"{number:.7g}") for number in numpy.asarray(value).ravel()]}


warnings.simplefilter("ignore")
numpy.random.seed(0)
cases = {case.name.removeprefix("test_"): case for case in collect_testcases(None)}
rows = []
for name in NAMES:
    case = cases[name]
    (node,) = case.model.graph.node
    inputs, outputs = case.data_sets[0]
    if name.startswith("attention"):
        # One of the sequences is enough.
        inputs = [value[0] if value.ndim == 4 else value for value in inputs]
        outputs = [outputs[0][0]]
    attributes = {field.name: helper.get_attribute_value(field) for field in node.attribute}
    rows.append({"name": name, "operator": node.op_type,
                 "numbers": {key: float(value) for key, value in attributes.items() if isinstance(value, (int, float))},
                 "inputs": [plain(value) for value in inputs], "output": plain(outputs[0])})
path = pathlib.Path(__file__).parent / "vectors" / "onnx-operations.json"
path.write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")
print(path.name, path.stat().st_size, "bytes")
