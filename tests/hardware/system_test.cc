#include "calculon/hardware/system.h"

#include <catch2/catch.hpp>

#include "calculon/model/evaluate.h"
#include "support/input_error_of.h"
#include "support/json_change.h"
#include "support/tiny.h"

namespace calculon::test {
namespace {

struct Mistake {
  JsonChange change;
  std::string message;  // without the file
};

void check_mistakes(const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    const std::string text = changed(tiny_system_text(), mistake.change);
    INFO(mistake.change.pointer << " = " << mistake.change.value);
    CHECK(input_error_of([&] { parse_system("system.json", text); }) ==
          complaint("system.json", mistake.message));
  }
}

}  // namespace

TEST_CASE("a system file is read into base units", "[hardware]") {
  const System system = tiny_system();
  CHECK(system.name == "system.json");
  CHECK(system.matrix_engine(Datatype::kFloat16).peak_flops_per_second == 10e12);
  CHECK(system.vector_engine(Datatype::kFloat16).curve.efficiency(1e6) == 0.8);
  CHECK(system.mem1.capacity_bytes == 16.0 * 1024 * 1024 * 1024);
  CHECK(system.mem2.peak_bytes_per_second == 30e9);
  CHECK(system.mem1.curve.efficiency(1e6) == 0.9);
  CHECK(system.processing_mode == ProcessingMode::kNoOverlap);
  REQUIRE(system.networks.size() == 2);
  CHECK(system.networks[0].law(NetworkOp::kAllReduce).scalar == 2);
  CHECK(system.networks[0].law(NetworkOp::kAllReduce).offset == -1);
  CHECK(system.networks[1].size == 1000);
}

TEST_CASE("compute and memory time combine as the mode says", "[hardware]") {
  CHECK(tiny_system(ProcessingMode::kNoOverlap).combine(2, 3) == 5);
  CHECK(tiny_system(ProcessingMode::kRoofline).combine(2, 3) == 3);
  CHECK(tiny_system(ProcessingMode::kRoofline).combine(4, 3) == 4);
}

TEST_CASE("a system file says nothing that is not read", "[hardware]") {
  check_mistakes({
      {{"/matrix_launch_s", "1e-6"}, "has the unknown key 'matrix_launch_s'"},
      {{"/proccessing_mode", "1"},
       "has the unknown key 'proccessing_mode' (did you mean 'processing_mode'?)"},
      {{"/matrix/int4", R"({"tflops": 1, "gflops_efficiency": [[0, 1]]})"},
       "matrix has the unknown key 'int4'"},
      {{"/matrix/fp16", R"({"tflops": 1, "gflops_efficiency": [[0, 1]]})"},
       "matrix has the unknown key 'fp16' (did you mean 'float16'?)"},
      {{"/vector/float16/lauch_s", "0"}, "vector.float16 has the unknown key 'lauch_s'"},
      {{"/mem1/latency", "0"}, "mem1 has the unknown key 'latency'"},
  });
}

TEST_CASE("people may write notes into a system file", "[hardware]") {
  for (const std::string key : {"name", "notes", "source", "provenance"}) {
    CHECK_NOTHROW(parse_system("system.json", changed(tiny_system_text(), {"/" + key, "{}"})));
  }
  const std::string noted = changed(tiny_system_text(), {"/notes", "\"half of it is sparse\""});
  CHECK(parse_system("system.json", noted).notes == "half of it is sparse");
  CHECK(tiny_system().notes.empty());
}

TEST_CASE("a system may have no second memory", "[hardware]") {
  for (const std::string value : {"", "null"}) {
    const System system =
        parse_system("system.json", changed(tiny_system_text(), {"/mem2", value}));
    CHECK(system.mem2.capacity_bytes == 0);
    CHECK(evaluate(tiny_transformer(), system, tiny_strategy())->total_time ==
          evaluate(tiny_transformer(), tiny_system(), tiny_strategy())->total_time);
  }
}

