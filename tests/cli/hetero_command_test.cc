// hetero-plan, hetero-profile and hetero-hostfile from end to end.
#include <catch2/catch.hpp>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "support/hetero_golden.h"
#include "support/json_change.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

const std::string kHostfile = source_path("examples/hetero/hostfile");
const std::string kClusterfile = source_path("examples/hetero/clusterfile.json");
const std::string kProfiles = source_path("examples/hetero/profiles");

Arguments plan(const Arguments& more) {
  Arguments arguments = {"hetero-plan", "--hostfile",    kHostfile, "--clusterfile",
                         kClusterfile,  "--profile-dir", kProfiles};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Json planned(const Arguments& arguments) {
  const ProgramResult result = run_program(arguments);
  INFO(result.err);
  REQUIRE(result.status == 0);
  return Json::parse(result.out);
}

void check_hetero_failure(const ProgramResult& result, int status, const std::string& message) {
  INFO(result.err);
  CHECK(result.status == status);
  CHECK(is_one_line(result.err));
  CHECK_THAT(result.err, Catch::StartsWith("calculon: " + message));
}

}  // namespace

TEST_CASE("the published experiment is three commands", "[cli]") {
  const TempFolder folder;
  const std::string commands =
      "p=" + program_path() +
      " &&"
      "$p hetero-profile --layers 10 --max-size 128 --output-dir profile &&"
      "$p hetero-hostfile --gpus-per-type 16 --output hostfile &&"
      "for s in naive improved; do $p hetero-plan --hostfile hostfile --clusterfile " +
      kClusterfile +
      " --profile-dir profile --global-batch-size 128 --max-tensor-parallel 128 --max-microbatch "
      "128 --group-scale-variance 1 --max-permute-length 128 --search $s | sed -n 2p; done";
  const ProgramResult result = run_shell(commands, folder.path());
  INFO(result.err);
  CHECK(result.out == "128 profiles of 10 layers in profile\ncount: 612\ncount: 562\n");
}

TEST_CASE("published command lines mean what they meant", "[cli]") {
  const TempFolder folder;
  REQUIRE(run_program({"hetero-profile", "10", "8", "--profile_dir", folder.file("p")}).status ==
          0);
  const ProgramResult hosts = run_program({"hetero-hostfile", "16"});
  CHECK(hosts.out == source_text("examples/hetero/hostfile"));
  const Arguments published = {"hetero-plan",
                               "--model_name",
                               "GPT",
                               "--gbs",
                               "128",
                               "--hostfile_path",
                               kHostfile,
                               "--clusterfile_path",
                               kClusterfile,
                               "--profile_data_path=" + folder.file("p"),
                               "--log_path",
                               "logs",
                               "--max_profiled_tp_degree",
                               "8",
                               "--min_group_scale_variance=1",
                               "--format",
                               "json"};
  CHECK(planned(published).at("search") == "naive");
  Arguments improved = published;
  improved.emplace_back("--use_strat");
  CHECK(planned(improved).at("search") == "improved");
  CHECK(planned(improved).at("top") ==
        planned(plan({"--global-batch-size", "128", "--format", "json"})).at("top"));
  improved.back() = "--gbs";
  check_hetero_failure(run_program(improved), 2, "--gbs needs a value\n");
}

namespace {

// The published experiments with 16 GPUs of each type, in the published words.
std::string published_line(const std::string& more) {
  return "$p hetero-plan --hostfile_path " + kHostfile + " --clusterfile_path " + kClusterfile +
         " --profile_data_path profile --max_permute_len 128 " + more;
}

}  // namespace

