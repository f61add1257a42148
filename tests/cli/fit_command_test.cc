#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <functional>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

const std::string kMyCluster = source_path("examples/measured/my-cluster.csv");
const std::string kPublishedRuns = source_path("examples/measured/calibration.csv.gz");

ProgramResult fit_program(const Arguments& arguments) {
  Arguments all = {"fit"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run_program(all);
}

std::string fit_error(const Arguments& arguments) {
  const ProgramResult result = fit_program(arguments);
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK(is_one_line(result.err));
  return result.err;
}

Json json_at(const std::string& path) {
  return Json::parse(read_text_file(path));
}

// The machine that the runs of the example were made up on.
Json made_up_cluster() {
  Json system = json_at(source_path("systems/h100.json"));
  system["calibration"].update(Json{{"gemm_efficiency_16bit", 0.62},
                                    {"attention_efficiency", 0.42},
                                    {"elementwise_scale", 2.3},
                                    {"host_kernel_seconds", 4.5e-5},
                                    {"network_efficiency", 0.6},
                                    {"shard_overlap_loss", 0.8},
                                    {"step_seconds", 0.05},
                                    {"kernel_seconds", 8e-6}});
  return system;
}

double step_seconds(const std::string& model, const std::string& execution,
                    const std::string& system, const TempFolder& folder) {
  const std::string stats = folder.file("stats.json");
  const ProgramResult result = run_program({"llm", model, execution, system, stats});
  INFO(result.err);
  REQUIRE(result.status == 0);
  return json_at(stats)["total_time"].get<double>();
}

struct UnseenRun {
  std::string model;
  std::string keys;  // of its execution
};

// Runs that are not in the example.
const std::vector<UnseenRun> kUnseenRuns = {
    {"llama-3.1-70b", R"("num_procs": 512, "batch_size": 1024, "tensor_par": 4, "pipeline_par": 4,
                         "pipeline_interleaving": 5, "activation_recompute": "full")"},
    {"llama-3.1-70b", R"("num_procs": 256, "batch_size": 512, "tensor_par": 8, "pipeline_par": 4)"},
    {"llama-3.1-8b", R"("num_procs": 128, "batch_size": 512, "tensor_par": 2)"},
    {"llama-3.1-8b", R"("num_procs": 32, "batch_size": 128, "data_par_sharding": "zero3")"},
    {"llama-2-7b", R"("num_procs": 16, "batch_size": 256, "tensor_par": 2)"},
    {"llama-2-7b", R"("num_procs": 64, "batch_size": 256, "tensor_par": 4)"},
    {"llama-3.1-8b", R"("num_procs": 256, "batch_size": 512, "tensor_par": 4)"},
    {"llama-3.1-8b", R"("num_procs": 64, "batch_size": 256, "tensor_par": 2, "pipeline_par": 4,
                        "microbatch_size": 2)"},
    {"llama-3.1-8b", R"("num_procs": 128, "batch_size": 256, "tensor_par": 4,
                        "activation_recompute": "full", "microbatch_size": 4)"},
    {"llama-2-70b", R"("num_procs": 128, "batch_size": 512, "tensor_par": 8, "pipeline_par": 2,
                       "activation_recompute": "full")"},
};

std::string log_text(double milliseconds) {
  std::string text = "[Rank 0] memory (MB) | allocated: 20000.0 | max allocated: 40960.0 |\n";
  for (int iteration = 10; iteration <= 60; iteration += 10) {
    text += fmt::format(
        " iteration {:8d}/     100 | elapsed time per iteration (ms): {:.1f} | global batch size: "
        "{:5d} |\n",
        iteration, milliseconds + iteration, 256);
  }
  return text;
}

std::string collectives_text(double rate_share = 0.5) {
  std::string text;
  for (int rank = 0; rank < 16; ++rank) {
    text +=
        fmt::format("#  Rank {:2} Group  0 Pid 1 on node-{} device {}\n", rank, rank / 8, rank % 8);
  }
  text += "#  size  count  type  redop  root  time  algbw  busbw #wrong\n";
  for (double bytes = 1024; bytes < 5e9; bytes *= 4) {
    const double seconds =
        15.0 / 16 * bytes / (8 * 50e9 * rate_share * bytes / (bytes + 4e6)) * 2 + 40e-6;
    const double rate = bytes / seconds / 1e9;
    text += fmt::format("{} {} float sum -1 {:.3f} {:.4f} {:.4f} 0\n", bytes, bytes / 4,
                        seconds * 1e6, rate, 1.875 * rate);
  }
  return text;
}

// Files of a run, and of tests beside it.
struct ClusterFiles {
  TempFolder folder;
  std::string log = folder.write("train.log", log_text(4200));
  std::string execution = folder.write(
      "run.json",
      R"({"methodology": "calibrated", "num_procs": 64, "batch_size": 256, "tensor_par": 2})");
  std::string collectives = folder.write("nccl.txt", collectives_text());
  std::string products = folder.write("gemm.csv",
                                      "m,n,k,tflops\n8192,8192,8192,610\n8192,28672,8192,640\n"
                                      "4096,4096,4096,560\n");
};

}  // namespace

