import Catalog

extension Catalog {
  /// All entries by family, simplest first.
  public static let families: [(name: String, entries: [any CatalogEntry])] = [
    (
      "Streams",
      [
        streamFIFO, pipeStage, skidBuffer, creditLink, creditSender, creditReceiver, streamFork, streamJoin,
        streamFilter,
        streamUpsizer, streamDownsizer, streamArbiter, arbiter,
      ]
    ),
    (
      "Integer arithmetic",
      [
        counter, saturatingPair, lfsr, populationCounter, leadingZeroCounter, barrelShifter, prefixSum, adderTree,
        sortingNetwork,
        divider,
        squareRoot,
      ]
    ),
    ("Memories", [singlePortMemory, simpleDualPortMemory, trueDualPortMemory]),
    (
      "Clock domain crossings",
      [
        bitSynchronizer, resetSynchronizer, pulseSynchronizer, busSynchronizer, asynchronousFIFO, independentResetFIFO,
      ]
    ),
    (
      "Registers and AXI",
      [
        registerBank, axiLiteManager, axiLiteSubordinate, axiLiteRegisterBank, axiLiteSystem, axiStreamReceiver,
        axiStreamSender, axiStreamLink, burstReader, burstWriter, axiBurstMaster,
      ]
    ),
    (
      "Floating point arithmetic",
      [
        floatingComparator, floatingMultiplier, floatingAdder, floatingMultiplyAdd, floatingDotProduct,
        floatingAccumulator, floatingConverter, fixedToFloating, floatingToFixed,
      ]
    ),
    (
      "Transformer functions",
      [
        functionUnit, vectorActivation, unnormalizedSoftmax, floatingSoftmax, logSumExpSoftmax, onlineSoftmax,
        floatingNormalization, rotaryRotator,
      ]
    ),
    (
      "Sparsity and layout",
      [
        magnitudePruner, thresholdInterpolator, sparsityController, topKSelector, zeroFreeEncoder, zeroFreeDecoder,
        pairPacker, tileTransposer,
      ]
    ),
    (
      "Matrix products", [requantizer, stochasticRounder, weightStationaryArray, outputStationaryArray, matrixMultiply]
    ),
  ]

  /// All entries, simplest first.
  public static let entries: [any CatalogEntry] = families.flatMap(\.entries)

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
