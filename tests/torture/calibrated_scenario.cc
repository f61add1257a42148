// Calls of the calibrated methodology, and fits of its constants: golden cases, of which most get
// other values of the right kinds, so that more of them have an answer than of changed files.
#include <array>
#include <iterator>
#include <type_traits>
#include <vector>

#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/calibration.h"
#include "support/calibrated_golden.h"
#include "support/source_tree.h"
#include "torture/scenario.h"

namespace calculon::torture {
namespace {

using test::Arguments;

double any_number(Dice& dice) {
  constexpr std::array kNumbers = {0.0, 5e-324, 1e-300, 1e-9, 1e-3, 0.05, 0.3,  0.5,   0.7,
                                   0.9, 1.0,    1.1,    2.0,  10.0, 1e3,  1e12, 1e150, 1e300};
  return kNumbers.at(dice.below(kNumbers.size()));
}

std::int64_t any_count(Dice& dice) {
  constexpr std::array<std::int64_t, 16> kCounts = {0, 1,  1,  2,  2,   3,    4,      4,
                                                    8, 16, 32, 64, 128, 4096, 100000, 1 << 30};
  return kCounts.at(dice.below(kCounts.size()));
}

// A value as a key of this type takes it.
template <class Value>
Json any_value(Dice& dice) {
  if constexpr (std::is_same_v<Value, bool>) {
    return dice.one_in(2);
  } else if constexpr (std::is_same_v<Value, double>) {
    return any_number(dice);
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    return any_count(dice);
  } else if constexpr (std::is_enum_v<Value>) {
    constexpr auto& kNames = EnumNames<Value>::kNames;
    return kNames.at(dice.below(kNames.size()));
  } else if constexpr (std::is_same_v<Value, RecomputeModules>) {
    const auto& kNames = EnumNames<RecomputeModule>::kNames;
    return Json::array(
        {kNames.at(dice.below(kNames.size())), kNames.at(dice.below(kNames.size()))});
  } else {
    return Json::array({any_count(dice), any_count(dice)});  // a layout
  }
}

// Another value for one of the rows of a record in `json`.
template <class Rows>
void vary_row(Json& json, const Rows& rows, Dice& dice) {
  std::size_t left = dice.below(std::tuple_size_v<Rows>);
  for_each_field(rows, [&]<class Record, class Value, template <class, class> class Row>(
                           const Row<Record, Value>& row) {
    if (left-- == 0) {
      json[std::string(row.name)] = any_value<Value>(dice);
    }
  });
}

// Other degrees that multiply to the processors, and a batch that they divide.
void make_degrees(Json& execution, Dice& dice) {
  std::int64_t procs = 1;
  for (const char* degree : {"tensor_par", "pipeline_par", "context_par", "data_par"}) {
    if (dice.one_in(2) || !execution.contains(degree) || !execution[degree].is_number_integer()) {
      execution[degree] = std::int64_t{1} << dice.below(5);
    }
    procs *= execution[degree].get<std::int64_t>();
  }
  execution["num_procs"] = procs;
  execution["microbatch_size"] = std::int64_t{1} << dice.below(3);
  execution["batch_size"] = execution["data_par"].get<std::int64_t>() *
                            execution["microbatch_size"].get<std::int64_t>() *
                            static_cast<std::int64_t>(1 + dice.below(40));
  execution.erase("pipeline_layout");
}

// Another number, flag or size in a model or a system.
void vary_member(Json& json, Dice& dice) {
  if (!json.is_structured() || json.empty()) {
    return;
  }
  auto item = std::next(json.begin(), static_cast<std::ptrdiff_t>(dice.below(json.size())));
  if (item->is_structured()) {
    vary_member(*item, dice);
  } else if (item->is_boolean()) {
    *item = !item->get<bool>();
  } else if (item->is_number_integer() && !dice.one_in(8)) {
    constexpr std::array<std::int64_t, 5> kFactors = {2, 3, 7, 64, 1024};
    const auto number = item->get<std::int64_t>();
    const std::int64_t factor = kFactors.at(dice.below(kFactors.size()));
    *item = dice.one_in(2) ? number / factor : number % (std::int64_t{1} << 40) * factor;
  } else if (item->is_number()) {
    *item = dice.one_in(2) ? any_number(dice) : item->get<double>() * any_number(dice);
  }
}

void vary(Json& model, Json& execution, Json& system, Dice& dice) {
  if (dice.one_in(2) && execution.contains(kMethodologyKey)) {
    make_degrees(execution, dice);
  }
  for (std::size_t i = 1 + dice.below(4); i > 0; --i) {
    switch (dice.below(6)) {
      case 0:
      case 1:
        if (execution.contains(kMethodologyKey)) {
          vary_row(execution, kCalibratedExecutionFields, dice);
        }
        break;
      case 2:
        vary_row(system["calibration"], kCalibrationRows, dice);
        break;
      case 3:
        vary_row(system["calibration"]["memory_overhead"], kMemoryOverheadRows, dice);
        break;
      case 4:
        vary_member(model, dice);
        break;
      default:
        vary_member(system, dice);
    }
  }
  if (dice.one_in(2)) {
    system["mem1"]["GiB"] = 1e6;  // so that it fits
  }
}

// Some golden cases have something else where objects should be.
bool can_vary(const Json& execution, const Json& system) {
  const auto is_object = [](const Json& json, const char* key) {
    return !json.contains(key) || json[key].is_object();
  };
  return execution.is_object() && system.is_object() && is_object(system, "mem1") &&
         is_object(system, "calibration") &&
         (!system.contains("calibration") || is_object(system["calibration"], "memory_overhead"));
}

}  // namespace

Scenario llm_calibrated(Dice& dice) {
  const test::CalibratedGolden& golden = test::calibrated_golden();
  const Json& each = golden.cases[dice.below(golden.cases.size())];
  Json model = golden.input(each, "model", "models");
  Json execution = golden.input(each, "execution", "executions");
  Json system = golden.input(each, "system", "systems");
  Scenario scenario;
  scenario.varied = !dice.one_in(4) && can_vary(execution, system);
  if (scenario.varied) {
    vary(model, execution, system, dice);
  }
  scenario.files = {{"model.json", model.dump(1)},
                    {"execution.json", execution.dump(1)},
                    {"system.json", system.dump(1)}};
  scenario.arguments = {"llm", "model.json", "execution.json", "system.json",
                        dice.one_of({"out.json", "out.json.gz", "-"})};
  if (each.contains("methodology")) {
    scenario.arguments.insert(scenario.arguments.end(), {"--methodology", "calibrated"});
  }
  if (dice.one_in(2)) {
    scenario.arguments.insert(scenario.arguments.end(),
                              {"--timeline", dice.one_of({"step.json", "step.json.gz"})});
  }
  if (dice.one_in(4)) {
    scenario.arguments.emplace_back("--layers");
  }
  return scenario;
}

Scenario fit_to_runs(Dice& dice) {
  Json model = Json::parse(test::source_text("models/llama-3.1-8b.json"));
  Json execution = Json::parse(test::source_text("examples/llama-3.1-8b_64_fsdp.json"));
  Json system = Json::parse(test::source_text("systems/h100.json"));
  Scenario scenario;
  scenario.varied = dice.one_in(2);
  if (scenario.varied) {
    vary(model, execution, system, dice);
  }
  scenario.files = {
      {"model.json", model.dump(1)},
      {"execution.json", execution.dump(1)},
      {"system.json", system.dump(1)},
      {"runs.csv", test::source_text("examples/measured/my-cluster.csv")},
      {"gemm.csv", "m,n,k,datatype,tflops\n4096,4096,4096,fp16,560\n8192,64,8,fp8,3\n"},
      {"train.log",
       " iteration 10/ 90 | elapsed time per iteration (ms): 2100.5 | global batch size: 128 |\n"
       " iteration 20/ 90 | elapsed time per iteration (ms): 1900.5 |\n"},
      {"nccl.txt",
       "# Rank 0 Pid 1 on a device 0\n# Rank 1 Pid 1 on b device 0\n# size time algbw busbw\n"
       "1024 40.1 0.03 0.03\n1073741824 50000.5 21.47 21.47\n"}};
  Arguments& words = scenario.arguments;
  words = {"fit", "system.json"};
  const bool log = dice.one_in(2);
  if (!log || dice.one_in(2)) {
    words.emplace_back("runs.csv");
  }
  if (log) {
    words.insert(words.end(), {"--from-log", "train.log", "--model", "model.json", "--execution",
                               "execution.json"});
  }
  const std::vector<Arguments> more = {{"--collectives", "nccl.txt"},
                                       {"--gemm", "gemm.csv", "-j", "2"},
                                       {"--holdout", "runs.csv", "--json", "fit.json"},
                                       {"--constants", "slowdown", "--leave-one-out"}};
  const Arguments& chosen = dice.one_of(more);
  words.insert(words.end(), chosen.begin(), chosen.end());
  words.insert(words.end(), {"-o", dice.one_of({"out.json", "out.json.gz", "-"})});
  return scenario;
}

}  // namespace calculon::torture
