// The bundled studies against tests/golden/studies.json.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "calculon/base/files.h"
#include "support/findings.h"
#include "support/source_tree.h"
#include "support/study_run.h"

namespace calculon::test {
namespace {

const Json& golden() {
  static const Json kGolden =
      Json::parse(read_text_file(source_folder() + "/tests/golden/studies.json.gz"));
  return kGolden;
}

bool close(double a, double b) {
  constexpr double kTolerance = 1e-9;
  return a == b || std::fabs(a - b) <= kTolerance * std::max(std::fabs(a), std::fabs(b));
}

class Comparison {
 public:
  // Every number of `expected` that the row has a column for.
  void numbers(const std::string& place, const Json& row, const Json& expected) {
    for (const auto& item : expected.items()) {
      if (item.value().is_number() && row.contains(item.key())) {
        const bool same = row[item.key()].is_number() &&
                          close(row[item.key()].get<double>(), item.value().get<double>());
        findings_.add_unless(same, fmt::format("{}: {} is {}, expected {}", place, item.key(),
                                               row[item.key()].dump(), item.value().dump()));
        ++compared_;
      }
    }
  }
  void number(const std::string& place, const Json& found, const Json& expected) {
    numbers(place, {{"value", found}}, {{"value", expected}});
  }
  void execution(const std::string& place, const Json& row, const Json& expected) {
    for (const auto& item : expected.items()) {
      findings_.add_unless(row[item.key()] == item.value(),
                           fmt::format("{}: {} is {}, expected {}", place, item.key(),
                                       row[item.key()].dump(), item.value().dump()));
      ++compared_;
    }
  }
  void check(std::size_t at_least) const {
    INFO(findings_.text());
    CHECK(findings_.empty());
    CHECK(compared_ >= at_least);
  }

