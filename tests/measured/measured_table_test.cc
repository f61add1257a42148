#include "measured/measured_table.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "calculon/base/files.h"
#include "measured/row_reader.h"
#include "support/input_error_of.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

const std::string kHeader =
    "id,system,model.hidden,model.feedforward,model.seq_size,model.attn_heads,model.attn_size,"
    "model.num_blocks,execution.num_procs,execution.batch_size,measured_seconds";
const std::string kRow = "h100,1024,4096,2048,16,64,24,8,64,1.5";

MeasuredTable table_of(const std::string& text) {
  return parse_measured_table("runs.csv", text, 1);
}

// What is said of a row that has further cells in further columns.
RejectedRow rejected(const std::string& columns, const std::string& cells,
                     const std::string& row = kRow) {
  const auto table = table_of(fmt::format("{}{}\ngood,{}{}\nbad,{}{}\n", kHeader, columns, kRow,
                                          std::string(columns.empty() ? 0 : 1, ','), row, cells));
  REQUIRE(table.rejected.size() == 1);
  CHECK(table.rejected[0].row == 3);
  return table.rejected[0];
}

std::string replaced(std::string text, const std::string& old, const std::string& with) {
  return text.replace(text.find(old), old.size(), with);
}

std::string error_of(const std::string& text) {
  return input_error_of([&] { table_of(text); });
}

}  // namespace

TEST_CASE("a row is a model, an execution and what was measured", "[measured]") {
  const auto table = table_of(
      kHeader +
      ",model.mlp_gated,execution.tensor_par,execution.pipeline_par,execution.pipeline_layout,"
      "execution.gemm_datatype,measured_peak_bytes,measured_stage,outcome,use,flag,source,other\n"
      "007," +
      kRow + ",true,2,2,\"[10, 14]\",fp8,4.5e9,1,ran,time rank,data:odd,\"a, b\",ignored\n");
  REQUIRE(table.rejected.empty());
  REQUIRE(table.runs.size() == 1);
  const MeasuredRun& run = table.runs[0];
  CHECK(run.id == "007");  // texts stay as they are
  CHECK(run.row == 2);
  CHECK(run.model.hidden == 1024);
  CHECK(run.model.details.mlp_gated);
  CHECK(run.execution.pipeline_layout == std::vector<std::int64_t>{10, 14});
  CHECK(run.execution.data_par == 2);
  CHECK(run.execution.sequence_par);
  CHECK(run.execution.gemm_datatype == Datatype::kFloat8);
  CHECK(run.seconds == 1.5);
  CHECK(run.peak_bytes == 4.5e9);
  CHECK_FALSE(run.static_bytes);
  CHECK(run.stage == 1);
  CHECK(run.outcome == RunOutcome::kRan);
  CHECK(run.use == RunUse{true, false, true});
  CHECK(run.has_time());
  CHECK_FALSE(run.has_label());
  CHECK(run.source == "a, b");
  CHECK(table.has_flags());
}

TEST_CASE("blanks around the text of a cell do not count", "[measured]") {
  const auto table = table_of(kHeader + ",model.qk_norm,model.other\n" + " a ,\th100 , 1024" +
                              kRow.substr(9) + ", , \n , ,,,,,,,,,,,\n");
  CHECK(table.rows == 1);
  REQUIRE(table.runs.size() == 1);
  CHECK(table.runs[0].id == "a");
  CHECK(table.runs[0].system == "h100");
  CHECK(table.runs[0].model.hidden == 1024);
}

TEST_CASE("without a column for it, a row is good for everything", "[measured]") {
  const auto table = table_of(kHeader + "\na," + kRow + "\n");
  CHECK(table.runs.at(0).use == RunUse{true, true, true});
  const auto unused = table_of(kHeader + ",use\na," + kRow + ",\n");
  CHECK(unused.runs.at(0).use == RunUse{false, false, false});
}

TEST_CASE("tables come with any quoting, a mark, blank rows, or packed", "[measured]") {
  const TempFolder folder;
  const std::string text = "\xef\xbb\xbf" + replaced(kHeader, "id", "\"id\"") +
                           "\r\n\"a\",\"h100\",\"1024\"," + kRow.substr(10) + "\r\n,,,,,,,,,,\r\n";
  for (const std::string name : {"plain.csv", "packed.csv.gz"}) {
    OutputFile file(folder.file(name));
    file.write(text);
    file.commit();
    const auto table = read_measured_table(folder.file(name), 2);
    CHECK(table.runs.size() == 1);
    CHECK(table.rows == 1);
  }
  CHECK(input_error_of([&] { read_measured_table(folder.write("x.txt", text), 1); }) ==
        folder.file("x.txt") +
            ": unknown kind of file, expected a name ending in .csv, .csv.gz or '-'");
}

