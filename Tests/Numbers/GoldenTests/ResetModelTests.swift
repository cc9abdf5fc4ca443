import Golden
import Testing

@Suite struct ResetModelTests {
  @Test func `A reset begins with its request and outlasts it by its edges`() {
    var model = ResetModel(edges: 3)
    var shown: [Bool] = []
    for request in [false, false, false, false, true, false, true, false, false, false, false] {
      shown.append(model.isActive(request: request))
      model.clock(request: request)
    }
    // At power-up the reset is active, and a request in the midst of its end begins it anew.
    #expect(shown == [true, true, true, false, true, true, true, true, true, true, false])
  }
}
