import Foundation
import Tools

/// Coverage of blocks as it is kept in a file, to be merged over runs and over calls.
public struct CoverageDatabase: Hashable, Sendable, Codable {
  /// Version of the JSON keys; a change that breaks a reader raises it.
  public private(set) var version = Self.currentVersion
  /// The blocks in the order in which they came.
  public private(set) var blocks: [BlockCoverage]

  private static let currentVersion = 1

  /// Coverage of `blocks`.
  public init(_ blocks: [BlockCoverage] = []) { self.blocks = blocks }

  /// The coverage of a block in a configuration.
  public func coverage(of block: BlockCoverage) -> BlockCoverage? {
    blocks.first {
      $0.block == block.block && $0.configuration == block.configuration && $0.generator == block.generator
    }
  }

  /// Adds what runs of a block covered to what is there.
  ///
  /// Throws when what is there is of another model, or has a run with other counts.
  public mutating func merge(_ block: BlockCoverage) throws(CoverageError) {
    guard
      let index = blocks.firstIndex(where: {
        $0.block == block.block && $0.configuration == block.configuration && $0.generator == block.generator
      })
    else {
      blocks.append(block)
      return
    }
    try blocks[index].merge(block)
  }

  /// Puts the coverage of a block in the place of what is there, which it includes.
  public mutating func replace(_ block: BlockCoverage) {
    blocks.removeAll {
      $0.block == block.block && $0.configuration == block.configuration && $0.generator == block.generator
    }
    blocks.append(block)
  }

  /// Adds everything of another database.
  public mutating func merge(_ other: CoverageDatabase) throws(CoverageError) {
    for block in other.blocks { try merge(block) }
  }

  // MARK: Files

  /// Everything as JSON, keys sorted, the same text for the same coverage.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads what ``json()`` wrote, and checks it.
  public init(json: Data) throws(CoverageError) {
    struct Header: Decodable { var version: Int }
    do {
      let header = try JSONDecoder().decode(Header.self, from: json)
      guard header.version == Self.currentVersion else {
        throw CoverageError.unreadable(
          "it is of version \(header.version), and this program reads version \(Self.currentVersion)")
      }
      self = try JSONDecoder().decode(CoverageDatabase.self, from: json)
    } catch let error as CoverageError {
      throw error
    } catch let error as DecodingError {
      throw .unreadable(error.sentence)
    } catch {
      throw .unreadable(error.localizedDescription)
    }
    for block in blocks { try block.check() }
  }

  /// Reads a file; nil when there is none.
  public init?(contentsOf path: String) throws(CoverageError) {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable("'\(path)' cannot be read")
    }
    do throws(CoverageError) {
      try self.init(json: data)
    } catch {
      if case .unreadable(let reason) = error { throw .unreadable("'\(path)': \(reason)") }
      throw error
    }
  }

  /// Writes a file, whole or not at all.
  public func write(to path: String) throws(CoverageError) {
    do {
      try OutputFile.write(json(), to: path)
    } catch {
      throw .unreadable("\(error); choose another file")
    }
  }
}

extension BlockCoverage {
  /// Throws when the counts do not go with the points, or a run comes twice.
  fileprivate func check() throws(CoverageError) {
    let counters = points.reduce(0) { $0 + $1.bins.count }
    var names: Set<String> = []
    for run in runs {
      guard run.counts.count == counters, run.samples.count == points.count, run.cycles >= 0,
        (run.counts + run.samples).allSatisfy({ (0...1 << 48).contains($0) })
      else {
        throw .unreadable(
          "run '\(run.run)' of '\(title)' has \(run.counts.count) counts and \(run.samples.count) samples, and the "
            + "points have \(counters) bins and are \(points.count), or a number is out of range")
      }
      guard run.model == model else { throw .otherModel(block: title, kept: model, new: run.model) }
      guard names.insert(run.run).inserted else {
        throw .unreadable("run '\(run.run)' of '\(title)' is there twice")
      }
    }
    guard structure?.isWhole ?? true else {
      throw .unreadable("the counts of the Verilog of '\(title)' do not go with its items")
    }
  }
}

extension DecodingError {
  /// Where in the text what is missing or wrong.
  fileprivate var sentence: String {
    switch self {
    case .keyNotFound(let key, let context): "the key '\((context.codingPath + [key]).path)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "'\(context.codingPath.path)' has a value of another type"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty ? "it is no JSON" : "'\(context.codingPath.path)': \(context.debugDescription)"
    @unknown default: "it is not of the form that this program writes"
    }
  }
}

extension [any CodingKey] {
  fileprivate var path: String { map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".") }
}
