import Engine
import Netlist

/// What the inputs show while reset is active: noise, for nothing that a neighbour does then may be seen afterwards.
@usableFromInline
struct ResetNoise {
  private let row: PinRow
  private let words: UnsafeMutablePointer<UInt64>
  private var random: Xoshiro256

  /// Noise on the ports called `driven`.
  init(
    on engine: some Engine, of module: ModuleInterface, driven: Set<String>, _ random: Xoshiro256
  ) throws(BenchError) {
    let shape = RowShape(module.ports.filter { $0.direction == .input && driven.contains($0.name) })
    row = PinRow(copying: PinRun.runs(shape, try engine.pins(shape, .input)))
    words = .allocate(capacity: max(1, shape.wordCount))
    self.random = random
  }

  /// Resets the engine, and leaves the inputs as they were before.
  @usableFromInline
  mutating func reset(_ engine: some Engine, cycles: Int) throws(EngineFailure) {
    row.load(into: words)
    for _ in 0..<cycles {
      row.scramble(&random)
      try engine.reset(cycles: 1)
    }
    row.store(words)
  }

  @usableFromInline
  func deallocate() {
    row.deallocate()
    words.deallocate()
  }
}
