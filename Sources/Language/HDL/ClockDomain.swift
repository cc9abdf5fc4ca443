public import Netlist

/// Registers and ports that change with one clock, and the reset that goes with it.
///
/// A module has the domain ``main`` unless it says otherwise. Other domains enter through ports called after them:
/// `write_clock` and, where something is reset, `write_reset` or `write_reset_n` for a domain called `write`.
///
/// ```swift
/// static let write = ClockDomain("write"), read = ClockDomain("read")
/// var ports: Ports { Ports(data: .init(8).in(Self.write), out: .init(8).in(Self.read)) }
/// m.domain(Self.read) { io.out <== m.register("late", early) }
/// ```
public struct ClockDomain: Hashable, Sendable {
  /// Name; empty for the domain of the ports `clock` and `reset`.
  public var name: String
  /// Reset of the domain; nil for that of the domain to which the user of the module connects it, and at the
  /// top for the one that is chosen when the design is elaborated.
  public var reset: ResetStyle?
  /// Edge on which the registers of the domain act.
  public var edge: ClockEdge

  /// A domain called `name`.
  public init(_ name: String, reset: ResetStyle? = nil, edge: ClockEdge = .rising) {
    self.name = name
    self.reset = reset
    self.edge = edge
  }

  /// The domain of everything that names no other.
  public static let main = ClockDomain("")

  /// ``main`` with a reset or an edge of its own.
  public static func main(reset: ResetStyle? = nil, edge: ClockEdge = .rising) -> ClockDomain {
    ClockDomain("", reset: reset, edge: edge)
  }

  /// What the user calls it.
  var title: String { name.isEmpty ? "main" : name }
}

/// To which clock a port belongs, and where that is written.
public struct PortTiming {
  /// Nil when the port may change at any time.
  var domain: ClockDomain?
  var file: StaticString
  var line: Int
}

/// A port of which the clock can be named: ``Input``, ``Output``, ``StreamInput`` and ``StreamOutput``.
public protocol ClockedPort {
  /// What the port says of its clock; nil for nothing.
  var timing: PortTiming? { get set }
}

extension ClockedPort {
  /// The same port in a domain; a port that names none belongs to ``ClockDomain/main``.
  public func `in`(_ domain: ClockDomain, file: StaticString = #fileID, line: Int = #line) -> Self {
    var port = self
    port.timing = PortTiming(domain: domain, file: file, line: line)
    return port
  }

  /// The same port, changing at any time: only a synchronizer may take it.
  public func asynchronous(file: StaticString = #fileID, line: Int = #line) -> Self {
    var port = self
    port.timing = PortTiming(domain: nil, file: file, line: line)
    return port
  }
}
