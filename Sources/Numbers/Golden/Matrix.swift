/// A matrix in row-major order: element (r, c) is `elements[r * columns + c]`.
public struct Matrix<Element> {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// All elements, row after row.
  public var elements: [Element]

  /// Makes a matrix of elements in row-major order.
  ///
  /// - Throws: ``MatrixError/count(rows:columns:found:)`` when there are not `rows * columns` elements.
  @inlinable
  public init(rows: Int, columns: Int, elements: [Element]) throws(MatrixError) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, count == elements.count else {
      throw .count(rows: rows, columns: columns, found: elements.count)
    }
    self.init(uncheckedRows: rows, columns: columns, elements: elements)
  }

  /// Makes a matrix with the same element everywhere.
  @inlinable
  public init(rows: Int, columns: Int, repeating element: Element) {
    self.init(uncheckedRows: rows, columns: columns, elements: Array(repeating: element, count: rows * columns))
  }

  @usableFromInline
  init(uncheckedRows rows: Int, columns: Int, elements: [Element]) {
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The element in a row and a column.
  @inlinable
  public subscript(row: Int, column: Int) -> Element {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  /// One row.
  @inlinable
  public subscript(row row: Int) -> ArraySlice<Element> { elements[row * columns..<(row + 1) * columns] }

  /// The matrix with every element replaced.
  @inlinable
  public func map<Other, Failure: Error>(
    _ transform: (Element) throws(Failure) -> Other
  ) throws(Failure) -> Matrix<Other> {
    Matrix<Other>(uncheckedRows: rows, columns: columns, elements: try elements.map(transform))
  }
}

extension Matrix: Sendable where Element: Sendable {}
extension Matrix: Equatable where Element: Equatable {}
extension Matrix: Hashable where Element: Hashable {}

/// Why a matrix cannot be made.
public enum MatrixError: Error, Hashable, CustomStringConvertible {
  /// The number of elements is not rows × columns.
  case count(rows: Int, columns: Int, found: Int)

  /// What is wrong, and what to give instead.
  public var description: String {
    switch self {
    case .count(let rows, let columns, let found):
      "a matrix of \(rows) rows and \(columns) columns does not have \(found) elements: give rows x columns elements"
    }
  }
}