 private:
  Findings findings_;
  std::size_t compared_ = 0;
};

// A cell of a heat map: where the best is alone, it is the same execution with the same memory.
void compare_cell(Comparison& comparison, const std::string& place, const Json& row,
                  const Json& cell) {
  comparison.number(place + " feasible", row["feasible"], cell["feasible"]);
  if (cell["feasible"] == 0) {
    comparison.execution(place, row, {{"status", "infeasible"}, {"sample_rate", nullptr}});
    return;
  }
  Json numbers = cell;
  if (cell.value("near_ties", 1) == 1) {
    comparison.execution(place, row, cell["exe"]);
  } else {
    for (const char* key : {"proc_mem_tier1_cap_req", "proc_mem_tier2_cap_req",
                            "offload_mem_bw_req", "system_efficiency"}) {
      numbers.erase(key);
    }
  }
  numbers.erase("enumerated");
  comparison.numbers(place, row, numbers);
}

}  // namespace

TEST_CASE("sc23-fig2 has the statistics of figure 2", "[study][figures]") {
  const StudyRun run(bundled_study("sc23-fig2"));
  REQUIRE(run.rows().size() == 1);
  Comparison comparison;
  comparison.execution("fig2", run.rows()[0], golden()["fig2"]["execution"]);
  comparison.numbers("fig2", run.rows()[0], golden()["fig2"]["stats"]);
  comparison.check(45);
}

TEST_CASE("sc23-fig3 has the bars of figure 3", "[study][figures]") {
  const StudyRun run(bundled_study("sc23-fig3"));
  CHECK(run.rows().size() == 20);
  Comparison comparison;
  const auto label = [](const std::string& panel, const Json& bar) {
    return panel == "tp_vs_pp_dp32"
               ? fmt::format("TP vs PP: {}, {}", bar["t"].dump(), bar["p"].dump())
           : panel == "pp_vs_dp_tp8"
               ? fmt::format("PP vs DP: {}, {}", bar["p"].dump(), bar["d"].dump())
               : fmt::format("TP vs DP: {}, {}", bar["t"].dump(), bar["d"].dump());
  };
  for (const auto& panel : golden()["study1_fig3"]["bars"].items()) {
    for (const Json& bar : panel.value()) {
      const std::string place = label(panel.key(), bar);
      const auto rows = run.rows_with({{"bar", place}});
      REQUIRE(rows.size() == 1);
      comparison.number(place, rows[0]["feasible"], bar["candidates"]);
      comparison.execution(place, rows[0], bar["exe"]);
      comparison.numbers(place, rows[0], bar);
      for (const auto& part : bar.items()) {
        if (part.value().is_object() && part.key() != "exe") {
          comparison.numbers(place, rows[0], part.value());
        }
      }
    }
  }
  comparison.check(17 * 40);
}

TEST_CASE("sc23-fig4 has the cells of figure 4", "[study][figures]") {
  const std::map<std::string, std::string> panels = {{"a", "original optimizations, 80 GiB"},
                                                     {"b", "sequence parallelism, 80 GiB"},
                                                     {"c", "all optimizations, 80 GiB"},
                                                     {"d", "all optimizations, 160 GiB"}};
  const StudyRun run(bundled_study("sc23-fig4"));
  CHECK(run.rows().size() == 168);
  Comparison comparison;
  for (const auto& panel : golden()["fig4"]["panels"].items()) {
    for (const Json& cell : panel.value()["cells"]) {
      const auto rows =
          run.rows_with({{"panel", panels.at(panel.key())}, {"t", cell["t"]}, {"p", cell["p"]}});
      REQUIRE(rows.size() == 1);
      compare_cell(comparison,
                   fmt::format("{} t {} p {}", panel.key(), cell["t"].dump(), cell["p"].dump()),
                   rows[0], cell);
    }
  }
  comparison.check(1100);
}

TEST_CASE("sc23-fig5 counts the 1,974,902 executions of the paper", "[study][figures]") {
  const Json& blocks = golden()["study2_fig5"];
  for (const std::string rule : {"raise", "skip"}) {
    const StudyRun run(bundled_study("sc23-fig5", {}, {{"search.oversized_data_par", rule}}));
    const Json& expected = blocks[rule == "raise" ? "batch_rule_paper" : "batch_rule_current"];
    const Json row = run.rows().at(0);
    CHECK(row["feasible"] == (rule == "raise" ? 1974902 : 1974830));
    CHECK(row["enumerated"] == expected["enumerated"]);
    const Json& summary = row["summary"];
    CHECK(summary["count"] == row["feasible"]);
    CHECK(summary["counts"] == expected["histogram10"]["counts"]);
    Comparison comparison;
    for (std::size_t i = 0; i <= 10; ++i) {
      comparison.number("edge", summary["edges"][i], expected["histogram10"]["edges"][i]);
    }
    for (std::size_t i = 0; i < expected["top20"].size(); ++i) {
      comparison.number("top", summary["top"][i], expected["top20"][i]);
    }
    comparison.number("rank 100", summary["top"][99], expected["rank100"]);
    comparison.number("least", summary["least"], expected["min"]);
    comparison.number("greatest", summary["greatest"], expected["max"]);
    if (expected.contains("best_exe")) {
      comparison.execution("best", row, expected["best_exe"]);
    }
    comparison.check(30);
  }
}

TEST_CASE("sc23-scaling has the golden sizes of figures 6 and 8", "[study][figures]") {
  const std::map<std::string, std::string> models = {{"gpt3-175B", "GPT3 175B"},
                                                     {"turing-530B", "Turing-NLG 530B"},
                                                     {"megatron-1T", "Megatron-1T"}};
  std::map<std::string, std::vector<std::string>> only;
  for (const Json& point : golden()["study3_fig6_fig8"]["points"]) {
    auto& sizes = only["size"];
    const std::string size = point["num_procs"].dump();
    if (std::find(sizes.begin(), sizes.end(), size) == sizes.end()) {
      sizes.push_back(size);
    }
  }
  const StudyRun run(bundled_study("sc23-scaling", only));
  Comparison comparison;
  for (const Json& point : golden()["study3_fig6_fig8"]["points"]) {
    const auto rows = run.rows_with({{"offload", point["offload_GBps"] == 0 ? "none" : "100 GB/s"},
                                     {"model", models.at(point["model"])},
                                     {"size", point["num_procs"]}});
    REQUIRE(rows.size() == 1);
    const std::string place = point["model"].get<std::string>() + " " + point["num_procs"].dump();
    comparison.number(place + " enumerated", rows[0]["enumerated"], point["enumerated"]);
    compare_cell(comparison, place, rows[0], point);
  }
  comparison.check(62 * 10);
}

TEST_CASE("the whole of sc23-scaling and sc23-tab3 has the golden number of strategies",
          "[study][figures]") {
  const auto strategies = [](const LoadedStudy& loaded) {
    std::int64_t sum = 0;
    for (const PointEntry& point : loaded.points) {
      sum += point.strategies;
    }
    return sum;
  };
  std::int64_t scaling = 0;
  for (const auto& part :
       golden()["study3_fig6_fig8"]["full_sweep_enumerated_without_mbs_break"].items()) {
    scaling += part.value().get<std::int64_t>();
  }
  CHECK(strategies(bundled_study("sc23-scaling")) == scaling);
  CHECK(strategies(bundled_study("sc23-tab3")) ==
        golden()["study5_tab3"]["full_table_enumerated_without_mbs_break"]);
}

TEST_CASE("the published speed-up of figure 9 is its worked example", "[study][figures]") {
  for (const Json& example : golden()["study3_fig6_fig8"]["fig9_worked_example"]) {
    std::vector<std::string> sizes;
    for (const Json& size : example["sizes"]) {
      sizes.push_back(size.dump());
    }
    const std::string model = example["model"] == "turing-530B" ? "Turing-NLG 530B" : "Megatron-1T";
    const StudyRun run(bundled_study("sc23-scaling", {{"model", {model}}, {"size", sizes}}));
    Comparison comparison;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const auto rows = run.rows_with({{"offload", "100 GB/s"}, {"size", example["sizes"][i]}});
      REQUIRE(rows.size() == 1);
      if (example["sample_rate_no_offload"][i] != 0) {
        comparison.number("speed-up", rows[0]["speedup_percent_published"],
                          example["relative_speedup_percent"][i]);
        comparison.number("plain", rows[0]["speedup_percent"],
                          100 * (rows[0]["best_so_far"].get<double>() /
                                     example["sample_rate_no_offload"][i].get<double>() -
                                 1));
      }
    }
    comparison.check(4);
  }
}

