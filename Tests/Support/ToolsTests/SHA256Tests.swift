import Foundation
import TestFiles
import Testing
import Tools

@Suite struct SHA256Tests {
  /// The messages and digests of the NIST example page for SHA-256, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func `The published examples come out`(message: String, digest: String) {
    #expect(SHA256.hexDigest(of: message) == digest)
  }

  @Test func `Random messages in random pieces agree with Python's hashlib`() throws {
    let folder = try TemporaryFolder()
    var generator = SystemRandomNumberGenerator()
    let lengths = Array(0...130) + (0..<20).map { _ in Int.random(in: 131...20_000, using: &generator) }
    let message = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let file = folder.path + "/message"
    try Data(message).write(to: URL(fileURLWithPath: file))

    let script = """
      import hashlib, sys
      data = open(sys.argv[1], 'rb').read()
      for length in sys.argv[2:]: print(hashlib.sha256(data[:int(length)]).hexdigest())
      """
    let python = try Toolbox().python().program
    let result = try python.run(["-c", script, file] + lengths.map(String.init))
    let expected = result.output.split(separator: "\n").map(String.init)
    try #require(expected.count == lengths.count, "\(result.errors)")

    for (length, digest) in zip(lengths, expected) {
      var hash = SHA256()
      var start = 0
      while start < length {
        let end = min(length, start + Int.random(in: 1...200, using: &generator))
        message[start..<end].withUnsafeBytes { hash.update($0) }
        start = end
      }
      #expect(hash.hexDigest() == digest, "\(length) bytes")
    }
  }
}
