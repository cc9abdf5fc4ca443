import Engine
import TATAA
import TATAAHardware
import Testbench

/// Runs programs of TATAA one after another on one core, from one place of one memory, and compares every byte that each of
/// them stores.
final class ProgramHost<E: Engine> {
  private let host: AcceleratorHost<E>
  private let memory: HostMemory
  private let base, size: Int

  /// - Parameters:
  ///   - image: the memory of the core at the start.
  ///   - program: the bytes of the longest program.
  init(_ engine: E, image: [UInt8], program: Int, latency: Int, stalls: Double, seed: Seed) throws {
    base = (program + 4095) / 4096 * 4096
    size = image.count
    memory = HostMemory([UInt8](repeating: 0, count: base) + image)
    host = try AcceleratorHost(engine, memories: [memory], latency: latency, stalls: stalls, seed: seed)
  }

  /// The memory of the core.
  var contents: ArraySlice<UInt8> { ArraySlice(memory.bytes[base..<base + size]) }

  private func write(_ bytes: [UInt8], at address: Int) {
    memory.bytes[address..<address + bytes.count].copyBytes(from: bytes)
  }

  /// Runs a program after some writes, until it ends or the first byte is wrong.
  ///
  /// - Parameter progress: told the share of the stores and the cycle; false ends the run.
  /// - Throws: ``MachineError``, and what the engine says.
  func run(
    _ program: MachineProgram, after writes: [(address: Int, bytes: [UInt8])] = [], stores: [Machine.Store],
    progress: (_ fraction: Double, _ cycle: Int) -> Bool
  ) throws -> TATAAOutcome.Hardware {
    let words = program.words
    write(TATAAEngines.bytes(words), at: 0)
    for (address, bytes) in writes { write(bytes, at: base + address) }
    let comparison = StoreComparison(stores, base: base)
    host.onWrite(of: 0) { comparison.take($0, $1, $2) }
    let job = CoreJob(program: 0, words: words.count, base: base, size: size)
    let clock = ContinuousClock.now
    let first = host.cycle
    var report = CoreReport(status: .none, stoppedAt: 0, counters: [:])
    do {
      report = try host.run([job]) { cycle in
        progress(comparison.fraction, cycle) && comparison.difference == nil
      }[0]
    } catch MachineError.cancelled where comparison.difference != nil {
      // What is wrong is known: the rest of the program would say no more.
    }
    return TATAAOutcome.Hardware(
      report, comparison, simulatedCycles: host.cycle - first, seconds: (ContinuousClock.now - clock) / .seconds(1))
  }
}
