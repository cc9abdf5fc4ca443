/// What is wrong with a coverage model, or with coverage that was kept.
public enum CoverageError: Error, Hashable, Sendable {
  /// No stream, field, port, point or bin of this name.
  case unknown(String, kind: String, known: [String])
  /// Two things of one name.
  case duplicate(String, kind: String)
  /// Variables or points that have no values at the same time.
  case differentEvents(String, parts: [String])
  /// A pattern that is none.
  case badPattern(String, bin: String, point: String)
  /// A goal or weight that makes no sense, or bins that are none.
  case badNumber(String, value: Int, needed: String)
  /// The bench tests another module than the model was made for.
  case otherModule(model: String, bench: String, reason: String)
  /// Coverage of another model.
  case otherModel(block: String, kept: String, new: String)
  /// One run with two outcomes.
  case conflict(run: String, block: String)
  /// Text that holds no coverage.
  case unreadable(String)
}

extension CoverageError: CustomStringConvertible {
  /// A sentence for a person: the thing, the values, the remedy.
  public var description: String {
    switch self {
    case .unknown(let name, let kind, let known):
      "there is no \(kind) '\(name)'; there is \(listed(Array(known.prefix(40)), none: "none at all"))"
    case .duplicate(let name, let kind): "there is a \(kind) '\(name)' already; choose another name"
    case .differentEvents(let name, let parts):
      "'\(name)' joins \(listed(parts)), which have no values at the same time: fields of transactions go with each "
        + "other, ports with ports, and what is seen in each clock with the like"
    case .badPattern(let pattern, let bin, let point):
      "the pattern '\(pattern)' of bin '\(bin)' of point '\(point)' is none: write 1 to 64 of '0', '1' and '?', "
        + "or values for a transition"
    case .badNumber(let what, let value, let needed): "\(what) is \(value) and must be \(needed)"
    case .otherModule(let model, let bench, let reason):
      "the coverage model is for module '\(model)' and the bench tests '\(bench)': \(reason). Make both from the same "
        + "interface"
    case .otherModel(let block, let kept, let new):
      "the coverage of '\(block)' that is kept has other bins (fingerprint \(kept)) than those now asked for (\(new)): "
        + "the block, its parameters or its coverage model changed. Remove the file, or name another one"
    case .conflict(let run, let block):
      "run '\(run)' of '\(block)' is there twice with different counts: the bench, the block or the program changed "
        + "between the two. Remove the file, or name another one"
    case .unreadable(let reason): "this holds no coverage: \(reason)"
    }
  }
}
