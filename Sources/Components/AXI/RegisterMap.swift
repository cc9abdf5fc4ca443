import Netlist

/// A register of up to 32 bits that software sees.
public struct RegisterDescription: Hashable, Sendable {
  /// What software may do.
  public enum Access: Hashable, Sendable {
    /// Read and write; holds `reset` after reset.
    case readWrite(reset: Int)
    /// Read what the hardware shows.
    case readOnly
    /// Read which events have happened, and write 1 to the bits that are to be forgotten.
    case writeOneToClear
  }

  /// Name in lower camel case.
  public var name: String
  /// Bits, from the lowest one on.
  public var width: Int
  /// What software may do.
  public var access: Access
  /// One sentence.
  public var summary: String

  /// A register.
  public init(_ name: String, width: Int = 32, _ access: Access, _ summary: String) {
    self.name = name
    self.width = width
    self.access = access
    self.summary = summary
  }
}

/// Registers at consecutive addresses, four bytes each.
public struct RegisterMap: Hashable, Sendable {
  /// The registers; number i stands at byte 4 i.
  public var registers: [RegisterDescription]

  /// A map of these registers.
  public init(_ registers: [RegisterDescription]) { self.registers = registers }

  /// Address of register `index` in bytes.
  public func address(of index: Int) -> Int { 4 * index }

  /// A C header with the offset, mask and reset value of each register.
  ///
  /// - Parameter prefix: What all names begin with, such as `DMA`.
  public func cHeader(prefix: String) -> String {
    var lines = ["#ifndef \(prefix)_REGISTERS_H", "#define \(prefix)_REGISTERS_H", "", "#include <stdint.h>", ""]
    for (index, register) in registers.enumerated() {
      let name = "\(prefix)_\(upperSnakeCase(register.name))"
      lines.append("/* \(register.summary) (\(accessText(register))) */")
      lines.append("#define \(name)_OFFSET UINT32_C(0x\(hexadecimal(address(of: index))))")
      lines.append("#define \(name)_MASK UINT32_C(0x\(hexadecimal((1 << register.width) - 1)))")
      if case .readWrite(let reset) = register.access {
        lines.append("#define \(name)_RESET UINT32_C(0x\(hexadecimal(reset)))")
      }
      lines.append("")
    }
    lines.append("#define \(prefix)_REGISTERS_SIZE UINT32_C(0x\(hexadecimal(4 * registers.count)))")
    lines += ["", "#endif"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The map in SystemRDL 2.0.
  ///
  /// - Parameter name: Name of the address map.
  public func systemRDL(name: String) -> String {
    var lines = ["addrmap \(name) {", "  default regwidth = 32;", "  default accesswidth = 32;"]
    for (index, register) in registers.enumerated() {
      let field =
        switch register.access {
        case .readWrite(let reset): "sw = rw; hw = r; reset = 0x\(hexadecimal(reset));"
        case .readOnly: "sw = r; hw = w;"
        case .writeOneToClear: "sw = rw; hw = w; onwrite = woclr; hwset; reset = 0x0;"
        }
      lines += [
        "  reg {", "    desc = \"\(register.summary)\";",
        "    field { \(field) } value[\(register.width - 1):0];",
        "  } \(snakeCase(register.name)) @ 0x\(hexadecimal(address(of: index)));",
      ]
    }
    return (lines + ["};"]).joined(separator: "\n") + "\n"
  }

  private func accessText(_ register: RegisterDescription) -> String {
    switch register.access {
    case .readWrite: "read and write"
    case .readOnly: "read only"
    case .writeOneToClear: "write 1 to clear"
    }
  }

  private func hexadecimal(_ value: Int) -> String { String(value, radix: 16, uppercase: true) }
  private func snakeCase(_ name: String) -> String { Identifier.snakeCase(name) }
  private func upperSnakeCase(_ name: String) -> String { Identifier.snakeCase(name).uppercased() }
}
