import Components
import HDL
import Netlist
import Testing

/// Parameters for which there is no hardware are refused by name, whatever the number.
@Suite struct ExtremeParameterTests {
  struct Use: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var make: @Sendable (Int) -> any Generator

    init(_ name: String, _ make: @escaping @Sendable (Int) -> any Generator) {
      (testDescription, self.make) = (name, make)
    }
  }

  static let uses: [Use] = [
    Use("SinglePortMemory width") { SinglePortMemory(width: $0) },
    Use("SinglePortMemory depth") { SinglePortMemory(depth: $0) },
    Use("SinglePortMemory lanes") { SinglePortMemory(lanes: $0) },
    Use("SimpleDualPortMemory depth") { SimpleDualPortMemory(depth: $0) },
    Use("TrueDualPortMemory width") { TrueDualPortMemory(width: $0) },
    Use("AsynchronousFIFO depth") { AsynchronousFIFO(depth: $0) },
    Use("AsynchronousFIFO width") { AsynchronousFIFO(width: $0) },
    Use("PulseSynchronizer stages") { PulseSynchronizer(stages: $0) },
    Use("ResetSynchronizer stages") { ResetSynchronizer(stages: $0) },
    Use("BitSynchronizer stages") { BitSynchronizer(stages: $0) },
    Use("BusSynchronizer width") { BusSynchronizer(width: $0) },
    Use("StreamUpsizer width") { StreamUpsizer(width: $0) },
    Use("StreamUpsizer factor") { StreamUpsizer(factor: $0) },
    Use("StreamDownsizer factor") { StreamDownsizer(factor: $0) },
    Use("SkidBuffer width") { SkidBuffer(width: $0) },
    Use("StreamFIFO width") { StreamFIFO(width: $0) },
    Use("StreamFIFO depth") { StreamFIFO(depth: $0) },
    Use("StreamFork count") { StreamFork(count: $0) },
    Use("StreamJoin widths") { StreamJoin(widths: [8, $0]) },
    Use("CreditLink credits") { CreditLink(credits: $0) },
    Use("CreditLink distance") { CreditLink(distance: $0 == 0 ? -1 : $0) },
    Use("PipeStage width") { PipeStage(width: $0) },
    Use("StreamFilter width") { StreamFilter(width: $0) },
    Use("StreamArbiter count") { StreamArbiter(count: $0) },
    Use("BurstReader wordBytes") { BurstReader(shape: BurstShape(wordBytes: $0)) },
    Use("BurstReader maximumBurst") { BurstReader(shape: BurstShape(maximumBurst: $0)) },
    Use("BurstWriter addressWidth") { BurstWriter(shape: BurstShape(addressWidth: $0)) },
    Use("BurstWriter lengthWidth") { BurstWriter(shape: BurstShape(lengthWidth: $0)) },
    Use("Counter limit") { Counter(limit: $0 == 1 << 32 ? 0 : $0) },
    Use("LFSR width") { LFSR(width: $0) },
    Use("Arbiter count") { Arbiter(count: $0) },
    Use("AdderTree count") { AdderTree(count: $0) },
    Use("AdderTree width") { AdderTree(width: $0) },
    Use("Divider width") { Divider(width: $0) },
    Use("SquareRoot width") { SquareRoot(width: $0) },
    Use("BarrelShifter width") { BarrelShifter(width: $0) },
    Use("SortingNetwork count") { SortingNetwork(count: $0) },
    Use("PrefixSum count") { PrefixSum(count: $0) },
    Use("PrefixSum width") { PrefixSum(width: $0) },
    Use("AXILiteManager addressWidth") { AXILiteManager(addressWidth: $0) },
    Use("RegisterBank addressWidth") { RegisterBank(map: RegisterBank().map, addressWidth: $0) },
  ]

  private func mistakes(_ generator: some Generator) -> [Diagnostic.Code] {
    do {
      _ = try generator.elaborate()
      return []
    } catch {
      return error.diagnostics.map(\.code)
    }
  }

  @Test(arguments: uses) func `Each is refused by name`(use: Use) {
    for value in [Int.min, -(1 << 32), -1, 0, 1 << 32, .max] {
      let found = mistakes(use.make(value))
      #expect(!found.isEmpty && found.allSatisfy { $0 == .badParameter }, "\(value): \(found)")
    }
  }

  struct Delayed: Generator {
    var cycles: Int
    struct Ports { let x: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(x: .init(), y: .init()) }
    static let line = #line + 1
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== m.delayed("late", io.x, by: cycles) }
  }

  @Test(arguments: [Int.min, -1, 65537, .max]) func `A delay that cannot be is refused where it is written`(cycles: Int)
  {
    do {
      _ = try Delayed(cycles: cycles).elaborate()
      Issue.record("it is taken")
    } catch {
      #expect(
        error.description == """
          ComponentsTests/ExtremeParameterTests.swift:\(Delayed.line): error: 'late' is delayed by \(cycles) cycles [SYS0013]
            in module Delayed_cycles\(cycles < 0 ? "minus" : "")\(cycles.magnitude)
            fix: use 0 to 65536 cycles
          1 error
          """)
    }
  }

  /// Bundles whose widths no machine has.
  struct Bundles: Generator {
    struct Ports {
      let packets: StreamInput<PacketBeat>
      let y: Output<Bit>
    }
    var ports: Ports { Ports(packets: .init(PacketBeat(width: .max, lanes: 3)), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.packets.ready <== 1
      io.y <== 0
    }
  }

  @Test func `A bundle that is too wide is refused as a port`() {
    #expect(mistakes(Bundles()) == [.badWidth])
  }
}