TEST_CASE("a calibration says nothing that is not read", "[hardware]") {
  check_mistakes({

      {{"/calibration", R"({"slow_down": 1})"},
       "calibration has the unknown key 'slow_down' (did you mean 'slowdown'?)"},
      {{"/calibration", R"({"memory_overhead": {"margins": 0}})"},
       "calibration.memory_overhead has the unknown key 'margins' (did you mean 'margin'?)"},
      {{"/calibration", R"({"slowdown": 0})"},
       "calibration.slowdown is 0, expected a number above 0"},
      {{"/calibration", R"({"step_seconds": null})"},
       "calibration.step_seconds is null, expected a number from 0"},
      {{"/calibration", R"({"processor_units": 0.5})"},
       "calibration.processor_units is 0.5, expected x >= 1"},
      {{"/calibration", R"({"memory_overhead": {"gemm_handles": 1.5}})"},
       "calibration.memory_overhead.gemm_handles is 1.5, expected an integer from 0 to 1000000000"},
      {{"/calibration", R"({"memory_overhead": {"flash_output_copy": 1}})"},
       "calibration.memory_overhead.flash_output_copy is 1, expected true or false"},
  });
}

TEST_CASE("constants of a calibration are read, and neutral where they are not given",
          "[hardware]") {
  const auto calibration_of = [](const std::string& object) {
    const std::string text = changed(tiny_system_text(), {"/calibration", object});
    return parse_system("system.json", text).calibration;
  };
  CHECK_FALSE(tiny_system().calibration);
  CHECK_FALSE(calibration_of("null"));
  CHECK(calibration_of("{}") == Calibration{});
  Calibration given;
  given.slowdown = 1.5;
  given.memory_overhead.margin = 0.5;
  CHECK(calibration_of(R"({"slowdown": 1.5, "memory_overhead": {"margin": 0.5}})") == given);
}

TEST_CASE("all missing keys of an object are named at once", "[hardware]") {
  const JsonChange no_networks = {"/networks", ""};
  const std::string text = changed(changed(tiny_system_text(), no_networks), {"/mem1", ""});
  CHECK(input_error_of([&] { parse_system("system.json", text); }) ==
        "system.json lacks the keys 'mem1' and 'networks'");
  CHECK(input_error_of([&] { parse_system("system.json", "{}"); }) ==
        "system.json lacks the keys 'matrix', 'vector', 'mem1', 'processing_mode' and 'networks'");
}

TEST_CASE("a file in the place of a system is told", "[hardware]") {
  CHECK(input_error_of([&] { parse_system("m.json", tiny_transformer_text()); }) ==
        "m.json is a model file, expected a system file");
  CHECK(input_error_of([&] { parse_system("e.json", tiny_strategy_text()); }) ==
        "e.json is an execution file, expected a system file");
}

TEST_CASE("a mistake in processors is named", "[hardware]") {
  const std::string curve = "/matrix/float16/gflops_efficiency";
  const std::string place = "matrix.float16.gflops_efficiency";
  check_mistakes({
      {{"/matrix", ""}, "lacks the key 'matrix'"},
      {{"/vector", ""}, "lacks the key 'vector'"},
      {{"/matrix/float16/tflops", ""}, "matrix.float16 lacks the key 'tflops'"},
      {{"/matrix/float16/tflops", "-1"}, "matrix.float16.tflops is -1, expected a number from 0"},
      {{curve, "3"}, place + " is 3, expected an array"},
      {{curve + "/0", "[1]"},
       place + "[0] is an array of 1, expected a pair [threshold, efficiency]"},
      {{curve + "/0/1", "1.1"}, place + "[0][1] is 1.1, expected 0 < x <= 1"},
      {{curve + "/1/1", "0"}, place + "[1][1] is 0, expected 0 < x <= 1"},
      {{curve, "[[1, 0.5], [1, 0.4]]"},
       place + "[1][0] is 1, expected thresholds that strictly decrease"},
      {{curve, "[[1, 0.5], [2, 0.4]]"},
       place + "[1][0] is 2, expected thresholds that strictly decrease"},
  });
}

TEST_CASE("what follows a threshold of 0 is out of reach and not looked at", "[hardware]") {
  const JsonChange change = {"/matrix/float16/gflops_efficiency", "[[0, 0.5], [7, 9]]"};
  CHECK_NOTHROW(parse_system("system.json", changed(tiny_system_text(), change)));
}

