import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
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

  private static let coverAXILiteRegisterBank: Entry<AXILiteRegisterBank, CountWorkload>.AddCoverage = {
    peripheral, model throws(CoverageError) in
    let (bank, words) = (peripheral.bank, words(of: peripheral.bank))
    for channel in ["axi_aw", "axi_ar"] {
      try model.point("register of \(channel)", over: [try model.field(channel, "addr")], .named(words)) {
        word($0[0], of: bank, words)
      }
    }
    try addResponse("axi_b", &model)
    try addResponse("axi_r", &model)
    try excludeMissingBits("axi_r.data", bank, &model)
    try model.excludeBackToBack(
      ["axi_aw", "axi_w", "axi_b", "axi_ar", "axi_r"], because: "one access is under way at a time")
  }
}