TEST_CASE("a published line begins its report with the published log", "[cli]") {
  const TempFolder folder;
  const std::string begin = "p=" + program_path() + " && $p hetero-profile 10 128 > log && " +
                            published_line("--gbs 128 --lead-profile A100:4:4 ");
  const auto lines = [&](const std::string& more) {
    const ProgramResult result = run_shell(begin + more, folder.path());
    INFO(result.err);
    REQUIRE(result.status == 0);
    return lines_of(result.out);
  };
  const auto report = lines("");
  CHECK_THAT(report[0], Catch::StartsWith("Average time: ") && Catch::EndsWith(" ms"));
  CHECK(report[1] == "count: 612");
  CHECK(report[2] ==
        "rank, cost, node_sequence, device_groups, strategies(dp_deg, tp_deg), batches(number of "
        "batch), layer_partition");
  CHECK(report[3] ==
        "1, 1793.600994348526, (<DeviceType.A100: 'a100'>, <DeviceType.V100: 'v100'>), [32], [(1, "
        "32)], 1, [0, 10]");
  CHECK(report[4].empty());
  CHECK_THAT(report[5], Catch::StartsWith("  Search              naive"));
  CHECK(report[11] == "1, 1793.600994348526, (A100, V100), [32], [(1, 32)], 1, [0, 10]");
  CHECK(lines("--use_strat True")[1] == "count: 562");
  CHECK(lines("--output plan.txt && cat plan.txt")[3] == report[3]);
  CHECK(lines("--format csv")[0] ==
        "rank,cost,type_sequence,device_groups,strategies,micro_batches,layer_partition,attempts,"
        "stages_charged,index");
  const auto own =
      lines("--top 1 > log; $p hetero-plan --hostfile " + kHostfile + " --clusterfile " +
            kClusterfile + " --profile-dir profile --global-batch-size 128 --search naive");
  CHECK_THAT(own[2], Catch::StartsWith("  Search  "));
}

TEST_CASE("a log of one type has the comma of a list of one, and a cost its fraction", "[cli]") {
  const TempFolder folder;
  const std::string hosts = folder.write("hosts", "0.0.0.4 slots=4\n");
  const ProgramResult result =
      run_program({"hetero-plan", "--hostfile", hosts, "--clusterfile", kClusterfile,
                   "--profile-dir", kProfiles, "--global-batch-size", "16", "--published-log"});
  REQUIRE(result.status == 0);
  const auto lines = lines_of(result.out);
  CHECK_THAT(lines[3], Catch::Contains(", (<DeviceType.A100: 'a100'>,), [4], [("));
}

