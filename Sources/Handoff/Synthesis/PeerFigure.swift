/// Figures of a unit that others have published as RTL, measured with Yosys 0.70 and nextpnr-ecp5, seed 1.
public struct PeerFigure: Hashable, Sendable, Codable {
  /// What it is.
  public var name: String
  /// Generic gates after `abc -g AND,OR,XOR,MUX`.
  public var gates: Int
  /// Gates on the longest path.
  public var depth: Int
  /// Flip-flops.
  public var flipFlops: Int
  /// ECP5: lookup tables, with DSP blocks.
  public var lut: Int
  /// ECP5: DSP blocks.
  public var dsp: Int
  /// ECP5: lookup tables without DSP blocks.
  public var lutWithoutDSP: Int
  /// ECP5: MHz; nil where none was measured.
  public var frequency: Double?
  /// UltraScale+: lookup tables.
  public var xcupLUT: Int
  /// UltraScale+: DSP blocks.
  public var xcupDSP: Int

  init(
    _ name: String, gates: Int, depth: Int, ff: Int, lut: Int, dsp: Int, noDSP: Int, mhz: Double?, x: (Int, Int)
  ) {
    (self.name, self.gates, self.depth, flipFlops) = (name, gates, depth, ff)
    (self.lut, self.dsp, lutWithoutDSP, frequency) = (lut, dsp, noDSP, mhz)
    (xcupLUT, xcupDSP) = x
  }

  static let weightStationaryCell = PeerFigure(
    "int8 weight-stationary PE, minimal hand-written", gates: 712, depth: 65, ff: 48, lut: 32, dsp: 1, noDSP: 335,
    mhz: 111, x: (32, 1))
  static let outputStationaryCell = PeerFigure(
    "int8 output-stationary PE with product register, minimal hand-written", gates: 659, depth: 65, ff: 66, lut: 97,
    dsp: 1, noDSP: 400, mhz: 149, x: (64, 1))
  static let axisArrayCell = PeerFigure(
    "axis-systolic-array PE, 8×8+32", gates: 659, depth: 64, ff: 96, lut: 99, dsp: 1, noDSP: 402, mhz: 144, x: (65, 1))
  static let fusedCombinational = PeerFigure(
    "FPnew bf16 FMA, no register", gates: 1896, depth: 152, ff: 0, lut: 847, dsp: 1, noDSP: 1105, mhz: 22, x: (429, 1))
  static let addition = PeerFigure(
    "basejump_stl bf16 add/sub, pipelined", gates: 801, depth: 43, ff: 97, lut: 367, dsp: 0, noDSP: 367, mhz: 122,
    x: (216, 0))
  static let additionCombinational = PeerFigure(
    "FPnew bf16 add, no register", gates: 1171, depth: 137, ff: 0, lut: 796, dsp: 0, noDSP: 796, mhz: 25, x: (333, 0))
  static let multiplication = PeerFigure(
    "basejump_stl bf16 multiply, pipelined", gates: 641, depth: 31, ff: 105, lut: 139, dsp: 1, noDSP: 329, mhz: 148,
    x: (89, 1))
  static let multiplicationCombinational = PeerFigure(
    "FPnew bf16 multiply, no register", gates: 1073, depth: 80, ff: 0, lut: 377, dsp: 1, noDSP: 669, mhz: 35,
    x: (208, 1))
  static let requantizer = PeerFigure(
    "requantiser, minimal hand-written (26-bit in, 8-bit multiplier)", gates: 2088, depth: 101, ff: 50, lut: 556,
    dsp: 2, noDSP: 1328, mhz: 63, x: (211, 1))
  static let exponential = PeerFigure(
    "softex exponential unit, 1 lane, bf16", gates: 1283, depth: 90, ff: 36, lut: 335, dsp: 3, noDSP: 851, mhz: 32,
    x: (146, 3))
  static let prunerBFloat16 = PeerFigure(
    "DynaTran comparator, 16 lanes of bf16, minimal hand-written", gates: 1153, depth: 16, ff: 272, lut: 256, dsp: 0,
    noDSP: 256, mhz: 175, x: (176, 0))
  static let prunerInt8 = PeerFigure(
    "DynaTran comparator, 16 lanes of int8, minimal hand-written", gates: 519, depth: 14, ff: 144, lut: 272, dsp: 0,
    noDSP: 272, mhz: 175, x: (128, 0))
  static let fifo = PeerFigure(
    "FIFO 32×16, basejump_stl", gates: 552, depth: 9, ff: 526, lut: 62, dsp: 0, noDSP: 62, mhz: 276, x: (10, 0))
}
