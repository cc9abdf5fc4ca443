"""Writes vectors/tokenizer.json: texts and the token numbers that Hugging Face `tokenizers` gives for them.

Run: python3 Tests/Reference/tokenizer_vectors.py   (needs `tokenizers` and the model of `make model`)
"""

import json
import pathlib
import random

import tokenizers
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import BertProcessing

root = pathlib.Path(__file__).resolve().parent.parent.parent
model = root / ".tools" / "models" / "all-MiniLM-L6-v2"
random.seed(20240609)

WRITTEN = [
    "", " ", "   \t\n ", "a", "Hello, world!", "The quick brown fox jumps over the lazy dog.",
    "unaffable", "Antidisestablishmentarianism is long.", "don't can't won't it's", "e-mail: someone@example.org",
    "3.14159 + 2.71828 = 5.85987", "$1,000.00 or €900?", "C++ and C# [sic] {braces} <tags> |pipes| `ticks` ~tilde^",
    "CamelCase snake_case kebab-case", "one\ttab\nline\r\nfeed\x0bvertical\x0cform", "x" * 100, "x" * 101,
    "word " + "y" * 300 + " word", "é" * 100, "é" * 101, "e\u0301" * 100, "e\u0301" * 101, "  leading and trailing  ",
    # Accents, composed and decomposed, several marks, marks in any order.
    "café cafe\u0301 CAFÉ", "naïve façade coöperate Ångström Å A\u030a", "Tiếng Việt có dấu", "a\u0323\u0302 ậ a\u0302\u0323",
    "Straße STRASSE ẞ ß", "İstanbul Istanbul ıstanbul I\u0307", "ΟΔΥΣΣΕΥΣ Ὀδυσσεύς σς ς Σ", "Любовь ёлка Й и\u0306",
    "\u0301alone \u0301", "q\u0307\u0323 q\u0323\u0307", "Ǆ ǅ ǆ ŉ ﬁ ﬂ ﬃ", "Æsir œuvre Øre łódź đ ħ", "ﷺ ½ ² ³ ™ ℃ Ⅷ",
    # CJK, its extensions, Kana, Hangul composed and in jamo.
    "中文字符", "你好，世界！", "日本語のテキスト", "カタカナ ﾊﾝｶｸ が か\u3099", "한국어 문장", "\u1112\u1161\u11ab\u1100\u116e\u11a8",
    "\u3400\u4dbf\u4e00\u9fff", "\U00020000\U0002a6df\U0002a700\U0002b73f\U0002b740\U0002b81f", "\U0002b820\U0002b91f\U0002b920\U0002ceaf",
    "\U0002ceb0\U0002ebe0\U00030000\U0003134a", "\uf900\ufa0e\ufaff \U0002f800\U0002fa1f", "々〆〇 ㄅㄆ ㍿ 㐀", "豈 更 車",
    # Other scripts, with marks that change the category.
    "हिन्दी में पाठ", "தமிழ் உரை", "ภาษาไทย", "ქართული Ა", "አማርኛ", "עברית עִבְרִית", "العربية العَرَبِيَّة", "فارسی می‌خواهم",
    "ᜃ᜔ ᜴ 𑜞 ᢅ ᢆ ꦽ 𑇉 ᙭", "বাংলা ਪੰਜਾਬੀ ગુજરાતી ಕನ್ನಡ తెలుగు മലയാളം සිංහල", "བོད་ཡིག ລາວ မြန်မာ ភាសាខ្មែរ",
    # Control, format and invisible characters, all kinds of spaces.
    "a\x00b\x01c\x7fd\x80e\x9ff", "zero\u200bwidth\u200cnon\u200djoin\u2060er\ufeff", "soft\u00adhyphen", "\u202eright to left\u202c",
    "nbsp\u00a0thin\u2009hair\u200aideo\u3000ogham\u1680six\u2006line\u2028para\u2029nel\u0085med\u205fnarrow\u202f.",
    "replacement\ufffdcharacter", "object\ufffcreplacement", "private\ue000use\uf8ff\U000f0000\U0010fffd", "non\uffffchar\ufdd0acter\U0001fffe",
    "unassigned \u0378 \U000e0fff \u2fe0", "tag \U000e0041\U000e007f", "variation\ufe0f \u2764\ufe0f \u2764\ufe0e", "interlinear\ufff9a\ufffab\ufffb",
    "arabic \u0600\u06dd sign \u061c mark \u08e2 \u0890", "hieroglyph \U00013430 joiner", "mongolian \u180e separator",
    # Emoji.
    "😀 smile 👍🏽 thumbs", "👨‍👩‍👧‍👦 family", "🏳️‍🌈 🇩🇪 1️⃣", "text😀text", "☃ ★ ♥ ✓ ➜ ∑ ∞ ≠ ≤",
    # Punctuation of every category, ASCII and not.
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "«guillemets» „quotes“ ‘single’ ‹x› …", "— – ‐ ‑ ‒ ― ⸺ ⸻", "¿qué? ¡sí!", "。、「」『』【】・",
    "‿ ⁀ ⁔ ︳ ﹍ ＿", "⸎ ⹃ ⹒ 𑑋 𖺚 ⸼ ⁓ ⁊ §¶ † ‡ • ※", "᛫᛬ ។ ៖ ༄ ؟ ، ؛ ۔ ׃ ॥",
    # Special tokens in the text.
    "a [MASK] token", "[MASK][MASK]", "[mask] [Mask] [ MASK ]", "[CLS] inside [SEP] here [PAD] [UNK]", "x[SEP]y", "[SEP", "MASK]", "[[MASK]]",
    "é[MASK]\u0301x", "[unused1] [UNUSED2]", "##ing ##a # #", "a##b", "the##ing",
    # Near-surrogates and the ends of the planes.
    "\ud7ff\ue000", "\U0010ffff", "\U00010000\U0001d400\U0001d7ff", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ｆｕｌｌｗｉｄｔｈ ⓒⓘⓡⓒⓛⓔ", "ʰ ˢ ᵗ ʼ ʻ ˈ",
    "ﬀ ſ K Å Ω", "\u1e9e\u0130\u0131\u017f\u212a\u212b\u03f4\u2126", "Ꭰ ꭰ Ა ა Ꮰ", "\U00010400\U00010428 \U0001e900\U0001e922",
]
RANGES = [
    (0x20, 0x7E), (0x00, 0x24F), (0x250, 0x52F), (0x300, 0x36F), (0x590, 0x8FF), (0x900, 0xDFF), (0xE00, 0x10FF), (0x1100, 0x11FF),
    (0x1200, 0x1AFF), (0x1AB0, 0x1DFF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x2BFF), (0x2C00, 0x2E7F), (0x2E80, 0x33FF),
    (0x3400, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7FF), (0xE000, 0xF8FF), (0xF900, 0xFFFF), (0x10000, 0x11FFF), (0x12000, 0x1CFFF),
    (0x1D000, 0x1EFFF), (0x1F000, 0x1FFFF), (0x20000, 0x2FFFF), (0x30000, 0x10FFFF),
]
WORDS = ["the", "running", "tokenization", "naïve", "e\u0301t\u00e9", "[MASK]", "[SEP]", "word", "123", "##s", "한국", "中", "ß", "İ", "..."]


