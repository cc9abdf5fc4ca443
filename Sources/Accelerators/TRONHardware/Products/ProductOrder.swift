import HDL
import TRON
import XFormerHardware

/// A product as the units of a head read it: the places of ``/TRON/TRONProgram/instructions()``.
struct ProductOrder {
  let fields: CommandFields

  init(_ bits: Bits) { fields = CommandFields(bits: bits) }

  var form: UInt { fields.field(0, 8, 2) }
  func isForm(_ form: TRONCommand.Form) -> Bit { self.form .== UInt(form.rawValue) }
  var isWide: Bit { (isForm(.wide) | isForm(.exponent)) }
  var sharesScale: Bit { fields.flag(10) }
  var keepsVectors: Bit { fields.flag(11) }
  var isColumn: Bit { fields.flag(12) }
  var lastLength: UInt { fields.field(0, 16, 8) }
  var lastRows: UInt { fields.field(0, 24, 8) }
  var input: UInt { fields.field(5) }
  var inputStride: UInt { fields.field(6, 0, 16) }
  var vectors: UInt { fields.field(6, 16, 16) }
  var matrix: UInt { fields.field(7) }
  var step: UInt { fields.field(8, 0, 16) }
  var outputs: UInt { fields.field(9, 0, 16) }
  var inner: UInt { fields.field(9, 16, 16) }
  var scales: UInt { fields.field(10) }
  var table: UInt { fields.field(11) }
  var output: UInt { fields.field(12) }
  var outputStride: UInt { fields.field(13, 0, 16) }
  var groups: UInt { fields.field(13, 16, 16) }
  var event: UInt { fields.field(14) }
  var tiles: UInt { fields.field(15, 0, 16) }
  var outputBytes: UInt { fields.field(15, 16, 16) }
}
