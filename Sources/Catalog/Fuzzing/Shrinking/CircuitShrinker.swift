import Testbench

/// Makes a program on which engines differ as small as it gets while they still do.
package struct CircuitShrinker {
  /// The engines that differ.
  package var engines: [any CircuitEngine]
  /// Programs that are tried at once: the engines' price is paid once for all of them.
  package var breadth = 48
  /// Cycles of a run.
  package var cycles = 64
  /// Asked between runs; true ends the search.
  package var isInterrupted: @Sendable () -> Bool = { false }

  /// A shrinker for what these engines disagree on.
  package init(engines: [any CircuitEngine]) { self.engines = engines }

  /// How engines disagree on a program.
  enum Verdict: Hashable {
    case equal
    case invalid
    case differs
    case failed(engine: String)
  }

  /// The smallest program found, with the cycles after which the difference shows. The original when it shows none.
  package func shrink(_ program: CircuitProgram, seed: Seed) -> (program: CircuitProgram, cycles: Int) {
    let goal = verdicts([program], seed: seed)[0]
    guard goal != .equal, goal != .invalid else { return (program, cycles) }
    var current = program
    var isSmaller = true
    while isSmaller, !isInterrupted() {
      isSmaller = false
      let candidates = current.reductions.sorted { $0.weight < $1.weight }
      for start in stride(from: 0, to: candidates.count, by: breadth) where !isInterrupted() {
        let chunk = Array(candidates[start..<min(start + breadth, candidates.count)])
        let index = verdicts(chunk, seed: seed).firstIndex(of: goal)
        // What was under way at an interruption may have failed because of it.
        guard let index, !isInterrupted() else { continue }
        current = chunk[index]
        isSmaller = true
        break
      }
    }
    let renumbered = current.renumbered()
    if !isInterrupted(), verdicts([renumbered], seed: seed)[0] == goal, !isInterrupted() { current = renumbered }
    return (current, firstDifference(current, seed: seed).map { $0 + 1 } ?? cycles)
  }

  private func verdicts(_ programs: [CircuitProgram], seed: Seed) -> [Verdict] {
    var circuits: [BatchCircuit] = []
    var positions: [Int] = []
    for (index, program) in programs.enumerated() where !program.outputs.isEmpty || !program.streams.isEmpty {
      guard let circuit = try? BatchCircuit(program, seed: seed, cycles: cycles) else { continue }
      circuits.append(circuit)
      positions.append(index)
    }
    var verdicts = programs.map { _ in Verdict.invalid }
    guard !circuits.isEmpty else { return verdicts }
    let batch = CircuitBatch(circuits, cycles: cycles)
    let traces = engines.map { $0.isolatingFailures(batch, isInterrupted: isInterrupted) }
    for (number, position) in positions.enumerated() {
      let found = traces.map { $0[number] }
      if let failed = found.firstIndex(where: \.isFailure) {
        verdicts[position] = .failed(engine: engines[failed].name)
      } else {
        verdicts[position] = found.allSatisfy { $0 == found[0] } ? .equal : .differs
      }
    }
    return verdicts
  }

  private func firstDifference(_ program: CircuitProgram, seed: Seed) -> Int? {
    guard let circuit = try? BatchCircuit(program, seed: seed, cycles: cycles) else { return nil }
    let batch = CircuitBatch([circuit], cycles: cycles)
    let lines = engines.compactMap { engine -> [String]? in
      if case .lines(let lines) = engine.isolatingFailures(batch)[0] { lines } else { nil }
    }
    guard lines.count == engines.count else { return nil }
    return (0..<cycles).first { cycle in Set(lines.map { $0[cycle] }).count > 1 }
  }
}

extension Trace {
  /// Whether the engine could not run the circuit.
  var isFailure: Bool { if case .failed = self { true } else { false } }
}

extension CircuitEngine {
  /// The traces; a batch that fails is halved until the circuits that make it fail are found, or until an interruption:
  /// it ends the tools as well.
  func isolatingFailures(_ batch: CircuitBatch, isInterrupted: () -> Bool = { false }) -> [Trace] {
    guard !batch.circuits.isEmpty else { return [] }
    do {
      return try run(batch)
    } catch {
      guard batch.circuits.count > 1, !isInterrupted() else { return batch.circuits.map { _ in .failed("\(error)") } }
      let middle = batch.circuits.count / 2
      let halves = [Array(batch.circuits[..<middle]), Array(batch.circuits[middle...])]
      return halves.flatMap {
        isolatingFailures(CircuitBatch($0, cycles: batch.cycles), isInterrupted: isInterrupted)
      }
    }
  }
}
