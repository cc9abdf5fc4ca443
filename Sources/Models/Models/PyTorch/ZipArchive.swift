/// The members of a ZIP archive as PyTorch writes it: stored, not compressed, without extensions for 4 GB and more.
struct ZipArchive {
  /// The bytes of each member, by its name.
  private(set) var members: [String: Range<Int>] = [:]

  init(_ bytes: UnsafeRawBufferPointer) throws(PyTorchError.Reason) {
    func word16(_ place: Int) -> Int {
      Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
    }
    func word32(_ place: Int) -> Int {
      Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    }

    guard let end = Self.endRecord(bytes) else { throw .truncated("the ZIP archive") }
    let (count, size, start) = (word16(end + 10), word32(end + 12), word32(end + 16))
    guard word16(end + 4) == 0, word16(end + 8) == count else { throw .archive("is one of several ZIP volumes") }
    guard count != 0xFFFF, start != 0xFFFF_FFFF else { throw .archive("is a ZIP archive of 4 GB or more") }
    guard start + size <= end else { throw .archive("has a ZIP directory beyond its end") }
    var place = start
    for _ in 0..<count {
      guard place + 46 <= end, word32(place) == 0x0201_4B50 else { throw .archive("has a damaged ZIP directory") }
      let lengths = (name: word16(place + 28), extra: word16(place + 30), comment: word16(place + 32))
      guard place + 46 + lengths.name <= end,
        let name = String(validating: bytes[place + 46..<place + 46 + lengths.name], as: UTF8.self)
      else { throw .archive("has a damaged ZIP directory") }
      guard word16(place + 8) & 1 == 0 else { throw .archive("is encrypted") }
      guard word16(place + 10) == 0, word32(place + 20) == word32(place + 24) else {
        throw .archive("has compressed members")
      }
      let (size, header) = (word32(place + 24), word32(place + 42))
      guard size != 0xFFFF_FFFF, header != 0xFFFF_FFFF else { throw .archive("is a ZIP archive of 4 GB or more") }
      guard header + 30 <= start, word32(header) == 0x0403_4B50 else { throw .archive("has a damaged ZIP directory") }
      let data = header + 30 + word16(header + 26) + word16(header + 28)
      guard data + size <= start else { throw .archive("has a member beyond its end") }
      guard members.updateValue(data..<data + size, forKey: name) == nil else {
        throw .archive("has two members of one name")
      }
      place += 46 + lengths.name + lengths.extra + lengths.comment
    }
  }

  /// The record at the end, which a comment of up to 65,535 bytes may follow.
  private static func endRecord(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= 22 else { return nil }
    for place in stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 0xFFFF), by: -1)
    where bytes[place] == 0x50 && bytes[place + 1] == 0x4B && bytes[place + 2] == 5 && bytes[place + 3] == 6 {
      return place
    }
    return nil
  }
}
