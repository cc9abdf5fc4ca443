"""Writes vectors/formats.json: digests of number formats over all their codes, or over many random operands.

Run: .tools/references/bin/python Tests/Reference/format_vectors.py

Two independent references: ml_dtypes and numpy where they have the format and the operation, and exact fractions for the
rest. Both are compared here, over all inputs, before anything is written.
"""

import json
import pathlib
from fractions import Fraction

import numpy as np
from number_formats import INF, NAN, NZERO, ZERO, Random, add, by_name, digest, divide, formats, multiply, real, round_integer

np.seterr(all="ignore")


def library(f):
    """All numbers of a format as ml_dtypes or numpy have them."""
    codes = np.arange(1 << f.width, dtype=np.uint16 if f.width > 8 else np.uint8)
    return codes.view(f.dtype)


def codes_of(f, array):
    """Codes of an array, with one NaN."""
    codes = array.view(np.uint16 if f.width > 8 else np.uint8).astype(int)
    return np.where(np.isnan(array.astype(np.float64)), f.nan, codes) if f.specials != "none" else codes


print("decode")
decoded = {f.name: [f.decode(c) for c in range(1 << f.width)] for f in formats}
decode = {}
for f in formats:
    bits = [real(x) for x in decoded[f.name]]
    if f.dtype:
        values = library(f).astype(np.float64)
        values[np.isnan(values)] = np.nan
        theirs = np.abs(values).view(np.uint64) | (np.signbit(values).astype(np.uint64) << np.uint64(63))
        theirs[np.isnan(values)] = 0x7FF8000000000000
        assert theirs.tolist() == bits, f.name
    decode[f.name] = digest(bits)

print("convert")
convert = {}
directed = ("bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz")
for source in ("float16", "bfloat16 kept"):
    for f in formats:
        if source != "float16" and f.width < 8:
            continue
        for mode in ("nearestEven", "nearestAway", "towardZero", "down", "up"):
            if mode != "nearestEven" and (source != "float16" or f.name not in directed):
                continue
            codes = [f.encode(x, mode) for x in decoded[source]]
            s = by_name[source]
            if f.dtype and s.dtype and mode == "nearestEven" and f.specials != "none":
                theirs = codes_of(f, library(s).astype(np.float32).astype(f.dtype))
                assert theirs.tolist() == codes, (source, f.name)
            convert[f"{source} to {f.name} {mode}"] = digest(codes)

print("pairs")
pairs = {}
for f in formats:
    if f.name not in ("float8_e4m3fn", "float8_e5m2", "float8_e3m4", "float8_e4m3fnuz"):
        continue
    x = decoded[f.name]
    n = len(x)
    results = {"add": [], "multiply": [], "divide": []}
    for a in range(n):
        for b in range(n):
            results["add"].append(f.encode(add(x[a], x[b])))
            results["multiply"].append(f.encode(multiply(x[a], x[b])))
            results["divide"].append(f.encode(divide(x[a], x[b])))
    left, right = np.repeat(library(f), n), np.tile(library(f), n)
    theirs = {"add": left + right, "multiply": left * right, "divide": left / right}
    for name in results:
        assert codes_of(f, theirs[name]).tolist() == results[name], (f.name, name)
        pairs[f"{f.name} {name}"] = digest(results[name])

print("random operands of 16 bits")
operations = {}
random_source = Random(20261129)
triples = []
for index in range(6000):
    a, b, c = (random_source.next() & 0xFFFF for _ in range(3))
    if index & 1:
        # Exponents near each other, so that sums cancel and ties occur.
        b = (a & 0x7F80) ^ (b & 0x81FF)
        c = (0x3F80 + (c & 0x80FF)) & 0xFFFF
    triples.append((a, b, c))
for f in (by_name["bfloat16"], by_name["float16"], by_name["bfloat16 kept"]):
    x = decoded[f.name]
    modes = ("nearestEven", "towardZero", "down", "up", "nearestAway")
    for mode in modes:
        results = {"add": [], "multiply": [], "divide": [], "fusedMultiplyAdd": []}
        for a, b, c in triples:
            results["add"].append(f.encode(add(x[a], x[b]), mode))
            results["multiply"].append(f.encode(multiply(x[a], x[b]), mode))
            results["divide"].append(f.encode(divide(x[a], x[b]), mode))
            results["fusedMultiplyAdd"].append(f.encode(add(multiply(x[a], x[b]), x[c]), mode))
        if f.dtype and mode == "nearestEven":
            a, b = (library(f)[[t[i] for t in triples]] for i in (0, 1))
            assert codes_of(f, a + b).tolist() == results["add"]
            assert codes_of(f, a * b).tolist() == results["multiply"]
            assert codes_of(f, a / b).tolist() == results["divide"]
        for name, codes in results.items():
            operations[f"{f.name} {name} {mode}"] = digest(codes)
    # Dot products of 16 consecutive triples.
    codes = []
    for start in range(0, len(triples), 16):
        total = None
        for a, b, _ in triples[start : start + 16]:
            product = multiply(x[a], x[b])
            total = product if total is None else add(total, product)
        codes.append(f.encode(total))
    operations[f"{f.name} dot"] = digest(codes)


def fixed(i, f, signed, x, mode, wraps):
    if x in (NAN, ZERO, NZERO):
        return 0
    low, high = (-(1 << (i + f - 1)), (1 << (i + f - 1)) - 1) if signed else (0, (1 << (i + f)) - 1)
    if x in (INF, NINF):
        return (high if x == INF else low) & ((1 << (i + f)) - 1)
    n = round_integer(x * Fraction(2) ** f, mode)
    if not wraps:
        n = min(max(n, low), high)
    return n & ((1 << (i + f)) - 1)


print("fixed point")
fixed_point = []
for i, f, signed in ((8, 0, True), (0, 8, False), (24, 40, True), (70, -6, False), (-3, 20, True)):
    for mode in ("nearestEven", "nearestAway", "towardZero", "down", "up"):
        for wraps in (False, True) if mode in ("nearestEven", "down") else (False,):
            codes = [fixed(i, f, signed, x, mode, wraps) for x in decoded["bfloat16"]]
            fixed_point.append([i, f, signed, mode, wraps, digest(codes)])

path = pathlib.Path(__file__).parent / "vectors" / "formats.json"
path.write_text(
    json.dumps({"decode": decode, "convert": convert, "pairs": pairs, "operations": operations, "fixedPoint": fixed_point}, indent=0)
    + "\n"
)
print(path.name, path.stat().st_size, "bytes")
