/// What stands in a model folder under the name of another file, told by its first bytes.
public enum ForeignContent: Hashable, Sendable, CustomStringConvertible {
  /// A pointer of Git LFS in place of the file; the size that it gives.
  case gitLFSPointer(bytes: Int?)
  /// A pointer of git-annex.
  case gitAnnexPointer
  /// A page of a web site, such as a message about a download that failed.
  case webPage
  /// A ZIP archive, as PyTorch writes its checkpoints.
  case zipArchive
  /// A Python pickle, as older versions of PyTorch write their checkpoints.
  case pickle
  /// A GGUF file.
  case gguf
  /// An HDF5 file, as TensorFlow writes its checkpoints.
  case hdf5
  /// Data compressed by gzip.
  case gzip
  /// Text in UTF-16.
  case utf16

  /// Looks at the first bytes of a file.
  ///
  /// Binary forms are told by few bytes, which a file of another format may begin with: only ask where the format that is
  /// expected is text, or was not found.
  init?(of bytes: UnsafeRawBufferPointer) {
    func begins(with text: String) -> Bool { bytes.starts(with: text.utf8) }
    func begins(with prefix: [UInt8]) -> Bool { bytes.starts(with: prefix) }
    if begins(with: "version https://git-lfs.github.com/spec/") || begins(with: "version https://hawser.github.com/") {
      self = .gitLFSPointer(bytes: Self.size(in: bytes))
    } else if begins(with: "/annex/objects/") || begins(with: ".git/annex/objects/")
      || begins(with: "../.git/annex/objects/")
    {
      self = .gitAnnexPointer
    } else if Self.isWebPage(bytes) {
      self = .webPage
    } else if begins(with: [0x50, 0x4B, 3, 4]) {
      self = .zipArchive
    } else if bytes.count > 1, bytes[0] == 0x80, (2...5).contains(bytes[1]) {
      self = .pickle
    } else if begins(with: "GGUF") {
      self = .gguf
    } else if begins(with: [0x89, 0x48, 0x44, 0x46]) {
      self = .hdf5
    } else if begins(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if begins(with: [0xFF, 0xFE]) || begins(with: [0xFE, 0xFF]) {
      self = .utf16
    } else {
      return nil
    }
  }

  private static func isWebPage(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = bytes.prefix(64).drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.map { $0 | 0x20 }
    return start.starts(with: "<!doctype html".utf8) || start.starts(with: "<html".utf8)
  }

  /// The number behind `size` in a pointer, which is a text of a few lines.
  private static func size(in bytes: UnsafeRawBufferPointer) -> Int? {
    let text = String(decoding: bytes.prefix(1024), as: UTF8.self)
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("size ") { return Int(line.dropFirst(5)) }
    return nil
  }

  /// What it is, and how to get the file itself.
  public var description: String {
    let convert =
      "save the model as safetensors, in Python: AutoModel.from_pretrained(FOLDER).save_pretrained(FOLDER)"
    return switch self {
    case .gitLFSPointer(let bytes):
      "a Git LFS pointer\(bytes.map { " to a file of \($0) bytes" } ?? ""), not the file itself: "
        + "run 'git lfs pull' in the model's repository, or download the file"
    case .gitAnnexPointer: "a git-annex pointer, not the file itself: run 'git annex get' in the model's repository"
    case .webPage: "a web page, not the file itself: the download failed; fetch it again"
    case .zipArchive: "a ZIP archive, perhaps a checkpoint of PyTorch: \(convert)"
    case .pickle: "a Python pickle, perhaps a checkpoint of PyTorch: \(convert)"
    case .gguf: "a GGUF file, which is not read: use the model's safetensors"
    case .hdf5: "an HDF5 file, perhaps a checkpoint of TensorFlow: save the model as safetensors"
    case .gzip: "compressed by gzip: unpack it"
    case .utf16: "text in UTF-16: save it as UTF-8"
    }
  }
}
