import Engine
import HDL
import Testing

@testable import Simulator

@Suite struct SimulationTests {
  @Test func `Ports are driven and read by their names`() throws {
    let sim = try Simulation(SystolicArray(size: 2))
    try sim.reset()
    sim.load = 1
    // The weights of the last row enter first: [[1, 2], [3, -4]].
    (sim.weights[0], sim.weights[1]) = (3, -4)
    try sim.step()
    (sim.weights[0], sim.weights[1]) = (1, 2)
    try sim.step()
    sim.load = 0
    sim.rows[0] = -3
    try sim.step()
    sim.rows[0] = 0
    sim.rows[1] = 100
    try sim.step()
    #expect(sim.sums[0] == -3 * 1 + 100 * 3)
    sim.rows[1] = 0
    try sim.step()
    #expect(Array(sim.sums) == [0, -3 * 2 + 100 * -4])
    #expect(sim.rows[1] == 0)
    #expect(sim.sums.count == 2)
  }

  @Test func `Streams are driven by their parts`() throws {
    let sim = try Simulation(Doubler())
    try sim.reset()
    sim.items.valid = 1
    sim.items.payload = -128
    try sim.settle()
    #expect(sim.results.valid == 1)
    #expect(sim.results.payload == -256)
    #expect(sim.items.ready == 0)
    sim.results.ready = 1
    try sim.step(3)
    #expect(sim.items.ready == 1)
    #expect(sim.count == 3)
  }
}
