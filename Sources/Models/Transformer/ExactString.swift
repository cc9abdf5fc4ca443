/// A string compared by its code units.
///
/// `String` treats canonically equivalent texts as equal; names in model files and tokens of a vocabulary are not: a
/// composed and a decomposed "é" are two tokens.
package struct ExactString: Hashable {
  package var string: String

  package init(_ string: String) { self.string = string }

  package static func == (left: ExactString, right: ExactString) -> Bool {
    left.string.utf8.elementsEqual(right.string.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var copy = string
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
