import TATAA
import Testing

@testable import Sizing

/// FIFOs of machines, sized by a small random model.
@Suite struct MachineSizingTests {
  @Test func `TATAA's FIFO between strips and store is as small as its cycles allow`() throws {
    var configuration = Configuration.tiny
    configuration.fifoDepth = 2
    var sizing = MachineSizing(.tataa(configuration))
    sizing.tokens = 1
    sizing.tolerance = 2
    let report = try sizing.report()
    let proposed = report.parameters[0]
    #expect(report.parameters.map(\.name) == ["fifoDepth"])
    #expect(report.queues.filter { $0.parameter == "fifoDepth" }.map(\.queue) == ["core_0_core.store.queue"])
    #expect(Double(report.provenCycles) <= 1.02 * Double(report.ampleCycles))
    // Every smaller depth that ran was slower than is allowed.
    for trial in report.trials where trial.depths["fifoDepth"] ?? 0 < proposed.proposed {
      #expect(Double(trial.cycles ?? .max) > 1.02 * Double(report.ampleCycles))
    }
    #expect(proposed.proposed == 1 || proposed.below?.cycles != nil)
  }
}
