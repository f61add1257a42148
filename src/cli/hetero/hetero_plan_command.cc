#include <fmt/format.h>

#include <bit>
#include <chrono>
#include <optional>
#include <utility>

#include "base/json_reader.h"
#include "base/json_text.h"
#include "base/text.h"
#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "calculon/planner/plan/hetero_plan.h"
#include "calculon/planner/plan/uniform_plan.h"
#include "cli/commands.h"
#include "cli/hetero/hetero_inputs.h"
#include "cli/hetero/hetero_plan_options.h"
#include "cli/hetero/plan_inputs.h"
#include "cli/hetero/plan_progress_bar.h"
#include "cli/hetero/plan_sanity.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "page/page.h"
#include "page/plan_page.h"
#include "text/hetero_report.h"
#include "text/result_inputs.h"
#include "text/timeline_report.h"

namespace calculon {
namespace {

HeteroOptions planner_options(const PlanOptions& options) {
  HeteroOptions planner = options.planner;
  planner.search = enum_from_name<SearchOrder>(options.search).value_or(planner.search);
  // With profiles of a model there is nothing published to be the same as.
  planner.quirks = enum_from_name<QuirkMode>(options.quirks)
                       .value_or(from_model(options) ? QuirkMode::kFixed : QuirkMode::kReference);
  planner.threads = threads_or_all(options.threads);
  planner.vocab_size = vocabulary(options.vocab_size, nullptr);
  if (options.hidden_size > 0) {
    planner.hidden_size = options.hidden_size;
  }
  if (options.sequence_length > 0) {
    planner.sequence_length = options.sequence_length;
  }
  if (options.type_order != "name") {
    const auto types = split(options.type_order, ',');
    planner.type_order.assign(types.begin(), types.end());
  }
  if (!options.lead_profile.empty()) {
    planner.lead_profile = parse_key(options.lead_profile);
    if (!planner.lead_profile) {
      throw InputError(fmt::format(
          "--lead-profile is '{}', expected TYPE:TENSOR_DEGREE:MICROBATCH, as in A100:4:4",
          options.lead_profile));
    }
  }
  return planner;
}

// What is planned, and with which profiles.
struct PlanInputs {
  GpuCluster cluster;
  ProfileSet profiles;
  HeteroOptions options;
  std::optional<ModelInputs> model;  // what the profiles are of, if that is known
};

GpuCluster read_cluster(const PlanOptions& options, const std::vector<HostLine>& hosts,
                        const std::vector<GpuSystem>& gpus) {
  if (options.clusterfile.empty()) {
    return make_cluster(options.hostfile, hosts, "the types of --system", node_kinds(gpus));
  }
  const auto kinds = parse_clusterfile(options.clusterfile, read_text_file(options.clusterfile));
  return make_cluster(options.hostfile, hosts, options.clusterfile, kinds);
}

PlanInputs read_inputs(const PlanOptions& options, Console& console) {
  HeteroOptions planner = planner_options(options);
  const auto hosts = parse_hostfile(options.hostfile, read_text_file(options.hostfile));
  if (!from_model(options)) {
    GpuCluster cluster = read_cluster(options, hosts, {});
    return {std::move(cluster), read_profiles(options.profile_dir, planner.threads), planner,
            std::nullopt};
  }
  ModelInputs model = read_model_inputs(options.model, console);
  GpuCluster cluster = read_cluster(options, hosts, model.gpus);
  if (options.hidden_size == 0) {
    planner.hidden_size = model.transformer.hidden;
  }
  if (options.sequence_length == 0) {
    planner.sequence_length = model.transformer.seq_size;
  }
  planner.vocab_size = vocabulary(options.vocab_size, &model.transformer);
  // A replica that is faster than the others gets more than the largest microbatch.
  const ModelProfileOptions profile_options{
      .choices = model.choices,
      .vocab_size = planner.vocab_size,
      .max_tensor_parallel =
          planner.max_tensor_parallel > 0 ? planner.max_tensor_parallel : cluster.num_gpus(),
      .max_microbatch = static_cast<std::int64_t>(
          std::bit_floor(static_cast<std::uint64_t>(planner.global_batch_size)))};
  return {std::move(cluster),
          {options.model.model, model_profiles(model.transformer, model.gpus, profile_options)},
          planner,
          std::move(model)};
}

void check_layers(const PlanOptions& options, const ProfileSet& profiles) {
  const auto profiled = static_cast<std::int64_t>(profiles.num_layers());
  if (options.num_layers > 0 && options.num_layers != profiled) {
    throw InputError(fmt::format("--num-layers is {}, but the profiles of {} have {} layers",
                                 options.num_layers, profiles.source(), profiled));
  }
}

std::string output_format(const PlanOptions& options) {
  if (!options.format.empty()) {
    return options.format;
  }
  return has_extension(options.output, ".json")  ? "json"
         : has_extension(options.output, ".csv") ? "csv"
                                                 : "text";
}

// Where a report goes; a file is opened before the work starts.
class PlanOutput {
 public:
  PlanOutput(const std::string& path, Console& console) : path_(path), console_(console) {
    if (path != kStandardStream) {
      file_.emplace(path);
    }
  }

