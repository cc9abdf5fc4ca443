import Campaigns
import Catalog
import HDL
import Netlist
import Testbench
import Testing
import Verilator

@Suite struct RunRecipeTests {
  @Test func `The command has what decides a run and is not as usual`() throws {
    var recipe = RunRecipe(block: "stream-fifo", RunConditions(seed: 7))
    #expect(recipe.command(run: 3) == "systole cosim stream-fifo --seed 0x0000000000000007 --first-run 3")
    recipe.configuration = "registers"
    recipe.settings = [Setting("depth", "5")]
    recipe.workload = [Setting("count", "9")]
    recipe.engine = .native
    recipe.reset = ResetStyle(.asynchronous, .activeLow)
    recipe.stalls = .random(0.25)
    #expect(
      recipe.command(run: 0)
        == "systole cosim stream-fifo --configuration registers --set depth=5 --work count=9 --engine native"
        + " --reset async --active-low --stalls 0.25 --seed 0x0000000000000007 --first-run 0")
  }

  @Test func `The command names the files of foreign Verilog, quoted where a shell needs it`() {
    var recipe = RunRecipe(block: "matmul", RunConditions(seed: 1))
    recipe.foreign = ForeignVerilog(
      files: ["my top.v", "b.v"], top: "Top", includeFolders: ["inc"], macros: ["FAST": "", "N": "3"],
      parameters: ["W": "8"],
      clocks: [
        ClockShape(clock: "ck", reset: "rst"), ClockShape(clock: "ck2", reset: "rst", edge: .falling),
      ])
    recipe.judgesTiming = true
    #expect(
      recipe.command(run: 2)
        == "systole cosim --verilog 'my top.v' --verilog b.v --top Top --include inc --define FAST --define N=3"
        + " --parameter W=8 --clock ck --clock ck2:falling --reset-port rst --against matmul --timing"
        + " --seed 0x0000000000000001 --first-run 2")
  }

  @Test(arguments: ["never", "reluctant", "contrary", "mixed", "0.5", "0.0"])
  func `A stall profile that a command names is named by it`(word: String) throws {
    var recipe = RunRecipe(block: "stream-fifo", RunConditions(seed: 1))
    let profile: StallProfile = try #require(StallProfile(argument: word))
    recipe.stalls = profile
    #expect(recipe.command(run: 0).contains("--stalls \(word) "))
  }

  @Test(arguments: ["", "often", "1", "-0.1", "nan"])
  func `Other words name no stall profile`(word: String) { #expect(StallProfile(argument: word) == nil) }

  @Test func `A case is of its recipe, and keeps it through its file`() throws {
    var recipe = RunRecipe(block: "stream-fifo", RunConditions(.both, seed: 11))
    recipe.settings = [Setting("depth", "3")]
    recipe.stalls = .bursts(stalled: 2, flowing: 3)
    recipe.reset = ResetStyle(.asynchronous, .activeHigh)
    let failing = FailingCase(recipe, run: 4)
    #expect(try FailingCase(json: failing.json()).recipe == recipe)
    #expect(try recipe.catalogBlock().parameters.first { $0.name == "depth" }?.value == "3")
  }
}
