import AnalogMacros
import Foundation
import HeTraX
import Testing

/// Activity, power, temperature and what crossbars make of it.
@Suite struct ThermalLoopTests {
  private static func powers(_ watts: Double, leakage: Double = 0, growth: Double = 0.01) -> [CorePower] {
    HeTraXMachine.tiny.cores.map { _ in CorePower(dynamic: watts, leakage: leakage, growth: growth) }
  }

  @Test func `Codes are half kelvins above 300, clamped`() {
    #expect(CrossbarWarmth.code(kelvins: 300) == 0)
    #expect(CrossbarWarmth.code(kelvins: 320.3) == 41)
    #expect(CrossbarWarmth.code(kelvins: 250) == 0)
    #expect(CrossbarWarmth.code(kelvins: 500) == 255)
    #expect(CrossbarWarmth.code(kelvins: .nan) == 255)
    for code in UInt8.min...UInt8.max {
      #expect(CrossbarWarmth.code(kelvins: CrossbarWarmth.kelvins(code: code)) == code)
    }
  }

  @Test func `Johnson noise is what the specification says, and too weak by itself`() {
    let warmth = CrossbarWarmth()
    #expect(abs(warmth.johnson(kelvins: 300) - 2.6e-4) < 1e-5)
    #expect(abs(warmth.johnson(kelvins: 400) - 3.0e-4) < 1e-5)
    #expect((60...80).contains(0.018 / warmth.johnson(kelvins: 300)))
    // The temperature-dependent term is what changes.
    #expect(warmth.deviation(kelvins: 380) > 50 * warmth.johnson(kelvins: 380))
    var still = warmth
    still.temperatureCoefficient = 0
    #expect(still.deviation(kelvins: 380) == still.johnson(kelvins: 380))
    still.activationEnergy = 0.6
    let exponent: Double = 0.6 / 8.617333e-5 * (1.0 / 300 - 1.0 / 380)
    #expect(abs(log(still.acceleration(kelvins: 380)) - exponent) < 1e-9)
    var base = Nonidealities()
    base.age = 10
    base.readNoise = 0.3
    let geometry = CrossbarGeometry()
    let effects = still.effects(base, geometry, kelvins: 380)
    #expect(abs(effects.age - 10 * still.acceleration(kelvins: 380)) < 1e-6)
    #expect(effects.readNoise > 0.3 && effects.readNoise < 0.31)
    #expect(effects.fault == nil)
  }

  @Test func `A hotter crossbar is further from its products`() {
    let warmth = CrossbarWarmth()
    let configuration = CrossbarProduct.Configuration(
      CrossbarGeometry(rows: 32, columns: 32, converterBits: 7), .differential)
    let errors = [300.0, 330, 360, 390].map { warmth.productError(configuration, kelvins: $0, rows: 16, vectors: 2) }
    #expect(errors == errors.sorted() && errors[0] < errors[3] / 3, "\(errors)")
    // A change of conductance that every cell shares is a gain: 9 % at 390 K, less what rounds away.
    #expect(errors[3] > 0.03 && errors[3] < 0.12, "\(errors)")
    var still = warmth
    (still.temperatureCoefficient, still.bandwidth) = (0, 0)
    #expect(still.productError(configuration, kelvins: 390, rows: 16, vectors: 2) == 0)
  }

  @Test func `The loop settles where power and temperature agree, leakage counted`() throws {
    let activity = [1.0, 0.5, 1, 0.2, 1]
    var cold = try ThermalLoop(.tiny, powers: Self.powers(1), columns: 6)
    let peak = try cold.settle(activity: activity)
    var leaky = try ThermalLoop(.tiny, powers: Self.powers(1, leakage: 0.2), columns: 6)
    let leakyPeak = try leaky.settle(activity: activity)
    #expect(leakyPeak > peak + 1)
    // A step from there moves nothing.
    let step = try leaky.step(activity: activity)
    #expect(abs(step.peak - leakyPeak) < 1e-2)
    #expect(step.energyError < 1e-6)
    #expect(step.codes == step.kelvins.map { CrossbarWarmth.code(kelvins: $0) })
    #expect(step.watts[0] > 1.2 && step.watts[3] < step.watts[4])
    #expect(throws: HeTraXError.self) { try leaky.step(activity: [1]) }
    #expect(throws: HeTraXError.self) { try leaky.step(activity: [2, 0, 0, 0, 0]) }
  }

  @Test func `Leakage that outgrows the cooling is found`() throws {
    var loop = try ThermalLoop(.tiny, powers: Self.powers(3, leakage: 2, growth: 0.08), columns: 6)
    #expect(throws: HeTraXError.self) { try loop.settle(activity: [1, 1, 1, 1, 1]) }
  }

  @Test func `The throttle holds the temperature, and switches no more often than its hysteresis makes it`() throws {
    var free = try ThermalLoop(.tiny, powers: Self.powers(6), columns: 4)
    let activity = [Double](repeating: 1, count: 5)
    let hot = try free.settle(activity: activity)
    let threshold = 318.15 + (hot - 318.15) * 0.1
    func run(_ hysteresis: Double) throws -> (peaks: [Double], changes: Int, errors: Double) {
      var loop = try ThermalLoop(
        .tiny, powers: Self.powers(6),
        throttle: ThermalThrottle(threshold: threshold, hysteresis: hysteresis, factor: 0.05), pace: 3, columns: 4)
      var (peaks, worst) = ([Double](), 0.0)
      for _ in 0..<400 {
        let step = try loop.step(activity: activity)
        peaks.append(step.peak)
        worst = max(worst, step.energyError)
      }
      return (peaks, loop.throttle.changes, worst)
    }
    let (narrow, wide) = try (run(0.05), run(4))
    for (peaks, changes, error) in [narrow, wide] {
      #expect(changes > 2)
      // It never gets more than a step's rise above the threshold, and stays near it.
      #expect((peaks.max() ?? 0) < threshold + 3, "\(peaks.max() ?? 0), threshold \(threshold)")
      #expect(error < 1e-6)
    }
    #expect(wide.changes < narrow.changes)
    #expect((wide.peaks.suffix(200).min() ?? 0) < (narrow.peaks.suffix(200).min() ?? 0))
  }

  @Test func `A throttle on its threshold has memory`() {
    var throttle = ThermalThrottle(threshold: 350, hysteresis: 2)
    let states = [349.9, 350, 349, 348.1, 348, 349.9, 350.1].map { kelvins in
      throttle.update(peak: kelvins)
      return throttle.isActive
    }
    #expect(states == [false, true, true, true, false, false, true])
    #expect(throttle.changes == 3)
  }
}
