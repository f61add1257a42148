// Valid calls of all commands but those over studies.
#include "torture/scenario.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "launch/launch_case.h"
#include "launch/launch_script.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::torture {
namespace {

namespace fs = std::filesystem;
using test::Arguments;

void append(Arguments& words, const Arguments& more) {
  words.insert(words.end(), more.begin(), more.end());
}

// A model, an execution and a system that go together.
void add_inputs(Scenario& scenario, Dice& dice, bool mixture) {
  Files& files = scenario.files;
  if (dice.one_in(2)) {
    files["model.json"] = test::tiny_transformer_text();
    files["execution.json"] = mixture ? test::tiny_moe_strategy_text() : test::tiny_strategy_text();
    files["system.json"] = mixture ? test::tiny_moe_system_text() : test::tiny_system_text();
  } else if (mixture) {
    files["model.json"] = test::source_text("models/gpt-1.8T.json");
    files["execution.json"] = test::source_text("examples/gpt_1.8_training_4096.json");
    files["system.json"] = test::source_text("systems/H100_80g_sxm.json");
  } else {
    const std::string folder = "examples/validation/seqsel/tab5/";
    const std::string name = dice.one_of({"megatron-22B", "gpt3-175B", "megatron-1T"});
    files["model.json"] = test::source_text("models/" + name + ".json");
    files["execution.json"] =
        test::source_text(folder + name + dice.one_of({"_full.json", "_seqsel.json"}));
    files["system.json"] =
        test::source_text("systems/" + dice.one_of({"a100_80g", "h100_80g_nvl8"}) + ".json");
  }
}

Scenario llm(Dice& dice) {
  Scenario scenario;
  add_inputs(scenario, dice, dice.one_in(3));
  scenario.arguments = {"llm", "model.json", "execution.json", "system.json",
                        dice.one_of({"out.json", "out.json.gz", "-"})};
  if (dice.one_in(4)) {
    append(scenario.arguments, {"--peers", dice.one_of({"peers.json", "peers.json.gz"})});
  }
  if (dice.one_in(4)) {
    scenario.arguments.emplace_back("--layers");
  }
  return scenario;
}

Scenario search(Dice& dice, const std::string& command, bool mixture,
                const std::vector<Arguments>& options) {
  Scenario scenario;
  add_inputs(scenario, dice, mixture);
  scenario.arguments = {command,
                        "model.json",
                        dice.one_of({"1", "2", "4", "8"}),
                        dice.one_of({"1", "3", "8"}),
                        "float16",
                        "system.json",
                        "",
                        "--threads",
                        dice.one_of({"1", "2", "3"})};
  for (int i = 0; i < 2; ++i) {
    append(scenario.arguments, dice.one_of(options));
  }
  return scenario;
}

// What all searches take.
std::vector<Arguments> narrowing_options() {
  return {{"--debug"},
          {"--noneok"},
          {"--tp", "1,2"},
          {"--where", "proc_mem_tier1_cap_req<60e9"},
          {"--fused_activation", "both"},
          {"--no-tp-overlap", "--no-dp-overlap"}};
}

Scenario best(Dice& dice, const std::string& command, bool mixture) {
  std::vector<Arguments> options = narrowing_options();
  options.push_back({"--top-n", "3"});
  options.push_back({"--layers"});
  options.push_back({"--rank-by", "total_time"});
  options.push_back({"--pareto", "sample_rate,proc_mem_tier1_cap_req"});
  options.push_back({"--exhaustive"});
  Scenario scenario = search(dice, command, mixture, options);
  scenario.arguments[6] =
      dice.one_of({"out.json", "out.json.gz", "out.csv", "out.csv.gz", "-", "out.json"});
  if (mixture) {
    append(scenario.arguments, {"--moe", dice.one_of({"1", "4", "16"})});
  }
  return scenario;
}

Scenario loe(Dice& dice) {
  return best(dice, "loe", false);
}

Scenario loe_moe(Dice& dice) {
  return best(dice, "loe-moe", true);
}

Scenario loe_moe_flexible(Dice& dice) {
  return best(dice, "loe-moe-flex", true);
}

Scenario lae(Dice& dice) {
  std::vector<Arguments> options = narrowing_options();
  options.push_back({"--columns", "tensor_par,sample_rate,total_efficiency"});
  Scenario scenario = search(dice, "lae", dice.one_in(3), options);
  scenario.arguments[6] = dice.one_of({"out.csv", "out.csv.gz", "-"});
  return scenario;
}

Scenario lpc(Dice& dice) {
  Scenario scenario;
  const bool mixture = dice.one_in(2);
  add_inputs(scenario, dice, mixture);
  scenario.arguments = {"lpc", "model.json"};
  if (mixture) {
    append(scenario.arguments, {"--execution", "execution.json"});
  }
  return scenario;
}

// The published validation over a copy of its inputs.
Scenario lv(Dice& dice) {
  static const Files kBase = [] {
    Files files;
    for (const char* folder : {"models", "systems", "examples/validation"}) {
      for (const std::string& name : test::source_files(folder, {".json"})) {
        files["base/" + name] = test::source_text(name);
      }
    }
    return files;
  }();
  Scenario scenario;
  scenario.files = kBase;
  scenario.arguments = {"lv", "--base_dir", "base"};
  append(scenario.arguments,
         dice.one_of(std::vector<Arguments>{{}, {"--verbose"}, {"--max-error", "5"}}));
  return scenario;
}

Scenario lists(Dice& dice) {
  const std::vector<Arguments> all = {{"statistics"},
                                      {"statistics", "--json"},
                                      {"completion", "bash"},
                                      {"completion", "fish"},
                                      {"manual"},
                                      {"version"},
                                      {"study", "list"},
                                      {"--help"},
                                      {"-l", "log.txt", "version"}};
  Scenario scenario;
  scenario.arguments = dice.one_of(all);
  return scenario;
}

Scenario train_bandwidth(Dice& dice) {
  Scenario scenario;
  scenario.arguments = {
      "train-bandwidth", "--dataset_size", "300e9", "--num_layers", "96", "--d_model",
      "12288",           "--num_heads",    "96"};
  append(scenario.arguments, dice.one_of(std::vector<Arguments>{
                                 {"--p_data", "8", "--p_pipe", "8", "--p_tensor_int", "8"},
                                 {"--json", "--cluster_flop_rate", "1e15"},
                                 {"--csv", "--skip_efficiency_check"},
                                 {"--sweep", "p_data=1,2,4", "--sweep", "p_pipe=1..16"}}));
  return scenario;
}

Scenario train_estimate(Dice& dice) {
  Scenario scenario;
  scenario.files["system.json"] = test::source_text("systems/H100_80g_sxm.json");
  scenario.files["chips.json"] = test::source_text("systems/chips.json");
  scenario.arguments = {"train-estimate", "--n_layers", "96", "--d_model", "12288"};
  append(
      scenario.arguments,
      dice.one_of(std::vector<Arguments>{
          {"--chip_type", "H100", "--dp", "8", "--pp", "8", "--tp", "8"},
          {"--model-version", "head", "--chip_type", "H100", "--json"},
          {"--model-version", "head", "--system", "system.json", "--precision_bits", "16"},
          {"--chip_type", "A100", "--sweep", "pp=1..8", "--best", "run_time_days", "--top", "3"}}));
  return scenario;
}

Scenario hetero_plan(Dice& dice) {
  Scenario scenario;
  Files& files = scenario.files;
  if (dice.one_in(2)) {
    files["hostfile"] = "0.0.0.1 slots=2\n0.0.0.4 slots=2\n";
    files["clusterfile.json"] = test::source_text("examples/hetero/clusterfile.json");
    for (const char* profile : {"A100_tp1_bs1", "A100_tp2_bs1", "A100_tp1_bs2", "V100_tp1_bs1",
                                "V100_tp2_bs1", "V100_tp1_bs2"}) {
      const std::string name = "profiles/DeviceType." + std::string(profile) + ".json";
      files[name] = test::source_text("examples/hetero/" + name);
    }
    scenario.arguments = {"hetero-plan",
                          "--hostfile",
                          "hostfile",
                          "--clusterfile",
                          "clusterfile.json",
                          "--profile-dir",
                          "profiles",
                          "--max-tensor-parallel",
                          "2",
                          "--max-microbatch",
                          "2"};
  } else {
    files["hostfile"] = "H100 slots=2\nA100 slots=2\n";
    files["model.json"] = test::tiny_transformer_text();
    files["h100.json"] = test::source_text("systems/H100_80g_sxm.json");
    files["a100.json"] = test::tiny_system_text();
    scenario.arguments = {"hetero-plan",    "--hostfile", "hostfile",
                          "--model",        "model.json", "--system",
                          "H100=h100.json", "--system",   "A100=a100.json"};
  }
  append(scenario.arguments,
         {"--global-batch-size", dice.one_of({"4", "16"}), "--threads", dice.one_of({"1", "2"})});
  append(scenario.arguments,
         dice.one_of(std::vector<Arguments>{{},
                                            {"--output", "plans.json", "--sum-of-costs"},
                                            {"--output", "plans.csv"},
                                            {"--timeline", "timeline.json", "--format", "json"},
                                            {"--uniform", "--only-fitting"},
                                            {"--quirks", "fixed", "--search", "naive"}}));
  return scenario;
}

Scenario hetero_profile(Dice& dice) {
  Scenario scenario;
  scenario.arguments = {"hetero-profile", "--output-dir", "profiles", "--max-size", "2"};
  if (dice.one_in(2)) {
    append(scenario.arguments, {"--layers", "4", "--derive", "V100=3.5"});
  } else {
    scenario.files["model.json"] = test::tiny_transformer_text();
    scenario.files["system.json"] = test::tiny_system_text();
    append(scenario.arguments,
           {"--from-model", "--model", "model.json", "--system", "A100=system.json"});
  }
  if (dice.one_in(2)) {
    const std::string name = "DeviceType.T4_tp1_bs1.json";
    scenario.files["profiles/" + name] =
        test::source_text("examples/hetero/profiles/DeviceType.A100_tp1_bs1.json");
  }
  if (dice.one_in(4)) {
    scenario.files["profiles/notes.txt"] = "mine\n";
  }
  if (dice.one_in(3)) {
    scenario.arguments.emplace_back("--force");
  }
  return scenario;
}

Scenario hetero_hostfile(Dice& dice) {
  Scenario scenario;
  scenario.arguments = {"hetero-hostfile", "--gpus-per-type", "16", "--output",
                        dice.one_of({"hostfile", "-"})};
  return scenario;
}

// A calibrated execution as a launch, or why it is none.
Scenario launch(Dice& dice) {
  Scenario scenario = llm_calibrated(dice);
  scenario.arguments = {"launch", "model.json", "execution.json"};
  if (dice.one_in(2)) {
    scenario.arguments.emplace_back("system.json");
  }
  append(scenario.arguments,
         {"--framework", dice.one_of({"megatron", "bridge", "torchtitan", "nanotron"}), "-o",
          dice.one_of({"train.sh", "train.txt.gz", "-"})});
  return scenario;
}

Scenario import_script(Dice& dice) {
  Scenario scenario;
  const bool mixture = dice.one_in(2);
  scenario.files["train.sh"] = megatron_script(mixture ? test::mixture_job() : test::dense_job());
  scenario.arguments = {"import", "train.sh", "-o", "run"};
  return scenario;
}

}  // namespace

