import Foundation
import HeTraX
import Testing

/// Temperatures over time.
@Suite struct ThermalTransientTests {
  private static let power = PowerMap(
    grids: [[[5, 1], [1, 1]], [[2]], [[20]]], width: 1e-2, height: 1e-2)

  @Test(arguments: ThermalTransient.Scheme.allCases, [1e-5, 1e-2, 10]) func `Every step balances its energy`(
    scheme: ThermalTransient.Scheme, seconds: Double
  ) throws {
    let grid = try ThermalGrid(ThermalGridTests.small, columns: 4, rows: 4, margin: 2)
    var state = ThermalTransient(grid, scheme: scheme)
    var worst = 0.0
    for step in 0..<12 {
      // Power that changes, and is off for a while.
      var power = Self.power
      if step % 4 == 3 { power = PowerMap(tiers: [[], [], []]) }
      worst = max(worst, try state.advance(power, seconds: seconds).relativeError)
    }
    #expect(worst < 1e-6, "\(worst)")
    #expect(abs(state.seconds - 12 * seconds) < 1e-9 * seconds * 12)
  }

  @Test(arguments: ThermalTransient.Scheme.allCases) func `After a long time temperatures are the steady ones`(
    scheme: ThermalTransient.Scheme
  ) throws {
    let grid = try ThermalGrid(ThermalGridTests.small, columns: 4, rows: 4, margin: 2)
    let steady = try grid.steady(Self.power)
    if scheme == .backwardEuler {
      // The sink needs some 25 s; a step of this method may be as long as it likes.
      var state = ThermalTransient(grid, scheme: scheme)
      for _ in 0..<30 { _ = try state.advance(Self.power, seconds: 40) }
      #expect(abs(state.field.peak - steady.peak) < 1e-3, "\(state.field.peak), steady \(steady.peak)")
    }
    // From the steady state nothing moves.
    var still = ThermalTransient(grid, from: steady, scheme: scheme)
    _ = try still.advance(Self.power, seconds: 1)
    #expect(abs(still.field.peak - steady.peak) < 1e-6)
  }

  @Test func `A sink that cools follows its exponential, Crank-Nicolson by the square of the step`() throws {
    // One cell of copper: all else is thin and conducts well, so the time constant is that of the sink alone.
    var package = ThermalPackage()
    (package.spreaderSide, package.sinkSide) = (1e-2, 1e-2)
    for path in [\ThermalPackage.interface, \ThermalPackage.spreader, \ThermalPackage.sink] {
      package[keyPath: path] = ThermalLayer(
        thickness: 1e-4, material: ThermalMaterial(conductivity: 1e5, capacity: 1))
    }
    let silicon = ThermalLayer(thickness: 1e-4, material: ThermalMaterial(conductivity: 1e5, capacity: 1))
    let stack = ThermalStack(
      width: 1e-2, height: 1e-2, tiers: [ThermalStack.Tier("one", silicon: silicon)], package: package)
    let grid = try ThermalGrid(stack, columns: 1, rows: 1)
    let power = PowerMap(grids: [[[50]]], width: 1e-2, height: 1e-2)
    // τ = 0.1 K/W · 140.4 J/K = 14.04 s; a rise of 50 W · 0.1 K/W.
    func error(_ scheme: ThermalTransient.Scheme, steps: Int) throws -> Double {
      var state = ThermalTransient(grid, scheme: scheme)
      for _ in 0..<steps { _ = try state.advance(power, seconds: 10 / Double(steps)) }
      let rise: Double = 5 * (1 - exp(-10 / 14.04))
      return abs(state.field.peak - 318.15 - rise)
    }
    let euler = try [error(.backwardEuler, steps: 10), error(.backwardEuler, steps: 20)]
    let nicolson = try [error(.crankNicolson, steps: 10), error(.crankNicolson, steps: 20)]
    #expect(euler[0] < 0.1 && abs(euler[0] / euler[1] - 2) < 0.2, "\(euler)")
    #expect(nicolson[0] < 5e-3 && abs(nicolson[0] / nicolson[1] - 4) < 0.4, "\(nicolson)")
  }

  @Test func `A step without length is refused`() throws {
    var state = ThermalTransient(try ThermalGrid(ThermalGridTests.small, columns: 2, rows: 2, margin: 1))
    #expect(throws: HeTraXError.self) { try state.advance(Self.power, seconds: 0) }
  }
}
