#include "cli/evaluate/calibrated_llm.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "calculon/base/files.h"
#include "calculon/base/quantity_text.h"
#include "calculon/model/evaluate.h"
#include "calibrated/calibrated_evaluate.h"
#include "calibrated/calibrated_execution_json.h"
#include "calibrated/search/neighbourhood.h"
#include "calibrated/step_timeline.h"
#include "cli/execution_argument.h"
#include "cli/input_notes.h"
#include "cli/message.h"
#include "cli/terminal.h"
#include "model/input_notes.h"
#include "strategy/strategy_json.h"
#include "text/calibrated_report.h"
#include "text/calibrated_timeline.h"
#include "text/compare_report.h"
#include "text/improvement_report.h"
#include "text/json_report.h"
#include "text/result_inputs.h"
#include "text/run_cost_report.h"

namespace calculon {
namespace {

// Whether a model's file, in our keys or another program's, says `key` itself.
bool says(const ModelFile& model, std::string_view key) {
  return model.imported || std::any_of(model.keys.read.begin(), model.keys.read.end(),
                                       [&](const auto& read) { return read.first == key; });
}

// A published execution, and the model with what it adds.
PublishedExecution taken_over(const CalibratedLlm& files, const ModelFile& model,
                              const StrategyFile& file) {
  if (file.datatype_error) {
    throw *file.datatype_error;
  }
  return to_calibrated(files.execution, file.strategy, model.transformer,
                       says(model, "attn_kv_heads"), says(model, "mlp_gated"));
}

// The model and the execution as this methodology takes them.
PublishedExecution read_inputs(const CalibratedLlm& files, const ModelFile& model,
                               const Json& execution) {
  const JsonReader reader(files.execution, execution);
  if (is_calibrated_execution(reader)) {
    return {model.transformer, to_calibrated_execution(reader)};
  }
  return taken_over(files, model, to_strategy(reader));
}

// Of the whole run, if it is asked for.
std::optional<RunCost> cost_of_run(const RunCostOptions& options,
                                   const CalibratedExecution& execution,
                                   const CalibratedStats& stats) {
  return options.asked() ? std::optional(run_cost(options, stats.token_rate,
                                                  static_cast<double>(execution.num_procs)))
                         : std::nullopt;
}

ResultInputs inputs_of(const CalibratedLlm& files, const CalibratedExecution& execution) {
  ResultInputs inputs = inputs_of_files(files.model, files.system, {files.execution});
  inputs.methodology = kCalibratedName;
  inputs.num_procs = execution.num_procs;
  inputs.batch_size = execution.batch_size;
  inputs.datatype = enum_name(execution.gemm_datatype);
  return inputs;
}

int tell_unsuitable(const Unsuitable& unsuitable, Console& console) {
  complain(console, fmt::format("infeasible: {} (rule {})", unsuitable.words, unsuitable.rule));
  return kExitNoAnswer;
}

int tell_shortfall(const PublishedExecution& inputs, const System& system,
                   const CalibratedStats& stats, Console& console) {
  const auto nearest = nearest_fit(inputs.model, system, inputs.execution);  // it may throw
  console.err << errors_for_reading(console, "calculon: " + memory_shortfall_text(stats));
  if (nearest) {
    tell_line(console, fmt::format("closest change: {}, which {}, with a step time of {:.4f} s",
                                   changes_text(nearest->changes), enum_name(nearest->verdict),
                                   nearest->total_time));
  } else {
    console.err << "no change of a single setting fits\n";
  }
  return kExitNoAnswer;
}

// The file that shows the step, opened before the work starts.
std::optional<OutputFile> open_timeline(const CalibratedLlm& files,
                                        const CalibratedExecution& execution) {
  if (files.timeline.empty()) {
    return std::nullopt;
  }
  if (execution.pipeline_par > kMostDrawnChunks / execution.pipeline_interleaving) {
    throw InputError(
        fmt::format("--timeline draws pipelines of up to {} chunks, but pipeline_par is {} and "
                    "pipeline_interleaving {}",
                    kMostDrawnChunks, execution.pipeline_par, execution.pipeline_interleaving));
  }
  return std::optional<OutputFile>(std::in_place, files.timeline);
}

// Writes and finishes the file, and tells what one cannot see in it.
void write_timeline(const std::string& path, const PublishedExecution& inputs, const System& system,
                    const CalibratedStats& stats, OutputFile& file, Console& console) {
  const double engine = system.calibration.value_or(Calibration{}).pipeline_engine_seconds;
  const StepTimeline timeline =
      step_timeline(stats, inputs.execution, engine, inputs.model.num_blocks);
  if (timeline.left_out > 0) {
    note(console, fmt::format("{} leaves out {} of {} microbatches, in the middle", path,
                              timeline.left_out, timeline.microbatches));
  }
  constexpr double kVisible = 0.001;
  if (timeline.scale < 1 - kVisible) {
    note(console, fmt::format("{} draws passes at {:.1f} % of their time, so that the schedule "
                              "ends when the model says",
                              path, 100 * timeline.scale));
  }
  file.write(calibrated_timeline_text(timeline, stats));
  file.finish();
}

}  // namespace

int run_calibrated_llm(const CalibratedLlm& files, const ModelFile& model, const Json& execution,
                       Console& console) {
  const PublishedExecution inputs = read_inputs(files, model, execution);
  const System system = parse_system(files.system, read_text_file(files.system));
  std::optional<OutputFile> output;
  if (files.stats != kStandardStream) {
    output.emplace(files.stats);
  }
  std::optional<OutputFile> timeline = open_timeline(files, inputs.execution);
  const auto outcome = evaluate_calibrated(inputs.model, system, inputs.execution);
  for (const std::string& line : own_notes(system, system.name)) {
    note(console, line);
  }
  if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
    return tell_unsuitable(*unsuitable, console);
  }
  const auto& stats = std::get<CalibratedStats>(outcome);
  if (stats.memory.verdict == MemoryVerdict::kDoesNotFit) {
    return tell_shortfall(inputs, system, stats, console);
  }
  tell_other_rate(files.execution, files.found_rate, stats.sample_rate, console);
  if (stats.memory.verdict == MemoryVerdict::kFitsBarely) {
    note(console,
         fmt::format("it fits barely: a processor may need {} but has {}",
                     bytes_text(stats.memory.device_high), bytes_text(stats.memory.capacity)));
  }
  if (stats.mfu > 1) {
    note(console, fmt::format("impossible: needs {:.2f}% of the peak of {}; see the efficiencies "
                              "in the system's calibration",
                              100 * stats.mfu, enum_name(inputs.execution.gemm_datatype)));
  }
  if (timeline) {
    write_timeline(files.timeline, inputs, system, stats, *timeline, console);
  }
  const CalibratedReport report{inputs.model, system, inputs.execution, stats};
  const auto cost = cost_of_run(files.run_cost, inputs.execution, stats);
  constexpr std::size_t kImprovements = 3;
  const auto better = files.improve ? improvements(inputs.model, system, inputs.execution,
                                                   stats.total_time, kImprovements)
                                    : std::vector<BetterExecution>();
  if (output) {
    Json json = calibrated_json(report);
    json[kInputsKey] = result_inputs_json(inputs_of(files, inputs.execution));
    if (cost) {
      json["run_cost"] = run_cost_json(files.run_cost, *cost);
    }
    if (files.improve) {
      json["improvements"] = improvements_json(better);
    }
    if (files.layers) {
      json["layers"] = inventory_json(block_inventories(inputs.model, system, inputs.execution));
    }
    output->write(document_text(json, files.stats));
    output->commit();
  } else {
    console.log->info(
        "{}", for_reading(console,
                          calibrated_text(report, console.color) +
                              (cost ? run_cost_text(files.run_cost, *cost) : "") +
                              (files.improve ? improvements_text(better, stats.total_time) : "")));
  }
  if (timeline) {
    timeline->commit();
  }
  return kExitSuccess;
}

