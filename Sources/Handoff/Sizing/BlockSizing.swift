import Campaigns
import Catalog
import Entries
import HDL
import Netlist
import Simulator
import Testbench

/// Proposes depths for the FIFOs of a block of the catalog: its bench runs on the native simulator, bit-exact, with counters
/// on every FIFO.
public struct BlockSizing: Sendable {
  /// Name of the block.
  public var block: String
  /// The configuration to start from; nil for the default.
  public var configuration: String?
  /// Changes to the parameters of the hardware.
  public var settings: [Setting] = []
  /// Changes to the parameters of the bench.
  public var workload: [Setting] = []
  /// Reset of the registers.
  public var reset = ResetStyle()
  /// Decides the run.
  public var seed: Seed = 1
  /// Stalls on all streams; nil for the bench's own choice.
  public var stalls: StallProfile?
  /// Percent by which cycles may be more than with ample depths.
  public var tolerance = 1.0
  /// Told of each run before it begins.
  public var progress: @Sendable ([String: Int]) -> Void = { _ in }
  /// Asked now and then; true ends the search.
  public var isCancelled: @Sendable () -> Bool = { false }

  /// The sizing of `block` in its default configuration.
  public init(_ block: String) { self.block = block }

  /// Names of the blocks that have a depth.
  public static var blocks: [String] {
    Catalog.entries.filter { entry in entry.parameters.contains { $0.isQueueDepth } }.map(\.name)
  }

  /// Searches, and proves what was found.
  ///
  /// - Throws: ``SizingError``, ``/Catalog/CatalogError``, and what elaboration and the bench say.
  public func report() throws -> SizingReport {
    var search = DepthSearch(try design(), tolerance: tolerance)
    search.progress = progress
    search.isCancelled = isCancelled
    return try search.report()
  }

  private func configured(_ depths: [String: Int]) throws -> any CatalogBlock {
    let chosen = depths.sorted { $0.key < $1.key }.map { Setting($0.key, String($0.value)) }
    let others = settings.filter { depths[$0.name] == nil }
    return try Catalog.entry(block).block(
      configuration: configuration, settings: others + chosen, workload: workload)
  }

  private func queues(_ depths: [String: Int]) throws -> [QueueInstance] {
    QueueInstance.all(in: try configured(depths).elaborate(reset: reset))
  }

  /// The parameters that are depths, each with the FIFOs that change with it.
  private func design() throws -> SizedDesign {
    let start = try configured([:])
    let parameters = start.parameters.filter(\.isQueueDepth)
    guard !parameters.isEmpty else { throw SizingError.noDepths(block, others: Self.blocks) }
    let queues = try Set(queues([:]))
    let depths = try parameters.map { parameter -> SizedDesign.Depth in
      guard case .integer(let range) = parameter.domain, let value = Int(parameter.value) else {
        throw SizingError.noQueues(block, parameter: parameter.name)
      }
      let candidates = candidates(parameter.name, in: range, value)
      let other = candidates.first { $0 != value } ?? value
      let moved = queues.subtracting(try self.queues([parameter.name: other])).map(\.path)
      guard !moved.isEmpty else { throw SizingError.noQueues(block, parameter: parameter.name) }
      return SizedDesign.Depth(name: parameter.name, value: value, candidates: candidates, queues: Set(moved))
    }
    return SizedDesign(
      name: start.summary, work: work(start), depths: depths, run: { depths in try trial(depths) })
  }

  private func work(_ block: any CatalogBlock) -> String {
    let parts = block.workload.map { "\($0.name)=\($0.value)" }
    let stalls = stalls.map { "\($0)" } ?? "the bench's own"
    return
      "bench of \(block.name)\(parts.isEmpty ? "" : ", " + parts.joined(separator: " ")), stalls: \(stalls), seed \(seed)"
  }

  /// The values of a parameter that the generator takes: all, or the powers of two where it takes no others.
  private func candidates(_ name: String, in range: ClosedRange<Int>, _ value: Int) -> [Int] {
    let odd = max(3, range.lowerBound | 1)
    let takesAll = range.contains(odd) && (try? queues([name: odd])) != nil
    return takesAll ? Array(range) : range.filter { $0 == value || $0 & ($0 - 1) == 0 }
  }

  private func trial(_ depths: [String: Int]) throws -> SizingTrial {
    let block: any CatalogBlock
    do {
      block = try configured(depths)
      try block.checkBench()
    } catch { return SizingTrial(depths, problem: "\(error)") }
    let checked = try CheckedBlock(block, reset: reset)
    var bench = try block.bench(for: checked.interface, seed: seed, index: 0, stalls: stalls)
    bench.options.isCancelled = isCancelled
    let model = try NativeModel(
      checked.circuit, options: .init(initialState: .random(seed: seed.derived("initial state", index: 0).value)))
    let own = checked.design.top.name
    let instance = checked.circuit.top.instances.first { checked.circuit.definitions[Int($0.definition)].name == own }
    let counter = OccupancyCounter(model, design: instance?.name)
    let result = try bench.run(on: counter.engine)
    switch result.verdict {
    case .passed:
      // The silence behind the last transfer is the bench's.
      let end = result.streams.compactMap(\.lastCycle).max().map { $0 + 1 } ?? result.cycles
      let idle = UInt64(result.resetCycles) + (result.rehearsalCycles ?? 0)
      return SizingTrial(depths, cycles: end - idle, counter.uses)
    case .cancelled: throw CancellationError()
    case .failed: return SizingTrial(depths, problem: result.failure.map { "\($0)" } ?? "the bench failed")
    }
  }
}
