import Components
import HDL
import Netlist
import NumberFormats

// What the language guide shows of values, parts of signals and states, in surroundings that the compiler takes.

struct GuideValues: Generator {
  var depth = 4

  struct Ports {
    let a, b: Input<UInt>
    let s: Input<SInt>
    let y: Output<UInt>
    let p, q: Output<Bit>
    let addressOut, levelOut: Output<UInt>
  }
  var ports: Ports {
    Ports(
      a: .init(8), b: .init(8), s: .init(8), y: .init(9), p: .init(), q: .init(), addressOut: .init(2),
      levelOut: .init(3))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let average = (io.a + io.b) >> 1
    let isNegative = -io.s .< 0
    let isOdd = io.a.parity ^ (io.a.any & !io.a.all)
    io.y <== average
    io.p <== isNegative
    io.q <== isOdd
    let address = m.register("address", UInt.self, width: bits(for: depth - 1), reset: 0)
    let level = m.register("level", UInt.self, width: bits(for: depth), reset: 0)
    io.addressOut <== address
    io.levelOut <== level
  }
}

struct GuideParts: Generator {
  struct Ports {
    let low, high: Input<UInt>
    let flag: Input<Bit>
    let word: Output<Bits>
  }
  var ports: Ports { Ports(low: .init(8), high: .init(8), flag: .init(), word: .init(16)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    io.word[0..<8] <== io.low.asBits
    io.word[8...14] <== io.high[1...7]
    io.word[15] <== io.flag
  }
}

struct GuideStages: Generator {
  var isBuffered = true

  enum Stage: HardwareEnum { case idle, fill, run }
  struct Ports {
    let start, isFull, isDone: Input<Bit>
    let isRunning: Output<Bit>
  }
  var ports: Ports { Ports(start: .init(), isFull: .init(), isDone: .init(), isRunning: .init()) }
  func build(_ io: Interior<Ports>, in m: Module) {
    let machine = m.stateMachine(
      "stage", of: Stage.self, states: isBuffered ? [.idle, .fill, .run] : [.idle, .run], reset: .idle
    ) { stage in
      stage.when(.idle) { m.when(io.start) { stage.go(isBuffered ? .fill : .run) } }
      if isBuffered { stage.when(.fill) { m.when(io.isFull) { stage.go(.run) } } }
      stage.when(.run) { m.when(io.isDone) { stage.go(.idle) } }
    }
    io.isRunning <== machine.isIn(.run)
  }
}

struct GuideTaps: Generator {
  var count = 3

  struct Ports { let x: Input<SInt>, y: Output<SInt> }
  var ports: Ports { Ports(x: .init(8), y: .init(10)) }
  func build(_ io: Interior<Ports>, in m: Module) {
    func taps(
      _ count: Int, of value: SInt, in m: Module, file: StaticString = #fileID, line: Int = #line
    ) -> [SInt] {
      guard m.require((1...64).contains(count), "\(count) taps", fix: "use 1 to 64", file: file, line: line) else {
        return []
      }
      return (1...count).map { m.delayed("tap_\($0)", value, by: $0) }
    }
    io.y <== sum(taps(count, of: io.x, in: m)).saturated(to: 10)
  }
}

struct GuideNumbers: Generator {
  let format, result: FixedPointFormat

  struct Ports {
    let sample, weight: Input<FixedPoint>
    let product: Output<FixedPoint>
  }
  var ports: Ports {
    Ports(sample: .init(shape: format), weight: .init(shape: format), product: .init(shape: result))
  }
  func build(_ io: Interior<Ports>, in m: Module) {
    let exact = io.sample * io.weight + io.sample
    io.product <== exact.converted(to: result)
  }
}

func polynomial<N: Number>(_ x: N, _ coefficients: [N]) -> N {
  coefficients.dropLast().reversed().reduce(coefficients.last ?? x) { $0 * x + $1 }
}

func polynomialInSoftware() -> Double {
  let exact = polynomial(RealValue(0.5), [RealValue(1), RealValue(2), RealValue(4)])  // 3
  return exact.doubleValue
}
