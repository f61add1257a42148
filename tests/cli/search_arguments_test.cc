// What both searching commands are asked: mistakes, and options that narrow the space.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "support/program.h"
#include "support/search_files.h"

namespace calculon::test {
namespace {

void check_mistake(const ProgramResult& result, const std::string& message) {
  INFO(message);
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK(is_one_line(result.err));
  CHECK_THAT(result.err, Catch::StartsWith("calculon: " + message));
}

// A mistake in both commands leaves nothing behind.
void check_mistakes(const SearchFiles& files, const Arguments& options,
                    const std::string& message) {
  for (const std::string command : {"loe", "lae"}) {
    check_mistake(files.run(command, "out.csv", options), message);
    CHECK(files.folder.names() == std::vector<std::string>{"model.json", "system.json"});
  }
}

void check_output_mistake(const std::string& output, const std::string& message) {
  const SearchFiles files;
  check_mistake(files.run("lae", output), message);
  const ProgramResult best = files.run("loe", output);
  CHECK(best.status == 2);
  CHECK(is_one_line(best.err));
  CHECK_THAT(best.err, Catch::StartsWith("calculon: " + message));
  CHECK(files.folder.names() == std::vector<std::string>{"model.json", "system.json"});
}

const std::string kSettings =
    "tensor_par,pipeline_par,data_par,tensor_par_net,pipeline_par_net,data_par_net,batch_size,"
    "microbatch_size,activation_recompute,pipeline_interleaving,optimizer_sharding,"
    "tensor_par_comm_type,tensor_par_overlap,seq_par_ag_redo,data_par_overlap,weight_offload,"
    "activations_offload,optimizer_offload,fused_activation";

// The lines of all good executions that options leave, settings only.
std::vector<std::string> settings_left(const SearchFiles& files, Arguments options) {
  options.insert(options.end(), {"--columns", kSettings});
  const ProgramResult result = files.run("lae", "out.csv", options);
  INFO(result.err);
  CHECK(result.status == 0);
  return files.lines("out.csv");
}

}  // namespace

TEST_CASE("counts have to be positive and not absurd", "[cli]") {
  for (const std::string count : {"0", "-5", "1000000000000", "99999999999999999999", "x", "1.5"}) {
    const std::string message = "Value " + count + " not in range 1 to 1000000000";
    SearchFiles files;
    files.num_procs = count;
    check_mistakes(files, {}, "num_procs: " + message);
    files.num_procs = "4";
    files.max_batch_size = count;
    check_mistakes(files, {}, "max_batch_size: " + message);
  }
}

TEST_CASE("a datatype has to be known, and the system has to have it", "[cli]") {  // F4
  SearchFiles files;
  files.datatype = "float17";
  check_mistakes(files, {}, "datatype: float17 not in {float8,");
  files.datatype = "float8";
  check_mistakes(files, {}, files.system + ": matrix lacks the datatype 'float8', it has float16");
}

TEST_CASE("options of a search are checked before anything is read", "[cli]") {
  const SearchFiles files;
  std::filesystem::remove(files.model);
  std::filesystem::remove(files.system);
  const std::vector<std::pair<Arguments, std::string>> mistakes = {
      {{"-c", "0"}, "--cpus: Value 0 not in range"},
      {{"-c", "4097"}, "--cpus: Value 4097 not in range"},
      {{"-j", "0"}, "--threads: Value 0 not in range"},
      {{"-f", "maybe"}, "--fused_activation is 'maybe', expected true, false or both"},
      {{"--where", "total_time"}, "'total_time' is no condition, expected "},
      {{"--where", "sample_rat>1"}, "there is no statistic 'sample_rat' (did you mean "},
      {{"--where", "total_time<1", "--where", "total_time<soon"},
       "'total_time<soon' compares with 'soon', expected a number"},
      {{"--tp", "1..x"}, "tensor_par is '1..x', expected numbers and ranges"},
      {{"--tp", "8", "16"}, "The following argument was not expected: 16"},
      {{"--tensor_par", "8,"}, "tensor_par is '', expected numbers and ranges"},
      {{"--pp", "-1"}, "pipeline_par is '-1', expected numbers and ranges"},
      {{"--recompute", "ful"}, "activation_recompute is 'ful', expected full, "},
      {{"--optimizer_sharding", "yes"}, "optimizer_sharding is 'yes', expected true or false"},
      {{"--nets", "0,1"}, "--nets is '0,1', expected three tiers such as 0,1,1"},
      {{"--nets", "0,1,2,3"}, "--nets is '0,1,2,3', expected three tiers such as 0,1,1"},
      {{"--nets", "0,1,x"}, "data_par_net is 'x', expected numbers and ranges"},
      {{"--tp"}, "--tp: 1 required LIST missing"},
      {{"--colour", "red"}, "The following arguments were not expected: "},
  };
  for (const auto& [options, message] : mistakes) {
    for (const std::string command : {"loe", "lae"}) {
      check_mistake(files.run(command, "out.csv", options), message);
    }
  }
  CHECK(files.folder.names().empty());
}

TEST_CASE("an output of another kind is refused before anything is read", "[cli]") {  // F8
  SearchFiles files;
  std::filesystem::remove(files.model);
  for (const std::string name : {"out.txt", "out", "out.csv.zip", "."}) {
    for (const std::string command : {"loe", "lae"}) {
      check_mistake(files.run(command, name), files.folder.file(name) + ": unknown kind of file");
    }
  }
  check_mistake(files.run("lae", "out.json"), files.folder.file("out.json") + ": unknown kind");
}

TEST_CASE("rows and best that cannot be written are told", "[cli]") {
  check_output_mistake("/no/such/folder/out.csv",
                       "/no/such/folder/out.csv: cannot be opened for writing: No such file");
  check_output_mistake("/dev/full", "/dev/full: cannot be written: No space left on device");
}

TEST_CASE("a disk that fills up leaves one line and no file", "[cli]") {
  const SearchFiles files;
  const std::string calculon = program_path() + " lae model.json 4 3 float16 system.json out/a.csv";
  // A file may not grow beyond 1 MiB, as if the disk were full.
  const ProgramResult limited =
      run_shell("mkdir out; trap '' XFSZ; ulimit -f 2048; exec " + calculon, files.folder.path());
  check_mistake(limited, "out/a.csv: cannot be written: File too large");
  CHECK(std::filesystem::is_empty(files.folder.file("out")));

  const std::string on_small_disk = "mount -t tmpfs -o size=1m none out || exit 77\n" + calculon +
                                    "\nstatus=$?\nls out\n" + "exit $status";
  const ProgramResult full =
      run_shell("unshare -rm sh -c '" + on_small_disk + "' 2>err; s=$?; cat err >&2; exit $s",
                files.folder.path());
  if (full.err.find("calculon: ") != std::string::npos) {  // else nothing can be mounted here
    check_mistake(full, "out/a.csv: cannot be written: No space left on device");
  }
}

TEST_CASE("every narrowing option leaves what filtering by hand leaves", "[cli]") {
  const SearchFiles files;
  const std::vector<std::string> all = settings_left(files, {"-f", "both"});
  const std::vector<std::string> names = cells_of(kSettings);
  REQUIRE(all[0] == kSettings);
  struct Narrowing {
    Arguments options;
    std::string setting;
    std::vector<std::string> values;
    std::string idle_with_1 = "none";  // a tier is 0 where this degree is 1
  };
  for (const Narrowing& narrowing : std::vector<Narrowing>{
           {{"--tp", "1,4,8"}, "tensor_par", {"1", "4"}},
           {{"--tensor_par", "2..6"}, "tensor_par", {"2", "4"}},
           {{"--pp", "2..3"}, "pipeline_par", {"2"}},
           {{"--dp", "1"}, "data_par", {"1"}},
           {{"--tensor_par_net", "1"}, "tensor_par_net", {"1"}, "tensor_par"},
           {{"--pipeline_par_net", "1"}, "pipeline_par_net", {"1"}, "pipeline_par"},
           {{"--data_par_net", "1"}, "data_par_net", {"1"}, "data_par"},
           {{"--batch_size", "2"}, "batch_size", {"2"}},
           {{"--microbatch", "3"}, "microbatch_size", {"3"}},
           {{"--recompute", "none,full"}, "activation_recompute", {"none", "full"}},
           {{"--interleaving", "1"}, "pipeline_interleaving", {"1"}},
           {{"--optimizer_sharding", "true"}, "optimizer_sharding", {"True"}},
           {{"--comm-type", "ar", "--comm-type", "rs_ag"}, "tensor_par_comm_type", {"ar", "rs_ag"}},
           {{"--tp-overlap", "ring"}, "tensor_par_overlap", {"ring"}},
           {{"--seq_par_ag_redo", "true"}, "seq_par_ag_redo", {"True"}},
           {{"--dp-overlap", "true"}, "data_par_overlap", {"True"}},
           {{"--weight_offload", "true"}, "weight_offload", {"True"}},
           {{"--activations_offload", "true"}, "activations_offload", {"True"}},
           {{"--optimizer_offload", "false"}, "optimizer_offload", {"False"}},
           {{"--no-tp-overlap"}, "tensor_par_overlap", {"none"}},
           {{"--no-dp-overlap"}, "data_par_overlap", {"False"}},
       }) {
    INFO(narrowing.options.front());
    const auto column = [&](const std::string& name) {
      return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    };
    std::vector<std::string> expected = {all[0]};
    for (std::size_t i = 1; i < all.size(); ++i) {
      const auto cells = cells_of(all[i]);
      const bool idle =
          narrowing.idle_with_1 != "none" && cells[column(narrowing.idle_with_1)] == "1";
      const auto& values = narrowing.values;
      if (idle || std::find(values.begin(), values.end(), cells[column(narrowing.setting)]) !=
                      values.end()) {
        expected.push_back(all[i]);
      }
    }
    Arguments options = narrowing.options;
    options.insert(options.end(), {"-f", "both"});
    CHECK((settings_left(files, options) == expected));
    CHECK((1 < expected.size() && expected.size() < all.size()));
  }
}

TEST_CASE("--nets and --no-offload name three settings at once", "[cli]") {
  const SearchFiles files;
  CHECK((settings_left(files, {"--nets", "0,1,0..1"}) ==
         settings_left(files, {"--tensor_par_net", "0", "--pipeline_par_net", "1", "--data_par_net",
                               "0,1"})));
  CHECK((settings_left(files, {"--no-offload"}) ==
         settings_left(files, {"--weight_offload", "false", "--activations_offload", "false",
                               "--optimizer_offload", "false"})));
}

TEST_CASE("-f takes the published spellings", "[cli]") {
  const SearchFiles files;
  const Arguments few = {"--tp", "1", "--pp", "2", "--no-offload"};
  const auto left = [&](const std::string& value) {
    Arguments options = few;
    options.insert(options.end(), {"-f", value});
    return settings_left(files, options);
  };
  for (const std::string yes : {"t", "true", "T", "True", "1"}) {
    CHECK((left(yes) == settings_left(files, few)));
  }
  for (const std::string no : {"f", "F", "False", "0"}) {
    CHECK((left(no) == left("false")));
  }
  for (const std::string both : {"all", "*"}) {
    CHECK((left(both) == left("both")));
  }
  CHECK(left("both").size() - 1 == 2 * (left("true").size() - 1));
}

}  // namespace calculon::test
