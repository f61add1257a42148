#include "text/csv_report.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <map>

#include "calculon/model/evaluate.h"
#include "support/input_error_of.h"
#include "support/preset_rows.h"
#include "support/search_files.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

Stats tiny_row_stats() {
  return *evaluate(tiny_transformer(), tiny_system(), tiny_strategy());
}

std::string line_of(const CsvColumns& columns, const Strategy& strategy, const Stats& stats) {
  std::string text;
  CsvRows(columns).append(text, strategy, stats);
  return text;
}

std::string columns_message(std::string_view names) {
  return input_error_of([&] { CsvColumns::parse(names, Preset::kCalculon); });
}

}  // namespace

TEST_CASE("the columns are all settings, then all statistics", "[report]") {
  const std::map<Preset, std::size_t> counts = {{Preset::kCalculon, 23 + 96},
                                                {Preset::kCalculonMoe, 33 + 122}};
  for (const auto& [preset, count] : counts) {
    std::string expected;
    for (const std::string_view name : settings_of(preset)) {
      expected += std::string(name) + ",";
    }
    for (const auto& field : stats_of(preset)) {
      expected += std::string(field.name) + ",";
    }
    expected.pop_back();
    CHECK(CsvColumns::all(preset).header() == expected);
    CHECK(cells_of(expected).size() == count);
  }
}

TEST_CASE("a line has a cell for every column, and numbers read back the same", "[report]") {
  const CsvColumns columns = CsvColumns::all(Preset::kCalculon);
  const Stats stats = tiny_row_stats();
  const std::string line = line_of(columns, tiny_strategy(), stats);
  REQUIRE(line.back() == '\n');
  CHECK(std::count(line.begin(), line.end(), '\n') == 1);
  const auto cells = cells_of(line.substr(0, line.size() - 1));
  REQUIRE(cells.size() == 23 + 96);
  const auto fields = stats_of(Preset::kCalculon);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    INFO(fields[i].name);
    CHECK(std::stod(cells[23 + i]) == stats.*fields[i].member);
  }
}

TEST_CASE("values are written as published", "[report]") {
  const CsvColumns columns = CsvColumns::parse(
      "num_procs,datatype,training,weight_offload,tensor_par_comm_type,total_time,sample_rate,"
      "block_fw_flops,bubble_time",
      Preset::kCalculon);
  CHECK(columns.header() ==
        "num_procs,datatype,training,weight_offload,tensor_par_comm_type,total_time,sample_rate,"
        "block_fw_flops,bubble_time");
  Strategy strategy = tiny_strategy();
  strategy.tensor_par_comm_type = TensorParCommType::kP2pRsAg;
  Stats stats{};
  stats.total_time = 0.1;
  stats.sample_rate = std::numeric_limits<double>::quiet_NaN();
  stats.block_fw_flops = 123456789;
  CHECK(line_of(columns, strategy, stats) ==
        "1,float16,True,False,p2p_rs_ag,0.1,None,123456789,0\n");
  stats.sample_rate = std::numeric_limits<double>::infinity();
  stats.total_time = -2.2250738585072014e-308;
  CHECK(line_of(columns, strategy, stats) ==
        "1,float16,True,False,p2p_rs_ag,-2.2250738585072014e-308,None,123456789,0\n");
}

TEST_CASE("a line does not depend on those before it", "[report]") {
  const CsvColumns columns = CsvColumns::all(Preset::kCalculon);
  std::vector<Stats> list(4, tiny_row_stats());
  list[1].total_time = -0.0;
  list[2].total_time = 0.0;
  list[2].bubble_time = std::numeric_limits<double>::quiet_NaN();
  list[3].bubble_time = std::numeric_limits<double>::quiet_NaN();
  CsvRows rows(columns);
  std::string text;
  std::string expected;
  for (const Stats& stats : list) {
    rows.append(text, tiny_strategy(), stats);
    expected += line_of(columns, tiny_strategy(), stats);
  }
  CHECK(text == expected);
}

TEST_CASE("columns are named one by one, in any order, and more than once", "[report]") {
  CHECK(CsvColumns::parse("sample_rate,tensor_par,sample_rate", Preset::kCalculon).header() ==
        "sample_rate,tensor_par,sample_rate");
  CHECK(columns_message("tensor_par,sample_rat") ==
        "there is no column 'sample_rat' (did you mean 'sample_rate'?)");
  CHECK(columns_message("tensor_par,") == "there is no column ''");
  CHECK(columns_message("") == "there is no column ''");
  CHECK_THAT(columns_message("tensor_par, batch_size"),
             Catch::StartsWith("there is no column ' batch_size'"));
}

TEST_CASE("each preset has columns of its own", "[report]") {
  CHECK(CsvColumns::parse("expert_par,ep_comm_link_time", Preset::kCalculonMoe).header() ==
        "expert_par,ep_comm_link_time");
  CHECK_THAT(columns_message("expert_par"), Catch::StartsWith("there is no column 'expert_par'"));
  CHECK_THAT(
      input_error_of([] { CsvColumns::parse("baseblock_recomm_time", Preset::kCalculonMoe); }),
      Catch::StartsWith("there is no column 'baseblock_recomm_time'"));
}

}  // namespace calculon::test
