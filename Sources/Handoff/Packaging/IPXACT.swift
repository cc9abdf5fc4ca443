import Netlist

/// The component of IEEE 1685-2014 of a module: ports, and the AXI interfaces among them.
struct IPXACT {
  let design: PackagedDesign

  /// An AXI interface of a module.
  struct Bus: Hashable {
    /// The protocols that are recognised.
    enum Kind: Hashable { case full, lite, stream }

    /// What the names of its ports begin with.
    var name: String
    var kind: Kind
    /// Whether the module starts the transfers.
    var isMaster: Bool
    var clock: String?
    /// Names of the protocol and of the module.
    var ports: [(logical: String, physical: String)]

    static func == (a: Bus, b: Bus) -> Bool { a.name == b.name && a.kind == b.kind }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// Name and version of the definition of the bus, as Arm publishes it.
    var type: (name: String, version: String) {
      switch kind {
      case .full: ("AXI4", "r0p0_0")
      case .lite: ("AXI4-Lite", "r0p0_0")
      case .stream: ("AXI4Stream", "r0p0_1")
      }
    }
  }

  /// The groups of the interface that are AXI, wherever in the tree they stand.
  static func buses(of interface: ModuleInterface) -> [Bus] {
    func found(in part: InterfacePart) -> [Bus] {
      let kinds: [String: Bus.Kind] = ["AXI4": .full, "AXILite": .lite, "AXIStream": .stream]
      guard part.kind == .group, let kind = part.type.flatMap({ kinds[$0] }) else {
        return (part.parts ?? []).flatMap(found)
      }
      let prefix = part.name.isEmpty ? "" : part.name + "_"
      // The side that declares the group is the one that starts transfers.
      return [
        Bus(
          name: part.name.isEmpty ? "axi" : part.name, kind: kind, isMaster: part.isFlipped != true,
          clock: part.parts?.first?.clock ?? (interface.clocks.count == 1 ? interface.clocks[0].clock : nil),
          ports: part.allPorts.map { (logical(String($0.dropFirst(prefix.count))), $0) })
      ]
    }
    return (interface.parts ?? []).flatMap(found)
  }

  private static func logical(_ name: String) -> String { name.uppercased() }

  /// The document.
  var xml: String {
    let interface = design.interface
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <ipxact:component xmlns:ipxact="http://www.accellera.org/XMLSchema/IPXACT/1685-2014" \
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
      xsi:schemaLocation="http://www.accellera.org/XMLSchema/IPXACT/1685-2014 \
      http://www.accellera.org/XMLSchema/IPXACT/1685-2014/index.xsd">
        <ipxact:vendor>systole</ipxact:vendor>
        <ipxact:library>generated</ipxact:library>
        <ipxact:name>\(design.top)</ipxact:name>
        <ipxact:version>\(design.version)</ipxact:version>

      """
    let buses = Self.buses(of: interface)
    if !buses.isEmpty {
      text += "  <ipxact:busInterfaces>\n" + buses.map(element).joined() + "  </ipxact:busInterfaces>\n"
    }
    text += """
        <ipxact:model>
          <ipxact:views>
            <ipxact:view>
              <ipxact:name>rtl</ipxact:name>
              <ipxact:componentInstantiationRef>rtl</ipxact:componentInstantiationRef>
            </ipxact:view>
          </ipxact:views>
          <ipxact:instantiations>
            <ipxact:componentInstantiation>
              <ipxact:name>rtl</ipxact:name>
              <ipxact:language>verilog</ipxact:language>
              <ipxact:moduleName>\(design.top)</ipxact:moduleName>
              <ipxact:fileSetRef>
                <ipxact:localName>rtl</ipxact:localName>
              </ipxact:fileSetRef>
            </ipxact:componentInstantiation>
          </ipxact:instantiations>
          <ipxact:ports>

      """
    for clock in interface.clocks {
      text += port(clock.clock, .input, 1, "Clock")
      if let reset = clock.reset {
        let level = clock.resetPolarity == .activeHigh ? "high" : "low"
        text += port(reset, .input, 1, "Reset, active \(level), \(clock.resetKind.rawValue)")
      }
    }
    let sentences = Self.sentences(interface)
    for shape in interface.ports { text += port(shape.name, shape.direction, shape.width, sentences[shape.name]) }
    text += """
          </ipxact:ports>
        </ipxact:model>
        <ipxact:fileSets>
          <ipxact:fileSet>
            <ipxact:name>rtl</ipxact:name>

      """
    for source in design.sources {
      text += """
              <ipxact:file>
                <ipxact:name>../\(Self.escaped(source))</ipxact:name>
                <ipxact:fileType>verilogSource-2001</ipxact:fileType>
              </ipxact:file>

        """
    }
    return text + """
          </ipxact:fileSet>
        </ipxact:fileSets>
        <ipxact:description>\(Self.escaped(design.circuit.top.summary))</ipxact:description>
      </ipxact:component>

      """
  }

  private func element(_ bus: Bus) -> String {
    let maps = bus.ports.map { port in
      """
                <ipxact:portMap>
                  <ipxact:logicalPort>
                    <ipxact:name>\(port.logical)</ipxact:name>
                  </ipxact:logicalPort>
                  <ipxact:physicalPort>
                    <ipxact:name>\(port.physical)</ipxact:name>
                  </ipxact:physicalPort>
                </ipxact:portMap>

      """
    }.joined()
    let (name, version) = bus.type
    return """
          <ipxact:busInterface>
            <ipxact:name>\(bus.name)</ipxact:name>
            <ipxact:busType vendor="amba.com" library="AMBA4" name="\(name)" version="\(version)"/>
            <ipxact:abstractionTypes>
              <ipxact:abstractionType>
                <ipxact:abstractionRef vendor="amba.com" library="AMBA4" name="\(name)_rtl" version="\(version)"/>
                <ipxact:portMaps>
      \(maps)          </ipxact:portMaps>
              </ipxact:abstractionType>
            </ipxact:abstractionTypes>
            <ipxact:\(bus.isMaster ? "master" : "slave")/>
          </ipxact:busInterface>

      """
  }

  private func port(_ name: String, _ direction: PortDirection, _ width: Int, _ sentence: String?) -> String {
    let description = sentence.map { "        <ipxact:description>\(Self.escaped($0))</ipxact:description>\n" } ?? ""
    return """
            <ipxact:port>
              <ipxact:name>\(name)</ipxact:name>
      \(description)        <ipxact:wire>
                <ipxact:direction>\(direction == .input ? "in" : "out")</ipxact:direction>
                <ipxact:vectors>
                  <ipxact:vector>
                    <ipxact:left>\(width - 1)</ipxact:left>
                    <ipxact:right>0</ipxact:right>
                  </ipxact:vector>
                </ipxact:vectors>
              </ipxact:wire>
            </ipxact:port>

      """
  }

  /// What each port is for, where the generator says so of it or of its stream.
  static func sentences(_ interface: ModuleInterface) -> [String: String] {
    var found: [String: String] = [:]
    for (part, _) in interface.declared ?? [] {
      guard let sentence = part.sentence else { continue }
      for port in part.allPorts { found[port] = sentence }
    }
    return found
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
