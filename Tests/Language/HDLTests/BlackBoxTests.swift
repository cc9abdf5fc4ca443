import HDL
import Netlist
import Testing

@Suite struct BlackBoxTests {
  struct Box: BlackBox {
    var module = "vendor"
    var names: [String: String] = [:]
    var parameters: [String] = []
    var path: String?

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(8), y: .init(8)) }
    var moduleName: String { module }
    var portNames: [String: String] { names }
    var verilogParameters: [ForeignModule.Parameter] { parameters.map { .init($0, 1) } }
    var sources: [BlackBoxSource] { path.map { [.file($0)] } ?? [] }
  }

  @Test(arguments: [
    (Box(module: "not a name"), "black box 'not a name': 'not a name' is no identifier"),
    (Box(parameters: ["1X"]), "black box 'vendor': '1X' is no identifier"),
    (Box(parameters: ["X", "X"]), "black box 'vendor' has 'X' twice"),
    (Box(names: ["a": "y"]), "black box 'vendor' has 'y' twice"),
    (Box(names: ["b": "c"]), "black box 'vendor' has a name for port 'b', which it does not have"),
    (Box(module: "module"), "black box 'module': 'module' is a keyword of Verilog"),
    (Box(module: "bit"), "black box 'bit': 'bit' is a keyword of SystemVerilog"),
    (Box(module: "TOP"), "black box 'TOP' has the name that Verilator gives the top of every design"),
    (Box(parameters: ["reg"]), "black box 'vendor': 'reg' is a keyword of Verilog"),
    (Box(names: ["a": "do"]), "black box 'vendor': 'do' is a keyword of SystemVerilog"),
    (Box(names: ["y": "bool"]), "black box 'vendor': 'bool' is a keyword of Icarus Verilog"),
    (Box(path: "nowhere/v.v"), "black box 'vendor' comes with the file 'nowhere/v.v', which cannot be read"),
  ])
  func `A black box that no Verilog can have is refused`(box: Box, message: String) {
    let text = diagnosis(box)
    #expect(text.hasPrefix("error: \(message) [SYS0033]"), "\(text)")
    #expect(text.hasSuffix("\n1 error"))
  }

  @Test func `A black box may have names that only other languages reserve`() {
    #expect(diagnosis(Box(module: "BUFFER", names: ["a": "in", "y": "OUTPUT"], parameters: ["Reg"])) == "no mistake")
  }

  struct Textual: BlackBox {
    var name: String
    var text: String

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(8), y: .init(8)) }
    var moduleName: String { "vendor_\(text)" }
    var sources: [BlackBoxSource] { [.text(name: name, text)] }
  }

  struct Pair: Generator {
    var names: [String]

    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(8), y: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      var value = io.a
      for (index, name) in names.enumerated() {
        let box = m.instance(Textual(name: name, text: "x\(index)"), "box_\(index)")
        box.a <== value
        value = box.y
      }
      io.y <== value
    }
  }

  struct Covered: Generator {
    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(8), y: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let box = m.instance(Textual(name: "Covered.v", text: "x"), "box")
      box.a <== io.a
      io.y <== box.y
    }
  }

  @Test func `Files of black boxes do not take one another's place, nor that of a module`() throws {
    let message = "comes with a file 'a.v', and there is another one of that name [SYS0033]"
    #expect(diagnosis(Pair(names: ["a.v", "a.v"])).contains("black box 'vendor_x1' \(message)"))
    #expect(throws: Never.self) { try Pair(names: ["a.v", "b.v"]).elaborate() }
    #expect(diagnosis(Covered()).contains("comes with a file 'Covered.v', and there is another one of that name"))
  }

  struct TwoClocks: BlackBox {
    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(8).in(.write), y: .init(8)) }
    var moduleName: String { "vendor" }
  }

  @Test func `A black box belongs to one clock`() {
    #expect(
      diagnosis(TwoClocks()).contains("black box 'vendor' has ports of several domains [SYS0033]"))
  }

  struct Loop: Generator {
    var followsInputs: Bool

    struct Inner: BlackBox {
      var followsInputs: Bool
      struct Ports { let a: Input<UInt>, y: Output<UInt> }
      var ports: Ports { Ports(a: .init(8), y: .init(8)) }
      var moduleName: String { "vendor" }
      var clocking: BlackBoxClocking? { BlackBoxClocking(clock: "clk") }
    }

    struct Ports { let y: Output<UInt> }
    var ports: Ports { Ports(y: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let inner = m.instance(Inner(followsInputs: followsInputs), "inner")
      inner.a <== inner.y
      io.y <== inner.y
    }
  }

  @Test func `A loop through a black box counts when its outputs follow its inputs`() {
    #expect(diagnosis(Loop(followsInputs: false)) == "no mistake")
    #expect(diagnosis(Loop(followsInputs: true)).contains("combinational loop: 'inner_y' -> 'inner_y' [SYS0010]"))
  }
}
