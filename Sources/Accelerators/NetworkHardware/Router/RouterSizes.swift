public import HDL

/// What routers, interfaces and networks have in common.
public struct RouterSizes: Hashable, Sendable, DefaultInitializable {
  /// Virtual channels of a port; channel v belongs to layer v modulo ``layers``.
  public var channels = 2
  /// Layers of virtual channels: a packet stays in its layer.
  public var layers = 1
  /// Flits of the queue of a virtual channel.
  public var depth = 4
  /// Bits that a flit carries.
  public var width = 32
  /// Registers between the switch and the link.
  public var switchDelay = 1

  /// Two channels of four flits of 32 bits.
  public init() {}

  /// The declarations of these sizes.
  public static let parameters: [Parameter<Self>] = [
    .integer("channels", \.channels, in: 1...32, "Virtual channels of a port"),
    .integer("layers", \.layers, in: 1...16, "Layers of virtual channels"),
    .integer("depth", \.depth, in: 1...256, "Flits of the queue of a virtual channel"),
    .integer("width", \.width, in: 1...1024, "Bits that a flit carries"),
    .integer("switchDelay", \.switchDelay, in: 0...4, "Registers between the switch and the link"),
  ]

  /// The virtual channels of a layer.
  func members(of layer: Int) -> [Int] { (0..<channels).filter { $0 % layers == layer } }

  /// Bits of the number of a virtual channel.
  var channelBits: Int { bits(for: max(1, channels - 1)) }
}

extension RouterSizes: Parameterized {
  /// Every layer has a channel.
  public func validate(_ parameters: inout ParameterCheck) {
    parameters.require(
      channels >= layers, "there are \(channels) channels for \(layers) layers", fix: "use a channel for each layer")
  }
}
