/// `text` as one word of a POSIX shell: every command that is printed can be pasted.
public func shellQuoted(_ text: String) -> String {
  let plain: (UInt8) -> Bool = { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-_=+./:,@%".utf8.contains(byte)
    }
  }
  if !text.isEmpty, text.utf8.allSatisfy(plain) { return text }
  return "'" + text.replacing("'", with: #"'\''"#) + "'"
}
