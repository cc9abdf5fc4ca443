import Catalog
import Entries
import Foundation
import HDL
import Packaging
import TestFiles
import Testing
import Tools

/// A package of a block with a short bench, in a folder of its own.
struct WrittenPackage {
  let folder: TemporaryFolder
  let package: HandoffPackage

  init(_ name: String, count: Int = 40, settings: [String] = [], prefix: String = "") throws {
    folder = try TemporaryFolder()
    package = try Self.package(name, count: count, settings: settings, prefix: prefix)
    try package.write(to: folder.path)
  }

  /// The package of a machine.
  init(_ block: some CatalogBlock) throws {
    folder = try TemporaryFolder()
    package = try HandoffPackage(block, HandoffPackage.Options(license: "Apache-2.0"))
    try package.write(to: folder.path)
  }

  static func package(
    _ name: String, count: Int = 40, settings: [String] = [], prefix: String = "", reset: ResetStyle = ResetStyle()
  ) throws -> HandoffPackage {
    var options = HandoffPackage.Options(license: "Apache-2.0", reset: reset)
    options.prefix = prefix
    let entry = try Catalog.entry(name)
    let work = entry.workloadParameters.contains { $0.name == "count" } ? ["count=\(count)"] : []
    return try HandoffPackage(
      entry.block(
        configuration: nil, settings: settings.compactMap { Setting($0) }, workload: work.compactMap { Setting($0) }),
      options)
  }

  var top: String { package.top }

  func text(_ name: String) throws -> String {
    try #require(package.files.first { $0.name == name }, "no file \(name)").text
  }

  /// Runs a program that `make setup` has prepared, by its usual name, in the folder of the package.
  @discardableResult
  func run(_ tool: String, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let path = Checkout.tools + "/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    let prepared = Checkout.tools + "/bin/" + tool
    let exists = FileManager.default.fileExists(atPath: prepared)
    let program = exists ? Program(path: prepared) : Program(path: "/usr/bin/env", leadingArguments: [tool])
    let result = try program.run(
      arguments, in: folder.path, environment: ["PATH": path, "CXX": Checkout.tools + "/bin/g++"],
      timeout: .seconds(600))
    #expect(
      result.termination.isSuccess, "\(tool) \(arguments): \(result.output.suffix(3000))\(result.errors.suffix(3000))",
      sourceLocation: sourceLocation)
    return result.output + result.errors
  }

  /// Runs a Python program with the packages of the hand-off's environment.
  func python(_ program: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let result = try Program(path: Checkout.tools + "/handoff/bin/python").run(
      ["-c", program], in: folder.path, timeout: .seconds(120))
    #expect(result.termination.isSuccess, "\(result.output)\(result.errors)", sourceLocation: sourceLocation)
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
