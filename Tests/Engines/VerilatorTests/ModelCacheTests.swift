import Engine
import Foundation
import Netlist
import Synchronization
import TestFiles
import Testing
import Tools

@testable import Verilator

/// The cache under everything that can happen to it. One toolchain is enough here: none of it depends on the tools.
@Suite struct ModelCacheTests {
  let pair = Bench.Pair.newClang

  /// The counter of `library` after `cycles` cycles with everything enabled.
  private func count(_ library: ModelLibrary, cycles: Int) throws -> UInt64? {
    let model = try library.model(initialState: .zero)
    model.pin("enable")?.unsigned = 1
    try model.run(cycles: cycles)
    try model.settle()
    return model.pin("count")?.unsigned
  }

  /// A cache of its own that shares runtime and headers with the one of all tests, to spare their compilation.
  private func privateCache(in folder: TemporaryFolder, sizeLimit: Int = 1 << 30) throws -> ModelCache {
    _ = try pair.builder().library(for: Designs.counter(), profile: .debug)
    let cache = ModelCache(folder: folder.path + "/cache", sizeLimit: sizeLimit)
    try FileManager.default.createDirectory(atPath: cache.folder, withIntermediateDirectories: true)
    for shared in ["runtimes", "headers", "tools"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(cache.folder)/\(shared)", withDestinationPath: "\(Bench.cache.folder)/\(shared)")
    }
    return cache
  }

  private func names(_ cache: ModelCache, _ kind: String) -> [String] {
    FileSystem.names(in: "\(cache.folder)/\(kind)")
  }

  @Test func `A changed design of the same name is a new model, and the old one stays`() throws {
    let builder = try pair.builder()
    let one = try builder.library(for: Designs.counter(step: 1), profile: .debug)
    let two = try builder.library(for: Designs.counter(step: 2), profile: .debug)
    #expect(try count(one, cycles: 100) == 100)
    #expect(try count(two, cycles: 100) == 200)
    #expect(try count(try builder.library(for: Designs.counter(step: 1), profile: .debug), cycles: 100) == 100)
    #expect(one.path.contains(one.record.key))
    #expect(one.path != two.path)
  }

  @Test func `Everything that a model is made from is in its key`() throws {
    let base = Designs.counter()
    var renamed = base
    renamed.sources[0].name = "other.v"
    var signed = base
    signed.interface.ports[1].isSigned = true
    var inverted = base
    inverted.interface.clocks[0].resetPolarity = .activeLow
    var parameterised = base
    parameterised.parameters = ["N": "1"]
    var other = base
    other.sources.append(VerilogSource(name: "more.v", text: ""))
    let designs = [base, Designs.counter(step: 2), renamed, inverted, parameterised, other]
    let builder = try pair.builder()
    var keys = try designs.map { try builder.key(of: $0) }
    for profile in [ModelProfile.debug, .fast, .trace, ModelProfile(optimization: .none, waves: .vcd)] {
      keys.append(try builder.key(of: base, profile: profile))
    }
    for other in Bench.Pair.allCases where other != pair { keys.append(try other.builder().key(of: base)) }
    #expect(Set(keys).count == keys.count)
    #expect(keys.allSatisfy { $0.count == 64 })
    #expect(try builder.key(of: signed) == keys[0], "signs do not reach the machine code")
  }

  @Test func `A hit runs no tool and gives the record of the build`() throws {
    let folder = try TemporaryFolder()
    let builder = try pair.builder(try privateCache(in: folder))
    let built = try builder.library(for: Designs.counter(), profile: .debug)
    var broken = try pair.toolchain()
    broken.verilator.program = Program(path: broken.verilator.program.path, leadingArguments: ["--no-such-option"])
    let hit = try ModelBuilder(toolchain: broken, cache: builder.cache).library(
      for: Designs.counter(), profile: .debug)
    #expect(hit.record == built.record)
    #expect(built.record.commands.count == 3)
    #expect(built.record.generatedBytes > 1000)
    #expect(built.record.module == "counter")
    #expect(names(builder.cache, "building").isEmpty)
    #expect(names(builder.cache, "locks").isEmpty)
  }

