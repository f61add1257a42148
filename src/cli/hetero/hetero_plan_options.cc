#include "cli/hetero/hetero_plan_options.h"

#include "calculon/base/files.h"
#include "calculon/base/input_error.h"
#include "cli/options.h"

namespace calculon {
namespace {

CLI::Option* add_count(CLI::App& app, const char* name, std::int64_t& value, const char* help) {
  constexpr std::int64_t kMost = 10'000'000;
  return app.add_option(name, value, help)->check(CLI::Range(std::int64_t{1}, kMost));
}

// The cluster, and what one layer costs on it.
void add_input_options(CLI::App& app, PlanOptions& options) {
  app.add_option("--hostfile", options.hostfile, "nodes, a line '<address> slots=<GPUs>' each")
      ->type_name(kFileValue);
  app.add_option("--clusterfile", options.clusterfile,
                 "type, memory and bandwidths behind each address; not needed with --system if the "
                 "addresses are the types")
      ->type_name(kFileValue);
  app.add_option("--profile-dir", options.profile_dir, "layer profiles, see hetero-profile")
      ->type_name(kFolderValue);
  add_model_arguments(app, options.model);
}

// The model and its batch, and the degrees and microbatches that are tried.
void add_model_options(CLI::App& app, PlanOptions& options) {
  add_count(app, "--global-batch-size", options.planner.global_batch_size,
            "sequences of an iteration")
      ->required();
  add_count(app, "--num-layers", options.num_layers, "layers, checked against the profiles");
  add_count(app, "--hidden-size", options.hidden_size,
            "width of the hidden state (default: 4096, or the --model's)");
  add_count(app, "--sequence-length", options.sequence_length,
            "tokens of a sequence (default: 1024, or the --model's)");
  add_vocabulary(app, options.vocab_size);
  add_count(app, "--max-tensor-parallel", options.planner.max_tensor_parallel,
            "largest tensor degree (default: largest profiled)");
  add_count(app, "--max-microbatch", options.planner.max_microbatch,
            "largest microbatch (default: largest profiled)");
}

void add_search_options(CLI::App& app, PlanOptions& options) {
  // Quirk H24, put right: any number, not whole ones only.
  app.add_option("--group-scale-variance", options.planner.group_scale_variance,
                 "smallest device group, as a share of the even one")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  add_count(
      app, "--max-permute-length", options.planner.max_permute_length,
      "device groups are glued together until about so many are permuted (default: 128, or less "
      "where that would be more than 100,000 plans)");
  app.add_option("--search", options.search, "which stage is split further when layers do not fit")
      ->check(CLI::IsMember({"naive", "improved"}))
      ->capture_default_str();
  // Quirk H6, put right: no order of a hash table.
  app.add_option("--type-order", options.type_order,
                 "order of the types of GPU that their permutations start from: name, or A,B,...")
      ->type_name("TYPES")
      ->capture_default_str();
  app.add_option("--lead-profile", options.lead_profile,
                 "profile with the figures of the model as a whole (default: the smallest)")
      ->type_name("TYPE:TP:BS");
  app.add_option("--top", options.planner.top, "how many of the best plans to print")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str();
  app.add_flag("--sum-of-costs", options.planner.sum_of_costs,
               "also add up the costs of all plans");
  app.add_option("--trials", options.trials, "searches, for their average time")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  add_threads(app, options.threads);
}

void add_output_options(CLI::App& app, PlanOptions& options) {
  app.add_option("--format", options.format,
                 "of the report (default: what --output ends in, or text)")
      ->check(CLI::IsMember({"text", "json", "csv"}));
  app.add_option("--output", options.output, "where the report goes, - for standard output")
      ->type_name(kFileValue)
      ->capture_default_str();
  app.add_flag("--published-log", options.published_log,
               "begin the text with the four lines of the published log, as published options do");
  app.add_option("--timeline", options.timeline,
                 "also write the best plan's schedule as a Chrome trace (.json, .json.gz)")
      ->type_name(kFileValue);
  app.add_option("--page", options.page,
                 "also write the plans as a page with plots (.html, .html.gz), as report does of "
                 "their JSON")
      ->type_name(kFileValue);
}

// What kind of plan is wanted, and by which formulas.
void add_mode_options(CLI::App& app, PlanOptions& options) {
  app.add_option("--quirks", options.quirks,
                 "compute as the published planner, or with its quirks put right (default: "
                 "reference, but fixed with --model)")
      ->check(CLI::IsMember({"reference", "fixed"}));
  app.add_flag("--uniform", options.uniform,
               "plan one pipeline, tensor and data degree for all GPUs, as if they were of one "
               "type");
  app.add_option("--device-type", options.device_type,
                 "with --uniform: that type (default: the first node's)")
      ->type_name("TYPE");
  app.add_flag("--only-fitting", options.only_fitting,
               "with --uniform: leave out plans that need more memory than there is");
}

}  // namespace

bool from_model(const PlanOptions& options) {
  return !options.model.model.empty() || !options.model.systems.empty();
}

void check_plan_usage(const PlanOptions& options) {
  if (options.hostfile.empty()) {
    throw InputError("--hostfile is required");
  }
  if (from_model(options) == !options.profile_dir.empty()) {
    throw InputError(
        "expected either --profile-dir FOLDER or --model FILE with --system TYPE=FILE");
  }
  if (options.clusterfile.empty() && !from_model(options)) {
    throw InputError("--clusterfile is required unless the profiles come from a --model");
  }
  if (options.uniform && !options.timeline.empty()) {
    throw InputError("--timeline goes with mixed plans, not with --uniform");
  }
  if (!options.uniform && (!options.device_type.empty() || options.only_fitting)) {
    throw InputError("--device-type and --only-fitting need --uniform");
  }
  if (!options.page.empty()) {
    require_extension(options.page, kHtmlOnly);
    if (options.page == kStandardStream && options.output == kStandardStream) {
      throw InputError("--page and the report both go to standard output, expected --output FILE");
    }
  }
  require_one_standard_input({options.hostfile, options.clusterfile, options.model.model});
}

void add_plan_options(CLI::App& app, PlanOptions& options) {
  add_input_options(app, options);
  add_model_options(app, options);
  add_search_options(app, options);
  add_output_options(app, options);
  add_mode_options(app, options);
}

}  // namespace calculon
