import HDL
import TATAA

/// How a program ended, as the status register shows it.
public enum MachineStatus: Int, Hashable, Sendable, CaseIterable {
  /// With END.
  case none
  /// A word that is no instruction.
  case instruction
  /// A number beyond what the configuration has, stride register 0 or cursor 0.
  case limit
  /// The codes of the quantiser are not low ≤ zero ≤ high.
  case codes
  /// Bytes outside the memory.
  case memory
  /// An address that is not a multiple of its elements' size.
  case unaligned
  /// A product deeper than its banks are filled.
  case depth
  /// A table with fewer entries than columns are asked for.
  case table
  /// A scale of a requantiser that is none.
  case requantizer
  /// An operand that is too wide.
  case operand
  /// No END.
  case noEnd
  /// The memory answered with an error; what other instructions did around it is not undone.
  case bus

  /// Bits of a status.
  static let width = 4

  var bits: Bits { Bits(rawValue).extended(to: Self.width) }

  /// The status of a golden machine's error; nil for what only software finds.
  public init?(_ reason: ProgramError.Reason) {
    switch reason {
    case .instruction: self = .instruction
    case .limit, .zeroRegister: self = .limit
    case .codes: self = .codes
    case .memory: self = .memory
    case .unaligned: self = .unaligned
    case .depth: self = .depth
    case .table: self = .table
    case .requantizer: self = .requantizer
    case .operand: self = .operand
    case .noEnd: self = .noEnd
    case .configuration, .partialWord, .unfenced: return nil
    }
  }
}
