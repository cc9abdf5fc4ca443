import HDL
import Netlist

/// A module around an expression, for its value.
struct ValueProbe<T: VectorSignal>: Generator where T.Drain == Sink<T> {
  let name: String
  let width: Int
  let line: Int
  let body: @Sendable (Interior<Ports>, Module) -> T

  struct Ports {
    let a: Input<UInt>
    let s: Input<SInt>
    let n: Input<UInt>
    let c: Input<Bit>
    let y: Output<T>
  }
  var ports: Ports { Ports(a: .init(8), s: .init(8), n: .init(3), c: .init(), y: .init(width)) }
  func build(_ io: Interior<Ports>, in m: Module) { io.y <== body(io, m) }

  static func == (left: ValueProbe, right: ValueProbe) -> Bool { left.name == right.name && left.line == right.line }
  func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// What drives `width` bits: a constant in hexadecimal, `signal`, or the codes of the mistakes.
func value<T: VectorSignal>(
  _ width: Int, line: Int = #line, _ body: @escaping @Sendable (Interior<ValueProbe<T>.Ports>, Module) -> T
) -> String where T.Drain == Sink<T> {
  do {
    let top = try ValueProbe(name: "v", width: width, line: line, body: body).elaborate().simplified().top
    guard let driver = top.ports.last?.driver else { return "none" }
    return top.table.constantValue(driver)?.description ?? "signal"
  } catch {
    return error.diagnostics.map(\.code.text).joined(separator: " ")
  }
}

/// The value of a bit.
func bit(
  line: Int = #line, _ body: @escaping @Sendable (Interior<ValueProbe<Bits>.Ports>, Module) -> Bit
) -> String {
  value(1, line: line) { body($0, $1).asBits }
}
