"""Writes vectors/golden.json: integer matrix products and requantisation, computed with numpy and Python integers.

Run: python3 Tests/Reference/golden_vectors.py   (needs numpy)
"""

import json
import pathlib

import numpy

generator = numpy.random.default_rng(20240608)


def bounds(width, signed):
    return (-(2 ** (width - 1)), 2 ** (width - 1) - 1) if signed else (0, 2**width - 1)


def operand(rows, columns, width, signed):
    low, high = bounds(width, signed)
    values = generator.integers(low, high, size=(rows, columns), endpoint=True)
    # A third of the elements at the ends of the range, where hardware goes wrong first.
    ends = generator.choice([low, high, 0], size=(rows, columns))
    return numpy.where(generator.random((rows, columns)) < 0.33, ends, values).astype(object)


def wrapped(value, width, signed):
    value &= 2**width - 1
    return value - 2**width if signed and value >> (width - 1) else value


products = []
cases = [
    # rows, inner, columns, (left width, signed), (right width, signed), (accumulator width, signed)
    (1, 1, 1, (8, True), (8, True), (32, True)),
    (5, 7, 3, (8, True), (8, True), (32, True)),
    (4, 33, 6, (8, True), (8, True), (16, True)),
    (3, 9, 5, (8, False), (8, True), (32, True)),
    (3, 9, 5, (8, False), (8, False), (20, False)),
    (6, 5, 4, (16, True), (16, True), (32, True)),
    (6, 5, 4, (16, False), (16, False), (32, False)),
    (6, 5, 4, (16, True), (16, False), (64, True)),
    (2, 17, 9, (1, False), (1, True), (5, True)),
    (7, 12, 2, (4, True), (2, True), (8, True)),
    (3, 11, 3, (3, True), (13, False), (17, True)),
    (2, 0, 3, (8, True), (8, True), (32, True)),
    (0, 4, 3, (8, True), (8, True), (32, True)),
    (16, 24, 16, (8, True), (8, True), (32, True)),
]
for rows, inner, columns, left, right, accumulator in cases:
    a = operand(rows, inner, *left)
    b = operand(inner, columns, *right)
    exact = a @ b if inner else numpy.zeros((rows, columns), dtype=object)
    sums = [wrapped(int(value), *accumulator) for value in exact.flatten()]
    overflows = sum(int(value) != sum_ for value, sum_ in zip(exact.flatten(), sums))
    products.append({
        "rows": rows, "inner": inner, "columns": columns,
        "formats": [width if signed else -width for width, signed in (left, right, accumulator)],
        "left": [int(v) for v in a.flatten()], "right": [int(v) for v in b.flatten()],
        "sums": sums, "overflows": overflows,
    })


def rne_shift(value, shift):
    floor, rest = divmod(value, 2**shift)
    twice = 2 * rest
    return floor + (1 if twice > 2**shift or (twice == 2**shift and floor % 2) else 0)


requantizations = []
for per_channel, has_bias, (low, high), zero in [
    (False, False, (-127, 127), 0),
    (True, True, (-127, 127), 0),
    (False, True, (-128, 127), -3),
    (True, False, (0, 255), 12),
    (True, True, (0, 255), 255),
    (True, True, (-2, 1), 0),
    (True, True, (-32768, 32767), 100),
    (False, True, (0, 65535), 0),
]:
    columns, rows = 9, 24
    count = columns if per_channel else 1
    shifts = [int(v) for v in generator.integers(0, 47, size=count, endpoint=True)]
    shifts[0] = 47 if low == -2 else 20
    multipliers = [int(v) for v in generator.integers(2**15, 2**16 - 1, size=count, endpoint=True)]
    if per_channel:
        multipliers[1:4] = [2**15, 2**15, 2**16 - 1]
        shifts[1:4] = [16, 22, 0]  # exact halves and quarters: ties occur
    bias = []
    if has_bias:
        bias = [int(v) for v in generator.integers(-(2**31), 2**31 - 1, size=columns, endpoint=True)]
        bias[1:5] = [1, -1, 2**31 - 1, -(2**31)]
    accumulators, codes = [], []
    for row in range(rows):
        for column in range(columns):
            shift = shifts[column if per_channel else 0]
            span = min(2**31 - 1, 2 ** max(1, shift - 7))
            value = int(generator.integers(-span, span, endpoint=True))
            value = {0: 2**31 - 1, 1: -(2**31), 2: 0}.get(row, value)
            if row % 2 and row > 2 and has_bias:
                value = max(-(2**31), min(2**31 - 1, value - bias[column]))
            total = value + (bias[column] if has_bias else 0)
            scaled = rne_shift(total * multipliers[column if per_channel else 0], shift)
            accumulators.append(value)
            codes.append(max(low, min(high, scaled + zero)))
    requantizations.append({
        "columns": columns, "multipliers": multipliers, "shifts": shifts, "bias": bias,
        "low": low, "high": high, "zeroPoint": zero, "accumulators": accumulators, "codes": codes,
    })

path = pathlib.Path(__file__).parent / "vectors" / "golden.json"
path.parent.mkdir(exist_ok=True)
text = ",\n".join(
    f'"{name}":[\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in group) + "\n]"
    for name, group in (("products", products), ("requantizations", requantizations)))
path.write_text("{" + text + "}\n")
print(path.name, path.stat().st_size, "bytes")
