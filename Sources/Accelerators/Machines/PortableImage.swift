/// A picture in PGM (P5) or PPM (P6), 8 bits a channel.
struct PortableImage {
  let channels, height, width: Int
  /// Row by row, the channels of a pixel side by side.
  let pixels: [UInt8]

  init(_ bytes: [UInt8], _ name: String) throws {
    func refuse(_ reason: String) -> MachineError {
      .model("'\(name)' \(reason): give an IDX file, or a PGM (P5) or PPM (P6) with 8 bits a channel")
    }
    guard bytes.count > 2, bytes[0] == UInt8(ascii: "P"),
      let channels = [UInt8(ascii: "5"): 1, UInt8(ascii: "6"): 3][bytes[1]]
    else { throw refuse("is of another kind") }
    var position = 2
    func number() throws -> Int {
      while position < bytes.count {
        if bytes[position] == UInt8(ascii: "#") {
          while position < bytes.count, bytes[position] != 10 { position += 1 }
        } else if [9, 10, 13, 32].contains(bytes[position]) {
          position += 1
        } else {
          break
        }
      }
      var value = 0
      let start = position
      while position < bytes.count, (48...57).contains(bytes[position]), value < 1 << 20 {
        value = 10 * value + Int(bytes[position] - 48)
        position += 1
      }
      guard position > start, value > 0, value < 1 << 20 else { throw refuse("has a damaged header") }
      return value
    }
    width = try number()
    height = try number()
    let top = try number()
    guard top == 255 else { throw refuse("has \(top) as its greatest value") }
    position += 1
    let count = channels * width * height
    guard bytes.count - position == count else {
      throw refuse("has \(max(0, bytes.count - position)) bytes for \(count)")
    }
    self.channels = channels
    pixels = Array(bytes[position...])
  }
}