TEST_CASE("a mistake in memories is named", "[hardware]") {
  check_mistakes({
      {{"/mem1", ""}, "lacks the key 'mem1' (there is a 'mem2')"},
      {{"/mem2/GiB", ""}, "mem2 lacks the key 'GiB'"},
      {{"/mem2/GBps", "-2"}, "mem2.GBps is -2, expected a number from 0"},
      {{"/mem1/GiB", "\"80\""}, "mem1.GiB is \"80\", expected a number from 0"},
      {{"/mem1/MB_efficiency/0/1", "0"}, "mem1.MB_efficiency[0][1] is 0, expected 0 < x <= 1"},
      {{"/mem1/MB_efficiency/0/1", "2"}, "mem1.MB_efficiency[0][1] is 2, expected 0 < x <= 1"},
  });
  check_mistakes({
      {{"/mem1/MB_efficiency", "[[1, 0.5], [10, 0.4], [0, 0.1]]"},
       "mem1.MB_efficiency[1][0] is 10, expected thresholds that strictly decrease"},
  });
}

TEST_CASE("an unknown processing mode is named with the nearest known one", "[hardware]") {
  check_mistakes({
      {{"/processing_mode", ""}, "lacks the key 'processing_mode'"},
      {{"/processing_mode", "\"rooflines\""},
       "processing_mode is \"rooflines\", expected roofline or no_overlap (did you mean "
       "'roofline'?)"},
      {{"/processing_mode", "7"}, "processing_mode is 7, expected roofline or no_overlap"},
  });
}

TEST_CASE("a mistake in networks is named", "[hardware]") {
  const std::string net = "/networks/1";
  check_mistakes({
      {{"/networks", "{}"}, "networks is an object, expected an array"},
      {{net, "3"}, "networks[1] is 3, expected an object"},
      {{net + "/bandwidth", ""}, "networks[1] lacks the key 'bandwidth'"},
      {{net + "/color", "1"}, "networks[1] has the unknown key 'color'"},
      {{net + "/latencies", "1"},
       "networks[1] has the unknown key 'latencies' (did you mean 'latency'?)"},
      {{net + "/bandwidth", "0"}, "networks[1].bandwidth is 0, expected a number above 0"},
      {{net + "/efficiency", "1.7"}, "networks[1].efficiency is 1.7, expected 0 < x <= 1"},
      {{net + "/efficiency", "0"}, "networks[1].efficiency is 0, expected 0 < x <= 1"},
      {{net + "/size", "-1"}, "networks[1].size is -1, expected an integer from 0 to 1000000000"},
      {{net + "/latency", "-1"}, "networks[1].latency is -1, expected a number from 0"},
      {{net + "/must_be_filled", "1"}, "networks[1].must_be_filled is 1, expected true or false"},
      {{net + "/processor_usage", "1"}, "networks[1].processor_usage is 1, expected 0 <= x < 1"},
      {{net + "/processor_usage", "-0.1"},
       "networks[1].processor_usage is -0.1, expected 0 <= x < 1"},
      {{net + "/ops/p2p", ""}, "networks[1].ops lacks the key 'p2p'"},
      {{net + "/ops/broadcast", "[1, 0]"}, "networks[1].ops has the unknown key 'broadcast'"},
      {{net + "/ops/p2p", "[1]"},
       "networks[1].ops.p2p is an array of 1, expected a pair [scalar, offset], or a triple with "
       "the operation's own efficiency"},
      {{net + "/ops/all_reduce", "[1, 0, 0.5, 2]"},
       "networks[1].ops.all_reduce is an array of 4, expected a pair [scalar, offset], or a triple "
       "with the operation's own efficiency"},
      {{net + "/ops/p2p/1", "0"},
       "networks[1].ops.p2p[1] is 0, expected null, since the operation has no group"},
      {{net + "/ops/all_to_all", "[1, 0]"},
       "networks[1].ops.all_to_all[1] is 0, expected null, since the operation has no group"},
      {{net + "/ops/all_to_all", "[1, null, \"half\"]"},
       "networks[1].ops.all_to_all[2] is \"half\", expected a number"},
      {{net + "/ops/all_too_all", "[1, null]"},
       "networks[1].ops has the unknown key 'all_too_all'"},
      {{net + "/ops/all_reduce/0", "0"},
       "networks[1].ops.all_reduce[0] is 0, expected a number above 0"},
      {{net + "/ops/all_reduce/1", "null"},
       "networks[1].ops.all_reduce[1] is null, expected a number"},
  });
}

