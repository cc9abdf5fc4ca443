import HDL
import Netlist
import Testbench
import Verilog

/// One attempt to make the project crash: a program, a parameter or a file that it must refuse with words, or take.
package struct InvalidCase: Sendable {
  /// What is attempted.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A valid random program in which a few things were made wrong.
    case program
    /// Calls of the language that no design has.
    case misuse
    /// Hostile values for the parameters of a catalog entry.
    case parameters
    /// A damaged JSON, safetensors, configuration or vocabulary file.
    case file
  }

  /// How it ended; it may not end otherwise.
  package enum Outcome: Hashable, Sendable {
    /// Nothing was wrong after all.
    case accepted
    /// Refused, with these words.
    case refused(String)
    /// Refused in a way that tells the user nothing.
    case wordless(String)
  }

  /// What is attempted.
  package let kind: Kind
  /// The seed of the run.
  package let seed: Seed
  /// The number of the case; it decides the kind.
  package let index: Int

  /// The case `index` of a run.
  package init(seed: Seed, index: Int) {
    self.seed = seed
    self.index = index
    // Programs and misuse have the most ways to go wrong.
    kind = [.program, .misuse, .file, .program, .misuse, .parameters][index % 6]
  }

  private var caseSeed: Seed { seed.derived("invalid", index: index) }

  /// Tries it in this process.
  package func run() -> Outcome {
    var random = caseSeed.generator("case")
    do {
      switch kind {
      case .program:
        let program = ProgramMaker.program(seed: caseSeed).corrupted(&random)
        _ = try ProgramCircuit(program).elaborate(reset: ResetStyle()).simplified().verilog()
      case .misuse: _ = try MisuseCircuit(seed: caseSeed).elaborate(reset: ResetStyle()).simplified().verilog()
      case .parameters: try HostileParameters.run(&random)
      case .file: try HostileFile.run(&random)
      }
      return .accepted
    } catch let error as DiagnosticList {
      let isSilent = error.diagnostics.isEmpty || error.diagnostics.contains { $0.message.isEmpty }
      return isSilent ? .wordless("\(error)") : .refused("\(error)")
    } catch {
      let words = "\(error)"
      return words.count < 8 || words.contains("Error(") ? .wordless(words) : .refused(words)
    }
  }
}
