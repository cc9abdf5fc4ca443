import HDL

/// What a user asked of the catalog and cannot have.
public enum CatalogError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No block of this name.
  case unknownBlock(String, known: [String])
  /// No parameter of this name.
  case unknownParameter(String, kind: String, block: String, known: [String])
  /// A value that the parameter does not take.
  case badValue(String, parameter: String, choices: String)
  /// One parameter with two values.
  case setTwice(String, String, String)
  /// A setting that means nothing beside another one.
  case noEffect(String, with: String)
  /// Hardware that the bench cannot drive.
  case beyondBench(String, value: String, block: String, takes: ParameterDomain)
  /// No configuration of this name.
  case unknownConfiguration(String, block: String, known: [String])
  /// A foreign module that lacks ports of the block.
  case portsDiffer(module: String, block: String, differences: [String])
  /// No mistake of this number.
  case noSuchMutant(Int, block: String, count: Int)
  /// A workload that the configuration cannot do.
  case impossibleWorkload(String)

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .unknownBlock(let name, let known):
      "no block is called '\(name)'\(suggestion(name, known)); 'systole list' shows all of them"
    case .unknownParameter(let name, let kind, let block, let known):
      known.isEmpty
        ? "'\(block)' has no \(kind) parameters, so '\(name)' cannot be set"
        : "'\(block)' has no \(kind) parameter '\(name)'\(suggestion(name, known)); it has \(known.joined(separator: ", "))"
    case .badValue(let value, let parameter, let choices):
      "'\(value)' is no value for '\(parameter)'; write \(choices)"
    case .setTwice(let name, let first, let second):
      "'\(name)' is set to \(first) and to \(second); set it once"
    case .noEffect(let setting, let other): "'\(setting)' has no effect with \(other); leave one of them out"
    case .beyondBench(let name, let value, let block, let domain):
      "the bench of '\(block)' takes '\(name)' \(domain.phrase), and it is \(value); "
        + "'systole generate' makes the hardware"
    case .unknownConfiguration(let name, let block, let known):
      "'\(block)' has no configuration '\(name)'; it has \(known.joined(separator: ", "))"
    case .portsDiffer(let module, let block, let differences):
      """
      module '\(module)' cannot stand in for '\(block)':
      \(differences.map { "  " + $0 }.joined(separator: "\n"))
      rename or resize the ports, or set the parameters of '\(block)' to match
      """
    case .noSuchMutant(let number, let block, let count):
      "'\(block)' has no mutant \(number); they are numbered from 1 to \(count), and other parameters give others"
    case .impossibleWorkload(let reason): reason
    }
  }

  private func suggestion(_ name: String, _ known: [String]) -> String {
    let near = known.map { (word: $0, distance: editDistance($0, name)) }.min { $0.distance < $1.distance }
    guard let near, near.distance <= max(2, name.count / 3) else { return "" }
    return "; did you mean '\(near.word)'?"
  }
}

/// Insertions, deletions and replacements between two words.
private func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var row = Array(0...b.count)
  for (i, letter) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in b.enumerated() {
      let kept = diagonal + (letter == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(kept, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
