import HDL

/// Makes one item out of an item of each input: the first of one stream meets the first of the others.
///
/// Latency 0, without registers. An input is ready when the output is and the other inputs have an item, so that no
/// `ready` follows its own `valid`.
public struct StreamJoin: DefaultConfigurable, CustomReflectable {
  /// What an item of each input is.
  public var items = [PayloadShape.bits(8), .bits(8)]

  public init() {}

  /// A join of streams of these widths.
  public init(widths: [Int]) { self.widths = widths }

  /// A join of streams of items of these shapes.
  public init(carrying items: [PayloadShape]) { self.items = items }

  /// Bits of an item of each input; setting them makes the items vectors.
  public var widths: [Int] {
    get { items.map(\.width) }
    set { items = newValue.map { .bits($0) } }
  }

  public struct Ports {
    public let push: [StreamInput<Payload>]
    public let pop: StreamOutput<Payload>
  }

  /// The parameters: items that are vectors are known by their widths.
  public var customMirror: Mirror {
    let parameter: Mirror.Child = isOfVectors ? ("widths", widths) : ("items", items)
    return Mirror(self, children: [parameter], displayStyle: .struct)
  }

  private var isOfVectors: Bool { items.allSatisfy(\.isOneVector) }

  private var forms: [Payload] { items.map { .form($0) } }

  /// The parts of an item of the output, one for each input.
  public func parts(of item: Payload) -> [Payload] {
    isOfVectors ? item.packed.unpacked(as: forms) : item.read(as: forms)
  }

  public var ports: Ports {
    let joined = PayloadShape(of: forms)
    return Ports(
      push: items.map { .init($0, "The parts") },
      pop: .init(
        isOfVectors ? .bits(joined.width) : joined,
        "The parts side by side, input 0 in the low bits; each with its fields where one of them is a bundle"))
  }

  public var documentation: String {
    """
    Joins \(widths.count) streams item by item\(order). No clock edge between.
    """
  }

  private var order: String { isOfVectors ? "; input 0 stands in the low bits of the output" : "" }

  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require("number of widths", widths.count, in: 1...1024)
    for (index, width) in widths.enumerated() { parameters.require("widths[\(index)]", width, in: 1...65536) }
  }

  public func build(_ io: Interior<Ports>, in m: Module) {
    let inputs = io.push
    for (index, input) in inputs.enumerated() {
      let others = inputs.indices.filter { $0 != index }.map { inputs[$0].valid }
      input.ready <== allOf([io.pop.ready] + others)
    }
    io.pop.valid <== allOf(inputs.map(\.valid))
    let parts = inputs.map(\.payload)
    io.pop.payload <== (isOfVectors ? Payload(parts.packed) : Payload(parts))
  }
}
