import HDL

/// A module around a closure, for showing one mistake.
struct Probe: Generator {
  var name: String
  let line: Int
  let body: @Sendable (Interior<Ports>, Module) -> Void

  init(_ name: String, line: Int = #line, _ body: @escaping @Sendable (Interior<Ports>, Module) -> Void) {
    self.name = name
    self.line = line
    self.body = body
  }

  struct Ports {
    let a: Input<UInt>
    let s: Input<SInt>
    let c: Input<Bit>
    let y: Output<UInt>
  }
  /// Where ``ports`` stands.
  static let portsLine = #line + 1
  var ports: Ports { Ports(a: .init(8), s: .init(8), c: .init(), y: .init(8)) }
  func build(_ io: Interior<Ports>, in m: Module) { body(io, m) }

  static func == (left: Probe, right: Probe) -> Bool { left.name == right.name && left.line == right.line }
  func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// `text` as it stands in the name of a module.
func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
