import Components
import Formal
import Golden

extension Catalog {
  /// Shifts by a variable amount.
  public static let barrelShifter = Entry<BarrelShifter, CountWorkload>(
    "barrel-shifter", "Shifts or rotates a word by a variable number of bits.",
    parameters: [
      .integer("width", \.width, "Bits of the word", benched: 1...64),
      .choice("operation", \.operation, words(), "What enters where bits leave"),
      .choice("direction", \.direction, words(), "Which way the bits go"),
    ],
    configurations: [
      ("rotate", BarrelShifter(width: 12, operation: .rotate, direction: .right)),
      ("arithmetic", BarrelShifter(width: 13, operation: .arithmetic, direction: .right)),
    ],
    workload: CountWorkload(count: 65536), workloadParameters: CountWorkload.parameters("Words; all of up to 16 bits"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let shifter = request.generator
    let golden = WordOperations(width: shifter.width)
    let left = shifter.direction == .left
    let amountWidth = request.interface.ports.first { $0.name == "amount" }?.width ?? 1
    return try request.operandBench([shifter.width, amountWidth]) { values in
      let amount = Int(values[1])
      return switch shifter.operation {
      case .rotate: [golden.rotated(values[0], by: amount, left: left)]
      case .logical, .arithmetic:
        [golden.shifted(values[0], by: amount, left: left, keepsSign: shifter.operation == .arithmetic)]
      }
    }
  }
  .proving(BarrelShifter(width: 21, operation: .arithmetic, direction: .right)) { shifter in
    let operation =
      switch (shifter.operation, shifter.direction) {
      case (.rotate, .left): "({value, value} << (amount % \(shifter.width))) >> \(shifter.width)"
      case (.rotate, .right): "{value, value} >> (amount % \(shifter.width))"
      case (_, .left): "value << amount"
      case (.logical, .right): "value >> amount"
      case (.arithmetic, .right): "$signed(value) >>> amount"
      }
    return [
      Property(
        "shift", "The result is that of Verilog's own operator.",
        verilog: """
          wire [\(2 * shifter.width - 1):0] expected = \(operation);
          always @* assert (result == expected[\(shifter.width - 1):0]);
          """)
    ]
  }
  .covering(coverBarrelShifter)

  /// The cases of a parameter by their own names.
  static func words<Case: RawRepresentable & CaseIterable>() -> [(String, Case)] where Case.RawValue == String {
    Case.allCases.map { ($0.rawValue, $0) }
  }
}