TEST_CASE("sc23-fig7 has the cells of figure 7", "[study][figures]") {
  const StudyRun run(bundled_study("sc23-fig7"));
  CHECK(run.rows().size() == 72);
  Comparison comparison;
  for (const auto& memory : golden()["study4_fig7"]["cells"].items()) {
    for (const Json& current : memory.value()) {
      const bool oversized = current["t"] == 1 && current["p"] == 1;
      const Json& cell =
          oversized ? golden()["study4_fig7"]["paper_batch_rule_t1p1"][memory.key()] : current;
      const auto rows =
          run.rows_with({{"memory", memory.key()}, {"t", cell["t"]}, {"p", cell["p"]}});
      REQUIRE(rows.size() == 1);
      compare_cell(comparison,
                   fmt::format("{} t {} p {}", memory.key(), cell["t"].dump(), cell["p"].dump()),
                   rows[0], cell);
    }
  }
  comparison.check(350);
}

TEST_CASE("sc23-tab4 has the rows of table 4", "[study][figures]") {
  const StudyRun run(bundled_study("sc23-tab4"));
  Comparison comparison;
  for (const auto& expected : golden()["fig10_tab4"]["rows"].items()) {
    const auto rows = run.rows_with({{"name", expected.key()}});
    REQUIRE(rows.size() == 1);
    comparison.number(expected.key(), rows[0]["feasible"], expected.value()["feasible"]);
    comparison.execution(expected.key(), rows[0], expected.value()["exe"]);
    comparison.numbers(expected.key(), rows[0], expected.value()["stats"]);
  }
  comparison.check(4 * 45);
}

