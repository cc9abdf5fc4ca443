/// Operators that numbers in Swift have and signals have not, each with what to write instead.
extension UInt {
  /// There is no such operator.
  @available(*, unavailable, message: "there is no division: write a >> n, or use a Divider")
  public static func / (a: UInt, b: UInt) -> UInt { a }
  /// There is no such operator.
  @available(*, unavailable, message: "there is no remainder: write a.truncated(to: n), or use a Divider")
  public static func % (a: UInt, b: UInt) -> UInt { a }
  /// There is no such operator.
  @available(*, unavailable, message: "a UInt is never negative: write 0 - a, which wraps, or -a.asSigned")
  public static prefix func - (a: UInt) -> UInt { a }
  /// There is no such operator.
  @available(*, unavailable, message: "a shift by a signal keeps the width: write a &<< n")
  public static func << (a: UInt, count: UInt) -> UInt { a }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .== b, which gives a Bit")
  public static func == (a: UInt, b: UInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .!= b, which gives a Bit")
  public static func != (a: UInt, b: UInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .< b, which gives a Bit")
  public static func < (a: UInt, b: UInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .> b, which gives a Bit")
  public static func > (a: UInt, b: UInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .<= b, which gives a Bit")
  public static func <= (a: UInt, b: UInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .>= b, which gives a Bit")
  public static func >= (a: UInt, b: UInt) -> Bit { 0 }
}

extension SInt {
  /// There is no such operator.
  @available(*, unavailable, message: "there is no division: write a >> n, which rounds down, or use a Divider")
  public static func / (a: SInt, b: SInt) -> SInt { a }
  /// There is no such operator.
  @available(*, unavailable, message: "there is no remainder: use a Divider")
  public static func % (a: SInt, b: SInt) -> SInt { a }
  /// There is no such operator.
  @available(*, unavailable, message: "a shift by a signal keeps the width: write a &<< n")
  public static func << (a: SInt, count: UInt) -> SInt { a }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .== b, which gives a Bit")
  public static func == (a: SInt, b: SInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .!= b, which gives a Bit")
  public static func != (a: SInt, b: SInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .< b, which gives a Bit")
  public static func < (a: SInt, b: SInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .> b, which gives a Bit")
  public static func > (a: SInt, b: SInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .<= b, which gives a Bit")
  public static func <= (a: SInt, b: SInt) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .>= b, which gives a Bit")
  public static func >= (a: SInt, b: SInt) -> Bit { 0 }
}

extension Bits {
  /// There is no such operator.
  @available(*, unavailable, message: "Bits are no number: write a.asUnsigned + b")
  public static func + (a: Bits, b: Bits) -> Bits { a }
  /// There is no such operator.
  @available(*, unavailable, message: "Bits are no number: write a.asUnsigned - b")
  public static func - (a: Bits, b: Bits) -> Bits { a }
  /// There is no such operator.
  @available(*, unavailable, message: "Bits are no number: write a.asUnsigned * b")
  public static func * (a: Bits, b: Bits) -> Bits { a }
  /// There is no such operator.
  @available(*, unavailable, message: "Bits are no number: write a.asUnsigned >> n, or use a Divider")
  public static func / (a: Bits, b: Bits) -> Bits { a }
  /// There is no such operator.
  @available(*, unavailable, message: "Bits are no number: write a.asUnsigned << n")
  public static func << (a: Bits, count: Int) -> Bits { a }
  /// There is no such operator.
  @available(*, unavailable, message: "Bits are no number: write a.asUnsigned >> n")
  public static func >> (a: Bits, count: Int) -> Bits { a }
  /// There is no such operator.
  @available(*, unavailable, message: "Bits are in no order: write a.asUnsigned .< b")
  public static func .< (a: Bits, b: Bits) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "Bits are in no order: write a.asUnsigned .> b")
  public static func .> (a: Bits, b: Bits) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .== b, which gives a Bit")
  public static func == (a: Bits, b: Bits) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .!= b, which gives a Bit")
  public static func != (a: Bits, b: Bits) -> Bit { 0 }
}

extension Bit {
  /// There is no such operator.
  @available(*, unavailable, message: "write a .== b, which gives a Bit")
  public static func == (a: Bit, b: Bit) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .!= b, which gives a Bit")
  public static func != (a: Bit, b: Bit) -> Bit { 0 }
}

extension Enum {
  /// There is no such operator.
  @available(*, unavailable, message: "write a .== b, which gives a Bit")
  public static func == (a: Enum, b: Enum) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .== b, which gives a Bit")
  public static func == (a: Enum, b: E) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .!= b, which gives a Bit")
  public static func != (a: Enum, b: Enum) -> Bit { 0 }
  /// There is no such operator.
  @available(*, unavailable, message: "write a .!= b, which gives a Bit")
  public static func != (a: Enum, b: E) -> Bit { 0 }
}

/// Where Swift wants a `Bool`, as after `if`.
extension Signal {
  /// There is no such operator.
  @available(*, unavailable, message: "a circuit has both ways at once: write m.when(a .== b) or mux in place of if")
  @_disfavoredOverload
  public static func == (a: Self, b: Self) -> Bool { true }
  /// There is no such operator.
  @available(*, unavailable, message: "a circuit has both ways at once: write m.when(a .!= b) or mux in place of if")
  @_disfavoredOverload
  public static func != (a: Self, b: Self) -> Bool { true }
}