// The path of a newcomer: ten step times, a fit, and predictions for what was not run.
TEST_CASE("ten runs give the constants of a cluster, and the error that is promised",
          "[cli][fit]") {
  const TempFolder folder;
  const std::string fitted = folder.file("my-cluster.json");
  const ProgramResult result = fit_program({"h100", kMyCluster, "-o", fitted});
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  const Json provenance = json_at(fitted)["provenance"];
  CHECK(provenance["class"] == "stack");
  CHECK(provenance["fitted_on"] == "10 runs of my-cluster.csv");
  CHECK(provenance["gate_error"]["n"] == 10);
  const double promised = provenance["gate_error"]["mean"].get<double>();
  const double worst = provenance["gate_error"]["max"].get<double>();
  CHECK(promised < 2);

  const std::string truth = folder.write("truth.json", made_up_cluster().dump());
  double mean = 0;
  double mean_before = 0;
  for (const UnseenRun& run : kUnseenRuns) {
    const std::string execution =
        folder.write("execution.json",
                     R"({"methodology": "calibrated", "loss_kind": "in_place", )" + run.keys + "}");
    const auto seconds = [&](const std::string& system) {
      return step_seconds(run.model, execution, system, folder);
    };
    const double real = seconds(truth);
    const double error = 100 * std::fabs(seconds(fitted) / real - 1);
    INFO(run.model << " " << run.keys);
    CHECK(error < worst);
    mean += error / static_cast<double>(kUnseenRuns.size());
    mean_before +=
        100 * std::fabs(seconds("h100") / real - 1) / static_cast<double>(kUnseenRuns.size());
  }
  CHECK(mean < promised);
  CHECK(mean_before > 10);
}

TEST_CASE("a fit tells constants and errors before and after", "[cli][fit]") {
  const TempFolder folder;
  const std::string fitted = folder.file("new.json");
  const std::string json = folder.file("fit.json");
  const ProgramResult result =
      fit_program({"h100", kMyCluster, "-o", fitted, "--json", json, "--holdout", kMyCluster});
  CHECK(result.status == 0);
  for (const char* words :
       {"Constants of h100, fitted to 10 runs of my-cluster.csv\n", "  constant ",
        "  gemm_efficiency_16bit ", "  error, %", "  step time before ", "  step time after ",
        "  each by the others ", "  holdout after ", "Objective ",
        "Runs like these are predicted to ", "Output: "}) {
    CHECK_THAT(result.out, Catch::Contains(words));
  }
  const Json report = json_at(json);
  CHECK(report["rows"] == 10);
  CHECK(report["runs"].size() == 10);
  CHECK(report["runs"][0]["id"] == "8b-dp64");
  CHECK(report["runs"][0]["measured_seconds"] == 4.241);
  CHECK(report["holdout_error"] == report["calibration_error"]);
  CHECK(report["calibration_error"]["mean"].get<double>() <
        report["calibration_error_before"]["mean"].get<double>());
  const Json system = json_at(fitted);
  const Json before = json_at(source_path("systems/h100.json"));
  for (const auto& item : report["constants"].items()) {
    CHECK(system["calibration"][item.key()] == item.value());
    CHECK(system["provenance"]["sources"][item.key()] == "fitted");
    CHECK(report["constants_before"][item.key()] == before["calibration"][item.key()]);
  }
  CHECK(system["calibration"]["clock_scale"] == before["calibration"]["clock_scale"]);
  CHECK(system["provenance"]["sources"]["processor_units"] == "h100: data sheet");
  CHECK(system["provenance"]["gate"] == "10 runs of my-cluster.csv");
  CHECK(system["networks"] == before["networks"]);
}