TEST_CASE("sc23-tab2 has the calculated times and memories of table 2", "[study][figures]") {
  const StudyRun run(bundled_study("sc23-tab2"));
  const std::map<std::string, std::string> names = {{"megatron-22B", "22B"},
                                                    {"gpt3-175B", "175B"},
                                                    {"turing-530B", "530B"},
                                                    {"megatron-1T", "1T"}};
  for (const Json& expected : golden()["tab2"]["rows"]) {
    for (const std::string mode : {"full", "seqsel"}) {
      const auto rows = run.rows_with({{"run", names.at(expected["model"]) + ", " + mode}});
      REQUIRE(rows.size() == 1);
      constexpr double kGibi = 1024.0 * 1024.0 * 1024.0;
      const auto rounded = [](double x) { return fmt::format("{:.2f}", x); };
      CHECK(rounded(rows[0]["total_time"].get<double>()) ==
            rounded(expected[mode]["calculated"].get<double>()));
      CHECK(rounded(rows[0]["proc_mem_tier1_cap_req"].get<double>() / kGibi) ==
            rounded(expected[mode]["GiB"].get<double>()));
    }
  }
}

TEST_CASE("sc23-tab3 has the golden prices and sizes", "[study][figures]") {
  const LoadedStudy loaded = bundled_study("sc23-tab3");
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> sizes;
  std::map<std::string, double> prices;
  for (std::size_t i = 0; i < loaded.points.size(); ++i) {
    const Point point = loaded.study->point(i);
    const std::string key =
        point.inputs.system["mem1"]["GiB"].dump() + "/" + point.inputs.system["mem2"]["GiB"].dump();
    const auto size = point.inputs.search["num_procs"].get<std::int64_t>();
    auto& range = sizes.try_emplace(key, size, size).first->second;
    range = {std::min(range.first, size), std::max(range.second, size)};
    prices[key] = *point.price;
  }
  for (const auto& expected : golden()["study5_tab3"]["sizes"].items()) {
    INFO(expected.key());
    CHECK(prices.at(expected.key()) == expected.value()["price"]);
    CHECK(sizes.at(expected.key()).first == expected.value()["first_size"]);
    CHECK(sizes.at(expected.key()).second == expected.value()["max_gpus"]);
  }
}

TEST_CASE("table 3 has the golden cells, and 4984 processors are the best of a row",
          "[study][figures]") {  // S5, S8
  const std::map<std::string, std::string> models = {
      {"gpt3-175B", "175B"}, {"turing-530B", "530B"}, {"megatron-1T", "1T"}};
  const StudyRun best(
      bundled_study("sc23-tab3", {{"hbm", {"40"}}, {"ddr", {"0"}}, {"model", {"530B"}}}));
  REQUIRE(best.rows().size() == 1);
  CHECK(best.rows()[0]["size"] == 4984);

  Comparison comparison;
  const Json& block = golden()["study5_tab3"];
  const auto compare = [&](const Json& point, std::vector<std::pair<std::string, Json>> set) {
    set.emplace_back("search.num_procs", point["num_procs"]);
    const StudyRun run(bundled_study("sc23-tab3",
                                     {{"hbm", {point["hbm_gib"].dump()}},
                                      {"ddr", {point["ddr_gib"].dump()}},
                                      {"model", {models.at(point["model"])}}},
                                     set));
    const Json row = run.rows().at(0);
    const std::string place = fmt::format("{} {}/{}", point["model"].dump(),
                                          point["hbm_gib"].dump(), point["ddr_gib"].dump());
    comparison.number(place + " enumerated", row["enumerated"], point["enumerated"]);
    compare_cell(comparison, place, row, point);
  };
  for (const Json& point : block["points_at_printed_sizes"]) {
    compare(point, {});
  }
  for (const Json& point : block["size_scan_530B_40GiB_noDDR_last16"]) {
    compare(point, {});
  }
  std::vector<std::pair<std::string, Json>> earlier;
  for (const auto& item : block["h100_description_of_2023_04_06"]["system_set"].items()) {
    if (item.key().find(".ops") != std::string::npos) {
      for (const auto& op : item.value().items()) {
        earlier.emplace_back("system." + item.key() + "." + op.key(), op.value());
      }
    } else {
      earlier.emplace_back("system." + item.key(), item.value());
    }
  }
  for (const Json& point : block["h100_description_of_2023_04_06"]["points"]) {
    compare(point, earlier);
  }
  comparison.check(32 * 10);
}

