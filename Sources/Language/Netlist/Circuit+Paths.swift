extension Circuit {
  /// Names of the inputs of the top module that an output follows without a clock edge between.
  ///
  /// Goes by the structure, through all instances: an input that is listed may still have no influence.
  ///
  /// - Parameter output: Name of an output port of the top module; another name gives an empty set.
  /// - Complexity: Linear in the nodes of all modules, times the ports of each.
  public func inputsFollowed(by output: String) -> Set<String> {
    var paths: [CombinationalPaths] = []
    for definition in definitions {
      paths.append(CombinationalPaths(of: definition, instances: paths, isTop: false))
    }
    let inputs = top.ports.filter { $0.shape.direction == .input }.map(\.shape.name)
    guard let port = top.ports.firstIndex(where: { $0.shape.name == output }), let last = paths.last else { return [] }
    return Set(last.dependencies[port].map { inputs[Int($0)] })
  }
}
