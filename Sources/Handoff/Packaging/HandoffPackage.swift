import Campaigns
import Catalog
import Foundation
import HDL
import Netlist
import PortableBench
import Testbench
import Tools
import Verilog

/// A block as a folder that a synthesis engineer takes without Swift: Verilog, constraints, scripts for open and bought
/// tools, IP-XACT, a stand-alone bench with vectors, a manifest with the SHA-256 of each file.
///
/// The texts depend on the block, the options and the evidence alone.
public struct HandoffPackage: Sendable {
  /// How a package is made.
  public struct Options: Sendable {
    /// Reset of the registers.
    public var reset: ResetStyle
    /// What stands before the name of every module.
    public var prefix = ""
    /// The licence of the files, as SPDX writes it.
    public var license: String
    /// Decides the vectors of the bench.
    public var seed: Seed = 1
    /// Period of every clock in the constraints, in nanoseconds.
    public var period = 10.0

    /// A package under a licence.
    public init(license: String, reset: ResetStyle = ResetStyle()) {
      (self.license, self.reset) = (license, reset)
    }
  }

  /// Names and contents of all files, in a fixed order; `package.json` is the last.
  public let files: [(name: String, text: String)]
  /// Name of the top module.
  public let top: String

  /// The package of `block`.
  ///
  /// - Parameter evidence: What is known of the design; it is asked for with the design's Verilog.
  /// - Throws: `DiagnosticList`, `InvalidPrefix`, errors of the bench, and what `evidence` throws.
  public init(
    _ block: any CatalogBlock, _ options: Options,
    evidence: (EmittedDesign) throws -> PackageEvidence = { _ in PackageEvidence() }
  ) throws {
    let verilog = VerilogOptions(license: options.license)
    let checked = try CheckedBlock(block, reset: options.reset)
    let circuit = try checked.design.prefixed(options.prefix)
    let emitted = EmittedDesign(circuit, verilog)
    let interface = circuit.top.interface
    let recording = try block.recording(for: interface, seed: options.seed)
    let around = try checked.circuit.prefixed(options.prefix)
    let own = Set(circuit.definitions.map { $0.name + ".v" })
    let bench = PortableBench(
      recording, summary: "Bench of \(block.summary), seed \(options.seed).", sources: "../rtl",
      files: emitted.manifest.files,
      checks: checked.checkers.isEmpty
        ? nil
        : PortableChecks(
          interface: around.top.interface, design: interface,
          checks: around.definitions[around.definitions.count - 2].interface,
          files: around.verilog(verilog).map { (name: $0.name, text: $0.text) }.filter { !own.contains($0.name) }))
    let design = PackagedDesign(circuit: circuit, emitted: emitted, bench: bench.contents, period: options.period)
    let known = try evidence(emitted)
    let memories = MemoryManifest(circuit)
    let registers = try registerFiles(of: block.generatorValue, top: circuit.top.name)
    let (open, vendor) = (OpenFlowFiles(design: design), VendorScripts(design: design))
    let constraints = ConstraintFiles(design: design)
    top = circuit.top.name
    var files: [(name: String, text: String)] = [
      (
        "README.md",
        PackageReadme(design: design, evidence: known, memories: memories, hasRegisters: !registers.isEmpty).text
      ),
      ("\(top).f", open.fileList), ("\(top).core", open.core), ("Bender.yml", open.bender),
      ("constraints/\(top).sdc", constraints.sdc), ("constraints/\(top).xdc", constraints.xdc),
      ("synth/yosys.ys", open.yosys), ("synth/Makefile", open.makefile),
      ("synth/\(design.shell.name).v", design.shell.verilog), ("synth/vivado.tcl", vendor.vivado),
      ("synth/vivado_ip.tcl", vendor.vivadoPackager), ("synth/design_compiler.tcl", vendor.designCompiler),
      ("synth/genus.tcl", vendor.genus), ("synth/openroad/config.mk", open.openROAD),
      ("synth/librelane/config.json", open.libreLane), ("ipxact/\(top).xml", IPXACT(design: design).xml),
      ("memories.json", memories.json), ("lint.txt", known.report),
    ]
    files += registers
    files += emitted.files.map { ("rtl/" + $0.name, $0.text) }
    files += bench.contents.map { ("bench/" + $0.name, $0.text) }
    files.append(
      (Self.manifestName, PackageManifest(generator: circuit.top.summary, top: top, files: files).json))
    self.files = files
  }

  static let manifestName = "package.json"

  /// Writes every file into `folder`, which is made when it is not there. A package that stands there already is replaced:
  /// files that it had and this one has not are removed.
  ///
  /// Each file appears whole or not at all, `package.json` the last, so that a folder without it is no package.
  ///
  /// - Parameter force: Whether files may be added to a folder that holds something else.
  /// - Throws: ``ForeignFolder`` when the folder holds files and no package, `EmissionFailure` when it cannot be written.
  public func write(to folder: String, force: Bool = false) throws {
    let found = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0 != ".DS_Store" }
    let earlier = PackageManifest.read(from: folder)
    if !found.isEmpty, earlier == nil, !force {
      throw ForeignFolder(path: folder, example: found.sorted()[0])
    }
    let manifest = folder + "/" + Self.manifestName
    // What is half replaced is no package until it is whole again; its files are still known as ours.
    let names = earlier?.files.map(\.name) ?? []
    try WrittenFiles.write(files, to: folder, removing: names.filter { $0 != Self.manifestName })
    precondition(FileManager.default.fileExists(atPath: manifest) || files.isEmpty, "the manifest was written last")
  }
}

/// A folder that holds somebody else's files.
public struct ForeignFolder: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder.
  public var path: String
  /// Something that stands in it.
  public var example: String

  /// What is wrong, and the remedy.
  public var description: String {
    "'\(path)' is not empty and holds no package ('\(example)' stands there); name another folder, or add --force to write beside it"
  }
}

/// The files of a package with their digests.
struct PackageManifest: Codable, Hashable {
  struct File: Codable, Hashable {
    var name: String
    var sha256: String
  }

  /// What wrote the package; by this it is known again.
  var tool = "systole package"
  var version = 1
  /// The generator value.
  var generator: String
  /// The top module.
  var top: String
  var files: [File]

  init(generator: String, top: String, files: [(name: String, text: String)]) {
    (self.generator, self.top) = (generator, top)
    self.files = files.map { File(name: $0.name, sha256: SHA256.hexDigest(of: $0.text)) }
  }

  /// The manifest in `folder`; nil when there is none of ours.
  static func read(from folder: String) -> PackageManifest? {
    guard let data = FileManager.default.contents(atPath: folder + "/" + HandoffPackage.manifestName),
      let manifest = try? JSONDecoder().decode(Self.self, from: data), manifest.tool == "systole package"
    else { return nil }
    return manifest
  }

  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { preconditionFailure("strings and numbers can be encoded") }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
