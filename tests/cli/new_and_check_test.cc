// Files to begin with, and everything that is wrong with files.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/calibration.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"
#include "cli/bundled_files.h"
#include "hardware/system_keys.h"
#include "support/json_change.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

// A new file in a folder.
class NewFile {
 public:
  explicit NewFile(const Arguments& kind) {
    Arguments arguments = {"new"};
    arguments.insert(arguments.end(), kind.begin(), kind.end());
    arguments.insert(arguments.end(), {"-o", path()});
    const ProgramResult result = run_program(arguments);
    INFO(result.err);
    CHECK(result.status == 0);
    CHECK(result.out.empty());
  }
  std::string path() const { return folder_.path() + "/new.json"; }
  Json json() const { return Json::parse(raw_bytes(path())); }

 private:
  TempFolder folder_;
};

void check_nothing_wrong(const std::string& path, const std::string& kind) {
  const ProgramResult result = run_program({"check", path});
  INFO(result.out);
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  CHECK(result.out == path + ": " + kind + ", nothing is wrong\n");
}

// What is wrong with a text, without the name of its file.
std::vector<std::string> mistakes_in(const std::string& text) {
  const TempFolder folder;
  const std::string path = folder.write("x.json", text);
  const ProgramResult result = run_program({"check", path});
  CHECK(result.status == 2);
  std::vector<std::string> lines = lines_of(result.out);
  const std::string number = std::to_string(lines.size()) + " mistake";
  CHECK(is_one_line(result.err));
  CHECK_THAT(result.err, Catch::StartsWith("calculon: " + number));
  for (std::string& line : lines) {
    REQUIRE(line.starts_with(path));
    line.erase(0, path.size());
  }
  return lines;
}

using Lines = std::vector<std::string>;

template <class Fields>
void check_noted(const Fields& fields, const Json& notes, const std::string& place) {
  for_each_field(fields, [&](const auto& field) {
    const std::string key = place + std::string(field.name);
    INFO(key);
    REQUIRE(notes.contains(key));
    CHECK_THAT(notes[key].template get<std::string>(), Catch::StartsWith(std::string(field.help)));
  });
}

// The places of a system file as its rows name them.
void add_places(const Json& json, const std::string& place, std::set<std::string>& places) {
  for (const auto& [key, value] : json.items()) {
    if (place == "calibration" || place == "networks.ops") {
      continue;
    }
    const bool is_datatype = place == "matrix" || place == "vector";
    const std::string path =
        place.empty() ? key : place + "." + (is_datatype ? "*" : std::string(key));
    if (path != "notes" && !is_datatype) {
      places.insert(path);
    }
    if (value.is_object() && path != "notes") {
      add_places(value, path, places);
    } else if (path == "networks") {
      add_places(value[0], path, places);
    }
  }
}

}  // namespace

TEST_CASE("new files are taken as they are, and have an answer", "[cli]") {
  const NewFile model({"model"});
  const NewFile system({"system"});
  check_nothing_wrong(model.path(), "a model file");
  check_nothing_wrong(system.path(), "a system file");
  for (const std::string methodology : {"calibrated", "calculon", "calculon-moe"}) {
    const NewFile execution({"execution", "--methodology", methodology});
    INFO(methodology);
    check_nothing_wrong(execution.path(), "an execution file");
    const ProgramResult answer =
        run_program({"llm", model.path(), execution.path(), system.path(), "-"});
    INFO(answer.err);
    CHECK(answer.status == 0);
  }
  const NewFile study({"study"});
  check_nothing_wrong(study.path(), "a study file");
  const TempFolder folder;
  const ProgramResult run =
      run_program({"study", "run", study.path(), "-o", folder.path() + "/runs"});
  INFO(run.err);
  CHECK(run.status == 0);
  CHECK_THAT(run.out, Catch::Contains("Points: 5 ok, 0 infeasible, 0 invalid"));
}