def scalar():
    # Half of the characters from letters and marks that occur together in real text.
    low, high = random.choice(RANGES if random.random() < 0.5 else RANGES[:4])
    return chr(random.randint(low, high))


def text(length):
    parts = []
    while len(parts) < length:
        choice = random.random()
        parts.append(random.choice(WORDS) if choice < 0.12 else " " if choice < 0.3 else scalar())
    return "".join(parts)


def load(length=None, **normalizer):
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if length:
        tokenizer.enable_truncation(**length)
    if normalizer:
        tokenizer.normalizer = BertNormalizer(**normalizer)
    return tokenizer


def small():
    """A tokenizer of few words with added tokens of every kind: its file, and texts with their numbers."""
    vocabulary = ["[UNK]", "[CLS]", "[SEP]", "a", "b", "ab", "##a", "##b", "##ab", "foo", "bar", "é", "e\u0301", "##"]
    tokenizer = Tokenizer(WordPiece({token: i for i, token in enumerate(vocabulary)}, unk_token="[UNK]", max_input_chars_per_word=6))
    tokenizer.normalizer = BertNormalizer(strip_accents=False)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.add_special_tokens(["[SEP]"])
    tokenizer.add_tokens([
        AddedToken("<l>", lstrip=True, normalized=False), AddedToken("<r>", rstrip=True, normalized=False),
        AddedToken("<lr>", lstrip=True, rstrip=True, normalized=False), AddedToken("one", single_word=True, normalized=False),
        AddedToken("Norm", normalized=True), AddedToken("nor", normalized=False), AddedToken("<<", normalized=False),
        AddedToken("<<<", normalized=False), AddedToken("É", normalized=True),
    ])
    texts = [
        "a <l> b", "a  <l><l> b", "a <r> b", "a \u00a0<lr>\u3000 b", "<r> <l>", "<l> <r>  <lr> <r>", "one", "one.", "aone", "one1 one_ one-",
        "\u00e9one one\u0301 one\u200d", "norm NORM Norm xNormx", "nor", "nora", "Nora", "<< <<< <<<< <<<<<", "<<<<<<", "[SEP]a[SEP] b", "abab ababab abababa",
        "é É e\u0301 E\u0301", "foobar foo bar ##", "abc", "", "   ", "<r>", "one one", "<l", "oneone one",
    ]
    return {"file": tokenizer.to_str(), "texts": [[t, tokenizer.encode(t).ids] for t in texts]}


