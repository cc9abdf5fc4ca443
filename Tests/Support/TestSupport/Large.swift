import Foundation
import HDL
import Netlist
import Verilog

/// A module around a closure, for designs of any size.
public struct Large: Generator {
  public var name: String
  public var size: Int
  let inputs: [Int]
  let outputs: [Int]
  let body: @Sendable (Interior<Ports>, Module) -> Void

  /// A module called after `name` and `size`.
  ///
  /// - Parameters:
  ///   - name: What it shows.
  ///   - size: How large it is.
  ///   - inputs: Widths of the inputs.
  ///   - outputs: Widths of the outputs.
  ///   - body: What is in it.
  public init(
    _ name: String, size: Int, inputs: [Int], outputs: [Int],
    _ body: @escaping @Sendable (Interior<Ports>, Module) -> Void
  ) {
    self.name = name
    self.size = size
    self.inputs = inputs
    self.outputs = outputs
    self.body = body
  }

  /// Vectors of any number and width.
  public struct Ports {
    public let a: [Input<UInt>]
    public let y: [Output<UInt>]
  }
  /// As many as were asked for.
  public var ports: Ports { Ports(a: inputs.map { .init($0) }, y: outputs.map { .init($0) }) }
  /// What the closure builds.
  public func build(_ io: Interior<Ports>, in m: Module) { body(io, m) }

  /// Compares names and sizes.
  public static func == (left: Large, right: Large) -> Bool { left.name == right.name && left.size == right.size }
  /// Feeds the name.
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// The simplified design and its text, all of it made on a thread with a stack of 512 KiB.
  public func made() throws -> (circuit: Circuit, text: String) {
    let result = onSmallStack {
      Result {
        let circuit = try self.elaborate()
        // What was not simplified is emitted too.
        let plain = circuit.verilog().map(\.text).joined()
        let simplified = circuit.simplified()
        return (simplified, simplified.verilog().map(\.text).joined(), plain)
      }
    }
    let (circuit, text, plain) = try result.get()
    for line in (text + plain).split(separator: "\n") where line.utf8.count > 2000 {
      throw LineTooLong(line: String(line.prefix(200)))
    }
    return (circuit, text)
  }
}

/// A line that some tool may not take.
public struct LineTooLong: Error { var line: String }

/// Runs `body` on a thread with the stack that a secondary thread has by default on some systems.
public func onSmallStack<T>(_ body: @escaping () -> T) -> T {
  nonisolated(unsafe) let work = body
  nonisolated(unsafe) var result: T?
  let done = DispatchSemaphore(value: 0)
  let thread = Thread {
    result = work()
    done.signal()
  }
  thread.stackSize = 512 << 10
  thread.start()
  done.wait()
  return result!
}

extension String {
  /// How often `part` stands in the text.
  public func count(of part: String) -> Int { components(separatedBy: part).count - 1 }
}
