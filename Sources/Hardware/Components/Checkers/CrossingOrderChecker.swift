import HDL

extension Module {
  /// Follows items from a stream of one clock to a stream of another one: once, in order, whole, for every order of the
  /// edges of both; for checkers.
  ///
  /// The item that is followed is marked at the source, by what nothing else decides, and looked for at the destination.
  ///
  /// - Parameters:
  ///   - input: The stream that enters, and its clock.
  ///   - output: The stream that leaves, and its clock.
  ///   - capacity: Items that are inside at most.
  public func checkOrder<T: PortElement, U: PortElement>(
    from input: (stream: ObservedStream<T>, clock: ClockDomain),
    to output: (stream: ObservedStream<U>, clock: ClockDomain),
    capacity: Int
  ) {
    // One more than may be inside is told from none.
    let width = bits(for: capacity + 1)
    let mark = anything("mark")
    let pushed = domain(input.clock) { register("pushed", UInt.self, width: width, reset: 0) }
    let place = domain(input.clock) { register("place", UInt.self, width: width) }
    let value = domain(input.clock) { register("value", Bits.self, width: input.stream.payload.packedWidth) }
    let begun = domain(input.clock) { register("begun", Bit.self, reset: 0) }
    let popped = domain(output.clock) { register("popped", UInt.self, width: width, reset: 0) }
    let ended = domain(output.clock) { register("ended", Bit.self, reset: 0) }

    let isWatching = begun ^ ended
    when(input.stream.transfers) {
      pushed.next <== pushed &+ 1
      when(mark & !isWatching) {
        begun.next <== !begun
        place.next <== pushed
        value.next <== input.stream.payload.packed
      }
    }
    let held = pushed &- popped
    let isNext = isWatching & (popped .== place)
    when(output.stream.transfers) {
      popped.next <== popped &+ 1
      when(isNext) { ended.next <== !ended }
    }
    domain(input.clock) {
      assert(held .<= UInt(capacity), "has_room", "more items are inside than there is room for")
    }
    domain(output.clock) {
      assert(!output.stream.valid | (held .!= 0), "has_entered", "an item is shown that has not entered")
      assert(
        !(output.stream.valid & isNext) | (output.stream.payload.packed .== value), "is_next",
        "an item is lost, doubled, changed or out of order")
      cover(output.stream.transfers & isNext, "follows_an_item")
    }
  }
}
