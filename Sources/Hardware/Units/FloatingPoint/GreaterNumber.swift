import HDL
import NumberFormats

/// The greater of two floating point numbers, NaN where one is NaN: a node of a tree over many.
struct GreaterNumber: FixedLatencyGenerator {
  let format: Minifloat

  struct Ports {
    let a, b: Input<FloatingNumber>
    let greater: Output<FloatingNumber>
  }

  var ports: Ports {
    Ports(
      a: .init(shape: format, "A number"), b: .init(shape: format, "Another number"),
      greater: .init(shape: format, "The greater one, +0 being greater than -0; NaN where one is NaN"))
  }

  var documentation: String { "The greater of two numbers in \(format). Combinational." }

  var latency: Int { 0 }

  func build(_ io: Interior<Ports>, in m: Module) { io.greater <== .maximum(io.a, io.b) }
}

extension [FloatingNumber] {
  /// The greatest number, by a tree of instances whose names start with `name`; nil for none.
  func greatest(_ name: String, in m: Module) -> FloatingNumber? {
    var (numbers, count) = (self, 0)
    while numbers.count > 1 {
      numbers = stride(from: 0, to: numbers.count, by: 2).map { index in
        guard index + 1 < numbers.count else { return numbers[index] }
        let node = m.instance(GreaterNumber(format: numbers[index].format), "\(name)_\(count)")
        count += 1
        node.a <== numbers[index]
        node.b <== numbers[index + 1]
        return node.greater
      }
    }
    return numbers.first
  }
}
