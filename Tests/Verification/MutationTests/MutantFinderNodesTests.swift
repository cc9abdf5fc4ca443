import HDL
import Netlist
import Testing

@testable import Mutation

@Suite struct MutantFinderNodesTests {
  /// A kind of mistake in a design of one operation: what it says, and the Verilog of `result` with it.
  struct Case: Sendable, CustomTestStringConvertible {
    var kind: Tiny.Kind
    var operation: MutationOperator
    var changes: [String]

    init(_ kind: Tiny.Kind, _ operation: MutationOperator, _ changes: String...) {
      (self.kind, self.operation, self.changes) = (kind, operation, changes)
    }

    var testDescription: String { "\(kind): \(operation.description)" }
  }

  static let cases = [
    Case(.complement, .operatorExchanged, "a complement is left out in output 'result'\nassign result = a;"),
    Case(.conjunction, .operatorExchanged, "'&' is '|' in output 'result'\nassign result = a | b;"),
    Case(.parity, .operatorExchanged, "a parity is 'any' in output 'result'\nassign result = |a;"),
    Case(.any, .operatorExchanged, "'any' is 'all' in output 'result'\nassign result = &a;"),
    Case(.sum, .operatorExchanged, "'+' is '-' in output 'result'\nassign result = a - b;"),
    Case(.difference, .operatorExchanged, "'-' is '+' in output 'result'\nassign result = a + b;"),
    Case(.product, .operatorExchanged, "'*' is '+' in output 'result'\nassign result = {4'd0, a} + {4'd0, b};"),
    Case(
      .signedProduct, .operatorExchanged,
      "'*' is '+' in output 'result'\nassign result = {{4{s[3]}}, s} + {{4{t[3]}}, t};"),
    Case(.shift, .operatorExchanged, "'>>' is '<<' in output 'result'\nassign result = a << b;"),
    Case(
      .difference, .operandsExchanged, "the operands of '-' are exchanged in output 'result'\nassign result = b - a;"),
    Case(.order, .operandsExchanged, "the operands of '<' are exchanged in output 'result'\nassign result = b < a;"),
    Case(
      .concatenation, .operandsExchanged,
      "the first and last part are exchanged in output 'result'\nassign result = {b, a};"),
    Case(.sum, .operandsExchanged),
    Case(
      .constant, .constantOffByOne,
      "a constant is 4'h7, one more than 4'h6, in output 'result'\nassign result = a & 4'd7;",
      "a constant is 4'h5, one less than 4'h6, in output 'result'\nassign result = a & 4'd5;"),
    Case(.equality, .comparisonInverted, "'==' is '!=' in output 'result'\nassign result = a != b;"),
    Case(.order, .comparisonInverted, "'<' is '>=' in output 'result'\nassign result = a >= b;"),
    Case(.order, .comparisonNonStrict, "'<' is '<=' in output 'result'\nassign result = b >= a;"),
    Case(.equality, .comparisonNonStrict),
    Case(
      .mux, .muxInputsExchanged, "the inputs of a mux are exchanged in output 'result'\nassign result = choice ? b : a;"
    ),
    Case(
      .selection, .muxInputsExchanged,
      "the first two inputs of a selection are exchanged in output 'result'\n4'd0: lookup_by_a = b;\n"
        + "4'd1: lookup_by_a = a;"),
    Case(
      .sum, .widthNarrowed,
      "the result of '+' loses its top bit in output 'result'\nassign result = {1'd0, a[2:0] + b[2:0]};\n"
        + "wire unused = &{1'b0, a[3], b[3], s, t, choice};"),
    Case(
      .signedProduct, .widthNarrowed,
      "the result of '*' loses its top bit in output 'result'\nwire signed [6:0] s_times_t = s * t;\n"
        + "assign result = {s_times_t[6], s_times_t};"),
    Case(
      .signedProduct, .signDropped,
      "'*' takes no sign in output 'result'\nassign result = $unsigned(s) * $unsigned(t);"),
    Case(.signedShift, .signDropped, "'>>' takes no sign in output 'result'\nassign result = s >> b;"),
    Case(
      .signedOrder, .signDropped, "'<' takes no sign in output 'result'\nassign result = $unsigned(s) < $unsigned(t);"),
    Case(.extension_, .signDropped, "an extension takes no sign in output 'result'\nassign result = {2'd0, s};"),
    Case(.product, .signDropped),
  ]

  @Test(arguments: cases)
  func `A mistake in an operation changes what it says`(expected: Case) throws {
    let circuit = try Tiny(expected.kind).elaborate().simplified()
    #expect(try circuit.changes(expected.operation) == expected.changes)
  }

  @Test func `The lowest, the middle and the highest bit of signals and outputs are stuck`() throws {
    let changes = try Tiny(.sum).elaborate().simplified().changes(.bitStuck)
    #expect(changes.count == 18)
    #expect(changes[0] == "bit 0 of input 'a' is stuck at 0\nassign result = (a & 4'd14) + b;")
    #expect(changes[9] == "bit 2 of input 'b' is stuck at 1\nassign result = a + (b | 4'd4);")
    #expect(changes[16] == "bit 3 of output 'result' is stuck at 0\nassign result = (a + b) & 4'd7;")
  }
}
