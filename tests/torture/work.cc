#include "torture/work.h"

#include <fmt/format.h>

#include "base/json_reader.h"
#include "support/source_tree.h"
#include "support/tiny.h"

namespace calculon::torture {
namespace {

using test::Arguments;

Files dense_inputs() {
  return {{"model.json", test::source_text("models/megatron-22B.json")},
          {"system.json", test::source_text("systems/a100_80g.json")}};
}

Arguments search(const std::string& command, const std::string& size, const Arguments& rest) {
  Arguments words = {command, "model.json", size, size, "float16", "system.json"};
  words.insert(words.end(), rest.begin(), rest.end());
  return words;
}

Work search_work(const std::string& command, const Arguments& rest) {
  return {command + " " + rest.front(), dense_inputs(), {},
          search(command, "64", rest),  {rest.front()}, ""};
}

// The best executions of 16 machines.
std::string machines_study() {
  return R"({
    "calculon_study": 1, "title": "Machines", "model": "model.json", "system": "system.json",
    "axes": [{"name": "memory", "path": "system.mem1.GiB", "values": [80, 20]},
             {"name": "size", "path": "search.num_procs", "range": {"from": 4, "to": 32, "step": 4}}],
    "search": {"num_procs": 8, "max_batch": 16, "datatype": "float16", "keep": "summary"}})";
}

Work study_work() {
  Files files = dense_inputs();
  files["study.json"] = machines_study();
  return {"study run",
          std::move(files),
          {},
          {"study", "run", "study.json", "-o", "run"},
          {"run/table.csv", "run/report.html"},
          "run/"};
}

// Three shards at once, of which one is started twice; then they are merged.
Work shards_work() {
  Work work = study_work();
  work.name = "shards";
  for (const char* shard : {"0/3", "1/3", "2/3", "0/3"}) {
    work.calls.push_back(
        {"study", "run", "study.json", "-o", "run", "--shard", shard, "--threads", "1"});
  }
  work.last = {"study", "merge", "run", "-o", "table.csv"};
  work.outputs = {"table.csv", "run/table.csv", "run/report.html"};
  return work;
}

Work work_on_results(const std::string& name, const Arguments& call, const std::string& output) {
  Scenario scenario;
  add_folder(scenario, "run", sample_folders().front());
  scenario.files.insert(sample_results().begin(), sample_results().end());
  return {name, scenario.files, {}, call, {output}, "run/"};
}

Work plan_work() {
  Files files = {{"hostfile", "H100 slots=4\nH100 slots=4\nA100 slots=4\nA100 slots=4\n"},
                 {"model.json", test::source_text("models/gpt3-13B.json")},
                 {"h100.json", test::source_text("systems/H100_80g_sxm.json")},
                 {"a100.json", test::source_text("systems/a100_80g.json")}};
  return {"hetero-plan",
          std::move(files),
          {},
          {"hetero-plan", "--hostfile", "hostfile", "--model", "model.json", "--system",
           "H100=h100.json", "--system", "A100=a100.json", "--global-batch-size", "64", "--output",
           "plans.json"},
          {"plans.json"},
          ""};
}

// Over the profiles of another machine.
Work profile_work() {
  Files files;
  for (const std::string& name : test::source_files("examples/hetero/profiles", {".json"})) {
    files["profiles" + name.substr(name.rfind('/'))] = test::source_text(name);
  }
  return {"hetero-profile",
          std::move(files),
          {},
          {"hetero-profile", "--layers", "256", "--output-dir", "profiles", "--derive", "T4=8",
           "--force"},
          {"profiles/"},
          "profiles/"};
}

// A system of many network tiers.
std::string many_tiers(const std::string& system, std::int64_t tiers, std::int64_t factor) {
  Json json = Json::parse(test::source_text("systems/" + system));
  Json tier = json["networks"][0];
  json["networks"] = Json::array();
  for (std::int64_t size = 8; tiers > 0; --tiers) {
    tier["size"] = size;
    json["networks"].push_back(tier);
    size = factor > 1 ? size * factor : size + 8;
  }
  return json.dump();
}

std::string execution_study(std::int64_t points) {
  Json study = {{"calculon_study", 1},
                {"title", "Many points"},
                {"model", Json::parse(test::tiny_transformer_text())},
                {"system", Json::parse(test::tiny_system_text())},
                {"execution", Json::parse(test::tiny_strategy_text())}};
  const auto axis = [](const char* name, const char* path, std::int64_t last) {
    return Json{
        {"name", name}, {"path", path}, {"range", {{"from", 1}, {"to", last}, {"step", 1}}}};
  };
  study["axes"] = Json::array(
      {axis("speed", "system.mem1.GBps", 1000), axis("size", "system.mem1.GiB", points / 1000)});
  return study.dump();
}

