import Components
import Testbench

extension Catalog {
  static let coverCounter: Entry<Counter, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    let limit = unit.limit
    let value = try model.pin("value")
    try model.point(
      "value", over: value,
      [.value("zero", 0)] + (limit > 1 ? [.range("between", 1...limit - 1)] : []) + [.value("limit", limit)]
        + [.illegal("above the limit", limit + 1...Int.max)])
    try model.point("step", over: try model.pin("step"), .bit)
    try model.point("clear", over: try model.pin("clear"), .bit)
    try model.cross("value × step × clear", ["value", "step", "clear"])
    if unit.direction == .both {
      try model.point("down", over: try model.pin("down"), .bit)
      try model.cross("value × step × down", ["value", "step", "down"])
    }
    try model.point(
      "passing the end", over: value,
      unit.overflow == .wraps
        ? (unit.direction == .down ? [] : [.transition("wraps up", limit, 0)])
          + (unit.direction == .up ? [] : [.transition("wraps down", 0, limit)])
        : [.transition("stays at the limit", limit, limit), .transition("stays at zero", 0, 0)])
  }

  static let coverLFSR: Entry<LFSR, CountWorkload>.AddCoverage = { _, model throws(CoverageError) in
    try model.point(
      "steps", over: try model.pin("step"),
      [
        .transition("goes on", 1, 1), .transition("stops", 1, 0), .transition("rests", 0, 0),
        .transition("starts", 0, 1),
      ])
  }

  static let coverArbiter: Entry<Arbiter, CountWorkload>.AddCoverage = { unit, model throws(CoverageError) in
    let request = try model.pin("request")
    let count = unit.count
    try addPairs(count, &model) { model, first, second throws(CoverageError) in
      try model.point(
        "requests \(first) and \(second)", over: [request], .named(["none", "\(first)", "\(second)", "both"])
      ) { ($0[0] >> first & 1) | ($0[0] >> second & 1) << 1 }
    }
    let (index, isGranted, advance) = (
      try model.pin("index"), try model.pin("is_granted"), try model.pin("advance")
    )
    // Who is served after whom.
    try model.point("served", over: [index, isGranted, advance], transitions(count)) {
      $0[1] == 1 && $0[2] == 1 ? $0[0] : nil
    }
    try model.point("asks without advance", over: [isGranted, advance], .bit) { $0[0] & ($0[1] ^ 1) }
  }

  static let coverStreamArbiter: Entry<StreamArbiter, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    var valids: [CoverVariable] = []
    for input in 0..<unit.count { valids.append(try model.pin("push_\(input)_valid")) }
    try addPairs(unit.count, &model) { model, first, second throws(CoverageError) in
      try model.point(
        "requests \(first) and \(second)", over: [valids[first], valids[second]],
        .named(["none", "\(first)", "\(second)", "both"])
      ) { $0[0] | $0[1] << 1 }
    }
    try model.point(
      "served", over: [try model.pin("pop_source"), try model.pin("pop_valid"), try model.pin("pop_ready")],
      transitions(unit.count)
    ) { $0[1] == 1 && $0[2] == 1 ? $0[0] : nil }
  }

  /// Every pair of the first few members.
  private static func addPairs(
    _ count: Int, _ model: inout CoverageModel,
    _ add: (inout CoverageModel, Int, Int) throws(CoverageError) -> Void
  ) throws(CoverageError) {
    let most = min(count, 8)
    for first in 0..<most {
      for second in first + 1..<max(first + 1, most) { try add(&model, first, second) }
    }
  }

  /// Every member after every member.
  private static func transitions(_ count: Int) -> [CoverBin] {
    let most = min(count, 8)
    return (0..<most).flatMap { first in (0..<most).map { .transition("\(first), \($0)", first, $0) } }
  }

  static let coverSinglePortMemory: Entry<SinglePortMemory, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    try model.point("enable", over: try model.pin("enable"), .bit)
    try model.point("write", over: try model.pin("write"), .bit)
    try model.cross("enable × write", ["enable", "write"])
    try excludeAddresses(["address"], depth: unit.depth, &model)
    try addLanes("lanes", unit.lanes, &model)
  }

  static let coverSimpleDualPortMemory: Entry<SimpleDualPortMemory, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    let (write, read) = (try model.pin("write"), try model.pin("read"))
    try model.point("access", over: [write, read], .named(["none", "write", "read", "both"])) { $0[0] | $0[1] << 1 }
    try model.point(
      "address", over: [try model.pin("write_address"), try model.pin("read_address")], .named(["other", "same"])
    ) {
      $0[0] == $0[1] ? 1 : 0
    }
    try model.cross("access × address", ["access", "address"])
    try excludeAddresses(["write_address", "read_address"], depth: unit.depth, &model)
    try addLanes("lanes", unit.lanes, &model)
  }

  static let coverTrueDualPortMemory: Entry<TrueDualPortMemory, CountWorkload>.AddCoverage = {
    unit, model throws(CoverageError) in
    for port in ["a", "b"] {
      try model.point(
        "access \(port)", over: [try model.pin("\(port)_enable"), try model.pin("\(port)_write")],
        .named(["none", "read", "write"])
      ) { $0[0] == 0 ? 0 : 1 + $0[1] }
      try addLanes("\(port)_lanes", unit.lanes, &model)
    }
    try model.point(
      "address", over: [try model.pin("a_address"), try model.pin("b_address")], .named(["other", "same"])
    ) {
      $0[0] == $0[1] ? 1 : 0
    }
    try model.cross("accesses × address", ["access a", "access b", "address"])
    try excludeAddresses(["a_address", "b_address"], depth: unit.depth, &model)
  }

  private static func excludeAddresses(
    _ ports: [String], depth: Int, _ model: inout CoverageModel
  ) throws(CoverageError) {
    for port in ports where model.width(port) > 1 && depth < 1 << model.width(port) {
      try model.exclude("\(port) corners", ["all ones"], because: "there are \(depth) words")
    }
  }

  private static func addLanes(_ port: String, _ lanes: Int, _ model: inout CoverageModel) throws(CoverageError) {
    guard lanes > 1, lanes < 60 else { return }
    let all = 1 << lanes - 1
    try model.point("written \(port)", over: [try model.pin(port)], .named(["none", "some", "all"])) {
      $0[0] == 0 ? 0 : $0[0] == all ? 2 : 1
    }
  }

  static let coverBitSynchronizer: Entry<BitSynchronizer, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try model.point(
      "level", over: try model.pin("level"),
      [
        .transition("rises", 0, 1), .transition("falls", 1, 0), .transition("high for one clock", 0, 1, 0),
        .transition("low for one clock", 1, 0, 1), .transition("stays high", 1, 1, 1),
        .transition("stays low", 0, 0, 0),
      ])
  }

  static let coverPulseSynchronizer: Entry<PulseSynchronizer, CountWorkload>.AddCoverage = {
    _, model throws(CoverageError) in
    try model.point(
      "pulses", over: try model.pin("pulse"),
      [
        .transition("alone", 0, 1, 0), .transition("every other clock", 1, 0, 1),
        .transition("long silence", 0, 0, 0, 0),
      ])
  }
}
