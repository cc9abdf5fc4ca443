import Components
import Testbench

extension Catalog {
  static let coverStreamFIFO: Entry<StreamFIFO, CountWorkload>.AddCoverage = { queue, model throws(CoverageError) in
    let latency = queue.isFallThrough ? 0 : queue.storage == .memory ? 2 : 1
    try model.addQueue(capacity: queue.capacity, latency: latency)
  }

  static let coverAsynchronousFIFO: Entry<AsynchronousFIFO, CountWorkload>.AddCoverage = {
    queue, model throws(CoverageError) in
    try model.addQueue(capacity: queue.capacity, latency: nil)
    for port in queue.showsOccupancy ? ["written", "readable"] : [] {
      let width = model.width(port)
      try model.excludeBits(
        port, (0..<width).filter { queue.capacity >> $0 == 0 }, because: "there are \(queue.capacity) items at most")
    }
  }

  static let coverPipeStage: Entry<PipeStage, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    try model.addQueue(capacity: 1, latency: 1)
  }

  static let coverSkidBuffer: Entry<SkidBuffer, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    try model.addQueue(capacity: 2, latency: 1)
  }

  static let coverBusSynchronizer: Entry<BusSynchronizer, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try model.addQueue(capacity: 2, latency: nil)
    try model.excludeBackToBack(
      ["push"], because: "an item is taken when the one before was acknowledged, clocks later")
  }

  static let coverCreditLink: Entry<CreditLink, CountWorkload>.AddCoverage = { link, model throws(CoverageError) in
    try model.addQueue(capacity: link.credits, latency: link.distance + 1)
  }

  static let coverCreditSender: Entry<CreditSender, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    try model.point("item sent", over: try model.pin("send"), .bit)
    try model.point("credit back", over: try model.pin("credit"), .bit)
    let single = "there is one credit, which comes back after its item"
    try model.cross(
      "item × credit", ["item sent", "credit back"],
      unit.credits == 1 ? [.excluded("1", "1", because: single)] : [])
    try model.point(
      "out of credits", over: try model.handshake("push"),
      [.mask("item waits", 1, mask: 3), .mask("credit waits", 2, mask: 3)])
    if unit.credits == 1 { try model.excludeBackToBack(["push"], because: single) }
  }

  static let coverCreditReceiver: Entry<CreditReceiver, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("item comes", over: try model.pin("arrives"), .bit)
    try model.point("credit given", over: try model.pin("credit"), .bit)
    let single = "there is one place, and an item comes when it is free"
    try model.cross(
      "item × credit", ["item comes", "credit given"],
      unit.credits == 1 ? [.excluded("1", "1", because: single)] : [])
    if unit.credits == 1 { try model.excludeBackToBack(["pop"], because: single) }
  }

  static let coverStreamFork: Entry<StreamFork, CountWorkload>.AddCoverage = { fork, model throws(CoverageError) in
    for first in 0..<min(fork.count, 4) {
      for second in first + 1..<max(first + 1, min(fork.count, 4)) {
        try model.cross(
          "outputs \(first) and \(second)", ["pop_\(first) consumer", "pop_\(second) consumer"], goal: 10)
      }
      try model.point(
        "output \(first) waits", over: try model.latency(from: "push", to: "pop_\(first)"),
        [.range("taken before the others", Int.min ... -1), .value("last to take", 0), .illegal("late", 1...Int.max)])
    }
  }

  static let coverStreamJoin: Entry<StreamJoin, CountWorkload>.AddCoverage = { join, model throws(CoverageError) in
    for first in 0..<min(join.widths.count, 4) {
      for second in first + 1..<max(first + 1, min(join.widths.count, 4)) {
        try model.cross(
          "inputs \(first) and \(second)", ["push_\(first) producer", "push_\(second) producer"], goal: 10)
      }
    }
  }

  static let coverStreamFilter: Entry<StreamFilter, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    try model.point(
      "keep after keep", over: try model.field("push", "keep"),
      [
        .transition("kept, kept", 1, 1), .transition("kept, dropped", 1, 0), .transition("dropped, kept", 0, 1),
        .transition("dropped, dropped", 0, 0),
      ], goal: 10)
  }

  private static func lanes(
    _ stream: String, _ factor: Int, width: Int, _ model: inout CoverageModel
  ) throws(CoverageError) {
    let keep = try model.field(stream, "keep")
    if factor <= 62 {
      try model.point(
        "lanes of \(stream)", over: keep,
        (1...factor).map { .value("\($0)", 1 << $0 - 1) })
      try model.point("end of \(stream)", over: try model.field(stream, "last"), .bit)
      try model.cross(
        "lanes × end of \(stream)", ["lanes of \(stream)", "end of \(stream)"],
        factor == 1
          ? [] : (1..<factor).map { .excluded("\($0)", "0", because: "all lanes are used unless a packet ends") })
    }
    try model.exclude("\(stream).keep bits", ["bit 0 at 0"], because: "a beat has an item in lane 0")
  }

  static let coverStreamUpsizer: Entry<StreamUpsizer, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try lanes("pop", unit.factor, width: unit.width, &model)
  }

  static let coverStreamDownsizer: Entry<StreamDownsizer, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try lanes("push", unit.factor, width: unit.width, &model)
    if unit.factor > 1 {
      let reason = "lanes are used from lane 0 on"
      try model.exclude("push.keep corners", ["0"] + (unit.factor > 1 ? ["top bit alone"] : []), because: reason)
    }
  }

  static let coverAXIStreamLink: Entry<AXIStreamLink, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try packets("push", unit.bytes, &model)
    try model.addQueue(capacity: 4, latency: 2)
  }

  static let coverAXIStreamReceiver: Entry<AXIStreamReceiver, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try packets("axis_t", unit.bytes, &model)
    try model.addQueue(from: "axis_t", capacity: 2, latency: 1)
  }

  static let coverAXIStreamSender: Entry<AXIStreamSender, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try packets("push", unit.bytes, &model)
    try model.addQueue(to: "axis_t", capacity: 2, latency: 1)
  }

  private static func packets(_ stream: String, _ bytes: Int, _ model: inout CoverageModel) throws(CoverageError) {
    guard bytes < 60 else { return }
    let full = 1 << bytes - 1
    let keep = try model.field(stream, "keep")
    try model.point(
      "bytes of a beat", over: [keep],
      [.value("none", 0), .value("all", 1), .value("from byte 0 on", 2), .value("with gaps", 3)]
    ) { values in
      let keep = values[0]
      if keep == 0 || keep == full { return keep == 0 ? 0 : 1 }
      return keep & (keep + 1) == 0 ? 2 : 3
    }
    if bytes == 1 {
      try model.exclude("bytes of a beat", ["from byte 0 on", "with gaps"], because: "a beat is one byte")
    } else if bytes == 2 {
      try model.exclude("bytes of a beat", ["from byte 0 on"], because: "it is 'with gaps' or not for more bytes")
    }
    let last = try model.field(stream, "last")
    try model.point("end of a packet", over: last, .bit)
    try model.cross("bytes × end", ["bytes of a beat", "end of a packet"])
    try model.point(
      "packets", over: last,
      [.transition("of one beat", 1, 1), .transition("of two beats", 1, 0, 1), .transition("of more", 0, 0, 1)])
  }
}

extension CoverageModel {
  /// Bits of a port.
  func width(_ port: String) -> Int { interface.ports.first { $0.name == port }?.width ?? 0 }
}
