import Engine

/// A value change dump (IEEE 1364, clause 18).
final class ValueChangeDumpFile: WaveFile {
  private let file: WaveOutput
  private let codes: [String]
  private var buffer = ""

  /// Creates the file with the declarations of `plan`.
  init(path: String, plan: WavePlan) throws(EngineFailure) {
    file = try WaveOutput(path)
    codes = (0..<plan.trackCount).map(Self.code)
    buffer = "$timescale 1ns $end\n"
    for item in plan.items {
      switch item {
      case .scope(let name): buffer += "$scope module \(name) $end\n"
      case .endOfScope: buffer += "$upscope $end\n"
      case .variable(let kind, let name, let width, let track):
        let range = width == 1 ? "" : " [\(width - 1):0]"
        buffer += "$var \(kind.rawValue) \(width) \(codes[track]) \(name)\(range) $end\n"
      }
    }
    buffer += "$enddefinitions $end\n"
  }

  /// A short name out of the printable characters.
  private static func code(_ number: Int) -> String {
    var rest = number
    var code = ""
    repeat {
      code.unicodeScalars.append(Unicode.Scalar(UInt8(33 + rest % 94)))
      rest /= 94
    } while rest > 0
    return code
  }

  func advance(to time: UInt64) {
    if buffer.utf8.count > 1 << 20 { flush() }
    buffer += "#\(time)\n"
  }

  func change(_ track: Int, to words: [UInt64], width: Int) {
    if width == 1 {
      buffer += "\(words[0])\(codes[track])\n"
      return
    }
    let used = words.lastIndex { $0 != 0 } ?? 0
    buffer += "b" + String(words[used], radix: 2)
    for word in words[..<used].reversed() {
      let digits = String(word, radix: 2)
      buffer += String(repeating: "0", count: 64 - digits.utf8.count) + digits
    }
    buffer += " \(codes[track])\n"
  }

  func change(_ track: Int, to text: String) { buffer += "s\(text) \(codes[track])\n" }

  private func flush() {
    buffer.withUTF8 { file.write(UnsafeRawBufferPointer($0)) }
    buffer = ""
  }

  func close() throws(EngineFailure) {
    flush()
    try file.close()
  }
}
