import Catalog
import Entries
import Foundation
import HDL
import Packaging
import TestFiles
import Testing
import Tools

/// The package as text and as a folder, without any tool.
@Suite struct PackageTextTests {
  @Test func sameBytesEachTime() throws {
    let (a, b) = (try WrittenPackage.package("stream-fifo"), try WrittenPackage.package("stream-fifo"))
    #expect(a.files.map(\.name) == b.files.map(\.name))
    #expect(a.files.map(\.text) == b.files.map(\.text))
  }

  @Test func manifestHasTheDigestOfEachFile() throws {
    let written = try WrittenPackage("stream-fifo")
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(written.text("package.json").utf8)) as? [String: Any])
    let files = try #require(object["files"] as? [[String: String]])
    #expect(files.count == written.package.files.count - 1)
    for file in files {
      let name = try #require(file["name"])
      let text = try String(contentsOfFile: written.folder.path + "/" + name, encoding: .utf8)
      #expect(SHA256.hexDigest(of: text) == file["sha256"], "\(name)")
    }
  }

  @Test func readmeNamesEveryFolder() throws {
    let written = try WrittenPackage("axi-lite-register-bank")
    let readme = try written.text("README.md")
    let folders = Set(
      written.package.files.compactMap { $0.name.contains("/") ? $0.name.split(separator: "/")[0] : nil })
    for folder in folders { #expect(readme.contains("`\(folder)/") || readme.contains("-C \(folder)"), "\(folder)") }
  }

  @Test func refusesAForeignFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine\n", to: "notes.txt")
    let package = try WrittenPackage.package("stream-fifo")
    #expect(throws: ForeignFolder.self) { try package.write(to: folder.path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["notes.txt"])
    try package.write(to: folder.path, force: true)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/notes.txt"))
    #expect(FileManager.default.fileExists(atPath: folder.path + "/package.json"))
  }

  @Test func replacesAnEarlierPackage() throws {
    let written = try WrittenPackage("stream-fifo")
    let next = try WrittenPackage.package("stream-fifo", prefix: "acme_")
    try next.write(to: written.folder.path)
    #expect(!FileManager.default.fileExists(atPath: written.folder.path + "/StreamFIFO.core"))
    #expect(!FileManager.default.fileExists(atPath: written.folder.path + "/rtl/StreamFIFO.v"))
    var isFolder: ObjCBool = false
    let found = (FileManager.default.subpaths(atPath: written.folder.path) ?? []).filter {
      FileManager.default.fileExists(atPath: written.folder.path + "/" + $0, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    #expect(Set(found) == Set(next.files.map(\.name)))
  }

  @Test func constraintsOfTwoClocks() throws {
    let sdc = try WrittenPackage("asynchronous-fifo").text("constraints/AsynchronousFIFO.sdc")
    #expect(
      sdc.hasSuffix(
        """
        # Clocks of no known phase. Nothing passes between them but what these registers take:
        #   AsynchronousFIFO.read_seen_1, with source_clock
        #   AsynchronousFIFO.read_seen_2, with source_clock
        #   AsynchronousFIFO.write_seen_1, with destination_clock
        #   AsynchronousFIFO.write_seen_2, with destination_clock
        # Less than a period of the faster clock keeps the bits of a Gray code in order.
        set_max_delay [expr {min($source_clock_period, $destination_clock_period)}] \
        -from [get_clocks {source_clock}] -to [get_clocks {destination_clock}]
        set_false_path -hold -from [get_clocks {source_clock}] -to [get_clocks {destination_clock}]
        set_max_delay [expr {min($destination_clock_period, $source_clock_period)}] \
        -from [get_clocks {destination_clock}] -to [get_clocks {source_clock}]
        set_false_path -hold -from [get_clocks {destination_clock}] -to [get_clocks {source_clock}]

        """))
  }

  @Test func inputsOfNoClockAreFalsePaths() throws {
    let sdc = try WrittenPackage("bit-synchronizer").text("constraints/BitSynchronizer.sdc")
    #expect(sdc.contains("set_false_path -from [get_ports {level*}]\n"))
    #expect(!sdc.contains("{level}"))
  }

  @Test(arguments: ["stream-fifo", "asynchronous-fifo", "simple-dual-port-memory", "matmul"])
  func memoriesAreAllThere(_ name: String) throws {
    let package = try WrittenPackage.package(name, settings: name == "matmul" ? ["rows=2", "columns=2"] : [])
    let text = try #require(package.files.first { $0.name == "memories.json" }).text
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let manifest = try #require(package.files.first { $0.name == "rtl/manifest.json" }).text
    let design = try #require(JSONSerialization.jsonObject(with: Data(manifest.utf8)) as? [String: Any])
    let statistics = try #require(design["statistics"] as? [String: Any])
    #expect(object["totalBits"] as? Int == statistics["memoryBits"] as? Int)
    #expect(object["totalBits"] as? Int ?? 0 > 0)
  }

  @Test func memoryPortsOfAFIFO() throws {
    let text = try WrittenPackage("asynchronous-fifo").text("memories.json")
    let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let memory = try #require((object["memories"] as? [[String: Any]])?.first)
    #expect(memory["depth"] as? Int == 16 && memory["width"] as? Int == 8 && memory["isROM"] as? Bool == false)
    let ports = try #require(memory["ports"] as? [[String: Any]])
    #expect(ports.map { $0["clock"] as? String } == ["source_clock", "destination_clock"])
    #expect(ports[0]["isWritten"] as? Bool == true && ports[0]["isRead"] as? Bool == false)
    #expect(ports[1]["readLatency"] as? Int == 1)
  }
}
