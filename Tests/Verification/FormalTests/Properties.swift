import Formal
import HDL
import Netlist
import Testing

/// What a checker of `design` asserts, as a property.
func property<G: Generator>(
  _ name: String, of design: G, _ body: @escaping Checker<G>.Body
) throws -> Property {
  try #require(Property.all(of: Checker(name, "A promise.", body).circuit(for: design)).first)
}
