import Netlist

/// The ports of a module from inside: inputs are read, outputs are driven.
///
/// Arrays ask for the ports of their cells tens of thousands of times; where a single port is asked for, the caller gets
/// code of its own, in which the path is a plain offset.
@dynamicMemberLookup
public struct Interior<P> {
  @usableFromInline let ports: P
  @usableFromInline let layout: PortLayout
  @usableFromInline let scope: PortScope

  /// The value of an input.
  @inlinable @inline(__always)
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Input<T>>) -> T {
    T.source(ports[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// The values of an array of inputs.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [Input<T>]>) -> [T] {
    list(path) { T.source($0.shape, $1, in: scope) }
  }

  /// The value of an input that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Input<T>?>) -> T? {
    ports[keyPath: path].map { T.source($0.shape, layout.entry(of: path), in: scope) }
  }

  /// Where to assign an output.
  @inlinable @inline(__always)
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Output<T>>) -> T.Drain {
    T.drain(ports[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// Where to assign an array of outputs.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [Output<T>]>) -> [T.Drain] {
    list(path) { T.drain($0.shape, $1, in: scope) }
  }

  /// Where to assign an output that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Output<T>?>) -> T.Drain? {
    ports[keyPath: path].map { T.drain($0.shape, layout.entry(of: path), in: scope) }
  }

  /// A stream that enters the module.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamInput<T>>) -> Stream<T> {
    ports[keyPath: path].stream(layout.entry(of: path), in: scope)
  }

  /// A stream that enters the module and may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamInput<T>?>) -> Stream<T>? {
    ports[keyPath: path].map { $0.stream(layout.entry(of: path), in: scope) }
  }

  /// A stream that leaves the module.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamOutput<T>>) -> StreamDrain<T> {
    ports[keyPath: path].drain(layout.entry(of: path), in: scope)
  }

  /// A stream that leaves the module and may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamOutput<T>?>) -> StreamDrain<T>? {
    ports[keyPath: path].map { $0.drain(layout.entry(of: path), in: scope) }
  }

  /// Streams that enter the module.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [StreamInput<T>]>) -> [Stream<T>] {
    list(path) { $0.stream($1, in: scope) }
  }

  /// Streams that leave the module.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [StreamOutput<T>]>) -> [StreamDrain<T>] {
    list(path) { $0.drain($1, in: scope) }
  }

  /// A nested group of ports.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, G>) -> Interior<G> { group(path) }

  /// A nested group of ports that may be absent.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, G?>) -> Interior<G>? {
    ports[keyPath: path].map { Interior<G>(ports: $0, layout: layout.entry(of: path).layout, scope: scope) }
  }

  /// An array of nested groups.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, [G]>) -> [Interior<G>] { groups(path) }

  /// A nested group of ports that is written from its other side.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, Flipped<G>>) -> Exterior<G> {
    Exterior<G>(ports: ports[keyPath: path].group, layout: layout.entry(of: path).layout, scope: scope)
  }

  /// The same where it may be absent.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, Flipped<G>?>) -> Exterior<G>? {
    ports[keyPath: path].map {
      Exterior<G>(ports: $0.group, layout: layout.entry(of: path).layout, scope: scope)
    }
  }

  /// An array of them.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, [Flipped<G>]>) -> [Exterior<G>] {
    list(path) { Exterior<G>(ports: $0.group, layout: $1.layout, scope: scope) }
  }

  private func group<G>(_ path: KeyPath<P, G>) -> Interior<G> {
    Interior<G>(ports: ports[keyPath: path], layout: layout.entry(of: path).layout, scope: scope)
  }

  private func groups<G>(_ path: KeyPath<P, [G]>) -> [Interior<G>] {
    list(path) { Interior<G>(ports: $0, layout: $1.layout, scope: scope) }
  }

  private func list<D, V>(_ path: KeyPath<P, [D]>, _ view: (D, PortEntry) -> V) -> [V] {
    let declarations = ports[keyPath: path]
    return scope.module.portLists.list(path, of: layout, count: declarations.count, in: scope) {
      zip(declarations, layout.entry(of: path).elements).map(view)
    }
  }
}

/// The ports of an instance from outside: inputs are driven, outputs are read.
@dynamicMemberLookup
public struct Exterior<P> {
  @usableFromInline let ports: P
  @usableFromInline let layout: PortLayout
  @usableFromInline let scope: PortScope

