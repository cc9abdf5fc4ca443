import CModel
import Engine
import Netlist

/// The C++ between a Verilated class and this process: one table of C functions, whatever the design.
struct ModelShim {
  /// Name that Verilator gives to the class of the top module.
  static let className = "Vmodel"

  let interface: ModuleInterface
  /// The wave format compiled in; nil for none.
  let waves: WaveFormat?
  /// Whether the model counts lines and bits.
  let countsCoverage: Bool

  /// Data ports and then the reset of each clock, the order of `pin`; nil for a clock without reset.
  private var pins: [(name: String, width: Int)?] {
    interface.ports.map { ($0.name, $0.width) } + interface.clocks.map { clock in clock.reset.map { ($0, 1) } }
  }

  /// The text to compile after the generated sources.
  ///
  /// - Parameters:
  ///   - members: C++ member names by port name.
  ///   - canSkipCleanup: Whether an evaluation leaves nothing behind; see ``ModelBuild``.
  func text(members: [String: String], canSkipCleanup: Bool = false) -> String {
    [
      "#include \"\(Self.className).h\"", traceInclude, countsCoverage ? "#include \"verilated_cov.h\"" : "",
      "#include <atomic>\n#include <cstdarg>\n#include <cstdint>\n#include <cstdio>\n#include <cstring>\n#include <exception>",
      "#include <mutex>\n#include <string>",
      "extern \"C\" {", String(cString: systole_declaration()), "}", instance, callbacks, construction(members),
      evaluation(members, canSkipCleanup: canSkipCleanup && waves == nil), tracing, table,
    ].joined(separator: "\n")
  }

  private var traceInclude: String { waves.map { "#include \"verilated_\($0.rawValue)_c.h\"" } ?? "" }

  private var traceClass: String { waves == .fst ? "VerilatedFstC" : "VerilatedVcdC" }

  private var instance: String {
    """
    namespace {
    struct Halt {};
    struct Instance {
      VerilatedContext context;
      \(Self.className)* top = nullptr;
      \(waves == nil ? "" : traceClass + "* trace = nullptr;")
      int32_t status = \(systole_ok);
      int32_t line = 0;
      uint64_t cycles = 0;
      bool has_begun = false;
      void* thread = nullptr;
      std::string file, message, lost_wave;
    };
    // The runtime asks the thread for a context in a few places ($random, files). A context that lives as long as the
    // process serves there: one of an instance might be gone already.
    void attach(Instance& instance, void* thread) {
      static VerilatedContext& common = *new VerilatedContext;
      Verilated::threadContextp(&common);
      instance.thread = thread;
    }
    // The callbacks of the runtime do not say which instance they are for; an evaluation stays on its thread.
    struct Failure {
      int32_t status = 0, line = 0;
      std::string file, message, printed, lost_wave;
    };
    thread_local Failure failure;
    // How many threads have kept back what looks like the announcement of a failure: rarely any, and cheap to ask.
    std::atomic<int> kept{0};
    // What the design prints goes to standard error, whole: standard output belongs to the program.
    void show(const std::string& text) { fwrite(text.data(), 1, text.size(), stderr); }
    void keep(const std::string& text) {
      failure.printed = text;
      ++kept;
    }
    std::string take_kept() {
      std::string text;
      if (failure.printed.empty()) return text;
      text.swap(failure.printed);
      --kept;
      return text;
    }
    [[noreturn]] void halt(int32_t status, const char* file, int line, const std::string& message) {
      failure.status = status;
      failure.line = line;
      failure.file = file ? file : "";
      failure.message = message;
      throw Halt{};
    }
    template <typename Body> inline int32_t guarded(Instance& instance, Body body) {
      if (VL_UNLIKELY(instance.status)) return \(systole_dead);
      void* const thread = __builtin_thread_pointer();
      if (VL_UNLIKELY(thread != instance.thread)) attach(instance, thread);
      try {
        body();
        if (VL_UNLIKELY(kept.load(std::memory_order_relaxed))) show(take_kept());
        return \(systole_ok);
      } catch (const Halt&) {
      } catch (const std::exception& error) {
        failure.status = \(systole_stopped);
        failure.message = error.what();
      }
      instance.status = failure.status;
      instance.line = failure.line;
      instance.file = failure.file;
      instance.message = failure.message;
      show(take_kept());
      failure = Failure{};
      return instance.status;
    }
    }
    """
  }