  void finish(const std::string& text, bool whole) {
    if (!file_) {
      console_.out << text;
      return;
    }
    file_->write(text);
    if (whole) {
      file_->commit();
    } else {
      console_.err << fmt::format("calculon: interrupted; the best so far are in {}\n",
                                  file_->commit_partial());
    }
  }
  bool to_file() const { return file_.has_value(); }

 private:
  std::string path_;
  Console& console_;
  std::optional<OutputFile> file_;
};

int tell_interrupted(const PlanOutput& output, Console& console) {
  if (!output.to_file()) {  // else finish() has told where they are
    console.err << "calculon: interrupted; these are the best so far\n";
  }
  return kExitInterrupted;
}

// The page that may be asked for besides; its file is opened before the work starts, too.
class PlanPage {
 public:
  explicit PlanPage(const std::string& path) {
    if (!path.empty()) {
      file_.emplace(path);
    }
  }

  void write(const Json& result) {
    if (file_) {
      file_->write(html_page(plan_page(std::vector<PlanResult>{{"this plan", result}})));
      file_->finish();
    }
  }
  void commit() {
    if (file_) {
      file_->commit();
    }
  }

 private:
  std::optional<OutputFile> file_;
};

bool needs_json(const PlanOptions& options) {
  return output_format(options) == "json" || !options.page.empty();
}

// What a planner found as JSON, behind what that is of.
Json document(const PlanOptions& options, const PlanInputs& inputs, const HeteroOptions& planner,
              const Json& result) {
  Json json = {{kInputsKey, plan_inputs_json(options, planner, inputs.cluster, inputs.profiles,
                                             inputs.model ? &*inputs.model : nullptr)}};
  json.update(result);
  return json;
}

// Quirk H22, put right: it can be started.
int run_uniform(const PlanOptions& options, const PlanInputs& inputs, Console& console) {
  const InterruptGuard interrupt;  // before the files, which an interruption has to clean up
  PlanOutput output(options.output, console);
  PlanPage page(options.page);
  const bool only_fitting =
      options.only_fitting || inputs.options.quirks == QuirkMode::kFixed;  // quirk H23
  UniformResult result;
  {
    PlanProgressBar bar(console);
    result = plan_uniform(inputs.cluster, inputs.profiles, inputs.options, options.device_type,
                          only_fitting, interrupt.stop(), bar.watch());
  }
  const Json json = needs_json(options)
                        ? document(options, inputs, inputs.options, uniform_json(result))
                        : Json();
  const std::string format = output_format(options);
  if (!result.interrupted) {
    page.write(json);
  }
  output.finish(format == "json"  ? json_text(json, 2) + "\n"
                : format == "csv" ? uniform_csv(result)
                                  : uniform_text(result),
                !result.interrupted);
  if (result.interrupted) {
    return tell_interrupted(output, console);
  }
  page.commit();
  if (result.top.empty()) {
    console.err << fmt::format(
        "calculon: no uniform plan is left: {} are out of memory, {} have no profile\n",
        result.out_of_memory, result.skipped);
    return kExitNoAnswer;
  }
  if (inputs.model) {
    tell_impossible_plan(*inputs.model, {{result.device_type, inputs.cluster.num_gpus()}},
                         inputs.options.global_batch_size, result.top.front().cost, console);
  }
  return kExitSuccess;
}

// The searches that were asked for, of which the last is the answer, and the time of one in ms.
std::pair<HeteroResult, double> search_trials(const PlanOptions& options,
                                              const HeteroPlanner& planner,
                                              const InterruptGuard& interrupt, Console& console) {
  HeteroResult result;
  const auto start = std::chrono::steady_clock::now();
  for (int trial = 0; trial < options.trials && !result.interrupted; ++trial) {
    PlanProgressBar bar(console);
    result = planner.search(interrupt.stop(), bar.watch());
  }
  const std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  return {std::move(result), elapsed.count() / options.trials};
}

std::string mixed_text(const PlanOptions& options, const HeteroReport& report, const Json& json,
                       bool to_file, const Console& console) {
  const std::string format = output_format(options);
  return format == "json"  ? json_text(json, 2) + "\n"
         : format == "csv" ? hetero_csv(report.result)
         : to_file         ? hetero_text(report, false)
                           : for_reading(console, hetero_text(report, console.color));
}

int run_mixed(const PlanOptions& options, const PlanInputs& inputs, Console& console) {
  const HeteroPlanner planner(inputs.cluster, inputs.profiles, inputs.options);
  const InterruptGuard interrupt;  // before the files, which an interruption has to clean up
  PlanOutput output(options.output, console);
  PlanPage page(options.page);
  std::optional<OutputFile> timeline;
  if (!options.timeline.empty()) {
    timeline.emplace(options.timeline);
  }
  const auto [result, average_ms] = search_trials(options, planner, interrupt, console);
  const HeteroReport report{planner, result, average_ms, options.trials > 1, options.published_log};
  const bool with_timeline = timeline && !result.interrupted && !result.top.empty();
  if (with_timeline) {
    timeline->write(timeline_text(result.top.front(), planner.details(result.top.front())));
    timeline->finish();
  }
  const Json json = needs_json(options)
                        ? document(options, inputs, planner.options(), hetero_json(report))
                        : Json();
  if (!result.interrupted) {
    page.write(json);
  }
  output.finish(mixed_text(options, report, json, output.to_file(), console), !result.interrupted);
  if (result.interrupted) {
    return tell_interrupted(output, console);
  }
  page.commit();
  if (result.top.empty()) {
    console.err << "calculon: no plan fits; "
                << (result.nearest ? nearest_miss_text(*result.nearest)
                                   : no_strategy_text(planner.options()))
                << "\n";
    return kExitNoAnswer;
  }
  if (inputs.model) {
    tell_impossible_plan(*inputs.model, gpus_by_type(inputs.cluster),
                         inputs.options.global_batch_size, result.top.front().cost, console);
  }
  if (with_timeline) {
    timeline->commit();
  }
  return kExitSuccess;
}

int run_hetero_plan(const PlanOptions& options, Console& console) {
  check_plan_usage(options);
  const PlanInputs inputs = read_inputs(options, console);
  check_layers(options, inputs.profiles);
  return options.uniform ? run_uniform(options, inputs, console)
                         : run_mixed(options, inputs, console);
}

}  // namespace

Action setup_hetero_plan(CLI::App& app) {
  const auto options = std::make_shared<PlanOptions>();
  add_plan_options(app, *options);
  return [options](Console& console) { return run_hetero_plan(*options, console); };
}

}  // namespace calculon
