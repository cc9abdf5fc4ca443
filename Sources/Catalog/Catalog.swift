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

extension CatalogBlock {
  /// Checks that a foreign module has every port of this block with its direction and width; more inputs it must not
  /// have, since nothing would drive them.
  public func checkPorts(of foreign: ModuleInterface, against own: ModuleInterface) throws(CatalogError) {
    var differences: [String] = []
    for port in own.ports {
      guard let other = foreign.ports.first(where: { $0.name == port.name }) else {
        differences.append("\(port.direction.rawValue) '\(port.name)' of \(bits(port.width)) is missing")
        continue
      }
      if other.direction != port.direction {
        differences.append("'\(port.name)' is an \(other.direction.rawValue), not an \(port.direction.rawValue)")
      } else if other.width != port.width {
        differences.append("'\(port.name)' has \(bits(other.width)), not \(port.width)")
      }
    }
    for port in foreign.ports where port.direction == .input && !own.ports.contains(where: { $0.name == port.name }) {
      differences.append("input '\(port.name)' of \(bits(port.width)) is not driven by the bench")
    }
    if foreign.clocks.isEmpty, !own.clocks.isEmpty { differences.append("it has no clock") }
    if !differences.isEmpty { throw .portsDiffer(module: foreign.name, block: name, differences: differences) }
  }
}

private func bits(_ width: Int) -> String { width == 1 ? "1 bit" : "\(width) bits" }
