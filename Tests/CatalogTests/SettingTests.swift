import Catalog
import Testing

@Suite struct SettingTests {
  @Test(arguments: [("rows=8", "rows", "8"), ("a=b=c", "a", "b=c"), ("empty=", "empty", "")])
  func `A setting is split at the first equals sign`(text: String, name: String, value: String) {
    #expect(Setting(text) == Setting(name, value))
  }

  @Test(arguments: ["rows", "=8", ""])
  func `Something else is no setting`(text: String) { #expect(Setting(text) == nil) }
}