def main():
    texts = WRITTEN + [text(random.randint(1, 40)) for _ in range(220)]
    plain = load()
    result = {"tokenizers": tokenizers.__version__, "texts": [[t, plain.encode(t).ids] for t in texts]}

    subset = [t for t in WRITTEN if len(t) < 60]
    result["normalizers"] = []
    for clean, chinese, accents, lower in [
        (True, True, None, False), (True, True, False, True), (True, True, True, False), (False, True, None, True),
        (True, False, None, True), (False, False, False, False),
    ]:
        tokenizer = load(clean_text=clean, handle_chinese_chars=chinese, strip_accents=accents, lowercase=lower)
        result["normalizers"].append({
            "cleansText": clean, "isolatesChineseCharacters": chinese, "stripsAccents": accents, "lowercases": lower,
            "texts": [[t, tokenizer.encode(t).ids] for t in subset],
        })

    sentence = "a long sentence of many words that has to be cut somewhere in the middle"
    result["truncations"] = []
    for maximum in (3, 4, 5, 7, 8, 16, 64):
        for strategy in ("longest_first", "only_first", "only_second"):
            for direction in ("right", "left"):
                tokenizer = load({"max_length": maximum, "strategy": strategy, "direction": direction})
                for first, second in [(sentence, None), (sentence, "short one"), ("short one", sentence), (sentence, sentence), ("", sentence)]:
                    try:
                        encoding = tokenizer.encode(first, second)
                    except Exception:
                        continue  # A part is too short to be cut: an error on both sides, whose words differ.
                    result["truncations"].append({
                        "maximum": maximum, "strategy": strategy, "direction": direction, "first": first, "second": second,
                        "ids": encoding.ids, "types": encoding.type_ids,
                    })

    result["small"] = small()

    path = pathlib.Path(__file__).parent / "vectors" / "tokenizer.json"
    path.parent.mkdir(exist_ok=True)
    lines = []
    for name, value in result.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            lines.append(f'"{name}":[\n{rows}\n]')
        else:
            lines.append(f'"{name}":{json.dumps(value)}')
    path.write_text("{" + ",\n".join(lines) + "}\n")
    print(path.name, len(texts), "texts,", len(result["truncations"]), "truncations,", path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
