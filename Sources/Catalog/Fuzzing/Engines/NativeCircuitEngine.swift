import Engine
import Netlist
import Simulator

/// The native simulator, each circuit by itself.
package struct NativeCircuitEngine: CircuitEngine {
  /// Whether circuits are simplified first.
  package let simplifies: Bool

  /// The native simulator on the circuits as they are, or simplified.
  package init(simplifies: Bool = true) { self.simplifies = simplifies }

  /// `native`, or `as-written` without simplification.
  package var name: String { simplifies ? "native" : "as-written" }
  /// None.
  package var version: String { "" }

  /// Runs every circuit; a failed assertion ends the run of its circuit only.
  package func run(_ batch: CircuitBatch) -> [Trace] {
    batch.circuits.map { circuit in
      do {
        return .lines(try trace(circuit, batch))
      } catch {
        return .failed("\(error)")
      }
    }
  }

  private func trace(_ circuit: BatchCircuit, _ batch: CircuitBatch) throws(EngineFailure) -> [String] {
    let model = try NativeModel(circuit.circuit, options: .init(initialState: .zero, simplifies: simplifies))
    let top = circuit.circuit.top
    let inputs = top.ports.indices.filter { top.ports[$0].driver == nil }.map { model.pin(at: $0) }
    let outputs = top.ports.indices.filter { top.ports[$0].driver != nil }.map { model.pin(at: $0) }
    let domains = top.clocks.map { CircuitBatch.domain(of: $0) }
    var lines: [String] = []
    for (row, event) in zip(circuit.stimuli.rows, batch.schedule.events) {
      for (pin, value) in zip(inputs, row) { pin.store(value) }
      var edges: UInt64 = 0
      for (index, clock) in top.clocks.enumerated() {
        let isHeld = event.held >> domains[index] & 1 == 1
        model.resetPin(ofClock: index)?.unsigned = isHeld == (clock.resetPolarity == .activeHigh) ? 1 : 0
        if event.edges >> domains[index] & 1 == 1 { edges |= 1 << UInt64(index) }
      }
      model.settle()
      lines.append(outputs.map { $0.load().hexadecimal }.joined(separator: " "))
      try model.step(clocks: edges)
    }
    return lines
  }
}
