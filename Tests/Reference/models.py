"""Writes vectors/models.json: hidden states and logits of real and of small random models, computed in float64 with numpy.

Run: python3 Tests/Reference/models.py   (needs numpy and the models of `make model`)

The real models are ALBERT and GPT-2 from .tools/models, and the ViT of the project. The small ones, one for each family and form, have parameters
that a formula gives for each name, so that the tests make the same ones. Nothing here is shared with the code under test.
"""

import io
import json
import math
import pathlib
import pickle
import struct
import zipfile

import numpy

root = pathlib.Path(__file__).resolve().parent.parent.parent
erf = numpy.vectorize(math.erf)

# ---------------------------------------------------------------------------------------------- checkpoints


class Storage:
    def __init__(self, key, count):
        self.key, self.count, self.values = key, count, None


class Dictionary(dict):
    """Old files give the dictionary of tensors a state, which a plain one does not take."""


class Reader(pickle.Unpickler):
    """Knows tensors of float32 and nothing else."""

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return Dictionary
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: (storage, offset, size)
        if (module, name) == ("torch", "FloatStorage"):
            return "float"
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, reference):
        key, count = reference[2], reference[4]
        return self.storages.setdefault(key, Storage(key, count))


def read_checkpoint(path):
    data = path.read_bytes()
    storages = {}
    if data[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(data))
        name = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        reader = Reader(io.BytesIO(archive.read(name)))
        reader.storages = storages
        tensors = reader.load()
        for storage in storages.values():
            storage.values = numpy.frombuffer(archive.read(name[:-8] + "data/" + storage.key), "<f4")
    else:
        stream = io.BytesIO(data)
        for _ in range(3):
            pickle.load(stream)
        reader = Reader(stream)
        reader.storages = storages
        tensors = reader.load()
        for key in pickle.load(stream):
            (count,) = struct.unpack("<q", stream.read(8))
            storages[key].values = numpy.frombuffer(stream.read(4 * count), "<f4")
    return {
        name: storage.values[offset:offset + math.prod(size)].reshape(size).astype(numpy.float64)
        for name, (storage, offset, size) in tensors.items()
    }


# ---------------------------------------------------------------------------------------------- random parameters


