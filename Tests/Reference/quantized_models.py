"""Writes vectors/quantized-models.json: codes and logits of small models in 8-bit codes and bfloat16.

Run: python3 Tests/Reference/quantized_models.py   (needs numpy)

The numerics profile is written here a second time, from its definition: calibration, migration, weights, zero points,
requantisation, softmax with the division deferred. The tests expect the same codes, every one, and the same logits.
"""

import json
import math
import pathlib

import numpy

import models

CALIBRATION = [[7, 3, 19, 0, 3, 12], [1, 18, 4, 4, 9]]
TOKENS = [5, 8, 15, 2, 11]


def bf(x):
    """The nearest bfloat16 numbers, ties to even, subnormal ones zero."""
    x = numpy.asarray(x, dtype=numpy.float64)
    significand, exponent = numpy.frexp(x)
    result = numpy.ldexp(numpy.round(significand * 256) / 256, exponent)
    return numpy.where(numpy.abs(result) < 2.0**-126, 0.0, result)


def in_order(terms):
    """The sum over the last axis, from first to last."""
    total = numpy.zeros(terms.shape[:-1])
    for index in range(terms.shape[-1]):
        total = total + terms[..., index]
    return total


def norm(x, scale, shift, epsilon):
    n = x.shape[-1]
    mean = in_order(x) / n
    centred = x - mean[..., None]
    factor = 1 / numpy.sqrt(in_order(centred * centred) / n + epsilon)
    return bf(centred * factor[..., None] * scale + shift)


def gelu(x):
    return numpy.vectorize(lambda v: v * 0.5 * math.erfc(-v / math.sqrt(2)))(x)


