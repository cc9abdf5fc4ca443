extension EngineProgram {
  /// Visits the words of results in the order in which products send them to be rounded: of a tile row by row. Words of
  /// rows and columns that the product does not have are not sent.
  ///
  /// - Parameter body: Told the item of the batch, the row and the first column of each word.
  func visitStoredWords(
    _ body: (_ item: Int, _ row: Int, _ column: Int) throws(AccelTranError) -> Void
  ) throws(AccelTranError) {
    let first = commands.first { $0.kind == .product }?.words[1] ?? 0
    for command in commands where command.kind == .product && command.words[0] >> 13 & 1 == 1 {
      let words = command.words
      let tiles = TileCounts(
        batch: Int(words[5] & 0xFFF), rows: Int(words[5] >> 16 & 0xFFF), columns: Int(words[6] & 0xFFF),
        inner: Int(words[6] >> 16 & 0xFFF))
      guard let order = LoopOrder.all.first(where: { $0.code == Int(words[7] & 0xFF) }) else { continue }
      // Where the block begins.
      let offset = Int(words[1] - first)
      let (firstRow, firstColumn) = (offset / Int(words[3]), offset % Int(words[3]) / 4)
      let (rows, columns) = (Int(words[4] & 0xFFFF), Int(words[4] >> 16))
      var places: [TileIndex] = []
      order.visit(tiles) { places.append($0) }
      for (index, place) in places.enumerated() where place.k == tiles.inner - 1 {
        if index + 1 < places.count {
          let next = places[index + 1]
          guard next.b != place.b || next.i != place.i || next.j != place.j else { continue }
        }
        for shared in 0..<sizes.sharedRows {
          let row = place.i * sizes.sharedRows + shared
          for word in 0..<sizes.columns / sizes.wordElements {
            let column = place.j * sizes.columns + word * sizes.wordElements
            if row < rows, column < columns { try body(place.b, firstRow + row, firstColumn + column) }
          }
        }
      }
    }
  }
}
