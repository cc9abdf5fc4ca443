import Components
import HDL
import NumberFormats

/// Keeps exactly the k greatest integers of a vector; of equal ones those with the lower index. The others become 0.
///
/// The least survivor is found bit by bit from the top: of the elements that agree with it so far, those with a 1 survive when
/// they are fewer than what is still wanted; otherwise only they stay in question. Elements above it survive, and of those equal
/// to it as many as are missing, from index 0 on. So there is one count of `count` bits for each bit of an element, instead of
/// a comparison of every pair.
///
/// k is an input: 0 keeps nothing, `count` or more keeps everything. Mask and elements equal ``/Golden/TopK``. Latency 0 or 1
/// cycles, one vector a clock.
public struct TopKSelector: DefaultConfigurable, FixedLatencyGenerator {
  public var element = IntegerFormat.int8
  public var count = 16
  public var stages = 0

  public init() {}

  public static let parameters: [Parameter<Self>] = [
    .integerFormat("element", \.element, "Format of an element"),
    .integer("count", \.count, in: 2...1024, "Elements of a vector"),
    .integer("stages", \.stages, in: 0...1, "Pipeline registers: 1 behind mask and elements, or none"),
  ]

  /// Elements and k in, elements and mask out.
  public struct Ports {
    public let values: Input<Vector<Bits>>
    public let survivors: Input<UInt>
    public let selected: Output<Vector<Bits>>
    public let mask: Output<Bits>
  }

  public var ports: Ports {
    Ports(
      values: .init(max(1, count), of: element.width, "The elements, the first one in the low bits"),
      survivors: .init(bits(for: max(1, count)), "k: how many elements are kept; all when there are fewer"),
      selected: .init(max(1, count), of: element.width, "The elements, those that are not kept as 0"),
      mask: .init(max(1, count), "1 for each element that is kept"))
  }

  public var documentation: String {
    "Keeps of \(count) elements of \(element) the greatest ones, as many as survivors says. "
      + timing(stages: stages, hasEnable: false)
  }

  /// From elements to mask.
  public var latency: Int { stages }

  public func build(_ io: Interior<Ports>, in m: Module) {
    // Ordered as unsigned numbers are.
    let keys = io.values.map { value in
      element.isSigned ? concatenate(!value[element.width - 1], value[0..<(element.width - 1)]) : value
    }
    var left = io.survivors
    // Equal to the least survivor so far; above it.
    var open: Bits?
    var above: Bits?
    for place in (0..<element.width).reversed() {
      let column = concatenate(keys.map { $0[place] }.reversed())
      let ones = (open.map { $0 & column } ?? column).named("ones_\(place)")
      let found = populationCount(of: ones).named("found_\(place)")
      let isOne = (found .>= left).named("least_survivor_\(place)")
      above = mux(isOne, above ?? m.constant(0, width: count, as: Bits.self), above.map { $0 | ones } ?? ones)
        .named("above_\(place)")
      open = mux(isOne, ones, open.map { $0 & ~column } ?? ~column).named("open_\(place)")
      left = mux(isOne, left, left &- found).named("left_\(place)")
    }
    guard let open, let above else { return }
    let numbers = prefixes((0..<count).map { open[$0].asUnsigned.extended(to: left.width) }, .sklansky) { $0 &+ $1 }
    let equal = concatenate((0..<count).map { open[$0] & (numbers[$0] .<= left) }.reversed())
    let mask = (above | equal).named("is_kept")
    let selected = Vector((0..<count).map { mux(mask[$0], io.values[$0], 0) })
    let registers = PipelineRegisters(module: m, enable: nil, places: Set(0..<stages))
    io.mask <== registers("mask", mask, at: 0)
    io.selected <== registers("selected", selected, at: 0)
  }
}
