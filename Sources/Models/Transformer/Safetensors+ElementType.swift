extension Safetensors {
  /// The element types of the format; the raw value is the name in the file.
  public enum ElementType: String, Hashable, Sendable, CaseIterable {
    /// IEEE 754 binary64.
    case float64 = "F64"
    /// IEEE 754 binary32.
    case float32 = "F32"
    /// IEEE 754 binary16.
    case float16 = "F16"
    /// The upper half of binary32.
    case bfloat16 = "BF16"
    /// Signed 64 bits.
    case int64 = "I64"
    /// Signed 32 bits.
    case int32 = "I32"
    /// Signed 16 bits.
    case int16 = "I16"
    /// Signed 8 bits.
    case int8 = "I8"
    /// Unsigned 64 bits.
    case uint64 = "U64"
    /// Unsigned 32 bits.
    case uint32 = "U32"
    /// Unsigned 16 bits.
    case uint16 = "U16"
    /// Unsigned 8 bits.
    case uint8 = "U8"
    /// One byte: false is 0, everything else is true.
    case bool = "BOOL"
    /// 8-bit floating point with 4 exponent bits: known, not converted.
    case float8E4M3 = "F8_E4M3"
    /// 8-bit floating point with 5 exponent bits: known, not converted.
    case float8E5M2 = "F8_E5M2"
    /// An 8-bit power of two: known, not converted.
    case float8E8M0 = "F8_E8M0"
    /// A pair of binary32: known, not converted.
    case complex64 = "C64"

    /// The bytes of one element.
    public var size: Int {
      switch self {
      case .float64, .int64, .uint64, .complex64: 8
      case .float32, .int32, .uint32: 4
      case .float16, .bfloat16, .int16, .uint16: 2
      case .int8, .uint8, .bool, .float8E4M3, .float8E5M2, .float8E8M0: 1
      }
    }

    typealias Reader = (UnsafeRawBufferPointer, UnsafeMutablePointer<Float>, Int) -> Void

    /// Converts so many elements to `Float`; nil for a type that is not converted.
    var reader: Reader? {
      switch self {
      case .float64: Self.reader(UInt64.self) { Float(Double(bitPattern: $0)) }
      case .float32: Self.reader(UInt32.self) { Float(bitPattern: $0) }
      case .float16: Self.reader(UInt16.self, Self.float16)
      case .bfloat16: Self.reader(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
      case .int64: Self.reader(Int64.self) { Float($0) }
      case .int32: Self.reader(Int32.self) { Float($0) }
      case .int16: Self.reader(Int16.self) { Float($0) }
      case .int8: Self.reader(Int8.self) { Float($0) }
      case .uint64: Self.reader(UInt64.self) { Float($0) }
      case .uint32: Self.reader(UInt32.self) { Float($0) }
      case .uint16: Self.reader(UInt16.self) { Float($0) }
      case .uint8: Self.reader(UInt8.self) { Float($0) }
      case .bool: Self.reader(UInt8.self) { $0 == 0 ? 0 : 1 }
      case .float8E4M3, .float8E5M2, .float8E8M0, .complex64: nil
      }
    }

    private static func reader<Word: FixedWidthInteger>(
      _: Word.Type, _ convert: @escaping (Word) -> Float
    ) -> Reader {
      { bytes, output, count in
        for element in 0..<count {
          let word = bytes.loadUnaligned(fromByteOffset: element &* MemoryLayout<Word>.size, as: Word.self)
          output[element] = convert(Word(littleEndian: word))
        }
      }
    }

    /// Binary16 to binary32, exactly. `Float16` is not there on every platform.
    private static func float16(_ bits: UInt16) -> Float {
      let exponent = Int(bits >> 10 & 0x1F)
      let fraction = UInt32(bits & 0x3FF)
      let magnitude: Float =
        switch exponent {
        case 0: Float(fraction) * 0x1p-24
        case 31: Float(bitPattern: 0x7F80_0000 | fraction << 13)
        default: Float(bitPattern: UInt32(exponent + 112) << 23 | fraction << 13)
        }
      return bits & 0x8000 == 0 ? magnitude : -magnitude
    }
  }
}
