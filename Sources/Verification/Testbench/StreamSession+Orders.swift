extension StreamSession {
  /// Holds back what goes after other transactions, in the cycle that begins: of inputs before they are driven, of outputs
  /// when it is known what is offered.
  @usableFromInline
  mutating func order(ofOutputs: Bool) {
    if !ofOutputs {
      for index in drivers.indices { drivers[index].isHeldBack = false }
      for index in responseOrders.indices {
        responseOrders[index].hold(&drivers[responseOrders[index].driver], after: monitors)
      }
    }
    for index in writeOrders.indices where writeOrders[index].isOutput == ofOutputs {
      let (address, words) = (writeOrders[index].address, writeOrders[index].words)
      if ofOutputs {
        if drainStart != nil { continue }
        writeOrders[index].hold(&monitors[address], &monitors[words])
      } else {
        writeOrders[index].hold(&drivers[address], &drivers[words])
      }
    }
  }
}
