import Testbench

/// Command lines that no one would write; each is refused before any long work.
enum HostileArguments {
  static func line(seed: Seed, index: Int) -> [String] {
    var random = seed.generator("arguments", index: index)
    // A block that there is not keeps a command from starting its work.
    let block = ["", "no-such-block", "--", "-x", "../counter", "\u{1F600}", "counter\n", "COUNTER"][random.below(8)]
    let number = ["-1", "", "abc", "1e9", "99999999999999999999", "0x", "NaN", "-9223372036854775808", "½"][
      random.below(9)]
    let setting = ["", "=", "width", "=8", "width=", "width=-1", "no=1", "width=8=8", "\u{0}width=1"][random.below(9)]
    switch random.below(10) {
    case 0: return ["list", block]
    case 1: return ["generate", block, "--output", "out"]
    case 2: return ["generate", "counter", "--set", setting, "--output", "out"]
    case 3: return ["generate", "counter", "--output", "/proc/none/\(block)"]
    case 4: return ["cosim", block, "--seed", number]
    case 5: return ["cosim", "counter", "--seed", number, "--set", setting, "--work", "no=\(number)"]
    case 6: return ["prove", block, "--cycles", number]
    case 7: return ["lint", block, "--set", setting]
    case 8: return ["fuzz", "--count", number == "1e9" ? "-5" : number, "--first", number]
    default: return [block, number, "--help=\(setting)"]
    }
  }
}
