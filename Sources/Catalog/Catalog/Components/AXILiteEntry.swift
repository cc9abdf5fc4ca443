import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Accesses onto the bus.
  public static let axiLiteManager = Entry<AXILiteManager, CountWorkload>(
    "axi-lite-manager", "Turns a stream of accesses into AXI4-Lite transfers.",
    configurations: [
      ("narrow", AXILiteManager { $0.addressWidth = 3 }), ("wide", AXILiteManager { $0.dataWidth = 64 }),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 12 * work.count }
  ) { request -> any Bench in
    if request.checksTiming { return try request.managerPins(request.generator) }
    var bench = try request.streamBench()
    try request.varyWriteOrder(&bench, bus: "axi_")
    var random = bench.random("accesses")
    for _ in 0..<request.workload.count {
      let isWrite = random.integer(below: 2) == 1
      let width = request.generator.dataWidth
      let address = random.operand(bits: min(62, request.generator.addressWidth))
      let (data, strobe) = (random.operand(bits: width), random.operand(bits: width / 8))
      let answer = random.operand(bits: width)
      let resp = UInt64(random.integer(below: 4))
      try bench.send([isWrite ? 1 : 0, address, data, strobe], on: "access")
      if isWrite {
        try bench.expect([address, 0], on: "axi_aw")
        try bench.expect([data, strobe], on: "axi_w")
        try bench.holdResponse(on: "axi_b", after: ["axi_aw", "axi_w"])
        try bench.send([resp], on: "axi_b")
      } else {
        try bench.expect([address, 0], on: "axi_ar")
        try bench.holdResponse(on: "axi_r", after: ["axi_ar"])
        try bench.send([answer, resp], on: "axi_r")
      }
      try bench.expect([isWrite ? 0 : answer, resp >= 2 ? 1 : 0], on: "response")
    }
    return bench
  }
  .checked(proving: AXILiteManager { $0.addressWidth = 3 }) { _ in
    [
      Checker("one-at-a-time", "The bus is used for the one access under way, and for its kind alone.") { io, m in
        let isBusy = m.register("is_busy", Bit.self, reset: 0)
        let isWrite = m.register("is_write", io.access.payload.isWrite, when: io.access.transfers)
        m.when(io.access.transfers) { isBusy.next <== 1 }.otherwise(when: io.response.transfers) { isBusy.next <== 0 }
        let writes = io.axi.aw.valid | io.axi.w.valid | io.axi.b.ready
        let reads = io.axi.ar.valid | io.axi.r.ready
        m.assert(
          io.access.ready .== !isBusy, "takes_when_free", "an access waits for nothing, or is taken too soon")
        m.assert(
          isBusy | !(writes | reads | io.response.valid), "rests", "the bus is used while no access is under way")
        m.assert(!(isBusy & isWrite & reads), "writes_only", "a channel of reads is used for a write")
        m.assert(!(isBusy & !isWrite & writes), "reads_only", "a channel of writes is used for a read")
      },
      Checker(
        "channels-wait-for-nothing",
        "All channels of an access are offered at once, each until it is taken there, and the answer is awaited after all."
      ) { io, m in
        let isWrite = m.register("is_write", io.access.payload.isWrite, when: io.access.transfers)
        let offered = concatenate(io.axi.aw.valid, io.axi.w.valid, io.axi.ar.valid)
        let taken = concatenate(io.axi.aw.ready, io.axi.w.ready, io.axi.ar.ready)
        let kind = io.access.payload.isWrite
        let due = m.register("due", Bits.self, width: 3, reset: 0)
        due.next <== mux(io.access.transfers, concatenate(kind, kind, !kind), due & ~taken)
        let awaits = m.register("awaits", Bit.self, reset: 0)
        let answered = (io.axi.b.valid & io.axi.b.ready) | (io.axi.r.valid & io.axi.r.ready)
        awaits.next <== (io.access.transfers | (awaits & !answered))
        let awaitsNow = awaits & !due.any
        m.assert(offered .== due, "offers_at_once", "a channel is not offered, or offered twice")
        m.assert(
          io.axi.b.ready .== (awaitsNow & isWrite), "awaits_write", "the end of a write is awaited too soon or not")
        m.assert(io.axi.r.ready .== (awaitsNow & !isWrite), "awaits_read", "what is read is awaited too soon or not")
      },
    ]
  }
  .covering(coverAXILiteManager)

  /// The bus to accesses. Every other run looks at each clock, with reads and writes mixed; of the runs that look at each
  /// transfer half write and half read, for in which order both kinds come out of the bus is the adapter's choice.
  public static let axiLiteSubordinate = Entry<AXILiteSubordinate, CountWorkload>(
    "axi-lite-subordinate", "Turns AXI4-Lite transfers into a stream of accesses.",
    configurations: [
      ("narrow", AXILiteSubordinate { $0.addressWidth = 3 }), ("wide", AXILiteSubordinate { $0.dataWidth = 64 }),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 12 * work.count }
  ) { request -> any Bench in
    if request.checksTiming { return try request.subordinatePins(request.generator) }
    var bench = try request.streamBench()
    try request.varyWriteOrder(&bench, bus: "axi_")
    var random = bench.random("accesses")
    for _ in 0..<request.workload.count {
      let width = request.generator.dataWidth
      let address = random.operand(bits: min(62, request.generator.addressWidth))
      let (data, strobe) = (random.operand(bits: width), random.operand(bits: width / 8))
      let (prot, isError) = (UInt64(random.integer(below: 8)), random.integer(below: 4) == 0)
      if request.index % 4 == 0 {
        try bench.send([address, prot], on: "axi_aw")
        try bench.send([data, strobe], on: "axi_w")
        try bench.expect([1, address, data, strobe], on: "access")
        try bench.holdResponse(on: "response", after: ["access"])
        try bench.send([0, isError ? 1 : 0], on: "response")
        try bench.expect([isError ? 2 : 0], on: "axi_b")
      } else {
        try bench.send([address, prot], on: "axi_ar")
        try bench.expect([0, address, 0, 0], on: "access")
        try bench.holdResponse(on: "response", after: ["access"])
        try bench.send([data, isError ? 1 : 0], on: "response")
        try bench.expect([data, isError ? 2 : 0], on: "axi_r")
      }
    }
    return bench
  }
  .checked(proving: AXILiteSubordinate { $0.addressWidth = 3 }) { _ in
    axiLiteAnswers { $0.axi } + [
      waitsForNothing("aw") { ($0.axi.aw.valid, $0.axi.aw.ready, $0.axi.b.transfers) },
      waitsForNothing("w") { ($0.axi.w.valid, $0.axi.w.ready, $0.axi.b.transfers) },
      waitsForNothing("ar") { ($0.axi.ar.valid, $0.axi.ar.ready, $0.axi.r.transfers) },
      Checker(
        "answers-wait-for-nothing",
        "An access goes on when it is there, whatever waits to be taken of the other kind, and its answer shows when given."
      ) { io, m in
        let axi = io.axi
        let (b, r) = (axi.b.transfers, axi.r.transfers)
        let aw = m.balance("open_aw", up: axi.aw.transfers, down: b, width: 2)
        let w = m.balance("open_w", up: axi.w.transfers, down: b, width: 2)
        let ar = m.balance("open_ar", up: axi.ar.transfers, down: r, width: 2)
        let isSent = m.register("is_sent", Bit.self, reset: 0)
        isSent.next <== (io.access.transfers | (isSent & !io.response.valid))
        let isDue = (aw.any & w.any & !axi.b.valid) | (ar.any & !axi.r.valid)
        let waits = m.register("waits", UInt.self, width: 3, reset: 0)
        waits.next <== mux(!isDue | io.access.valid | isSent, 0, waits &+ 1)
        m.assert(waits .<= 1, "goes_on", "an access is there and does not go on")
        m.assert(
          io.response.ready .== isSent, "takes_answers", "an answer waits, or is taken that was not asked for")
      },
    ]
  }
  .covering(coverAXILiteSubordinate)

  /// Registers on the bus.
  public static let axiLiteRegisterBank = Entry<AXILiteRegisterBank, CountWorkload>(
    "axi-lite-register-bank", "Register bank on AXI4-Lite: a peripheral.",
    configurations: [("wide", AXILiteRegisterBank { $0.bank.dataWidth = 64 })],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Reads, and as many writes"),
    expectedCycles: { _, work in 20 * work.count }
  ) { request -> any Bench in
    let bank = request.generator.bank
    if request.checksTiming { return try request.peripheralPins(bank) }
    var bench = try request.streamBench()
    try request.varyWriteOrder(&bench, bus: "axi_")
    var random = bench.random("accesses")
    var registers = try RegisterHistory(bank, changes: !request.isRecorded, on: &bench)
    // Reads and writes pass each other on the bus, so the words that are read are others than those that change, but where
    // one waits for the other.
    let bytes = bank.dataWidth / 8
    let words = (bank.map.registers.count * 4 + bytes - 1) / bytes
    let reach = min(1 << min(62, bank.addressWidth), bytes * (words + 2)) / bytes
    func has(_ word: Int, _ fits: (RegisterDescription.Access) -> Bool) -> Bool {
      let registers = bank.map.registers.indices.filter { 4 * $0 / bytes == word }
      return registers.contains { fits(bank.map.registers[$0].access) }
    }
    let isStorage = (0..<reach).map { has($0) { if case .readWrite = $0 { true } else { false } } }
    let isEvents = (0..<reach).map { has($0) { $0 == .writeOneToClear } }
    // One access in four is anywhere: far above the registers there is nothing.
    let most = 1 << min(bank.addressWidth, 62)
    func address(of words: [Int]) -> Int {
      let near = bytes * words[random.integer(below: words.count)] + random.integer(below: bytes)
      guard bytes * reach <= most / 2, random.integer(below: 4) == 0 else { return near }
      switch random.integer(below: 8) {
      case 0: return most / 2
      case 1: return most - 1
      default: return bytes * reach + random.integer(below: most - bytes * reach)
      }
    }
    let (written, shown) = ((0..<reach).filter { !isEvents[$0] }, (0..<reach).filter { !isStorage[$0] })
    func write(_ place: Int) throws {
      let (data, strobe) = (random.operand(bits: 8 * bytes), random.operand(bits: bytes))
      try bench.send([place, random.integer(below: 8)], on: "axi_aw")
      try bench.send([data, strobe], on: "axi_w")
      try bench.expect([registers.write(place, data, strobe: strobe) ? 0 : 2], on: "axi_b")
    }
    func read(_ place: Int) throws {
      let word = registers.golden.read(place)
      try bench.send([place, random.integer(below: 8)], on: "axi_ar")
      try bench.expect([word ?? 0, word == nil ? 2 : 0], on: "axi_r")
    }
    for _ in 0..<request.workload.count {
      try registers.pause(&bench)
      if !request.isRecorded, written.isEmpty || shown.isEmpty || random.integer(below: 2) == 1 {
        // The write has been answered before the read begins, which looks at the same register or at any.
        let place = address(of: Array(0..<reach))
        try bench.pause()
        try write(place)
        try bench.pause()
        try read(random.integer(below: 2) == 0 ? place : address(of: Array(0..<reach)))
        try bench.pause()
      } else {
        // Where all registers change, or none does, nothing is left for the other kind.
        if !shown.isEmpty { try read(address(of: shown)) }
        if !written.isEmpty { try write(address(of: written)) }
      }
    }
    try registers.watch(&bench, taken: ["axi_aw", "axi_w"], answered: "axi_b")
    return bench
  }
  .checked(
    proving: AXILiteRegisterBank {
      $0.bank.map = RegisterMap([RegisterDescription("a", width: 2, .readWrite(reset: 1), "A.")])
      $0.bank.addressWidth = 3
    }
  ) { _ in axiLiteAnswers { $0.axi } }
  .covering(coverAXILiteRegisterBank)

  /// A transfer is taken unless one before has not been answered.
  private static func waitsForNothing(
    _ question: String,
    _ ports: @escaping @Sendable (Observation<AXILiteSubordinate.Ports>) -> (valid: Bit, ready: Bit, answered: Bit)
  ) -> Checker<AXILiteSubordinate> {
    Checker(
      "\(question)-waits-for-nothing",
      "A transfer on '\(question)' is taken unless one before has not been answered."
    ) { io, m in
      let (valid, ready, answered) = ports(io)
      let isOpen = m.register("is_open", Bit.self, reset: 0)
      isOpen.next <== mux(isOpen, !answered, valid)
      m.assert(ready .== !isOpen, "is_taken", "a transfer waits, or is taken too soon")
    }
  }

  /// For each question on a bus there is one answer, after it.
  private static func axiLiteAnswers<G: Generator>(
    _ bus: @escaping @Sendable (Observation<G.Ports>) -> Observation<AXILite>
  ) -> [Checker<G>] {
    func checker(
      _ answer: String, _ question: String,
      _ ports: @escaping @Sendable (Observation<AXILite>) -> (asked: Bit, offered: Bit, answered: Bit)
    ) -> Checker<G> {
      Checker(
        "answered-\(answer)-\(question)",
        "On '\(answer)' there is one answer for each question on '\(question)', after it."
      ) { io, m in
        let (asked, offered, answered) = ports(bus(io))
        let open = m.balance("asked", up: asked, down: answered, width: 8)
        m.assert(open .<= 1, "one_is_open", "a question is taken before the last one was answered")
        m.assert(!offered | (open .== 1), "was_asked", "an answer comes without a question")
      }
    }
    return [
      checker("b", "aw") { ($0.aw.transfers, $0.b.valid, $0.b.transfers) },
      checker("b", "w") { ($0.w.transfers, $0.b.valid, $0.b.transfers) },
      checker("r", "ar") { ($0.ar.transfers, $0.r.valid, $0.r.transfers) },
    ]
  }
}
