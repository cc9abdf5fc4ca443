import Components
import HDL
import Netlist
import TATAAHardware

/// A generator that knows the registers which software sees through it.
protocol RegisterMapped {
  var map: RegisterMap { get }
}

extension RegisterBank: RegisterMapped {}

extension AXILiteRegisterBank: RegisterMapped {
  var map: RegisterMap { bank.map }
}

extension TATAAAccelerator: RegisterMapped {
  var map: RegisterMap { Self.registers(cores: configuration.cores) }
}

/// SystemRDL and C header of a block with registers; none of others.
func registerFiles(of generator: any Generator, top: String) throws(RegisterMapError) -> [(name: String, text: String)]
{
  guard let map = (generator as? any RegisterMapped)?.map else { return [] }
  let name = Identifier.snakeCase(top)
  return [
    ("registers/\(name).rdl", try map.systemRDL(name: name)),
    ("registers/\(name).h", try map.cHeader(prefix: name.uppercased())),
  ]
}