TEST_CASE("a result on standard output stands there alone", "[cli][fit]") {
  const TempFolder folder;
  const auto built = [&](const Arguments& arguments) {
    return run_built_program(arguments, folder.path());
  };
  const ProgramResult system = built({"fit", "h100", kMyCluster, "-o", "-"});
  CHECK(system.status == 0);
  CHECK(Json::parse(system.out).contains("calibration"));
  CHECK_THAT(system.err, Catch::Contains("step time after"));
  CHECK(Json::parse(built({"fit", "h100", kMyCluster, "--json", "-"}).out).contains("runs"));
  CHECK(fit_error({"h100", kMyCluster, "-o", "-", "--json", "-"}) ==
        "calculon: -: standard output holds one result, expected another path for --json\n");
}

TEST_CASE("a fit writes the same for any number of threads", "[cli][fit]") {
  const TempFolder folder;
  const auto written = [&](const std::string& threads) {
    const std::string json = folder.file("fit" + threads + ".json");
    const Arguments arguments = {
        "h100-80g-composer", kPublishedRuns, "--json", json, "-j", threads};
    CHECK(fit_program(arguments).status == 0);
    return read_text_file(json);
  };
  CHECK(written("1") == written("3"));
}

TEST_CASE("only runs of the system count where a table has others", "[cli][fit]") {
  const TempFolder folder;
  const ProgramResult result = fit_program(
      {"a100-80g-composer", kPublishedRuns, "--constants", "slowdown,elementwise_scale"});
  CHECK(result.status == 0);
  CHECK_THAT(result.out, Catch::Contains("fitted to 35 runs of calibration.csv.gz"));
  CHECK_THAT(result.out,
             Catch::Contains("\n  slowdown ") && Catch::Contains("\n  elementwise_scale "));
}

TEST_CASE("a log and two tables give a system in one command", "[cli][fit]") {
  const ClusterFiles files;
  const std::string fitted = files.folder.file("mine.json");
  const ProgramResult result = fit_program(
      {"h100", "--from-log", files.log, "--model", "llama-3.1-8b", "--execution", files.execution,
       "--collectives", files.collectives, "--gemm", files.products, "-o", fitted});
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  CHECK_THAT(result.out, Catch::Contains("train.log: 4.2400 s a step, the median of 5 lines (1 of "
                                         "the start left out); 40.000 GiB allocated, "));
  CHECK_THAT(result.out, Catch::Contains("Constants of h100, fitted to 1 log\n") &&
                             Catch::Contains("  by nccl.txt\n") &&
                             Catch::Contains("  by gemm.csv\n"));
  const Json system = json_at(fitted);
  CHECK(system["calibration"]["network_efficiency"].get<double>() == Approx(0.5).epsilon(0.03));
  CHECK(system["calibration"]["gemm_efficiency_16bit"].get<double>() > 0.6);
  CHECK(system["calibration"]["slowdown"] != 1);
  CHECK(system["provenance"]["class"] == "processor");
  CHECK(system["provenance"]["fitted_on"] == "1 log, nccl.txt, gemm.csv");
  CHECK(system["provenance"]["sources"]["network_efficiency"] == "fitted to nccl.txt");
  // The step that was measured is the one that is predicted.
  CHECK(step_seconds("llama-3.1-8b", files.execution, fitted, files.folder) ==
        Approx(4.24).epsilon(0.002));
}

TEST_CASE("tables of single constants need no step times", "[cli][fit]") {
  const ClusterFiles files;
  const std::string fitted = files.folder.file("mine.json");
  const ProgramResult result =
      fit_program({"h100", "--collectives", files.collectives, "-o", fitted});
  CHECK(result.status == 0);
  const Json provenance = json_at(fitted)["provenance"];
  CHECK(provenance["fitted_on"] == "nccl.txt");
  CHECK_FALSE(provenance.contains("calibration_error"));
  // Several tables tell together, in any order.
  const std::string slower = files.folder.write("slower.txt", collectives_text(0.25));
  std::vector<double> efficiencies;
  for (const auto& [first, second] :
       {std::pair(files.collectives, slower), std::pair(slower, files.collectives)}) {
    const std::string both = files.folder.file("both.json");
    REQUIRE(
        fit_program({"h100", "--collectives", first, "--collectives", second, "-o", both}).status ==
        0);
    efficiencies.push_back(json_at(both)["calibration"]["network_efficiency"]);
  }
  CHECK(efficiencies[0] == Approx(efficiencies[1]).epsilon(1e-3));
  CHECK(efficiencies[0] < 0.5);
  CHECK(efficiencies[0] > 0.25);
  CHECK(fit_error({"h100", "--collectives", files.collectives, "--constants", "slowdown"}) ==
        "calculon: --constants and --leave-one-out need step times: a table or --from-log\n");
}

