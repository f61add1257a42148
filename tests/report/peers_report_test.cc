#include "report/peers_report.h"

#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "support/temp_folder.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

Json peers(std::int64_t t, std::int64_t p, std::int64_t d) {
  const TempFolder folder;
  Strategy s = tiny_strategy();
  s.num_procs = t * p * d;
  s.tensor_par = t;
  s.pipeline_par = p;
  s.data_par = d;
  write_peers(s, folder.file("peers.json.gz"));
  return Json::parse(read_text_file(folder.file("peers.json.gz")));
}

}  // namespace

TEST_CASE("a single processor has no peers", "[report]") {
  CHECK(peers(1, 1, 1) == Json::parse(R"({"0": {}})"));
}

TEST_CASE("ranks count tensor first and data last", "[report]") {
  const Json json = peers(2, 2, 2);
  CHECK(json.size() == 8);
  CHECK(json["0"] == Json::parse(R"({"tensor": [0, 1], "pipeline": 2, "data": [0, 4]})"));
  CHECK(json["3"] == Json::parse(R"({"tensor": [2, 3], "pipeline": 1, "data": [3, 7]})"));
  CHECK(json["6"] == Json::parse(R"({"tensor": [6, 7], "pipeline": 4, "data": [2, 6]})"));
}

TEST_CASE("a parallelism of 1 has no member", "[report]") {
  CHECK(peers(3, 1, 1)["2"] == Json::parse(R"({"tensor": [0, 1, 2]})"));
  CHECK(peers(1, 3, 1)["2"] == Json::parse(R"({"pipeline": 0})"));
  CHECK(peers(1, 1, 3)["2"] == Json::parse(R"({"data": [0, 1, 2]})"));
}

}  // namespace calculon::test
