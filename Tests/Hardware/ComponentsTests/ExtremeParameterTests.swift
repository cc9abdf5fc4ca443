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

    init<G: DefaultConfigurable>(_ name: String, _ path: WritableKeyPath<G, Int> & Sendable) {
      self.init(name) { value in G { $0[keyPath: path] = value } }
    }
  }

  static let uses: [Use] = [
    Use("SinglePortMemory width", \SinglePortMemory.width),
    Use("SinglePortMemory depth", \SinglePortMemory.depth),
    Use("SinglePortMemory lanes", \SinglePortMemory.lanes),
    Use("SimpleDualPortMemory depth", \SimpleDualPortMemory.depth),
    Use("TrueDualPortMemory width", \TrueDualPortMemory.width),
    Use("AsynchronousFIFO depth", \AsynchronousFIFO.depth),
    Use("AsynchronousFIFO width", \AsynchronousFIFO.width),
    Use("PulseSynchronizer stages", \PulseSynchronizer.stages),
    Use("ResetSynchronizer stages", \ResetSynchronizer.stages),
    Use("BitSynchronizer stages", \BitSynchronizer.stages),
    Use("BusSynchronizer width", \BusSynchronizer.width),
    Use("StreamUpsizer width", \StreamUpsizer.width),
    Use("StreamUpsizer factor", \StreamUpsizer.factor),
    Use("StreamDownsizer factor", \StreamDownsizer.factor),
    Use("SkidBuffer width", \SkidBuffer.width),
    Use("StreamFIFO width", \StreamFIFO.width),
    Use("StreamFIFO depth", \StreamFIFO.depth),
    Use("StreamFork count", \StreamFork.count),
    Use("StreamJoin widths") { StreamJoin(widths: [8, $0]) },
    Use("CreditLink credits", \CreditLink.credits),
    Use("CreditLink distance") { value in CreditLink { $0.distance = value == 0 ? -1 : value } },
    Use("PipeStage width", \PipeStage.width),
    Use("StreamFilter width", \StreamFilter.width),
    Use("StreamArbiter count", \StreamArbiter.count),
    Use("BurstReader wordBytes", \BurstReader.shape.wordBytes),
    Use("BurstReader maximumBurst", \BurstReader.shape.maximumBurst),
    Use("BurstWriter addressWidth", \BurstWriter.shape.addressWidth),
    Use("BurstWriter lengthWidth", \BurstWriter.shape.lengthWidth),
    Use("Counter limit") { value in Counter { $0.limit = value == 1 << 32 ? 0 : value } },
    Use("LFSR width", \LFSR.width),
    Use("Arbiter count", \Arbiter.count),
    Use("AdderTree count", \AdderTree.count),
    Use("AdderTree width", \AdderTree.width),
    Use("Divider width", \Divider.width),
    Use("SquareRoot width", \SquareRoot.width),
    Use("BarrelShifter width", \BarrelShifter.width),
    Use("SortingNetwork count", \SortingNetwork.count),
    Use("PrefixSum count", \PrefixSum.count),
    Use("PrefixSum width", \PrefixSum.width),
    Use("AXILiteManager addressWidth", \AXILiteManager.addressWidth),
    Use("RegisterBank addressWidth", \RegisterBank.addressWidth),
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
