// The bundled files, and the published check values for them.
#include <catch2/catch.hpp>
#include <cmath>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/model/evaluate.h"
#include "support/golden_file.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

const char* const kExample = "examples/3072_t4_p64_d12_mbs4_full.json";

// The statistics file that `llm` writes for three files of the source tree.
Json statistics(const std::string& model, const std::string& execution, const std::string& system,
                const Arguments& options = {}) {
  const TempFolder folder;
  const std::string stats = folder.file("stats.json");
  Arguments arguments = {"llm", source_path(model), source_path(execution), source_path(system),
                         stats};
  arguments.insert(arguments.end(), options.begin(), options.end());
  REQUIRE(run_program(arguments).status == 0);
  return Json::parse(read_text_file(stats));
}

struct Figure {
  std::string key;
  double value;
};

void check_figures(const Json& json, const std::vector<Figure>& figures) {
  for (const Figure& figure : figures) {
    INFO(figure.key << " is " << json.at(figure.key) << ", published is " << figure.value);
    CHECK(agrees(json.at(figure.key).get<double>(), figure.value));
  }
}

}  // namespace

TEST_CASE("the bundled example has its published times and sizes", "[cli]") {
  struct Row {
    std::string model;
    double total_time;
    double sample_rate;
    double tier1;
  };
  const std::vector<Row> rows = {
      {"megatron-126M", 0.32661178625553877, 9405.661795672275, 1639797760},
      {"gpt3-13B", 3.5367749435235134, 868.5879223458643, 8631547920},
      {"gpt3-175B", 29.97195201670376, 102.49582670784787, 36818100224},
      {"palm-540B", 58.862321760786735, 52.189582539479844, 53301964800},
      {"turing-530B", 76.5093058735448, 40.151978441386284, 65138373973.333336},
      {"megatron-1T", 126.83625081046438, 24.220205031056867, 85420663466.66667},
  };
  for (const Row& row : rows) {
    INFO(row.model);
    check_figures(statistics("models/" + row.model + ".json", kExample, "systems/a100_80e.json"),
                  {{"total_time", row.total_time},
                   {"sample_rate", row.sample_rate},
                   {"proc_mem_tier1_cap_req", row.tier1}});
  }
}

TEST_CASE("the bundled mixtures of experts have their published times and sizes", "[cli]") {
  struct Row {
    std::string model;
    std::string execution;
    std::string system;
    double total_time;
    double sample_rate;
    double tier1;
  };
  const std::string nemo = "nemo-mixtral-8x3b-moe";
  const std::string ways = "nemo-mixtral-8x3b-8EP";
  const std::vector<Row> rows = {
      {"gpt-1.8T", "gpt_1.8_training_4096", "H100_80g_sxm", 4.719154647385727, 27.123501890515126,
       24531554464.0},
      {"gpt-1.8T", "gpt_1.8_training_4096", "GB200_384g", 2.037834083188047, 62.81178681620296,
       24531554464.0},
      {"megatron-1T", "megatron_1T_training_4096_original", "GB200_384g", 6.6746211619604665,
       19.177118355344067, 30270001600.0},
      {nemo, ways, "H100_80g_sxm", 5.031126887170546, 25.441616335775993, 58265593856.0},
      {nemo, ways + "-2TP+SP-32GPUs", "H100_80g_sxm", 3.8980548095819225, 32.83689077058626,
       9512881408.0},
      {nemo, ways + "-2TP+SP-2PP-32GPUs", "H100_80g_sxm", 3.8586949149959366, 33.17183732317298,
       38874084352.0},
      {nemo, ways + "-2TP+SP-2PP-2DP-64GPUs", "H100_80g_sxm", 2.110051972221682, 60.66201291962884,
       38874084352.0},
  };
  for (const Row& row : rows) {
    INFO(row.execution << " on " << row.system);
    const Json json =
        statistics("models/" + row.model + ".json", "examples/" + row.execution + ".json",
                   "systems/" + row.system + ".json");
    CHECK(json.size() == 122);
    check_figures(json, {{"total_time", row.total_time},
                         {"sample_rate", row.sample_rate},
                         {"proc_mem_tier1_cap_req", row.tier1}});
  }
}

