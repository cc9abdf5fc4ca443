"""Writes vectors/tokenizer-folders.json: files of tokenizer folders, and what `AutoTokenizer` of `transformers` gives for texts.

Run: python3 Tests/Reference/tokenizer_folder_vectors.py   (needs `transformers`)
"""

import json
import os
import pathlib
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"

import transformers
from transformers import AutoTokenizer

WORDS = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "dog", "foo", "bar", "##x", "The", "é", "e", "café",
    "中", "文", "中文", "##文", ".", ",", "a", "##a", "cafe", "Cat", "FOO", "!", "<", ">", "new", "No", "no",
]
TEXTS = [
    "the cats dog foox The <new> [MASK] bar", "Café CAFÉ cafe\u0301 é", "中文 the中文", "FOO, Cat! No no.", "a [CLS] [SEP] [PAD] [UNK] a",
    "<new><new>x newbar bar", "", "the the the the the the the the the the", "a\u0000b\u200dc", "  the\tcat\n", "foobar barfoo bar.",
]
SPECIAL = WORDS[:5]
MODEL = {"model_type": "bert"}
BERT = {"tokenizer_class": "BertTokenizer", "model_max_length": 512}


def vocabulary(words=WORDS, end="\n"):
    return "".join(word + end for word in words)


def added(number, content, **flags):
    return {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False, **flags}


def flags(content, **changes):
    return {key: value for key, value in added(0, content, **changes).items() if key != "id"}


def tokenizer(extra=(), normalizer=None, model=None, **changes):
    """A tokenizer.json over WORDS."""
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [added(i, word, special=True) for i, word in enumerate(SPECIAL)] + list(extra),
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True, **(normalizer or {})},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {word: i for i, word in enumerate(WORDS)}, **(model or {})},
        **changes,
    }


def case(name, config=None, json_file=None, words=None, config_json=MODEL, **files):
    """The files of a folder: vocab.txt always, unless there is a tokenizer.json alone."""
    content = {"config.json": config_json}
    if words is not None or json_file is None:
        content["vocab.txt"] = vocabulary() if words is None else words
    if json_file is not None:
        content["tokenizer.json"] = json_file
    if config is not None:
        content["tokenizer_config.json"] = config
    content.update({key + ".json": value for key, value in files.items()})
    return name, {key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for key, value in content.items()}


def settings():
    for where, file in (("vocabulary", None), ("file", tokenizer())):
        def of(name, changes, **more):
            return case(f"{where}: {name}", {**BERT, **changes}, file, **more)

        yield of("plain", {})
        for lower in (True, False):
            for accents in (None, True, False):
                yield of(f"do_lower_case {lower}, strip_accents {accents}", {"do_lower_case": lower, "strip_accents": accents})
        yield of("do_lower_case false", {"do_lower_case": False})
        yield of("tokenize_chinese_chars false", {"tokenize_chinese_chars": False})
        yield of("do_basic_tokenize false", {"do_basic_tokenize": False})
        yield of("never_split", {"never_split": ["FOO", "No"], "do_lower_case": True})
        for role in ("unk_token", "cls_token", "sep_token", "pad_token", "mask_token"):
            yield of(f"{role} of the vocabulary", {role: "bar"})
        for role in ("cls_token", "sep_token", "pad_token", "mask_token", "bos_token", "eos_token", "image_token"):
            yield of(f"{role} new", {role: "<new>"})
        yield of("mask_token with lstrip", {"mask_token": {"__type": "AddedToken", **flags("[MASK]", lstrip=True)}})
        yield of("mask_token without normalized", {"mask_token": {"__type": "AddedToken", "content": "NO"}})
        yield of("pad_token and mask_token null", {"pad_token": None, "mask_token": None})
        yield of("model_max_length 5", {"model_max_length": 5})
        yield of("model_max_length 5, left", {"model_max_length": 5, "truncation_side": "left"})
        yield of("model_max_length without limit", {"model_max_length": int(1e30)})
        yield of("model_max_length null", {"model_max_length": None})
        yield case(f"{where}: max_len", {"max_len": 4}, file)
        yield of("additional_special_tokens", {"additional_special_tokens": ["<new>", "bar"]})
        yield of("extra_special_tokens", {"extra_special_tokens": ["<new>"]})
        yield of("extra_special_tokens by name", {"extra_special_tokens": {"a_token": "<new>"}})
        yield of("names and extras", {"additional_special_tokens": ["<new>"], "image_token": "foobar", "bos_token": "NO"})
        yield of("added_tokens_decoder", {"added_tokens_decoder": {"40": flags("<new>"), "9": flags("bar"), "50": flags("NO", normalized=True)}})
        yield of("added_tokens_decoder of the specials", {"added_tokens_decoder": {str(i): flags(w, special=True) for i, w in enumerate(SPECIAL)}})
        yield of("added_tokens_decoder empty", {"added_tokens_decoder": {}}, special_tokens_map={"cls_token": "bar"})
        yield of("special_tokens_map", {"cls_token": "dog"}, special_tokens_map={"cls_token": "bar", "mask_token": {"content": "foo", "lstrip": True, "rstrip": True}})
        yield of("special_tokens_map beside a decoder", {"added_tokens_decoder": {"9": flags("foo")}}, special_tokens_map={"cls_token": "bar"})
        yield of("added_tokens.json", {}, added_tokens={"<new>": 33, "bar": 10, "NO": 34})
        yield of("added_tokens.json far", {}, added_tokens={"<new>": 77})
        yield of("single_word", {"added_tokens_decoder": {"33": flags("bar", single_word=True)}})
        for name in ("BertTokenizerFast", "DistilBertTokenizer", "DistilBertTokenizerFast", "ElectraTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer", None):
            yield of(f"class {name}", {"tokenizer_class": name, "do_lower_case": False})
        yield case(f"{where}: no settings", None, file)
        yield case(f"{where}: class of config.json", {"do_lower_case": False}, file, config_json={"model_type": "bert", "tokenizer_class": "DistilBertTokenizer"})


