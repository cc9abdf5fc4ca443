import Components
import Formal
import HDL
import Netlist
import Simulator

// What the page on checkers shows.

struct Throttle: DefaultConfigurable {
  var most = 3

  struct Ports {
    let input: StreamInput<UInt>
    let output: StreamOutput<UInt>
    let done: Input<Bit>
  }
  var ports: Ports { Ports(input: .init(8), output: .init(8), done: .init()) }

  func build(_ io: Interior<Ports>, in m: Module) {
    let open = m.register("open_items", UInt.self, width: 4, reset: 0)
    let isFree = open .!= UInt(most)
    io.output.valid <== (io.input.valid & isFree)
    io.output.payload <== io.input.payload
    io.input.ready <== (io.output.ready & isFree)
    let passes = io.input.valid & io.output.ready & isFree
    m.when(passes & !io.done) { open.next <== open &+ 1 }
      .otherwise(when: io.done & !passes) { open.next <== open &- 1 }
  }
}

extension Throttle {
  var checkers: [Checker<Throttle>] {
    [
      Checker("ends-are-due", "An item ends that has passed.") { io, m in
        let open = m.balance("items", up: io.output.transfers, down: io.done)
        m.assume(!io.done | (open .!= 0), "has_passed", "an item ends that has not passed")
      },
      Checker("limit", "No more than \(most) items have passed and not ended.") { io, m in
        let open = m.balance("items", up: io.output.transfers, down: io.done)
        m.assert(open .<= UInt(most), "keeps_the_limit", "too many items have passed")
        m.cover(open .== UInt(most), "is_full")
      },
      Checker("order", "Items leave once, in order, whole.") { io, m in
        m.checkOrder(from: io.input, to: io.output, capacity: 0, isThrough: true)
      },
    ]
  }
}

/// The model of a throttle with its checkers, and what a proof says of them.
func checkThrottle() throws -> (model: NativeModel, outcomes: [ProofOutcome]) {
  let throttle = Throttle()
  let design = try throttle.elaborate().simplified()
  let checkers = try throttle.checkers.map { try $0.circuit(for: throttle) }
  let model = try NativeModel(try design.checked(by: checkers))
  let prover = try Prover(design, assumptions: checkers)
  for property in checkers.flatMap({ Property.all(of: $0) }) {
    print(property.name, try prover.prove(property).outcome)
  }
  return (model, try checkers.flatMap { Property.all(of: $0) }.map { try prover.prove($0).outcome })
}