TEST_CASE("GPT-3 175B on 64 A100 has its published statistics", "[cli]") {
  const Json json =
      statistics("models/gpt3-175B.json", "examples/validation/seqsel/tab5/gpt3-175B_seqsel.json",
                 "systems/a100_80g.json", {"-l"});
  check_figures(json, {{"block_fw_flops", 953998639104.0},
                       {"block_fw_mem_accessed", 2057404416},
                       {"block_fw_time", 0.004340483430607288},
                       {"baseblock_fw_tp_time", 0.0016191823425641028},
                       {"block_re_flops", 735106301952},
                       {"block_agrad_time", 0.004563728733855151},
                       {"block_wgrad_time", 0.0037015116316329285},
                       {"block_optim_time", 0.0017950016984615382},
                       {"block_act_storage_space", 106954752.0},
                       {"fw_time", 3.3334912747063967},
                       {"bw_time", 6.347704600694845},
                       {"optim_step_time", 0.02154002038153846},
                       {"recompute_time", 0.31852512492307694},
                       {"recomm_exposed_time", 0.5357118070153847},
                       {"bubble_time", 0.4789732160178498},
                       {"tp_comm_exposed_time", 2.487064078178462},
                       {"pp_comm_exposed_time", 0.11505418240000001},
                       {"total_time", 13.638064304317554},
                       {"weight_offload_bw_req", 94653001468.21198},
                       {"proc_mem_tier1_cap_req", 58060800000.0},
                       {"total_efficiency", 0.5169884595520268},
                       {"sample_rate", 4.692748074207188}});
  for (const Json& layer : json["layers"]) {
    if (layer["name"] == "MlpBlock_Mlp1") {
      check_figures(layer, {{"fw_flops", 309237645312},
                            {"fw_mem_accessed", 226492416},
                            {"fw_processing_time", 0.001166191893765182},
                            {"activation", 50331648}});
    }
    if (layer["name"] == "MlpBlock_G") {
      check_figures(layer, {{"fw_flops", 22020096.0},
                            {"baseblock_fw_tp_comm_time", 0.00040620713025641027},
                            {"activation", 6291456.0}});
    }
  }
}

TEST_CASE("every published model runs the bundled example on every system it fits",
          "[cli]") {  // M31, M35
  for (const std::string& system : source_files("systems", {".json"})) {
    if (system.ends_with("chips.json")) {
      continue;  // no system, but the chips of train-estimate
    }
    if (read_system(source_path(system)).calibration) {
      continue;  // for another model
    }
    for (const std::string& model : source_files("models", {".json"})) {
      const Transformer transformer = read_transformer(source_path(model));
      if (transformer.details != ModelDetails()) {
        continue;  // of another size than the example
      }
      INFO(model << " on " << system);
      const auto outcome = evaluate(transformer, read_system(source_path(system)),
                                    read_strategy(source_path(kExample)));
      CHECK((outcome || outcome.error().reason == Reason::kTier1Capacity));
      CHECK((!outcome || outcome->total_time > 0));
    }
  }
}

TEST_CASE("every bundled execution is read without complaint", "[cli]") {  // M34
  const auto files = source_files("examples", {".json", ".json.gz"});
  CHECK(files.size() >= 37);
  std::size_t executions = 0;
  for (const std::string& file : files) {
    if (!Json::parse(source_text(file)).contains("num_procs")) {
      continue;  // another kind of input
    }
    INFO(file);
    if (Json::parse(source_text(file)).contains(std::string(kMethodologyKey))) {
      CHECK_NOTHROW(parse_calibrated_execution(file, source_text(file)));
      continue;
    }
    const StrategyFile read = read_strategy(source_path(file));
    CHECK_FALSE(read.datatype_error);
    CHECK(contradiction(read.strategy).empty());
    ++executions;
  }
  CHECK(executions >= 37);
}

}  // namespace calculon::test