int run_comparison(const CalibratedLlm& files, const ModelFile& model, const Json& execution,
                   Console& console) {
  const JsonReader reader(files.execution, execution);
  if (reader.has(kMethodologyKey)) {
    throw InputError(fmt::format("{} has the key '{}', and --compare needs a published execution",
                                 files.execution, kMethodologyKey));
  }
  const StrategyFile file = to_strategy(reader);
  const PublishedExecution inputs = taken_over(files, model, file);
  const System system = parse_system(files.system, read_text_file(files.system));
  std::optional<OutputFile> output;
  if (files.stats != kStandardStream) {
    output.emplace(files.stats);
  }
  const auto outcome = evaluate_calibrated(inputs.model, system, inputs.execution);
  tell_model_notes(model.transformer, file.strategy, console);
  tell_system_notes(system, console);
  if (const auto* unsuitable = std::get_if<Unsuitable>(&outcome)) {
    return tell_unsuitable(*unsuitable, console);
  }
  const auto& stats = std::get<CalibratedStats>(outcome);
  const Outcome<Stats> published = evaluate(model.transformer, system, file);
  const auto parts = compared_parts(published ? &*published : nullptr, file.strategy.preset, stats);
  if (!published) {
    note(console, "published: infeasible: " + describe(published.error()));
  }
  note(console, fmt::format("calibrated: it {}", enum_name(stats.memory.verdict)));
  const Uncertainty uncertainty = uncertainty_of(inputs.model, system, inputs.execution);
  if (output) {
    output->write(document_text(compare_json(parts, uncertainty), files.stats));
    output->commit();
  } else {
    console.log->info("{}", for_reading(console, compare_text(parts, uncertainty)));
  }
  return kExitSuccess;
}

PublishedExecution calibrated_inputs(const std::string& path, const ModelFile& model,
                                     const Json& execution) {
  CalibratedLlm files;
  files.execution = path;
  return read_inputs(files, model, execution);
}

}  // namespace calculon
