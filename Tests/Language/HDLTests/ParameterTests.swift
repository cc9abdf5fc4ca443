import HDL
import Netlist
import Testing

/// What a generator declares of its parameters, and what follows from it.
@Suite struct ParameterTests {
  enum Kind: CaseIterable, Sendable { case plain, fancy }

  enum Flow: Hashable, Sendable { case held(words: Int), moving }

  struct Group: Hashable, Parameterized, DefaultInitializable {
    var width = 8
    var limit = 200
    init() {}
    static let parameters: [Parameter<Self>] = [
      .integer("width", \.width, in: 1...16, "Bits of a word"), .integer("limit", \.limit, in: 0...1000, "The limit"),
    ]
    func validate(_ parameters: inout ParameterCheck) {
      parameters.require(limit >> width == 0, "a limit of \(limit) in \(width) bits", fix: "use more bits")
    }
  }

  struct Unit: DefaultConfigurable {
    var lanes = 4
    var bus = 32
    var kind = Kind.plain
    var isFast = false
    var flow = Flow.held(words: 3)
    var group = Group()
    init() {}
    static let parameters: [Parameter<Self>] =
      [
        .integer("lanes", \.lanes, in: 1...8, "Lanes"), .integer("bus", \.bus, of: [32, 64], "Bits of the bus"),
        .choice("kind", \.kind, "The kind"), .flag("isFast", \.isFast, "Whether it is fast"),
        .cases("flow", \.flow, [("held", .held(words: 5)), ("moving", .moving)], "What moves"),
        .integer("words", \.words, in: 1...9, "Words that are held").unless {
          $0.flow == .moving ? "flow=moving" : nil
        },
      ] + Group.parameters.map { $0.of(\.group) }

    var words: Int {
      get { if case .held(let words) = flow { words } else { 0 } }
      set { if case .held = flow { flow = .held(words: newValue) } }
    }

    struct Ports { let y: Output<UInt> }
    var ports: Ports { Ports(y: .init(lanes)) }
    func validate(_ parameters: inout ParameterCheck) {
      group.validate(&parameters)
      parameters.require(lanes != 7 || bus == 64, "7 lanes on a bus of \(bus) bits", fix: "use 64 bits")
    }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== 0 }
  }

  private func mistakes(_ change: (inout Unit) -> Void) -> [String] {
    do {
      _ = try Unit(change).elaborate()
      return []
    } catch {
      return error.diagnostics.map { "\($0.code == .badParameter ? "" : "\($0.code) ")\($0.message); \($0.fix ?? "")" }
    }
  }

  @Test func `Each parameter is refused outside of what is declared`() {
    #expect(mistakes { _ in } == [])
    #expect(mistakes { $0.lanes = 0 } == ["parameter 'lanes' is 0; use a value from 1 to 8"])
    #expect(mistakes { $0.bus = 48 } == ["parameter 'bus' is 48; use 32 or 64"])
    #expect(mistakes { $0.flow = .held(words: 10) } == ["parameter 'words' is 10; use a value from 1 to 9"])
    #expect(mistakes { $0.flow = .moving } == [])
    #expect(mistakes { $0.group.width = 17 } == ["parameter 'width' is 17; use a value from 1 to 16"])
    #expect(
      mistakes { ($0.lanes, $0.bus) = (9, 8) } == [
        "parameter 'lanes' is 9; use a value from 1 to 8", "parameter 'bus' is 8; use 32 or 64",
      ])
  }

  @Test func `What relates parameters is asked when each is in its range`() {
    #expect(mistakes { $0.lanes = 7 } == ["7 lanes on a bus of 32 bits; use 64 bits"])
    #expect(mistakes { ($0.lanes, $0.bus) = (7, 48) } == ["parameter 'bus' is 48; use 32 or 64"])
    #expect(mistakes { $0.group.limit = 300 } == ["a limit of 300 in 8 bits; use more bits"])
  }

  private func text(_ name: String, in unit: Unit) -> String? {
    Unit.parameters.first { $0.name == name }?.text(in: unit)
  }

  private func set(_ name: String, _ text: String, in unit: inout Unit) -> Bool {
    Unit.parameters.first { $0.name == name }?.set(text, in: &unit) ?? false
  }

  @Test func `What is set by name is what the property has`() {
    var unit = Unit()
    for (name, value) in [
      ("lanes", "8"), ("bus", "64"), ("kind", "fancy"), ("isFast", "true"), ("words", "9"), ("limit", "7"),
    ] {
      #expect(set(name, value, in: &unit) && text(name, in: unit) == value, "\(name)")
    }
    let expected = Unit {
      ($0.lanes, $0.bus, $0.kind) = (8, 64, .fancy)
      ($0.isFast, $0.flow, $0.group.limit) = (true, .held(words: 9), 7)
    }
    #expect(unit == expected)
    for (name, value) in [("lanes", "9"), ("bus", "48"), ("kind", "odd"), ("isFast", "1"), ("words", "x")] {
      #expect(!set(name, value, in: &unit), "\(name)")
    }
    #expect(unit == expected)
  }

  @Test func `A case that is set again keeps what it carries`() {
    var unit = Unit()
    #expect(set("flow", "held", in: &unit) && unit.flow == .held(words: 3))
    #expect(set("flow", "moving", in: &unit) && unit.flow == .moving && text("flow", in: unit) == "moving")
    #expect(set("flow", "held", in: &unit) && unit.flow == .held(words: 5))
  }

  @Test func `The module has what is declared and means something`() throws {
    let declared = try Unit { $0.flow = .moving }.elaborate().top.parameters.declared
    #expect(declared.map(\.name) == ["lanes", "bus", "kind", "isFast", "flow", "width", "limit"])
    #expect(
      declared[1] == DeclaredParameter(name: "bus", value: "32", choices: "32 | 64", sentence: "Bits of the bus"))
    #expect(declared[2].choices == "plain | fancy" && declared[0].choices == "1…8")
    #expect(try Unit().elaborate().top.parameters.declared.first { $0.name == "words" }?.value == "3")
  }

  @Test func `A copy differs in what is set`() {
    #expect(Unit { $0.lanes = 2 }.with { $0.bus = 64 } == Unit { ($0.lanes, $0.bus) = (2, 64) })
  }
}
