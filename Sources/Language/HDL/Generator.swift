import Netlist

/// Parametric hardware as a value: its stored properties are the parameters, and equal values make one module.
///
/// ```swift
/// struct Adder: Generator {
///   var width = 8
///   struct Ports { let a, b: Input<UInt>, sum: Output<UInt> }
///   var ports: Ports { Ports(a: .init(width), b: .init(width), sum: .init(width + 1)) }
///   func build(_ io: Interior<Ports>, in m: Module) { io.sum <== m.register("sum", io.a + io.b) }
/// }
/// ```
public protocol Generator: Parameterized, Hashable {
  /// A struct of ``Input``, ``Output``, ``StreamInput``, ``StreamOutput``, arrays of them and nested ``PortGroup``s.
  associatedtype Ports

  /// The interface for these parameters.
  var ports: Ports { get }

  /// What a user of the emitted file should know: ports, protocol, throughput. It becomes the comment above the module.
  var documentation: String { get }

  /// Makes the hardware between the ports.
  func build(_ io: Interior<Ports>, in m: Module)
}

extension Generator {
  /// Nothing to say.
  public var documentation: String { "" }
}

/// A generator whose outputs follow its inputs by a fixed number of cycles.
public protocol FixedLatencyGenerator: Generator {
  /// Cycles from an input to the output that it decides.
  var latency: Int { get }
}

/// A generator of which every parameter has a default: module names list only the parameters that differ from it.
public protocol DefaultConfigurable: Generator, DefaultInitializable {}

/// Reset of the registers, chosen once for a whole design.
public struct ResetStyle: Hashable, Sendable {
  /// Synchronous or asynchronous.
  public var kind: ResetKind
  /// Level at which the reset is active; an active-low reset port is called `reset_n`.
  public var polarity: ResetPolarity

  /// Synchronous and active high unless stated otherwise.
  public init(_ kind: ResetKind = .synchronous, _ polarity: ResetPolarity = .activeHigh) {
    self.kind = kind
    self.polarity = polarity
  }
}

extension Generator {
  /// Builds the design below this generator.
  ///
  /// When there are mistakes the design is built once more to find the exact line of each; a design without mistakes
  /// pays nothing for it.
  ///
  /// - Throws: all mistakes found, with the user's file and line.
  public func elaborate(reset: ResetStyle = ResetStyle()) throws(DiagnosticList) -> Circuit {
    let first = Elaboration(reset: reset)
    do {
      return try first.run(self)
    } catch {
      let second = Elaboration(reset: reset, tracing: first.unplaced)
      do {
        _ = try second.run(self)
      } catch {
        throw error
      }
      // A generator that builds something else each time hides no mistake by it.
      throw error
    }
  }
}
