"""Writes vectors/numbers.json: requantisation scales, bfloat16 and rounding shifts, computed with exact fractions.

Run: python3 Tests/Reference/number_vectors.py   (standard library only)
"""

import json
import math
import pathlib
import random
import struct
from fractions import Fraction

random.seed(20240607)


def bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def rne(value):
    """Nearest integer of a Fraction, ties to even; Python's round does exactly this for fractions."""
    return round(value)


def scale(value):
    """(multiplier, shift), or why there is none."""
    if math.isnan(value) or math.isinf(value) or value <= 0:
        return "notPositive"
    real = Fraction(value)
    shift = 0
    while real * Fraction(2) ** shift >= 2**16:
        shift -= 1
    while real * Fraction(2) ** shift < 2**15:
        shift += 1
    multiplier = rne(real * Fraction(2) ** shift)
    if multiplier == 2**16:
        multiplier, shift = 2**15, shift - 1
    if shift < 0:
        return "tooLarge"
    if shift > 47:
        return "tooSmall"
    return [multiplier, shift]


def bfloat16(value):
    sign = 0x8000 if math.copysign(1, value) < 0 else 0
    if math.isnan(value):
        return 0x7FC0
    if math.isinf(value):
        return sign | 0x7F80
    magnitude = abs(Fraction(value))
    if magnitude == 0:
        return sign
    exponent = 0
    while magnitude >= Fraction(2) ** (exponent + 1):
        exponent += 1
    while magnitude < Fraction(2) ** exponent:
        exponent -= 1
    significand = rne(magnitude / Fraction(2) ** (exponent - 7))
    if significand == 256:
        significand, exponent = 128, exponent + 1
    if exponent > 127:
        return sign | 0x7F80
    if exponent < -126:
        return sign
    return sign | (exponent + 127) << 7 | (significand - 128)


def neighbours(value):
    return [math.nextafter(value, -math.inf), value, math.nextafter(value, math.inf)]


scale_inputs = [0.0, -0.0, -1.0, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308]
for exponent in (-34, -33, -32, -31, -17, -16, -1, 0, 1, 14, 15, 16, 17):
    for significand in (1.0, 1.5, 1 + 2**-15, 1 + 2**-16, 1 + 3 * 2**-16, 2 - 2**-15, 2 - 2**-16, 2 - 3 * 2**-17):
        scale_inputs += neighbours(math.ldexp(significand, exponent))
for _ in range(300):
    scale_inputs.append(math.ldexp(random.uniform(1, 2), random.randint(-34, 17)))

bfloat_inputs = [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, 1e308, -1e308]
for exponent in (-1074, -140, -134, -133, -128, -127, -126, -125, -1, 0, 1, 126, 127, 128):
    for significand in (1.0, 1 + 2**-8, 1 + 3 * 2**-8, 2 - 2**-8, 2 - 2**-7, 1.3):
        bfloat_inputs += neighbours(math.ldexp(significand, exponent))
        bfloat_inputs += neighbours(-math.ldexp(significand, exponent))
for _ in range(200):
    bfloat_inputs.append(random.choice((-1, 1)) * math.ldexp(random.uniform(1, 2), random.randint(-130, 128)))

shift_inputs = []
for shift in (0, 1, 2, 3, 15, 31, 32, 47, 48, 61, 62, 63, 64, 65, 200):
    values = [0, 1, -1, 2, -2, 3, -3, 2**63 - 1, -(2**63), -(2**63) + 1]
    if 1 <= shift <= 63:
        half = 2 ** (shift - 1)
        values += [half - 1, half, half + 1, -half - 1, -half, -half + 1, 3 * half, -3 * half, 3 * half - 1, 5 * half]
    values += [random.randint(-(2**63), 2**63 - 1) for _ in range(6)]
    values += [random.randint(-(2**20), 2**20) for _ in range(4)]
    shift_inputs += [(value, shift) for value in values if -(2**63) <= value < 2**63]

vectors = {
    "scales": [[str(bits(v)), *([s] if isinstance(s := scale(v), str) else map(str, s))] for v in scale_inputs],
    "bfloat16": [[str(bits(v)), str(bfloat16(v))] for v in bfloat_inputs],
    "shifts": [[str(v), str(s), str(rne(Fraction(v, 2**s)))] for v, s in shift_inputs],
}
path = pathlib.Path(__file__).parent / "vectors" / "numbers.json"
path.parent.mkdir(exist_ok=True)
lines = [f'"{name}":[\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]" for name, rows in vectors.items()]
path.write_text("{" + ",\n".join(lines) + "}\n")
print(path.name, {name: len(rows) for name, rows in vectors.items()}, path.stat().st_size, "bytes")
