// What a result tells of its inputs.
#include "text/result_inputs.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// Sets the time of a change, in seconds since 1970.
void set_changed(const std::string& path, std::int64_t seconds) {
  using std::chrono::file_clock;
  using std::chrono::sys_seconds;
  const sys_seconds changed{std::chrono::seconds(seconds)};
  std::filesystem::last_write_time(path, file_clock::from_sys(changed));
}

}  // namespace

TEST_CASE("inputs are called by their files, a configuration by its folder", "[text]") {
  CHECK(input_name("models/gpt3-175B.json") == "gpt3-175B");
  CHECK(input_name("m.json.gz") == "m");
  CHECK(input_name("/data/Llama-3-8B/config.json") == "Llama-3-8B/config");
  CHECK(input_name("Llama-3-8B/config.json") == "Llama-3-8B/config");
  CHECK(input_name("config.json") == "config");
  CHECK(input_name("./config.json") == "config");
  CHECK(input_name("../config.json") == "config");
  CHECK(input_name("/config.json") == "config");
  CHECK(input_name("-") == "standard input");
}

TEST_CASE("the date of inputs is that of the newest file", "[text]") {
  const TempFolder folder;
  const std::string old = folder.write("old.json", "{}");
  const std::string young = folder.write("young.json", "{}");
  set_changed(old, 951782399);    // 2000-02-28 23:59:59 UTC
  set_changed(young, 951782400);  // a second later
  CHECK(modification_date({old}) == "2000-02-28");
  CHECK(modification_date({old, young}) == "2000-02-29");
  CHECK(modification_date({young, old, "-"}) == "2000-02-29");
  CHECK(modification_date({old + "#3"}) == "2000-02-28");
  CHECK(modification_date({"-", folder.file("none.json"), folder.path()}).empty());
  CHECK(modification_date({}).empty());
}

TEST_CASE("the record of inputs tells what is known", "[text]") {
  ResultInputs inputs{"gpt3-175B", "a100_80g", "calculon", 64, 128, false, "float16", "", ""};
  CHECK(result_inputs_json(inputs) == Json({{"calculon", CALCULON_VERSION},
                                            {"methodology", "calculon"},
                                            {"model", "gpt3-175B"},
                                            {"system", "a100_80g"},
                                            {"num_procs", 64},
                                            {"batch_size", 128},
                                            {"datatype", "float16"},
                                            {"date", nullptr}}));
  inputs.batch_is_limit = true;
  inputs.date = "2000-02-29";
  const Json json = result_inputs_json(inputs);
  CHECK_FALSE(json.contains("batch_size"));
  CHECK(json["max_batch_size"] == 128);
  CHECK(json["date"] == "2000-02-29");
}

}  // namespace calculon::test
