/// In which order blocks of tokens pass the engines. Every schedule gives the same codes.
public enum XFormerSchedule: String, Hashable, Sendable, CaseIterable {
  /// No block starts a step before all have ended the one before.
  case serial
  /// Keys and values of all blocks, then block by block of queries.
  case kvFirst = "kv-first"
  /// Block by block, each block of queries with the keys that are there; the sums of all blocks wait.
  case wavefront
}
