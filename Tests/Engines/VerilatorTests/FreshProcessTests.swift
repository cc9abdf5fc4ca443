import Foundation
import TestFiles
import Testing

@testable import Verilator

/// Models in processes that have loaded nothing else: what a model needs must be linked with it.
@Suite struct FreshProcessTests {
  private static let profiles: [(name: String, profile: ModelProfile, wave: String?)] = [
    ("debug", .debug, nil), ("default", .default, nil), ("fast", .fast, nil), ("cover", .cover, nil),
    ("trace", .trace, "fst"), ("vcd", ModelProfile(optimization: .standard, waves: .vcd), "vcd"),
    ("fst", ModelProfile(optimization: .standard, waves: .fst), "fst"),
    ("all", ModelProfile(optimization: .none, waves: .fst, countsCoverage: true), "fst"),
  ]

  @Test(arguments: Bench.Pair.allCases, profiles.indices)
  func `Every profile builds, loads and runs`(pair: Bench.Pair, profile index: Int) throws {
    let profile = Self.profiles[index]
    let folder = try TemporaryFolder()
    let worker = try Worker(folder: folder, cache: Bench.cache, pair: pair)
    let wave = profile.wave.map { "\(folder.path)/wave.\($0)" }
    let result = try worker.run(profile.profile, wave: wave)
    #expect(result.termination.isSuccess, "\(profile.name): \(result.errors)")
    #expect(result.output.hasPrefix("5\n"), "\(result.output)")
    if let wave { #expect((FileSystem.status(wave)?.bytes ?? 0) > 100) }
  }

  @Test(arguments: Bench.Pair.clang)
  func `A library that is not linked shows when the model is linked`(pair: Bench.Pair) throws {
    let plan = try pair.toolchain().plan(for: ModelProfile(optimization: .none, waves: .fst))
    let link = plan.link(runtimes: [])
    #expect(link.contains("-lz"))
    #expect(link.contains("-llz4") == (pair == .newClang))
    #expect(link.contains("-Wl,-z,defs"))
  }

  @Test func `FST waves are chosen only where the headers of both libraries are`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("", to: "lz4.h")
    var toolchain = try Bench.Pair.newClang.toolchain()
    toolchain.includeFolders = [folder.path]
    // The machine may have it, too.
    let hasOwn = ["/usr/include", "/usr/local/include"].contains { FileSystem.exists($0 + "/zlib.h") }
    #expect(toolchain.bestWaveFormat == (hasOwn ? .fst : .vcd))
    _ = try folder.write("", to: "zlib.h")
    #expect(toolchain.bestWaveFormat == .fst)
  }
}
