"""Writes vectors/more-tokenizers.json: a small byte-level BPE trained and run by `tokenizers`, and SMILES by `re`.

Run: python3 Tests/Reference/more_tokenizer_vectors.py   (needs `tokenizers` and the models of `make model`)
"""

import json
import pathlib
import re

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

root = pathlib.Path(__file__).resolve().parent.parent.parent

TRAINING = [
    "The systolic array multiplies matrices, and the requantiser narrows what the array gives.",
    "It isn't the multiplier that we've to wait for; they'll say it's the memory, and I'd agree.",
    "In 2024 the 16 x 16 array ran at 1000 MHz; in 2025 it ran at 1250 MHz.",
    "Das Herz schlägt; où est la bibliothèque? 心臓は血液を送り出す。 Сердце качает кровь.",
    "    for index in range(16):\n        total += weights[index] * inputs[index]\n\n",
] * 4

TEXTS = [
    "", " ", "   ", "a", " a", "  a", "a ", "a  ", "\n", "a\n", "a\n\nb", "\t\ta", "The array", "THE ARRAY",
    "the requantiser narrows", "It's they'll we've I'd I'm you're can't 'tis 'S 's", "don''t", "'", "x'y'll",
    "2024 2025 16x16 1,250.5 ²³ ½ Ⅷ ٣", "hello, world!! (really?) -- #$%&", "schlägt où bibliothèque",
    "心臓は血液", "Сердце", "e\u0301 cafe\u0301", "\u00a0nb\u00a0sp", "\u2003em\u3000wide  x", "🙂 👩‍👩‍👧 ok", "\u0000\u0001",
    "    for index in range(16):\n        total", "a<|endoftext|>b <|endoftext|>", "tab\tand\r\nline", "ﬁ ǅ ʰ", "_under_score",
]


def byte_pairs():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    trainer = trainers.BpeTrainer(
        vocab_size=420, show_progress=False, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(TRAINING, trainer)
    file = json.loads(tokenizer.to_str())
    cases = [[text, tokenizer.encode(text).ids] for text in TEXTS]
    file["pre_tokenizer"]["add_prefix_space"] = True
    prefixed = Tokenizer.from_str(json.dumps(file))
    with_space = [[text, prefixed.encode(text).ids] for text in TEXTS]
    file["pre_tokenizer"]["add_prefix_space"] = False
    return {"file": json.dumps(file, separators=(",", ":"), ensure_ascii=False), "cases": cases, "prefixed": with_space}


# The expression of SmilesTokenizer in rxnmapper.
SMILES = re.compile(
    r"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>>?|\*|\$|\%[0-9]{2}|[0-9])")
MOLECULES = [
    "CC(=O)O", "CC(=O)O.OCC>>CC(=O)OCC", "c1ccccc1Br", "ClC(Cl)(Cl)Cl", "[Na+].[OH-]", "C/C=C\\C", "N[C@@H](C)C(=O)O",
    "C%12CCCC%12", "O=C(O)c1ccccc1", "[2H]C", "B(O)O", "*C~C:C?C$C", "C>N>O", "Cc1nc(Br)sc1#N", "[Xx]C",
]


def molecules():
    lines = (root / ".tools/models/albert/vocab.txt").read_text().split("\n")
    numbers = {token: number for number, token in enumerate(lines)}
    encode = lambda text: [numbers["[CLS]"]] + [numbers.get(part, numbers["[UNK]"]) for part in SMILES.findall(text)] + [numbers["[SEP]"]]
    return [[text, encode(text)] for text in MOLECULES]


path = pathlib.Path(__file__).parent / "vectors" / "more-tokenizers.json"
rows = lambda cases: "[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "]"
pairs = byte_pairs()
path.write_text('{"bytePairs":{"file":' + json.dumps(pairs["file"]) + ',\n"cases":' + rows(pairs["cases"])
                + ',\n"prefixed":' + rows(pairs["prefixed"]) + '},\n"molecules":' + rows(molecules()) + "}\n")
print(path.name, path.stat().st_size, "bytes")
