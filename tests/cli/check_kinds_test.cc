// Everything that is wrong with studies, tables and the files of planners.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

using LineSet = std::set<std::string>;

// What is wrong with a text, without the name of its file.
LineSet wrong_in(const std::string& text, const std::string& name = "x.json") {
  const TempFolder folder;
  const std::string path = folder.write(name, text);
  const ProgramResult result = run_program({"check", path});
  CHECK(result.status == 2);
  const std::vector<std::string> lines = lines_of(result.out);
  const std::string number = std::to_string(lines.size()) + " mistake";
  CHECK_THAT(result.err, Catch::StartsWith("calculon: " + number));
  LineSet wrong;
  for (const std::string& line : lines) {
    REQUIRE(line.starts_with(path));
    CHECK(wrong.insert(line.substr(path.size())).second);
  }
  return wrong;
}

const std::string kEnd = "; a file of your own ends in .json";

// With a change to each of its parts, a study that is right.
Json right_study() {
  return Json::parse(R"({
    "calculon_study": 1, "model": "gpt3-175B", "system": "h100_80g_nvl8",
    "set": {"system.mem2.GiB": 0},
    "axes": [
      {"name": "size", "path": "search.num_procs", "values": [8, 16]},
      {"name": "memory", "cases": {"small": {"system.mem1.GiB": 40},
                                   "large": {"system.mem1.GiB": 80}}}],
    "vary": [{"name": "bandwidth", "path": "system.networks.0.bandwidth", "scale": [0.5, 2]}],
    "search": {"num_procs": 8, "max_batch": 16, "datatype": "float16"},
    "cost": {"per_processor": [20000, {"path": "system.mem1.GiB", "table": {"40": 0, "80": 9}}]},
    "quick": {"size": [8]},
    "derive": [{"best_so_far": "size"}, {"days": {"tokens": 1e12}}],
    "columns": ["sample_rate", "days"],
    "plots": [{"type": "line", "x": "size", "y": "days"}]})");
}

void check_right(const std::string& path, const std::string& kind) {
  const ProgramResult result = run_program({"check", path});
  INFO(path);
  CHECK(result.status == 0);
  CHECK(result.out == path + ": " + kind + ", nothing is wrong\n");
}

}  // namespace

TEST_CASE("all parts of a study are checked at once", "[cli]") {
  const TempFolder folder;
  check_right(folder.write("s.json", right_study().dump()), "a study file");
  Json study = right_study();
  study["title"] = 3;
  study["colour"] = "red";
  study["set"] = Json::parse(R"({"system.mem3.GiB": 0, "sytem.mem2.GiB": 0})");
  study["axes"][0]["values"] = Json::array({8, "many"});
  study["axes"][0]["unit"] = "GPUs";
  study["axes"][1]["cases"]["large"] = {{"system", "dragon"}};
  study["axes"].push_back({{"name", "rate"}, {"pth", "x"}, {"values", Json::array({1})}});
  study["vary"][0]["scale"] = Json::array({-1, 2, "x"});
  study["search"]["datatype"] = "flot16";
  study["search"]["keep"] = "all of them";
  study["cost"]["budget"] = -1;
  study["cost"]["per_processor"] = Json::array({-3, {{"path", "system.mem1.GiB"}}});
  study["quick"] = {{"siz", Json::array({8})}, {"memory", Json::array({"huge"})}};
  study["derive"] = Json::parse(R"([{"best_so_far": "sise"}, {"days": {"tokens": -1}}])");
  study["columns"] = Json::array({"sample_rat", "days", 3});
  study["plots"] = Json::parse(R"([{"type": "line", "x": "siz", "y": ["days", "q"], "best": {}},
                                   {"type": "pie"}, {"type": "heatmap", "x": "size"}])");
  const LineSet wrong = wrong_in(study.dump());
  const LineSet expected = {
      " has the unknown key 'colour'",
      ": title is 3, expected a string",
      ": set path 'system.mem3.GiB': system has no key 'mem3' (did you mean 'mem1'?)",
      ": set.sytem.mem2.GiB is set by a wrong path: path 'sytem.mem2.GiB' begins with 'sytem', "
      "expected model, system, execution or search",
      ": axes[0] has the unknown key 'unit'",
      ": search: num_procs is \"many\", expected an integer from 1 to 1000000000",
      ": axis 'memory', value large: no bundled system is called 'dragon'" + kEnd,
      ": axes[2] lacks the key 'path' (there is a 'pth')",
      ": axes[2].path: path 'x' begins with 'x', expected model, system, execution or search",
      ": vary[0].scale[0] is -1, expected a number above 0",
      ": vary[0].scale[2] is \"x\", expected a number above 0",
      ": search: datatype is \"flot16\", expected float8, float16, float32, bfloat16 or float4 "
      "(did you mean 'float16'?)",
      ": search: keep is \"all of them\", expected best, all or summary",
      ": cost.budget is -1, expected a number above 0",
      ": cost.per_processor[0] is -3, expected a number from 0",
      ": cost.per_processor[1] lacks the key 'table'",
      ": quick names no axis with 'siz' (did you mean 'size'?)",
      ": axis 'memory' has no value 'huge', it has small or large",
      ": derive[0].best_so_far: there is no axis 'sise', expected size, memory or rate",
      ": derive[1].days.tokens is -1, expected a number above 0",
      ": columns: there is no column 'sample_rat' (did you mean 'sample_rate'?)",
      ": columns[2] is 3, expected a string",
      ": plots[0].x is \"siz\", expected the name of a column (did you mean 'size'?)",
      ": plots[0].y[1] is \"q\", expected the name of a column (did you mean 'id'?)",
      ": plots[0] has the key 'best', which a plot of type line has not",
      ": plots[1].type is \"pie\", expected time_stack, memory_stack, waterfall, line, bars, "
      "heatmap, histogram, cdf, scaling, scatter, boxes, speedup, tornado, table or summary (did "
      "you mean 'line'?)",
      ": plots[2] lacks the key 'y' (there is a 'x')",
  };
  for (const std::string& line : wrong) {
    INFO(line);
    CHECK(expected.contains(line));
  }
  for (const std::string& line : expected) {
    INFO(line);
    CHECK(wrong.contains(line));
  }
}

