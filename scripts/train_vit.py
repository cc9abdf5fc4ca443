"""Trains the vision transformer of this project on Fashion-MNIST and writes it in Hugging Face's layout.

Run: scripts/train-vit   (fetches jax from PyPI and the images from Debian, under .tools/)

A ViT of 4 layers of width 64 on 28 x 28 images in patches of 7 x 7, pre-norm, GELU. Seeds are fixed: on one kind of machine
the same file comes out. Writes config.json, preprocessor_config.json, model.safetensors, the first images of the test set,
some of the training set for calibration, and training.json with what it reached.
"""

import argparse
import functools
import gzip
import json
import math
import pathlib
import struct
import time

import jax
import jax.numpy as jnp
import numpy

layers, width, heads, inner, patch, size, classes = 4, 64, 4, 256, 7, 28, 10
tokens = (size // patch) ** 2 + 1
mean, deviation = 0.2860, 0.3530
epsilon = 1e-6


def idx(path):
    """A file of the MNIST kind."""
    data = gzip.open(path).read()
    zero, kind, dimensions = struct.unpack_from(">HBB", data)
    assert zero == 0 and kind == 8, path
    shape = struct.unpack_from(f">{dimensions}I", data, 4)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape)


def write_idx(path, array):
    path.write_bytes(struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes())


def initial(key):
    """Parameters by their names in a checkpoint; matrices are outputs x inputs, as PyTorch has them."""
    parameters = {}

    def draw(name, *shape, scale=0.02):
        nonlocal key
        key, one = jax.random.split(key)
        parameters[name] = scale * jax.random.truncated_normal(one, -2, 2, shape)

    def affine(name, outputs, inputs):
        draw(name + ".weight", outputs, inputs, scale=1 / math.sqrt(inputs))
        parameters[name + ".bias"] = jnp.zeros(outputs)

    def norm(name):
        parameters[name + ".weight"], parameters[name + ".bias"] = jnp.ones(width), jnp.zeros(width)

    draw("vit.embeddings.cls_token", 1, 1, width)
    draw("vit.embeddings.position_embeddings", 1, tokens, width)
    affine("vit.embeddings.patch_embeddings.projection", width, patch * patch)
    for layer in range(layers):
        base = f"vit.encoder.layer.{layer}."
        norm(base + "layernorm_before")
        norm(base + "layernorm_after")
        for part in ("query", "key", "value"):
            affine(base + "attention.attention." + part, width, width)
        affine(base + "attention.output.dense", width, width)
        affine(base + "intermediate.dense", inner, width)
        affine(base + "output.dense", width, inner)
    norm("vit.layernorm")
    affine("classifier", classes, width)
    return parameters


def logits(p, images, key=None, drop=0.0):
    """images: count x 28 x 28, normalised."""
    count, across = images.shape[0], size // patch

    def affine(name, x):
        return x @ p[name + ".weight"].T + p[name + ".bias"]

    def norm(name, x):
        centred = x - x.mean(-1, keepdims=True)
        return centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * p[name + ".weight"] + p[name + ".bias"]

    x = images.reshape(count, across, patch, across, patch).transpose(0, 1, 3, 2, 4).reshape(count, -1, patch * patch)
    x = affine("vit.embeddings.patch_embeddings.projection", x)
    x = jnp.concatenate([jnp.broadcast_to(p["vit.embeddings.cls_token"], (count, 1, width)), x], 1)
    x = x + p["vit.embeddings.position_embeddings"]

    def dropped(branch, index):
        # Whole branches of some images are left out (stochastic depth).
        if key is None:
            return branch
        keep = jax.random.bernoulli(jax.random.fold_in(key, index), 1 - drop, (count, 1, 1))
        return branch * keep / (1 - drop)

    for layer in range(layers):
        base = f"vit.encoder.layer.{layer}."
        y = norm(base + "layernorm_before", x)

        def split(name):
            return affine(base + "attention.attention." + name, y).reshape(count, tokens, heads, -1).transpose(0, 2, 1, 3)

        scores = split("query") @ split("key").transpose(0, 1, 3, 2) / math.sqrt(width // heads)
        context = (jax.nn.softmax(scores, -1) @ split("value")).transpose(0, 2, 1, 3).reshape(count, tokens, width)
        x = x + dropped(affine(base + "attention.output.dense", context), 2 * layer)
        y = affine(base + "intermediate.dense", norm(base + "layernorm_after", x))
        x = x + dropped(affine(base + "output.dense", jax.nn.gelu(y, approximate=False)), 2 * layer + 1)
    return affine("classifier", norm("vit.layernorm", x)[:, 0])


def loss(p, images, labels, key):
    target = 0.9 * jax.nn.one_hot(labels, classes) + 0.1 / classes
    return -(target * jax.nn.log_softmax(logits(p, images, key, 0.05))).sum(-1).mean()


@functools.partial(jax.jit, donate_argnums=(0, 1, 2))
def step(p, first, second, images, labels, rate, number, key):
    """AdamW."""
    value, gradients = jax.value_and_grad(loss)(p, images, labels, key)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g * g, second, gradients)

    def moved(w, m, v):
        decay = 0.05 if w.ndim == 2 else 0.0
        return w - rate * ((m / (1 - 0.9**number)) / (jnp.sqrt(v / (1 - 0.99**number)) + 1e-8) + decay * w)

    return jax.tree.map(moved, p, first, second), first, second, value


