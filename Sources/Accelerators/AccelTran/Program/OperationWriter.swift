/// Writes the operations of a model one behind the other.
struct OperationWriter {
  typealias Extents = OperationList.Extents

  let model: TransformerDictionary
  let batch: Int
  let content: OperationList.Content
  var data: [OperationList.Data] = []
  var transfers: [OperationList.Step<OperationList.Transfer>] = []
  var operations: [OperationList.Step<OperationList.Operation>] = []
  /// What the layer reads: the results of the layer before, where they are stored.
  private var layerInput: [Int] = []

  init(model: TransformerDictionary, batch: Int, content: OperationList.Content) {
    self.model = model
    self.batch = batch
    self.content = content
  }

  /// One head's lists.
  private struct HeadLists {
    var transfers: [OperationList.Transfer] = []
    var operations: [OperationList.Operation] = []
  }

  private mutating func register(_ name: String, _ elements: Int, _ buffer: OperationList.Buffer) -> Int {
    data.append(.init(name: name, elements: elements, buffer: buffer, isPinned: name == "emb"))
    return data.count - 1
  }

  private mutating func weights(_ name: String, _ rows: Int, _ columns: Int) -> Int {
    register(name, (content.replicatesWeights ? batch : 1) * rows * columns, .weight)
  }

  mutating func write() {
    let embeddings = register("emb", (model.vocabulary + model.tokens) * model.layers[0].hidden, .weight)
    transfers.append(.single(.init(data: embeddings, producer: nil)))
    layerInput = content.ordersLayers ? [embeddings] : []
    if model.patch != nil { embedPatches(embeddings) }
    for (index, layer) in model.layers.enumerated() { write(layer, index) }
  }

  private mutating func embedPatches(_ embeddings: Int) {
    operations.append(.single(.init(name: "patchify", work: .patches(count: model.tokens), operands: [])))
    let pixels = Extents(batch, model.tokens, model.vocabulary)
    let hidden = model.layers[0].hidden
    operations.append(
      .single(.init(name: "patch_projection", work: .product(pixels, columns: hidden), operands: [embeddings])))
    guard content.ordersLayers else { return }
    let tokens = register("patch_projection-s", batch * model.tokens * hidden, .activation)
    transfers.append(.single(.init(data: tokens, producer: .single(step: operations.count - 1))))
    layerInput = [tokens]
  }

  private mutating func write(_ layer: TransformerDictionary.Layer, _ index: Int) {
    let step = operations.count
    let heads = layer.heads.enumerated().map { place, head in
      write(head, "\(head)_\(index + 1)_\(place + 1)", hidden: layer.hidden, step: step, head: place)
    }
    transfers.append(.heads(heads.map(\.transfers)))
    operations.append(.heads(heads.map(\.operations)))
    if content.ordersNormalization { layerInput += heads.compactMap(\.transfers.last?.data) }
    let input = Extents(batch, model.tokens, layer.hidden)
    normalize("ln_\(index)_1", input)
    let residual = layerInput
    var width = layer.hidden
    for (place, next) in (layer.feedForward + [layer.hidden]).enumerated() {
      let activates = content.activatesLast || place < layer.feedForward.count
      let name = "ff_\(index + 1)_\(place + 1)"
      feedForward(name, "nl_\(index)_\(place + 1)", from: width, to: next, activates: activates)
      width = next
    }
    if content.ordersNormalization { layerInput += residual }
    normalize("ln_\(index)_2", input)
    if index + 1 < model.layers.count, model.layers[index + 1].hidden != layer.hidden {
      // The published list gives the projection's function the number of the stack's last one.
      feedForward(
        "ff_\(index + 1)_proj", "nl_\(index)_\(layer.feedForward.count)", from: layer.hidden,
        to: model.layers[index + 1].hidden, activates: content.activatesLast)
    }
  }

  private mutating func normalize(_ name: String, _ input: Extents) {
    operations.append(
      .single(
        .init(name: name, work: .normalization(input), operands: content.ordersNormalization ? layerInput : [])))
    guard content.ordersNormalization else { return }
    let result = register(name + "-s", input.count, .activation)
    transfers.append(.single(.init(data: result, producer: .single(step: operations.count - 1))))
    layerInput = [result]
  }