Work endless(const std::string& name, Files files, const Arguments& call) {
  Work work;
  work.name = name;
  work.files = std::move(files);
  work.last = call;
  return work;
}

// Numbers with many divisors make hundreds of millions of executions, all of them good.
Files endless_inputs() {
  Json system = Json::parse(test::tiny_system_text());
  system["mem1"]["GiB"] = system["mem2"]["GiB"] = 1e9;
  system["networks"][0]["size"] = system["networks"][1]["size"] = 2520;
  return {{"model.json", R"({"hidden": 5040, "feedforward": 20160, "seq_size": 5040,
                             "attn_heads": 2520, "attn_size": 2, "num_blocks": 2520})"},
          {"system.json", system.dump()}};
}

// 16 nodes of 8 types of GPU.
Work endless_plan() {
  Files files = {{"model.json", test::source_text("models/gpt3-13B.json")},
                 {"system.json", test::source_text("systems/a100_80g.json")}};
  Arguments call = {"hetero-plan", "--hostfile",          "hostfile", "--model",
                    "model.json",  "--global-batch-size", "256"};
  for (const char type : std::string("ABCDEFGH")) {
    files["hostfile"] += fmt::format("{0} slots=8\n{0} slots=8\n", type);
    call.insert(call.end(), {"--system", fmt::format("{}=system.json", type)});
  }
  return endless("hetero-plan", std::move(files), call);
}

}  // namespace

std::vector<Work> killed_work() {
  return {search_work("loe", {"out.json", "-t", "50"}),
          search_work("loe", {"out.csv.gz", "-t", "50"}),
          search_work("lae", {"out.csv", "--columns", "tensor_par,sample_rate"}),
          search_work("lae", {"out.csv.gz", "--columns", "tensor_par,sample_rate"}),
          study_work(),
          shards_work(),
          work_on_results("study merge", {"study", "merge", "run", "-o", "t.csv.gz"}, "t.csv.gz"),
          work_on_results("study report", {"study", "report", "run"}, "run/report.html"),
          work_on_results("report", {"report", "all.csv", "-o", "page.html"}, "page.html"),
          plan_work(),
          profile_work()};
}

std::vector<Work> endless_work() {
  Files tiers = dense_inputs();
  tiers["system.json"] = many_tiers("a100_80g.json", 1000, 1);
  const Files mixture = {{"model.json", test::source_text("models/gpt-1.8T.json")},
                         {"system.json", many_tiers("H100_80g_sxm.json", 8, 4)}};
  const Files points = {{"study.json", execution_study(30'000)}};
  const Files many_points = {{"study.json", execution_study(1'000'000)}};
  Files pipe = dense_inputs();
  pipe["pipe.csv|"] = "";
  Scenario results;
  add_folder(results, "run", sample_folders().front());
  results.files["run/results-1-of-2.jsonl|"] = "";
  return {
      endless("loe of 1000 tiers", tiers, search("loe", "8", {"out.json", "--threads", "1"})),
      endless("lae of 1000 tiers", tiers, search("lae", "8", {"out.csv"})),
      endless("loe-moe-flex of 8 tiers", mixture,
              search("loe-moe-flex", "1024", {"out.json", "--threads", "1"})),
      endless("loe", endless_inputs(), search("loe", "2520", {"out.json", "--exhaustive"})),
      endless("lae", endless_inputs(),
              search("lae", "2520", {"out.csv.gz", "--columns", "tensor_par"})),
      endless("study run", points, {"study", "run", "study.json", "-o", "run"}),
      endless("study check", many_points, {"study", "check", "study.json"}),
      endless("study run of a million", many_points, {"study", "run", "study.json", "-o", "run"}),
      endless_plan(),
      endless("a pipe that nobody reads", pipe, search("lae", "8", {"pipe.csv"})),
      endless("a pipe that nobody writes", pipe, {"report", "pipe.csv", "-o", "page.html"}),
      endless("a pipe among results", results.files, {"study", "merge", "run", "-o", "t.csv"}),
      endless(
          "train-bandwidth", {},
          {"train-bandwidth", "--dataset_size", "3e11", "--num_layers", "96", "--d_model", "12288",
           "--num_heads", "96", "--sweep", "p_data=1..1000000", "--sweep", "p_pipe=1..1000000"})};
}

}  // namespace calculon::torture