def random_tensor(name, shape):
    """Multiples of 2^-24 from -1/2 to 1/2: SplitMix64 from the FNV-1a hash of the name."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = (seed ^ byte) * 0x100000001B3 % 2**64
    with numpy.errstate(over="ignore"):
        state = numpy.uint64(seed) + numpy.arange(1, math.prod(shape) + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        state = (state ^ state >> numpy.uint64(30)) * numpy.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ state >> numpy.uint64(27)) * numpy.uint64(0x94D049BB133111EB)
        state ^= state >> numpy.uint64(31)
    return ((state >> numpy.uint64(40)).astype(numpy.float64) / 2**24 - 0.5).reshape(shape)


class Random(dict):
    """Makes a tensor when it is asked for, and remembers its shape."""

    def get_tensor(self, name, shape):
        if name not in self:
            self[name] = random_tensor(name, shape)
        assert self[name].shape == tuple(shape), (name, self[name].shape, shape)
        return self[name]


class Fixed(Random):
    """The tensors of a file."""


# ---------------------------------------------------------------------------------------------- functions


def layer_norm(x, scale, shift, epsilon):
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / numpy.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon) * scale + shift


def rms_norm(x, scale, epsilon):
    return x / numpy.sqrt((x**2).mean(axis=-1, keepdims=True) + epsilon) * scale


def softmax(x):
    e = numpy.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def gelu(x):
    return x * 0.5 * (1 + erf(x / math.sqrt(2)))


def gelu_tanh(x):
    return 0.5 * x * (1 + numpy.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


ACTIVATIONS = {
    "gelu": gelu, "gelu_new": gelu_tanh, "relu": lambda x: numpy.maximum(x, 0), "silu": lambda x: x / (1 + numpy.exp(-x)),
}


class Model:
    def __init__(self, tensors, config):
        self.tensors, self.config = tensors, config

    def get(self, name, *shape):
        return self.tensors.get_tensor(name, shape)

    def linear(self, x, name, outputs, bias=True):
        y = x @ self.get(name + ".weight", outputs, x.shape[-1]).T
        return y + self.get(name + ".bias", outputs) if bias else y

    def conv1d(self, x, name, outputs):
        return x @ self.get(name + ".weight", x.shape[-1], outputs) + self.get(name + ".bias", outputs)

    def norm(self, x, name, epsilon, scale="weight", shift="bias"):
        size = x.shape[-1]
        return layer_norm(x, self.get(f"{name}.{scale}", size), self.get(f"{name}.{shift}", size), epsilon)


def attention(q, k, v, heads, groups, scale, bias=0, causal=False, past=0):
    n, m = q.shape[0], k.shape[0]
    size = q.shape[1] // heads
    q = q.reshape(n, heads, size).transpose(1, 0, 2)
    k = numpy.repeat(k.reshape(m, groups, size).transpose(1, 0, 2), heads // groups, axis=0)
    v = numpy.repeat(v.reshape(m, groups, size).transpose(1, 0, 2), heads // groups, axis=0)
    scores = q @ k.transpose(0, 2, 1) * scale + bias
    if causal:
        scores = numpy.where(numpy.arange(m)[None, :] <= numpy.arange(n)[:, None] + past, scores, -numpy.inf)
    return (softmax(scores) @ v).transpose(1, 0, 2).reshape(n, heads * size)


# ---------------------------------------------------------------------------------------------- families


def encoder_layer(m, x, name, names, heads, inner, activation, epsilon, bias=0, scale="weight", shift="bias"):
    d = x.shape[1]
    q, k, v = (m.linear(x, name + part, d) for part in names["qkv"])
    c = attention(q, k, v, heads, heads, 1 / math.sqrt(d // heads), bias)
    h = m.norm(x + m.linear(c, name + names["out"], d), name + names["norm1"], epsilon, scale, shift)
    g = ACTIVATIONS[activation](m.linear(h, name + names["up"], inner))
    return m.norm(h + m.linear(g, name + names["down"], d), name + names["norm2"], epsilon, scale, shift)


BERT = {"qkv": ["attention.self.query", "attention.self.key", "attention.self.value"], "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "norm2": "output.LayerNorm"}
MPNET = BERT | {"qkv": ["attention.attn.q", "attention.attn.k", "attention.attn.v"], "out": "attention.attn.o",
                "norm1": "attention.LayerNorm"}
DISTIL = {"qkv": ["attention.q_lin", "attention.k_lin", "attention.v_lin"], "out": "attention.out_lin",
          "norm1": "sa_layer_norm", "up": "ffn.lin1", "down": "ffn.lin2", "norm2": "output_layer_norm"}
ALBERT = {"qkv": ["attention.query", "attention.key", "attention.value"], "out": "attention.dense",
          "norm1": "attention.LayerNorm", "up": "ffn", "down": "ffn_output", "norm2": "full_layer_layer_norm"}


def embeddings(m, prefix, ids, positions, width, epsilon, types, scale="weight", shift="bias"):
    c = m.config
    x = m.get(prefix + "embeddings.word_embeddings.weight", c["vocab_size"], width)[ids]
    x = x + m.get(prefix + "embeddings.position_embeddings.weight", c["max_position_embeddings"], width)[positions]
    if types:
        x = x + m.get(prefix + "embeddings.token_type_embeddings.weight", types, width)[0]
    return m.norm(x, prefix + "embeddings.LayerNorm", epsilon, scale, shift)


def bert(m, ids, prefix="bert.", scale="gamma", shift="beta"):
    c = m.config
    e = c["layer_norm_eps"]
    x = embeddings(m, prefix, ids, range(len(ids)), c["hidden_size"], e, 2, scale, shift)
    for index in range(c["num_hidden_layers"]):
        x = encoder_layer(m, x, f"{prefix}encoder.layer.{index}.", BERT, c["num_attention_heads"], c["intermediate_size"],
                          c["hidden_act"], e, 0, scale, shift)
    pooled = numpy.tanh(m.linear(x[:1], prefix + "pooler.dense", c["hidden_size"]))
    t = ACTIVATIONS[c["hidden_act"]](m.linear(x, "cls.predictions.transform.dense", c["hidden_size"]))
    t = m.norm(t, "cls.predictions.transform.LayerNorm", e, scale, shift)
    logits = t @ m.get(prefix + "embeddings.word_embeddings.weight", c["vocab_size"], c["hidden_size"]).T
    return {"hidden": x, "pooled": pooled, "logits": logits + m.get("cls.predictions.bias", c["vocab_size"])}


def counted(ids, padding):
    seen, positions = padding, []
    for token in ids:
        seen += token != padding
        positions.append(seen if token != padding else padding)
    return positions


def lm_head(m, x, words):
    t = m.norm(gelu(m.linear(x, "lm_head.dense", x.shape[1])), "lm_head.layer_norm", m.config["layer_norm_eps"])
    return t @ words.T + m.get("lm_head.bias", m.config["vocab_size"])


def roberta(m, ids):
    c = m.config
    e, d = c["layer_norm_eps"], c["hidden_size"]
    x = embeddings(m, "roberta.", ids, counted(ids, c["pad_token_id"]), d, e, c["type_vocab_size"])
    for index in range(c["num_hidden_layers"]):
        x = encoder_layer(m, x, f"roberta.encoder.layer.{index}.", BERT, c["num_attention_heads"], c["intermediate_size"],
                          c["hidden_act"], e)
    return {"hidden": x, "logits": lm_head(m, x, m.tensors["roberta.embeddings.word_embeddings.weight"])}


def mpnet(m, ids):
    c = m.config
    e, d, n = c["layer_norm_eps"], c["hidden_size"], len(ids)
    buckets = c["relative_attention_num_buckets"]
    table = m.get("mpnet.encoder.relative_attention_bias.weight", buckets, c["num_attention_heads"])
    x = embeddings(m, "mpnet.", ids, counted(ids, 1), d, e, 0)
    distance = numpy.arange(n)[:, None] - numpy.arange(n)[None, :]  # query - key
    half = buckets // 2
    bucket = numpy.where(distance < 0, half, 0)
    distance = numpy.abs(distance)
    exact = half // 2
    far = exact + (numpy.log(numpy.maximum(distance, 1) / exact) / math.log(128 / exact) * (half - exact)).astype(int)
    bucket += numpy.where(distance < exact, distance, numpy.minimum(far, half - 1))
    bias = table[bucket].transpose(2, 0, 1)
    for index in range(c["num_hidden_layers"]):
        x = encoder_layer(m, x, f"mpnet.encoder.layer.{index}.", MPNET, c["num_attention_heads"], c["intermediate_size"],
                          c["hidden_act"], e, bias)
    return {"hidden": x, "logits": lm_head(m, x, m.tensors["mpnet.embeddings.word_embeddings.weight"])}


def distilbert(m, ids):
    c = m.config
    x = embeddings(m, "distilbert.", ids, range(len(ids)), c["dim"], 1e-12, 0)
    for index in range(c["n_layers"]):
        x = encoder_layer(m, x, f"distilbert.transformer.layer.{index}.", DISTIL, c["n_heads"], c["hidden_dim"],
                          c["activation"], 1e-12)
    t = m.norm(ACTIVATIONS[c["activation"]](m.linear(x, "vocab_transform", c["dim"])), "vocab_layer_norm", 1e-12)
    words = m.tensors["distilbert.embeddings.word_embeddings.weight"]
    return {"hidden": x, "logits": t @ words.T + m.get("vocab_projector.bias", c["vocab_size"])}


def albert(m, ids):
    c = m.config
    e, w = c["layer_norm_eps"], c["embedding_size"]
    x = embeddings(m, "albert.", ids, range(len(ids)), w, e, c["type_vocab_size"])
    x = m.linear(x, "albert.encoder.embedding_hidden_mapping_in", c["hidden_size"])
    for index in range(c["num_hidden_layers"]):
        group = index * c["num_hidden_groups"] // c["num_hidden_layers"]
        for inner in range(c["inner_group_num"]):
            x = encoder_layer(m, x, f"albert.encoder.albert_layer_groups.{group}.albert_layers.{inner}.", ALBERT,
                              c["num_attention_heads"], c["intermediate_size"], c["hidden_act"], e)
    t = m.norm(ACTIVATIONS[c["hidden_act"]](m.linear(x, "predictions.dense", w)), "predictions.LayerNorm", e)
    logits = m.linear(t, "predictions.decoder", c["vocab_size"], bias=False)
    return {"hidden": x, "logits": logits + m.get("predictions.bias", c["vocab_size"])}


def gpt2(m, ids):
    c = m.config
    d, e = c["n_embd"], c["layer_norm_epsilon"]
    words = m.get("transformer.wte.weight", c["vocab_size"], d)
    x = words[ids] + m.get("transformer.wpe.weight", c["n_positions"], d)[: len(ids)]
    for index in range(c["n_layer"]):
        name = f"transformer.h.{index}."
        y = m.conv1d(m.norm(x, name + "ln_1", e), name + "attn.c_attn", 3 * d)
        scale = 1 / math.sqrt(d // c["n_head"])
        if c.get("scale_attn_by_inverse_layer_idx"):
            scale /= index + 1
        y = attention(y[:, :d], y[:, d:2 * d], y[:, 2 * d:], c["n_head"], c["n_head"], scale, causal=True)
        x = x + m.conv1d(y, name + "attn.c_proj", d)
        y = m.conv1d(m.norm(x, name + "ln_2", e), name + "mlp.c_fc", c["n_inner"] or 4 * d)
        x = x + m.conv1d(ACTIVATIONS[c["activation_function"]](y), name + "mlp.c_proj", d)
    x = m.norm(x, "transformer.ln_f", e)
    return {"hidden": x, "logits": x @ words.T}


def opt(m, ids):
    c = m.config
    d, w, heads = c["hidden_size"], c["word_embed_proj_dim"], c["num_attention_heads"]
    words = m.get("model.decoder.embed_tokens.weight", c["vocab_size"], w)
    x = words[ids]
    if w != d:
        x = m.linear(x, "model.decoder.project_in", d, bias=False)
    x = x + m.get("model.decoder.embed_positions.weight", c["max_position_embeddings"] + 2, d)[2:2 + len(ids)]
    before = c["do_layer_norm_before"]
    for index in range(c["num_hidden_layers"]):
        name = f"model.decoder.layers.{index}."
        y = m.norm(x, name + "self_attn_layer_norm", 1e-5) if before else x
        q, k, v = (m.linear(y, f"{name}self_attn.{part}_proj", d) for part in "qkv")
        x = x + m.linear(attention(q, k, v, heads, heads, 1 / math.sqrt(d // heads), causal=True),
                         name + "self_attn.out_proj", d)
        if not before:
            x = m.norm(x, name + "self_attn_layer_norm", 1e-5)
        y = m.norm(x, name + "final_layer_norm", 1e-5) if before else x
        x = x + m.linear(ACTIVATIONS[c["activation_function"]](m.linear(y, name + "fc1", c["ffn_dim"])), name + "fc2", d)
        if not before:
            x = m.norm(x, name + "final_layer_norm", 1e-5)
    if before:
        x = m.norm(x, "model.decoder.final_layer_norm", 1e-5)
    y = m.linear(x, "model.decoder.project_out", w, bias=False) if w != d else x
    return {"hidden": x, "logits": y @ words.T}


def rotate(x, heads, base):
    n, width = x.shape
    size = width // heads
    x = x.reshape(n, heads, size)
    frequency = base ** (-numpy.arange(0, size, 2) / size)
    angle = numpy.outer(numpy.arange(n), frequency)[:, None, :]
    a, b = x[..., : size // 2], x[..., size // 2:]
    return numpy.concatenate([a * numpy.cos(angle) - b * numpy.sin(angle), b * numpy.cos(angle) + a * numpy.sin(angle)],
                             axis=-1).reshape(n, width)


def llama(m, ids):
    c = m.config
    d, heads, groups = c["hidden_size"], c["num_attention_heads"], c["num_key_value_heads"]
    size, e, inner = c.get("head_dim") or d // heads, c["rms_norm_eps"], c["intermediate_size"]
    has_bias = c["model_type"] == "qwen2"
    words = m.get("model.embed_tokens.weight", c["vocab_size"], d)
    x = words[ids]
    for index in range(c["num_hidden_layers"]):
        name = f"model.layers.{index}."
        y = rms_norm(x, m.get(name + "input_layernorm.weight", d), e)
        q = rotate(m.linear(y, name + "self_attn.q_proj", heads * size, has_bias), heads, c["rope_theta"])
        k = rotate(m.linear(y, name + "self_attn.k_proj", groups * size, has_bias), groups, c["rope_theta"])
        v = m.linear(y, name + "self_attn.v_proj", groups * size, has_bias)
        y = attention(q, k, v, heads, groups, 1 / math.sqrt(size), causal=True)
        x = x + m.linear(y, name + "self_attn.o_proj", d, False)
        y = rms_norm(x, m.get(name + "post_attention_layernorm.weight", d), e)
        gate = ACTIVATIONS["silu"](m.linear(y, name + "mlp.gate_proj", inner, False))
        x = x + m.linear(gate * m.linear(y, name + "mlp.up_proj", inner, False), name + "mlp.down_proj", d, False)
    x = rms_norm(x, m.get("model.norm.weight", d), e)
    head = words if c["tie_word_embeddings"] else m.get("lm_head.weight", c["vocab_size"], d)
    return {"hidden": x, "logits": x @ head.T}


def vit(m, _, image=None, classes=5):
    c = m.config
    d, p, size, channels, e = c["hidden_size"], c["patch_size"], c["image_size"], c["num_channels"], c["layer_norm_eps"]
    prefix = c["model_type"] + "."
    if image is None:
        image = random_tensor("pixels", (channels, size, size))
    kernel = m.get(prefix + "embeddings.patch_embeddings.projection.weight", d, channels, p, p)
    bias = m.get(prefix + "embeddings.patch_embeddings.projection.bias", d)
    patches = [(kernel * image[:, top:top + p, left:left + p]).sum(axis=(1, 2, 3)) + bias
               for top in range(0, size, p) for left in range(0, size, p)]
    rows = [m.get(prefix + "embeddings.cls_token", 1, 1, d)[0, 0]]
    if c["model_type"] == "deit":
        rows.append(m.get(prefix + "embeddings.distillation_token", 1, 1, d)[0, 0])
    x = numpy.array(rows + patches)
    x = x + m.get(prefix + "embeddings.position_embeddings", 1, len(x), d)[0]
    for index in range(c["num_hidden_layers"]):
        name = f"{prefix}encoder.layer.{index}."
        y = m.norm(x, name + "layernorm_before", e)
        q, k, v = (m.linear(y, f"{name}attention.attention.{part}", d) for part in ("query", "key", "value"))
        heads = c["num_attention_heads"]
        x = x + m.linear(attention(q, k, v, heads, heads, 1 / math.sqrt(d // heads)), name + "attention.output.dense", d)
        y = m.linear(m.norm(x, name + "layernorm_after", e), name + "intermediate.dense", c["intermediate_size"])
        x = x + m.linear(ACTIVATIONS[c["hidden_act"]](y), name + "output.dense", d)
    x = m.norm(x, prefix + "layernorm", e)
    if c["model_type"] == "deit":
        logits = (m.linear(x[0:1], "cls_classifier", classes) + m.linear(x[1:2], "distillation_classifier", classes)) / 2
    else:
        logits = m.linear(x[0:1], "classifier", classes)
    return {"hidden": x, "logits": logits}


# ---------------------------------------------------------------------------------------------- small models

ENCODER = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24, "vocab_size": 20,
           "max_position_embeddings": 14, "hidden_act": "gelu", "layer_norm_eps": 1e-12}
LLAMA = {"model_type": "llama", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "intermediate_size": 24, "vocab_size": 20, "max_position_embeddings": 14,
         "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu", "tie_word_embeddings": False}
OPT = {"model_type": "opt", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "ffn_dim": 24,
       "vocab_size": 20, "max_position_embeddings": 14, "word_embed_proj_dim": 16, "do_layer_norm_before": True,
       "activation_function": "relu"}
GPT2 = {"model_type": "gpt2", "n_embd": 16, "n_layer": 2, "n_head": 4, "n_inner": None, "vocab_size": 20,
        "n_positions": 14, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5}
VIT = {"model_type": "vit", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24,
       "image_size": 12, "patch_size": 4, "num_channels": 3, "hidden_act": "gelu", "layer_norm_eps": 1e-12}

SMALL = {
    "bert": (bert, ENCODER | {"model_type": "bert", "type_vocab_size": 2}),
    "roberta": (roberta, ENCODER | {"model_type": "roberta", "type_vocab_size": 1, "pad_token_id": 1, "layer_norm_eps": 1e-5}),
    "mpnet": (mpnet, ENCODER | {"model_type": "mpnet", "relative_attention_num_buckets": 8}),
    "distilbert": (distilbert, {"model_type": "distilbert", "dim": 16, "n_layers": 2, "n_heads": 4, "hidden_dim": 24,
                                "vocab_size": 20, "max_position_embeddings": 14, "activation": "gelu"}),
    "albert with groups": (albert, ENCODER | {"model_type": "albert", "type_vocab_size": 2, "embedding_size": 6,
                                              "num_hidden_layers": 4, "num_hidden_groups": 2, "inner_group_num": 2,
                                              "hidden_act": "gelu_new"}),
    "gpt2": (gpt2, GPT2),
    "gpt2 scaled by layer": (gpt2, GPT2 | {"scale_attn_by_inverse_layer_idx": True, "n_inner": 20}),
    "opt": (opt, OPT),
    "opt with norms behind and a projection": (opt, OPT | {"do_layer_norm_before": False, "word_embed_proj_dim": 6}),
    "llama": (llama, LLAMA),
    "llama with its own head size, tied": (llama, LLAMA | {"head_dim": 6, "tie_word_embeddings": True, "rope_theta": 500.0}),
    "qwen2": (llama, LLAMA | {"model_type": "qwen2"}),
    "vit": (vit, VIT),
    "deit": (vit, VIT | {"model_type": "deit", "num_channels": 1}),
}
TOKENS = [7, 3, 19, 0, 3, 12, 5, 8, 15]
# A token of padding in front of the last one: RoBERTa's positions leave it out.
PADDED = [7, 3, 19, 0, 3, 12, 1, 8]


def rounded(array):
    return [float(f"{value:.7g}") for value in numpy.asarray(array).ravel()]


def small(name):
    function, config = SMALL[name]
    tensors = Random()
    model = Model(tensors, config)
    ids = PADDED if config["model_type"] in ("roberta", "mpnet") else TOKENS
    results = function(model, ids)
    return {"name": name, "config": config, "tokens": ids,
            "tensors": {key: list(value.shape) for key, value in tensors.items()},
            "outputs": {key: rounded(value) for key, value in results.items()}}


# ---------------------------------------------------------------------------------------------- real models


def real(folder):
    path = root / ".tools" / "models" / folder
    tensors = Fixed(read_checkpoint(path / "pytorch_model.bin"))
    return Model(tensors, json.loads((path / "config.json").read_text()))


def real_albert():
    # A reaction, one token hidden: C C ( = O ) [MASK] >> C C O, with [CLS] and [SEP].
    vocabulary = (root / ".tools/models/albert/vocab.txt").read_text().split("\n")
    words = ["[CLS]", "C", "C", "(", "=", "O", ")", "[MASK]", ">>", "C", "C", "O", "[SEP]"]
    ids = [vocabulary.index(word) for word in words]
    results = albert(real("albert"), ids)
    return {"tokens": ids, "hidden": rounded(results["hidden"][[0, 7]]), "logits": rounded(results["logits"][7]),
            "best": [int(row.argmax()) for row in results["logits"]]}


def real_gpt2():
    model = real("gpt2")
    prompt = [2, 60, 61, 62]
    ids = list(prompt)
    for step in range(8):
        results = gpt2(model, ids)
        if step == 0:
            hidden, logits = results["hidden"][-1], results["logits"][-1]
        ids.append(int(results["logits"][-1].argmax()))
    results = gpt2(model, ids)
    return {"prompt": prompt, "generated": ids[len(prompt):], "hidden": rounded(hidden),
            "everyLogit": 31, "logits": rounded(logits[::31]),
            "lastLogits": rounded(results["logits"][-1][::31])}


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    return {
        name: numpy.frombuffer(data, "<f4", math.prod(entry["shape"]), 8 + length + entry["data_offsets"][0])
        .reshape(entry["shape"]).astype(numpy.float64)
        for name, entry in header.items() if name != "__metadata__"}


def real_vit():
    folder = root / "Models" / "vit-fashion-mnist"
    model = Model(Fixed(read_safetensors(folder / "model.safetensors")), json.loads((folder / "config.json").read_text()))
    said = json.loads((folder / "preprocessor_config.json").read_text())
    images = numpy.frombuffer((folder / "test-images.idx3-ubyte").read_bytes(), numpy.uint8, offset=16).reshape(-1, 28, 28)
    results = [
        vit(model, None, (image[None] * said["rescale_factor"] - said["image_mean"][0]) / said["image_std"][0], 10)
        for image in images[:20].astype(numpy.float64)]
    return {"hidden": rounded(results[0]["hidden"][0]), "logits": [rounded(one["logits"][0]) for one in results]}


if __name__ == "__main__":
    path = pathlib.Path(__file__).parent / "vectors" / "models.json"
    parts = [f'"{name}":' + json.dumps(value, separators=(",", ":"))
             for name, value in (("albert", real_albert()), ("gpt2", real_gpt2()), ("vit", real_vit()))]
    rows = ",\n".join(json.dumps(small(name), separators=(",", ":")) for name in SMALL)
    path.write_text("{" + ",\n".join(parts) + ',\n"small":[\n' + rows + "\n]}\n")
    print(path.name, path.stat().st_size, "bytes")