  private mutating func feedForward(_ name: String, _ function: String, from: Int, to: Int, activates: Bool) {
    let matrix = weights(name + "_f-l", from, to)
    transfers.append(.single(.init(data: matrix, producer: nil)))
    let input = Extents(batch, model.tokens, from)
    operations.append(
      .single(.init(name: name + "_f", work: .product(input, columns: to), operands: [matrix] + layerInput)))
    let result = register(name + "_f-s", batch * model.tokens * to, .activation)
    transfers.append(.single(.init(data: result, producer: .single(step: operations.count - 1))))
    if activates {
      // The published list applies the function to as many elements as the product reads, not as it makes.
      let elements = content.ordersLayers ? Extents(batch, model.tokens, to) : input
      operations.append(.single(.init(name: function, work: .activation(elements), operands: [result])))
    }
    if content.ordersLayers { layerInput = [result] }
  }

  private mutating func write(
    _ head: TransformerDictionary.Head, _ name: String, hidden: Int, step: Int, head place: Int
  ) -> HeadLists {
    var lists = HeadLists()
    let input = Extents(batch, model.tokens, hidden)
    let before = layerInput

    func load(_ suffix: String, _ rows: Int, _ columns: Int, _ writer: inout Self) -> Int {
      let number = writer.weights(name + suffix, rows, columns)
      lists.transfers.append(.init(data: number, producer: nil))
      return number
    }
    func compute(_ suffix: String, _ work: OperationList.Work, _ operands: [Int]) -> Int {
      lists.operations.append(.init(name: name + suffix, work: work, operands: operands))
      return lists.operations.count - 1
    }
    func store(_ suffix: String, _ elements: Int, of producer: Int, _ writer: inout Self) -> Int {
      let number = writer.register(name + suffix, elements, .activation)
      lists.transfers.append(.init(data: number, producer: .head(step: step, head: place, place: producer)))
      return number
    }

    switch head {
    case .convolution(let width, _):
      let filter = load("_c-l", width, hidden, &self)
      let result = compute("_c", .convolution(input, width: width), [filter] + before)
      _ = store("_c-s", input.count, of: result, &self)
    case .linearTransform:
      let matrix = load("_l-l", model.tokens, model.tokens, &self)
      let square = Extents(batch, model.tokens, model.tokens)
      let result = compute("_l", .product(square, columns: hidden), [matrix] + before)
      _ = store("_l-s", input.count, of: result, &self)
    case .scaledProduct(let size), .weightedProduct(let size):
      let (rows, scores) = (Extents(batch, model.tokens, size), Extents(batch, model.tokens, model.tokens))
      let loads = ["_q-l", "_k-l", "_v-l"].map { load($0, hidden, size, &self) }
      let projections = zip(["_q", "_k", "_v"], loads).map { suffix, matrix in
        compute(suffix, .product(input, columns: size), [matrix] + before)
      }
      let stores = zip(["_q-s", "_k-s", "_v-s"], projections).map { store($0, rows.count, of: $1, &self) }
      if case .weightedProduct = head {
        let matrix = load("_wma-l", size, size, &self)
        let product = compute(
          "_wma", .product(Extents(batch, size, size), columns: model.tokens),
          [matrix, stores[1], stores[0], stores[2]])
        let producer = content.storesKeysEarly ? projections[1] : product
        lists.transfers.append(
          .init(data: stores[1], producer: .head(step: step, head: place, place: producer)))
      }
      let products = compute("_sdp-qk", .product(rows, columns: model.tokens), stores)
      let raw = store("_sdp-qk-s", scores.count, of: products, &self)
      let shares = compute("_sftm", .softmax(scores), [raw, stores[2]])
      let probabilities = store("_sftm-s", scores.count, of: shares, &self)
      let contexts = compute("_sdp-v", .product(scores, columns: size), [stores[2], probabilities])
      let context = store("_sdp-v-s", rows.count, of: contexts, &self)
      let matrix = load("_o-l", size, hidden, &self)
      let output = compute("_o", .product(rows, columns: hidden), [matrix, context])
      _ = store("_o-s", input.count, of: output, &self)
    }
    return lists
  }
}
