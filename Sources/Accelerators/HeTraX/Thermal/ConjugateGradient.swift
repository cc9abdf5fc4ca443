/// Conjugate gradients for a grid of conductances, preconditioned by the exact solution of its vertical columns.
///
/// Cells are numbered column by column, so that the thin layers, whose vertical conductances are a thousand times the lateral
/// ones, stand in tridiagonal blocks; those are factored once. The matrix is symmetric and positive definite as soon as one
/// cell of every column is tied to the air or to a capacity.
struct ConductanceMatrix: Sendable {
  /// Sum of all conductances of each cell, with those to the air and of stored heat.
  var diagonal: [Double]
  /// W/K to the next cell in z (the cell that follows), x and y; 0 where there is none.
  let up, right, back: [Double]
  /// The next cell in x and in y; the cell itself where there is none.
  let rightCell, backCell: [Int32]

  var count: Int { diagonal.count }

  /// The factored columns: inverse pivots.
  func pivots() -> [Double] {
    var pivots = [Double](repeating: 0, count: count)
    for cell in 0..<count {
      let before = cell == 0 ? 0 : up[cell - 1] * up[cell - 1] * pivots[cell - 1]
      pivots[cell] = 1 / (diagonal[cell] - before)
    }
    return pivots
  }

  /// A · x.
  func times(_ x: UnsafeBufferPointer<Double>, into y: UnsafeMutableBufferPointer<Double>) {
    let count = count
    diagonal.withUnsafeBufferPointer { d in
      for cell in 0..<count { y[cell] = d[cell] * x[cell] }
    }
    up.withUnsafeBufferPointer { g in
      var cell = 0
      while cell < count - 1 {
        let value = g[cell]
        y[cell] -= value * x[cell + 1]
        y[cell + 1] -= value * x[cell]
        cell += 1
      }
    }
    for (conductances, cells) in [(right, rightCell), (back, backCell)] {
      conductances.withUnsafeBufferPointer { g in
        cells.withUnsafeBufferPointer { next in
          var cell = 0
          while cell < count {
            let (value, other) = (g[cell], Int(next[cell]))
            y[cell] -= value * x[other]
            y[other] -= value * x[cell]
            cell += 1
          }
        }
      }
    }
  }

  /// Solves the columns for `r`.
  private func precondition(
    _ r: UnsafeBufferPointer<Double>, _ pivots: [Double], into z: UnsafeMutableBufferPointer<Double>
  ) {
    let count = count
    up.withUnsafeBufferPointer { g in
      pivots.withUnsafeBufferPointer { p in
        z[0] = r[0]
        var cell = 1
        while cell < count {
          z[cell] = r[cell] + g[cell - 1] * p[cell - 1] * z[cell - 1]
          cell += 1
        }
        cell = count - 1
        z[cell] *= p[cell]
        while cell > 0 {
          cell -= 1
          z[cell] = p[cell] * (z[cell] + g[cell] * z[cell + 1])
        }
      }
    }
  }

  /// Solves A · x = `right`, from the start in `x`, until the residual's norm is `tolerance` of that of `right`.
  ///
  /// - Returns: iterations and the relative residual, computed anew from the solution.
  /// - Throws: ``HeTraXError/notSolved(iterations:residual:)``.
  func solve(_ right: [Double], from x: inout [Double], tolerance: Double, pivots: [Double]) throws(HeTraXError)
    -> (iterations: Int, residual: Double)
  {
    let count = count
    let scale = right.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard scale > 0 else {
      x = [Double](repeating: 0, count: count)
      return (0, 0)
    }
    let limit = 20 * Int(Double(count).squareRoot()) + 2000
    var residual = 0.0
    var iterations = 0
    // Rounding drifts the residual that the recurrence carries: what counts is computed anew, and the search starts again
    // from there.
    for _ in 0..<8 {
      (iterations, residual) = descend(
        right, &x, scale: scale, tolerance: tolerance, limit: limit, done: iterations, pivots)
      if residual <= tolerance { return (iterations, residual) }
    }
    throw .notSolved(iterations: iterations, residual: residual)
  }

  /// Shifts all cells of a solution alike, so that the sum of all residuals is 0: flows between cells cancel in the sum, and
  /// energy is conserved to rounding, whatever residual single cells are left with.
  ///
  /// - Parameter conductances: what ties each cell to anything but other cells.
  func close(_ right: [Double], _ x: inout [Double], conductances: [Double]) {
    var (gap, sum) = (0.0, 0.0)
    for cell in 0..<count {
      gap += right[cell] - conductances[cell] * x[cell]
      sum += conductances[cell]
    }
    guard sum > 0 else { return }
    for cell in 0..<count { x[cell] += gap / sum }
  }

  private func descend(
    _ right: [Double], _ x: inout [Double], scale: Double, tolerance: Double, limit: Int, done: Int,
    _ pivots: [Double]
  ) -> (Int, Double) {
    let count = count
    var (r, z, p, q) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count), [Double](repeating: 0, count: count),
      [Double](repeating: 0, count: count)
    )
    var iterations = done
    var relative = 0.0
    x.withUnsafeMutableBufferPointer { x in
      r.withUnsafeMutableBufferPointer { r in
        z.withUnsafeMutableBufferPointer { z in
          p.withUnsafeMutableBufferPointer { p in
            q.withUnsafeMutableBufferPointer { q in
              func norm() -> Double {
                var (sum, cell) = (0.0, 0)
                while cell < count {
                  sum += r[cell] * r[cell]
                  cell += 1
                }
                return sum.squareRoot() / scale
              }
              func product(_ a: UnsafeMutableBufferPointer<Double>, _ b: UnsafeMutableBufferPointer<Double>) -> Double {
                var (sum, cell) = (0.0, 0)
                while cell < count {
                  sum += a[cell] * b[cell]
                  cell += 1
                }
                return sum
              }
              func residual() {
                times(UnsafeBufferPointer(x), into: q)
                var cell = 0
                while cell < count {
                  r[cell] = right[cell] - q[cell]
                  cell += 1
                }
                relative = norm()
              }
              residual()
              guard relative > tolerance else { return }
              precondition(UnsafeBufferPointer(r), pivots, into: z)
              var cell = 0
              while cell < count {
                p[cell] = z[cell]
                cell += 1
              }
              var old = product(r, z)
              while iterations < limit, norm() > tolerance / 2 {
                iterations += 1
                times(UnsafeBufferPointer(p), into: q)
                let curvature = product(p, q)
                guard curvature > 0 else { break }
                let step = old / curvature
                cell = 0
                while cell < count {
                  x[cell] += step * p[cell]
                  r[cell] -= step * q[cell]
                  cell += 1
                }
                precondition(UnsafeBufferPointer(r), pivots, into: z)
                let new = product(r, z)
                let ratio = new / old
                old = new
                cell = 0
                while cell < count {
                  p[cell] = z[cell] + ratio * p[cell]
                  cell += 1
                }
              }
              residual()
            }
          }
        }
      }
    }
    return (iterations, relative)
  }
}
