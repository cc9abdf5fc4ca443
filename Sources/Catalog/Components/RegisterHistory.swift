import Components
import Golden
import Testbench

/// What the registers of a bank that software writes hold after each access: what the outputs of a bank may show whatever
/// its latency.
struct RegisterHistory {
  private let bank: RegisterBank
  /// For each register that software writes its values, the first one after the reset.
  private var values: [[UInt64]]

  /// The history of `golden`, to which nothing has been written.
  init(_ bank: RegisterBank, _ golden: RegisterModel) {
    self.bank = bank
    values = Self.storage(of: bank).map { [UInt64(golden.read(4 * $0) ?? 0)] }
  }

  private static func storage(of bank: RegisterBank) -> [Int] {
    bank.map.registers.indices.filter {
      if case .readWrite = bank.map.registers[$0].access { true } else { false }
    }
  }

  /// Adds what `golden` holds after one more access.
  mutating func record(_ golden: RegisterModel) {
    for (place, index) in Self.storage(of: bank).enumerated() {
      values[place].append(UInt64(golden.read(4 * index) ?? 0))
    }
  }

  /// Judges the values of the registers that software writes: in each cycle one of those between the last access that was
  /// answered and the last one that was taken. Events that are held at `events` are pending, but for those just cleared.
  func watch(
    _ bench: inout StreamBench, taken: [String], answered: String, events: [UInt64]
  ) throws(BenchError) {
    for (place, values) in values.enumerated() {
      try bench.watch("value_\(place)", counting: taken + [answered]) { counts in
        let (begun, ended) = (counts.dropLast().min() ?? 0, counts.last ?? 0)
        return .oneOf(Array(values[min(ended, begun, values.count - 1)...min(begun, values.count - 1)]))
      }
    }
    for (place, held) in events.enumerated() {
      try bench.watch("pending_\(place)", counting: []) { _ in .bits(held) }
    }
  }
}

extension [(kind: RegisterModel.Kind, width: Int)] {
  /// The events that happen all the time, register by register.
  var heldEvents: [UInt64] {
    compactMap { if case .events(_, let happening) = $0.kind { UInt64(happening) } else { nil } }
  }
}
