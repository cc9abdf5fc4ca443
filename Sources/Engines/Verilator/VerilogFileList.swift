import Foundation

/// A list of files and options as Verilog tools take it with `-f`.
///
/// A line holds names of files, `+incdir+FOLDER`, `-IFOLDER`, `+define+NAME=VALUE`, `-DNAME=VALUE`, `-f LIST`, `-F LIST`
/// and comments after `//` or `#`; `$NAME` and `${NAME}` stand for variables of the environment. Names are relative to the
/// working directory, below `-F` to the folder of the list.
struct VerilogFileList {
  private(set) var files: [String] = []
  private(set) var includeFolders: [String] = []
  private(set) var macros: [String: String] = [:]

  /// Reads the list at `path`.
  init(contentsOf path: String, isRelative: Bool = false) throws(VerilatorFailure) {
    try read(path, isRelative: isRelative, inside: [])
  }

  private mutating func read(_ path: String, isRelative: Bool, inside outer: [String]) throws(VerilatorFailure) {
    guard FileSystem.exists(path), !FileSystem.isFolder(path) else {
      throw .unreadable(path: path, reason: "there is no such list of files")
    }
    guard !outer.contains(path) else {
      throw .unreadable(path: path, reason: "the list names itself: \((outer + [path]).joined(separator: " -> "))")
    }
    let text = String(decoding: try FileSystem.contents(path), as: UTF8.self)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    func place(_ name: String) -> String {
      isRelative && !name.hasPrefix("/") && folder != "." ? folder + "/" + name : name
    }
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var words = try Self.words(of: String(line), at: "\(path):\(number + 1)")[...]
      while let word = words.popFirst() {
        func argument(_ option: String) throws(VerilatorFailure) -> String {
          if word.count > option.count { return String(word.dropFirst(option.count)) }
          guard let next = words.popFirst() else {
            throw .unreadable(path: "\(path):\(number + 1)", reason: "nothing follows '\(option)'")
          }
          return next
        }
        if word.hasPrefix("+incdir+") {
          includeFolders += word.split(separator: "+").dropFirst().map { place(String($0)) }
        } else if word.hasPrefix("+define+") {
          for macro in word.split(separator: "+").dropFirst() { define(String(macro)) }
        } else if word == "-f" || word == "-F" {
          let list = place(try argument(word))
          try read(list, isRelative: word == "-F", inside: outer + [path])
        } else if word.hasPrefix("-I") {
          includeFolders.append(place(try argument("-I")))
        } else if word.hasPrefix("-D") {
          define(try argument("-D"))
        } else if word.hasPrefix("-v"), word.count == 2 {
          files.append(place(try argument("-v")))
        } else if word.hasPrefix("-") || word.hasPrefix("+") {
          throw .unreadable(
            path: "\(path):\(number + 1)",
            reason: "'\(word)' is not understood; a list holds files, +incdir+, +define+, -I, -D, -v, -f and -F")
        } else {
          files.append(place(word))
        }
      }
    }
  }

  private mutating func define(_ text: String) {
    let (name, value) = Self.macro(text)
    macros[name] = value
  }

  /// The name and the value of `NAME` or `NAME=VALUE`.
  static func macro(_ text: String) -> (name: String, value: String) {
    guard let equals = text.firstIndex(of: "=") else { return (text, "") }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }

  /// The words of a line without its comment, quotes taken off and variables replaced.
  private static func words(of line: String, at place: String) throws(VerilatorFailure) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    var rest = line[...]
    while let letter = rest.first {
      if !isQuoted, word == nil, rest.hasPrefix("//") || letter == "#" { break }
      rest.removeFirst()
      switch letter {
      case "\"":
        isQuoted.toggle()
        word = word ?? ""
      case "$":
        let isBraced = rest.first == "{"
        let name =
          isBraced ? rest.dropFirst().prefix { $0 != "}" } : rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard !name.isEmpty, let value = ProcessInfo.processInfo.environment[String(name)] else {
          throw .unreadable(path: place, reason: "there is no variable '$\(name)' in the environment")
        }
        rest = rest.dropFirst(name.count + (isBraced ? 2 : 0))
        word = (word ?? "") + value
      case _ where letter.isWhitespace && !isQuoted:
        if let word { words.append(word) }
        word = nil
      default: word = (word ?? "") + String(letter)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}

extension ForeignVerilog {
  /// Adds what lists of files hold, before the files and after the folders and macros that are there.
  ///
  /// - Throws: `VerilatorFailure` for a list that cannot be read or is not understood, with its line.
  public mutating func add(list path: String) throws(VerilatorFailure) {
    let list = try VerilogFileList(contentsOf: path)
    files += list.files
    includeFolders += list.includeFolders
    macros.merge(list.macros) { mine, _ in mine }
  }

  /// Defines a macro, written `NAME` or `NAME=VALUE`.
  public mutating func define(_ text: String) {
    let (name, value) = VerilogFileList.macro(text)
    macros[name] = value
  }
}
