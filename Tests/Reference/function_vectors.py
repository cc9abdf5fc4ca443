"""Writes vectors/functions.json: digests of correctly rounded functions, computed by mpmath with 300 bits.

Run: .tools/references/bin/python Tests/Reference/function_vectors.py
"""

import json
import pathlib
from fractions import Fraction

import mpmath
from mpmath import mpf
from number_formats import INF, NAN, NINF, NZERO, ZERO, by_name, digest

mpmath.mp.prec = 300
half = mpf(1) / 2


def tanh_gelu(x):
    return x / (1 + mpmath.exp(-2 * mpmath.sqrt(2 / mpmath.pi) * (x + mpf(44715) / 1000000 * x**3)))


real = {
    "exp": mpmath.exp,
    "exp2": lambda x: mpf(2) ** x,
    "reciprocal": lambda x: 1 / x,
    "reciprocalSquareRoot": lambda x: 1 / mpmath.sqrt(x),
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "geluTanh": tanh_gelu,
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "relu": lambda x: max(x, mpf(0)),
    "squaredReLU": lambda x: max(x, mpf(0)) ** 2,
    "hardSigmoid": lambda x: min(max(x / 6 + half, mpf(0)), mpf(1)),
    "hardSwish": lambda x: x * min(max(x / 6 + half, mpf(0)), mpf(1)),
}
# Results at -inf, -0, +0, +inf.
special = {
    "exp": (ZERO, 1, 1, INF),
    "exp2": (ZERO, 1, 1, INF),
    "reciprocal": (NZERO, NINF, INF, ZERO),
    "reciprocalSquareRoot": (NAN, NINF, INF, ZERO),
    "log": (NAN, NINF, NINF, INF),
    "log2": (NAN, NINF, NINF, INF),
    "tanh": (-1, NZERO, ZERO, 1),
    "sigmoid": (ZERO, half, half, 1),
    "gelu": (NZERO, NZERO, ZERO, INF),
    "geluTanh": (NZERO, NZERO, ZERO, INF),
    "silu": (NZERO, NZERO, ZERO, INF),
    "relu": (ZERO, ZERO, ZERO, INF),
    "squaredReLU": (ZERO, ZERO, ZERO, INF),
    "hardSigmoid": (ZERO, half, half, 1),
    "hardSwish": (NZERO, NZERO, ZERO, INF),
}


def fraction(x):
    if x == 0:
        return ZERO
    sign, man, exp, _ = mpf(x)._mpf_
    return Fraction(-int(man) if sign else int(man)) * Fraction(2) ** int(exp)


def value(name, x):
    """The result as the formats' reference writes numbers."""
    if x == NAN:
        return NAN
    if isinstance(x, str):
        y = special[name][(NINF, NZERO, ZERO, INF).index(x)]
        return y if isinstance(y, str) else fraction(mpf(y))
    x = mpf(x.numerator) / x.denominator
    if x < 0 and name in ("log", "log2", "reciprocalSquareRoot"):
        return NAN
    # What is far beyond all formats, without computing it.
    large, small = Fraction(2) ** 5000, Fraction(2) ** -5000
    if name in ("exp", "exp2") and abs(x) > 2000:
        return large if x > 0 else small
    if name == "sigmoid" and x < -2000:
        return small
    if name in ("gelu", "geluTanh", "silu") and x < (-2000 if name == "silu" else -100):
        return -small
    # Below x by less than any precision here can hold, which decides a tie of x.
    if name in ("gelu", "geluTanh", "silu") and x > 15:
        return fraction(x) - small
    y = fraction(real[name](x))
    return NZERO if y == ZERO and name == "hardSwish" and x < 0 else y


if __name__ == "__main__":
    digests = {}
    inputs = {name: [by_name[name].decode(c) for c in range(1 << by_name[name].width)] for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2")}
    for name in real:
        results = [value(name, x) for x in inputs["bfloat16"]]
        digests[f"{name} bfloat16 bfloat16"] = digest(by_name["bfloat16"].encode(y) for y in results)
        digests[f"{name} bfloat16 float8_e4m3fn"] = digest(by_name["float8_e4m3fn"].encode(y) for y in results)
        for source in ("float8_e4m3fn", "float8_e5m2"):
            results = [value(name, x) for x in inputs[source]]
            digests[f"{name} {source} float16"] = digest(by_name["float16"].encode(y) for y in results)
        print(name)
    path = pathlib.Path(__file__).parent / "vectors" / "functions.json"
    path.write_text(json.dumps(digests, indent=0) + "\n")
    print(path.name, path.stat().st_size, "bytes")
