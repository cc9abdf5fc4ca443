import Dispatch
import Synchronization

/// The units of a program after each of its programmings: what does not depend on the sequence, for many of them.
///
/// A unit is used where engine, unit, group and every level are the same; any other one is programmed anew.
public struct XFormerUnits: Sendable {
  private struct Entry: Sendable {
    var engine: Int
    var order: XFormerCommand.Program
    var bytes: [UInt8]
    var unit: ProjectionUnit
  }

  private let sizes: XFormerSizes
  private let entries: [Entry]

  /// Programs all units of a program, on so many threads.
  public init(_ program: XFormerProgram, jobs: Int = 1) {
    let sizes = program.sizes
    let commands = (program.deployment + program.inference).filter { $0.kind == .program }
    let length = sizes.unitWords * sizes.busBytes
    let results = Mutex([Entry?](repeating: nil, count: commands.count))
    let jobs = max(1, min(jobs, commands.count))
    DispatchQueue.concurrentPerform(iterations: jobs) { job in
      for index in stride(from: job, to: commands.count, by: jobs) {
        let (engine, order) = (commands[index].engine, commands[index].programOrder)
        let bytes = Array(program.memory[order.address..<order.address + length])
        var unit = ProjectionUnit(sizes.crossbar, number: sizes.macroNumber(engine: engine, unit: order.unit))
        unit.program(bytes[...], group: order.group, sizes: sizes)
        let entry = Entry(engine: engine, order: order, bytes: bytes, unit: unit)
        results.withLock { $0[index] = entry }
      }
    }
    self.sizes = sizes
    entries = results.withLock { $0.compactMap(\.self) }
  }

  func unit(
    _ index: Int, _ engine: Int, _ order: XFormerCommand.Program, _ bytes: ArraySlice<UInt8>, _ sizes: XFormerSizes
  ) -> ProjectionUnit? {
    guard entries.indices.contains(index), sizes == self.sizes else { return nil }
    let entry = entries[index]
    guard entry.engine == engine, entry.order.unit == order.unit, entry.order.group == order.group,
      entry.bytes.elementsEqual(bytes)
    else { return nil }
    return entry.unit
  }
}
