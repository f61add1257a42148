// Valid calls over studies, folders of results and files of results.
#include <fmt/format.h>

#include <filesystem>

#include "base/json_reader.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "support/tiny.h"
#include "torture/scenario.h"

namespace calculon::torture {
namespace {

namespace fs = std::filesystem;
using test::Arguments;

Json study_start(const char* title, bool mixture) {
  const std::string system = mixture ? test::tiny_moe_system_text() : test::tiny_system_text();
  return {{"calculon_study", 1},
          {"title", title},
          {"model", Json::parse(test::tiny_transformer_text())},
          {"system", Json::parse(system)}};
}

// Searches over two axes, with columns that compare points and plots of distributions.
Json search_study() {
  Json study = study_start("Searches", false);
  study.update(Json::parse(R"({
    "axes": [
      {"name": "memory", "path": "system.mem1.GiB", "values": [80, 1e-6], "labels": ["large", "none"]},
      {"name": "size", "path": "search.num_procs", "range": {"from": 2, "to": 4, "step": 2}}],
    "search": {"num_procs": 2, "max_batch": 3, "datatype": "float16", "keep": "summary",
               "where": ["proc_mem_tier1_cap_req<60e9"]},
    "derive": [{"best_so_far": "size"}, {"relative_to": {"axis": "memory", "value": "large"}}],
    "plots": [
      {"type": "line", "x": "size", "y": "sample_rate", "series": "memory", "x_log": true},
      {"type": "bars", "x": "size", "y": "total_efficiency", "panel": "memory"},
      {"type": "heatmap", "x": "size", "y": "memory", "color": "total_time",
       "text": [{"column": "total_time", "decimals": 1}]},
      {"type": "scaling", "x": "size", "series": "memory"},
      {"type": "histogram"}, {"type": "cdf"},
      {"type": "table", "columns": ["memory", "size", "sample_rate"],
       "best": {"sample_rate": "greatest"}}]})"));
  return study;
}

// One execution, with parameters that vary one at a time and a price.
Json execution_study() {
  Json study = study_start("Executions", false);
  study["execution"] = Json::parse(test::tiny_strategy_text());
  study.update(Json::parse(R"({
    "notes": "What matters?",
    "axes": [{"name": "way", "cases": {
      "plain": {"execution.microbatch_size": 1}, "wrong": {"execution.microbatch_size": 5}}}],
    "vary": [{"name": "rate", "path": "system.matrix.float16.tflops", "scale": [0.5, 2]},
             {"name": "fast", "path": "system.networks.0.bandwidth", "scale": [0.5, 2]}],
    "cost": {"budget": 1e6, "per_processor": [20000,
             {"path": "system.mem1.GiB", "linear": true, "table": {"0": 0, "16": 2250}}]},
    "quick": {"rate": [2]},
    "columns": ["total_time", "sample_rate"],
    "plots": [{"type": "tornado", "y": "sample_rate"}, {"type": "time_stack"},
              {"type": "memory_stack", "x": "way", "title": "Memory"}]})"));
  return study;
}

// A mixture, all of whose executions are kept.
Json mixture_study() {
  Json study = study_start("Mixtures", true);
  study.update(Json::parse(R"({
    "set": {"search.top": 2},
    "axes": [{"name": "experts", "path": "search.experts", "values": [1, 4]}],
    "search": {"num_procs": 4, "max_batch": 2, "datatype": "float16", "experts": 4, "keep": "all",
               "tensor_par": [1, 2], "rank_by": "total_time"}})"));
  return study;
}

const std::vector<Json>& studies() {
  static const std::vector<Json> kAll = {search_study(), execution_study(), mixture_study()};
  return kAll;
}

// With the model in a file beside it or within.
void add_study(Scenario& scenario, Dice& dice) {
  Json study = dice.one_of(studies());
  if (dice.one_in(3)) {
    scenario.files["model.json"] = study["model"].dump();
    study["model"] = "model.json";
  }
  scenario.files["study.json"] = study.dump(1);
}

void add_options(Scenario& scenario, Dice& dice) {
  const std::vector<Arguments> options = {
      {}, {}, {"--quick"}, {"--set", "model.hidden=384"}, {}, {"--only", "size=2"}};
  for (const std::string& word : dice.one_of(options)) {
    scenario.arguments.push_back(word);
  }
}

Scenario study_check(Dice& dice) {
  Scenario scenario;
  add_study(scenario, dice);
  scenario.arguments = {"study", "check", "study.json"};
  add_options(scenario, dice);
  return scenario;
}

Scenario study_run(Dice& dice) {
  Scenario scenario;
  add_study(scenario, dice);
  scenario.arguments = {"study", "run", "study.json", "-o", "run", "-j", dice.one_of({"1", "2"})};
  add_options(scenario, dice);
  if (dice.one_in(4)) {
    scenario.arguments.insert(scenario.arguments.end(), {"--shard", dice.one_of({"0/2", "1/2"})});
  }
  return scenario;
}

// One folder of results, now and then with a second one of the same study behind it.
void add_results(Scenario& scenario, Dice& dice) {
  const Files& files = dice.one_of(sample_folders());
  add_folder(scenario, "run", files);
  if (dice.one_in(4)) {
    add_folder(scenario, "more", files);
  }
}

Scenario study_resume(Dice& dice) {
  Scenario scenario;
  add_results(scenario, dice);
  scenario.arguments = {"study", "run", "-o", "run"};
  return scenario;
}

Scenario study_status(Dice& dice) {
  Scenario scenario;
  add_results(scenario, dice);
  scenario.arguments = {"study", "status", "run"};
  return scenario;
}

Scenario study_merge(Dice& dice) {
  Scenario scenario;
  add_results(scenario, dice);
  scenario.arguments = {"study", "merge", "run"};
  if (scenario.files.contains("more/study.json")) {
    scenario.arguments.emplace_back("more");
  }
  scenario.arguments.insert(
      scenario.arguments.end(),
      {"-o", dice.one_of({"table.csv", "table.csv.gz", "table.json", "table.json.gz", "-"})});
  return scenario;
}

Scenario study_report(Dice& dice) {
  Scenario scenario;
  add_results(scenario, dice);
  scenario.arguments = {"study", "report", "run"};
  if (dice.one_in(2)) {
    scenario.arguments.insert(scenario.arguments.end(),
                              {"-o", dice.one_of({"page.html", "page.html.gz", "-"})});
  }
  return scenario;
}

Scenario report(Dice& dice) {
  Scenario scenario;
  std::vector<std::string> names;
  for (const auto& [name, bytes] : sample_results()) {
    names.push_back(name);
  }
  const std::string name = dice.one_of(names);
  scenario.files[name] = sample_results().at(name);
  scenario.arguments = {"report", name};
  if (dice.one_in(4)) {
    scenario.files["second-" + name] = sample_results().at(name);
    scenario.arguments.push_back("second-" + name);
  }
  scenario.arguments.insert(scenario.arguments.end(),
                            {"-o", dice.one_of({"page.html", "page.html.gz", "-"})});
  return scenario;
}

// The files that these calls leave, without pages: those are long, and nothing reads them.
Files made_by(const Files& inputs, const std::vector<Arguments>& calls) {
  const test::TempFolder folder;
  write_files(inputs, folder.path());
  for (const Arguments& call : calls) {
    test::run_built_program(call, folder.path());
  }
  Files files = read_files(folder.path());
  std::erase_if(files, [&](const auto& file) {
    return inputs.contains(file.first) || file.first.ends_with(".html");
  });
  return files;
}

}  // namespace

const Files& sample_results() {
  static const Files kFiles = [] {
    const Files inputs = {
        {"model.json", test::tiny_transformer_text()},
        {"execution.json", test::tiny_strategy_text()},
        {"mixture.json", test::tiny_moe_strategy_text()},
        {"system.json", test::tiny_moe_system_text()},
        {"step-model.json", test::source_text("models/llama-3.1-70b.json")},
        {"step-execution.json", test::source_text("examples/llama-3.1-70b_512_t4_p4.json")},
        {"step-system.json", test::source_text("systems/h100-80g-nemo.json")}};
    const Arguments search = {"model.json", "4", "3", "float16", "system.json"};
    const auto call = [&](const char* command, const Arguments& options) {
      Arguments words = {command};
      words.insert(words.end(), search.begin(), search.end());
      words.insert(words.end(), options.begin(), options.end());
      return words;
    };
    return made_by(
        inputs, {{"llm", "model.json", "execution.json", "system.json", "stats.json", "--layers"},
                 {"llm", "model.json", "mixture.json", "system.json", "mixture-stats.json"},
                 {"llm", "step-model.json", "step-execution.json", "step-system.json", "step.json"},
                 call("loe", {"best.json", "-t", "4"}),
                 call("loe", {"best.csv", "-t", "4"}),
                 call("lae", {"all.csv", "--tp", "2", "--pp", "1", "--recompute", "none"}),
                 call("lae", {"few.csv", "--columns", "tensor_par,pipeline_par,sample_rate", "--pp",
                              "2"})});
  }();
  return kFiles;
}

const std::vector<Files>& sample_folders() {
  static const std::vector<Files> kFolders = [] {
    std::vector<Files> folders;
    for (const Json& study : studies()) {
      Files files;
      for (const auto& [name, bytes] :
           made_by({{"study.json", study.dump()}}, {{"study", "run", "study.json", "-o", "run"}})) {
        files[fs::path(name).lexically_relative("run").string()] = bytes;
      }
      folders.push_back(std::move(files));
    }
    return folders;
  }();
  return kFolders;
}

std::vector<ScenarioKind> study_scenario_kinds() {
  return {{"study check", study_check},
          {"study run", study_run},
          {"study resume", study_resume},
          {"study status", study_status},
          {"study merge", study_merge},
          {"study report", study_report},
          {"report", report}};
}

}  // namespace calculon::torture
