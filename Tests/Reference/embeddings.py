"""Writes vectors/embeddings.json: sentence embeddings of all-MiniLM-L6-v2, computed in float64 with numpy alone.

Run: python3 Tests/Reference/embeddings.py   (needs numpy, `tokenizers` and the model of `make model`)
"""

import json
import math
import pathlib
import struct

import numpy
from tokenizers import Tokenizer

root = pathlib.Path(__file__).resolve().parent.parent.parent
model = root / ".tools" / "models" / "all-MiniLM-L6-v2"

SENTENCES = [
    "Yes.",
    "The heart pumps blood through the body.",
    "A systolic array multiplies matrices.",
    "Rain is expected in the north tomorrow.",
    "She plays the violin, and he sings.",
    "Où est la bibliothèque?",
    "42 divided by 7 equals 6.",
    "Interest rates rose by half a percent; markets barely reacted to the announcement.",
    "zxqv 中文 [MASK] !!",
]


def read_tensors(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            tensors[name] = numpy.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).astype(numpy.float64)
    return tensors


def layer_norm(x, tensors, name, epsilon):
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = numpy.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon)
    return centred / deviation * tensors[name + ".weight"] + tensors[name + ".bias"]


def linear(x, tensors, name):
    return x @ tensors[name + ".weight"].T + tensors[name + ".bias"]


def split(x, heads):
    return x.reshape(x.shape[0], heads, -1).transpose(1, 0, 2)


erf = numpy.vectorize(math.erf)


def forward(ids, tensors, config, probes):
    n = len(ids)
    epsilon = config["layer_norm_eps"]
    x = (tensors["embeddings.word_embeddings.weight"][ids]
         + tensors["embeddings.position_embeddings.weight"][:n]
         + tensors["embeddings.token_type_embeddings.weight"][0])
    x = layer_norm(x, tensors, "embeddings.LayerNorm", epsilon)
    for index in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{index}."
        heads = config["num_attention_heads"]
        q, k, v = (linear(x, tensors, name + "attention.self." + part) for part in ("query", "key", "value"))
        scores = split(q, heads) @ split(k, heads).transpose(0, 2, 1) / math.sqrt(x.shape[1] // heads)
        p = numpy.exp(scores - scores.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        c = (p @ split(v, heads)).transpose(1, 0, 2).reshape(x.shape)
        o = linear(c, tensors, name + "attention.output.dense")
        h = layer_norm(x + o, tensors, name + "attention.output.LayerNorm", epsilon)
        u = linear(h, tensors, name + "intermediate.dense")
        g = u * 0.5 * (1 + erf(u / math.sqrt(2)))
        y = linear(g, tensors, name + "output.dense")
        sites = {"x": x, "q": q, "k": k, "v": v, "p": p.reshape(heads * n, n), "c": c, "o": o, "h": h, "u": u, "g": g, "y": y}
        # A few values of each site: the ends of the matrix, where a wrong layout shows.
        probes.append({site: [float(f"{value:.7g}") for value in (m[0, 0], m[0, 1], m[1, 0], m[-1, -1], m[-1, 0], m.sum())]
                       for site, m in sites.items()})
        x = layer_norm(h + y, tensors, name + "output.LayerNorm", epsilon)
    pooled = x.mean(axis=0)
    return pooled / numpy.sqrt((pooled**2).sum())


tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
tokenizer.no_padding()
config = json.loads((model / "config.json").read_text())
tensors = read_tensors(model / "model.safetensors")
rows, probes = [], []
for sentence in SENTENCES:
    found = []
    embedding = forward(tokenizer.encode(sentence).ids, tensors, config, found)
    rows.append({"text": sentence, "embedding": [float(f"{value:.7g}") for value in embedding]})
    probes = found if sentence == SENTENCES[1] else probes
path = pathlib.Path(__file__).parent / "vectors" / "embeddings.json"
path.parent.mkdir(exist_ok=True)
path.write_text(
    '{"embeddings":[\n' + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    + '\n],\n"probedText":' + json.dumps(SENTENCES[1]) + ',\n"probes":[\n'
    + ",\n".join(json.dumps(row, separators=(",", ":")) for row in probes) + "\n]}\n")
print(path.name, path.stat().st_size, "bytes")
