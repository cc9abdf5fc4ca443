import HDL
import Netlist
import Testing
import Verilog

private enum Kind: HardwareEnum { case data, control, idle }

/// What a pipeline carries beside its data.
private struct Sideband: SignalBundle {
  let isFirst, isLast: Bit
  let code: UInt

  static func shape(_ width: Int) -> Sideband { Sideband(isFirst: .shape, isLast: .shape, code: .shape(width)) }
}

private struct Everything: SignalBundle {
  /// No value in hardware.
  let title: String
  let kind: Enum<Kind>
  let lanes: [SInt]
  let pass: Sideband
  let passes: [Sideband]
  let tag: Bits?
  let none: Bits?

  static var shape: Everything {
    Everything(
      title: "everything", kind: .shape, lanes: [.shape(4), .shape(4)], pass: .shape(3), passes: [.shape(2)],
      tag: .shape(5), none: nil)
  }
}

@Suite struct BundleTests {
  private struct Holding: DefaultConfigurable {
    struct Ports { let input: StreamInput<Sideband>, hold: Input<Bit>, output: Output<Sideband> }
    var ports: Ports { Ports(input: .init(.shape(8)), hold: .init(), output: .init(.shape(8))) }

    func build(_ io: Interior<Ports>, in m: Module) {
      let takes = io.input.take(when: !io.hold)
      let held = m.register("held", io.input.payload, when: takes, reset: Sideband(isFirst: 1, isLast: 0, code: 7))
      io.output <== mux(io.hold, Sideband(isFirst: 0, isLast: 1, code: 3), held)
    }
  }

