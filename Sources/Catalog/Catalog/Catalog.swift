import Netlist

/// Every block of the project, by name.
public enum Catalog {
  /// All entries, simplest first.
  public static let entries: [any CatalogEntry] = [
    streamFIFO, pipeStage, skidBuffer, creditLink, creditSender, creditReceiver, streamFork, streamJoin, streamFilter,
    streamUpsizer, streamDownsizer, streamArbiter, arbiter, counter, lfsr, populationCounter, leadingZeroCounter,
    barrelShifter, prefixSum, adderTree, sortingNetwork, divider, squareRoot, singlePortMemory, simpleDualPortMemory,
    trueDualPortMemory, bitSynchronizer, resetSynchronizer, pulseSynchronizer, busSynchronizer, asynchronousFIFO,
    independentResetFIFO,
    registerBank, axiLiteManager, axiLiteSubordinate, axiLiteRegisterBank, axiLiteSystem, axiStreamReceiver,
    axiStreamSender, axiStreamLink, burstReader, burstWriter, axiBurstMaster, requantizer, weightStationaryArray,
    outputStationaryArray, matrixMultiply,
  ]

  /// The licence of the blocks, as SPDX writes it.
  public static let license = "Apache-2.0"

  /// Runs of a block's standing bench, each with its own stimuli: what passes them passes, and the mutation scores say how
  /// much that means.
  public static let standingRuns = 8

  /// The entry called `name`.
  public static func entry(_ name: String) throws(CatalogError) -> any CatalogEntry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .unknownBlock(name, known: entries.map(\.name))
    }
    return entry
  }
}