const std::vector<ScenarioKind>& scenario_kinds() {
  static const std::vector<ScenarioKind> kKinds = [] {
    std::vector<ScenarioKind> kinds = {
        {"llm", llm},
        {"llm calibrated", llm_calibrated},
        {"fit", fit_to_runs},
        {"loe", loe},
        {"loe-moe", loe_moe},
        {"loe-moe-flex", loe_moe_flexible},
        {"lae", lae},
        {"lpc", lpc},
        {"lv", lv},
        {"lv measured", lv_measured},
        {"lists", lists},
        {"launch", launch},
        {"import", import_script},
        {"train-bandwidth", train_bandwidth},
        {"train-estimate", train_estimate},
        {"hetero-plan", hetero_plan},
        {"hetero-profile", hetero_profile},
        {"hetero-hostfile", hetero_hostfile},
    };
    for (ScenarioKind& kind : study_scenario_kinds()) {
      kinds.push_back(std::move(kind));
    }
    return kinds;
  }();
  return kKinds;
}

void add_folder(Scenario& scenario, const std::string& folder, const Files& files) {
  for (const auto& [name, bytes] : files) {
    scenario.files[folder + "/" + name] = bytes;
  }
}

void write_files(const Files& files, const std::string& folder) {
  for (const auto& [name, bytes] : files) {
    const bool pipe = name.ends_with('|');
    const fs::path path = fs::path(folder) / name.substr(0, name.size() - (pipe ? 1 : 0));
    std::error_code ignored;  // a change can give two files of which one is the other's folder
    fs::create_directories(name.ends_with('/') ? path : path.parent_path(), ignored);
    if (pipe) {
      mkfifo(path.c_str(), 0600);
    } else {
      std::ofstream(path, std::ios::binary) << bytes;
    }
  }
}

Files read_files(const std::string& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[entry.path().lexically_relative(folder).string()] =
          test::raw_bytes(entry.path().string());
    }
  }
  return files;
}

}  // namespace calculon::torture
