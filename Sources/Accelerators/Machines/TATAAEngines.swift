import HDL
import Netlist
import Simulator
import TATAA
import TATAAHardware
import Testbench
import Verilator

/// The accelerator on the engines.
enum TATAAEngines {
  static func native(
    _ configuration: Configuration, _ seed: Seed, powerUp: NativeModel.InitialState? = nil
  ) throws -> NativeModel {
    let circuit = try TATAAAccelerator(configuration: configuration).elaborate().simplified()
    return try NativeModel(
      circuit, options: .init(initialState: powerUp ?? .random(seed: seed.value), checksAssertions: true))
  }

  static func verilator(_ configuration: Configuration, _ seed: Seed, _ builder: ModelBuilder) throws -> VerilatedModel
  {
    let circuit = try TATAAAccelerator(configuration: configuration).elaborate().simplified()
    return try builder.model(of: ModelDesign(circuit), profile: .default, initialState: .random(seed: seed.value))
  }

  /// Instructions as bytes, the low one first.
  static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }
}
