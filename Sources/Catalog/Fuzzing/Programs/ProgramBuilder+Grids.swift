import HDL

extension ProgramBuilder {
  func addGrid(_ use: GridUse) {
    let grid = m.grid(ProgramCircuit(program.cells[use.cell]), use.name, rows: use.rows, columns: use.columns)
    var links = use.links[...]
    var next = 0
    func connect<T: PortElement>(
      _ inputs: [GridInput<T>], _ outputs: [GridOutput<T>], _ wrap: (T) -> Value, _ unwrap: (Value) -> T
    ) {
      for input in inputs { link(input, links.removeFirst(), outputs, first: next, use.columns, unwrap) }
      for read in use.reads where outputs.indices.contains(read.output - next) {
        values[read.result.id] = wrap(outputs[read.output - next][read.row, read.column])
      }
      next += outputs.count
    }
    connect(grid.bits, grid.bitsOut, { Value($0) }, \.bit)
    connect(grid.unsigned, grid.unsignedOut, { Value($0) }, \.unsigned)
    connect(grid.signed, grid.signedOut, { Value($0) }, \.signed)
    connect(grid.vectors, grid.vectorsOut, { Value($0) }, \.vector)
  }

  private func link<T: PortElement>(
    _ input: GridInput<T>, _ use: GridUse.Link, _ outputs: [GridOutput<T>], first: Int, _ columns: Int,
    _ unwrap: (Value) -> T
  ) {
    let values = use.values.map { unwrap(value($0)) }
    switch use.form {
    case .all: input <== values[0]
    case .rows: input <== .rows(values)
    case .columns: input <== .columns(values)
    case .cells:
      input <== .cells(stride(from: 0, to: values.count, by: columns).map { Array(values[$0..<$0 + columns]) })
    case .chain(let output, let side, let isOne):
      let source = outputs[output - first]
      input <== (isOne ? .chain(source, from: side, entering: values[0]) : .chain(source, from: side, entering: values))
    }
  }
}
