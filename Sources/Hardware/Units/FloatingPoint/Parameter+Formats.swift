import Golden
import HDL
import NumberFormats

extension Parameter {
  /// A floating point format that the units compute in.
  static func format(
    _ name: String, _ path: WritableKeyPath<Value, Minifloat> & Sendable, _ help: String
  ) -> Parameter {
    .choice(name, path, Minifloat.words, help)
  }

  /// A floating point format, or none.
  static func optionalFormat(
    _ name: String, _ path: WritableKeyPath<Value, Minifloat?> & Sendable, _ help: String
  ) -> Parameter {
    .choice(name, path, [("none", nil)] + Minifloat.words.map { ($0.0, $0.1) }, help)
  }

  /// An integer format.
  static func integerFormat(
    _ name: String, _ path: WritableKeyPath<Value, IntegerFormat> & Sendable, _ help: String
  ) -> Parameter {
    .choice(name, path, IntegerFormat.words, help)
  }
}

extension Minifloat {
  /// The usual formats by name.
  static let words: [(String, Minifloat)] = [
    ("bfloat16", .bfloat16), ("float16", .float16), ("float16Flushed", .float16Flushed), ("float8E4M3", .float8E4M3),
    ("float8E5M2", .float8E5M2), ("float6E3M2", .float6E3M2), ("float6E2M3", .float6E2M3), ("float4E2M1", .float4E2M1),
    ("bfloat16Extended", .bfloat16Extended), ("float32", .float32),
  ]
}

extension IntegerFormat {
  /// The usual formats by name.
  static let words: [(String, IntegerFormat)] = [
    ("int8", .int8), ("uint8", .uint8), ("int16", .int16), ("uint16", .uint16), ("int32", .int32), ("uint32", .uint32),
  ]
}

extension UnaryFunction {
  /// The functions by name; those with a parameter in their usual form.
  static let words: [(String, UnaryFunction)] =
    all.map { ("\($0)", $0) } + [
      ("relu6", .clippedReLU(limit: BFloat16(6))), ("leakyReLU", .leakyReLU(slope: BFloat16(0.01))),
    ]
}
