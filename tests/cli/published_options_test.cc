#include "cli/published_options.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"

namespace calculon::test {
namespace {

const std::vector<PublishedOption> kOptions = {
    {"help", true},    {"tp"},      {"tp2"}, {"batch_size"}, {"base", false, true},
    {"use_glu", true}, {"seq_len"},
};

std::string full(const std::vector<std::string>& arguments) {
  std::string text;
  for (const std::string& argument : with_full_names(kOptions, arguments)) {
    text += (text.empty() ? "" : " ") + argument;
  }
  return text;
}

std::string error(const std::vector<std::string>& arguments) {
  return input_error_of([&] { full(arguments); });
}

}  // namespace

TEST_CASE("an option may be shortened to what only it begins with", "[cli]") {
  CHECK(full({"--batch", "8", "--seq=3", "--use", "--he"}) ==
        "--batch_size 8 --seq_len=3 --use_glu --help");
  CHECK(full({"--tp", "2", "--tp2", "4"}) == "--tp 2 --tp2 4");
  CHECK(error({"--t", "2"}) == "--t is ambiguous: it can mean --tp or --tp2");
}

TEST_CASE("what is not published is left alone", "[cli]") {
  CHECK(full({"--json", "17", "-h", "--", "--sweep", "--sw"}) == "--json 17 -h -- --sweep --sw");
}

TEST_CASE("an option takes its value whatever that looks like", "[cli]") {
  CHECK(full({"--tp", "-1", "--seq", "-x"}) == "--tp -1 --seq_len -x");
  CHECK(error({"--tp"}) == "--tp needs a value");
  CHECK(error({"--tp="}) == "--tp needs a value");
  CHECK(error({"--tp", "--seq", "4"}) == "--tp needs a value");
  CHECK(error({"--use=1"}) == "--use_glu is a flag and takes no value, got '1'");
}

TEST_CASE("the options of a version are those that it has", "[cli]") {
  CHECK(full({"--b", "8"}) == "--batch_size 8");
  CHECK(error({"--bas", "8"}) ==
        "--base needs --model-version head: the seed version does not have it");
  CHECK(full({"--model-version", "head", "--bas", "8"}) == "--model-version head --base 8");
  CHECK(error({"--model-version=head", "--b", "8"}) ==
        "--b is ambiguous: it can mean --batch_size or --base");
  CHECK(requested_version(std::vector<std::string>{"--model-version", "head",
                                                   "--model-version=seed"}) == ModelVersion::kSeed);
}

}  // namespace calculon::test
