import CModel
import Foundation
import Netlist

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What registers, memories and undriven bits hold when a model starts.
public enum InitialState: Hashable, Sendable {
  /// Zero.
  case zero
  /// Random bits from a seed: equal seeds give equal bits for the same compiled model. Another profile or Verilator
  /// version gives other bits.
  case random(seed: UInt64)
}

/// A compiled model in this process, from which running models are made.
///
/// It is never unloaded: the C++ run time would keep parts of it, and a rebuilt library under the same name would
/// silently run the old design. The name of the file therefore holds the key, too.
public struct ModelLibrary: Sendable {
  /// The file.
  public let path: String
  /// How it was built.
  public let record: BuildRecord
  /// Name, ports and clocks of its module.
  public let interface: ModuleInterface
  private let table: Table

  /// The table of C functions, which lasts as long as the process.
  private struct Table: @unchecked Sendable {
    let pointer: UnsafePointer<systole_model>
  }

  init(path: String, record: BuildRecord, interface: ModuleInterface) throws(VerilatorFailure) {
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | Int32(RTLD_NODELETE)) else {
      throw .unloadable(path: path, reason: String(cString: dlerror()))
    }
    guard let symbol = dlsym(handle, "systole_model_table") else {
      throw .unloadable(path: path, reason: "it has no function 'systole_model_table'")
    }
    typealias Accessor = @convention(c) () -> UnsafePointer<systole_model>?
    guard let table = unsafeBitCast(symbol, to: Accessor.self)() else {
      throw .unloadable(path: path, reason: "it has no table of functions")
    }
    let pins = interface.ports.count + interface.clocks.count
    guard Int(table.pointee.version) == systole_model_version, table.pointee.pin_count == pins else {
      throw .unloadable(
        path: path,
        reason: "it is of version \(table.pointee.version) with \(table.pointee.pin_count) pins; version"
          + " \(systole_model_version) with \(pins) pins is needed")
    }
    self.path = path
    self.record = record
    self.interface = interface
    self.table = Table(pointer: table)
  }

  /// A new running model, independent of all others. It starts with all inputs zero and all resets inactive.
  public func model(initialState: InitialState = .random(seed: 0)) throws(VerilatorFailure) -> VerilatedModel {
    try VerilatedModel(library: self, functions: table.pointer.pointee, initialState: initialState)
  }
}
