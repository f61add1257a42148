// train-bandwidth and train-estimate from end to end.
#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "calculon/bandwidth/bandwidth.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

const Arguments kRun = {"train-bandwidth", "--dataset_size", "13e12",          "--num_layers", "96",
                        "--d_model",       "12288",          "--cluster_flop", "1e14"};
const Arguments kEstimate = {"train-estimate", "--chip", "A100_40GB", "--n_layers", "96",
                             "--d_model",      "12288"};

Arguments run_arguments(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

ProgramResult run_with(const Arguments& arguments, const Arguments& more) {
  return run_program(run_arguments(arguments, more));
}

void check_train_failure(const ProgramResult& result, int status, const std::string& message) {
  INFO(result.err);
  CHECK(result.status == status);
  CHECK(result.out.empty());
  CHECK(is_one_line(result.err));
  CHECK_THAT(result.err, Catch::StartsWith("calculon: " + message));
}

std::vector<std::string> lines(const ProgramResult& result) {
  INFO(result.err);
  REQUIRE(result.status == 0);
  return lines_of(result.out);
}

}  // namespace

TEST_CASE("a violated rule tells the values and the nearest legal ones", "[cli]") {
  check_train_failure(
      run_with(kRun, {"--p_data", "3"}), 1,
      "rule A5: p_data must divide batch_size; p_data is 3, batch_size is 2048; nearest "
      "legal p_data: 2 or 4\n");
  check_train_failure(run_with(kRun, {"--p_pipe", "-4"}), 1,
                      "rule A0: p_pipe is -4, expected a finite number above 0\n");
  check_train_failure(run_with(kRun, {"--dataset_size", "nan"}), 1, "rule A0: dataset_size is nan");
  check_train_failure(run_with(kRun, {"--p_tensor_int", "64", "--d_ff", "1024"}), 2,
                      "--d_ff is amb");
  check_train_failure(
      run_with(kRun, {"--p_tensor_int", "2", "--d_ffn", "1024", "--num_heads", "1"}), 1,
      "rule A10: p_tensor_int must not exceed d_ffn / 1024; p_tensor_int is 2, d_ffn is "
      "1024; p_tensor_int 1 would");
  check_train_failure(run_with(kEstimate, {"--tp", "7"}), 1,
                      "rule E8: tp must divide d_int = d_internal_ratio * d_model; tp is 7, "
                      "d_internal_ratio is 5, d_model is 12288; nearest legal tp: 6 or 8\n");
  check_train_failure(run_program({"train-estimate", "--n_layers", "96", "--d_model", "12288"}), 1,
                      "rule E1: a chip must be chosen");
  check_train_failure(run_with(kRun, {"--p_data", "9223372036854775807"}), 1, "rule A5: ");
}

TEST_CASE("a usage mistake of a training run is one line and status 2", "[cli]") {
  check_train_failure(run_with(kRun, {"--p_data", "1e3"}), 2, "--p_data: '1e3' is not an integer");
  check_train_failure(run_with(kRun, {"--p_data", "x", "--p_data", "2"}), 2,
                      "--p_data: 'x' is not");
  check_train_failure(run_with(kRun, {"--p_data"}), 2, "--p_data needs a value");
  check_train_failure(run_with(kRun, {"17"}), 2, "The following argument was not expected: 17");
  check_train_failure(run_with(kRun, {"--sweep", "p_data=1,2", "17"}), 2, "The following argument");
  check_train_failure(run_program({"train-bandwidth", "--d_model", "1"}), 2,
                      "--dataset_size is required");
  check_train_failure(run_with(kRun, {"--js"}), 2,
                      "unknown option '--js' (did you mean '--json'?)");
  check_train_failure(run_with(kRun, {"--json", "--csv"}), 2, "");
  check_train_failure(run_with(kRun, {"--best", "P"}), 2, "");
  check_train_failure(run_with(kRun, {"--columns", "P"}), 2, "--columns needs --csv or --sweep");
  check_train_failure(run_with(kRun, {"--model-version", "new"}), 2, "--model-version: ");
  check_train_failure(run_with(kEstimate, {"--base_util", "0.5"}), 2,
                      "--base_utilization needs --model-version head");
  check_train_failure(run_with(kEstimate, {"--chip", "V100"}), 2,
                      "--chip_type is 'V100', expected H100, A100_40GB or H100_x64_pod\n");
  check_train_failure(run_with(kEstimate, {"--chip", "V100", "--chip", "H100"}), 2,
                      "--chip_type is");
}