  /// Where to assign an input of the instance.
  @inlinable @inline(__always)
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Input<T>>) -> T.Drain {
    T.drain(ports[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// Where to assign an array of inputs of the instance.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [Input<T>]>) -> [T.Drain] {
    list(path) { T.drain($0.shape, $1, in: scope) }
  }

  /// Where to assign an input of the instance that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Input<T>?>) -> T.Drain? {
    ports[keyPath: path].map { T.drain($0.shape, layout.entry(of: path), in: scope) }
  }

  /// The value of an output of the instance.
  @inlinable @inline(__always)
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Output<T>>) -> T {
    T.source(ports[keyPath: path].shape, layout.entry(of: path), in: scope)
  }

  /// The values of an array of outputs of the instance.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [Output<T>]>) -> [T] {
    list(path) { T.source($0.shape, $1, in: scope) }
  }

  /// The value of an output of the instance that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, Output<T>?>) -> T? {
    ports[keyPath: path].map { T.source($0.shape, layout.entry(of: path), in: scope) }
  }

  /// A stream into the instance.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamInput<T>>) -> StreamDrain<T> {
    ports[keyPath: path].drain(layout.entry(of: path), in: scope)
  }

  /// A stream into the instance that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamInput<T>?>) -> StreamDrain<T>? {
    ports[keyPath: path].map { $0.drain(layout.entry(of: path), in: scope) }
  }

  /// A stream out of the instance.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamOutput<T>>) -> Stream<T> {
    ports[keyPath: path].stream(layout.entry(of: path), in: scope)
  }

  /// A stream out of the instance that may be absent.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, StreamOutput<T>?>) -> Stream<T>? {
    ports[keyPath: path].map { $0.stream(layout.entry(of: path), in: scope) }
  }

  /// Streams into the instance.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [StreamInput<T>]>) -> [StreamDrain<T>] {
    list(path) { $0.drain($1, in: scope) }
  }

  /// Streams out of the instance.
  public subscript<T: PortElement>(dynamicMember path: KeyPath<P, [StreamOutput<T>]>) -> [Stream<T>] {
    list(path) { $0.stream($1, in: scope) }
  }

  /// A nested group of ports.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, G>) -> Exterior<G> { group(path) }

  /// A nested group of ports that may be absent.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, G?>) -> Exterior<G>? {
    ports[keyPath: path].map { Exterior<G>(ports: $0, layout: layout.entry(of: path).layout, scope: scope) }
  }

  /// An array of nested groups.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, [G]>) -> [Exterior<G>] { groups(path) }

  /// A nested group of ports that is written from its other side.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, Flipped<G>>) -> Interior<G> {
    Interior<G>(ports: ports[keyPath: path].group, layout: layout.entry(of: path).layout, scope: scope)
  }

  /// The same where it may be absent.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, Flipped<G>?>) -> Interior<G>? {
    ports[keyPath: path].map {
      Interior<G>(ports: $0.group, layout: layout.entry(of: path).layout, scope: scope)
    }
  }

  /// An array of them.
  public subscript<G: PortGroup>(dynamicMember path: KeyPath<P, [Flipped<G>]>) -> [Interior<G>] {
    list(path) { Interior<G>(ports: $0.group, layout: $1.layout, scope: scope) }
  }

  private func group<G>(_ path: KeyPath<P, G>) -> Exterior<G> {
    Exterior<G>(ports: ports[keyPath: path], layout: layout.entry(of: path).layout, scope: scope)
  }

  private func groups<G>(_ path: KeyPath<P, [G]>) -> [Exterior<G>] {
    list(path) { Exterior<G>(ports: $0, layout: $1.layout, scope: scope) }
  }

  private func list<D, V>(_ path: KeyPath<P, [D]>, _ view: (D, PortEntry) -> V) -> [V] {
    let declarations = ports[keyPath: path]
    return scope.module.portLists.list(path, of: layout, count: declarations.count, in: scope) {
      zip(declarations, layout.entry(of: path).elements).map(view)
    }
  }
}

extension PortEntry {
  var layout: PortLayout {
    guard case .group(let layout) = self else { preconditionFailure("a group of ports has a layout") }
    return layout
  }
}