TEST_CASE("new files have a note for every key", "[cli]") {
  const Json model = NewFile({"model"}).json();
  check_noted(kTransformerFields, model["notes"], "");
  check_noted(kModelDetailFields, model["notes"], "");
  for (const auto& [key, value] : model.items()) {
    CHECK((key == "notes" || model["notes"].contains(key)));
  }
  const Json execution = NewFile({"execution"}).json();
  for (const auto& [key, value] : execution.items()) {
    CHECK((key == "notes" || key == "methodology" || execution["notes"].contains(key)));
  }
  CHECK_THAT(model["notes"]["norm_kind"].get<std::string>(), Catch::EndsWith(")"));
  CHECK_THAT(execution["notes"]["data_par_sharding"].get<std::string>(),
             Catch::EndsWith("(none, zero1, zero2, zero3)"));
  const Json system = NewFile({"system"}).json();
  check_noted(kCalibrationRows, system["notes"], "calibration.");
  check_noted(kMemoryOverheadRows, system["notes"], "calibration.memory_overhead.");
  for_each_field(kCalibrationRows, [&](const auto& row) {
    CHECK(system["calibration"].contains(std::string(row.name)));
  });
}

TEST_CASE("the rows of a system's keys are the keys of systems", "[cli]") {
  std::set<std::string> rows;
  for (const SystemKey& key : kSystemKeys) {
    rows.insert(std::string(key.path));
  }
  std::set<std::string> places;
  add_places(NewFile({"system"}).json(), "", places);
  CHECK((rows == places));
}

TEST_CASE("a new file takes no other file's place", "[cli]") {
  const NewFile model({"model"});
  const std::string before = raw_bytes(model.path());
  CHECK(before.ends_with("}\n"));
  const ProgramResult again = run_program({"new", "system", "-o", model.path()});
  CHECK(again.status == 2);
  CHECK(again.err ==
        "calculon: " + model.path() + " is there already, expected the name of a new file\n");
  CHECK(raw_bytes(model.path()) == before);
  CHECK(run_program({"new", "model"}).out == before);
  CHECK_THAT(run_program({"new", "dragon"}).err,
             Catch::Contains("dragon not in {system,") || Catch::Contains("dragon not in {model,"));
}

TEST_CASE("everything that is wrong with a file is told at once", "[cli]") {
  CHECK((mistakes_in(R"({"hidden": -1, "feedforward": 16384, "seq_size": "long", "attn_heads": 32,
                         "num_blocks": 32, "attn_kv_haeds": 8, "tie_embeddings": 1})") ==
         Lines{" lacks the key 'attn_size'",
               " has the unknown key 'attn_kv_haeds' (did you mean "
               "'attn_kv_heads'?)",
               ": hidden is -1, expected an integer from 1 to 1000000000",
               ": seq_size is \"long\", expected an integer from 1 to 1000000000",
               ": tie_embeddings is 1, expected true or false"}));
  Json system = NewFile({"system"}).json();
  system["mem1"]["GiB"] = -80;
  system["networks"][1]["efficiency"] = 1.7;
  system["networks"][0].erase("latency");
  system["matrix"]["float16"]["tflops"] = "fast";
  system["matrix"]["bfloat16"]["gflops_efficiency"][0][1] = 2;
  system["vector"]["float16"]["gflops_efficiency"][0][1] = 3;
  system["calibration"]["gemm_eficiency"] = 0.5;
  const Lines found = mistakes_in(system.dump());
  CHECK(
      (std::set<std::string>(found.begin(), found.end()) ==
       std::set<std::string>{": mem1.GiB is -80, expected a number from 0",
                             ": networks[1].efficiency is 1.7, expected 0 < x <= 1",
                             ": networks[0] lacks the key 'latency'",
                             ": matrix.float16.tflops is \"fast\", expected a number from 0",
                             ": matrix.bfloat16.gflops_efficiency[0][1] is 2, expected 0 < x <= 1",
                             ": vector.float16.gflops_efficiency[0][1] is 3, expected 0 < x <= 1",
                             ": calibration has the unknown key 'gemm_eficiency'"}));
}

TEST_CASE("what follows from a mistake is not told as another one", "[cli]") {
  Json execution = NewFile({"execution", "--methodology", "calculon"}).json();
  execution["tensor_par"] = "four";  // so that the processors are no product of degrees
  CHECK((mistakes_in(execution.dump()) ==
         Lines{": tensor_par is \"four\", expected an integer from 1 to 1000000000"}));
  Json contradictory = NewFile({"execution", "--methodology", "calculon"}).json();
  contradictory["seq_par_ag_redo"] = true;
  contradictory["activation_recompute"] = "full";
  contradictory["batch_size"] = 127;
  const Lines rules = mistakes_in(contradictory.dump());
  CHECK(rules.size() == 2);
  CHECK(rules.front().starts_with(": batch_size is 127, expected a multiple of data_par 8"));
  CHECK(rules.back().starts_with(": seq_par_ag_redo is true, expected false when"));
}

