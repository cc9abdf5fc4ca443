import Engine
import Entries
import Foundation
import Golden
import HDL
import NumberFormats
import Simulator
import Units

/// How far the results of the function units are from the real values, over every bfloat16 operand: measured on the hardware.
public struct FunctionErrorTable: Hashable, Sendable, Codable {
  /// The error of one unit.
  public struct Row: Hashable, Sendable, Codable {
    /// The name of the function.
    public var function: String
    /// The greatest error in ulp of bfloat16; beside zero, where results below 2^−126 are flushed, in steps of 2^−126.
    public var maximumUlp: Double
    /// The mean error in ulp over finite results.
    public var meanUlp: Double
    /// The greatest absolute error.
    public var maximumAbsolute: Double
    /// The mean absolute error.
    public var meanAbsolute: Double
    /// The greatest relative error of results from 2^−126 on.
    public var maximumRelative: Double
    /// The mean relative error.
    public var meanRelative: Double
    /// The bits of an operand at which the error in ulp is greatest.
    public var worst: UInt16
    /// Operands of which the result is not the correctly rounded one.
    public var wrong: Int
  }

  /// One row for each function, in the order of the unit's parameter.
  public var rows: [Row]

  /// A table of measured rows.
  public init(rows: [Row]) { self.rows = rows }

  /// The functions that a unit has, by name.
  public static let functions: [String] = ["exp"] + FunctionUnit.variants.map(\.name)

  /// Runs the unit of a function over all operands.
  ///
  /// - Returns: Its errors, and for each operand code the error in ulp; nil where the real value is not finite.
  /// - Throws: `DiagnosticList` for a unit that cannot be built, what the engine throws.
  public static func measure(_ name: String) throws -> (row: Row, errors: [Double?])? {
    var unit = FunctionUnit()
    guard FunctionUnit.parameters.first(where: { $0.name == "function" })?.set(name, in: &unit) == true else {
      return nil
    }
    let results = try results(of: unit)
    let error = FunctionError(of: { results[Int($0.bitPattern)] }, against: unit.function)
    let errors = results.indices.map { code in
      FunctionError.ulps(of: results[code], at: BFloat16(bitPattern: UInt16(code)), against: unit.function)
    }
    let expected = FunctionResults.of(unit.function, .bfloat16)
    let row = Row(
      function: name, maximumUlp: error.maximumUlp, meanUlp: error.meanUlp, maximumAbsolute: error.maximumAbsolute,
      meanAbsolute: error.meanAbsolute, maximumRelative: error.maximumRelative, meanRelative: error.meanRelative,
      worst: error.worst.bitPattern,
      wrong: results.indices.count { UInt64(results[$0].bitPattern) != expected[$0] })
    return (row, errors)
  }

  /// What the unit gives for every code.
  private static func results(of unit: FunctionUnit) throws -> [BFloat16] {
    let model = try NativeModel(try unit.elaborate().simplified())
    guard let x = model.pin("x"), let result = model.pin("result") else { return [] }
    return (0...0xFFFF).map { code in
      x.unsigned = UInt64(code)
      model.settle()
      return BFloat16(bitPattern: UInt16(result.unsigned))
    }
  }
}

extension FunctionErrorTable {
  /// Reads what ``json()`` wrote.
  public init(json: Data) throws { self = try JSONDecoder().decode(Self.self, from: json) }

  /// The table as text with stable keys.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The page of the documentation.
  public var page: String {
    let table = rows.map { row in
      let numbers = [
        Self.text(row.maximumUlp, places: 3), Self.text(row.meanUlp, places: 3), Self.scientific(row.maximumAbsolute),
        Self.scientific(row.meanAbsolute), Self.text(row.maximumRelative, places: 5),
        Self.text(row.meanRelative, places: 5), "0x" + String(row.worst, radix: 16, uppercase: true), "\(row.wrong)",
      ]
      return "| \(row.function) | " + numbers.joined(separator: " | ") + " |"
    }
    let plots = rows.map { row in
      """
      ### \(row.function)

      ![Error of \(row.function) in ulp for every operand, from the least to the greatest number](errors-\(row.function))
      """
    }
    return """
      # Errors of the function units

      How far `function-unit` is from the real value of each function, over all 65,536 bfloat16 operands.

      ## Overview

      `make errors` writes this page: it runs the hardware of each function on the native simulator over every operand, and
      compares with the real value, which is known to 2⁻⁴⁰. An ulp is that of the binade of the real value. Below 2⁻¹²⁶, where
      bfloat16 numbers are flushed to zero, it is 2⁻¹²⁶, so that an error of nearly 1 stands there for a real value that is no
      number of the format; everywhere else it is 0.5 at most. Relative errors are of real values from 2⁻¹²⁶ on. The last column
      counts operands of which the result is not the correctly rounded one.

      | function | max ulp | mean ulp | max absolute | mean absolute | max relative | mean relative | at | wrong |
      |---|---|---|---|---|---|---|---|---|
      \(table.joined(separator: "\n"))

      Absolute errors are large where results are: half an ulp of 2¹²⁷ is 2¹¹⁹.

      ## Plots

      The greatest error in ulp of each 128 neighbouring operands, from the least number on the left to the greatest on the right.

      \(plots.joined(separator: "\n\n"))

      """
  }

  private static func text(_ number: Double, places: Int) -> String { String(format: "%.\(places)f", number) }

  private static func scientific(_ number: Double) -> String {
    number == 0 ? "0" : String(format: "%.2e", number)
  }
}
