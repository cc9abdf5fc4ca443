/// Every block of the project, by name.
public enum Catalog {
  /// The licence of the blocks, as SPDX writes it.
  public static let license = "Apache-2.0"

  /// Runs of a block's default bench, each with its own stimuli: what passes them passes, and the mutation scores say how
  /// much that means.
  public static let defaultRuns = 8
}
