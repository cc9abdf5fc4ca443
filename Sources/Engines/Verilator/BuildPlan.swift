import Foundation
import Netlist
import Tools

extension VerilatorInstallation {
  /// The compression libraries that its writer of FST waves needs, each with the header that it includes.
  var waveLibraries: [(name: String, header: String)] {
    [("z", "zlib.h")] + (release >= .init(5, 40) ? [("lz4", "lz4.h")] : [])
  }
}

/// The command lines of a build. All paths in them are relative to the build's own folder, except those of tools.
struct BuildPlan {
  let verilator: VerilatorInstallation
  let compiler: CompilerInstallation
  let optimization: ModelProfile.Optimization
  /// The wave format compiled in; nil for none.
  let waves: WaveFormat?
  /// Whether lines and bits are counted.
  let countsCoverage: Bool
  /// Where headers and libraries for waves are found beyond the machine's own.
  let includeFolders: [String]
  let libraryFolders: [String]

  /// File names within a build folder.
  static let generated = "generated"
  static let unit = "model.cpp"
  static let object = "model.o"
  static let library = "model.so"
  static let archive = "runtime.a"

  // MARK: - Verilog to C++

  func verilate(top: String, arguments own: [String], sources: [String]) -> [String] {
    var arguments = ["--cc", "--prefix", ModelShim.className, "--top-module", top, "--Mdir", Self.generated]
    // Warnings are the business of lint; here only errors stop.
    arguments += ["-Wno-fatal", "-Wno-lint", "-Wno-style", "--assert", "--no-timing"]
    // Undriven and uninitialised bits are random, so that a design that depends on them shows it.
    arguments += ["--x-assign", "unique", "--x-initial", "unique", "--timescale-override", "1ns/1ns"]
    switch waves {
    case nil: break
    case .vcd: arguments += [verilator.release >= .init(5, 36) ? "--trace-vcd" : "--trace"] + traceAll
    case .fst: arguments += ["--trace-fst"] + traceAll
    }
    if countsCoverage {
      arguments += ["--coverage-line", "--coverage-toggle"]
      // By default bits of signals wider than 256 would be left out.
      arguments += ["--coverage-max-width", "65536"]
    }
    return arguments + own + sources
  }

  /// By default signals wider than 256 bits would be left out of waves.
  private var traceAll: [String] { ["--trace-max-width", "0"] }

  /// What stands between the model and this process.
  func shim(for interface: ModuleInterface) -> ModelShim {
    ModelShim(interface: interface, waves: waves, countsCoverage: countsCoverage)
  }

  // MARK: - C++ to machine code

  private var optimizationFlags: [String] {
    switch optimization {
    case .none: ["-O0"]
    case .standard: ["-O2"]
    case .native: ["-O3", "-march=native"]
    }
  }

  private var commonFlags: [String] {
    var flags = ["-std=gnu++17", "-fPIC", "-pthread", "-w", "-fvisibility=hidden"]
    // Unique symbols would tie all models of the process together.
    if compiler.family == .gcc { flags.append("-fno-gnu-unique") }
    return flags + [
      "-DVERILATOR=1", "-DVL_USER_FINISH", "-DVL_USER_STOP", "-DVL_USER_STOP_MAYBE", "-DVL_USER_FATAL",
    ]
  }

  private var searchPaths: [String] {
    (["", "/vltstd"].map { verilator.includeFolder + $0 } + includeFolders).map { "-I" + $0 }
  }

  /// Compiles the model's one translation unit. `headers` is the folder of the precompiled header.
  func compileModel(headers: String) -> [String] {
    optimizationFlags + commonFlags + useOfHeader(in: headers) + ["-I" + Self.generated] + searchPaths
      + ["-c", Self.unit, "-o", Self.object]
  }

  private func useOfHeader(in folder: String) -> [String] {
    switch compiler.family {
    case .clang: ["-include-pch", "\(folder)/\(Self.header).pch"]
    // GCC finds the compiled header beside the header.
    case .gcc: ["-include", "\(folder)/\(Self.header)"]
    }
  }

  /// Precompiles what every model includes.
  func compileHeader() -> [String] {
    let flags = optimizationFlags + commonFlags + searchPaths + ["-x", "c++-header"]
    return switch compiler.family {
    // Clang remembers where the header was, so that it gets one that stays. Without the option it would instantiate the
    // header's templates again for every model, which takes 0.35 s, several times as long as a small model itself.
    case .clang:
      flags + ["-fpch-instantiate-templates", verilator.includeFolder + "/verilated.h", "-o", Self.header + ".pch"]
    case .gcc: flags + [Self.header, "-o", Self.header + ".gch"]
    }
  }

  /// Name and contents of the header that GCC precompiles.
  static let header = "base.h"
  static let headerText = "#include \"verilated.h\"\n"

  /// The runtime's sources: those that every model needs, and the one for waves. Each group is compiled once.
  var runtimeSources: [[String]] {
    [["verilated", "verilated_threads", "verilated_probdist"]] + (waves.map { [["verilated_\($0.rawValue)_c"]] } ?? [])
      + (countsCoverage ? [["verilated_cov"]] : [])
  }

  /// Compiles one of ``runtimeSources``. The runtime is always optimised: all models share it.
  func compileRuntime(_ name: String) -> [String] {
    ["-O2"] + commonFlags + ["-DVL_PRINTF=systole_print", "-include", "shim.h"] + searchPaths
      + ["-c", "\(verilator.includeFolder)/\(name).cpp", "-o", name + ".o"]
  }

  /// Contents of `shim.h`: what the runtime takes from the model's shim and does not declare itself. What a design writes
  /// to the file of standard output goes to standard error, as what it displays does.
  static let shimHeader = """
    #include <cstdio>
    #undef stdout
    #define stdout stderr
    extern "C" int systole_print(const char* format, ...);
    void vl_stop_maybe(const char* file, int line, const char* hierarchy, bool maybe);

    """

  /// Links the model. `runtimes` are the folders of the archives.
  func link(runtimes: [String]) -> [String] {
    var arguments = ["-shared", "-pthread", "-o", Self.library, Self.object]
    arguments += runtimes.map { $0 + "/" + Self.archive }
    arguments += ["-Wl,--exclude-libs,ALL", "-Wl,--gc-sections", "-Wl,-z,now", "-Wl,-s"]
    // A library that is not named shows here, and not only in a process that has not loaded it by chance.
    arguments.append("-Wl,-z,defs")
    if usesBundledLinker { arguments.append("-fuse-ld=lld") }
    if waves == .fst {
      arguments += libraryFolders.flatMap { ["-L" + $0, "-Wl,-rpath," + $0] }
      arguments += verilator.waveLibraries.map { "-l" + $0.name }
    }
    return arguments
  }

  /// The linker beside clang is several times as fast as the system's.
  private var usesBundledLinker: Bool {
    compiler.family == .clang
      && FileSystem.exists(
        URL(fileURLWithPath: compiler.program.path).deletingLastPathComponent().path + "/ld.lld")
  }
}
