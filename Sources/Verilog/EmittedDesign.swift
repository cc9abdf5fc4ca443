import Foundation
import Netlist

/// A design as files: one Verilog file a module, the contents of memories, `manifest.json`, and `names.json` that leads back to Swift.
public struct EmittedDesign: Sendable {
  /// Name and contents of each file, in a fixed order.
  public let files: [(name: String, text: String)]
  /// The manifest.
  public let manifest: Manifest

  /// The files of `circuit`. The contents depend on the circuit and the options alone.
  public init(_ circuit: Circuit, _ options: VerilogOptions = VerilogOptions()) {
    manifest = circuit.manifest
    let modules = circuit.verilog(options).map { (name: $0.name, text: $0.text) }
    files =
      circuit.foreignSources.map { (name: $0.name, text: $0.text) } + modules
      + (circuit.dataFiles + circuit.waveFilters).map { (name: $0.name, text: $0.text) } + [
        ("manifest.json", Self.json(circuit.manifest)),
        ("names.json", Self.json(circuit.nameMap)),
      ]
  }

  /// Writes every file into `folder`, which is made when it is not there.
  ///
  /// Each file appears whole or not at all. Files of the same names are replaced, others are left alone.
  ///
  /// - Throws: ``EmissionFailure`` with the path and the reason.
  public func write(to folder: String) throws(EmissionFailure) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw EmissionFailure(path: folder, reason: Self.reason(error))
    }
    for file in files {
      let path = folder + "/" + file.name
      do {
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw EmissionFailure(path: path, reason: Self.reason(error))
      }
    }
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { preconditionFailure("strings and numbers can be encoded") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private static func reason(_ error: any Error) -> String {
    let error = error as NSError
    // Only the cause says what the system said; not every Foundation hands it over as an `NSError`.
    switch error.userInfo[NSUnderlyingErrorKey] {
    case let cause as POSIXError: return String(cString: strerror(Int32(cause.code.rawValue)))
    case let cause as NSError where cause.domain == NSPOSIXErrorDomain:
      return String(cString: strerror(Int32(cause.code)))
    default: return error.localizedDescription
    }
  }
}

/// Files that could not be written.
public struct EmissionFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or folder.
  public var path: String
  /// What the system says.
  public var reason: String

  /// One sentence with the remedy.
  public var description: String {
    "cannot write '\(path)': \(reason); choose another folder with --output, or make room"
  }
}
