import Catalog
import Golden
import NumberFormats
import Testbench
import Units

extension Catalog {
  /// Exactly k of a vector.
  static let topKSelector = Entry<TopKSelector, CountWorkload>(
    "top-k-selector", "Keeps exactly the k greatest integers of a vector; of equal ones those with the lower index.",
    configurations: [
      ("wide", TopKSelector { ($0.element, $0.count, $0.stages) = (.uint16, 33, 1) }),
      ("small", TopKSelector { $0.count = 5 }),
    ],
    workload: CountWorkload(count: 3000), workloadParameters: CountWorkload.parameters("Vectors"),
    expectedCycles: { _, work in work.count }
  ) { request in
    let unit = request.generator
    let format = unit.element
    var bench = try request.pipelineBench(latency: unit.latency)
    var random = bench.random("elements")
    for step in 0..<request.workload.count {
      // Vectors of few different elements have many equal ones.
      let kinds = random.integer(below: 4) == 0 ? [] : (0...random.integer(below: 3)).map { _ in random.value(format) }
      let values = (0..<unit.count).map { lane in
        step % 32 == 0
          ? cornerLane(lane, of: unit.count, width: format.width, number: step / 32)
          : random.near(kinds, format)
      }
      // Now and then as many as the port can say.
      let most = 1 << bits(unit.count) - 1
      let limit = step % 16 == 5 ? most : min(random.integer(below: unit.count + 2), most)
      let mask = TopK.mask(
        TopK.indices(of: values.map { format.integer(of: $0) }, count: limit), length: unit.count)
      let selected = zip(values, mask).map { $1 ? $0 : 0 }
      try bench.append(
        words: packed(values, width: format.width) + [UInt64(limit)],
        expecting: packed(selected, width: format.width) + packed(mask.map { $0 ? 1 : 0 }, width: 1))
    }
    return bench
  }
  .covering { unit, model throws(CoverageError) in
    try model.point(
      "survivors", over: try model.pin("survivors"),
      [.value("none", 0), .range("some", 1...unit.count - 1), .value("all", unit.count)])
  }
  .scored(on: "small")
}

/// Bits of a number up to `most`.
private func bits(_ most: Int) -> Int { Int.bitWidth - most.leadingZeroBitCount }

extension Xoshiro256 {
  /// The code of an element: one of `kinds`, one beside it, or any.
  fileprivate mutating func near(_ kinds: [Int64], _ format: IntegerFormat) -> UInt64 {
    asOneDraw { random in
      guard let kind = kinds.isEmpty ? nil : kinds[random.integer(below: kinds.count)], random.integer(below: 8) > 0
      else { return random.operand(bits: format.width) }
      // Near in one bit, so that every bit decides now and then.
      let flip = random.integer(below: 4) == 0 ? Int64(1) << Int64(random.integer(below: format.width)) : 0
      return UInt64(bitPattern: kind ^ flip) & (.max >> UInt64(64 - format.width))
    }
  }
}
