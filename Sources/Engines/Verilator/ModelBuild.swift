import Foundation
import Netlist
import Tools

/// One build, in a folder of its own.
struct ModelBuild {
  let builder: ModelBuilder
  let plan: BuildPlan
  let design: ModelDesign
  let profile: ModelProfile
  let key: String

  private let wrapper: PortWrapper?

  init(builder: ModelBuilder, plan: BuildPlan, design: ModelDesign, profile: ModelProfile, key: String) {
    self.builder = builder
    self.plan = plan
    self.design = design
    self.profile = profile
    self.key = key
    wrapper = PortWrapper(design)
  }

  private var cache: ModelCache { builder.cache }
  private var interface: ModuleInterface { design.interface }

  /// Builds the model, puts it into the cache and returns its record.
  func run() throws(VerilatorFailure) -> BuildRecord {
    BuildFolder.sweep(cache)
    let folder = try BuildFolder(in: cache)
    let verilated = try verilate(in: folder.path)
    let members = try matchPorts(in: folder.path)
    let generatedBytes = try writeUnit(in: folder.path, members: members)

    let (compiled, linked) = try translate(in: folder.path)

    let product = folder.path + "/" + BuildPlan.library
    let record = BuildRecord(
      key: key, module: interface.name, profile: profile, waves: plan.waves, verilator: plan.verilator.version,
      compiler: plan.compiler.version,
      commands: [
        plan.verilator.program.commandLine(verilateArguments),
        plan.compiler.program.commandLine(compiled.arguments), plan.compiler.program.commandLine(linked.arguments),
      ],
      seconds: .init(
        verilate: verilated.wallTime.seconds, compile: compiled.result.wallTime.seconds,
        link: linked.result.wallTime.seconds,
        processor: (verilated.processorTime + compiled.result.processorTime + linked.result.processorTime).seconds),
      generatedBytes: generatedBytes, libraryBytes: FileSystem.status(product)?.bytes ?? 0,
      librarySHA256: try cache.digest(of: product))
    try publish(record, product: product, folder: folder.path)
    return record
  }

  // MARK: - Steps

  /// What Verilator gets.
  private var verilated: ModelDesign { wrapper?.design ?? design }

  private var sourceNames: [String] { verilated.sources.indices.map { "source\($0).v" } }

  private var verilateArguments: [String] {
    plan.verilate(
      top: wrapper?.module ?? interface.name, arguments: verilated.arguments(in: cache), sources: sourceNames)
  }

  private func verilate(in folder: String) throws(VerilatorFailure) -> ProgramResult {
    let data = cache.dataFolder(of: design)
    for (name, var source) in zip(sourceNames, verilated.sources) {
      source.text = verilated.located(source.text, in: data)
      try FileSystem.write(VerilatorMessages.marked(source), to: folder + "/" + name)
    }
    let result: ProgramResult
    do {
      result = try plan.verilator.program.run(verilateArguments, in: folder)
    } catch { throw .toolFailed(tool: "verilator", reason: error.reason) }
    if result.termination.isSuccess { return result }
    let messages = VerilatorMessages.relevant(in: result.errors + result.output)
    try cache.checkSpace(folder, result)
    guard case .exited = result.termination, !messages.isEmpty else {
      throw .toolFailed(tool: "verilator", reason: "it \(result.termination)\n\(result.errors)")
    }
    if messages.contains("was not found in design") {
      throw .unknownTop(name: interface.name, available: [])
    }
    throw .verilog(module: interface.name, messages: messages)
  }

  /// Finds the C++ member of every port, and checks that names and widths are those of the interface.
  private func matchPorts(in folder: String) throws(VerilatorFailure) -> [String: String] {
    let path = "\(folder)/\(BuildPlan.generated)/\(ModelShim.className).h"
    let header = String(decoding: try FileSystem.contents(path), as: UTF8.self)
    let widths = PortNames.members(ofHeader: header)
    let names = Set(widths.keys)
    var members: [String: String] = [:]
    let controls = interface.clocks.flatMap { [$0.clock] + [$0.reset].compactMap { $0 } }
    for (name, width) in interface.ports.map({ ($0.name, $0.width) }) + controls.map({ ($0, 1) }) {
      guard let member = PortNames.member(for: wrapper?.names[name] ?? name, among: names), let actual = widths[member]
      else {
        throw .ports(
          module: interface.name,
          mismatch: "the Verilog has no port '\(name)'; it has \(names.sorted().joined(separator: ", "))")
      }
      guard actual == width else {
        throw .ports(
          module: interface.name,
          mismatch: "port '\(name)' is \(actual) bits wide in the Verilog, \(width) in the interface")
      }
      members[name] = member
    }
    let extra = names.subtracting(members.values)
    guard extra.isEmpty else {
      throw .ports(
        module: interface.name, mismatch: "the interface does not have \(extra.sorted().joined(separator: ", "))")
    }
    return members
  }

