import XFormer

/// Which layers a machine holds.
extension HeTraXSizes {
  /// Refuses a layer that the machine cannot hold, by the name of its weights, what they need and the size to change.
  ///
  /// - Parameter features: of a token in all layers of the model.
  func check(_ layer: XFormerLayer, features: Int) throws(HeTraXError) {
    let (s, size, name) = (streaming, layer.headFeatures, layer.query.name)
    guard layer.features == features else { throw .request("'\(name)': layers of one model have the same features") }
    guard size * layer.heads == features else {
      throw .request("'\(name)': \(features) features are no multiple of \(layer.heads) heads")
    }
    guard size % s.busBytes == 0, size % s.crossbar.outputs == 0 else {
      throw .request(
        "'\(name)': a head has \(size) features: give a multiple of \(s.busBytes) and of \(s.crossbar.outputs)")
    }
    guard size <= s.headFeatures else {
      throw .request(
        "'\(name)': a head has \(size) features, and an attention tile takes \(s.headFeatures): "
          + remedy("head-features", size))
    }
    guard features <= s.rowLength else {
      throw .request(
        "'\(name)': a row has \(features) features, and a vector lane takes \(s.rowLength): "
          + remedy("row-length", features))
    }
    for narrowing in [layer.inputNarrowing, layer.attentionNorm.narrowing, layer.outputNorm.narrowing] {
      guard (0...15).contains(narrowing.shift) else { throw .range("shift of codes", narrowing.shift, 0...15) }
      guard narrowing.shifts.isEmpty || narrowing.shifts.count == features, narrowing.shifts.allSatisfy({ $0 < 8 })
      else { throw .request("'\(name)': each feature has a shift of 0 to 7, or none has") }
    }
    for matrix in [layer.query, layer.key, layer.value, layer.output] { try check(matrix, s, "streaming-units") }
    for matrix in [layer.up, layer.down] { try check(matrix, resistive, "resistive-units") }
  }

  private func check(
    _ matrix: XFormerLayer.Matrix, _ core: XFormerSizes, _ units: String
  ) throws(HeTraXError) {
    guard matrix.inputs % core.busBytes == 0, matrix.outputs % core.crossbar.outputs == 0 else {
      throw .request(
        "'\(matrix.name)' is \(matrix.inputs) × \(matrix.outputs): give multiples of \(core.busBytes) and "
          + "\(core.crossbar.outputs)")
    }
    let stack = core.units(inputs: matrix.inputs, outputs: matrix.outputs).stack
    guard stack <= core.unitsPerEngine else {
      throw .request(
        "'\(matrix.name)': \(matrix.inputs) inputs take \(stack) units, and an engine has \(core.unitsPerEngine): "
          + remedy(units, stack))
    }
  }

  /// The setting that gives a size what is needed, or why no machine has that.
  func remedy(_ name: String, _ needed: Int) -> String {
    var (larger, value) = (self, needed)
    // A shared memory has a power of two of bytes.
    if name == "shared-bytes" { value = 1 << (Int.bitWidth - (needed - 1).leadingZeroBitCount) }
    guard let path = Self.settings.first(where: { $0.name == name })?.path else { return "no size is called \(name)" }
    larger[keyPath: path] = value
    do throws(HeTraXError) { try larger.validate() } catch { return "no machine has that many, for \(error)" }
    return "give \(name)=\(value)"
  }
}
