import Engine
import HDL
import Netlist
import Simulator

/// A unit on the native engine, driven cycle by cycle through the names of its pins.
final class UnitBench {
  let model: NativeModel
  private let pins: [String: Pin]
  private(set) var cycle = 0

  convenience init(_ unit: some Generator, seed: UInt64 = 5) throws {
    try self.init(circuit: unit.elaborate().simplified(), seed: seed)
  }

  init(circuit: Circuit, seed: UInt64 = 5) throws {
    let model = try NativeModel(
      circuit, options: .init(initialState: .random(seed: seed), checksAssertions: true))
    self.model = model
    pins = Dictionary(uniqueKeysWithValues: model.interface.ports.enumerated().map { ($1.name, model.pin(at: $0)) })
    try model.reset()
  }

  subscript(name: String) -> Pin {
    guard let pin = pins[name] else { fatalError("no pin \(name); there are \(pins.keys.sorted())") }
    return pin
  }

  func set(_ name: String, _ value: Int) { self[name].signed = Int64(value) }
  func set(_ name: String, lanes values: [Int], of width: Int) {
    let mask = UInt64.max >> UInt64(64 - width)
    self[name].store(elements: values.map { UInt64(bitPattern: Int64($0)) & mask }, of: width)
  }
  func get(_ name: String, lanesOf width: Int) -> [Int] {
    self[name].load(elementsOf: width).map { Int(Int64(bitPattern: $0 << UInt64(64 - width)) >> Int64(64 - width)) }
  }
  func isSet(_ name: String) -> Bool { self[name].unsigned == 1 }

  func step() throws {
    try model.step()
    cycle += 1
  }
}

/// A generator for tests whose numbers depend on the seed alone.
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

  /// Codes of a width, of which a share is not zero.
  mutating func codes(_ count: Int, width: Int, density: Double) -> [Int] {
    (0..<count).map { _ in
      guard chance(density) else { return 0 }
      var value = 0
      while value == 0 { value = Int.random(in: -(1 << (width - 1))..<1 << (width - 1), using: &self) }
      return value
    }
  }
}

extension Pin {
  /// Stores elements of `width` bits side by side.
  func store(elements: [UInt64], of width: Int) {
    var words = [UInt32](repeating: 0, count: (self.width + 31) / 32)
    for (lane, value) in elements.enumerated() {
      for bit in 0..<width where value >> UInt64(bit) & 1 == 1 {
        let place = lane * width + bit
        words[place / 32] |= 1 << UInt32(place % 32)
      }
    }
    for (index, word) in words.enumerated() { self[word: index] = word }
  }

  /// The elements of `width` bits.
  func load(elementsOf width: Int) -> [UInt64] {
    (0..<(self.width / width)).map { lane in
      (0..<width).reduce(0) { value, bit in
        let place = lane * width + bit
        return value | UInt64(self[word: place / 32] >> UInt32(place % 32) & 1) << UInt64(bit)
      }
    }
  }
}
