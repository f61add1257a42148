// Both stacks of real executions add up to what the model says, whatever is offloaded.
#include <catch2/catch.hpp>
#include <map>

#include "page/plot_types.h"
#include "page/result_file.h"
#include "support/json_page.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// The sum of the pieces above each label.
std::map<std::string, double> heights_of(const Drawing& drawing) {
  std::map<std::string, double> heights;
  for (const Json& piece : drawing.spec["marks"][0]["data"][0]["values"]) {
    heights[piece["x"].get<std::string>()] += piece["y2"].get<double>() - piece["y"].get<double>();
  }
  return heights;
}

void check_stacks(const PageContent& content) {
  const Table& table = content.rows;
  const Drawing times = draw_plot({{"type", "time_stack"}, {"x", "rank"}}, content);
  const Drawing spaces = draw_plot({{"type", "memory_stack"}, {"x", "rank"}}, content);
  CHECK(times.notes.empty());
  CHECK(spaces.notes.empty());
  const auto time = heights_of(times);
  const auto space = heights_of(spaces);
  REQUIRE(time.size() == table.size());
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string rank = value_label(table.value(row, "rank"));
    INFO("rank " << rank);
    CHECK(time.at(rank) == Approx(*table.number(row, "total_time")).epsilon(1e-12));
    CHECK(space.at(rank) * 1073741824.0 ==
          Approx(*table.number(row, "proc_mem_tier1_cap_req")).epsilon(1e-12));
  }
}

Table without(const Table& table, const std::vector<std::string>& left_out) {
  std::vector<std::string> columns = table.all_columns();
  std::erase_if(columns, [&](const std::string& column) {
    return std::find(left_out.begin(), left_out.end(), column) != left_out.end();
  });
  Table rows;
  for (std::size_t row = 0; row < table.size(); ++row) {
    rows.add_copy(table, row, columns);
  }
  return rows;
}

PageContent best_of(const Arguments& search) {
  const TempFolder folder;
  Arguments arguments = search;
  arguments.push_back(folder.file("best.json"));
  arguments.insert(arguments.end(), {"-t", "40"});
  REQUIRE(run_program(arguments).status == 0);
  return result_page({folder.file("best.json")});
}

}  // namespace

TEST_CASE("stacks of dense executions add up, whatever is offloaded", "[page]") {
  PageContent content = best_of({"loe", source_path("models/gpt3-175B.json"), "512", "512",
                                 "float16", source_path("systems/h100_80g_nvl8.json")});
  const Table& table = content.rows;
  CHECK(table.has("sample_rate"));
  bool some_offload = false;
  for (std::size_t row = 0; row < table.size(); ++row) {
    some_offload = some_offload || *table.number(row, "proc_mem_tier2_cap_req") > 0;
  }
  CHECK(some_offload);
  check_stacks(content);
  // Statistics alone do not say what is offloaded, but their sum does.
  content.rows =
      without(content.rows, {"weight_offload", "activations_offload", "optimizer_offload"});
  check_stacks(content);
}

TEST_CASE("stacks of mixtures of experts add up", "[page]") {
  check_stacks(best_of({"loe-moe", source_path("models/gpt-1.8T_2.json"), "512", "512", "float16",
                        source_path("systems/H100_80g_sxm.json"), "-moe", "16"}));
}

TEST_CASE("a stack whose table lacks parts says so", "[page]") {
  JsonPage content;
  content.rows = {{{"name", "a"}, {"total_time", 3.0}, {"fw_time", 1.0}}};
  const Drawing drawing = draw_plot({{"type", "time_stack"}, {"x", "name"}}, content);
  REQUIRE(drawing.notes.size() == 1);
  CHECK(drawing.notes[0] == "The table lacks some parts, so the bars are less than the whole.");
}

}  // namespace calculon::test
