import Foundation
import Netlist

/// The words that a memory starts with, address 0 first; those past their end are zero.
///
/// ```swift
/// let squares = m.rom("squares", UInt.self, width: 8, contents: [0, 1, 4, 9, 16, 25, 36, 49])
/// let weights = m.memory("weights", SInt.self, width: 8, depth: 256, contents: .file("weights.hex"))
/// ```
public struct MemoryContents: Hashable, Sendable, ExpressibleByArrayLiteral {
  enum Source: Hashable, Sendable {
    case numbers([Int])
    case words([BitVector])
    case path(String)
  }

  let source: Source
  /// Whether the emitted design has a file of its own for them, which `$readmemh` loads.
  let isFile: Bool

  /// Numbers, in the text of the module; those of a memory of more than 1,024 words in a file that `$readmemh` loads.
  public init(arrayLiteral elements: Int...) { self = .words(elements) }

  /// Contents of more words are a file in any case: synthesis takes minutes for as many statements.
  static let mostWordsInText = 1024

  init(_ words: [BitVector], like other: MemoryContents) {
    source = .words(words)
    isFile = other.isFile
  }

  private init(source: Source, isFile: Bool) {
    self.source = source
    self.isFile = isFile
  }

  /// Numbers, in the text of the module; those of a memory of more than 1,024 words in a file that `$readmemh` loads.
  public static func words(_ numbers: [Int]) -> MemoryContents { .init(source: .numbers(numbers), isFile: false) }

  /// Words of the width of the memory, in the text of the module; those of a memory of more than 1,024 words in a file
  /// that `$readmemh` loads.
  public static func words(_ words: [BitVector]) -> MemoryContents { .init(source: .words(words), isFile: false) }

  /// The words of a hexadecimal file in the form of `$readmemh`: digits with `_`, white space, comments and `@address`.
  ///
  /// It is read when the design is elaborated. The emitted design has a file of its own.
  public static func file(_ path: String) -> MemoryContents { .init(source: .path(path), isFile: true) }

  /// The same words, emitted as a file that `$readmemh` loads: for contents that would make the text long.
  public var inFile: MemoryContents { MemoryContents(source: source, isFile: true) }
}

extension Module {
  /// The words of `contents`; what does not fit is reported and left out.
  ///
  /// - Parameter depth: Words of the memory; nil where the contents decide.
  func loaded(
    _ contents: MemoryContents, _ name: String, width: Int, depth: Int?, signed: Bool, at place: Int32
  ) -> [BitVector] {
    switch contents.source {
    case .numbers(let numbers):
      return numbers.enumerated().map { address, number in
        let needed =
          signed || number < 0
          ? BitVector.bitsNeeded(signed: number) : BitVector.bitsNeeded(unsigned: UInt64(number))
        _ = check(
          needed <= width && (signed || number >= 0), .badContents,
          "word \(address) of memory '\(name)' is \(number), which does not fit into \(width)"
            + " \(signed ? "signed" : "unsigned") \(width == 1 ? "bit" : "bits")",
          fix: number < 0 && !signed ? "use SInt for negative numbers" : "use words of at least \(needed) bits",
          at: place)
        return BitVector(signed: number, width: width)
      }
    case .words(let words):
      if let address = words.firstIndex(where: { $0.width != width }) {
        report(
          .badContents,
          "word \(address) of memory '\(name)' has \(words[address].width) bits, the memory words of \(width)",
          fix: "use words of one width", at: place)
        return words.map { BitVector(words: $0.words, width: width) }
      }
      return words
    case .path(let path):
      guard let data = FileManager.default.contents(atPath: path) else {
        report(
          .unreadableContents, "memory '\(name)' starts with the file '\(path)', which cannot be read",
          fix: "give a path that exists, from the folder in which the program runs", at: place)
        return [.zeros(width)]
      }
      do {
        return try HexadecimalFile(String(decoding: data, as: UTF8.self), width: width, depth: depth).words
      } catch {
        report(
          .badContents, "memory '\(name)' starts with the file '\(path)': line \(error.line) \(error.problem)",
          fix: "write words of at most \(width) bits" + (depth.map { " at addresses below \($0)" } ?? "")
            + " as $readmemh takes them", at: place)
        return [.zeros(width)]
      }
    }
  }
}

/// The words of a file in the form of `$readmemh`; addresses that it leaves out are zero.
struct HexadecimalFile {
  struct Mistake: Error, Equatable {
    var line: Int
    var problem: String
  }

  /// More words than this are a mistake in an address where no depth is known.
  private static let mostWords = 1 << 24

  private(set) var words: [BitVector] = []

  init(_ text: String, width: Int, depth: Int? = nil) throws(Mistake) {
    let depth = min(depth ?? Self.mostWords, Self.mostWords)
    var address = 0
    var isComment = false
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let plain = Self.withoutComments(line, &isComment)
      for token in plain.split(whereSeparator: \.isWhitespace) {
        if token.first == "@" {
          guard let next = Int(token.dropFirst(), radix: 16), next >= 0, next < depth else {
            throw Mistake(line: index + 1, problem: "has the address '\(token)'")
          }
          address = next
          continue
        }
        guard let word = Self.word(token, width: width) else {
          throw Mistake(line: index + 1, problem: "has the word '\(token)'")
        }
        guard address < depth else {
          throw Mistake(line: index + 1, problem: "has more words than fit: the word at address \(address)")
        }
        while words.count <= address { words.append(.zeros(width)) }
        words[address] = word
        address += 1
      }
    }
  }

  private static func withoutComments(_ line: Substring, _ isComment: inout Bool) -> String {
    var result = ""
    var rest = line[...]
    while !rest.isEmpty {
      if isComment {
        guard let end = rest.range(of: "*/") else { return result }
        rest = rest[end.upperBound...]
        isComment = false
        result += " "
      } else if rest.hasPrefix("//") {
        return result
      } else if rest.hasPrefix("/*") {
        isComment = true
        rest = rest.dropFirst(2)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  /// Nil when there is another character than a digit, or a digit that does not fit.
  private static func word(_ token: Substring, width: Int) -> BitVector? {
    var result = BitVector.zeros(width)
    var low = 0
    for character in token.reversed() where character != "_" {
      guard let digit = character.hexDigitValue, character.isASCII else { return nil }
      for bit in 0..<4 where digit >> bit & 1 == 1 {
        guard low + bit < width else { return nil }
        result[low + bit] = true
      }
      low += 4
    }
    return low > 0 ? result : nil
  }
}
