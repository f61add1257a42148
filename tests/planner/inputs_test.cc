// Profiles, hostfile and clusterfile: what is read, made up and refused.
#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <numeric>

#include "calculon/planner/profiles/synthetic_profiles.h"
#include "support/golden_file.h"
#include "support/hetero_golden.h"
#include "support/input_error_of.h"
#include "support/json_change.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"
#include "text/profile_files.h"

namespace calculon::test {
namespace {

const std::string kName = "DeviceType.A100_tp1_bs1.json";

std::string profile_text() {
  return source_text("examples/hetero/profiles/" + kName);
}

void check_generated(const ProfileSet& profiles, const Json& want) {
  const LayerProfile& got = profiles.at({want.at("type"), want.at("tp"), want.at("bs")});
  const auto same_ends = [](const std::vector<double>& values, const Json& ends) {
    return values[0] == ends[0] && values[1] == ends[1] && values.back() == ends[2];
  };
  CHECK(same_ends(got.layer_ms, want.at("layer_times")));
  CHECK(same_ends(got.layer_mb, want.at("layer_memory")));
  CHECK(got.num_layers() == want.at("num_layers"));
  CHECK(got.gap_ms() == want.at("derived_fb_sync"));
  const Json& time = want.at("execution_time");
  CHECK(got.total_ms == time.at("total_time_ms"));
  CHECK(got.forward_backward_ms == time.at("forward_backward_time_ms"));
  CHECK(got.batch_generator_ms == time.at("batch_generator_time_ms"));
  CHECK(got.layernorm_reduce_ms == time.at("layernorm_grads_all_reduce_time_ms"));
  CHECK(got.embedding_reduce_ms == time.at("embedding_grads_all_reduce_time_ms"));
  CHECK(got.optimizer_ms == time.at("optimizer_time_ms"));
  CHECK(got.between_ms == time.at("between_forward_backward_time_ms"));
  const auto& parameters = got.layer_parameter_bytes;
  CHECK(std::accumulate(parameters.begin(), parameters.end(), 0.0) ==
        want.at("total_parameters_bytes"));
}

}  // namespace

TEST_CASE("synthetic profiles are the published ones to the last bit", "[planner]") {
  for (const Json& json : hetero_golden().at("unit").at("generated_profiles")) {
    const ProfileSet profiles = golden_profiles(json);
    CHECK(profiles.profiles().size() == json.at("num_files"));
    for (const Json& file : json.at("files")) {
      check_generated(profiles, file);
    }
  }
}

TEST_CASE("profiles survive being written and read", "[planner]") {
  SyntheticOptions options;
  options.num_layers = 7;
  options.max_size = 8;
  options.memory = MemoryBase::kMeasured;
  const ProfileSet made("made", synthetic_profiles(options));
  const TempFolder folder;
  folder.write("DeviceType.T4_tp1_bs1.json", "stale");
  write_profiles(folder.path(), made.profiles(), true);
  CHECK(folder.names().size() == made.profiles().size());
  const ProfileSet read = read_profiles(folder.path(), 3);
  REQUIRE(read.profiles().size() == made.profiles().size());
  for (std::size_t i = 0; i < made.profiles().size(); ++i) {
    const LayerProfile& a = made.profiles()[i];
    const LayerProfile& b = read.profiles()[i];
    CHECK(a.key == b.key);
    CHECK(a.layer_ms == b.layer_ms);
    CHECK(a.layer_mb == b.layer_mb);
    CHECK(a.layer_parameter_bytes == b.layer_parameter_bytes);
    CHECK(a.forward_backward_ms == b.forward_backward_ms);
    CHECK(a.optimizer_ms == b.optimizer_ms);
    CHECK(a.batch_generator_ms == b.batch_generator_ms);
  }
}

TEST_CASE("other files of a folder of profiles are never removed", "[planner]") {
  const auto profiles = synthetic_profiles({.max_size = 2});
  const TempFolder folder;
  folder.write("notes.txt", "mine");
  CHECK_THAT(input_error_of([&] { write_profiles(folder.path(), profiles, false); }),
             Catch::EndsWith(": has notes.txt, which is no profile, expected an empty folder "
                             "(--force leaves it there)"));
  CHECK(folder.names() == std::vector<std::string>{"notes.txt"});
  write_profiles(folder.path(), profiles, true);
  CHECK(folder.names().size() == profiles.size() + 1);
  CHECK(raw_bytes(folder.file("notes.txt")) == "mine");
}

TEST_CASE("measured profiles are replaced when that is wanted only", "[planner]") {
  const auto profiles = synthetic_profiles({.max_size = 2});
  const TempFolder folder;
  folder.write("DeviceType.T4_tp1_bs1.json", "measured");
  CHECK_THAT(input_error_of([&] { write_profiles(folder.path(), profiles, false); }),
             Catch::EndsWith(": has other profiles (1, such as DeviceType.T4_tp1_bs1.json), which "
                             "would be replaced or removed, expected an empty folder (--force "
                             "replaces them)"));
  CHECK(raw_bytes(folder.file("DeviceType.T4_tp1_bs1.json")) == "measured");
  write_profiles(folder.path(), profiles, true);
  write_profiles(folder.path(), profiles, false);  // the same again is no loss
  CHECK(read_profiles(folder.path()).profiles().size() == profiles.size());
}

TEST_CASE("a folder has the old profiles or the new ones, wherever a run is killed", "[planner]") {
  const auto old_ones = synthetic_profiles({.max_size = 4});
  const auto new_ones = synthetic_profiles({.max_size = 2, .derived = {{"T4", 2}}});
  const TempFolder folder;
  write_profiles(folder.path(), old_ones, false);
  // Killed while it wrote the new ones: they do not count, and are cleared by the next run.
  folder.write("DeviceType.A100_tp1_bs1.json.123-abcdef00.tmp", "half");
  std::filesystem::create_directories(
      folder.file(".hetero-profile.123-abcdef00.tmp/.new-profiles"));
  CHECK(read_profiles(folder.path()).profiles().size() == old_ones.size());
  write_profiles(folder.path(), old_ones, false);
  CHECK(folder.names().size() == old_ones.size());
  // Killed while the new ones took the place of the old ones.
  const TempFolder elsewhere;
  write_profiles(elsewhere.path(), new_ones, false);
  std::filesystem::copy(elsewhere.path(), folder.file(std::string(kNewProfiles)));
  std::filesystem::copy_file(elsewhere.file("DeviceType.A100_tp2_bs2.json"),
                             folder.file("DeviceType.A100_tp2_bs2.json"),
                             std::filesystem::copy_options::overwrite_existing);
  CHECK(read_profiles(folder.path()).profiles().size() == new_ones.size());
  CHECK(read_profiles(folder.path()).has_type("T4"));
  write_profiles(folder.path(), new_ones, false);
  CHECK(folder.names() == elsewhere.names());
  for (const std::string& name : folder.names()) {
    CHECK(raw_bytes(folder.file(name)) == raw_bytes(elsewhere.file(name)));
  }
}

TEST_CASE("a run that is stopped early leaves the profiles as they are", "[planner]") {
  const TempFolder folder;
  const std::atomic<bool> stopped{true};
  CHECK_FALSE(write_profiles(folder.path(), synthetic_profiles({}), false, &stopped));
  CHECK(folder.names().empty());
}

TEST_CASE("the bundled profiles are those that hetero-profile writes", "[planner]") {
  SyntheticOptions options;
  options.max_size = 8;
  const TempFolder folder;
  write_profiles(folder.path(), synthetic_profiles(options), false);
  for (const std::string& name : folder.names()) {
    INFO(name);
    CHECK(raw_bytes(folder.file(name)) == source_text("examples/hetero/profiles/" + name));
  }
}

TEST_CASE("what a generator cannot make is told", "[planner]") {
  const auto error = [](SyntheticOptions options) {
    return input_error_of([&] { synthetic_profiles(options); });
  };
  CHECK(error({.num_layers = 1}) == "layers is 1, expected 2 to 512");
  CHECK(error({.max_size = 96}) == "max-size is 96, expected a power of two from 1 to 4096");
  CHECK(error({.derived = {{"A100", 2}}}) == "derived type A100 is there already");
  CHECK(error({.derived = {{"T4", 2}, {"T4", 3}}}) == "derived type T4 is there already");
}

TEST_CASE("the largest size holds for measured profiles, too", "[planner]") {
  CHECK(synthetic_profiles({.max_size = 1}).size() == 2);
  for (const LayerProfile& profile : synthetic_profiles({.max_size = 2})) {
    CHECK(profile.key.tensor_par <= 2);
    CHECK(profile.key.microbatch <= 2);
  }
}

TEST_CASE("profile keys are read and written", "[planner]") {
  CHECK(key_text({"A100", 4, 2}) == "A100:4:2");
  CHECK(parse_key("A100:4:2") == ProfileKey{"A100", 4, 2});
  for (const char* wrong : {"", "A100", "A100:4", ":4:2", "A100:4:", "A100:x:1", "A100:0:1",
                            "A100:1:-1", "A100:1:99999999999999999999"}) {
    INFO(wrong);
    CHECK_FALSE(parse_key(wrong));
  }
  CHECK(key_of_profile_name("DeviceType.A_tp_tp2_bs16.json") == ProfileKey{"A_tp", 2, 16});
  CHECK_FALSE(key_of_profile_name("A100_tp1_bs1.json"));
}

TEST_CASE("what is wrong with a profile is told with file, key and value", "[planner]") {
  struct Row {
    JsonChange change;
    std::string about;
  };
  const std::vector<Row> rows = {
      {{"/execution_time/layer_compute_total_ms/3", "-1"},
       ": execution_time.layer_compute_total_ms[3] is -1, expected a number from 0"},
      {{"/execution_time/layer_compute_total_ms", "[1]"},
       ": execution_time.layer_compute_total_ms has 1 elements, expected 2 to 512 layers"},
      {{"/execution_time/layer_compute_total_ms", "[0,0]"},
       ": execution_time.layer_compute_total_ms are all 0, expected a layer that takes time"},
      {{"/execution_time/layer_compute_total_ms", "[0,5e-324]"},
       ": execution_time.layer_compute_total_ms add up to 5e-324 ms, expected at least 1e-30"},
      {{"/execution_time/forward_backward_time_ms", "-1"},
       ": execution_time.forward_backward_time_ms is -1, expected a number from 0"},
      {{"/execution_memory/layer_memory_total_mb", "[1, 2]"},
       ": execution_memory.layer_memory_total_mb has 2 elements, expected 10, as many as "
       "layer_compute_total_ms"},
      {{"/execution_time/optimizer_time_ms", "\"fast\""},
       ": execution_time.optimizer_time_ms is \"fast\", expected a number from 0"},
  };
  for (const Row& row : rows) {
    CHECK(input_error_of([&] { parse_profile(kName, changed(profile_text(), row.change)); }) ==
          kName + row.about);
  }
  CHECK_THAT(
      input_error_of([&] { parse_profile("p/A100.json", profile_text()); }),
      Catch::StartsWith("p/A100.json: the name is no profile's, expected DeviceType.<TYPE>"));
  const TempFolder folder;
  CHECK_THAT(input_error_of([&] { read_profiles(folder.path()); }),
             Catch::Contains("has no profiles, expected files such as"));
  CHECK_THAT(input_error_of([&] { read_profiles(folder.file("none")); }),
             Catch::EndsWith("none: is no folder, expected one with profiles"));
  folder.write(kName, profile_text());
  folder.write("DeviceType.A100_tp1_bs2.json",
               source_text("tests/golden/README.md").substr(0, 1) + "{");
  CHECK_THAT(input_error_of([&] { read_profiles(folder.path(), 2); }),
             Catch::Contains("DeviceType.A100_tp1_bs2.json"));
  auto shorter = synthetic_profiles({.num_layers = 3, .max_size = 2});
  shorter.front().layer_ms.push_back(1);
  CHECK(input_error_of([&] { ProfileSet("x", shorter); }) ==
        "x: DeviceType.A100_tp1_bs2.json has 3 layers, but DeviceType.A100_tp1_bs1.json has 4");
  CHECK(input_error_of([&] {
          ProfileSet("x", synthetic_profiles({})).at({"T4", 1, 2});
        }) ==
        "x lacks DeviceType.T4_tp1_bs2.json, the profile of type T4, tensor degree 1 and "
        "microbatch 2");
}

TEST_CASE("hostfiles may have blanks, empty lines and many slots", "[planner]") {
  const auto hosts = parse_hostfile("h", "\na slots=16 \n\n  b\tslots=16\r\na slots=16");
  REQUIRE(hosts.size() == 3);
  CHECK(hosts[0].address == "a");
  CHECK(hosts[1].address == "b");
  CHECK(hosts[2].slots == 16);
}

TEST_CASE("what is wrong with a hostfile is told with its line", "[planner]") {
  const auto error = [](const std::string& text) {
    return input_error_of([&] { parse_hostfile("h", text); });
  };
  for (const std::string wrong : {"a", "a slots=", "a slots=x", "a slots=0", "a slots=4 b",
                                  "a slots=-4", "slots=4", "a slots=99999999999999999999"}) {
    CHECK(error("\n" + wrong + "\n") == "h: line 2 is '" + wrong +
                                            "', expected '<address> slots=<count>' or "
                                            "'<address>:<count>', with a count from 1 to 65536");
  }
  CHECK(error("\n \n") == "h has no nodes, expected lines '<address> slots=<count>'");
}

TEST_CASE("the memory of a type is that of the first entry, used or not", "[planner]") {
  const auto kinds = parse_clusterfile("c", R"({
    "x": {"instance_type": "A100", "inter_bandwidth": 1, "intra_bandwidth": 2, "memory": 40},
    "y": {"instance_type": "A100", "inter_bandwidth": 1, "intra_bandwidth": 3, "memory": 80}})");
  const GpuCluster cluster = make_cluster("h", {{"y", 2}}, "c", kinds);
  CHECK(cluster.memory_mb_of_type.at("A100") == 40 * 1024);
  CHECK(cluster.nodes.front().intra_gbps == 3);
  CHECK(input_error_of([&] {
          make_cluster("h", {{"yy", 2}}, "c", kinds);
        }) == "h: there is no address 'yy' in c (did you mean 'y'?)");
  CHECK(input_error_of([&] { parse_clusterfile("c", R"({"x": {"instance_type": "A"}})"); }) ==
        "c: x lacks the keys 'inter_bandwidth', 'intra_bandwidth' and 'memory'");
}

}  // namespace calculon::test
