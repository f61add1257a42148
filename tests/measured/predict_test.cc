#include "measured/predict.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "calculon/base/files.h"
#include "support/input_error_of.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// The first worked example of the specification (80 blocks, four stages), with what else a row has.
std::string table_text(const std::string& columns, const std::string& cells,
                       const std::string& system = "h100-80g-nemo") {
  return "id,system,model.hidden,model.feedforward,model.seq_size,model.attn_heads,model.attn_size,"
         "model.num_blocks,model.attn_kv_heads,model.vocab_size,model.tie_embeddings,"
         "model.mlp_gated,model.norm_kind,model.linear_bias,model.position_embedding,"
         "execution.num_procs,execution.tensor_par,execution.pipeline_par,execution.pipeline_"
         "interleaving,"
         "execution.loss_kind,execution.batch_size" +
         columns + "\nx," + system +
         ",8192,28672,8192,64,128,80,8,128256,false,true,rmsnorm,false,rope,512,4,4,5,in_place,"
         "1024" +
         cells + "\n";
}

PredictedTable predicted(const MeasuredTable& table, SystemFiles& systems) {
  return predict_table(table, systems, 2);
}

}  // namespace

TEST_CASE("a row is predicted as its files would be", "[measured]") {
  SystemFiles systems({source_path("systems")});
  const auto table = parse_measured_table("runs.csv", table_text("", ""), 1);
  const auto result = predicted(table, systems);
  REQUIRE(result.runs.size() == 1);
  CHECK(result.runs[0].prediction.seconds == Approx(15.3522093).epsilon(1e-8));
  CHECK(result.runs[0].system->name == source_path("systems/h100-80g-nemo.json"));
  CHECK(error_percent(15, 10) == Approx(50));
}

TEST_CASE("bytes are those of the stage that was read", "[measured]") {
  SystemFiles systems({source_path("systems")});
  const auto bytes_of = [&](const std::string& columns, const std::string& cells) {
    const auto table = parse_measured_table("runs.csv", table_text(columns, cells), 1);
    return std::get<RunPrediction>(predict(table.runs.at(0), systems.get("h100-80g-nemo")));
  };
  const RunPrediction largest = bytes_of("", "");
  const RunPrediction first = bytes_of(",measured_stage", ",0");
  const RunPrediction last = bytes_of(",measured_stage", ",3");
  CHECK(largest.peak_bytes == first.peak_bytes);
  CHECK(last.peak_bytes < first.peak_bytes);
  CHECK(first.static_bytes < first.peak_bytes);
  CHECK(largest.static_bytes == std::max(first.static_bytes, last.static_bytes));
}

TEST_CASE("a run that cannot be evaluated is told with its rule", "[measured]") {
  SystemFiles systems({source_path("systems")});
  const auto rejected = [&](const std::string& text) {
    const auto table = parse_measured_table("runs.csv", text, 1);
    const auto result = predicted(table, systems);
    CHECK(result.runs.empty());
    REQUIRE(result.rejected.size() == 1);
    CHECK(result.rejected[0].id == "x");
    return result.rejected[0];
  };
  CHECK(rejected(table_text(",measured_stage", ",4")).message ==
        "row 2: measured_stage is 4, but there are 4 stages (rule KC2)");
  CHECK(rejected(table_text(",execution.gemm_datatype", ",fp4")).rule == "KC21");
  CHECK(rejected(table_text(",execution.first_stage_blocks", ",79")).rule == "KD6");
  const RejectedRow unknown = rejected(table_text("", "", "h1000"));
  CHECK(unknown.rule == "");
  CHECK(unknown.message ==
        "row 2: system is h1000, but there is no h1000.json in " + source_path("systems"));
}

TEST_CASE("systems are found in the first folder that has them", "[measured]") {
  const TempFolder folder;
  std::filesystem::create_directories(folder.file("systems/ci"));
  const std::string text = source_text("systems/h100.json");
  folder.write("systems/h100.json", text);
  OutputFile packed(folder.file("systems/ci/x.json.gz"));
  packed.write(text);
  packed.commit();
  folder.write("systems/bad.json", "{");
  const auto folders = system_folders(folder.file("runs.csv"), "", source_path("systems"));
  CHECK(folders == std::vector{folder.file("systems"), source_path("systems")});
  SystemFiles systems(folders);
  CHECK(systems.get("h100").name == folder.file("systems/h100.json"));
  CHECK(systems.get("ci/x").name == folder.file("systems/ci/x.json.gz"));
  CHECK(systems.get("h200").name == source_path("systems/h200.json"));
  CHECK(systems.get(source_path("systems/b200.json")).name == source_path("systems/b200.json"));
  const auto error = [&] { return input_error_of([&] { systems.get("bad"); }); };
  CHECK_THAT(error(), Catch::StartsWith(folder.file("systems/bad.json") + ":"));
  CHECK(error() == error());
  CHECK(system_folders("x/runs.csv", "x/systems", "bundled") ==
        std::vector<std::string>{"x/systems", "bundled"});
  CHECK(system_folders("-", "mine", "bundled") == std::vector<std::string>{"mine", "bundled"});
}

TEST_CASE("every row of the bundled tables is read and predicted", "[measured]") {
  for (const auto& [name, rows] : {std::pair{"calibration", 1428}, std::pair{"nanotron", 1840}}) {
    const std::string path = source_path(std::string("examples/measured/") + name + ".csv.gz");
    const auto table = read_measured_table(path, 2);
    SystemFiles systems(system_folders(path, "", source_path("systems")));
    const auto result = predicted(table, systems);
    CHECK(table.rows == rows);
    CHECK(result.rejected.empty());
    CHECK(result.runs.size() == static_cast<std::size_t>(rows));
  }
}

}  // namespace calculon::test
