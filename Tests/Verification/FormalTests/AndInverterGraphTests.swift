import Testing

@testable import Formal

@Suite struct AndInverterGraphTests {
  private let text = """
    aag 4 2 1 2 1
    2
    4
    6 9 1
    8
    0
    8 4 3
    c
    a comment
    """

  @Test func `The text form becomes the binary one`() throws {
    let graph = try #require(AndInverterGraph(text: text))
    #expect(graph.inputs == [2, 4])
    #expect(graph.binary == Array("aig 4 2 1 2 1 0 0\n9 1\n8\n0\n".utf8) + [4, 1])
  }

  @Test func `An input that is joined with another one is read nowhere`() throws {
    var graph = try #require(AndInverterGraph(text: text))
    graph.join([4: 2])
    #expect(graph.gates.map { [$0.literal, $0.left, $0.right] } == [[8, 2, 3]])
    #expect(graph.binary == Array("aig 4 2 1 2 1 0 0\n9 1\n8\n0\n".utf8) + [5, 1])
  }

  @Test func `A difference of more than seven bits takes two bytes`() throws {
    let graph = try #require(AndInverterGraph(text: "aag 200 1 0 1 1 0 0\n2\n400\n400 2 1\n"))
    #expect(graph.binary.suffix(3) == [0x8E, 0x03, 1])
  }

  @Test(arguments: ["", "aig 1 1 0 0 0\n", "aag 1 1\n", "aag 9 9 9 9 9\n2\n"])
  func `Another text is refused`(text: String) {
    #expect(AndInverterGraph(text: text) == nil)
  }
}
