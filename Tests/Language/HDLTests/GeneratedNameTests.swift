import HDL
import Netlist
import TestSupport
import Testing
import Verilog

/// Names that no user has written.
@Suite struct GeneratedNameTests {
  /// Ports whose names are too long for the name of what is made of them.
  struct Long: Generator {
    struct Ports {
      let aSignalWithAVeryLongNameIndeed, anotherSignalWithAVeryLongName: Input<Bit>, second, third: Output<Bit>
    }
    var ports: Ports {
      Ports(
        aSignalWithAVeryLongNameIndeed: .init(), anotherSignalWithAVeryLongName: .init(), second: .init(),
        third: .init())
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      let either = io.aSignalWithAVeryLongNameIndeed | io.anotherSignalWithAVeryLongName
      io.second <== m.register("held", either)
      io.third <== m.register("kept", either)
    }
  }

  @Test func `A net is not called like a keyword`() throws {
    let text = try #require(try Long().elaborate().simplified().verilog().last?.text)
    #expect(
      text.contains("wire or_net = a_signal_with_a_very_long_name_indeed | another_signal_with_a_very_long_name;"),
      "\(text)")
  }

  /// An instance and its port whose names make a keyword.
  struct Finder: Generator {
    struct Leaf: Generator {
      struct Ports { let a: Input<Bit>, match: Output<Bit> }
      var ports: Ports { Ports(a: .init(), match: .init()) }
      func build(_ io: Interior<Ports>, in m: Module) { io.match <== !io.a }
    }
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let leaf = m.instance(Leaf(), "first")
      leaf.a <== io.a
      io.y <== (leaf.match & io.a)
    }
  }

  @Test func `The net at an output of an instance is not called like a keyword`() throws {
    let text = try #require(try Finder().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("  wire first_match_net;"), "\(text)")
    #expect(text.contains(".match(first_match_net)"), "\(text)")
  }

  /// Instances that are called like a port, a register, a memory and an instance inside, and like nothing.
  struct Hidden: Generator {
    struct Inner: Generator {
      struct Ports { let a: Input<UInt>, turn: Output<UInt> }
      var ports: Ports { Ports(a: .init(4), turn: .init(4)) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let held = m.register("held", io.a)
        let store = m.memory("store", UInt.self, width: 4, depth: 16)
        store.write(held, at: io.a, when: 1)
        let leaf = m.instance(Finder.Leaf(), "leaf")
        leaf.a <== held[0]
        io.turn <== mux(leaf.match, store.read(at: held), held)
      }
    }
    struct Ports { let a: Input<UInt>, y: Output<UInt> }
    var ports: Ports { Ports(a: .init(4), y: .init(4)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      io.y
        <== ["turn", "held", "store", "leaf", "other"].map { name -> UInt in
          let inner = m.instance(Inner(), name)
          inner.a <== io.a
          return inner.turn
        }.reduce(io.a) { $0 ^ $1 }
    }
  }

  @Test func `An instance does not hide what its module declares`() throws {
    let text = try #require(try Hidden().elaborate().simplified().verilog().last?.text)
    for name in ["turn_inst", "held_inst", "store_inst", "leaf_inst", "other"] {
      #expect(text.contains("Inner \(name) ("), "\(text)")
    }
  }

  struct Signal: Generator {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
  }
  struct Systole_Harness: Generator {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
  }
  struct 乘法: Generator {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
  }

  @Test func `A module is not called like a keyword, like a helper, or not at all`() throws {
    #expect(try Signal().elaborate().top.name == "Signal_module")
    #expect(try Systole_Harness().elaborate().top.name == "Design_Systole_Harness")
    #expect(try 乘法().elaborate().top.name == "Module_e5578302ae1658d8")
  }

  struct TOP: Generator {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
  }
  struct main: Generator {
    struct Ports { let main: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(main: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let inner = m.instance(counter(), "inner")
      inner.a <== io.main
      io.y <== inner.y
    }
  }
  struct counter: Generator {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== m.register("counter", io.a) }
  }
  struct sum: Generator {
    struct Ports { let a: Input<UInt>, y, z: Output<UInt> }
    var ports: Ports { Ports(a: .init(8), y: .init(8), z: .init(8)) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let value = io.a &+ 1
      io.y <== (value ^ io.a)
      io.z <== (value & 15)
    }
  }

  @Test func `A module is not called like what is in it, nor like Verilator's own`() throws {
    #expect(try TOP().elaborate().top.name == "TOP_module")
    #expect(try main().elaborate().definitions.map(\.name) == ["counter_module", "main_module"])
    #expect(try TOP().toolComplaints() == "")
    #expect(try main().toolComplaints() == "")
    #expect(try sum().toolComplaints() == "")
  }

  /// Ports that are words of C++.
  struct WordsOfCPlusPlus: Generator {
    struct Ports { let auto, delete, short, uint32_t: Input<Bit>, float: Output<Bit> }
    var ports: Ports { Ports(auto: .init(), delete: .init(), short: .init(), uint32_t: .init(), float: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.float <== (io.auto ^ io.delete ^ io.short ^ io.uint32_t) }
  }

  @Test func `Words of C++ are ports of which no tool complains`() throws {
    #expect(try WordsOfCPlusPlus().toolComplaints() == "")
    let text = try #require(try WordsOfCPlusPlus().elaborate().verilog().last?.text)
    #expect(text.contains("(\n  // verilator lint_off SYMRSVDWORD\n  input  wire auto,\n"), "\(text)")
    #expect(text.contains("  output wire float\n  // verilator lint_on SYMRSVDWORD\n);\n"), "\(text)")
  }

  struct fifo: Generator {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== io.a }
  }
  struct FIFO: Generator {
    struct Ports { let a: Input<Bit>, y: Output<Bit> }
    var ports: Ports { Ports(a: .init(), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let inner = m.instance(fifo(), "inner")
      inner.a <== io.a
      io.y <== inner.y
    }
  }

  @Test func `Modules that differ by capitals have files that differ by more`() throws {
    #expect(try FIFO().elaborate().verilog().map(\.name) == ["fifo_v2.v", "FIFO.v"])
  }

  enum Wait: HardwareEnum { case order, over }
  enum WaitOther { enum Wait: HardwareEnum { case order, done } }

  struct Waiter: Generator {
    struct Ports { let go: Input<Bit>, y, z: Output<Bit> }
    var ports: Ports { Ports(go: .init(), y: .init(), z: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) {
      let state = m.register("state", Wait.self, reset: .order)
      m.when(io.go) { state.next <== .over }
      let other = m.register("other", WaitOther.Wait.self, reset: .done)
      m.when(io.go) { other.next <== .order }
      io.y <== (state .== .order)
      io.z <== (other .== .order)
    }
  }

  @Test func `A case of an enum is not called like a keyword, and each has a name of its own`() throws {
    let circuit = try Waiter().elaborate().simplified()
    let text = try #require(circuit.verilog().last?.text)
    #expect(text.contains("localparam WAIT_ORDER_CASE = 1'b0;"), "\(text)")
    #expect(circuit.waveFilters.map(\.name) == ["Waiter.Wait.filter", "Waiter.Wait_2.filter"])
  }

  struct Unused: Generator {
    struct Ports { let unused: Input<Bit>, a: Input<UInt>, y: Output<Bit> }
    var ports: Ports { Ports(unused: .init(), a: .init(4), y: .init()) }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== (io.unused & io.a[1]) }
  }

  @Test func `The sink of unread bits has a name of its own`() throws {
    let text = try #require(try Unused().elaborate().simplified().verilog().last?.text)
    #expect(text.contains("  wire unused_2 = &{1'b0, a[0], a[3:2]};"), "\(text)")
  }
}
