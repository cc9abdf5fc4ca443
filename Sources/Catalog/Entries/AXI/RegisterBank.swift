import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// Registers behind a stream of accesses.
  public static let registerBank = Entry<RegisterBank, CountWorkload>(
    "register-bank", "Registers that software reads and writes, behind a stream of accesses.",
    configurations: [("wide", RegisterBank { $0.dataWidth = 64 })],
    workload: CountWorkload(count: 4000), workloadParameters: CountWorkload.parameters("Accesses"),
    expectedCycles: { _, work in 4 * work.count }
  ) { request -> any Bench in
    if request.checksTiming {
      return try request.accessPins(request.generator, answers: .init(capacity: 1, returnDelay: 0), delay: 0)
    }
    return try request.accessBench(request.generator)
  }
  .checked(
    proving: RegisterBank {
      $0.map = RegisterMap([
        RegisterDescription("a", width: 2, .readWrite(reset: 1), "A."),
        RegisterDescription("b", width: 2, .readOnly, "B."),
      ])
      $0.addressWidth = 4
    }
  ) { bank in
    [
      Checker(
        "error",
        "An access is answered with an error just when there is no register, or a byte of one that cannot be written is."
      ) { io, m in
        let access = io.access.payload
        let (registers, lanes) = (bank.map.registers, bank.dataWidth / 32)
        let word = access.address.asBits[clog2(4 * lanes)..<bank.addressWidth].asUnsigned
        let words = (registers.count + lanes - 1) / lanes
        let closed = (0..<words * lanes).filter { $0 >= registers.count || registers[$0].access == .readOnly }
        let breaks = closed.map { number in
          let strobe = access.strobe[4 * (number % lanes)..<4 * (number % lanes) + 4]
          return access.isWrite & strobe.any & (word .== UInt(number / lanes))
        }
        let beyond = words < 1 << word.width ? [word .>= UInt(words)] : []
        let expected = m.register("expected", anyOf(breaks + beyond + [false]), when: io.access.transfers)
        m.assert(
          !io.response.valid | (io.response.payload.isError .== expected), "is_error_when_due",
          "an access is answered with an error that is none, or without one")
      }
    ]
  }
  .covering(coverRegisterBank)

  private static let coverRegisterBank: Entry<RegisterBank, CountWorkload>.AddCoverage = {
    bank, model throws(CoverageError) in
    try addAccess("access", &model)
    try addRegisters(bank, &model)
  }
}
