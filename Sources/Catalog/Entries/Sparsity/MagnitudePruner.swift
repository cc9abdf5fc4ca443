import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// DynaTran's comparators.
  static let magnitudePruner = Entry<MagnitudePruner, CountWorkload>(
    "magnitude-pruner",
    "Zeroes the elements of a vector whose absolute value is at most a threshold, and gives the mask.",
    configurations: [
      ("int8", MagnitudePruner { ($0.element, $0.count, $0.stages) = (.integer(.int8), 8, 1) }),
      ("small", MagnitudePruner { $0.count = 3 }),
    ],
    workload: CountWorkload(count: 2000), workloadParameters: CountWorkload.parameters("Vectors"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let width = unit.element.width
    var bench = try request.pipelineBench(latency: unit.latency)
    var random = bench.random("elements")
    for step in 0..<request.workload.count {
      let threshold = unit.element.drawn(&random, near: nil)
      let values = (0..<unit.count).map { lane in
        step % 32 == 0
          ? cornerLane(lane, of: unit.count, width: width, number: step / 32)
          : unit.element.drawn(&random, near: threshold)
      }
      let kept = unit.element.mask(values, threshold: threshold)
      let pruned = zip(values, kept).map { $1 ? $0 : 0 }
      try bench.append(
        words: packed(values, width: width) + [threshold],
        expecting: packed(pruned, width: width) + packed(kept.map { $0 ? 1 : 0 }, width: 1))
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.point(
      "kept", over: [try model.pin("mask")], [.value("none", 0), .value("some", 1), .value("all", 2)]
    ) { values in
      let all = unit.count >= 62 ? -1 : 1 << unit.count - 1
      return values[0] == 0 ? 0 : values[0] == all ? 2 : 1
    }
    try model.point("threshold", over: try model.pin("threshold"), [.value("off", 0), .range("on", 1...Int.max)])
  }
  .scored(on: "small")
}

extension MagnitudePruner.Element {
  /// An element, or a threshold: of any class, or within one step of another one.
  fileprivate func drawn(_ random: inout Xoshiro256, near other: UInt64?) -> UInt64 {
    if let other, random.integer(below: 2) == 0 { return random.stepped(other, width: width, isFloating: isFloating) }
    switch self {
    case .floating(let format): return random.code(format)
    case .integer(let format): return random.operand(bits: format.width)
    }
  }

  private var isFloating: Bool {
    if case .floating = self { true } else { false }
  }

  /// Which elements are kept, by the definition.
  fileprivate func mask(_ codes: [UInt64], threshold: UInt64) -> [Bool] {
    switch self {
    case .floating(let format): DynaTran.mask(codes: codes, in: format, threshold: threshold)
    case .integer(let format): DynaTran.mask(codes: codes, in: format, threshold: threshold)
    }
  }
}

extension Xoshiro256 {
  /// `code`, or one with the other sign, one step from it, or less or more by one.
  fileprivate mutating func stepped(_ code: UInt64, width: Int, isFloating: Bool) -> UInt64 {
    asOneDraw { random in
      let mask = UInt64.max >> UInt64(64 - width)
      let step = code &+ UInt64(bitPattern: Int64(random.integer(in: -1...1)))
      guard random.integer(below: 2) == 0 else { return step & mask }
      return (isFloating ? step ^ 1 << UInt64(width - 1) : 0 &- step) & mask
    }
  }
}