  /// Replaces the runtime's own reactions, which end the process.
  private var callbacks: String {
    """
    extern "C" int systole_print(const char* format, ...) {
      va_list list, again;
      va_start(list, format);
      va_copy(again, list);
      const int count = vsnprintf(nullptr, 0, format, list);
      std::string text(count > 0 ? count : 0, '\\0');
      if (count > 0) vsnprintf(&text[0], text.size() + 1, format, again);
      va_end(again);
      va_end(list);
      // The announcement of a failure becomes its message, if it is one.
      show(take_kept());
      const bool announces = !text.empty() && text[0] == '['
          && (text.find("] %Error: ") != std::string::npos || text.find("] %Fatal: ") != std::string::npos);
      const bool states = text.compare(0, 10, "assertion ") == 0 || text.compare(0, 11, "assumption ") == 0;
      if (announces || states) keep(text); else show(text);
      return count;
    }
    void vl_finish(const char* file, int line, const char*) { halt(\(systole_finished), file, line, ""); }
    void vl_stop_maybe(const char* file, int line, const char*, bool) {
      const std::string place = ":" + std::to_string(line) + ": ";
      const std::string printed = take_kept();
      const size_t start = printed.find(place);
      const bool states = printed.compare(0, 10, "assertion ") == 0 || printed.compare(0, 11, "assumption ") == 0;
      if (start == std::string::npos && !states) show(printed);
      std::string message = states ? printed
          : start == std::string::npos ? "$stop" : printed.substr(start + place.size());
      while (!message.empty() && message.back() == '\\n') message.pop_back();
      halt(\(systole_stopped), file, line, message);
    }
    void vl_stop(const char* file, int line, const char* hierarchy) { vl_stop_maybe(file, line, hierarchy, false); }
    void vl_fatal(const char* file, int line, const char*, const char* text) {
      const std::string message(text ? text : "");
      // A wave that cannot be written says nothing about the design: the run goes on.
      if (message.compare(0, 14, "VerilatedVcd::") == 0) {
        failure.lost_wave = message.substr(message.find(": ") + 2);
        return;
      }
      const bool settles = message.find("converge") == std::string::npos;
      halt(settles ? \(systole_stopped) : \(systole_not_converging), file, line, message);
    }
    """
  }

