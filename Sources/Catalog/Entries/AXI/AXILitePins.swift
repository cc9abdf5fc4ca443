import Catalog
import Components
import Costs
import Testbench

/// A manager on AXI4-Lite that uses all channels at once, clock by clock.
private struct ManagerTimeline {
  private let dataWidth: Int
  private var timing = AXILiteTiming()
  private var throttles = [BurstThrottle](repeating: BurstThrottle(), count: 5)
  private var inputs = AXILiteTiming.Inputs()
  /// What is offered on `aw`, `w` and `ar`, and what was taken there.
  private var offered: (writeAddress: [UInt64]?, word: [UInt64]?, readAddress: [UInt64]?)
  private var taken = (writeAddress: 0, word: [0, 0] as [UInt64], readAddress: 0)
  private var answers = (writeIsError: false, data: 0 as UInt64, readIsError: false)
  /// Answers that were taken from the bus.
  private(set) var ended = 0

  init(dataWidth: Int) { self.dataWidth = dataWidth }

  /// Begins a clock on the five channels.
  ///
  /// - Parameter address: Makes an address.
  mutating func beginClock(
    _ ports: inout PortTimeline, _ random: inout Xoshiro256, address: (inout Xoshiro256) -> Int
  ) {
    let eager = throttles.indices.map { throttles[$0].moves(&random) }
    func prot() -> UInt64 { UInt64(random.integer(below: 8)) }
    if offered.writeAddress == nil, eager[0] { offered.writeAddress = [UInt64(address(&random)), prot()] }
    if offered.word == nil, eager[1] {
      offered.word = [random.operand(bits: dataWidth), random.operand(bits: dataWidth / 8)]
    }
    if offered.readAddress == nil, eager[2] { offered.readAddress = [UInt64(address(&random)), prot()] }
    inputs.writeAddress = offered.writeAddress != nil
    inputs.word = offered.word != nil
    inputs.readAddress = offered.readAddress != nil
    (inputs.takesWriteAnswer, inputs.takesReadAnswer) = (eager[3], eager[4])
    let room = timing.hasRoom
    ports.offer(offered.writeAddress, on: "axi_aw", expectsReady: room.writeAddress)
    ports.offer(offered.word, on: "axi_w", expectsReady: room.word)
    ports.offer(offered.readAddress, on: "axi_ar", expectsReady: room.readAddress)
    func code(_ isError: Bool) -> UInt64 { isError ? 2 : 0 }
    let shows = timing.answered
    ports.expect(shows.write ? [code(answers.writeIsError)] : nil, on: "axi_b", drivesReady: eager[3])
    ports.expect(
      shows.read ? [answers.data, code(answers.readIsError)] : nil, on: "axi_r", drivesReady: eager[4])
  }

  /// The access that shows behind the bus in this clock.
  var access: RegisterTimeline.Access? {
    switch timing.access {
    case .write:
      RegisterTimeline.Access(
        isWrite: true, address: taken.writeAddress, data: taken.word[0], strobe: taken.word[1])
    case .read: RegisterTimeline.Access(isWrite: false, address: taken.readAddress, data: 0, strobe: 0)
    case nil: nil
    }
  }

  /// Whether an answer is taken in this clock.
  var takesAnswer: Bool { timing.takesAnswer != nil }

  /// Ends the clock.
  mutating func endClock(takesAccess: Bool, answer given: (data: UInt64, isError: Bool)?) {
    let (room, shown) = (timing.hasRoom, timing.answered)
    switch given == nil ? nil : timing.takesAnswer {
    case .write: answers.writeIsError = given!.isError
    case .read: (answers.data, answers.readIsError) = given!
    case nil: break
    }
    inputs.takesAccess = takesAccess
    inputs.answer = given != nil
    timing.step(inputs)
    if room.writeAddress, let address = offered.writeAddress {
      (taken.writeAddress, offered.writeAddress) = (Int(address[0]), nil)
    }
    if room.word, let word = offered.word { (taken.word, offered.word) = (word, nil) }
    if room.readAddress, let address = offered.readAddress {
      (taken.readAddress, offered.readAddress) = (Int(address[0]), nil)
    }
    if shown.write, inputs.takesWriteAnswer { ended += 1 }
    if shown.read, inputs.takesReadAnswer { ended += 1 }
  }
}

/// A subordinate on AXI4-Lite that takes address and word in every legal order, clock by clock.
private struct SubordinateTimeline {
  let manager: AXILiteManager
  private var timing = AXILiteManagerTiming()
  private var throttles = [BurstThrottle](repeating: BurstThrottle(), count: 5)
  private var order = WriteOrder.any
  private var wereBothOffered = false
  private var current = RegisterTimeline.Access(isWrite: false, address: 0, data: 0, strobe: 0)
  private var offered: RegisterTimeline.Access?
  private var response: [UInt64] = []
  /// What the bus answers.
  private var answer: [UInt64]?
  /// Answers that were taken.
  private(set) var ended = 0

  init(_ manager: AXILiteManager) { self.manager = manager }

