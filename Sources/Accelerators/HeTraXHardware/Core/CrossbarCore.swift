import Components
import HDL
import HeTraX
import NetworkHardware
import XFormerHardware

/// A core of crossbars on the network: FF1 with the table of its function, and FF2.
///
/// Its shell is that of X-Former's projection engine; its crossbars are as warm as its thermometer says.
public struct CrossbarCore: Generator {
  /// The sizes.
  public var sizes: HeTraXSizes
  /// The number of the core among those of crossbars, which chooses the errors of its cells.
  public var number: Int

  /// A core of a machine.
  public init(sizes: HeTraXSizes, number: Int) { (self.sizes, self.number) = (sizes, number) }

  /// Packets, the temperature, and what counters see.
  public struct Ports {
    public let pop: StreamInput<PacketWord>
    public let push: StreamOutput<PacketWord>
    public let temperature: Input<UInt>
    /// What counters see.
    public let activity: CoreActivity
  }

  /// The interface for these parameters.
  public var ports: Ports {
    Ports(
      pop: .init(PacketWord(width: PacketFormat.width), "Words that came"),
      push: .init(PacketWord(width: PacketFormat.width), "Words to be sent"),
      temperature: .init(8, "Half kelvins above 300 K"), activity: CoreActivity(engines: 1))
  }

  /// What stands above the emitted module.
  public var documentation: String {
    let c = sizes.resistive.crossbar
    return """
      Core of \(sizes.resistive.unitsPerEngine) block(s) of \(c.encoding.crossbars) crossbar(s) of \(c.geometry.rows) x \(c.geometry.columns) \
      cells for the feed-forward part.
      """
  }

  /// Rejects parameters for which there is no hardware.
  public func validate(_ parameters: inout ParameterCheck) {
    do throws(HeTraXError) { try sizes.validate() } catch {
      parameters.require(false, "the sizes are refused", fix: "\(error)")
    }
  }

  /// Makes the hardware.
  public func build(_ io: Interior<Ports>, in m: Module) {
    let engine = m.instance(
      ProjectionEngine(sizes: sizes.resistive, number: sizes.resistive.crossbar.effects.isIdeal ? 0 : number),
      "crossbars")
    if let temperature = engine.temperature { temperature <== io.temperature }
    let bridge = m.instance(
      CoreBridge(
        format: PacketFormat(nodes: sizes.machine.cores.count), controller: sizes.memoryNode, engines: 1,
        commandDepth: sizes.commandDepth), "bridge")
    bridge.memory[0] <== engine.memory
    connect([engine], bridge, pop: io.pop, push: io.push, io.activity)
  }
}
