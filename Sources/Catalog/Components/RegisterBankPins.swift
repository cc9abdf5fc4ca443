import Components
import Golden
import Testbench

extension BenchRequest where Workload == CountWorkload {
  /// A bench of every port of `bank` in every clock, with events and shown values that come and go.
  ///
  /// - Parameters:
  ///   - answers: When an access is taken and when its answer shows.
  ///   - delay: Clock edges from taking an access to the bank doing it.
  func accessPins(_ bank: RegisterBank, answers: QueueTiming.Stage, delay: Int) throws -> PinBench {
    var bench = try PinBench(interface, latency: 0, name: name, index: index, seed: seed)
    let (inputs, outputs) = (bench.inputs.fields.map(\.port), bench.outputs.fields.map(\.port))
    var random = bench.random("clocks")
    var timeline = AccessTimeline(bank, answers: answers, delay: delay)
    for _ in 0..<workload.count {
      let row = timeline.clock(&random)
      try bench.append(
        inputs.map { row.inputs[$0] ?? 0 }, expecting: outputs.map { row.outputs[$0] ?? 0 },
        care: outputs.map { row.outputs[$0] == nil ? 0 : .max })
    }
    return bench
  }
}

/// The ports of a register bank, clock by clock.
private struct AccessTimeline {
  /// What is driven, and what is expected, by the names of the ports.
  typealias Row = (inputs: [String: UInt64], outputs: [String: UInt64])

  private struct Access {
    var isWrite: Bool
    var address: Int
    var data: UInt32
    var strobe: UInt32
  }

  private let bank: RegisterBank
  private let delay: Int
  private var golden: RegisterModel
  private var timing: QueueTiming
  private var offered: Access?
  /// Accesses that were taken, the clock in which the bank does each, and the answers so far.
  private var taken: [(access: Access, due: Int)] = []
  private var answers: [(data: UInt32, isError: Bool)] = []
  private var now = 0

  init(_ bank: RegisterBank, answers: QueueTiming.Stage, delay: Int) {
    self.bank = bank
    self.delay = delay
    timing = QueueTiming([answers])
    golden = RegisterModel(
      bank.map.registers.map { register in
        switch register.access {
        case .readWrite(let reset): (.storage(UInt32(reset)), register.width)
        case .readOnly: (.constant(0), register.width)
        case .writeOneToClear: (.events(0, happening: 0), register.width)
        }
      })
  }

  mutating func clock(_ random: inout Xoshiro256) -> Row {
    if offered == nil, random.integer(below: 4) > 0 { offered = access(&random) }
    let takesAnswer = random.integer(below: 4) > 0
    let shown = timing.step(input: offered == nil ? nil : UInt64(taken.count), ready: takesAnswer)
    var row: Row = (
      ["access_valid": offered == nil ? 0 : 1, "response_ready": takesAnswer ? 1 : 0],
      ["access_ready": shown.inputReady ? 1 : 0, "response_valid": shown.output == nil ? 0 : 1]
    )
    if let offered {
      row.inputs["access_is_write"] = offered.isWrite ? 1 : 0
      row.inputs["access_address"] = UInt64(offered.address)
      row.inputs["access_data"] = UInt64(offered.data)
      row.inputs["access_strobe"] = UInt64(offered.strobe)
    }
    if let number = shown.output.map(Int.init) {
      row.outputs["response_data"] = UInt64(answers[number].data)
      row.outputs["response_is_error"] = answers[number].isError ? 1 : 0
    }
    if let access = offered, shown.inputReady {
      taken.append((access, now + delay))
      offered = nil
    }
    let events = registers(&row, &random)
    if answers.count < taken.count, taken[answers.count].due == now { perform(taken[answers.count].access) }
    for (index, event) in events { golden.happen(event, in: index) }
    now += 1
    return row
  }

  /// An access close to the registers, or anywhere.
  private func access(_ random: inout Xoshiro256) -> Access {
    let width = min(bank.addressWidth, 62)
    let reach = min(1 << width, 4 * (bank.map.registers.count + 2))
    let isNear = random.integer(below: 8) > 0
    return Access(
      isWrite: random.integer(below: 2) == 1,
      address: isNear ? random.integer(below: reach) : random.unsigned(bits: width),
      data: UInt32(random.unsigned(bits: 32)), strobe: UInt32(random.unsigned(bits: 4)))
  }

  /// Drives shown values and events, and expects kept values; gives the events.
  private mutating func registers(_ row: inout Row, _ random: inout Xoshiro256) -> [(index: Int, events: UInt32)] {
    var (values, statuses, events) = (0, 0, 0)
    var happening: [(index: Int, events: UInt32)] = []
    for (index, register) in bank.map.registers.enumerated() {
      let word = UInt64(golden.read(4 * index) ?? 0)
      switch register.access {
      case .readWrite:
        row.outputs["value_\(values)"] = word
        values += 1
      case .readOnly:
        let status = UInt32(random.unsigned(bits: register.width))
        golden.show(status, in: index)
        row.inputs["status_\(statuses)"] = UInt64(status)
        statuses += 1
      case .writeOneToClear:
        let event = UInt32(random.unsigned(bits: register.width)) & UInt32(random.unsigned(bits: register.width))
        row.inputs["event_\(events)"] = UInt64(event)
        row.outputs["pending_\(events)"] = word
        happening.append((index, event))
        events += 1
      }
    }
    return happening
  }

  private mutating func perform(_ access: Access) {
    if access.isWrite {
      answers.append((0, !golden.write(access.address, access.data, strobe: access.strobe)))
    } else {
      let word = golden.read(access.address)
      answers.append((word ?? 0, word == nil))
    }
  }
}
