import Netlist
import Testing

@Suite struct NodeTableTests {
  @Test func `Equal operations are one node, also after the table has grown`() {
    var table = NodeTable()
    var ids: [NodeID] = []
    for index in 0..<5000 as Range<Int32> {
      ids.append(table.intern(Node(.signal, width: 8, isSigned: index % 2 == 0, a: index)))
    }
    #expect(table.nodes.count == 5000)
    for index in 0..<5000 as Range<Int32> {
      #expect(table.intern(Node(.signal, width: 8, isSigned: index % 2 == 0, a: index)) == ids[Int(index)])
    }
    #expect(table.nodes.count == 5000)
  }

  @Test func `Constants and lists are stored once`() {
    var table = NodeTable()
    let a = table.constant(BitVector(5, width: 8), isSigned: false)
    #expect(table.constant(BitVector(5, width: 8), isSigned: false) == a)
    #expect(table.constant(BitVector(5, width: 8), isSigned: true) != a)
    #expect(table.constants.count == 1)
    #expect(table.internList([1, 2, 3]) == table.internList([1, 2, 3]))
    #expect(table.lists.count == 3)
  }
}