TEST_CASE("a result past the range of a number is refused, and has no row in a sweep", "[cli]") {
  const std::string words =
      "a result leaves the range of a number: the inputs are too extreme to be evaluated";
  check_train_failure(run_with(kRun, {"--dataset_size", "1e308"}), 2, words + "\n");
  check_train_failure(run_with(kRun, {"--cluster_flop_rate", "1e-308", "--json"}), 2, words);
  const Arguments head = {"--model-version", "head"};
  const Arguments estimate = run_arguments(kEstimate, head);
  check_train_failure(run_with(estimate, {"--network_bandwidth", "1e-320"}), 2, words);
  check_train_failure(run_with(estimate, {"--base_utilization", "5e-324", "--csv"}), 2, words);
  const auto rows = lines(
      run_with(estimate, {"--sweep", "network_bandwidth=1e-320,1e9", "--columns", "batch_time"}));
  REQUIRE(rows.size() == 3);
  CHECK(rows[1] == "1e-320,,LIMIT: " + words);
  CHECK(
      lines(run_with(estimate, {"--sweep", "network_bandwidth=1e-320,1e9", "--best", "batch_time"}))
          .size() == 2);
}

TEST_CASE("a chip that would be faster than it is breaks a rule", "[cli]") {
  check_train_failure(
      run_with(kEstimate, {"--model-version", "head", "--base_utilization", "100"}), 1,
      "rule LIMIT: base_utilization must not exceed 1, all that a chip can do; base_utilization is "
      "100; give a share from 0 to 1\n");
}

TEST_CASE("the last of several values counts", "[cli]") {
  const auto once = run_with(kRun, {"--p_data", "4"});
  const auto twice = run_with(kRun, {"--p_data", "8", "--use_glu", "--use_glu", "--p_dat=4"});
  CHECK(once.status == 0);
  CHECK_THAT(twice.out, Catch::Contains("DATA: 4,"));
}

TEST_CASE("text, JSON and CSV tell the same", "[cli]") {
  const Json json = Json::parse(run_with(kRun, {"--json"}).out);
  const auto csv = lines(run_with(kRun, {"--csv", "--columns", "P,runtime_sec,Tx.fwd"}));
  REQUIRE(csv.size() == 2);
  CHECK(csv[0] == "P,runtime_sec,Tx.fwd");
  CHECK(csv[1] == "1," + json.at("runtime_sec").dump() + ",0");
  CHECK(json.at("Tx").at("fwd") == 0);
  CHECK(json.at("allowed_microbatch_sizes").size() == 12);
  const auto all = lines(run_with(kEstimate, {"--csv"}));
  CHECK(std::count(all[0].begin(), all[0].end(), ',') == 20);  // the seed version's 21 results
  CHECK(std::count(all[0].begin(), all[0].end(), ',') ==
        std::count(all[1].begin(), all[1].end(), ','));
}

TEST_CASE("a sweep prints every combination, with the reason of each invalid one", "[cli]") {
  const auto rows =
      lines(run_with(kRun, {"--sweep", "p_data=1,3", "--sweep", "p_pipe=1..2", "--columns", "P"}));
  REQUIRE(rows.size() == 5);
  CHECK(rows[0] == "p_data,p_pipe,P,reason");
  CHECK(rows[1] == "1,1,1,");
  CHECK(rows[2] == "1,2,2,");
  CHECK(rows[3] == "3,1,,A5: p_data must divide batch_size");
  CHECK(rows[4] == "3,2,,A5: p_data must divide batch_size");
  const ProgramResult none = run_with(kRun, {"--sweep", "p_data=3,5"});
  CHECK(none.status == 1);
  CHECK(none.err == "calculon: no combination is valid; the last column says why\n");
}