def augmented(images, random):
    """Shifted by up to two pixels, and mirrored."""
    padded = numpy.pad(images, ((0, 0), (2, 2), (2, 2)))
    rows, columns = random.integers(0, 5, len(images)), random.integers(0, 5, len(images))
    windows = numpy.lib.stride_tricks.sliding_window_view(padded, (size, size), (1, 2))
    result = windows[numpy.arange(len(images)), rows, columns]
    mirrored = random.random(len(images)) < 0.5
    return numpy.where(mirrored[:, None, None], result[:, :, ::-1], result)


def normalised(images):
    return ((images / 255 - mean) / deviation).astype(numpy.float32)


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in sorted(tensors.items()):
        content = numpy.ascontiguousarray(tensor, numpy.float32).tobytes()
        header[name] = {
            "dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("data", type=pathlib.Path)
    options.add_argument("output", type=pathlib.Path)
    options.add_argument("--epochs", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    options = options.parse_args()
    images, labels = (idx(next(options.data.glob(f"train-{n}*.gz"))) for n in ("images", "labels"))
    tests, answers = (idx(next(options.data.glob(f"t10k-{n}*.gz"))) for n in ("images", "labels"))
    random = numpy.random.default_rng(options.seed)
    key = jax.random.key(options.seed)
    p = initial(key)
    first, second = (jax.tree.map(jnp.zeros_like, p) for _ in range(2))
    batch = 200
    steps, number, start = options.epochs * (len(images) // batch), 0, time.time()
    evaluate = jax.jit(logits)

    def accuracy():
        right = 0
        for place in range(0, len(tests), 1000):
            right += int((evaluate(p, normalised(tests[place : place + 1000])).argmax(-1) == answers[place : place + 1000]).sum())
        return right / len(tests)

    for epoch in range(options.epochs):
        order, total = random.permutation(len(images)), 0.0
        for place in range(0, len(images) - batch + 1, batch):
            chosen = order[place : place + batch]
            number += 1
            rate = 2e-3 * min(1, number / 600) * 0.5 * (1 + math.cos(math.pi * number / steps))
            p, first, second, value = step(
                p, first, second, normalised(augmented(images[chosen], random)), labels[chosen], rate, number,
                jax.random.fold_in(key, number))
            total += float(value)
        print(f"epoch {epoch + 1}: loss {total / (len(images) // batch):.4f}, test {accuracy():.4f}, {time.time() - start:.0f} s", flush=True)

    options.output.mkdir(parents=True, exist_ok=True)
    tensors = {name: numpy.asarray(tensor) for name, tensor in p.items()}
    name = "vit.embeddings.patch_embeddings.projection.weight"
    tensors[name] = tensors[name].reshape(width, 1, patch, patch)
    write_safetensors(options.output / "model.safetensors", tensors)

    def write(file, content):
        (options.output / file).write_text(json.dumps(content, indent=2) + "\n")

    names = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
    write(
        "config.json",
        {
            "architectures": ["ViTForImageClassification"], "model_type": "vit", "hidden_size": width,
            "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": inner, "hidden_act": "gelu",
            "image_size": size, "patch_size": patch, "num_channels": 1, "layer_norm_eps": epsilon, "qkv_bias": True,
            "id2label": {str(index): name for index, name in enumerate(names)},
        })
    write(
        "preprocessor_config.json",
        {
            "do_normalize": True, "do_rescale": True, "do_resize": False, "image_mean": [mean], "image_std": [deviation],
            "rescale_factor": 1 / 255, "size": {"height": size, "width": size},
        })
    write(
        "training.json",
        {"epochs": options.epochs, "seed": options.seed, "jax": jax.__version__, "test_accuracy": accuracy(),
         "test_images": len(tests)})
    write_idx(options.output / "test-images.idx3-ubyte", tests[:1000])
    write_idx(options.output / "test-labels.idx1-ubyte", answers[:1000])
    write_idx(options.output / "calibration-images.idx3-ubyte", images[:64])


main()
