import ArgumentParser

struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence", abstract: "Make the figures of published accelerators anew, beside the published ones.",
    subcommands: [EvidenceAccelTranCommand.self])
}
