import Components
import Formal
import Golden
import Testbench

/// What is made for a ``BurstShape``.
private protocol BurstShaped: Sendable {
  var shape: BurstShape { get set }
}

extension BurstReader: BurstShaped {}
extension BurstWriter: BurstShaped {}

extension Catalog {
  private static func shapeParameters<G: BurstShaped>() -> [Parameter<G>] {
    [
      .integer("addressWidth", \.shape.addressWidth, in: 13...62, "Bits of an address"),
      .integer("wordBytes", \.shape.wordBytes, in: 2...128, "Bytes of a word: a power of two"),
      .integer("lengthWidth", \.shape.lengthWidth, in: 8...32, "Bits of the length of a command"),
      .integer("maximumBurst", \.shape.maximumBurst, in: 1...256, "Words of a burst: a power of two"),
      .integer("outstanding", \.shape.outstanding, in: 1...256, "Bursts under way"),
    ]
  }

  private static let small = BurstShape(addressWidth: 13, wordBytes: 2, lengthWidth: 8, maximumBurst: 4, outstanding: 2)

  /// Reads over AXI4.
  public static let burstReader = Entry<BurstReader, CountWorkload>(
    "burst-reader", "Reads bytes from any address over AXI4 in bursts.",
    parameters: shapeParameters(),
    configurations: [("narrow", BurstReader(shape: small))],
    workload: CountWorkload(count: 200), workloadParameters: CountWorkload.parameters("Commands"),
    expectedCycles: { unit, work in 200 * work.count }
  ) { request in
    let shape = request.generator.shape
    var bench = try request.streamBench()
    var random = bench.random("commands")
    for number in 0..<request.workload.count {
      // Every other run begins with as long a transfer as there is.
      let (address, split) = random.transfer(shape, isLongest: number == 0 && request.index % 2 == 1)
      let length = split.bytes.joined().count { $0 }
      try bench.send([address, length - 1], on: "command")
      var rest = split.bytes[...]
      for burst in split.bursts {
        try bench.expect([burst.address, burst.words - 1], on: "ar")
        for word in 0..<burst.words {
          let data = random.items(1, width: 8 * shape.wordBytes)
          let resp = random.integer(below: 16) == 0 ? UInt64(2 + random.integer(below: 2)) : 0
          let keep = packed(rest.removeFirst().map { $0 ? 1 : 0 }, width: 1)
          try bench.withStimuli { stimuli throws(BenchError) in
            try stimuli.send(words: data + [resp, word == burst.words - 1 ? 1 : 0], on: "r")
            try stimuli.expect(words: data + keep + [rest.isEmpty ? 1 : 0, resp == 0 ? 0 : 1], on: "output")
          }
        }
      }
    }
    return bench
  }
  .proving(BurstReader(shape: small)) { unit in
    [
      burstRule("ar", unit.shape),
      Property(
        "outstanding", "No more bursts are under way than stated.",
        verilog: """
          reg [15:0] under_way = 0;
          always @(posedge clock)
            under_way <= in_reset ? 0 : under_way + (ar_valid & ar_ready) - (r_valid & r_ready & r_last);
          always @* if (!in_reset) assert (under_way <= \(unit.shape.outstanding));
          """),
    ]
  }

  /// Writes over AXI4.
  public static let burstWriter = Entry<BurstWriter, CountWorkload>(
    "burst-writer", "Writes bytes to any address over AXI4 in bursts.",
    parameters: shapeParameters(),
    configurations: [("narrow", BurstWriter(shape: small))],
    workload: CountWorkload(count: 200), workloadParameters: CountWorkload.parameters("Commands"),
    expectedCycles: { unit, work in 200 * work.count }
  ) { request in
    let shape = request.generator.shape
    var bench = try request.streamBench()
    var random = bench.random("commands")
    for number in 0..<request.workload.count {
      // Every other run begins with as long a transfer as there is.
      let (address, split) = random.transfer(shape, isLongest: number == 0 && request.index % 2 == 1)
      let length = split.bytes.joined().count { $0 }
      try bench.send([address, length - 1], on: "command")
      var rest = split.bytes[...]
      var hasFailed = false
      for burst in split.bursts {
        try bench.expect([burst.address, burst.words - 1], on: "aw")
        for word in 0..<burst.words {
          let data = random.items(1, width: 8 * shape.wordBytes)
          let strobe = packed(rest.removeFirst().map { $0 ? 1 : 0 }, width: 1)
          try bench.withStimuli { stimuli throws(BenchError) in
            try stimuli.send(words: data, on: "input")
            try stimuli.expect(words: data + strobe + [word == burst.words - 1 ? 1 : 0], on: "w")
          }
        }
        let resp = random.integer(below: 8) == 0 ? 2 + random.integer(below: 2) : random.integer(below: 2)
        hasFailed = hasFailed || resp >= 2
        try bench.send([resp], on: "b")
      }
      try bench.expect([hasFailed ? 1 : 0], on: "done")
    }
    return bench
  }
  .proving(BurstWriter(shape: small)) { unit in
    [
      burstRule("aw", unit.shape),
      Property(
        "words-follow", "The words of a burst follow its address, and end with it.",
        verilog: """
          reg [15:0] due = 0;
          reg [15:0] sent = 0;
          always @(posedge clock) begin
            due <= in_reset ? 0 : due + (aw_valid & aw_ready) - (w_valid & w_ready & w_last);
            sent <= in_reset | (w_valid & w_ready & w_last) ? 0 : sent + (w_valid & w_ready);
          end
          always @* if (!in_reset & w_valid) assert (due != 0 && sent < \(unit.shape.maximumBurst));
          """),
    ]
  }

  /// The rules of a burst's address: alignment, length, and the boundary of 4 KiB.
  private static func burstRule(_ channel: String, _ shape: BurstShape) -> Property {
    Property(
      "\(channel)-bursts", "Bursts are aligned to words, not too long, and do not cross a boundary of 4 KiB.",
      verilog: """
        wire [15:0] bytes = (\(channel)_length + 16'd1) * \(shape.wordBytes);
        wire [15:0] offset = \(channel)_address[11:0];
        always @* if (!in_reset & \(channel)_valid)
          assert (\(channel)_length < \(shape.maximumBurst) && offset % \(shape.wordBytes) == 0 && offset + bytes <= 4096);
        """)
  }
}

extension Xoshiro256 {
  /// A transfer that fits the address space: short or long, close to a boundary of 4 KiB or anywhere.
  mutating fileprivate func transfer(_ shape: BurstShape, isLongest: Bool) -> (address: Int, split: BurstSplit) {
    let space = 1 << shape.addressWidth
    if isLongest {
      let length = min(1 << shape.lengthWidth, space)
      let address = integer(below: min(shape.wordBytes, space - length + 1))
      return (
        address,
        BurstSplit(address: address, length: length, wordBytes: shape.wordBytes, maximumBurst: shape.maximumBurst)
      )
    }
    let longest = min(
      1 << shape.lengthWidth, 24 * shape.maximumBurst * shape.wordBytes / 4, 1 << (shape.addressWidth - 1))
    let length = integer(below: 3) == 0 ? 1 + integer(below: 2 * shape.wordBytes) : 1 + integer(below: longest)
    var address = integer(below: space - length)
    if integer(below: 2) == 0 {
      let near = (address | 4095) + 1 - integer(below: min(length + 8, 4096))
      if near >= 0, near + length <= space { address = near }
    }
    return (
      address,
      BurstSplit(address: address, length: length, wordBytes: shape.wordBytes, maximumBurst: shape.maximumBurst)
    )
  }
}
