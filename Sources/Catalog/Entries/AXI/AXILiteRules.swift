import Catalog
import Components
import Golden
import HDL
import Testbench

extension Catalog {
  /// For each question on a bus there is one answer, after it.
  static func axiLiteAnswers<G: Generator>(
    _ bus: @escaping @Sendable (Observation<G.Ports>) -> Observation<AXILite>
  ) -> [Checker<G>] {
    func checker(
      _ answer: String, _ question: String,
      _ ports: @escaping @Sendable (Observation<AXILite>) -> (asked: Bit, offered: Bit, answered: Bit)
    ) -> Checker<G> {
      Checker(
        "answered-\(answer)-\(question)",
        "On '\(answer)' there is one answer for each question on '\(question)', after it."
      ) { io, m in
        let (asked, offered, answered) = ports(bus(io))
        let open = m.balance("asked", up: asked, down: answered, width: 8)
        m.assert(open .<= 1, "one_is_open", "a question is taken before the last one was answered")
        m.assert(!offered | (open .== 1), "was_asked", "an answer comes without a question")
      }
    }
    return [
      checker("b", "aw") { ($0.aw.transfers, $0.b.valid, $0.b.transfers) },
      checker("b", "w") { ($0.w.transfers, $0.b.valid, $0.b.transfers) },
      checker("r", "ar") { ($0.ar.transfers, $0.r.valid, $0.r.transfers) },
    ]
  }
}
