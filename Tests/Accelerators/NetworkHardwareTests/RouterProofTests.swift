import Formal
import HDL
import NetworkHardware
import TestFiles
import Testing

/// What a router promises at its links, proved for a small one: for all inputs and all times.
@Suite struct RouterProofTests {
  /// Two ports, two virtual channels.
  static func router(depth: Int, switchDelay: Int, layers: Int = 1) -> VirtualChannelRouter {
    VirtualChannelRouter(
      ports: 2,
      sizes: RouterSizes {
        ($0.channels, $0.layers, $0.depth) = (2, layers, depth)
        ($0.width, $0.switchDelay) = (2, switchDelay)
      })
  }

  static func prover(_ router: VirtualChannelRouter) throws -> Prover {
    var prover = try Prover(
      router.elaborate().simplified(), assumptions: [router.neighbours.circuit(for: router)])
    prover.limits = .init(inductionSteps: 1, cycles: 12, seconds: 240)
    return prover
  }

  static func assertions(_ router: VirtualChannelRouter) throws -> [Property] {
    try router.promises.flatMap { Property.all(of: try $0.circuit(for: router)) }
  }

  @Test func `A credit is given once for each flit`() throws {
    let router = Self.router(depth: 1, switchDelay: 0)
    let prover = try Self.prover(router)
    #expect(try !prover.isVacuous(cycles: 6))
    let property = try #require(try Self.assertions(router).first { $0.name == "credits-in" })
    let outcome = try prover.prove(property).outcome
    guard case .proved = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func `A router with a place too few behind the link is refuted`() throws {
    // The hardware believes in two places, the checker knows of one.
    let router = Self.router(depth: 2, switchDelay: 0)
    let property = try #require(
      try Self.assertions(Self.router(depth: 1, switchDelay: 0)).first { $0.name == "credits-out" })
    var prover = try Self.prover(router)
    // The counterexample is found by looking at more and more cycles.
    prover.limits = .init(inductionSteps: 12, cycles: 12, seconds: 60)
    let outcome = try prover.prove(property).outcome
    guard case .refuted = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test(.enabled(if: Tier.isFull), arguments: [(1, 0, 1), (1, 1, 2)])
  func `All that a router promises is proved, and queues behind it are filled`(
    depth: Int, switchDelay: Int, layers: Int
  ) throws {
    let router = Self.router(depth: depth, switchDelay: switchDelay, layers: layers)
    let prover = try Self.prover(router)
    for property in try Self.assertions(router) + [.assertionsOfDesign] {
      let outcome = try prover.prove(property).outcome
      print(depth, switchDelay, layers, property.name, outcome)
      switch outcome {
      case .proved, .reached: break
      default: Issue.record("\(property.name): \(outcome)")
      }
    }
  }
}
