import Components
import Formal
import Golden
import Testbench

extension Catalog {
  /// Accesses onto the bus.
  public static let axiLiteManager = Entry<AXILiteManager, CountWorkload>(
    "axi-lite-manager", "Turns a stream of accesses into AXI4-Lite transfers.",
    parameters: [
      .integer("addressWidth", \.addressWidth, "Bits of an address"),
      .integer("dataWidth", \.dataWidth, "Bits of a word: 32 or 64"),
    ],
    configurations: [("narrow", AXILiteManager(addressWidth: 3)), ("wide", AXILiteManager(dataWidth: 64))],
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
  .proving(AXILiteManager(addressWidth: 3)) { _ in
    [
      Property(
        "one-at-a-time", "The bus is used for the one access under way, and for its kind alone.",
        verilog: """
          reg is_busy = 0;
          reg is_write;
          always @(posedge clock)
            if (in_reset) is_busy <= 0;
            else if (access_valid & access_ready) begin
              is_busy <= 1;
              is_write <= access_is_write;
            end else if (response_valid & response_ready) is_busy <= 0;
          always @* if (!in_reset) begin
            assert (access_ready == !is_busy);
            if (!is_busy) assert (!axi_awvalid & !axi_wvalid & !axi_arvalid & !axi_bready & !axi_rready & !response_valid);
            else if (is_write) assert (!axi_arvalid & !axi_rready);
            else assert (!axi_awvalid & !axi_wvalid & !axi_bready);
          end
          """),
      Property(
        "channels-wait-for-nothing",
        "All channels of an access are offered at once, each until it is taken there, and the answer is awaited after all.",
        verilog: """
          reg [2:0] due = 0;
          reg awaits = 0;
          reg is_write;
          wire [2:0] taken = {axi_awready, axi_wready, axi_arready};
          always @(posedge clock) begin
            due <= in_reset ? 0
              : access_valid & access_ready ? {access_is_write, access_is_write, !access_is_write} : due & ~taken;
            awaits <= !in_reset & (access_valid & access_ready
              | awaits & !(axi_bvalid & axi_bready | axi_rvalid & axi_rready));
            if (access_valid & access_ready) is_write <= access_is_write;
          end
          always @* if (!in_reset) begin
            assert ({axi_awvalid, axi_wvalid, axi_arvalid} == due);
            assert (axi_bready == (awaits & is_write & due == 0));
            assert (axi_rready == (awaits & !is_write & due == 0));
          end
          """),
    ]
  }
  .covering(coverAXILiteManager)

  /// The bus to accesses. Every other run looks at each clock, with reads and writes mixed; of the runs that look at each
  /// transfer half write and half read, for in which order both kinds come out of the bus is the adapter's choice.
  public static let axiLiteSubordinate = Entry<AXILiteSubordinate, CountWorkload>(
    "axi-lite-subordinate", "Turns AXI4-Lite transfers into a stream of accesses.",
    parameters: [
      .integer("addressWidth", \.addressWidth, "Bits of an address"),
      .integer("dataWidth", \.dataWidth, "Bits of a word: 32 or 64"),
    ],
    configurations: [("narrow", AXILiteSubordinate(addressWidth: 3)), ("wide", AXILiteSubordinate(dataWidth: 64))],
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
  .proving(AXILiteSubordinate(addressWidth: 3)) { _ in
    [
      answered("b", by: "aw"), answered("b", by: "w"), answered("r", by: "ar"), takes("aw", until: "b"),
      takes("w", until: "b"), takes("ar", until: "r"),
      Property(
        "answers-wait-for-nothing",
        "An access goes on when it is there, whatever waits to be taken of the other kind, and its answer shows when given.",
        verilog: """
          reg [1:0] open_aw = 0, open_w = 0, open_ar = 0;
          reg is_sent = 0;
          reg [2:0] waits = 0;
          wire is_due = open_aw != 0 & open_w != 0 & !axi_bvalid | open_ar != 0 & !axi_rvalid;
          always @(posedge clock) begin
            open_aw <= in_reset ? 0 : open_aw + (axi_awvalid & axi_awready) - (axi_bvalid & axi_bready);
            open_w <= in_reset ? 0 : open_w + (axi_wvalid & axi_wready) - (axi_bvalid & axi_bready);
            open_ar <= in_reset ? 0 : open_ar + (axi_arvalid & axi_arready) - (axi_rvalid & axi_rready);
            is_sent <= !in_reset & (access_valid & access_ready | is_sent & !response_valid);
            waits <= in_reset | !is_due | access_valid | is_sent ? 0 : waits + 1;
          end
          always @* if (!in_reset) begin
            assert (waits <= 1);
            assert (response_ready == is_sent);
          end
          """),
    ]
  }
  .covering(coverAXILiteSubordinate)

  /// Registers on the bus.
  public static let axiLiteRegisterBank = Entry<AXILiteRegisterBank, CountWorkload>(
    "axi-lite-register-bank", "Register bank on AXI4-Lite: a peripheral.",
    parameters: [
      .integer("addressWidth", \.bank.addressWidth, "Bits of an address"),
      .integer("dataWidth", \.bank.dataWidth, "Bits of a word: 32 or 64"),
    ],
    configurations: [("wide", AXILiteRegisterBank(bank: RegisterBank(map: RegisterBank().map, dataWidth: 64)))],
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
  .proving(
    AXILiteRegisterBank(
      bank: RegisterBank(
        map: RegisterMap([RegisterDescription("a", width: 2, .readWrite(reset: 1), "A.")]), addressWidth: 3))
  ) { _ in [answered("b", by: "aw"), answered("b", by: "w"), answered("r", by: "ar")] }
  .covering(coverAXILiteRegisterBank)

  private static func takes(_ question: String, until answer: String) -> Property {
    Property(
      "\(question)-waits-for-nothing",
      "A transfer on '\(question)' is taken unless one before has not been answered on '\(answer)'.",
      verilog: """
        reg is_open = 0;
        always @(posedge clock) is_open <= !in_reset & (is_open
          ? !(axi_\(answer)valid & axi_\(answer)ready) : axi_\(question)valid);
        always @* if (!in_reset) assert (axi_\(question)ready == !is_open);
        """)
  }

  private static func answered(_ answer: String, by question: String) -> Property {
    Property(
      "answered-\(answer)-\(question)",
      "On '\(answer)' there is one answer for each question on '\(question)', after it.",
      verilog: """
        reg [7:0] open = 0;
        always @(posedge clock) open <= in_reset ? 0
          : open + (axi_\(question)valid & axi_\(question)ready) - (axi_\(answer)valid & axi_\(answer)ready);
        always @* if (!in_reset) begin
          assert (open <= 1);
          if (axi_\(answer)valid) assert (open == 1);
        end
        """)
  }
}