  private func construction(_ members: [String: String]) -> String {
    let checks = pins.compactMap { $0 }.map { pin in
      "static_assert(sizeof(static_cast<\(Self.className)*>(nullptr)->\(members[pin.name] ?? pin.name)) =="
        + " \(Pin.byteCount(width: pin.width)), \"port \(pin.name)\");"
    }
    let cases = pins.enumerated().compactMap { index, pin in
      pin.map { "case \(index): return &instance.top->\(members[$0.name] ?? $0.name);" }
    }
    let inputs = interface.ports.enumerated().filter { $0.element.direction == .input }.map { index, port in
      "memset(pin_of(*instance, \(index)), 0, \(Pin.byteCount(width: port.width)));"
    }
    let clocks = interface.clocks.map {
      "instance->top->\(members[$0.clock] ?? $0.clock) = \($0.edge == .rising ? 0 : 1);"
    }
    let resets = interface.clocks.compactMap { clock in
      clock.reset.map {
        "instance->top->\(members[$0] ?? $0) = \(clock.resetPolarity == .activeLow ? 1 : 0);"
      }
    }
    return """
      \(checks.joined(separator: "\n"))
      namespace {
      void* pin_of(Instance& instance, uint32_t index) {
        switch (index) {
          \(cases.joined(separator: "\n    "))
          default: return nullptr;
        }
      }
      // The runtime keeps a list of contexts that is not safe against several constructors at once.
      std::mutex construction;
      void* create(uint64_t seed, int32_t randomises) {
        const std::lock_guard<std::mutex> lock(construction);
        Instance* const instance = new Instance;
        try {
          instance->context.randReset(randomises ? 2 : 0);
          const int mixed = static_cast<int>(seed * 0x9E3779B97F4A7C15u >> 33);
          // Zero would ask for a seed from the clock.
          instance->context.randSeed(mixed ? mixed : 1);
          \(waves == nil ? "" : "instance->context.traceEverOn(true);")
          instance->top = new \(Self.className){&instance->context};
          attach(*instance, __builtin_thread_pointer());
        } catch (...) {
          delete instance;
          return nullptr;
        }
        \((inputs + clocks + resets).joined(separator: "\n    "))
        return instance;
      }
      void destroy(void* object) {
        Instance* const instance = static_cast<Instance*>(object);
        guarded(*instance, [&] { instance->top->final(); });
        \(waves == nil ? "" : "delete instance->trace;")
        delete instance->top;
        delete instance;
      }
      void* pin(void* instance, uint32_t index) { return pin_of(*static_cast<Instance*>(instance), index); }
      }
      """
  }

  /// Function of the generated code that evaluates the design, without what `eval()` does around it.
  static let evaluationFunction = "\(className)___024root___eval"

  private func evaluation(_ members: [String: String], canSkipCleanup: Bool) -> String {
    // Around the design's own function, eval() locks and unlocks mutexes of queues that only threads and classes fill:
    // half of the time of a small design.
    let again = canSkipCleanup ? "\(Self.evaluationFunction)(instance.top->rootp);" : "instance.top->eval();"
    let resets = interface.clocks.filter { $0.resetKind == .asynchronous }.compactMap { clock in
      clock.reset.map { (name: members[$0] ?? $0, inactive: clock.resetPolarity == .activeLow ? 1 : 0) }
    }
    let begin = resets.isEmpty ? "" : "begin(*instance.top);\n            "
    let evaluate =
      canSkipCleanup || !resets.isEmpty
      ? """
      if (VL_UNLIKELY(!instance.has_begun)) {
            instance.has_begun = true;
            \(begin)instance.top->eval();
          } else {
            \(again)
          }
      """ : "instance.top->eval();"
    let clocks = interface.clocks.map { (name: members[$0.clock] ?? $0.clock, rises: $0.edge == .rising) }
    let rise = clocks.enumerated().map { "top.\($1.name) = \($1.rises ? "" : "~")clocks >> \($0) & 1;" }
      .joined(separator: " ")
    let fall = clocks.map { "top.\($0.name) = \($0.rises ? 0 : 1);" }.joined(separator: " ")
    let dump = waves == nil ? "" : "if (VL_UNLIKELY(instance.trace)) dump(instance);"
    return """
      namespace {\(beginning(resets))\(dumping)
      inline void evaluate(Instance& instance) {
        \(evaluate)
      }
      inline void settle_once(Instance& instance) { evaluate(instance); }
      inline void step_once(Instance& instance, uint64_t clocks) {
        \(Self.className)& top = *instance.top;
        \(dump)
        instance.context.timeInc(1);
        \(rise)
        evaluate(instance);
        \(dump)
        instance.context.timeInc(1);
        \(fall)
        instance.cycles += clocks & 1;
      }
      int32_t settle(void* object) {
        Instance& instance = *static_cast<Instance*>(object);
        return guarded(instance, [&] { settle_once(instance); });
      }
      int32_t step(void* object, uint64_t clocks) {
        Instance& instance = *static_cast<Instance*>(object);
        return guarded(instance, [&] { step_once(instance, clocks); });
      }
      int32_t run(void* object, uint64_t cycles) {
        Instance& instance = *static_cast<Instance*>(object);
        return guarded(instance, [&] {
          for (uint64_t done = 0; done < cycles; ++done) {
            settle_once(instance);
            step_once(instance, ~uint64_t{0});
          }
        });
      }
      }
      """
  }

