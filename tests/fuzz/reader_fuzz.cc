// Feeds the readers and the evaluation anything (README.md in this folder: how to build and run
// it). Whatever the input, an evaluation ends in figures, in a reason why there are none, or in an
// InputError of one line; everything else stops the fuzzer.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "calculon/block/layer_stats.h"
#include "calculon/model/evaluate.h"
#include "calculon/model/why_not.h"
#include "calibrated/block_inventory.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/nearest_fit.h"
#include "calibrated/published_execution.h"
#include "calibrated/step_timeline.h"
#include "fuzz/calibrated_faults.h"
#include "fuzz/documents.h"
#include "fuzz/json_mutator.h"
#include "text/calibrated_report.h"
#include "text/calibrated_timeline.h"
#include "text/json_report.h"
#include "text/notes.h"
#include "text/text_report.h"

namespace calculon::fuzz {
namespace {

void require(bool holds, std::string_view what, std::string_view found) {
  if (!holds) {
    fmt::print(stderr, "reader_fuzz: {}: {}\n", what, found);
    std::abort();
  }
}

// What a person can read at a glance, whatever the input held.
void check_message(std::string_view message) {
  constexpr std::size_t kLongest = 500;
  require(!message.empty() && message.size() <= kLongest, "message of an odd length",
          message.substr(0, kLongest));
  require(std::none_of(message.begin(), message.end(),
                       [](unsigned char c) { return std::iscntrl(c) != 0; }),
          "message with control characters", message);
}

// Reports never show a number that is none.
void check_text(std::string_view text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto letter = [&](std::size_t at) {
      return at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0;
    };
    std::size_t end = begin;
    while (letter(end)) {
      ++end;
    }
    const std::string_view word = text.substr(begin, end - begin);
    require(word != "nan" && word != "inf", "report without a number", text);
    begin = end + 1;
  }
}

template <class Record, class Fields, class Excepted>
void check_finite(const Record& record, const Fields& fields, Excepted excepted) {
  for (const auto& field : fields) {
    const double value = record.*field.member;
    require(std::isfinite(value) || field.member == excepted, field.name, fmt::format("{}", value));
  }
}

void check_json(const Json& json) {
  const std::string text = document_text(json, "stats.json");
  require(Json::parse(text) == json, "statistics that do not survive their file", text);
}

template <class Function>
auto unless_refused(Function function) -> std::optional<decltype(function())> {
  try {
    return function();
  } catch (const InputError& error) {
    check_message(error.what());
    return std::nullopt;
  }
}

void report_feasible(const Transformer& transformer, const System& system, const Strategy& strategy,
                     const Stats& stats) {
  check_finite(stats, kStatsFields, &Stats::act_checkpoint_size_with_offload);
  const Preset preset = strategy.preset;
  check_json(to_json(stats, preset));
  const auto layers = unless_refused(
      [&] { return layer_stats(transformer, system, strategy, strategy.optimizer_shards()); });
  if (layers) {
    for (const LayerStats& layer : *layers) {
      check_finite(layer, kLayerStatsFields, static_cast<double LayerStats::*>(nullptr));
    }
    to_json(stats, preset, *layers);
  }
  check_json(to_json(strategy));
  check_text(summary_text(transformer, system, strategy, stats, true));
  check_text(published_report(transformer, strategy, stats, ""));
  const ShownAnswer answer{transformer, system, strategy, stats};
  const std::string notes = notes_text(notes_on_answer(answer));
  check_text(notes);
  const NeededRate rate = needed_rate(transformer, system, strategy, stats.sample_rate);
  require(!rate.impossible() || notes.find("impossible: needs ") != std::string::npos,
          "a rate above the peak without a note", notes);
}

// What the peak of a stage has is known but in float16, where gradients change their type.
void check_peaks(const CalibratedExecution& execution, const CalibratedStats& stats) {
  constexpr double kRounding = 1e-9;
  for (const StageMemory& stage : stats.stages) {
    double sum = 0;
    for (const auto part : kStagePeakParts) {
      sum += stage.*part;
    }
    require(
        execution.datatype == Datatype::kFloat16 || std::fabs(stage.peak - sum) <= kRounding * sum,
        "a peak that is not its parts", fmt::format("{} {}", stage.peak, sum));
  }
}

void check_timeline(const PublishedExecution& inputs, const System& system,
                    const CalibratedStats& stats) {
  constexpr std::int64_t kMostPasses = 256;  // longer texts take seconds under sanitizers
  const CalibratedExecution& e = inputs.execution;
  if (e.pipeline_par > kMostPasses / e.pipeline_interleaving ||
      e.microbatches() > kMostPasses / (e.pipeline_par * e.pipeline_interleaving)) {
    return;
  }
  const double engine = system.calibration.value_or(Calibration{}).pipeline_engine_seconds;
  const StepTimeline timeline = step_timeline(stats, e, engine, inputs.model.num_blocks);
  for (const std::string& fault :
       faults_of_timeline(Json::parse(calibrated_timeline_text(timeline, stats)))) {
    require(false, "timeline", fault);
  }
}

void report_prediction(const PublishedExecution& inputs, const System& system,
                       const CalibratedStats& stats) {
  const CalibratedReport report{inputs.model, system, inputs.execution, stats};
  const Json json = calibrated_json(report);
  check_json(json);
  for (const std::string& fault : faults_of_statistics(json)) {
    require(false, "statistics", fault);
  }
  check_peaks(inputs.execution, stats);
  check_text(calibrated_text(report, true));
  check_json(inventory_json(block_inventories(inputs.model, system, inputs.execution)));
  check_timeline(inputs, system, stats);
}

// A calibrated execution, or a published one by the calibrated methodology.
PublishedExecution calibrated_inputs(const Documents& documents, const Transformer& model) {
  const Json json = parse_json("execution.json", documents.execution);
  if (json.is_object() && json.contains(kMethodologyKey)) {
    return {model, parse_calibrated_execution("execution.json", documents.execution)};
  }
  const StrategyFile file = parse_strategy("execution.json", documents.execution);
  return to_calibrated("execution.json", file.strategy, model, false, false);
}

void predict(const Documents& documents, const Transformer& model, const System& system) {
  const auto inputs = unless_refused([&] { return calibrated_inputs(documents, model); });
  if (!inputs) {
    return;
  }
  const auto outcome =
      unless_refused([&] { return evaluate_calibrated(inputs->model, system, inputs->execution); });
  if (!outcome) {
    return;
  }
  if (const auto* unsuitable = std::get_if<Unsuitable>(&*outcome)) {
    return check_message(unsuitable->words);
  }
  const auto& stats = std::get<CalibratedStats>(*outcome);
  unless_refused([&] {
    if (stats.memory.verdict == MemoryVerdict::kDoesNotFit) {
      check_text(memory_shortfall_text(stats));
      nearest_fit(inputs->model, system, inputs->execution);
    }
    report_prediction(*inputs, system, stats);
    return true;
  });
}

void evaluate_documents(const Documents& documents) {
  const auto transformer =
      unless_refused([&] { return parse_transformer("model.json", documents.model); });
  const auto execution =
      unless_refused([&] { return parse_strategy("execution.json", documents.execution); });
  const auto system = unless_refused([&] { return parse_system("system.json", documents.system); });
  if (transformer) {
    require(std::isfinite(transformer->num_parameters()), "num_parameters", "not finite");
  }
  if (system) {
    const std::string literal = python_literal(parse_json("system.json", documents.system));
    require(literal.find('\n') == std::string::npos, "system of several lines", literal);
  }
  if (transformer && system) {
    predict(documents, *transformer, *system);
  }
  if (!transformer || !execution || !system) {
    return;
  }
  const Strategy& strategy = execution->strategy;
  const auto outcome = unless_refused([&] { return evaluate(*transformer, *system, *execution); });
  if (!outcome) {
    return;
  }
  if (*outcome) {
    report_feasible(*transformer, *system, strategy, **outcome);
  } else {
    check_text(
        why_not_text(outcome->error(), explain(*transformer, *system, strategy, outcome->error())));
    check_text(notes_text(notes_on_infeasible(*transformer, *system, strategy, outcome->error())));
  }
}

}  // namespace
}  // namespace calculon::fuzz

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