TEST_CASE("traffic below nothing, or faster than any link, is refused", "[hardware]") {
  const std::string ops = "/networks/1/ops/";
  const std::string negative =
      "expected a number from -2, below which two processors would have negative traffic";
  const std::string own = "expected 0 < x <= 1.2, or 0 for that of the network";
  check_mistakes({
      {{ops + "all_reduce/1", "-3"}, "networks[1].ops.all_reduce[1] is -3, " + negative},
      {{ops + "all_gather/1", "-100"}, "networks[1].ops.all_gather[1] is -100, " + negative},
      {{ops + "reduce_scatter/1", "-2.5"},
       "networks[1].ops.reduce_scatter[1] is -2.5, " + negative},
      {{ops + "all_to_all", "[1, null, 100]"}, "networks[1].ops.all_to_all[2] is 100, " + own},
      {{ops + "p2p", "[1, null, -0.5]"}, "networks[1].ops.p2p[2] is -0.5, " + own},
      {{ops + "all_reduce", "[2, -1, 7]"}, "networks[1].ops.all_reduce[2] is 7, " + own},
  });
}

TEST_CASE("the least offset leaves two processors nothing to send, and no time below",
          "[hardware]") {
  const System system = parse_system(
      "system.json", changed(tiny_system_text(), {"/networks/1/ops/all_reduce/1", "-2"}));
  const Network& network = system.networks[1];
  for (const double group : {2.0, 3.0, 8.0}) {
    CHECK(network.seconds(NetworkOp::kAllReduce, 1e9, group) >= network.latency_seconds);
  }
}

TEST_CASE("an operation between two processors may have an efficiency of its own", "[hardware]") {
  struct Row {
    std::string op;
    std::string law;
    double efficiency;
  };
  const std::vector<Row> rows = {
      {"p2p", "[1, null]", 0.9},
      {"p2p", "[1, null, 0.25]", 0.25},
      {"all_to_all", "[1, null]", 0.9},
      {"all_to_all", "[1, null, 0.25]", 0.25},
      {"all_to_all", "[1, null, 1.2]", 1.2},  // M38: more than the link has
      {"all_to_all", "[1, null, 0]", 0.9},
      {"all_reduce", "[2, 0, 0.25]", 0.9},  // M38: dropped
  };
  for (const Row& row : rows) {
    INFO(row.op << " " << row.law);
    const System system = parse_system(
        "system.json", changed(tiny_system_text(), {"/networks/1/ops/" + row.op, row.law}));
    const NetworkOp op = *enum_from_name<NetworkOp>(row.op);
    CHECK(system.networks[1].law(op).efficiency == row.efficiency);
    CHECK(system.networks[1].has_all_to_all == (row.op == "all_to_all"));
  }
}

TEST_CASE("a datatype that an engine lacks is an input error", "[hardware]") {
  const System system = tiny_system();
  CHECK(input_error_of([&] { static_cast<void>(system.matrix_engine(Datatype::kFloat8)); }) ==
        "system.json: matrix lacks the datatype 'float8', it has float16");
  const System slow =
      parse_system("system.json", changed(tiny_system_text(), {"/vector/float16/tflops", "0"}));
  CHECK(input_error_of([&] { static_cast<void>(slow.vector_engine(Datatype::kFloat16)); }) ==
        "system.json: vector.float16.tflops is 0, so nothing can be computed with it");
  const System empty = parse_system("system.json", changed(tiny_system_text(), {"/matrix", "{}"}));
  CHECK(input_error_of([&] { static_cast<void>(empty.matrix_engine(Datatype::kFloat16)); }) ==
        "system.json: matrix lacks the datatype 'float16', it has none");
}

}  // namespace calculon::test
