import Foundation
import Synchronization
import Tools

/// What all models of a toolchain share: Verilator's runtime, compiled once, and its main header, precompiled.
struct SharedParts {
  let builder: ModelBuilder
  let plan: BuildPlan

  private var cache: ModelCache { builder.cache }

  /// Where the parts are.
  struct Folders {
    /// One for each group of ``BuildPlan/runtimeSources``.
    var runtimes: [String]
    /// Of the precompiled header.
    var headers: String
    /// True when all of them were made just now.
    var isNew = false
  }

  private var folders: Folders {
    Folders(
      runtimes: builder.runtimeKeys(plan).map { cache.path("runtimes", $0) },
      headers: cache.path("headers", builder.headersKey(plan)))
  }

  /// Removes the parts.
  func discard() { for folder in folders.runtimes + [folders.headers] { FileSystem.remove(folder) } }

  /// Makes what is missing.
  func make() throws(VerilatorFailure) -> Folders {
    var folders = folders
    folders.isNew = true
    for (sources, destination) in zip(plan.runtimeSources, folders.runtimes) {
      folders.isNew =
        try once(destination) { (folder) throws(VerilatorFailure) in
          try FileSystem.write(BuildPlan.shimHeader, to: folder + "/shim.h")
          try compileAll(sources.map(plan.compileRuntime), in: folder)
          try archive(sources.map { $0 + ".o" }, in: folder)
        } && folders.isNew
    }
    folders.isNew =
      try once(folders.headers) { (folder) throws(VerilatorFailure) in
        try FileSystem.write(BuildPlan.headerText, to: folder + "/" + BuildPlan.header)
        _ = try compile(plan.compileHeader(), in: folder)
      } && folders.isNew
    return folders
  }

  /// Fills a folder of the cache if it is not there, in one step as others see it. Returns whether it did.
  private func once(
    _ destination: String, _ fill: (_ folder: String) throws(VerilatorFailure) -> Void
  ) throws(VerilatorFailure) -> Bool {
    if FileSystem.isFolder(destination) { return false }
    let place = URL(fileURLWithPath: destination)
    let lock = try cache.lock(place.lastPathComponent)
    defer { withExtendedLifetime(lock) {} }
    if FileSystem.isFolder(destination) { return false }
    let building = try BuildFolder(in: cache)
    let product = building.path + "/product"
    try FileSystem.makeFolder(product)
    try fill(product)
    try FileSystem.makeFolder(place.deletingLastPathComponent().path)
    try FileSystem.move(product, to: destination)
    return true
  }

  /// Runs the compiler.
  func compile(_ arguments: [String], in folder: String) throws(VerilatorFailure) -> ProgramResult {
    let result: ProgramResult
    do {
      // Temporary files of the compiler belong to this build too.
      result = try plan.compiler.program.run(arguments, in: folder, environment: ["TMPDIR": folder])
    } catch { throw .toolFailed(tool: plan.compiler.program.path, reason: error.reason) }
    if result.termination.isSuccess { return result }
    try cache.checkSpace(folder, result)
    guard case .exited = result.termination else {
      throw .toolFailed(tool: plan.compiler.program.path, reason: "it \(result.termination)")
    }
    let lines = result.errors.split(separator: "\n").prefix(20).joined(separator: "\n")
    throw .compilation(command: plan.compiler.program.commandLine(arguments), messages: lines)
  }

  /// Compiles several files, on all processors.
  private func compileAll(_ commands: [[String]], in folder: String) throws(VerilatorFailure) {
    let failures = Mutex<[VerilatorFailure]>([])
    DispatchQueue.concurrentPerform(iterations: commands.count) { index in
      do throws(VerilatorFailure) {
        _ = try compile(commands[index], in: folder)
      } catch { failures.withLock { $0.append(error) } }
    }
    if let first = failures.withLock({ $0.first }) { throw first }
  }

  /// Joins object files into the archive, by the linker, so that no further tool is needed.
  private func archive(_ objects: [String], in folder: String) throws(VerilatorFailure) {
    _ = try compile(["-r", "-nostdlib", "-o", BuildPlan.archive] + objects, in: folder)
    for object in objects { FileSystem.remove(folder + "/" + object) }
  }
}