// `--seeds=<folder>`: fill the folder with inputs to start from. libFuzzer ignores what begins
// with two dashes.
int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view kSeeds = "--seeds=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (argument.starts_with(kSeeds)) {
      calculon::fuzz::write_seeds(std::string(argument.substr(kSeeds.size())));
    }
  }
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  calculon::fuzz::evaluate_documents(
      calculon::fuzz::documents_of(calculon::fuzz::split_input(bytes)));
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  constexpr unsigned kBytesEvery = 8;    // now and then bytes change, which is all libFuzzer does
  constexpr unsigned kRefusedEvery = 4;  // more often than not, evaluation is to be reached
  calculon::fuzz::Input input =
      calculon::fuzz::split_input({reinterpret_cast<const char*>(data), size});
  if (seed % kBytesEvery == 0 || input.texts.empty()) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  seed /= kBytesEvery;
  if (seed % kRefusedEvery != 0) {
    calculon::fuzz::replace_refused(input);
  }
  std::string& text = input.texts[seed / kRefusedEvery % input.texts.size()];
  const auto mutated = calculon::fuzz::JsonMutator(seed).mutate(text);
  if (!mutated) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  text = *mutated;
  const std::string bytes = calculon::fuzz::join_input(input);
  if (bytes.size() > max_size) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  std::copy(bytes.begin(), bytes.end(), data);
  return bytes.size();
}

}  // extern "C"