TEST_CASE("words of the published script are options", "[cli]") {
  const Arguments words = {"hetero-plan",
                           "MODEL_NAME=GPT",
                           "MODEL_SIZE=1.5B",
                           "NUM_LAYERS=10",
                           "GBS=128",
                           "HOME_DIR=/home/user",
                           "MAX_PROFILED_TP=8",
                           "MAX_PROFILED_BATCH_SIZE=8",
                           "SCALE_VARIANCE=1",
                           "MAX_PERMUTE_LEN=16",
                           "--hostfile",
                           kHostfile,
                           "--clusterfile",
                           kClusterfile,
                           "PROFILE_DATA_PATH=" + kProfiles,
                           "--format",
                           "json"};
  const auto with = [&](const Arguments& more) {
    Arguments all = words;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const Json json = planned(words);
  CHECK(json.at("search") == "naive");
  CHECK(json.at("max_permute_length") == 16);
  const Json same =
      planned(plan({"--global-batch-size", "128", "--max-tensor-parallel", "8", "--max-microbatch",
                    "8", "--max-permute-length", "16", "--search", "naive", "--format", "json"}));
  CHECK(json.at("top") == same.at("top"));

  for (const char* yes : {"True", "true", "1", "yes", "ON"}) {
    CHECK(planned(with({"--use_strat", yes})).at("search") == "improved");
    CHECK(planned(with({"USE_STRAT=" + std::string(yes)})).at("search") == "improved");
  }
  for (const char* no : {"False", "false", "0", "no", "OFF"}) {
    CHECK(planned(with({"--use_strat=" + std::string(no)})).at("search") == "naive");
  }
  CHECK(planned(with({"--use_strat", "--top", "1"})).at("search") == "improved");
  CHECK(planned(with({"--use_strat", "LOG_PATH=logs"})).at("search") == "improved");
  CHECK(planned(with({"--no-use_strat"})).at("search") == "naive");

  check_hetero_failure(run_program(with({"--use_strat", "maybe"})), 2,
                       "--use_strat is 'maybe', expected True or False\n");
  check_hetero_failure(run_program(with({"USE_STRAT="})), 2,
                       "--use_strat is '', expected True or False\n");
  check_hetero_failure(run_program(with({"--no-use_strat=True"})), 2,
                       "--no-use_strat is a flag and takes no value, got 'True'\n");
  Arguments wrong_name = words;
  wrong_name[4] = "GBSS=128";
  check_hetero_failure(run_program(wrong_name), 2,
                       "there is no published argument GBSS (did you mean 'GBS'?)\n");
  Arguments wrong = words;
  wrong[4] = "GBS=many";
  check_hetero_failure(run_program(wrong), 2, "--global-batch-size: ");
}

TEST_CASE("reports agree with each other, to a file or not", "[cli]") {
  const Arguments base = {"--global-batch-size", "64", "--top", "4"};
  const auto with = [&](const Arguments& more) {
    Arguments all = base;
    all.insert(all.end(), more.begin(), more.end());
    return plan(all);
  };
  const TempFolder folder;
  const Json json = planned(with({"--format", "json", "--sum-of-costs"}));
  CHECK(json.at("top").size() == 4);
  CHECK(json.at("sum_of_costs") > json.at("top")[0].at("cost"));
  REQUIRE(run_program(with({"--output", folder.file("plan.json")})).status == 0);
  CHECK(Json::parse(read_text_file(folder.file("plan.json"))).at("top") == json.at("top"));
  REQUIRE(run_program(with({"--output", folder.file("plan.csv.gz"), "-c", "1"})).status == 0);
  const auto rows = lines_of(read_text_file(folder.file("plan.csv.gz")));
  REQUIRE(rows.size() == 5);
  CHECK_THAT(rows[1], Catch::StartsWith("1," + json.at("top")[0].at("cost").dump() + ","));
  const ProgramResult text = run_program(with({"--trials", "3"}));
  REQUIRE(text.status == 0);
  CHECK_THAT(text.out, Catch::Contains("count: " + json.at("steps").dump() + "\n"));
  CHECK_THAT(text.out, Catch::Contains("\n1, " + json.at("top")[0].at("cost").dump() + ", (") &&
                           Catch::Contains("<- bottleneck"));
}

TEST_CASE("a timeline is a trace of the best plan", "[cli]") {
  const TempFolder folder;
  const Json json = planned(plan({"--global-batch-size", "32", "--format", "json", "--timeline",
                                  folder.file("trace.json.gz"), "--quirks", "fixed"}));
  const Json trace = Json::parse(read_text_file(folder.file("trace.json.gz")));
  std::size_t microbatches = 0;
  for (const Json& event : trace.at("traceEvents")) {
    microbatches += event.at("ph") == "X" && event.at("name") == "microbatch 0" ? 1 : 0;
  }
  CHECK(microbatches == json.at("top")[0].at("device_groups").size());
}

TEST_CASE("a plan tells what it is of, and its page is that of its JSON", "[cli]") {
  const TempFolder folder;
  const std::string json_path = folder.file("plan.json");
  REQUIRE(run_program(plan({"--global-batch-size", "32", "--output", json_path, "--page",
                            folder.file("page.html"), "--quirks", "fixed"}))
              .status == 0);
  const Json json = Json::parse(read_text_file(json_path));
  const Json& inputs = json.at("inputs");
  CHECK(json.begin().key() == "inputs");
  CHECK(inputs.at("model") == "GPT3");
  CHECK(inputs.at("system") == "16 A100 + 16 V100");
  CHECK(inputs.at("methodology") == "corrected planner");
  CHECK(inputs.at("num_procs") == 32);
  CHECK(inputs.at("batch_size") == 32);
  CHECK(inputs.at("profiles") == "profiles");
  CHECK(inputs.at("hostfile") == "hostfile");
  CHECK(inputs.at("clusterfile") == "clusterfile.json");
  CHECK(inputs.at("date").get<std::string>().size() == 10);
  CHECK_FALSE(inputs.contains("datatype"));
  CHECK_FALSE(inputs.at("calculon").get<std::string>().empty());

  REQUIRE(run_program({"report", json_path, "-o", folder.file("report.html")}).status == 0);
  std::string page = read_text_file(folder.file("page.html"));
  const std::string label = ">this plan</td>";
  REQUIRE(page.find(label) != std::string::npos);
  page.replace(page.find(label), label.size(), ">plan.json</td>");
  CHECK(page == read_text_file(folder.file("report.html")));
  CHECK_THAT(
      page.substr(0, page.find("<style>")),
      Catch::Contains("<title>Training plan: GPT3 on 16 A100 + 16 V100, 32 processors, batch "
                      "32, corrected planner methodology</title>"));

  const ProgramResult uniform = run_shell(
      program_path() + " hetero-plan --hostfile " + kHostfile + " --clusterfile " + kClusterfile +
          " --profile-dir " + kProfiles + " --global-batch-size 32 --uniform --format json | " +
          program_path() + " report - -o - | grep -c 'published uniform planner'",
      folder.path());
  CHECK(uniform.status == 0);

  check_hetero_failure(
      run_program(plan({"--global-batch-size", "32", "--page", folder.file("page.txt")})), 2,
      folder.file("page.txt") + ": unknown kind of file, expected a name ending in .html");
  check_hetero_failure(
      run_program(plan({"--global-batch-size", "32", "--page", "-"})), 2,
      "--page and the report both go to standard output, expected --output FILE\n");
  folder.write("llm.json", R"({"total_time": 1, "sample_rate": 2})");
  check_hetero_failure(run_program({"report", json_path, folder.file("llm.json"), "-o", "-"}), 2,
                       folder.file("llm.json") + " holds the statistics of one execution, but " +
                           json_path +
                           " holds plans for a mixed cluster; expected files of one kind");
  folder.write("cut.json", R"({"steps_including_abandoned": 3, "quirks": "fixed"})");
  check_hetero_failure(run_program({"report", folder.file("cut.json"), "-o", "-"}), 2, "cut.json");
}

TEST_CASE("costs past the range of a number are refused where they would be shown", "[cli]") {
  const TempFolder folder;
  std::string slow = source_text("examples/hetero/clusterfile.json");
  for (const char* key : {"/0.0.0.1/intra_bandwidth", "/0.0.0.4/intra_bandwidth"}) {
    slow = changed(slow, {key, "5e-324"});
  }
  folder.write("slow.json", slow);
  const auto on_slow_links = [&](const Arguments& more) {
    Arguments all = plan({"--global-batch-size", "64", "--clusterfile", folder.file("slow.json")});
    all.erase(all.begin() + 3, all.begin() + 5);
    all.insert(all.end(), more.begin(), more.end());
    return run_program(all);
  };
  const std::string words =
      " leaves the range of a number: the inputs are too extreme to be evaluated\n";
  check_hetero_failure(on_slow_links({"--sum-of-costs"}), 2, "the sum of costs" + words);
  check_hetero_failure(on_slow_links({"--uniform", "--format", "json"}), 2,
                       "the sum of costs" + words);
  check_hetero_failure(on_slow_links({"--top", "100000"}), 2, "the cost of a plan" + words);
}

TEST_CASE("passes that are shorter than their layers are refused", "[cli]") {
  const TempFolder folder;
  const std::string name = "DeviceType.A100_tp1_bs1.json";
  const std::string text = source_text("examples/hetero/profiles/" + name);
  folder.write(name, changed(text, {"/execution_time/forward_backward_time_ms", "1"}));
  const ProgramResult result =
      run_program({"hetero-plan", "--hostfile", kHostfile, "--clusterfile", kClusterfile,
                   "--profile-dir", folder.path(), "--global-batch-size", "64"});
  check_hetero_failure(result, 2,
                       folder.file(name) +
                           ": execution_time.forward_backward_time_ms is 1, expected at "
                           "least 2");
}

TEST_CASE("uniform plans have a command of their own kind", "[cli]") {
  const Json all = planned(plan({"--global-batch-size", "64", "--uniform", "--format", "json"}));
  CHECK(all.at("device_type") == "V100");
  const Json fitting = planned(plan({"--global-batch-size", "64", "--uniform", "--format", "json",
                                     "--device-type", "A100", "--only-fitting"}));
  for (const Json& entry : fitting.at("top")) {
    CHECK(entry.at("out_of_memory") == false);
  }
  const ProgramResult none =
      run_program(plan({"--global-batch-size", "64", "--uniform", "--only-fitting"}));
  CHECK_THAT(run_program(plan({"--global-batch-size", "64", "--uniform"})).out,
             Catch::Contains("out of memory"));
  CHECK(none.status == (none.err.empty() ? 0 : 1));
}

TEST_CASE("a cluster of H100 and A100 is planned from system files", "[cli]") {
  const TempFolder folder;
  const std::string hosts = folder.write("hosts", "H100 slots=4\nA100 slots=4\n");
  const Arguments model = {"--model",  source_path("models/megatron-5B.json"),
                           "--system", "H100=" + source_path("systems/H100_80g_sxm.json"),
                           "--system", "A100=" + source_path("systems/a100_80g.json")};
  Arguments direct = {"hetero-plan",
                      "--hostfile",
                      hosts,
                      "--global-batch-size",
                      "16",
                      "--format",
                      "json",
                      "--max-tensor-parallel",
                      "4",
                      "--max-permute-length",
                      "3"};
  direct.insert(direct.end(), model.begin(), model.end());
  const Json best = planned(direct).at("top");
  REQUIRE_FALSE(best.empty());
  const auto with_quirks = [&](const std::string& mode) {
    Arguments all = direct;
    all.insert(all.end(), {"--quirks", mode});
    return planned(all).at("top");
  };
  CHECK(best == with_quirks("fixed"));
  CHECK_FALSE(best == with_quirks("reference"));

  // The same through files.
  Arguments write = {"hetero-profile", "--from-model",         "--max-size", "16",
                     "--output-dir",   folder.file("profiles")};
  write.insert(write.end(), model.begin(), model.end());
  REQUIRE(run_program(write).status == 0);
  const std::string cluster = folder.write("cluster.json", R"({
    "H100": {"instance_type": "H100", "inter_bandwidth": 20, "intra_bandwidth": 720, "memory": 80},
    "A100": {"instance_type": "A100", "inter_bandwidth": 20, "intra_bandwidth": 255, "memory": 80}})");
  const Json json = parse_json("model", read_text_file(source_path("models/megatron-5B.json")));
  const Json from_files = planned({"hetero-plan",
                                   "--hostfile",
                                   hosts,
                                   "--clusterfile",
                                   cluster,
                                   "--profile-dir",
                                   folder.file("profiles"),
                                   "--global-batch-size",
                                   "16",
                                   "--format",
                                   "json",
                                   "--max-tensor-parallel",
                                   "4",
                                   "--max-permute-length",
                                   "3",
                                   "--hidden-size",
                                   json.at("hidden").dump(),
                                   "--sequence-length",
                                   json.at("seq_size").dump(),
                                   "--quirks",
                                   "fixed"});
  CHECK(from_files.at("top").size() == best.size());
}

