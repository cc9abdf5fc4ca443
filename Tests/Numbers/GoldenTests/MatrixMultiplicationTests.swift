import Golden
import NumberFormats
import Testing

@Suite struct MatrixMultiplicationTests {
  @Test func `Products agree with numpy in every bit, wrapping included`() throws {
    let cases = try GoldenVectors.load().products
    #expect(cases.count == 14)
    #expect(cases.contains { $0.overflows > 0 })
    for item in cases {
      let multiply = try MatrixMultiplication(
        left: item.format(0), right: item.format(1), accumulator: item.format(2))
      let result = try multiply(
        Matrix(rows: item.rows, columns: item.inner, elements: item.left),
        Matrix(rows: item.inner, columns: item.columns, elements: item.right))
      #expect(result.sums == (try Matrix(rows: item.rows, columns: item.columns, elements: item.sums)))
      #expect(result.overflows == item.overflows)
    }
  }

  @Test func `The most negative operands fill the accumulator to its last value`() throws {
    let a = Matrix<Int8>(rows: 1, columns: 131_072, repeating: -128)
    let b = Matrix<Int8>(rows: 131_072, columns: 1, repeating: -128)
    let multiply = try MatrixMultiplication()
    let result = try multiply(a, b)
    #expect(result.sums.elements == [-0x8000_0000])
    #expect(result.overflows == 1)
  }

  @Test(arguments: [(-128, 17), (-127, 17), (127, 17), (1, 10), (-1, 10), (0, 1)])
  func `The width that would hold every sum is known`(weight: Int8, width: Int) throws {
    // Three products with -128, as large as 49,152 and −49,152.
    let a = Matrix<Int8>(rows: 1, columns: 3, repeating: -128)
    let b = Matrix<Int8>(rows: 3, columns: 1, repeating: weight)
    let exact = try MatrixMultiplication()(a, b)
    #expect(exact.sumWidth == width && exact.overflows == 0)
    let fitting = try MatrixMultiplication(accumulator: IntegerFormat(width: max(width, 4), isSigned: true))(a, b)
    #expect(fitting.sums == exact.sums && fitting.overflows == 0)
    guard width > 4 else { return }
    let narrow = try MatrixMultiplication(accumulator: IntegerFormat(width: width - 1, isSigned: true))(a, b)
    #expect(narrow.overflows == 1 && narrow.sumWidth == width)
  }

  @Test func `Operands that do not fit are refused with their place`() throws {
    let multiply = try MatrixMultiplication(left: IntegerFormat(width: 4, isSigned: true))
    var a = Matrix<Int8>(rows: 2, columns: 3, repeating: 7)
    let b = Matrix<Int8>(rows: 3, columns: 2, repeating: 1)
    a[1, 2] = 8
    let format = multiply.left
    #expect(
      throws: MatrixMultiplicationError.element(operand: "left", row: 1, column: 2, value: 8, format: format)
    ) { try multiply(a, b) }
    #expect(throws: MatrixMultiplicationError.innerSize(left: 3, right: 2)) {
      try multiply(a, Matrix<Int8>(rows: 2, columns: 2, repeating: 0))
    }
    #expect(throws: MatrixMultiplicationError.operandWidth(17)) {
      try MatrixMultiplication(left: IntegerFormat(width: 17, isSigned: true))
    }
    #expect(
      "\(MatrixMultiplicationError.element(operand: "left", row: 1, column: 2, value: 8, format: format))"
        == "element (1, 2) of the left matrix is 8, outside int4")
  }

  @Test func `A matrix holds rows times columns elements`() throws {
    let matrix = try Matrix(rows: 2, columns: 3, elements: Array(0..<6))
    #expect(matrix[1, 0] == 3)
    #expect(Array(matrix[row: 1]) == [3, 4, 5])
    #expect(matrix.map { $0 * 2 }.elements == [0, 2, 4, 6, 8, 10])
    #expect(throws: MatrixError.count(rows: 2, columns: 2, found: 3)) {
      try Matrix(rows: 2, columns: 2, elements: [1, 2, 3])
    }
    #expect(throws: MatrixError.count(rows: -1, columns: -1, found: 1)) {
      try Matrix(rows: -1, columns: -1, elements: [1])
    }
  }
}
