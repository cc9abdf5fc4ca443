import HDL
import Netlist

enum Phase: HardwareEnum { case idle, load, run }
/// A case that is listed twice, and so has its code twice.
enum Twice: HardwareEnum {
  case on, off
  static var allCases: [Twice] { [.on, .off, .on] }
}
/// Cases that call themselves otherwise than they are.
enum Titled: HardwareEnum, CustomStringConvertible {
  case first, second
  var description: String { "a case" }
}
enum Alike: HardwareEnum, CustomStringConvertible {
  case first, second
  var description: String { "one" }
}
/// More cases than one bit each is good for.
struct Many: HardwareEnum, CustomStringConvertible {
  let number: Int
  static let allCases = (0..<70).map { Many(number: $0) }
  static var encoding: EnumEncoding { .oneHot }
  var description: String { "case_\(number)" }
}

extension DiagnosticTests {
  /// Mistakes with enums and state machines.
  static let enumMistakes: [Mistake] = [
    Mistake(
      .badStateMachine, "entered",
      { io, m in
        m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
          phase.when(.idle) { phase.go(.run) }
        }
        io.y <== io.a
      },
      text: """
        @3: error: state 'load' of 'phase' is never entered [SYS0034]
          in module #
          fix: go there, or remove the case; a state of some parameters only is left out of states:
        1 error
        """),
    Mistake(
      .badStateMachine, "twice",
      { io, m in
        m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
          phase.when(.idle) { phase.go(.run) }
          phase.when(.load, .idle) { phase.go(.load) }
        }
        io.y <== io.a
      },
      text: """
        @5: error: state 'idle' of 'phase' has a block before [SYS0034]
          in module #
          fix: write one block for a state
        1 error
        """),
    Mistake(
      .partlyDriven, "cases",
      { io, m in
        let phase = m.register("phase", Phase.self, reset: .idle)
        phase.next <== .run
        m.switch(phase) {
          $0.case(.idle) { io.y <== 1 }
          $0.case(.run) { io.y <== 2 }
        }
      },
      text: """
        @7: error: 'y' is not driven on every path [SYS0007]
          in module #
          fix: assign a default before m.when, or add otherwise
        1 error
        """),
    Mistake(
      .unreachableChoice, "again",
      { io, m in
        let phase = m.register("phase", Phase.self, reset: .idle)
        phase.next <== .run
        io.y <== 0
        m.switch(phase) {
          $0.case(.idle, .load) { io.y <== 1 }
          $0.case(.idle) { io.y <== 2 }
        }
      },
      text: """
        @8: error: the case 'idle' has a branch before [SYS0017]
          in module #
          fix: name each case once
        1 error
        """),
    Mistake(
      .badStateMachine, "island",
      { io, m in
        m.stateMachine("phase", of: Phase.self, reset: .idle) { phase in
          phase.when(.load) { phase.go(.run) }
          phase.when(.run) { phase.go(.load) }
        }
        io.y <== io.a
      },
      text: """
        @3: error: state 'load' of 'phase' is never entered: 'run' goes there, which is not entered either [SYS0034]
          in module #
          fix: go there, or remove the case; a state of some parameters only is left out of states:
        @3: error: state 'run' of 'phase' is never entered: 'load' goes there, which is not entered either [SYS0034]
          in module #
          fix: go there, or remove the case; a state of some parameters only is left out of states:
        2 errors
        """),
    Mistake(
      .badEnum, "listed",
      { io, m in
        m.register("state", Twice.self, reset: .on).next <== .off
        io.y <== io.a
      },
      text: """
        @3: error: enum 'Twice' has the case 'on' twice [SYS0035]
          in module #
          fix: list each case once in allCases
        1 error
        """),
    Mistake(
      .badEnum, "title",
      { io, m in
        m.register("state", Titled.self, reset: .first).next <== .second
        io.y <== io.a
      },
      text: """
        @3: error: the case 'a case' of enum 'Titled' is no identifier [SYS0035]
          in module #
          fix: use letters, digits and underscores for its name, or for its description where it has one
        1 error
        """),
    Mistake(
      .badEnum, "alike",
      { io, m in
        m.register("state", Alike.self, reset: .first).next <== .second
        io.y <== io.a
      },
      text: """
        @3: error: two cases of enum 'Alike' are called 'one' [SYS0035]
          in module #
          fix: give each a description of its own
        1 error
        """),
    Mistake(
      .badEnum, "many",
      { io, m in
        m.register("state", Many.self, reset: Many(number: 0)).next <== Many(number: 61)
        io.y <== io.a
      },
      text: """
        @3: error: enum 'Many' has 70 cases, too many for one bit each [SYS0035]
          in module #
          fix: use .binary or .gray; .oneHot takes up to 62 cases
        1 error
        """),
  ]
}
