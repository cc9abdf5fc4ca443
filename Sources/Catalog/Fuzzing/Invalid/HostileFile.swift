import Foundation
import Testbench
import Transformer

/// Damaged files for the readers of models and tokenizers.
enum HostileFile {
  static func run(_ random: inout Xoshiro256) throws {
    switch random.below(5) {
    case 0: _ = try JSONValue(parsing: damaged(Array(json(&random, depth: 0).utf8), &random))
    case 1:
      let file = try Safetensors(bytes: damaged(safetensors, &random), name: "model.safetensors")
      for tensor in file.tensors { _ = try file.floats(tensor) }
    case 2: _ = try EncoderConfiguration(json: damaged(Array(configuration.utf8), &random))
    case 3:
      let tokenizer = try WordPieceTokenizer(json: damaged(Array(tokenizer.utf8), &random))
      _ = try tokenizer.encode(text(&random), pair: random.flip() ? text(&random) : nil)
    default:
      let tokenizer = try WordPieceTokenizer(
        vocabulary: damaged(Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\nword\n.\n".utf8), &random),
        settings: random.flip() ? damaged(Array(#"{"do_lower_case":true,"strip_accents":null}"#.utf8), &random) : nil)
      _ = try tokenizer.encode(text(&random))
    }
  }

  /// Bytes exchanged, removed, doubled and cut off.
  private static func damaged(_ bytes: [UInt8], _ random: inout Xoshiro256) -> [UInt8] {
    var result = bytes
    for _ in 0..<random.below(6) where !result.isEmpty {
      let position = random.below(result.count)
      switch random.below(7) {
      case 0: result[position] = UInt8(truncatingIfNeeded: random.next())
      case 1: result[position] ^= 1 << UInt8(random.below(8))
      case 2: result.remove(at: position)
      case 3: result.removeSubrange(position...)
      case 4:
        let end = min(result.count, position + 1 + random.below(40))
        result.insert(contentsOf: result[position..<end], at: random.below(result.count))
      case 5:
        let numbers = [
          "1e999", "-1", "9223372036854775808", "18446744073709551616", "0.1", "null", "[[[[", "{\"", "\u{FEFF}",
        ]
        result.insert(contentsOf: Array(numbers[random.below(numbers.count)].utf8), at: position)
      default: replaceNumber(&result, &random)
      }
    }
    return result
  }

  /// Another number in the place of one.
  private static func replaceNumber(_ bytes: inout [UInt8], _ random: inout Xoshiro256) {
    let digits = bytes.indices.filter { (48...57).contains(bytes[$0]) }
    guard !digits.isEmpty else { return }
    let position = digits[random.below(digits.count)]
    let numbers = ["0", "-1", "4294967296", "9223372036854775807", "1e400", "1e-400", "0.5", "999999999999"]
    bytes.replaceSubrange(position...position, with: Array(numbers[random.below(numbers.count)].utf8))
  }

  private static func json(_ random: inout Xoshiro256, depth: Int) -> String {
    switch random.below(depth < 5 ? 8 : 5) {
    case 0: return "null"
    case 1: return random.flip() ? "true" : "false"
    case 2:
      return ["0", "-0", "1e5", "0.25", "123456789012345678901234567890", "-9223372036854775808"][random.below(6)]
    case 3: return "\"" + ["", "a\\u00e4", "\\ud83d\\ude00", "\\\"", "\\n"][random.below(5)] + "\""
    case 4: return "[]"
    case 5: return "[" + (0..<random.below(5)).map { _ in json(&random, depth: depth + 1) }.joined(separator: ",") + "]"
    default:
      return "{"
        + (0..<random.below(5)).map { "\"k\($0)\":" + json(&random, depth: depth + 1) }.joined(separator: ", ") + "}"
    }
  }

  private static func text(_ random: inout Xoshiro256) -> String {
    let parts = [
      "a", "word", "\u{0}", "\u{FFFD}", "中", "é", "\u{301}", "a.b", " ", "\u{200D}", "\u{1F468}\u{200D}\u{1F469}",
      "[CLS]",
    ]
    return (0..<random.below(30)).map { _ in parts[random.below(parts.count)] }.joined()
  }

  private static let safetensors: [UInt8] = {
    let header =
      #"{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
      + #""b":{"dtype":"F16","shape":[3],"data_offsets":[16,22]}}"#
    var bytes = Array(header.utf8)
    let length = UInt64(bytes.count)
    bytes.insert(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64($0 * 8)) }, at: 0)
    return bytes + (0..<22).map { UInt8($0 * 11) }
  }()

  private static let configuration = #"""
    {"model_type":"bert","hidden_size":32,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":64,
    "hidden_act":"gelu","vocab_size":100,"max_position_embeddings":64,"type_vocab_size":2,"layer_norm_eps":1e-12}
    """#

  private static let tokenizer = #"""
    {"version":"1.0","truncation":{"max_length":16,"strategy":"LongestFirst","stride":0},"padding":null,
    "added_tokens":[{"id":0,"content":"[PAD]","special":true},{"id":2,"content":"[CLS]","special":true}],
    "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,
    "lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},
    "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},
    {"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"[SEP]","type_id":0}}],"pair":[],
    "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]},
    "[SEP]":{"id":"[SEP]","ids":[3],"tokens":["[SEP]"]}}},
    "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
    "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4,"##b":5,"word":6,".":7}}}
    """#
}
