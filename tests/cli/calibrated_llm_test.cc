#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <set>

#include "calculon/base/files.h"
#include "support/calibrated_golden.h"
#include "support/json_change.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

// The files of a worked example, and what `llm` makes of them.
struct CalibratedFiles {
  TempFolder folder;
  std::string model = write("models", "llama-3.1-70b");
  std::string execution = write("executions", "llama-3.1-70b_512_t4_p4");
  std::string system = write("systems", "h100-80g-nemo");

  std::string text(const std::string& kind, const std::string& name) const {
    return calibrated_golden().files[kind][name].dump();
  }
  std::string write(const std::string& kind, const std::string& name) const {
    return folder.write(kind + ".json", text(kind, name));
  }
  ProgramResult llm(const std::string& stats, const Arguments& options = {}) const {
    Arguments arguments = {"llm", model, execution, system, stats};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_program(arguments);
  }
};

}  // namespace

TEST_CASE("llm answers a calibrated execution with a report", "[cli][calibrated]") {
  const CalibratedFiles files;
  const ProgramResult result = files.llm("-");
  CHECK(result.status == 0);
  for (const char* words :
       {"Step time         15.3522 s", "Model-flops util. 48.47%", "Where the time goes\n",
        "  products           9.8254 s  64.00%", "Memory of stage 0, the fullest\n", "76.708 GiB",
        "fits barely", "Stages\n", "How far to trust it\n"}) {
    CHECK_THAT(result.out, Catch::Contains(words));
  }
  CHECK(result.out.find("products") < result.out.find("tensor_par"));  // the largest first
  CHECK_THAT(result.err,
             Catch::StartsWith("note: it fits barely: a processor may need 83.157 GiB"));
}

TEST_CASE("llm writes the statistics of a calibrated execution", "[cli][calibrated]") {
  const CalibratedFiles files;
  const std::string path = files.folder.file("stats.json");
  REQUIRE(files.llm(path).status == 0);
  const Json stats = Json::parse(read_text_file(path));
  CHECK(stats["total_time"].get<double>() == Approx(15.3522093));
  CHECK(stats["stage_blocks"] == Json::parse("[20, 20, 20, 20]"));
  CHECK(stats["time"].size() == 19);
  CHECK(stats["memory"]["stages"].size() == 4);
  CHECK(stats["memory"]["verdict"] == "fits barely");
  CHECK(stats["memory"]["stages"][0]["static"].get<double>() > 0);
  CHECK(stats["uncertainty"]["median_percent"] == 35);  // the golden file has no provenance
}

TEST_CASE("--layers lists products, kept tensors and exchanges of a block", "[cli][calibrated]") {
  const CalibratedFiles files;
  const std::string path = files.folder.file("stats.json");
  REQUIRE(files.llm(path, {"--layers"}).status == 0);
  const Json layers = Json::parse(read_text_file(path))["layers"];
  REQUIRE(layers.size() == 1);
  CHECK(layers[0]["kind"] == "dense");
  CHECK(layers[0]["blocks"] == 80);
  REQUIRE(layers[0]["products"].size() == 4);
  CHECK(layers[0]["products"][0]["name"] == "QKV");
  CHECK(layers[0]["products"][0]["m"] == 8192);
  CHECK(layers[0]["products"][0]["n"] == 2560);
  CHECK(layers[0]["products"][0]["forward_time"].get<double>() == Approx(0.000501536517));
  double kept = 0;
  for (const auto& item : layers[0]["kept"].items()) {
    kept += item.value().get<double>();
  }
  CHECK(kept == Approx(562577408));
  REQUIRE(layers[0]["exchanges"].size() == 1);
  CHECK(layers[0]["exchanges"][0]["ranks"] == 4);
  CHECK(layers[0]["exchanges"][0]["bytes"] == 2.0 * 8192 * 8192);
}

TEST_CASE("a calibrated execution that does not fit is told with the nearest one that does",
          "[cli][calibrated]") {
  CalibratedFiles files;
  files.execution = files.folder.write(
      "large.json",
      changed(files.text("executions", "llama-3.1-70b_512_t4_p4"), {"/microbatch_size", "4"}));
  const std::string path = files.folder.file("stats.json");
  const ProgramResult result = files.llm(path);
  CHECK(result.status == 1);
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK_THAT(result.err, Catch::StartsWith("calculon: infeasible: a processor of stage 0 needs ") &&
                             Catch::Contains("  activations ") &&
                             Catch::Contains("\nclosest change: "));
}

