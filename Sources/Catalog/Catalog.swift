import Netlist

/// Every block of the project, by name.
public enum Catalog {
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
        counter, lfsr, populationCounter, leadingZeroCounter, barrelShifter, prefixSum, adderTree, sortingNetwork,
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
      [functionUnit, magnitudePruner, unnormalizedSoftmax, floatingSoftmax, floatingNormalization]
    ),
    ("Matrix products", [requantizer, weightStationaryArray, outputStationaryArray, matrixMultiply]),
  ]

  /// All entries, simplest first.
  public static let entries: [any CatalogEntry] = families.flatMap(\.entries)

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