  @Test func `Threads and processes that want the same model build it once`() throws {
    let folder = try TemporaryFolder()
    let cache = try privateCache(in: folder)
    let worker = try Worker(folder: folder, cache: cache)
    // Two builds would not take the same time to the last bit of it.
    let results = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 4) { index in
      do {
        if index < 2 {
          let result = try worker.run()
          results.withLock { $0.append(result.output + result.errors) }
        } else {
          let library = try pair.builder(cache).library(for: worker.design, profile: .debug)
          let value = try count(library, cycles: 5)
          results.withLock { $0.append("\(value ?? 0)\n\(library.record.seconds.compile)\n") }
        }
      } catch { results.withLock { $0.append("\(error)") } }
    }
    let all = results.withLock { $0 }
    #expect(all.count == 4)
    #expect(Set(all).count == 1, "\(all)")
    #expect(all[0].hasPrefix("5\n"), "\(all)")
  }

  @Test(arguments: ["truncated", "flipped", "garbage", "record"])
  func `A damaged entry is built again`(damage: String) throws {
    let folder = try TemporaryFolder()
    let cache = try privateCache(in: folder)
    let worker = try Worker(folder: folder, cache: cache)
    let first = try worker.run()
    try #require(first.output.hasPrefix("5\n"), "\(first.errors)")
    let name = try #require(names(cache, "models").first { $0.hasSuffix(".so") })
    let key = String(name.dropLast(3))
    let library = URL(fileURLWithPath: cache.library(key))
    var bytes = try Data(contentsOf: library)
    switch damage {
    case "truncated": bytes = bytes.prefix(bytes.count / 2)
    case "flipped": bytes[bytes.count / 2] ^= 1
    case "garbage":
      // Vouched for by its record, but nothing that can be loaded.
      bytes = Data("not a library".utf8)
      var record = try JSONDecoder().decode(
        BuildRecord.self, from: Data(contentsOf: URL(fileURLWithPath: cache.record(key))))
      record.libraryBytes = bytes.count
      record.librarySHA256 = SHA256.hexDigest(of: "not a library")
      try JSONEncoder().encode(record).write(to: URL(fileURLWithPath: cache.record(key)))
    default: try Data("{".utf8).write(to: URL(fileURLWithPath: cache.record(key)))
    }
    try FileManager.default.removeItem(at: library)
    try bytes.write(to: library)

    let mended = try pair.builder(cache).library(for: worker.design, profile: .debug)
    #expect(try count(mended, cycles: 7) == 7)
    #expect(cache.trustedRecord(key)?.key == key)
  }

  @Test func `Damaged shared parts are made again`() throws {
    let folder = try TemporaryFolder()
    let shared = try Bench.Pair.oldClang.builder()
    _ = try shared.library(for: Designs.counter(), profile: .debug)
    let cache = ModelCache(folder: folder.path + "/cache")
    for kind in ["runtimes", "headers"] {
      let origin = "\(Bench.cache.folder)/\(kind)"
      let plan = try shared.toolchain.plan(for: .debug)
      for key in shared.runtimeKeys(plan) + [shared.headersKey(plan)] where FileSystem.exists("\(origin)/\(key)") {
        try FileSystem.makeFolder("\(cache.folder)/\(kind)/\(key)")
        for name in FileSystem.names(in: "\(origin)/\(key)") {
          try FileSystem.write("damaged", to: "\(cache.folder)/\(kind)/\(key)/\(name)")
        }
      }
    }
    let library = try Bench.Pair.oldClang.builder(cache).library(for: Designs.counter(), profile: .debug)
    #expect(try count(library, cycles: 6) == 6)
  }

  @Test func `The model that was not used for the longest time goes first`() throws {
    let folder = try TemporaryFolder()
    let cache = try privateCache(in: folder)
    let builder = try pair.builder(cache)
    let designs = (0..<3).map { Designs.counter(marker: "\($0)") }
    let keys = try designs.map { try builder.key(of: $0, profile: .debug) }
    let size = try builder.library(for: designs[0], profile: .debug).record.libraryBytes
    _ = try builder.library(for: designs[1], profile: .debug)
    // Whole seconds apart, so that no clock is too coarse.
    for (age, key) in zip([100.0, 200.0], keys) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: cache.library(key))
    }
    let small = try pair.builder(ModelCache(folder: cache.folder, sizeLimit: size * 5 / 2))
    _ = try small.library(for: designs[2], profile: .debug)
    #expect(FileSystem.exists(cache.library(keys[0])))
    #expect(!FileSystem.exists(cache.library(keys[1])))
    #expect(!FileSystem.exists(cache.record(keys[1])))
    #expect(FileSystem.exists(cache.library(keys[2])))
  }

  @Test func `A cache that cannot be written is one clear error`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", to: "file")
    #expect {
      try pair.builder(ModelCache(folder: file + "/cache"))
    } throws: { error in
      "\(error)" == """
        the model cache at '\(file)/cache/tools' cannot be used: Not a directory; free some space or mend the folder, \
        or set SYSTOLE_CACHE to a folder that can be written
        """
    }
  }

  @Test func `A full disk is one clear error and leaves nothing behind`() throws {
    let folder = try TemporaryFolder()
    let cache = try privateCache(in: folder)
    let worker = try Worker(folder: folder, cache: cache)
    // A limit on the size of files stands for the full disk; the library is larger than 8 KiB, the sources are not.
    let result = try worker.run(through: "trap '' XFSZ; ulimit -f 16; exec \"$@\"")
    #expect(result.termination == .exited(code: 1))
    #expect(
      result.errors.hasPrefix("the model cache at '\(cache.folder)")
        && result.errors.contains("' cannot be used: File too large; free some space"),
      "\(result.errors)")
    #expect(names(cache, "models").isEmpty)
    #expect(names(cache, "building").isEmpty)
    #expect(try worker.run().output.hasPrefix("5\n"))
  }

  @Test(arguments: [SIGKILL, SIGINT])
  func `A build that is killed leaves no entry, no child and no folder`(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let cache = try privateCache(in: folder)
    let worker = try Worker(folder: folder, cache: cache)
    // Verilator waits for the rest of the Verilog, which comes through a pipe and never ends.
    let pipe = folder.path + "/pipe.v"
    try #require(mkfifo(pipe, 0o600) == 0)
    let process = try worker.start(verilogSuffix: "`include \"\(pipe)\"\n")
    var writer = open(pipe, O_WRONLY | O_NONBLOCK)
    while writer < 0, process.isRunning {
      usleep(10_000)
      writer = open(pipe, O_WRONLY | O_NONBLOCK)
    }
    try #require(writer >= 0, "Verilator did not begin")
    #expect(names(cache, "building").count == 2)
    // Ctrl-C reaches the whole group; a kill only the process.
    kill(signal == SIGINT ? -process.processIdentifier : process.processIdentifier, signal)
    process.waitUntilExit()
    close(writer)
    // A pipe without a reader cannot be opened: then Verilator has gone, too.
    var next = open(pipe, O_WRONLY | O_NONBLOCK)
    while next >= 0 {
      close(next)
      usleep(10_000)
      next = open(pipe, O_WRONLY | O_NONBLOCK)
    }
    #expect(names(cache, "models").isEmpty)
    _ = try pair.builder(cache).library(for: worker.design, profile: .debug)
    #expect(names(cache, "building").isEmpty)
    #expect(names(cache, "models").count == 2)
  }
}
