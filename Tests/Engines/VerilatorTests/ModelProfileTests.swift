import Foundation
import Testing

@testable import Verilator

@Suite struct ModelProfileTests {
  @Test func `Long runs get optimised models, and none only for this machine`() {
    #expect(ModelProfile.suited(toCycles: 1000) == .debug)
    #expect(ModelProfile.suited(toCycles: 1_000_000) == .default)
    #expect(ModelProfile.suited(toCycles: 1_000_000_000) == .default)
  }

  @Test func `A profile survives JSON`() throws {
    for profile in [ModelProfile.debug, .default, .fast, .trace] {
      let data = try JSONEncoder().encode(profile)
      #expect(try JSONDecoder().decode(ModelProfile.self, from: data) == profile)
    }
  }

  @Test func `Commands differ where the profiles do`() throws {
    let toolchain = try Bench.Pair.newClang.toolchain()
    let fast = try toolchain.plan(for: .fast)
    #expect(fast.compileModel(headers: "h").starts(with: ["-O3", "-march=native"]))
    #expect(!fast.verilate(top: "t", arguments: [], sources: []).contains { $0.hasPrefix("--trace") })
    #expect(fast.runtimeSources.count == 1)
    let trace = try toolchain.plan(for: .trace)
    #expect(trace.compileModel(headers: "h").first == "-O0")
    #expect(trace.verilate(top: "t", arguments: [], sources: []).contains("--trace-fst"))
    #expect(trace.runtimeSources.last == ["verilated_fst_c"])
    let old = try Bench.Pair.oldGCC.toolchain().plan(for: ModelProfile(optimization: .none, waves: .vcd))
    #expect(
      old.verilate(top: "t", arguments: ModelDesign.arguments(for: ["B": "2", "A": "1"]), sources: ["x.v"]).suffix(3)
        == ["-GA=1", "-GB=2", "x.v"])
    #expect(old.verilate(top: "t", arguments: [], sources: []).contains("--trace"))
    #expect(old.link(runtimes: ["r"]).contains("-fuse-ld=lld") == false)
  }
}
