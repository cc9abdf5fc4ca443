import Netlist

/// The modules of a circuit that are judged together with its top.
///
/// A module with an entry of its own is judged there, once; where it is instantiated it counts by its ports alone. So a
/// change inside it touches its own score and no other.
struct OwnLogic {
  private let circuit: Circuit
  /// Indices in `Circuit.definitions`, ascending: the top and what stands below it, up to ``children``.
  private(set) var definitions: [Int] = []
  /// Indices of the modules at which ``definitions`` end.
  private(set) var children: [Int] = []

  /// The logic of `circuit` without modules that generators of `types` make, but for the top.
  init(of circuit: Circuit, apart types: Set<String> = []) {
    self.circuit = circuit
    let top = circuit.definitions.count - 1
    var isOwn = [Bool](repeating: false, count: top + 1)
    var isChild = isOwn
    var open = [top]
    while let index = open.popLast() {
      guard !isOwn[index], !isChild[index] else { continue }
      let definition = circuit.definitions[index]
      guard index == top || !types.contains(String(definition.summary.prefix { $0 != "(" })) else {
        isChild[index] = true
        continue
      }
      isOwn[index] = true
      open += definition.instances.map { Int($0.definition) }
      if let cell = definition.grid?.cell { open.append(Int(cell)) }
    }
    definitions = isOwn.indices.filter { isOwn[$0] }
    children = isChild.indices.filter { isChild[$0] }
  }

  /// Verilog names of ``definitions``.
  var modules: Set<String> { Set(definitions.map { circuit.definitions[$0].name }) }

  /// Digits of all that decides what the modules do: operations, registers, memories, connections and assertions, and of
  /// their children the ports.
  ///
  /// Names, places and comments are left out, so it stays the same where only they change.
  var fingerprint: String {
    let kept = (definitions + children).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: kept.enumerated().map { (Int32($1), Int32($0)) })
    let isChild = Set(children)
    var digest = FingerprintWriter(numbers: numbers)
    for index in kept {
      if isChild.contains(index) {
        digest.add(interfaceOf: circuit.definitions[index])
      } else {
        digest.add(circuit.definitions[index])
      }
    }
    return digest.end()
  }
}

extension Circuit {
  /// Digits of all that decides what the circuit does: see ``OwnLogic/fingerprint``.
  var fingerprint: String { OwnLogic(of: self).fingerprint }
}