TEST_CASE("each line of a sweep has as many cells as its header", "[cli]") {
  const ProgramResult result =
      run_with({"train-bandwidth", "--dataset_size", "1e9", "--sweep", "num_layers=-1,6", "--sweep",
                "d_model=100,1024,2048", "--sweep", "num_experts=1,3,4", "--sweep",
                "seq_len=64,2048", "--sweep", "batch_size=64,2048,100000", "--sweep",
                "p_data=1,3,64", "--sweep", "p_tensor_ext=1,2,5"},
               {"--sweep", "p_pipe=1,4,6", "--sweep", "p_tensor_int=1,2,7", "--sweep",
                "skip_efficiency_check=true,false", "--sweep", "p_seq=1,4,5"});
  const auto rows = lines(result);
  const auto cells = std::count(rows[0].begin(), rows[0].end(), ',');
  CHECK(std::all_of(rows.begin(), rows.end(), [&](const std::string& row) {
    return std::count(row.begin(), row.end(), ',') == cells;
  }));
}

TEST_CASE("the best of a sweep come first", "[cli]") {
  const Arguments sweep = {"--sweep", "p_data=1,2,4,8", "--sweep", "p_pipe=1..16", "--top",
                           "3",       "--columns",      "P"};
  Arguments by_time = sweep;
  by_time.insert(by_time.end(), {"--best", "runtime"});
  const auto rows = lines(run_with(kRun, by_time));
  REQUIRE(rows.size() == 4);
  CHECK(rows[0] == "p_data,p_pipe,P,runtime_sec,reason");
  CHECK_THAT(rows[1], Catch::StartsWith("8,16,128,"));
  check_train_failure(run_with({"train-bandwidth", "--dataset_size", "1e12", "--num_layers", "96",
                                "--d_model", "12288"},
                               by_time),
                      1, "of 64 combinations 32 are valid, and none has a runtime_sec");
  const auto best = lines(run_with(kEstimate, {"--sweep", "pp=1,2,4", "--sweep",
                                               "microbatch_size=1,8", "--best", "utilization"}));
  CHECK(best.size() == 7);
  CHECK_THAT(best[1], Catch::StartsWith("1,1,") || Catch::StartsWith("1,8,"));
}

TEST_CASE("an option is given or swept, once", "[cli]") {
  check_train_failure(run_with(kRun, {"--sweep", "d_model=1024"}), 2,
                      "--d_model has a value and is");
  check_train_failure(run_with(kRun, {"--sweep", "p_data=1", "--sweep", "p_data=2"}), 2,
                      "--sweep: p_data is swept twice");
  check_train_failure(run_with(kRun, {"--sweep", "p_dada=1"}), 2,
                      "there is no option 'p_dada' (did you mean 'p_data'?)");
  check_train_failure(run_with(kEstimate, {"--sweep", "base_utilization=0.5"}), 2,
                      "--sweep: base_utilization needs --model-version head");
}

TEST_CASE("chips come from files and systems", "[cli]") {
  const TempFolder folder;
  const std::string chips = folder.write(
      "chips.json", R"({"MINE": {"tflops_8bit": 100, "memory_GBps": 1000, "network_GBps": 10}})");
  const Arguments shape = {"train-estimate", "--n_layers", "96", "--d_model", "12288"};
  CHECK_THAT(run_with(shape, {"--chips", chips, "--chip", "MINE"}).out,
             Catch::Contains("\n1 MINEs\n"));
  CHECK_THAT(run_with(shape, {"--chips", chips, "--chip_type", "H100"}).out,
             Catch::Contains("\n1 H100s\n"));
  CHECK_THAT(run_with(shape, {"--system", source_path("systems/a100_80g.json")}).out,
             Catch::Contains("\n1 a100_80gs\n"));
  CHECK_THAT(run_with(shape, {"--model-version", "head"}).out, Catch::Contains("\n1 H100s: ("));
  check_train_failure(run_with(shape, {"--chips", "none.json", "--chip", "MINE"}), 2,
                      "none.json: ");
  check_train_failure(run_with(shape, {"--system", chips}), 2,
                      chips + " lacks the keys 'matrix', 'vector', ");
  const auto rows = lines(run_with(
      shape, {"--chips", chips, "--sweep", "chip_type=H100,MINE", "--columns", "batch_time"}));
  CHECK_THAT(rows[2], Catch::StartsWith("MINE,"));
}

}  // namespace calculon::test