TEST_CASE("the multi-trillion test models run as their authors found", "[study][figures]") {
  const Json& block = golden()["multi_trillion_test_models"];
  Json file = {{"calculon_study", 1},
               {"model", "Test-1T"},
               {"system", block["system"]},
               {"execution", block["execution_json"]},
               {"axes", {{{"name", "model"}, {"path", "model"}, {"values", Json::array()}}}}};
  for (const auto& item : block["results"].items()) {
    file["axes"][0]["values"].push_back(item.key());
  }
  const StudyRun run(study_of(file));
  Comparison comparison;
  for (const auto& expected : block["results"].items()) {
    const Json row = run.rows_with({{"model", expected.key()}}).at(0);
    if (expected.value().contains("infeasible")) {
      CHECK(row["status"] == "infeasible");
      CHECK_THAT(row["reason"].get<std::string>(), Catch::Contains("memory tier 1 needs"));
    } else {
      comparison.numbers(expected.key(), row, expected.value());
    }
  }
  comparison.check(6);
}

TEST_CASE("sensitivity-v0 has the golden points", "[study][figures]") {  // W1
  const StudyRun run(bundled_study("sensitivity-v0"));
  CHECK(run.rows().size() == 31);
  // The base once more, NVLink5 and 6 on both tiers, and 12 stacks of HBM3 and 8 of HBM4, which are
  // 288 GiB at 9625 GB/s each.
  CHECK(num_distinct(run.loaded().points) == 27);
  Comparison comparison;
  std::size_t found = 0;
  for (const Json& point : golden()["sensitivity_v0"]["points"]) {
    for (std::size_t i = 0; i < run.loaded().points.size(); ++i) {
      const Json system = run.loaded().study->point(i).inputs.system;
      if (system["mem1"]["GiB"] == point["mem1_GiB"] &&
          system["mem1"]["GBps"] == point["mem1_GBps"] &&
          system["networks"][0]["bandwidth"] == point["net0_bw"] &&
          system["networks"][0]["efficiency"] == point["net0_eff"] &&
          system["networks"][1]["bandwidth"] == point["net1_bw"] &&
          system["networks"][1]["efficiency"] == point["net1_eff"]) {
        ++found;
        const std::string place = fmt::format("point {}", i);
        comparison.number(place, run.rows()[i]["enumerated"], point["enumerated"]);
        compare_cell(comparison, place, run.rows()[i], point);
        break;
      }
    }
  }
  CHECK(found == golden()["sensitivity_v0"]["points"].size());
  comparison.check(found * 5);
}

TEST_CASE("one execution runs on twelve systems as published", "[study][figures]") {
  const Json& block = golden()["moe_topology"];
  std::size_t answered = 0;
  Comparison comparison;
  for (const Json& point : block["points"]) {
    Json execution = block["inputs"]["base_execution"];
    for (const auto& item : point["overrides"].items()) {
      execution[item.key()] = item.value();
    }
    execution["datatype"] = point["datatype"];
    const StudyRun run(study_of({{"calculon_study", 1},
                                 {"model", block["inputs"]["model"]},
                                 {"system", point["system"]},
                                 {"execution", execution}}),
                       1);
    const Json row = run.rows().at(0);
    const std::string place = point["system"].get<std::string>() + " " +
                              point["variant"].get<std::string>() + " " +
                              point["datatype"].get<std::string>();
    const std::string expected = point["status"] == "error" ? "invalid" : point["status"];
    comparison.execution(place, row, {{"status", expected}});
    if (point["status"] == "ok") {
      ++answered;
      comparison.numbers(place, row, point["stats"]);
    }
  }
  CHECK(answered > 50);
  comparison.check(answered * 20);
}

TEST_CASE("searches of a small mixture of experts have the golden counts", "[study][figures]") {
  Comparison comparison;
  for (const Json& point : golden()["moe_topology"]["small_searches"]) {
    const StudyRun run(study_of({{"calculon_study", 1},
                                 {"model", point["model"]},
                                 {"system", point["system"]},
                                 {"search",
                                  {{"num_procs", point["num_procs"]},
                                   {"max_batch", point["max_batch"]},
                                   {"datatype", point["datatype"]},
                                   {"experts", point["experts"]},
                                   {"flexible", point["command"] == "flexible"}}}}));
    const Json row = run.rows().at(0);
    comparison.number("enumerated", row["enumerated"], point["enumerated"]);
    comparison.numbers("search", row, point);
  }
  comparison.check(8);
}

}  // namespace calculon::test
