import Components
import Foundation
import TATAA
import TATAAHardware
import Verilog

extension TATAADeployment {
  /// A line for each instruction: place, word, text; in front of them the nodes.
  var listing: String {
    var lines = ["; \(Self.line(name))", "; \(program.instructions.count) instructions"]
    var names: [Int: [String]] = [:]
    for part in parts where !part.instructions.isEmpty {
      names[part.instructions.lowerBound, default: []].append(part.node)
    }
    for (index, (instruction, word)) in zip(program.instructions, program.words).enumerated() {
      for name in names[index] ?? [] { lines += ["", "; \(Self.line(name))"] }
      lines.append("\(Self.padded(index, 8))  \(Self.hexadecimal(word, digits: 16))  \(instruction)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ text: String) -> String {
    String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 32 } ? " " : $0 })
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - "\(value)".count)) + "\(value)"
  }

  private static func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// What `memory.json` holds.
  private struct Map: Encodable {
    struct Part: Encodable {
      var file: String
      var address, bytes: Int
    }

    struct Golden: Encodable {
      var instructions: Int
      /// Cycles of the cycle model with a memory that answers after 8 cycles.
      var modelCycles: Int
    }

    var name: String
    var program, memory: Part
    var output: Part
    /// The buses that only read.
    var readBuses: [String]
    var registers: [String: Int]
    var golden: Golden
    /// Relative to the memory.
    var areas: [Area]
  }

  func map(_ manifest: Manifest) throws -> String {
    let registers = TATAAAccelerator.registers(cores: 1)
    let estimate = CycleModel(configuration: configuration, latency: 8).estimate(program)
    let map = Map(
      name: name, program: .init(file: "program.bin", address: 0, bytes: 8 * program.instructions.count),
      memory: .init(file: "memory.bin", address: base, bytes: memory.count),
      output: .init(file: "expected.bin", address: output.address, bytes: output.bytes),
      readBuses: Self.readBuses(manifest),
      registers: Dictionary(
        uniqueKeysWithValues: registers.registers.enumerated().map { ($1.name, registers.address(of: $0)) }),
      golden: .init(instructions: program.instructions.count, modelCycles: estimate.cycles), areas: areas)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(map), as: UTF8.self) + "\n"
  }

  /// Registers, status codes, and where program, memory, areas and output are.
  func header() throws -> String {
    func constant(_ name: String, _ value: Int) -> String {
      "#define TATAA_\(name) UINT32_C(0x\(String(value, radix: 16, uppercase: true)))"
    }
    var lines = [
      "/* A program of TATAA. The image begins where the host likes, at a multiple of 4096; PROGRAM and MEMORY are",
      "   relative to it, all other addresses to MEMORY. */", "#ifndef TATAA_H", "#define TATAA_H", "",
      "#include <stdint.h>", "", constant("PROGRAM_ADDRESS", 0),
      constant("PROGRAM_WORDS", program.instructions.count), constant("MEMORY_ADDRESS", base),
      constant("MEMORY_SIZE", memory.count), constant("OUTPUT_ADDRESS", output.address),
      constant("OUTPUT_SIZE", output.bytes), "",
    ]
    var taken: Set<String> = []
    for area in areas {
      let name = Self.identifier(area.name)
      guard taken.insert(name).inserted else { continue }
      lines += [constant("AREA_\(name)_ADDRESS", area.address), constant("AREA_\(name)_SIZE", area.bytes)]
    }
    lines += ["", "/* How a program ended: the register STATUS0. */"]
    for status in MachineStatus.allCases {
      lines.append(constant("STATUS_\(Self.identifier("\(status)"))", status.rawValue))
    }
    lines += ["", "#endif", ""]
    return lines.joined(separator: "\n") + "\n" + (try TATAAAccelerator.registers(cores: 1).cHeader(prefix: "TATAA"))
  }

  /// `layer.0.keys` as `LAYER_0_KEYS`.
  private static func identifier(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars {
      switch scalar {
      case "A"..."Z" where result.last?.isLowercase == true: result += "_\(scalar)"
      case "a"..."z", "A"..."Z", "0"..."9": result.unicodeScalars.append(scalar)
      default: result += "_"
      }
    }
    return result.uppercased()
  }
}
