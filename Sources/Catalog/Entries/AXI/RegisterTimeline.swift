import Components
import Golden
import Testbench

/// The side of the hardware of a register bank, clock by clock: values that are shown and events come and go.
struct RegisterTimeline {
  /// A read or a write.
  struct Access {
    var isWrite: Bool
    var address: Int
    var data: UInt64
    var strobe: UInt64
  }

  private let bank: RegisterBank
  private var golden: RegisterModel
  private var happening: [(index: Int, events: UInt32)] = []

  init(_ bank: RegisterBank) {
    self.bank = bank
    golden = RegisterModel(
      bank.map.registers.map { register in
        switch register.access {
        case .readWrite(let reset): (.storage(UInt32(reset)), register.width)
        case .readOnly: (.constant(0), register.width)
        case .writeOneToClear: (.events(0, happening: 0), register.width)
        }
      }, wordBytes: bank.dataWidth / 8)
  }

  /// An address close to the registers, or anywhere.
  func address(_ random: inout Xoshiro256) -> Int {
    let width = min(bank.addressWidth, 62)
    let reach = min(1 << width, 4 * (bank.map.registers.count + 2))
    return random.integer(below: 8) > 0 ? random.integer(below: reach) : random.unsigned(bits: width)
  }

  /// Begins a clock: drives shown values and events, and expects what is kept.
  mutating func beginClock(_ ports: inout PortTimeline, _ random: inout Xoshiro256) {
    var (values, statuses, events) = (0, 0, 0)
    happening = []
    for (index, register) in bank.map.registers.enumerated() {
      let word = UInt64(golden.value(of: index))
      switch register.access {
      case .readWrite:
        ports.expect(word, at: "value_\(values)")
        values += 1
      case .readOnly:
        let status = UInt32(random.unsigned(bits: register.width))
        golden.show(status, in: index)
        ports.drive(UInt64(status), on: "status_\(statuses)")
        statuses += 1
      case .writeOneToClear:
        let event = UInt32(random.unsigned(bits: register.width)) & UInt32(random.unsigned(bits: register.width))
        ports.drive(UInt64(event), on: "event_\(events)")
        ports.expect(word, at: "pending_\(events)")
        happening.append((index, event))
        events += 1
      }
    }
  }

  /// Does an access in this clock and gives its answer.
  mutating func perform(_ access: Access) -> (data: UInt64, isError: Bool) {
    if access.isWrite { return (0, !golden.write(access.address, access.data, strobe: access.strobe)) }
    let word = golden.read(access.address)
    return (word ?? 0, word == nil)
  }

  /// Ends the clock: its events happen, after its access.
  mutating func endClock() {
    for (index, events) in happening { golden.happen(events, in: index) }
  }
}
