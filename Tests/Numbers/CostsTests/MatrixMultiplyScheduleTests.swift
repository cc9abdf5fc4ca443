import Costs
import Golden
import NumberFormats
import Testing

@Suite struct MatrixMultiplyScheduleTests {
  private let left = try! Matrix<Int>(rows: 3, columns: 3, elements: [1, 2, 3, 4, 5, 6, 7, 8, -1])
  private let right = try! Matrix<Int>(rows: 3, columns: 3, elements: [1, -2, 3, 0, 1, 2, -1, 1, 0])

  private func schedule(_ dataflow: MatrixMultiplySchedule.Dataflow) throws -> MatrixMultiplySchedule {
    try MatrixMultiplySchedule(
      rows: 2, columns: 2, dataflow: dataflow, multiplication: MatrixMultiplication(accumulator: .int16))
  }

  @Test func `Weight-stationary beats`() throws {
    let beats = try schedule(.weightStationary(maximumRows: 2)).beats(left, right, padding: { 0x155 })
    #expect(beats.job == [3, 3, 3])
    // Blocks of 2 rows; in each, column blocks {0, 1} and {2}; in each, depth blocks {0, 1} and {2}. 0x55 is padding.
    #expect(
      beats.activations == [
        1, 2, 4, 5, 3, 0x55, 6, 0x55,
        1, 2, 4, 5, 3, 0x55, 6, 0x55,
        7, 8, 0xFF, 0x55,
        7, 8, 0xFF, 0x55,
      ])
    let weights: [UInt64] = [1, 0xFE, 0, 1, 0xFF, 1, 3, 0x55, 2, 0x55, 0, 0x55]
    #expect(beats.weights == weights + weights)
    #expect(beats.parameters.isEmpty)
    // C = [-2 3 7; -2 3 22; 8 -7 37]; each row: two values, keep, last.
    #expect(
      beats.results == [
        0xFFFE, 3, 3, 0, 0xFFFE, 3, 3, 0,
        7, 0, 1, 0, 22, 0, 1, 0,
        8, 0xFFF9, 3, 0,
        37, 0, 1, 1,
      ])
    #expect(beats.product.elements == [-2, 3, 7, -2, 3, 22, 8, -7, 37])
  }

  @Test func `Output-stationary beats`() throws {
    let beats = try schedule(.outputStationary).beats(left, right, padding: { 0x55 })
    let top: [UInt64] = [1, 4, 2, 5, 3, 6]
    let bottom: [UInt64] = [7, 0x55, 8, 0x55, 0xFF, 0x55]
    #expect(beats.activations == top + top + bottom + bottom)
    let wide: [UInt64] = [1, 0xFE, 0, 1, 0xFF, 1]
    let narrow: [UInt64] = [3, 0x55, 2, 0x55, 0, 0x55]
    #expect(beats.weights == wide + narrow + wide + narrow)
    #expect(beats.results.count == 6 * 4)
    #expect(Array(beats.results.suffix(8)) == [8, 0xFFF9, 3, 0, 37, 0, 1, 1])
  }

  @Test func `Parameters come for each block of columns`() throws {
    let scales = try [0.5, 0.25, 2].map { try RequantizationScale($0) }
    let requantize = try Requantization(scales: scales, bias: [1, -1, 7])
    let schedule = try schedule(.weightStationary(maximumRows: 2))
    let beats = try schedule.beats(left, right, output: .perChannel(requantize))
    let once: [UInt64] = [1, 0x8000, 16, 0xFFFF_FFFF, 0x8000, 17, 7, 0x8000, 14]
    #expect(beats.parameters == once + once)
    #expect(beats.scale.isEmpty)
    #expect(
      beats.product
        == (try requantize(Matrix(rows: 3, columns: 3, elements: [-2, 3, 7, -2, 3, 22, 8, -7, 37]))).map { Int64($0) })
    #expect(beats.results[0] == 0)

    let common = try Requantization(scales: [scales[0]], bias: [1, -1, 7])
    let tensor = try schedule.beats(left, right, output: .perTensor(common))
    #expect(tensor.parameters == [1, 0xFFFF_FFFF, 7, 1, 0xFFFF_FFFF, 7])
    #expect(tensor.scale == [0x8000, 16])
    #expect(throws: MatrixMultiplyScheduleError.scales(3)) {
      try schedule.beats(left, right, output: .perTensor(requantize))
    }
  }

  @Test func `A mask wider than a word`() throws {
    let schedule = try MatrixMultiplySchedule(
      rows: 1, columns: 70, dataflow: .outputStationary, multiplication: MatrixMultiplication())
    let beats = try schedule.beats(
      Matrix<Int>(rows: 1, columns: 1, repeating: 1), Matrix<Int>(rows: 1, columns: 67, repeating: 2))
    #expect(beats.results.count == 70 + 2 + 1)
    #expect(Array(beats.results.suffix(3)) == [.max, 7, 1])
  }

  @Test func `Clocks that a product keeps the array`() throws {
    func clocks(_ dataflow: MatrixMultiplySchedule.Dataflow, _ product: (Int, Int, Int), _ codes: Bool) throws -> Int {
      try MatrixMultiplySchedule(
        rows: 16, columns: 16, dataflow: dataflow, multiplication: MatrixMultiplication()
      ).clocks(rows: product.0, depth: product.1, columns: product.2, takesParameters: codes)
    }
    // Every cell multiplies in every clock.
    for dataflow in [MatrixMultiplySchedule.Dataflow.weightStationary(maximumRows: 128), .outputStationary] {
      #expect(try clocks(dataflow, (128, 384, 384), true) == 128 * 384 * 384 / 256)
    }
    // Six passes of one row, each as long as the next weights take; and one pass, as long as sixteen parameters take.
    #expect(try clocks(.weightStationary(maximumRows: 4), (1, 96, 1), false) == 96)
    #expect(try clocks(.weightStationary(maximumRows: 4), (9, 1, 17), false) == 6 * 16)
    #expect(try clocks(.outputStationary, (17, 3, 1), false) == 32)
    let narrow = try MatrixMultiplySchedule(
      rows: 1, columns: 16, dataflow: .weightStationary(maximumRows: 2), multiplication: MatrixMultiplication())
    #expect(narrow.clocks(rows: 1, depth: 3, columns: 1, takesParameters: false) == 6)
    #expect(narrow.clocks(rows: 1, depth: 3, columns: 1, takesParameters: true) == 16)
  }

  @Test func `Sizes that are not positive are refused`() throws {
    let multiplication = try MatrixMultiplication()
    #expect(throws: MatrixMultiplyScheduleError.size("rows", 0)) {
      try MatrixMultiplySchedule(rows: 0, columns: 1, dataflow: .outputStationary, multiplication: multiplication)
    }
    #expect(throws: MatrixMultiplyScheduleError.size("maximumRows", -1)) {
      try MatrixMultiplySchedule(
        rows: 1, columns: 1, dataflow: .weightStationary(maximumRows: -1), multiplication: multiplication)
    }
    let schedule = try schedule(.outputStationary)
    #expect(throws: MatrixMultiplyScheduleError.size("K", 0)) {
      try schedule.beats(Matrix<Int>(rows: 2, columns: 0, elements: []), Matrix<Int>(rows: 0, columns: 2, elements: []))
    }
    #expect(throws: MatrixMultiplicationError.innerSize(left: 3, right: 2)) {
      try schedule.beats(left, Matrix<Int>(rows: 2, columns: 2, repeating: 0))
    }
  }
}
