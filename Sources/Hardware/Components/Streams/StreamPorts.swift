import HDL

/// The ports of what stands in a stream: items enter at `push` and leave at `pop`.
public struct StreamPorts<In: PortElement, Out: PortElement> {
  public let push: StreamInput<In>
  public let pop: StreamOutput<Out>

  /// A stream in and a stream out.
  public init(push: StreamInput<In>, pop: StreamOutput<Out>) { (self.push, self.pop) = (push, pop) }
}
