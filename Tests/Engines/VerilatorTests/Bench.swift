import Engine
import Foundation
import Netlist
import Testing
import Tools

@testable import Verilator

/// The toolchains that every claim about models is tested with, and the cache that the tests share.
enum Bench {
  static let cache = ModelCache(folder: ".systole/test-cache")

  /// Verilator 5.006 and the newest, each with clang and g++.
  enum Pair: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case oldClang = "5.006 clang"
    case newClang = "5.048 clang"
    case oldGCC = "5.006 g++"
    case newGCC = "5.048 g++"

    var testDescription: String { rawValue }

    static let clang: [Pair] = [.oldClang, .newClang]

    func toolchain() throws -> Toolchain {
      let box = Toolbox()
      let release: VerilatorInstallation.Release =
        switch self {
        case .oldClang, .oldGCC: .init(5, 6)
        case .newClang, .newGCC: .init(5, 48)
        }
      let family: CompilerInstallation.Family =
        switch self {
        case .oldClang, .newClang: .clang
        case .oldGCC, .newGCC: .gcc
        }
      guard let verilator = box.verilators().first(where: { $0.release == release }),
        let compiler = box.compilers().first(where: { $0.family == family })
      else {
        throw ToolMissing(tool: rawValue, searched: ["PATH", ".tools"], remedy: "run 'make setup'")
      }
      return Toolchain(
        verilator: verilator, compiler: compiler, includeFolders: box.includeFolders,
        libraryFolders: box.libraryFolders)
    }

    func builder(_ cache: ModelCache = Bench.cache) throws -> ModelBuilder {
      try ModelBuilder(toolchain: try toolchain(), cache: cache)
    }
  }
}

/// Small designs that show one thing each.
enum Designs {
  static let clock = ClockShape(clock: "clock", reset: "reset")

  /// Counts by `step` each cycle; `marker` makes texts, and so keys, differ.
  static func counter(step: Int = 1, marker: String = "") -> ModelDesign {
    ModelDesign(
      verilog: """
        // \(marker)
        module counter(input wire clock, input wire reset, input wire enable, output reg [15:0] count);
          always @(posedge clock) if (reset) count <= 0; else if (enable) count <= count + 16'd\(step);
        endmodule
        """,
      interface: ModuleInterface(
        name: "counter",
        ports: [
          PortShape(name: "enable", direction: .input, width: 1),
          PortShape(name: "count", direction: .output, width: 16),
        ], clocks: [clock]))
  }

  /// For every width, a port that comes out inverted at once and unchanged one cycle later.
  static func widths(_ widths: [Int]) -> ModelDesign {
    var ports: [PortShape] = []
    var declarations = ["input wire clock"]
    var body = ""
    for width in widths {
      let range = width == 1 ? "" : "[\(width - 1):0] "
      declarations += [
        "input wire \(range)a\(width)", "output wire \(range)not\(width)", "output reg signed \(range)late\(width)",
      ]
      body += "  assign not\(width) = ~a\(width);\n  always @(posedge clock) late\(width) <= a\(width);\n"
      ports += [
        PortShape(name: "a\(width)", direction: .input, width: width),
        PortShape(name: "not\(width)", direction: .output, width: width),
        PortShape(name: "late\(width)", direction: .output, width: width, isSigned: true),
      ]
    }
    return ModelDesign(
      verilog: "module widths(\(declarations.joined(separator: ",\n  ")));\n\(body)endmodule\n",
      interface: ModuleInterface(
        name: "widths", ports: ports, clocks: [ClockShape(clock: "clock", reset: nil)]))
  }

  /// Runs `statement` in the cycle in which `go` is high.
  static func failing(_ statement: String) -> ModelDesign {
    ModelDesign(
      sources: [
        VerilogSource(
          name: "rtl/failing.sv",
          text: """
            module failing(input wire clock, input wire go, output reg [7:0] count);
              always @(posedge clock) begin
                count <= count + 1;
                if (go) \(statement)
              end
            endmodule
            """)
      ],
      interface: ModuleInterface(
        name: "failing",
        ports: [
          PortShape(name: "go", direction: .input, width: 1), PortShape(name: "count", direction: .output, width: 8),
        ], clocks: [ClockShape(clock: "clock", reset: nil)]))
  }
}