TEST_CASE("a cluster of 24 and 24 GPUs in nodes of eight and six is planned", "[cli]") {
  const TempFolder folder;
  const std::string hosts = folder.write("hosts",
                                         "# as MPI and DeepSpeed write them\n"
                                         "a-1 slots=8 max_slots=8\na-2 slots=8\na-3:8\n\n"
                                         "v-1 slots=6\nv-2 slots=6\nv-3:6\nv-4:6 # the last\n");
  const std::string kinds = folder.write("cluster.json", R"({
    "a-*": {"instance_type": "A100", "inter_bandwidth": 20, "intra_bandwidth": 250, "memory": 80},
    "v-*": {"instance_type": "V100", "inter_bandwidth": 20, "intra_bandwidth": 100, "memory": 32}})");
  const auto with = [&](const Arguments& more) {
    Arguments all = {"hetero-plan",   "--hostfile", hosts,      "--clusterfile", kinds,
                     "--profile-dir", kProfiles,    "--format", "json"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  for (const char* batch : {"96", "100", "128"}) {  // the last two cannot be shared evenly by 24
    const Json best = planned(with({"--global-batch-size", batch, "--quirks", "fixed"}))["top"][0];
    std::int64_t gpus = 0;
    for (const Json& group : best.at("device_groups")) {
      gpus += group.get<std::int64_t>();
    }
    CHECK(gpus == 48);
    CHECK(best.at("layer_partition").back() == 10);
  }
  check_hetero_failure(run_program(with({"--global-batch-size", "96"})), 2,
                       hosts + ": line 6 has 6 GPUs, expected 8 as in the lines before");
  const ProgramResult none =
      run_program(with({"--global-batch-size", "1", "--max-tensor-parallel", "1",
                        "--group-scale-variance", "1", "--quirks", "fixed"}));
  CHECK(none.status == 1);
  CHECK(none.err ==
        "calculon: no plan fits; no device groups can share out a batch of 1 with tensor degrees "
        "up to 1 and microbatches up to 8\n");
}

TEST_CASE("GPUs that fill no node are told", "[cli]") {
  const ProgramResult result =
      run_program({"hetero-hostfile", "--gpus-per-type", "27", "--slots", "8"});
  CHECK(result.status == 0);
  CHECK(lines_of(result.out).size() == 6);
  CHECK(result.err == "note: 3 of 27 GPUs of each type are left over: nodes have 8\n");
  CHECK(run_program({"hetero-hostfile", "--gpus-per-type", "24", "--slots", "6"}).err.empty());
}

TEST_CASE("a cluster that is too small is an answer with numbers", "[cli]") {
  const TempFolder folder;
  const std::string hosts = folder.write("hosts", "0.0.0.1 slots=1\n");
  const ProgramResult result =
      run_program({"hetero-plan", "--hostfile", hosts, "--clusterfile", kClusterfile,
                   "--profile-dir", kProfiles, "--global-batch-size", "8", "--format", "json"});
  CHECK(result.status == 1);
  CHECK_THAT(result.err, Catch::StartsWith("calculon: no plan fits; the closest lacks "));
  CHECK(is_one_line(result.err));
  const Json json = Json::parse(result.out);
  CHECK(json.at("top").empty());
  CHECK(json.at("nearest").at("missing_mb") > 0);
}

TEST_CASE("a usage mistake of the planner is one line and status 2", "[cli]") {
  const TempFolder folder;
  const auto fails = [](const Arguments& arguments, const std::string& message) {
    const ProgramResult result = run_program(arguments);
    check_hetero_failure(result, 2, message);
    CHECK(result.out.empty());
  };
  fails(plan({}), "--global-batch-size is required");
  fails(plan({"--global-batch-size", "0"}), "--global-batch-size: ");
  fails(plan({"--global-batch-size", "8", "--num-layers", "12"}),
        "--num-layers is 12, but the profiles of " + kProfiles + " have 10 layers\n");
  fails(plan({"--global-batch-size", "8", "--lead-profile", "A100"}),
        "--lead-profile is 'A100', expected TYPE:TENSOR_DEGREE:MICROBATCH");
  fails(plan({"--global-batch-size", "8", "--type-order", "A100"}),
        "type-order is A100, expected an order of A100,V100");
  fails(plan({"--global-batch-size", "8", "--search", "best"}), "--search: ");
  fails(plan({"--global-batch-size", "8", "--model", "m.json"}), "expected either --profile-dir");
  fails(plan({"--global-batch-size", "8", "--device-type", "A100"}),
        "--device-type and --only-fitting need --uniform\n");
  fails(plan({"--global-batch-size", "24"}), kProfiles + " lacks DeviceType.");
  fails({"hetero-plan", "--global-batch-size", "8"}, "--hostfile is required\n");
  fails({"hetero-plan", "--global-batch-size", "8", "--hostfile", folder.file("none"),
         "--clusterfile", kClusterfile, "--profile-dir", kProfiles},
        folder.file("none") + ": cannot be");
  fails({"hetero-profile", "--output-dir", folder.file("p")}, "--layers is required unless");
  fails({"hetero-profile", "--layers", "4", "--max-size", "12", "--output-dir", folder.file("p")},
        "max-size is 12, expected a power of two");
  fails({"hetero-profile", "--layers", "4", "--derive", "T4", "--output-dir", folder.file("p")},
        "--derive is 'T4', expected TYPE=FACTOR");
  fails({"hetero-profile", "--layers", "4", "--derive", "T4=-1", "--output-dir", folder.file("p")},
        "--derive: the factor of T4 is '-1', expected a number above 0");
  fails({"hetero-hostfile", "--gpus-per-type", "3"}, "--gpus-per-type is 3, expected at least 4");
  CHECK(folder.names().empty());
}

}  // namespace calculon::test
