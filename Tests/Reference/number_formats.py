"""Number formats by exact fractions: what format_vectors.py and function_vectors.py share."""

import math
from fractions import Fraction

import ml_dtypes
import numpy as np

MASK = 2**64 - 1


class Random:
    """SplitMix64, which the tests have too."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


def digest(codes):
    """FNV-1a with one step a code."""
    h = 0xCBF29CE484222325
    for code in codes:
        h = ((h ^ int(code)) * 0x100000001B3) & MASK
    return str(h)


NAN, INF, NINF, ZERO, NZERO = "nan", "inf", "-inf", "0", "-0"


def round_integer(x, mode):
    floor = math.floor(x)
    if mode == "nearestEven":
        return round(x)
    if mode == "nearestAway":
        return -math.floor(-x + Fraction(1, 2)) if x < 0 else math.floor(x + Fraction(1, 2))
    if mode == "towardZero":
        return math.trunc(x)
    return floor if mode == "down" else -math.floor(-x)


class Float:
    def __init__(self, name, e, p, bias, flush, specials, dtype=None):
        self.name, self.e, self.p, self.bias, self.flush, self.specials, self.dtype = name, e, p, bias, flush, specials, dtype
        self.width = 1 + e + p
        self.sign = 1 << (e + p)
        self.emin = 1 - bias
        self.top = (1 << e) - 1
        self.max = {"ieee": (self.top << p) - 1, "onlyNaN": self.sign - 2}.get(specials, self.sign - 1)
        self.nan = {
            "ieee": self.top << p | 1 << max(p - 1, 0),
            "onlyNaN": self.sign - 1,
            "negativeZeroIsNaN": self.sign,
            "none": 0,
        }[specials]

    def decode(self, code):
        negative, magnitude = code & self.sign, code & (self.sign - 1)
        field, fraction = magnitude >> self.p, magnitude & ((1 << self.p) - 1)
        if self.specials == "ieee" and field == self.top:
            return NAN if fraction else NINF if negative else INF
        if self.specials == "onlyNaN" and magnitude == self.sign - 1:
            return NAN
        if self.specials == "negativeZeroIsNaN" and code == self.sign:
            return NAN
        if magnitude == 0 or (field == 0 and self.flush):
            return NZERO if negative and self.specials != "negativeZeroIsNaN" else ZERO
        significand = fraction + (1 << self.p) if field else fraction
        x = Fraction(significand) * Fraction(2) ** (max(field, 1) - self.bias - self.p)
        return -x if negative else x

    def infinity(self, sign):
        return sign | (self.top << self.p) if self.specials == "ieee" else self.nan if self.specials != "none" else sign | self.max

    def encode(self, x, mode="nearestEven"):
        unsigned = self.specials == "negativeZeroIsNaN"
        if x == NAN:
            return self.nan
        if x in (ZERO, NZERO):
            return self.sign if x == NZERO and not unsigned else 0
        if x in (INF, NINF):
            return self.infinity(self.sign if x == NINF else 0)
        sign, a = (self.sign, -x) if x < 0 else (0, x)
        exponent = a.numerator.bit_length() - a.denominator.bit_length()
        if Fraction(2) ** exponent > a:
            exponent -= 1
        if not self.flush:
            exponent = max(exponent, self.emin)
        n = abs(round_integer(x / Fraction(2) ** (exponent - self.p), mode))
        value = n * Fraction(2) ** (exponent - self.p)
        if n == 0 or (self.flush and value < Fraction(2) ** self.emin):
            return 0 if unsigned else sign
        if value > self.decode(self.max):
            clipped = mode == "towardZero" or (mode == "down" and not sign) or (mode == "up" and sign)
            return sign | self.max if clipped else self.infinity(sign)
        if n >> (self.p + 1):
            n, exponent = n >> 1, exponent + 1
        return sign | (((exponent + self.bias) << self.p) + n - (1 << self.p) if n >> self.p else n)


def add(a, b):
    if NAN in (a, b) or {a, b} == {INF, NINF}:
        return NAN
    for x in (INF, NINF):
        if x in (a, b):
            return x
    if a in (ZERO, NZERO) and b in (ZERO, NZERO):
        return NZERO if a == b == NZERO else ZERO
    if a in (ZERO, NZERO) or b in (ZERO, NZERO):
        return b if a in (ZERO, NZERO) else a
    return a + b or ZERO


def is_negative(a):
    return a in (NZERO, NINF) if isinstance(a, str) else a < 0


def multiply(a, b):
    infinite, zero = a in (INF, NINF) or b in (INF, NINF), a in (ZERO, NZERO) or b in (ZERO, NZERO)
    if NAN in (a, b) or (infinite and zero):
        return NAN
    negative = is_negative(a) != is_negative(b)
    if infinite:
        return NINF if negative else INF
    if zero:
        return NZERO if negative else ZERO
    return a * b


def divide(a, b):
    if NAN in (a, b) or (a in (ZERO, NZERO) and b in (ZERO, NZERO)) or (a in (INF, NINF) and b in (INF, NINF)):
        return NAN
    negative = is_negative(a) != is_negative(b)
    if a in (INF, NINF) or b in (ZERO, NZERO):
        return NINF if negative else INF
    if a in (ZERO, NZERO) or b in (INF, NINF):
        return NZERO if negative else ZERO
    return a / b


def real(x):
    """The bits of a double, with one NaN."""
    x = {NAN: math.nan, INF: math.inf, NINF: -math.inf, ZERO: 0.0, NZERO: -0.0}.get(x, x) if isinstance(x, str) else float(x)
    return 0x7FF8000000000000 if math.isnan(x) else int(np.float64(x).view(np.uint64))


formats = [
    Float("bfloat16", 8, 7, 127, True, "ieee"),
    Float("bfloat16 kept", 8, 7, 127, False, "ieee", ml_dtypes.bfloat16),
    Float("float16", 5, 10, 15, False, "ieee", np.float16),
    Float("float16 flushed", 5, 10, 15, True, "ieee"),
    Float("float8_e4m3fn", 4, 3, 7, False, "onlyNaN", ml_dtypes.float8_e4m3fn),
    Float("float8_e5m2", 5, 2, 15, False, "ieee", ml_dtypes.float8_e5m2),
    Float("float8_e4m3", 4, 3, 7, False, "ieee", ml_dtypes.float8_e4m3),
    Float("float8_e3m4", 3, 4, 3, False, "ieee", ml_dtypes.float8_e3m4),
    Float("float8_e4m3fnuz", 4, 3, 8, False, "negativeZeroIsNaN", ml_dtypes.float8_e4m3fnuz),
    Float("float8_e5m2fnuz", 5, 2, 16, False, "negativeZeroIsNaN", ml_dtypes.float8_e5m2fnuz),
    Float("float8_e4m3b11fnuz", 4, 3, 11, False, "negativeZeroIsNaN", ml_dtypes.float8_e4m3b11fnuz),
    Float("float6_e2m3fn", 2, 3, 1, False, "none", ml_dtypes.float6_e2m3fn),
    Float("float6_e3m2fn", 3, 2, 3, False, "none", ml_dtypes.float6_e3m2fn),
    Float("float4_e2m1fn", 2, 1, 1, False, "none", ml_dtypes.float4_e2m1fn),
]
by_name = {f.name: f for f in formats}
