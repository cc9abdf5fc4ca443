import Components
import Golden
import Testbench

/// The registers of a bank in a run whose streams are judged: what they hold after each access that changes them and after
/// each change from the side of the hardware, and so what the outputs of the bank may show whatever its latency.
struct RegisterHistory {
  /// Clocks in which nothing else happens, before and after the hardware changes something: the most that a bank may take
  /// to see it.
  static let quiet = 32
  /// Clocks after an access or a change that a bank may take to show what is pending.
  static let settling = 16

  private let bank: RegisterBank
  private var random: Xoshiro256
  /// The registers as they are.
  private(set) var golden: RegisterModel
  /// For each register that software writes its values, the first one after the reset.
  private var values: [Int: [UInt64]] = [:]
  /// Whether the side of the hardware changes during the run.
  private let changes: Bool

  /// The registers of `bank`, to which nothing has been written. Where they do not change during the run, what is shown and
  /// the events that happen are held from the beginning on.
  init(_ bank: RegisterBank, changes: Bool, on bench: inout StreamBench) throws(BenchError) {
    self.bank = bank
    random = bench.random("hardware")
    var registers: [(kind: RegisterModel.Kind, width: Int)] = []
    var ports: [(port: String, value: UInt32)] = []
    let names = Self.inputs(of: bank)
    for (index, register) in bank.map.registers.enumerated() {
      let held = register.access.isStorage ? 0 : UInt32(random.unsigned(bits: register.width))
      if let port = names[index] { ports.append((port, held)) }
      switch register.access {
      case .readWrite(let reset): registers.append((.storage(UInt32(reset)), register.width))
      case .readOnly: registers.append((.constant(held), register.width))
      case .writeOneToClear: registers.append((.events(0, happening: changes ? 0 : held), register.width))
      }
    }
    golden = RegisterModel(registers, wordBytes: bank.dataWidth / 8)
    self.changes = changes && !ports.isEmpty
    for (port, value) in ports { try bench.hold(port, at: value) }
    record()
    guard self.changes else { return }
    // What happens right after the reset is seen before the first access.
    for (index, register) in bank.map.registers.enumerated() where register.access == .writeOneToClear {
      golden.hold(ports.first { $0.port == names[index] }?.value ?? 0, in: index)
    }
    try bench.pause([.init(cycles: Self.quiet)])
    record()
  }

  /// The input of each register that has one, by the number of the register.
  private static func inputs(of bank: RegisterBank) -> [Int: String] {
    var (statuses, events) = (0, 0)
    var inputs: [Int: String] = [:]
    for (index, register) in bank.map.registers.enumerated() {
      switch register.access {
      case .readWrite: break
      case .readOnly:
        inputs[index] = "status_\(statuses)"
        statuses += 1
      case .writeOneToClear:
        inputs[index] = "event_\(events)"
        events += 1
      }
    }
    return inputs
  }

  private mutating func record() {
    for (index, register) in bank.map.registers.enumerated() where register.access != .readOnly {
      values[index, default: []].append(UInt64(golden.value(of: index)))
    }
  }

  /// Does a write; false when it is an error.
  mutating func write(_ address: Int, _ data: UInt64, strobe: UInt64) -> Bool {
    let isRight = golden.write(address, data, strobe: strobe)
    record()
    return isRight
  }

  /// Does a read that stands in order with the writes.
  mutating func read(_ address: Int) -> UInt64? {
    record()
    return golden.read(address)
  }

  /// Lets the hardware change something now and then, when all accesses so far have been answered: events of one clock and
  /// of several, events that happen from here on, and other values that are shown.
  mutating func pause(_ bench: inout StreamBench) throws(BenchError) {
    guard changes, random.integer(below: 8) == 1 else { return }
    let inputs = Self.inputs(of: bank)
    var steps = [QuietTime.Step(cycles: Self.quiet)]
    record()
    for _ in 0..<1 + random.integer(below: 3) {
      var drives: [String: UInt64] = [:]
      for (index, register) in bank.map.registers.enumerated() where register.access == .writeOneToClear {
        let events = UInt32(random.unsigned(bits: register.width))
        golden.hold(events, in: index)
        drives[inputs[index]!] = UInt64(events)
      }
      steps.append(.init(drives, cycles: 1 + random.integer(below: 8) / 5))
      record()
    }
    var drives: [String: UInt64] = [:]
    for (index, register) in bank.map.registers.enumerated() where !register.access.isStorage {
      let value = UInt32(random.unsigned(bits: register.width))
      if register.access == .readOnly {
        golden.show(value, in: index)
        drives[inputs[index]!] = UInt64(value)
      } else {
        let events = random.integer(below: 2) == 1 ? value & UInt32(random.unsigned(bits: register.width)) : 0
        golden.hold(events, in: index)
        drives[inputs[index]!] = UInt64(events)
      }
    }
    steps.append(.init(drives, cycles: Self.quiet))
    record()
    try bench.pause(steps)
  }

  /// Judges the values of the registers that software writes: in each cycle one of those between the last access that was
  /// answered and the last one that was taken; and what is pending, bit by bit, some clocks later at most. Events that are
  /// held are pending whatever is written.
  ///
  /// - Parameters:
  ///   - taken: The streams on which an access is taken.
  ///   - answered: The stream on which it is answered.
  func watch(_ bench: inout StreamBench, taken: [String], answered: String) throws(BenchError) {
    var (storages, events) = (0, 0)
    for (index, register) in bank.map.registers.enumerated() {
      guard let values = values[index] else { continue }
      /// What the register may hold.
      @Sendable func range(_ now: SideOutput.Traffic, _ before: SideOutput.Traffic) -> ArraySlice<UInt64> {
        let begun = min((now.passed.dropLast().min() ?? 0) + now.steps, values.count - 1)
        return values[min(before.passed.last! + before.steps, begun)...begun]
      }
      if register.access.isStorage {
        try bench.watch("value_\(storages)", counting: taken + [answered], settling: 0) { now, before in
          .oneOf(Array(range(now, before)))
        }
        storages += 1
      } else {
        let settling = Self.settling
        try bench.watch("pending_\(events)", counting: taken + [answered], settling: settling) { now, before in
          let values = range(now, before)
          return .bits(values.reduce(0, |), with: values.reduce(.max, &))
        }
        events += 1
      }
    }
  }
}

extension RegisterDescription.Access {
  /// Whether software writes the values that are kept.
  var isStorage: Bool { if case .readWrite = self { true } else { false } }
}

extension RegisterBank {
  /// An address close to the registers, or anywhere: one access in four is one of events, where there are any.
  func address(_ random: inout Xoshiro256) -> Int {
    let width = min(addressWidth, 62)
    switch random.integer(below: 8) {
    case 1, 2:
      let events = map.registers.indices.filter { map.registers[$0].access == .writeOneToClear }
      if events.isEmpty { break }
      return 4 * events[random.integer(below: events.count)] + random.integer(below: 4)
    case 3: return random.unsigned(bits: width)
    default: break
    }
    return random.integer(below: min(1 << width, 4 * (map.registers.count + 2)))
  }
}
