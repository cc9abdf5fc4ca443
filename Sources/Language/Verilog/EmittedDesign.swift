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

  /// Writes every file into `folder`, which is made when it is not there, and removes those of the design that the folder
  /// held before, as its manifest lists them.
  ///
  /// Each file appears whole or not at all. Files of the same names are replaced, those of others are left alone.
  ///
  /// - Throws: ``EmissionFailure`` with the path and the reason.
  public func write(to folder: String) throws(EmissionFailure) {
    try WrittenFiles.write(files, to: folder, removing: Self.files(in: folder))
  }

  /// Removes the design that an earlier ``write(to:)`` has put into `folder`, and the folder when nothing else is in it.
  ///
  /// - Throws: ``EmissionFailure`` with the path and the reason.
  public static func remove(from folder: String) throws(EmissionFailure) {
    for name in files(in: folder) { try WrittenFiles.remove(name, in: folder) }
    if (try? FileManager.default.contentsOfDirectory(atPath: folder))?.isEmpty == true {
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  /// Names of the files of the design in `folder`; none where there is no manifest of ours.
  private static func files(in folder: String) -> [String] {
    guard let data = FileManager.default.contents(atPath: folder + "/manifest.json"),
      let manifest = try? JSONDecoder().decode(Manifest.self, from: data)
    else { return [] }
    return manifest.files + manifest.data + (manifest.waveFilters ?? []) + ["manifest.json", "names.json"]
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { preconditionFailure("strings and numbers can be encoded") }
    return String(decoding: data, as: UTF8.self) + "\n"
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
