import Foundation
import Netlist
import Tools

/// Turns Verilog into models that run inside this process, and keeps them in a cache.
///
/// A build calls Verilator and the C++ compiler directly, compiles one translation unit, and links it with a runtime
/// that is compiled once. Safe to use from several threads and processes at once: equal builds happen once.
public struct ModelBuilder: Hashable, Sendable {
  /// The tools.
  public let toolchain: Toolchain
  /// Where models are kept.
  public let cache: ModelCache
  /// Identities of the two tools in keys.
  private let toolIdentity: String

  /// Uses the preferred tools and cache of this machine unless others are given.
  public init(toolchain: Toolchain? = nil, cache: ModelCache = ModelCache()) throws(VerilatorFailure) {
    if let toolchain { self.toolchain = toolchain } else { self.toolchain = try Toolchain() }
    self.cache = cache
    let verilator = self.toolchain.verilator
    let compiler = self.toolchain.compiler
    let binary = try cache.identity(ofFile: verilator.program.path)
    let header = try cache.identity(ofFile: verilator.includeFolder + "/verilated.h")
    let runtime = try cache.identity(ofFile: verilator.includeFolder + "/verilated.cpp")
    toolIdentity =
      "verilator \(binary) \(header) \(runtime)\ncompiler \(compiler.program.path) \(compiler.version)\n"
      + "target \(Toolchain.target)\n"
  }

  /// The compiled model of `design`, from the cache or built now. The calling thread blocks while it is built.
  public func library(
    for design: ModelDesign, profile: ModelProfile = .default
  ) throws(VerilatorFailure) -> ModelLibrary {
    let plan = try toolchain.plan(for: profile)
    let key = self.key(of: design, plan)
    // Each run of a model reads them.
    try cache.writeData(of: design)
    if let library = cached(key, design.interface) { return library }

    let lock = try cache.lock(key)
    defer { withExtendedLifetime(lock) {} }
    // Another thread or process may have built it meanwhile.
    if let library = cached(key, design.interface) { return library }
    cache.discard(key)
    let record = try ModelBuild(builder: self, plan: plan, design: design, profile: profile, key: key).run()
    cache.evict(except: key)
    return try ModelLibrary(path: cache.library(key), record: record, interface: design.interface)
  }

  /// A running model of `design`.
  ///
  /// - Parameters:
  ///   - design: Verilog and the interface of its top module.
  ///   - profile: How it is compiled.
  ///   - initialState: What registers without initial value hold.
  public func model(
    of design: ModelDesign, profile: ModelProfile = .default, initialState: InitialState = .random(seed: 0)
  ) throws(VerilatorFailure) -> VerilatedModel {
    try library(for: design, profile: profile).model(initialState: initialState)
  }

  /// The name of the compiled model of `design` in the cache.
  public func key(
    of design: ModelDesign, profile: ModelProfile = .default
  ) throws(VerilatorFailure) -> String {
    key(of: design, try toolchain.plan(for: profile))
  }

  /// A cached model that can be loaded; what cannot be is removed.
  private func cached(_ key: String, _ interface: ModuleInterface) -> ModelLibrary? {
    guard let record = cache.trustedRecord(key) else { return nil }
    return try? ModelLibrary(path: cache.library(key), record: record, interface: interface)
  }

  // MARK: - Keys

  private func key(of design: ModelDesign, _ plan: BuildPlan) -> String {
    var hash = SHA256()
    hash.update("model\n" + toolIdentity + runtimeKeys(plan).joined() + "\n" + headersKey(plan) + "\n")
    let commands = [
      plan.verilate(top: design.interface.name, arguments: design.arguments(in: cache), sources: []),
      plan.compileModel(headers: "headers"),
      plan.link(runtimes: []),
    ]
    hash.update("\(commands)\n")
    if plan.optimization == .native { hash.update(Toolchain.processorName()) }
    // The shim holds the interface but for exact widths, and a cached model has been checked against those.
    hash.update("\(design.interface.ports.map(\.width))")
    hash.update(plan.shim(for: design.interface).text(members: [:]))
    for source in design.sources {
      hash.update("\n\(source.name.utf8.count) \(source.name) \(source.text.utf8.count)\n")
      hash.update(source.text)
    }
    return hash.hexDigest()
  }

  /// One key for each group of ``BuildPlan/runtimeSources``.
  func runtimeKeys(_ plan: BuildPlan) -> [String] {
    plan.runtimeSources.map {
      SHA256.hexDigest(of: "runtime\n\(toolIdentity)\(BuildPlan.shimHeader)\($0.map(plan.compileRuntime))")
    }
  }

  func headersKey(_ plan: BuildPlan) -> String {
    let processor = plan.optimization == .native ? Toolchain.processorName() : ""
    return SHA256.hexDigest(of: "headers\n\(toolIdentity)\(plan.compileHeader())\(processor)")
  }
}
