/// The parts of which the page of coverage is made.
enum CoveragePage {
  /// A table whose columns sort by a click on their heads; those in `texts` are not of numbers.
  static func table(_ heads: [String], texts: [String] = [], _ rows: [String]) -> String {
    "<div class=\"wide\"><table><thead><tr>"
      + heads.map {
        "<th\(texts.contains($0) ? " class=\"text\"" : "")><button type=\"button\">\($0.escaped)</button></th>"
      }.joined()
      + "</tr></thead><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table></div>"
  }

  /// A share as a bar with its numbers.
  static func bar(_ reached: Int, _ total: Int) -> String {
    let share = total == 0 ? 100 : 100 * reached / total
    return
      "<span class=\"bar\(reached == total ? "" : " open")\" data-sort=\"\(share)\"><i style=\"width:\(share)%\"></i>"
      + "<b>\(reached) / \(total)</b></span>"
  }

  /// A histogram as a picture in the page.
  static func figure(_ title: String, _ histogram: CoverageHistogram) -> String {
    let classes = histogram.classes(24)
    let most = max(1, classes.map(\.count).max() ?? 1)
    let (width, height, left, bottom) = (420, 150, 44, 22)
    let step = Double(width - left) / Double(max(1, classes.count))
    var parts: [String] = []
    // Half of one is no count.
    for share in most == 1 ? [1.0] : [0.5, 1.0] {
      let y = Double(height) * (1 - share) + 8
      parts.append("<line x1=\"\(left)\" x2=\"\(width)\" y1=\"\(decimal(y, 1))\" y2=\"\(decimal(y, 1))\"/>")
      parts.append(
        "<text x=\"\(left - 6)\" y=\"\(decimal(y + 4, 1))\" text-anchor=\"end\">\(Int(Double(most) * share))</text>")
    }
    for (index, part) in classes.enumerated() {
      let tall = part.count == 0 ? 0 : max(1, Double(height) * Double(part.count) / Double(most))
      let x = Double(left) + step * Double(index)
      let numbers =
        part.numbers.lowerBound == part.numbers.upperBound
        ? "\(part.numbers.lowerBound)" : "\(part.numbers.lowerBound)–\(part.numbers.upperBound)"
      parts.append(
        "<rect x=\"\(decimal(x + 0.5, 1))\" y=\"\(decimal(Double(height) - tall + 8, 1))\" "
          + "width=\"\(decimal(max(1, step - 1), 1))\" height=\"\(decimal(tall, 1))\"><title>\(numbers): \(part.count)</title></rect>"
      )
    }
    let ends = [classes.first?.numbers.lowerBound, classes.last?.numbers.upperBound].compactMap { $0 }
    if let first = ends.first, let last = ends.last {
      let y = height + bottom
      parts.append("<text x=\"\(left)\" y=\"\(y)\">\(first)</text>")
      if last != first { parts.append("<text x=\"\(width)\" y=\"\(y)\" text-anchor=\"end\">\(last)</text>") }
    }
    return "<figure><figcaption>\(title.escaped)<small>\(histogram.summary.escaped)</small></figcaption>"
      + "<svg viewBox=\"0 0 \(width) \(height + bottom + 6)\" role=\"img\">\(parts.joined())</svg></figure>"
  }

  static let style = """
    :root { --fg: #1a1a1a; --bg: #fff; --soft: #f4f5f6; --line: #dcdfe3; --good: #14733b; --goodbg: #e3f4e9; --bad: #b3261e;
      --badbg: #fdecea; --mute: #68707a; --bar: #3f8f5f; --accent: #2f6fbe; }
    @media (prefers-color-scheme: dark) { :root { --fg: #e6e6e6; --bg: #161616; --soft: #212225; --line: #34373c;
      --good: #7fd1a0; --goodbg: #17301f; --bad: #ff8a80; --badbg: #3b1a18; --mute: #9aa2ab; --bar: #4fa472; --accent: #7db0ee; } }
    body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 74rem; padding: 0 1rem; color: var(--fg);
      background: var(--bg); }
    h1 { margin-bottom: .2rem; } h2 { margin-top: 2.6rem; border-bottom: 2px solid var(--line); padding-bottom: .2rem; }
    .lead { font-size: 1.05rem; color: var(--mute); margin-top: 0; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; }
    th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top; }
    th:first-child, .text { text-align: left; } tbody th { font-weight: 500; }
    tbody th small { display: block; color: var(--mute); font-weight: 400; }
    thead button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
    thead button::after { content: " \\2195"; color: var(--mute); }
    tr.bad { background: var(--badbg); }
    a { color: var(--accent); } code, pre { font-family: ui-monospace, monospace; font-size: 13px; }
    .bar { display: inline-block; position: relative; width: 9rem; height: 1.25rem; background: var(--soft); border-radius: 3px;
      overflow: hidden; vertical-align: middle; text-align: center; }
    .bar i { position: absolute; inset: 0 auto 0 0; background: var(--bar); opacity: .45; } .bar.open i { background: var(--bad); }
    .bar b { position: relative; font-weight: 500; font-size: 13px; }
    .bin { display: inline-block; margin: .1rem .15rem .1rem 0; padding: 0 .4rem; border-radius: 3px; font-size: 13px;
      background: var(--soft); }
    .bin b { margin-left: .4rem; font-weight: 400; color: var(--mute); } .bin.hit { background: var(--goodbg); }
    .bin.miss { background: var(--badbg); outline: 1px solid var(--bad); } .bin.out { opacity: .6; text-decoration: line-through; }
    .bin.out b { display: inline-block; text-decoration: none; }
    summary { cursor: pointer; font-weight: 600; margin: .4rem 0; }
    td details summary { font-weight: 400; margin: 0; }
    .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; }
    figure { margin: 0; } figcaption small { display: block; color: var(--mute); }
    svg { width: 100%; height: auto; } svg rect { fill: var(--accent); } svg text { font-size: 11px; fill: var(--mute); }
    svg line { stroke: var(--line); }
    .source { background: var(--soft); padding: .6rem 0; overflow-x: auto; line-height: 1.35; }
    .line { display: block; white-space: pre; padding-right: 1rem; } .line i, .line b { display: inline-block; text-align: right;
      font-style: normal; font-weight: 400; color: var(--mute); margin-right: .8rem; }
    .line i { width: 3rem; } .line b { width: 4.5rem; } .line.hit b { color: var(--good); }
    .line.miss { background: var(--badbg); } .line.miss b { color: var(--bad); }
    """

  static let script = """
    for (const button of document.querySelectorAll("thead button")) {
      button.addEventListener("click", () => {
        const head = button.parentElement, body = head.closest("table").tBodies[0];
        const column = [...head.parentElement.children].indexOf(head);
        const down = head.dataset.down = head.dataset.down === "1" ? "0" : "1";
        const key = (row) => {
          const cell = row.children[column], marked = cell.matches("[data-sort]") ? cell : cell.querySelector("[data-sort]");
          const text = marked ? marked.dataset.sort : cell.textContent.trim();
          const number = parseFloat(text);
          return /^[-0-9]/.test(text) && !isNaN(number) ? number : text;
        };
        const rows = [...body.rows].sort((a, b) => {
          const [x, y] = [key(a), key(b)];
          return typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), undefined, { numeric: true });
        });
        if (down === "0") rows.reverse();
        body.append(...rows);
      });
    }
    """
}

extension String {
  /// The text as HTML takes it.
  var escaped: String { HTMLDocument.escaped(self) }
}
