import Foundation

/// A safetensors file: named tensors in one memory-mapped file.
///
/// The file is 8 bytes of header length N (little-endian), N bytes of JSON, then the data. Everything about the header is
/// checked when the file is opened, so that a value of this type only holds tensors whose bytes exist: see
/// ``SafetensorsError/Reason`` for what is refused. Tensor data need not be aligned; it is read byte-wise.
/// Another process must not shorten the file while it is mapped.
///
/// Format: Hugging Face, safetensors, "Format" (version of 2024).
public struct Safetensors: Sendable {
  /// The texts under `__metadata__`.
  public let metadata: [String: String]

  /// All tensors, in the order of their data.
  public let tensors: [Tensor]

  private let index: [ExactString: Int]
  private let file: MappedFile
  private let dataStart: Int
  /// The name that stands for the file in messages.
  package let name: String

  /// The longest header that is read: 100 MB, the limit of the format.
  public static let maximumHeaderLength = 100_000_000

  /// One tensor of a file: what it is and where its bytes are.
  public struct Tensor: Hashable, Sendable {
    /// The name in the file.
    public let name: String
    /// The type of its elements.
    public let elementType: ElementType
    /// The extents, outermost first; empty for a scalar.
    public let shape: [Int]
    /// The place of the bytes, counted from the start of the data part. Elements are in row-major order, little-endian.
    public let bytes: Range<Int>
    /// The number of elements.
    public let count: Int
  }

  /// Opens and checks a file.
  ///
  /// - Throws: ``SafetensorsError`` that names the file and what is wrong in it.
  public init(contentsOf url: URL) throws(SafetensorsError) {
    let file: MappedFile
    do throws(MappedFileError) {
      file = try MappedFile(path: url.path(percentEncoded: false))
    } catch {
      switch error {
      case .missing:
        let path = url.path(percentEncoded: false)
        throw SafetensorsError(file: url.lastPathComponent, reason: .missing(link: MappedFile.linkTarget(path)))
      case .unreadable(let reason): throw SafetensorsError(file: url.lastPathComponent, reason: .unreadable(reason))
      case .notRegular: throw SafetensorsError(file: url.lastPathComponent, reason: .notRegular)
      }
    }
    try self.init(file: file, name: url.lastPathComponent)
  }

  /// Checks the bytes of a file that is in memory. `name` stands for the file in messages.
  ///
  /// - Throws: ``SafetensorsError``.
  public init(bytes: [UInt8], name: String) throws(SafetensorsError) {
    try self.init(file: MappedFile(copying: bytes), name: name)
  }

  private init(file: MappedFile, name: String) throws(SafetensorsError) {
    let header: Header
    do throws(SafetensorsError.Reason) {
      header = try Header(file.bytes)
    } catch {
      // What is no safetensors file at all is better told by what it is.
      if let content = ForeignContent(of: file.bytes) { throw SafetensorsError(file: name, reason: .foreign(content)) }
      throw SafetensorsError(file: name, reason: file.bytes.isEmpty ? .empty : error)
    }
    self.file = file
    self.name = name
    metadata = header.metadata
    tensors = header.tensors
    dataStart = header.dataStart
    index = Dictionary(uniqueKeysWithValues: header.tensors.indices.map { (ExactString(header.tensors[$0].name), $0) })
  }

  /// The tensor of a name, if there is one. Names are compared code unit by code unit.
  public subscript(name: String) -> Tensor? { index[ExactString(name)].map { tensors[$0] } }

  /// Lends the bytes of a tensor of this file.
  public func withBytes<Value, Failure: Error>(
    of tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let start = dataStart + tensor.bytes.lowerBound
    return try body(UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + tensor.bytes.count]))
  }

  /// The elements of a tensor of this file, each rounded once to `Float`.
  ///
  /// - Throws: ``SafetensorsError/Reason/notConvertible(tensor:elementType:)`` for 8-bit floating point and complex numbers.
  public func floats(_ tensor: Tensor) throws(SafetensorsError) -> [Float] {
    if tensor.elementType == .float32, 1.littleEndian == 1 { return copy(tensor) }
    guard let read = tensor.elementType.reader else {
      throw SafetensorsError(
        file: name, reason: .notConvertible(tensor: tensor.name, elementType: tensor.elementType.rawValue))
    }
    return withBytes(of: tensor) { bytes in
      [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
        if let start = buffer.baseAddress { read(bytes, start, tensor.count) }
        count = tensor.count
      }
    }
  }

  /// Binary32 on a little-endian machine: the bytes as they are.
  private func copy(_ tensor: Tensor) -> [Float] {
    withBytes(of: tensor) { bytes in
      [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        count = tensor.count
      }
    }
  }
}
