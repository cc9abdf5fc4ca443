import HDL
import Testing
import Verilog

/// The template of each kind of memory.
@Suite struct MemoryTextTests {
  /// A memory of 16 words of 8 bits on common ports.
  struct Sample: Generator {
    var name: String
    let body: @Sendable (Interior<Ports>, Module) -> UInt

    struct Ports {
      let a, b: Input<UInt>
      let data: Input<UInt>
      let write, enable: Input<Bit>
      let lanes: Input<Bits>
      let y: Output<UInt>
    }
    var ports: Ports {
      Ports(
        a: .init(4), b: .init(4), data: .init(8), write: .init(), enable: .init(), lanes: .init(2), y: .init(8))
    }
    func build(_ io: Interior<Ports>, in m: Module) { io.y <== body(io, m) }

    static func == (left: Sample, right: Sample) -> Bool { left.name == right.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
  }

  /// The lines between the first declaration and the sink of what is unused.
  private func text(_ name: String, _ body: @escaping @Sendable (Interior<Sample.Ports>, Module) -> UInt) throws
    -> String
  {
    let all = try LanguageTests.body(Sample(name: name, body: body))
    let end = all.range(of: "\n  wire unused")?.lowerBound ?? all.endIndex
    return String(all[..<end])
  }

  @Test func `The file of a memory with a long name has a short one`() throws {
    let names = ["a", "b"].map { String(repeating: "n", count: 250) + $0 }
    let circuit = try Sample(name: "long") { io, m in
      let roms = names.map { m.rom($0, UInt.self, width: 8, contents: MemoryContents.words(Array(0..<16)).inFile) }
      return roms[0].read(at: io.a) ^ roms[1].read(at: io.b)
    }.elaborate()
    let files = circuit.dataFiles.map(\.name)
    #expect(Set(files).count == 2 && files.allSatisfy { $0.utf8.count <= 200 && $0.hasSuffix(".hex") })
    let text = try #require(circuit.verilog().last?.text)
    for file in files { #expect(text.contains("\"\(file)\"")) }
  }

  @Test func `A port that gives its own new data loads it instead of the word`() throws {
    let found = try text("new") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 16)
      ram.write(io.data, at: io.a, when: io.write)
      return ram.read(at: io.a, when: io.enable, during: .newData)
    }
    #expect(
      found == """
          reg [7:0] ram [0:15];
          reg [7:0] ram_data;

          assign y = ram_data;

          always @(posedge clock) begin
            if (write) begin
              ram[a] <= data;
            end
            if (enable) begin
              if (write) begin
                ram_data <= data;
              end else begin
                ram_data <= ram[a];
              end
            end
          end

        """)
  }

  @Test func `New data of another address costs a comparator`() throws {
    let found = try text("simple") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 16)
      ram.write(io.data, at: io.a, when: io.write)
      return ram.read(at: io.b, during: .newData)
    }
    #expect(
      found == """
          reg [7:0] ram [0:15];
          reg [7:0] ram_data;

          assign y = ram_data;

          always @(posedge clock) begin
            if (write) begin
              ram[a] <= data;
            end
            if (write & (b == a)) begin
              ram_data <= data;
            end else begin
              ram_data <= ram[b];
            end
          end

        """)
  }

  @Test func `A port that keeps its word loads only where nothing is written`() throws {
    let found = try text("kept") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 16)
      ram.write(io.data, at: io.a, when: io.write)
      return ram.read(at: io.a, during: .noChange)
    }
    #expect(
      found == """
          reg [7:0] ram [0:15];
          reg [7:0] ram_data;

          assign y = ram_data;

          always @(posedge clock) begin
            if (write) begin
              ram[a] <= data;
            end
            if (!write) begin
              ram_data <= ram[a];
            end
          end

        """)
  }

  @Test func `Lanes are stored under conditions of their own, which the conditions around join`() throws {
    let found = try text("lanes") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 16, lanes: 2)
      m.when(io.enable) { ram.write(io.data, at: io.a, when: io.write, lanes: io.lanes) }
      return ram.read(at: io.b)
    }
    #expect(
      found == """
          reg [7:0] ram [0:15];
          reg [7:0] ram_data;

          wire enable_and_write = enable & write;
          assign y = ram_data;

          always @(posedge clock) begin
            if (enable_and_write & lanes[0]) begin
              ram[a][3:0] <= data[3:0];
            end
            if (enable_and_write & lanes[1]) begin
              ram[a][7:4] <= data[7:4];
            end
            ram_data <= ram[b];
          end

        """)
  }

  @Test func `Lanes that give new data are loaded one by one`() throws {
    let found = try text("lanesnew") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 16, lanes: 2)
      ram.write(io.data, at: io.a, when: io.write, lanes: io.lanes)
      return ram.read(at: io.a, during: .newData)
    }
    #expect(
      found == """
          reg [7:0] ram [0:15];
          reg [7:0] ram_data;

          wire write_and_lanes_0 = write & lanes[0];
          wire write_and_lanes_1 = write & lanes[1];
          assign y = ram_data;

          always @(posedge clock) begin
            if (write_and_lanes_0) begin
              ram[a][3:0] <= data[3:0];
            end
            if (write_and_lanes_1) begin
              ram[a][7:4] <= data[7:4];
            end
            if (write_and_lanes_0) begin
              ram_data[3:0] <= data[3:0];
            end else begin
              ram_data[3:0] <= ram[a][3:0];
            end
            if (write_and_lanes_1) begin
              ram_data[7:4] <= data[7:4];
            end else begin
              ram_data[7:4] <= ram[a][7:4];
            end
          end

        """)
  }

  @Test func `A read without a clock is an assignment`() throws {
    let found = try text("async") { io, m in
      let ram = m.memory("ram", UInt.self, width: 8, depth: 16)
      ram.write(io.data, at: io.a, when: io.write)
      return ram.readAsync(at: io.b)
    }
    #expect(
      found == """
          reg [7:0] ram [0:15];
          wire [7:0] ram_data;

          assign y = ram_data;
          assign ram_data = ram[b];

          always @(posedge clock) begin
            if (write) begin
              ram[a] <= data;
            end
          end

        """)
  }

  @Test func `A ROM has its contents in an initial block and says what it should become`() throws {
    let found = try text("rom") { io, m in
      m.rom("squares", UInt.self, width: 8, depth: 16, contents: [0, 1, 4, 9], style: .block).read(
        at: io.a, when: io.enable)
    }
    #expect(
      found == """
          (* rom_style = "block" *)
          reg [7:0] squares [0:15];
          reg [7:0] squares_data;
          initial begin
            squares[0] = 8'd0;
            squares[1] = 8'd1;
            squares[2] = 8'd4;
            squares[3] = 8'd9;
            squares[4] = 8'd0;
            squares[5] = 8'd0;
            squares[6] = 8'd0;
            squares[7] = 8'd0;
            squares[8] = 8'd0;
            squares[9] = 8'd0;
            squares[10] = 8'd0;
            squares[11] = 8'd0;
            squares[12] = 8'd0;
            squares[13] = 8'd0;
            squares[14] = 8'd0;
            squares[15] = 8'd0;
          end

          assign y = squares_data;

          always @(posedge clock) begin
            if (enable) begin
              squares_data <= squares[a];
            end
          end

        """)
  }

  @Test func `Two ports have a block each, and the second one wins`() throws {
    let found = try text("pair") { io, m in
      let ram = m.dualPortMemory(
        "ram", UInt.self, width: 8, depth: 16, duringOwnWrite: .newData, duringOtherWrite: .newData)
      let x = ram.a.access(at: io.a, writing: io.data, when: io.write, enable: io.enable)
      return x ^ ram.b.access(at: io.b, writing: ~io.data, when: io.lanes[0])
    }
    #expect(
      found == """
          reg [7:0] ram [0:15];
          reg [7:0] ram_a_data;
          reg [7:0] ram_b_data;

          wire [7:0] not_data = ~data;
          wire lanes_0_and_a_eq_b = lanes[0] & (a == b);
          wire and_with_enable = enable & write & !lanes_0_and_a_eq_b;
          assign y = ram_a_data ^ ram_b_data;

          always @(posedge clock) begin
            if (and_with_enable) begin
              ram[a] <= data;
            end
            if (enable) begin
              if (lanes_0_and_a_eq_b) begin
                ram_a_data <= not_data;
              end else if (and_with_enable) begin
                ram_a_data <= data;
              end else begin
                ram_a_data <= ram[a];
              end
            end
          end

          always @(posedge clock) begin
            if (lanes[0]) begin
              ram[b] <= not_data;
            end
            if (lanes[0]) begin
              ram_b_data <= not_data;
            end else if (and_with_enable & (b == a)) begin
              ram_b_data <= data;
            end else begin
              ram_b_data <= ram[b];
            end
          end

        """)
  }

  /// A memory with two clocks.
  struct TwoClocks: Generator {
    static let left = ClockDomain("left"), right = ClockDomain("right")

    struct Ports {
      let a, b: Input<UInt>
      let left, right: Input<UInt>
      let isLeft, isRight: Input<Bit>
      let x, y: Output<UInt>
    }
    var ports: Ports {
      Ports(
        a: .init(4).in(Self.left), b: .init(4).in(Self.right), left: .init(8).in(Self.left),
        right: .init(8).in(Self.right), isLeft: .init().in(Self.left), isRight: .init().in(Self.right),
        x: .init(8).in(Self.left), y: .init(8).in(Self.right))
    }
    func build(_ io: Interior<Ports>, in m: Module) {
      let ram = m.dualPortMemory(
        "ram", UInt.self, width: 8, depth: 16, duringOwnWrite: .newData, clocks: (a: Self.left, b: Self.right))
      io.x <== ram.a.access(at: io.a, writing: io.left, when: io.isLeft)
      io.y <== ram.b.access(at: io.b, writing: io.right, when: io.isRight)
    }
  }

  @Test func `Each of two ports has its own clock where that is asked for`() throws {
    #expect(
      try LanguageTests.body(TwoClocks()) == """
          // verilator lint_off MULTIDRIVEN
          reg [7:0] ram [0:15];
          // verilator lint_on MULTIDRIVEN
          reg [7:0] ram_a_data;
          reg [7:0] ram_b_data;

          assign x = ram_a_data;
          assign y = ram_b_data;

          always @(posedge left_clock) begin
            if (is_left) begin
              ram[a] <= left;
            end
            if (is_left) begin
              ram_a_data <= left;
            end else begin
              ram_a_data <= ram[a];
            end
          end

          always @(posedge right_clock) begin
            if (is_right) begin
              ram[b] <= right;
            end
            if (is_right) begin
              ram_b_data <= right;
            end else begin
              ram_b_data <= ram[b];
            end
          end

        """)
  }
}
