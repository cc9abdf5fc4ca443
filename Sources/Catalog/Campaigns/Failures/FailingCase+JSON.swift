import Catalog
import Foundation
import HDL
import Netlist
import Testbench
import Verilator

/// A file that holds no case.
public struct CaseFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and the remedy.
  public var description: String

  init(_ description: String) { self.description = description }
}

extension FailingCase: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, block, configuration, settings, workload, mutant, foreign, engine, resetKind, resetPolarity, seed, run
    case stalls, initialState, tapes, rehearsals, judgesTiming
  }

  /// Reads what ``encode(to:)`` writes; what is left out is as in a new case.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let version = try values.decode(Int.self, forKey: .version)
    guard version == Self.version else {
      throw DecodingError.dataCorruptedError(
        forKey: .version, in: values,
        debugDescription: "it is \(version), and this program reads version \(Self.version)")
    }
    func settings(_ key: CodingKeys) throws -> [Setting] {
      try (values.decodeIfPresent([String].self, forKey: key) ?? []).map { text in
        guard let setting = Setting(text) else {
          throw DecodingError.dataCorruptedError(
            forKey: key, in: values, debugDescription: "'\(text.prefix(80))' is no setting; write name=value")
        }
        return setting
      }
    }
    var conditions = RunConditions(
      try values.decodeIfPresent(EngineChoice.self, forKey: .engine) ?? .native,
      seed: try values.decode(Seed.self, forKey: .seed))
    conditions.foreign = try values.decodeIfPresent(ForeignFile.self, forKey: .foreign)?.verilog
    conditions.judgesTiming = try values.decodeIfPresent(Bool.self, forKey: .judgesTiming)
    conditions.reset = ResetStyle(
      try values.decodeIfPresent(ResetKind.self, forKey: .resetKind) ?? .synchronous,
      try values.decodeIfPresent(ResetPolarity.self, forKey: .resetPolarity) ?? .activeHigh)
    conditions.stalls = try values.decodeIfPresent(StallProfile.self, forKey: .stalls)
    recipe = RunRecipe(block: try values.decode(String.self, forKey: .block), conditions)
    recipe.configuration = try values.decodeIfPresent(String.self, forKey: .configuration)
    recipe.settings = try settings(.settings)
    recipe.workload = try settings(.workload)
    mutant = try values.decodeIfPresent(Int.self, forKey: .mutant)
    run = try values.decodeIfPresent(Int.self, forKey: .run) ?? 0
    guard run >= 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .run, in: values, debugDescription: "it is \(run), and runs count from 0")
    }
    initialState = try values.decodeIfPresent(Seed.self, forKey: .initialState)?.value
    tapes = try values.decodeIfPresent(DrawTapes.self, forKey: .tapes)
    rehearsals = try values.decodeIfPresent([Int].self, forKey: .rehearsals)
  }

  /// Writes the version and all that is not as in a new case.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Self.version, forKey: .version)
    try values.encode(recipe.block, forKey: .block)
    try values.encodeIfPresent(recipe.configuration, forKey: .configuration)
    try values.encode(recipe.settings.map(\.text), forKey: .settings)
    try values.encode(recipe.workload.map(\.text), forKey: .workload)
    try values.encodeIfPresent(mutant, forKey: .mutant)
    try values.encodeIfPresent(recipe.foreign.map(ForeignFile.init), forKey: .foreign)
    try values.encodeIfPresent(recipe.judgesTiming, forKey: .judgesTiming)
    try values.encode(recipe.engine, forKey: .engine)
    try values.encode(recipe.reset.kind, forKey: .resetKind)
    try values.encode(recipe.reset.polarity, forKey: .resetPolarity)
    try values.encode(recipe.seed, forKey: .seed)
    try values.encode(run, forKey: .run)
    try values.encodeIfPresent(recipe.stalls, forKey: .stalls)
    try values.encodeIfPresent(initialState.map { Seed($0) }, forKey: .initialState)
    try values.encodeIfPresent(tapes, forKey: .tapes)
    try values.encodeIfPresent(rehearsals, forKey: .rehearsals)
  }
}

extension FailingCase {
  /// A case file is a few kilobytes; one of more bytes than this is another file.
  static let largest = 64 << 20

  /// Reads a case.
  ///
  /// - Parameters:
  ///   - json: The text.
  ///   - name: What the file is called in errors.
  public init(json: Data, called name: String = "the case") throws(CaseFileError) {
    guard json.count <= Self.largest else {
      throw CaseFileError("'\(name)' has \(json.count) bytes and is no case; give the .case.json file of a failing run")
    }
    do {
      self = try JSONDecoder().decode(FailingCase.self, from: json)
    } catch let error as DecodingError {
      throw CaseFileError("'\(name)' is no case: \(Self.reason(error)); give the .case.json file of a failing run")
    } catch {
      throw CaseFileError("'\(name)' is no case: \(error.localizedDescription)")
    }
  }

  /// Reads a case file.
  public init(contentsOf path: String) throws(CaseFileError) {
    let data: Data
    do {
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      guard size <= Self.largest else {
        throw CaseFileError("'\(path)' has \(size) bytes and is no case; give the .case.json file of a failing run")
      }
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch let error as CaseFileError {
      throw error
    } catch {
      throw CaseFileError("cannot read '\(path)': \(error.localizedDescription)")
    }
    try self.init(json: data, called: path)
  }

  /// The text of a case file, keys sorted.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  private static func reason(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : "'\(path.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }.joined(separator: "."))': "
    }
    switch error {
    case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
    case .typeMismatch(let type, let context): return "\(place(context.codingPath))it is no \(type)"
    case .valueNotFound(let type, let context): return "\(place(context.codingPath))it is null, not a \(type)"
    case .dataCorrupted(let context): return place(context.codingPath) + context.debugDescription
    @unknown default: return "\(error)"
    }
  }
}

extension Setting {
  /// `name=value`.
  public var text: String { "\(name)=\(value)" }
}

/// Foreign Verilog as it stands in a case file.
private struct ForeignFile: Codable {
  var files: [String]
  var top: String?
  var clock: ClockShape?
  var clocks: [ClockShape]?
  var includeFolders: [String]?
  var macros: [String: String]?
  var parameters: [String: String]?

  init(_ verilog: ForeignVerilog) {
    files = verilog.files
    top = verilog.top
    clocks = verilog.clocks
    includeFolders = verilog.includeFolders.isEmpty ? nil : verilog.includeFolders
    macros = verilog.macros.isEmpty ? nil : verilog.macros
    parameters = verilog.parameters.isEmpty ? nil : verilog.parameters
  }

  var verilog: ForeignVerilog {
    ForeignVerilog(
      files: files, top: top, includeFolders: includeFolders ?? [], macros: macros ?? [:],
      parameters: parameters ?? [:],
      clocks: clocks ?? clock.map { [$0] })
  }
}
