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

  /// The number of 32 bits at an address, a multiple of 4; little endian.
  subscript(code address: Int) -> Int32 {
    Int32(littleEndian: bytes.load(fromByteOffset: address, as: Int32.self))
  }

  deinit { bytes.deallocate() }
}
