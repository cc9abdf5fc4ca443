import Netlist

/// A batch as a stand-alone bench in plain Verilog, which prints every output of every circuit in every cycle.
struct IcarusBench {
  let batch: CircuitBatch
  let joined: Circuit

  /// Files beside the design: the bench and what it loads.
  ///
  /// - Parameter deposits: Whether state that the design does not define is set to zeros, by its names in the text.
  func files(deposits: Bool) -> [(name: String, text: String)] {
    [("bench.v", bench(deposits: deposits)), ("stimuli.hex", stimuli), ("schedule.hex", schedule)]
  }

  private var inputWidth: Int {
    joined.top.ports.reduce(0) { $0 + ($1.driver == nil ? $1.shape.width : 0) }
  }

  private var stimuli: String {
    var text = ""
    for cycle in 0..<batch.cycles {
      let parts = batch.circuits.flatMap { $0.stimuli.rows[cycle] }
      text += parts.isEmpty ? "0\n" : BitVector.concatenation(parts).hexadecimal + "\n"
    }
    return text
  }

  private var schedule: String {
    batch.schedule.events.map { String($0.held << 2 | $0.edges, radix: 16) + "\n" }.joined()
  }

  private func bench(deposits: Bool) -> String {
    let ports = joined.top.ports
    let width = max(1, inputWidth)
    var text = """
      module bench;
        reg main_clock, side_clock, side_falling_clock, main_reset, side_reset;
        reg [\(width - 1):0] stimuli [0:\(batch.cycles - 1)];
        reg [3:0] schedule [0:\(batch.cycles - 1)];
        reg [3:0] now;
        integer cycle, word;

      """
    for port in ports {
      text += "  \(port.driver == nil ? "reg" : "wire") [\(port.shape.width - 1):0] \(port.shape.name);\n"
    }
    let names = ports.map(\.shape.name)
    let clocks = CircuitBatch.clocks.flatMap { [$0.clock, $0.reset ?? ""] }
    let connections =
      clocks.map { ".\($0)(\($0 == "side_falling_reset" ? "side_reset" : $0))" } + names.map { ".\($0)(\($0))" }
    text += "  Batch dut (\n    \(connections.joined(separator: ",\n    "))\n  );\n\n  initial begin\n"
    if deposits { text += self.deposits }
    let inputs = ports.filter { $0.driver == nil }.map(\.shape.name)
    let take = inputs.isEmpty ? "" : "{\(inputs.joined(separator: ",\n      "))} = stimuli[cycle];"
    text += """
          $readmemh("stimuli.hex", stimuli);
          $readmemh("schedule.hex", schedule);
          {side_falling_clock, side_clock, main_clock, side_reset, main_reset} = 5'b10000;
          #1;
          for (cycle = 0; cycle < \(batch.cycles); cycle = cycle + 1) begin
            now = schedule[cycle];
            {side_reset, main_reset} = now[3:2];
            \(take)
            #1;

      """
    var outputs = ports.filter { $0.driver != nil }.map(\.shape.name)[...]
    for circuit in batch.circuits {
      let count = circuit.circuit.top.ports.count { $0.driver != nil }
      let form = Array(repeating: "%h", count: count).joined(separator: " ")
      text += "      $display(\"\(form)\", \(outputs.prefix(count).joined(separator: ", ")));\n"
      outputs = outputs.dropFirst(count)
    }
    return text + """
            {side_falling_clock, side_clock, main_clock} = {~now[1], now[1], now[0]};
            #1 {side_falling_clock, side_clock, main_clock} = 3'b100;
            #1;
          end
        end
      endmodule

      """
  }

  /// Assignments of zeros to what starts undefined.
  private var deposits: String {
    var text = ""
    func visit(_ index: Int, _ path: String) {
      let definition = joined.definitions[index]
      // What only assertions read is not there without them.
      let asserted = definition.assertionCone
      for (number, register) in definition.registers.enumerated()
      where register.initialValue == nil && !asserted.contains(register: number) {
        text += "    \(path).\(definition.signals[Int(register.signal)].name) = 0;\n"
      }
      for memory in definition.memories {
        for port in memory.readPorts where port.clock != nil {
          text += "    \(path).\(definition.signals[Int(port.signal)].name) = 0;\n"
        }
        if memory.contents == nil {
          text += "    for (word = 0; word < \(memory.depth); word = word + 1) \(path).\(memory.name)[word] = 0;\n"
        }
      }
      for instance in definition.instances {
        guard let grid = joined.definitions[Int(instance.definition)].grid else {
          visit(Int(instance.definition), path + "." + instance.name)
          continue
        }
        for (row, column) in grid.cells {
          visit(Int(grid.cell), "\(path).\(instance.path(row: row, column: column))")
        }
      }
    }
    visit(joined.definitions.count - 1, "dut")
    return text
  }
}