TEST_CASE("a calibrated execution that does not suit is infeasible by its rule",
          "[cli][calibrated]") {
  CalibratedFiles files;
  files.execution = files.folder.write(
      "odd.json",
      changed(changed(files.text("executions", "llama-3.1-70b_512_t4_p4"), {"/context_par", "2"}),
              {"/pipeline_par", "64"}));
  const ProgramResult result = files.llm("-");
  CHECK(result.status != 0);
  CHECK(result.out.empty());
  CHECK(is_one_line(result.err));
}

TEST_CASE("a published execution is answered by the calibrated methodology if asked",
          "[cli][calibrated]") {
  CalibratedFiles files;
  files.model = files.folder.write("tiny-model.json", tiny_transformer_text());
  files.execution = files.folder.write("tiny-execution.json", tiny_strategy_text());
  const ProgramResult result = files.llm("-", {"--methodology", "calibrated"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::StartsWith("Summary (calibrated methodology)\n"));
}

TEST_CASE("notes of a system stand beside calibrated answers, too", "[cli][calibrated]") {
  CalibratedFiles files;
  files.system = files.folder.write(
      "noted.json", changed(files.text("systems", "h100-80g-nemo"), {"/notes", "\"sparse\""}));
  const ProgramResult result = files.llm("-");
  CHECK(result.status == 0);
  CHECK_THAT(result.err, Catch::StartsWith("note: " + files.system + ": sparse\nnote: it fits"));
  CHECK(result.err.find("does not use its calibration") == std::string::npos);

  files.model = files.folder.write("tiny-model.json", tiny_transformer_text());
  files.execution = files.folder.write("tiny-execution.json", tiny_strategy_text());
  files.system =
      files.folder.write("tiny-system.json", changed(tiny_system_text(), {"/notes", "\"sparse\""}));
  CHECK_THAT(files.llm("-", {"--compare"}).err,
             Catch::StartsWith("note: " + files.system + ": sparse\n"));
}

TEST_CASE("other commands say that they take no calibrated executions", "[cli][calibrated]") {
  const CalibratedFiles files;
  const ProgramResult result = run_program({"lpc", files.model, "--execution", files.execution});
  CHECK(result.status == 2);
  CHECK_THAT(result.err, Catch::Contains(" has the key 'methodology': it is for the calibrated "));
}

TEST_CASE("both models answer one execution, part by part", "[cli][calibrated]") {
  CalibratedFiles files;
  files.model = files.folder.write("tiny-model.json", tiny_transformer_text());
  files.execution = files.folder.write("tiny-execution.json", tiny_strategy_text());
  files.system = files.folder.write("tiny-system.json", tiny_system_text());
  const ProgramResult text = files.llm("-", {"--compare"});
  CHECK(text.status == 0);
  CHECK_THAT(text.out, Catch::StartsWith("Comparison") && Catch::Contains("\n  compute ") &&
                           Catch::Contains("\n  step ") && Catch::Contains("\n  memory ") &&
                           Catch::Contains("The calibrated step is good for +-35 % typical, +-60 % "
                                           "in nine of ten cases: neutral constants"));
  const std::string path = files.folder.file("parts.json");
  REQUIRE(files.llm(path, {"--compare"}).status == 0);
  const Json parts = Json::parse(read_text_file(path));
  REQUIRE(parts.size() == 18);
  CHECK(parts[11]["uncertainty"]["p90_percent"] == 60);
  for (const char* model : {"published", "calibrated"}) {
    double sum = 0;
    for (std::size_t i = 0; i < 11; ++i) {
      sum += parts[i][model].is_null() ? 0 : parts[i][model].get<double>();
    }
    CHECK(parts[11]["part"] == "step");
    CHECK(sum == Approx(parts[11][model].get<double>()));
    sum = 0;
    for (std::size_t i = 12; i < 17; ++i) {
      sum += parts[i][model].is_null() ? 0 : parts[i][model].get<double>();
    }
    CHECK(sum == Approx(parts[17][model].get<double>()));
  }
  CHECK(files.llm("-", {"--compare", "--layers"}).status == 2);
  CHECK(CalibratedFiles().llm("-", {"--compare"}).status == 2);
}

TEST_CASE("the exact number of parameters stands beside that of matrices", "[cli][calibrated]") {
  const CalibratedFiles files;
  const std::string path = files.folder.file("stats.json");
  REQUIRE(files.llm(path).status == 0);
  const Json stats = Json::parse(read_text_file(path));
  CHECK(stats["parameters"] == 70'553'706'496);  // 80 blocks of 855,654,400, two tables, a norm
  CHECK(stats["active_parameters"] == 70'553'706'496);
  CHECK_THAT(files.llm("-").out, Catch::Contains("\n  Parameters        70,553,706,496\n"));

  CalibratedFiles mixture;
  mixture.model = mixture.write("models", "mixtral-8x7b");
  mixture.execution = mixture.write("executions", "mixtral-8x7b_128_e8");
  CHECK_THAT(mixture.llm("-").out,
             Catch::Contains("\n  Parameters        46,702,792,704, 12,879,925,248 active"));
}

TEST_CASE("--timeline draws the step for Perfetto", "[cli][calibrated]") {
  const CalibratedFiles files;
  const std::string path = files.folder.file("trace.json.gz");
  REQUIRE(files.llm("-", {"--timeline", path}).status == 0);
  const Json trace = Json::parse(read_text_file(path));
  std::map<std::pair<int, int>, std::vector<std::pair<double, double>>> tracks;
  std::map<std::string, int> names;
  double end = 0;
  for (const Json& event : trace["traceEvents"]) {
    if (event["ph"] == "M") {
      ++names[event["args"].value("name", "")];
      continue;
    }
    const double begin = event["ts"].get<double>();
    const double last = begin + event["dur"].get<double>();
    tracks[{event["pid"].get<int>(), event["tid"].get<int>()}].emplace_back(begin, last);
    end = std::max(end, last);
    ++names[event["name"].get<std::string>()];
  }
  CHECK(end == Approx(15.3522093e6));
  CHECK(end == Approx(trace["otherData"]["total_time"].get<double>() * 1e6).epsilon(1e-9));
  CHECK(tracks.size() == 9);  // two of each stage and one of the step
  for (auto& [row, bars] : tracks) {
    std::sort(bars.begin(), bars.end());
    for (std::size_t i = 1; i < bars.size(); ++i) {
      CHECK(bars[i].first >= bars[i - 1].second - 1e-9 * end);
    }
  }
  CHECK(names["stage 0: 20 blocks"] == 1);
  CHECK(names["computation"] == 4);
  CHECK(names["communication"] == 4);
  CHECK(names["forward 31 chunk 4"] == 4);
  CHECK(names["backward 0 chunk 0"] == 4);
  CHECK(names["head 0 chunk 4"] == 1);
  CHECK(names["send forward 0 chunk 0"] == 4);
  CHECK(names["optimizer"] == 5);
}

TEST_CASE("no thread of a timeline has the number of a process", "[cli][calibrated]") {
  const TempFolder folder;
  const std::string path = folder.file("trace.json");
  REQUIRE(run_program({"llm", "deepseek-v3", "deepseek-v3_1024_p16", "gb200", folder.file("s.json"),
                       "--timeline", path})
              .status == 0);
  std::set<int> processes;
  std::set<int> threads;
  const Json trace = Json::parse(read_text_file(path));
  for (const Json& event : trace["traceEvents"]) {
    processes.insert(event["pid"].get<int>());
    if (event["ph"] == "X") {
      threads.insert(event["tid"].get<int>());
    }
  }
  CHECK(processes.size() == 17);
  CHECK(threads.size() == 33);
  for (const int thread : threads) {
    CHECK_FALSE(processes.contains(thread));
  }
}

TEST_CASE("a timeline says what it does not show", "[cli][calibrated]") {
  CalibratedFiles files;
  files.execution = files.folder.write(
      "long.json",
      changed(files.text("executions", "llama-3.1-70b_512_t4_p4"), {"/batch_size", "6553600"}));
  const std::string path = files.folder.file("trace.json");
  const ProgramResult result = files.llm("-", {"--timeline", path});
  CHECK(result.status == 0);
  CHECK_THAT(result.err,
             Catch::Contains("\nnote: " + path + " leaves out 201524 of 204800 microbatches"));
  files.execution = files.folder.write(
      "short.json",
      changed(files.text("executions", "llama-3.1-70b_512_t4_p4"), {"/batch_size", "32"}));
  CHECK_THAT(files.llm("-", {"--timeline", path}).err,
             Catch::StartsWith("note: " + path + " draws passes at "));
}

TEST_CASE("a step that is no number is refused", "[cli][calibrated]") {
  CalibratedFiles files;
  files.system = files.folder.write("slow.json", changed(files.text("systems", "h100-80g-nemo"),
                                                         {"/matrix/bfloat16/tflops", "5e-324"}));
  const ProgramResult result = files.llm(files.folder.file("stats.json"));
  CHECK(result.status == 2);
  CHECK(result.err ==
        "calculon: time.products leaves the range of a number: the inputs are too extreme to be "
        "evaluated\n");

  // Microseconds are none where seconds are.
  files.system = files.folder.write("slower.json", changed(files.text("systems", "h100-80g-nemo"),
                                                           {"/matrix/bfloat16/tflops", "1e-300"}));
  const std::string path = files.folder.file("trace.json");
  const ProgramResult traced = files.llm("-", {"--timeline", path});
  CHECK(traced.status == 2);
  CHECK_THAT(traced.err, Catch::EndsWith("\ncalculon: the timeline leaves the range of a number: "
                                         "the inputs are too extreme to be evaluated\n"));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a rate above the peak is told", "[cli][calibrated]") {
  CalibratedFiles files;
  files.system = files.folder.write(
      "fast.json",
      changed(files.text("systems", "h100-80g-nemo"), {"/calibration/gemm_efficiency_16bit", "5"}));
  CHECK_THAT(files.llm("-").err, Catch::Contains("\nnote: impossible: needs 117.25% of the peak"));
}

TEST_CASE("--timeline draws no published model and writes over no input", "[cli][calibrated]") {
  CalibratedFiles files;
  const std::string before = read_text_file(files.model);
  const ProgramResult same = files.llm("-", {"--timeline", files.model});
  CHECK(same.status == 2);
  CHECK(same.err == "calculon: " + files.model + ": is also an input\n");
  CHECK(read_text_file(files.model) == before);
  CHECK(files.llm("-", {"--timeline", files.folder.file("trace.csv")}).status == 2);

  files.model = files.folder.write("tiny-model.json", tiny_transformer_text());
  files.execution = files.folder.write("tiny-execution.json", tiny_strategy_text());
  const std::string path = files.folder.file("trace.json");
  const ProgramResult published = files.llm("-", {"--timeline", path});
  CHECK(published.status == 2);
  CHECK(is_one_line(published.err));
  CHECK_THAT(published.err, Catch::Contains("--timeline draws steps of the calibrated"));
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(files.llm("-", {"--timeline", path, "--methodology", "calibrated"}).status == 0);
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("--methodology does not contradict the execution", "[cli][calibrated]") {
  const CalibratedFiles files;
  const ProgramResult other = files.llm("-", {"--methodology", "calculon"});
  CHECK(other.status == 2);
  CHECK_THAT(other.err, Catch::Contains("--methodology is calculon, but") &&
                            Catch::Contains("has the key 'methodology'"));
  CHECK(files.llm("-", {"--methodology", "calibrate"}).status == 2);
  CHECK(files.llm("-", {"--peers", files.folder.file("peers.json")}).status == 2);
}

TEST_CASE("a result that is asked of another length of sequences says so", "[cli][calibrated]") {
  const TempFolder folder;
  const std::string model = source_path("examples/hugging-face/llama-3.1-70b.config.json");
  const std::string best = folder.file("best.json");
  REQUIRE(run_program({"loe", model, "--seq", "8192", "64", "64", "bf16", "h100", best}).status ==
          0);
  const auto notes = [&](const std::string& length) {
    const ProgramResult run =
        run_program({"llm", model, "--seq", length, best + "#0", "h100", "-"});
    CHECK(run.status == 0);
    return run.err;
  };
  CHECK_THAT(notes("8192"), !Catch::Contains("was found at"));
  CHECK_THAT(notes("4096"),
             Catch::Contains("note: " + best + "#0 was found at ") &&
                 Catch::Contains("another model, system, methodology or length of sequences\n"));
}

}  // namespace calculon::test
