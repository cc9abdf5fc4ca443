import Foundation
import Netlist
import Tools
import Verilog

extension Replay {
  /// Some passes of Icarus through these rows: cycles and processor seconds, without the time that it takes to start and
  /// to read the rows.
  ///
  /// A bench in plain Verilog goes through the rows a number of times. It compares every output in every cycle; what
  /// Icarus knows, differences to unknown bits apart, must be right in the first pass.
  func icarusLoop(_ circuit: Circuit, folder: String) throws -> () throws -> (cycles: Int, seconds: Double) {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var files = [("replay.v", benchText(circuit)), ("stimuli.hex", hex(stimuli, inputs, inputBytes))]
    files.append(("answers.hex", hex(answers, outputs, outputBytes)))
    let clocks = circuit.top.interface.clocks.count
    let edges = ticks.map { String(clocks < 64 ? $0 & (1 << UInt64(clocks) - 1) : $0, radix: 16) + "\n" }
    files.append(("ticks.hex", edges.joined()))
    let sources = try Self.startingAtZero(circuit).verilog()
    files += sources.map { ($0.name, $0.text) }
    for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }

    let toolbox = Toolbox()
    let compilation = try toolbox.icarus().program.run(
      ["-g2001", "-s", "replay", "-o", "replay.vvp", "replay.v"] + sources.map(\.name), in: folder)
    guard compilation.termination.isSuccess else { throw Failure("iverilog: \(compilation.errors)") }
    let runtime = try toolbox.icarusRuntime().program
    func seconds(passes: Int) throws -> Double {
      let run = try runtime.run(["-n", "replay.vvp", "+passes=\(passes)"], in: folder)
      guard run.termination.isSuccess, run.output.contains("wrong answers: 0\n") else {
        throw Failure("Icarus on \(circuit.top.name): \(run.output)\(run.errors)")
      }
      return run.processorTime / .seconds(1)
    }
    let single = try seconds(passes: 1)
    let pass = max(try seconds(passes: 2) - single, 0.002)
    let more = max(1, Int((0.6 / pass).rounded(.up)))
    return { (more * cycles, try seconds(passes: 1 + more) - single) }
  }

  /// The circuit with registers that begin as those of the native simulator do: an `if` takes an unknown condition for
  /// false, so that what follows may be known and other than with zeros.
  private static func startingAtZero(_ circuit: Circuit) throws -> Circuit {
    try Circuit(
      definitions: circuit.definitions.map { definition in
        var result = definition
        for index in result.registers.indices where result.registers[index].initialValue == nil {
          let width = result.signals[Int(result.registers[index].signal)].width
          result.registers[index].initialValue = .zeros(width)
        }
        return result
      })
  }

  private func benchText(_ circuit: Circuit) -> String {
    func connections(_ ports: [Port], _ vector: String) -> [String] {
      var low = 0
      return ports.map { port in
        defer { low += port.width }
        return ".\(port.name)(\(vector)[\(low + port.width - 1):\(low)])"
      }
    }
    let domains = circuit.top.interface.clocks
    let clocks = domains.enumerated().map { index, clock in
      ".\(clock.clock)(\(clock.edge == .rising ? "" : "~")clocks[\(index)])"
    }
    let last = max(0, domains.count - 1)
    let all = clocks + connections(inputs, "in") + connections(outputs, "out")
    let (inputWidth, outputWidth) = (inputs.map(\.width).reduce(0, +), outputs.map(\.width).reduce(0, +))
    return """
      `timescale 1ns/1ns
      module replay;
        reg [\(last):0] clocks;
        reg [\(last):0] ticks [0:\(cycles - 1)];
        reg [\(inputWidth - 1):0] stimuli [0:\(cycles - 1)];
        reg [\(outputWidth - 1):0] answers [0:\(cycles - 1)];
        reg [\(inputWidth - 1):0] in;
        wire [\(outputWidth - 1):0] out;
        integer passes, pass, cycle, wrong;

        \(circuit.top.name) dut (
          \(all.joined(separator: ",\n    "))
        );

        initial begin
          $readmemh("stimuli.hex", stimuli);
          $readmemh("answers.hex", answers);
          $readmemh("ticks.hex", ticks);
          if (!$value$plusargs("passes=%d", passes)) passes = 1;
          clocks = 0;
          wrong = 0;
          for (pass = 0; pass < passes; pass = pass + 1)
            for (cycle = 0; cycle < \(cycles); cycle = cycle + 1) begin
              in = stimuli[cycle];
              #1;
              if (|(out ^ answers[cycle]) === 1'b1 && pass == 0) wrong = wrong + 1;
              clocks = ticks[cycle];
              #1;
              clocks = 0;
            end
          $display("wrong answers: %0d", wrong);
          $finish(0);
        end
      endmodule

      """
  }

  /// Rows of bits as `$readmemh` takes them, the first port in the lowest bits.
  private func hex(_ bytes: [UInt8], _ ports: [Port], _ rowBytes: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let width = ports.map(\.width).reduce(0, +)
    var text: [UInt8] = []
    for cycle in 0..<cycles {
      var nibbles = [UInt8](repeating: 0, count: (width + 3) / 4)
      var position = 0
      for port in ports {
        let start = cycle * rowBytes + port.start
        for bit in 0..<port.width {
          let value = bytes[start + bit / 8] >> UInt8(bit % 8) & 1
          nibbles[position / 4] |= value << UInt8(position % 4)
          position += 1
        }
      }
      text += nibbles.reversed().map { digits[Int($0)] }
      text.append(UInt8(ascii: "\n"))
    }
    return String(decoding: text, as: UTF8.self)
  }
}