TEST_CASE("what follows from a part of a study that is wrong is not told", "[cli]") {
  Json study = right_study();
  study["model"] = "gpt3-174B";
  study["set"]["model.hidden"] = 64;
  study["search"].erase("num_procs");
  study["axes"][0]["values"] = "8, 16";
  study["derive"][1] = {{"days", 3}};  // whose column is asked for
  CHECK(
      (wrong_in(study.dump()) ==
       LineSet{": model: no bundled model is called 'gpt3-174B' (did you mean 'gpt3-175B'?)" + kEnd,
               ": axes[0].values is \"8, 16\", expected an array",
               ": derive[1].days is 3, expected an object"}));
  Json without = right_study();
  without.erase("system");
  CHECK((wrong_in(without.dump()) == LineSet{" lacks the key 'system'"}));
  Json path = right_study();  // one mistake, however many values lead to it
  path["axes"][1]["cases"] =
      Json::parse(R"({"a": {"system.mem1.GB": 1}, "b": {"system.mem1.GB": 2}})");
  CHECK((wrong_in(path.dump()) ==
         LineSet{": axis 'memory', value a: path 'system.mem1.GB': system.mem1 has no key 'GB' "
                 "(did you mean 'GiB'?)"}));
}

TEST_CASE("the quick form of a study is checked, too", "[cli]") {
  Json study = right_study();
  study["quick"]["size"] = Json::array({"few"});
  CHECK((wrong_in(study.dump()) ==
         LineSet{": search: num_procs is \"few\", expected an integer from 1 to 1000000000"}));
  study["quick"]["bandwidth"] = Json::array({-1, 2});
  CHECK(
      (wrong_in(study.dump()) == LineSet{": quick.bandwidth[0] is -1, expected a number above 0"}));
  study["quick"] = {{"size", Json::array()}};
  CHECK((wrong_in(study.dump()) == LineSet{": quick.size has no values"}));
}

TEST_CASE("files of each kind are known by what is in them", "[cli]") {
  check_right(source_path("systems/chips.json"), "a file of chips");
  check_right(source_path("examples/hetero/clusterfile.json"), "a clusterfile");
  check_right(source_path("examples/hetero/hostfile"), "a hostfile");
  check_right(source_path("examples/hetero/hostfile-h100-a100"), "a hostfile");
  check_right(source_path("examples/hetero/profiles/DeviceType.A100_tp1_bs1.json"),
              "a layer profile");
  check_right(source_path("examples/measured/my-cluster.csv"), "a table of measured runs");
  check_right(source_path("examples/measured/nanotron.csv.gz"), "a table of measured runs");
  check_right(source_path("examples/studies/my-sensitivity.json"), "a study file");
  const TempFolder folder;
  check_right(folder.write("nodes", "# all\na:8\nb:4\n"), "a hostfile");
  check_right(folder.write("products.csv", "m,n,k,tflops\n1,2,3,4\n"),
              "a table of matrix products");
}

TEST_CASE("all lines and rows that are wrong are told", "[cli]") {
  const std::string expected =
      "expected '<address> slots=<count>' or '<address>:<count>', with a count from 1 to 65536";
  CHECK((wrong_in("a slots=4\nb slotz=4\n# c\nc:0\n", "hosts") ==
         LineSet{": line 2 is 'b slotz=4', " + expected, ": line 4 is 'c:0', " + expected}));
  CHECK((wrong_in("m,n,k,tflops\n1,2,x,-3\n0,2,3,3\n1,1,1,1\n", "p.csv") ==
         LineSet{": row 2: k is 'x', expected a number above 0",
                 ": row 2: tflops is '-3', expected a number above 0",
                 ": row 3: m is '0', expected a number above 0"}));
  const std::string header =
      "id,system,model.hidden,model.feedforward,model.seq_size,model.attn_heads,model.attn_size,"
      "model.num_blocks,model.hiden,execution.num_procs,execution.batch_size,execution.tensor_par,"
      "measured_seconds\n";
  CHECK((wrong_in(header + "a,h100,4096,16384,2048,32,128,32,,8,8,two,fast\n"
                           "b,h100,4096,,2048,32,x,32,5,8,8,2,1\n"
                           "c,h100\n"
                           "d,h100,4096,16384,2048,32,128,32,,8,8,2,1\n",
                  "runs.csv") ==
         LineSet{": row 2: measured_seconds is \"fast\", expected a number from 1e-9 (rule KC2)",
                 ": row 2: execution.tensor_par is \"two\", expected an integer from 1 to "
                 "9007199254740992 (rule KC2)",
                 ": row 3: model.hiden is no key of a model (did you mean 'hidden'?) (rule KC3)",
                 ": row 3: model.feedforward is empty (rule KC1)",
                 ": row 3: model.attn_size is \"x\", expected an integer from 1 to 1000000000 "
                 "(rule KC2)",
                 ": row 4 has 2 cells, expected 13"}));
}

