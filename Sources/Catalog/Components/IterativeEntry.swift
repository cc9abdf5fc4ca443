import Components
import Formal
import Golden
import Testbench

extension Catalog {
  /// Quotients.
  public static let divider = Entry<Divider, CountWorkload>(
    "divider", "Divides integers, a bit of the quotient in each clock.",
    parameters: [
      .integer("width", \.width, "Bits of the operands", benched: 2...64),
      .flag("isSigned", \.isSigned, "Two's complement numbers"),
    ],
    configurations: [("unsigned", Divider(width: 6, isSigned: false))],
    workload: CountWorkload(count: 2000),
    workloadParameters: CountWorkload.parameters("Divisions; all of up to 16 bits"),
    expectedCycles: { unit, work in (unit.width + 4) * work.count }
  ) { request in
    let unit = request.generator
    func quotient(_ operands: [UInt64]) -> [UInt64] {
      let golden = IntegerDivision(operands[0], by: operands[1], width: unit.width, isSigned: unit.isSigned)
      return [golden.quotient, golden.remainder]
    }
    if request.checksTiming {
      return try request.timingBench([.init(capacity: 1, latency: unit.width + 1)]) { random in
        let operands = [random.operand(bits: unit.width), random.operand(bits: unit.width)]
        return (operands, quotient(operands))
      }
    }
    var bench = try request.streamBench()
    var random = bench.random("operands")
    for operands in request.operands([unit.width, unit.width], &random) {
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: operands, on: "input")
        try stimuli.expect(words: quotient(operands), on: "output")
      }
    }
    return bench
  }
  .proving(Divider(width: 3, isSigned: false)) { unit in
    guard !unit.isSigned else { return [] }
    let width = unit.width
    return [
      Property(
        "quotient", "quotient × divisor + remainder is the dividend, and the remainder is less than the divisor.",
        verilog: """
          reg [\(width - 1):0] dividend;
          reg [\(width - 1):0] divisor;
          always @(posedge clock)
            if (input_valid & input_ready) begin dividend <= input_dividend; divisor <= input_divisor; end
          wire [\(2 * width):0] back = {\(width + 1)'d0, output_quotient} * divisor + output_remainder;
          always @* if (!in_reset & output_valid) begin
            if (divisor != 0) assert (back == dividend && output_remainder < divisor);
            else assert (&output_quotient && output_remainder == dividend);
          end
          """),
      latency(width + 1),
    ]
  }
  .covering(coverDivider)

  /// Roots.
  public static let squareRoot = Entry<SquareRoot, CountWorkload>(
    "square-root", "Integer square roots with remainder, a bit of the root in each clock.",
    parameters: [.integer("width", \.width, "Bits of the number", benched: 2...64)],
    configurations: [("odd", SquareRoot(width: 7))],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Roots; all of up to 16 bits"),
    expectedCycles: { unit, work in (unit.width / 2 + 4) * work.count }
  ) { request in
    let unit = request.generator
    func root(_ number: UInt64) -> [UInt64] {
      let root = integerSquareRoot(number)
      return [root, number - root * root]
    }
    if request.checksTiming {
      return try request.timingBench([.init(capacity: 1, latency: (unit.width + 1) / 2 + 1)]) { random in
        let number = random.operand(bits: unit.width)
        return ([number], root(number))
      }
    }
    var bench = try request.streamBench()
    var random = bench.random("operands")
    for operands in request.operands([unit.width], &random) {
      try bench.withStimuli { stimuli throws(BenchError) in
        try stimuli.send(words: operands, on: "input")
        try stimuli.expect(words: root(operands[0]), on: "output")
      }
    }
    return bench
  }
  .proving(SquareRoot(width: 5)) { unit in
    [
      Property(
        "root", "root² + remainder is the number, and (root + 1)² is greater.",
        verilog: """
          reg [\(unit.width - 1):0] number;
          always @(posedge clock) if (input_valid & input_ready) number <= input_data;
          wire [\(unit.width + 2):0] wide = output_root;
          always @* if (!in_reset & output_valid)
            assert (wide * wide + output_remainder == number && output_remainder <= 2 * wide);
          """),
      latency((unit.width + 1) / 2 + 1),
    ]
  }
  .covering(coverSquareRoot)

  /// The property that a result shows `cycles` clock edges after its operands were taken, and no second one.
  private static func latency(_ cycles: Int) -> Property {
    Property(
      "latency", "A result shows \(cycles) clock edges after its operands were taken, and only then.",
      verilog: """
        reg [15:0] age = 0;
        reg busy = 0;
        always @(posedge clock)
          if (in_reset) busy <= 0;
          else if (input_valid & input_ready) begin busy <= 1; age <= 1; end
          else if (output_valid & output_ready) busy <= 0;
          else if (age < \(cycles)) age <= age + 1;
        always @* if (!in_reset) begin
          assert (output_valid == (busy && age == \(cycles)));
          assert (input_ready == !busy);
        end
        """)
  }
}