TEST_CASE("a bad row is told by row, column, id and rule", "[measured]") {
  const RejectedRow zero = rejected("", "", replaced(kRow, ",24,", ",0,"));
  CHECK(zero.id == "bad");
  CHECK(zero.rule == "KC2");
  CHECK(zero.message ==
        "row 3: model.num_blocks is 0, expected an integer from 1 to 1000000000 (rule KC2)");
  CHECK(rejected("", "", replaced(kRow, "4096", "")).message ==
        "row 3: model.feedforward is empty (rule KC1)");
  CHECK(rejected(",model.hiden", ",5").message ==
        "row 3: model.hiden is no key of a model (did you mean 'hidden'?) (rule KC3)");
  CHECK(rejected(",execution.tensor_par", ",3").message ==
        "row 3: execution: num_procs is 8, expected a multiple of tensor_par 3 times pipeline_par "
        "1 times context_par 1 (rule KC10)");
  CHECK(rejected(",model.attn_kv_heads", ",5").rule == "KC4");
  CHECK(rejected(",model.num_experts", ",8").rule == "KC6");
  CHECK(rejected(",execution.methodology", ",other").rule == "KC2");
  CHECK(rejected(",outcome", ",failed").message ==
        "row 3: outcome is \"failed\", expected ran or oom (rule KC2)");
  CHECK(rejected("", "", replaced(kRow, ",1.5", ",0")).message ==
        "row 3: measured_seconds is 0, expected a number from 1e-9 (rule KC2)");
  CHECK(rejected("", "", replaced(kRow, ",1.5", ",inf")).rule == "KC2");
  CHECK(rejected("", "", replaced(kRow, "h100", "")).message ==
        "row 3: system is empty (rule KC1)");
}

TEST_CASE("a row that cannot be read stops no other", "[measured]") {
  const auto table = table_of(kHeader + "\na," + kRow + ",1\n\"b\"x," + kRow + "\na," + kRow +
                              "\na," + kRow + "\n");
  CHECK(table.rows == 4);
  REQUIRE(table.runs.size() == 1);
  CHECK(table.runs[0].row == 4);
  REQUIRE(table.rejected.size() == 3);
  CHECK(table.rejected[0].message == "row 2 has 12 cells, expected 11");
  CHECK(table.rejected[0].rule == "");
  CHECK(table.rejected[0].id == "a");
  CHECK(table.rejected[1].message == "row 3 has text behind a closed quotation mark");
  CHECK(table.rejected[2].message == "row 5: id is that of row 4, expected another one (rule KC2)");
}

TEST_CASE("what is no measured table is refused", "[measured]") {
  CHECK(error_of("") == "runs.csv: is empty, expected a measured table");
  CHECK(error_of(kHeader + "\n\n") == "runs.csv: has no row behind its header");
  CHECK(error_of("id,sytem\n1,2\n") ==
        "runs.csv: has no column system (did you mean 'sytem'?); a measured table begins with a "
        "line of column names");
  CHECK(error_of("id,system,id\n1,2,3\n") == "runs.csv: has two columns id");
  CHECK(error_of("id,\"system\n") ==
        "runs.csv: the header has a quotation mark that is not closed");
}

TEST_CASE("cells are numbers, flags, lists or texts", "[measured]") {
  CHECK(cell_value("2048").is_number_integer());
  CHECK(cell_value("2048.0").is_number_integer());
  CHECK(cell_value("1e3") == Json(1000));
  CHECK(cell_value("0.5") == Json(0.5));
  CHECK(cell_value("TRUE") == Json(true));
  CHECK(cell_value("False") == Json(false));
  CHECK(cell_value("false") == Json(false));
  CHECK(cell_value("[\"op\"]").is_array());
  for (const char* text : {"[1,", "inf", "nan", "1,024", "0x10", "-", "null"}) {
    CHECK(cell_value(text).is_string());
  }
}

}  // namespace calculon::test
