import Foundation
import Testing
import Transformer

/// Damage to every file of a model folder: the loader gives a model or a reason, and does not crash, hang or claim memory.
@Suite struct ModelFolderFuzzTests {
  /// A folder with every file that the loader reads.
  private static func sample(shards: Int) throws -> [String: [UInt8]] {
    var tiny = TinyModel()
    tiny.shards = shards
    tiny.files = [
      "tokenizer_config.json": #"""
      {"do_lower_case":true,"strip_accents":null,"tokenizer_class":"BertTokenizer","model_max_length":8,
      "mask_token":{"__type":"AddedToken","content":"[MASK]","lstrip":true,"normalized":false},"additional_special_tokens":["cat"],
      "added_tokens_decoder":{"4":{"content":"[MASK]","special":true},"11":{"content":"cat","normalized":true}}}
      """#,
      "special_tokens_map.json": #"{"cls_token":"[CLS]","pad_token":{"content":"[PAD]","lstrip":false}}"#,
      "added_tokens.json": #"{"dog":10,"<new>":12}"#,
    ]
    if shards == 2 { tiny.files["tokenizer.json"] = tokenizer }
    return try tiny.withDirectory { folder in
      var files: [String: [UInt8]] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        files[name] = [UInt8](try Data(contentsOf: folder.appending(path: name)))
      }
      return files
    }
  }

  private static let tokenizer = #"""
    {"truncation":{"max_length":9,"strategy":"LongestFirst","direction":"Left"},"added_tokens":[{"id":4,"content":"[MASK]"}],
    "normalizer":{"type":"BertNormalizer"},"model":{"type":"WordPiece","vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,
    "[MASK]":4,"a":5,"b":6,"c":7,"##a":8,"##b":9,"dog":10,"cat":11}}}
    """#

  private static let pieces: [[UInt8]] =
    [
      "-1", "0", "1e999", "9223372036854775807", "18446744073709551616", "0.5", "null", "true", "\"\"", "[]", "{}",
      "[[[[", "../", "\u{0}",
      "\u{202E}", "\n\n", "\\ud800", "\\u0000", "1e-400", "version https://git-lfs.github.com/spec/v1\nsize 9\n",
    ].map { Array($0.utf8) } + [
      [0xFF, 0xFE], [0x80, 2], Array(repeating: 0, count: 300), Array(repeating: 0xFF, count: 8),
    ]

  private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard !bytes.isEmpty else { return }
      // Headers and JSON are at the beginning, where damage matters most.
      let last = Bool.random(using: &generator) ? bytes.count : min(bytes.count, 200)
      let place = Int.random(in: 0..<last, using: &generator)
      switch Int.random(in: 0..<8, using: &generator) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[place] = .random(in: 0...255, using: &generator)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &generator)))
      case 4:
        let end = min(bytes.count, place + Int.random(in: 1...60, using: &generator))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
      case 5:
        let digits = bytes.indices.prefix(4000).filter { (48...57).contains(bytes[$0]) }
        if let digit = digits.randomElement(using: &generator) {
          bytes.replaceSubrange(digit...digit, with: pieces.randomElement(using: &generator)!)
        }
      case 6: bytes.removeAll()
      default: bytes.insert(contentsOf: pieces.randomElement(using: &generator)!, at: place)
      }
    }
  }

  @Test(arguments: [0x5EED1 as UInt64, 0x5EED2, 0x5EED3, 0x5EED4])
  func `A damaged folder gives a model or a reason`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let samples = try [1, 2, 3].map { try Self.sample(shards: $0) }
    for files in samples {
      #expect(words { _ = try ModelFolder.with(files) { try EncoderModel(directory: $0) } } == nil)
    }
    var loaded = 0
    let count = 150
    for _ in 0..<count {
      var files = samples.randomElement(using: &generator)!
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        let name = files.keys.sorted().randomElement(using: &generator)!
        if Int.random(in: 0..<12, using: &generator) == 0 {
          files[name] = nil
        } else {
          Self.damage(&files[name]!, &generator)
        }
        if files.isEmpty { break }
      }
      let reason = words {
        let model = try ModelFolder.with(files) { try EncoderModel(directory: $0) }
        loaded += 1
        let tokens = try model.tokenizer.encode("a dog [MASK] cat <new> ab", pair: "b\u{202E}")
        _ = try model.forward(tokens)
        _ = try Quantizer().quantize(model, calibration: ["a dog", "cat b c"])
      }
      guard let reason else { continue }
      #expect(!reason.isEmpty)
      #expect(reason.utf8.count < 4000, "\(reason.prefix(200))")
      #expect(
        !reason.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E || $0.value == 0x7F }, "\(reason)")
    }
    #expect(loaded > 0 && loaded < count)
  }
}