def files():
    lower = {"lowercase": False}
    yield case("file lowers not, settings silent", BERT, tokenizer(normalizer=lower))
    yield case("file lowers not, settings lower", {**BERT, "do_lower_case": True}, tokenizer(normalizer=lower))
    yield case("file lowers not, no settings", None, tokenizer(normalizer=lower))
    yield case("file cleans not", BERT, tokenizer(normalizer={"clean_text": False}))
    yield case("file with another prefix", BERT, tokenizer(model={"continuing_subword_prefix": "@@"}))
    yield case("file with short words", BERT, tokenizer(model={"max_input_chars_per_word": 2}))
    yield case("file without a template", BERT, tokenizer(post_processor=None))
    yield case("file with another normaliser", BERT, tokenizer(normalizer={"type": "Lowercase"}))
    yield case("file that cuts, settings too", {**BERT, "model_max_length": 6}, tokenizer(truncation={"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}))
    yield case("file with added tokens", BERT, tokenizer([added(33, "<new>"), added(34, "NO", normalized=True), added(10, "bar", single_word=True)]))
    yield case("file with a far added token", BERT, tokenizer([added(400, "<new>")]))
    yield case("file with a conflicting added token", BERT, tokenizer([added(33, "cat")]))
    yield case("file and added_tokens.json", BERT, tokenizer([added(33, "<new>")]), added_tokens={"foobar": 34, "NO": 33})
    yield case("file and decoder", {**BERT, "added_tokens_decoder": {"33": flags("foobar")}}, tokenizer([added(33, "<new>")]))
    yield case("file with a list", BERT, tokenizer(model={"vocab": WORDS}))
    yield case("file and another vocabulary", BERT, tokenizer(), vocabulary(WORDS[:5] + WORDS[8:]))
    backend = {"tokenizer_class": "PreTrainedTokenizerFast"}
    yield case("as it stands", {**backend, "do_lower_case": True}, tokenizer(normalizer=lower))
    yield case("as it stands, with tokens", {**backend, "cls_token": "bar", "additional_special_tokens": ["<new>"]}, tokenizer())
    yield case("as it stands, with a decoder", {"tokenizer_class": "TokenizersBackend", "added_tokens_decoder": {"40": flags("<new>"), "5": flags("bar")}}, tokenizer())
    yield case("as it stands, cut", {**backend, "model_max_length": 5}, tokenizer())
    yield case("as it stands, added", backend, tokenizer([added(33, "<new>", rstrip=True)]))


def vocabularies():
    def of(name, words, **changes):
        return case("vocab.txt: " + name, {**BERT, **changes}, None, words)

    yield of("a token twice", vocabulary(WORDS + ["cat"]))
    yield of("a token thrice", vocabulary(["cat", *WORDS, "the", "cat"]))
    yield of("a special token twice", vocabulary(WORDS + ["[CLS]", "[MASK]", "[UNK]"]))
    yield of("a continuation twice", vocabulary(WORDS + ["##s"]))
    yield of("a token twice and a new one", vocabulary(WORDS + ["cat", "dog"]), additional_special_tokens=["<new>"])
    yield of("a token twice by blanks at its end", vocabulary(WORDS + ["cat  "]))
    yield of("blank lines", vocabulary(WORDS[:6] + ["", "", *WORDS[6:], "", ""]))
    yield of("blank first line", vocabulary(["", *WORDS]))
    yield of("CRLF", vocabulary(end="\r\n"))
    yield of("CRLF in places", vocabulary(WORDS[:9], "\r\n") + vocabulary(WORDS[9:]))
    yield of("blanks at ends", vocabulary([w + ("  \t" if i % 3 else "\u3000") for i, w in enumerate(WORDS)]))
    yield of("blanks at beginnings", vocabulary([(" " if i > 8 else "") + w for i, w in enumerate(WORDS)]))
    yield of("no end of line", vocabulary()[:-1])
    yield of("byte order mark", "\ufeff" + vocabulary())
    yield of("NUL", vocabulary(WORDS + ["a\0b"]))
    yield of("line separator", vocabulary([w + "\u2028" for w in WORDS]))
    for token in ("[PAD]", "[CLS]", "[SEP]", "[MASK]"):
        yield of(f"no {token}", vocabulary([w for w in WORDS if w != token]))
    yield of("no special token but one", vocabulary(["[UNK]", *WORDS[5:]]))


def refused():
    for field, values in {
        "do_lower_case": ["false", 0, None, [True]], "tokenize_chinese_chars": ["true", None], "strip_accents": ["no", 1],
        "model_max_length": ["8", -1, 4.5, [5]], "cls_token": [3, {"content": "the"}, ["[CLS]"]], "pad_token": [0], "unk_token": [None],
        "tokenizer_class": [3], "init_inputs": [[False]], "truncation_side": ["both", 3], "additional_special_tokens": ["<new>", [3]],
        "added_tokens_decoder": [[], {"33": "<new>"}, {"x": flags("<new>")}],
    }.items():
        for value in values:
            yield case(f"{field} {json.dumps(value)}", {**BERT, field: value})
    yield case("unk_token new", {**BERT, "unk_token": "<unk>"})
    yield case("no [UNK]", BERT, None, vocabulary([w for w in WORDS if w != "[UNK]"]))
    yield case("CR only", BERT, None, vocabulary(end="\r"))
    yield case("settings are a list", [1])
    yield case("BPE", BERT, tokenizer(model={"type": "BPE", "vocab": {"a": 0}, "merges": []}))


def load(content):
    folder = tempfile.mkdtemp()
    for name, text in content.items():
        pathlib.Path(folder, name).write_text(text, encoding="utf-8", newline="")
    return AutoTokenizer.from_pretrained(folder)


def main():
    result = {"transformers": transformers.__version__, "texts": TEXTS, "folders": [], "refused": []}
    for name, content in [*settings(), *files(), *vocabularies()]:
        loaded = load(content)
        pair = loaded("the cats", "dog foo", truncation=True)
        result["folders"].append({
            "name": name, "files": content, "ids": [loaded(text, truncation=True)["input_ids"] for text in TEXTS],
            "pair": pair["input_ids"], "types": pair.get("token_type_ids"),
        })
    for name, content in refused():
        try:
            load(content)(TEXTS[0] + " zzz", truncation=True)
        except Exception:
            result["refused"].append({"name": name, "files": content})
        else:
            raise SystemExit(f"{name}: accepted")

    path = pathlib.Path(__file__).parent / "vectors" / "tokenizer-folders.json"
    lines = []
    for name, value in result.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            lines.append(f'"{name}":[\n{rows}\n]')
        else:
            lines.append(f'"{name}":{json.dumps(value)}')
    path.write_text("{" + ",\n".join(lines) + "}\n")
    print(path.name, len(result["folders"]), "folders,", len(result["refused"]), "refused,", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