  /// Writes the one translation unit: all generated sources and the shim. Returns the size of the former.
  private func writeUnit(in folder: String, members: [String: String]) throws(VerilatorFailure) -> Int {
    let generated = folder + "/" + BuildPlan.generated
    let sources = FileSystem.names(in: generated).filter { $0.hasSuffix(".cpp") }
    let includes = sources.map { "#include \"\($0)\"\n" }.joined()
    let shim = plan.shim(for: interface).text(
      members: members, canSkipCleanup: try canSkipCleanup(in: generated))
    try FileSystem.write(includes + shim, to: folder + "/" + BuildPlan.unit)
    return sources.reduce(0) { $0 + (FileSystem.status(generated + "/" + $1)?.bytes ?? 0) }
  }

  /// Whether the generated code evaluates by a function of the known name and has no objects of classes, which would wait
  /// for their deletion after each evaluation.
  private func canSkipCleanup(in generated: String) throws(VerilatorFailure) -> Bool {
    let declaration = "void \(ModelShim.evaluationFunction)(\(ModelShim.className)___024root* vlSelf);"
    let main = String(
      decoding: try FileSystem.contents("\(generated)/\(ModelShim.className).cpp"), as: UTF8.self)
    guard main.contains(declaration) else { return false }
    for name in FileSystem.names(in: generated) where name.hasSuffix(".h") {
      let header = String(decoding: try FileSystem.contents(generated + "/" + name), as: UTF8.self)
      if header.contains("VlClass") { return false }
    }
    return true
  }

  private typealias Command = (arguments: [String], result: ProgramResult)

  /// Compiles and links the translation unit.
  ///
  /// Shared parts that were made earlier get a second chance: an update of the system's headers makes a precompiled one
  /// useless, and files can be damaged.
  private func translate(in folder: String) throws(VerilatorFailure) -> (compiled: Command, linked: Command) {
    let parts = SharedParts(builder: builder, plan: plan)
    let made = try parts.make()
    do {
      return try translate(in: folder, with: parts, made)
    } catch {
      guard case .compilation = error, !made.isNew else { throw error }
      parts.discard()
      return try translate(in: folder, with: parts, try parts.make())
    }
  }

  private func translate(
    in folder: String, with parts: SharedParts, _ made: SharedParts.Folders
  ) throws(VerilatorFailure) -> (compiled: Command, linked: Command) {
    let compilation = plan.compileModel(headers: made.headers)
    let compiled = try parts.compile(compilation, in: folder)
    let linking = plan.link(runtimes: made.runtimes)
    let linked = try parts.compile(linking, in: folder)
    return ((compilation, compiled), (linking, linked))
  }

  /// The record goes first: a library counts only with the record that describes it.
  private func publish(_ record: BuildRecord, product: String, folder: String) throws(VerilatorFailure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let text = try? encoder.encode(record) else {
      throw .cache(path: cache.record(key), reason: "the record cannot be written as JSON")
    }
    let draft = folder + "/record.json"
    try FileSystem.write(String(decoding: text, as: UTF8.self), to: draft)
    try FileSystem.makeFolder(cache.folder + "/models")
    try FileSystem.move(draft, to: cache.record(key))
    try FileSystem.move(product, to: cache.library(key))
  }
}

extension Duration {
  /// The time in seconds.
  var seconds: Double { self / .seconds(1) }
}

extension ModelCache {
  /// Throws when a tool failed for want of space.
  func checkSpace(_ folder: String, _ result: ProgramResult) throws(VerilatorFailure) {
    let text = result.errors + result.output
    for sign in ["No space left on device", "File too large", "Disk quota exceeded", "Read-only file system"]
    where text.contains(sign) {
      throw .cache(path: self.folder, reason: sign)
    }
    if case .signalled(let signal) = result.termination, signal == SIGXFSZ {
      throw .cache(path: self.folder, reason: "File too large")
    }
  }
}
