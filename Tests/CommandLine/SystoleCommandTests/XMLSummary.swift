import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a JUnit file holds, read by an XML parser.
final class XMLSummary: NSObject, XMLParserDelegate {
  /// Names of the elements in the order of their beginnings.
  private(set) var names: [String] = []
  /// Attributes of the suite.
  private(set) var suite: [String: String] = [:]

  init(contentsOf path: String) throws {
    super.init()
    let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: path)))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    names.append(name)
    if name == "testsuite" { suite = attributes }
  }
}