def gelu_tanh(x):
    return x / (1 + numpy.exp(-2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


class Format:
    def __init__(self, factors, low=-127, high=127, zero=0):
        self.factors, self.low, self.high, self.zero = numpy.asarray(factors), low, high, zero

    def codes(self, x):
        return numpy.clip(numpy.round(x * self.factors) + self.zero, self.low, self.high).astype(numpy.int64)


def site_format(maxima, readers, depth=None):
    """Of x, c, h and g: migration with alpha 0.8."""
    weights = numpy.max([numpy.abs(w).max(axis=1) for w in readers], axis=0)
    logs = [numpy.log(numpy.maximum(m, m.max() * 1e-5)) for m in (maxima, weights)]
    f = numpy.exp(0.8 * logs[0] - 0.2 * logs[1] - (0.8 * logs[0] - 0.2 * logs[1]).mean())
    top = (maxima / f).max()
    if depth is None:
        return Format(bf(1 / (f * (top / 127))))
    below = (numpy.minimum(depth, maxima) / f).max()
    step = (top + below) / 254
    return Format(bf(1 / (f * step)), 0, 255, math.ceil(below / step))


class Layer:
    """Int8 weights for each output channel, inputs x outputs."""

    def __init__(self, weights, bias, source, target=None):
        migrated = weights * (1 / source.factors)[:, None]
        floor = 2.0**-31 / target.factors if target else 2.0**-100
        wanted = numpy.maximum(numpy.maximum(numpy.abs(migrated).max(axis=0) / 127, numpy.abs(bias) * 2.0**-26), floor)
        scale = bf(wanted)
        self.scale = numpy.where(scale < wanted, bf(wanted * (1 + 2.0**-7)), scale)
        self.codes = numpy.round(migrated / self.scale).astype(numpy.int64)
        self.bias = numpy.round(bias / self.scale).astype(numpy.int64) - source.zero * self.codes.sum(axis=0)
        self.target = target

    def __call__(self, codes):
        sums = codes @ self.codes + self.bias
        if self.target is None:
            return bf(sums * self.scale)
        # A multiplier of 16 bits and a shift.
        significand, exponent = numpy.frexp(self.scale * self.target.factors)
        multiplier, shift = numpy.round(significand * 65536).astype(numpy.int64), 16 - exponent
        over = multiplier == 65536
        multiplier, shift = numpy.where(over, 32768, multiplier), numpy.where(over, shift - 1, shift)
        result = numpy.zeros_like(sums)
        for row, column in numpy.ndindex(*sums.shape):
            product, places = int(sums[row, column]) * int(multiplier[column]), int(shift[column])
            quotient, rest = product >> places, product & ((1 << places) - 1)
            half = (1 << places) >> 1
            quotient += rest > half or (rest == half and half > 0 and quotient & 1 == 1)
            result[row, column] = min(max(quotient, -127), 127)
        return result


def heads(x, count):
    return x.reshape(x.shape[0], count, -1).transpose(1, 0, 2)


def attend(codes, formats, count, causal):
    q, k, v = (heads(codes[name], count) for name in "qkv")
    size = q.shape[2]
    factor = float(numpy.float32(float(numpy.float32(1) / numpy.sqrt(numpy.float32(size)))
                                 / float(formats["q"].factors * formats["k"].factors)))
    scores = bf((q @ k.transpose(0, 2, 1)) * factor)
    n = scores.shape[1]
    seen = numpy.tril(numpy.ones((n, n), bool)) if causal else numpy.ones((n, n), bool)
    best = numpy.where(seen, scores, -numpy.inf).max(axis=-1, keepdims=True)
    e = numpy.where(seen, bf(numpy.exp(bf(scores - best))), 0)
    reciprocal = bf(1 / in_order(e))
    p = numpy.clip(numpy.round(e * 127), 0, 127).astype(numpy.int64)
    factor = float(numpy.float32(1 / float(127 * formats["v"].factors)))
    c = bf(bf((p @ v) * factor) * reciprocal[..., None])
    return p, c.transpose(1, 0, 2).reshape(n, -1)


def outside(x, weights, bias=0):
    """A product in bfloat16 with sums in order."""
    total = numpy.zeros((x.shape[0], weights.shape[1]))
    for step in range(x.shape[1]):
        total = total + x[:, step:step + 1] * bf(weights)[step]
    return bf(total + bf(bias))


class Encoder:
    """The parts of `models.bert`, and of GPT-2 as `models.gpt2` has it, under common names."""

    def __init__(self, family):
        self.family = family
        self.function, self.config = models.SMALL[family]
        self.tensors = models.Random()
        self.function(models.Model(self.tensors, self.config), TOKENS)
        self.count, self.layers = 4, 2

    def get(self, name):
        return self.tensors[name]

    def linear(self, layer, part):
        if self.family == "bert":
            names = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
                     "o": "attention.output.dense", "u": "intermediate.dense", "y": "output.dense"}
            name = f"bert.encoder.layer.{layer}.{names[part]}"
            return self.get(name + ".weight").T, self.get(name + ".bias")
        names = {"o": "attn.c_proj", "u": "mlp.c_fc", "y": "mlp.c_proj"}
        name = f"transformer.h.{layer}.{names.get(part, 'attn.c_attn')}"
        weights, bias = self.get(name + ".weight"), self.get(name + ".bias")
        if part in "qkv":
            place = slice(16 * "qkv".index(part), 16 * "qkv".index(part) + 16)
            return weights[:, place], bias[place]
        return weights, bias

    def norm(self, name, rounded):
        scale, shift = ("gamma", "beta") if self.family == "bert" else ("weight", "bias")
        pair = self.get(f"{name}.{scale}"), self.get(f"{name}.{shift}")
        return [bf(value) for value in pair] if rounded else pair

    def norms(self, layer):
        if self.family == "bert":
            name = f"bert.encoder.layer.{layer}."
            return name + "attention.output.LayerNorm", name + "output.LayerNorm"
        return f"transformer.h.{layer}.ln_1", f"transformer.h.{layer}.ln_2"

    def epsilon(self):
        return self.config.get("layer_norm_eps") or self.config["layer_norm_epsilon"]

    def embed(self, ids, r):
        if self.family == "gpt2":
            return r(r(self.get("transformer.wte.weight"))[ids] + r(self.get("transformer.wpe.weight"))[: len(ids)])
        name = "bert.embeddings."
        x = r(r(self.get(name + "word_embeddings.weight"))[ids] + r(self.get(name + "token_type_embeddings.weight"))[0])
        return r(x + r(self.get(name + "position_embeddings.weight"))[: len(ids)])

    def run(self, ids, formats=None):
        """In real numbers without formats, for calibration; else in codes."""
        real = formats is None
        r = (lambda x: x) if real else bf
        norm_of = (lambda x, name: models.layer_norm(x, *self.norm(name, False), self.epsilon())) if real else (
            lambda x, name: norm(x, *self.norm(name, True), self.epsilon()))
        activation = (gelu if self.family == "bert" else gelu_tanh)
        before = self.family == "gpt2"
        seen = {}
        x = self.embed(ids, r)
        if not before:
            x = norm_of(x, "bert.embeddings.LayerNorm")
        for layer in range(self.layers):
            def note(site, value):
                seen[f"{site}{layer}"] = value
                return value

            def linear(value, source, part):
                weights, bias = self.linear(layer, part)
                if real:
                    return value @ weights + bias
                target = formats[f"{part}{layer}"] if part in "qkv" else None
                return Layer(weights, bias, formats[f"{source}{layer}"], target)(value)

            def coded(site, value):
                return note(site, value if real else formats[f"{site}{layer}"].codes(value))

            first, second = self.norms(layer)
            codes = coded("x", norm_of(x, first) if before else x)
            parts = {part: note(part, linear(codes, "x", part)) for part in "qkv"}
            if real:
                c = models.attention(*(parts[part] for part in "qkv"), 4, 4, 1 / math.sqrt(4), causal=before)
            else:
                p, c = attend(parts, {part: formats[f"{part}{layer}"] for part in "qkv"}, 4, before)
                note("p", p)
            x = r(x + linear(coded("c", c), "c", "o"))
            if not before:
                x = norm_of(x, first)
            h = norm_of(x, second) if before else x
            g = coded("g", r(activation(linear(coded("h", h), "h", "u"))))
            x = r(x + linear(g, "g", "y"))
            if not before:
                x = norm_of(x, second)
        if real:
            return seen, None
        return seen, self.head(x)

    def head(self, x):
        if self.family == "gpt2":
            x = norm(x, *self.norm("transformer.ln_f", True), self.epsilon())
            return outside(x, self.get("transformer.wte.weight").T)
        name = "cls.predictions."
        t = bf(gelu(outside(x, self.get(name + "transform.dense.weight").T, self.get(name + "transform.dense.bias"))))
        t = norm(t, *self.norm(name + "transform.LayerNorm", True), self.epsilon())
        return outside(t, self.get("bert.embeddings.word_embeddings.weight").T, self.get(name + "bias"))

    def formats(self):
        maxima = {}
        for ids in CALIBRATION:
            for site, value in self.run(ids)[0].items():
                found = numpy.abs(value).max(axis=0)
                maxima[site] = numpy.maximum(maxima[site], found) if site in maxima else found
        formats = {}
        for layer in range(self.layers):
            for part in "qkv":
                formats[f"{part}{layer}"] = Format(bf(127 / maxima[f"{part}{layer}"].max()))
            for site, readers in (("x", "qkv"), ("c", "o"), ("h", "u"), ("g", "y")):
                weights = [self.linear(layer, part)[0] for part in readers]
                formats[f"{site}{layer}"] = site_format(maxima[f"{site}{layer}"], weights, 0.17 if site == "g" else None)
        return formats


def vectors(family):
    encoder = Encoder(family)
    codes, logits = encoder.run(TOKENS, encoder.formats())
    return {"name": family, "calibration": CALIBRATION, "tokens": TOKENS,
            "codes": {site: [int(value) for value in numpy.ravel(values)] for site, values in codes.items()},
            "logits": [float(value) for value in logits.ravel()]}


path = pathlib.Path(__file__).parent / "vectors" / "quantized-models.json"
path.write_text("[\n" + ",\n".join(json.dumps(vectors(family), separators=(",", ":")) for family in ("bert", "gpt2")) + "\n]\n")
print(path.name, path.stat().st_size, "bytes")
