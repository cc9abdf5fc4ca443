/// The bytes that the buses of a machine read and write, as a host lays them out.
public final class HostMemory {
  /// All of them.
  public let bytes: UnsafeMutableRawBufferPointer

  /// A memory with these bytes.
  public init(_ contents: [UInt8]) {
    bytes = .allocate(byteCount: max(1, contents.count), alignment: 64)
    bytes.copyBytes(from: contents)
    count = contents.count
  }

  /// How many bytes there are.
  public let count: Int

  deinit { bytes.deallocate() }
}