  mutating func clock(_ ports: inout PortTimeline, _ random: inout Xoshiro256) {
    let width = manager.dataWidth
    let eager = throttles.indices.map { throttles[$0].moves(&random) }
    if offered == nil, eager[0] {
      offered = RegisterTimeline.Access(
        isWrite: random.integer(below: 2) == 1, address: random.unsigned(bits: min(62, manager.addressWidth)),
        data: random.operand(bits: width), strobe: random.operand(bits: width / 8))
    }
    let (offers, isBusy) = (timing.offers, timing.access != nil)
    ports.offer(
      offered.map { [$0.isWrite ? 1 : 0, UInt64($0.address), $0.data, $0.strobe] }, on: "access",
      expectsReady: !isBusy)
    let takes = order.takes(
      (offers.writeAddress, offers.word), taken: (!offers.writeAddress, !offers.word), endsWrite: true,
      wereBothOffered: wereBothOffered, eager: (eager[1], eager[2]))
    wereBothOffered = offers.writeAddress && offers.word && !wereBothOffered
    let address = UInt64(current.address)
    ports.expect(offers.writeAddress ? [address, 0] : nil, on: "axi_aw", drivesReady: takes.address)
    ports.expect(
      offers.word ? [current.data, current.strobe] : nil, on: "axi_w", drivesReady: takes.word)
    ports.expect(offers.readAddress ? [address, 0] : nil, on: "axi_ar", drivesReady: eager[1])
    // Answers come to what was asked for, and stay.
    if answer == nil, timing.takesAnswer, eager[3] {
      answer = (current.isWrite ? [] : [random.operand(bits: width)]) + [UInt64(random.integer(below: 4))]
    }
    let isAnswered = timing.takesAnswer
    ports.offer(current.isWrite ? answer : nil, on: "axi_b", expectsReady: isAnswered && current.isWrite)
    ports.offer(current.isWrite ? nil : answer, on: "axi_r", expectsReady: isAnswered && !current.isWrite)
    ports.expect(timing.hasAnswer ? response : nil, on: "response", drivesReady: eager[4])

    var inputs = AXILiteManagerTiming.Inputs()
    inputs.access = offered.map { $0.isWrite ? .write : .read }
    (inputs.takesWriteAddress, inputs.takesWord, inputs.takesReadAddress) = (takes.address, takes.word, eager[1])
    (inputs.answer, inputs.takesResponse) = (answer != nil, eager[4])
    if timing.hasAnswer, eager[4] { ended += 1 }
    timing.step(inputs)
    if let given = answer {
      response = [current.isWrite ? 0 : given[0], given[given.count - 1] >> 1]
      answer = nil
    }
    if !isBusy, let access = offered {
      (current, offered) = (access, nil)
      (order, wereBothOffered) = (.random(&random), false)
    }
  }
}

extension BenchRequest where Workload == CountWorkload {
  /// A bench of every port of a manager in every clock.
  func managerPins(_ manager: AXILiteManager) throws(BenchError) -> PinBench {
    var ports = try PortTimeline(self)
    var random = ports.bench.random("clocks")
    var subordinate = SubordinateTimeline(manager)
    while subordinate.ended < workload.count {
      subordinate.clock(&ports, &random)
      try ports.endClock()
    }
    return ports.bench
  }

  /// A bench of every port of a subordinate in every clock, whatever stands behind it.
  func subordinatePins(_ unit: AXILiteSubordinate) throws(BenchError) -> PinBench {
    var ports = try PortTimeline(self)
    var random = ports.bench.random("clocks")
    var manager = ManagerTimeline(dataWidth: unit.dataWidth)
    var (takes, answers) = (BurstThrottle(), BurstThrottle())
    var answer: (data: UInt64, isError: Bool)?
    while manager.ended < workload.count {
      manager.beginClock(&ports, &random) { $0.unsigned(bits: min(62, unit.addressWidth)) }
      let isReady = takes.moves(&random)
      if answer == nil, answers.moves(&random) {
        answer = (random.operand(bits: unit.dataWidth), random.integer(below: 4) == 0)
      }
      ports.expect(
        manager.access.map { [$0.isWrite ? 1 : 0, UInt64($0.address), $0.data, $0.strobe] },
        on: "access", drivesReady: isReady)
      let isTaken = manager.takesAnswer
      ports.offer(answer.map { [$0.data, $0.isError ? 1 : 0] }, on: "response", expectsReady: isTaken)
      try ports.endClock()
      manager.endClock(takesAccess: isReady, answer: answer)
      if isTaken { answer = nil }
    }
    return ports.bench
  }

  /// A bench of every port of a register bank on the bus in every clock.
  func peripheralPins(_ bank: RegisterBank) throws(BenchError) -> PinBench {
    var ports = try PortTimeline(self)
    var random = ports.bench.random("clocks")
    var manager = ManagerTimeline(dataWidth: bank.dataWidth)
    var registers = RegisterTimeline(bank)
    var answer: (data: UInt64, isError: Bool)?
    while manager.ended < 2 * workload.count {
      manager.beginClock(&ports, &random, address: registers.address)
      registers.beginClock(&ports, &random)
      // The bank does an access in the clock in which it shows, and answers in the next one.
      if let access = manager.access { answer = registers.perform(access) }
      registers.endClock()
      try ports.endClock()
      manager.endClock(takesAccess: true, answer: answer)
    }
    return ports.bench
  }
}