  @Test func `A register and a mux of a bundle are those of its fields`() throws {
    let text = try LanguageTests.body(Holding())
    #expect(
      text.contains(
        """
              held_is_first <= 1'b1;
              held_is_last <= 1'b0;
              held_code <= 8'd7;
        """), "\(text)")
    #expect(
      text.contains(
        """
              held_is_first <= input_is_first;
              held_is_last <= input_is_last;
              held_code <= input_code;
        """), "\(text)")
    #expect(text.contains("assign output_code = hold ? 8'd3 : held_code;"), "\(text)")
  }

  private struct Assigned: DefaultConfigurable {
    struct Ports { let input: Input<Sideband>, start, step: Input<Bit>, output, next: Output<Sideband> }
    var ports: Ports {
      Ports(input: .init(.shape(4)), start: .init(), step: .init(), output: .init(.shape(4)), next: .init(.shape(4)))
    }

    func build(_ io: Interior<Ports>, in m: Module) {
      let held = m.register("held", of: .shape(4), reset: Sideband(isFirst: 0, isLast: 0, code: 0))
      let next = m.wire("upcoming", of: Sideband.shape(4), default: held)
      m.when(io.start) { next.driver <== io.input }
        .otherwise(when: io.step) { next.driver.code <== held.code &+ 1 }
      held.next <== next
      io.output <== held
      io.next <== next
    }
  }

  @Test func `A register or a wire of a bundle is assigned whole or field by field`() throws {
    let text = try LanguageTests.body(Assigned())
    #expect(text.contains("held_is_first <= "), "\(text)")
    #expect(text.contains("held_code <= 4'd0;"), "\(text)")
    let names = try Assigned().elaborate().top.registers.count
    #expect(names == 3)
  }

  private struct Words: DefaultConfigurable {
    struct Ports { let input: Input<Sideband>, address: Input<UInt>, write: Input<Bit>, output: Output<Sideband> }
    var ports: Ports {
      Ports(input: .init(.shape(6)), address: .init(3), write: .init(), output: .init(.shape(6)))
    }

    func build(_ io: Interior<Ports>, in m: Module) {
      let words = m.memory("words", of: io.input, depth: 8)
      words.write(io.input, at: io.address, when: io.write)
      words.write(Sideband(isFirst: io.write, isLast: 1, code: 9), at: 3, when: !io.write)
      io.output <== words.read(at: io.address)
    }
  }

  @Test func `A memory of bundles has packed words`() throws {
    let text = try LanguageTests.body(Words())
    #expect(text.contains("reg [7:0] words [0:7];"), "\(text)")
    #expect(text.contains("{input_code, input_is_last, input_is_first}"), "\(text)")
    #expect(text.contains("assign output_is_last = words_data[1];"), "\(text)")
    #expect(text.contains("assign output_code = words_data[7:2];"), "\(text)")
  }

  private struct All: DefaultConfigurable {
    struct Ports { let input: Input<Everything>, index: Input<UInt>, output, later: Output<Everything> }
    var ports: Ports {
      let shape = Everything.shape
      return Ports(input: .init(shape), index: .init(2), output: .init(shape), later: .init(shape))
    }

    func build(_ io: Interior<Ports>, in m: Module) {
      let input = io.input
      let later = m.register("later", input)
      let packed = later.packed.named("packed_later")
      io.later <== m.scope("again") { packed.unpacked(as: input) }
      let chosen = select(io.index, [input, later, packed.unpacked(as: Everything.shape)])
      io.output.kind <== chosen.kind
      io.output.lanes <== chosen.lanes
      io.output.pass <== chosen.pass
      io.output.passes[0].isFirst <== chosen.passes[0].isFirst
      io.output.passes[0].isLast <== chosen.passes[0].isLast
      io.output.passes[0].code <== chosen.passes[0].code
      io.output.tag <== chosen.tag
    }
  }

  @Test func `Fields may be enums, vectors, optional and bundles, and keep their names`() throws {
    let circuit = try All().elaborate()
    #expect(
      circuit.top.registers.map { circuit.top.signals[Int($0.signal)].name } == [
        "later_kind_q", "later_lanes_0_q", "later_lanes_1_q", "later_pass_is_first_q", "later_pass_is_last_q",
        "later_pass_code_q", "later_passes_0_is_first_q", "later_passes_0_is_last_q", "later_passes_0_code_q",
        "later_tag_q",
      ])
    let text = try LanguageTests.body(All())
    #expect(text.contains("reg signed [3:0] later_lanes_0_q;"), "\(text)")
    // The cases of the enum have names in waves.
    let kind = try #require(circuit.top.signals.first { $0.name == "later_kind_q" })
    #expect(kind.enumeration >= 0)
    #expect(Everything.shape.packedWidth == 2 + 4 + 4 + 5 + 4 + 5)
  }

  @Test func `What is no value in hardware stays with a bundle`() throws {
    struct Named: Generator {
      struct Ports { let input: Input<Everything>, y: Output<Bit> }
      var ports: Ports { Ports(input: .init(.shape), y: .init()) }
      func build(_ io: Interior<Ports>, in m: Module) {
        let later = m.register("later", io.input)
        io.y <== m.register(later.title, later.pass.isLast)
      }
    }
    let top = try Named().elaborate().top
    #expect(top.signals.contains { $0.name == "everything" })
  }

  @Test func `A shape of an impossible width is refused where it is declared`() {
    struct Wide: Generator {
      var width: Int
      struct Ports { let input: Input<Sideband>, y: Output<Bit> }
      var ports: Ports { Ports(input: .init(.shape(width)), y: .init()) }
      func build(_ io: Interior<Ports>, in m: Module) { io.y <== m.register("held", io.input).isLast }
    }
    for width in [0, -1, 1 << 40, .max] {
      let text = diagnosis(Wide(width: width))
      #expect(text.contains("error: port 'input.code' has \(width) bits [SYS0004]"), "\(text)")
      #expect(text.hasSuffix("\n1 error"), "\(text)")
    }
  }

  private struct Loose: SignalBundle {
    let a: any Signal
    let b: Bit
  }

  @Test func `A field of an unknown type is refused`() {
    struct Unknown: Generator {
      struct Ports { let y: Output<Bit>, x: Input<Bit> }
      var ports: Ports { Ports(y: .init(), x: .init()) }
      func build(_ io: Interior<Ports>, in m: Module) {
        io.y <== m.register("loose", Loose(a: io.x, b: io.x)).b
      }
    }
    let text = diagnosis(Unknown())
    #expect(text.contains("error: Loose is no struct of values whose types are known [SYS0037]"), "\(text)")
  }
}
