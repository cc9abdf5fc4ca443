/// One thing to be proved of a module: Verilog that watches its ports.
///
/// The text stands in a module in which every port of the design is a net of the same name, beside `clock`, `in_reset`
/// (1 in the first cycle, in which the design is reset, and 0 from then on) and the free inputs of the property. It
/// holds nets, registers (with initial values, for the solver starts from them), instances of ``ProofLibrary`` and
/// `assert` and `assume` in `always @*`. Yosys 0.23 reads it as formal Verilog.
///
/// ```swift
/// Property("one-hot", "At most one grant is given.", verilog: "always @* assert ((grant & (grant - 1)) == 0);")
/// ```
public struct Property: Hashable, Sendable {
  /// An input of a property that the solver chooses anew in every cycle.
  public struct FreeInput: Hashable, Sendable {
    /// Name of the net.
    public var name: String
    /// Bits.
    public var width: Int

    /// A free input of `width` bits.
    public init(_ name: String, width: Int = 1) {
      self.name = name
      self.width = width
    }
  }

  /// The name to ask for, in words with hyphens.
  public var name: String
  /// One sentence.
  public var summary: String
  /// What the solver chooses.
  public var freeInputs: [FreeInput]
  /// Declarations and statements.
  public var verilog: String
  /// Whether what the design asserts of itself is to be proved as well, under what it assumes.
  public var includesDesign = false

  /// That every assertion inside the design holds.
  public static let assertionsOfDesign: Property = {
    var property = Property("assertions", "What the design asserts of itself holds.", verilog: "")
    property.includesDesign = true
    return property
  }()

  /// A property.
  public init(_ name: String, _ summary: String, freeInputs: [FreeInput] = [], verilog: String) {
    self.name = name
    self.summary = summary
    self.freeInputs = freeInputs
    self.verilog = verilog
  }
}
