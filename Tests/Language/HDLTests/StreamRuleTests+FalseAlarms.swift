import HDL
import Netlist
import Testing

/// What keeps the rule is taken, whatever carries its handshakes; and what breaks it is told once at every depth.
extension StreamRuleTests {
  static let vectors: [Between] = [
    Between("a wire of both") { io, m in
      let both = m.wire("both", Bits.self, width: 2)
      both.driver[0] <== io.i.valid
      both.driver[1] <== io.o.ready
      io.o.valid <== both[0]
      io.i.ready <== both[1]
      io.o.payload <== io.i.payload
      io.p <== io.j
    },
    Between("a name for both") { io, m in
      let both = concatenate(io.o.ready, io.i.payload, io.i.valid).named("both")
      io.o.valid <== both[0]
      io.o.payload <== both[1...8].asUnsigned
      io.i.ready <== both[9]
      io.p <== io.j
    },
    Between("through logic") { io, m in
      let enabled = concatenate(io.j.valid, io.j.valid)
      let both = mux(io.j.valid, ~(concatenate(io.o.ready, io.i.valid) & enabled), enabled).named("both")
      io.o.valid <== both[0]
      io.i.ready <== both[1]
      io.o.payload <== io.i.payload
      io.p.valid <== 0
      io.p.payload <== 0
      io.j.ready <== 0
    },
    Between("in conditions") { io, m in
      let both = m.wire("both", Bits.self, width: 2, default: 0)
      m.when(io.j.valid) {
        both.driver[0] <== io.i.valid
        both.driver[1] <== io.o.ready
      }
      io.o.valid <== both[0]
      io.i.ready <== both[1]
      io.o.payload <== io.i.payload
      io.p.valid <== 0
      io.p.payload <== 0
      io.j.ready <== 0
    },
    Between("above a carry") { io, m in
      let both = (concatenate(io.o.ready, io.i.valid).asUnsigned.extended(to: 4) &+ 1).named("both")
      io.o.valid <== both[0]
      io.i.ready <== both[1]
      io.o.payload <== io.i.payload
      io.p <== io.j
    },
  ]

  @Test(arguments: vectors) func `A vector of handshakes is no wait`(design: Between) {
    let probe = Between(design.name.replacing(" ", with: "_"), line: design.line, design.body)
    #expect(diagnosis(probe) == "no mistake")
  }

  static let waitingVectors: [Between] = [
    Between("a bit of both") { io, m in
      let both = m.wire("both", Bits.self, width: 2)
      both.driver[0] <== (io.i.valid & io.o.ready)
      both.driver[1] <== io.o.ready
      io.o.valid <== both[0]
      io.i.ready <== both[1]
      io.o.payload <== io.i.payload
      io.p <== io.j
    },
    Between("all bits") { io, m in
      io.o.valid <== concatenate(io.o.ready, io.i.valid).named("both").all
      io.i.ready <== io.o.ready
      io.o.payload <== io.i.payload
      io.p <== io.j
    },
    Between("below a carry") { io, m in
      io.o.valid <== (concatenate(io.i.valid, io.o.ready).asUnsigned &+ 1)[1]
      io.i.ready <== io.o.ready
      io.o.payload <== io.i.payload
      io.p <== io.j
    },
    Between("a sign") { io, m in
      io.o.valid <== concatenate(io.o.ready, io.i.valid).asSigned.extended(to: 8)[7]
      io.i.ready <== io.o.ready
      io.o.payload <== io.i.payload
      io.p <== io.j
    },
    Between("a bit that ready names") { io, m in
      io.o.valid <== concatenate(io.i.valid, io.j.valid)[io.o.ready.asUnsigned]
      io.i.ready <== io.o.ready
      io.o.payload <== io.i.payload
      io.p <== io.j
    },
    Between("a word that ready names") { io, m in
      io.o.valid <== m.rom("rom", Bits.self, width: 2, contents: [1, 2]).readAsync(at: io.o.ready.asUnsigned)[0]
      io.i.ready <== io.o.ready
      io.o.payload <== io.i.payload
      io.p <== io.j
    },
  ]

  @Test(arguments: waitingVectors) func `A bit that waits is found in its vector`(design: Between) {
    let text = diagnosis(Between(design.name.replacing(" ", with: "_"), line: design.line, design.body))
    #expect(text.contains("'o_valid' follows 'o_ready' within the cycle"), "\(text)")
    #expect(text.hasSuffix("\n1 error"), "\(text)")
  }

  /// A module around another one with the same streams.
  struct Layer<Inside: Generator>: Generator where Inside.Ports == Pass.Ports {
    let inside: Inside
    var ports: Pass.Ports { Pass().ports }
    func build(_ io: Interior<Pass.Ports>, in m: Module) {
      let instance = m.instance(inside, "inner")
      instance.i.valid <== io.i.valid
      instance.i.payload <== io.i.payload
      io.i.ready <== instance.i.ready
      io.o <== instance.o
    }
  }

  struct StreamBox: BlackBox {
    var ports: Pass.Ports { Pass().ports }
    var moduleName: String { "stream_box" }
  }

  struct Waiting: Generator {
    var ports: Pass.Ports { Pass().ports }
    func build(_ io: Interior<Pass.Ports>, in m: Module) {
      io.o.valid <== io.i.take(when: io.o.ready)
      io.o.payload <== io.i.payload
    }
  }

  @Test func `A black box keeps the rule within modules`() {
    #expect(diagnosis(Layer(inside: StreamBox())) == "no mistake")
    #expect(diagnosis(Layer(inside: Layer(inside: StreamBox()))) == "no mistake")
    #expect(diagnosis(Layer(inside: Layer(inside: Layer(inside: StreamBox())))) == "no mistake")
  }

  @Test func `One module that waits is told of once at every depth`() {
    for text in [
      diagnosis(Layer(inside: Waiting())), diagnosis(Layer(inside: Layer(inside: Waiting()))),
      diagnosis(Layer(inside: Layer(inside: Layer(inside: Waiting())))),
    ] {
      #expect(text.contains("'o_valid' follows 'o_ready' within the cycle"), "\(text)")
      #expect(text.contains("\n  in module Waiting\n"), "\(text)")
      #expect(text.hasSuffix("\n1 error"), "\(text)")
    }
  }
}
