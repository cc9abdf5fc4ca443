import Netlist

/// A register of up to 32 bits that software sees.
public struct RegisterDescription: Hashable, Sendable {
  /// What software may do.
  public enum Access: Hashable, Sendable {
    /// Read and write; holds `reset` after reset, a number of the register's width.
    case readWrite(reset: Int)
    /// Read what the hardware shows.
    case readOnly
    /// Read which events have happened, and write 1 to the bits that are to be forgotten.
    case writeOneToClear
  }

  /// Name in lower camel case: letters, digits and `_`, a letter first. Names of one map differ in snake case too.
  public var name: String
  /// Bits, from the lowest one on: 1 to 32.
  public var width: Int
  /// What software may do.
  public var access: Access
  /// One sentence; any text.
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

  /// How many registers a map may have.
  static let counts = 1...1024

  /// What is wrong with the map, one sentence each, with the remedy; empty when all is well.
  var mistakes: [(message: String, fix: String)] {
    var mistakes: [(message: String, fix: String)] = []
    func require(_ what: String, _ value: Int, in range: ClosedRange<Int>) {
      if range.contains(value) { return }
      mistakes.append(("\(what) is \(value)", "use a value from \(range.lowerBound) to \(range.upperBound)"))
    }
    require("the number of registers", registers.count, in: Self.counts)
    var known: [String: String] = [:]
    for register in registers {
      require("the width of register '\(register.name)'", register.width, in: 1...32)
      if case .readWrite(let reset) = register.access, (1...32).contains(register.width) {
        require("the reset value of register '\(register.name)'", reset, in: 0...((1 << register.width) - 1))
      }
      guard Self.isIdentifier(register.name), register.name.first != "_" else {
        mistakes.append(
          ("'\(register.name)' is no name of a register", "use letters of ASCII, digits and '_', a letter first"))
        continue
      }
      let name = Identifier.snakeCase(register.name).uppercased()
      if let other = known[name] {
        let pair = other == register.name ? "two registers are" : "registers '\(other)' and '\(register.name)' are both"
        mistakes.append(("\(pair) called '\(name)' in the C header", "give each a name of its own"))
      }
      known[name] = register.name
    }
    return mistakes
  }

  /// Whether `name` is an identifier of C.
  static func isIdentifier(_ name: String) -> Bool {
    name.utf8.first.map { !(0x30...0x39).contains($0) } ?? false
      && name.utf8.allSatisfy {
        $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      }
  }
}