TEST_CASE("executions of each dialect are checked by their own rules", "[cli]") {
  CHECK((mistakes_in(R"({"methodology": "calibrated", "num_procs": 8, "batch_size": 0,
                         "datatype": "float32", "cp": 2})") ==
         Lines{" has the unknown key 'cp'",
               ": batch_size is 0, expected an integer from 1 to 9007199254740992",
               ": datatype is \"float32\", expected float16 or bfloat16"}));
  Json mixture = NewFile({"execution", "--methodology", "calculon-moe"}).json();
  mixture["expert_par"] = 3;
  mixture["activation_function"] = "step";
  const Lines found = mistakes_in(mixture.dump());
  CHECK(found.size() == 2);
}

TEST_CASE("a study is checked with its points", "[cli]") {
  Json study = NewFile({"study"}).json();
  study["axes"][0]["path"] = "search.num_proc";
  study["colums"] = Json::array({"sample_rate"});
  CHECK(mistakes_in(study.dump()).size() == 2);
  Json moved = NewFile({"study"}).json();
  moved["axes"][0]["values"] = Json::array({8, "many", "few"});
  CHECK((mistakes_in(moved.dump()) ==
         Lines{": search: num_procs is \"many\", expected an integer from 1 to 1000000000",
               ": search: num_procs is \"few\", expected an integer from 1 to 1000000000"}));
}

TEST_CASE("several files are checked, and what is none of ours is told", "[cli]") {
  const TempFolder folder;
  const NewFile model({"model"});
  const std::string list = folder.write("list.json", "[1, 2]");
  const std::string other = folder.write("other.json", R"({"color": "red"})");
  const std::string broken = folder.write("broken.json", "{");
  const ProgramResult result =
      run_program({"check", list, model.path(), other, broken, folder.path() + "/none.json"});
  CHECK(result.status == 2);
  CHECK(result.err == "calculon: 4 mistakes in 4 of 5 files\n");
  CHECK_THAT(result.out, Catch::Contains(list + " is an array of 2, expected an object"));
  CHECK_THAT(result.out, Catch::Contains(model.path() + ": a model file, nothing is wrong\n"));
  CHECK_THAT(result.out, Catch::Contains(other + " is neither a model, nor a system"));
  CHECK_THAT(result.out, Catch::Contains(broken + ": not valid JSON"));
}

TEST_CASE("nothing is wrong with bundled files", "[cli]") {
  for (const char* folder : {"models", "systems", "examples"}) {
    for (const std::string& file : source_files(folder, {".json"})) {
      if (file.find("studies/") == std::string::npos) {
        const ProgramResult result = run_program({"check", source_path(file)});
        INFO(result.out);
        CHECK(result.status == 0);
      }
    }
  }
}

TEST_CASE("a memory may be given in GB", "[cli]") {
  const NewFile model({"model"});
  const NewFile execution({"execution"});
  const NewFile system({"system"});
  const TempFolder folder;
  const auto answer = [&](Json changed) {
    const std::string path = folder.write("system.json", changed.dump());
    return run_program({"llm", model.path(), execution.path(), path, "-"});
  };
  Json binary = system.json();
  binary["mem1"]["GiB"] = 62.5;
  Json decimal = binary;
  decimal["mem1"].erase("GiB");
  decimal["mem1"]["GB"] = 67.108864;  // 62.5 * 2^30 bytes
  CHECK(answer(binary).status == 0);
  CHECK(answer(binary).out == answer(decimal).out);
  decimal["mem1"]["GiB"] = 62.5;
  CHECK_THAT(answer(decimal).err,
             Catch::Contains(": mem1 has the keys 'GB' and 'GiB', expected one of them"));
  CHECK((mistakes_in(decimal.dump()) ==
         Lines{": mem1 has the keys 'GB' and 'GiB', expected one of them"}));
}

}  // namespace calculon::test
