extension CircuitProgram {
  /// Whether some register starts with another value than that of its reset, so that no reset may be asynchronous.
  var startsTwice: Bool {
    statements.contains { statement in
      switch statement {
      case .pipeline(_, _, _, let powerUp, _), .variable(_, let powerUp, _): powerUp.startsTwice
      default: false
      }
    } || cells.contains(where: \.startsTwice)
  }
}