TEST_CASE("all that is wrong with the planner's files and with chips is told", "[cli]") {
  CHECK((
      wrong_in(R"({"0.0.0.1": {"instance_type": 3, "inter_bandwidth": -1, "intra_bandwidth": 5},
                      "node 2": {"instance_type": "A", "inter_bandwidth": 1,
                                 "intra_bandwidth": "x", "memory": 0},
                      "z": 4})") ==
      LineSet{": 0.0.0.1 lacks the key 'memory'", ": 0.0.0.1.instance_type is 3, expected a string",
              ": 0.0.0.1.inter_bandwidth is -1, expected a number above 0",
              ": node 2.intra_bandwidth is \"x\", expected a number above 0",
              ": node 2.memory is 0, expected a number above 0", ": z is 4, expected an object"}));
  CHECK((wrong_in(R"({"RTX 4090.1": {"tflops_8bit": -3, "memory_GBps": "x",
                                     "network_GBps": {"seed": 0, "head": -1}},
                      "B": {"tflops_8bit": 3, "network_GBps": 2, "only": "tail", "color": 3}})") ==
         LineSet{": RTX 4090.1.tflops_8bit is -3, expected a number above 0",
                 ": RTX 4090.1.memory_GBps is \"x\", expected a number above 0",
                 ": RTX 4090.1.network_GBps.seed is 0, expected a number above 0",
                 ": RTX 4090.1.network_GBps.head is -1, expected a number above 0",
                 ": B lacks the key 'memory_GBps'", ": B has the unknown key 'color'",
                 ": B.only is \"tail\", expected seed or head"}));
  const std::string name = "DeviceType.A100_tp1_bs1.json";
  Json profile = Json::parse(source_text("examples/hetero/profiles/" + name));
  profile["execution_time"]["optimizer_time_ms"] = "x";
  profile["execution_time"]["layer_compute_total_ms"][3] = -1;
  profile["execution_time"]["layer_compute_total_ms"][5] = "a";
  profile["execution_memory"]["layer_memory_total_mb"] = Json::array({1, 2});
  profile["model"]["parameters"]["parameters_per_layer_bytes"][0] = nullptr;
  CHECK((wrong_in(profile.dump(), name) ==
         LineSet{": execution_time.layer_compute_total_ms[3] is -1, expected a number from 0",
                 ": execution_time.layer_compute_total_ms[5] is \"a\", expected a number from 0",
                 ": execution_time.optimizer_time_ms is \"x\", expected a number from 0",
                 ": execution_memory.layer_memory_total_mb has 2 elements, expected 10, as many as "
                 "layer_compute_total_ms",
                 ": model.parameters.parameters_per_layer_bytes[0] is null, expected a number from "
                 "0"}));
  const LineSet elsewhere = wrong_in(profile.dump(), "profile.json");
  CHECK(elsewhere.size() == 6);
  CHECK_THAT(*elsewhere.begin(), Catch::StartsWith(": "));
}

TEST_CASE("what is no file that can be checked is told in a line", "[cli]") {
  CHECK((wrong_in("", "x.json") == LineSet{" is empty"}));
  CHECK((wrong_in(" \n\n", "x") == LineSet{" is empty"}));
  CHECK((wrong_in("hello\nworld\n", "x.txt") ==
         LineSet{" is neither JSON, nor a table of measured runs or of matrix products, the output "
                 "of nccl-tests or a hostfile, as far as its text tells"}));
  CHECK((wrong_in("a,b\n1,2\n", "x.csv") ==
         LineSet{": has no column id (did you mean 'b'?); a measured table begins with a line of "
                 "column names"}));
  CHECK((wrong_in(R"({"block_fw_flops": 1})") ==
         LineSet{" is a file of results, expected one that answers are made of"}));
  const TempFolder folder;
  const ProgramResult both = run_program({"check", folder.path(), folder.path() + "/none"});
  CHECK(both.status == 2);
  CHECK(both.out == folder.path() + ": is a directory, expected a file\n" + folder.path() +
                        "/none: cannot be opened: No such file or directory\n");
  CHECK(both.err == "calculon: 2 mistakes in 2 of 2 files\n");
}

}  // namespace calculon::test
