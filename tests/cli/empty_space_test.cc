// Why a search has nothing to try.
#include <catch2/catch.hpp>

#include "support/program.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

const Arguments kPublished = {"loe", "gpt3-175B", "64", "64", "float16", "a100_80g"};
const Arguments kCalibrated = {"loe", "llama-3.1-70b", "64", "128", "bfloat16", "h100"};
const Arguments kMixture = {"loe-moe", "gpt-1.8T", "256", "256", "float16", "TwoTiered_HBD64"};

ProgramResult search_space(Arguments arguments, const Arguments& more) {
  const TempFolder folder;
  arguments.push_back(folder.path() + "/best.json");
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(arguments);
}

void check_empty(const Arguments& search, const Arguments& more, const std::string& why) {
  const ProgramResult result = search_space(search, more);
  INFO(result.err);
  CHECK(result.status == 1);
  CHECK(result.err == "calculon: the space is empty: " + why + "\n");
  CHECK_THAT(result.out, Catch::Contains("Total executions: 0\n"));
}

Arguments with_processors(Arguments search, const std::string& number) {
  search[2] = number;
  return search;
}

}  // namespace

TEST_CASE("an empty space names the setting that no execution has, and its values", "[cli]") {
  check_empty(kPublished, {"--tp", "3"}, "tensor_par is 3, expected one of 1, 2, 4, 8, 16, 32");
  check_empty(kPublished, {"--interleaving", "7"},
              "pipeline_interleaving is 7, expected one of 1, 2, 3, 4, 6, 8, 12, 16, 24, 48");
  check_empty(kPublished, {"--microbatch", "128", "--tp", "8"},
              "microbatch_size is 128, expected one of 1, 2, 4, 8, 16, 32, 64");
  check_empty(kCalibrated, {"--tp", "3,5"},
              "tensor_par is 3,5, expected one of 1, 2, 4, 8, 16, 32, 64");
  check_empty(kCalibrated, {"--cp", "3"},
              "context_par is 3, expected one of 1, 2, 4, 8, 16, 32, 64");
  check_empty(kMixture, {"--tp", "3"}, "tensor_par is 3, expected one of 1, 2, 4, 8, 16");
  Arguments flexible = kMixture;
  flexible[0] = "loe-moe-flex";
  check_empty(flexible, {"--ep", "3"}, "expert_par is 3, expected one of 1, 2, 4, 8, 16");
}

TEST_CASE("settings that exclude each other are told together", "[cli]") {
  check_empty(kPublished, {"--tp", "8", "--pp", "4", "--dp", "4"},
              "data_par is 4 beside pipeline_par 4 and tensor_par 8, expected one of 2");
  check_empty(kPublished, {"--recompute", "full", "--seq_par_ag_redo", "true"},
              "activation_recompute is full beside seq_par_ag_redo true, expected one of "
              "attn_only, none");
  check_empty(kCalibrated, {"--tp", "8", "--pp", "16"},
              "pipeline_par is 16 beside tensor_par 8, expected one of 1, 2, 4, 8");
}

TEST_CASE("a batch that cannot be shared out is told with the data parallelisms", "[cli]") {
  Arguments small = with_processors(kPublished, "65536");
  small[3] = "1";
  check_empty(small, {},
              "max_batch_size is 1, expected no less than 64, the smallest data "
              "parallelism");
  check_empty(
      with_processors(kCalibrated, "127"), {},
      "max_batch_size is 128, expected a multiple of 127, the only data parallelism; 127 is "
      "a prime number of processors, so that degrees are 1 or 127; 126 and 128 can be "
      "split in more ways");
}

TEST_CASE("a prime number of processors gets a hint", "[cli]") {
  Arguments prime = with_processors(kPublished, "127");
  prime[3] = "127";
  CHECK(search_space(prime, {"-n"}).err ==
        "note: 127 is a prime number of processors, so that degrees are 1 or 127; 126 and 128 can "
        "be split in more ways\n");
  CHECK(search_space(with_processors(kPublished, "7"), {"-n"}).err.find("prime") ==
        std::string::npos);
}

TEST_CASE("an empty space is no mistake where none is expected", "[cli]") {
  const ProgramResult accepted = search_space(kPublished, {"--tp", "3", "--noneok"});
  CHECK(accepted.status == 0);
  CHECK_THAT(accepted.err, Catch::StartsWith("note: the space is empty: tensor_par is 3"));
  const ProgramResult counted = search_space(kPublished, {"--tp", "3", "-d"});
  CHECK(counted.status == 0);
  CHECK_THAT(counted.err, Catch::StartsWith("note: the space is empty: tensor_par is 3"));
}

}  // namespace calculon::test
