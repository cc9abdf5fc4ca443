/// A crossbar whose wires have resistance: voltages of all nodes and currents of the columns, in floating point.
///
/// A word line is driven at its left end, a bit line ends in a virtual ground below the last row; each passes a segment of wire before and
/// between its cells. Conductances are in units of the greatest one, so a segment is its resistance times that conductance, and currents
/// are in units of the drive times it. The macro itself computes with ``Nonidealities/lossPerRow`` and ``Nonidealities/lossPerColumn``;
/// ``losses(rows:columns:conductance:share:)`` says what they are for a wire, and how far such a plane of losses is from the nodes.
public struct CrossbarWires: Hashable, Sendable {
  /// Resistance of a segment times the greatest conductance: above 0, at most 1.
  public var segment: Double

  /// Wires of a segment.
  public init(segment: Double) {
    precondition(segment > 0 && segment <= 1, "a segment is \(segment): give above 0 to 1")
    self.segment = segment
  }

  /// Wires of a resistivity in Ωm, the length of a cell, width and height of a wire in m, and the greatest conductance of a cell in S.
  public init(resistivity: Double, cell: Double, width: Double, height: Double, conductance: Double) {
    self.init(segment: resistivity * cell / (width * height) * conductance)
  }

  /// What the nodes of a crossbar are at.
  public struct Solution: Hashable, Sendable {
    /// Currents of the columns.
    public var currents: [Double]
    /// Voltage across each cell, row by row, in units of the drive.
    public var cells: [Double]
    /// Sweeps that were made.
    public var sweeps: Int
  }

  /// Solves the nodes, word lines and bit lines in turn, until no voltage moves by more than `tolerance`.
  ///
  /// - Parameters:
  ///   - conductances: of the cells, row by row, 0 to 1.
  ///   - driven: whether each row is driven.
  ///   - tolerance: in units of the drive.
  public func solve(_ conductances: [Double], driven: [Bool], tolerance: Double = 1e-10) -> Solution {
    let rows = driven.count
    precondition(rows > 0 && conductances.count.isMultiple(of: rows), "\(conductances.count) cells in \(rows) rows")
    let columns = conductances.count / rows
    let wire = 1 / segment
    var words = (0..<rows * columns).map { driven[$0 / columns] ? 1.0 : 0 }
    var bits = [Double](repeating: 0, count: rows * columns)
    var sweeps = 0
    var line = Line(count: max(rows, columns))
    var change = Double.infinity
    while change > tolerance, sweeps < 10_000 {
      change = 0
      for row in 0..<rows {
        let start = row * columns
        for column in 0..<columns {
          let g = conductances[start + column]
          let isEnd = column == columns - 1
          line.set(column, diagonal: g + (isEnd ? wire : 2 * wire), right: g * bits[start + column])
        }
        if driven[row] { line.right[0] += wire }
        line.solve(columns, wire)
        for column in 0..<columns {
          change = max(change, abs(line.right[column] - words[start + column]))
          words[start + column] = line.right[column]
        }
      }
      for column in 0..<columns {
        for row in 0..<rows {
          let g = conductances[row * columns + column]
          line.set(row, diagonal: g + (row == 0 ? wire : 2 * wire), right: g * words[row * columns + column])
        }
        line.solve(rows, wire)
        for row in 0..<rows {
          change = max(change, abs(line.right[row] - bits[row * columns + column]))
          bits[row * columns + column] = line.right[row]
        }
      }
      sweeps += 1
    }
    return Solution(
      currents: (0..<columns).map { bits[(rows - 1) * columns + $0] * wire }, cells: zip(words, bits).map { $0 - $1 },
      sweeps: sweeps)
  }

  /// A line of nodes between which the wire conducts: a system with three diagonals, solved in place.
  private struct Line {
    var diagonal, right, upper: [Double]

    init(count: Int) {
      diagonal = [Double](repeating: 0, count: count)
      right = diagonal
      upper = diagonal
    }

    mutating func set(_ index: Int, diagonal: Double, right: Double) {
      self.diagonal[index] = diagonal
      self.right[index] = right
    }

    mutating func solve(_ count: Int, _ wire: Double) {
      for index in 0..<count {
        var pivot = diagonal[index]
        if index > 0 {
          pivot += wire * upper[index - 1]
          right[index] += wire * right[index - 1]
        }
        upper[index] = -wire / pivot
        right[index] /= pivot
      }
      for index in stride(from: count - 2, through: 0, by: -1) { right[index] -= upper[index] * right[index + 1] }
    }
  }

  /// What the macro's knobs are for these wires.
  public struct Losses: Hashable, Sendable {
    /// ``Nonidealities/lossPerColumn`` and ``Nonidealities/lossPerRow``, with the least square error over all driven cells.
    public var perColumn, perRow: Double
    /// Root mean square and greatest distance of the loss of a cell from that.
    public var error, greatest: Double
    /// Mean loss of a cell.
    public var mean: Double
  }

  /// Losses of cells that all conduct alike, with a share of the rows driven, evenly spread.
  ///
  /// A loss grows from the left to the right and, since the ground is below, from the last row to the first; the macro's rows are counted
  /// from the ground.
  public func losses(rows: Int, columns: Int, conductance: Double, share: Double = 0.5) -> Losses {
    let driven = (0..<rows).map { Int(Double($0 + 1) * share) > Int(Double($0) * share) }
    let solution = solve([Double](repeating: conductance, count: rows * columns), driven: driven, tolerance: 1e-8)
    var (cc, cr, rr, cl, rl, mean, count) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var cells: [(column: Double, row: Double, loss: Double)] = []
    for row in 0..<rows where driven[row] {
      for column in 0..<columns {
        let cell = (
          column: Double(column), row: Double(rows - 1 - row), loss: 1 - solution.cells[row * columns + column]
        )
        cells.append(cell)
        cc += cell.column * cell.column
        cr += cell.column * cell.row
        rr += cell.row * cell.row
        cl += cell.column * cell.loss
        rl += cell.row * cell.loss
        mean += cell.loss
        count += 1
      }
    }
    let determinant = cc * rr - cr * cr
    let perColumn = determinant == 0 ? 0 : (cl * rr - rl * cr) / determinant
    let perRow = determinant == 0 ? 0 : (rl * cc - cl * cr) / determinant
    let distances = cells.map { $0.loss - perColumn * $0.column - perRow * $0.row }
    return Losses(
      perColumn: perColumn, perRow: perRow,
      error: (distances.reduce(0) { $0 + $1 * $1 } / max(count, 1)).squareRoot(),
      greatest: distances.reduce(0) { max($0, abs($1)) }, mean: mean / max(count, 1))
  }
}