TEST_CASE("logs have a model and an execution, once or each", "[cli][fit]") {
  const ClusterFiles files;
  const Arguments log = {"h100", "--from-log", files.log};
  const auto with = [&](const Arguments& more) {
    Arguments all = log;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Arguments named = {"--model", "llama-3.1-8b", "--execution", files.execution};
  CHECK(fit_error(with({})) ==
        "calculon: --model is given 0 times beside 1 --from-log, expected once or as often as "
        "that\n");
  CHECK(fit_error({"h100", kMyCluster, "--model", "llama-3.1-8b"}) ==
        "calculon: --model and --execution are those of a --from-log, and none is given\n");
  CHECK_THAT(
      fit_error(with({"--model", "llama-3.1-8b", "--execution", "llama-3.1-70b_512_t4_p4"})),
      Catch::Contains("train.log: its steps have a global batch size of 256, expected 1024"));
  Arguments two = with(named);
  two.insert(two.end(), {"--from-log", files.log});
  const ProgramResult both = fit_program(two);
  CHECK(both.status == 0);
  CHECK_THAT(both.out, Catch::Contains("fitted to 2 logs\n"));
  Arguments beside = with(named);
  beside.insert(beside.begin() + 1, kMyCluster);
  CHECK_THAT(fit_program(beside).out,
             Catch::Contains("fitted to 10 runs of my-cluster.csv, 1 log\n"));
  const std::string odd = files.folder.write(
      "odd.json",
      R"({"methodology": "calibrated", "num_procs": 96, "batch_size": 256, "tensor_par": 3})");
  CHECK_THAT(fit_error(with({"--model", "llama-3.1-8b", "--execution", odd})),
             Catch::Contains("train.log") && Catch::Contains("(rule KD2)"));
}

TEST_CASE("fits that cannot be are refused in one line", "[cli][fit]") {
  const TempFolder folder;
  CHECK(fit_error({"h100"}) ==
        "calculon: fit: expected measurements: a table, --from-log, --collectives or --gemm\n");
  CHECK_THAT(
      fit_error({"h100", kMyCluster, "--constants", "gemm_efficiency"}),
      Catch::StartsWith("calculon: --constants: 'gemm_efficiency' is no constant that can be "
                        "fitted, expected gemm_efficiency_16bit, "));
  CHECK_THAT(fit_error({"h100", kMyCluster, "--constants", "gemm_efficiency_float8"}),
             Catch::Contains("has no effect on any of the 10 measured runs"));
  CHECK_THAT(fit_error({"h100", "no.csv"}), Catch::Contains("no.csv"));
  CHECK_THAT(fit_error({"h100", "table.json"}), Catch::Contains("table.json"));
  CHECK_THAT(fit_error({"h100", kMyCluster, "-o", "x.txt"}), Catch::Contains("x.txt"));
  CHECK_THAT(fit_error({"h1", kMyCluster}), Catch::Contains("h1: no bundled system is called so"));
  std::string text = read_text_file(kMyCluster);
  const std::string untimed =
      folder.write("untimed.csv", text.substr(0, text.find('\n')) +
                                      "\nx,h100,4096,14336,8192,32,128,32,128256,8,rope,rmsnorm,"
                                      "false,true,false,64,256,2,1,,,,,,,made up\n");
  CHECK(fit_error({"h100", untimed}) ==
        "calculon: " + untimed +
            ": has no run to fit to: 0 of other systems, 1 without a step time, 0 rejected\n");
  CHECK(folder.names() == std::vector<std::string>{"untimed.csv"});
}

TEST_CASE("what stands in the way of a fit is noted beside it", "[cli][fit]") {
  const TempFolder folder;
  const std::string text = read_text_file(kMyCluster);
  const std::string header = text.substr(0, text.find('\n') + 1);
  std::string last = text.substr(text.rfind('\n', text.size() - 2) + 1);
  last.replace(last.find("21.34"), 5, "210.4");
  const std::string slow = folder.write(
      "slow.csv", header + last + "odd,my-cluster,-1" + last.substr(last.find(",28672")));
  const ProgramResult result = fit_program({"h100", slow});
  CHECK(result.status == 0);
  CHECK_THAT(result.err, Catch::StartsWith("note: " + slow + ": 1 row is left out; row 3") &&
                             Catch::Contains("note: slowdown is held at 2; "));
  // Constants that were fitted to these very runs cannot be bettered by a part of them.
  CHECK_THAT(fit_program({"v100-16g-oneflow", kPublishedRuns, "--constants",
                          "gemm_efficiency_16bit,elementwise_scale,kernel_seconds,step_seconds"})
                 .err,
             Catch::Contains("note: the fit does not help: a run is predicted to "));
}

}  // namespace calculon::test
