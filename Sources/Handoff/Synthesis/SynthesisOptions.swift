/// What a design is synthesised for.
public enum SynthesisTarget: String, Hashable, Sendable, Codable, CaseIterable {
  /// Gates with two inputs, and multiplexers; or the cells of a liberty file.
  case generic
  /// Lattice iCE40 HX8K, placed and routed.
  case ice40
  /// Lattice ECP5 85F, speed grade 6, placed and routed.
  case ecp5
  /// AMD UltraScale+: cells only, for nothing open places them.
  case xcup

  /// Whether nextpnr places and routes it.
  public var isRouted: Bool { self == .ice40 || self == .ecp5 }
}

/// How a design is synthesised.
public struct SynthesisOptions: Hashable, Sendable {
  /// What for.
  public var target: SynthesisTarget
  /// Path of a liberty file, for ``SynthesisTarget/generic``.
  public var liberty: String?
  /// How often place and route is run, each time from another seed: 1, 2, … Nothing is placed with 0.
  public var seeds: Int
  /// Whether multipliers may become DSP blocks.
  public var usesDSP: Bool
  /// Whether modules stay modules: each kind is mapped once, and nothing is shared or moved over its border.
  public var keepsHierarchy: Bool

  /// Synthesis for `target`.
  public init(
    _ target: SynthesisTarget, liberty: String? = nil, seeds: Int = 3, usesDSP: Bool = true,
    keepsHierarchy: Bool = false
  ) {
    (self.target, self.liberty, self.seeds, self.usesDSP) = (target, liberty, seeds, usesDSP)
    self.keepsHierarchy = keepsHierarchy
  }

  /// The command of Yosys that maps to the target, without the name of the top.
  var command: String {
    switch target {
    case .generic: "synth" + (keepsHierarchy ? "" : " -flatten")
    case .ice40: "synth_ice40" + (keepsHierarchy ? " -noflatten" : "")
    case .ecp5: "synth_ecp5" + (keepsHierarchy ? " -noflatten" : "") + (usesDSP ? "" : " -nodsp")
    case .xcup: "synth_xilinx -family xcup" + (keepsHierarchy ? "" : " -flatten") + (usesDSP ? "" : " -nodsp")
    }
  }
}
