import Catalog

extension Catalog {
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

  /// Names of the types of generators that have an entry.
  public static let generators = Set(entries.map(\.generator))

  /// The entry called `name`.
  public static func entry(_ name: String) throws(CatalogError) -> any CatalogEntry {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw .unknownBlock(name, known: entries.map(\.name))
    }
    return entry
  }
}