  /// Writes the values as they stand, and keeps for the instance what the writer says of a failure.
  private var dumping: String {
    guard waves != nil else { return "" }
    return """

      void keep_loss(Instance& instance) {
        if (VL_LIKELY(failure.lost_wave.empty())) return;
        if (instance.lost_wave.empty()) instance.lost_wave = failure.lost_wave;
        failure.lost_wave.clear();
      }
      void dump(Instance& instance) {
        instance.trace->dump(instance.context.time());
        keep_loss(instance);
      }
      """
  }

  /// An asynchronous reset acts by its edge, and the first evaluation only learns the levels: a reset that is active by
  /// then must have been seen without.
  private func beginning(_ resets: [(name: String, inactive: Int)]) -> String {
    guard !resets.isEmpty else { return "" }
    let lines =
      resets.enumerated().map { "const auto level_\($0) = top.\($1.name);" }
      + resets.map { "top.\($0.name) = \($0.inactive);" } + ["top.eval();"]
      + resets.enumerated().map { "top.\($1.name) = level_\($0);" }
    return """

      void begin(\(Self.className)& top) {
        \(lines.joined(separator: "\n        "))
      }
      """
  }

  private var tracing: String {
    guard waves != nil else { return "" }
    return """
      namespace {
      void stop_trace(void* object) {
        Instance& instance = *static_cast<Instance*>(object);
        if (!instance.trace) return;
        // The last edge ends here; without this the clock would not be seen to fall.
        if (!instance.status && instance.context.time() > 0) {
          settle_once(instance);
          dump(instance);
        }
        instance.trace->close();
        keep_loss(instance);
        delete instance.trace;
        instance.trace = nullptr;
      }
      void start_trace(void* object, const char* path) {
        Instance& instance = *static_cast<Instance*>(object);
        stop_trace(object);
        // The writer asks the thread for the time scale.
        Verilated::threadContextp(&instance.context);
        instance.lost_wave.clear();
        instance.trace = new \(traceClass);
        instance.top->trace(instance.trace, 99);
        instance.trace->open(path);
        attach(instance, __builtin_thread_pointer());
      }
      }
      """
  }

  /// Writes what was counted so far.
  private var coverageWriter: String {
    "[](void* instance, const char* path) { static_cast<Instance*>(instance)->context.coveragep()->write(path); }"
  }

  private var table: String {
    """
    extern "C" __attribute__((visibility("default"))) const systole_model* systole_model_table() {
      static const systole_model table = {
          \(systole_model_version), \(pins.count), create, destroy, pin, settle, step, run,
          [](void* instance) -> const uint64_t* { return &static_cast<Instance*>(instance)->cycles; },
          \(waves == nil ? "nullptr, nullptr" : "start_trace, stop_trace"),
          [](void* instance) { return static_cast<Instance*>(instance)->file.c_str(); },
          [](void* instance) { return static_cast<Instance*>(instance)->line; },
          [](void* instance) { return static_cast<Instance*>(instance)->message.c_str(); },
          \(countsCoverage ? coverageWriter : "nullptr"),
          [](void* instance) { return static_cast<Instance*>(instance)->lost_wave.c_str(); }};
      return &table;
    }

    """
  }
}

/// A format of wave files.
public enum WaveFormat: String, Hashable, Sendable, Codable, CaseIterable {
  /// Value change dump, text (IEEE 1364).
  case vcd
  /// Fast signal trace, GTKWave's compressed format.
  case fst
}
