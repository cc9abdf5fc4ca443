import Catalog
import Entries
import Foundation
import Packaging
import TestFiles
import Testing
import Tools

/// The package as text and as a folder, without any tool.
@Suite struct PackageTextTests {
  private func package(_ name: String, prefix: String = "") throws -> HandoffPackage {
    var options = HandoffPackage.Options(license: "Apache-2.0")
    options.prefix = prefix
    let work = [try #require(Setting("count=20"))]
    return try HandoffPackage(Catalog.entry(name).block(configuration: nil, settings: [], workload: work), options)
  }
}
